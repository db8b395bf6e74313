private let otherPhases = [
    "VERBOSE: [2018-07-02T09:15:01] Configuring Octopus Deploy Tentacle",
    "VERBOSE: [2018-07-02T09:15:02] Something else entirely ...", "VERBOSE: \t| Upgrade successful",
]

extension Rule {
    /// A heading that a script prints when a phase begins.
    static func heading(
        _ id: String, _ title: String, _ phase: Phase, source: String, text: String, pattern: String? = nil,
        product: Product? = nil, eras: Eras? = nil, writers: Writers = .script, matches: [String] = [],
        misses: [String]
    ) -> Rule {
        let literal = pattern ?? "^\(text.escapedForPattern)"
        return Rule(
            id, title, source: source, writers: writers, anchors: [.literal(text)], pattern: literal,
            fact: .enters(phase), product: product, eras: eras,
            matches: ["VERBOSE: [2018-07-02T09:15:01] \(text) ...", "[2018-10-02T09:15:01] \(text) ..."] + matches,
            misses: (writers == .script ? ["\(text) ..."] : []) + ["VERBOSE: \t| \(text) ..."] + misses)
    }

    /// A line of the banner, ` - name 'value'`.
    static func banner(
        _ id: String, _ title: String, _ fact: Fact, source: String, label: String, value: String,
        product: Product? = nil, eras: Eras? = nil, writers: Writers = .script, misses: [String] = []
    ) -> Rule {
        Rule(
            id, title, source: source, writers: writers, anchors: [.literal("- \(label) '")],
            pattern: "^- \(label.escapedForPattern) '(.*)(?:'|(?<!'))$", fact: fact, product: product, eras: eras,
            matches: [
                "VERBOSE: [2018-07-02T09:15:01]  - \(label) '\(value)'", "[2018-10-02T09:15:01]  - \(label) '\(value)'",
            ],
            misses: ["VERBOSE: [2018-07-02T09:15:01]  - another \(label) '\(value)'"]
                + (writers == .script ? [" - \(label) '\(value)'"] : []) + misses
        )
    }

    /// The eras that the writer of a script's line leaves, whatever the line says, log-grammar 13.
    static func eras(of product: Product, writtenBy writer: Writers) -> Eras? {
        switch product {
        case .server:
            if !writer.isDisjoint(with: [.verboseStamped, .verbose]) { return .s1 }
            return writer == .stamped ? [.s0, .s2, .s3] : nil
        // Its run script writes as in the beginning in all eras: only some lines tell.
        case .tentacle: return writer.isDisjoint(with: .script) ? nil : .windowsTentacle
        case .kubernetesAgent: return writer == .agent ? [.k2, .k3] : nil
        case .sqlServer: return writer == .sqlServer ? [.q1, .q2] : nil
        }
    }

