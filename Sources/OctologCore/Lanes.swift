/// Waits where logs are read as they come, until one of some can be read on.
///
/// - Parameters:
///   - logs: the numbers of those that have nothing to be told and may go on.
///   - hasEvents: whether there are events of others to be told.
package typealias LaneWait = (_ logs: [Int], _ hasEvents: Bool) -> LaneAwaited

/// What a wait for logs ended with.
package enum LaneAwaited {
    /// Something can be read, or nothing will be any more.
    case ready
    /// Events of others need not be put in order with what these may still have.
    case late
    /// Nothing can be read, but there is something else to be done.
    case woken
}

/// The logs of a run, read side by side so that what they tell comes in the order of time.
///
/// Each log keeps its own order. What of several comes first is decided by the times of their events; an event
/// without one goes with the one before it.
struct Lanes<Source: ByteSource & ~Copyable>: ~Copyable {
    // unsafe: owned, initialised in init and deinitialised in deinit.
    private let memory: UnsafeMutablePointer<Lane<Source>>
    /// What each of them has brought and was not told yet.
    private var fronts: [Front]
    let count: Int
    /// Those that read ahead; nil where this thread reads alone.
    private let crew: Crew<Source>?

    /// What all logs together may read ahead, in bytes.
    private static var readAhead: Int { 4 << 20 }
    /// The least that a read asks for, in bytes.
    private static var smallestChunk: Int { 4 << 10 }

    /// - Parameters:
    ///   - isLive: whether the logs are read as they come, with `nextAsItComes`.
    ///   - jobs: the threads that read, of files only; nil to read in this one.
    init(
        _ logs: [[String]], isLive: Bool = false, options: Analyzer.Options, rules: RuleSet,
        jobs: Jobs<Source>? = nil
    ) {
        count = logs.count
        memory = .allocate(capacity: max(1, count))
        fronts = Array(repeating: Front(), count: count)
        let chunk = min(LineBuffer.largestChunk, max(Self.smallestChunk, Self.readAhead / max(1, count)))
        let portion = count == 1 ? Int.max : chunk / 8
        for (index, files) in logs.enumerated() {
            (memory + index).initialize(
                to: Lane(files, chunk: chunk, portion: portion, isLive: isLive, options: options))
        }
        crew = jobs.map { [memory, count] in Crew($0, rules, lanes: memory, count: count) }
        crew?.begin()
    }

    deinit {
        // Nobody is in a lane any more when it goes.
        crew?.end()
        memory.deinitialize(count: count)
        memory.deallocate()
    }

    func totals(of lane: Int) -> Totals { crew == nil ? memory[lane].totals : fronts[lane].news.totals }

    /// Whether `next` itself tells the sink when more may be long in coming.
    var drainsSink: Bool { crew != nil }

    /// What comes next.
    enum Next {
        /// This log's next event comes first. One that is read alone is returned after each read, with an event or
        /// without.
        case lane(Int)
        /// Whoever waits for the logs has something else to be done.
        case nothing
        /// All is told.
        case end
    }

    /// The log whose next event comes first, after reading on wherever none waits.
    ///
    /// - Parameter wait: waits where logs go on while they are read; nil where each can be waited for by itself.
    mutating func next(
        _ recogniser: inout Recogniser, into sink: inout some EventSink, open: (String) throws(InputError) -> Source,
        failed: (String, InputError) -> Void, wait: LaneWait? = nil
    ) -> Next {
        if let wait { return nextAsItComes(&recogniser, into: &sink, open: open, failed: failed, wait: wait) }
        if count == 1 {
            guard !fronts[0].hasEnded else { return .end }
            step(0, &recogniser, into: &sink, open: open, failed: failed)
            return .lane(0)
        }
        for lane in 0..<count {
            while fronts[lane].time == nil, !fronts[lane].hasEnded {
                step(lane, &recogniser, into: &sink, open: open, failed: failed)
            }
        }
        return first().map { .lane($0.lane) } ?? .end
    }

