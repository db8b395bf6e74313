import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Musl
#endif

/// SIGINT and SIGTERM end the reading, not the program: what was read is told first.
enum Signals {
    private static let last = Atomic<Int32>(0)

    static func install() {
        // Touched before a handler can be called: the first use of a global is not safe in one.
        last.store(0, ordering: .relaxed)
        for signal in [SIGINT, SIGTERM] {
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { number in Signals.last.store(number, ordering: .relaxed) }
            // No SA_RESTART: a read that waits has to return.
            sigaction(signal, &action, nil)
        }
        // A closed pipe is an error of write(2), not the end of the process.
        Glibc.signal(SIGPIPE, SIG_IGN)
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
