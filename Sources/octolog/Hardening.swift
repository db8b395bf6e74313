import CProcess

import Glibc

/// What keeps the secrets of a log within the process. The free() of CProcess belongs to it.
enum Hardening {
    /// Begins with the process, before a log is read: from then on no crash writes memory anywhere.
    static func begin() {
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
        _ = octolog_forbid_dumps()
        // With SWIFT_BACKTRACE=enable=yes Swift's runtime has installed handlers by now, which print registers and the
        // memory that they point to.
        for crash in [SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV] {
            Glibc.signal(crash, SIG_DFL)
        }
    }
}
