import Foundation
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

/// The names that machines have where nobody gives them one, log-grammar 12.2.
@Suite struct DefaultNameTests {
    private static let id = "4f2a9c1b7d3e"
    private static let longID = String(repeating: "4f2a9c1b7d3e5633", count: 4)

    /// A way in which lines come, and the name that it tells.
    struct Frame: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var file = "-"
        var name: String?
        var wrap: @Sendable (String) -> String = { $0 }
    }

    private static func json(_ text: String) -> String {
        String(decoding: (try? JSONEncoder().encode(text)) ?? Data(), as: UTF8.self)
    }

    private static let frames = [
        Frame(testDescription: "plain"),
        Frame(testDescription: "docker logs -t", wrap: { "2024-03-01T10:00:01.123456789Z \($0)" }),
        Frame(testDescription: "compose", wrap: { "tentacle-1  | \($0)" }),
        Frame(
            testDescription: "json-file by its path", file: "/var/lib/docker/containers/\(longID)/\(longID)-json.log",
            name: id, wrap: { #"{"log":\#(json($0 + "\n")),"stream":"stdout","time":"2024-03-01T10:00:01.1Z"}"# }),
        Frame(
            testDescription: "json-file by its path, with a tag",
            file: "/var/lib/docker/containers/\(longID)/\(longID)-json.log", name: id,
            wrap: {
                #"{"log":\#(json($0 + "\n")),"stream":"stdout","attrs":{"tag":"web"},"time":"2024-03-01T10:00:01.1Z"}"#
            }),
        Frame(testDescription: "syslog", name: id, wrap: { "<30>Jul  2 09:15:01 host \(id)[812]: \($0)" }),
        Frame(
            testDescription: "syslog, older", name: id, wrap: { "<30>Jul  2 09:15:01 host docker/\(id)[812]: \($0)" }),
        Frame(testDescription: "syslog, named", wrap: { "<30>Jul  2 09:15:01 host web[812]: \($0)" }),
        Frame(
            testDescription: "journald", name: id,
            wrap: { #"{"MESSAGE":\#(json($0)),"PRIORITY":"6","CONTAINER_ID":"\#(id)","CONTAINER_NAME":"web"}"# }),
        Frame(
            testDescription: "journald without ids",
            wrap: { #"{"MESSAGE":\#(json($0)),"PRIORITY":"6","CONTAINER_NAME":"web"}"# }),
        Frame(
            testDescription: "fluentd", name: id,
            wrap: { #"{"container_id":"\#(longID)","container_name":"/web","source":"stdout","log":\#(json($0))}"# }),
        Frame(
            testDescription: "kubectl", name: "tentacle-0", wrap: { "[pod/tentacle-0/tentacle] \($0)" }),
        Frame(
            testDescription: "CRI by its path", file: "/var/log/pods/prod_tentacle-0.x_6f0d-1/tentacle/0.log",
            name: "tentacle-0", wrap: { "2024-03-01T10:00:01.123456789Z stdout F \($0)" }),
        Frame(
            testDescription: "shipper with a pod", name: "tentacle-0",
            wrap: { #"{"log":\#(json($0)),"stream":"stdout","kubernetes":{"pod_name":"tentacle-0"}}"# }),
    ]

    private func registrations(_ lines: [String], _ frame: Frame) -> [Registration] {
        analyze([(frame.file, Array(lines.map(frame.wrap).log.utf8))]).registrations
    }

    @Test("a container's id or a pod names the machine that has no name, a service's name does not", arguments: frames)
    func framed(_ frame: Frame) {
        let found = registrations(TentacleStartup(mode: .polling).linux(), frame)
        #expect(found.map(\.name) == [frame.name] && found.map(\.nameIsDefault) == [true])
        let named = registrations(TentacleStartup(name: "web-1", mode: .polling).linux(), frame)
        #expect(named.map(\.name) == ["web-1"] && named.map(\.nameIsDefault) == [false])
    }

    @Test("the host's name is the address of one that listens under it", arguments: frames)
    func address(_ frame: Frame) {
        let found = registrations(TentacleStartup(name: "web-1").linux(), frame)
        #expect(found.map(\.endpoint) == [frame.name.map { "https://\($0):10933/" }])
        let elsewhere = registrations(TentacleStartup(name: "web-1", host: "PublicIp").linux(), frame)
        #expect(elsewhere.map(\.endpoint) == [nil])
    }

    @Test("Windows has it in capitals, and its own word counts for more") func windows() {
        let syslog = Self.frames.first { $0.testDescription == "syslog" } ?? Self.frames[0]
        let polling = registrations(TentacleStartup(mode: .polling).windows(.t1), syslog)
        #expect(polling.map(\.name) == ["4F2A9C1B7D3E"] && polling.map(\.nameIsDefault) == [true])
        let listening = registrations(TentacleStartup(publicHost: "WEB").windows(.t1), syslog)
        #expect(listening.map(\.name) == ["WEB"] && listening.map(\.endpoint) == ["https://web:10933/"])
        let qualified = registrations(TentacleStartup(host: "FQDN", publicHost: "web.example").windows(.t1), syslog)
        #expect(qualified.map(\.name) == ["web"])
        let custom = registrations(TentacleStartup(host: "Custom", publicHost: "lb.example").windows(.t1), syslog)
        #expect(custom.map(\.name) == ["4F2A9C1B7D3E"] && custom.map(\.endpoint) == ["https://lb.example:10933/"])
    }

    @Test("a container that is made anew under its name has another default name, and no certificate") func anew() {
        func journal(_ lines: [String], _ id: String) -> [String] {
            lines.map { #"{"MESSAGE":\#(Self.json($0)),"CONTAINER_ID":"\#(id)","CONTAINER_NAME":"web"}"# }
        }
        let first = TentacleStartup(mode: .polling).linux()
        // The first is killed before it polls, so that its registration is told late.
        let killed = Array(first.prefix(1 + (first.firstIndex(of: "Machine registered successfully") ?? 0)))
        let second = TentacleStartup(mode: .polling, certificate: .kept).linux()
        let found = analyze((journal(killed, "aaaaaaaaaaaa") + journal(second, "bbbbbbbbbbbb")).log).registrations
        #expect(found.map(\.name) == ["aaaaaaaaaaaa", "bbbbbbbbbbbb"])
        #expect(found.map { $0.thumbprint == nil } == [false, true])
    }

    @Test("what is no id names nothing") func ids() {
        for name in ["", "web", "4f2a9c1b7d3", "4f2a9c1b7d3e5", "4F2A9C1B7D3E", "4f2a9c1b7d3g", "\(Self.id)/web"] {
            #expect(HostName.ofContainer(name) == nil, "\(name)")
        }
        for name in [Self.id, Self.longID, "web/\(Self.id)"] { #expect(HostName.ofContainer(name) == Self.id) }
    }
}

/// The words that prove a duplicate by themselves, log-grammar 12.3.
@Suite struct RegisteredTwiceTests {
    private static let words = [
        "This Tentacle is registered multiple times with the server. Unable to display configuration.",
        "The Tentacle matches more than one machine on the server. To deregister all of these machines specify the --multiple flag.",
        "The worker matches more than one worker on the server. To deregister all of these workers specify the --multiple flag.",
    ]

    private static let frames: [@Sendable (String) -> String] = [
        { $0 }, { "2024-03-01T10:00:01.123456789Z \($0)" }, { "tentacle-1  | \($0)" },
        { "2024-03-01T10:00:01.123456789Z stderr F \($0)" }, { "[pod/tentacle-0/tentacle] \($0)" },
        { #"{"log":"\#($0)\n","stream":"stderr","time":"2024-03-01T10:00:01.1Z"}"# },
        { "<27>Jul  2 09:15:01 host 4f2a9c1b7d3e[812]: \($0)" }, { "2026-08-12 04:02:21.3400 | FATAL | \($0)" },
        { "VERBOSE: \t| Checking. \($0)" },
    ]

    private func findings(_ lines: [String]) -> [(code: String, level: Level)] {
        analyze(lines.log).events.compactMap { event in
            if case .findingRaised(let finding) = event.payload { (finding.code, event.level) } else { nil }
        }
    }

    @Test("they are told where nothing else is in the log, in any frame", arguments: words)
    func alone(_ words: String) {
        for frame in Self.frames {
            let found = findings([frame(words)])
            #expect(
                found.map(\.code) == ["tentacle-registered-twice"] && found.map(\.level) == [.high], "\(frame(words))")
        }
    }

    @Test("they are told in a startup, after it, and in each startup again", arguments: words)
    func within(_ words: String) {
        let lines = TentacleStartup(name: "a", mode: .polling).linux()
        for index in [2, 12, lines.count - 1, lines.count] {
            #expect(findings(lines[..<index] + [words] + lines[index...]).map(\.code) == ["tentacle-registered-twice"])
        }
        #expect(findings(lines + [words, words] + lines + [words]).count == 2)
    }

    @Test("no startup fails of them") func harmless() {
        let lines = TentacleStartup(name: "a", mode: .polling).linux()
        for words in Self.words {
            let events = analyze((lines[..<12] + [words] + lines[12...]).log).events
            #expect(events.contains { $0.payload.type == .startupSucceeded })
        }
    }
}
