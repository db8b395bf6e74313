/// Follows one container through its startups: facts in, events out, no I/O.
///
/// It believes the scripts as long as they have the word. Once the program runs, lines that look
/// like the scripts' may come from anybody who can print to the console, and change nothing.
struct StartupStateMachine {
    var product: Product?
    var eras: Eras = []
    var startup: Startup?
    /// How many startups the container had before what is read of its log.
    var startupsBefore = 0
    /// The findings that were told since the last startup began.
    var raised: Set<String> = []
    /// How many lines like keys were told since the last startup began.
    var looseKeys = 0
    private static let maximumLooseKeys = 100
    /// The thumbprint that the container's certificate had at its last boot.
    var knownThumbprint: String?
    /// What the frames tell of the host's name, log-grammar 12.2.
    var hostName: String?
    /// What a program printed of a registration at the beginning of the log, before anything showed whose it was.
    var early: [Observation] = []
    /// Whether the container may be one that another made up: then nothing of it is trusted.
    var isSuspect = false
    /// Whether the program had the console since something outside of the container last told that it ended: what it
    /// runs may have printed all that came since, beginnings of startups too.
    var programHasSpoken = false
    /// Where the last key stood.
    var keyPlace = RecoveredKey.Place.loose
    var detected: (eras: Eras, version: String?)?
    /// The program's version, as it tells it.
    var version: String?
    /// SQL Server Express was started, by itself or within the Server's image: what comes next tells.
    var express: (began: Observation, ready: Observation?)?
    /// A login that SQL Server refused; the next line says why.
    var refusal: (state: String, evidence: [Evidence])?
    /// When the last line was printed.
    var clock: Moment?
    /// The latest time that the log tells, once it is at its end.
    var latest: Moment?
    /// A gap before the line at hand, unless that turns out to be the next startup's first.
    var gap: (gap: GapDetected, time: Moment, evidence: Evidence)?
    var emissions: [Emission] = []

    /// Whether each line matters, not only those that hold a literal.
    var wantsEveryLine: Bool {
        guard let startup else { return false }
        return startup.stage.isScripted || startup.abort != nil && startup.stage != .failed
    }

    /// Takes in one fact.
    mutating func consume(_ observation: Observation, product: Product?, eras: Eras?) {
        guard isBelievable(observation, product) else { return }
        if observation.writer == .agent { narrow(to: .kubernetesAgent, [.k2, .k3], anew: false) }
        narrow(to: product, eras, anew: observation.fact == .begins)
        resolveExpress(observation)
        guard prepareStartup(for: observation) else { return }
        if !observation.writer.isDisjoint(with: .script), self.product != .sqlServer { startup?.isBare = false }
        narrowToLinux(observation)
        if startup?.stage == .beginning, observation.fact != .boots { resolveKind(observation) }
        act(on: observation)
    }

    mutating func act(on observation: Observation) {
        switch observation.fact {
        case .boots: boot(observation)
        case .begins: begin(observation)
        case .skipsConfiguration: skipConfiguration(observation)
        case .refusesRestart: refuseRestart(observation)
        case .enters(let phase): enter(phase, observation)
        case .worksOn(let phase): workOn(phase, observation)
        case .executes: execute(observation)
        case .completes: complete(observation)
        case .aborts: abort(observation)
        case .gaveUp: giveUp(observation)
        case .observes(let setting): observe(setting, observation)
        case .masterKey(let state): noteMasterKey(state, observation)
        case .showsKey: noteKey(observation)
        case .makesCertificate, .thumbprint, .importsCertificate, .loadsCertificate, .keepsCertificate:
            noteCertificate(observation)
        case .authenticates: startup?.auth = Self.auth(observation.value)
        case .registers: noteServer(observation)
        case .registered: noteRegistered(observation)
        case .keepsRegistration: forgetRegistration()
        case .polls: notePolling(observation)
        case .version: noteVersion(observation)
        case .refusesLogin, .explainsRefusal: noteRefusal(observation)
        case .configured: configured(observation)
        case .finishes: finish(observation)
        case .ready: ready(observation)
        case .ends: end(observation)
        case .isStopped: beStopped(observation)
        case .exits: exit(observation)
        case .terminates: terminate(observation)
        case .overcomes(let code): startup?.failing.removeAll { $0.cause.code == code }
        case .fails(let cause): fail(cause, observation)
        case .warns(let cause, let level):
            raise(cause, observation.evidence, level: level, detail: observation.value, time: observation.time)
        case .startsExpress, .expressReady, .eventLog, .shows, .known, .finds, .awaited: break
        }
    }

    /// Takes in a line that no rule knows.
    ///
    /// - Parameter text: what it says, without secrets and escape sequences.
    mutating func consumeUnknown(_ text: String, _ evidence: Evidence, writer: Writers) {
        guard startup != nil, startup?.stage.isScripted == true else { return }
        let text = text.trimmingBlanks()
        // The server's reasons follow its refusal, one a line, log-grammar 9.2.
        if text.hasPrefix("- "), let last = startup?.failing.indices.last, startup?.failing[last].detail == nil {
            startup?.failing[last].detail = String(text.dropFirst(2))
            startup?.failing[last].evidence.append(evidence)
        }
        if writer == .bare, startup?.unexplained == nil { startup?.unexplained = evidence }
    }

