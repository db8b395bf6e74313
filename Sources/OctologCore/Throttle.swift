/// Holds back events that say the same of one container too often: `--throttle`.
///
/// Only failures, findings and secrets are: what begins, goes on or succeeds always comes, and so does what takes the
/// place of an earlier word, for its last word counts. A window begins with an
/// event's time, and ends by the times of the same container's events: never by a clock, so that the same log gives
/// the same events. What has no time, nor anything before it, is never held back.
package struct Throttle: Sendable {
    /// So many events of a code in so long.
    package struct Limit: Sendable, Equatable {
        var count: Int
        var nanoseconds: Int64
    }

    /// How many windows are open at most; the one that began first is closed for another.
    static let capacity = 4096

    private struct Key: Hashable {
        var source: String
        var type: EventType
        var code: String
    }

    private struct Window {
        var start: Timestamp
        var told = 1
        /// Those that were held back.
        var count = 0
        var from: Timestamp?
        var to: Timestamp?
        var last: Event?
        var level = Level.info
        /// Which window of the run it is, to keep their order.
        var number: Int
    }

    private let limit: Limit
    private var windows: [Key: Window] = [:]
    /// The windows of a source, in the order in which they began.
    private var keys: [String: [Key]] = [:]
    private var begun = 0
    /// All windows in the order in which they began, those that were closed too, from `head` on.
    private var queue: [(key: Key, number: Int)] = []
    private var head = 0

    init(_ limit: Limit) { self.limit = limit }

    /// What was held back in the windows of a source that are over at this time.
    mutating func passed(_ source: String, _ time: Timestamp?) -> [Event] {
        guard let time, let open = keys[source] else { return [] }
        var events: [Event] = []
        for key in open {
            guard let window = windows[key], isOver(window, at: time) else { continue }
            events += close(key)
        }
        return events
    }

    /// Whether an event is to be told; else it is counted.
    mutating func admits(_ event: Event, at time: Timestamp?) -> Bool {
        guard let time, let code = event.payload.code else { return true }
        let key = Key(source: event.source, type: event.payload.type, code: code)
        guard var window = windows[key] else {
            begun += 1
            windows[key] = Window(start: time, number: begun)
            keys[event.source, default: []].append(key)
            queue.append((key, begun))
            if queue.count > 4 * Self.capacity { forgetClosed() }
            return true
        }
        if window.told < limit.count {
            windows[key]?.told += 1
            return true
        }
        window.count += 1
        // Times may go back within a window.
        window.from = window.from.map { min($0, time) } ?? time
        window.to = window.to.map { max($0, time) } ?? time
        window.last = event
        window.level = max(window.level, event.level)
        windows[key] = window
        return false
    }

    /// Whether there is no room for another window.
    var isFull: Bool { windows.count > Self.capacity }

    /// What was held back in the window that began first, which is closed.
    mutating func makeRoom() -> [Event] {
        while head < queue.count {
            let (key, number) = queue[head]
            head += 1
            if windows[key]?.number == number { return close(key) }
        }
        return []
    }

    /// Keeps of the queue what is open: there is room for no more than that.
    private mutating func forgetClosed() {
        queue = queue[head...].filter { windows[$0.key]?.number == $0.number }
        head = 0
    }

    /// What was held back in all windows, which are closed.
    mutating func remaining() -> [Event] {
        windows.sorted { $0.value.number < $1.value.number }.flatMap { close($0.key) }
    }

    /// A log's times may also go backwards, a little or, where another log follows, by far.
    private func isOver(_ window: Window, at time: Timestamp) -> Bool {
        abs(time.nanoseconds - window.start.nanoseconds) >= limit.nanoseconds
    }

    /// Forgets a window.
    ///
    /// - Returns: what was held back in it, if anything was.
    private mutating func close(_ key: Key) -> [Event] {
        guard let window = windows.removeValue(forKey: key) else { return [] }
        keys[key.source]?.removeAll { $0 == key }
        if keys[key.source]?.isEmpty == true { keys[key.source] = nil }
        guard var event = window.last else { return [] }
        event.payload = .eventsSuppressed(
            EventsSuppressed(type: key.type, code: key.code, count: window.count, from: window.from, to: window.to))
        event.subject = "suppressed/\(key.type.shortName)/\(key.code)"
        event.level = window.level
        event.correlation = nil
        event.origin.startup = nil
        return [event]
    }
}

extension Throttle.Limit {
    /// A limit as `--throttle` takes it: a count, a slash, and a duration in s, m, h or d, such as `5/10m`.
    package init?(text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let count = Self.number(parts[0]), let unit = parts[1].last,
            let length = Self.number(parts[1].dropLast())
        else { return nil }
        let seconds: Int64
        switch unit {
        case "s": seconds = 1
        case "m": seconds = 60
        case "h": seconds = 3600
        case "d": seconds = 86400
        default: return nil
        }
        self.count = count
        nanoseconds = Int64(length) * seconds * 1_000_000_000
    }

    /// A number from 1 to 99,999.
    private static func number(_ text: Substring) -> Int? {
        guard (1...5).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int(text).flatMap { $0 > 0 ? $0 : nil }
    }
}

extension Payload {
    /// What is said again and again, of events that may be held back for it; nil for the others.
    var code: String? {
        switch self {
        case .startupFailed(let failed): failed.rootCause.code
        case .findingRaised(let finding): finding.code
        // A sealed value is nowhere else.
        case .secretExposed(let exposed): exposed.sealed == nil ? exposed.place : nil
        case .runStarted, .runFinished, .sourceDetected, .startupBegan, .phaseEntered, .phaseCompleted, .phaseFailed,
            .commandExecuted, .configurationObserved, .masterKeyShown, .masterKeyConfigured, .registrationObserved,
            .registrationDuplicate, .startupExplained, .startupSucceeded, .startupUnfinished, .containerStopped,
            .gapDetected, .limitHit, .linesUnrecognised, .eventsSuppressed, .rulesReloaded:
            nil
        }
    }
}
