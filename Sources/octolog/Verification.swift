import OctologCore

/// Holds runs of events against their logs.
struct Verification {
    let logs: VerifiedLogs
    let rules: RuleSet
    let options: Analyzer.Options
    let chain: ChainInput?

    private(set) var counts = RunCheck.Counts()
    /// What is to be said of runs that may lack events at their ends, and what they read.
    private var cut: [(note: String, inputs: [String])] = []
    /// What could not be read.
    var outcome = Outcome(failure: nil, failOn: nil)
    /// What is to be said besides.
    private(set) var notes: [String] = []
    /// Whether something could not be checked in full.
    private(set) var isIncomplete = false
    private var hasFoundChain = false
    private var runs = 0
    private let earlier = ToldEarlier()

    init(logs: VerifiedLogs, rules: RuleSet, options: Analyzer.Options, chain: ChainInput?) {
        (self.logs, self.rules, self.options, self.chain) = (logs, rules, options, chain)
    }

    /// What was found out of a run.
    private struct Verdict {
        var check: RunCheck
        var failures: [VerifyFailure]
        /// How many bytes of the log came after what the run read.
        var growth: Int?
    }

    /// What a run is held against.
    private struct Plan {
        var names: [String]
        var files: [String: String]
        var options: Analyzer.Options
        var hasChain: Bool
        var limit: Int?
        var isResumed: Bool
        /// Whether a later run may go on with what this one read.
        var isRemembered: Bool
        var isBrokenOff: Bool
        /// Whether nobody knows how far it read: `run.finished` tells it of all logs together.
        var isOpenEnded: Bool { isBrokenOff && names.count > 1 }

        var unknown: Set<String> { Set(names.filter { files[$0] == nil }) }
    }

    /// Checks the run at hand.
    ///
    /// - Returns: what does not hold.
    mutating func check(_ events: EventRuns, _ survey: EventRuns.Survey?) -> [VerifyFailure] {
        runs += 1
        let end = survey.flatMap { $0.ends.indices.contains(events.number) ? $0.ends[events.number] : nil }
        var plan = plan(events.header(), end, survey)
        earlier.begin(plan.names, isResumed: plan.isResumed)
        // What was cut is whole again.
        if plan.isResumed { cut.removeAll { $0.inputs.contains(where: plan.names.contains) } }
        var growth: Int?
        if plan.names.count == 1, let file = plan.files[plan.names[0]], let bytes = end?.bytes {
            growth = VerifiedLogs.growth(of: file, since: bytes)
            if growth != nil { plan.limit = bytes }
        }
        var verdict = verify(plan, events)
        if growth != nil, !verdict.failures.isEmpty {
            // It may be longer because something stands in it that did not: the reading that more fits is the right one.
            var whole = plan
            whole.limit = nil
            let other = verify(whole, events.again())
            if other.failures.count <= verdict.failures.count { (verdict, growth) = (other, nil) }
        }
        verdict.growth = growth
        earlier.add(verdict.check)
        note(verdict, plan)
        return verdict.failures
    }

    private func plan(_ header: RunHeader, _ end: RunEnd?, _ survey: EventRuns.Survey?) -> Plan {
        var options = options
        if options.container == nil { options.container = header.container }
        for name in header.inputs where name.hasPrefix("docker:") {
            options.containers[name] = String(name.dropFirst("docker:".count))
        }
        let names = header.inputs.isEmpty ? logs.paths : header.inputs
        return Plan(
            names: names, files: header.inputs.isEmpty ? logs.files(of: logs.paths) : logs.files(of: names),
            options: options, hasChain: chain != nil || survey == nil || end?.hasChain == true,
            isResumed: header.isResumed, isRemembered: survey?.isAnyResumed != false,
            isBrokenOff: end?.isBrokenOff == true)
    }

    private mutating func verify(_ plan: Plan, _ events: EventRuns) -> Verdict {
        var check = RunCheck(
            unknown: plan.unknown, earlier: plan.isResumed ? earlier : nil, isRemembered: plan.isRemembered,
            isOpenEnded: plan.isOpenEnded
        ) { events.line() }
        let lines = chain?.check()
        var options = plan.options
        let isChained = plan.hasChain && plan.unknown.isEmpty
        if isChained {
            options.chain = ChainRecorder(inputs: plan.names, framing: options.framing) { lines?.take($1, of: $0) }
        }
        read(plan, options, into: &check)
        check.finish()
        var failures = check.failures
        failures += look(at: check, plan)
        if let summary = options.chain?.summary { failures += chainFailures(check, summary, lines, plan.names) }
        if check.chain != nil, !isChained { isIncomplete = true }
        return Verdict(check: check, failures: failures)
    }

