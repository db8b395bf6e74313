/// Finds in one container's log why another's startup failed: the Server needs its database, a Tentacle its Server.
///
/// It sees the events of a run as they are told. What was failed by then is explained at once; what the other log
/// tells later explains it later.
struct CauseLinker {
    /// What a container that others need told of itself.
    private struct Fact {
        enum Kind {
            case began
            case ready
            case failed(RootCause)
            /// It refused a login, and why.
            case refused(RootCause)
        }
        var kind: Kind
        var time: Timestamp?
        var evidence: [Evidence]
    }

    /// A container that others need.
    private struct Provider {
        var container: String
        var product: Product
        var facts: [Fact] = []
    }

    /// A failure that nothing explains so far.
    private struct Failure {
        var event: Event
        var failed: StartupFailed
        var host: String?
    }

    private var providers: [Provider] = []
    private var open: [Failure] = []
    /// The host that each container's configuration names.
    private var hosts: [String: String] = [:]

    /// Bounds of what is kept: of more, the oldest goes.
    private static let maximumFailures = 64
    private static let maximumFacts = 256
    private static let maximumProviders = 64
    private static let maximumHosts = 1024

    /// How long before a failure what another container said may be its reason, in nanoseconds.
    private static let reach: Int64 = 900_000_000_000

    /// Takes note of an event, and explains it if it can.
    ///
    /// - Returns: what it explains of failures that were told before.
    mutating func note(_ event: inout Event) -> [Event] {
        guard let container = event.origin.container else { return [] }
        switch event.payload {
        case .configurationObserved(let configuration):
            let host = configuration.databaseServer ?? configuration.serverAddress ?? configuration.serverURL
            if let host, hosts.count < Self.maximumHosts { hosts[container] = Self.name(ofHost: host) }
            return []
        case .startupFailed(let failed):
            explain(&event, failed, container)
            guard case .startupFailed(let explained) = event.payload else { return [] }
            return add(.failed(explained.rootCause), event)
        case .startupBegan: return add(.began, event)
        case .startupSucceeded: return add(.ready, event)
        case .findingRaised(let finding):
            guard let cause = Self.refusals.first(where: { $0.code == finding.code })?.cause else { return [] }
            return add(.refused(RootCause(cause, detail: nil, container: container)), event)
        case .runStarted, .runFinished, .sourceDetected, .phaseEntered, .phaseCompleted, .phaseFailed,
            .commandExecuted, .masterKeyShown, .masterKeyConfigured, .secretExposed, .registrationObserved,
            .registrationDuplicate, .startupUnfinished, .startupExplained, .containerStopped, .gapDetected, .limitHit,
            .linesUnrecognised:
            return []
        }
    }

    /// The run is over: what can be explained by all that is known.
    mutating func finish() -> [Event] {
        let failures = open
        open = []
        return failures.compactMap { explanation(of: $0) }
    }

    // MARK: Facts

    private mutating func add(_ kind: Fact.Kind, _ event: Event) -> [Event] {
        guard let product = event.origin.product, product == .sqlServer || product == .server,
            let container = event.origin.container
        else { return [] }
        let index = providers.firstIndex { $0.container == container } ?? providers.count
        if index == providers.count {
            guard index < Self.maximumProviders else { return [] }
            providers.append(Provider(container: container, product: product))
        }
        // Of a product that shows later, the latest counts.
        providers[index].product = product
        if providers[index].facts.count == Self.maximumFacts { providers[index].facts.removeFirst() }
        providers[index].facts.append(Fact(kind: kind, time: event.time, evidence: event.evidence))
        // A log that is read after another tells its past first: only what comes after a failure settles it.
        guard let time = event.time else { return [] }
        var explained: [Event] = []
        var left: [Failure] = []
        for failure in open {
            if let failedAt = failure.event.time, failedAt <= time, let event = explanation(of: failure) {
                explained.append(event)
            } else {
                left.append(failure)
            }
        }
        open = left
        return explained
    }

    // MARK: Explanations

    private mutating func explain(_ event: inout Event, _ failed: StartupFailed, _ container: String) {
        guard Self.needed(by: event.origin.product, failed.rootCause.code) != nil else { return }
        let failure = Failure(event: event, failed: failed, host: hosts[container])
        if let (cause, evidence) = reason(for: failure) {
            event.payload = .startupFailed(Self.merged(failed, with: cause))
            event.evidence = evidence + event.evidence
        } else {
            if open.count == Self.maximumFailures { open.removeFirst() }
            open.append(failure)
        }
    }

    private func explanation(of failure: Failure) -> Event? {
        guard let (cause, evidence) = reason(for: failure), let container = failure.event.origin.container else {
            return nil
        }
        let merged = Self.merged(failure.failed, with: cause)
        var event = failure.event
        event.payload = .startupExplained(
            StartupExplained(
                container: container, startup: event.origin.startup ?? 1, rootCause: merged.rootCause,
                contributing: merged.contributing))
        event.evidence = evidence + event.evidence
        return event
    }

    private static func merged(_ failed: StartupFailed, with cause: RootCause) -> StartupFailed {
        var failed = failed
        failed.contributing.insert(failed.rootCause, at: 0)
        failed.rootCause = cause
        return failed
    }

