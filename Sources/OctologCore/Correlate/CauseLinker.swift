/// Finds in one container's log why another's startup failed: the Server needs its database, a Tentacle its Server.
///
/// What it knows is a set of facts, and what it says of a failure follows from them alone: they may come in any order,
/// and more than once. Who reads logs as they are written is told what can be said so far, and at the end what is to
/// be said otherwise.
struct CauseLinker {
    /// What a container that others need told of itself.
    private struct Fact {
        enum Kind {
            case began
            case ready
            /// The id of the failure.
            case failed(String)
            /// It refused a login, and why.
            case refused(RootCause)
        }
        var kind: Kind
        var product: Product
        var id: String
        var time: Timestamp?
        var startup: Int
        var evidence: [Evidence]

        /// The order of time; what has none comes first.
        static func isBefore(_ a: Fact, _ b: Fact) -> Bool {
            func rank(_ fact: Fact) -> (Int64, Int, Int, String) {
                (fact.time?.nanoseconds ?? .min, fact.startup, fact.evidence.last?.location.line ?? 0, fact.id)
            }
            return rank(a) < rank(b)
        }
    }

    /// A container that others need.
    private struct Provider {
        var container: String
        /// In the order of time.
        var facts: [Fact] = []

        /// Of a product that shows later, the latest counts.
        var product: Product? { facts.last?.product }
    }

    /// A startup that failed, as its own container tells it.
    private struct Failure {
        var event: Event
        var failed: StartupFailed
        /// What was said last of its cause.
        var told: RootCause

        /// Takes away what another container's log was found to say of it.
        init?(_ event: Event) {
            guard case .startupFailed(var failed) = event.payload else { return nil }
            var event = event
            if let lines = failed.rootCause.evidenceLines, !failed.contributing.isEmpty {
                failed.rootCause = failed.contributing.removeFirst()
                event.evidence = Array(event.evidence.dropFirst(lines))
                event.payload = .startupFailed(failed)
                event.givenID = nil
            }
            self.event = event
            self.failed = failed
            told = failed.rootCause
        }
    }

    /// A failure that another container's log may explain, as far as it takes to tell whether an event does.
    private struct Waiting {
        var id: String
        var source: String
        var time: Timestamp
    }

    private var providers: [LogPlace: Provider] = [:]
    private var failures: [String: Failure] = [:]
    /// The failures' ids as they came.
    private var order: [String] = []
    /// Those of them that another container's log may explain.
    private var waiting: [Waiting] = []
    /// The host that each container's latest configuration names.
    private var hosts: [LogPlace: (time: Int64, name: String)] = [:]
    /// Whether the oldest goes where there is too much, as in a run that does not end.
    private let isBounded: Bool

    private static let maximumFailures = 512
    private static let maximumFacts = 256
    private static let maximumProviders = 1024
    private static let maximumHosts = 4096

    /// How long after a failure what another container said may still be its reason, in nanoseconds.
    private static let reach: Int64 = 900_000_000_000

    init(isBounded: Bool) { self.isBounded = isBounded }

    /// Whether an event says anything that may explain a failure, or is one.
    static func matters(_ event: Event) -> Bool {
        let isProvider = event.origin.product == .server || event.origin.product == .sqlServer
        switch event.payload {
        case .configurationObserved, .startupFailed: return true
        case .startupBegan, .startupSucceeded: return isProvider
        case .findingRaised(let finding): return isProvider && refusals.contains { $0.code == finding.code }
        case .runStarted, .runFinished, .sourceDetected, .phaseEntered, .phaseCompleted, .phaseFailed,
            .commandExecuted, .masterKeyShown, .masterKeyConfigured, .secretExposed, .registrationObserved,
            .registrationDuplicate, .startupUnfinished, .startupExplained, .containerStopped, .gapDetected, .limitHit,
            .linesUnrecognised, .eventsSuppressed, .rulesReloaded:
            return false
        }
    }

    // MARK: Facts

