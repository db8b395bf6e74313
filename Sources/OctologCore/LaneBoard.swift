/// What was read ahead of the one that tells, and who reads on where.
struct LaneBoard: Sendable {
    private struct Seat: Sendable {
        /// What the one that tells has not taken yet.
        var news: [LaneNews] = []
        /// How much memory each of them takes, in bytes, about.
        var costs: [Int] = []
        /// How much all of them take.
        var cost = 0
        /// Whether that is too much, or was and is not yet much less.
        var isFull = false
        /// Whether a thread has the lane.
        var isTaken = false
        /// Whether it was read to its end.
        var hasEnded = false

        /// Whether a thread may take the lane to read on.
        var isFree: Bool { !isTaken && !hasEnded && !isFull }
    }

    private var seats: [Seat]
    /// How much the news of a lane may take before nobody reads on there, in bytes.
    private let limit: Int
    /// How many lanes are not read to their ends.
    private var open: Int
    /// Whether the one that tells waits.
    private var isAwaited = false
    /// Whether nothing more is to be read.
    private var isClosed = false

    /// How much the news of all lanes may take, in bytes; a step that is under way may bring more.
    static let budget = 8 << 20

    init(count: Int) {
        seats = Array(repeating: Seat(), count: count)
        limit = Self.budget / max(1, count)
        open = count
    }

    /// Sends the threads away that read ahead.
    mutating func close() -> (Void, rings: [Monitor<LaneBoard>.Bell]) {
        isClosed = true
        return ((), [.room])
    }

    /// The first news of a lane.
    mutating func take(from lane: Int) -> (LaneNews?, rings: [Monitor<LaneBoard>.Bell]) {
        guard !seats[lane].news.isEmpty else { return (nil, []) }
        let news = seats[lane].news.removeFirst()
        seats[lane].cost -= seats[lane].costs.removeFirst()
        guard seats[lane].isFull, seats[lane].cost <= limit / 2 else { return (news, []) }
        seats[lane].isFull = false
        return (news, [.room])
    }

    /// What the one that tells does while there is no news of a lane: it reads that one on, or else another.
    ///
    /// - Returns: the lane to be read, nil within if there is news; nil while it has to wait.
    mutating func laneToRead(insteadOf lane: Int) -> Int?? {
        isAwaited = false
        guard seats[lane].news.isEmpty else { return .some(nil) }
        guard let free = seats[lane].isTaken ? freeLane : lane else {
            isAwaited = true
            return nil
        }
        seats[free].isTaken = true
        return free
    }

    /// What a thread reads that reads ahead.
    ///
    /// - Returns: the lane to be read, nil within if there won't be any; nil while it has to wait.
    mutating func laneToRead() -> Int?? {
        if isClosed || open == 0 { return .some(nil) }
        guard let free = freeLane else { return nil }
        seats[free].isTaken = true
        return free
    }

    /// The lane of which least waits to be told, of those that may be read on.
    private var freeLane: Int? {
        var free: Int?
        for lane in seats.indices where seats[lane].isFree {
            if free.map({ seats[lane].cost < seats[$0].cost }) ?? true { free = lane }
        }
        return free
    }

    /// Takes in what a step brought.
    ///
    /// - Parameters:
    ///   - cost: how much memory that takes, in bytes.
    ///   - keeps: whether whoever has the lane wants to go on.
    /// - Returns: whether that is so.
    mutating func put(
        _ news: LaneNews, _ cost: Int, of lane: Int, keeps: Bool
    ) -> (Bool, rings: [Monitor<LaneBoard>.Bell]) {
        if let last = seats[lane].news.last, last.isQuiet {
            // What it amounts to is in the new one.
            seats[lane].news.removeLast()
            seats[lane].cost -= seats[lane].costs.removeLast()
        }
        seats[lane].news.append(news)
        seats[lane].costs.append(cost)
        seats[lane].cost += cost
        if seats[lane].cost >= limit { seats[lane].isFull = true }
        if news.hasEnded {
            seats[lane].hasEnded = true
            open -= 1
        }
        let goesOn = keeps && !isClosed && !news.hasEnded && !seats[lane].isFull
        seats[lane].isTaken = goesOn
        var rings: [Monitor<LaneBoard>.Bell] = []
        if isAwaited { rings.append(.news) }
        if seats[lane].isFree || open == 0 { rings.append(.room) }
        return (goesOn, rings)
    }
}
