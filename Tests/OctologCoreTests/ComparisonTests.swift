import Foundation
import Testing

@testable import OctologCore

private func report(_ name: String) -> Report {
    var builder = ReportBuilder()
    for event in Case(name).run().events { builder.receive(event) }
    return builder.report
}

private func compare(_ good: String, _ bad: String) throws -> Comparison.Pair {
    try #require(Comparison(good: report(good), bad: report(bad)).pairs.first)
}

@Suite struct ComparisonTests {
    /// What the logs show to whoever reads both.
    @Test(
        "the first difference is where the logs part",
        arguments: [
            (
                "server-2018.3.13-first-start", "server-2018.3.13-sql-login-failed",
                "BAD stops in phase database; GOOD goes on with configure."
            ),
            (
                "server-2018.3.13-first-start", "server-2018.3.13-cut-in-database",
                "BAD stops in phase database; GOOD goes on with configure."
            ),
            (
                "server-2018.4.0-upgrade", "server-2018.4.0-wrong-key",
                "BAD goes through phase master-key; GOOD does not."
            ),
            (
                "server-2018.4.0-upgrade", "server-2018.4.0-downgrade", "BAD stops in phase start; GOOD starts."
            ),
            (
                "tentacle-3.22-polling", "tentacle-3.22-port-unreachable",
                "BAD stops in phase register; GOOD goes on with run."
            ),
            (
                "tentacle-6.1.1300-polling", "tentacle-6.1.1300-register-refused",
                "BAD fails in phase register; GOOD goes on with run."
            ),
            (
                "tentacle-3.22-listening", "tentacle-3.22-missing-variable",
                "BAD stops in phase banner; GOOD goes on with configure."
            ),
        ])
    func firstDifference(_ good: String, _ bad: String, _ expected: String) throws {
        #expect(try compare(good, bad).firstDifference == expected)
    }

    @Test("a log compared with itself shows no difference") func same() throws {
        let pair = try compare("server-2018.3.13-first-start", "server-2018.3.13-first-start")
        #expect(pair.firstDifference == "No difference: both go through the same phases with the same settings.")
        #expect(!pair.isBadWrong && pair.settings.isEmpty && pair.commands.isEmpty && pair.registrations.isEmpty)
    }

    @Test("what went well and what did not are taken from one log") func oneLog() throws {
        let pair = try compare("server-2018.3.13-failed-then-ok", "server-2018.3.13-failed-then-ok")
        #expect(pair.good?.number == 2 && pair.bad.number == 1)
        #expect(pair.firstDifference == "BAD stops in phase database; GOOD goes on with configure.")
    }

    @Test("a startup that configures is compared with one that did so too") func kinds() throws {
        let pair = try compare("server-2018.3.13-restart", "server-2018.3.13-sql-unreachable")
        #expect(pair.good?.number == 1)
        let skipping = try compare("server-2018.3.13-first-start", "server-2018.3.13-restart")
        #expect(skipping.bad.kind == .skippedConfiguration && skipping.good?.kind == .first)
    }

    @Test("settings, commands and registrations that differ are told, each once") func differences() throws {
        let pair = try compare("tentacle-3.22-polling", "tentacle-3.22-port-unreachable")
        #expect(pair.settings.contains(.init(name: "environments", good: "Development, Test", bad: "Test")))
        #expect(pair.settings.contains(.init(name: "name", good: "poller-15", bad: "poller-23")))
        #expect(
            pair.commands == [
                .init(name: "register-with", good: "done with exit code 0", bad: "failed with exit code 1")
            ])
        #expect(pair.registrations.map(\.name) == ["auth", "outcome"])
        let keys = try compare("server-2018.4.0-upgrade", "server-2018.4.0-wrong-key")
        #expect(keys.settings.contains(.init(name: "master key", good: "supplied", bad: "generated")))
    }

    @Test("slow is more than three times as long and more than five seconds longer") func slow() {
        func row(_ good: Double, _ bad: Double) -> Comparison.Row {
            Comparison.Row(
                phase: .database, good: Report.PhaseEntry(phase: .database, durationSeconds: good, state: .done),
                bad: Report.PhaseEntry(phase: .database, durationSeconds: bad, state: .done))
        }
        #expect(row(3, 31).isSlow && row(0, 6).isSlow)
        #expect(!row(1, 5).isSlow && !row(10, 29).isSlow && !row(0, 5).isSlow)
        #expect(row(0, 6).factor == nil)
    }

    @Test("a slow phase is the first difference where nothing else is") func slowPhase() throws {
        let fast = Case("server-2018.3.13-first-start").bytes(of: "input.log")
        // Everything after the database is created happens an hour later.
        let slow = String(decoding: fast, as: UTF8.self).replacing(#/T09:(1[56]:(?:[345]|0[0-9]))/#) { match in
            match.1.hasPrefix("15:0") ? "T09:\(match.1)" : "T10:\(match.1)"
        }
        var builder = ReportBuilder()
        for event in analyze(slow).events { builder.receive(event) }
        let comparison = Comparison(good: report("server-2018.3.13-first-start"), bad: builder.report)
        let pair = try #require(comparison.pairs.first)
        #expect(
            pair.firstDifference == "Both go through the same phases; BAD takes 1 h 00 min in database, GOOD 31 s.")
        #expect(pair.phases.filter(\.isSlow).map(\.phase) == [.database])
        let text = ComparisonText.text(of: comparison)
        #expect(text.contains("  database    31 s  1 h 00 min  117.1x  slow\n"), "\(text)")
        #expect(text.contains("Nothing failed in BAD: its last startup is compared."))
    }

    @Test("several containers are compared by name, then by what they are") func pairs() {
        func named(_ logs: [(String, String)]) -> Report {
            var builder = ReportBuilder()
            for event in analyze(logs.map { ($0.0, Case($0.1).bytes(of: "input.log")) }).events {
                builder.receive(event)
            }
            return builder.report
        }
        let good = named([
            ("good/server.log", "server-2018.3.13-first-start"), ("good/web.log", "tentacle-3.22-listening"),
            ("good/more.log", "tentacle-3.22-polling"),
        ])
        let bad = named([
            ("bad/other.log", "tentacle-3.22-port-unreachable"), ("bad/web.log", "tentacle-3.22-missing-variable"),
            ("bad/server.log", "server-2018.3.13-sql-unreachable"),
            ("bad/fourth.log", "server-2018.3.13-sql-login-failed"),
        ])
        let comparison = Comparison(good: good, bad: bad)
        #expect(
            Set(comparison.pairs.map { "\($0.goodContainer.name) \($0.badContainer.name)" }) == [
                "good/server.log bad/server.log", "good/web.log bad/web.log", "good/more.log bad/other.log",
            ])
        #expect(comparison.unmatchedGood.isEmpty && comparison.unmatchedBad == ["bad/fourth.log"])
        let one = Comparison(good: report("server-2018.3.13-first-start"), bad: bad, container: "bad/fourth.log")
        #expect(one.pairs.map(\.badContainer.name) == ["bad/fourth.log"])
    }

    @Test("no secret in a comparison, and its JSON is JSON", arguments: Case.all)
    func secrets(_ example: Case) throws {
        let comparison = Comparison(good: report("server-2018.3.13-first-start"), bad: report(example.name))
        let json = comparison.json()
        #expect(try JSONSerialization.jsonObject(with: Data(json)) is [String: Any])
        let text = ComparisonText.text(of: comparison) + String(decoding: json, as: UTF8.self)
        for secret in example.secrets + Case("server-2018.3.13-first-start").secrets {
            #expect(!text.contains(secret))
        }
    }
}
