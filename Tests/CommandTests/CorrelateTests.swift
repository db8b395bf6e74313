import Fleet
import Foundation
import Testing

/// `octolog correlate` with what people and programs give it.
@Suite struct CorrelateTests {
    /// Two registrations under one name, and what correlate says of them.
    private static let pair = Result { try EventLines.pair("shop-web") }

    private func pair() throws -> Data { try Self.pair.get() }

    private func correlate(_ input: Data, _ arguments: [String] = []) throws -> Tool.Result {
        try Tool.run(Tool.binary, ["correlate"] + arguments, input: input)
    }

    /// Whether the pair is told, and nothing else.
    private func tellsPair(_ result: Tool.Result, _ name: String = "shop-web") -> Bool {
        let duplicates = Duplicate.all(in: result.data)
        return duplicates.map(\.class) == ["same-name"]
            && duplicates.map(\.value) == [name.trimmingCharacters(in: .whitespaces).lowercased()]
            && duplicates.first?.members.map(\.container) == ["one", "two"]
    }

    @Test("two containers under one name: who, since when, and whom the server talks to") func plain() throws {
        let result = try correlate(pair())
        #expect(result.code == 0 && result.err.isEmpty && tellsPair(result), "\(result.out) \(result.err)")
        let duplicate = try #require(Duplicate.all(in: result.data).first)
        #expect(duplicate.current == Fleet.Member(container: "two", startup: 1) && duplicate.confidence == "certain")
        let event = try #require(result.events.first { $0["subject"] as? String == duplicate.subject })
        #expect(event["source"] as? String == "urn:octolog:container:two")
        #expect(event["time"] as? String == "2024-03-04T10:01:00Z" && event["correlationid"] as? String == "fade1")
    }

    // MARK: What is no event

    private static let noEvents: [(String, Data)] = [
        ("words", Data("Machine registered successfully\n".utf8)),
        ("half an object", Data("{\"specversion\":\"1.0\"\n".utf8)),
        ("an array", Data("[1,2,3]\n".utf8)),
        ("another object", Data("{\"level\":\"info\",\"msg\":\"started\"}\n".utf8)),
        (
            "another program's event",
            Data(#"{"specversion":"1.0","id":"1","source":"/x","type":"com.example.made","data":{}}"#.utf8) + [0x0A]
        ),
        ("bytes", Data([0x80, 0xFF, 0x00, 0xC3, 0x0A])), ("a number", Data("17\n".utf8)),
        ("2 MiB", Data(repeating: UInt8(ascii: "x"), count: 2 << 20) + [0x0A]),
        ("2 MiB of braces", Data(repeating: UInt8(ascii: "{"), count: 2 << 20) + [0x0A]),
        (
            "an unclosed string of 2 MiB",
            Data("{\"type\":\"octolog.".utf8) + Data(repeating: 0x61, count: 2 << 20) + [0x0A]
        ),
        (
            "no data",
            Data(
                #"{"specversion":"1.0","id":"1","source":"urn:octolog:input:-","type":"octolog.registration.observed.v1"}"#
                    .utf8) + [0x0A]
        ),
        (
            "a type that is no text",
            Data(
                #"{"specversion":"1.0","id":"1","source":"urn:octolog:input:-","type":["octolog.registration.observed.v1"],"data":{}}"#
                    .utf8) + [0x0A]
        ),
    ]

    @Test("what is no event between events is passed over and counted", arguments: noEvents)
    func junk(_ name: String, _ line: Data) throws {
        let lines = try pair().split(separator: 0x0A).map { $0 + [0x0A] }
        let result = try correlate(line + lines[0] + line + lines[1] + line)
        #expect(tellsPair(result), "\(result.err)")
        #expect(result.code == 3 && result.err.firstMatch(of: #/\b3\b/#) != nil, "\(result.code) \(result.err)")
        #expect(
            result.err.split(separator: "\n").count == 1 && result.err.utf8.count < 1000, "\(result.err.prefix(2000))")
        let state = try correlate(line + lines[0] + line + lines[1], ["--partial"])
        #expect(try state.code == 3 && state.data == correlate(pair(), ["--partial"]).data)
    }

