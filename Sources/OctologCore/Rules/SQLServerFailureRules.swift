extension Rule {
    /// What goes wrong in SQL Server's containers, log-grammar 9.3.
    static let sqlServerFailures: [Rule] = [
        failure(
            Cause(
                "sa-password-weak", "SQL Server's SA password is too weak",
                remedy:
                    "Set SA_PASSWORD (MSSQL_SA_PASSWORD) to 8 characters or more, of three of these: upper case, lower case, digits, signs; the same in the Server's connection string. Then start the database anew, without its half-made volume."
            ),
            source: "log-grammar 9.3",
            anchors: [
                "ERROR: Unable to set system administrator password", "administrator (SA) password: error 33064",
                "does not meet SQL Server password policy",
            ],
            pattern: #"""
                ERROR: Unable to set system administrator password|administrator \(SA\) password: error 33064|\#
                does not meet SQL Server password policy
                """#,
            product: .sqlServer,
            matches: [
                "ERROR: Unable to set system administrator password: Password validation failed. The password does not meet SQL Server password policy requirements because it is too short. The password must be at least 8 characters.",
                "ERROR: Unable to set system administrator password: Password validation failed. The password does not meet SQL Server password policy requirements because it is not complex enough.",
                "An error occurred while setting the server administrator (SA) password: error 33064, severity 16, state 2.",
            ],
            misses: [
                "Failed to open password policy registry path. Using default password policy values.",
                "An error occurred while setting the server administrator (SA) password: error 15151, severity 16, state 1.",
            ]),
        failure(
            Cause(
                "sql-setup-failed", "SQL Server could not set itself up",
                remedy: "Read the error before it, and /var/opt/mssql/log/setup.log in its volume.",
                confidence: .possible,
                isWrapper: true),
            source: "log-grammar 9.3",
            anchors: ["An error occurred during server setup", "SQL Server(R) setup failed with error"],
            pattern: #"An error occurred during server setup|SQL Server\(R\) setup failed with error code (\d+)"#,
            product: .sqlServer,
            matches: [
                "An error occurred during server setup. See previous errors for more information.",
                "Microsoft(R) SQL Server(R) setup failed with error code 1. Please check the setup log in /var/opt/mssql/log for more information.",
            ], misses: ["Configuring Microsoft(R) SQL Server(R)...", "An error occurred during server shutdown"]),
        failure(
            Cause(
                "sql-memory-too-small", "SQL Server has too little memory",
                remedy: "Give the container (or Docker's machine) 2 GB or more; images before 2017-10 need 3.25 GB.",
                isFinal: true),
            source: "log-grammar 9.3", anchors: ["This program requires a machine with at least"],
            pattern: #"sqlservr: This program requires a machine with (at least \d+ megabytes)"#, product: .sqlServer,
            matches: [
                "sqlservr: This program requires a machine with at least 2000 megabytes of memory.",
                "sqlservr: This program requires a machine with at least 3250 megabytes of memory.",
            ],
            misses: ["This program requires a machine with at least two processors"]),
        failure(
            Cause(
                "sql-evaluation-expired", "The evaluation of this SQL Server image is over",
                remedy: "Use a newer image, or set MSSQL_PID to an edition that you have."),
            source: "log-grammar 9.3", anchors: ["Error: The evaluation period has expired"],
            pattern: #"Error: The evaluation period has expired"#, product: .sqlServer,
            matches: ["Error: The evaluation period has expired."],
            misses: ["This is an evaluation version.  There are [96] days left in the evaluation period."]),
        failure(
            Cause(
                "sql-volume-denied", "SQL Server may not write its volume",
                remedy: "Give the mounted folder to the image's user: chown -R 10001 on the host."),
            source: "log-grammar 9.3",
            anchors: ["ERROR: Setup FAILED copying system data", "BootstrapSystemDataDirectories() failure"],
            pattern: #"""
                ERROR: Setup FAILED copying system data.{0,800}?: {1,2}5\(Access is denied|\#
                ERROR: BootstrapSystemDataDirectories\(\) failure \(HRESULT 0x80070005
                """#,
            product: .sqlServer,
            matches: [
                "ERROR: Setup FAILED copying system data file 'C:\\templatedata\\master.mdf' to '/var/opt/mssql/data/master.mdf': 5(Access is denied.)",
                "2024-05-02 10:15:01.23 Server      ERROR: Setup FAILED copying system data file 'C:\\templatedata\\master.mdf' to '/var/opt/mssql/data/master.mdf': 5(Access is denied.)",
                "ERROR: BootstrapSystemDataDirectories() failure (HRESULT 0x80070005)",
            ],
            misses: [
                "ERROR: BootstrapSystemDataDirectories() failure (HRESULT 0x80070070)",
                "ERROR: Setup FAILED copying system data file 'C:\\templatedata\\master.mdf' to '/var/opt/mssql/data/master.mdf': 2(The system cannot find the file specified.)",
            ]),
        failure(
            Cause(
                "sql-command-invalid", "SQL Server's image was given a command that it does not know",
                remedy: "Take the arguments behind the image's name away: options of docker run stand before it.",
                isFinal: true),
            source: "log-grammar 9.3", anchors: ["permissions_check.sh: line "],
            pattern: #"permissions_check\.sh: line \d+: exec: (\S+): invalid option"#, product: .sqlServer,
            matches: ["/opt/mssql/bin/permissions_check.sh: line 59: exec: --: invalid option"],
            misses: ["/opt/mssql/bin/permissions_check.sh: line 4: [: : integer expression expected"]),
        failure(
            Cause(
                "sql-crashed", "SQL Server crashed",
                remedy: "Read the block that follows (Reason, Signal, Message), and the dump in /var/opt/mssql/log.",
                isWrapper: true),
            source: "log-grammar 9.3", anchors: ["This program has encountered a fatal error and cannot"],
            pattern: #"This program has encountered a fatal error and cannot continue running"#, product: .sqlServer,
            matches: [
                "This program has encountered a fatal error and cannot continue running at Thu Nov 23 10:00:01 2023.",
                "This program has encountered a fatal error and cannot continue running.",
            ], misses: ["A fatal exception occurred"]),
        failure(
            Cause(
                "sql-service-master-key", "SQL Server can't read its own service master key",
                remedy:
                    "Nothing for Octopus: it comes of a moved volume, and has nothing to do with Octopus' master key.",
                isHarmless: true),
            source: "log-grammar 9.3", anchors: ["Service Master Key could not be decrypted"],
            pattern: #"Service Master Key could not be decrypted"#, product: .sqlServer,
            matches: [
                "2024-05-02 10:15:01.23 spid9s      Service Master Key could not be decrypted using one of its encryptions. See sys.key_encryptions for details.",
                "Service Master Key could not be decrypted using one of its encryptions.",
            ], misses: ["Master Key saved; use the Octopus Administration tool to back the key up."]),
        failure(
            Cause(
                "sql-service-failed", "The service of SQL Server Express does not start",
                remedy: "Look into the container's event log and SQL Server's own log (MSSQL\\Log\\ERRORLOG).",
                confidence: .possible, isFinal: true),
            source: "log-grammar 9.3", anchors: ["Failed to start service 'SQL Server"],
            pattern: #"^(?!\+).{0,400}?Failed to start service 'SQL Server"#, product: .sqlServer,
            matches: ["start-service : Failed to start service 'SQL Server (SQLEXPRESS)' (MSSQL$SQLEXPRESS)'."],
            misses: [
                "start-service : Failed to start service 'Octopus Tentacle'.",
                "+ echo \"Failed to start service 'SQL Server (SQLEXPRESS)'\"",
            ]),
    ]
}
