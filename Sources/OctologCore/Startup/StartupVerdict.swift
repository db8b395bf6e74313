// How a startup ends: what failed first, what never came.

extension StartupStateMachine {
    mutating func fail(_ cause: Cause, _ observation: Observation) {
        guard let stage = startup?.stage, stage.isScripted || stage == .running else {
            // What goes wrong after a failure mostly comes of it.
            let level: Level = cause.isHarmless ? .info : startup?.stage == .failed ? .low : .medium
            raise(cause, observation.evidence, level: level, detail: observation.value, time: observation.time)
            return
        }
        if cause.isHarmless {
            raise(cause, observation.evidence, level: .info, detail: observation.value, time: observation.time)
            return
        }
        let facts = startup?.failing.count ?? 0
        let isEcho = startup?.failing.contains { $0.cause.code == cause.code } == true
        if !isEcho, facts < Startup.maximumFacts {
            startup?.failing.append(
                Startup.FailingFact(
                    cause: cause, detail: observation.value, time: observation.time, evidence: observation.evidence))
        }
        if cause.isFinal, stage.isScripted, !isBetweenScripts, startup?.abort == nil {
            startup?.abort = Startup.Abort(evidence: [])
        }
    }

    /// A finding that is no failed startup; told once a startup for each code.
    mutating func raise(
        _ cause: Cause, _ evidence: [Evidence], level: Level = .medium, detail: String? = nil, time: Moment? = nil
    ) {
        // A line of a log that is nobody's we know proves nothing.
        guard product != nil, raised.insert(cause.code).inserted else { return }
        let title = detail.map { "\(cause.title): \($0)" } ?? cause.title
        emit(
            .findingRaised(Finding(code: cause.code, title: title, remedy: cause.remedy)), level: level, time: time,
            subject: "finding/\(cause.code)", evidence: evidence)
    }

    /// SQL Server refused a login: in one line it says that, in the next one why, log-grammar 9.3.
    mutating func noteRefusal(_ observation: Observation) {
        guard let refusal, observation.fact == .explainsRefusal else {
            if observation.fact == .refusesLogin {
                self.refusal = observation.value.map { ($0, observation.evidence) }
            }
            return
        }
        self.refusal = nil
        // While it starts, refusals cure themselves; afterwards they may be anybody's typing errors.
        let (cause, level): (Cause, Level) =
            switch refusal.state {
            case "1", "7": (.sqlLoginTooEarly, .info)
            case "5": (.sqlLoginUnknown, .low)
            case "8": (.sqlPasswordMismatch, .low)
            case "38": (.sqlDatabaseMissing, .low)
            default: (.sqlLoginRefused, .low)
            }
        raise(
            cause, refusal.evidence + observation.evidence, level: level, detail: observation.value,
            time: observation.time)
    }

    mutating func abort(_ observation: Observation) {
        guard startup?.stage.isScripted == true, startup?.abort?.exitCode == nil, !isBetweenScripts else { return }
        startup?.abort = Startup.Abort(
            exitCode: observation.value.flatMap(Int.init), failsCommand: true, time: observation.time,
            evidence: observation.evidence)
    }

    /// Whether one script has done its work and the next runs no command: there is nothing that could abort.
    private var isBetweenScripts: Bool { startup?.stage == .configured && startup?.command == nil }

    mutating func giveUp(_ observation: Observation) {
        guard startup?.stage.isScripted == true, !isBetweenScripts else { return }
        let code = observation.value.flatMap(Int.init)
        if startup?.abort == nil { startup?.abort = Startup.Abort(exitCode: code, evidence: observation.evidence) }
    }

    mutating func terminate(_ observation: Observation) {
        guard let code = observation.value.flatMap(Int.init), startup?.stage != .ready || code != 0 else { return }
        startup?.terminated = (code, observation.evidence)
        // A script of bash gives up with its command.
        if code != 0, startup?.isBare == true, startup?.stage.isScripted == true, startup?.abort == nil {
            startup?.abort = Startup.Abort(exitCode: code, time: observation.time, evidence: observation.evidence)
        }
    }

    /// Somebody stops the container.
    mutating func beStopped(_ observation: Observation) {
        guard let stage = startup?.stage, stage != .ended else { return }
        if stage != .ready { closeStartup() }
        emit(
            .containerStopped(ContainerStopped(signal: observation.value, expected: true)), time: observation.time,
            subject: "stop", evidence: observation.evidence)
        startup?.stage = .ended
    }

