import Glibc

/// The process's threads besides the first.
enum Threads {
    /// A thread's task, as a reference that C can carry.
    private final class Task: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// How much stack a thread has, in bytes: as much as the first has by default.
    private static let stackSize = 8 << 20

    /// Starts a thread that runs `body`. It gets no signals: they are the first thread's.
    ///
    /// - Returns: nil where the system has no room for it.
    static func start(_ body: @escaping @Sendable () -> Void) -> pthread_t? {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setstacksize(&attributes, stackSize)
        var (all, own) = (sigset_t(), sigset_t())
        sigfillset(&all)
        // A thread begins with the signals blocked that are blocked in the one that starts it.
        pthread_sigmask(SIG_SETMASK, &all, &own)
        defer { pthread_sigmask(SIG_SETMASK, &own, nil) }
        var thread = pthread_t()
        // unsafe: retained here, released once: by the thread, or below if there is none.
        let task = Unmanaged.passRetained(Task(body))
        let code = pthread_create(
            &thread, &attributes,
            { task in
                // unsafe: this is the reference that was retained for the thread.
                if let task { Unmanaged<Task>.fromOpaque(task).takeRetainedValue().body() }
                return nil
            }, task.toOpaque())
        guard code == 0 else {
            task.release()
            return nil
        }
        return thread
    }

    /// Waits until a thread has ended; once for each.
    static func join(_ thread: pthread_t) { pthread_join(thread, nil) }
}

/// A state that threads share: one at a time has it, and others wait until it is as they want it.
final class Monitor<State: Sendable>: @unchecked Sendable {
    /// Who waits: each kind of change has its own.
    enum Bell: Int, CaseIterable {
        /// There is something for the one that tells.
        case news
        /// There is something for those that read ahead.
        case room
    }

    // unsafe: allocated in init and freed in deinit, as a mutex must not move; `state` is read and written by whoever
    // holds the mutex alone.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let bells: UnsafeMutablePointer<pthread_cond_t>
    private let state: UnsafeMutablePointer<State>

    init(_ initial: State) {
        mutex = .allocate(capacity: 1)
        mutex.initialize(to: pthread_mutex_t())
        pthread_mutex_init(mutex, nil)
        bells = .allocate(capacity: Bell.allCases.count)
        for bell in Bell.allCases {
            (bells + bell.rawValue).initialize(to: pthread_cond_t())
            pthread_cond_init(bells + bell.rawValue, nil)
        }
        state = .allocate(capacity: 1)
        state.initialize(to: initial)
    }

    deinit {
        for bell in Bell.allCases { pthread_cond_destroy(bells + bell.rawValue) }
        pthread_mutex_destroy(mutex)
        state.deinitialize(count: 1)
        state.deallocate()
        bells.deallocate()
        mutex.deallocate()
    }

    /// Changes the state.
    ///
    /// - Parameter body: returns besides its result whom the change may concern.
    func change<Result>(_ body: (inout State) -> (Result, rings: [Bell])) -> Result {
        pthread_mutex_lock(mutex)
        let (result, rings) = body(&state.pointee)
        pthread_mutex_unlock(mutex)
        for bell in rings { pthread_cond_broadcast(bells + bell.rawValue) }
        return result
    }

    /// Takes something out of the state, and waits until that can be.
    ///
    /// - Parameter body: tried again after each ring of the bell; nil means that it has to wait.
    func take<Result>(waitingFor bell: Bell, _ body: (inout State) -> Result?) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while true {
            // The access to the state ends before the wait, in which others have it.
            if let result = body(&state.pointee) { return result }
            pthread_cond_wait(bells + bell.rawValue, mutex)
        }
    }
}
