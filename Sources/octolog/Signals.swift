import Synchronization

import Glibc

/// SIGINT and SIGTERM end the reading, not the program: what was read is told first.
enum Signals {
    private static let last = Atomic<Int32>(0)
    /// The handler writes here, so that a wait that is about to begin returns at once.
    private static let wakeUpWriting = Atomic<Int32>(-1)
    private static let wakeUpReading = Atomic<Int32>(-1)

    static func install() {
        // A standard stream that is closed would be the next descriptor that is opened.
        for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
            _ = open("/dev/null", descriptor == STDIN_FILENO ? O_RDONLY : O_WRONLY)
        }
        var ends: [Int32] = [-1, -1]
        if pipe(&ends) == 0 {
            for end in ends {
                _ = fcntl(end, F_SETFD, FD_CLOEXEC)
                _ = fcntl(end, F_SETFL, O_NONBLOCK)
            }
            wakeUpReading.store(ends[0], ordering: .relaxed)
            wakeUpWriting.store(ends[1], ordering: .relaxed)
        }
        var open = sigset_t()
        sigemptyset(&open)
        for signal in [SIGINT, SIGTERM] {
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { number in
                Signals.last.store(number, ordering: .relaxed)
                _ = write(Signals.wakeUpWriting.load(ordering: .relaxed), "!", 1)
            }
            sigaction(signal, &action, nil)
            sigaddset(&open, signal)
        }
        // Whoever started octolog may have left them blocked.
        sigprocmask(SIG_UNBLOCK, &open, nil)
        // A closed pipe is an error of write(2), not the end of the process.
        Glibc.signal(SIGPIPE, SIG_IGN)
    }

    /// Waits until `descriptor` can be read, or one of the signals comes, or it is `time` by `monotonicTime`.
    ///
    /// - Returns: false if nothing came until then.
    @discardableResult static func wait(for descriptor: Int32, until time: UInt64? = nil) -> Bool {
        var polled = [
            pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: wakeUpReading.load(ordering: .relaxed), events: Int16(POLLIN), revents: 0),
        ]
        while received == nil {
            let count = poll(&polled, 2, milliseconds(until: time))
            if count > 0 { break }
            if count == 0 { return false }
            guard errno == EINTR else { break }
        }
        return true
    }

    /// How long it is until then, rounded up; -1 for ever.
    private static func milliseconds(until time: UInt64?) -> Int32 {
        guard let time else { return -1 }
        let now = monotonicTime()
        return time <= now ? 0 : Int32(clamping: (time - now + 999_999) / 1_000_000)
    }

    /// The exit code of the signal that came, if one did.
    static var received: Exit? {
        switch last.load(ordering: .relaxed) {
        case 0: nil
        case SIGTERM: .terminated
        default: .interrupted
        }
    }
}
