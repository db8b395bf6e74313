private let otherLines = [
    "VERBOSE: [2018-07-02T09:15:01] Configuring Octopus Deploy", "VERBOSE: [2018-07-02T09:15:02] Something else ...",
]

extension Rule {
    /// The Windows Tentacle image, log-grammar 3.
    static let tentacle: [Rule] = [
        Rule(
            "tentacle.begin.verbose", "The Tentacle's script begins", source: "log-grammar 3",
            writers: .verboseStamped, anchors: ["Configuring Octopus Deploy Tentacle"],
            pattern: #"^Configuring Octopus Deploy Tentacle$"#, fact: .begins, product: .tentacle, eras: .t1,
            matches: ["VERBOSE: [2018-07-02T09:15:01] Configuring Octopus Deploy Tentacle"],
            misses: [
                "[2019-07-02T09:15:01] Configuring Octopus Deploy Tentacle", "Configuring Octopus Deploy Tentacle",
            ]
                + otherLines),
        Rule(
            "tentacle.begin.unstamped", "The Tentacle's script begins", source: "log-grammar 3", writers: .verbose,
            anchors: ["Configuring Octopus Deploy Tentacle"], pattern: #"^Configuring Octopus Deploy Tentacle$"#,
            fact: .begins, product: .tentacle, eras: [.t0, .t1],
            matches: ["VERBOSE: Configuring Octopus Deploy Tentacle"],
            misses: ["[2019-07-02T09:15:01] Configuring Octopus Deploy Tentacle"] + otherLines),
        Rule(
            "tentacle.begin.stamped", "The Tentacle's script begins", source: "log-grammar 3", writers: .stamped,
            anchors: ["Configuring Octopus Deploy Tentacle"], pattern: #"^Configuring Octopus Deploy Tentacle$"#,
            fact: .begins, product: .tentacle, eras: [.t2, .t3, .t4],
            matches: ["[2019-07-02T09:15:01] Configuring Octopus Deploy Tentacle"],
            misses: [
                "VERBOSE: [2018-07-02T09:15:01] Configuring Octopus Deploy Tentacle",
                "Configuring Octopus Deploy Tentacle",
            ]
                + otherLines),
        Rule(
            "tentacle.skips-configuration", "The Tentacle is configured already", source: "log-grammar 3",
            writers: [.verbose, .verboseStamped], anchors: ["This Tentacle has already been"],
            pattern: #"^This Tentacle has already been"#, fact: .skipsConfiguration, product: .tentacle,
            matches: [
                "VERBOSE: This Tentacle has already been initialized and registered so reconfiguration will be skipped"
            ],
            misses: [
                "VERBOSE: This Server has already been initialized and registered", "This Tentacle has already been",
            ]),

        Rule(
            "tentacle.command.clear", "The image does not mask its commands", source: "log-grammar 10.2",
            anchors: ["Executing command '"], pattern: #"^Executing command '.* --(?:apiKey|bearerToken) [^*\s]"#,
            fact: .known,
            product: .tentacle, eras: [.t0, .t1, .t2, .t3],
            matches: [
                "[2021-07-02T09:15:01] Executing command 'C:\\Tentacle.exe register-with --apiKey API-X --name x'"
            ],
            misses: ["[2022-07-02T09:15:01] Executing command 'C:\\Tentacle.exe register-with --apiKey ***** --name x'"]
                + otherLines),

        Rule(
            "tentacle.dump", "The first images print all that they are given", source: "log-grammar 3, 10.2",
            writers: .any, anchors: [.onRequest],
            pattern: #"^(?:Env:|ArgsL\b)"#, fact: .shows, product: .tentacle, eras: .t0,
            matches: ["Env: ServerApiKey=API-X", "ArgsL register-with --console"],
            misses: ["The Env: is long"] + otherLines),

        // The banner
        banner(
            "tentacle.banner.server", "The server's address", .observes(.serverURL), source: "log-grammar 3",
            label: "server endpoint", value: "https://octopus.example", product: .tentacle, writers: .anyScript),
        banner(
            "tentacle.banner.api-key", "The API key, masked", .known, source: "log-grammar 3", label: "api key",
            value: "##########", product: .tentacle, writers: .anyScript),
        Rule(
            "tentacle.banner.mode", "Who calls whom", source: "log-grammar 3", writers: .anyScript,
            anchors: ["- communication mode '"],
            pattern: #"^- communication mode '(?:Kubernetes' \()?(Polling|Listening)"#, fact: .observes(.mode),
            product: .tentacle,
            matches: [
                "VERBOSE: [2018-07-02T09:15:01]  - communication mode 'Polling' (Active)",
                "[2019-07-02T09:15:01]  - communication mode 'Listening' (Passive)",
                "[2024-07-02T09:15:01]  - communication mode 'Kubernetes' (Polling)",
            ],
            misses: ["[2024-07-02T09:15:01]  - communication mode 'Unknown'"] + otherLines),
        Rule(
            "tentacle.banner.server-port", "The server's port for polling", source: "log-grammar 3",
            writers: .anyScript,
            anchors: ["- server port "], pattern: #"^- server port (\d+)"#, fact: .observes(.serverPort),
            product: .tentacle, matches: ["VERBOSE: [2018-07-02T09:15:01]  - server port 10943"],
            misses: ["VERBOSE: [2018-07-02T09:15:01]  - registered port 10933"] + otherLines),
        Rule(
            "tentacle.banner.registered-port", "The port that the server is to call", source: "log-grammar 3",
            writers: .anyScript,
            anchors: ["- registered port "], pattern: #"^- registered port (\d+)"#, fact: .observes(.listeningPort),
            product: .tentacle, matches: ["VERBOSE: [2018-07-02T09:15:01]  - registered port 10933"],
            misses: ["VERBOSE: [2018-07-02T09:15:01]  - server port 10943"] + otherLines),
        Rule(
            "tentacle.banner.server-address", "The address that is polled", source: "log-grammar 3",
            writers: .anyScript,
            anchors: ["- server comms address "], pattern: #"^- server comms address '?([^\s']+)"#,
            fact: .observes(.serverAddress), product: .tentacle, eras: [.t4, .l1, .l2],
            matches: ["[2023-07-02T09:15:01]  - server comms address https://polling.octopus.example"],
            misses: ["[2023-07-02T09:15:01]  - server endpoint 'https://octopus.example'"] + otherLines),
        Rule(
            "tentacle.banner.node-addresses", "The addresses of the server's nodes", source: "log-grammar 5",
            writers: .bare, anchors: ["- HA server comms addresses "], pattern: #"^- HA server comms addresses (.+)$"#,
            fact: .known, product: .kubernetesAgent,
            matches: [" - HA server comms addresses https://a.example:10943/,https://b.example:10943/"],
            misses: [" - HA server comms"] + otherLines),
        Rule(
            "tentacle.banner.subscription", "The subscription under which it polls", source: "log-grammar 5",
            writers: .bare, anchors: ["- server subscription id '"],
            pattern: #"^- server subscription id '(poll://[^']+)'"#, fact: .observes(.subscription),
            product: .kubernetesAgent,
            matches: [" - server subscription id 'poll://abcdefghij0123456789/'"],
            misses: [" - server subscription id ''"] + otherLines),
        Rule(
            "tentacle.banner.agent", "More of the Kubernetes agent's banner", source: "log-grammar 5",
            writers: .bare, anchors: ["- tentacle certificate '", "- default namespace"],
            pattern: #"^- (?:tentacle certificate '|default namespace)"#, fact: .known, product: .kubernetesAgent,
            matches: [" - tentacle certificate 'MII...AAA'", " - default namespace 'octopus'"],
            misses: [" - namespace 'x'"] + otherLines),
        banner(
            "tentacle.banner.environment", "Its environments", .observes(.environments), source: "log-grammar 3",
            label: "environment", value: "Dev,Test", product: .tentacle, writers: .anyScript),
        banner(
            "tentacle.banner.role", "Its roles", .observes(.roles), source: "log-grammar 3", label: "role",
            value: "web-server", product: .tentacle, writers: .anyScript),
        banner(
            "tentacle.banner.worker-pool", "Its worker pools", .observes(.workerPools), source: "log-grammar 3",
            label: "worker pool", value: "Default Worker Pool", product: .tentacle, eras: [.t2, .t3, .t4, .l1, .l2],
            writers: .anyScript),
        banner(
            "tentacle.banner.worker-pools", "Its worker pools", .observes(.workerPools), source: "log-grammar 5",
            label: "worker pools", value: "Default Worker Pool", product: .tentacle, eras: [.t2, .t3, .t4, .l1, .l2],
            writers: .anyScript),
        banner(
            "tentacle.banner.host", "How its host name is chosen", .observes(.host), source: "log-grammar 3",
            label: "host", value: "ComputerName", product: .tentacle, writers: .anyScript),
        banner(
            "tentacle.banner.name", "Its name", .observes(.name), source: "log-grammar 3", label: "name",
            value: "web-1",
            product: .tentacle, writers: .anyScript),
        banner(
            "tentacle.banner.space", "Its space", .observes(.space), source: "log-grammar 3, 13", label: "space",
            value: "Default", product: .tentacle, eras: [.t3, .t4, .l2], writers: .anyScript),
        banner(
            "tentacle.banner.tenant", "Its tenants", .observes(.tenants), source: "log-grammar 3", label: "tenant",
            value: "Acme", product: .tentacle, eras: [.t4, .l2], writers: .anyScript),
        banner(
            "tentacle.banner.tenant-tag", "Its tenant tags", .observes(.tenantTags), source: "log-grammar 3",
            label: "tenant tag", value: "Region/North", product: .tentacle, eras: [.t4, .l2], writers: .anyScript),
        banner(
            "tentacle.banner.participation", "Its part in tenanted deployments", .observes(.participation),
            source: "log-grammar 3", label: "tenanted deployment participation", value: "Untenanted",
            product: .tentacle, eras: .t4, writers: .anyScript),
        banner(
            "tentacle.banner.proxy", "Its proxy", .observes(.proxy), source: "log-grammar 3", label: "proxy",
            value: "corp", product: .tentacle, eras: [.t4, .l1, .l2], writers: .anyScript),

        // Phases
        heading(
            "tentacle.phase.configure", "The Tentacle is configured", .configure, source: "log-grammar 3",
            text: "Configure Octopus Deploy Tentacle", product: .tentacle, misses: otherLines),
        heading(
            "tentacle.phase.directories", "Its folders are set", .directories, source: "log-grammar 3",
            text: "Setting directory paths", product: .tentacle, writers: .anyScript, misses: otherLines),
        heading(
            "tentacle.phase.communication", "How it talks is set", .communication, source: "log-grammar 3",
            text: "Configuring communication type", product: .tentacle, writers: .anyScript, misses: otherLines),
        heading(
            "tentacle.phase.trust", "Its trust is reset", .trust, source: "log-grammar 3", text: "Updating trust",
            product: .tentacle, writers: .anyScript, misses: otherLines),
        heading(
            "tentacle.phase.certificate", "Its certificate is made", .certificate, source: "log-grammar 3",
            text: "Creating certificate", product: .tentacle, writers: .anyScript, misses: otherLines),
        heading(
            "tentacle.phase.start-service", "The Tentacle's process starts", .startService, source: "log-grammar 3",
            text: "Starting Octopus Deploy Tentacle Process", product: .tentacle, eras: [.t0, .t1], misses: otherLines),
        heading(
            "tentacle.phase.register", "It registers with the server", .register, source: "log-grammar 3",
            text: "Registering with server", product: .tentacle, writers: .anyScript, misses: otherLines),
        Rule(
            "tentacle.register.public-ip", "It asks for its public address", source: "log-grammar 3",
            anchors: ["Getting public IP address"], pattern: #"^Getting public IP address"#, fact: .known,
            product: .tentacle, matches: ["VERBOSE: Getting public IP address"], misses: otherLines),
        Rule(
            "tentacle.register.auth.old", "How it authenticates, in the first images' words",
            source: "log-grammar 3, 13", writers: .anyScript, anchors: ["Registering Tentacle with api key"],
            pattern: #"^Registering Tentacle with (api key)"#, fact: .authenticates, product: .tentacle,
            eras: [.t0, .t1, .t2, .l1], matches: ["VERBOSE: Registering Tentacle with api key"],
            misses: ["VERBOSE: Registering Tentacle with API key"] + otherLines),
        Rule(
            "tentacle.register.auth", "How it authenticates", source: "log-grammar 3, 13", writers: .anyScript,
            anchors: ["Registering Tentacle with API key", "Registering Tentacle with Bearer Token"],
            pattern: #"^Registering Tentacle with (API key|Bearer Token)"#, fact: .authenticates, product: .tentacle,
            eras: [.t3, .t4, .l1, .l2],
            matches: ["VERBOSE: Registering Tentacle with API key", "VERBOSE: Registering Tentacle with Bearer Token"],
            misses: ["VERBOSE: Registering Tentacle with api key"] + otherLines),
        Rule(
            "tentacle.register.auth.password", "It authenticates by password", source: "log-grammar 3",
            writers: .anyScript,
            anchors: ["Registering Tentacle with username/password"],
            pattern: #"^Registering Tentacle with (username/password)"#, fact: .authenticates, product: .tentacle,
            matches: ["VERBOSE: Registering Tentacle with username/password"], misses: otherLines),
        heading(
            "tentacle.phase.run", "The Tentacle runs", .run, source: "log-grammar 3",
            text: "Running Octopus Deploy Tentacle",
            product: .tentacle, matches: ["VERBOSE: [2018-07-02T09:15:01] Running Octopus Deploy Tentacle"],
            misses: otherLines),
    ]
}
