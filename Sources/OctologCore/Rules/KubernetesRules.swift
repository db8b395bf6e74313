extension Rule {
    /// The Kubernetes agent: its registration job, its pod, and the pods of its scripts, log-grammar 5.
    static let kubernetes: [Rule] = [
        echo(
            "agent.boots", "The agent's container starts", source: "log-grammar 5",
            anchors: ["Rehashing SSL/TLS certificates"], pattern: #"^Rehashing SSL/TLS certificates"#, fact: .boots,
            product: .kubernetesAgent, matches: ["Rehashing SSL/TLS certificates"]),
        echo(
            "agent.rehash.warning", "A harmless warning about the certificates", source: "log-grammar 5",
            anchors: ["rehash: warning: "], pattern: #"^rehash: warning: "#, fact: .known, product: .kubernetesAgent,
            matches: [
                "rehash: warning: skipping ca-certificates.crt,it does not contain exactly one certificate or CRL"
            ]),
        echo(
            "agent.boots.check", "The agent looks whether it is registered", source: "log-grammar 5",
            anchors: ["Checking registration status"], pattern: #"^Checking registration status"#, fact: .boots,
            product: .kubernetesAgent, matches: ["Checking registration status..."]),
        echo(
            "agent.skips-configuration", "The agent is registered already", source: "log-grammar 5",
            anchors: ["Tentacle is already configured and registered"],
            pattern: #"^Tentacle is already configured and registered with server"#, fact: .skipsConfiguration,
            product: .kubernetesAgent, matches: ["Tentacle is already configured and registered with server."]),
        echo(
            "agent.phase.nodes", "The agent is told of the server's other nodes", source: "log-grammar 5",
            anchors: ["Registering additional HA Servers"], pattern: #"^Registering additional HA Servers"#,
            fact: .enters(.nodes), product: .kubernetesAgent, matches: ["Registering additional HA Servers..."]),
        echo(
            "agent.node", "A node of the server", source: "log-grammar 5, 12.2", anchors: ["Registering server '"],
            pattern: #"^Registering server '([^']*)'"#, fact: .known, product: .kubernetesAgent,
            matches: ["Registering server 'https://octopus-2.example:10943/'"],
            misses: ["Registering with server ..."]),
        echo(
            "agent.proxy", "The agent's proxy is set", source: "log-grammar 5",
            anchors: ["Using polling proxy at ", "Disabling polling proxy"],
            pattern: #"^(?:Using polling proxy at |Disabling polling proxy)"#, fact: .known, product: .kubernetesAgent,
            matches: ["Using polling proxy at proxy.example:8080", "Disabling polling proxy"]),
        echo(
            "agent.begin", "The agent's script begins to configure it", source: "log-grammar 5",
            anchors: ["Configuring Octopus Deploy Kubernetes Tentacle"],
            pattern: #"^Configuring Octopus Deploy Kubernetes Tentacle$"#, fact: .begins, product: .kubernetesAgent,
            matches: ["Configuring Octopus Deploy Kubernetes Tentacle"],
            misses: ["Finished Configuring Octopus Deploy Kubernetes Tentacle"]),
        Rule(
            "agent.migrate", "The configuration of an earlier agent is taken over", source: "log-grammar 5",
            writers: .console,
            anchors: ["Migration complete.", "config map or secret not found"],
            pattern: #"^(?:Migration complete\.|(?:Source|destination) config map or secret not found)"#,
            fact: .enters(.migrate), product: .kubernetesAgent,
            matches: [
                "2024-03-01 10:00:01.1234 |  INFO | Migration complete.",
                "2024-03-01 10:00:01.1234 |  INFO | Source config map or secret not found, skipping migration",
            ], misses: ["the config map or secret not found"]),
        echo(
            "agent.certificate.custom", "A certificate is imported", source: "log-grammar 5",
            anchors: ["Importing custom certificate"], pattern: #"^Importing custom certificate"#,
            fact: .enters(.certificate), product: .kubernetesAgent, matches: ["Importing custom certificate ..."]),
        echo(
            "agent.configured", "The agent is configured", source: "log-grammar 5",
            anchors: ["Configuration successful"], pattern: #"^Configuration successful$"#, fact: .configured,
            product: .kubernetesAgent, matches: ["Configuration successful"],
            misses: ["Configuration successful.", "VERBOSE: \t| Configuration successful"]),
        echo(
            "agent.finished", "The registration job has done its work", source: "log-grammar 5",
            anchors: ["Finished Configuring Octopus Deploy"],
            pattern: #"^Finished Configuring Octopus Deploy Kubernetes Tentacle"#, fact: .finishes,
            product: .kubernetesAgent, matches: ["Finished Configuring Octopus Deploy Kubernetes Tentacle"]),
        echo(
            "agent.phase.sanitise", "The agent cleans its environment", source: "log-grammar 5, 13",
            anchors: ["Sanitising Tentacle Environment"], pattern: #"^Sanitising Tentacle Environment$"#,
            fact: .enters(.sanitise), product: .kubernetesAgent, eras: .k3, matches: ["Sanitising Tentacle Environment"]
        ),
        echo(
            "agent.run", "The agent starts", source: "log-grammar 5",
            anchors: ["Starting Octopus Deploy Kubernetes Tentacle"],
            pattern: #"^Starting Octopus Deploy Kubernetes Tentacle$"#, fact: .enters(.run), product: .kubernetesAgent,
            matches: ["Starting Octopus Deploy Kubernetes Tentacle"]),
        echo(
            "agent.script.line", "A line of a script's pod", source: "log-grammar 5",
            anchors: [.onRequest, "|stdout|", "|stderr|", "EOS-075CD4F0-8C76-491D-BA76-0879D35E9CFE"],
            pattern:
                #"^(?:\|e\|)?\d+\|(?:[^|]*\|)?(?:stdout|stderr|debug)\||^EOS-075CD4F0-8C76-491D-BA76-0879D35E9CFE<<>>-?\d+"#,
            fact: .known, product: nil,
            matches: [
                "12|2024-03-01T10:00:01.123456789Z|stdout|Hello", "|e|12|stdout|00ff", "|e|14|debug|00ff",
                "EOS-075CD4F0-8C76-491D-BA76-0879D35E9CFE<<>>0",
            ], misses: ["a|stdout|b"]),
        echo(
            "server.chart", "The chart's wrapper around the Server", source: "log-grammar 5",
            anchors: [
                "Reading connection string from file", "Connection string loaded successfully",
                "Server is not ready, can not disable", "Server cancelling drain mode",
            ],
            pattern: #"""
                ^(?:Reading connection string from file|Connection string loaded successfully|\#
                .{0,64}Server is not ready, can not disable drain mode|.{0,64}Server cancelling drain mode)
                """#,
            fact: .known, product: .server, eras: .sl,
            matches: [
                "Reading connection string from file...", "Connection string loaded successfully",
                "Wed Sep 3 10:00:01 UTC 2025 Server is not ready, can not disable drain mode.",
            ]),
    ]
}