    /// The same for logs of which a quiet one is not waited for.
    private mutating func nextAsItComes(
        _ recogniser: inout Recogniser, into sink: inout some EventSink, open: (String) throws(InputError) -> Source,
        failed: (String, InputError) -> Void, wait: LaneWait
    ) -> Next {
        while true {
            var isQuiet = true
            var waiting: [Int] = []
            for lane in 0..<count where fronts[lane].time == nil && !fronts[lane].hasEnded {
                if memory[lane].isReady() {
                    step(lane, &recogniser, into: &sink, open: open, failed: failed)
                    isQuiet = false
                }
                if fronts[lane].time == nil, !fronts[lane].hasEnded { waiting.append(lane) }
            }
            let first = first()
            if waiting.isEmpty { return first.map { .lane($0.lane) } ?? .end }
            if first == nil, !isQuiet { continue }
            // Whoever waits for what was told need not wait for more.
            if first == nil { sink.inputDrained() }
            switch wait(waiting, first != nil) {
            case .ready: continue
            case .woken: return .nothing
            case .late: if let first { return .lane(first.lane) }
            }
        }
    }

    private mutating func step(
        _ lane: Int, _ recogniser: inout Recogniser, into sink: inout some EventSink,
        open: (String) throws(InputError) -> Source, failed: (String, InputError) -> Void
    ) {
        // For the thread sanitizer, as in WindowTable.
        let lanes = memory
        if let crew {
            fronts[lane].news = crew.readyNews(of: lane) ?? wait(for: lane, of: crew, &recogniser, &sink)
        } else {
            lanes[lane].step(&recogniser, open: open, into: &fronts[lane].news)
        }
        fronts[lane].passOn(into: &sink, failed)
        if crew == nil {
            sink.inputRead(ofLog: lane) { lanes[lane].totals }
        } else {
            let totals = fronts[lane].news.totals
            sink.inputRead(ofLog: lane) { totals }
        }
    }

    private func wait(
        for lane: Int, of crew: Crew<Source>, _ recogniser: inout Recogniser, _ sink: inout some EventSink
    ) -> LaneNews {
        // Whoever waits for what was told need not wait for this.
        sink.inputDrained()
        return crew.news(of: lane, &recogniser)
    }

    /// The time of the first event that waits in another log.
    func timeOfOthers(than lane: Int) -> (lane: Int, time: Int64)? { first(besides: lane) }

    /// What the user's rules of all logs wait for is no more.
    mutating func forgetWatches() {
        for lane in 0..<count { memory[lane].stream.forgetWatches() }
    }

    private func first(besides left: Int? = nil) -> (lane: Int, time: Int64)? {
        var first: (lane: Int, time: Int64)?
        for lane in 0..<count where lane != left {
            if let time = fronts[lane].time, first.map({ time < $0.time }) ?? true { first = (lane, time) }
        }
        return first
    }

    /// The next event of a log, if it comes before that of another; of equal times the log that was named first is.
    mutating func take(from lane: Int, until other: (lane: Int, time: Int64)?) -> Told? {
        guard let time = fronts[lane].time else { return nil }
        if let other, (other.time, other.lane) < (time, lane) { return nil }
        return fronts[lane].take()
    }
}

/// A log's events that wait for their turn.
private struct Front {
    var news = LaneNews()
    /// The next event to be told.
    private var next = 0
    /// The time of the last event that had one.
    private var clock: Timestamp?

    /// Whether all was read; there may be events left to be told.
    var hasEnded: Bool { news.hasEnded }

    /// When the next event happened, as far as its log tells; nil if none waits.
    var time: Int64? {
        guard next < news.told.count else { return nil }
        return (news.told[next].event.time ?? clock)?.nanoseconds ?? .min
    }

    mutating func take() -> Told {
        // Moved, not copied: an event is made of many parts.
        var told = Told.nothing
        swap(&told, &news.told[next])
        clock = told.event.time ?? clock
        told.time = clock
        next += 1
        if next == news.told.count {
            news.told.removeAll(keepingCapacity: true)
            next = 0
        }
        return told
    }

    /// Hands on what does not wait.
    mutating func passOn(into sink: inout some EventSink, _ failed: (String, InputError) -> Void) {
        for key in news.keys { key.tell(&sink) }
        for file in news.begun { sink.began(file) }
        for failure in news.failures { failed(failure.file, failure.error) }
        news.keys = []
        news.begun = []
        news.failures = []
    }
}