    @Test("a cut last line is passed over and said; a missing last newline is none") func cutLine() throws {
        let whole = try pair()
        #expect(try tellsPair(correlate(whole.dropLast())) && correlate(whole.dropLast()).code == 0)
        let more = try EventLines.registration { event, _ in event["id"] = String(repeating: "beef", count: 8) }
        for length in [1, 40, more.count / 2, more.count - 2] {
            let result = try correlate(whole + more.prefix(length))
            #expect(
                result.code == 3 && tellsPair(result) && !result.err.isEmpty, "\(length): \(result.code) \(result.err)")
        }
    }

    @Test("no events at all: exit code 4, and one sentence", arguments: ["", "\n", "hello\nworld\n", "{}\n", "[]\n"])
    func nothing(_ text: String) throws {
        for arguments in [[], ["--partial"]] {
            let result = try correlate(Data(text.utf8), arguments)
            #expect(result.code == 4, "\(result.code)")
            #expect(result.err.hasPrefix("octolog: ") && result.err.split(separator: "\n").count <= 2, "\(result.err)")
            #expect(result.findings.isEmpty)
        }
    }

    @Test("another program's events, a log, and a binary: exit code 4") func others() throws {
        let other = #"{"specversion":"1.0","id":"1","source":"/x","type":"com.example.made","data":{"name":"octolog"}}"#
        #expect(try correlate(Data("\(other)\n\(other)\n".utf8)).code == 4)
        #expect(try Tool.run(["correlate", Tool.fixture("tentacle-3.22-listening/input.log")]).code == 4)
        #expect(try Tool.run(["correlate", "/bin/bash"]).code == 4)
    }

    @Test("events that hold nothing to correlate are events all the same") func nothingToTell() throws {
        let events = try Tool.run([Tool.fixture("server-2018.3.13-first-start/input.log")])
        let result = try correlate(events.data)
        #expect(result.code == 0 && result.findings.isEmpty && result.err.isEmpty, "\(result.code) \(result.err)")
        #expect(result.types == ["octolog.run.started.v1", "octolog.run.finished.v1"])
    }

    @Test("events of an older and of a newer octolog are read without complaint") func versions() throws {
        let lines = try pair().split(separator: 0x0A).map { $0 + [0x0A] }
        func changed(_ line: Data, _ change: (inout [String: Any], inout [String: Any]) -> Void) throws -> Data {
            let event = try #require(try JSONSerialization.jsonObject(with: line) as? [String: Any])
            return try EventLines.line(event, change)
        }
        let newer = try changed(lines[0]) { event, data in
            event["traceparent"] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
            data["unknown"] = ["space", "moon"]
            data["cluster"] = ["name": "x", "nodes": [1, 2.5, NSNull(), true]]
            data["note"] = String(repeating: "n", count: 256 << 10)
        }
        let older = try changed(lines[1]) { event, data in
            for key in ["dataschema", "subject", "severitynumber", "sequence"] { event[key] = nil }
            for key in ["unknown", "era", "timeSource"] { data[key] = nil }
        }
        let future = try [
            changed(lines[0]) { event, _ in event["type"] = "octolog.moon.landed.v1" },
            changed(lines[0]) { event, _ in event["type"] = "octolog.registration.observed.v2" },
        ]
        let result = try correlate(future[0] + newer + future[1] + older)
        #expect(result.code == 0 && result.err.isEmpty && tellsPair(result), "\(result.code) \(result.err)")
        // Whoever writes JSON may order and space it in another way.
        let spaced = try lines.map { line in
            let event = try JSONSerialization.jsonObject(with: line)
            let text = try JSONSerialization.data(withJSONObject: event, options: [.sortedKeys])
            return Data(String(decoding: text, as: UTF8.self).replacing("\",\"", with: "\" ,\t\"").utf8) + [0x0D, 0x0A]
        }
        let respaced = try correlate(Data(spaced.joined()))
        #expect(respaced.code == 0 && tellsPair(respaced), "\(respaced.code) \(respaced.err)")
    }

    @Test("a failed or unfinished registration is none") func notRegistered() throws {
        for outcome in ["failed", "unfinished"] {
            let second = String(decoding: try pair(), as: UTF8.self).split(separator: "\n")[1]
            let failed = second.replacing(#""outcome":"registered""#, with: #""outcome":"\#(outcome)""#)
            let result = try correlate(try pair().split(separator: 0x0A)[0] + Data("\n\(failed)\n".utf8))
            #expect(result.code == 0 && result.findings.isEmpty, "\(result.out)")
        }
    }

    // MARK: Hostile values

    private static let hostileNames = [
        "a\"b", "back\\slash", "two\nlines", "tab\there", "nul\u{0}in", "Ünïcödé ☃ 名前 e\u{301}",
        "\u{202E}desrever\u{2066}",
        "\u{1B}[31mred\u{1B}[0m\u{7}", "'; DROP TABLE machines; --", "{\"type\":\"octolog.registration.observed.v1\"}",
        "\u{85}next\u{2028}line\u{2029}par", "x\u{FEFF}bom", String(repeating: "long ", count: 20_000) + "end", "🐙👩‍👩‍👧",
    ]

    @Test("any value is carried as it is, and ends no line", arguments: hostileNames)
    func hostile(_ name: String) throws {
        let result = try correlate(EventLines.pair(name))
        #expect(result.code == 0 && result.err.isEmpty, "\(result.code) \(result.err)")
        let lines = result.data.split(separator: 0x0A)
        #expect(lines.count == 3 && result.events.count == 3)
        let duplicate = try #require(Duplicate.all(in: result.data).first)
        #expect(duplicate.class == "same-name" && duplicate.members.count == 2)
        if name.utf8.count < 1000 { #expect(duplicate.value == name.lowercased(), "\(duplicate.value ?? "")") }
        let state = try correlate(EventLines.pair(name), ["--partial"])
        #expect(try correlate(state.data, ["--partial"]).data == state.data)
        #expect(try correlate(state.data).findings == result.findings)
    }

    @Test("text has no control characters of the events", arguments: hostileNames)
    func text(_ name: String) throws {
        let result = try correlate(EventLines.pair(name), ["--format", "text"])
        #expect(result.code == 0 && result.out.contains("same-name") && result.out.contains("two"), "\(result.err)")
        let bad = result.out.unicodeScalars.filter { scalar in
            switch scalar.value {
            // The lines' own ends; a TAB moves the cursor, and no more.
            case 0x09, 0x0A: false
            case 0..<0x20, 0x7F..<0xA0, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069: true
            default: false
            }
        }
        #expect(bad.isEmpty, "\(bad.map { String($0.value, radix: 16) })")
    }

    @Test("another name is another machine, however alike it looks") func distinctNames() throws {
        let one = try EventLines.pair("shop").split(separator: 0x0A)[0]
        for name in ["shop\u{0}", "shop\u{200B}", "ѕhop", "shop.", "sh op"] {
            let two = try EventLines.pair(name).split(separator: 0x0A)[1]
            #expect(try correlate(one + [0x0A] + two + [0x0A]).findings.isEmpty, "\(name)")
        }
        let same = try EventLines.pair("  SHOP ").split(separator: 0x0A)[1]
        #expect(try correlate(one + [0x0A] + same + [0x0A]).findings.count == 1)
    }

    // MARK: Options

    @Test("--fail-on makes findings an exit code") func failOn() throws {
        #expect(try correlate(pair(), ["--fail-on", "high"]).code == 1)
        #expect(try correlate(pair(), ["--fail-on", "info"]).code == 1)
        #expect(try correlate(pair(), ["--fail-on", "critical"]).code == 0)
        #expect(try correlate(pair(), ["--fail-on", "soon"]).code == 64)
        #expect(try correlate(pair().prefix(900), ["--fail-on", "high"]).code >= 3)
    }

    @Test("--output writes a file, and never over an input") func output() throws {
        let folder = try TemporaryFolder()
        let events = try folder.write("events", pair())
        let file = folder.url.appending(path: "findings").path
        let quiet = try Tool.run(["correlate", "--output", file, events])
        #expect(quiet.code == 0 && quiet.out.isEmpty)
        #expect(try String(contentsOfFile: file, encoding: .utf8) == Tool.run(["correlate", events]).out)
        let refused = try Tool.run(["correlate", "--output", events, events])
        #expect(refused.code == 64 && refused.err.contains("is also an input"))
        #expect(try Data(contentsOf: URL(filePath: events)) == pair())
        #expect(try Tool.run(["correlate", "--output", "/no/such/folder/x", events]).code == 74)
        #expect(try Tool.shell("octolog correlate \(events) > /dev/full").code == 74)
    }

    @Test("a reader that goes away ends correlate quietly") func closedPipe() throws {
        let events = try EventLines.made.get()
        for command in ["correlate", "correlate --partial", "correlate --format text"] {
            let result = try Tool.shell("octolog \(command) | head -1; echo ${PIPESTATUS[0]}", input: events.all)
            let lines = result.out.split(separator: "\n")
            #expect(lines.count == 2 && lines.last == "0" && result.err.isEmpty, "\(command): \(result.err)")
        }
    }

    @Test("a file that is not there, or can't be read: the others are read all the same") func unreadable() throws {
        let folder = try TemporaryFolder()
        let events = try folder.write("events", pair())
        let missing = try Tool.run(["correlate", "no-such.ndjson", events])
        #expect(missing.code == 66 && missing.err.contains("no such file: no-such.ndjson") && tellsPair(missing))
        let broken = try Tool.run(["correlate", "/proc/self/mem", events])
        #expect(broken.code == 74 && broken.err.contains("/proc/self/mem") && tellsPair(broken), "\(broken.err)")
        let cut = try folder.write("cut.gz", Tool.shell("gzip -c \(events)").data.dropLast(20))
        let result = try Tool.run(["correlate", cut, events])
        #expect(result.code == 3 && tellsPair(result), "\(result.code) \(result.err)")
    }

    @Test("help has two examples, and --quiet says nothing") func help() throws {
        let help = try Tool.run(["correlate", "--help"])
        #expect(help.code == 0 && help.out.contains("EXAMPLES"))
        #expect(help.out.split(separator: "\n").count { $0.hasPrefix("  ") && $0.contains("octolog correlate") } >= 2)
        let quiet = try correlate(Data("words\n".utf8) + pair(), ["-q"])
        #expect(quiet.code == 3 && quiet.err.isEmpty && tellsPair(quiet))
    }
}
