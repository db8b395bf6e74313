import Testing

@testable import OctologCore

extension Collector {
    /// The registrations that were told, in order.
    var registrations: [Registration] {
        events.compactMap { if case .registrationObserved(let registration) = $0.payload { registration } else { nil } }
    }
}

private func registrations(_ lines: [String], file: String = "-") -> [Registration] {
    analyze([(file, Array(lines.log.utf8))]).registrations
}

/// What makes up a machine's identity, from whatever line tells it, log-grammar 12.2 and 12.3.
@Suite struct RegistrationTests {
    private let thumbprint = TentacleStartup().thumbprint
    private let subscription = "poll://abcdefghij0123456789/"

    // MARK: Eras

    @Test("each Windows image tells all of a listening target", arguments: TentacleStartup.Windows.allCases)
    func windowsListening(_ era: TentacleStartup.Windows) throws {
        let found = registrations(TentacleStartup(name: "web-1", space: "Sales").windows(era))
        let only = try #require(found.first)
        #expect(found.count == 1 && only.outcome == .registered && only.kind == .target && only.unknown == [])
        #expect(only.server == "https://octopus.example" && only.space == "Sales" && only.name == "web-1")
        #expect(only.thumbprint == thumbprint && only.endpoint == "https://0632f3aed5ea:10933/")
        #expect(!only.nameIsDefault && only.auth == "api-key" && only.host == "0632F3AED5EA")
    }

    @Test("each Windows image tells all of a polling worker", arguments: TentacleStartup.Windows.allCases)
    func windowsPolling(_ era: TentacleStartup.Windows) throws {
        let startup = TentacleStartup(name: "w-1", space: "Sales", mode: .polling, workerPools: "Pool A,Pool B")
        let only = try #require(registrations(startup.windows(era)).first)
        #expect(only.kind == .worker && only.workerPools == ["Pool A", "Pool B"] && only.unknown == [])
        #expect(only.subscription == subscription && only.endpoint == nil && only.thumbprint == thumbprint)
    }

    @Test("the Linux image tells of a polling target all that there is") func linux() throws {
        let found = registrations(TentacleStartup(name: "web-1", space: "Default", mode: .polling).linux())
        let only = try #require(found.first)
        #expect(found.count == 1 && only.outcome == .registered && only.kind == .target && only.unknown == [])
        #expect(only.subscription == subscription && only.thumbprint == thumbprint && only.auth == "api-key")
    }

    @Test("of a listening Tentacle on Linux no line tells the address") func linuxListening() {
        let found = registrations(TentacleStartup(name: "web-1").linux())
        #expect(found.map(\.unknown) == [["space", "address"]])
    }

    @Test("the Kubernetes agent tells its subscription before it registers", arguments: [nil, "Pool"])
    func agent(_ pool: String?) throws {
        let startup = TentacleStartup(name: "cluster", space: "Default", mode: .polling, workerPools: pool)
        let found = registrations(startup.agent())
        let only = try #require(found.first)
        #expect(found.count == 1 && only.kind == (pool == nil ? .target : .worker) && only.unknown == [])
        #expect(only.subscription == subscription && only.thumbprint == thumbprint && only.name == "cluster")
    }

    @Test("a registration that is known whole is told before the agent starts") func early() {
        let startup = TentacleStartup(name: "cluster", space: "Default", mode: .polling)
        let lines = startup.agent().prefix { !$0.hasSuffix("Starting Octopus Deploy Kubernetes Tentacle") }
        var types = analyze(Array(lines).log).events.map(\.payload.type)
        types = types.filter { $0 == .registrationObserved || $0 == .startupUnfinished }
        #expect(types == [.registrationObserved, .startupUnfinished])
    }

    // MARK: The command line

    private func command(_ arguments: String) -> [String] {
        [
            "[2021-07-02T09:15:01] Configuring Octopus Deploy Tentacle",
            "[2021-07-02T09:15:02] Registering with server ...",
            "[2021-07-02T09:15:02] Executing command '\(TentacleStartup.program) \(arguments)'", "VERBOSE: ",
            "VERBOSE: \t| Registering the tentacle with the server at https://o.example/ Machine registered successfully",
            "VERBOSE: ", "[2021-07-02T09:15:09] done.",
        ]
    }

    @Test(
        "the verb tells a target from a worker",
        arguments: [
            ("register-with", Registration.Kind.target), ("register-worker", .worker),
            ("register-k8s-target", .target), ("register-k8s-worker", .worker), ("register-k8s-cluster", .target),
        ])
    func verbs(_ verb: String, _ kind: Registration.Kind) {
        let found = registrations(command("\(verb) --console --server https://o.example --name web-1"))
        #expect(found.map(\.kind) == [kind] && found.map(\.name) == ["web-1"])
    }

