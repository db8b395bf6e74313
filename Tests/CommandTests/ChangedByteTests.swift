import Fleet
import Foundation
import Testing

/// A byte of a line of evidence becomes another: `octolog verify` finds it.
@Suite struct ChangedByteTests {
    struct Fixture: CustomTestStringConvertible, Sendable {
        var path: String
        var compressor: String?
        var seed: UInt64
        /// Whether lines stand in a frame, which the events tell little of.
        var isFramed = false

        var testDescription: String { path + (compressor.map { " by \($0)" } ?? "") }
    }

    static let fixtures = [
        Fixture(path: "Fixtures/cases/server-2018.3.13-first-start/input.log", seed: 1),
        Fixture(path: "Fixtures/framings/json-file.log", seed: 2, isFramed: true),
        Fixture(path: "Fixtures/framings/cri.log", seed: 3, isFramed: true),
        Fixture(path: "Fixtures/framings/docker-t.log", seed: 4, isFramed: true),
        Fixture(path: "Fixtures/cases/tentacle-3.22-polling/input.log", compressor: "gzip", seed: 5),
    ]

    private struct Change {
        var line: Int
        /// The first line of the evidence that it is in: that of a line in parts lies in several.
        var evidence: Int
        var bytes: [UInt8]
        /// Whether the log is the same to whoever sees its secrets masked.
        var isHidden = false
        /// Whether it lies in a line's frame or line end.
        var isOutside = false
    }

    private static let changes = 200

    @Test("each of 1,000 changed bytes is found, but in a password that stays one", arguments: fixtures)
    func changes(_ fixture: Fixture) throws {
        let log = try VerifiedLog(fixture.path, compressor: fixture.compressor)
        let redacted = try Self.redacted(log)
        var random = SplitMix64(seed: fixture.seed)
        var (hidden, unseen) = (0, 0)
        for number in 0..<Self.changes {
            let change = try Self.change(log, &random)
            try log.replace(change.bytes)
            let result = try log.verify("--chain \(log.chain)")
            guard result.code != 0 else {
                // Nothing that is written of the log depends on it.
                hidden += 1
                let isHidden = change.isHidden
                #expect(isHidden, "\(number): line \(change.line) is not found, and holds no password there")
                #expect(try Self.redacted(log) == redacted, "\(number): line \(change.line)")
                continue
            }
            #expect(result.code == 1, "\(number): line \(change.line) is not found\n\(result.err)")
            let lines = result.out.split(separator: "\n")
            #expect(VerifiedLog.numbers(in: lines).contains(change.line), "\(number): \(change.line)\n\(result.out)")
            let byEvents = lines.filter { $0.contains("octolog.") }
            if VerifiedLog.numbers(in: byEvents).isDisjoint(with: [change.line, change.evidence]) {
                unseen += 1
                let isOutside = change.isOutside
                #expect(isOutside, "\(number): line \(change.line) is not named by its events\n\(result.out)")
            }
        }
        // Passwords are a small part of these logs, and so are the digits of a frame's time.
        #expect(hidden <= Self.changes / 20, "\(hidden) can't be seen")
        #expect(unseen <= (fixture.isFramed ? Self.changes / 20 : 2), "\(unseen) are seen by the chain alone")
        print("\(fixture): of \(Self.changes) changes \(hidden) within masks, \(unseen) named by the chain alone")
    }

    private static func redacted(_ log: borrowing VerifiedLog) throws -> Data {
        try Tool.run(["redact", log.log]).data
    }

    /// Another byte at a random place of a random line of evidence.
    private static func change(_ log: borrowing VerifiedLog, _ random: inout SplitMix64) throws -> Change {
        let line = log.evidence[Int.random(in: 0..<log.evidence.count, using: &random)]
        let place = Int.random(in: line.range, using: &random)
        let start = log.bytes[..<place].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        let end = log.bytes[place...].firstIndex(of: 0x0A).map { $0 + 1 } ?? log.bytes.count
        var change = Change(line: log.bytes[..<start].count { $0 == 0x0A } + 1, evidence: line.line, bytes: log.bytes)
        repeat {
            change.bytes[place] = UInt8.random(in: 0...255, using: &random)
        } while change.bytes[place] == log.bytes[place]
        let text = String(decoding: log.bytes[start..<end], as: UTF8.self)
        let offset = place - start
        change.isHidden = VerifyTests.passwords(in: text).contains { password in
            text.ranges(of: password).contains { range in
                let start = text.utf8.distance(from: text.startIndex, to: range.lowerBound)
                return (start..<start + password.utf8.count).contains(offset)
            }
        }
        change.isOutside = offset < frame(of: text) || place >= end - tail(of: text)
        return change
    }

    /// How long the frame before a line's text is.
    private static func frame(of text: String) -> Int {
        if let json = text.firstRange(of: #"{"log":""#), json.lowerBound == text.startIndex { return 8 }
        guard let stamp = text.prefixMatch(of: #/\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d) (?:std(?:out|err) [FP] )?/#)
        else {
            return 0
        }
        return stamp.output.utf8.count
    }

    /// How long what stands behind it is, with the line end.
    private static func tail(of text: String) -> Int {
        if let json = text.firstMatch(of: #/(?:\\r)?\\n","stream":.*$/#.dotMatchesNewlines()) {
            return json.output.utf8.count
        }
        return text.utf8.reversed().prefix { $0 == 0x0A || $0 == 0x0D }.count
    }
}