    /// The script saw its program end.
    mutating func exit(_ observation: Observation) {
        guard let stage = startup?.stage, stage != .ended, let code = observation.value.flatMap({ Int($0) }) else {
            return
        }
        if stage == .running || stage.isScripted {
            startup?.terminated = (code, observation.evidence)
            if startup?.failing.isEmpty == true { fail(.programExited, observation) }
            concludeFailure()
        }
        emit(
            .containerStopped(ContainerStopped(exitCode: code, expected: code == 0)), time: observation.time,
            subject: "stop", evidence: observation.evidence)
        startup?.stage = .ended
    }

    /// The script said that its command failed: the registration that it was failed too.
    private mutating func failCommand(_ abort: Startup.Abort) {
        guard startup?.command != nil else { return }
        endCommand(
            .failed, exitCode: abort.exitCode,
            Observation(fact: .aborts, time: abort.time, writer: .bare, evidence: abort.evidence))
        if startup?.registration != nil, startup?.registration?.outcome != .registered {
            startup?.registration?.outcome = .failed
        }
    }

    /// The program's process ended.
    mutating func end(_ observation: Observation) {
        guard let stage = startup?.stage else { return }
        switch stage {
        // S3 says `Run successful.` before it starts the program, log-grammar 2.4.
        case .beginning, .configuring, .configured, .ended: return
        case .running: concludeFailure(echo: observation)
        case .ready, .failed: break
        }
        let code = startup?.terminated?.code
        emit(
            .containerStopped(ContainerStopped(exitCode: code, expected: code.map { $0 == 0 })), time: observation.time,
            subject: "stop", evidence: (startup?.terminated?.evidence ?? []) + observation.evidence)
        startup?.stage = .ended
    }

    /// The container's engine says that its process ended.
    ///
    /// - Parameter isCertain: whether the container itself can't have printed that.
    mutating func stop(exitCode code: Int, isCertain: Bool, time: Moment?, evidence: Evidence) {
        if isCertain { programHasSpoken = false }
        guard let stage = startup?.stage, stage != .ended else { return }
        let isReady = stage == .ready
        switch stage {
        case .beginning, .configuring, .configured, .running:
            resolveKind(nil)
            // A process that is gone won't start any more.
            if startup?.terminated == nil { startup?.terminated = (code, [evidence]) }
            concludeFailure(echo: Observation(fact: .ends, time: time, writer: .bare, evidence: [evidence]))
        case .ready, .failed, .ended: break
        }
        emit(
            .containerStopped(ContainerStopped(exitCode: code, expected: isReady && code == 0)), time: time,
            subject: "stop", evidence: [evidence])
        startup?.stage = .ended
    }

    /// Whether it was said that the startup gives up, and its verdict waits for lines that belong before that.
    var awaitsVerdict: Bool {
        guard let startup else { return false }
        switch startup.stage {
        case .beginning, .configuring, .configured, .running:
            return startup.abort != nil || startup.terminated.map { $0.code != 0 } == true
        case .ready, .failed, .ended: return false
        }
    }

    /// How long the container is silent until no more lines are waited for, in seconds.
    static let patience = 60.0

    /// Gives the verdict that waits, where the container itself was silent for long until this time.
    mutating func settle(at time: Moment?) {
        guard let seconds = time?.seconds(since: clock), seconds >= Self.patience else { return }
        settle()
    }

    /// Gives the verdict that waits.
    mutating func settle() { if awaitsVerdict { concludeFailure() } }

    /// The startup failed: says why, by the first fact that did.
    mutating func concludeFailure(echo: Observation? = nil) {
        guard let startup, startup.stage != .failed else { return }
        if let abort = startup.abort, abort.failsCommand { failCommand(abort) } else { interruptCommand() }
        if startup.isBare || startup.began == nil, startup.registration?.outcome == .unfinished {
            self.startup?.registration?.outcome = .failed
        }
        announceConfiguration()
        let (cause, evidence) = rootCause(of: startup)
        var echoes = startup.abort?.evidence ?? []
        for line in (startup.terminated?.evidence ?? []) + (echo?.evidence ?? []) where !echoes.contains(line) {
            echoes.append(line)
        }
        let proof =
            evidence
            + echoes.filter { !evidence.contains($0) }.sorted {
                ($0.location.file, $0.location.offset) < ($1.location.file, $1.location.offset)
            }
        let time = echo?.time ?? startup.abort?.time ?? startup.failing.first?.time
        if let step = startup.step {
            self.startup?.step = nil
            emit(
                .phaseFailed(PhaseStep(phase: step.phase, durationSeconds: time?.seconds(since: step.time))),
                level: .high,
                time: time, subject: "phase/\(step.phase.rawValue)",
                evidence: step.evidence + proof.filter { !step.evidence.contains($0) })
        }
        announceRegistration()
        let failed = StartupFailed(
            phase: startup.step?.phase ?? startup.phases.last,
            exitCode: startup.abort?.exitCode ?? startup.terminated?.code,
            rootCause: cause,
            contributing: startup.failing.map(Self.rootCause).filter { $0.code != cause.code })
        self.startup?.stage = .failed
        emit(.startupFailed(failed), level: .high, time: time, evidence: proof)
    }

