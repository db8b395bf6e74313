import Foundation
import Testing

@testable import OctologCore

/// What must hold for every log: the fixtures stand for all.
@Suite struct LawTests {
    @Test("any cut of the input gives the same bytes", arguments: Case.all)
    func chunks(_ item: Case) {
        let whole = item.logs.count == 1 ? "" : item.run().ndjson
        for chunk in [1, 2, 3, 7, 4096] {
            guard item.logs.count == 1 else {
                #expect(item.run(chunk: chunk).ndjson == whole, "reads of \(chunk) bytes")
                continue
            }
            expect("reads of \(chunk) bytes give the same", of: item.bytes(of: item.logs[0])) { log in
                analyze([("-", log)], chunk: chunk).ndjson == analyze([("-", log)]).ndjson
            }
        }
    }

    @Test("CRLF, LF, trailing blanks and a missing last newline tell the same story", arguments: Case.all)
    func lineEnds(_ item: Case) {
        func story(_ edit: (String) -> String, _ logs: [[UInt8]]) -> [String] {
            analyze(zip(item.logs, logs).map { ($0, Array(edit(String(decoding: $1, as: UTF8.self)).utf8)) })
                .events.map { event in "\(event.type) \(event.level) \(event.time?.text ?? "") \(event.subject ?? "")" }
                .filter { !$0.contains("octolog.run.") }
        }
        let edits: [(String) -> String] = [
            { $0.replacing("\r\n", with: "\n").replacing("\n", with: "\r\n") },
            { $0.replacing("\r\n", with: "\n").replacing("\n", with: "  \r\n") },
            { $0.hasSuffix("\n") ? String($0.dropLast()) : $0 + "\n" },
        ]
        let logs = item.logs.map { item.bytes(of: $0) }
        let plain = story({ $0.replacing("\r\n", with: "\n") }, logs)
        for (number, edit) in edits.enumerated() where story(edit, logs) != plain {
            guard logs.count == 1 else {
                Issue.record("other line ends (\(number)) tell another story")
                continue
            }
            expect("other line ends (\(number)) tell the same story", of: logs[0]) { log in
                story(edit, [log]) == story({ $0.replacing("\r\n", with: "\n") }, [log])
            }
        }
    }

    @Test("no secret, and no six letters of one, is in any output", arguments: Case.all)
    func secrets(_ item: Case) {
        let result = item.run()
        var inventory = Inventory()
        for event in result.events { inventory.receive(event) }
        var text = TextFormat(TextLook(hasColour: true, drawing: .unicode))
        let outputs = [
            result.ndjson, result.events.compactMap { text.text(of: $0) }.joined(), inventory.table(),
            String(decoding: inventory.json(), as: UTF8.self), result.recovery.reason,
        ]
        let logs = item.logs.map { String(decoding: item.bytes(of: $0), as: UTF8.self) }.joined()
        for secret in item.secrets {
            let letters = Array(secret)
            // A wrapped secret is not in the log in one piece; each of its pieces is still a secret.
            #expect(!letters.isEmpty)
            for start in 0...max(0, letters.count - 6) {
                let window = String(letters[start..<min(letters.count, start + 6)])
                // `FAKEFA` and the like are masked; a window that the log also has in plain words tells nothing.
                let isPlain = window.allSatisfy { $0 == "=" } || Self.harmless(window, secret: secret, in: logs)
                if isPlain { continue }
                for output in outputs { #expect(!output.contains(window), "\(window) of \(secret.count) letters") }
            }
        }
    }

    /// Whether the log holds the window outside of every secret too.
    private static func harmless(_ window: String, secret: String, in logs: String) -> Bool {
        logs.replacingOccurrences(of: secret, with: "").contains(window)
    }

    @Test("ids are unique in a run, and equal in the next", arguments: Case.all)
    func ids(_ item: Case) {
        let first = item.run().events.map { "\($0.source) \($0.id)" }
        #expect(Set(first).count == first.count)
        #expect(item.run().events.map { "\($0.source) \($0.id)" } == first)
    }

    @Test(
        "each container alone gives the same events as together with others",
        arguments: Case.all.filter { $0.logs.count > 1 })
    func containersAlone(_ item: Case) {
        // Another container's log may show why one failed, and who registered as well.
        let shared = ["registration.duplicate", "startup.failed", "startup.explained", "run.started", "run.finished"]
        func strip(_ events: [Event]) -> [String] {
            events.filter { !shared.contains($0.payload.type.shortName) }
                .map { "\($0.source) \($0.id) \($0.type)" }
        }
        // Events of several logs come in the order of time; each log's own stay in its order.
        func bySource(_ events: [String]) -> [Substring: [String]] {
            Dictionary(grouping: events) { $0.prefix { $0 != " " } }
        }
        let together = strip(item.run().events)
        let alone = item.logs.flatMap { log in
            strip(analyze([("Fixtures/cases/\(item.name)/\(log)", item.bytes(of: log))]).events)
        }
        #expect(!together.isEmpty)
        #expect(bySource(together) == bySource(alone))
    }

    @Test(
        "what a later input shows changes nothing of what was said of an earlier one",
        arguments: Case.all.filter { $0.logs.count == 1 })
    func twice(_ item: Case) {
        // Reading a container's log again changes nothing of what the first reading said.
        let log = ("Fixtures/cases/\(item.name)/\(item.logs[0])", item.bytes(of: item.logs[0]))
        // What one container's log says of another's failure is told when it is read, or at the end.
        let shared: [EventType] = [.registrationDuplicate, .startupFailed, .startupExplained]
        let once = analyze([log]).events.dropFirst().dropLast().filter { !shared.contains($0.payload.type) }
        let other = ("other.log", item.bytes(of: item.logs[0]))
        let sources = Set(once.map(\.source))
        let again = analyze([log, other]).events.filter {
            sources.contains($0.source) && $0.evidence.last?.input != "other.log"
        }
        #expect(again.map(\.id).filter(Set(once.map(\.id)).contains) == once.map(\.id))
    }
}
