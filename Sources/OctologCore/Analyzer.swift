/// Bytes in, events out: wires the stages together and decides nothing.
///
/// One analyzer serves one run. It reads several logs side by side, and tells their events in the order of time.
package struct Analyzer: ~Copyable {
    package struct Options: Sendable {
        /// The container's name, for inputs that name none; several inputs are then one container's.
        package var container: String?
        /// How much of a line is shown, in bytes; more is read all the same.
        package var maxLine = 1 << 20
        /// The frame that lines have, if it is not to be found out.
        package var framing: Framing?
        /// Events before this time are not told.
        package var since: Timestamp?
        /// Events after this time are not told.
        package var until: Timestamp?
        /// Seals the secrets that events tell of, to their owner.
        package var sealer: Sealer?

        package init() {}

        /// Whether what happened then is to be told; what has no time is.
        func includes(_ time: Timestamp?) -> Bool {
            guard let time else { return true }
            return since.map { $0 <= time } ?? true && until.map { time <= $0 } ?? true
        }
    }

    let options: Options
    var recogniser: Recogniser
    private var ledger = RegistrationLedger()
    private var causes = CauseLinker()
    /// How many events each source had.
    private var sequences: [String: Int] = [:]
    /// What the run amounts to so far.
    package private(set) var totals = Totals()

    package init(rules: RuleSet = .builtIn, options: Options = Options()) {
        self.options = options
        recogniser = Recogniser(rules)
    }

    /// Announces the run.
    package mutating func start(inputs: [String], into sink: inout some EventSink) {
        let rules = recogniser.classifier.set
        let started = RunStarted(
            version: Octolog.version, rules: rules.listed.count, digest: rules.digest, inputs: inputs)
        sendRunEvent(.runStarted(started), subject: inputs.joined(separator: " "), into: &sink)
    }

    /// Reads `logs` to their ends; events go to `sink` as soon as no earlier one can come from another log.
    ///
    /// - Parameters:
    ///   - logs: each a log in one file, or in several that follow one another.
    ///   - open: opens a file by its name: a path, or `-`.
    ///   - failed: is told of each file that can't be read, or not to its end.
    package mutating func read<Source: ByteSource & ~Copyable>(
        _ logs: [[String]], into sink: inout some EventSink, open: (String) throws(InputError) -> Source,
        failed: (String, InputError) -> Void
    ) {
        var lanes = Lanes<Source>(logs, options: options)
        while let lane = lanes.next(&recogniser, into: &sink, open: open, failed: failed) {
            let until = lanes.timeOfOthers(than: lane)
            while let told = lanes.take(from: lane, until: until) { tell(told, into: &sink) }
            sink.inputDrained()
        }
        for lane in 0..<lanes.count { totals.add(lanes.totals(of: lane)) }
    }

    /// Ends the run.
    package mutating func finish(exitCode: (Totals) -> Int, into sink: inout some EventSink) -> Int {
        for event in causes.finish() { send(event, at: event.time, into: &sink) }
        let code = exitCode(totals)
        let finished = RunFinished(
            version: Octolog.version, inputs: totals.inputs, bytes: totals.bytes, lines: totals.lines,
            startupLines: totals.startupLines, recognised: totals.recognisedLines,
            events: EventType.allCases.compactMap { type in
                totals.events[type].map { Count(name: type.name, count: $0) }
            },
            limits: LimitHit.Limit.allCases.compactMap { limit in
                totals.limits[limit].map { Count(name: limit.rawValue, count: $0) }
            }, exitCode: code)
        sendRunEvent(.runFinished(finished), subject: "\(totals.lines) \(totals.bytes)", into: &sink)
        sink.inputDrained()
        return code
    }
}

// MARK: - Events

extension Analyzer {
    private mutating func tell(_ told: Told, into sink: inout some EventSink) {
        let time = told.time
        var event = told.event
        let explained = causes.note(&event)
        send(event, at: time, into: &sink)
        for event in explained { send(event, at: time, into: &sink) }
        guard case .registrationObserved(let registration) = told.event.payload,
            registration.outcome == .registered, let container = told.event.origin.container
        else { return }
        let entry = RegistrationLedger.Entry(
            registration: registration, container: container, startup: told.event.origin.startup ?? 1,
            time: told.event.time, evidence: told.event.evidence.suffix(1), incarnation: told.incarnation)
        for duplicate in ledger.add(entry) {
            var event = told.event
            event.payload = .registrationDuplicate(duplicate)
            event.level = duplicate.class.level
            let path = "registration/\(duplicate.class.rawValue)"
            event.subject = event.origin.startup.map { "startup/\($0)/\(path)" } ?? path
            send(event, at: time, into: &sink)
        }
    }

    private mutating func sendRunEvent(_ payload: Payload, subject: String, into sink: inout some EventSink) {
        var digest = Digest(domain: "run")
        digest.add(subject)
        send(
            Event(
                payload: payload, source: "urn:octolog:run", subject: "run/\(digest.hexadecimal(bytes: 4))",
                level: .info, origin: Origin(), evidence: []), at: nil, into: &sink)
    }

    /// Numbers an event within its source, and tells it if it is asked for.
    ///
    /// - Parameter time: when it happened, as far as its log tells.
    private mutating func send(_ event: Event, at time: Timestamp?, into sink: inout some EventSink) {
        var event = event
        event.sequence = sequences[event.source, default: 0] + 1
        sequences[event.source] = event.sequence
        guard options.includes(time) else { return }
        totals.note(event)
        sink.receive(event)
    }
}
