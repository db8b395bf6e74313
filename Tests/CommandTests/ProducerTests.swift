import Foundation
import Testing

import Glibc

/// What real engines, drivers and daemons make of a log; Tests/producers/produce runs them.
///
/// It installs what is missing, so it is run by root alone: in a container, or by CI.
@Suite(.serialized, .enabled(if: geteuid() == 0, "real producers are installed and run by root alone"))
struct ProducerTests {
    /// The logs that the producers are given: a startup that shows its key, and one with a line of three parts.
    static let logs = [
        Tool.fixture("server-2018.3.13-first-start/input.log"), "Fixtures/framings/border/plain.log",
    ]
    private static let second = Tool.fixture("tentacle-3.22-listening/input.log")

    /// What the producers made of a log: a folder with a file or a folder from each.
    private func produce(_ log: String, into folder: URL) throws -> [URL] {
        let script = Tool.package.appending(path: "Tests/producers/produce")
        let paths = [log, folder.path, Self.second].map {
            $0.hasPrefix("/") ? $0 : Tool.package.appending(path: $0).path
        }
        let result = try Tool.run(script, paths)
        #expect(result.code == 0, "\(result.err)")
        if let reasons = try? String(contentsOf: folder.appending(path: "skipped"), encoding: .utf8) {
            for reason in reasons.split(separator: "\n") { print("skipped: \(reason)") }
        }
        return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { !$0.lastPathComponent.hasPrefix(".") && $0.lastPathComponent != "skipped" }
            .sorted { $0.path < $1.path }
    }

    @Test("a log gives the same events, whichever program delivered it", arguments: logs)
    func sameEvents(_ log: String) throws {
        let folder = try TemporaryFolder()
        let outputs = try produce(log, into: folder.url)
        // Docker's engine alone makes twenty of them.
        #expect(outputs.count > 3)
        let expected = Self.stories(try Tool.run([log]))
        #expect(expected.count == 1)
        let plain = expected.first?.value ?? []
        let secrets = ["FAKEborder", "PASSW0RD123", "RmFrZUJvcmRl", "cktleTAwMQ", "Adm1nN0tReal", "N0tARealPassw0rd"]
        for output in outputs {
            let name = output.lastPathComponent
            let result = try Tool.run([output.path])
            for secret in secrets { #expect(!result.out.contains(secret), "\(name) shows \(secret)") }
            let stories = Self.stories(result)
            if name.contains("restart") {
                #expect(
                    Self.count(result, "startup.succeeded") == 2 && Self.count(result, "startup.began") == 2, "\(name)")
            } else if name.hasPrefix("compose"), name.contains("two") {
                // Two services: one of them is this log's.
                #expect(stories.count == 2 && stories.values.contains(plain), "\(name)")
                #expect(Self.count(result, "startup.succeeded") == 2, "\(name)")
            } else if name.contains("two-streams") || name.hasPrefix("long-") {
                // Lines in another order, and a log that is no startup's: read without a fault, nothing more.
                #expect(result.code == 0 || result.code == 4, "\(name)")
            } else {
                #expect(stories.count == 1, "\(name): \(stories.keys)")
                #expect(stories.first?.value == plain, "\(name)")
                let isUp = name == "compose-v2-up.log" || name == "compose-v1.log"
                #expect(
                    Self.count(result, "container.stopped") == (isUp || name == "compose-v1-no-colour.log" ? 1 : 0),
                    "\(name)")
            }
        }
    }

    private static func count(_ result: Tool.Result, _ type: String) -> Int {
        result.types.count { $0 == "octolog.\(type).v1" }
    }

    /// What each container's events say, without where it stands and by whose clock.
    ///
    /// The end of a container is Compose's own word, and a limit journalctl's.
    private static func stories(_ result: Tool.Result) -> [String: [String]] {
        var stories: [String: [String]] = [:]
        for event in result.events {
            guard let container = (event["data"] as? [String: Any])?["container"] as? String,
                let type = event["type"] as? String,
                type != "octolog.container.stopped.v1", type != "octolog.limit.hit.v1"
            else { continue }
            stories[container, default: []].append(story(event))
        }
        return stories
    }

    private static func story(_ event: [String: Any]) -> String {
        var event = event
        var data = event["data"] as? [String: Any] ?? [:]
        if data["timeSource"] as? String == "frame" { event["time"] = nil }
        for key in ["id", "source", "sequence", "correlationid"] { event[key] = nil }
        let ofFrames = [
            "container", "timeSource", "framing", "innerFramings", "encoding", "compression", "durationSeconds",
        ]
        for key in ofFrames { data[key] = nil }
        data["evidence"] = (data["evidence"] as? [[String: Any]] ?? []).map { evidence in
            // A terminal's colours, and blanks for what daemons make of a TAB.
            (evidence["text"] as? String ?? "").replacing(#/\x{1B}\[[0-9;]*[A-Za-z]/#, with: "")
                .replacing(#/[\t ]+/#, with: " ").trimmingCharacters(in: .whitespaces)
        }
        event["data"] = data
        let bytes = try? JSONSerialization.data(withJSONObject: event, options: [.sortedKeys])
        return bytes.map { String(decoding: $0, as: UTF8.self) } ?? "no JSON"
    }
}