    private static func rootCause(_ fact: Startup.FailingFact) -> RootCause {
        RootCause(
            code: fact.cause.code, title: fact.cause.title, detail: fact.detail, confidence: fact.cause.confidence,
            remedy: fact.cause.remedy)
    }

    private func rootCause(of startup: Startup) -> (RootCause, [Evidence]) {
        // What only says that something failed gives way to what says why.
        let reason = startup.failing.first { !$0.cause.isWrapper } ?? startup.failing.first
        if let reason { return (Self.rootCause(reason), reason.evidence) }
        let cause: Cause
        if startup.stage == .running {
            cause = .exitedBeforeReady
        } else if startup.abort != nil,
            startup.abort?.exitCode == nil || startup.unexplained == nil && startup.step == nil
        {
            cause = .scriptFailed
        } else {
            cause = .commandFailed
        }
        let fact = Startup.FailingFact(
            cause: cause, detail: startup.unexplained.map(\.text), evidence: startup.unexplained.map { [$0] } ?? [])
        return (Self.rootCause(fact), fact.evidence)
    }

    /// The startup is over, be it that the log ends or that the next one begins.
    mutating func closeStartup() {
        guard let startup else { return }
        resolveKind(nil)
        let stage = self.startup?.stage ?? startup.stage
        let hasFailed =
            startup.abort != nil || startup.terminated.map { $0.code != 0 } == true || !startup.failing.isEmpty
        switch stage {
        case .ready, .failed, .ended: break
        case .beginning, .configuring, .configured, .running:
            if hasFailed { concludeFailure() } else { leaveUnfinished() }
        }
        announceRegistration()
        self.startup?.stage = .ended
    }

    private mutating func leaveUnfinished() {
        let missing = missingPart()
        let evidence = (startup?.command?.evidence ?? startup?.step?.evidence) ?? []
        interruptCommand()
        announceConfiguration()
        announceRegistration()
        let phase = startup?.step?.phase ?? startup?.phases.last
        emit(
            .startupUnfinished(StartupUnfinished(lastPhase: phase, missing: missing, quietSeconds: quiet)), level: .low,
            evidence: evidence)
    }

    /// What would have to follow where the log ends.
    private func missingPart() -> String {
        guard let startup else { return "" }
        if let command = startup.command {
            return "the end of the command \(command.line.verb ?? command.line.executable)"
        }
        switch startup.stage {
        case .beginning, .configuring:
            return startup.isBare && product != .tentacle && product != .kubernetesAgent
                ? readyMark : "Configuration successful"
        case .configured: return startMark
        case .running: return readyMark
        case .ready, .failed, .ended: return ""
        }
    }
}

extension StartupStateMachine {
    /// What a script prints when it starts its program.
    private var startMark: String {
        switch product {
        case .tentacle: startup?.isBare == true ? "Starting Tentacle" : "Running Octopus Deploy Tentacle"
        case .kubernetesAgent: "Starting Octopus Deploy Kubernetes Tentacle"
        case .server, .sqlServer, nil: "Start Octopus Deploy instance ..."
        }
    }

    /// What a program prints when it is ready.
    private var readyMark: String {
        switch product {
        case .tentacle, .kubernetesAgent: "Agent listening on: or Agent will not listen on any TCP ports"
        case .sqlServer: "SQL Server is now ready for client connections"
        case .server, nil: "Web server is ready to process requests"
        }
    }
}

extension Cause {
    /// `show-master-key` ended well without a key, log-grammar 2.2.
    static let masterKeyNotShown = Cause(
        "master-key-not-shown", "show-master-key printed no key",
        remedy:
            "Ask the container: docker exec NAME \"C:\\Program Files\\Octopus Deploy\\Octopus\\Octopus.Server.exe\" show-master-key --console --instance OctopusServer"
    )
}

extension Cause {
    /// SQL Server refused a login because it was still starting, log-grammar 8.1 and 9.3.
    static let sqlLoginTooEarly = Cause(
        "sql-login-too-early", "SQL Server refused a login while it was starting",
        remedy: "Nothing, if the login came through later; let the client wait until SQL Server is ready.")

    /// SQL Server refused a login for another reason, log-grammar 9.3.
    static let sqlLoginRefused = Cause(
        "sql-login-refused", "SQL Server refused a login",
        remedy: "Look the state up in Microsoft's list for error 18456, and compare it with the reason in the line.")
}