    /// Takes note of what an event says.
    mutating func add(_ event: Event) {
        guard event.origin.container != nil, Self.matters(event) else { return }
        switch event.payload {
        case .configurationObserved(let configuration):
            let host = configuration.databaseServer ?? configuration.serverAddress ?? configuration.serverURL
            if let host { add(host: Self.name(ofHost: host), event) }
        case .startupFailed:
            guard let failure = Failure(event) else { return }
            let id = failure.event.id
            add(failure, id)
            add(.failed(id), failure.event)
        case .startupBegan: add(.began, event)
        case .startupSucceeded: add(.ready, event)
        case .findingRaised(let finding):
            guard let cause = Self.refusals.first(where: { $0.code == finding.code })?.cause else { return }
            add(.refused(RootCause(cause, detail: nil, container: event.origin.container)), event)
        default: break
        }
    }

    private mutating func add(host: String, _ event: Event) {
        let (place, new) = (LogPlace(event), (time: event.time?.nanoseconds ?? .min, name: host))
        guard let old = hosts[place] else {
            if !isBounded || hosts.count < Self.maximumHosts { hosts[place] = new }
            return
        }
        if new > old { hosts[place] = new }
    }

    private mutating func add(_ failure: Failure, _ id: String) {
        let needsOther = Self.needed(by: failure.event.origin.product, failure.failed.rootCause.code) != nil
        guard
            needsOther || failure.event.origin.product == .sqlServer || failure.event.origin.product == .server,
            failures[id] == nil
        else { return }
        if isBounded, order.count == Self.maximumFailures {
            let oldest = order.removeFirst()
            failures[oldest] = nil
            if waiting.first?.id == oldest { waiting.removeFirst() }
        }
        failures[id] = failure
        order.append(id)
        if needsOther, let time = failure.event.time {
            waiting.append(Waiting(id: id, source: failure.event.source, time: time))
        }
    }

    private mutating func add(_ kind: Fact.Kind, _ event: Event) {
        guard let product = event.origin.product, product == .sqlServer || product == .server else { return }
        let place = LogPlace(event)
        guard !isBounded || providers[place] != nil || providers.count < Self.maximumProviders else { return }
        var provider = providers.removeValue(forKey: place) ?? Provider(container: event.origin.container ?? "")
        let fact = Fact(
            kind: kind, product: product, id: event.id, time: event.time, startup: event.origin.startup ?? 0,
            evidence: event.evidence)
        let index = provider.facts.lastIndex { !Fact.isBefore(fact, $0) }.map { $0 + 1 } ?? 0
        if index == 0 || provider.facts[index - 1].id != fact.id { provider.facts.insert(fact, at: index) }
        if isBounded, provider.facts.count > Self.maximumFacts { provider.facts.removeFirst() }
        providers[place] = provider
    }

    // MARK: As logs are read

    /// Takes note of an event, and explains it if it can.
    ///
    /// - Returns: what it explains of failures that were told before.
    mutating func note(_ event: inout Event) -> [Event] {
        add(event)
        if case .startupFailed = event.payload {
            explain(&event)
        }
        // A log that is read after another tells its past first: only what comes after a failure settles it.
        guard let time = event.time, event.origin.product == .server || event.origin.product == .sqlServer,
            Self.matters(event)
        else { return [] }
        let explained = waiting.filter { failure in
            failure.time <= time && failure.source != event.source && failures[failure.id]?.told.evidenceLines == nil
        }
        return explained.compactMap { news(of: $0.id) }
    }

    private mutating func explain(_ event: inout Event) {
        let id = event.id
        guard let failure = failures[id], let (cause, evidence) = reason(for: failure) else { return }
        failures[id]?.told = cause
        event.payload = .startupFailed(Self.merged(failure.failed, with: cause))
        event.evidence = evidence + event.evidence
    }

    /// What is to be said of a failure, if it is not what was said last.
    private mutating func news(of id: String) -> Event? {
        guard let failure = failures[id] else { return nil }
        let reason = reason(for: failure)
        let cause = reason?.cause ?? failure.failed.rootCause
        guard !cause.saysSame(as: failure.told) else { return nil }
        failures[id]?.told = cause
        return Self.explanation(of: failure, reason)
    }

    /// The run is over: what is to be said otherwise by all that is known.
    mutating func finish() -> [Event] {
        let ids = order
        return ids.compactMap { news(of: $0) }
    }

    // MARK: Explanations

    /// What all facts together say of the failures that other containers explain.
    var explanations: [Event] {
        failures.values.compactMap { failure in
            reason(for: failure).map { Self.explanation(of: failure, $0) }
        }
    }

