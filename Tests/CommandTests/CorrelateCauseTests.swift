import Foundation
import Testing

/// Why a startup failed, where another container's log says it, and the logs were analyzed apart.
@Suite struct CorrelateCauseTests {
    /// The cases of which another container's log tells a cause.
    static let cases: [String] = {
        let root = Tool.package.appending(path: "Fixtures/cases")
        return ((try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? []).sorted().filter { name in
            let text = (try? String(contentsOf: root.appending(path: "\(name)/expected"), encoding: .utf8)) ?? ""
            return text.split(separator: "\n").contains { $0.hasPrefix("container:") && $0.contains("@") }
        }
    }()

    @Test("there are such cases") func thereAreCases() { #expect(Self.cases.count >= 4) }

    /// The last word on each failed startup: `container#startup` to `code@container`.
    private func causes(_ streams: [Tool.Result]) -> [String: String] {
        var causes: [String: String] = [:]
        let events = streams.flatMap(\.events)
        for (type, container, startup) in [
            ("startup.failed", "container", "startup"),
            ("startup.explained", "explainedContainer", "explainedStartup"),
        ] {
            for event in events where event["type"] as? String == "octolog.\(type).v1" {
                guard let data = event["data"] as? [String: Any], let name = data[container] as? String,
                    let number = data[startup] as? Int, let cause = data["rootCause"] as? [String: Any]
                else { continue }
                let place = (cause["container"] as? String).map { "@\($0)" } ?? ""
                causes["\(name)#\(number)"] = "\(cause["code"] as? String ?? "")\(place)"
            }
        }
        return causes
    }

    /// The logs of a case, a file for each container, in a folder of their own.
    private func split(_ name: String, into folder: URL) throws -> [String] {
        let source = Tool.package.appending(path: Tool.fixture(name))
        let logs = try String(contentsOf: source.appending(path: "arguments"), encoding: .utf8)
            .split(whereSeparator: \.isWhitespace).map(String.init)
        if logs.count > 1 {
            for log in logs {
                try FileManager.default.copyItem(at: source.appending(path: log), to: folder.appending(path: log))
            }
            return logs
        }
        let text = try String(contentsOf: source.appending(path: logs[0]), encoding: .utf8)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        // `db-1  | text`, and `db-1 exited with code 1`.
        let containers = Dictionary(grouping: lines.filter { !$0.isEmpty }) { line in line.prefix { $0 != " " } }
        for (container, lines) in containers {
            try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: folder.appending(path: "\(container).log"))
        }
        return containers.keys.map { "\($0).log" }.sorted()
    }

    @Test("logs analyzed apart and correlated tell the cause that one run tells", arguments: cases)
    func apart(_ name: String) throws {
        let folder = try TemporaryFolder()
        let logs = try split(name, into: folder.url)
        #expect(logs.count > 1)
        func shell(_ line: String) throws -> Tool.Result { try Tool.shell("cd '\(folder.url.path)' && \(line)") }
        let one = try causes([shell("octolog \(logs.joined(separator: " "))")])
        let whole =
            logs.allSatisfy { $0.hasSuffix("-1.log") }
            ? try causes([Tool.run([Tool.fixture("\(name)/input.log")])]) : one
        #expect(whole == one, "a log of all, and a log for each")
        #expect(one.values.contains { $0.contains("@") })
        var apart: [Tool.Result] = []
        for log in logs { apart.append(try shell("octolog \(log) | tee \(log).ndjson")) }
        // Alone no log tells of another.
        #expect(!causes(apart).values.contains { $0.contains("@") })
        let ways = [
            "octolog correlate *.ndjson", "ls -r *.ndjson | xargs octolog correlate",
            "for f in *.ndjson; do octolog correlate --partial $f > $f.state; done; octolog correlate *.state",
            "cat *.ndjson | sort -R --random-source=/bin/bash | octolog correlate",
        ]
        for way in ways {
            let result = try shell(way)
            #expect(result.code == 0 && result.err.isEmpty, "\(way): \(result.err)")
            #expect(causes(apart + [result]) == one, "\(way): \(result.out)")
            let explained = result.types.count { $0 == "octolog.startup.explained.v1" }
            #expect(explained == one.values.count { $0.contains("@") }, "\(way)")
        }
        // What one run explained is not taken back.
        let again = try shell("octolog \(logs.joined(separator: " ")) | tee all.ndjson | octolog correlate")
        #expect(try causes([shell("cat all.ndjson"), again]) == one)
    }

    @Test("the cause is the one that was expected of the case", arguments: cases)
    func expected(_ name: String) throws {
        let folder = try TemporaryFolder()
        var streams: [Tool.Result] = []
        for log in try split(name, into: folder.url) {
            streams.append(try Tool.shell("cd '\(folder.url.path)' && octolog \(log) | tee \(log).ndjson"))
        }
        streams.append(try Tool.shell("cd '\(folder.url.path)' && octolog correlate *.ndjson"))
        let found = causes(streams)
        let text = try String(
            contentsOf: Tool.package.appending(path: "\(Tool.fixture(name))/expected"), encoding: .utf8)
        for line in text.split(separator: "\n") where line.hasPrefix("container:") {
            let parts = line.dropFirst(10).split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            let expected = parts[4].split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
            let own = found.filter { $0.key.hasPrefix("\(parts[0])#") }.sorted { $0.key < $1.key }.map(\.value)
            #expect(own == (expected == ["none"] ? [] : expected), "\(parts[0])")
        }
    }
}
