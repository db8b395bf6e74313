private let otherLines = [
    "VERBOSE: [2018-07-02T09:15:01] Configuring Octopus Deploy Tentacle", "Something else happened", "+ echo x",
]

extension Rule {
    /// A line that a bash script of the Linux images prints.
    static func echo(
        _ id: String, _ title: String, source: String, anchors: [Anchor], pattern: String, fact: Fact,
        product: Product?, eras: Eras? = nil, matches: [String], misses: [String] = []
    ) -> Rule {
        Rule(
            id, title, source: source, writers: .bare, anchors: anchors, pattern: pattern, fact: fact,
            product: product, eras: eras, matches: matches, misses: otherLines + misses)
    }

    /// The Linux Tentacle image, log-grammar 4; what it has in common with the Windows image stands there.
    static let linuxTentacle: [Rule] = [
        echo(
            "linux.begin", "The Tentacle's script begins", source: "log-grammar 4",
            anchors: ["Configuring Octopus Deploy Tentacle"], pattern: #"^Configuring Octopus Deploy Tentacle$"#,
            fact: .begins, product: .tentacle, eras: .linuxTentacle, matches: ["Configuring Octopus Deploy Tentacle"],
            misses: ["Configuring Octopus Deploy Kubernetes Tentacle", "+ echo 'Configuring Octopus Deploy Tentacle'"]),
        echo(
            "linux.refuses-restart", "The Tentacle is configured, and its image can't restart", source: "log-grammar 4",
            anchors: ["Octopus Tentacle is already configured."],
            pattern: #"^Octopus Tentacle is already configured\.$"#,
            fact: .refusesRestart, product: .tentacle, eras: .l1, matches: ["Octopus Tentacle is already configured."],
            misses: ["Octopus Tentacle is already configured. Skipping reconfiguration."]),
        echo(
            "linux.skips-configuration", "The Tentacle is configured already", source: "log-grammar 4",
            anchors: ["Octopus Tentacle is already configured. Skipping"],
            pattern: #"^Octopus Tentacle is already configured\. Skipping reconfiguration"#, fact: .skipsConfiguration,
            product: .tentacle, eras: .l2,
            matches: ["Octopus Tentacle is already configured. Skipping reconfiguration."],
            misses: ["Octopus Tentacle is already configured."]),
        echo(
            "linux.skips-configuration.hint", "How to configure anew", source: "log-grammar 4",
            anchors: ["If you want to force reconfiguration"], pattern: #"^If you want to force reconfiguration"#,
            fact: .known, product: .tentacle, eras: .l2,
            matches: [
                "If you want to force reconfiguration, please delete the file /etc/octopus/.configuredSemaphore and re-launch the container."
            ]),
        echo(
            "linux.validation", "The script misses a variable, in its later words", source: "log-grammar 3, 4",
            anchors: ["Please specify "], pattern: #"^Please specify .* environment variable"#, fact: .known,
            product: nil, eras: .l2,
            matches: ["Please specify an Octopus Server with the 'ServerUrl' environment variable"],
            misses: ["Please specify a name"]),
        echo(
            "linux.separator", "A line between phases", source: "log-grammar 1.1", anchors: [.onRequest],
            pattern: #"^={47}$"#, fact: .known, product: nil, matches: [String(repeating: "=", count: 47)],
            misses: [String(repeating: "=", count: 79), String(repeating: "=", count: 46)]),
        echo(
            "linux.phase.connections", "How many connections poll is set", source: "log-grammar 4",
            anchors: ["Setting polling connection count"], pattern: #"^Setting polling connection count"#, fact: .known,
            product: .tentacle, matches: ["Setting polling connection count ..."]),
        echo(
            "linux.register.meter", "The progress of asking for the public address", source: "log-grammar 4",
            anchors: [.onRequest],
            pattern: #"^(?:% Total +% Received|Dload +Upload|\d+ +\d+ +\d+ +\d+ +\d+ +\d+ +\d+ +\d+ +[\d:-]+)"#,
            fact: .known, product: nil,
            matches: [
                "  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current",
                "                                 Dload  Upload   Total   Spent    Left  Speed",
                "100    12  100    12    0     0     60      0 --:--:-- --:--:-- --:--:--    60",
            ], misses: ["100 12"]),
        echo(
            "linux.configured", "The container is configured", source: "log-grammar 4",
            anchors: ["Configuration successful."], pattern: #"^Configuration successful\.$"#, fact: .configured,
            product: .tentacle, eras: .linuxTentacle, matches: ["Configuration successful."],
            misses: ["Configuration successful", "VERBOSE: \t| Configuration successful."]),
        echo(
            "linux.docker.disabled", "No Docker runs in the container", source: "log-grammar 4",
            anchors: ["Docker-in-Docker is disabled."], pattern: #"^Docker-in-Docker is disabled\."#, fact: .known,
            product: nil, matches: ["Docker-in-Docker is disabled."], misses: ["+ echo Docker-in-Docker is disabled."]),
        echo(
            "linux.docker.starts", "Docker is started in the container", source: "log-grammar 4",
            anchors: ["Starting Docker-in-Docker daemon"], pattern: #"^Starting Docker-in-Docker daemon"#, fact: .known,
            product: nil,
            matches: [
                "Starting Docker-in-Docker daemon. This requires that this container be run in privileged mode."
            ], misses: ["+ echo 'Starting Docker-in-Docker daemon. This requires'"]),
        echo(
            "linux.docker.line", "A line of the container's Docker", source: "log-grammar 1.1, 4",
            anchors: [.onRequest], pattern: #"^(?:time="[^"]+" level=\w+ |nohup: )"#, fact: .known, product: nil,
            matches: [
                "time=\"2023-03-01T10:00:01.123456789Z\" level=info msg=\"Starting up\"", "nohup: ignoring input",
            ]),
        echo(
            "linux.run", "The Tentacle starts", source: "log-grammar 4", anchors: ["Starting Tentacle"],
            pattern: #"^Starting Tentacle$"#, fact: .enters(.run), product: .tentacle, eras: .linuxTentacle,
            matches: ["Starting Tentacle"], misses: ["+ echo 'Starting Tentacle'", "Starting Tentacles"]),
        echo(
            "linux.trace", "A command that the script runs, as bash traces it", source: "log-grammar 1.1, 4",
            anchors: [.onRequest], pattern: #"^\+ \S"#, fact: .known, product: nil,
            matches: [
                #"+ [[ N == \Y ]]"#, "+ echo Docker-in-Docker is disabled.", "+ DIND_PID=41",
                "+ exec tentacle agent --instance Tentacle --noninteractive",
            ]
        ).missingOnly("VERBOSE: + echo x", "+", "a + b"),
        echo(
            "linux.stopped", "The container is told to stop", source: "log-grammar 4",
            anchors: ["Received SIGTERM. Forwarding", "Exiting due to external signal"],
            pattern: #"^(?:Received SIG|Exiting due to external signal: )([A-Z]+)"#, fact: .isStopped,
            product: .tentacle, matches: ["Received SIGTERM. Forwarding...", "Exiting due to external signal: TERM"],
            misses: ["+ echo 'Received SIGTERM. Forwarding...'"]),
        echo(
            "linux.exited", "The Tentacle or its Docker ended", source: "log-grammar 4",
            anchors: ["Tentacle exited with code ", "Docker-in-Docker Daemon exited with"],
            pattern: #"^(?:Tentacle|Docker-in-Docker Daemon) exited with code (-?\d+)"#, fact: .exits,
            product: .tentacle,
            matches: ["Tentacle exited with code 100", "Docker-in-Docker Daemon exited with code 1"],
            misses: ["+ echo 'Tentacle exited with code 1'", "tentacle-1 exited with code 1"]),
        echo(
            "linux.terminates", "The script ends the other program", source: "log-grammar 4",
            anchors: ["Terminating Tentacle", "Terminating Docker-in-Docker"],
            pattern: #"^Terminating (?:Tentacle|Docker-in-Docker)"#, fact: .known, product: .tentacle,
            matches: ["Terminating Tentacle...", "Terminating Docker-in-Docker..."],
            misses: ["Terminating process with exit code 100"]),
        echo(
            "tentacle.health", "What the health check says, which only an inspection shows", source: "log-grammar 3",
            anchors: [
                "Octopus run initialisation file (", "Octopus Tentacle is not responding", "Octopus Tentacle responded",
            ],
            pattern: #"^Octopus (?:run initialisation file|Tentacle is not responding|Tentacle responded)"#,
            fact: .known, product: nil,
            matches: ["Octopus Tentacle responded with a 200 OK on http://localhost:10933"]),
    ]
}
