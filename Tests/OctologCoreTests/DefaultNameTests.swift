import Foundation
import Testing

@testable import OctologCore

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

    @Test("an id that the user gives as the container's name is its host's name too") func given() {
        var options = Analyzer.Options()
        let lines = Array(TentacleStartup(mode: .polling).linux().log.utf8)
        for (name, expected) in [(Self.longID, Self.id), (Self.id, Self.id), ("web", nil)] {
            options.container = name
            #expect(analyze([("-", lines)], options: options).registrations.map(\.name) == [expected])
        }
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
