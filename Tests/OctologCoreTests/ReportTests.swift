import Foundation
import Testing

@testable import OctologCore

/// The report of logs that are read as the command reads them.
private func report(
    _ logs: [(name: String, bytes: [UInt8])], chunk: Int = .max, options: Analyzer.Options = Analyzer.Options()
) -> Report {
    var builder = ReportBuilder()
    for event in analyze(logs, chunk: chunk, options: options).events { builder.receive(event) }
    return builder.report
}

private func report(_ text: String) -> Report { report([("-", Array(text.utf8))]) }

extension Case {
    fileprivate func report(chunk: Int = .max) -> Report {
        OctologCoreTests.report(logs.map { ($0, bytes(of: $0)) }, chunk: chunk)
    }
}

/// All forms of a report, one after the other.
private func everyForm(of report: Report) -> String {
    ReportText.text(of: report) + ReportMarkdown.text(of: report)
        + String(decoding: report.json(), as: UTF8.self)
}

private func json(_ bytes: [UInt8]) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
}

@Suite struct ReportTests {
    @Test("a good start: nothing failed, every phase with its time and its share") func goodStart() {
        let text = ReportText.text(of: Case("server-2018.3.13-first-start").report())
        #expect(text.hasPrefix("VERDICT\n  No failed startup: 1 container started.\n"))
        #expect(text.contains("    database    2018-07-02T09:15:01Z  31 s  ##############################\n"))
        #expect(text.contains("    admin       2018-07-02T09:15:42Z   9 s  #########\n"))
        #expect(text.contains("master key      generated, shown, sha256:16139088 (octolog key prints it)"))
        #expect(!text.contains("FAILED") && !text.contains("root cause"))
        #expect(text.hasSuffix("startup lines recognised (100 %).\n"))
    }