    @Test("values stand behind a blank or a =, in quotes or not") func options() throws {
        let found = registrations(
            command(
                "register-with --console --server=https://o.example --name=\"web 1\" --space 'My Space' --environment=Dev Test --role \"a b\" --comms-style=TentaclePassive --publicHostName=h.example --tentacle-comms-port=10934"
            ))
        let only = try #require(found.first)
        #expect(only.server == "https://o.example" && only.name == "web 1" && only.space == "My Space")
        #expect(only.environments == ["Dev Test"] && only.roles == ["a b"])
        #expect(only.endpoint == "https://h.example:10934/")
    }

    @Test("a command line that was wrapped anywhere tells its name") func wrapped() {
        let command = command("register-with --console --server https://o.example --force --name web-1 --role web")
        for width in [79, 80, 100, 120] {
            let lines = command.flatMap { line in line.hasPrefix("[") && line.count > width ? wrap(line, width) : [line]
            }
            #expect(registrations(lines).map(\.name) == ["web-1"], "\(width)")
        }
    }

    /// Breaks a line between words, as PowerShell does.
    private func wrap(_ line: String, _ width: Int) -> [String] {
        var lines = [""]
        for word in line.split(separator: " ") {
            let last = lines[lines.count - 1]
            if last.isEmpty {
                lines[lines.count - 1] = String(word)
            } else if last.count + 1 + word.count <= width {
                lines[lines.count - 1] = "\(last) \(word)"
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }

    @Test("that the command ended well proves the registration, where its output is not in the log") func silent() {
        let lines = command("register-with --console --server https://o.example --name web-1")
        #expect(registrations(lines.filter { !$0.hasPrefix("VERBOSE") }).map(\.outcome) == [.registered])
        #expect(registrations(Array(lines.prefix(3))).map(\.outcome) == [.unfinished])
    }

    // MARK: Names

    @Test(
        "a name may hold anything",
        arguments: ["web 1", "O'Brien's box", "\"web\"", "größe-東京-🐙", "web--1", "a 'b' c", "x=y, z", "C:\\web"])
    func names(_ name: String) {
        #expect(registrations(TentacleStartup(name: name).linux()).map(\.name) == [name])
        #expect(registrations(TentacleStartup(name: name).windows(.t1)).map(\.name) == [name])
    }

    @Test("several environments, roles and pools are one machine") func several() {
        let startup = TentacleStartup(name: "web-1", environments: "Dev,Test", roles: "web,db, api")
        for lines in [startup.linux(), startup.windows(.t1), startup.windows(.t4)] {
            let found = registrations(lines)
            #expect(found.map(\.environments) == [["Dev", "Test"]] && found.map(\.roles) == [["web", "db", "api"]])
        }
    }

    // MARK: Certificates

    @Test("an imported certificate is the machine's") func imported() {
        let startup = TentacleStartup(name: "a", certificate: .imported)
        for lines in [startup.linux(), startup.windows(.t1), startup.windows(.t3), startup.agent()] {
            #expect(registrations(lines).map(\.thumbprint) == [thumbprint])
        }
    }

    @Test("a certificate that is only loaded is told at debug, also after the registration") func loaded() {
        let debug = "2026-08-12 04:02:20.0000 | DEBUG | Loading certificate with thumbprint: \(thumbprint)"
        let lines = TentacleStartup(name: "a", mode: .polling, certificate: .kept).agent()
        #expect(registrations(lines).map(\.thumbprint) == [nil])
        let marks = ["Creating certificate ...", "Starting Octopus Deploy Kubernetes Tentacle"]
        for mark in marks {
            let index = lines.firstIndex(of: mark) ?? 0
            let found = registrations(lines[...index] + [debug] + lines[(index + 1)...])
            #expect(found.map(\.thumbprint) == [thumbprint], "\(mark)")
        }
    }

    @Test("a listening Tentacle whose certificate comes later waits for it") func loadedListening() {
        var lines = TentacleStartup(name: "a", certificate: .kept).linux()
        lines.insert("Loading certificate with thumbprint: \(thumbprint)", at: lines.count - 1)
        #expect(registrations(lines).map(\.thumbprint) == [thumbprint])
    }

    @Test("a thumbprint that the running program prints changes nothing that is known") func forged() {
        var lines = TentacleStartup(name: "a", mode: .polling).linux()
        lines.insert("Loading certificate with thumbprint: \(String(repeating: "A", count: 40))", at: lines.count - 2)
        #expect(registrations(lines).map(\.thumbprint) == [thumbprint])
    }

    // MARK: Boots

    @Test("a registration that failed is told, and the next boot's with the same certificate") func retried() {
        var startup = TentacleStartup(name: "a", mode: .polling)
        startup.failure =
            "You must be logged in to perform this action. Please provide a valid API key or log in again."
        let failed = startup
        startup.failure = nil
        startup.certificate = .kept
        for (first, second) in [(failed.linux(), startup.linux()), (failed.windows(.t1), startup.windows(.t1))] {
            let found = registrations(first + second)
            #expect(found.map(\.outcome) == [.failed, .registered])
            #expect(found.map(\.thumbprint) == [thumbprint, thumbprint])
            #expect(found.map(\.subscription) == [nil, subscription])
        }
    }

    @Test("nothing is lost of a log that ends before the agent starts, nor of one that restarts") func cut() {
        let lines = TentacleStartup(name: "a", space: "S", mode: .polling).linux()
        let end = (lines.firstIndex(of: "Machine registered successfully") ?? 0) + 1
        let cut = registrations(Array(lines[..<end]))
        #expect(cut.map(\.outcome) == [.registered] && cut.map(\.unknown) == [["address"]])
        let again = registrations(lines[..<end] + lines)
        #expect(again.map(\.subscription) == [nil, subscription])
    }

    @Test("two registrations in one boot are two") func twice() {
        let lines = TentacleStartup(name: "a", mode: .polling).linux()
        let start = lines.firstIndex(of: "Registering with server ...") ?? 0
        let end = (lines.firstIndex(of: "Machine registered successfully") ?? 0) + 1
        let found = registrations(Array(lines[..<end]) + lines[start...])
        #expect(found.map(\.outcome) == [.registered, .registered])
        #expect(found.map(\.subscription) == [nil, subscription])
    }

    @Test("a Tentacle that is registered already does not register") func already() {
        let skips = ["Tentacle is already registered, skipping registration."]
        let lines = TentacleStartup(name: "a", mode: .polling).agent()
        let index = lines.firstIndex { $0.hasSuffix("Machine registered successfully") } ?? 0
        #expect(registrations(lines[..<index] + skips + lines[(index + 1)...]).isEmpty)
    }

    // MARK: High availability

    private let nodes = [
        "Registering additional HA Servers...", "Registering server 'https://octopus-2.example:10943/'",
        "Registering Tentacle with API key",
        "2026-08-12 04:02:28.0000 |  INFO | Configuring Tentacle to poll the server at https://octopus-2.example:10943/",
        "2026-08-12 04:02:28.0000 |  INFO | Polling endpoint configured",
    ]

    @Test("the server's other nodes are no registrations of their own, however often they are named")
    func nodesOfServer() {
        var lines = TentacleStartup(name: "a", mode: .polling).agent()
        let index = lines.firstIndex(of: "Configuration successful") ?? 0
        lines.insert(contentsOf: nodes + nodes.dropFirst(), at: index + 1)
        let boot = ["Checking registration status...", "Tentacle is already configured and registered with server."]
        let found = registrations(lines + boot + nodes + boot + nodes)
        #expect(found.count == 1 && found.first?.server == "https://octopus.example")
    }

    @Test("a log that begins among the nodes has no registration") func rotatedNodes() {
        #expect(registrations(Array(nodes.dropFirst(2)) + ["Starting Octopus Deploy Kubernetes Tentacle"]).isEmpty)
    }

    // MARK: Rotated logs

    /// The lines from the first one that ends so.
    private func rest(of lines: [String], from mark: String) -> [String] {
        Array(lines[(lines.firstIndex { $0.hasSuffix(mark) } ?? 0)...])
    }

    @Test(
        "a log that begins in mid-registration tells what is left",
        arguments: [
            "Registering with server ...", "Registering the tentacle with the server at https://octopus.example/",
        ])
    func rotated(_ mark: String) {
        let startup = TentacleStartup(name: "a", mode: .polling)
        for lines in [startup.linux(), startup.windows(.t1), startup.agent()] {
            let found = registrations(rest(of: lines, from: mark))
            #expect(found.map(\.outcome) == [.registered])
            #expect(found.map { $0.server?.hasPrefix("https://octopus.example") } == [true])
            #expect(found.map(\.subscription) == [subscription])
            #expect(found.map { $0.unknown.contains("thumbprint") } == [true])
        }
    }

    @Test("a log that begins right behind the call still tells that somebody registered") func rotatedBehind() {
        let lines = TentacleStartup(name: "a", mode: .polling).linux()
        let found = registrations(rest(of: lines, from: "Machine registered successfully"))
        #expect(found.map(\.outcome) == [.registered] && found.map(\.subscription) == [subscription])
        #expect(found.map(\.unknown) == [["server", "space", "kind", "name", "thumbprint"]])
    }

    @Test("the same words without a script around them are nobody's registration") func nobodys() {
        #expect(
            registrations(["Registering the tentacle with the server at https://o/", "Machine registered successfully"])
                .isEmpty)
    }

    @Test("a name that a log's lost beginning may have given is not guessed") func notGuessed() {
        let lines = rest(of: TentacleStartup(mode: .polling).linux(), from: "Registering with server ...")
        let framed = lines.map { "<30>Jul  2 09:15:01 host 4f2a9c1b7d3e[812]: \($0)" }
        let found = registrations(framed)
        #expect(found.map(\.name) == [nil] && found.map(\.nameIsDefault) == [false])
    }
}