    /// Counts a line; a verdict that waited for its echoes is given when no more are to come.
    mutating func countLine() {
        tellGap()
        guard let lines = startup?.abort?.linesToCome, startup?.stage != .failed else { return }
        if lines <= 0 { concludeFailure() } else { startup?.abort?.linesToCome = lines - 1 }
    }

    /// The log ends here.
    ///
    /// - Parameter latest: the latest time that the log tells, be it of another container.
    mutating func finish(at latest: Moment?) {
        tellGap()
        self.latest = latest
        openExpress()
        closeStartup()
    }

    mutating func emit(
        _ payload: Payload, level: Level = .info, time: Moment? = nil, subject: String? = nil, evidence: [Evidence]
    ) {
        var path = startup.map { "startup/\($0.number)" }
        if let subject { path = path.map { "\($0)/\(subject)" } ?? subject }
        emissions.append(
            Emission(
                payload: payload, level: level, time: time, subject: path, startup: startup?.number,
                startedAt: payload.isOutcome ? startup?.beganAt : nil, evidence: evidence)
        )
    }
}

extension StartupStateMachine {
    /// What a line is to the startup that it stands in, after the machine has taken it in.
    func line(of evidence: [Evidence]) -> LeakSite.Line {
        guard let startup else { return .other }
        if let command = startup.command, let verb = command.line.verb {
            return command.evidence == evidence ? .command(verb) : .output(verb)
        }
        return startup.stage.isScripted && startup.step?.phase == .banner ? .banner : .other
    }
}

// MARK: - Phases and commands

extension StartupStateMachine {
    mutating func enter(_ phase: Phase, _ observation: Observation) {
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
        // Since its third era the agent cleans its environment before it starts, log-grammar 13.
        if phase == .run, product == .kubernetesAgent, startup?.phases.contains(.sanitise) == false {
            narrow(to: nil, [.k1, .k2], anew: false)
        }
        detect(observation.evidence, observation.time)
        emit(
            .phaseEntered(PhaseStep(phase: phase)), time: observation.time, subject: "phase/\(phase.rawValue)",
            evidence: observation.evidence)
        if phase == .start || phase == .run && product != .server { letProgramSpeak() }
        guard startup?.stage != .failed else { return }
        switch phase {
        case .start: startup?.stage = .running
        case .run: startup?.stage = product == .server ? .configured : .running
        case .import: startup?.stage = .configured
        case .register: if startup?.isBare == true { expectRegistration(nil, observation) }
        case .boot, .banner, .migrate, .create, .configure, .database, .paths, .directories, .communication, .trust,
            .certificate, .authentication, .stop, .admin, .license, .metrics, .masterKey, .startService, .nodes,
            .recovery, .listen, .sanitise:
            break
        }
    }

    /// What a program does is a phase of its own where no script announces any.
    private mutating func workOn(_ phase: Phase, _ observation: Observation) {
        guard let startup, startup.isBare, startup.stage.isScripted, !startup.phases.contains(phase) else { return }
        enter(phase, observation)
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

    private mutating func complete(_ observation: Observation) {
        guard isScriptsOwn(observation) else { return }
        overruleAbort()
        endCommand(.done, exitCode: 0, observation)
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
        if command.line.verb?.hasPrefix("register-") == true { confirmRegistration() }
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
        guard let startup,
            startup.stage == .running || startup.stage == .configured || startup.isBare && startup.stage.isScripted
        else { return }
        letProgramSpeak()
        announceConfiguration()
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

extension StartupStateMachine {
    /// The container has done what it was for.
    private mutating func finish(_ observation: Observation) {
        ready(observation)
        if startup?.stage == .ready { startup?.stage = .ended }
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
        // The later images say in two lines that they export the key.
        guard startup?.stage.isScripted == true,
            raised.insert("master-key/\(state.rawValue)/\(observation.value ?? "")").inserted
        else { return }
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
        let isShown = isShowingMasterKey && observation.writer == .output
        let trusted = isShown && startup?.isTrusted == true && !isSuspect
        keyPlace = trusted ? .block : isShown ? .doubtful : .loose
        // Thirty-two letters are many things; they are a key where one is expected.
        if !isShown, key.bits == 192 { return }
        if isShown { startup?.command?.showedKey = true }
        if !trusted {
            // Whoever prints them by the million says no more by it.
            guard looseKeys < Self.maximumLooseKeys else { return }
            looseKeys += 1
        }
        emit(
            .masterKeyShown(MasterKeyShown(fingerprint: key.fingerprint, bits: key.bits, trusted: trusted)),
            level: trusted ? .low : .medium,
            time: isShown ? (startup?.command?.time?.orLater(observation.time) ?? observation.time) : observation.time,
            subject: "master-key", evidence: (isShown ? startup?.command?.evidence ?? [] : []) + observation.evidence)
    }

    /// From here on the program has the console. The service of the first images has none, log-grammar 2.1.
    private mutating func letProgramSpeak() {
        if eras.isEmpty || !eras.isSubset(of: .s0) { programHasSpoken = true }
    }
}
