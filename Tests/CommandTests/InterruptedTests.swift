import Foundation
import Testing

/// What a reader must not take for more than it is.
@Suite struct InterruptedTests {
    private static let log = Tool.fixture("server-2018.3.13-first-start/input.log")

    /// The log comes through a pipe that stays open until octolog is interrupted.
    private static func interrupted(_ command: String) throws -> Tool.Result {
        try Tool.shell("(cat \(log); sleep 6) | timeout -s INT 3 octolog \(command)")
    }

    @Test("a report of a part says so first") func report() throws {
        let result = try Self.interrupted("report")
        #expect(result.out.hasPrefix("VERDICT\n  INTERRUPTED, so of what was read: No failed startup: 1 container"))
        let words = result.out.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(words.hasSuffix("INCOMPLETE: not everything could be read."), "\(words.suffix(200))")
    }

    @Test("so does text") func text() throws {
        let result = try Self.interrupted("--format text")
        #expect(result.out.contains("\nINTERRUPTED, so of what was read, 1 startup succeeded"), "\(result.out)")
    }

    @Test("a key that was read is printed, and that another may follow is said") func key() throws {
        let result = try Self.interrupted("key")
        #expect(result.out == "RmFrZU1hc3RlcktleTAwMQ==\n")
        #expect(result.err.contains("interrupted: what comes after what was read may show another key"))
    }

    @Test("a key that its own startup proved wrong comes after all others, and says so whoever is quiet")
    func wrongKey() throws {
        let wrong = Tool.fixture("server-2018.4.0-wrong-key/input.log")
        for order in [[Self.log, wrong], [wrong, Self.log]] {
            #expect(try Tool.run(["key", "-q"] + order).out == "RmFrZU1hc3RlcktleTAwMQ==\n")
        }
        let alone = try Tool.run(["key", "-q", wrong])
        #expect(alone.err.contains("made by a startup that failed because the database has another key"))
    }

    @Test("events that octolog wrote are no container's log, wherever they lie") func ownEvents() throws {
        let folder = try TemporaryFolder()
        let story = Tool.fixture("story-a-weak-sa-password/input.log")
        let events = try Tool.run([story]).data
        _ = try folder.write("a.log", try Data(contentsOf: Tool.package.appending(path: story)))
        _ = try folder.write("b.ndjson", events)
        let result = try Tool.run([folder.url.path])
        #expect(result.types.filter { $0 == "octolog.startup.failed.v1" }.count == 5)
        let count = events.split(separator: 0x0A).count
        #expect(
            result.err
                == "octolog: \(count) of the lines are events that octolog wrote, and were passed over: octolog correlate reads them\n"
        )
        // They are redacted as any other text is.
        let redacted = try Tool.run(URL(filePath: Tool.binary.path), ["redact"], input: events)
        #expect(redacted.data == events)
    }

    @Test("a Tentacle is not compared with a Server") func compare() throws {
        let tentacle = Tool.fixture("tentacle-3.22-listening/input.log")
        let result = try Tool.run(["compare", tentacle, Tool.fixture("server-2018.4.0-wrong-key/input.log")])
        #expect(result.code == 4 && result.out.isEmpty && result.err.contains("no containers of the same kind"))
    }

    @Test("of several containers the one that went wrong is compared first") func compareOrder() throws {
        let good = Tool.fixture("story-b-server-before-sql/input.log")
        let other = try FileManager.default.contentsOfDirectory(atPath: Tool.package.path + "/Fixtures/cases").sorted()
            .filter { $0.hasPrefix("story-") }.map { Tool.fixture("\($0)/input.log") }
        var compared = 0
        for bad in other where bad != good {
            let result = try Tool.run(["compare", good, bad])
            guard result.code == 0, result.out.contains("WHY BAD FAILED") else { continue }
            let first = result.out.components(separatedBy: "\n\nPHASES")[0]
            #expect(!first.contains("No difference"), "\(bad): \(first)")
            compared += 1
        }
        #expect(compared > 1)
    }

    @Test("a second signal ends whatever is at work, be it stuck in a file of rules") func secondSignal() throws {
        let folder = try TemporaryFolder()
        // A pipe that nobody writes to.
        let result = try Tool.shell(
            """
            mkfifo '\(folder.url.path)/log'
            octolog '\(folder.url.path)/log' 2>&1 & octolog=$!
            sleep 1; kill -INT $octolog; sleep 0.5; kill -INT $octolog; wait $octolog; echo "ended:$?"
            """)
        #expect(result.out.hasSuffix("ended:130\n"), "\(result.out)")
    }

    @Test("a file of rules that is wrong ten thousand times is told of at once") func wrongRules() throws {
        let folder = try TemporaryFolder()
        for (name, line) in [("patterns", "- {id: a, pattern: (}\n"), ("keys", "- {x: 1, y: 2, z: 3}\n")] {
            let text = "rules:\n" + String(repeating: line, count: 10_000)
            let file = try folder.write("\(name).yaml", Data(text.utf8))
            let started = ContinuousClock.now
            let result = try Tool.run(["rules", "check", file])
            #expect(ContinuousClock.now - started < .seconds(20))
            let lines = result.out.split(separator: "\n")
            #expect(result.code == 78 && lines.count < 1000)
            #expect(result.out.contains("so many errors: the rest is not looked at"))
        }
    }
}
