import Synchronization

import Glibc

/// The processes that `capture` has started, where a signal's handler and the program's end find them.
enum RunningCommands {
    /// More can't run at once.
    static let maximum = 1024

    /// Raises the number of descriptors that the process may have to what it is allowed: a command takes two, and four
    /// while it is started.
    ///
    /// - Returns: how many can run at once.
    static func makeRoom() -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1 }
        limit.rlim_cur = min(limit.rlim_max, 65_536)
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1 }
        return max(1, min(maximum, (Int(clamping: limit.rlim_cur) - 32) / 5))
    }

    // unsafe: initialised before the first command starts, and never freed: a handler may read it at any time.
    nonisolated(unsafe) private static let processes = {
        let table = UnsafeMutablePointer<Atomic<Int32>>.allocate(capacity: maximum)
        for slot in 0..<maximum { (table + slot).initialize(to: Atomic(0)) }
        return table
    }()
    /// What their output is read from.
    private static let outputs = Mutex<Set<Int32>>([])
    private static let isFirst = Atomic<Bool>(true)

    /// How long a command may take to end that nobody reads any more, in microseconds.
    private static let patience = 2_000_000
    private static let nap = 5000

    /// Before the first command starts.
    static func prepare() { _ = processes }

    /// - Returns: where the process is kept; nil where there are too many.
    static func add(_ process: Int32) -> Int? {
        // Registered when the library that starts processes has done so: what is registered last comes first, and the
        // library has to be there to see the commands end.
        if isFirst.exchange(false, ordering: .relaxed) { atexit { RunningCommands.endAll() } }
        return (0..<maximum).first {
            processes[$0].compareExchange(expected: 0, desired: process, ordering: .relaxed).exchanged
        }
    }

    static func remove(at slot: Int) { processes[slot].store(0, ordering: .relaxed) }

    static func add(output: Int32) { outputs.withLock { _ = $0.insert(output) } }

    static func remove(output: Int32) { outputs.withLock { _ = $0.remove(output) } }

    /// Sends a signal to all of them; a handler may call it.
    static func signal(_ number: Int32) {
        for slot in 0..<maximum {
            let process = processes[slot].load(ordering: .relaxed)
            if process > 0 { kill(process, number) }
        }
    }

    private static var areAllEnded: Bool { (0..<maximum).allSatisfy { processes[$0].load(ordering: .relaxed) == 0 } }

    /// Ends those that still run, because octolog ends: none is left behind.
    private static func endAll() {
        guard !areAllEnded else { return }
        // Otherwise one could wait for ever to write what nobody reads.
        for output in outputs.withLock({ $0 }) { close(output) }
        for number in [SIGTERM, SIGKILL] {
            signal(number)
            var waited = 0
            while waited < patience, !areAllEnded {
                usleep(UInt32(nap))
                waited += nap
            }
        }
    }
}
