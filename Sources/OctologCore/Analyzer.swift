/// Bytes in, events out: wires the stages together and decides nothing.
///
/// One analyzer serves one run. It reads several logs side by side, and tells their events in the order of time.
package struct Analyzer: ~Copyable {
    package struct Options: Sendable {
        /// The container's name, for inputs that name none; several inputs are then one container's.
        package var container: String?
        /// The containers' names of logs that are known to be of one, by the logs' names.
        package var containers: [String: String] = [:]
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
        /// How often a container's events may say the same.
        package var throttle: Throttle.Limit?
        /// Chains the lines that are read; then one thread reads.
        package var chain: ChainRecorder?

        package init() {}

        /// Whether what happened then is to be told; what has no time is.
        func includes(_ time: Timestamp?) -> Bool {
            guard let time else { return true }
            return since.map { $0 <= time } ?? true && until.map { time <= $0 } ?? true
        }
    }

    let options: Options
    var recogniser: Recogniser
    private var correlator = Correlator(isBounded: true)
    private var teller: Teller
    /// What the run amounts to so far.
    package var totals: Totals { teller.totals }

    package init(rules: RuleSet = .builtIn, options: Options = Options()) {
        self.options = options
        recogniser = Recogniser(rules)
        teller = Teller(throttle: options.throttle, container: options.container)
    }

    /// Announces the run.
    package mutating func start(inputs: [String], into sink: inout some EventSink) {
        teller.start(recogniser.classifier.set, inputs: inputs, into: &sink)
    }

    /// Takes over what was known of registrations before this run, or what other runs came to know meanwhile.
    package mutating func remember(_ state: KnownState, isNews: Bool) {
        correlator.remember(state.events, isNews: isNews)
    }

    /// Writes what is known of registrations, in pieces, for the next run to remember.
    package func writeState(_ body: ([UInt8]) -> Void) { KnownState.write(correlator.registrations, body) }

    /// Reads `logs` to their ends; events go to `sink` as soon as no earlier one can come from another log.
    ///
    /// - Parameters:
    ///   - logs: each a log in one file, or in several that follow one another.
    ///   - open: opens a file by its name: a path, or `-`.
    ///   - failed: is told of each file that can't be read, or not to its end.
    ///   - learned: is called when all that was read is told, and something new is known of registrations.
    ///   - jobs: the threads that read, where the logs are files; what is told does not depend on them. Nil to read in
    ///     this one, by `open`.
    ///   - wait: waits where several logs are read as they come, see `Lanes`; nil to read them as files.
    package mutating func read<Source: ByteSource & ~Copyable>(
        _ logs: [[String]], into sink: inout some EventSink, open: (String) throws(InputError) -> Source,
        failed: (String, InputError) -> Void, learned: (inout Analyzer) -> Void = { _ in },
        jobs: Jobs<Source>? = nil, wait: ((_ logs: [Int], _ hasEvents: Bool) -> Bool)? = nil
    ) {
        let wait = logs.count > 1 ? wait : nil
        var lanes = Lanes<Source>(
            logs, isLive: wait != nil, options: options, rules: recogniser.classifier.set, jobs: jobs)
        var known = correlator.registrations.changes
        while let lane = lanes.next(&recogniser, into: &sink, open: open, failed: failed, wait: wait) {
            let until = lanes.timeOfOthers(than: lane)
            while let told = lanes.take(from: lane, until: until) { tell(told, into: &sink) }
            if !lanes.drainsSink { sink.inputDrained() }
            if correlator.registrations.changes != known {
                learned(&self)
                known = correlator.registrations.changes
            }
        }
        for lane in 0..<lanes.count { teller.totals.add(lanes.totals(of: lane)) }
    }

    /// Takes note of how the commands ended whose output was read.
    package mutating func note(_ commands: [CommandEnd]) { teller.totals.commands = commands }

    /// Ends the run.
    package mutating func finish(exitCode: (Totals) -> Int, into sink: inout some EventSink) -> Int {
        for event in correlator.finish() { send(event, at: event.time, into: &sink) }
        let code = exitCode(totals)
        teller.totals.chain = options.chain?.summary
        teller.finish(exitCode: code, into: &sink)
        return code
    }
}

// MARK: - Events

extension Analyzer {
    private mutating func tell(_ told: consuming Told, into sink: inout some EventSink) {
        let time = told.time
        var event = told.event
        let found = correlator.note(&event)
        send(event, at: time, into: &sink)
        for event in found { send(event, at: time, into: &sink) }
    }

    /// Tells an event if it is asked for.
    ///
    /// - Parameter time: when it happened, as far as its log tells.
    private mutating func send(_ event: consuming Event, at time: Timestamp?, into sink: inout some EventSink) {
        guard options.includes(time) else { return teller.skip(event) }
        teller.send(event, at: time, into: &sink)
    }
}
