/// One startup of a Tentacle as its image prints it, log-grammar 3 to 6; a test sets what it is about.
struct TentacleStartup {
    /// How the certificate comes about.
    enum Certificate { case made, kept, imported }
    /// Who calls whom.
    enum Mode { case polling, listening }

    var server = "https://octopus.example"
    /// TargetName.
    var name: String?
    var space: String?
    var mode = Mode.listening
    /// Of a worker; a target has environments and roles.
    var workerPools: String?
    var environments = "Dev"
    var roles = "web"
    /// The setting PublicHostNameConfiguration, and the name that comes of it.
    var host = "ComputerName"
    var publicHost = "0632F3AED5EA"
    var certificate = Certificate.made
    var thumbprint = "0123456789ABCDEF0123456789ABCDEF01234567"
    var subscription = "abcdefghij0123456789"
    /// What the server answers instead of registering.
    var failure: String?

    static let separator = String(repeating: "=", count: 47)
    static let program = #"C:\Program Files\Octopus Deploy\Tentacle\Tentacle.exe"#

    private var banner: [String] {
        let kind =
            workerPools.map { [" - worker pool '\($0)'"] } ?? [
                " - environment '\(environments)'", " - role '\(roles)'",
            ]
        let mode =
            switch mode {
            case .polling: [" - communication mode 'Polling' (Active)", " - server port 10943"]
            case .listening: [" - communication mode 'Listening' (Passive)", " - registered port 10933"]
            }
        return [" - server endpoint '\(server)'", " - api key '##########'"] + mode + kind + [" - host '\(host)'"]
            + (name.map { [" - name '\($0)'"] } ?? []) + (space.map { [" - space '\($0)'"] } ?? [])
    }

    private var certificateOutput: [String] {
        switch certificate {
        case .made: ["A new certificate has been generated and installed. Thumbprint:", thumbprint]
        case .kept: ["A certificate already exists, no changes will be applied."]
        case .imported:
            [
                "Importing the certificate via base64...",
                "Certificate with thumbprint \(thumbprint) imported successfully.",
            ]
        }
    }

    private var registrationOutput: [String] {
        let checks = ["Checking connectivity on the server communications port 10943...", "Connected successfully"]
        let calls = ["Registering the tentacle with the server at \(server)/"]
        return (mode == .polling ? checks : []) + calls
            + (failure.map { [$0] } ?? [
                "Machine registered successfully", "These changes require a restart of the Tentacle.",
            ])
    }

    private var agentStart: [String] {
        let server = "Agent will trust Octopus Servers with the thumbprint: \(String(repeating: "F", count: 40))"
        switch mode {
        case .polling:
            return [
                server,
                "Agent will poll Octopus Server at \(self.server):10943/ for subscription poll://\(subscription)/ expecting thumbprint \(String(repeating: "F", count: 40))",
                "Agent will not listen on any TCP ports",
            ]
        case .listening: return [server, "Agent listening on: [::]:10933"]
        }
    }

    // MARK: Windows

    /// The images that put a stamp before each line, T1 to T4.
    enum Windows: CaseIterable { case t1, t2, t3, t4 }

    func windows(_ era: Windows = .t1) -> [String] {
        func stamped(_ text: String, _ second: Int) -> String {
            (era == .t1 ? "VERBOSE: " : "") + "[2018-07-02T09:15:\(second)] \(text)"
        }
        func command(_ arguments: String, _ output: [String], _ second: Int, isDone: Bool = true) -> [String] {
            let lines = (era == .t1 ? output : [output.joined(separator: " ")]).map { "VERBOSE: \t| \($0)" }
            return [stamped("Executing command '\(Self.program) \(arguments)'", second), "VERBOSE: "] + lines
                + ["VERBOSE: "] + (isDone ? [stamped("done.", second + 5)] : [])
        }
        let begin =
            [Self.separator, "Configuring Octopus Deploy Tentacle"] + banner
            + [Self.separator, "Configure Octopus Deploy Tentacle", "Creating certificate ..."]
        let configured =
            begin.map { stamped($0, 10) }
            + command("new-certificate --console --instance Tentacle --if-blank", certificateOutput, 20)
            + [stamped("Registering with server ...", 30), "VERBOSE: Registering Tentacle with API key"]
            + command(register(era), registrationOutput, 30, isDone: failure == nil)
        guard failure == nil else {
            return configured + ["Execute-Command : Command returned exit code 1. Aborting."]
        }
        return configured + [stamped("Configuration successful.", 40)]
            + [Self.separator, "Running Octopus Deploy Tentacle"].map { "VERBOSE: [2018-07-02T09:15:41] \($0)" }
            + agentStart
    }

    private func register(_ era: Windows) -> String {
        let style =
            switch mode {
            case .polling: "--comms-style TentacleActive --server-comms-port 10943"
            case .listening:
                "--comms-style TentaclePassive --publicHostName \(publicHost) --tentacle-comms-port 10933"
            }
        func options(_ name: String, _ values: String) -> String {
            values.split(separator: ",").map { "--\(name) \($0)" }.joined(separator: " ")
        }
        let kind =
            workerPools.map { options("workerpool", $0) }
            ?? "\(options("environment", environments)) \(options("role", roles))"
        return [
            workerPools == nil ? "register-with" : "register-worker", "--console --instance Tentacle",
            "--server \(server) --force \(style) --apiKey *****", name.map { "--name \($0)" },
            space.map { "--space \"\($0)\"" }, kind,
        ].compactMap(\.self).joined(separator: " ")
    }

    // MARK: Linux

    /// The Linux image, which puts nothing before its lines.
    func linux() -> [String] {
        let configured =
            [Self.separator, "Configuring Octopus Deploy Tentacle"] + banner + [
                Self.separator, "Creating certificate ...",
            ]
            + certificateOutput + ["Registering with server ...", "Registering Tentacle with API key"]
            + registrationOutput
        return failure != nil
            ? configured : configured + ["Configuration successful.", "", "Starting Tentacle"] + agentStart
    }

    // MARK: Kubernetes

    /// The Kubernetes agent's pod, which polls.
    func agent() -> [String] {
        func logged(_ lines: [String]) -> [String] { lines.map { "2026-08-12 04:02:21.3400 |  INFO | \($0)" } }
        let kind =
            workerPools.map { [" - worker pools '\($0)'"] } ?? [
                " - environment '\(environments)'", " - role '\(roles)'",
            ]
        let begin =
            [
                "Rehashing SSL/TLS certificates", "Checking registration status...", Self.separator,
                "Configuring Octopus Deploy Kubernetes Tentacle", Self.separator, " - server endpoint '\(server)'",
                " - api key '##########'", " - host ''", " - communication mode 'Kubernetes' (Polling)",
                " - server subscription id 'poll://\(subscription)/'",
            ] + (name.map { [" - name '\($0)'"] } ?? []) + (space.map { [" - space '\($0)'"] } ?? []) + kind
        return begin + [Self.separator, "Creating certificate ..."] + logged(certificateOutput)
            + ["Registering with server ...", "Registering Tentacle with API key"] + logged(registrationOutput)
            + ["Configuration successful", Self.separator, "Starting Octopus Deploy Kubernetes Tentacle"]
            + logged(
                [
                    "Agent will poll Octopus Server at \(server):10943/ for subscription poll://\(subscription)/ expecting thumbprint \(String(repeating: "F", count: 40))",
                    "Agent will not listen on any TCP ports",
                ])
    }
}

extension [String] {
    /// The lines as a log.
    var log: String { map { "\($0)\n" }.joined() }
}
