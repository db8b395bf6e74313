extension Cause {
    var isWrapper: Bool { false }
    var isHarmless: Bool { false }
    static let restartRefused = Cause("restart-refused", "x", remedy: "x", isFinal: true)
    static let sharedMasterKey = Cause("shared-master-key", "x", remedy: "x")
    static let programExited = Cause("program-exited", "x", remedy: "x")
    static let sqlLoginUnknown = Cause("sql-login-unknown", "x", remedy: "x")
    static let sqlPasswordMismatch = Cause("sql-password-mismatch", "x", remedy: "x")
    static let sqlNotReady = Cause("sql-not-ready", "x", remedy: "x")
}
