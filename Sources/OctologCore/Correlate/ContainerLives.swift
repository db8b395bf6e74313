/// When each container last began, and when it was seen to stop: whether one came in place of another.
struct ContainerLives {
    private struct Life {
        var began: Event?
        /// In the order of time.
        var stops: [Event] = []
    }

    private var lives: [LogPlace: Life] = [:]

    /// Of more stops the first go.
    private static let maximumStops = 64

    /// - Returns: whether it says more than was known.
    mutating func note(_ event: Event) -> Bool {
        guard event.time != nil, Self.matters(event) else { return false }
        var event = event
        event.givenID = event.id
        event.evidence = event.evidence.suffix(1)
        event.sequence = 0
        let place = LogPlace(event)
        // In place: a copy would copy all stops.
        return Self.note(event, in: &lives[place, default: Life()])
    }

    private static func note(_ event: Event, in life: inout Life) -> Bool {
        switch event.payload {
        case .startupBegan where isLater(event, life.began): life.began = event
        case .containerStopped where !life.stops.contains { $0.id == event.id }:
            let index = life.stops.lastIndex { !isLater($0, event) }.map { $0 + 1 } ?? 0
            guard index > 0 || life.stops.count < maximumStops else { return false }
            life.stops.insert(event, at: index)
            if life.stops.count > maximumStops { life.stops.removeFirst() }
        default: return false
        }
        return true
    }

    /// Only Tentacles register: how others lived does not matter.
    private static func matters(_ event: Event) -> Bool {
        guard event.origin.product != .server, event.origin.product != .sqlServer else { return false }
        return event.payload.type == .startupBegan || event.payload.type == .containerStopped
    }

    /// Of two at one time always the same counts.
    private static func isLater(_ event: Event, _ other: Event?) -> Bool {
        guard let other, let time = event.time, let otherTime = other.time else { return true }
        return (time.nanoseconds, event.id) > (otherTime.nanoseconds, other.id)
    }

    /// Whether a container stopped between two times and was not seen to begin since.
    func hasStoppedForGood(_ container: LogPlace, after start: Timestamp, before end: Timestamp) -> Bool {
        guard let life = lives[container], let stopped = life.stops.last?.time, start <= stopped, stopped <= end else {
            return false
        }
        return (life.began?.time).map { $0 <= stopped } ?? true
    }

    /// Whether a container was seen to stop between two times.
    func hasStopped(_ container: LogPlace, after start: Timestamp, before end: Timestamp) -> Bool {
        lives[container]?.stops.contains { stop in stop.time.map { start <= $0 && $0 <= end } ?? false } ?? false
    }

    /// What is known, as events.
    var events: [Event] { lives.values.flatMap { [$0.began].compactMap { $0 } + $0.stops } }
}
