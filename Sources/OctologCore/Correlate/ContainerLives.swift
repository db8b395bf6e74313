/// When each container last began and when it was last seen to stop: whether one came in place of another.
struct ContainerLives {
    private struct Life {
        var began: Event?
        var stopped: Event?
    }

    private var lives: [LogPlace: Life] = [:]

    /// - Returns: whether it says more than was known.
    mutating func note(_ event: Event) -> Bool {
        guard event.time != nil else { return false }
        var event = event
        event.givenID = event.id
        event.evidence = event.evidence.suffix(1)
        event.sequence = 0
        let place = LogPlace(event)
        let life = lives[place] ?? Life()
        switch event.payload {
        case .startupBegan where Self.isLater(event, life.began): lives[place, default: Life()].began = event
        case .containerStopped where Self.isLater(event, life.stopped):
            lives[place, default: Life()].stopped = event
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
    func hasStoppedForGood(_ container: LogPlace, after start: Timestamp, before end: Timestamp) -> Bool {
        guard hasStopped(container, after: start, before: end), let life = lives[container],
            let stopped = life.stopped?.time
        else { return false }
        return (life.began?.time).map { $0 <= stopped } ?? true
    }

    /// Whether a container was last seen to stop between two times.
    func hasStopped(_ container: LogPlace, after start: Timestamp, before end: Timestamp) -> Bool {
        guard let stopped = lives[container]?.stopped?.time else { return false }
        return start <= stopped && stopped <= end
    }

    /// What is known, as events.
    var events: [Event] { lives.values.flatMap { [$0.began, $0.stopped].compactMap { $0 } } }
}
