import Foundation
import Testing

@testable import OctologCore

/// When a verdict is given in a log that does not end: what transports it has a clock, log-grammar 11.
@Suite struct VerdictTimeTests {
    private static let failed = text(of: "server-2018.3.13-sql-unreachable")
    private static let healthy = text(of: "tentacle-3.22-polling")

    private static func text(of name: String) -> [String] {
        let file = Case.root.appending(path: "\(name)/input.log")
        return ((try? String(contentsOf: file, encoding: .utf8)) ?? "").split(separator: "\n").map(String.init)
    }

    /// Lines as `docker compose logs -t` has them.
    private static func lines(_ log: [String], of container: String, at time: String) -> [String] {
        log.map { "\(container)  | 2018-07-04T\(time).000000000Z \($0)" }
    }

    private static func order(_ lines: [String]) -> [String] {
        analyze(lines.map { $0 + "\n" }.joined()).events.compactMap { event in
            switch event.payload {
            case .startupFailed, .startupBegan: "\(event.origin.container ?? "") \(event.payload.type.shortName)"
            default: nil
            }
        }
    }

    /// A Tentacle that has begun, so that it is known to be one, and goes on at a later time.
    private static func others(from: String, to: String) -> [String] {
        lines(Array(healthy.prefix(3)), of: "tentacle-1", at: from)
            + lines(Array(healthy.dropFirst(3)), of: "tentacle-1", at: to)
    }

    /// Where the verdict stands among the lines that say that the Tentacle goes on.
    private static func isEarly(_ lines: [String]) -> Bool {
        let types = analyze(lines.map { $0 + "\n" }.joined()).events.map {
            "\($0.origin.container ?? "") \($0.payload.type.shortName)"
        }
        let failure = types.firstIndex(of: "octopus-1 startup.failed")
        let end = types.firstIndex(of: "tentacle-1 startup.succeeded")
        return failure.map { $0 < end ?? 0 } ?? false
    }

    @Test("a container that gave up is told as failed once another has gone on for a minute") func others() {
        let own = Self.lines(Self.failed, of: "octopus-1", at: "16:03:55")
        #expect(Self.isEarly(own + Self.others(from: "16:04:00", to: "16:05:00")))
        #expect(!Self.isEarly(own + Self.others(from: "16:04:00", to: "16:04:59")))
    }

    @Test("that another's clock is ahead says nothing: only how far it goes on does") func skew() {
        let own = Self.lines(Self.failed, of: "octopus-1", at: "16:03:55")
        #expect(!Self.isEarly(own + Self.lines(Self.healthy, of: "tentacle-1", at: "18:00:00")))
        #expect(Self.isEarly(own + Self.others(from: "09:00:00", to: "09:01:00")))
    }

    @Test("what still belongs to the failure counts, though a line of another's lies between") func lateCause() {
        // The script gives up before what its program printed comes through, as streams get mixed.
        let end = Self.failed.firstIndex { $0.hasPrefix("Execute-Command") } ?? 0
        let cause = 9..<end
        let early = Array(Self.failed[..<cause.lowerBound] + Self.failed[end...])
        let between = Self.lines(Array(Self.healthy.prefix(1)), of: "tentacle-1", at: "18:00:00")
        let lines =
            Self.lines(early, of: "octopus-1", at: "16:03:55") + between
            + Self.lines(Array(Self.failed[cause]), of: "octopus-1", at: "16:03:57")
        let events = analyze(lines.map { $0 + "\n" }.joined()).events
        guard case .startupFailed(let failed)? = events.first(where: { $0.payload.type == .startupFailed })?.payload
        else { return #expect(Bool(false)) }
        #expect(failed.rootCause.code == "sql-unreachable")
    }

    @Test("others' own clocks say nothing of it: they may be set to anything") func otherClocks() {
        let order = Self.order(
            Self.failed.map { "octopus-1  | \($0)" } + Self.healthy.map { "tentacle-1  | \($0)" })
        #expect(order == ["octopus-1 startup.began", "tentacle-1 startup.began", "octopus-1 startup.failed"])
    }

    @Test("what is told of the container is the same, whether others go on or not") func sameStory() {
        let own = Self.lines(Self.failed, of: "octopus-1", at: "16:03:55")
        func story(_ lines: [String]) -> [String] {
            analyze(lines.map { $0 + "\n" }.joined()).events.filter { $0.origin.container == "octopus-1" }
                .map { "\($0.id) \($0.sequence) \($0.payload)" }
        }
        // The position of a line is part of its evidence: the others' lines come behind.
        #expect(story(own) == story(own + Self.others(from: "16:04:00", to: "17:00:00")))
    }

    @Test("a container that is silent for a minute after it gave up was done") func ownSilence() {
        let lines =
            Self.failed.map { "2018-07-04T16:03:55.000000000Z \($0)" }
            + ["2018-07-04T16:05:00.000000000Z something else", "2018-07-04T16:05:00.000000000Z and more"]
        let events = analyze(lines.map { $0 + "\n" }.joined()).events
        let failure = events.first { $0.payload.type == .startupFailed }
        guard case .startupFailed(let failed)? = failure?.payload else { return #expect(Bool(false)) }
        #expect(failed.rootCause.code == "sql-unreachable")
    }
}
