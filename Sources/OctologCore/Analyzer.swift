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
        /// What earlier runs knew of logs, by the path of each log's first file.
        package var histories: [String: LogHistory] = [:]
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
    /// Rules that are to take the place of those in force.
    private var reloads: ReloadedRules?
    /// What the run amounts to so far.
    package var totals: Totals { teller.totals }

    package init(rules: RuleSet = .builtIn, options: Options = Options()) {
        self.options = options
        recogniser = Recogniser(rules)
        teller = Teller(throttle: options.throttle, container: options.container)
    }

    /// Announces the run.
    package mutating func start(inputs: [String], isResumed: Bool = false, into sink: inout some EventSink) {
        teller.start(recogniser.classifier.set, inputs: inputs, isResumed: isResumed, into: &sink)
    }

    /// Takes over what was known of registrations before this run, or what other runs came to know meanwhile.
    package mutating func remember(_ state: KnownState, isNews: Bool) {
        correlator.remember(state.events, isNews: isNews)
    }

    /// Writes a state with what is known of registrations, in pieces, for the next run to remember.
    package func write(_ state: KnownState, _ body: ([UInt8]) -> Void) { state.write(correlator.registrations, body) }

    /// Reads `logs` to their ends; events go to `sink` as soon as no earlier one can come from another log.
    ///
    /// - Parameters:
    ///   - logs: each a log in one file, or in several that follow one another.
    ///   - open: opens a file by its name: a path, or `-`.
    ///   - failed: is told of each file that can't be read, or not to its end.
    ///   - went: is called again and again when all that was read is told.
    ///   - jobs: the threads that read, where the logs are files; what is told does not depend on them. Nil to read in
    ///     this one, by `open`.
    ///   - wait: waits where logs are read as they come, see `Lanes`; nil to read them as files.
    package mutating func read<Source: ByteSource & ~Copyable, Sink: EventSink>(
        _ logs: [[String]], into sink: inout Sink, open: (String) throws(InputError) -> Source,
        failed: (String, InputError) -> Void, went: (inout Analyzer, inout Sink) -> Void = { _, _ in },
        jobs: Jobs<Source>? = nil, wait: LaneWait? = nil
    ) {
        var lanes = Lanes<Source>(
            logs, isLive: wait != nil, options: options, rules: recogniser.classifier.set, jobs: jobs)
        while true {
            switch lanes.next(&recogniser, into: &sink, open: open, failed: failed, wait: wait) {
            case .end:
                for lane in 0..<lanes.count { teller.totals.add(lanes.totals(of: lane)) }
                return
            case .lane(let lane):
                let until = lanes.timeOfOthers(than: lane)
                while let told = lanes.take(from: lane, until: until) { tell(told, into: &sink) }
                if !lanes.drainsSink { sink.inputDrained() }
            case .nothing: break
            }
            went(&self, &sink)
            if reloads != nil, let reloaded = reloads.take() { reload(reloaded, &lanes, into: &sink) }
        }
    }

    /// Other rules from here on: what the user's rules were waiting for is forgotten.
    private mutating func reload<Source: ByteSource & ~Copyable>(
        _ reloaded: ReloadedRules, _ lanes: inout Lanes<Source>, into sink: inout some EventSink
    ) {
        if let rules = reloaded.rules {
            recogniser = Recogniser(rules)
            lanes.forgetWatches()
        }
        teller.reload(reloaded, now: recogniser.classifier.set, into: &sink)
        sink.inputDrained()
    }

    /// How much is known of registrations: it grows when something new is.
    package var registrationChanges: Int { correlator.registrations.changes }

    /// Takes other rules, for the log's lines from where it is read now.
    package mutating func take(_ reloaded: ReloadedRules) { reloads = reloaded }

    /// Takes note of how the commands ended whose output was read.
    package mutating func note(_ commands: [CommandEnd]) { teller.totals.commands = commands }

    /// Ends the run.
    ///
    /// - Parameter isBrokenOff: whether another run goes on with what was read: nothing is concluded then.
    package mutating func finish(
        exitCode: (Totals) -> Int, isBrokenOff: Bool = false, into sink: inout some EventSink
    ) -> Int {
        if !isBrokenOff { for event in correlator.finish() { send(event, at: event.time, into: &sink) } }
        let code = exitCode(totals)
        teller.totals.chain = options.chain?.summary
        teller.totals.isBrokenOff = isBrokenOff
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