    /// The Windows Server image, log-grammar 2.1 to 2.4.
    static let server: [Rule] = [
        Rule(
            "server.begin", "The Server's script begins", source: "log-grammar 2",
            anchors: ["Configuring Octopus Deploy"],
            pattern: #"^Configuring Octopus Deploy$"#, fact: .begins, product: .server,
            matches: [
                "VERBOSE: [2018-07-02T09:15:01] Configuring Octopus Deploy",
                "[2018-10-02T09:15:01] Configuring Octopus Deploy",
            ],
            misses: [
                "VERBOSE: [2018-07-02T09:15:01] Configuring Octopus Deploy instance ...",
                "VERBOSE: [2018-07-02T09:15:01] Configuring Octopus Deploy Tentacle", "Configuring Octopus Deploy",
            ]),
        Rule(
            "server.skips-configuration", "The Server is configured already", source: "log-grammar 2.2",
            writers: [.verbose, .verboseStamped], anchors: ["This Server has already been"],
            pattern: #"^This Server has already been"#, fact: .skipsConfiguration, product: .server, eras: .s1,
            matches: [
                "VERBOSE: This Server has already been initialized and registered so reconfiguration will be skipped."
            ],
            misses: [
                "VERBOSE: This Tentacle has already been initialized and registered so reconfiguration will be skipped",
                "This Server has already been initialized",
            ]),
        Rule(
            "server.skips-configuration.hint", "How to configure anew", source: "log-grammar 2.2",
            writers: [.verbose, .verboseStamped, .bare], anchors: ["If you need to change the configuration"],
            pattern: #"^If you need to change the configuration"#, fact: .known,
            matches: ["VERBOSE: If you need to change the configuration, please start a new container"],
            misses: otherPhases),

        // The master key
        Rule(
            "server.master-key.supplied", "A master key was supplied", source: "log-grammar 2.1, 2.2",
            anchors: ["- masterkey '"], pattern: #"^- masterkey '"#, fact: .masterKey(.supplied), product: .server,
            matches: ["VERBOSE: [2018-07-02T09:15:01]  - masterkey '##########'"],
            misses: [
                "VERBOSE: [2018-07-02T09:15:01]  - masterkey not supplied. A new key will be generated automatically."
            ]),
        Rule(
            "server.master-key.generated", "A master key is to be generated", source: "log-grammar 2.1, 2.2",
            anchors: ["- masterkey not supplied"], pattern: #"^- masterkey not supplied"#, fact: .masterKey(.generated),
            product: .server,
            matches: [
                "VERBOSE: [2018-07-02T09:15:01]  - masterkey not supplied. A new key will be generated automatically.",
                "[2016-10-02T09:15:01]  - masterkey not supplied. A new key will be generated automatically",
            ],
            misses: ["VERBOSE: [2018-07-02T09:15:01]  - masterkey '##########'"]),
        Rule(
            "server.master-key.previous", "The master key of the configuration is used", source: "log-grammar 2.1, 2.2",
            anchors: ["- using previously configured masterkey"],
            pattern: #"^- using previously configured masterkey(?: from (.+))?$"#, fact: .masterKey(.previous),
            product: .server,
            matches: [
                #"VERBOSE: [2018-07-02T09:15:01]  - using previously configured masterkey from c:\Octopus\OctopusServer.config"#
            ],
            misses: [
                "VERBOSE: [2018-07-02T09:15:01]  - masterkey supplied, but server has already been configured - ignoring"
            ]),
        Rule(
            "server.master-key.ignored", "The supplied master key is ignored", source: "log-grammar 2.1, 2.2",
            anchors: ["- masterkey supplied, but"],
            pattern: #"^- masterkey supplied, but(?:.* masterkey from (.+?) instead)?"#, fact: .masterKey(.ignored),
            product: .server,
            matches: [
                "[2016-10-02T09:15:01]  - masterkey supplied, but server has already been configured - ignoring",
                #"VERBOSE: [2018-07-02T09:15:01]  - masterkey supplied, but server has already been configured - using previously configured masterkey from c:\Octopus\OctopusServer.config instead"#,
            ],
            misses: ["VERBOSE: [2018-07-02T09:15:01]  - masterkey '##########'"]),
        Rule(
            "server.master-key.exported", "The master key is written to a volume", source: "log-grammar 2.3, 2.4",
            anchors: ["Writing MasterKey to ", "Writing Octopus Deploy Master Key to "],
            pattern: #"^Writing (?:MasterKey|Octopus Deploy Master Key) to (.+)$"#, fact: .masterKey(.exported),
            product: .server, eras: [.s2, .s3],
            matches: [
                #"[2018-10-02T09:15:01] Writing MasterKey to C:\MasterKey\OctopusServer"#,
                #"[2018-10-02T09:15:01] Writing Octopus Deploy Master Key to C:\MasterKey\OctopusServer"#,
            ],
            misses: ["Writing MasterKey to C:\\MasterKey"] + otherPhases),
        heading(
            "server.phase.master-key", "The master key is displayed", .masterKey, source: "log-grammar 2.1, 2.2",
            text: "Display master key", product: .server, eras: [.s0, .s1],
            matches: ["VERBOSE: Display master key ..."], misses: otherPhases),

        // Copied from a page, the lines after the heading may have lost their prefix.
        Rule(
            "server.copied.show-master-key", "The master key's command, without its prefix", source: "log-grammar 2.2",
            writers: .bare, anchors: ["show-master-key"], pattern: #"^Executing command '(.*show-master-key.*[^'])'*$"#,
            fact: .executes, product: .server,
            matches: [
                "Executing command 'C:\\Octopus\\Octopus.Server.exe show-master-key --console --instance OctopusServer'"
            ],
            misses: [
                "VERBOSE: Executing command 'C:\\Octopus\\Octopus.Server.exe show-master-key --console'",
                "Executing command 'C:\\Octopus\\Octopus.Server.exe database --create'",
            ]),
        Rule(
            "server.copied.done", "The end of the master key's command, without its prefix", source: "log-grammar 2.2",
            writers: .bare, anchors: [.onRequest], pattern: #"^done\.$"#, fact: .completes, matches: ["done."],
            misses: ["VERBOSE: [2018-07-02T09:15:05] done.", "done. Not quite"]),

        Rule(
            "server.master-key.shared", "The key was made when the image was, and is common to all its users",
            source: "log-grammar 2.1", writers: .stamped, anchors: ["WARNING: this means OctopusDeploy will use"],
            pattern: #"^WARNING: this means OctopusDeploy will use the masterkey that was generated when"#,
            fact: .warns(.sharedMasterKey, .high), product: .server, eras: .s0,
            matches: [
                "[2016-09-06T09:15:01]    WARNING: this means OctopusDeploy will use the masterkey that was generated when the image was created."
            ], misses: otherPhases),
        Rule(
            "server.master-key.shared.hint", "The rest of that warning", source: "log-grammar 2.1", writers: .stamped,
            anchors: ["This key is common to all users"], pattern: #"^This key is common to all users of this image"#,
            fact: .known, product: .server, eras: .s0,
            matches: [
                "[2016-09-06T09:15:01]             This key is common to all users of this image and therefore provides no security."
            ], misses: otherPhases),

        // The banner
        banner(
            "server.banner.database", "The database", .observes(.database), source: "log-grammar 2",
            label: "using database", value: "Server=db;Initial Catalog=Octopus;password=###########;", product: .server),
        banner(
            "server.banner.admin-user", "The administrator", .observes(.adminUser), source: "log-grammar 2",
            label: "local admin user", value: "admin", product: .server),
        banner(
            "server.banner.admin-password", "The administrator's password, masked", .known, source: "log-grammar 2",
            label: "local admin password", value: "##########", product: .server),

        Rule(
            "server.banner.unstamped", "The first images' banner", source: "log-grammar 2.1", writers: .bare,
            anchors: ["- using database '", "- local admin user '", "- local admin password '"],
            pattern: #"^- (?:using database|local admin user|local admin password) '(.*)(?:'|(?<!'))$"#, fact: .shows,
            matches: [" - using database 'Server=db;Password=x'", " - local admin password '##########'"],
            misses: ["[2016-10-02T09:15:01]  - local admin user 'admin'", " - using databases"]),
        Rule(
            "server.banner.unstamped.heading", "The first images' heading", source: "log-grammar 2.1", writers: .bare,
            anchors: ["Running Octopus Deploy"], pattern: #"^Running Octopus Deploy$"#, fact: .known, product: .server,
            matches: ["Running Octopus Deploy"],
            misses: ["[2018-10-02T09:15:01] Running Octopus Deploy", "Running Octopus Deploy Tentacle"]),

        // Phases
        heading(
            "server.phase.database", "The database is created or found", .database, source: "log-grammar 2",
            text: "Creating Octopus Deploy database", product: .server, misses: otherPhases),
        heading(
            "server.phase.create-instance", "The instance is created", .create, source: "log-grammar 2.3",
            text: "Creating Octopus Deploy instance", product: .server, eras: .s2, misses: otherPhases),
        heading(
            "server.phase.configure", "The instance is configured", .configure, source: "log-grammar 2",
            text: "Configuring Octopus Deploy instance",
            pattern: #"^Configuring Octopus Deploy instance(?: \.\.\.)?$"#, product: .server,
            misses: ["VERBOSE: [2018-07-02T09:15:01] Configuring Octopus Deploy instance to use free license ..."]
                + otherPhases),
        Rule(
            "server.phase.configure.defaults", "The instance is configured with default options",
            source: "log-grammar 2.3, 2.4", anchors: ["Configuring Octopus Deploy instance with"],
            pattern: #"^Configuring Octopus Deploy instance with"#, fact: .enters(.configure), product: .server,
            eras: [.s2, .s3],
            matches: ["[2018-10-02T09:15:01] Configuring Octopus Deploy instance with default options ..."],
            misses: ["[2018-10-02T09:15:01] Configuring Octopus Deploy instance ..."] + otherPhases),
        heading(
            "server.phase.paths", "The paths are set", .paths, source: "log-grammar 2.2, 2.4",
            text: "Configuring Paths",
            product: .server, misses: otherPhases),
        Rule(
            "server.phase.paths.unsupported", "The version can't set paths", source: "log-grammar 2.2",
            anchors: ["does not support modifying paths"],
            pattern: #"^Octopus version \S+ does not support modifying paths"#, fact: .known, product: .server,
            eras: .s1,
            matches: [
                "VERBOSE: [2017-05-02T09:15:01] Octopus version 3.0.20 does not support modifying paths (it was introduced in 3.0.21)"
            ],
            misses: otherPhases),
        heading(
            "server.phase.stop", "The service is stopped", .stop, source: "log-grammar 2.1, 2.2",
            text: "Stopping Octopus Deploy instance", product: .server, eras: [.s0, .s1], misses: otherPhases),
        heading(
            "server.phase.admin", "The administrator is created", .admin, source: "log-grammar 2",
            text: "Creating Admin User for Octopus Deploy instance", product: .server, misses: otherPhases),
        heading(
            "server.phase.authentication", "Authentication by password is switched on", .authentication,
            source: "log-grammar 2.4", text: "Enabling Username and Password Auth", product: .server, eras: .s3,
            misses: otherPhases),
        heading(
            "server.phase.license", "The licence is installed", .license, source: "log-grammar 2",
            text: "Configuring Octopus Deploy instance to use ",
            pattern: #"^Configuring Octopus Deploy instance to use "#, product: .server,
            matches: ["[2018-10-02T09:15:01] Configuring Octopus Deploy instance to use provided license"],
            misses: ["VERBOSE: [2018-07-02T09:15:01] Configuring Octopus Deploy instance ..."] + otherPhases),
        heading(
            "server.phase.metrics", "Metrics are switched on", .metrics, source: "log-grammar 2.4",
            text: "Enabling metrics logging", product: .server, eras: .s3, misses: otherPhases),
        Rule(
            "server.configure.heading", "The instance is about to be configured", source: "log-grammar 2.3, 2.4",
            anchors: ["Configure Octopus Deploy"], pattern: #"^Configure Octopus Deploy$"#, fact: .known,
            product: .server,
            eras: [.s0, .s2, .s3], matches: ["[2018-10-02T09:15:01] Configure Octopus Deploy"],
            misses: ["[2020-10-02T09:15:01] Configure Octopus Deploy Tentacle"] + otherPhases),
        Rule(
            "server.end.installation", "The first images' last word", source: "log-grammar 2.1", writers: .stamped,
            anchors: ["Installation successful."], pattern: #"^Installation successful\.$"#, fact: .known,
            product: .server, eras: .s0, matches: ["[2016-09-02T09:16:01] Installation successful."],
            misses: ["Installation successful."] + otherPhases),
        Rule(
            "server.stop.shutdown", "The script stops the service", source: "log-grammar 2.1", writers: .stamped,
            anchors: ["Shutting down Octopus Deploy"], pattern: #"^Shutting down Octopus Deploy instance"#,
            fact: .isStopped, product: .server, eras: .s0,
            matches: ["[2016-09-02T19:16:01] Shutting down Octopus Deploy instance ..."],
            misses: ["Shutting down Octopus Deploy instance ..."] + otherPhases),
        Rule(
            "server.volume.moved.done", "It is moved", source: "log-grammar 2.4", writers: .stamped,
            anchors: [.onRequest], pattern: #"^moved$"#, fact: .known, product: .server, eras: .s3,
            matches: ["[2018-10-02T09:15:01] moved"], misses: ["moved", "[2018-10-02T09:15:01] moved it"]),
        Rule(
            "server.health", "What the health check says, which only an inspection shows", source: "log-grammar 2.4",
            writers: .bare, anchors: ["Octopus portal responded with"], pattern: #"^Octopus portal responded with a"#,
            fact: .known, matches: ["Octopus portal responded with a 200 OK on http://localhost:81"],
            misses: ["The Octopus portal responded"]),
        Rule(
            "server.express.begin", "SQL Server Express is started in the container", source: "log-grammar 2.5, 8.2",
            writers: .verbose, anchors: ["Starting SQL Server"], pattern: #"^Starting SQL Server$"#,
            fact: .startsExpress, matches: ["VERBOSE: Starting SQL Server"],
            misses: ["Starting SQL Server", "VERBOSE: [2018-10-02T09:15:01] Starting SQL Server"]),
        Rule(
            "server.express.login", "The login of SQL Server Express is set", source: "log-grammar 2.5, 8.2",
            writers: .verbose, anchors: ["Changing SA login credentials", "WARN: Using default SA password"],
            pattern: #"^Changing SA login credentials|^WARN: Using default SA password"#, fact: .known,
            matches: [
                "VERBOSE: Changing SA login credentials",
                "VERBOSE: WARN: Using default SA password, secret file not found at: C:\\x",
            ], misses: ["Changing SA login credentials"]),
        Rule(
            "server.express.ready", "SQL Server Express takes connections", source: "log-grammar 2.5, 8.2",
            writers: .verbose, anchors: ["Started SQL Server."], pattern: #"^Started SQL Server\.$"#,
            fact: .expressReady, matches: ["VERBOSE: Started SQL Server."],
            misses: ["Started SQL Server.", "VERBOSE: Started SQL Server"]),
        Rule(
            "server.event-log", "A row of the Windows event log", source: "log-grammar 2.1, 8.2", writers: .bare,
            anchors: ["TimeGenerated", .onRequest],
            pattern:
                #"^(?:TimeGenerated +EntryType +Message|-{8,} +-{5,} +-{5,}|(?:TimeGenerated|EntryType|Message) +: .*|\d+/\d+/\d{4} \d+:\d\d:\d\d [AP]M +(?:Information|Warning|Error)\b.*)$"#,
            fact: .eventLog,
            matches: ["TimeGenerated          EntryType   Message", "10/2/2018 9:15:01 AM   Information Starting up"],
            misses: ["TimeGenerated", "10/2/2018"]),
        Rule(
            "server.volume.moved", "The configuration is moved back from a volume", source: "log-grammar 2.4",
            writers: .stamped, anchors: ["Moving Octopus configuration back"],
            pattern: #"^Moving Octopus configuration back"#,
            fact: .known, product: .server, eras: .s3,
            matches: ["[2018-10-02T09:15:01] Moving Octopus configuration back from temporary location"],
            misses: otherPhases),

        // The run
        heading(
            "server.phase.run", "The Server is about to run", .run, source: "log-grammar 2",
            text: "Running Octopus Deploy",
            pattern: #"^Running Octopus Deploy(?: \.\.\.)?$"#, product: .server,
            matches: ["VERBOSE: [2018-07-02T09:15:01] Running Octopus Deploy"],
            misses: ["VERBOSE: [2018-07-02T09:15:01] Running Octopus Deploy Tentacle"] + otherPhases),
        heading(
            "server.phase.import", "The Migrator imports a folder", .import, source: "log-grammar 2.2, 2.4",
            text: "Running Migrator import on ", pattern: #"^Running Migrator import on (.{1,512}?) directory"#,
            product: .server,
            matches: ["VERBOSE: [2018-07-02T09:15:01] Running Migrator import on C:\\Import directory ..."],
            misses: otherPhases
        ).matchingOnly(
            "VERBOSE: [2018-07-02T09:15:01] Running Migrator import on C:\\Import directory ...",
            "[2019-12-05T09:15:01] Running Migrator import on C:\\Import directory (OctopusSkipImportVersionCheck: True)..."
        ),
        heading(
            "server.phase.start", "The Server starts", .start, source: "log-grammar 2",
            text: "Start Octopus Deploy instance", product: .server, misses: otherPhases),
        Rule(
            "server.phase.start.batch", "The Server starts", source: "log-grammar 2.4", writers: .bare,
            anchors: ["\"Start Octopus Deploy instance"], pattern: #"^"Start Octopus Deploy instance \.\.\."$"#,
            fact: .enters(.start), product: .server, eras: .s3, matches: ["\"Start Octopus Deploy instance ...\""],
            misses: ["[2018-10-02T09:15:01] Start Octopus Deploy instance ...", "Start Octopus Deploy instance ..."]),
        Rule(
            "server.service.running", "The Windows service runs", source: "log-grammar 2.1", writers: .any,
            anchors: ["OctopusDeploy service is 'Running'"], pattern: #"OctopusDeploy service is 'Running'"#,
            fact: .ready,
            product: .server, matches: ["9:15 AM - OctopusDeploy service is 'Running'."],
            misses: ["9:15 AM - OctopusDeploy service is 'Stopped'."]),
        Rule(
            "server.credentials-change.hint", "How to change the administrator's password", source: "log-grammar 2.4",
            writers: [.bare, .script], anchors: ["/managing-users-and-teams/resetting-passwords"],
            pattern: #"^See https://\S+/managing-users-and-teams/resetting-passwords"#, fact: .known, product: .server,
            matches: ["See https://octopus.com/docs/administration/managing-users-and-teams/resetting-passwords#x"],
            misses: ["See https://octopus.com/docs"] + otherPhases),
        Rule(
            "server.gave-up", "The batch file tells the scripts' exit code", source: "log-grammar 2.4, 9.1",
            writers: .bare,
            anchors: ["Failure Reason Given is "], pattern: #"^"?Failure Reason Given is (-?\d+)"#, fact: .gaveUp,
            product: .server, eras: .s3, matches: ["Failure Reason Given is 2"],
            misses: ["VERBOSE: \t| Failure Reason Given is 2"] + otherPhases),
    ]

    /// The rule with other lines that it matches, where the usual ones are not among them.
    func matchingOnly(_ lines: String...) -> Rule {
        Rule(
            id, title, source: source, writers: writers, anchors: anchors, pattern: pattern, fact: fact,
            product: product,
            eras: eras, matches: lines, misses: misses)
    }
}

extension String {
    /// The text as a pattern that matches it and nothing else.
    var escapedForPattern: String {
        var result = ""
        for character in self {
            if "\\^$.|?*+()[]{}".contains(character) { result += "\\" }
            result.append(character)
        }
        return result
    }
}
