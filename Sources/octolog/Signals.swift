import Synchronization

import Glibc

/// SIGINT and SIGTERM end the reading, not the program: what was read is told first. A second one ends it at once.
///
/// `capture` passes them on, and reads what its commands have to say to them.
enum Signals {
    private static let last = Atomic<Int32>(0)
    /// The handler writes here, so that a wait that is about to begin returns at once.
    private static let wakeUpWriting = Atomic<Int32>(-1)
    private static let wakeUpReading = Atomic<Int32>(-1)
    /// Whether signals are for the commands that octolog has started.
    private static let isPassingOn = Atomic<Bool>(false)
    /// Whether SIGHUP came, and the rules were not read again since.
    private static let reload = Atomic<Bool>(false)
    /// What is watched for whether somebody reads it; -1 for nothing.
    private static let watched = Atomic<Int32>(-1)
    /// Whether nobody does any more.
    private static let isUnread = Atomic<Bool>(false)
    /// When the first signal came that was passed on, by `monotonicTime`; 0 before.
    private static let firstTime = Atomic<UInt64>(0)
    /// A second signal within so many nanoseconds is the first one's.
    private static let patience: UInt64 = 200_000_000

    static func install() {
        _ = StatusLine.isPossible
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
        for signal in [SIGINT, SIGTERM] { handle(signal, unblocking: &open) }
        // Whoever started octolog may have left them blocked.
        sigprocmask(SIG_UNBLOCK, &open, nil)
        // A closed pipe is an error of write(2), not the end of the process.
        Glibc.signal(SIGPIPE, SIG_IGN)
    }

    /// From here on signals are passed on to the commands that octolog has started, and it reads their last words.
    ///
    /// SIGHUP is one of them then, unless whoever started octolog has it ignored, as nohup does.
    ///
    /// - Parameter output: where the events go; the commands are ended when nobody reads them. Nil for a file.
    static func passOn(endingWith output: Int32?) {
        isPassingOn.store(true, ordering: .relaxed)
        watched.store(output ?? -1, ordering: .relaxed)
        var current = sigaction()
        sigaction(SIGHUP, nil, &current)
        guard unsafeBitCast(current.__sigaction_handler.sa_handler, to: Int.self) != 1 else { return }
        var open = sigset_t()
        sigemptyset(&open)
        handle(SIGHUP, unblocking: &open)
        sigprocmask(SIG_UNBLOCK, &open, nil)
    }

    /// From here on SIGHUP asks for the user's rules to be read again, unless whoever started octolog has it ignored.
    static func reloadOnHangUp() {
        var current = sigaction()
        sigaction(SIGHUP, nil, &current)
        guard unsafeBitCast(current.__sigaction_handler.sa_handler, to: Int.self) != 1 else { return }
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { _ in
            let saved = errno
            Signals.reload.store(true, ordering: .relaxed)
            _ = write(Signals.wakeUpWriting.load(ordering: .relaxed), "!", 1)
            errno = saved
        }
        sigaction(SIGHUP, &action, nil)
        var open = sigset_t()
        sigemptyset(&open)
        sigaddset(&open, SIGHUP)
        sigprocmask(SIG_UNBLOCK, &open, nil)
    }

    /// Whether the rules are to be read again.
    static var wantsReload: Bool { reload.load(ordering: .relaxed) }

    /// The same, once for each time that it was asked for.
    static func takeReload() -> Bool {
        guard reload.exchange(false, ordering: .relaxed) else { return false }
        // What has woken the wait is not to wake the next one.
        var byte: UInt8 = 0
        if number == 0 { while read(wakeUpReading.load(ordering: .relaxed), &byte, 1) > 0 {} }
        // The signal that ends the run may have come meanwhile.
        if number != 0 { _ = write(wakeUpWriting.load(ordering: .relaxed), "!", 1) }
        return true
    }

