private let stamp = "2024-05-02 10:15:01.23"
private let otherLines = [
    "VERBOSE: [2018-07-02T09:15:01] Configuring Octopus Deploy", "\(stamp) spid5s      Something else happened",
]

extension Rule {
    /// A line of SQL Server's, with the head of its error log or without.
    private static func sql(
        _ id: String, _ title: String, source: String = "log-grammar 8.1", anchors: [Anchor], pattern: String,
        fact: Fact = .known, eras: Eras? = nil, writers: Writers = .sqlServer, matches: [String], misses: [String] = []
    ) -> Rule {
        Rule(
            id, title, source: source, writers: writers, anchors: anchors, pattern: pattern, fact: fact,
            product: .sqlServer, eras: eras, matches: matches, misses: otherLines + misses)
    }

    /// SQL Server's containers, log-grammar 8 and 9.3.
    static let sqlServer: [Rule] = [
        sql(
            "sql.boots.preamble", "SQL Server's image starts", anchors: ["will run as non-root by default"],
            pattern: #"^SQL Server \d{4} will run as non-root by default"#, fact: .boots, eras: .q2, writers: .bare,
            matches: ["SQL Server 2019 will run as non-root by default."],
            misses: ["It will run as non-root by default"]),
        sql(
            "sql.preamble", "Whose files SQL Server uses",
            anchors: [
                "This container is running as user", "Your master database file is owned",
                "To learn more visit https://go",
            ],
            pattern:
                #"^(?:This container is running as user|Your master database file is owned|To learn more visit https://go)"#,
            eras: .q2, writers: .bare,
            matches: [
                "This container is running as user mssql.", "Your master database file is owned by mssql.",
                "To learn more visit https://go.microsoft.com/fwlink/?linkid=2099216.",
            ]),
        sql(
            "sql.boots.setup", "SQL Server 2017 sets itself up", anchors: ["Configuring Microsoft(R) SQL Server(R)"],
            pattern: #"^Configuring Microsoft\(R\) SQL Server\(R\)"#, fact: .boots, eras: .q1, writers: .bare,
            matches: ["Configuring Microsoft(R) SQL Server(R)..."]),
        sql(
            "sql.setup.done", "SQL Server 2017 is set up", anchors: ["Configuration complete."],
            pattern: #"^Configuration complete\."#, eras: .q1, writers: .bare, matches: ["Configuration complete."]),
        sql(
            "sql.license", "How long the evaluation lasts", anchors: ["This is an evaluation version."],
            pattern: #"^This is an evaluation version\."#, fact: .boots, writers: [.bare, .sqlServer],
            matches: ["This is an evaluation version.  There are [96] days left in the evaluation period."]),
        sql(
            "sql.boots.version", "SQL Server starts", anchors: ["Microsoft SQL Server 20"],
            pattern: #"^Microsoft SQL Server 20\d\d "#, fact: .boots,
            matches: ["\(stamp) Server      Microsoft SQL Server 2022 (CTP2.0) - 16.0.600.9 (X64) "],
            misses: ["Microsoft SQL Server 2022 is a product", "\(stamp) Server      Microsoft SQL Server setup"]),
        sql(
            "sql.version", "SQL Server's version", anchors: ["Microsoft SQL Server 20"],
            pattern: #"^Microsoft SQL Server 20\d\d \([^)]*\)(?: \([^)]*\))* - ([\d.]+)"#, fact: .version,
            matches: ["\(stamp) Server      Microsoft SQL Server 2022 (RTM-CU12) (KB5033663) - 16.0.4115.5 (X64) "]),
        sql(
            "sql.version.2017", "It is SQL Server 2017", anchors: ["Microsoft SQL Server 2017"],
            pattern: #"^Microsoft SQL Server 2017\b"#, eras: .q1,
            matches: ["\(stamp) Server      Microsoft SQL Server 2017 (RTM-CU13) - 14.0.3048.4 (X64) "],
            misses: ["\(stamp) Server      Microsoft SQL Server 2019 (RTM) - 15.0.2000.5 (X64) "]),
        sql(
            "sql.version.later", "It is SQL Server 2019 or later",
            anchors: ["Microsoft SQL Server 2019", "Microsoft SQL Server 202"],
            pattern: #"^Microsoft SQL Server 20(?:19|2\d)\b"#, eras: .q2,
            matches: ["\(stamp) Server      Microsoft SQL Server 2019 (RTM) - 15.0.2000.5 (X64) "],
            misses: ["\(stamp) Server      Microsoft SQL Server 2017 (RTM-CU13) - 14.0.3048.4 (X64) "]),
        sql(
            "sql.phase.recovery", "SQL Server opens its databases", anchors: ["Starting up database '"],
            pattern: #"^Starting up database '([^']*)'"#, fact: .worksOn(.recovery),
            matches: ["\(stamp) spid8s      Starting up database 'master'."]),
        sql(
            "sql.phase.listen", "SQL Server opens its ports", anchors: ["Server is listening on ["],
            pattern: #"^Server is listening on \["#, fact: .worksOn(.listen),
            matches: [
                "\(stamp) spid51      Server is listening on [ 'any' <ipv4> 1433].",
                "\(stamp) Server      Server is listening on [ 0.0.0.0 <ipv4> 1433].",
            ]),
        sql(
            "sql.ready", "SQL Server takes connections", anchors: ["SQL Server is now ready for client connections"],
            pattern: #"^SQL Server is now ready for client connections"#, fact: .ready,
            matches: [
                "\(stamp) spid5s      SQL Server is now ready for client connections. This is an informational message; no user action is required."
            ], misses: ["SQL Server is now ready for client connections"]),
        sql(
            "sql.login.refused", "SQL Server refuses a login", source: "log-grammar 9.3",
            anchors: ["Error: 18456, Severity: ", "Error: 18401, Severity: "],
            pattern: #"^Error: (?:18456|18401), Severity: \d+, State: (\d+)"#, fact: .refusesLogin,
            matches: ["\(stamp) Logon       Error: 18456, Severity: 14, State: 8."],
            misses: ["Error: 18456, Severity: 14, State: 8."]),
        sql(
            "sql.login.reason", "Why SQL Server refuses a login", source: "log-grammar 9.3",
            anchors: ["Login failed for user '"],
            pattern: #"^Login failed for user '[^']*'\.(?: Reason: (.*?))?(?: \[CLIENT: .*)?$"#, fact: .explainsRefusal,
            matches: [
                "\(stamp) Logon       Login failed for user 'sa'. Reason: Password did not match that for the login provided. [CLIENT: 172.18.0.3]"
            ], misses: ["Login failed for user 'sa'."]),
        sql(
            "sql.stopped", "SQL Server is told to stop", anchors: ["SQL Server is terminating "],
            pattern: #"^SQL Server is terminating (?:because of|due to|in response to)"#, fact: .isStopped,
            matches: [
                "\(stamp) spid6s      SQL Server is terminating in response to a 'stop' request from Service Control Manager."
            ]),
        sql(
            "sql.eula.more", "Where SQL Server's licence is, and how it is accepted", source: "log-grammar 9.3",
            anchors: [
                "Server can start. The license terms", "go.microsoft.com/fwlink/?LinkId=",
                "You can accept the EULA by specifying", "setting the ACCEPT_EULA environment",
            ],
            pattern: #"""
                ^(?:Server can start\. The license terms|https?://go\.microsoft\.com/fwlink/\?LinkId=\d+\.?$|\#
                You can accept the EULA by specifying|setting the ACCEPT_EULA environment)
                """#,
            writers: .bare,
            matches: [
                "Server can start. The license terms for this product can be downloaded from",
                "http://go.microsoft.com/fwlink/?LinkId=746388.",
                "You can accept the EULA by specifying the --accept-eula command line option,",
                "setting the ACCEPT_EULA environment variable, or using the mssql-conf tool.",
            ],
            misses: ["To learn more visit https://go.microsoft.com/fwlink/?LinkId=2099216."]),
        sql(
            "sql.line", "A line of SQL Server's error log", anchors: [.onRequest], pattern: #"^."#,
            matches: ["\(stamp) spid5s      Recovery is complete. This is an informational message only."],
            misses: ["Recovery is complete."]
        ).missingOnly("Recovery is complete."),
        sql(
            "sql.line.unstamped", "A line that SQL Server prints without a time", anchors: [.onRequest],
            pattern: #"""
                ^(?:ForceFlush (?:is|feature is) enabled|RegQueryValueEx HADR for key|Failed to open password policy|\#
                BulkAdmin AllowedPathsList|sqlservr: |SQL Server \d{4} |Copyright \(C\) |Microsoft Corporation|\#
                (?:\w{3} +\d+ \d{4} [\d:]+)|(?:Developer|Express|Standard|Enterprise|Web) Edition|-[dle] |\#
                PAL initialization failed|Dumping process|Signal: |Reason: 0x|Status: |Message: |Stack Trace|ASSERT: |Address: |Parameters: )
                """#,
            writers: .bare,
            matches: [
                "ForceFlush is enabled for this instance. ", "\tCopyright (C) 2019 Microsoft Corporation",
                "\t -d /var/opt/mssql/data/master.mdf",
            ],
            misses: ["The ForceFlush is enabled"]),
    ]

    /// The rule with other lines that it must not match, where the usual ones are among what it matches.
    func missingOnly(_ lines: String...) -> Rule {
        Rule(
            id, title, source: source, writers: writers, anchors: anchors, pattern: pattern, fact: fact,
            product: product, eras: eras, matches: matches, misses: lines)
    }
}
