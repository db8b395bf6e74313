private let otherLines = [
    "VERBOSE: [2018-07-02T09:15:01] Configuring Octopus Deploy", "VERBOSE: \t| Upgrade successful",
    "Web server is ready to process requests",
]

extension Rule {
    /// A line that says what went wrong.
    private static func failure(
        _ cause: Cause, source: String = "log-grammar 9.1", anchors: [Anchor], pattern: String, writers: Writers = .any,
        product: Product? = nil, variant: String? = nil, matches: [String], misses: [String] = []
    ) -> Rule {
        Rule(
            "failure.\(cause.code)" + (variant.map { ".\($0)" } ?? ""), cause.title, source: source, writers: writers,
            anchors: anchors, pattern: pattern, fact: .fails(cause), product: product, matches: matches,
            misses: otherLines + misses)
    }

    /// The signatures of failures, log-grammar 9. Their order does not matter: the first line wins.
    static let failures: [Rule] = databaseFailures + serverFailures + tentacleFailures

    private static let databaseFailures: [Rule] = [
        failure(
            Cause(
                "sql-unreachable", "SQL Server can't be reached",
                remedy:
                    "Check Server= in the connection string, that the database container runs in the same network, and wait until it is ready (depends_on with a health check)."
            ),
            anchors: ["A network-related or instance-specific error"],
            pattern: #"A network-related or instance-specific error"#,
            matches: [
                "A network-related or instance-specific error occurred while establishing a connection to SQL Server."
            ]),
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
            ]),
        failure(
            Cause(
                "sql-login-failed", "SQL Server refused the login",
                remedy:
                    "Compare User ID and Password of the connection string with the SQL container's; a database volume keeps its old SA password. The SQL container's own log has the state."
            ),
            anchors: ["Login failed for user '"], pattern: #"Login failed for user '([^']*)'"#,
            matches: ["Login failed for user 'sa'."], misses: ["Login failed for nobody"]),
        failure(
            Cause(
                "sql-database-missing", "The database can't be opened",
                remedy: "Create the database, or give the login rights to it; check its name in the connection string."),
            anchors: ["Cannot open database \""], pattern: #"Cannot open database "([^"]*)""#,
            matches: ["Cannot open database \"Octopus\" requested by the login. The login failed."]),
        failure(
            Cause(
                "sql-log-full", "SQL Server's transaction log is full",
                remedy: "Free disk space on the SQL Server, let its log grow, and start again."),
            anchors: ["The transaction log for database '"],
            pattern: #"The transaction log for database '([^']*)' is full"#,
            matches: ["The transaction log for database 'Octopus' is full due to 'ACTIVE_TRANSACTION'."]),
        failure(
            Cause(
                "schema-upgrade-failed", "The upgrade of the database's schema failed and was rolled back",
                remedy: "Read the reason on the next lines; go back to the image before, mend it, and upgrade again."),
            anchors: [
                "Failed upgrading database schema", "We encountered an error during the schema upgrade",
                "Upgrade failed due to an unexpected exception",
            ],
            pattern:
                #"Failed upgrading database schema|We encountered an error during the schema upgrade|Upgrade failed due to an unexpected exception"#,
            matches: [
                "Failed upgrading database schema - the entire upgrade has been rolled back to its last known good state.",
                "Upgrade failed due to an unexpected exception:",
            ]),
        failure(
            Cause(
                "database-newer-than-server", "The database was upgraded by a newer Octopus Server than this image",
                remedy:
                    "Run the image version that last ran against this database, or a later one; to go back, restore a backup."
            ),
            anchors: ["Unexpected upgrade history detected"], pattern: #"Unexpected upgrade history detected"#,
            matches: [
                "Unexpected upgrade history detected. You probably need to upgrade to a later version of Octopus Server."
            ]),
        failure(
            Cause(
                "sql-server-too-old", "SQL Server is too old for this Octopus Server",
                remedy: "Use a newer SQL Server.", confidence: .likely),
            anchors: ["Failed running always run pre scripts"], pattern: #"Failed running always run pre scripts"#,
            matches: ["Failed running always run pre scripts. This may leave your database in an inconsistent state."]),
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
            ]),
    ]

    private static let serverFailures: [Rule] = [
        failure(
            Cause(
                "master-key-wrong", "The master key is not the one that the database was encrypted with",
                remedy:
                    "Start the container with the masterKey of the first container; octolog key recovers it from that container's log.",
                confidence: .likely),
            anchors: ["Padding is invalid and cannot be removed"],
            pattern: #"Padding is invalid and cannot be removed"#,
            matches: ["Padding is invalid and cannot be removed."]),
        failure(
            Cause(
                "master-key-malformed", "The master key is not base64",
                remedy: "Set masterKey to the key alone: 24 characters that end with ==, no quotes, nothing cut."),
            anchors: [
                "Unable to parse configuration key 'Octopus.Storage.MasterKey'",
                "The input is not a valid Base-64 string",
            ],
            pattern:
                #"Unable to parse configuration key 'Octopus\.Storage\.MasterKey'|The input is not a valid Base-64 string"#,
            matches: ["Unable to parse configuration key 'Octopus.Storage.MasterKey' as a 'Byte[]'."]),
        failure(
            Cause(
                "master-key-missing", "The existing database needs its master key",
                remedy:
                    "Start the container with the masterKey of the first container; octolog key recovers it from that container's log."
            ),
            anchors: ["Please enter a valid master key for the existing"],
            pattern: #"Please enter a valid master key for the existing"#,
            matches: ["Please enter a valid master key for the existing database"]),
        failure(
            Cause(
                "connection-string-missing", "The connection string is missing",
                remedy: "Set sqlDbConnectionString (DB_CONNECTION_STRING in Linux images) for the Server's container.",
                isFinal: true),
            anchors: ["Environment variable sqlDbConnectionString", "Missing required value for option '--"],
            pattern:
                #"Environment variable sqlDbConnectionString|Missing required value for option '--(?:storage)?[cC]onnectionString'"#,
            product: .server,
            matches: [
                "C:\\Server\\configure.ps1 : Environment variable sqlDbConnectionString required",
                "===Missing required value for option '--storageConnectionString'.",
            ], misses: ["Missing required value for option '--server'."]),
        failure(
            Cause(
                "license-unreadable", "The licence can't be used",
                remedy: "Give the licence as base64 of its XML, and check that it has not expired.", confidence: .likely
            ),
            anchors: [
                "Your Octopus Server subscription expired", "Could not check whether this upgrade would cause the lic",
            ],
            pattern:
                #"Your Octopus Server subscription expired|Could not check whether this upgrade would cause the licen"#,
            matches: ["Your Octopus Server subscription expired on Monday, 01 January 0001 (738133 days ago)"]),
        failure(
            Cause(
                "web-port-in-use", "The Server's port is taken",
                remedy: "Stop the other process or instance that listens there, or publish another port."),
            anchors: [
                "The HTTP server failed to start because the port is in use",
                "A required communications port is already in use",
                "The process cannot access the file because it is being used",
            ],
            pattern:
                #"The HTTP server failed to start because the port is in use|A required communications port is already in use|The process cannot access the file because it is being used"#,
            matches: ["A required communications port is already in use."]),
        failure(
            Cause(
                "server-activation-failed", "The Server could not put its parts together",
                remedy: "Read the inner exception, which follows.", confidence: .possible),
            anchors: ["An exception was thrown while activating "],
            pattern: #"An exception was thrown while activating (\S+)"#,
            matches: ["An exception was thrown while activating Octopus.Server.OctopusServerEngine -> x."]),
        failure(
            Cause(
                "stray-file", "A stray file lies among the instances' files",
                remedy: "Delete .DS_Store, .directory and the like from the mounted folder.", confidence: .likely),
            anchors: ["Unexpected character encountered while parsing value"],
            pattern: #"Unexpected character encountered while parsing value"#,
            matches: ["Unexpected character encountered while parsing value: . Path '', line 1, position 3."]),
        failure(
            Cause(
                "credentials-change-refused", "The image can't change the administrator of an existing installation",
                remedy: "Leave OctopusAdminUsername and OctopusAdminPassword out, or run the admin command by hand.",
                isFinal: true),
            source: "log-grammar 2.4",
            anchors: [
                "To change the administrator passwords login", "Modifying the user credentials for a pre-installed",
            ],
            pattern: #"To change the administrator passwords login|Modifying the user credentials for a pre-installed"#,
            matches: ["Modifying the user credentials for a pre-installed instance is not currently supported."]),
        failure(
            Cause(
                "eula-not-accepted", "The licence agreement is not accepted", remedy: "Set ACCEPT_EULA=Y.",
                isFinal: true),
            anchors: ["ERROR: You must accept the E", "End-User License Agreement (EULA) must be accepted"],
            pattern:
                #"ERROR: You must accept the (?:EULA|End User)|End-User License Agreement \(EULA\) must be accepted"#,
            matches: ["ERROR: You must accept the EULA at https://octopus.com/company/legal"]),
        failure(
            Cause(
                "image-not-executable", "The image's script may not be run by this user",
                remedy: "Run the container as the image's own user.", isFinal: true),
            anchors: ["exec: \"./install.sh\": permission denied", "exec user process caused"],
            pattern: #"exec: "\./install\.sh": permission denied|exec user process caused"#,
            matches: ["standard_init_linux.go:211: exec user process caused \"permission denied\""]),
    ]

    private static let tentacleFailures: [Rule] = [
        failure(
            Cause(
                "variable-missing", "An environment variable is missing",
                remedy: "Set the variable that the line names.",
                isFinal: true),
            source: "log-grammar 3, 4, 9.2", anchors: ["' environment", "Please specify "],
            pattern:
                #"^(?!\+)(?|.*Missing '(\w+)' environment|.*Please specify (?:an?|one or more) .*? with the '(\w+)')"#,
            matches: [
                "C:\\Tentacle\\configure-tentacle.ps1 : Missing 'ServerUrl' environment variable",
                "Please specify an Octopus Server with the 'ServerUrl' environment variable",
            ],
            misses: [
                "The 'TargetRole' environment variable is not valid in combination with the 'TargetWorkerPool' variable"
            ]),
        failure(
            Cause(
                "variable-conflict", "Two environment variables exclude each other",
                remedy:
                    "A target has TargetEnvironment and TargetRole, a worker TargetWorkerPool: unset the other kind's.",
                isFinal: true),
            source: "log-grammar 3, 4",
            anchors: ["environment variable is not valid", "' environment variable is not"],
            pattern: #"^(?!\+).*The '(\w+)' environment variable is not"#,
            matches: [
                "The 'TargetRole' environment variable is not valid in combination with the 'TargetWorkerPool' variable"
            ]),
        failure(
            Cause(
                "credentials-missing", "The Tentacle has no credentials for the server",
                remedy: "Set ServerApiKey, or ServerUsername and ServerPassword.", isFinal: true),
            source: "log-grammar 3, 4",
            anchors: ["No 'ServerApiKey' or username", "Please specify either an API key"],
            pattern: #"^(?!\+).*(?:No 'ServerApiKey' or username|Please specify either an API key)"#,
            matches: ["C:\\x.ps1 : No 'ServerApiKey' or username/pasword environment variables are available"]),
        failure(
            Cause(
                "executable-missing", "The program is not in the image",
                remedy: "Use an image that was built completely.",
                isFinal: true),
            source: "log-grammar 3", anchors: ["Expected to find '", "File not found. Expected"],
            pattern: #"^(?!\+).*Expected to find '([^']*)'"#,
            matches: ["[2018-07-02T09:15:01] File not found. Expected to find 'C:\\x.exe' to perform setup."]),
        failure(
            Cause(
                "multiple-credentials", "More than one kind of credentials was given",
                remedy: "Give the API key, or the bearer token, or the username and password."),
            source: "log-grammar 9.2", anchors: ["Please specify a Bearer Token, API Key or"],
            pattern: #"Please specify a Bearer Token, API Key or"#,
            matches: ["Please specify a Bearer Token, API Key or username and password - not multiple."]),
        failure(
            Cause(
                "api-key-rejected", "The server did not accept the credentials",
                remedy: "Make a new API key and give it as ServerApiKey; the old one is wrong, expired or revoked."),
            source: "log-grammar 9.2", anchors: ["You must be logged in to perform this action"],
            pattern: #"You must be logged in to perform this action"#,
            matches: ["You must be logged in to perform this action. Please provide a valid API key or log in again."]),
        failure(
            Cause(
                "request-refused", "The server refused the registration",
                remedy: "The lines after it say why: a dash, then what the server minds."),
            source: "log-grammar 9.2", anchors: ["There was a problem with your request"],
            pattern: #"There was a problem with your request\.?"#, matches: ["There was a problem with your request."]),
        failure(
            Cause(
                "not-found-on-server", "The server does not know what the Tentacle names",
                remedy: "Create it in that space, spell it as the server does, or give the account the right to see it."
            ),
            source: "log-grammar 9.2",
            anchors: ["Could not find the "],
            pattern: #"Could not find the (\w[\w ]* (?:with (?:a )?names?|named)\b[^.]*?) on the Octopus [Ss]"#,
            matches: [
                "Could not find the environment with name, slug or Id X on the Octopus Server. Ensure the environment exists",
                "Could not find the environments named: A, B on the Octopus Server. Ensure the environments exist",
                "Could not find the worker pool named X on the Octopus Server.",
            ], misses: ["Could not find the file named x"]),
        failure(
            Cause(
                "space-not-found", "The server has no such space",
                remedy: "Set Space to one that exists and that the account may see."),
            source: "log-grammar 9.2", anchors: ["A space with name \"", "No \"space\" was specified"],
            pattern: #"A space with name "([^"]*)"|No "space" was specified"#,
            matches: ["A space with name \"Sales\" could not be found."]),
        failure(
            Cause(
                "machine-name-taken", "The server has a machine of that name already",
                remedy: "Give the container its own TargetName, or delete the machine on the server."),
            source: "log-grammar 9.2, 12.2", anchors: ["A machine named '", "A worker named '"],
            pattern: #"A (?:machine|worker) named '([^']*)' already exists"#,
            matches: ["A machine named 'web-1' already exists in the environment."],
            misses: ["A machine named 'web-1' was made"]),
        failure(
            Cause(
                "server-port-unreachable", "The server's port for polling Tentacles can't be reached",
                remedy:
                    "Open the port (10943 unless changed) from the container to the server: firewall, load balancer, network."
            ),
            source: "log-grammar 9.2", anchors: ["Checking that server communications are open failed"],
            pattern: #"Checking that server communications are open failed"#,
            matches: ["Checking that server communications are open failed with message x. Retrying (1/5) in 00:00:01."]
        ),
        failure(
            Cause(
                "not-an-octopus-server", "Something other than an Octopus Server answers there",
                remedy: "Check the address and the port, and that no proxy ends TLS before the server."),
            source: "log-grammar 9.2", anchors: ["does not appear to be an Octopus "],
            pattern: #"The service listening on (\S+) does not appear to be an Octopus"#,
            matches: [
                "The service listening on https://h:10943/ does not appear to be an Octopus Server. The response code was: 404"
            ],
            misses: ["It does not appear to be an Octopus Server"]),
        failure(
            Cause(
                "server-certificate-untrusted", "The server's HTTPS certificate is not trusted",
                remedy: "Add the certificate of the authority that signed it to the container."),
            source: "log-grammar 9.2", anchors: ["certificate errors were encountered when"],
            pattern: #"certificate errors were encountered when"#,
            matches: [
                "The following certificate errors were encountered when establishing the HTTPS connection to the server: RemoteCertificateChainErrors"
            ]),
        failure(
            Cause(
                "server-version-mismatch", "Tentacle and server are of versions that don't go together",
                remedy: "Use a Tentacle image of the server's major version or an earlier one.", confidence: .likely),
            source: "log-grammar 9.2",
            anchors: ["Unable to determine the Octopus Server version", "Octopus Tentacle with a "],
            pattern:
                #"Unable to determine the Octopus Server version|You cannot register a \S+ Octopus Tentacle with a"#,
            matches: ["You cannot register a 3.* Octopus Tentacle with a 2.* Octopus Server."],
            misses: ["an Octopus Tentacle with a certificate"]),
        failure(
            Cause(
                "certificate-missing", "The Tentacle has no certificate",
                remedy: "Find out why new-certificate failed; a configuration volume may be read-only."),
            source: "log-grammar 9.2", anchors: ["No certificate has been generated for this Tentacle"],
            pattern: #"No certificate has been generated for this Tentacle"#,
            matches: [
                "No certificate has been generated for this Tentacle. Please run the new-certificate command first."
            ]),
        failure(
            Cause(
                "not-registered", "The Tentacle trusts no server: it never registered",
                remedy: "Find out why the registration failed, and start a new container.", confidence: .likely),
            source: "log-grammar 6.4", anchors: ["The agent is not configured to trust any"],
            pattern: #"The agent is not configured to trust any"#, writers: .program, product: .tentacle,
            matches: ["The agent is not configured to trust any Octopus Servers."]),
        failure(
            Cause(
                "connection-refused", "The remote host refused the connection",
                remedy: "Check that the server runs and that its port can be reached from the container.",
                confidence: .likely),
            source: "log-grammar 6.5, 9.2", anchors: [" refused the connection", "actively refused it"],
            pattern: #"The remote host at (\S+) refused the connection|actively refused it"#,
            matches: [
                "The remote host at https://h:10943/ refused the connection. This may mean that the expected listening service is not running."
            ],
            misses: ["He refused the connection"]),
        failure(
            Cause(
                "connection-reset", "The remote host reset the connection",
                remedy:
                    "The other side may not trust this side's thumbprint: register again, and look whether another container took the name.",
                confidence: .likely),
            source: "log-grammar 6.5, 9.2", anchors: [" reset the connection"],
            pattern: #"The remote host at (\S+) reset the connection"#,
            matches: ["The remote host at https://h:10943/ reset the connection. This may mean that"],
            misses: ["He reset the connection"]),
        failure(
            Cause(
                "thumbprint-untrusted", "A client's certificate is not trusted",
                remedy: "The server's certificate changed, or it is another server: update the Tentacle's trust.",
                confidence: .likely),
            source: "log-grammar 6.5, 9.2", anchors: ["not in the list of thumbprints that we trust"],
            pattern: #"not in the list of thumbprints that we trust"#,
            matches: [
                "it presented a client certificate with the thumbprint 'X' which is not in the list of thumbprints that we trust"
            ]),
    ]
}
