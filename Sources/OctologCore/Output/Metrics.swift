/// What a run amounts to so far, as Prometheus' text format tells it: takes note of events, and is written by
/// `MetricsText`.
///
/// Counts only grow while a run lasts. States are those of the containers now. What is counted by container goes with
/// the container, where there are more than can be told apart.
package struct Metrics: Sendable {
    /// What tells the series of this run from those of another, in the label `run`.
    let run: String
    /// The version, and the digest of the rules, once the run has begun.
    private(set) var build: (version: String, rules: String)?
    private(set) var events: [EventType: Int] = [:]
    private(set) var suppressed = 0
    private(set) var containers: [String: ContainerMetrics] = [:]
    /// How many containers were forgotten.
    private(set) var forgotten = 0
    private(set) var durations: [PhaseOfProduct: Histogram] = [:]
    private(set) var duplicates = DuplicateGroups()
    /// What each log amounts to, but for its events.
    private var logs: [Totals] = []
    /// Counts events, to know which container was silent longest.
    private var clock = 0

    struct PhaseOfProduct: Hashable {
        var product: Product?
        var phase: Phase
    }

    /// More containers than this are not told apart.
    package static let maximumContainers = 1000
    /// The longest value of a label, in bytes: names come from logs.
    static let maximumLabel = 200

    /// - Parameter run: the label that tells this run's series from those of others.
    package init(run: String) { self.run = Self.label(run) }

    /// What all logs amount to, but for their events.
    var totals: Totals {
        var sum = Totals()
        for log in logs { sum.add(log) }
        return sum
    }

    /// Takes note of how far a log was read.
    package mutating func note(_ totals: Totals, ofLog log: Int) {
        while logs.count <= log { logs.append(Totals()) }
        logs[log] = totals
    }

    /// Takes note of an event that is told.
    package mutating func note(_ event: Event) {
        events[event.payload.type, default: 0] += 1
        count(event)
    }

    /// Takes note of an event that happened and is not told, because many of its like were.
    package mutating func noteSuppressed(_ event: Event) {
        suppressed += 1
        count(event)
    }

    private mutating func count(_ event: Event) {
        switch event.payload {
        case .runStarted(let started): build = (started.version, started.digest)
        case .registrationDuplicate(let duplicate): duplicates.note(duplicate)
        case .phaseCompleted(let step):
            if let seconds = step.durationSeconds, seconds >= 0 {
                let key = PhaseOfProduct(product: event.origin.product, phase: step.phase)
                durations[key, default: Histogram()].observe(seconds)
            }
        case .startupExplained(let explained):
            // It is told of a container that may have been forgotten.
            containers[Self.label(explained.container)]?.note(event)
            return
        case .runFinished, .sourceDetected, .startupBegan, .phaseEntered, .phaseFailed, .commandExecuted,
            .configurationObserved, .masterKeyShown, .masterKeyConfigured, .secretExposed, .registrationObserved,
            .startupSucceeded, .startupFailed, .startupUnfinished, .containerStopped, .findingRaised, .gapDetected,
            .limitHit, .linesUnrecognised, .eventsSuppressed, .rulesReloaded:
            break
        }
        guard let container = event.origin.container else { return }
        countContainer(Self.label(container), event)
    }

    private mutating func countContainer(_ name: String, _ event: Event) {
        clock += 1
        if containers[name] == nil {
            // A container that says nothing of its startups has nothing to be told.
            guard ContainerMetrics.matters(event) else { return }
            makeRoom()
            containers[name] = ContainerMetrics()
        }
        containers[name]?.lastEvent = clock
        containers[name]?.note(event)
    }

    private mutating func makeRoom() {
        guard containers.count >= Self.maximumContainers,
            // One that failed is silent, and matters.
            let silent = containers.min(by: {
                ($0.value.failure == nil ? 0 : 1, $0.value.lastEvent)
                    < ($1.value.failure == nil ? 0 : 1, $1.value.lastEvent)
            })
        else { return }
        containers[silent.key] = nil
        forgotten += 1
    }

    /// A name as the value of a label: bounded, and without what turns a terminal over.
    static func label(_ name: String) -> String {
        let name = name.printable
        guard name.utf8.count > maximumLabel else { return name }
        var short = ""
        for character in name.unicodeScalars {
            guard short.utf8.count + UTF8.width(character) <= maximumLabel - 3 else { break }
            short.unicodeScalars.append(character)
        }
        return short + "…"
    }
}

/// What is counted of a container, and how it is doing.
struct ContainerMetrics: Sendable {
    /// Why and where its last startup failed.
    struct Failure: Sendable {
        var cause: String
        var phase: Phase?
        var startup: Int?
    }

    /// The series of findings.
    struct FindingKey: Hashable {
        var code: String
        var level: Level
    }

