import Testing

@testable import OctologCore

@Suite struct EventReaderTests {
    @Test("a state of any case's events is the same when it is made of itself", arguments: Case.all)
    func partialOfPartial(_ item: Case) throws {
        func partial(_ events: [UInt8]) throws -> [UInt8] {
            var correlation = EventCorrelation(isPartial: true)
            try correlation.read(MemorySource(events), named: "-")
            var bytes: [UInt8] = []
            correlation.writePartial { bytes += $0 }
            return bytes
        }
        let once = try partial(Array(item.run().ndjson.utf8))
        #expect(try partial(once) == once)
        let lines = once.split(separator: UInt8(ascii: "\n"))
        #expect(Set(lines).count == lines.count)
        #expect(try partial(once + once) == once)
    }

    @Test("a count of lines that can't be is none", arguments: [-1, Int.min, 1 << 40]) func wrongCount(_ count: Int) {
        var event = Event.sample(of: .startupFailed)
        guard case .startupFailed(var failed) = event.payload else { return }
        failed.rootCause.evidenceLines = count
        event.payload = .startupFailed(failed)
        var writer = JSONWriter()
        writer.line(event)
        guard case .event(let read) = EventLine(writer.bytes.span) else {
            Issue.record("not read")
            return
        }
        var correlator = Correlator(isBounded: false)
        correlator.add(read)
        #expect(correlator.findings.isEmpty)
    }

    @Test("what was written is read as it was", arguments: EventType.allCases) func readsBack(_ type: EventType) {
        var event = Event.sample(of: type)
        event.evidence = [.sample, .sample]
        var writer = JSONWriter()
        writer.line(event)
        let bytes = Array(writer.bytes.dropLast())
        switch EventLine(bytes.span) {
        case .event(let read):
            #expect(read.id == event.id && read.source == event.source && read.type == event.type)
            #expect(read.time == event.time && read.origin == event.origin && read.evidence == event.evidence)
            if case .registrationObserved(let registration) = read.payload {
                #expect(registration == .sample)
            }
        case .other: #expect(!Correlator.matters(event) || type == .findingRaised)
        case .blank, .foreign: Issue.record("\(type) was not known")
        }
    }

    @Test(
        "what is no event, or half of one, is not taken for one",
        arguments: [
            "{", "{}", "[]", "null", "x", #"{"type":"other"}"#, #"{"type":"octolog.registration.observed.v1""#,
            #"{"type":"octolog.registration.observed.v1"} x"#, "{\"a\":\"\u{1}\"}", #"{"a":01x}"#, #"{"a" 1}"#,
            String(repeating: "[", count: 100_000),
        ])
    func foreign(_ text: String) {
        let bytes = Array(text.utf8)
        guard case .foreign = EventLine(bytes.span) else {
            Issue.record("\(text.prefix(80)) was taken for an event")
            return
        }
    }

    @Test("later versions' events are octolog's, and passed over") func later() {
        let id = String(repeating: "0", count: 32)
        let bytes = Array(#" {"id":"\#(id)","source":"urn:x","type":"octolog.moon.risen.v3","data":{}} "#.utf8)
        guard case .other = EventLine(bytes.span) else {
            Issue.record("not known as octolog's")
            return
        }
    }
}
