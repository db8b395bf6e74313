// How a startup ends: what failed first, what never came.

extension StartupStateMachine {
    mutating func fail(_ cause: Cause, _ observation: Observation) {
        guard let stage = startup?.stage, stage.isScripted || stage == .running else {
            raise(cause, observation.evidence, detail: observation.value, time: observation.time)
            return
        }
        let facts = startup?.failing.count ?? 0
        let isEcho = startup?.failing.contains { $0.cause.code == cause.code } == true
        if !isEcho, facts < Startup.maximumFacts {
            startup?.failing.append(
                Startup.FailingFact(cause: cause, detail: observation.value, evidence: observation.evidence))
        }
        if cause.isFinal, stage.isScripted, !isBetweenScripts, startup?.abort == nil {
            startup?.abort = Startup.Abort(evidence: [])
        }
    }

    /// A finding that is no failed startup; told once a startup for each code.
    mutating func raise(_ cause: Cause, _ evidence: [Evidence], detail: String? = nil, time: Moment? = nil) {
        // A line of a log that is nobody's we know proves nothing.
        guard product != nil, raised.insert(cause.code).inserted else { return }
        let title = detail.map { "\(cause.title): \($0)" } ?? cause.title
        emit(
            .findingRaised(Finding(code: cause.code, title: title, remedy: cause.remedy)), level: .medium, time: time,
            subject: "finding/\(cause.code)", evidence: evidence)
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
    mutating func stop(exitCode code: Int, time: Moment?, evidence: Evidence) {
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

    /// The startup failed: says why, by the first fact that did.
    mutating func concludeFailure(echo: Observation? = nil) {
        guard let startup, startup.stage != .failed else { return }
        if let abort = startup.abort, abort.failsCommand { failCommand(abort) } else { interruptCommand() }
        announceConfiguration()
        let (cause, evidence) = rootCause(of: startup)
        let echoes = (startup.abort?.evidence ?? []) + (startup.terminated?.evidence ?? []) + (echo?.evidence ?? [])
        let proof =
            evidence
            + echoes.filter { !evidence.contains($0) }.sorted {
                ($0.location.file, $0.location.offset) < ($1.location.file, $1.location.offset)
            }
        let time = echo?.time
        if let step = startup.step {
            self.startup?.step = nil
            emit(
                .phaseFailed(PhaseStep(phase: step.phase, durationSeconds: time?.seconds(since: step.time))),
                level: .high,
                time: time, subject: "phase/\(step.phase.rawValue)", evidence: step.evidence + proof)
        }
        announceRegistration()
        let failed = StartupFailed(
            phase: startup.step?.phase ?? startup.phases.last,
            exitCode: startup.abort?.exitCode ?? startup.terminated?.code,
            rootCause: cause, contributing: startup.failing.dropFirst().map(Self.rootCause))
        self.startup?.stage = .failed
        emit(.startupFailed(failed), level: .high, time: time, evidence: proof)
    }

    private static func rootCause(_ fact: Startup.FailingFact) -> RootCause {
        RootCause(
            code: fact.cause.code, title: fact.cause.title, detail: fact.detail, confidence: fact.cause.confidence,
            remedy: fact.cause.remedy)
    }

    private func rootCause(of startup: Startup) -> (RootCause, [Evidence]) {
        if let first = startup.failing.first { return (Self.rootCause(first), first.evidence) }
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
            .startupUnfinished(StartupUnfinished(lastPhase: phase, missing: missing)), level: .low, evidence: evidence)
    }

    /// What would have to follow where the log ends.
    private func missingPart() -> String {
        guard let startup else { return "" }
        if let command = startup.command {
            return "the end of the command \(command.line.verb ?? command.line.executable)"
        }
        switch startup.stage {
        case .beginning, .configuring: return "Configuration successful."
        case .configured:
            return product == .tentacle ? "Running Octopus Deploy Tentacle" : "Start Octopus Deploy instance ..."
        case .running:
            return product == .tentacle
                ? "Agent listening on: or Agent will not listen on any TCP ports"
                : "Web server is ready to process requests"
        case .ready, .failed, .ended: return ""
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
