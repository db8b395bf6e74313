import Foundation
import Testing

@testable import OctologCore

@Suite struct SealedEventTests {
    private static var options: Analyzer.Options {
        get throws {
            var options = Analyzer.Options()
            options.sealer = Sealer(recipient: try Recipient(Vectors.ageRecipient))
            return options
        }
    }

    private static func run(_ fixture: Case) throws -> Collector {
        analyze(
            fixture.logs.map { ("Fixtures/cases/\(fixture.name)/\($0)", fixture.bytes(of: $0)) },
            options: try options)
    }

    /// The events with a sealed value, read as the command does.
    private static func read(_ ndjson: String, chunk: Int = .max) throws -> [SealedEvent] {
        var events: [SealedEvent] = []
        try SealedEvent.read(MemorySource(ndjson.utf8, chunk: chunk)) { events.append($0) }
        return events
    }

    @Test("every secret that a case's events tell of is sealed, and opens to what the log has", arguments: Case.all)
    func cases(fixture: Case) throws {
        let collector = try Self.run(fixture)
        let events = try Self.read(collector.ndjson)
        let identity = try Vectors.identities()
        var told = 0
        for event in collector.events {
            let (kind, fingerprint, sealed): (SecretKind, String?, String?)
            switch event.payload {
            case .secretExposed(let exposed):
                (kind, fingerprint, sealed) = (exposed.kind, exposed.fingerprint, exposed.sealed)
            case .masterKeyShown(let shown): (kind, fingerprint, sealed) = (.masterKey, shown.fingerprint, shown.sealed)
            default: continue
            }
            told += 1
            let read = try #require(events.first { $0.id == event.id && $0.sealed == sealed })
            #expect(read.source == event.source && read.kind == kind.rawValue)
            #expect(read.container == event.origin.container && read.startup == event.origin.startup)
            #expect(read.place?.line == event.evidence.last?.location.line)
            let secret = try read.open(with: identity)
            let value = secret.reveal { Array($0) }
            let named = Fingerprint.of(value.span, kind: kind)
            #expect(fingerprint == named)
            let text = String(decoding: value, as: UTF8.self)
            #expect(fixture.secrets.contains { text == $0 || text.contains($0) }, "\(fixture.name): \(text)")
        }
        #expect(events.count == told)
    }

    @Test("but for the sealed values the events are the same, their ids too", arguments: Case.all)
    func sameEvents(fixture: Case) throws {
        let sealed = try Self.run(fixture).ndjson
        let plain = fixture.run().ndjson
        #expect(sealed.replacing(#/,"sealed":"hpke1\.[0-9a-f]{8}\.[A-Za-z0-9_-]+"/#, with: "") == plain)
        for secret in fixture.secrets where secret.utf8.count >= 6 {
            let secret = Array(secret.utf8)
            for start in 0...secret.count - 6 {
                let window = String(decoding: secret[start..<start + 6], as: UTF8.self)
                // What the log says in plain elsewhere is not given away by the seal.
                if !plain.contains(window) { #expect(!sealed.contains(window)) }
            }
        }
    }

    @Test("events are read in reads of any size, without a last newline, and with CRLF") func reading() throws {
        let ndjson = try Self.run(Case("server-2018.3.13-first-start")).ndjson
        let ids = try Self.read(ndjson).map(\.id)
        try #require(ids.count == 4)
        #expect(try Self.read(ndjson, chunk: 7).map(\.id) == ids)
        #expect(try Self.read(ndjson.replacing("\n", with: "\r\n")).map(\.id) == ids)
        let last = try #require(ndjson.split(separator: "\n").last { $0.contains("\"sealed\"") })
        #expect(try Self.read(String(last)).map(\.id) == [ids[3]])
        #expect(try Self.read("\n\nno JSON\n{\"sealed\":\"x\"}\n\(last)\n[]\n").map(\.line) == [5])
    }

    @Test("a line that is cut behind its value opens, and one that is cut within it does not") func cutLine() throws {
        let ndjson = try Self.run(Case("server-2018.3.13-first-start")).ndjson
        let line = try #require(ndjson.split(separator: "\n").first { $0.contains("\"sealed\"") })
        let identity = try Vectors.identities()
        let start = try #require(line.firstRange(of: "\"sealed\":\"")).upperBound
        let end = try #require(line[start...].firstIndex(of: "\""))
        let whole = try #require(try Self.read(String(line[...end])).first)
        #expect(Vectors.text(try whole.open(with: identity)) == Vectors.password)
        var position = start
        while position < end {
            let cut = try #require(try Self.read(String(line[..<position])).first)
            #expect(throws: SealError.self) { _ = try cut.open(with: identity) }
            position = line.index(after: position)
        }
    }

    @Test("the value of a JSON object is read back by somebody else's JSON") func json() throws {
        let ndjson = try Self.run(Case("server-2018.3.13-first-start")).ndjson
        let event = try #require(try Self.read(ndjson).first)
        for value in ["", Vectors.password, "a\"b\\c/\u{1}\t\n\u{7F}é\u{1F511}"] {
            let bytes = Array(value.utf8)
            let line = Vectors.text(event.json(with: Secret(bytes.span)))
            #expect(line.hasSuffix("\n") && line.split(separator: "\n").count == 1)
            let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            #expect(Set(object.keys) == ["id", "source", "kind", "container", "startup", "value"])
            #expect(object["value"] as? String == value && object["kind"] as? String == "password")
        }
        let broken: [UInt8] = [0x61, 0xFF, 0x62]
        let line = Vectors.text(event.json(with: Secret(broken.span)))
        #expect(line.contains("\"a\u{FFFD}b\""))
    }

    @Test("the schema has the field, and does not ask for it") func schema() throws {
        for type in [EventType.secretExposed, .masterKeyShown] {
            let schema =
                try JSONSerialization.jsonObject(with: Data(Schema.json(of: type, isStrict: true).utf8))
                as? [String: Any]
            let data = (schema?["properties"] as? [String: Any])?["data"] as? [String: Any]
            #expect((data?["properties"] as? [String: Any])?["sealed"] != nil)
            #expect((data?["required"] as? [String])?.contains("sealed") == false)
        }
    }
}
