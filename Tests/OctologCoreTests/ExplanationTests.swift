import Testing

@testable import OctologCore

@Suite struct ExplanationTests {
    private static let codes = Set(
        Cause.all.map(\.code) + RegistrationDuplicate.Class.allCases.map(\.rawValue))

    @Test("every cause and every class of duplicates is explained, once, and nothing else is") func complete() {
        let explained = Explanation.all.map(\.code)
        #expect(Self.codes.subtracting(explained).sorted() == [])
        #expect(Set(explained).subtracting(Self.codes).sorted() == [])
        #expect(explained.count == Set(explained).count)
    }

    @Test("every cause that a rule tells is among all causes, and one code has one cause") func causes() {
        let byCode = Dictionary(uniqueKeysWithValues: Cause.all.map { ($0.code, $0) })
        for rule in RuleSet.builtIn.rules {
            if let cause = rule.cause { #expect(byCode[cause.code] == cause) }
            if case .warns(let cause, _) = rule.fact { #expect(byCode[cause.code] == cause) }
        }
    }

    @Test("an explanation says all that it has to, in few sentences", arguments: Explanation.all.map(\.code))
    func parts(_ code: String) throws {
        let explanation = try #require(Explanation[code])
        #expect(!explanation.title.isEmpty && explanation.title.last != ".")
        for text in [explanation.meaning, explanation.why] {
            #expect(text.hasSuffix(".") && text.count >= 60 && text.count <= 420, "\(text.count): \(text)")
            #expect(!text.contains("  ") && !text.contains("\n"), "\(text)")
        }
        for steps in [explanation.confirm, explanation.fix] {
            #expect(steps.first.map { !$0.hasPrefix("$ ") } == true, "the first step says what the command is for")
            for step in steps {
                #expect(!step.isEmpty && !step.contains("\n") && !step.contains("  "), "\(step)")
                if !step.hasPrefix("$ ") { #expect(step.hasSuffix("."), "\(step)") }
            }
        }
    }

    @Test("the title of a cause is the report's", arguments: Cause.all.map(\.code))
    func titles(_ code: String) {
        #expect(Explanation[code]?.title == Cause.all.first { $0.code == code }?.title)
    }

    @Test("links lead to issues on GitHub") func links() {
        let links = Explanation.all.flatMap(\.links)
        #expect(!links.isEmpty)
        for link in links {
            #expect(link.wholeMatch(of: #/https://github\.com/[\w-]+/[\w-]+/issues/[1-9]\d*/#) != nil, "\(link)")
        }
        for explanation in Explanation.all { #expect(Set(explanation.links).count == explanation.links.count) }
    }

    @Test("the rules that raise a cause are found by its code") func rules() {
        #expect(Explanation["sql-login-failed"]?.rules == ["failure.sql-login-failed"])
        #expect(Explanation["shared-master-key"]?.rules.isEmpty == false)
        #expect(Explanation["same-name"]?.rules == [])
    }

    @Test("the text keeps to its width, commands and long words apart", arguments: Explanation.all.map(\.code))
    func width(_ code: String) throws {
        let explanation = try #require(Explanation[code])
        let text = ExplanationText.text(of: explanation)
        for line in text.split(separator: "\n") where !line.hasPrefix("    $ ") {
            #expect(line.count <= 100, "\(line)")
        }
        for command in (explanation.confirm + explanation.fix) where command.hasPrefix("$ ") {
            #expect(text.contains("    \(command)\n"))
        }
    }

    @Test("the nearest code is found for a mistyped one") func nearest() {
        #expect(Explanation.nearest(to: "sql-login-faild") == "sql-login-failed")
        #expect(Explanation.nearest(to: "same-nam") == "same-name")
        #expect(Explanation.nearest(to: "poem") == nil)
    }
}