    private static func explanation(of failure: Failure, _ reason: (cause: RootCause, evidence: [Evidence])?) -> Event {
        let all = reason.map { merged(failure.failed, with: $0.cause) } ?? failure.failed
        var event = failure.event
        event.payload = .startupExplained(
            StartupExplained(
                container: failure.event.origin.container ?? "", startup: failure.event.origin.startup ?? 1,
                rootCause: all.rootCause, contributing: all.contributing))
        event.evidence = (reason?.evidence ?? []) + failure.event.evidence
        event.givenID = nil
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

    private func reason(for failure: Failure) -> (cause: RootCause, evidence: [Evidence])? {
        guard let product = Self.needed(by: failure.event.origin.product, failure.failed.rootCause.code),
            let provider = provider(of: product, for: failure),
            case (var cause, let evidence)? = reason(for: failure, in: provider)
        else { return nil }
        cause.evidenceLines = evidence.count
        return (cause, evidence)
    }

    /// The container that is meant: by its name, or the only one whose log lies beside this one's.
    private func provider(of product: Product, for failure: Failure) -> Provider? {
        let place = LogPlace(failure.event)
        let candidates = providers.filter { $0.value.product == product && $0.key.source != place.source }
        let near = candidates.filter { $0.key.folder == place.folder }
        if let host = hosts[place]?.name {
            for likeness in NameLikeness.allCases {
                let isAlike = { (provider: Provider) in likeness.holds(provider.container, host: host) }
                let named = near.filter { isAlike($0.value) }
                if named.count == 1 { return named.first?.value }
                if named.isEmpty, let other = candidates.values.only(where: isAlike) { return other }
            }
        }
        // One alone is the one that is meant, whatever it is called: hosts have aliases that no log tells.
        return near.count == 1 ? near.first?.value : nil
    }

    private func reason(for failure: Failure, in provider: Provider) -> (RootCause, [Evidence])? {
        let time = failure.event.time
        func isBefore(_ fact: Fact) -> Bool { time.map { at in fact.time.map { $0 <= at } ?? true } ?? true }
        if failure.failed.rootCause.code == "sql-login-failed", let refusal = Self.refusal(near: time, in: provider) {
            return refusal
        }
        let states = provider.facts.filter { if case .refused = $0.kind { false } else { isBefore($0) } }
        if let last = states.last, case .failed(let id) = last.kind { return located(id, last, provider) }
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
        if case .failed(let id) = next.kind { return located(id, next, provider) }
        let cause: Cause = provider.product == .sqlServer ? .sqlNotReady : .serverNotReady
        return (RootCause(cause, detail: nil, container: provider.container), next.evidence)
    }

    /// Where the cause lies: here, or where this container's own failure was explained by.
    private func located(_ id: String, _ fact: Fact, _ provider: Provider) -> (RootCause, [Evidence])? {
        guard let failure = failures[id] else { return nil }
        // A Server needs a database and that needs nothing: this goes no deeper.
        let reason = reason(for: failure)
        var cause = reason?.cause ?? failure.failed.rootCause
        if cause.container == nil { cause.container = provider.container }
        if cause.confidence == .certain { cause.confidence = .likely }
        return (cause, Array(((reason?.evidence ?? []) + fact.evidence).prefix(2)))
    }

    /// The refusal that answers a failed login: the last one in the minute before it, or else the first after it.
    private static func refusal(near time: Timestamp?, in provider: Provider) -> (RootCause, [Evidence])? {
        let refusals = provider.facts.filter { fact in
            guard case .refused = fact.kind else { return false }
            guard let time, let at = fact.time else { return true }
            return abs(at.nanoseconds - time.nanoseconds) <= 60_000_000_000
        }
        let before = refusals.last { fact in time.map { at in fact.time.map { $0 <= at } ?? true } ?? true }
        guard let fact = before ?? refusals.first, case .refused(let cause) = fact.kind else { return nil }
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
}

extension Sequence {
    /// The element that a condition holds for, if it is one alone.
    fileprivate func only(where condition: (Element) -> Bool) -> Element? {
        let found = filter(condition)
        return found.count == 1 ? found[0] : nil
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
    /// Whether it is the same cause in the same container.
    fileprivate func saysSame(as other: RootCause) -> Bool {
        code == other.code && container == other.container && detail == other.detail
    }

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