    /// The product whose log can tell why.
    private static func needed(by product: Product?, _ code: String) -> Product? {
        switch product {
        case .server:
            return ["sql-unreachable", "sql-prelogin-cut", "sql-login-failed", "sql-database-missing", "sql-log-full"]
                .contains(code) ? .sqlServer : nil
        case .tentacle, .kubernetesAgent:
            return ["server-port-unreachable", "connection-refused", "not-an-octopus-server"].contains(code)
                ? .server : nil
        case .sqlServer, nil: return nil
        }
    }

    private func reason(for failure: Failure) -> (RootCause, [Evidence])? {
        guard let product = Self.needed(by: failure.event.origin.product, failure.failed.rootCause.code) else {
            return nil
        }
        let candidates = providers.filter { $0.product == product && $0.container != failure.event.origin.container }
        let named = candidates.filter { provider in
            failure.host.map { Self.name(ofContainer: provider.container, is: $0) } ?? false
        }
        // One alone is the one that is meant, whatever it is called.
        guard let provider = named.count == 1 ? named.first : candidates.count == 1 ? candidates.first : nil else {
            return nil
        }
        return reason(for: failure, in: provider)
    }

    private func reason(for failure: Failure, in provider: Provider) -> (RootCause, [Evidence])? {
        let time = failure.event.time
        func isBefore(_ fact: Fact) -> Bool { time.map { at in fact.time.map { $0 <= at } ?? true } ?? true }
        let before = provider.facts.filter(isBefore)
        if failure.failed.rootCause.code == "sql-login-failed", let refusal = refusal(near: time, in: provider) {
            return refusal
        }
        let states = before.filter { if case .refused = $0.kind { false } else { true } }
        if let last = states.last, case .failed(let cause) = last.kind { return located(cause, last, provider) }
        if let last = states.last, case .ready = last.kind { return nil }
        // It was not ready then: it failed later, or it became ready too late.
        let next = provider.facts.first { fact in
            switch fact.kind {
            case .ready, .failed: !isBefore(fact)
            case .began, .refused: false
            }
        }
        guard let next, let time, let at = next.time, at.nanoseconds - time.nanoseconds <= Self.reach else {
            return nil
        }
        if case .failed(let cause) = next.kind { return located(cause, next, provider) }
        let cause: Cause = provider.product == .sqlServer ? .sqlNotReady : .serverNotReady
        return (RootCause(cause, detail: nil, container: provider.container), next.evidence)
    }

    /// Where the cause lies: here, or where this container's own failure was explained by.
    private func located(_ cause: RootCause, _ fact: Fact, _ provider: Provider) -> (RootCause, [Evidence]) {
        var cause = cause
        if cause.container == nil { cause.container = provider.container }
        if cause.confidence == .certain { cause.confidence = .likely }
        return (cause, Array(fact.evidence.prefix(2)))
    }

    /// The last refusal within a minute of a failed login.
    private func refusal(near time: Timestamp?, in provider: Provider) -> (RootCause, [Evidence])? {
        let refusals = provider.facts.filter { fact in
            guard case .refused = fact.kind else { return false }
            guard let time, let at = fact.time else { return true }
            return abs(at.nanoseconds - time.nanoseconds) <= 60_000_000_000
        }
        guard let fact = refusals.last, case .refused(let cause) = fact.kind else { return nil }
        return (cause, fact.evidence)
    }

    /// What SQL Server's refusal of a login says of the one whom it refused.
    private static let refusals: [(code: String, cause: Cause)] = [
        (Cause.sqlPasswordMismatch.code, .sqlPasswordMismatch), (Cause.sqlLoginUnknown.code, .sqlLoginUnknown),
        (Cause.sqlDatabaseMissing.code, .sqlDatabaseMissing), (Cause.sqlLoginTooEarly.code, .sqlNotReady),
    ]

    // MARK: Names

    /// `db` of `tcp:db,1433`, of `db\SQLEXPRESS` and of `https://db:443/`.
    private static func name(ofHost text: String) -> String {
        var host = Substring(text.lowercased())
        if let scheme = host.firstRange(ofSlashes: "//") { host = host[scheme...] }
        if host.hasPrefix("tcp:") { host = host.dropFirst(4) }
        return String(host.prefix { !",:\\/;".contains($0) })
    }

    /// Whether a container has that name, as Compose and Docker make names of services.
    private static func name(ofContainer container: String, is host: String) -> Bool {
        let parts = container.lowercased().split { !($0.isLetter || $0.isNumber) }
        return container.lowercased() == host || parts.contains { $0 == host }
    }
}

extension Substring {
    /// The index behind the first `mark`.
    fileprivate func firstRange(ofSlashes mark: String) -> Index? {
        var rest = self
        while !rest.isEmpty {
            if rest.hasPrefix(mark) { return rest.index(rest.startIndex, offsetBy: mark.count) }
            rest = rest.dropFirst()
        }
        return nil
    }
}

extension RootCause {
    init(_ cause: Cause, detail: String?, container: String?) {
        self.init(
            code: cause.code, title: cause.title, detail: detail, container: container, confidence: cause.confidence,
            remedy: cause.remedy)
    }
}

extension Cause {
    /// The Tentacle called before its Server was ready.
    static let serverNotReady = Cause(
        "server-not-ready", "The Octopus Server was not ready yet when the Tentacle called it",
        remedy: "Let the Tentacle's container start when the Server's is healthy, or be restarted until it is.",
        confidence: .likely)
}
