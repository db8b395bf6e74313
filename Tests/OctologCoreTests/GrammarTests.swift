import Foundation
import PCRE2
import Testing

@testable import OctologCore

/// A line of Fixtures/grammar/lines.tsv: what a row of the log grammar quotes, and the rule that knows it.
private struct GrammarLine: CustomTestStringConvertible, Sendable {
    /// The section of the log grammar: `2.4`.
    var section: String
    /// The row of the section's table, from 1, or a word for text that stands beside the table.
    var row: String
    var text: String
    /// The rule's id; nil where none is needed.
    var rule: String?

    var testDescription: String { "\(section)/\(row) \(text)" }

    static let file = Case.root.deletingLastPathComponent().appending(path: "grammar/lines.tsv")

    static let all: [GrammarLine] = {
        let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.compactMap(GrammarLine.init)
    }()

    init?(_ line: Substring) {
        let columns = line.split(separator: "\t", omittingEmptySubsequences: false)
        guard columns.count == 3, let slash = columns[0].firstIndex(of: "/") else { return nil }
        section = String(columns[0][..<slash])
        row = String(columns[0][slash...].dropFirst())
        text = String(columns[1]).replacing("\\t", with: "\t")
        rule = columns[2] == "-" ? nil : String(columns[2])
    }

    /// The entries of `WithoutRule` that say why this line needs no rule.
    var reasons: [WithoutRule] {
        get throws {
            let bytes = Array(text.utf8)
            let message = bytes.span.extracting(Statement(bytes.span).message)
            var data = MatchData()
            return try WithoutRule.all.filter {
                try $0.sections.contains(section) && Pattern($0.pattern).firstMatch(in: message, into: &data)
            }
        }
    }
}

/// How many rows a section has, counted by hand in the log grammar: the table's rows below its head, so that a row of
/// several texts counts once. Sections 2.3, 2.5, 6.5 and 6.6 have no table, and 8.2 is one sentence: there each quoted
/// text counts, in the order in which they stand (6.5: five of info, four of errors, two of debug).
private let countedRows: [(section: String, rows: Int)] = [
    ("2.1", 17), ("2.2", 20), ("2.3", 25), ("2.4", 21), ("2.5", 5), ("3", 23), ("4", 22), ("5", 17), ("6.2", 9),
    ("6.3", 9), ("6.4", 11), ("6.5", 11), ("6.6", 13), ("7", 13), ("8.1", 8), ("8.2", 4), ("9.1", 30), ("9.2", 20),
    ("9.3", 12),
]

/// What stands beside a section's table and is quoted there too.
private let besideTables = [
    "2.4": ["errors", "health"], "3": ["dumps", "errors", "health"], "4": ["unbound"], "5": ["script-pods", "charts"],
    "6.1": ["file"], "7": ["linux"], "8.1": ["unstamped"],
]

/// Each row of sections 2 to 9 of the log grammar has a rule, or a line that says why it needs none.
@Suite struct GrammarTests {
    @Test("each line of the file can be read") func readable() throws {
        let text = try String(contentsOf: GrammarLine.file, encoding: .utf8)
        let lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(lines.count == GrammarLine.all.count && lines.count >= 600)
    }

    @Test("the rule that is named knows the line", arguments: GrammarLine.all.filter { $0.rule != nil })
    fileprivate func known(_ line: GrammarLine) throws {
        let rule = try #require(line.rule)
        #expect(RuleSet.builtIn[rule] != nil)
        #expect(matching(line.text).contains(rule), "\(matching(line.text))")
    }

    @Test("a line without a rule has a reason, and tells nothing", arguments: GrammarLine.all.filter { $0.rule == nil })
    fileprivate func without(_ line: GrammarLine) throws {
        #expect(try !line.reasons.isEmpty)
        let telling = matching(line.text).filter { RuleSet.builtIn[$0]?.fact != .known }
        #expect(telling.isEmpty)
    }

    @Test("each reason is some line's, and is a sentence") func reasons() throws {
        let lines = GrammarLine.all.filter { $0.rule == nil }
        for reason in WithoutRule.all {
            #expect(reason.why.hasSuffix(".") && !reason.sections.isEmpty)
            #expect(try lines.contains { try $0.reasons.contains { $0.pattern == reason.pattern } }, "\(reason.why)")
        }
    }

    @Test("each row of each table has a line", arguments: countedRows)
    func complete(_ section: String, _ rows: Int) {
        let present = Set(GrammarLine.all.filter { $0.section == section }.map(\.row))
        let wanted = Set((1...rows).map(String.init) + besideTables[section, default: []])
        #expect(present == wanted, "\(present.symmetricDifference(wanted).sorted())")
    }

    @Test("no section of the file is unknown") func sections() {
        let known = Set(countedRows.map(\.section)).union(besideTables.keys)
        #expect(Set(GrammarLine.all.map(\.section)) == known)
    }

    @Test("the coverage is listed") func coverage() {
        let sections = Set(GrammarLine.all.map(\.section)).sorted {
            $0.compare($1, options: .numeric) == .orderedAscending
        }
        var table = "section   rows  lines  with rule  without  share\n"
        var total = (rows: 0, lines: 0, with: 0)
        func add(_ name: String, _ rows: Int, _ lines: Int, _ with: Int) {
            let share = lines == 0 ? 0 : with * 100 / lines
            let columns = [("\(rows)", 7), ("\(lines)", 7), ("\(with)", 11), ("\(lines - with)", 9), ("\(share) %", 7)]
            table += name.padding(toLength: 7, withPad: " ", startingAt: 0)
            table += columns.map { String(repeating: " ", count: $1 - $0.count) + $0 }.joined() + "\n"
        }
        for section in sections {
            let lines = GrammarLine.all.filter { $0.section == section }
            let with = lines.count { line in line.rule.map { matching(line.text).contains($0) } ?? false }
            let rows = Set(lines.map(\.row)).count
            add(section, rows, lines.count, with)
            total = (total.rows + rows, total.lines + lines.count, total.with + with)
        }
        add("all", total.rows, total.lines, total.with)
        // In one piece: other tests write at the same time.
        FileHandle.standardOutput.write(Data(("\n" + table).utf8))
        let reasoned = GrammarLine.all.count { $0.rule == nil }
        #expect(total.with + reasoned == total.lines)
    }
}
