import Foundation
import Testing

@testable import OctologCore

/// What the mappings to the formats of others make of numbers, levels and odd text; the validators of others judge
/// the rest, in Tests/integrations: test_otlp.py, test_ecs.py, test_clef.py and test_sarif.py.
@Suite struct FormatTests {
    private func json(_ event: Event, _ write: (Event, inout JSONWriter) -> Void) throws -> [String: Any] {
        var writer = JSONWriter()
        write(event, &writer)
        let text = String(decoding: writer.bytes, as: UTF8.self)
        #expect(text.hasSuffix("\n") && !text.dropLast().contains("\n"), "an event is one line")
        return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    /// The record of an OTLP line.
    private func record(_ event: Event) throws -> [String: Any] {
        var value: Any = try json(event, OTLPFormat.write)
        for name in ["resourceLogs", "scopeLogs", "logRecords"] {
            let list = try #require((value as? [String: Any])?[name] as? [Any])
            #expect(list.count == 1)
            value = list[0]
        }
        return try #require(value as? [String: Any])
    }

    private func sarif(_ events: [Event], exitCode: Int = 0) throws -> [String: Any] {
        var log = SARIFLog()
        var text: [UInt8] = []
        for event in events + [.finished(exitCode)] { log.receive(event) { text += $0 } }
        let root = try #require(try JSONSerialization.jsonObject(with: Data(text)) as? [String: Any])
        return try #require((root["runs"] as? [[String: Any]])?.first)
    }

    @Test("each level has its name on the scale of each format") func levels() throws {
        let expected: [(Level, otlp: Int, ecs: String, clef: String, sarif: String)] = [
            (.info, 9, "info", "Information", "none"), (.low, 10, "info", "Information", "note"),
            (.medium, 13, "warning", "Warning", "warning"), (.high, 17, "error", "Error", "error"),
            (.critical, 21, "critical", "Fatal", "error"),
        ]
        #expect(expected.map(\.0) == Level.allCases)
        for (level, otlp, ecs, clef, sarifLevel) in expected {
            var event = Event.sample(of: .findingRaised)
            event.level = level
            #expect(try record(event)["severityNumber"] as? Int == otlp)
            #expect(try record(event)["severityText"] as? String == level.name)
            #expect((try json(event, ECSFormat.write)["log"] as? [String: Any])?["level"] as? String == ecs)
            #expect(try json(event, CLEFFormat.write)["@l"] as? String == clef)
            #expect((try sarif([event])["results"] as? [[String: Any]])?.first?["level"] as? String == sarifLevel)
        }
    }

    @Test("OTLP's time is nanoseconds as a decimal string, and absent where it is not known") func times() throws {
        var event = Event.sample
        event.time = Timestamp(nanoseconds: 1_530_522_901_123_456_789)
        #expect(try record(event)["timeUnixNano"] as? String == "1530522901123456789")
        // 0 is the proto's word for unknown, and it knows no time before 1970.
        for time in [nil, Timestamp(nanoseconds: 0), Timestamp(nanoseconds: -1)] {
            event.time = time
            #expect(try record(event)["timeUnixNano"] == nil)
        }
        #expect(try record(event)["observedTimeUnixNano"] == nil)
        #expect(try json(event, CLEFFormat.write)["@t"] as? String == event.time?.rfc3339)
        event.time = nil
        #expect(try json(event, CLEFFormat.write)["@t"] == nil)
        #expect(try json(event, ECSFormat.write)["@timestamp"] == nil)
    }

    @Test(
        "ECS' durations are whole nanoseconds",
        arguments: [(0.66, 660_000_000), (31.0, 31_000_000_000), (0.000_000_001, 1)])
    func durations(_ seconds: Double, _ nanoseconds: Int) throws {
        var event = Event.sample(of: .phaseCompleted)
        event.payload = .phaseCompleted(PhaseStep(phase: .database, durationSeconds: seconds))
        let fields = try #require(try json(event, ECSFormat.write)["event"] as? [String: Any])
        #expect(fields["duration"] as? Int == nanoseconds)
    }

    @Test("no duration is told that does not fit") func endlessDurations() {
        for seconds in [Double.infinity, -.infinity, .nan, 1e300] { #expect(ECSFormat.nanoseconds(seconds) == nil) }
    }

    @Test("numbers with a fraction are doubles to OTLP, whole ones too; integers are strings") func numbers() throws {
        var event = Event.sample(of: .phaseCompleted)
        event.payload = .phaseCompleted(PhaseStep(phase: .database, durationSeconds: 31))
        let attributes = try #require(try record(event)["attributes"] as? [[String: Any]])
        func value(_ name: String) -> [String: Any]? {
            attributes.first { $0["key"] as? String == name }?["value"] as? [String: Any]
        }
        #expect(value("octolog.duration_seconds")?["doubleValue"] as? Int == 31)
        #expect(value("octolog.startup")?["intValue"] as? String == "1")
        #expect(value("octolog.container")?["stringValue"] as? String == "")
    }

    @Test(
        "a container is named only where the log names one",
        arguments: ["urn:octolog:container:web", "urn:octolog:input:x.log"])
    func containers(_ source: String) throws {
        var event = Event.sample
        event.source = source
        event.origin.container = "web"
        let isNamed = source.hasPrefix("urn:octolog:container:")
        #expect(
            (try json(event, ECSFormat.write)["container"] as? [String: Any])?["name"] as? String
                == (isNamed ? "web" : nil))
        event.origin.container = String(repeating: "0a", count: 32)
        #expect(
            (try json(event, ECSFormat.write)["container"] as? [String: Any])?["id"] as? String
                == (isNamed ? event.origin.container : nil))
    }

