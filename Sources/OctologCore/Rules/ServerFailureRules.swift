extension Rule {
    /// What goes wrong in the Server and its image, log-grammar 2.4 and 9.1.
    static let serverFailures: [Rule] = [
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
            anchors: ["Your Octopus Server subscription expired"],
            pattern: #"Your Octopus Server subscription expired"#,
            matches: ["Your Octopus Server subscription expired on Monday, 01 January 0001 (738133 days ago)"]),
        failure(
            Cause(
                "license-check-crashed", "The check of the licence before the upgrade failed itself",
                remedy: "Run the database command by hand with --upgrade --skipLicenseCheck, then start again."),
            anchors: ["Could not check whether this upgrade would cause the lic"],
            pattern: #"Could not check whether this upgrade would cause the licen"#,
            matches: ["Could not check whether this upgrade would cause the licence to no longer be compliant"]),
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
                remedy: "Read the inner exception, which follows.", confidence: .possible, isWrapper: true),
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
}
