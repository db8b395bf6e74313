/// A kind of line in the tables of the log grammar that needs no rule, and why.
package struct WithoutRule: Sendable {
    /// The sections of the log grammar whose rows quote such a line.
    package let sections: [String]
    /// A PCRE2 pattern for the line's message, as a rule's.
    package let pattern: String
    /// A sentence.
    package let why: String

    /// All of them; what the tables quote beyond that has a rule.
    package static let all: [WithoutRule] = [
        WithoutRule(
            sections: ["2.2", "4"], pattern: #"^$"#,
            why:
                "A spacer: nothing stands behind the prefix, and the lines around it say where a phase or a block ends."
        ),
        WithoutRule(
            sections: ["3"], pattern: #"^Unable to connect to the remote server$"#,
            why:
                "The text of whatever exception asking for the public address threw: it can be any text, and the script goes on without an address."
        ),
        WithoutRule(
            sections: ["5"], pattern: #"^(?:Master Key|SQL Server "SA" User Password): "#,
            why:
                "The chart's notes, on the operator's terminal and in no container's log; pasted around one, the secret rules mask their values."
        ),
        WithoutRule(
            sections: ["6.6"], pattern: #"^(?:\w+\.)+\w*Exception: "#,
            why:
                "The message of an exception: what is known of its text is a failure's rule of section 9, and the rest is told among the lines that no rule knows."
        ),
        WithoutRule(
            sections: ["9.1"], pattern: #"^SQL Error -?\d+ - |^- FAIL: "#,
            why:
                "SQL Server's or the check's own words for what stopped the upgrade: they can be any text. The failure's rule stands before them, what follows a dash becomes its detail, and the rest is told among the lines that no rule knows."
        ),
        WithoutRule(
            sections: ["9.2"], pattern: #"^- (?!PASS: |FAIL: )"#,
            why:
                "The server's own words for what it minds: they can be any text, and failure.request-refused stands before them."
        ),
    ]
}
