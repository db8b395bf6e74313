/// Follows one container through its startups: facts in, events out, no I/O.
///
/// It believes the scripts as long as they have the word. Once the program runs, lines that look
/// like the scripts' may come from anybody who can print to the console, and change nothing.
struct StartupStateMachine {
    private(set) var product: Product?
    private(set) var eras: Eras = []
    var startup: Startup?
    /// The findings that were told since the last startup began.
    var raised: Set<String> = []
    /// How many lines like keys were told since the last startup began.
    private var looseKeys = 0
    private static let maximumLooseKeys = 100
    /// The thumbprint that the container's certificate had at its last boot.
    var knownThumbprint: String?
    /// Whether the container may be one that another made up: then no key of it is trusted.
    var isSuspect = false
    private var detected: Eras?
    var emissions: [Emission] = []

    /// Whether each line matters, not only those that hold a literal.
    var wantsEveryLine: Bool {
        guard let startup else { return false }
        return startup.stage.isScripted || startup.abort != nil && startup.stage != .failed
    }

    /// Takes in one fact.
    mutating func consume(_ observation: Observation, product: Product?, eras: Eras?) {
        narrow(to: product, eras, anew: observation.fact == .begins)
        guard prepareStartup(for: observation) else { return }
        if startup?.stage == .beginning { resolveKind(observation) }
        switch observation.fact {
        case .begins: begin(observation)
        case .skipsConfiguration: startup?.stage = .configured
        case .enters(let phase): enter(phase, observation)
        case .executes: execute(observation)
        case .completes:
            guard isScriptsOwn(observation) else { return }
            overruleAbort()
            endCommand(.done, exitCode: 0, observation)
        case .aborts: abort(observation)
        case .gaveUp: giveUp(observation)
        case .observes(let setting): observe(setting, observation)
        case .masterKey(let state): noteMasterKey(state, observation)
        case .showsKey: noteKey(observation)
        case .makesCertificate, .thumbprint, .importsCertificate, .keepsCertificate: noteCertificate(observation)
        case .authenticates: startup?.auth = Self.auth(observation.value)
        case .registers: noteServer(observation)
        case .registered: noteRegistered(observation)
        case .polls: notePolling(observation)
        case .configured: configured(observation)
        case .ready: ready(observation)
        case .ends: end(observation)
        case .terminates: terminate(observation)
        case .overcomes(let code): startup?.failing.removeAll { $0.cause.code == code }
        case .fails(let cause): fail(cause, observation)
        case .shows, .known, .finds, .awaited: break
        }
    }

    /// Takes in a line that no rule knows.
    mutating func consumeUnknown(_ evidence: Evidence, writer: Writers) {
        guard startup != nil, startup?.stage.isScripted == true else { return }
        let text = evidence.text.trimmingBlanks()
        // The server's reasons follow its refusal, one a line, log-grammar 9.2.
        if text.hasPrefix("- "), let last = startup?.failing.indices.last, startup?.failing[last].detail == nil {
            startup?.failing[last].detail = String(text.dropFirst(2))
            startup?.failing[last].evidence.append(evidence)
        }
        if writer == .bare, startup?.unexplained == nil { startup?.unexplained = evidence }
    }

    /// Counts a line; a verdict that waited for its echoes is given when no more are to come.
    mutating func countLine() {
        guard let lines = startup?.abort?.linesToCome, startup?.stage != .failed else { return }
        if lines <= 0 { concludeFailure() } else { startup?.abort?.linesToCome = lines - 1 }
    }

    /// The log ends here.
    mutating func finish() { closeStartup() }

    mutating func emit(
        _ payload: Payload, level: Level = .info, time: Moment? = nil, subject: String? = nil, evidence: [Evidence]
    ) {
        var path = startup.map { "startup/\($0.number)" }
        if let subject { path = path.map { "\($0)/\(subject)" } ?? subject }
        emissions.append(
            Emission(
                payload: payload, level: level, time: time, subject: path, startup: startup?.number, evidence: evidence)
        )
    }
}

// MARK: - Beginning

extension StartupStateMachine {
    private mutating func narrow(to product: Product?, _ eras: Eras?, anew: Bool) {
        if let product, self.product != product {
            self.product = product
            self.eras = Eras.all(of: product)
        }
        guard let eras else { return }
        let common = self.eras.intersection(eras)
        if !common.isEmpty {
            self.eras = common
        } else if anew {
            // Logs of several containers can follow one another in one input.
            self.eras = eras
        }
    }

    /// Makes sure there is a startup for a fact that needs one.
    ///
    /// - Returns: false if the fact means nothing here.
    private mutating func prepareStartup(for observation: Observation) -> Bool {
        let hasEnded = startup == nil
        switch observation.fact {
        case .begins: return true
        case .enters, .executes, .observes, .masterKey, .configured, .ready, .skipsConfiguration:
            if hasEnded { beginInTheMiddle(observation) }
            return true
        case .registered:
            // A script prints what its command says; by itself the line is anybody's.
            if hasEnded, observation.writer == .output { beginInTheMiddle(observation) }
            return startup != nil
        case .showsKey, .fails: return true
        case .completes, .aborts, .gaveUp, .makesCertificate, .thumbprint, .importsCertificate, .keepsCertificate,
            .authenticates, .registers, .polls, .ends, .terminates, .overcomes, .shows, .known,
            .finds, .awaited:
            return !hasEnded
        }
    }