    @Test("a failed start: why, proof and what to do; and that it succeeded later") func failedStart() {
        let report = Case("server-2018.3.13-failed-then-ok").report()
        #expect(report.counts == Report.OutcomeCounts(succeeded: 1, failed: 1))
        let startup = report.containers[0].startups[0]
        #expect(startup.phases.map(\.phase) == [.banner, .database] && startup.phases.last?.state == .failed)
        #expect(
            startup.failure?.cause.code == "sql-unreachable" && startup.failure?.evidence.first?.location.line == 11)
        let text = ReportText.text(of: report)
        #expect(
            text.split(whereSeparator: \.isWhitespace).joined(separator: " ").contains(
                "input.log failed in database (after 2018-07-13T05:59:48Z): SQL Server can't be reached. Startup 2 succeeded later (2018-07-13T06:01:35Z)."
            ), "\(text)")
        #expect(text.contains("    database  2018-07-13T05:59:48Z     -  FAILED\n"))
        #expect(text.contains("    more            octolog explain sql-unreachable\n"))
        #expect(text.contains("    evidence        input.log:21: Terminating process with exit code 100\n"))
    }

    @Test("several containers: the one that is down comes first, whatever came first in the logs") func several() {
        let names = [
            "server-2018.3.13-failed-then-ok", "server-2018.3.13-cut-in-database", "tentacle-3.22-port-unreachable",
        ]
        let report = report(names.map { ($0, Case($0).bytes(of: "input.log")) })
        let verdicts = report.verdicts
        #expect(verdicts.map(\.container) == [names[2], names[1], names[0]])
        #expect(verdicts.map(\.isOver) == [false, false, true])
        #expect(report.headline == "2 of 4 startups failed, 1 did not finish.")
        let text = ReportText.text(of: report)
        #expect(
            text.split(whereSeparator: \.isWhitespace).joined(separator: " ").contains(
                "What never came: the end of the command database."), "\(text)")
    }

    @Test("duplicates are told on top, where no startup failed of them") func duplicates() {
        let report = Case("tentacle-3.22-two-containers-one-name").report()
        #expect(report.headline == "No failed startup: 2 containers started.")
        #expect(report.alsoGrave == "See below: 1 duplicate registration.")
        #expect(report.duplicates.entries.map(\.duplicate.memberCount) == [2])
    }

    @Test("nothing, and nothing of ours") func nothing() throws {
        #expect(report("").headline == "The input is empty.")
        let foreign = report("Hello\nWorld\n")
        #expect(foreign.headline == "Nothing in 2 lines was printed by an Octopus Deploy container.")
        #expect(foreign.containers.isEmpty)
        #expect(try json(foreign.json())["verdicts"] as? [String] == [])
    }

    @Test("a loop of restarts is told by its first and its last startup; memory has an end") func restartLoop() {
        let log = Case("server-2018.3.13-sql-login-failed").bytes(of: "input.log")
        let report = report([("loop.log", Array([[UInt8]](repeating: log, count: 100).joined()))])
        let container = report.containers[0]
        #expect(container.startups.count == Report.Limits.startupsOfContainer)
        #expect(container.startups.map(\.number) == Array(1...32) + Array(69...100))
        #expect(container.startupsLeftOut.failed == 36 && report.counts.failed == 100)
        #expect(report.verdicts.count == 1)
        let text = ReportText.text(of: report)
        #expect(text.contains("loop.log failed at least 64 times in database"))
        #expect(text.contains("startups 2 to 31: FAILED in database with exit code 100, as startup 1"))
        #expect(text.contains("36 startups more here, not kept: 36 failed, 0 succeeded"))
        #expect(text.contains("startups 70 to 99: FAILED in database with exit code 100, as startup 69"))
    }

    @Test("more containers than there is room for are counted") func manyContainers() {
        var builder = ReportBuilder()
        let failure = RootCause(code: "c", title: "t", confidence: .certain, remedy: "r")
        for i in 0..<Report.Limits.containers + 3 {
            builder.receive(
                Event(
                    payload: .startupFailed(StartupFailed(phase: .run, rootCause: failure, contributing: [])),
                    source: "urn:octolog:container:\(i)", level: .high,
                    origin: Origin(container: "c\(i)", product: .server, startup: 1), evidence: []))
        }
        let report = builder.report
        #expect(report.containers.count == Report.Limits.containers && report.startupsElsewhere.failed == 3)
        #expect(
            report.headline == "\(Report.Limits.containers + 3) of \(Report.Limits.containers + 3) startups failed.")
        #expect(ReportText.text(of: report).contains("of the others' startups 3 failed"))
    }

    @Test("a cause that lies in another container's log replaces the one that was told first") func explained() {
        var builder = ReportBuilder()
        for event in Case("server-2018.3.13-sql-login-failed").run().events { builder.receive(event) }
        let name = builder.report.containers[0].name
        let cause = RootCause(
            code: "sa-password-too-weak", title: "SQL Server's SA password is too weak", container: "db-1",
            confidence: .certain, remedy: "Choose a stronger one.")
        let line = Evidence(
            input: "db.log", location: Location(line: 3, offset: 0, length: 9), text: "Password validation failed")
        builder.receive(
            Event(
                payload: .startupExplained(
                    StartupExplained(container: name, startup: 1, rootCause: cause, contributing: [])),
                source: "urn:octolog:container:db-1", level: .high, origin: Origin(container: "db-1"),
                evidence: [line]))
        let verdict = builder.report.verdicts[0]
        #expect(verdict.code == "sa-password-too-weak")
        #expect(verdict.sentence.hasSuffix(": SQL Server's SA password is too weak, said by db-1."))
        let text = ReportText.text(of: builder.report)
        #expect(text.contains("    lies in         db-1\n") && text.contains("db.log:3: Password validation failed"))
    }

    @Test("lines that no rule knows are told by their templates, the commonest first") func unrecognised() {
        var builder = ReportBuilder()
        builder.receive(
            Event(
                payload: .linesUnrecognised(
                    LinesUnrecognised(
                        templates: [
                            LineTemplate(template: "a | `b`", count: 2), LineTemplate(template: "c", count: 11),
                        ],
                        lines: 13, share: 0.004)),
                source: "urn:octolog:run", level: .info, origin: Origin(), evidence: []))
        let text = ReportText.text(of: builder.report)
        #expect(
            text.contains(
                "NOT RECOGNISED\n  13 lines that no rule knows, under 1 % of the startup lines.\n  11  c\n   2  a | `b`\n"
            ))
        #expect(ReportMarkdown.text(of: builder.report).contains("| 2 | `` a \\| `b` `` |\n"))
    }
}

