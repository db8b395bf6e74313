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

    @Test("a container that gave up is told as failed once others have gone on for a minute") func others() {
        let late = Self.order(
            Self.lines(Self.failed, of: "octopus-1", at: "16:03:55")
                + Self.lines(Self.healthy, of: "tentacle-1", at: "16:04:55"))
        #expect(late == ["octopus-1 startup.began", "octopus-1 startup.failed", "tentacle-1 startup.began"])
        let soon = Self.order(
            Self.lines(Self.failed, of: "octopus-1", at: "16:03:55")
                + Self.lines(Self.healthy, of: "tentacle-1", at: "16:04:54"))
        #expect(soon == ["octopus-1 startup.began", "tentacle-1 startup.began", "octopus-1 startup.failed"])
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
        #expect(story(own) == story(own + Self.lines(Self.healthy, of: "tentacle-1", at: "17:00:00")))
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