    /// The log does not show how the startup began.
    private mutating func beginInTheMiddle(_ observation: Observation) {
        startup = Startup(number: 1)
        if observation.fact == .skipsConfiguration { return }
        startup?.stage = observation.fact == .ready ? .running : .configuring
        detect(observation.evidence, observation.time)
        emit(
            .gapDetected(GapDetected(kind: .missingStart, to: observation.time?.timestamp)), time: observation.time,
            subject: "gap", evidence: observation.evidence)
    }

    private mutating func begin(_ observation: Observation) {
        let number = (startup?.number ?? 0) + 1
        closeStartup()
        raised = []
        looseKeys = 0
        startup = Startup(number: number)
        startup?.began = Startup.Step(phase: .banner, time: observation.time, evidence: observation.evidence)
    }

    /// The first fact after the beginning tells the kind of startup, and the startup can be announced.
    mutating func resolveKind(_ next: Observation?) {
        if next?.fact == .known || next?.fact == .shows { return }
        guard startup?.stage == .beginning else { return }
        let skips: Bool
        switch next?.fact {
        case .skipsConfiguration: skips = true
        // S3 restarts without a word: the batch file starts the program at once, log-grammar 2.4.
        case .enters(let phase): skips = phase == .start
        default: skips = false
        }
        let kind: StartupBegan.Kind = skips ? .skippedConfiguration : startup?.number == 1 ? .first : .restart
        startup?.kind = kind
        startup?.stage = .configuring
        let began = startup?.began
        var evidence = began?.evidence ?? []
        if skips, let next { evidence += next.evidence }
        detect(evidence, began?.time ?? next?.time)
        emit(.startupBegan(StartupBegan(kind: kind)), time: began?.time ?? next?.time, evidence: evidence)
        if let began {
            startup?.step = began
            startup?.note(.banner)
            emit(
                .phaseEntered(PhaseStep(phase: .banner)), time: began.time, subject: "phase/banner",
                evidence: began.evidence)
        }
    }

    /// Says what the log tells of its origin, once for each thing it tells.
    private mutating func detect(_ evidence: [Evidence], _ time: Moment?) {
        guard product != nil, detected != eras else { return }
        detected = eras
        emit(
            .sourceDetected(
                // What wraps the lines is for those to say who unwrapped them.
                SourceDetected(eras: eras.list, confidence: eras.list.count == 1 ? .certain : .likely)),
            time: time, subject: "source", evidence: evidence)
    }
}

// MARK: - Phases and commands

extension StartupStateMachine {
    private mutating func enter(_ phase: Phase, _ observation: Observation) {
        guard let stage = startup?.stage else { return }
        // While the program runs, a heading is anybody's print; after a failure the run part is the wrapper's.
        guard stage.isScripted || stage == .failed && phase.isRunning else { return }
        if startup?.abort != nil, stage != .failed {
            if phase.isRunning { concludeFailure() } else { overruleAbort() }
        }
        interruptCommand()
        announceConfiguration()
        completeStep(observation)
        startup?.step = Startup.Step(phase: phase, time: observation.time, evidence: observation.evidence)
        startup?.note(phase)
        detect(observation.evidence, observation.time)
        emit(
            .phaseEntered(PhaseStep(phase: phase)), time: observation.time, subject: "phase/\(phase.rawValue)",
            evidence: observation.evidence)
        guard startup?.stage != .failed else { return }
        switch phase {
        case .start: startup?.stage = .running
        case .run: startup?.stage = product == .tentacle ? .running : .configured
        case .import: startup?.stage = .configured
        case .banner, .create, .configure, .database, .paths, .directories, .communication, .trust, .certificate,
            .authentication, .stop, .admin, .license, .metrics, .masterKey, .startService, .register:
            break
        }
    }

    func completedStep(_ step: Startup.Step, until observation: Observation) -> PhaseStep {
        PhaseStep(phase: step.phase, durationSeconds: observation.time?.seconds(since: step.time))
    }

    private mutating func completeStep(_ observation: Observation) {
        guard let step = startup?.step else { return }
        startup?.step = nil
        guard startup?.stage != .failed else { return }
        emit(
            .phaseCompleted(completedStep(step, until: observation)), time: observation.time,
            subject: "phase/\(step.phase.rawValue)", evidence: step.evidence + observation.evidence)
    }

    private mutating func execute(_ observation: Observation) {
        guard startup?.stage.isScripted == true, isScriptsOwn(observation), let text = observation.value else { return }
        overruleAbort()
        interruptCommand()
        announceConfiguration()
        let line = Invocation(parsing: text)
        startup?.command = Startup.Running(line: line, time: observation.time, evidence: observation.evidence)
        startup?.unexplained = nil
        if product == .tentacle, let verb = line.verb, verb.hasPrefix("register-") {
            expectRegistration(line, observation)
        }
        detect(observation.evidence, observation.time)
    }

