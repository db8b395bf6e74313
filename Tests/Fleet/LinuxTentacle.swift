/// What a boot of a Linux Tentacle prints, log-grammar 4.
struct LinuxTentacle {
    let container: PlannedContainer
    let boot: Boot
    let isFirst: Bool

    func write(_ scribe: inout Scribe) {
        if boot.kind == .skips {
            scribe.print(
                "Octopus Tentacle is already configured. Skipping reconfiguration.",
                """
                If you want to force reconfiguration, please delete the file /etc/octopus/.configuredSemaphore and \
                re-launch the container.
                """)
        } else {
            scribe.print(Scribe.ruler, "Configuring Octopus Deploy Tentacle")
            scribe.print(banner)
            scribe.print(Scribe.ruler)
            configure(&scribe)
            guard register(&scribe) else { return }
            scribe.print("Configuration successful.", "")
        }
        run(&scribe)
    }

    private var banner: [String] {
        var lines = [" - server endpoint '\(container.server)'", " - api key '##########'"]
        lines +=
            container.isPolling
            ? [" - communication mode 'Polling' (Active)", " - server port 10943"]
            : [" - communication mode 'Listening' (Passive)", " - registered port 10933"]
        lines +=
            container.isWorker
            ? [" - worker pool '\(container.role)'"]
            : [
                " - environment '\(container.environments.joined(separator: ","))'", " - role '\(container.role)'",
            ]
        lines.append(" - host 'ComputerName'")
        if let name = container.name { lines.append(" - name '\(name)'") }
        if container.image.tellsSpace { lines.append(" - space '\(container.space)'") }
        return lines
    }

    private func configure(_ scribe: inout Scribe) {
        let config = "/etc/octopus/Tentacle/tentacle-Tentacle.config"
        scribe.print(
            isFirst
                ? "Creating empty configuration file: \(config)" : "Configuration file at \(config) already exists.",
            "Saving instance: Tentacle", "Setting home directory to: /etc/octopus", "Setting directory paths ...")
        scribe.wait(1)
        scribe.print(
            "Application directory set to: /home/Octopus/Applications", PlannedContainer.restartNeeded,
            "Configuring communication type ...",
            container.isPolling ? "Tentacle will not listen on a port" : "Tentacle will listen on a TCP port",
            PlannedContainer.restartNeeded, "Updating trust ...", "Removing all trusted Octopus Servers...",
            PlannedContainer.restartNeeded, "Creating certificate ...")
        scribe.wait(1)
        scribe.print(
            isFirst
                ? ["A new certificate has been generated and installed. Thumbprint:", container.thumbprint]
                : ["A certificate already exists, no changes will be applied."])
    }

    /// - Returns: whether the script goes on.
    private func register(_ scribe: inout Scribe) -> Bool {
        scribe.print("Registering with server ...", "Registering Tentacle with API key")
        scribe.wait(1)
        if container.isPolling {
            scribe.print(
                "Checking connectivity on the server communications port 10943...", "Connected successfully")
        }
        scribe.print("Registering the tentacle with the server at \(container.serverURI)")
        scribe.wait(1)
        guard boot.kind != .isRefused else {
            scribe.print(
                """
                Could not find the environment with name, slug or Id Produktion on the Octopus Server. Ensure the \
                environment exists and you have permission to access it.
                """, isError: true)
            return false
        }
        scribe.print("Machine registered successfully", PlannedContainer.restartNeeded)
        return boot.kind != .isKilled
    }

