import OctologCore
import Testing

@testable import RuleFile

/// Reads files of rules: `a.yaml`, `b.yaml`, ...
private func book(_ files: String...) -> RuleBook {
    var book = RuleBook()
    for (index, text) in files.enumerated() {
        book.add(text.utf8, file: "\(["a", "b", "c"][index]).yaml")
    }
    book.finish()
    return book
}

/// The faults as `LINE:COLUMN message`.
private func faults(_ text: String, _ gravity: RuleFault.Gravity = .error) -> [String] {
    book(text).faults.filter { $0.gravity == gravity }.map { "\($0.line):\($0.column) \($0.message)" }
}

/// A file with one rule that is right but for the lines that replace those of the same key.
private func file(_ lines: String...) -> String {
    var fields = [
        "id": "id: my.rule", "title": "title: T", "pattern": "pattern: some text", "matches": "matches: [some text]",
        "misses": "misses: [x]",
    ]
    var extra: [String] = []
    for line in lines {
        let key = String(line.prefix { $0 != ":" })
        if fields[key] != nil { fields[key] = line } else { extra.append(line) }
    }
    let order = ["id", "title", "pattern", "matches", "misses"].compactMap { fields[$0] } + extra
    return "rules:\n  - " + order.joined(separator: "\n    ") + "\n"
}

@Suite struct RuleBookTests {
    @Test("a rule with all keys is read") func whole() throws {
        let text = """
            rules:
              - id: my.own-rule
                level: high
                title: It happened
                remedy: Do something
                literals: [text of it]
                pattern: 'text of it: (\\d+)'
                product: server
                matches: ['text of it: 1']
                misses: ['text of it:']
                references: [https://example.com]
                threshold: {count: 5, within: 90s, by: detail}
            """
        let book = book(text)
        #expect(!book.hasErrors)
        let rule = try #require(book.rules.first)
        let expected = UserRule(
            id: "my.own-rule", level: .high, title: "It happened", remedy: "Do something", literals: ["text of it"],
            pattern: #"text of it: (\d+)"#, product: .server, matches: ["text of it: 1"], misses: ["text of it:"],
            references: ["https://example.com"],
            correlation: Period("90s").map { .threshold(count: 5, within: $0, by: .detail) })
        #expect(rule == expected)
        #expect(rule.correlation?.text == "threshold: 5 within 90s by detail")
    }

