/// What a run amounts to: what its last event and its exit code are made of.
package struct Totals: Sendable {
    package init() {}

    package var inputs = 0
    package var bytes = 0
    package var lines = 0
    /// Lines that octolog wrote itself.
    package var ownEvents = 0
    /// Lines of startups, and how many of them some rule knows.
    package var startupLines = 0
    package var recognisedLines = 0
    /// The events that were told, and how many were held back.
    package var events: [EventType: Int] = [:]
    package var suppressed = 0
    /// How many startups failed, told or not.
    package var failedStartups = 0
    package var limits: [LimitHit.Limit: Int] = [:]
    /// The highest level of any event.
    package var highestLevel = Level.info
    /// Whether anything was read that only these containers print.
    package var isRecognised = false
    /// Whether a rule of the user's matched a line, whoever printed it.
    package var hasUserMatch = false
    /// The commands whose output was read.
    package var commands: [CommandEnd] = []
    /// What the hash chain over the lines ends with.
    package var chain: ChainSummary?
    /// Whether a signal ended it, and another run goes on.
    package var isBrokenOff = false

    /// Why nothing was recognised, as a sentence.
    package var nothingRecognised: String {
        bytes == 0
            ? "the input is empty"
            : "nothing in \(Report.number(lines, "line")) was printed by an Octopus Deploy container"
    }

    /// Adds what one log amounts to; its events are counted as they are told.
    mutating func add(_ log: Totals) {
        inputs += log.inputs
        bytes += log.bytes
        lines += log.lines
        ownEvents += log.ownEvents
        startupLines += log.startupLines
        recognisedLines += log.recognisedLines
        limits.merge(log.limits, uniquingKeysWith: +)
        isRecognised = isRecognised || log.isRecognised
        hasUserMatch = hasUserMatch || log.hasUserMatch
    }

    mutating func note(_ rule: Rule) {
        // Some images say nothing but why they refuse to start.
        if rule.product != nil || rule.fact == .executes || rule.cause?.isFinal == true { isRecognised = true }
    }

    mutating func note(_ event: Event) {
        events[event.payload.type, default: 0] += 1
        count(event)
    }

    mutating func note(suppressed event: Event) {
        suppressed += 1
        count(event)
    }

    package mutating func count(_ event: Event) {
        if event.payload.type == .startupFailed { failedStartups += 1 }
        highestLevel = max(highestLevel, event.level)
    }
}

/// What octolog tells of itself.
package enum Octolog {
    /// The version; `--version` prints it with the rules.
    package static let version = "0.1.0"
}
