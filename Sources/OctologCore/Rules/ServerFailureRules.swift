extension Rule {
    /// What goes wrong in the Server and its image, log-grammar 2.4 and 9.1.
    static let serverFailures: [Rule] = [
        failure(
            Cause(
                "master-key-wrong", "The master key is not the one that the database was encrypted with",
                remedy:
                    "Start the container with the masterKey of the first container: take it from where that was configured, or ask the container itself (show-master-key); octolog key recovers it from the log of Windows images until 2018-09-18.",
                confidence: .likely),
            anchors: ["Padding is invalid and cannot be removed"],
            pattern: #"Padding is invalid and cannot be removed"#,
            matches: [
                "Padding is invalid and cannot be removed.",
                "VERBOSE: \t| System.Security.Cryptography.CryptographicException: Padding is invalid and cannot be removed.",
            ], misses: ["Padding is invalid in line 3 of the template"]),
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
            matches: [
                "Unable to parse configuration key 'Octopus.Storage.MasterKey' as a 'Byte[]'.",
                "The input is not a valid Base-64 string as it contains a non-base 64 character, more than two padding characters, or an illegal character among the padding characters.",
            ], misses: ["Unable to parse configuration key 'Octopus.WebPortal.ListenPrefixes' as a 'Uri'."]),
        failure(
            Cause(
                "master-key-missing", "The existing database needs its master key",
                remedy:
                    "Start the container with the masterKey of the first container: take it from where that was configured, or ask the container itself (show-master-key); octolog key recovers it from the log of Windows images until 2018-09-18."
            ),
            anchors: ["Please enter a valid master key for the existing"],
            pattern: #"Please enter a valid master key for the existing"#,
            matches: ["Please enter a valid master key for the existing database"],
            misses: ["Please enter a valid master key for the new database"]),
        failure(
            Cause(
                "connection-string-missing", "The connection string is missing",
                remedy: "Set sqlDbConnectionString (DB_CONNECTION_STRING in Linux images) for the Server's container.",
                isFinal: true),
            anchors: ["Environment variable sqlDbConnectionString", "Missing required value for option '--"],
            pattern:
                #"^(?!\+).{0,400}?(?:Environment variable sqlDbConnectionString|Missing required value for option '--(?:storage)?[cC]onnectionString')"#,
            product: .server,
            matches: [
                "C:\\Server\\configure.ps1 : Environment variable sqlDbConnectionString required",
                "===Missing required value for option '--storageConnectionString'.",
                "Missing required value for option '--connectionString'.",
            ],
            misses: [
                "Missing required value for option '--server'.",
                "+     Write-Error \"Environment variable sqlDbConnectionString required\"",
            ]),
        failure(
            Cause(
                "license-unreadable", "The licence can't be used",
                remedy: "Give the licence as base64 of its XML, and check that it has not expired.", confidence: .likely
            ),
            anchors: ["Your Octopus Server subscription expired"],
            pattern: #"Your Octopus Server subscription expired"#,
            matches: ["Your Octopus Server subscription expired on Monday, 01 January 0001 (738133 days ago)"],
            misses: ["Your Octopus Server subscription expires on Monday, 01 January 2029 (30 days from now)"]),
        failure(
            Cause(
                "license-check-crashed", "The check of the licence before the upgrade failed itself",
                remedy: "Run the database command by hand with --upgrade --skipLicenseCheck, then start again."),
            anchors: ["Could not check whether this upgrade would cause the lic"],
            pattern: #"Could not check whether this upgrade would cause the licen"#,
            matches: ["Could not check whether this upgrade would cause the licence to no longer be compliant"],
            misses: ["Checked whether this upgrade would cause the licence to no longer be compliant"]),
        failure(
            Cause(
                "web-port-in-use", "The Server's port is taken",
                remedy: "Stop the other process or instance that listens there, or publish another port."),
            anchors: [
                "The HTTP server failed to start because the port is in use",
                "A required communications port is already in use",
                "The process cannot access the file because it is being used",
            ],
            pattern: #"""
                The HTTP server failed to start because the port is in use|\#
                A required communications port is already in use|\#
                The process cannot access the file because it is being used
                """#,
            matches: [
                "A required communications port is already in use.",
                "The HTTP server failed to start because the port is in use.",
                "System.Net.HttpListenerException (0x80004005): The process cannot access the file because it is being used by another process",
            ],
            misses: ["The process cannot access the file 'C:\\x.txt' because it is being used by another process."]),
        failure(
            Cause(
                "server-activation-failed", "The Server could not put its parts together",
                remedy: "Read the inner exception, which follows.", confidence: .possible, isWrapper: true),
            anchors: ["An exception was thrown while activating "],
            pattern: #"An exception was thrown while activating (\S+)"#,
            matches: ["An exception was thrown while activating Octopus.Server.OctopusServerEngine -> x."],
            misses: ["An exception was thrown while deploying Octopus.Server.OctopusServerEngine"]),
        failure(
            Cause(
                "stray-file", "A stray file lies among the instances' files",
                remedy: "Delete .DS_Store, .directory and the like from the mounted folder.", confidence: .likely),
            anchors: ["Unexpected character encountered while parsing value"],
            // The character may be one that is not printed. A web page in place of an answer begins with `<`.
            pattern: #"Unexpected character encountered while parsing value: [^<]{0,4}\. Path '', line 1, "#,
            matches: ["Unexpected character encountered while parsing value: . Path '', line 1, position 3."],
            misses: [
                "Unexpected character encountered while parsing value: <. Path '', line 0, position 0.",
                "Unexpected character encountered while parsing value: x. Path 'Steps[0]', line 12, position 3.",
            ]),
        failure(
            Cause(
                "credentials-change-refused", "The image can't change the administrator of an existing installation",
                remedy: "Leave OctopusAdminUsername and OctopusAdminPassword out, or run the admin command by hand.",
                isFinal: true),
            source: "log-grammar 2.4",
            anchors: [
                "To change the administrator passwords login", "Modifying the user credentials for a pre-installed",
            ],
            pattern:
                #"^(?!\+).{0,400}?(?:To change the administrator passwords login|Modifying the user credentials for a pre-installed)"#,
            matches: [
                "Modifying the user credentials for a pre-installed instance is not currently supported.",
                "C:\\Server\\run.ps1 : To change the administrator passwords login details for an existing installation, run this image passing in arguments for the admin command.",
            ],
            misses: ["+   Write-Error \"Modifying the user credentials for a pre-installed instance is not"]),
        failure(
            Cause(
                "eula-not-accepted", "The licence agreement is not accepted", remedy: "Set ACCEPT_EULA=Y.",
                isFinal: true),
            source: "log-grammar 2.5, 4, 9.1, 9.3",
            anchors: ["ERROR: You must accept the E", "End-User License Agreement (EULA) must be accepted"],
            pattern: #"""
                ^(?!\+).{0,400}?(?:ERROR: You must accept the (?:EULA|End User License Agreement)|\#
                The SQL Server End-User License Agreement \(EULA\) must be accepted)
                """#,
            matches: [
                "ERROR: You must accept the EULA at https://octopus.com/company/legal by passing an environment variable 'ACCEPT_EULA=Y'",
                "VERBOSE: ERROR: You must accept the End User License Agreement before this container can start.",
                "The SQL Server End-User License Agreement (EULA) must be accepted before SQL",
            ],
            misses: [
                "+ echo 'ERROR: You must accept the EULA at https://octopus.com/company/legal'",
                "You can accept the EULA by specifying the --accept-eula command line option,",
                "ERROR: You must accept the invitation",
            ]),
    ]
}
