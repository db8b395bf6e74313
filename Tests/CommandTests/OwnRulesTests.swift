import Foundation
import Testing

@Suite struct OwnRulesTests {
    private let example = "Fixtures/rules/example.yaml"
    private let log = "Fixtures/rules/example.log"

    /// Writes a file of rules and hands its path on.
    private func withRules<Result>(_ text: String, _ body: (String) throws -> Result) throws -> Result {
        let folder = try TemporaryFolder()
        return try body(try folder.write("own.yaml", Data(text.utf8)))
    }

    private static let good = """
        rules:
          - id: my.rule
            level: high
            title: Something happened
            pattern: something happened (to \\w+)
            matches: [something happened to me]
            misses: [nothing happened]

        """

    @Test("the example is right, and its examples behave") func exampleFile() throws {
        let check = try Tool.run(["rules", "check", example])
        #expect(check.code == 0 && check.out.hasSuffix("\(example): 3 rules, ok\n") && check.err.isEmpty)
        let test = try Tool.run(["rules", "test", example])
        #expect(test.code == 0 && test.out.hasSuffix("all as they should be\n"))
        #expect(try Tool.run(["rules", "test"]).code == 0)
        #expect(try Tool.run(["rules", "check", "Fixtures/rules"]).code == 0)
    }

    @Test("the example's findings are told, and --fail-on sees their levels") func findings() throws {
        let result = try Tool.run(["--rules", example, log])
        #expect(result.code == 0)
        let codes = result.events.compactMap { ($0["data"] as? [String: Any])?["code"] as? String }
        // What the built-in rules find is told as well.
        let own = codes.filter { $0.contains(".") }
        #expect(own == ["sql.view-server-state", "network.refused-often", "server.never-ready"])
        #expect(try Tool.run(["--rules", example, "--fail-on", "critical", log]).code == 1)
        #expect(try Tool.run(["--fail-on", "critical", log]).code == 0)
    }

    @Test("a rule of one's own works in any log; one that matches nothing recognises nothing") func anyLog() throws {
        try withRules(Self.good) { rules in
            let found = try Tool.run(["--rules", rules], input: "something happened to us\n")
            #expect(found.code == 0 && found.out.contains("Something happened: to us"))
            #expect(
                try Tool.run(["--rules", rules, "--fail-on", "high"], input: "something happened to us\n").code == 1)
            #expect(try Tool.run(["--rules", rules], input: "nothing\n").code == 4)
        }
    }

    @Test("files with errors are refused before anything is read or written: exit code 78") func refused() throws {
        try withRules(Self.good.replacingOccurrences(of: "level: high", with: "lvel: high")) { rules in
            let folder = try TemporaryFolder()
            let output = folder.url.appending(path: "out").path
            let result = try Tool.run(["--rules", rules, "--output", output, log])
            #expect(result.code == 78 && result.out.isEmpty)
            #expect(result.err == "\(rules):3:5: a rule has no key lvel. Did you mean level?\n")
            #expect(!FileManager.default.fileExists(atPath: output))
            #expect(try Tool.run(["rules", "list", "--rules", rules]).code == 78)
            #expect(try Tool.run(["rules", "test", rules]).code == 78)
            let check = try Tool.run(["rules", "check", rules])
            #expect(check.code == 78 && check.out.hasSuffix("\(rules): 1 rule, 1 error\n"))
        }
        #expect(try Tool.run(["--rules", "no-such.yaml", log]).code == 66)
        #expect(try Tool.run(["rules", "check", "no-such.yaml"]).code == 66)
    }

    @Test("a pattern that does not compile has a caret at PCRE2's offset") func caret() throws {
        try withRules(Self.good.replacingOccurrences(of: "(to", with: "(((to")) { rules in
            let result = try Tool.run(["rules", "check", rules])
            #expect(
                result.out == """
                    \(rules):5:43: pattern: missing closing parenthesis, at byte 29 of the pattern
                      something happened (((to \\w+)
                                                   ^
                    \(rules): 1 rule, 1 error

                    """)
            let json = try Tool.run(["rules", "check", "--json", rules])
            let faults = try JSONSerialization.jsonObject(with: json.data) as? [[String: Any]]
            #expect(faults?.count == 1 && faults?[0]["patternColumn"] as? Int == 29 && json.code == 78)
        }
    }

    @Test("an example that misbehaves is shown with a caret where the pattern stopped: exit code 1") func misbehaves()
        throws
    {
        let text = Self.good.replacingOccurrences(of: "to me]", with: "at --password hunter2secret]")
        try withRules(text) { rules in
            let result = try Tool.run(["rules", "test", rules])
            #expect(result.code == 1)
            #expect(
                result.out == """
                    my.rule: match 1 does not match; the pattern gets to the caret
                      something happened at --password [password]
                                         ^
                    1 rule, 1 match, 1 miss: 1 not as they should be

                    """)
            let json = try Tool.run(["rules", "test", "--json", rules])
            #expect(json.code == 1 && json.out.contains(#""kind":"no-match""#) && !json.out.contains("hunter2"))
        }
    }

    @Test("rules list and show know the user's rules") func listing() throws {
        #expect(try Tool.run(["rules", "list", "--rules", example]).out.contains("network.refused-often "))
        let show = try Tool.run(["rules", "show", "--rules", example, "network.refused-often"])
        #expect(show.out.contains("level:    high") && show.out.contains("threshold: 3 within 60s by container"))
        #expect(try Tool.run(["rules", "show", "network.refused-often"]).code == 64)
    }

    @Test("a pattern that takes too long leaves the run incomplete: exit code 3") func limit() throws {
        let text = """
            rules:
              - {id: slow.rule, title: Slow, pattern: '^(a+)+$', matches: [aa], misses: [b]}

            """
        try withRules(text) { rules in
            let result = try Tool.run(["--rules", rules], input: String(repeating: "a", count: 60) + "!\naaa\n")
            #expect(result.code == 3 && result.types.contains("octolog.limit.hit.v1"))
            #expect(result.types.contains("octolog.finding.raised.v1") && result.out.contains(#""rule":"slow.rule""#))
        }
    }

    @Test("help has two examples", arguments: ["check", "test"])
    func help(_ command: String) throws {
        let result = try Tool.run(["rules", command, "--help"])
        let lines = result.out.split(separator: "\n").drop { !$0.contains("EXAMPLES") }.dropFirst()
        #expect(lines.prefix(2).allSatisfy { $0.contains("octolog") } && lines.count > 2, "\(result.out)")
    }
}
