extension Rule {
    /// What goes wrong between the Server and its database, log-grammar 9.1.
    static let databaseFailures: [Rule] = connectionFailures + schemaFailures

    private static let connectionFailures: [Rule] = [
        failure(
            Cause(
                "sql-unreachable", "SQL Server can't be reached",
                remedy:
                    "Check Server= in the connection string, that the database container runs in the same network, and wait until it is ready (depends_on with a health check)."
            ),
            anchors: ["A network-related or instance-specific error"],
            pattern: #"A network-related or instance-specific error"#,
            matches: [
                "A network-related or instance-specific error occurred while establishing a connection to SQL Server. (provider: TCP Provider, error: 40 - Could not open a connection to SQL Server)",
                "VERBOSE: \t| A network-related or instance-specific error occurred while establishing a connection to SQL Server.",
            ], misses: ["A network-related error occurred while downloading a package"]),
        failure(
            Cause(
                "sql-tls-untrusted", "The connection to SQL Server broke off during the login",
                remedy:
                    "Newer clients encrypt and check the certificate: trust it, or put TrustServerCertificate=true or Encrypt=false into the connection string.",
                confidence: .likely),
            anchors: ["error occurred during the login process"], pattern: #"error occurred during the login process"#,
            matches: [
                "A connection was successfully established with the server, but then an error occurred during the login process."
            ],
            misses: [
                "A connection was successfully established with the server, but then an error occurred during the pre-login handshake."
            ]),
        failure(
            Cause(
                "sql-prelogin-cut", "SQL Server cut the connection before the login",
                remedy:
                    "Check that the port is SQL Server's own, and that SQL Server was not just starting or stopping.",
                confidence: .likely),
            anchors: ["error occurred during the pre-login handshake"],
            pattern: #"error occurred during the pre-login handshake"#,
            matches: [
                "A connection was successfully established with the server, but then an error occurred during the pre-login handshake."
            ],
            misses: [
                "A connection was successfully established with the server, but then an error occurred during the login process."
            ]),
        failure(
            Cause(
                "sql-login-failed", "SQL Server refused the login",
                remedy:
                    "Compare User ID and Password of the connection string with the SQL container's; a database volume keeps its old SA password. The SQL container's own log has the state."
            ),
            anchors: ["Login failed for user '"],
            pattern: #"Login failed for user '([^']*)'(?!\. *(?:Reason: |\[CLIENT: ))"#,
            matches: [
                "Login failed for user 'sa'.", "SQL Error 18456 - Login failed for user 'octopus'. ",
                "VERBOSE: \t| System.Data.SqlClient.SqlException (0x80131904): Login failed for user 'sa'.",
            ],
            misses: [
                "Login failed for nobody",
                "2024-05-02 10:15:01.23 Logon       Login failed for user 'sa'. Reason: Password did not match. [CLIENT: 172.18.0.3]",
                "2024-05-02 10:15:01.23 Logon       Login failed for user 'sa'. [CLIENT: 172.18.0.3]",
            ]),
        failure(
            .sqlDatabaseMissing,
            anchors: ["Cannot open database \""], pattern: #"Cannot open database "([^"]*)""#,
            matches: ["Cannot open database \"Octopus\" requested by the login. The login failed."],
            misses: ["Cannot open database \"Octopus"]),
        failure(
            Cause(
                "sql-log-full", "SQL Server's transaction log is full",
                remedy: "Free disk space on the SQL Server, let its log grow, and start again."),
            anchors: ["The transaction log for database '"],
            pattern: #"The transaction log for database '([^']*)' is full"#,
            matches: [
                "The transaction log for database 'Octopus' is full due to 'ACTIVE_TRANSACTION'.",
                "Error Number 9002: The transaction log for database 'Octopus' is full due to 'LOG_BACKUP'.",
            ], misses: ["The transaction log for database 'Octopus' was backed up"]),
        failure(
            Cause(
                "sql-metrics-denied", "The Server may not read SQL Server's metrics",
                remedy: "Nothing: only metrics are missing. To have them, grant VIEW SERVER STATE to the login.",
                isHarmless: true),
            anchors: ["VIEW SERVER STATE permission was denied"], pattern: #"VIEW SERVER STATE permission was denied"#,
            matches: ["VIEW SERVER STATE permission was denied on object 'server', database 'master'."],
            misses: ["VIEW SERVER STATE permission was granted"]),
    ]

    private static let schemaFailures: [Rule] = [
        failure(
            Cause(
                "schema-upgrade-failed", "The upgrade of the database's schema failed and was rolled back",
                remedy: "Read the reason on the next lines; go back to the image before, mend it, and upgrade again.",
                isWrapper: true),
            anchors: [
                "Failed upgrading database schema", "We encountered an error during the schema upgrade",
                "Upgrade failed due to an unexpected exception",
            ],
            pattern:
                #"Failed upgrading database schema|We encountered an error during the schema upgrade|Upgrade failed due to an unexpected exception"#,
            matches: [
                "Failed upgrading database schema - the entire upgrade has been rolled back to its last known good state.",
                "We encountered an error during the schema upgrade. The schema upgrade was stopped and rolled back.",
                "Upgrade failed due to an unexpected exception:",
            ], misses: ["Here is the summary of the problems we encountered:", "Upgrade failed over to another node"]),
        failure(
            Cause(
                "database-newer-than-server", "The database was upgraded by a newer Octopus Server than this image",
                remedy:
                    "Run the image version that last ran against this database, or a later one; to go back, restore a backup."
            ),
            anchors: ["Unexpected upgrade history detected"], pattern: #"Unexpected upgrade history detected"#,
            matches: [
                "Unexpected upgrade history detected. You probably need to upgrade to a later version of Octopus Server. Extra upgrade script(s) found: Script0400X"
            ], misses: ["Fetching list of already executed scripts."]),
        failure(
            Cause(
                "sql-server-too-old", "SQL Server is too old for this Octopus Server",
                remedy: "Use a newer SQL Server.", confidence: .likely),
            anchors: ["Failed running always run pre scripts"], pattern: #"Failed running always run pre scripts"#,
            matches: ["Failed running always run pre scripts. This may leave your database in an inconsistent state."],
            misses: ["Running always run pre scripts"]),
        failure(
            Cause(
                "upgrade-precheck-failed", "A check before the upgrade failed",
                remedy:
                    "Read the line that begins with FAIL: it names the licence, the collation or what else must be put right."
            ),
            anchors: ["One of the pre-conditions to safely upgrade"],
            pattern: #"One of the pre-conditions to safely upgrade"#,
            matches: [
                "One of the pre-conditions to safely upgrade your database has failed, and the upgrade cannot continue."
            ], misses: [" - PASS: All expected files successfully found in Octopus directory"]),
    ]
}
