/// What became of containers' startups, for the last lines of the text.
struct Outcomes: Sendable {
    private struct Container {
        var failures = 0
        /// The code of the last failure's cause.
        var code: String?
        /// Whether the last startup succeeded.
        var isUp = false
    }

    private var containers: [String: Container] = [:]
    /// The containers of which a startup failed, in the order of their first failures.
    private var failed: [String] = []

    /// As many containers are followed, and as many are told.
    private static let followed = 2048
    private static let told = 20

    mutating func note(_ event: Event) {
        guard let name = event.origin.container, containers[name] != nil || containers.count < Self.followed else {
            return
        }
        switch event.payload {
        case .startupFailed(let failure):
            if containers[name, default: Container()].failures == 0 { failed.append(name) }
            containers[name, default: Container()].failures += 1
            containers[name]?.code = failure.rootCause.code
            containers[name]?.isUp = false
        case .startupExplained(let explained): containers[explained.container]?.code = explained.rootCause.code
        case .startupSucceeded: containers[name, default: Container()].isUp = true
        case .runStarted, .runFinished, .sourceDetected, .startupBegan, .phaseEntered, .phaseCompleted, .phaseFailed,
            .commandExecuted, .configurationObserved, .masterKeyShown, .masterKeyConfigured, .secretExposed,
            .registrationObserved, .registrationDuplicate, .startupUnfinished, .containerStopped, .findingRaised,
            .gapDetected, .limitHit, .linesUnrecognised, .eventsSuppressed, .rulesReloaded:
            break
        }
    }

    /// `db-1: failed 3 times, sa-password-weak`; what is up again comes last.
    var lines: [String] {
        let down = failed.filter { containers[$0]?.isUp == false }
        let up = failed.filter { containers[$0]?.isUp == true }
        let lines = (down + up).prefix(Self.told).map { name in
            let container = containers[name] ?? Container()
            let times = container.failures == 1 ? "failed" : "failed \(container.failures) times"
            let code = container.code.map { ", \($0)" } ?? ""
            return "\(TextFormat.name(name)): \(times)\(code)\(container.isUp ? "; started since" : "")"
        }
        let rest = failed.count - lines.count
        return lines + (rest > 0 ? ["and \(rest) more"] : [])
    }
}