@Suite struct ReportLawTests {
    @Test("no secret of a log is in any form of its report", arguments: Case.all) func secrets(_ example: Case) {
        let text = everyForm(of: example.report())
        for secret in example.secrets { #expect(!text.contains(secret)) }
    }

    @Test("any cut of the reads gives the same report", arguments: Case.all) func chunks(_ example: Case) {
        let whole = everyForm(of: example.report())
        for chunk in [1, 7, 4096] { #expect(everyForm(of: example.report(chunk: chunk)) == whole) }
    }

    @Test("what is expected of a case is what its report says", arguments: Case.ofOneContainer) func expectations(
        _ example: Case
    ) {
        let report = example.report()
        let startups = report.containers.flatMap(\.startups).map { startup in
            "\(startup.kind?.rawValue ?? "unknown")/\(startup.outcome.rawValue)"
        }
        #expect(startups.joined(separator: ", ") == example.expected["startups"])
        let phases = report.containers.flatMap(\.startups).map { startup in
            startup.phases.map(\.phase.rawValue).joined(separator: ">")
        }
        #expect(phases.joined(separator: " ; ") == example.expected["phases"])
        let causes = report.verdicts.compactMap(\.code)
        #expect(causes == (example.expected["root-cause"] == "none" ? [] : [example.expected["root-cause"] ?? ""]))
    }

    @Test("lines fit into 100 columns, if their words allow it", arguments: Case.all) func width(_ example: Case) {
        for line in ReportText.text(of: example.report()).split(separator: "\n")
        where line.count > 100 {
            #expect(line.split(separator: " ").contains { $0.count > 60 }, "\(line)")
        }
    }

    @Test("the JSON is JSON, and its lists are there", arguments: Case.all) func validJSON(_ example: Case) throws {
        let object = try json(example.report().json())
        for key in ["verdicts", "containers", "findings", "duplicates", "secrets", "gaps", "limits", "inputs"] {
            #expect(object[key] is [Any], "\(key)")
        }
    }
}

@Suite struct HostileReportTests {
    /// Markup of terminals, Markdown and HTML, in every place that a log can choose.
    private static let evil = "x\u{7}\u{202E}|`<b>**[a](http://e)**&@me_y_#"

    private static var hostile: Report {
        let log = """
            VERBOSE: [2018-07-02T09:15:01] Configuring Octopus Deploy
            VERBOSE: [2018-07-02T09:15:01]  - local admin user '\(evil)'
            VERBOSE: [2018-07-02T09:15:01] Creating Octopus Deploy database ...
            VERBOSE: [2018-07-02T09:15:01] Executing command 'C:\\Octopus.Server.exe database --console'
            Login failed for user '\(evil)'.
            Execute-Command : Command returned exit code 100. Aborting.

            """
        var options = Analyzer.Options()
        options.container = "# \u{1B}[31m\(evil)\n```"
        return report([("a`b|<i>.log", Array(log.utf8))], options: options)
    }

    @Test("nothing in a log steers the terminal") func terminal() {
        let text = ReportText.text(of: Self.hostile)
        #expect(text.contains("sql-login-failed") && text.contains("\\u{7}\\u{202e}|"))
        #expect(
            text.unicodeScalars.allSatisfy { scalar in
                scalar == "\n" || scalar.value >= 0x20 && scalar.value != 0x7F && scalar != "\u{202E}"
            })
    }

    @Test("nothing in a log is markup: no HTML, no link, no cell, no end of a fence") func markdown() {
        let text = ReportMarkdown.text(of: Self.hostile)
        var fence: Substring?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let ticks = line.prefix { $0 == "`" }
            if ticks.count >= 3, fence == nil {
                fence = ticks
            } else if line == fence ?? "" {
                fence = nil
            } else if fence == nil {
                // What stands between backticks is shown as it is.
                let prose = line.replacing(#/\\./#, with: "").replacing(#/(`+)(?!`).*?[^`]\1(?!`)/#, with: "CODE")
                #expect(!prose.contains("<b>") && !prose.contains("<i>") && !prose.contains("](h"), "\(line)")
                #expect(!prose.contains("@me") && !prose.contains(" **[") && !prose.contains("http:"), "\(line)")
                if line.hasPrefix("| ") { #expect(line.split(separator: "|").count == 4, "\(line)") }
            }
        }
        #expect(fence == nil)
        #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 })
    }

    @Test("text can't begin as a list, a heading or code") func beginnings() {
        #expect(ReportMarkdown.escaped("- a") == "\\- a" && ReportMarkdown.escaped("1. a") == "1\\. a")
        #expect(ReportMarkdown.escaped("# a") == "\\# a" && ReportMarkdown.escaped("    a") == "&#32;   a")
        #expect(ReportMarkdown.code("`a`") == "`` `a` ``" && ReportMarkdown.code("a``b") == "```a``b```")
    }

    @Test("JSON has the log's text as it is") func jsonKeepsText() throws {
        let object = try json(Self.hostile.json())
        let containers = try #require(object["containers"] as? [[String: Any]])
        #expect(containers.first?["container"] as? String == "# \u{1B}[31m\(Self.evil)\n```")
    }

    @Test("what is kept of a text has an end") func bounds() {
        let user = String(repeating: "u", count: 5000)
        let report = report(
            "VERBOSE: [2018-07-02T09:15:01] Configuring Octopus Deploy\nVERBOSE: [2018-07-02T09:15:01]  - local admin user '\(user)'\nVERBOSE: [2018-07-02T09:15:01] Creating Octopus Deploy database ...\n"
        )
        let settings = report.containers[0].startups[0].configuration
        #expect(settings?["adminUser"] == String(repeating: "u", count: Report.Limits.text) + "…")
    }

    @Test("durations as people read them") func durations() {
        let texts = [0, 0.25, 7.04, 59.6, 125, 3720].map(Seconds.text)
        #expect(texts == ["0 s", "0.25 s", "7 s", "1 min 00 s", "2 min 05 s", "1 h 02 min"])
    }
}
