/// What a boot of a Windows Tentacle prints, log-grammar 3.
struct WindowsTentacle {
    let container: PlannedContainer
    let boot: Boot
    let isFirst: Bool

    private static let exe = #"C:\Program Files\Octopus Deploy\Tentacle\Tentacle.exe"#
    private static let absent = "Could not find the environment with name, slug or Id Produktion on the Octopus Server."

    private var style: Scribe.Style { container.image == .windowsT1 ? .verbose : .stamped }
    private var isOld: Bool { container.image == .windowsT1 || container.image == .windowsT2 }

    func write(_ scribe: inout Scribe) {
        scribe.say(Scribe.ruler, style)
        scribe.say("Configuring Octopus Deploy Tentacle", style)
        if boot.kind == .skips {
            scribe.print(
                "VERBOSE: This Tentacle has already been initialized and registered so reconfiguration will be skipped")
        } else {
            for line in banner { scribe.say(line, style) }
            scribe.say(Scribe.ruler, style)
            configure(&scribe)
            scribe.say("Registering with server ...", style)
            scribe.print("VERBOSE: Registering Tentacle with \(isOld ? "api key" : "API key")")
            guard register(&scribe) else { return }
            scribe.say("", style)
            scribe.say("Configuration successful.", style)
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
        lines.append(" - host '\(container.hasCustomHost ? "Custom" : "ComputerName")'")
        if let name = container.name { lines.append(" - name '\(name)'") }
        if container.image.tellsSpace { lines.append(" - space '\(container.space)'") }
        return lines
    }

    private func configure(_ scribe: inout Scribe) {
        let program = "\(Self.exe) configure --console --instance Tentacle"
        scribe.say("Configure Octopus Deploy Tentacle", style)
        scribe.say("Setting directory paths ...", style)
        scribe.execute(
            #"\#(program) --home C:\TentacleHome --app C:\Applications"#,
            [#"Home directory set to: C:\TentacleHome"#, PlannedContainer.restartNeeded], seconds: 2, style)
        scribe.say("Configuring communication type ...", style)
        scribe.execute(
            "\(program) \(container.isPolling ? #"--noListen "True""# : #"--port 10933 --noListen "False""#)",
            [
                container.isPolling ? "Tentacle will not listen on a port" : "Tentacle will listen on a TCP port",
                PlannedContainer.restartNeeded,
            ], seconds: 2, style)
        scribe.say("Creating certificate ...", style)
        scribe.execute(
            "\(Self.exe) new-certificate --console --instance Tentacle --if-blank",
            isFirst
                ? ["A new certificate has been generated and installed. Thumbprint:", container.thumbprint]
                : ["A certificate already exists, no changes will be applied."], seconds: 3, style)
    }

    private var command: String {
        let verb = container.isWorker ? "register-worker" : "register-with"
        var text = "\(Self.exe) \(verb) --console --instance Tentacle --server \(container.server) --force"
        text +=
            container.isPolling
            ? " --comms-style TentacleActive --server-comms-port 10943"
            : " --comms-style TentaclePassive --publicHostName \(container.host) --tentacle-comms-port 10933"
        text += " --apiKey \(container.image == .windowsT4 ? "*****" : container.apiKey)"
        if let name = container.name { text += " --name \(name)" }
        text +=
            container.isWorker
            ? " --workerpool \(container.role)"
            : container.environments.map { " --environment \($0)" }.joined() + " --role \(container.role)"
        if container.image.tellsSpace { text += #" --space "\#(container.space)" --policy "Default Machine Policy""# }
        return text
    }

    /// - Returns: whether the script goes on.
    private func register(_ scribe: inout Scribe) -> Bool {
        let check = "Checking connectivity on the server communications port 10943..."
        let connects = container.isPolling ? [check, isOld ? "Connected sucessfully" : "Connected successfully"] : []
        let calls = connects + ["Registering the tentacle with the server at \(container.serverURI)"]
        guard boot.kind != .isRefused else {
            scribe.say("Executing command '\(command)'", style)
            scribe.wait(3)
            scribe.print(
                "\(Self.absent) Ensure the environment exists and you have permission to access it.", isError: true)
            scribe.write(calls, style)
            scribe.print("Execute-Command : Command returned exit code 1. Aborting.", isError: true)
            return false
        }
        scribe.execute(
            command, calls + ["Machine registered successfully", PlannedContainer.restartNeeded], seconds: 5, style)
        return boot.kind != .isKilled
    }

    private func run(_ scribe: inout Scribe) {
        scribe.say(Scribe.ruler, .verbose)
        scribe.say("Running Octopus Deploy Tentacle", .verbose)
        scribe.say(Scribe.ruler, .verbose)
        scribe.wait(2)
        scribe.print(container.agentLines)
        guard boot.stops else { return }
        scribe.wait(60)
        scribe.say("Run successful.", .verbose)
    }
}
