import Testing

@testable import OctologCore

@Suite struct ThrottleTests {
    private struct Collector: EventSink {
        var told: [Event] = []
        var suppressed: [Event] = []
        mutating func receive(_ event: Event) { told.append(event) }
        mutating func suppressed(_ event: Event) { suppressed.append(event) }
    }

    private static func finding(
        _ code: String, in source: String = "a", level: Level = .low, at line: Int = 1
    ) -> Event {
        let evidence = Evidence(
            input: "-", location: Location(line: line, offset: line, length: 1), stream: nil, compression: nil, text: ""
        )
        return Event(
            payload: .findingRaised(Finding(code: code, title: "", remedy: "")), source: source, level: level,
            origin: Origin(), evidence: [evidence])
    }

    /// What comes of events at these seconds.
    private static func run(_ limit: String, _ events: [(event: Event, second: Int64?)]) throws -> Collector {
        let limit: Throttle.Limit = try #require(.init(text: limit))
        var teller = Teller(throttle: limit)
        var sink = Collector()
        for (event, second) in events {
            let time = second.map { Timestamp(nanoseconds: $0 * 1_000_000_000) }
            teller.send(event, at: time, into: &sink)
        }
        teller.finish(exitCode: 0, into: &sink)
        return sink
    }

    private static func summaries(_ sink: Collector) -> [EventsSuppressed] {
        sink.told.compactMap { if case .eventsSuppressed(let summary) = $0.payload { summary } else { nil } }
    }

    private static func findings(_ sink: Collector) -> Int { sink.told.count { $0.payload.type == .findingRaised } }

    @Test("so many are told in a window, the others are counted when it is over, and a new window begins")
    func windows() throws {
        let events = [0, 10, 20, 59, 60, 61, 62].map { (Self.finding("x", at: Int($0)), Int64?.some($0)) }
        let sink = try Self.run("2/1m", events)
        #expect(Self.findings(sink) == 4)
        #expect(sink.suppressed.count == 3)
        let summaries = Self.summaries(sink)
        #expect(summaries.map(\.count) == [2, 1])
        #expect(summaries.map { $0.from?.nanoseconds } == [20_000_000_000, 62_000_000_000])
        #expect(summaries.map { $0.to?.nanoseconds } == [59_000_000_000, 62_000_000_000])
        // The summary comes before what begins the next window.
        #expect(
            sink.told.map(\.payload.type).prefix(4) == [
                .findingRaised, .findingRaised, .eventsSuppressed, .findingRaised,
            ])
        #expect(sink.told.filter { $0.source == "a" }.map(\.sequence) == Array(1...6))
        guard case .runFinished(let finished)? = sink.told.last?.payload else { return #expect(Bool(false)) }
        #expect(finished.suppressed == 3)
    }

    @Test("containers, codes and types have windows of their own") func keys() throws {
        let failure = { (source: String) in
            var event = Self.finding("x", in: source)
            event.payload = .startupFailed(
                StartupFailed(
                    phase: nil, exitCode: nil,
                    rootCause: RootCause(
                        code: "x", title: "", detail: nil, container: nil, confidence: .certain, remedy: "",
                        evidenceLines: nil), contributing: []))
            return event
        }
        let events = [
            Self.finding("x"), Self.finding("y"), Self.finding("x", in: "b"), failure("a"), failure("b"),
        ]
        let sink = try Self.run("1/1h", events.map { ($0, 0) })
        #expect(sink.suppressed.isEmpty && Self.summaries(sink).isEmpty)
    }

    @Test("what tells the course of a startup, what a limit hides, sealed values and last words are never held back")
    func exempt() throws {
        var events: [Event] = []
        for type in EventType.allCases where ![.runStarted, .runFinished].contains(type) {
            var event = Self.finding("x")
            event.payload = type.sample
            if case .secretExposed(var exposed) = event.payload {
                exposed.sealed = "sealed"
                event.payload = .secretExposed(exposed)
            }
            events += [event, event]
        }
        let sink = try Self.run("1/1h", events.map { ($0, 0) })
        #expect(
            Set(sink.suppressed.map(\.payload.type)) == [
                .startupFailed, .findingRaised,
            ])
        #expect(sink.suppressed.count == 2)
    }

    @Test("what has no time is never held back: nothing says that it came too often") func timeless() throws {
        let sink = try Self.run("1/1h", (0..<5).map { _ in (Self.finding("x"), nil) })
        #expect(sink.suppressed.isEmpty && Self.findings(sink) == 5)
    }

    @Test("a clock that goes back by far begins a window, one that goes back a little does not") func backwards() throws
    {
        #expect(try Self.run("1/1m", [(Self.finding("x"), 100), (Self.finding("x"), 90)]).suppressed.count == 1)
        #expect(try Self.run("1/1m", [(Self.finding("x"), 100), (Self.finding("x"), 10)]).suppressed.isEmpty)
    }

    @Test("a summary has the highest level of what it stands for, its evidence, and an id of its own") func summary()
        throws
    {
        let events = [
            (Self.finding("x"), Int64?.some(0)), (Self.finding("x", level: .high, at: 7), 1),
            (Self.finding("x", at: 8), 2),
        ]
        let sink = try Self.run("1/1h", events)
        let summary = try #require(sink.told.first { $0.payload.type == .eventsSuppressed })
        #expect(summary.level == .high && summary.evidence.first?.location.line == 8)
        #expect(summary.id != Self.finding("x", at: 8).id)
    }

    @Test("windows are bounded: the one that began first goes, and says what it held back") func bounded() throws {
        let first = [(Self.finding("first"), Int64?.some(0)), (Self.finding("first"), 0)]
        let sink = try Self.run("1/1h", first + (0...Throttle.capacity).map { (Self.finding("\($0)"), 0) })
        #expect(Self.summaries(sink).map(\.code) == ["first"])
        #expect(sink.told.firstIndex { $0.payload.type == .eventsSuppressed } ?? 0 < sink.told.count - 2)
    }

    @Test("the exit code counts what was held back") func totals() throws {
        var totals = Totals()
        totals.note(suppressed: Self.finding("x", level: .critical))
        #expect(totals.highestLevel == .critical && totals.events.isEmpty && totals.suppressed == 1)
    }

    @Test(
        "a limit is a number, a slash and a duration",
        arguments: [
            "", "5", "5/", "/5m", "0/5m", "5/0m", "5/5", "5/5w", "5/m", "-1/5m", "5/5m/1", "100000/5m", "5/1h30m",
        ])
    func refused(_ text: String) { #expect(Throttle.Limit(text: text) == nil) }

    @Test("durations are in seconds, minutes, hours or days") func durations() {
        let seconds = ["1/1s": 1, "1/2m": 120, "1/3h": 10800, "99999/1d": 86400]
        for (text, seconds) in seconds {
            #expect(Throttle.Limit(text: text)?.nanoseconds == Int64(seconds) * 1_000_000_000)
        }
    }
}
