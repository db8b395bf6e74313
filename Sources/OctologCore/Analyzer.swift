/// Bytes in, events out: wires the stages together and decides nothing.
///
/// One analyzer serves one run. It reads its inputs one after the other, each to its end.
package struct Analyzer: ~Copyable {
    package struct Options: Sendable {
        /// The container's name, for inputs that name none; several inputs are then one container's.
        package var container: String?
        /// How much of a line is shown, in bytes; more is read all the same.
        package var maxLine = 1 << 20

        package init() {}
    }

    let options: Options
    var classifier: Classifier
    var redactor = Redactor()
    private var ledger = RegistrationLedger()
    var container: Container?
    var matches: [Match] = []
    var input = ""
    /// What the run amounts to so far.
    package internal(set) var totals = Totals()

    package init(rules: RuleSet = .builtIn, options: Options = Options()) {
        self.options = options
        classifier = Classifier(rules)
    }

    /// Announces the run.
    package mutating func start(inputs: [String], into sink: inout some EventSink) {
        let rules = classifier.set
        let started = RunStarted(
            version: Octolog.version, rules: rules.rules.count, digest: rules.digest, inputs: inputs)
        sendRunEvent(.runStarted(started), subject: inputs.joined(separator: " "), into: &sink)
    }

    /// Reads `source` to its end; events go to `sink` as soon as the lines that prove them are read.
    ///
    /// - Parameter name: the input's name in the evidence: a path, or `-`.
    package mutating func read<Source: ByteSource & ~Copyable>(
        _ source: inout Source, named name: String, into sink: inout some EventSink
    ) throws(Source.Failure) {
        input = name
        if container == nil {
            container =
                options.container.map { Container(name: $0, isInput: false) } ?? Container(name: name, isInput: true)
        }
        totals.inputs += 1
        var buffer = LineBuffer()
        defer {
            totals.lines += buffer.lineCount
            totals.bytes += buffer.byteCount
        }
        var hasMore = true
        while hasMore {
            do {
                hasMore = try buffer.fill(from: &source)
            } catch {
                // What was read before is told, and the next input is not taken for this one's.
                endInput(&buffer, into: &sink)
                throw error
            }
            if hasMore {
                buffer.drain(atEnd: false) { bytes, region in process(bytes, region, into: &sink) }
                sink.inputDrained()
            }
        }
        endInput(&buffer, into: &sink)
    }

    /// Hands on what is left of an input, and closes its container unless the next input is of the same one.
    private mutating func endInput(_ buffer: inout LineBuffer, into sink: inout some EventSink) {
        buffer.drain(atEnd: true) { bytes, region in process(bytes, region, into: &sink) }
        finishRecord(into: &sink)
        if options.container == nil { finishContainer(into: &sink) }
        sink.inputDrained()
    }

    /// Ends the run: what is still open is told as unfinished.
    package mutating func finish(exitCode: (Totals) -> Int, into sink: inout some EventSink) -> Int {
        finishContainer(into: &sink)
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
    private mutating func finishContainer(into sink: inout some EventSink) {
        guard container != nil else { return }
        container?.machine.finish()
        sendEmissions(into: &sink)
        container = nil
    }

    mutating func sendEmissions(into sink: inout some EventSink) {
        guard let emissions = container?.machine.emissions, !emissions.isEmpty else { return }
        container?.machine.emissions.removeAll(keepingCapacity: true)
        for emission in emissions {
            guard let event = container?.event(emission) else { return }
            send(event, into: &sink)
            if case .registrationObserved(let registration) = event.payload, registration.outcome == .registered {
                tellDuplicates(registration, event, into: &sink)
            }
        }
    }

    private mutating func tellDuplicates(
        _ registration: Registration, _ event: Event, into sink: inout some EventSink
    ) {
        guard let name = container?.name else { return }
        if registration.madeCertificate { container?.certificates += 1 }
        let entry = RegistrationLedger.Entry(
            registration: registration, container: name, startup: event.origin.startup ?? 1, time: event.time,
            evidence: event.evidence.suffix(1), incarnation: container?.certificates ?? 0)
        for duplicate in ledger.add(entry) {
            let emission = Emission(
                payload: .registrationDuplicate(duplicate), level: duplicate.class.level, time: event.time,
                subject: "registration/\(duplicate.class.rawValue)", startup: event.origin.startup,
                evidence: event.evidence)
            if let event = container?.event(emission) { send(event, into: &sink) }
        }
    }

    mutating func noteGivenUp(at location: Location, into sink: inout some EventSink) {
        let rule = classifier.gaveUp.map { classifier.set.rules[$0].id } ?? redactor.gaveUp
        guard let rule else { return }
        classifier.gaveUp = nil
        redactor.gaveUp = nil
        noteLimit(
            .match, rule: rule, line: location.line, offset: location.offset, length: location.length, into: &sink)
    }

    mutating func noteCut(_ segments: [RecordAssembler.Segment], into sink: inout some EventSink) {
        for segment in segments where segment.location.length > options.maxLine {
            noteLimit(
                .line, rule: nil, line: segment.location.line, offset: segment.location.offset,
                length: segment.location.length, into: &sink)
        }
    }

    /// Counts a limit; the first time in a run, and each tenfold of it, is an event.
    mutating func noteLimit(
        _ limit: LimitHit.Limit, rule: String?, line: Int, offset: Int, length: Int, into sink: inout some EventSink
    ) {
        let count = totals.limits[limit, default: 0] + 1
        totals.limits[limit] = count
        var power = 1
        while power < count { power *= 10 }
        guard power == count else { return }
        let evidence = Evidence(input: input, location: Location(line: line, offset: offset, length: length), text: "")
        container?.machine.emit(
            .limitHit(LimitHit(limit: limit, rule: rule, count: count)), level: .low,
            subject: "limit/\(limit.rawValue)",
            evidence: [evidence])
        sendEmissions(into: &sink)
    }

    private mutating func sendRunEvent(_ payload: Payload, subject: String, into sink: inout some EventSink) {
        var digest = Digest(domain: "run")
        digest.add(subject)
        send(
            Event(
                payload: payload, source: "urn:octolog:run", subject: "run/\(digest.hexadecimal(bytes: 4))",
                level: .info,
                sequence: payload.type == .runStarted ? 1 : 2, origin: Origin(), evidence: []), into: &sink)
    }

    private mutating func send(_ event: Event, into sink: inout some EventSink) {
        totals.note(event)
        sink.receive(event)
    }
}
