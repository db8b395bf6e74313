import Foundation
import Testing

@testable import OctologCore

/// Whose word a line is, and what frames look like where they were met.
extension FramingTests {
    // MARK: Trust

    /// The block in which a script shows its master key.
    static let block = [
        "VERBOSE: [2018-07-02T09:15:56] Display master key ...",
        #"VERBOSE: [2018-07-02T09:15:56] Executing command 'C:\Program Files\Octopus Deploy\Octopus\Octopus.Server.exe show-master-key --console --instance OctopusServer'"#,
        "VERBOSE: ", "VERBOSE: \t| QUFBQUFBQUFBQUFBQUFBQQ==", "VERBOSE: ", "VERBOSE: [2018-07-02T09:16:01] done.",
    ]

    func json(_ text: String) -> String {
        String(decoding: (try? JSONEncoder().encode(text)) ?? Data(), as: UTF8.self)
    }

    @Test("what an engine wrapped is the container's own word, even if it looks like another's frame")
    func forgery() {
        let wrappers: [(String) -> String] = [
            { #"{"log":\#(self.json($0 + "\n")),"stream":"stdout","time":"2018-07-02T09:15:01.5Z"}"# },
            { "2018-07-02T09:15:01.5Z stdout F \($0)" },
            { "2018-07-02T09:15:01.500000000Z \($0)" },
            { #"{"CONTAINER_NAME":"evil","MESSAGE":\#(self.json($0)),"__REALTIME_TIMESTAMP":"1530522901000000"}"# },
            { #"{"message":\#(self.json($0)),"@timestamp":"2018-07-02T09:15:01Z","kubernetes":{"pod_name":"evil"}}"# },
            { #"{"container_name":"/evil","log":\#(self.json($0)),"source":"stdout"}"# },
            { "<30>Jul  2 09:15:01 host 4f2a9c1b7d3e[1]: \($0)" },
            { #"evil: [1530522901.5, {"container_name"=>"/evil", "log"=>"\#($0)"}]"# },
        ]
        for wrap in wrappers {
            for prefix in ["octopus-1  | ", "[pod/octopus-0/octopus] "] {
                let log = Self.block.map { wrap(prefix + $0) + "\n" }.joined()
                let names = Set(analyze(log).events.compactMap(\.origin.container))
                #expect(names.isDisjoint(with: ["octopus-1", "octopus-0/octopus"]), "\(wrap("x"))")
            }
        }
    }

    @Test("members that a message wrote itself name no container") func forgedMembers() {
        let line =
            #"x", "container_name"=>"/octopus-1", "log"=>"VERBOSE: [2018-07-02T09:15:01] Configuring Octopus Deploy"#
        let log = #"t: [1530522901.5, {"container_name"=>"/evil", "log"=>"\#(line)"}]"# + "\n"
        #expect(!analyze(log).events.contains { $0.origin.container == "octopus-1" })
    }

    @Test("a container that first speaks in the middle of a plain log is not trusted with a key") func suspects() {
        let plain = String(decoding: FramedLog.bytes(of: "plain.log"), as: UTF8.self)
        let forged = plain + Self.block.map { "evil_1  | \($0)\n" }.joined()
        #expect(analyze(forged).key == "RmFrZU1hc3RlcktleTAwMQ==")
        // By itself the same is a log of Compose's.
        #expect(analyze(Self.block.map { "octopus_1  | \($0)\n" }.joined()).key == "QUFBQUFBQUFBQUFBQUFBQQ==")
    }

    @Test("a container can't tell the end of another") func forgedExit() {
        let plain = String(decoding: FramedLog.bytes(of: "plain.log"), as: UTF8.self)
            .split(whereSeparator: \.isNewline).map { "octopus_1  | \($0)\n" }
        let log = "Attaching to octov1_octopus_1, octov1_evil_1\n" + plain.joined()
        let forged = log + "evil_1     | bye octov1_octopus_1 exited with code 137\n"
        #expect(!analyze(forged).events.contains { $0.payload.type == .containerStopped })
        let real = log + "octopus_1  | last words--password=FAKEPASSW0RD octov1_octopus_1 exited with code 137\n"
        let stopped = analyze(real).events.filter { $0.payload.type == .containerStopped }
        #expect(stopped.map(\.origin.container) == ["octopus_1"])
        #expect(stopped.first?.evidence.map(\.text) == ["octov1_octopus_1 exited with code 137"])
    }

    @Test("names and ends pass the redactor too, and so do lines that end a record") func secretsInFrames() {
        let key = "RmFrZU1hc3RlcktleTAwMQ=="
        let line = "VERBOSE: [2018-07-02T09:15:01] Configuring Octopus Deploy"
        let logs = [
            #"{"CONTAINER_NAME":"octo --masterKey=\#(key)","MESSAGE":"\#(line)","PRIORITY":"6"}"# + "\n",
            "octopus_1  | \(line)\noctopus_1  | --masterKey=\(key) --password=FAKEPASSW0RD octopus_1 exited with code 1\n",
            "\(line)\nVERBOSE: [2018-07-02T09:15:01] Executing command 'foo\n\u{1B}[32mVERBOSE: [2018-07-02T09:15:02] --password=FAKEPASSW0RD --masterKey=\(key)\u{1B}[0m\n",
        ]
        for log in logs {
            let result = analyze(log)
            #expect(result.events.count > 3)
            #expect(!result.ndjson.contains("FAKEPASS") && !result.ndjson.contains("RmFrZU1h"), "\(log)")
        }
    }

    @Test(
        "numbers beyond all bounds are text",
        arguments: [
            "[9999999999999999999] x: [1", "octopus_1 exited with code 99999999999999999999",
            "<9999999999999999999>Jul  2 09:15:01 h t: x", #"{"log":"x","time":"9999999999","a":1}"#,
            #"{"MESSAGE":"x","__REALTIME_TIMESTAMP":"9999999999999999"}"#, "EVENTS\t9999999999999\tx\t9999999999999",
            #"{"log":"x","timestamp":"9223372036854775807","a":1}"#, "2261-12-31T23:59:60.999999999-23:59 x",
            "1970-01-01T00:00:00.000000000+23:59 stdout F x",
        ])
    func numbers(_ line: String) {
        let text = "\(line)\nVERBOSE: [2018-07-02T09:15:01] Configuring Octopus Deploy\n\(line)\n"
        #expect(analyze(text).events.contains { $0.payload.type == .startupBegan })
    }

    // MARK: Shapes seen in the wild

    /// The plain log's lines.
    var lines: [String] {
        String(decoding: FramedLog.bytes(of: "plain.log"), as: UTF8.self).split(whereSeparator: \.isNewline).map(
            String.init)
    }

    @Test(
        "rsyslog's own format, with and without a pid, and what it makes of TABs", arguments: ["[2216]", ""],
        [".123456+00:00", "+0000"])
    func rsyslog(_ pid: String, _ end: String) {
        let log = lines.map { line in
            let text = line.replacing("\t", with: "#011")
            return "2018-07-02T09:15:01\(end) dock1 octopus\(pid): \(text)#015\n"
        }
        #expect(analyze(log.joined()).key == "RmFrZU1hc3RlcktleTAwMQ==")
    }

    @Test("a pod whose name is one word is stern's once it was announced") func announced() {
        let log = "+ octopus › server\n" + lines.map { "octopus server \($0)\n" }.joined()
        let result = analyze(log)
        #expect(result.key == "RmFrZU1hc3RlcktleTAwMQ==")
        #expect(result.events.allSatisfy { [nil, "octopus/server"].contains($0.origin.container) })
        // Without that it is somebody's text.
        #expect(analyze(lines.map { "octopus server \($0)\n" }.joined()).key == nil)
    }

    @Test("lines that end in a CR alone are lines, however many") func carriageReturns() {
        let log = Array(String(repeating: lines.joined(separator: "\r") + "\r", count: 300).utf8)
        #expect(log.count > LineBuffer.window)
        let result = analyze([("x", log)], chunk: 5000)
        #expect(result.events.count { $0.payload.type == .startupSucceeded } == 300)
        #expect(result.ndjson == analyze([("x", log)]).ndjson)
        #expect(result.events.flatMap(\.evidence).allSatisfy { $0.location.line == 1 && $0.location.length < 1000 })
    }

    @Test("JSON as other writers space and escape it") func otherJSON() {
        let arrays = lines.map { line in
            let bytes = Array(line.utf8).map(String.init).joined(separator: ", ")
            return #"{ "PRIORITY" : "6", "MESSAGE": [\#(bytes)] }"# + "\n"
        }
        #expect(analyze(arrays.joined()).events.contains { $0.payload.type == .startupSucceeded })
        let numbered = lines.map {
            #"{"log":\#(json($0).dropLast())\u000a","stream":"stdout","time":"2018-07-02T09:15:01Z"}"# + "\n"
        }
        #expect(analyze(numbered.joined()).key == "RmFrZU1hc3RlcktleTAwMQ==")
    }

    @Test("a line like a key is seen behind every frame, also where nothing else is looked for") func keysWhileRunning()
    {
        let key = "QUFBQUFBQUFBQUFBQUFBQQ=="
        let logs = [
            lines.map { "\($0)\n" } + ["\(key)\n"],
            lines.map { "EVENTS\t1530522901000\t\($0)\t1530522901000\n" } + [
                "EVENTS\t1530522901000\t\(key)\t1530522901000\n"
            ],
            lines.map { #"{"log":\#(json($0 + "\n")),"stream":"stdout","time":"2018-07-02T09:15:01Z"}"# + "\n" }
                + [#"{"log":"\#(key)\r\n","stream":"stdout","time":"2018-07-02T09:15:01Z"}"# + "\n"],
            lines.map { #"{"MESSAGE":\#(json($0)),"PRIORITY":"6"}"# + "\n" }
                + [#"{"MESSAGE":"\#(key.replacing("=", with: "\\u003d"))","PRIORITY":"6"}"# + "\n"],
        ]
        for log in logs {
            let keys = analyze(log.joined()).events.filter { $0.payload.type == .masterKeyShown }
            #expect(keys.count == 2, "\(log.last ?? "")")
        }
    }

    @Test("Fluent Bit's messages may hold quotes") func quotes() {
        let line = #"VERBOSE: [2018-07-02T09:15:01]  - local admin user 'x "y" z'"#
        let log = [
            "VERBOSE: [2018-07-02T09:15:01] Configuring Octopus Deploy", line,
            "VERBOSE: [2018-07-02T09:15:01] Creating Octopus Deploy database ...",
        ]
        .map { #"t: [1530522901.5, {"log"=>"\#($0)"}]"# + "\n" }
        let users = analyze(log.joined()).events.compactMap { event -> String? in
            guard case .configurationObserved(let configuration) = event.payload else { return nil }
            return configuration.adminUser
        }
        #expect(users == [#"x "y" z"#])
    }

    @Test("of several keys that of a startup seen from its beginning is printed") func wholeStartups() {
        let whole = lines.map { "octopus-1  | \($0)\n" }.joined()
        let alone = Self.block.map { "db-1  | \($0.replacing("2018", with: "2019"))\n" }.joined()
        #expect(analyze(whole + alone).key == "RmFrZU1hc3RlcktleTAwMQ==")
        #expect(analyze(alone).key == "QUFBQUFBQUFBQUFBQUFBQQ==")
    }
}
