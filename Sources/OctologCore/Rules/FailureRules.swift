/// Lines of the same containers that are no failures.
private let otherLines = [
    "VERBOSE: [2018-07-02T09:15:01] Configuring Octopus Deploy", "VERBOSE: \t| Upgrade successful",
    "Web server is ready to process requests",
]

extension Rule {
    /// A line that says what went wrong.
    static func failure(
        _ cause: Cause, source: String = "log-grammar 9.1", anchors: [Anchor], pattern: String, writers: Writers = .any,
        product: Product? = nil, variant: String? = nil, matches: [String], misses: [String] = []
    ) -> Rule {
        Rule(
            "failure.\(cause.code)" + (variant.map { ".\($0)" } ?? ""), cause.title, source: source, writers: writers,
            anchors: anchors, pattern: pattern, fact: .fails(cause), product: product, matches: matches,
            misses: otherLines + misses)
    }

    /// The signatures of failures, log-grammar 9. Their order does not matter: the first line wins.
    static let failures: [Rule] =
        databaseFailures + serverFailures + hostFailures + tentacleFailures + sqlServerFailures
}
