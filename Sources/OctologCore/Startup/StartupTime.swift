// What the times of its lines tell of a startup: that it was silent, or that a clock was set.

extension StartupStateMachine {
    /// A startup that says nothing for so long is told of, in seconds: what waits for a container waits as long.
    private static let quietSeconds = 300.0
    /// Two streams of one container may swap their lines; a clock that goes back further was set, in nanoseconds.
    private static let backwards: Int64 = 2_000_000_000

    /// What is missing between the last line and one with this time.
    func gap(before time: Moment) -> GapDetected? {
        guard let clock, startup?.stage.isScripted == true else { return nil }
        if let seconds = time.seconds(since: clock), seconds >= Self.quietSeconds {
            return GapDetected(kind: .quiet, from: clock.timestamp, to: time.timestamp)
        }
        if let now = time.message, let before = clock.message, before.nanoseconds - now.nanoseconds > Self.backwards {
            return GapDetected(kind: .backwards, from: before, to: now)
        }
        return nil
    }

    mutating func expect(_ gap: GapDetected, _ time: Moment, _ evidence: Evidence) { self.gap = (gap, time, evidence) }

    mutating func pass(_ time: Moment) { clock = time }

    /// The first line makes the container: it is passed before there is a clock.
    mutating func start(_ time: Moment?) { clock = clock ?? time }

    mutating func tellGap() {
        guard let (gap, time, evidence) = gap else { return }
        self.gap = nil
        emit(.gapDetected(gap), level: .low, time: time, subject: "gap", evidence: [evidence])
    }

    /// How long nothing came after the container's last line, as far as the log tells, in seconds.
    var quiet: Double? {
        guard let seconds = latest?.seconds(since: clock), seconds > 0 else { return nil }
        return seconds
    }
}
