/// What a run tells of master keys: which there are, and why there is none. It holds no secret.
package struct KeyRecovery {
    /// A server's startup, as far as keys are concerned.
    private struct Attempt {
        var state: MasterKeyState?
        var kind: StartupBegan.Kind?
        var failed: StartupFailed?
        var unfinished: StartupUnfinished?
        var began = true
        var eras: [String] = []
        var printedNoKey = false
    }

    /// The keys in the order in which they were last read, each once for each place.
    package private(set) var keys: [RecoveredKey] = []
    private var setups: [String: ServerSetup] = [:]
    private var attempts: [String: Attempt] = [:]
    private var lastAttempt: String?
    /// The last startup whose beginning can be trusted.
    private var lastTrusted: String?
    /// How many startups are kept before those without a key are forgotten.
    private var maximumAttempts = 1000
    private var sawTentacle = false
    private var lines = 0

    package init() {}

    /// Takes note of a key; its value is somebody else's to keep.
    package mutating func note(_ key: RecoveredKey) {
        // Of equal finds the last one counts; lines that look like keys can be many, and say little.
        if let index = keys.firstIndex(where: { $0.fingerprint == key.fingerprint && $0.place == key.place }) {
            keys.remove(at: index)
        } else if key.place == .loose || key.place == .doubtful, keys.count >= Self.maximumLooseKeys {
            return
        }
        keys.append(key)
    }

    private static let maximumLooseKeys = 1000

    /// Takes note of what an event says about keys.
    package mutating func receive(_ event: Event) {
        if case .runFinished(let finished) = event.payload { lines = finished.lines }
        switch event.origin.product {
        case .server: break
        case .tentacle:
            sawTentacle = true
            return
        case .kubernetesAgent, .sqlServer, nil: return
        }
        let name = Self.name(event.origin.container, event.origin.startup)
        lastAttempt = name
        if attempts.count > maximumAttempts { forgetKeyless() }
        var attempt = attempts[name] ?? Attempt()
        switch event.payload {
        case .masterKeyConfigured(let configured): attempt.state = configured.state
        case .startupBegan(let began):
            attempt.kind = began.kind
            if began.trusted { lastTrusted = name }
        case .startupFailed(let failed): attempt.failed = failed
        case .startupUnfinished(let unfinished): attempt.unfinished = unfinished
        case .gapDetected: attempt.began = false
        case .sourceDetected(let detected): attempt.eras = detected.eras
        case .findingRaised(let finding) where finding.code == Cause.masterKeyNotShown.code: attempt.printedNoKey = true
        default: break
        }
        attempts[name] = attempt
        setups[name, default: ServerSetup()].note(event)
    }

    /// A restart loop has many startups: those that have shown no key are forgotten.
    private mutating func forgetKeyless() {
        let names = Set(keys.map { Self.name($0.container, $0.startup) })
        attempts = attempts.filter { names.contains($0.key) }
        setups = setups.filter { names.contains($0.key) }
        // Twice as many before the next time, so that forgetting costs each startup the same.
        maximumAttempts = max(1000, 2 * attempts.count)
    }

    private static func name(_ container: String?, _ startup: Int?) -> String {
        "\(container ?? "")\u{0}\(startup ?? 0)"
    }

    /// What the startup that a key belongs to tells of its container.
    package func setup(of key: RecoveredKey) -> ServerSetup {
        setups[Self.name(key.container, key.startup)] ?? ServerSetup()
    }

    /// Whether its own startup failed because the database has another key.
    package func isDisproved(_ key: RecoveredKey) -> Bool {
        attempts[Self.name(key.container, key.startup)]?.failed?.rootCause.code == "master-key-wrong"
    }

    /// What speaks against a key, or nil.
    package func warning(about key: RecoveredKey) -> String? {
        switch key.place {
        case .loose: return "not trusted: it stands outside the output of show-master-key, where anybody can print"
        case .doubtful:
            return "not trusted: what ran in the container before can have printed the startup that shows it"
        case .option: return "supplied to the container: it stands in clear on a command line"
        case .block: break
        }
        if isDisproved(key) {
            return
                "made by a startup that failed because the database has another key: look in the first container's log"
        }
        return key.bits == 128 ? nil : "longer than the 128 bits that these servers make"
    }

    /// The keys that the script's own command printed, each once, the newest last.
    ///
    /// Of several the last is one whose startup the log shows from its beginning, if there is one: a block by itself
    /// is what is left of a log that was cut, or what another container printed. One that is known not to be the
    /// database's comes before all others.
    package var trusted: [RecoveredKey] {
        let all = distinct(keys.filter { $0.place == .block })
        let keys = all.filter { !isDisproved($0) }
        return all.filter(isDisproved) + keys.filter { !$0.isWhole } + keys.filter(\.isWhole)
    }

    /// Each key once, whoever printed it, the trusted ones last.
    package var all: [RecoveredKey] {
        let trusted = trusted
        let names = Set(trusted.map(\.fingerprint))
        return distinct(keys.filter { !names.contains($0.fingerprint) }) + trusted
    }

    private func distinct(_ keys: [RecoveredKey]) -> [RecoveredKey] {
        var result: [RecoveredKey] = []
        for key in keys {
            result.removeAll { $0.fingerprint == key.fingerprint }
            result.append(key)
        }
        // The order of reading decides where the log has no time.
        guard result.allSatisfy({ $0.time != nil }) else { return result }
        return result.enumerated().sorted {
            ($0.element.time?.nanoseconds ?? 0, $0.offset) < ($1.element.time?.nanoseconds ?? 0, $1.offset)
        }.map(\.element)
    }

    /// Why no key can be trusted, as a sentence.
    package var reason: String {
        if let key = keys.first(where: { $0.place == .option }) {
            return
                "the key was supplied to this container, so show-master-key was not run; it stands in clear in line \(key.evidence.location.line), and --all prints it"
        }
        if keys.contains(where: { $0.place == .doubtful }) {
            return
                "the startup that shows one begins where the program before it can have printed it; where it is another container's, read its log by itself; --all prints the key"
        }
        let loose = keys.count { $0.place == .loose }
        if loose > 0 {
            return
                "\(loose == 1 ? "a line looks" : "\(loose) lines look") like a key, but outside the output of show-master-key, where anybody can print; --all prints \(loose == 1 ? "it" : "them")"
        }
        guard let attempt = lastTrusted.flatMap({ attempts[$0] }) ?? lastAttempt.flatMap({ attempts[$0] }) else {
            if sawTentacle { return "this is the log of a Tentacle, which has no master key" }
            return lines == 0
                ? "the input is empty"
                : "nothing in \(Report.number(lines, "line")) was printed by an Octopus Server container"
        }
        return Self.reason(attempt)
    }

    private static func reason(_ attempt: Attempt) -> String {
        let neverPrints = !attempt.eras.isEmpty && attempt.eras.allSatisfy { $0 == "S2" || $0 == "S3" }
        let program =
            attempt.eras == ["SL"]
            ? "/Octopus/Octopus.Server show-master-key"
            : #""C:\Program Files\Octopus Deploy\Octopus\Octopus.Server.exe" show-master-key --console"#
        let ask = "ask the container: docker exec NAME \(program) --instance OctopusServer"
        if attempt.state == .exported {
            return
                "this image writes the key to C:\\MasterKey\\OctopusServer and never prints it: look in that volume, or \(ask)"
        }
        if attempt.kind == .skippedConfiguration {
            return
                "this is a restart of a configured container; the key was printed at its first start, which is not in this log; or \(ask)"
        }
        switch attempt.state {
        case .supplied:
            return "the key was supplied to this container as masterKey, so it was not printed: take it from there"
        case .ignored, .previous:
            if attempt.failed == nil, attempt.unfinished == nil {
                return
                    "the container used the key of its configuration and did not print it; its first start did; or \(ask)"
            }
        case .generated, .exported, nil: break
        }
        if let failed = attempt.failed {
            return
                "the startup failed in phase \(failed.phase?.rawValue ?? "unknown") before the key was displayed (\(failed.rootCause.code): \(failed.rootCause.title))"
        }
        if neverPrints { return "images of this era, since 2018-09-18, never print the key; \(ask)" }
        if attempt.printedNoKey { return "show-master-key ended without printing a key; \(ask)" }
        if let unfinished = attempt.unfinished {
            return "the log ends in phase \(unfinished.lastPhase?.rawValue ?? "unknown") before the key was displayed"
        }
        return attempt.began
            ? "the startup went by without displaying the key; \(ask)"
            : "the log begins after the key was displayed; \(ask)"
    }
}