    private func run(_ scribe: inout Scribe) {
        // Only the script that starts Docker in the container lives on to tell of the end.
        if boot.stops {
            scribe.print(#"+ [[ N == \Y ]]"#, isError: true)
            scribe.print(
                "Starting Docker-in-Docker daemon. This requires that this container be run in privileged mode.")
        } else {
            scribe.print(#"+ [[ Y == \Y ]]"#, "+ echo Docker-in-Docker is disabled.", isError: true)
            scribe.print("Docker-in-Docker is disabled.")
        }
        scribe.print("+ echo 'Starting Tentacle'", isError: true)
        scribe.print("Starting Tentacle")
        scribe.wait(2)
        scribe.print(container.agentLines)
        guard boot.stops else { return }
        scribe.wait(60)
        scribe.print("Received SIGTERM. Forwarding...")
    }
}

/// What a boot of a Kubernetes agent prints, log-grammar 5.
struct KubernetesAgent {
    let container: PlannedContainer
    let boot: Boot

    private static let nodes = [
        "https://octopus-node-1.corp.example:10943/", "https://octopus-node-2.corp.example:10943/",
    ]

    func write(_ scribe: inout Scribe) {
        scribe.print("Rehashing SSL/TLS certificates", "Checking registration status...")
        if boot.kind == .skips {
            scribe.print("Tentacle is already configured and registered with server.")
        } else {
            scribe.print(Scribe.ruler, "Configuring Octopus Deploy Kubernetes Tentacle", Scribe.ruler)
            scribe.print(banner)
            scribe.print(Scribe.ruler)
            configure(&scribe)
            register(&scribe)
        }
        addServers(&scribe)
        scribe.print(Scribe.ruler, "Starting Octopus Deploy Kubernetes Tentacle", Scribe.ruler)
        scribe.wait(2)
        for line in container.agentLines { scribe.log(line) }
    }

    private var banner: [String] {
        let names = container.environments.joined(separator: ",")
        return [
            " - server endpoint '\(container.server)'", " - api key '##########'", " - host ''",
            " - communication mode 'Kubernetes' (Polling)", " - server comms address \(container.pollAddress)",
            " - HA server comms addresses \(Self.nodes.joined(separator: ","))",
            " - server subscription id '\(container.subscription)'", " - name '\(container.name ?? "agent")'",
            " - space '\(container.space)'",
        ]
            + (container.isWorker
                ? [" - worker pools '\(container.role)'"]
                : [" - environment '\(names)'", " - role '\(container.role)'", " - default namespace 'shop'"])
    }

    private func configure(_ scribe: inout Scribe) {
        scribe.print("Setting directory paths ...")
        scribe.log("Saving instance: Tentacle")
        scribe.log("Setting home directory to: /etc/octopus")
        scribe.print("Configuring communication type ...")
        scribe.log("Tentacle will not listen on a port")
        scribe.log(PlannedContainer.restartNeeded, level: " WARN")
        scribe.print(container.importsCertificate ? "Importing custom certificate ..." : "Creating certificate ...")
        scribe.wait(1)
        if container.importsCertificate {
            scribe.log("Importing the certificate via base64...")
            scribe.log("Certificate with thumbprint \(container.thumbprint) imported successfully.")
        } else {
            scribe.log("A new certificate has been generated and installed. Thumbprint:")
            scribe.log(container.thumbprint)
        }
    }

    private func register(_ scribe: inout Scribe) {
        scribe.print("Registering with server ...", "Registering Tentacle with API key")
        scribe.wait(1)
        scribe.log("Checking connectivity on the server communications port 10943...")
        scribe.log("Connected successfully")
        scribe.log("Registering the tentacle with the server at \(container.serverURI)")
        scribe.wait(1)
        scribe.log("Machine registered successfully")
        scribe.log(PlannedContainer.restartNeeded, level: " WARN")
        scribe.log("Tentacle has been registered successfully.")
        scribe.print("Configuration successful")
    }

    /// At each start, whether it is registered already or not.
    private func addServers(_ scribe: inout Scribe) {
        scribe.print("Registering additional HA Servers...")
        for node in Self.nodes {
            scribe.print("Registering server '\(node)'", "Registering Tentacle with API key")
            scribe.wait(1)
            scribe.log("Configuring Tentacle to poll the server at \(node)")
            scribe.log("Polling endpoint configured")
        }
    }
}
