/// Lines of the same containers that are no failures.
private let otherLines = [
    "VERBOSE: [2018-07-02T09:15:01] Configuring Octopus Deploy", "VERBOSE: \t| Upgrade successful",
    "Web server is ready to process requests",
]

extension Rule {
    /// A line that says what went wrong.
    ///
    /// What a bash script echoes stands behind `+ ` too where it is traced, and PowerShell shows the source of an
    /// error so: such rules begin with `^(?!\+)`.
    static func failure(
        _ cause: Cause, source: String = "log-grammar 9.1", anchors: [Anchor], pattern: String, writers: Writers = .any,
        product: Product? = nil, variant: String? = nil, matches: [String], misses: [String]
    ) -> Rule {
        Rule(
            "failure.\(cause.code)" + (variant.map { ".\($0)" } ?? ""), cause.title, source: source, writers: writers,
            anchors: anchors, pattern: pattern, fact: .fails(cause), product: product, matches: matches,
            misses: otherLines + misses)
    }

    /// The signatures of failures, log-grammar 9. Their order does not matter: the first line wins.
    ///
    /// Lines of that section that are no rule here:
    /// - `Command returned exit code` and `Failure Reason Given is` are facts of their own, `shared.command.aborted`
    ///   and `server.gave-up`: they say that something failed, and what did stands before.
    /// - `Octopus Tentacle is already configured.` as the last line is `linux.refuses-restart`.
    /// - SQL Server's 18456 and 18401 are `sql.login.refused` and `sql.login.reason`: whose login it was is not known.
    /// - `Here is the summary of the problems`, `See https://octopus.com/docs` (2.4), `PAL initialization failed` (9.3)
    ///   and the transport's `Socket communication error` and `Unexpected exception` (6.5) stand beside a line that
    ///   says more.
    static let failures: [Rule] =
        databaseFailures + serverFailures + hostFailures + registrationFailures + tentacleFailures
        + sqlServerFailures
}