    /// Whether the script wrote a line. Right behind the heading of the master key it is believed without its prefix
    /// too: documents show it so, and nothing else prints there.
    private func isScriptsOwn(_ observation: Observation) -> Bool {
        !observation.writer.isDisjoint(with: .script) || startup?.step?.phase == .masterKey
    }

    /// The command is over; of one that failed the verdict on the startup tells more.
    mutating func endCommand(_ outcome: Invocation.Outcome, exitCode: Int?, _ observation: Observation?) {
        guard let command = startup?.command else { return }
        startup?.command = nil
        let executed = CommandExecuted(
            command: command.line, outcome: outcome, exitCode: exitCode,
            durationSeconds: observation?.time?.seconds(since: command.time))
        emit(
            .commandExecuted(executed), level: outcome == .failed ? .high : .info,
            time: observation?.time ?? command.time,
            subject: "command/\(command.line.verb ?? "")", evidence: command.evidence + (observation?.evidence ?? []))
        guard outcome == .done else { return }
        // What failed on the way to success cured itself.
        startup?.failing = []
        startup?.unexplained = nil
        startup?.terminated = nil
        if command.line.verb == "show-master-key", !command.showedKey { raise(.masterKeyNotShown, command.evidence) }
    }

    /// A script that goes on has not given up: the line that said so was another's, or came late, log-grammar 1.4.
    private mutating func overruleAbort() { startup?.abort = nil }

    /// A command whose end the log does not show.
    mutating func interruptCommand() {
        endCommand(.unfinished, exitCode: nil, nil)
    }

    private mutating func configured(_ observation: Observation) {
        guard startup?.stage.isScripted == true else { return }
        overruleAbort()
        interruptCommand()
        announceConfiguration()
        completeStep(observation)
        startup?.stage = .configured
        startup?.configuredAt = observation.time
    }

    mutating func ready(_ observation: Observation) {
        guard let startup, startup.stage == .running || startup.stage == .configured else { return }
        announceRegistration()
        completeStep(observation)
        let succeeded = StartupSucceeded(
            durationSeconds: observation.time?.seconds(since: startup.began?.time),
            configurationSeconds: startup.configuredAt?.seconds(since: startup.began?.time),
            phases: startup.phases.map(\.rawValue))
        self.startup?.stage = .ready
        self.startup?.failing = []
        self.startup?.terminated = nil
        emit(.startupSucceeded(succeeded), time: observation.time, evidence: observation.evidence)
    }
}

// MARK: - Configuration and keys

extension StartupStateMachine {
    private mutating func observe(_ setting: Setting, _ observation: Observation) {
        guard startup?.stage.isScripted == true, let value = observation.value else { return }
        startup?.configuration.observe(setting, value)
        if let count = startup?.configurationEvidence.count, count < Startup.maximumBannerLines {
            startup?.configurationEvidence += observation.evidence
        }
    }

    /// The banner is over: what it said is told at once.
    mutating func announceConfiguration() {
        guard let startup, !startup.configurationEvidence.isEmpty else { return }
        self.startup?.configurationEvidence = []
        emit(
            .configurationObserved(startup.configuration), time: startup.began?.time, subject: "configuration",
            evidence: startup.configurationEvidence)
    }

    private mutating func noteMasterKey(_ state: MasterKeyState, _ observation: Observation) {
        guard startup?.stage.isScripted == true else { return }
        emit(
            .masterKeyConfigured(MasterKeyConfigured(state: state, file: observation.value)), time: observation.time,
            subject: "master-key", evidence: observation.evidence)
    }

    /// Whether output is that of `show-master-key`, run by the script: nobody else can print there.
    private var isShowingMasterKey: Bool {
        guard let startup, startup.stage.isScripted, let command = startup.command else { return false }
        return command.line.verb == "show-master-key" && !command.showedKey
    }

    private mutating func noteKey(_ observation: Observation) {
        guard let key = observation.key else { return }
        let trusted = isShowingMasterKey && observation.writer == .output && !isSuspect
        // Thirty-two letters are many things; they are a key where one is expected.
        if !trusted, key.bits == 192 { return }
        if trusted {
            startup?.command?.showedKey = true
        } else {
            // Whoever prints them by the million says no more by it.
            guard looseKeys < Self.maximumLooseKeys else { return }
            looseKeys += 1
        }
        emit(
            .masterKeyShown(MasterKeyShown(fingerprint: key.fingerprint, bits: key.bits, trusted: trusted)),
            level: trusted ? .low : .medium,
            time: trusted ? (startup?.command?.time?.orLater(observation.time) ?? observation.time) : observation.time,
            subject: "master-key", evidence: (trusted ? startup?.command?.evidence ?? [] : []) + observation.evidence)
    }
}