    @Test("names in lower case are those of the events") func names() {
        let fields = FieldTree.fields(of: EventData.sample) + FieldTree.fields(of: Registration.sample)
        #expect(fields.map(\.snakeName).contains("time_source") && fields.map(\.snakeName).contains("worker_pools"))
        #expect(fields.allSatisfy { $0.snakeName == $0.snakeName.lowercased() })
    }

    @Test("no two fields of an event's document have one name in ECS or OTLP", arguments: EventType.allCases)
    func distinctNames(_ type: EventType) {
        let own = ["source", "subject", "type", "level", "correlation_id", "sequence"]
        let names = own + FieldTree.fields(of: Event.sample(of: type).data).map(\.snakeName)
        #expect(Set(names).count == names.count, "\(names)")
    }

    @Test("text of logs stays what it is in every format") func oddText() throws {
        let text = "{a} \"b\\c\" @t \u{1}\u{7F}\u{2028} \u{1F419} %41 \r\n\t</script>"
        var event = Event.sample(of: .findingRaised)
        event.payload = .findingRaised(Finding(code: "x", title: text, remedy: "r"))
        event.evidence[0].text = text
        #expect((try record(event)["body"] as? [String: Any])?["stringValue"] as? String == text)
        #expect(try json(event, ECSFormat.write)["message"] as? String == text)
        #expect(try json(event, CLEFFormat.write)["@m"] as? String == text)
        let result = try #require((try sarif([event])["results"] as? [[String: Any]])?.first)
        let location = (result["locations"] as? [[String: Any]])?.first?["physicalLocation"] as? [String: Any]
        let snippet = (location?["region"] as? [String: Any])?["snippet"] as? [String: Any]
        #expect(snippet?["text"] as? String == text)
    }

    @Test(
        "paths are URI references, RFC 3986",
        arguments: [
            ("input.log", "input.log"), ("a b/c%41?#.log", "a%20b/c%2541%3F%23.log"),
            ("/var/log/x", "file:///var/log/x"),
            ("c:x.log", "c%3Ax.log"), ("../\u{FC}.log", "../%C3%BC.log"), ("[a]\\b\u{7}", "%5Ba%5D%5Cb%07"),
        ])
    func addresses(_ path: String, _ uri: String) { #expect(SARIFLog.uri(of: path) == uri) }

    @Test("SARIF's snippets are cut between characters") func longLines() throws {
        var event = Event.sample(of: .startupFailed)
        event.evidence[0].text = "x" + String(repeating: "\u{1F419}", count: 2000)
        let result = try #require((try sarif([event])["results"] as? [[String: Any]])?.first)
        let location = (result["locations"] as? [[String: Any]])?.first?["physicalLocation"] as? [String: Any]
        let snippet = (location?["region"] as? [String: Any])?["snippet"] as? [String: Any]
        #expect(snippet?["text"] as? String == "x" + String(repeating: "\u{1F419}", count: 255) + "...")
    }

    @Test("what is compressed has lines in SARIF, and no bytes") func compressedLines() throws {
        for compression in [nil, "gzip"] {
            var event = Event.sample(of: .startupFailed)
            event.evidence[0].compression = compression
            let result = try #require((try sarif([event])["results"] as? [[String: Any]])?.first)
            let location = (result["locations"] as? [[String: Any]])?.first?["physicalLocation"] as? [String: Any]
            let region = try #require(location?["region"] as? [String: Any])
            #expect(region["startLine"] as? Int == 1 && (region["byteOffset"] == nil) == (compression != nil))
        }
    }

    @Test("an explanation, and a group that is told again, replace their results") func lastWords() throws {
        var failed = Event.sample(of: .startupFailed)
        failed.origin.container = "web"
        failed.givenID = "1"
        var explained = Event.sample(of: .startupExplained)
        let cause = RootCause(
            code: "sql-memory-too-small", title: "t", container: "db", confidence: .likely, remedy: "r")
        explained.payload = .startupExplained(
            StartupExplained(container: "web", startup: 1, rootCause: cause, contributing: []))
        explained.givenID = "2"
        var group = Event.sample(of: .registrationDuplicate)
        group.givenID = "3"
        var grown = group
        grown.givenID = "4"
        let results = try #require(try sarif([failed, group, explained, grown])["results"] as? [[String: Any]])
        #expect(results.map { $0["ruleId"] as? String } == ["sql-memory-too-small", "same-name"])
        let ids = results.map { ($0["partialFingerprints"] as? [String: Any])?["octologEventId/v1"] as? String }
        // The startup keeps its id; the group is another event each time it is told.
        #expect(ids == ["1", "4"])
    }

    @Test("a SARIF log has a bound, and says how many results it has left out") func bound() throws {
        var events: [Event] = []
        for number in 0..<SARIFLog.limit + 7 {
            var event = Event.sample(of: .secretExposed)
            event.givenID = "\(number)"
            events.append(event)
        }
        let run = try sarif(events, exitCode: 3)
        #expect((run["results"] as? [Any])?.count == SARIFLog.limit)
        let invocation = try #require((run["invocations"] as? [[String: Any]])?.first)
        let notifications = try #require(invocation["toolExecutionNotifications"] as? [[String: Any]])
        #expect(
            (notifications.first?["message"] as? [String: Any])?["text"] as? String
                == "7 more results were found than this log has room for")
        #expect(invocation["executionSuccessful"] as? Bool == false)
    }
}

extension Event {
    fileprivate static func finished(_ exitCode: Int) -> Event {
        .run(.runFinished(RunFinished(Totals(), exitCode: exitCode)), about: "")
    }
}