    @Test("a literal is derived, or it is said that there is none") func literals() throws {
        #expect(book(file()).rules.first?.literals == ["some text"])
        #expect(faults(file(), .warning).isEmpty)
        #expect(book(file("pattern: short")).rules.first?.literals == [])
        #expect(
            faults(file("pattern: short"), .warning) == [
                "4:14 no text of 8 bytes follows from the pattern: it is tried on every line, which costs speed"
            ])
    }

    @Test("correlations are read; what they wait for is a rule where there is one of that name") func correlations() {
        let pair = book(file("pair: {with: server.phase.database, within: 30s}"))
        #expect(
            pair.rules.first?.correlation
                == Period("30s").map { .sequence([.rule("server.phase.database")], within: $0) })
        let own = book(file("sequence: {of: [other.rule, some pattern]}"), file("id: other.rule"))
        #expect(
            own.rules.first?.correlation == .sequence([.rule("other.rule"), .pattern("some pattern")], within: nil))
        let absence = book(file("absence: {of: refused, within: 5m}"))
        #expect(absence.rules.first?.correlation == Period("5m").map { .absence(.pattern("refused"), within: $0) })
    }

    @Test("several documents of a file and several files are one set") func several() {
        #expect(book(file() + "---\n" + file("id: b"), file("id: c")).rules.map(\.id) == ["my.rule", "b", "c"])
    }

    @Test(
        "what is wrong is told with its place",
        arguments: [
            (
                file("colour: red"),
                "7:5 a rule has no key colour. The keys are: id, level, title, remedy, literals, pattern, product, matches, misses, references, pair, threshold, absence, sequence."
            ),
            (file("remdey: x"), "7:5 a rule has no key remdey. Did you mean remedy?"),
            (file("level: hgh"), "7:12 level has to be one of info, low, medium, high, critical. Did you mean high?"),
            (file("level: [high]"), "7:12 level has to be one of info, low, medium, high, critical."),
            (
                file("product: servr"),
                "7:14 product has to be one of server, tentacle, kubernetes-agent, sql-server. Did you mean server?"
            ),
            (file("id: My Rule"), "2:9 id has to be lower-case words and numbers joined by - and ., at most 100 bytes"),
            (file("id: server.phase.database"), "2:9 the id server.phase.database is that of a built-in rule"),
            (file("id: sql-login-failed"), "2:9 the id sql-login-failed is one of octolog's own codes"),
            (file("id: gap-quiet"), "2:9 the id gap-quiet is one of octolog's own codes"),
            (file("title: {a: b}"), "3:12 title has to be text"), (file("title:"), "3:11 title is empty"),
            (file("matches: []"), "5:14 matches is an empty list"),
            (file("misses: x"), "6:13 misses has to be a list"),
            (file("misses: [x, [y]]"), "6:17 an element of misses has to be text"),
            (file("literals: [short]"), "7:16 a literal needs 8 bytes or more"),
            (file("pattern: 'a(b'"), "4:18 pattern: missing closing parenthesis, at byte 3 of the pattern"),
            (file("pattern: a[b"), "4:17 pattern: missing terminating ] for character class, at byte 3 of the pattern"),
            (file(#"pattern: "a\\(b(""#), "4:14 pattern: missing closing parenthesis, at byte 5 of the pattern"),
            (file("pair: {with: '('}"), "7:20 with: missing closing parenthesis, at byte 1 of the pattern"),
            (file("pair: {within: 3s}"), "7:11 pair needs with: a pattern, or the id of a rule"),
            (file("pair: {with: abc, within: 30}"), "7:31 within has to be a period such as 500ms, 30s, 5m, 1h or 2d"),
            (
                file("pair: {with: server.phase.databse}"),
                "7:18 there is no rule server.phase.databse. Did you mean server.phase.database?"
            ),
            (file("threshold: {count: 1}"), "7:24 count has to be a whole number from 2 to 1000"),
            (file("threshold: {within: 3s}"), "7:16 threshold needs count: a whole number"),
            (file("threshold: {count: 3, by: host}"), "7:31 by has to be one of container, detail."),
            (file("absence: {of: abc}"), "7:14 absence needs within: a period such as 5m"),
            (file("sequence: {of: []}"), "7:20 of is an empty list"),
            (file("sequence: x"), "7:15 sequence has to be a mapping of keys to values"),
            (
                file("sequence: {of: [abc]}", "threshold: {count: 3}"),
                "7:15 a rule has one of threshold, sequence, not several"
            ),
            ("rules: []", "1:8 rules is an empty list"),
            ("- a", "1:1 a document has to be a mapping of keys to values"),
            ("rules: [a]", "1:9 a rule has to be a mapping of keys to values"), ("", "1:1 the file holds no rules"),
            ("rule: []", "1:1 a document has no key rule. Did you mean rules?"),
            ("rules: [", "2:1 not YAML: while parsing a flow node: did not find expected node content"),
            ("rules:\n  - {id: a, id: b}", "2:6 not YAML: a mapping has the same key twice: id"),
        ])
    func places(_ text: String, _ fault: String) {
        let found = faults(text)
        #expect(found.contains(fault), "\(found)")
    }

    @Test("a rule without a match or a miss is refused") func noExamples() {
        let text = "rules:\n  - id: a\n    title: T\n    pattern: x\n"
        #expect(
            faults(text) == [
                "2:5 a rule needs matches: no rule without a match and a miss",
                "2:5 a rule needs misses: no rule without a match and a miss",
            ])
    }

    @Test("an id that was given before is refused, with the place of the first") func twice() {
        let found = book(file(), file()).faults
        #expect(found.map(\.message) == ["the id my.rule was given to a rule in a.yaml:2"] && found[0].file == "b.yaml")
    }

    @Test("all faults of a file are told, by line") func all() {
        let text = file("level: hihg", "remdey: x", "pattern: (", "title:")
        #expect(faults(text).count == 4 && faults(text).map { $0.prefix(1) } == ["3", "4", "7", "8"])
    }

    @Test("a fault quotes no value, and no secret") func secrets() {
        let key = "API-FAKEFAKEFAKEFAKEFAKEFAKE23"
        let texts = [
            file("level: \(key)"), file("pattern: '--apiKey \(key) ('"), file("id: \(key)"), file("product: \(key)"),
            file("\(key): x"), file("pair: {with: '--apiKey \(key) ('}"), file("threshold: {count: \(key)}"),
            "rules:\n  - {\(key): a, \(key): b}",
        ]
        for text in texts {
            let found = book(text).faults
            #expect(!found.isEmpty)
            for fault in found { #expect(!RuleReport.text(of: fault).contains("FAKEFAKE"), "\(fault)") }
            #expect(!String(decoding: RuleReport.json(of: found), as: UTF8.self).contains("FAKEFAKE"))
        }
        let rule = book(file("title: '--apiKey \(key)'", "remedy: '--apiKey \(key)'")).rules.first
        #expect(rule?.title == "--apiKey [api-key sha256:\(rule?.title.suffix(9).prefix(8) ?? "")]")
        #expect(rule?.remedy?.contains("FAKE") == false)
    }

    @Test("a pattern that does not compile is shown with a caret where it goes wrong") func caret() {
        let fault = book(file("pattern: 'Login (failed'")).faults[0]
        #expect(
            RuleReport.text(of: fault) == """
                a.yaml:4:28: pattern: missing closing parenthesis, at byte 13 of the pattern
                  Login (failed
                               ^

                """)
    }

    @Test("what is not UTF-8, or too large, is refused") func bytes() {
        var book = RuleBook()
        book.add([0xFF, 0xFE], file: "x")
        book.add(Array(repeating: 0x20, count: RuleBook.maximumSize + 1), file: "y")
        #expect(book.faults.map(\.message) == ["the file is not UTF-8", "a file of rules has 1 MiB at most"])
    }

    @Test(
        "periods have a number and a unit",
        arguments: ["", "5", "s", "0s", "-1s", "1.5s", "1w", "400d", "99999999999999999999s"])
    func periods(_ text: String) {
        #expect(Period(text) == nil)
        #expect(Period("90s")?.nanoseconds == 90_000_000_000 && Period("2d")?.nanoseconds == 172_800_000_000_000)
    }
}
