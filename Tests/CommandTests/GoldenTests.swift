import Foundation
import Testing

/// Runs whose events were read, one by one, and kept in `events.jsonl`: beside the logs of a case, or beside the
/// arguments of a run with options, in Fixtures/goldens.
///
/// UPDATE_GOLDENS=1 writes them anew; read the difference before it is committed.
@Suite struct GoldenTests {
    static let all = Golden.all

    @Test("there are goldens") func thereAreGoldens() { #expect(Self.all.count >= 12) }

    @Test("the events of a run are those that were read and kept", arguments: all)
    func golden(_ golden: Golden) throws {
        let result = try Tool.run(golden.arguments())
        if ProcessInfo.processInfo.environment["UPDATE_GOLDENS"] != nil { try result.data.write(to: golden.events) }
        let kept = try golden.lines()
        let events = result.out.split(separator: "\n")
        for (event, golden) in zip(events, kept) where event != golden {
            Issue.record("is  \(event)\nwas \(golden)")
            return
        }
        #expect(events.count == kept.count)
    }
}
