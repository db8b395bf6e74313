import Testing

@testable import OctologCore

/// A finding, for tests.
private struct Found: Equatable {
    var code: String
    var title: String
    var lines: [Int]
    var level = Level.medium
}

/// A log whose lines have the engine's times: seconds after noon, and what was printed then.
private func stamped(_ lines: [(Double, String)]) -> String {
    lines.map { seconds, text in
        let time = Timestamp(nanoseconds: 1_530_532_800_000_000_000 + Int64(seconds * 1e9)).rfc3339
        return "\(time.dropLast(time.contains(".") ? 1 : 0))\(time.contains(".") ? "" : ".000000000")".replacing(
            "Z", with: "")
            + "Z \(text)\n"
    }.joined()
}

private func run(_ log: String, _ rules: [UserRule], chunk: Int = .max) -> Collector {
    analyze([("-", Array(log.utf8))], chunk: chunk, rules: RuleSet.builtIn.adding(rules))
}

/// What rules of the user's make of a log; it is the same in reads of any size.
private func found(_ log: String, _ rules: UserRule...) -> [Found] {
    let whole = run(log, rules)
    for chunk in [1, 7] { #expect(run(log, rules, chunk: chunk).ndjson == whole.ndjson, "reads of \(chunk) bytes") }
    let ids = whole.events.map { "\($0.source) \($0.id)" }
    #expect(Set(ids).count == ids.count)
    return whole.events.compactMap { event in
        guard case .findingRaised(let finding) = event.payload else { return nil }
        return Found(
            code: finding.code, title: finding.title, lines: event.evidence.map(\.location.line), level: event.level)
    }
}

private func rule(_ correlation: Correlation? = nil, _ pattern: String = "alpha happened") -> UserRule {
    UserRule(
        id: "test.rule", title: "It happened", literals: Literals.derived(from: pattern), pattern: pattern,
        correlation: correlation)
}

private func period(_ text: String) throws -> Period { try #require(Period(text)) }

private let alpha = "alpha happened"
private let beta = "beta happened"
private let gamma = "gamma happened"

@Suite struct PlainRuleTests {
    @Test("each line that matches is a finding, in a log that is nobody's we know too") func plain() {
        let log = "nothing\nalpha happened here\nnothing\nalpha happened there\n"
        #expect(
            found(log, rule(nil, "alpha happened (\\w+)")) == [
                Found(code: "test.rule", title: "It happened: here", lines: [2]),
                Found(code: "test.rule", title: "It happened: there", lines: [4]),
            ])
        let totals = run(log, [rule()])
        #expect(totals.events.count == 4)
    }

    @Test("lines are seen without their frames, and without what the script puts before them")
    func frames() {
        let json =
            #"{"log":"VERBOSE: [2018-07-02T09:16:03] a \u003calpha\u003e \"happened\"\n","stream":"stdout","time":"2018-07-02T09:16:03.5Z"}"#
        #expect(found(json + "\n", rule(nil, #"^a <alpha> "happened"$"#)).map(\.lines) == [[1]])
        #expect(found("web_1  | \(alpha)\nweb_1  | x\n", rule(nil, "^alpha happened$")).map(\.lines) == [[1]])
    }

    @Test("a rule without a literal is tried on every line") func everyLine() {
        #expect(found("x\nab\nx\na\n", rule(nil, "^a")).map(\.lines) == [[2], [4]])
    }

    @Test("lines of a running container are seen, and those of a startup") func running() throws {
        let item = try #require(Case.all.first { $0.name == "server-2018.3.13-first-start" })
        let log = String(decoding: item.bytes(of: "input.log"), as: UTF8.self)
        let rules = [rule(nil, "Fetching list of already|alpha happened")]
        let events = run(log + "x\n\(alpha)\n", rules).events.filter { $0.payload.type == .findingRaised }
        #expect(events.count == 2)
        #expect(events.allSatisfy { $0.subject == "startup/1/finding/test.rule" && $0.origin.product == .server })
    }

    @Test("a rule for a product is silent elsewhere") func product() throws {
        let item = try #require(Case.all.first { $0.name == "server-2018.3.13-first-start" })
        let log = String(decoding: item.bytes(of: "input.log"), as: UTF8.self) + "\(alpha)\n"
        var own = rule()
        own.product = .server
        #expect(found(log, own).map(\.code).contains("test.rule"))
        own.product = .tentacle
        #expect(!found(log, own).map(\.code).contains("test.rule"))
        #expect(found("\(alpha)\n", own).isEmpty)
    }

    @Test("a match in a line of several MiB is found, its evidence around it") func longLine() {
        let log = String(repeating: "x", count: 3 << 20) + " \(alpha) " + String(repeating: "y", count: 1 << 20) + "\n"
        let events = run(log, [rule()]).events.filter { $0.payload.type == .findingRaised }
        #expect(events.count == 1 && events[0].evidence[0].text.contains(alpha))
    }

    @Test("secrets are masked in the title and in the evidence") func secrets() {
        let log = "alpha happened --password hunter2secret --apiKey API-FAKEFAKEFAKEFAKEFAKEFAKE23\n"
        let result = run(log, [rule(nil, "alpha happened (.*)")])
        #expect(result.ndjson.contains("It happened: --password [password]"))
        #expect(!result.ndjson.contains("hunter2") && !result.ndjson.contains("FAKEFAKE"))
    }

    @Test("the user's rules change nothing of what the others say", arguments: Case.all)
    func independent(_ item: Case) {
        let rules = RuleSet.builtIn.adding([
            rule(nil, "e"), rule(.sequence([.pattern("o")], within: nil), "a"),
            UserRule(id: "test.other", title: "Other", pattern: "^.*$", correlation: nil),
        ])
        let logs = item.logs.map { ("Fixtures/cases/\(item.name)/\($0)", item.bytes(of: $0)) }
        func story(_ events: [Event]) -> [String] {
            events.filter { event in
                guard case .findingRaised(let finding) = event.payload else {
                    let shared: [EventType] = [.startupFailed, .startupExplained]
                    // Whether another log explains a failure at once or later depends on what is told between.
                    return ![.runStarted, .runFinished, .secretExposed].contains(event.payload.type)
                        && (item.logs.count == 1 || !shared.contains(event.payload.type))
                }
                return !finding.code.hasPrefix("test.")
            }.map { "\($0.id) \($0.type) \($0.level) \($0.origin)" }.sorted()
        }
        #expect(story(analyze(logs, rules: rules).events) == story(item.run().events))
    }

    @Test("the built-in rules have the digest that they had, and other rules another") func digest() {
        #expect(RuleSet.builtIn.adding([]).digest == RuleSet.builtIn.digest)
        var other = rule()
        let first = RuleSet.builtIn.adding([other]).digest
        other.level = .high
        #expect(first != RuleSet.builtIn.digest && RuleSet.builtIn.adding([other]).digest != first)
    }
}

@Suite struct CorrelationTests {
    @Test("a pair is the line and its partner after it, in time, by event time") func pair() throws {
        let pair = rule(.sequence([.pattern(beta)], within: try period("30s")))
        #expect(found(stamped([(0, alpha), (30, beta)]), pair).map(\.lines) == [[1, 2]])
        #expect(found(stamped([(0, alpha), (31, beta)]), pair).isEmpty)
        #expect(found(stamped([(0, beta), (1, alpha)]), pair).isEmpty)
        // Each window is told once, and the next begins anew.
        #expect(
            found(stamped([(0, alpha), (1, beta), (2, beta), (3, alpha), (4, beta)]), pair).map(\.lines) == [
                [1, 2], [4, 5],
            ])
        // The last that can be meant is.
        #expect(found(stamped([(0, alpha), (40, alpha), (50, beta)]), pair).map(\.lines) == [[2, 3]])
    }

    @Test("lines out of order are put into the order of their times") func order() throws {
        let pair = rule(.sequence([.pattern(beta)], within: try period("30s")))
        #expect(found(stamped([(20, beta), (10, alpha)]), pair).map(\.lines) == [[2, 1]])
        #expect(found(stamped([(10, beta), (20, alpha)]), pair).isEmpty)
        let three = rule(.sequence([.pattern(beta), .pattern(gamma)], within: try period("30s")))
        #expect(found(stamped([(3, gamma), (2, beta), (1, alpha)]), three).map(\.lines) == [[3, 2, 1]])
        let count = rule(.threshold(count: 3, within: try period("10s"), by: .container))
        #expect(found(stamped([(30, alpha), (5, alpha), (0, alpha), (9, alpha)]), count).map(\.lines) == [[3, 2, 4]])
    }

    @Test("lines without a time don't count within a period, and do without one") func noTime() throws {
        let log = "\(alpha)\n\(beta)\n\(alpha)\n"
        #expect(found(log, rule(.sequence([.pattern(beta)], within: try period("30s")))).isEmpty)
        #expect(found(log, rule(.sequence([.pattern(beta)], within: nil))).map(\.lines) == [[1, 2]])
        #expect(found(log, rule(.threshold(count: 2, within: try period("30s"), by: .container))).isEmpty)
        #expect(found(log, rule(.threshold(count: 2, within: nil, by: .container))).map(\.lines) == [[1, 3]])
        #expect(found(log, rule(.absence(.pattern(gamma), within: try period("1s")))).isEmpty)
    }

    @Test("a sequence needs all of its lines in order, between others of them") func sequence() throws {
        let three = rule(.sequence([.pattern(beta), .pattern(gamma)], within: try period("1m")))
        #expect(
            found(stamped([(0, alpha), (1, gamma), (2, beta), (3, alpha), (4, gamma)]), three).map(\.lines) == [
                [1, 3, 5]
            ])
        #expect(found(stamped([(0, alpha), (1, gamma), (2, beta)]), three).isEmpty)
        // More lines than are put in order come between: the chain holds.
        let between = (1...40).map { (Double($0), beta) }
        #expect(found(stamped([(0, alpha)] + between + [(50, gamma)]), three).map(\.lines) == [[1, 41, 42]])
    }

    @Test("one line is one step only") func oneStep() throws {
        let twice = rule(.sequence([.pattern(alpha)], within: try period("1m")))
        #expect(found(stamped([(0, alpha)]), twice).isEmpty)
        #expect(found(stamped([(0, alpha), (1, alpha), (2, alpha)]), twice).map(\.lines) == [[1, 2]])
    }

    @Test("a threshold counts within the period, of the container or of each detail") func threshold() throws {
        let five = rule(.threshold(count: 3, within: try period("10s"), by: .container))
        #expect(found(stamped([(0, alpha), (5, alpha), (11, alpha)]), five).isEmpty)
        #expect(
            found(stamped([(0, alpha), (5, alpha), (11, alpha), (14, alpha), (15, alpha)]), five).map(\.lines) == [
                [2, 3, 4]
            ])
        let each = rule(
            .threshold(count: 2, within: try period("10s"), by: .detail), "alpha happened (\\w+)")
        #expect(
            found(stamped([(0, "\(alpha) a"), (1, "\(alpha) b"), (2, "\(alpha) b")]), each) == [
                Found(code: "test.rule", title: "It happened: b", lines: [2, 3])
            ])
    }

    @Test("a clock that is ahead does not blind a threshold, and many lines show the last") func threshold2() throws {
        let three = rule(.threshold(count: 3, within: try period("10s"), by: .container))
        #expect(
            found(stamped([(900_000, alpha), (0, alpha), (1, alpha), (2, alpha)]), three).map(\.lines) == [[2, 3, 4]])
        let many = rule(.threshold(count: 100, within: try period("1h"), by: .container))
        let lines = found(stamped((0..<100).map { (Double($0), alpha) }), many).map(\.lines)
        #expect(lines == [Array(85...100)])
    }

    @Test("an absence is told by the first line whose time is over") func absence() throws {
        let absence = rule(.absence(.pattern(beta), within: try period("10s")))
        #expect(found(stamped([(0, alpha), (10, beta), (60, "x")]), absence).isEmpty)
        #expect(
            found(stamped([(0, alpha), (5, "x"), (11, "x"), (12, beta)]), absence) == [
                Found(code: "test.rule", title: "It happened", lines: [1, 3])
            ])
        // Its own line, read too early, is what it waits for.
        #expect(found(stamped([(2, beta), (0, alpha), (60, "x")]), absence).isEmpty)
        #expect(found(stamped([(0, beta), (2, alpha), (60, "x")]), absence).map(\.lines) == [[2, 3]])
        // Each line waits for itself.
        #expect(
            found(stamped([(0, alpha), (5, alpha), (12, beta), (60, "x")]), absence).map(\.lines) == [[1, 3]])
    }

    @Test("where the log ends before the period does, what is known is told, and fails nothing") func unfinished()
        throws
    {
        let absence = rule(.absence(.pattern(beta), within: try period("10s")))
        #expect(
            found(stamped([(0, alpha), (4, "x")]), absence) == [
                Found(
                    code: "test.rule", title: "It happened (unfinished: 4s of 10s are known)", lines: [1],
                    level: .info)
            ])
    }

    @Test("containers are apart") func containers() throws {
        let pair = rule(.sequence([.pattern(beta)], within: nil))
        #expect(found("a_1  | \(alpha)\nb_1  | \(beta)\n", pair).isEmpty)
        #expect(found("a_1  | \(alpha)\nb_1  | \(beta)\na_1  | \(beta)\n", pair).map(\.lines) == [[1, 3]])
    }

    @Test("a rule may wait for built-in ones and for others of the user's") func otherRules() throws {
        let item = try #require(Case.all.first { $0.name == "server-2018.3.13-first-start" })
        let log = String(decoding: item.bytes(of: "input.log"), as: UTF8.self) + "\(alpha)\n\(beta)\n"
        let waits = UserRule(
            id: "test.waits", title: "W", pattern: "Start Octopus Deploy instance",
            correlation: .sequence([.rule("program.server.ready"), .rule("test.rule"), .pattern(beta)], within: nil))
        let result = found(log, waits, rule()).filter { $0.code == "test.waits" }
        #expect(result.count == 1 && result[0].lines.count == 4)
    }

    @Test("what waits is bounded, and the bound is told") func bounds() throws {
        let absence = rule(.absence(.pattern(beta), within: try period("1h")))
        let log = stamped((0..<80).map { (Double($0), alpha) })
        let limits = run(log, [absence]).events.compactMap { event -> LimitHit? in
            if case .limitHit(let hit) = event.payload { hit } else { nil }
        }
        #expect(limits.map(\.limit) == [.pending, .pending] && limits.allSatisfy { $0.rule == "test.rule" })
    }
}

