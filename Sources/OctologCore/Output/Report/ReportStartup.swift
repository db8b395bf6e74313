// How a startup is put together from its events.

extension Report.Startup {
    mutating func note(_ event: Event) {
        if let time = event.time { lastTime = lastTime.map { max($0, time) } ?? time }
        switch event.payload {
        case .startupBegan(let startup):
            kind = startup.kind
            isTrusted = startup.trusted
            began = event.time
        case .phaseEntered(let step): enter(step, at: event.time)
        case .phaseCompleted(let step): end(step, .done)
        case .phaseFailed(let step): end(step, .failed)
        case .commandExecuted(let executed): note(executed, event)
        case .configurationObserved(let observed): configuration = Settings(observed)
        case .masterKeyShown(let shown): if keys.count < Report.Limits.keys { keys.append(shown) }
        case .masterKeyConfigured(let configured):
            if keyStates.count < Report.Limits.keys { keyStates.append(configured) }
        case .registrationObserved(let registration):
            if registrations.count < Report.Limits.registrations { registrations.append(Settings(registration)) }
        case .startupSucceeded(let succeeded):
            conclude(.succeeded, at: event.time)
            durationSeconds = succeeded.durationSeconds
            configurationSeconds = succeeded.configurationSeconds
        case .startupFailed(let failed):
            conclude(.failed, at: event.time)
            durationSeconds = event.time?.seconds(since: began)
            failure = Report.Failure(failed, event.evidence)
        case .startupUnfinished(let left):
            conclude(.unfinished, at: event.time)
            unfinished = left
        case .containerStopped(let stopped):
            if stops.count < Report.Limits.stops {
                stops.append(
                    Report.Stop(time: event.time, exitCode: stopped.exitCode, isExpected: stopped.expected))
            }
        case .runStarted, .runFinished, .sourceDetected, .secretExposed, .registrationDuplicate, .startupExplained,
            .findingRaised, .gapDetected, .limitHit, .linesUnrecognised, .eventsSuppressed, .rulesReloaded:
            break
        }
    }

    private mutating func conclude(_ outcome: Report.Outcome, at time: Timestamp?) {
        self.outcome = outcome
        ended = time
    }

    private mutating func enter(_ step: PhaseStep, at time: Timestamp?) {
        guard phases.count < Report.Limits.phases else { return }
        phases.append(Report.PhaseEntry(phase: step.phase, began: time))
    }

    private mutating func end(_ step: PhaseStep, _ state: Report.PhaseEntry.State) {
        let open = phases.lastIndex { $0.phase == step.phase && $0.state == .unfinished }
        if open == nil { enter(step, at: nil) }
        guard let position = open ?? phases.indices.last, phases[position].phase == step.phase else { return }
        phases[position].state = state
        phases[position].durationSeconds = step.durationSeconds
    }

    private mutating func note(_ executed: CommandExecuted, _ event: Event) {
        guard commands.count < Report.Limits.commands else { return }
        commands.append(
            Report.Command(
                name: (executed.command.verb ?? executed.command.executable).shortened, outcome: executed.outcome,
                exitCode: executed.exitCode, durationSeconds: executed.durationSeconds,
                place: event.evidence.first?.place))
    }
}

extension Report.Failure {
    init(_ failed: StartupFailed, _ evidence: [Evidence]) {
        self.init(
            phase: failed.phase, exitCode: failed.exitCode, cause: failed.rootCause,
            contributing: failed.contributing, evidence: evidence)
        self = bounded
    }

    /// With no more than is kept.
    var bounded: Report.Failure {
        var failure = self
        failure.cause = cause.shortened
        failure.contributing = contributing.prefix(Report.Limits.contributing).map(\.shortened)
        failure.evidence = evidence.prefix(Report.Limits.evidence).map(\.shortened)
        return failure
    }
}

extension RootCause {
    var shortened: RootCause {
        var cause = self
        cause.detail = detail?.shortened
        cause.container = container?.shortened
        return cause
    }
}

extension RegistrationDuplicate {
    var shortened: RegistrationDuplicate {
        var duplicate = self
        duplicate.value = value?.shortened
        duplicate.server = server?.shortened
        duplicate.space = space?.shortened
        if members.count > 2 * Report.Limits.members {
            duplicate.members = Array(members.prefix(Report.Limits.members) + members.suffix(Report.Limits.members))
        }
        duplicate.members = duplicate.members.map(\.shortened)
        return duplicate
    }
}

extension RegistrationDuplicate.Member {
    fileprivate var shortened: RegistrationDuplicate.Member {
        var member = self
        member.container = container.shortened
        member.name = name?.shortened
        member.subscription = subscription?.shortened
        member.endpoint = endpoint?.shortened
        member.evidence = evidence.map(\.shortened)
        return member
    }
}

extension Evidence {
    var place: Report.Place { Report.Place(input: input.shortened, line: location.line) }

    var shortened: Evidence {
        var evidence = self
        evidence.text = text.shortened
        return evidence
    }
}

extension String {
    /// The text, cut where it is longer than a report keeps.
    var shortened: String {
        // There are at least as many bytes: nearly all texts need no count.
        guard utf8.count > Report.Limits.text, unicodeScalars.count > Report.Limits.text else { return self }
        return String(unicodeScalars.prefix(Report.Limits.text)) + "…"
    }
}
