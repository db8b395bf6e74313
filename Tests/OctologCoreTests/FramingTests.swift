import Foundation
import Testing

@testable import OctologCore

/// Ways to wrap a line so that it names its container.
enum Wrapper: CaseIterable {
    case compose, kubectl, syslog, fluentd

    func wrap(_ line: String, of container: String) -> String {
        switch self {
        case .compose: return "\(container)  | \(line)"
        case .kubectl: return "[pod/\(container)/main] \(line)"
        case .syslog: return "<30>Jul  2 09:15:01 host \(container)[812]: \(line)"
        case .fluentd:
            let log = String(decoding: (try? JSONEncoder().encode(line)) ?? Data(), as: UTF8.self)
            return #"{"container_id":"4f2a9c1b7d3e","container_name":"/\#(container)","source":"stdout","log":\#(log)}"#
        }
    }
}

/// What wraps a line changes nothing of what it says.
@Suite struct FramingTests {
    private static let plain = analyze([("plain.log", FramedLog.bytes(of: "plain.log"))])

    private func run(_ log: FramedLog, chunk: Int = .max) -> Collector {
        analyze([(log.file, FramedLog.bytes(of: log.file))], chunk: chunk)
    }

    @Test("each file of Fixtures/framings has its expectation") func complete() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: FramedLog.root.path)
            .filter { $0.hasSuffix(".log") || $0.hasSuffix(".bin") }
        #expect(Set(files) == Set(FramedLog.all.map(\.file)))
        #expect(FramedLog.all.count >= 40)
        // One startup, in all its phases, with its key.
        #expect(Self.plain.events.contains { $0.payload.type == .startupSucceeded })
        #expect(Self.plain.key == "RmFrZU1hc3RlcktleTAwMQ==")
    }

    @Test("one startup gives the same events in every frame", arguments: FramedLog.all)
    func sameEvents(_ log: FramedLog) {
        let framed = run(log)
        let name = log.container ?? log.file
        // That the container ended is said by Compose alone; how long it took where lines have no time, by frames.
        let story = framed.events.filter {
            $0.origin.container == name && $0.payload.type != .containerStopped
        }.map(\.comparable)
        let expected = Self.plain.events.filter { $0.origin.container != nil }.map(\.comparable)
        #expect(story.count == expected.count)
        for (one, other) in zip(story, expected) { #expect(one == other) }
        #expect(framed.key == Self.plain.key)
    }

    @Test("the frames and the container are told", arguments: FramedLog.all)
    func detected(_ log: FramedLog) {
        let frames = run(log).events.compactMap { event -> String? in
            guard case .sourceDetected(let detected) = event.payload else { return nil }
            return ([detected.framing] + detected.inner).map(\.rawValue).joined(separator: "+")
        }
        #expect(frames.first == log.frames)
    }

    @Test("any cut of a framed log gives the same bytes", arguments: FramedLog.all)
    func chunks(_ log: FramedLog) {
        let whole = run(log).ndjson
        for chunk in [1, 7, 4096] { #expect(run(log, chunk: chunk).ndjson == whole, "reads of \(chunk) bytes") }
    }

    @Test("a frame that is forced is peeled, another is not") func forced() {
        var options = Analyzer.Options()
        for (file, framing) in [("cri.log", Framing.cri), ("compose-v2-t.log", .compose), ("raw.bin", .raw)] {
            options.framing = framing
            let forced = analyze([(file, FramedLog.bytes(of: file))], options: options)
            #expect(forced.events.contains { $0.payload.type == .startupSucceeded }, "\(file) as \(framing.rawValue)")
        }
        options.framing = .cri
        let other = analyze([("x", FramedLog.bytes(of: "journald.json.log"))], options: options)
        #expect(!other.events.contains { $0.payload.type == .startupSucceeded })
    }

    /// Frames that tell no time, or none with a year and a zone.
    private static let withoutTime = [
        "plain.log", "docker-details.log", "docker-details-empty.log", "raw.bin", "compose-v1.log",
        "compose-v1-wide.log",
        "compose-v2.log", "compose-v2-colour.log", "compose-v2-exit.log", "compose-v2-growing.log",
        "compose-no-prefix.log", "kubectl-prefix.log", "stern.log", "stern-namespace.log", "stern-colour.log",
        "stern.json.log", "syslog-local.log", "syslog-3164.log", "syslog-file.log", "syslog-file-escaped.log",
        "journald-short.log", "journald-short-tabs.log", "fluentd.log", "docker-desktop.log", "kitematic.log",
        "table-paste.log", "syslog-compose.log",
    ]

    @Test("a line without a time has that of its frame", arguments: FramedLog.all)
    func frameTimes(_ log: FramedLog) {
        // The line that tells success has none of its own; it came within the second 09:16:03.
        let succeeded = run(log).events.first { $0.payload.type == .startupSucceeded }
        if Self.withoutTime.contains(log.file) {
            #expect(succeeded?.time == nil)
        } else {
            #expect(succeeded?.time?.text.hasPrefix("2018-07-02T09:16:03") == true && succeeded?.timeSource == .frame)
        }
    }

    // MARK: Several containers

    @Test(
        "containers interleaved line by line give the same events as each alone",
        arguments: Wrapper.allCases,
        [
            ("server-2018.3.13-first-start", "tentacle-3.22-polling"),
            ("tentacle-3.22-listening", "server-2018.3.13-sql-login-failed"),
            ("server-2018.3.13-wrapped", "tentacle-6.1.1300-register-refused"),
        ])
    func interleaved(_ wrapper: Wrapper, _ pair: (String, String)) {
        func lines(_ name: String, as container: String) -> [String] {
            let item = Case(name)
            return String(decoding: item.bytes(of: item.logs[0]), as: UTF8.self)
                .replacing("\r\n", with: "\n").split(separator: "\n", omittingEmptySubsequences: false).dropLast()
                .map { wrapper.wrap(String($0), of: container) }
        }
        let (first, second) = (lines(pair.0, as: "octopus-1"), lines(pair.1, as: "tentacle-1"))
        var mixed: [String] = []
        for i in 0..<max(first.count, second.count) {
            if i < first.count { mixed.append(first[i]) }
            if i < second.count { mixed.append(second[i]) }
        }
        let together = analyze(mixed.joined(separator: "\n") + "\n")
        for (container, alone) in [("octopus-1", first), ("tentacle-1", second)] {
            let name = wrapper == .kubectl ? "\(container)/main" : container
            let expected = analyze(alone.joined(separator: "\n") + "\n").story(of: name)
            #expect(!expected.isEmpty)
            #expect(together.story(of: name) == expected)
        }
    }

    @Test("each container's events tell its own name") func names() {
        let mixed = analyze([("x", FramedLog.bytes(of: "compose-v1-wide.log"))])
        #expect(mixed.events.allSatisfy { [nil, "octopus_1"].contains($0.origin.container) })
        #expect(mixed.events.contains { $0.source == "urn:octolog:container:octopus_1" })
    }

    @Test("more containers than can be followed are all told of") func manyContainers() {
        let count = LogStream.maximumContainers + 100
        let text = (0..<count).map { "tentacle-\($0)  | VERBOSE: [2018-07-02T09:15:01] Configuring Octopus Deploy\n" }
        // The first has a command that goes on in the next line, and is closed before that comes.
        let open =
            "tentacle-0  | VERBOSE: [2018-07-02T09:15:02] Executing command 'C:\\Tentacle.exe configure --password FAKEPASS\n"
        let result = analyze(text[0] + open + text.dropFirst().joined())
        #expect(Set(result.events.compactMap(\.origin.container)).count == count)
        #expect(result.events.contains { $0.payload.type == .commandExecuted && $0.origin.container == "tentacle-0" })
        // That some were forgotten is said.
        #expect(result.events.contains { $0.payload.type == .limitHit })
        #expect(!result.ndjson.contains("FAKEPASS"))
    }

    @Test("more names than can be told apart are said to be too many, and nothing is believed of them")
    func tooManyNames() {
        let known = (0..<ChannelTable.maximum).map { "<30>Jul  2 09:15:01 host t\($0)[1]: x\n" }.joined()
        let line = "VERBOSE: [2018-07-02T09:15:01] Configuring Octopus Deploy"
        let result = analyze(
            "<30>Jul  2 09:15:01 host a[1]: \(line)\n" + known + "<30>Jul  2 09:15:01 host b[1]: \(line)\n")
        #expect(result.events.count { $0.payload.type == .startupBegan } == 1)
        let limits = result.events.filter { $0.payload.type == .limitHit }
        #expect(limits.map(\.source) == ["urn:octolog:container:others"])
    }

    @Test("the path of a log names its container where no frame does") func paths() {
        let id = String(repeating: "4f2a9c1b7d3e5633", count: 4)
        #expect(ContainerPath.container(of: "/var/lib/docker/containers/\(id)/\(id)-json.log")?.name == "4f2a9c1b7d3e")
        #expect(ContainerPath.container(of: "/x/overlay-containers/\(id)/userdata/ctr.log")?.name == "4f2a9c1b7d3e")
        #expect(
            ContainerPath.container(of: "/var/log/pods/prod_octopus-0_6f0d-1/octopus/0.log")?.name
                == "octopus-0/octopus")
        #expect(
            ContainerPath.container(of: "/var/log/containers/octopus-0_prod_octopus-\(id).log")?.name
                == "octopus-0/octopus")
        for path in ["x.log", "octopus-json.log", "logs/a/0.txt", "-", "ctr.log"] {
            #expect(ContainerPath.container(of: path) == nil)
        }
    }

    // MARK: Parts

    static let filesAtBorder = [
        "json-file.log", "cri.log", "journald.json.log", "docker-t.log", "raw.bin", "fluentd.log", "syslog-3164.log",
    ]

    @Test("what lies across the border of 16 KiB is found and masked", arguments: filesAtBorder)
    func border(_ file: String) {
        let name = "border/\(file)"
        let framed = analyze([(name, FramedLog.bytes(of: name))])
        let plain = analyze([("p", FramedLog.bytes(of: "border/plain.log"))])
        let ignored = [EventType.runStarted, .runFinished]
        #expect(
            framed.events.filter { !ignored.contains($0.payload.type) }.map(\.comparable)
                == plain.events.filter { !ignored.contains($0.payload.type) }.map(\.comparable))
        let kinds = framed.events.compactMap { event -> SecretKind? in
            guard case .secretExposed(let exposed) = event.payload else { return nil }
            return exposed.kind
        }
        #expect(kinds.contains(.password) && kinds.contains(.masterKey))
        for piece in ["FAKEborder", "PASSW0RD123", "RmFrZUJvcmRl", "cktleTAwMQ==", "Adm1nN0tReal"] {
            #expect(!framed.ndjson.contains(piece))
        }
    }

    @Test("halves of a character that both came are one again") func halves() {
        let head = Array(
            "VERBOSE: [2018-07-02T09:15:01] Configuring Octopus Deploy\nVERBOSE: [2018-07-02T09:15:01]  - local admin user 'x€y'\nVERBOSE: [2018-07-02T09:15:01] Creating Octopus Deploy database ...\n"
                .utf8)
        let cut = (head.firstIndex(of: 0xE2) ?? 0) + 1
        var log: [UInt8] = []
        for (index, line) in head.split(separator: 0x0A).enumerated() {
            let stamp = "2018-07-02T09:15:01.5Z stdout "
            if index == 1 {
                let first = head[..<cut].split(separator: 0x0A)[1]
                log +=
                    Array("\(stamp)P ".utf8) + first + [0x0A] + Array("\(stamp)F ".utf8) + line.dropFirst(first.count)
            } else {
                log += Array("\(stamp)F ".utf8) + line
            }
            log.append(0x0A)
        }
        let users = analyze([("x", log)]).events.compactMap { event -> String? in
            guard case .configurationObserved(let configuration) = event.payload else { return nil }
            return configuration.adminUser
        }
        #expect(users == ["x€y"])
    }

    @Test("parts longer than can be kept are seen through windows", arguments: [0, 1, 16_000, 1_048_570, 3_000_000])
    func longParts(_ before: Int) {
        let message =
            String(repeating: "x", count: before)
            + " Machine registered successfully --masterkey RmFrZU1hc3RlcktleTAwMQ=="
        let bytes = Array(message.utf8)
        var log = "2018-07-02T09:15:00.5Z stdout F VERBOSE: [2018-07-02T09:15:01] Configuring Octopus Deploy\n"
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + 16384)
            log += "2018-07-02T09:15:01.5Z stdout \(end < bytes.count ? "P" : "F") "
            log += String(decoding: bytes[start..<end], as: UTF8.self) + "\n"
            start = end
        }
        let framed = analyze(log)
        #expect(!framed.ndjson.contains("RmFrZU1h"))
        #expect(framed.events.contains { $0.payload.type == .secretExposed })
        #expect(framed.ndjson == analyze(log, chunk: 5000).ndjson)
    }

    @Test("a command that goes on in the next line does so too where it begins its container's log in parts")
    func partsOpenRecord() {
        let stamp = "2018-07-02T09:15:01.5Z stdout"
        let (begun, rest) = ("VERBOSE: [2018-07-02T09:15:01] Executing comm", "and 'x register-with --name shop")
        func names(_ lines: [String]) -> [String] {
            // By then it is known how the log is framed, and no line is looked at that nothing asks for.
            let begin = Array(repeating: "F x", count: 16)
            return analyze((begin + lines).map { "\(stamp) \($0)\n" }.joined()).events.compactMap { event -> String? in
                guard case .commandExecuted(let executed) = event.payload else { return nil }
                return executed.command.options.first { $0.name == "name" }?.value
            }
        }
        let whole = names(["F \(begun)\(rest)", "F web one'"])
        #expect(whole == ["shop web one"])
        #expect(names(["P \(begun)", "F \(rest)", "F web one'"]) == whole)
    }

    @Test(
        "what stands before a line and again in it, before each part, is taken out",
        arguments: [
            ("FOO=bar,app=octo ", 16384), (" ", 16384), ("2018-07-02T09:15:01.500000000Z ", 16384),
            ("2018-07-02T09:15:01.500000000Z FOO=bar,app=octo ", 16384),
            // podman's parts are its own, and begin anywhere.
            ("2018-07-02T09:15:01.500000000Z ", 8192), ("2018-07-02T09:15:01.500000000Z ", 7507),
        ])
    func repeatedFrames(_ prefix: String, _ size: Int) {
        let before = "VERBOSE: [2018-07-02T09:15:01]  - local admin user '"
        let user = String(repeating: "x", count: size - before.utf8.count - 4) + "border"
        let message = "\(before)\(user)'"
        let bytes = Array(message.utf8)
        let cut =
            prefix + String(decoding: bytes[..<size], as: UTF8.self) + prefix
            + String(decoding: bytes[size...], as: UTF8.self) + "\n"
        let head = prefix + "VERBOSE: [2018-07-02T09:15:01] Configuring Octopus Deploy\n"
        let end = prefix + "VERBOSE: [2018-07-02T09:15:02] Creating Octopus Deploy database ...\n"
        let users = analyze(head + cut + end).events.compactMap { event -> String? in
            guard case .configurationObserved(let configuration) = event.payload else { return nil }
            return configuration.adminUser
        }
        #expect(users == [user])
    }

    @Test("stamps within a line that is seen through windows are taken out there too", arguments: [0, 10, 40, 60])
    func stampsInWindows(_ shift: Int) {
        let stamp = "2018-07-02T09:15:01.500000000Z "
        // A failure and a key that lie across the border of two parts, in the second MiB of their line.
        let border = 90 * 16384
        let message =
            String(repeating: "x", count: border - 20 - shift)
            + " Login failed for user 'sa'. --masterkey RmFrZU1hc3RlcktleTAwMQ== "
            + String(repeating: "y", count: 400_000)
        let parts = stride(from: 0, to: message.utf8.count, by: 16384).map { start in
            stamp + String(decoding: Array(message.utf8)[start..<min(message.utf8.count, start + 16384)], as: UTF8.self)
        }
        let log = stamp + "VERBOSE: [2018-07-02T09:15:01] Configuring Octopus Deploy\n" + parts.joined() + "\n"
        let result = analyze(log)
        #expect(!result.ndjson.contains("RmFrZU") && !result.ndjson.contains("leTAwMQ"))
        let kinds = result.events.map(\.payload.type)
        #expect(kinds.contains(.startupFailed) && kinds.contains(.secretExposed))
        #expect(result.ndjson == analyze(log, chunk: 5000).ndjson)
    }

    @Test("a line that is just longer than a part holds no attributes", arguments: [1, 2, 3, 4])
    func justLonger(_ rest: Int) {
        let text =
            " hello\n " + String(repeating: "x", count: 16384 + rest)
            + "\n VERBOSE: [2018-07-02T09:15:01] Configuring Octopus Deploy\n"
        #expect(analyze(text).events.contains { $0.payload.type == .startupBegan })
    }

    @Test("several lines in one message are several lines") func severalLines() {
        let lines = String(decoding: FramedLog.bytes(of: "plain.log"), as: UTF8.self).split(whereSeparator: \.isNewline)
        let log = stride(from: 0, to: lines.count, by: 4).map { i in
            let message = lines[i..<min(lines.count, i + 4)].joined(separator: "\n")
            return #"{"@timestamp":"2018-07-02T09:15:01Z","message":\#(json(message))}"# + "\n"
        }
        #expect(analyze(log.joined()).key == "RmFrZU1hc3RlcktleTAwMQ==")
    }

    @Test("an answer of Loki's is read from the oldest line on, as it gives the newest first") func backwards() {
        let lines = String(decoding: FramedLog.bytes(of: "plain.log"), as: UTF8.self).split(whereSeparator: \.isNewline)
        let values = lines.enumerated().reversed().map {
            #"["\#(1_530_522_901_000_000_000 + $0 * 1000)",\#(json(String($1)))]"#
        }
        let log =
            #"{"status":"success","data":{"resultType":"streams","result":[{"stream":{"pod":"octopus-0","container":"octopus"},"values":[\#(values.joined(separator: ","))]}]}}"#
            + "\n"
        let result = analyze(log)
        #expect(result.key == "RmFrZU1hc3RlcktleTAwMQ==")
        let succeeded = result.events.first { $0.payload.type == .startupSucceeded }
        #expect(succeeded?.time?.text.hasPrefix("2018-07-02T09:15:01.") == true)
    }

    @Test("podman's second line behind one without an end is a line") func podman() {
        let text =
            "2026-11-24T10:26:53.135981025Z VERBOSE: [2018-07-02T09:15:01] Configuring Octopus Deploy\n2026-11-24T10:26:54.135981025Z no newline2026-11-24T10:26:55.135981025Z VERBOSE: [2018-07-02T09:15:01] Creating Octopus Deploy database ...\n"
        let phases = analyze(text).events.compactMap { event -> Phase? in
            guard case .phaseEntered(let step) = event.payload else { return nil }
            return step.phase
        }
        #expect(phases == [.banner, .database])
    }

    // MARK: Time

    @Test("a line without a time of its own has its frame's, and says so") func timeSource() {
        let text = """
            2018-07-02T09:15:01.250000000Z VERBOSE: [2018-07-02T09:15:01] Configuring Octopus Deploy
            2018-07-02T09:16:03.000000000Z VERBOSE: [2018-07-02T09:16:03] Start Octopus Deploy instance ...
            2018-07-02T09:16:10.500000000Z Web server is ready to process requests

            """
        let succeeded = analyze(text).events.first { $0.payload.type == .startupSucceeded }
        #expect(succeeded?.time?.text == "2018-07-02T09:16:10.500000000Z" && succeeded?.timeSource == .frame)
        guard case .startupSucceeded(let startup) = succeeded?.payload else { return #expect(Bool(false)) }
        #expect(startup.durationSeconds == 69.25)
    }

    @Test("the events of several logs come in the order of time, each log's own in its order") func merged() {
        func log(_ minutes: [Int]) -> [UInt8] {
            Array(minutes.map { "VERBOSE: [2018-07-02T09:\($0):01] Configuring Octopus Deploy\n" }.joined().utf8)
        }
        let logs = [("a", log([10, 40, 50])), ("b", log([20, 30, 45, 55])), ("c", log([15]))]
        let times = analyze(logs).events.filter { $0.payload.type == .startupBegan }.compactMap { $0.time?.text }
        #expect(times.count == 8 && times == times.sorted())
        #expect(analyze(logs, chunk: 10).ndjson == analyze(logs).ndjson)
    }

    @Test("--since and --until choose by event time, and change nothing else") func window() {
        var options = Analyzer.Options()
        options.since = Timestamp(text: "2018-07-02T09:15:38")
        options.until = Timestamp(text: "2018-07-02T09:15:51")
        let log = ("plain.log", FramedLog.bytes(of: "plain.log"))
        let chosen = analyze([log], options: options).events.dropFirst().dropLast()
        let all = analyze([log]).events.dropFirst().dropLast()
        // An event without a time happened when the one before it did.
        var clock: Timestamp?
        let expected = all.filter { event in
            clock = event.time ?? clock
            return ("2018-07-02T09:15:38Z"..."2018-07-02T09:15:51Z").contains(clock?.text ?? "2018-07-02T09:15:40Z")
        }
        #expect(chosen.map(\.id) == expected.map(\.id) && chosen.map(\.sequence) == expected.map(\.sequence))
        #expect(chosen.count < all.count && !chosen.isEmpty)
        #expect(analyze([log], options: options).key == nil)
    }
}

extension Event {
    /// The story without durations: frames may tell more of them.
    var comparable: String { story.replacing(#/"durationSeconds":[0-9.e-]+,?/#, with: "") }
}