    /// Reads the logs, and tells `sink` what they show.
    private mutating func read(_ plan: Plan, _ options: Analyzer.Options, into sink: inout some EventSink) {
        var analyzer = Analyzer(rules: rules, options: options)
        analyzer.start(inputs: plan.names, isResumed: plan.isResumed, into: &sink)
        let known = plan.names.filter { plan.files[$0] != nil }
        let all = options.container == nil ? RotatedSet.group(known) : [known]
        let logs = logs
        var outcome = outcome
        analyzer.read(all, into: &sink) { name throws(InputError) in
            try logs.open(plan.files[name] ?? name, limit: plan.limit, isBrokenOff: plan.isBrokenOff)
        } failed: { name, error in
            Diagnostics.say("can't read \(plan.files[name] ?? name): \(error.message)")
            outcome.note(error)
        }
        self.outcome = outcome
        _ = analyzer.finish(exitCode: { _ in 0 }, isBrokenOff: plan.isBrokenOff, into: &sink)
    }

    /// Names the lines of events that the log does not show: it is read once more.
    private mutating func look(at check: RunCheck, _ plan: Plan) -> [VerifyFailure] {
        var lines = EvidenceCheck(of: check, inputs: plan.names, framing: plan.options.framing)
        guard lines.isNeeded else { return [] }
        var options = plan.options
        let recorder = ChainRecorder(inputs: plan.names, framing: options.framing, wanted: lines.lines) { _, _ in }
        options.chain = recorder
        read(plan, options, into: &lines)
        return lines.failures(recorder.found)
    }

    /// What does not hold of the chain.
    private mutating func chainFailures(
        _ check: RunCheck, _ summary: ChainSummary, _ lines: ChainCheck?, _ names: [String]
    ) -> [VerifyFailure] {
        guard let chain, let lines else {
            guard let told = check.chain, told != summary else { return [] }
            return [.chain("the lines are not those that were read: --chain FILE would tell which changed")]
        }
        let isOwn = check.chain == chain.index.summary
        hasFoundChain = hasFoundChain || isOwn
        guard check.chain == nil || isOwn else {
            return check.chain == summary
                ? []
                : [.chain("the lines are not those that were read, and the chain is not theirs: it can't tell which")]
        }
        let failures = lines.finish(names)
        if failures.isEmpty, chain.index.summary != summary {
            return [.chain("the lines are not those that were read")]
        }
        return failures
    }

    private mutating func note(_ verdict: Verdict, _ plan: Plan) {
        let check = verdict.check
        counts.add(check.counts)
        counts.failures += verdict.failures.count - check.failures.count
        if check.counts.failures > check.failures.count {
            notes.append("\(check.counts.failures - check.failures.count) more failures are counted, and not told")
        }
        if !check.isWhole {
            let more = check.missingOfCut > 0 ? "; the log shows \(check.missingOfCut) events more" : ""
            cut.append(
                (
                    "the events have no octolog.run.finished.v1: they were cut, and none may lack in the middle\(more)",
                    plan.names
                ))
        }
        if check.isWhole, plan.isOpenEnded {
            cut.append(
                (
                    "a signal ended a run over several logs, and nobody knows how far it read: that \(check.missingOfCut) events of theirs are not there is not held against it",
                    plan.names
                ))
        }
        if !check.hasStart { isIncomplete = true }
        if check.untold > 0 {
            isIncomplete = true
            notes.append(
                "the log shows \(check.untold) events that earlier runs may have told: give all events since the first run"
            )
        }
        for name in plan.unknown.sorted() {
            notes.append("there is no --log of the input \(name): what was read of it is not checked")
        }
        if !plan.unknown.isEmpty { isIncomplete = true }
        if let made = check.madeBy {
            isIncomplete = true
            let rules = made.isOtherRules ? " and other rules (--rules)" : ""
            notes.append(
                "the events were made by octolog \(made.version)\(rules), this is \(Octolog.version): they may differ because of that"
            )
        }
        if let growth = verdict.growth, verdict.failures.isEmpty {
            notes.append("the log went on for \(growth) bytes since: these are not looked at")
        }
    }

    /// All runs were checked.
    mutating func finish() {
        notes += cut.map(\.note)
        guard let chain, runs > 0, !hasFoundChain else { return }
        isIncomplete = true
        notes.append("\(chain.path) is not the chain that the events tell of: it was changed, or it is another run's")
    }

    /// What it amounts to.
    func exit(_ failure: Exit?) -> Exit {
        if let signal = Signals.received { return signal }
        if let failure = failure ?? outcome.failure { return failure }
        if counts.failures > 0 { return .findings }
        if counts.events + counts.unchecked == 0 { return .nothingRecognised }
        return isIncomplete || !cut.isEmpty || counts.foreign > 0 || counts.unchecked > 0 ? .incomplete : .success
    }
}