    /// Whether there is something to be read, or the end of it.
    static func isReadable(_ descriptor: Int32) -> Bool {
        var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&polled, 1, 0) != 0
    }

    private static func handle(_ signal: Int32, unblocking open: inout sigset_t) {
        var action = sigaction()
        action.sa_flags = SA_SIGINFO
        action.__sigaction_handler.sa_sigaction = { number, info, _ in
            let saved = errno
            Signals.note(number, isFromTerminal: info?.pointee.si_code == Signals.fromKernel)
            errno = saved
        }
        sigaction(signal, &action, nil)
        sigaddset(&open, signal)
    }

    /// SI_KERNEL of sigaction(2), which Swift does not import.
    private static let fromKernel: Int32 = 0x80

    /// What a handler does; all of it is safe there, signal-safety(7).
    private static func note(_ number: Int32, isFromTerminal: Bool) {
        let now = monotonicTime()
        let first = firstTime.load(ordering: .relaxed)
        if first == 0 {
            firstTime.store(now, ordering: .relaxed)
        } else if now - first < patience {
            // timeout(1) sends one to octolog, and then to its whole group.
            return
        } else {
            if isPassingOn.load(ordering: .relaxed) { RunningCommands.signal(SIGKILL) }
            StatusLine.abandon()
            _exit(exit(of: number).rawValue)
        }
        if isPassingOn.load(ordering: .relaxed) {
            // The terminal's signals have reached the commands already: they are of the same group.
            if !isFromTerminal { RunningCommands.signal(number) }
        }
        last.store(number, ordering: .relaxed)
        _ = write(wakeUpWriting.load(ordering: .relaxed), "!", 1)
    }

    /// The number of the signal that came, 0 if none did.
    static var number: Int32 { last.load(ordering: .relaxed) }

    /// Whether one of the signals came, and nobody has to be waited for because of it.
    private static var endsReading: Bool { number != 0 && !isPassingOn.load(ordering: .relaxed) }

    /// Waits until `descriptor` can be read, or one of the signals comes, or it is `time` by `monotonicTime`.
    ///
    /// - Parameter other: another descriptor that will do; -1 for none.
    /// - Returns: false if nothing came until then.
    @discardableResult static func wait(for descriptor: Int32, or other: Int32 = -1, until time: UInt64? = nil) -> Bool
    {
        wait(forAnyOf: [descriptor, other], until: time)
    }

    /// The same for any number of descriptors.
    static func wait(forAnyOf descriptors: [Int32], until time: UInt64?) -> Bool {
        // A signal that is passed on ends no wait: its bytes would end all that come after it.
        let wakeUp = isPassingOn.load(ordering: .relaxed) ? -1 : wakeUpReading.load(ordering: .relaxed)
        var polled = (descriptors + [wakeUp]).map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        // Of a pipe that nobody reads any more POLLERR comes, asked for or not.
        polled.append(pollfd(fd: watched.load(ordering: .relaxed), events: 0, revents: 0))
        while !endsReading, !wantsReload {
            let count = poll(&polled, nfds_t(polled.count), milliseconds(until: time))
            if polled[polled.count - 1].revents != 0 { endUnread() }
            if count > 0 { break }
            if count == 0 { return false }
            guard errno == EINTR else { break }
        }
        return true
    }

    /// Ends the commands, because nobody reads what is made of their output. What they write to that is read.
    private static func endUnread() {
        watched.store(-1, ordering: .relaxed)
        isUnread.store(true, ordering: .relaxed)
        RunningCommands.signal(SIGTERM)
    }

    /// Whether octolog is to end: one of the signals came, or nobody reads its events any more.
    static var areEnding: Bool { number != 0 || isUnread.load(ordering: .relaxed) }

    /// How long it is until then, rounded up; -1 for ever.
    private static func milliseconds(until time: UInt64?) -> Int32 {
        guard let time else { return -1 }
        let now = monotonicTime()
        return time <= now ? 0 : Int32(clamping: (time - now + 999_999) / 1_000_000)
    }

    /// The exit code of the signal that came, if one did.
    static var received: Exit? { number == 0 ? nil : exit(of: number) }

    private static func exit(of number: Int32) -> Exit {
        switch number {
        case SIGTERM: .terminated
        case SIGHUP: .hungUp
        default: .interrupted
        }
    }
}