    /// When it said something last, by the count of events.
    var lastEvent = 0
    /// What runs in it, as far as its log has told.
    private(set) var product: Product?
    private(set) var began = 0
    private(set) var succeeded = 0
    private(set) var failed = 0
    private(set) var unfinished = 0
    private(set) var restarts = 0
    private(set) var findings: [FindingKey: Int] = [:]
    private(set) var secrets: [SecretKind: Int] = [:]
    /// By whether they are trusted.
    private(set) var masterKeys: [Bool: Int] = [:]
    /// The failed startup that none has made good since.
    private(set) var failure: Failure?
    /// Whether a startup is under way, and how far it is.
    private(set) var isStarting = false
    private(set) var phase: Phase?
    private(set) var isStopped = false
    /// The startup that is over: what is told of its phases later begins nothing.
    private var over: Int?

    /// Whether an event says anything that is counted by container.
    static func matters(_ event: Event) -> Bool {
        switch event.payload {
        case .startupBegan, .phaseEntered, .startupSucceeded, .startupFailed, .startupUnfinished, .containerStopped,
            .findingRaised, .secretExposed, .masterKeyShown:
            true
        case .runStarted, .runFinished, .sourceDetected, .phaseCompleted, .phaseFailed, .commandExecuted,
            .configurationObserved, .masterKeyConfigured, .registrationObserved, .registrationDuplicate,
            .startupExplained, .gapDetected, .limitHit, .linesUnrecognised, .eventsSuppressed, .rulesReloaded:
            false
        }
    }

    mutating func note(_ event: Event) {
        product = event.origin.product ?? product
        let startup = event.origin.startup
        switch event.payload {
        case .startupBegan(let fields):
            began += 1
            // The first that a log shows may be a restart; it is the log's first all the same.
            if fields.kind == .restart || (startup ?? 1) > 1 { restarts += 1 }
            (isStarting, phase, isStopped) = (true, nil, false)
        case .phaseEntered(let step):
            guard startup == nil || startup != over else { return }
            (isStarting, phase, isStopped) = (true, step.phase, false)
        case .startupSucceeded:
            succeeded += 1
            failure = nil
            end(startup)
        case .startupFailed(let fields):
            failed += 1
            failure = Failure(cause: fields.rootCause.code, phase: fields.phase, startup: startup)
            end(startup)
        case .startupUnfinished(let fields):
            // The log ends, and nothing says that it went on or was given up: it is stuck, until more is known.
            unfinished += 1
            (isStarting, phase, over) = (true, fields.lastPhase, nil)
        case .startupExplained(let fields):
            guard failure?.startup == fields.startup else { return }
            failure?.cause = fields.rootCause.code
        case .containerStopped:
            end(startup)
            isStopped = true
        case .findingRaised(let finding):
            findings[FindingKey(code: finding.code, level: event.level), default: 0] += 1
        case .secretExposed(let exposed): secrets[exposed.kind, default: 0] += 1
        case .masterKeyShown(let shown): masterKeys[shown.trusted, default: 0] += 1
        case .runStarted, .runFinished, .sourceDetected, .phaseCompleted, .phaseFailed, .commandExecuted,
            .configurationObserved, .masterKeyConfigured, .registrationObserved, .registrationDuplicate, .gapDetected,
            .limitHit, .linesUnrecognised, .eventsSuppressed, .rulesReloaded:
            break
        }
    }

    private mutating func end(_ startup: Int?) {
        (isStarting, phase, over) = (false, nil, startup)
    }
}

/// How many values lie at or below each bound.
struct Histogram: Sendable {
    /// What startups take, in seconds: some phases are over at once, and an upgrade of the schema takes half an hour.
    static let bounds = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800]

    /// How many values lie in each interval, the last above all bounds.
    private var counts = [Int](repeating: 0, count: bounds.count + 1)
    private(set) var sum = 0.0

    mutating func observe(_ value: Double) {
        counts[Self.bounds.firstIndex { value <= Double($0) } ?? Self.bounds.count] += 1
        sum += value
    }

    var count: Int { counts.reduce(0, +) }

    /// How many values lie at or below each bound.
    var cumulative: [Int] {
        var sum = 0
        return counts.dropLast().map { count in
            sum += count
            return sum
        }
    }
}

/// The groups of duplicate registrations that are known: one that is told again, because it has grown, is the same.
struct DuplicateGroups: Sendable {
    private struct Key: Hashable {
        var `class`: RegistrationDuplicate.Class
        var value: String?
        var member: RegistrationDuplicate.Place
    }

    private(set) var counts: [RegistrationDuplicate.Class: Int] = [:]
    private var groups: [Key: Int] = [:]
    /// The groups that were not merged into another.
    private var known: Set<Int> = []
    private var next = 0

    /// The same as `RegistrationDuplicate.replaces`, without going through all that was told.
    mutating func note(_ duplicate: RegistrationDuplicate) {
        let keys = duplicate.members.map {
            Key(class: duplicate.class, value: duplicate.value?.lowercased(), member: $0.place)
        }
        let replaced = Set(keys.compactMap { groups[$0] }).intersection(known)
        known.subtract(replaced)
        known.insert(next)
        counts[duplicate.class, default: 0] += 1 - replaced.count
        for key in keys { groups[key] = next }
        next += 1
    }
}
