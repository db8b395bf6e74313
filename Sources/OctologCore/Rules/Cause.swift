/// What can be wrong, and what helps: the fixed part of a failure, log-grammar 9.
struct Cause: Sendable, Equatable {
    /// Lower-case words joined by `-`; `octolog explain` knows them.
    let code: String
    let title: String
    let remedy: String
    let confidence: Confidence
    /// Whether a script gives up with it, without another word.
    let isFinal: Bool
    /// Whether the line only says that something failed, and what did may follow.
    let isWrapper: Bool
    /// Whether no startup fails of it.
    let isHarmless: Bool

    init(
        _ code: String, _ title: String, remedy: String, confidence: Confidence = .certain, isFinal: Bool = false,
        isWrapper: Bool = false, isHarmless: Bool = false
    ) {
        self.code = code
        self.title = title
        self.remedy = remedy
        self.confidence = confidence
        self.isFinal = isFinal
        self.isWrapper = isWrapper
        self.isHarmless = isHarmless
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

    /// A Linux Tentacle before 6.1.693 can't be started twice, log-grammar 4.
    static let restartRefused = Cause(
        "restart-refused", "This Tentacle image can't restart a container that is configured",
        remedy: "Use an image of 6.1.693 or later, or make a new container instead of restarting this one.",
        isFinal: true)

    /// The key of the first images is in the image, log-grammar 2.1.
    static let sharedMasterKey = Cause(
        "shared-master-key", "The master key came with the image, and all its users have the same",
        remedy: "Move to a newer image with a key of your own; until then whoever has the image can read the secrets.")

    /// A command was about one machine, and the server has several with this certificate, log-grammar 12.3.
    static let registeredTwice = Cause(
        "tentacle-registered-twice", "The server has several machines with this Tentacle's certificate",
        remedy:
            "Delete the machines that are not wanted on the server, or deregister-from with --multiple; octolog registrations finds who registered twice."
    )

    /// The script saw its program end, log-grammar 4.
    static let programExited = Cause(
        "program-exited", "The program ended before it was ready",
        remedy: "Read its last lines; they stand before the script's word that it ended.", confidence: .possible)

    /// SQL Server was still starting when the Octopus Server came.
    static let sqlNotReady = Cause(
        "sql-not-ready", "SQL Server was not ready yet when the Octopus Server called it",
        remedy:
            "Let the Server wait: depends_on with condition service_healthy and a health check of the database, or restart: on-failure.",
        confidence: .likely)

    /// SQL Server says that the password is another, log-grammar 9.3, state 8.
    static let sqlPasswordMismatch = Cause(
        "sql-password-mismatch", "The password is not the one that SQL Server has for this login",
        remedy:
            "Make Password in the connection string the SA password that the database was made with: its volume keeps the first one, whatever SA_PASSWORD says now."
    )

    /// SQL Server does not know the login, log-grammar 9.3, state 5.
    static let sqlLoginUnknown = Cause(
        "sql-login-unknown", "SQL Server has no such login",
        remedy: "Check User ID in the connection string, or create the login.")

    /// The database can't be opened, log-grammar 9.1 and 9.3, state 38.
    static let sqlDatabaseMissing = Cause(
        "sql-database-missing", "The database can't be opened",
        remedy: "Create the database, or give the login rights to it; check its name in the connection string.")
}
