import ArgumentParser
import OctologCore

/// The options of commands that turn logs into events.
struct AnalysisOptions: ParsableArguments {
    @OptionGroup var own: RuleOptions

    @OptionGroup var output: EventOutputOptions

    @Option(
        help: ArgumentHelp("Fail at this level (info to critical), or if a startup failed.", valueName: "level|startup")
    )
    var failOn: FailOn?

    @Option(
        help: ArgumentHelp(
            "Seal secrets into the events for the owner of this public key: age1..., of keygen or age-keygen.",
            valueName: "recipient"))
    var revealTo: String?

    @OptionGroup var state: StateOptions

    @OptionGroup var metrics: MetricsOptions

    @OptionGroup var chain: ChainOptions

    func validate() throws {
        _ = try sealer()
        if revealTo != nil, let format = output.format, !format.hasSealedValues {
            throw ValidationError(
                "--reveal-to needs --format events: \(format.rawValue) has no place for sealed values.")
        }
    }

    /// What seals to `--reveal-to`. Its text is not quoted where it is wrong: it may be a private key.
    private func sealer() throws -> Sealer? {
        guard let revealTo else { return nil }
        do throws(KeyError) {
            return Sealer(recipient: try Recipient(revealTo))
        } catch {
            throw ValidationError(
                """
                --reveal-to can't take this recipient: \(error.message). A recipient is an X25519 public key: age1 and \
                58 more characters, as octolog keygen and age-keygen print it, or its 32 bytes in hexadecimal or base64.
                """)
        }
    }

    /// Reads logs, writes what they show, and ends with what that amounts to.
    ///
    /// - Parameters:
    ///   - paths: the files that are read, which no output may overwrite.
    ///   - inputs: the names of what is read, in the order in which it is.
    ///   - isWatched: whether a terminal is to say what goes on.
    ///   - read: reads the logs, and returns what they amount to.
    func run(
        _ reading: ReadingOptions, paths: [String], inputs: [String], isWatched: Bool,
        read: (Analysis, StateFile?, inout EventWriter) throws -> (totals: Totals, exit: Exit)
    ) throws {
        let rules = try own.ruleSet()
        let metrics = try metrics.file(besides: paths + [output.output, state.state])
        let state = try state.file(inputs: paths, output: output.output)
        let chain = try chain.file(
            of: inputs, framing: reading.options.framing,
            besides: paths + own.files + [output.output, self.state.state, self.metrics.metricsFile].compactMap { $0 })
        var sink = try output.writer(
            inputs: paths, hasText: revealTo == nil, isWatched: isWatched, resumes: state?.known != nil,
            metrics: metrics)
        var options = reading.options
        options.sealer = try sealer()
        options.throttle = output.throttle
        options.chain = chain?.recorder
        let analysis = Analysis(options: options, rules: rules, failOn: failOn, metrics: metrics)
        let (totals, outcome) = try read(analysis, state, &sink)
        chain?.finish()
        let exit = sink.finish(outcome)
        if exit == .nothingRecognised, totals.inputs > 0, !output.quiet { Diagnostics.say(totals.nothingRecognised) }
        if output.verbose {
            let share =
                totals.startupLines == 0
                ? "" : ", \(totals.recognisedLines) of \(totals.startupLines) startup lines known"
            Diagnostics.say("inputs: \(totals.inputs), \(totals.lines) lines, \(totals.bytes) bytes\(share)")
        }
        if exit != .success { throw exit.error }
    }
}

/// What a run does with the logs that it reads.
struct Analysis {
    var options = Analyzer.Options()
    var rules = RuleSet.builtIn
    /// What the caller wants to be a failure.
    var failOn: FailOn?
    /// What is to be written where the input is quiet.
    var metrics: MetricsFile?
    /// Whether more may come while it is read.
    var isLive = false
    /// Waits where several logs are read as they come, see `Analyzer.read`.
    var wait: LaneWait?
    /// What is said to be read; nil for the logs' files.
    var inputs: [String]?
    /// Whether earlier runs have read some of it.
    var isResumed = false
    /// Reads the user's rules again, where SIGHUP asks for that.
    var reload: (() -> ReloadedRules)?

    /// Reads logs to their ends, and tells `sink` what they show.
    ///
    /// - Parameters:
    ///   - state: what is known of registrations from one run to the next.
    ///   - failure: what could not be had to be read.
    ///   - jobs: the threads that read; nil for this one alone.
    ///   - open: opens a file of a log by its name.
    ///   - ended: is called when all is read.
    /// - Returns: what the run amounts to, and its exit code.
    func run<Source: ByteSource & ~Copyable>(
        _ logs: [[String]], state: StateFile?, failure: Exit? = nil, into sink: inout some EventSink,
        jobs: Jobs<Source>? = nil, open: (String) throws(InputError) -> Source,
        ended: (inout Analyzer, inout Outcome) -> Void = { _, _ in }
    ) -> (totals: Totals, exit: Exit) {
        var analyzer = Analyzer(rules: rules, options: options)
        state?.begin(with: &analyzer)
        analyzer.start(inputs: inputs ?? logs.flatMap { $0 }, isResumed: isResumed, into: &sink)
        var outcome = Outcome(failure: failure, failOn: failOn)
        var isIdle = false
        let wait: LaneWait? = wait.map { wait in
            { logs, hasEvents in
                isIdle = !hasEvents && state?.isUnsaved == true
                return isIdle || Signals.wantsReload ? .woken : wait(logs, hasEvents)
            }
        }
        let hasState = state != nil
        analyzer.read(
            logs, into: &sink, open: open,
            failed: { path, error in
                Diagnostics.say("can't read \(path == "-" ? "stdin" : path): \(error.message)")
                outcome.note(error)
            },
            went: { analyzer, _ in
                if Signals.wantsReload, let reload, Signals.takeReload() { analyzer.take(reload()) }
                if hasState { state?.keepUp(with: &analyzer, atOnce: isIdle || isLive && wait == nil) }
            }, jobs: jobs, wait: wait)
        state?.journal?.finish()
        state?.save(&analyzer)
        Self.explain(analyzer.totals)
        ended(&analyzer, &outcome)
        if outcome.failure == nil, metrics?.isFailing == true { outcome.failure = .ioError }
        var exit = Exit.success
        _ = analyzer.finish(
            exitCode: { totals in
                exit = outcome.exit(state?.journal?.newTotals(of: totals) ?? totals)
                return Int(exit.rawValue)
            }, isBrokenOff: state?.journal?.ledger != nil && Signals.received != nil, into: &sink)
        if let state, state.isUnsaved { state.save(&analyzer) }
        return (analyzer.totals, exit)
    }

    /// Says what can be done about limits that were hit.
    private static func explain(_ totals: Totals) {
        if totals.ownEvents > 0 {
            Diagnostics.say(
                "\(totals.ownEvents) of the lines are events that octolog wrote, and were passed over: octolog correlate reads them"
            )
        }
        if let count = totals.limits[.leftOut] {
            Diagnostics.say(
                "\(count) lines hold no message: journalctl leaves out long ones, and those with control characters, unless it is called with --all"
            )
        }
        if totals.limits[.answer] != nil {
            Diagnostics.say(
                "an answer of Loki's on a line of more than 1 MiB is not taken apart: ask for fewer lines, or use logcli -o jsonl"
            )
        }
    }
}
