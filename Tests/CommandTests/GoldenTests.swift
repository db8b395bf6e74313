import Foundation
import Testing

/// Cases whose events were read, one by one, and kept: `events.jsonl` beside the log.
///
/// UPDATE_GOLDENS=1 writes them anew; read the difference before it is committed.
@Suite struct GoldenTests {
    static let names: [String] = {
        let root = Tool.package.appending(path: "Fixtures/cases")
        return ((try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? []).sorted().filter {
            FileManager.default.fileExists(atPath: root.appending(path: "\($0)/events.jsonl").path)
        }
    }()

    @Test("there are goldens") func thereAreGoldens() { #expect(Self.names.count >= 5) }

    @Test("the events of a case are those that were read and kept", arguments: names)
    func golden(_ name: String) throws {
        let folder = Tool.package.appending(path: "Fixtures/cases/\(name)")
        let logs = try String(contentsOf: folder.appending(path: "arguments"), encoding: .utf8)
            .split(whereSeparator: \.isWhitespace).map { Tool.fixture("\(name)/\($0)") }
        let result = try Tool.run(logs)
        let golden = folder.appending(path: "events.jsonl")
        if ProcessInfo.processInfo.environment["UPDATE_GOLDENS"] != nil { try result.data.write(to: golden) }
        let kept = try String(contentsOf: golden, encoding: .utf8).split(separator: "\n")
        let events = result.out.split(separator: "\n")
        for (event, golden) in zip(events, kept) where event != golden {
            Issue.record("is  \(event)\nwas \(golden)")
            return
        }
        #expect(events.count == kept.count)
    }
}
