/// What can be wrong, and what helps: the fixed part of a failure, log-grammar 9.
struct Cause: Sendable, Equatable {
    /// Lower-case words joined by `-`; `octolog explain` knows them.
    let code: String
    let title: String
    let remedy: String
    let confidence: Confidence
    /// Whether a script gives up with it, without another word.
    let isFinal: Bool

    init(_ code: String, _ title: String, remedy: String, confidence: Confidence = .certain, isFinal: Bool = false) {
        self.code = code
        self.title = title
        self.remedy = remedy
        self.confidence = confidence
        self.isFinal = isFinal
    }

    /// A command failed, and nothing that is known says why.
    static let commandFailed = Cause(
        "command-failed", "A command of the startup failed",
        remedy: "Read the lines before its exit code; if stderr is not in the log, read it with docker logs NAME 2>&1.",
        confidence: .possible)

    /// The program ended before it was ready, and nothing that is known says why.
    static let exitedBeforeReady = Cause(
        "exited-before-ready", "The program ended before it was ready",
        remedy:
            "Read its last lines and its log files (C:\\Octopus\\Logs); if stderr is not in the log, read it with docker logs NAME 2>&1.",
        confidence: .possible)

    /// The scripts gave up, and nothing that is known says why.
    static let scriptFailed = Cause(
        "script-failed", "The container's script gave up",
        remedy: "Read the error record before; if stderr is not in the log, read it with docker logs NAME 2>&1.",
        confidence: .possible)
}
