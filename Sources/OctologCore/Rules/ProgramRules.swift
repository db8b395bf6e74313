private let otherLines = [
    "VERBOSE: [2018-07-02T09:15:01] Configuring Octopus Deploy", "VERBOSE: \t| Something else happened", "",
]
private let thumbprint = "0123456789ABCDEF0123456789ABCDEF01234567"

extension Rule {
    /// A line that a program prints, on its console or captured; joined output holds several in one line.
    private static func printed(
        _ id: String, _ title: String, source: String, anchors: [Anchor], pattern: String, fact: Fact = .known,
        product: Product? = nil, eras: Eras? = nil, writers: Writers = .program, matches: [String],
        misses: [String] = []
    ) -> Rule {
        Rule(
            id, title, source: source, writers: writers, anchors: anchors, pattern: pattern, fact: fact,
            product: product,
            eras: eras, matches: matches, misses: otherLines + misses)
    }

    /// What Tentacle.exe and Octopus.Server.exe print themselves, log-grammar 6 and 7.
    static let program: [Rule] = [
        // Certificates
        printed(
            "program.certificate.made", "A certificate was made", source: "log-grammar 6.2, 6.4",
            anchors: ["A new certificate has been generated and installed"],
            pattern:
                #"A new certificate has been generated and installed(?: as none were yet available)?\.?(?: Thumbprint:)?(?: *([0-9A-F]{40})\b)?"#,
            fact: .makesCertificate, product: .tentacle,
            matches: [
                "VERBOSE: \t| A new certificate has been generated and installed. Thumbprint:",
                "VERBOSE: \t| A new certificate has been generated and installed. Thumbprint: \(thumbprint) done",
                "A new certificate has been generated and installed as none were yet available. Thumbprint:",
            ], misses: ["A new certificate has been generated and written to c:\\x.pfx. Thumbprint:"]),
        printed(
            "program.certificate.thumbprint", "A thumbprint by itself", source: "log-grammar 6.2",
            anchors: [.onRequest],
            pattern: #"^([0-9A-F]{40})$"#, fact: .thumbprint, matches: ["VERBOSE: \t| \(thumbprint)", thumbprint],
            misses: ["VERBOSE: \t| the thumbprint \(thumbprint)", "0123456789abcdef0123456789abcdef01234567"]),
        printed(
            "program.certificate.written", "A certificate was written to a file", source: "log-grammar 6.2",
            anchors: ["A new certificate has been generated and written"],
            pattern: #"A new certificate has been generated and written to .+"#, product: .tentacle,
            matches: ["VERBOSE: \t| A new certificate has been generated and written to c:\\x.pfx. Thumbprint:"]),
        printed(
            "program.certificate.json", "A thumbprint as JSON", source: "log-grammar 6.2",
            anchors: ["{\"Thumbprint\":\""], pattern: #"^\{"Thumbprint":"([0-9A-F]{40})"\}"#,
            matches: ["{\"Thumbprint\":\"\(thumbprint)\"}"], misses: ["{\"Thumbprint\":\"none\"}"]),
        printed(
            "program.certificate.loaded", "The certificate is loaded", source: "log-grammar 5, 12.3",
            anchors: ["Loading certificate with thumbprint"],
            pattern: #"^Loading certificate with thumbprint: ([0-9A-F]{40})$"#, fact: .loadsCertificate,
            product: .tentacle, writers: .console,
            matches: [
                "Loading certificate with thumbprint: \(thumbprint)",
                "2024-03-01 10:00:01.1234 | DEBUG | Loading certificate with thumbprint: \(thumbprint)",
            ], misses: ["Loading certificate with thumbprint: none", "Loading certificate from given string"]),
        printed(
            "program.certificate.loads", "A certificate is read", source: "log-grammar 5, 6.2",
            anchors: ["Loading certificate from given", "Importing the certificate "],
            pattern: #"Loading certificate from given|Importing the certificate (?:via|stored)"#,
            product: .tentacle,
            matches: [
                "Loading certificate from given string", "Importing the certificate via base64...",
                "Importing the certificate stored in PFX file in /x.pfx...",
            ], misses: ["Importing the certificate failed"]),
        printed(
            "program.certificate.kept", "The certificate that was there is kept", source: "log-grammar 6.2, 12.3",
            anchors: ["A certificate already exists"], pattern: #"A certificate already exists"#,
            fact: .keepsCertificate,
            product: .tentacle, matches: ["VERBOSE: \t| A certificate already exists, no changes will be applied."]),
        printed(
            "program.certificate.imported", "A certificate was imported", source: "log-grammar 6.2",
            anchors: ["Certificate with thumbprint "],
            pattern: #"Certificate with thumbprint ([0-9A-F]{40}) imported successfully"#, fact: .importsCertificate,
            product: .tentacle,
            matches: ["VERBOSE: \t| Certificate with thumbprint \(thumbprint) imported successfully."],
            misses: ["Certificate with thumbprint none"]),
        printed(
            "program.certificate.server", "Which certificate the server showed", source: "log-grammar 9.2",
            anchors: ["Certificate subject name:", "Certificate thumbprint:"],
            pattern: #"^Certificate (?:subject name|thumbprint): "#,
            matches: ["Certificate subject name: CN=octopus.example", "Certificate thumbprint:   \(thumbprint)"],
            misses: ["Certificate with thumbprint \(thumbprint) imported successfully."]),

        // Registration
        printed(
            "program.register.connectivity", "It tries the server's port for polling", source: "log-grammar 6.3",
            anchors: ["Checking connectivity on the server"],
            pattern: #"Checking connectivity on the server communications port (\d+)"#, product: .tentacle,
            matches: ["VERBOSE: \t| Checking connectivity on the server communications port 10943..."]),
        printed(
            "program.register.connected", "The server's port answers", source: "log-grammar 6.3, 13",
            anchors: ["Connected suc"], pattern: #"Connected suc+essfully"#,
            fact: .overcomes("server-port-unreachable"), product: .tentacle,
            matches: ["VERBOSE: \t| Connected successfully", "VERBOSE: \t| Connected sucessfully"],
            misses: ["VERBOSE: \t| Connected suction pump"]),
        printed(
            "program.register.calls", "It registers at an address", source: "log-grammar 6.3",
            anchors: ["Registering the tentacle with the server at "],
            pattern: #"Registering the tentacle with the server at (\S+)"#, fact: .registers, product: .tentacle,
            matches: ["VERBOSE: \t| Registering the tentacle with the server at https://octopus.example/"]),
        printed(
            "program.register.environment", "The client looked for an automation environment",
            source: "log-grammar 6.3",
            anchors: ["Detected automation environment"], pattern: #"Detected automation environment: \w+"#,
            product: .tentacle, matches: ["VERBOSE: \t| Detected automation environment: NoneOrUnknown"]),
        printed(
            "program.register.registered", "The server has the machine", source: "log-grammar 6.3",
            anchors: ["Machine registered successfully"], pattern: #"Machine registered successfully"#,
            fact: .registered,
            product: .tentacle,
            matches: [
                "VERBOSE: \t| Machine registered successfully",
                "VERBOSE: \t| Connected successfully Registering the tentacle with the server at https://h/ Machine registered successfully These changes",
            ]),
        printed(
            "program.register.keeps", "The server has the machine already", source: "log-grammar 5, 6.3",
            anchors: ["Tentacle is already registered, skipping"],
            pattern: #"Tentacle is already registered, skipping registration"#, fact: .keepsRegistration,
            product: .tentacle, matches: ["Tentacle is already registered, skipping registration."]),
        printed(
            "program.register.more", "More of the registration", source: "log-grammar 6.3, 9.2",
            anchors: [
                "Tentacle has been registered successfully", "Setting the polling connection count",
                "This command is being deprecated",
            ],
            pattern: #"""
                Tentacle has been registered successfully|Setting the polling connection count to \d+|\#
                This command is being deprecated
                """#,
            product: .tentacle,
            matches: [
                "Tentacle has been registered successfully.", "Setting the polling connection count to 5",
                "This command is being deprecated. Please use the \"register-k8s-target\" command instead.",
            ]),
        printed(
            "program.deregister", "The machine is taken off the server", source: "log-grammar 6.2",
            anchors: [
                "Deleting machine '", "Machine deregistered successfully", "The Octopus Server is still trusted",
            ],
            pattern:
                #"Deleting machine '.*' from the Octopus|Machine deregistered successfully|The Octopus Server is still trusted"#,
            product: .tentacle,
            matches: [
                "Deleting machine 'web-1' from the Octopus Server...", "Machine deregistered successfully",
                "The Octopus Server is still trusted. Remove it by hand.",
            ], misses: ["Deleting machine 'web-1' failed"]),
        printed(
            "program.restart-needed", "The change needs a restart", source: "log-grammar 6.2, 7",
            anchors: ["These changes require a restart"], pattern: #"These changes require a restart"#,
            matches: [
                "VERBOSE: \t| These changes require a restart of the Tentacle.",
                "These changes require a restart of the Octopus Server.",
            ]),

        // Configuration
        printed(
            "program.configure.paths", "Folders were set", source: "log-grammar 6.2",
            anchors: [
                "Home directory set to: ", "Application directory set to: ", "Setting home directory to: ",
                "Machine configuration home directory is ", "Loading configuration from ",
            ],
            pattern: #"""
                (?:Home|Application) directory set to: |Setting home directory to: |\#
                Machine configuration home directory is |Loading configuration from \w+
                """#,
            matches: [
                "VERBOSE: \t| Home directory set to: C:\\TentacleHome",
                "VERBOSE: \t| Application directory set to: C:\\Apps",
            ]),
        printed(
            "program.configure.port", "A port was set", source: "log-grammar 6.2",
            anchors: ["Services listen port: ", "Tentacle will "],
            pattern: #"Services listen port: \d+|Tentacle will (?:not )?listen on a"#, product: .tentacle,
            matches: [
                "VERBOSE: \t| Services listen port: 10933", "VERBOSE: \t| Tentacle will not listen on a port",
                "VERBOSE: \t| Tentacle will listen on a TCP port",
            ], misses: ["VERBOSE: \t| Tentacle will do"]),
        printed(
            "program.configure.trust", "Trust was set", source: "log-grammar 6.2",
            anchors: ["Removing all trusted Octopus ", " trusted Octopus Servers", "Polling connection count set to"],
            pattern: #"Removing all trusted Octopus|Adding \d+ trusted Octopus|Polling connection count set to"#,
            product: .tentacle,
            matches: [
                "VERBOSE: \t| Removing all trusted Octopus Servers...", "VERBOSE: \t| Adding 1 trusted Octopus Servers",
            ]),
        printed(
            "program.configure.instance", "An instance was made", source: "log-grammar 6.2",
            anchors: ["Creating empty configuration file", "Configuration file at ", "Saving instance: "],
            pattern: #"Creating empty configuration file|Configuration file at .* already exists|Saving instance: "#,
            matches: [
                "VERBOSE: \t| Saving instance: Tentacle", "VERBOSE: \t| Configuration file at C:\\x already exists.",
            ],
            misses: ["VERBOSE: \t| Configuration file at C:\\x"]),
        printed(
            "program.configure.poll", "A server to poll was added", source: "log-grammar 6.2",
            anchors: ["Configuring Tentacle to poll the server", "Polling endpoint configured"],
            pattern: #"Configuring Tentacle to poll the server at|Polling endpoint configured"#, product: .tentacle,
            matches: ["VERBOSE: \t| Polling endpoint configured"]),
        printed(
            "program.configure.proxy", "A proxy was set", source: "log-grammar 6.2",
            anchors: [
                "Proxy use is disabled", "Using custom proxy at", "Proxy username set", "Proxy password set",
                "Proxy port set",
            ],
            pattern: #"Proxy use is disabled|Using custom proxy at|Proxy (?:username|password|port) set to"#,
            matches: ["VERBOSE: \t| Proxy use is disabled", "VERBOSE: \t| Proxy password set to: *******"]),
        printed(
            "program.configure.server", "The Server's settings", source: "log-grammar 7",
            anchors: [
                "Web listen prefixes: ", "Allow checking for upgrades: ", "Include usage statistics: ",
                "Web force SSL: ",
                "Web authentication mode: ",
            ],
            pattern:
                #"Web listen prefixes: |Allow checking for upgrades: |Include usage statistics: |Web force SSL: |Web authentication mode: "#,
            product: .server,
            matches: ["VERBOSE: \t| Web listen prefixes: http://localhost:81", "Web force SSL: False"]),

        // The running Tentacle
        printed(
            "program.agent.listens", "The Tentacle listens", source: "log-grammar 6.4",
            anchors: ["Agent listening on: "],
            pattern: #"^Agent listening on: "#, fact: .ready, product: .tentacle, writers: .console,
            matches: ["Agent listening on: [::]:10933"],
            misses: ["VERBOSE: \t| Agent listening on: [::]:10933", "{\"text\":\"Agent listening on: [::]:10933\"}"]),
        printed(
            "program.agent.polls", "The Tentacle polls under a subscription", source: "log-grammar 6.4",
            anchors: ["Agent will poll Octopus"],
            pattern: #"^Agent will poll Octopus [Ss]erver at \S+ for subscription (poll://[^\s]+)"#,
            fact: .polls,
            product: .tentacle, writers: .console,
            matches: [
                "Agent will poll Octopus Server at https://h:10943/ for subscription poll://abcdefghij0123456789/ expecting thumbprint \(thumbprint)"
            ]),
        printed(
            "program.agent.polls-only", "The Tentacle only polls", source: "log-grammar 6.4",
            anchors: ["Agent will not listen on any TCP ports"],
            pattern: #"^Agent will not listen on any TCP ports"#,
            fact: .ready, product: .tentacle, writers: .console, matches: ["Agent will not listen on any TCP ports"]),
        printed(
            "program.agent.trust", "Whom the Tentacle trusts", source: "log-grammar 6.4",
            anchors: ["Agent will trust Octopus "],
            pattern: #"Agent will trust Octopus [Ss]ervers? with the thumbprint: "#,
            product: .tentacle, writers: .console,
            matches: ["Agent will trust Octopus Servers with the thumbprint: \(thumbprint)"]),
        printed(
            "program.agent.network", "How the Tentacle reaches the server", source: "log-grammar 6.4",
            anchors: [
                "Agent will not use a proxy", "Agent will use the octopus", "Requested polling connection",
                " polling connections", "Fixed communication style for: ", "Configured to connect to server ",
            ],
            pattern: #"""
                Agent will not use a proxy|Agent will use the octopus|Requested polling connection count|\#
                Starting \d+ polling connections|Fixed communication style for: |\#
                Configured to connect to server .* but its configuration is incomplete
                """#,
            product: .tentacle, writers: .console,
            matches: ["Agent will not use a proxy server", "Starting 5 polling connections"]),
        printed(
            "program.agent.elevation", "The Tentacle has few rights", source: "log-grammar 6.4",
            anchors: ["Tentacle is not running with elevated"],
            pattern: #"Tentacle is not running with elevated permissions"#,
            product: .tentacle, writers: .console,
            matches: ["Tentacle is not running with elevated permissions (user 'x' is not a member of 'y')."]),
        printed(
            "program.running", "The program runs in the foreground", source: "log-grammar 6.4, 2.3",
            anchors: ["Running. Press <enter> to shut down"], pattern: #"^Running\. Press <enter> to shut down"#,
            writers: .console, matches: ["Running. Press <enter> to shut down..."]),
        printed(
            "program.halibut", "The transport's own lines", source: "log-grammar 6.5",
            anchors: [
                "listen://", "Secure connection established", "Listener started", "Listener stopped",
                "Accepted TCP client: ", " authenticated as ", "Opening a new connection to ",
                "Socket communication error while", "Unexpected exception executing transaction",
            ],
            pattern: #"""
                ^(?:listen|https|poll)://\S+ +\d+  \S|^(?:Secure connection established|Listener st|\#
                Accepted TCP client: |Socket communication error while|Unexpected exception executing transaction)
                """#,
            writers: .console,
            matches: [
                "https://octopus.example:10943/  12  Socket communication error while connecting to https://octopus.example:10943/",
                "https://octopus.example:10943/  12  Unexpected exception executing transaction.",
                "https://octopus.example:10943/  12  Opening a new connection to https://octopus.example:10943/",
                "listen://[::]:10933/              7  Accepted TCP client: [::ffff:172.18.0.3]:49756",
            ]),

        // The running Server
        printed(
            "program.server.ready", "The Server takes requests", source: "log-grammar 7",
            anchors: ["Web server is ready to process requests"],
            pattern: #"^Web server is ready to process requests"#,
            fact: .ready, product: .server, writers: .console,
            matches: [
                "Web server is ready to process requests",
                "2021-03-02 09:15:01.1234   1234     10 INFO  Web server is ready to process requests",
            ]),
        printed(
            "program.server.boots", "The Server's program begins its work", source: "log-grammar 7",
            anchors: ["Octopus.Server.dll version ", "Octopus.Server.exe version "],
            pattern: #"^Octopus\.Server\.(?:dll|exe) version \S"#, fact: .boots, product: .server, writers: .console,
            matches: ["Octopus.Server.dll version 2021.2.7462 (2021.2.7462+Branch.x.Sha.0)"],
            misses: ["Octopus.Server.dll"]),
        printed(
            "program.server.boots.files", "The Server's program checks its files first", source: "log-grammar 7",
            anchors: ["Verifying Octopus directory contents"], pattern: #"^Verifying Octopus directory contents"#,
            fact: .boots, product: .server, writers: .console, matches: ["Verifying Octopus directory contents..."]),
        printed(
            "program.server.boots.instance", "The Linux image makes the Server's instance",
            source: "log-grammar 6.2, 7", anchors: ["Saving instance: OctopusServer", "/.octopus/OctopusServer"],
            pattern:
                #"^(?:Saving instance: OctopusServer$|(?:Creating empty configuration file: |Configuration file at )/.*/\.octopus/)"#,
            fact: .boots,
            product: .server, eras: .sl, writers: .console,
            matches: [
                "Saving instance: OctopusServer",
                "Creating empty configuration file: /home/octopus/.octopus/OctopusServer/Server/Server.linux.config",
            ], misses: ["Saving instance: Tentacle", "/home/octopus/.octopus/OctopusServer/Server/Logs"]),
        printed(
            "program.server.linux", "A path of the Linux image", source: "log-grammar 7",
            anchors: ["Octopus directory is '/Octopus", "Server.linux.config", "/Octopus/Octopus.Server"],
            pattern: #"Octopus directory is '/|Server\.linux\.config|/Octopus/Octopus\.Server"#, product: .server,
            eras: .sl, matches: ["Octopus directory is '/Octopus'"], misses: ["Octopus directory is 'C:\\Octopus'"]),
        printed(
            "program.server.migrates", "The Server works on its database", source: "log-grammar 7",
            anchors: ["Beginning database upgrade", "Checking whether journal table exists"],
            pattern: #"Beginning database upgrade|Checking whether journal table exists"#, fact: .worksOn(.database),
            product: .server, matches: ["Beginning database upgrade", "Checking whether journal table exists.."]),
        printed(
            "program.server.starts", "The Server starts its work", source: "log-grammar 7",
            anchors: ["Testing the built-in worker", "The Octopus server is starting: "],
            pattern: #"Testing the built-in worker|The Octopus server is starting: "#, fact: .worksOn(.start),
            product: .server,
            matches: ["The Octopus server is starting: Starting the version control background sync..."]),
        printed(
            "program.server.key", "The Server makes a master key", source: "log-grammar 7",
            anchors: ["Generating a new Master Key for this", "Master Key saved; use the Octopus"],
            pattern: #"Generating a new Master Key for this|Master Key saved; use the Octopus"#, product: .server,
            matches: [
                "Generating a new Master Key for this Octopus Server...",
                "Master Key saved; use the Octopus Administration tool",
            ]),
        printed(
            "program.command-line", "A program's command line, in its file", source: "log-grammar 6.1, 7",
            anchors: ["CommandLine: "], pattern: #"^CommandLine: "#, fact: .shows, writers: .console,
            matches: [
                "2021-03-02 09:15:01.1234   1234     10 INFO  CommandLine: Octopus.Server.dll run --instance=OctopusServer"
            ],
            misses: ["The CommandLine: is long"]),
        printed(
            "program.server.files", "The Server checks its files", source: "log-grammar 7",
            anchors: [
                "Verifying Octopus directory contents", "Octopus directory is '", "- PASS: ",
            ],
            pattern: #"^Verifying Octopus directory|^Octopus directory is '|^- PASS: "#, product: .server,
            matches: ["Verifying Octopus directory contents...", " - PASS: No extra files found in Octopus directory"]),
        printed(
            "program.server.version", "The Server's version", source: "log-grammar 7",
            anchors: ["Octopus.Server.dll version ", "Octopus.Server.exe version "],
            pattern: #"^Octopus\.Server\.(?:dll|exe) version (\S+)"#, fact: .version, product: .server,
            matches: ["Octopus.Server.dll version 2021.2.7462 (2021.2.7462+Branch.x.Sha.0)"],
            misses: ["Octopus.Server.exe"]),
        printed(
            "program.server.migration", "The database's schema is upgraded", source: "log-grammar 7",
            anchors: [
                "Beginning transaction", "Beginning database upgrade", "Checking whether journal table exists",
                "Journal table does not exist", "Fetching list of already executed", "Executing SQL Server script '",
                "Executing Database Server script '", "Creating the [SchemaVersions]",
                "[SchemaVersions] table has been",
                "Upgrade successful", "No new scripts need to be executed",
            ],
            pattern: #"""
                Beginning (?:transaction|database upgrade)|[Jj]ournal table (?:exists|does not exist)|\#
                Fetching list of already executed scripts|Executing (?:SQL|Database) Server script|\[SchemaVersions\] table|\#
                Upgrade successful|No new scripts need to be executed
                """#,
            product: .server,
            matches: [
                "Beginning database upgrade", "Checking whether journal table exists..",
                "Executing SQL Server script 'Octopus.Core.UpgradeScripts.Script0001InitialSchema.cs'",
                "Upgrade successful",
            ]),
        printed(
            "program.server.migration.summary", "What stopped the upgrade of the schema follows",
            source: "log-grammar 9.1", anchors: ["Here is the summary of the problems", .onRequest],
            pattern: #"^(?:Here is the summary of the problems we encountered|-{15,40}$)"#,
            matches: [
                "Here is the summary of the problems we encountered:", String(repeating: "-", count: 21),
            ], misses: [String(repeating: "-", count: 79), "Here is the summary"]),
        printed(
            "program.server.migration.space", "How much disk space the upgrade takes", source: "log-grammar 9.1",
            anchors: ["this operation requires approximately"],
            pattern: #"this operation requires approximately \d+ ?[KMGT]B of free disk space"#, product: .server,
            matches: ["It is estimated that this operation requires approximately 32GB of free disk space."],
            misses: ["this operation requires approximately one hour"]),
        printed(
            "program.server.instance", "The instance and its database", source: "log-grammar 7",
            anchors: ["Using instance OctopusServer", "Using database data source="],
            pattern: #"Using instance OctopusServer|Using database data source="#, fact: .shows,
            product: .server,
            matches: ["Using instance OctopusServer", "Using database data source=db;password=x"]),
        printed(
            "program.server.worker", "The built-in worker is tried", source: "log-grammar 7",
            anchors: ["built-in worker", "Built-in worker: ", ": Testing credentials..."],
            pattern: #"Testing the built-in worker|Built-in worker: |^Step \d+: Testing credentials\.\.\."#,
            product: .server,
            matches: [
                "Testing the built-in worker configuration.", "Built-in worker: SUCCESS",
                "Step 1: Testing credentials... PASSED",
            ],
            misses: ["the built-in worker ran a script"]),
        printed(
            "program.server.certificate", "The Server's certificate is made", source: "log-grammar 7",
            anchors: ["Creating default Octopus Server certificate"],
            pattern: #"Creating default Octopus Server certificate"#,
            product: .server, matches: ["VERBOSE: \t| Creating default Octopus Server certificate"]),
        printed(
            "program.server.background", "The Server starts its background work", source: "log-grammar 7",
            anchors: ["The Octopus server is starting: "], pattern: #"The Octopus server is starting: "#,
            product: .server,
            matches: ["The Octopus server is starting: Starting the version control background sync..."]),
        printed(
            "program.service", "A Windows service changes its state", source: "log-grammar 6.2, 7",
            anchors: ["Waiting for service to become", "Service started", "Service stopped", "Service installed"],
            pattern: #"Waiting for service to become|Service (?:started|stopped|installed)"#,
            matches: ["VERBOSE: \t| Service stopped", "VERBOSE: \t| Service started: Tentacle"]),

        // Failure blocks
        printed(
            "program.block.rule", "The edge of an error block", source: "log-grammar 6.6", anchors: [.onRequest],
            pattern: #"^(?:={79}|-{79})"#, writers: .program,
            matches: [String(repeating: "=", count: 79), String(repeating: "-", count: 79)],
            misses: [String(repeating: "=", count: 47), String(repeating: "-", count: 78)]),
        printed(
            "program.block.terminates", "The program tells its exit code", source: "log-grammar 6.6",
            anchors: ["Terminating process with exit code "], pattern: #"Terminating process with exit code (-?\d+)"#,
            fact: .terminates, matches: ["Terminating process with exit code 100"]),
        printed(
            "program.block.fatal", "An error block of the first versions begins", source: "log-grammar 6.6",
            anchors: ["A fatal exception occurred"], pattern: #"^A fatal exception occurred"#,
            matches: ["A fatal exception occurred"], misses: ["Then A fatal exception occurred"]),
        printed(
            "program.block.hint", "Where more can be read", source: "log-grammar 6.6",
            anchors: ["Full error details are available", "If you need help, please send these log files"],
            pattern:
                #"Full error details are available in the log files|If you need help, please send these log files"#,
            matches: [
                "Full error details are available in the log files at:",
                "Full error details are available in the log files.",
            ]),
        printed(
            "program.block.frame", "A part of an exception", source: "log-grammar 6.6", anchors: [.onRequest],
            pattern:
                #"^(?:at [\w.<>`+\[\],$|]+\.[^ ]+\(|--(?:-)?(?:>|Inner Exception|End of)|[A-Z]\w+(?:\.\w+)*\.\w*Exception\b(?!:)|At: [A-Za-z]:\\|[A-Za-z]:\\[^:]*$|/(?:[\w.-]+/)*[\w.-]*[Ll]ogs?/?$)"#,
            writers: .program,
            matches: [
                "   at Octopus.Server.Commands.DatabaseCommand.Start()", "--Inner Exception--",
                "System.Data.SqlClient.SqlException", "System.Exception", "C:\\Octopus\\Logs",
            ], misses: ["at the end of the day", "C:\\Tentacle\\configure-tentacle.ps1 : Missing 'X'"]),
    ]
}
