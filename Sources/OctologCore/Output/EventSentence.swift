/// What an event says as a sentence: the one that text, and every format with a place for a message, has.
package enum EventSentence {
    /// What the event says; its control characters are still in it.
    package static func text(of event: Event) -> String {
        switch event.payload {
        case .runStarted(let started): return "octolog \(started.version) began to read, with \(started.rules) rules"
        case .runFinished(let finished):
            return "octolog read \(finished.lines) lines of \(finished.inputs) inputs, exit code \(finished.exitCode)"
        case .sourceDetected(let detected):
            let product = event.origin.product?.rawValue ?? "unknown"
            let version = detected.version.map { " \($0)" } ?? ""
            let article = product.first == "u" ? "an" : "a"
            return "this is \(article) \(product)\(version), era \(detected.eras.joined(separator: " or "))"
        case .startupBegan(let began):
            return
                "startup \(event.origin.startup ?? 1) began (\(began.kind.rawValue)\(began.trusted ? "" : ", untrusted"))"
        case .phaseEntered(let step): return "phase \(step.phase.rawValue) began"
        case .phaseCompleted(let step): return "phase \(step.phase.rawValue)\(seconds(step.durationSeconds))"
        case .phaseFailed(let step): return "phase \(step.phase.rawValue) FAILED\(seconds(step.durationSeconds))"
        case .commandExecuted(let executed):
            let code = executed.exitCode.map { " with exit code \($0)" } ?? ""
            return
                "command \(executed.command.verb ?? executed.command.executable) \(executed.outcome.rawValue)\(code)"
        case .configurationObserved(let configuration): return summary(of: configuration)
        case .masterKeyShown(let shown):
            return shown.trusted
                ? "master key shown, \(shown.fingerprint): octolog key prints it"
                : "a line like a master key, \(shown.fingerprint), outside show-master-key: not trusted"
        case .masterKeyConfigured(let configured): return "master key \(configured.state.rawValue)"
        case .secretExposed(let exposed):
            let lines = event.evidence.map { "\($0.location.line)" }.joined(separator: ", ")
            return "\(exposed.kind.rawValue) in clear in line \(lines)"
        case .registrationObserved(let registration):
            let name = registration.name ?? "a machine without a known name"
            let server = registration.server ?? "an unknown server"
            switch registration.outcome {
            case .registered: return "\(name) registered with \(server)"
            case .failed: return "\(name) could not register with \(server)"
            case .unfinished: return "\(name) began to register with \(server)"
            }
        case .registrationDuplicate(let duplicate):
            return "duplicate registration, \(duplicate.sentence)"
        case .startupSucceeded(let succeeded): return "startup succeeded\(seconds(succeeded.durationSeconds))"
        case .startupFailed(let failed):
            return "startup FAILED in \(failed.phase?.rawValue ?? "an unknown phase"): \(text(of: failed.rootCause))"
        case .startupUnfinished(let unfinished):
            return
                "startup unfinished in \(unfinished.lastPhase?.rawValue ?? "an unknown phase"), missing: \(unfinished.missing)"
        case .containerStopped(let stopped):
            return "the program ended" + (stopped.exitCode.map { " with exit code \($0)" } ?? "")
        case .findingRaised(let finding): return finding.title
        case .gapDetected(let gap): return "gap in the log: \(gap.kind.rawValue)"
        case .limitHit(let hit): return "limit hit: \(hit.limit.rawValue), \(hit.count) times"
        case .startupExplained(let explained):
            let said = explained.rootCause.container.map { ", said by \($0)" } ?? ""
            return
                "startup \(explained.startup) of \(explained.container) is explained: \(explained.rootCause.title)\(said)"
        case .eventsSuppressed(let suppressed):
            let events = suppressed.count == 1 ? "1 more event" : "\(suppressed.count) more events"
            return "\(events) \(suppressed.type.shortName) with \(suppressed.code), not told (--throttle)"
        case .rulesReloaded(let reloaded):
            let errors = reloaded.faults.count
            return reloaded.outcome == .loaded
                ? "the rules were read again: \(reloaded.rules) are in force"
                : "the rules were read again and have \(errors == 0 ? "" : "\(errors) ")errors: those from before stay in force"
        case .linesUnrecognised(let unrecognised):
            return unrecognised.lines == 1
                ? "1 line is known to no rule" : "\(unrecognised.lines) lines are known to no rule"
        }
    }

    private static func summary(of configuration: Configuration) -> String {
        let parts: [(String, String?)] = [
            ("database", configuration.databaseServer.map { "\($0)/\(configuration.databaseName ?? "")" }),
            ("admin", configuration.adminUser), ("server", configuration.serverURL),
            ("mode", configuration.mode?.rawValue),
            ("name", configuration.name), ("space", configuration.space),
            ("environments", configuration.environments.joined(separator: ",")),
            ("roles", configuration.roles.joined(separator: ",")),
            ("worker pools", configuration.workerPools.joined(separator: ",")),
        ]
        let known = parts.compactMap { name, value in value.flatMap { $0.isEmpty ? nil : "\(name) \($0)" } }
        return known.isEmpty ? "configuration" : known.joined(separator: ", ")
    }

    private static func seconds(_ seconds: Double?) -> String {
        seconds.map { " (\(brief($0)) s)" } ?? ""
    }

    /// At most thousandths.
    private static func brief(_ seconds: Double) -> String {
        let rounded = (seconds * 1000).rounded() / 1000
        return rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
    }

    /// What failed, and what of it the log names.
    static func text(of cause: RootCause) -> String {
        cause.title + (cause.detail.map { ": \($0)" } ?? "")
    }
}
