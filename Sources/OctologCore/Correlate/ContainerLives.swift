/// When each container last began and when it was last seen to stop: whether one came in place of another.
struct ContainerLives {
    private struct Life {
        var began: Event?
        var stopped: Event?
    }

    /// By the source of their events.
    private var lives: [String: Life] = [:]

    /// - Returns: whether it says more than was known.
    mutating func note(_ event: Event) -> Bool {
        guard event.time != nil else { return false }
        var event = event
        event.givenID = event.id
        event.evidence = []
        event.sequence = 0
        let life = lives[event.source] ?? Life()
        switch event.payload {
        case .startupBegan where Self.isLater(event, life.began): lives[event.source, default: Life()].began = event
        case .containerStopped where Self.isLater(event, life.stopped):
            lives[event.source, default: Life()].stopped = event
        default: return false
        }
        return true
    }

    /// Of two at one time always the same counts.
    private static func isLater(_ event: Event, _ other: Event?) -> Bool {
        guard let other, let time = event.time, let otherTime = other.time else { return true }
        return (time.nanoseconds, event.id) > (otherTime.nanoseconds, other.id)
    }

    /// Whether a container stopped between two times and was not seen to begin since.
    func hasStoppedForGood(_ source: String, after start: Timestamp, before end: Timestamp) -> Bool {
        guard hasStopped(source, after: start, before: end), let life = lives[source], let stopped = life.stopped?.time
        else { return false }
        return (life.began?.time).map { $0 <= stopped } ?? true
    }

    /// Whether a container was last seen to stop between two times.
    func hasStopped(_ source: String, after start: Timestamp, before end: Timestamp) -> Bool {
        guard let stopped = lives[source]?.stopped?.time else { return false }
        return start <= stopped && stopped <= end
    }

    /// What is known, as events without evidence.
    var events: [Event] { lives.values.flatMap { [$0.began, $0.stopped].compactMap { $0 } } }
}
