import Foundation
import Testing

@testable import OctologCore

@Suite struct ExplanationTests {
    /// Whatever events can show, by the tables that they are made from.
    private static let codes: Set<String> = {
        var codes = Cause.all.map(\.code) + RegistrationDuplicate.Class.allCases.map(\.rawValue)
        codes += SecretKind.allCases.map(\.code) + GapDetected.Kind.allCases.map(\.code)
        codes += LimitHit.Limit.allCases.map(\.code)
        // Events that say one thing only.
        codes += ["startup-unfinished", "container-stopped", "lines-unrecognised", "events-suppressed"]
        // Rules whose secret may be of any kind.
        codes += ["secret-named-value", "secret-starred"]
        return Set(codes)
    }()

    @Test("every code that octolog can show is explained, once, and nothing else is") func complete() {
        let explained = Explanation.all.map(\.code)
        #expect(Self.codes.subtracting(explained).sorted() == [])
        #expect(Set(explained).subtracting(Self.codes).sorted() == [])
        #expect(explained.count == Set(explained).count)
    }

    @Test("what events call it leads to the explanation: kinds, limits, places of secrets, types") func aliases() {
        for kind in SecretKind.allCases { #expect(Explanation.found(by: kind.rawValue)?.code == kind.code) }
        for kind in GapDetected.Kind.allCases { #expect(Explanation.found(by: kind.rawValue)?.code == kind.code) }
        for limit in LimitHit.Limit.allCases { #expect(Explanation.found(by: limit.rawValue)?.code == limit.code) }
        for rule in SecretRule.all where rule.id != SecretRule.starred {
            #expect(Explanation.found(by: rule.id)?.code == rule.kind.code, "\(rule.id)")
        }
        for type in [EventType.startupUnfinished, .containerStopped, .linesUnrecognised, .eventsSuppressed] {
            #expect(Explanation.found(by: type.name)?.code == Explanation.found(by: type.shortName)?.code)
            #expect(Explanation.found(by: type.name) != nil)
        }
    }

    @Test("no name leads to two explanations") func unambiguous() {
        var names: Set<String> = []
        for explanation in Explanation.all {
            for name in [explanation.code] + explanation.aliases + explanation.rules {
                #expect(names.insert(name).inserted, "\(name)")
                #expect(Explanation.found(by: name)?.code == explanation.code)
            }
        }
    }

    @Test("the id of every rule that tells a cause leads to that cause's explanation") func rulesLead() {
        for rule in RuleSet.builtIn.listed {
            var cause = rule.cause
            if case .warns(let warned, _) = rule.fact { cause = warned }
            #expect(Explanation.found(by: rule.id)?.code == cause?.code, "\(rule.id)")
        }
    }

    @Test("whatever the sources write as a cause's code or as a place of secrets is explained") func sources() throws {
        let folder = Case.root.deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Sources/OctologCore")
        let names = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        var causes: Set<String> = []
        var places: Set<String> = []
        for name in names where name.hasSuffix(".swift") {
            let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
            causes.formUnion(text.matches(of: #/Cause\(\s*(?:code: )?"([a-z-]+)"/#).map { String($0.1) })
            places.formUnion(text.matches(of: #/"(secret\.[a-z.-]*[a-z])"/#).map { String($0.1) })
        }
        #expect(causes.count > 50 && places.count > 20)
        for code in causes { #expect(Explanation[code] != nil, "\(code)") }
        for place in places {
            let exposure = Exposure(kind: .password, rule: place, range: 0..<1, fingerprint: nil)
            // What is masked without a word about it has no code.
            guard exposure.isTold else { continue }
            #expect(Explanation.found(by: place) != nil, "\(place)")
        }
    }

    @Test("what no startup fails of is listed among the findings") func groups() {
        for rule in RuleSet.builtIn.rules {
            switch rule.fact {
            case .fails(let cause):
                #expect((Explanation[cause.code]?.group == .finding) == cause.isHarmless, "\(cause.code)")
            case .warns(let cause, _):
                #expect([.finding, .registration].contains(Explanation[cause.code]?.group), "\(cause.code)")
            default: break
            }
        }
        for group in Explanation.Group.allCases { #expect(Explanation.all.contains { $0.group == group }) }
    }

    @Test(
        "of a secret it says what its events say: who prints it, and first what to do", arguments: SecretKind.allCases)
    func secrets(_ kind: SecretKind) throws {
        let explanation = try #require(Explanation[kind.code])
        #expect(explanation.fix.first == kind.remedy(product: nil, eras: []))
        #expect(explanation.printedBy == LeakSite.explanations(of: kind))
        for sentence in explanation.printedBy { #expect(LeakSite.all.contains { $0.explanation == sentence }) }
        let text = ExplanationText.text(of: explanation)
        #expect(text.contains("\nWho prints it\n  - ") && text.contains("\nAlso called\n  \(kind.rawValue)\n"))
    }

    @Test("the list has one code a line, under its heading, in lines of 100 characters") func list() {
        let lines = ExplanationText.list().split(separator: "\n", omittingEmptySubsequences: false)
        for group in Explanation.Group.allCases {
            #expect(lines.contains { $0 == group.title.uppercased() }, "\(group.title)")
        }
        let codes = lines.compactMap { $0.wholeMatch(of: #/  ([a-z-]+) {2,}(\S.*)/#) }
        #expect(codes.map { String($0.1) } == Explanation.all.map(\.code))
        #expect(codes.map { String($0.2) } == Explanation.all.map(\.title))
        #expect(lines.allSatisfy { $0.count <= 100 })
        #expect(Set(codes.map { $0.2.startIndex.utf16Offset(in: $0.0) }).count == 1, "the titles stand in a column")
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

    @Test("links lead to issues on GitHub, or to the vendor's documentation") func links() {
        let links = Explanation.all.flatMap(\.links)
        #expect(!links.isEmpty)
        for link in links {
            let isIssue = link.wholeMatch(of: #/https://github\.com/[\w-]+/[\w-]+/issues/[1-9]\d*/#) != nil
            #expect(isIssue || link.wholeMatch(of: #/https://octopus\.com/docs/[a-z/-]+/#) != nil, "\(link)")
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
        #expect(Explanation.nearest(to: "Secret.Option.Masterkey") == "secret.option.master-key")
        #expect(Explanation.nearest(to: "max-lines") == "max-line")
        #expect(Explanation.nearest(to: "server.phase.databas") == "server.phase.database")
        #expect(Explanation.nearest(to: "startup.fialed") == "startup.failed")
        #expect(Explanation.nearest(to: "poem") == nil)
    }
}