@Suite struct LiteralTests {
    @Test(
        "the longest text that every match holds is found",
        arguments: [
            ("Login failed for user", ["Login failed for user"]), ("^foo Login failed$", ["foo Login failed"]),
            (#"(\d+) of them are gone"#, [" of them are gone"]), ("abcdefghi?j", ["abcdefgh"]),
            ("abcdefgh+ijkl", ["abcdefgh"]), ("(?:first text|other text)", ["first text", "other text"]),
            ("first text|other text", ["first text", "other text"]), ("first text|x", []), ("(abcdefghijk)?", []),
            (#"10\.0\.0\.4:10933"#, ["10.0.0.4:10933"]), ("short", []), ("(?i)Login failed for", []),
            (#"\QLogin failed\E"#, []), ("[abc]defghijkl", ["defghijkl"]),
            (#"[]a]defghijkl[[:alpha:]]"#, ["defghijkl"]),
            ("(?=abcdefghij)x", []), ("(?<name>abcdefghij)", ["abcdefghij"]), ("abc{2}{3}defghijklm", ["defghijklm"]),
            ("abcdefghij{0}klm", ["abcdefghi"]), ("(abcdefghij){0,2}x", []), (#"abcdefgh\x41ijklmnop"#, []),
            ("äöüäöüäöü", ["äöüäöüäöü"]), ("abcdefgä?", []), (#"abcdefghi\t\|x"#, ["abcdefghi\t|x"]),
        ])
    func derived(_ pattern: String, _ literals: [String]) { #expect(Literals.derived(from: pattern) == literals) }

    @Test(
        "what is derived from a built-in pattern stands in every line that it matches", arguments: RuleSet.builtIn.rules
    )
    func held(_ rule: Rule) {
        let literals = Literals.derived(from: rule.pattern)
        guard !literals.isEmpty else { return }
        for line in rule.matches { #expect(literals.contains { line.contains($0) }, "\(line): \(literals)") }
    }
}

@Suite struct HostilePatternTests {
    /// Patterns that take more steps than there are atoms, on some line.
    private static let patterns = [
        "^(a+)+$", "^(a*)*$", "^(a|aa)+$", "^(a|a?)+$", "^(.*a){25}$", #"^(\w+\s?)*$"#,
        #"^([a-zA-Z0-9])(([\-.]|[_]+)?([a-zA-Z0-9]+))*(@){1}[a-z0-9]+[.]{1}(([a-z]{2,3})|([a-z]{2,3}[.]{1}[a-z]{2,3}))$"#,
        "^(([a-z])+.)+[A-Z]([a-z])+$", #"^(\d+)*x$"#, "(x+x+)+y", "^a*a*a*a*a*a*a*a*a*a*a*a*b$", #"^(?:(a+)\1?)+$"#,
        "^((?:a|(?1))+)+$", #"^(?:[^"\\]+|\\.)*"x$"#, "(?=(a+)+b)a*c",
    ]

    private static let lines = [
        String(repeating: "a", count: 40) + "!", String(repeating: "a", count: 5000) + "!",
        String(repeating: "1", count: 60) + "y", String(repeating: "x", count: 60),
        String(repeating: "word ", count: 40) + "!", String(repeating: "a.", count: 60) + "!",
        String(repeating: "\\", count: 3000),
    ]

    @Test("a pattern that takes too long is given up and named, and the log is read to its end") func givenUp() {
        let rules = Self.patterns.enumerated().map { UserRule(id: "hostile.\($0)", title: "T", pattern: $1) }
        let log = Self.lines.joined(separator: "\n") + "\n\(alpha)\n"
        let clock = ContinuousClock()
        let began = clock.now
        let result = run(log, rules + [rule()])
        #expect(clock.now - began < .seconds(20))
        let named = Set(
            result.events.compactMap { event -> String? in
                if case .limitHit(let hit) = event.payload, hit.limit == .match { hit.rule } else { nil }
            })
        #expect(named.count >= 8, "\(named)")
        #expect(named.contains("hostile.0") && named.contains("hostile.12"))
        #expect(
            result.events.contains { event in
                if case .findingRaised(let finding) = event.payload { finding.code == "test.rule" } else { false }
            })
    }
}

@Suite struct RuleTrialTests {
    private func trial(_ rule: UserRule) -> [Misbehaviour] {
        let set = RuleSet.builtIn.adding([rule])
        var trial = RuleTrial(set)
        return set[rule.id].map { trial.misbehaviours(of: $0) } ?? []
    }

    @Test("a match that does not match tells how far the pattern got") func reach() throws {
        var own = rule(nil, #"took (\d+) ms in all"#)
        own.matches = ["VERBOSE: it took 12 ms in al", "took 12 ms in all", "nothing", "took x, took 12 s, took"]
        own.misses = ["took long"]
        let faults = trial(own)
        #expect(faults.map(\.kind) == [.noMatch, .noMatch, .noMatch] && faults.map(\.example) == [1, 3, 4])
        #expect(faults[0].reached == 12..<28)
        #expect(faults[2].reached == 8..<16)
    }

    @Test("a miss that matches tells where, secrets masked") func miss() {
        var own = rule(nil, "failed")
        own.matches = ["failed"]
        own.misses = ["failed: --password hunter2secret"]
        let faults = trial(own)
        #expect(faults.count == 1 && faults[0].kind == .match && !faults[0].text.contains("hunter2"))
        #expect(RuleReport.text(of: faults[0]).split(separator: "\n").last == "  ^^^^^^")
    }

    @Test("the built-in rules behave", arguments: RuleSet.builtIn.rules)
    func builtIn(_ rule: Rule) {
        var trial = RuleTrial(.builtIn)
        #expect(trial.misbehaviours(of: rule).isEmpty)
    }
}
