import Testing

@testable import OctologCore

/// Several logs that go on while they are read.
@Suite struct LiveLogTests {
    /// What was written to a log so far, and not yet read.
    private final class Trickle {
        var bytes: [UInt8] = []
        var isClosed = false
    }

    private struct TrickleSource: ByteSource {
        let log: Trickle

        mutating func isReady() -> Bool { !log.bytes.isEmpty || log.isClosed }

        mutating func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
            // Whoever reads now would wait, and all other logs with it.
            if !isReady() { Issue.record("a quiet log is read") }
            let part = log.bytes.prefix(buffer.count)
            buffer.copyBytes(from: part)
            log.bytes.removeFirst(part.count)
            return part.count
        }
    }

    /// Lets others see what was told while more is read.
    private final class Shared: EventSink {
        var collector = Collector()
        func receive(_ event: Event) { collector.receive(event) }
    }

    private let names = ["first.log", "second.log"]
    private var logs: [[UInt8]] {
        let item = Case.all.first { $0.name == "tentacle-3.22-two-containers-one-name" }
        return item?.logs.map { item?.bytes(of: $0) ?? [] } ?? []
    }

    /// Reads two logs as they come.
    ///
    /// - Parameter wait: is called with what the logs are written to; see `Lanes`.
    private func read(_ wait: @escaping ([Trickle], [Int], _ hasEvents: Bool, Collector) -> Bool) -> Collector {
        let trickles = [Trickle(), Trickle()]
        var analyzer = Analyzer()
        var sink = Shared()
        analyzer.start(inputs: names, into: &sink)
        let told = sink
        analyzer.read(names.map { [$0] }, into: &sink) { name throws(InputError) in
            TrickleSource(log: trickles[name == names[0] ? 0 : 1])
        } failed: {
            Issue.record("\($0): \($1)")
        } wait: { logs, hasEvents in
            // A log has to be read on before it is waited for.
            for log in logs where !hasEvents && !trickles[log].bytes.isEmpty {
                Issue.record("log \(log) has something to read")
            }
            return wait(trickles, logs, hasEvents, told.collector) ? .ready : .late
        }
        _ = analyzer.finish(exitCode: { _ in 0 }, into: &sink)
        return sink.collector
    }

    private func types(_ events: [Event], of name: String) -> [String] {
        events.filter { $0.type != "octolog.registration.duplicate.v1" }.filter {
            $0.origin.container == name || $0.source.hasSuffix(name)
        }.map {
            "\($0.type) \($0.subject ?? "")"
        }
    }

    @Test("a quiet log holds back nothing of the others") func quiet() {
        var turns = 0
        let whole = read { trickles, waiting, hasEvents, told in
            if hasEvents { return false }
            #expect(waiting == [0, 1])
            switch turns {
            case 0: trickles[1].bytes = logs[1]
            case 1:
                // All that a file would tell of it before its end is told by now, and nothing of the other was read.
                #expect(told.events.contains { $0.type == "octolog.registration.observed.v1" })
                trickles[0].bytes = logs[0]
            default: for trickle in trickles { trickle.isClosed = true }
            }
            turns += 1
            return true
        }
        #expect(turns == 3)
        let files = analyze(Array(zip(names, logs)))
        for name in names { #expect(types(whole.events, of: name) == types(files.events, of: name)) }
        #expect(whole.events.contains { $0.type == "octolog.registration.duplicate.v1" })
    }

    @Test("what comes while events are held back is told in the order of time, as from files") func order() {
        let whole = read { trickles, waiting, hasEvents, _ in
            let number = hasEvents ? 0 : 1
            if !trickles[number].isClosed {
                trickles[number].bytes = logs[number]
                trickles[number].isClosed = true
            }
            return true
        }
        #expect(whole.ndjson.split(separator: "\n").dropLast() == files.split(separator: "\n").dropLast())
    }

    private var files: String { analyze(Array(zip(names, logs))).ndjson }

    @Test("a line that comes in pieces is waited for without reading") func pieces() {
        var rest = [logs[0][...], logs[1][...]]
        let whole = read { trickles, waiting, hasEvents, _ in
            for log in waiting where trickles[log].bytes.isEmpty {
                trickles[log].bytes = Array(rest[log].prefix(97))
                rest[log] = rest[log].dropFirst(97)
                trickles[log].isClosed = rest[log].isEmpty
            }
            return true
        }
        #expect(whole.ndjson.split(separator: "\n").dropLast() == files.split(separator: "\n").dropLast())
    }
}
