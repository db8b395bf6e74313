/// How a Tentacle's startup goes.
enum TentacleScenario {
    case listening
    case polling
    case worker
    case restart
    case variableMissing
    case portUnreachable
    case environmentUnknown

    /// As often as in the corpus.
    static let mix: [TentacleScenario] =
        Array(repeating: .listening, count: 14) + Array(repeating: .polling, count: 8)
        + Array(repeating: .worker, count: 5) + Array(repeating: .restart, count: 4)
        + [.variableMissing, .portUnreachable, .environmentUnknown]

    var isPolling: Bool {
        switch self {
        case .polling, .portUnreachable: true
        case .listening, .worker, .restart, .variableMissing, .environmentUnknown: false
        }
    }

    var isWorker: Bool {
        switch self {
        case .worker: true
        case .listening, .polling, .restart, .variableMissing, .portUnreachable, .environmentUnknown: false
        }
    }
}

/// What is a Tentacle's own.
private struct Machine {
    var server: String
    var name: String
    var host: String
    var hostSetting: String
    var environment: String
    var role: String
    var space: String
    var serverThumbprint: String
}

extension StartupCorpus {
    private static let exe = #"C:\Program Files\Octopus Deploy\Tentacle\Tentacle.exe"#
    private static let restartNeeded = "These changes require a restart of the Tentacle."

