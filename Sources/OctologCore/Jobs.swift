import Glibc

/// How many threads read logs, and how each of them opens a file.
package struct Jobs<Source: ByteSource & ~Copyable>: Sendable {
    let count: Int
    let open: @Sendable (String) throws(InputError) -> Source

    /// - Parameters:
    ///   - count: how many threads there are, the one that tells the events among them.
    ///   - open: opens a file by its name, in whatever thread.
    package init(count: Int, open: @escaping @Sendable (String) throws(InputError) -> Source) {
        self.count = count
        self.open = open
    }
}

/// Threads that read ahead in the logs of a run, for the one that tells their events.
///
/// Each log is read by one thread at a time, and its news is taken in the order in which it came: so what is told, and
/// in which order, does not depend on how fast anybody is. How far ahead they read is bounded by what waits.
final class Crew<Source: ByteSource & ~Copyable>: @unchecked Sendable {
    // unsafe: the lanes outlive the crew's threads, which `end` waits for; a lane is touched by the one alone who took
    // it from the board.
    private let lanes: UnsafeMutablePointer<Lane<Source>>
    private let board: Monitor<LaneBoard>
    private let jobs: Jobs<Source>
    private let rules: RuleSet
    /// Those that were started; only the one that made the crew has a use for them.
    private var threads: [pthread_t] = []

    /// So many steps that bring nothing are made before the board is looked at.
    private static var quietSteps: Int { 16 }

    init(_ jobs: Jobs<Source>, _ rules: RuleSet, lanes: UnsafeMutablePointer<Lane<Source>>, count: Int) {
        self.lanes = lanes
        self.jobs = jobs
        self.rules = rules
        board = Monitor(LaneBoard(count: count))
    }

    /// Starts the threads; where the system has no room for all of them, those that there are do the work.
    func begin() {
        for _ in 1..<jobs.count {
            guard let thread = Threads.start({ self.work() }) else { return }
            threads.append(thread)
        }
    }

    /// Waits for the threads to end.
    func end() {
        board.change { $0.close() }
        for thread in threads { Threads.join(thread) }
        threads = []
    }

    /// What a log brought next, if it is there.
    func readyNews(of lane: Int) -> LaneNews? { board.change { $0.take(from: lane) } }

    /// What a log brings next. Meanwhile this thread reads too.
    func news(of lane: Int, _ recogniser: inout Recogniser) -> LaneNews {
        while true {
            if let news = readyNews(of: lane) { return news }
            guard let free = board.take(waitingFor: .news, { $0.laneToRead(insteadOf: lane) }) else { continue }
            _ = step(free, &recogniser, goesOn: false)
        }
    }

    private func work() {
        var recogniser = Recogniser(rules)
        while case .some(let lane) = board.take(waitingFor: .room, { $0.laneToRead() }) {
            while step(lane, &recogniser, goesOn: true) {}
        }
    }

    /// Reads on in a lane that was taken.
    ///
    /// - Parameter goesOn: whether to keep it for the next step.
    /// - Returns: whether it is still taken.
    private func step(_ lane: Int, _ recogniser: inout Recogniser, goesOn: Bool) -> Bool {
        var news = LaneNews()
        for _ in 0..<Self.quietSteps where news.isQuiet { lanes[lane].step(&recogniser, open: jobs.open, into: &news) }
        news.totals = lanes[lane].totals
        let cost = news.cost
        return board.change { $0.put(news, cost, of: lane, keeps: goesOn) }
    }
}
