/// What a run amounts to: what its last event and its exit code are made of.
public struct Totals: Sendable {
    public var inputs = 0
    public var bytes = 0
    public var lines = 0
    /// Lines of startups, and how many of them some rule knows.
    public var startupLines = 0
    public var recognisedLines = 0
    public var events: [EventType: Int] = [:]
    public var limits: [LimitHit.Limit: Int] = [:]
    /// The highest level of any event.
    public var highestLevel = Level.info
    /// Whether anything was read that only these containers print.
    public var isRecognised = false

    /// How many startups failed.
    public var failedStartups: Int { events[.startupFailed] ?? 0 }

    mutating func note(_ rule: Rule) {
        if rule.product != nil || rule.fact == .executes { isRecognised = true }
    }

    mutating func note(_ event: Event) {
        events[event.payload.type, default: 0] += 1
        highestLevel = max(highestLevel, event.level)
    }
}

/// What octolog tells of itself.
public enum Octolog {
    /// The version, as `--version` prints it.
    public static let version = "0.1.0"
}