    /// A Tentacle of OctopusDeploy/Octopus-Docker (T1) or of OctopusTentacle (T3), log-grammar 3 and 6.
    mutating func startTentacle(_ scenario: TentacleScenario, linesAfterwards: Int) {
        let isOld = random.once(in: 2)
        let style: ScriptStyle = isOld ? .verbose : .host
        say(Self.separator, style)
        say("Configuring Octopus Deploy Tentacle", style)
        let machine = newMachine()
        switch scenario {
        case .restart:
            let fact = "This Tentacle has already been initialized and registered"
            print("VERBOSE: \(fact) so reconfiguration will be skipped")
        case .variableMissing:
            writeErrorRecord(
                #"C:\Tentacle\configure-tentacle.ps1 : Missing 'ServerUrl' environment variable"#,
                at: #"C:\Tentacle\configure-tentacle.ps1:47"#,
                source: #"    Write-Error "Missing 'ServerUrl' environment variable""#, id: "configure-tentacle.ps1")
            return
        case .listening, .polling, .worker, .portUnreachable, .environmentUnknown:
            writeBanner(scenario, machine, isOld: isOld, style)
            configureTentacle(scenario, style)
            guard register(scenario, machine, isOld: isOld, style) else { return }
        }
        clock.advance(by: 2)
        runTentacle(scenario, machine, isOld: isOld, lines: linesAfterwards)
    }

    private mutating func newMachine() -> Machine {
        let server = random.below(6)
        let byAddress = random.once(in: 3)
        return Machine(
            server: "https://octopus-\(server).corp.example",
            name: "\(random.pick(["web-frontend", "api", "queue", "batch", "edge"]))-\(number)",
            host: byAddress ? address() : hexadecimal(12, uppercase: true),
            hostSetting: byAddress ? "PublicIp" : "ComputerName",
            environment: random.pick(["Production", "Staging", "Test"]),
            role: random.pick(["web-server", "api", "queue"]),
            space: random.pick(["Default", "Payments", "Platform"]),
            serverThumbprint: "03DE61D56CB966FBE60366A5FDC6C2AD40575E9\(server)")
    }

    /// An address of 198.18.0.0/15, which is for benchmarks, RFC 2544.
    private func address() -> String { "198.\(18 + number >> 16 & 1).\(number >> 8 & 255).\(number & 255)" }

    private mutating func writeBanner(
        _ scenario: TentacleScenario, _ machine: Machine, isOld: Bool, _ style: ScriptStyle
    ) {
        say(" - server endpoint '\(machine.server)'", style)
        say(" - api key '##########'", style)
        say(" - communication mode \(scenario.isPolling ? "'Polling' (Active)" : "'Listening' (Passive)")", style)
        say(scenario.isPolling ? " - server port 10943" : " - registered port 10933", style)
        if scenario.isWorker {
            say(" - worker pool 'Default Worker Pool'", style)
        } else {
            say(" - environment '\(machine.environment)'", style)
            say(" - role '\(machine.role)'", style)
        }
        say(" - host '\(machine.hostSetting)'", style)
        say(" - name '\(machine.name)'", style)
        if !isOld { say(" - space '\(machine.space)'", style) }
        say(Self.separator, style)
    }

    private mutating func configureTentacle(_ scenario: TentacleScenario, _ style: ScriptStyle) {
        let program = "\(Self.exe) configure --console --instance Tentacle"
        say("Configure Octopus Deploy Tentacle", style)
        say("Setting directory paths ...", style)
        execute(
            #"\#(program) --home C:\TentacleHome --app C:\Applications"#,
            [
                #"Home directory set to: C:\TentacleHome"#, #"Application directory set to: C:\Applications"#,
                Self.restartNeeded,
            ], seconds: 4, style)
        say("Configuring communication type ...", style)
        execute(
            program + (scenario.isPolling ? #" --noListen "True""# : #" --port 10933 --noListen "False""#),
            (scenario.isPolling
                ? ["Tentacle will not listen on a port"]
                : ["Services listen port: 10933", "Tentacle will listen on a TCP port"]) + [Self.restartNeeded],
            seconds: 4, style)
        say("Updating trust ...", style)
        execute(
            "\(program) --reset-trust", ["Removing all trusted Octopus Servers...", Self.restartNeeded],
            seconds: 4, style)
        say("Creating certificate ...", style)
        execute(
            "\(Self.exe) new-certificate --console --instance Tentacle --if-blank",
            [
                "A new certificate has been generated and installed. Thumbprint:", hexadecimal(40, uppercase: true),
            ], seconds: 6, style)
    }

    /// - Returns: whether the registration succeeded.
    private mutating func register(
        _ scenario: TentacleScenario, _ machine: Machine, isOld: Bool, _ style: ScriptStyle
    ) -> Bool {
        say("Registering with server ...", style)
        if machine.hostSetting == "PublicIp" { print("VERBOSE: Getting public IP address") }
        print("VERBOSE: Registering Tentacle with \(isOld ? "api key" : "API key")")
        let command = registration(scenario, machine, isOld: isOld)
        let check = "Checking connectivity on the server communications port 10943..."
        let calls = "Registering the tentacle with the server at \(machine.server)/"
        let place = #"C:\Tentacle\configure-tentacle.ps1:214"#
        switch scenario {
        case .portUnreachable:
            let reason = "Unable to connect to the remote server"
            let message = "Checking that server communications are open failed with message \(reason)"
            let retries = (1...5).map { "\(message). Retrying (\($0)/5) in 00:00:0\($0)." }
            executeFailing(
                command, errors: ["\(message) after 5 retries."], [check] + retries, exitCode: 1, at: place, style)
            return false
        case .environmentUnknown:
            let message = """
                Could not find the environment with name, slug or Id \(machine.environment) on the Octopus Server. \
                Ensure the environment exists and you have permission to access it.
                """
            executeFailing(command, errors: [message], [calls], exitCode: 1, at: place, style)
            return false
        case .listening, .polling, .worker, .restart, .variableMissing:
            let connected = isOld ? "Connected sucessfully" : "Connected successfully"
            let connects = scenario.isPolling ? [check, connected] : []
            let automation = isOld ? [] : ["Detected automation environment: NoneOrUnknown"]
            execute(
                command, connects + [calls] + automation + ["Machine registered successfully", Self.restartNeeded],
                seconds: 14, style)
        }
        say("", style)
        say("Configuration successful.", style)
        return true
    }

    private func registration(_ scenario: TentacleScenario, _ machine: Machine, isOld: Bool) -> String {
        let verb = scenario.isWorker ? "register-worker" : "register-with"
        var command = "\(Self.exe) \(verb) --console --instance Tentacle --server \(machine.server) --force"
        command +=
            scenario.isPolling
            ? " --comms-style TentacleActive --server-comms-port 10943"
            : " --comms-style TentaclePassive --publicHostName \(machine.host) --tentacle-comms-port 10933"
        command += " --apiKey API-FAKEFAKEFAKEFAKE\(Self.padded(number, 10)) --name \(machine.name)"
        command +=
            scenario.isWorker
            ? " --workerpool Default Worker Pool" : " --environment \(machine.environment) --role \(machine.role)"
        if !isOld { command += #" --space "\#(machine.space)" --policy "Default Machine Policy""# }
        return command
    }

    private mutating func runTentacle(_ scenario: TentacleScenario, _ machine: Machine, isOld: Bool, lines: Int) {
        sayHeading("Running Octopus Deploy Tentacle", .verbose)
        clock.advance(by: random.within(1...8))
        print("Agent will trust Octopus Servers with the thumbprint: \(machine.serverThumbprint)")
        if scenario.isPolling {
            let address = "\(machine.server):10943/"
            let subscription = "poll://\(hexadecimal(20, uppercase: false))/"
            print(
                """
                Agent will poll Octopus Server at \(address) for subscription \(subscription) \
                expecting thumbprint \(machine.serverThumbprint)
                """)
            print(["Agent will not use a proxy server", "Agent will not listen on any TCP ports"])
            print(
                """
                \(address)    8  Secure connection established. Server at \(address) identified by thumbprint: \
                \(machine.serverThumbprint), using protocol Tls12
                """)
        } else {
            print([
                "Agent will not use a proxy server", "listen://[::]:10933/              4  Listener started",
                "Agent listening on: [::]:10933",
            ])
        }
        if isOld { print("Running. Press <enter> to shut down...") }
        work(lines: lines)
        if lines > 0, random.once(in: 4) { say("Run successful.", .verbose) }
    }
}
