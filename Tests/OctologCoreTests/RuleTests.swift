import PCRE2
import Synchronization
import Testing

@testable import OctologCore

extension Rule: CustomTestStringConvertible {
    /// The rule's id.
    public var testDescription: String { id }
}

extension SecretRule: CustomTestStringConvertible {
    /// The rule's id.
    public var testDescription: String { id }
}

/// One for all tests: to make it takes longer than any of them.
private let classifier = Mutex(Classifier(.builtIn))

/// The ids of the rules that a line matches, as the analyzer finds them in a startup.
func matching(_ line: String) -> [String] {
    let bytes = Array(line.utf8)
    return classifier.withLock { classifier in
        var matches: [Match] = []
        classifier.classify(bytes.span, as: Statement(bytes.span), requested: true, into: &matches)
        return matches.map { classifier.set.rules[$0.rule].id }
    }
}

/// A line in the disguises that it can come in: each must be taken for the same.
private func disguises(of line: String) -> [String] {
    var result = [line, line + "\r", line + "  ", line + "\t\r"]
    if line.hasPrefix("VERBOSE: \t| ") {
        let text = line.dropFirst("VERBOSE: \t| ".count)
        result += ["\t| \(text)", "VERBOSE:\t| \(text)", "VERBOSE:        | \(text)", "  | \(text)"]
    } else if line.hasPrefix("VERBOSE: ") {
        result += ["VERBOSE:\t" + line.dropFirst("VERBOSE: ".count), "VERBOSE:   " + line.dropFirst("VERBOSE: ".count)]
    }
    return result
}

@Suite struct RuleTests {
    @Test("every pattern compiles", arguments: RuleSet.builtIn.rules)
    func compiles(_ rule: Rule) throws { _ = try Pattern(rule.pattern) }

    @Test("ids are unique and made of lower-case words") func ids() {
        let ids = RuleSet.builtIn.rules.map(\.id)
        #expect(Set(ids).count == ids.count)
        for id in ids { #expect(id.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "-" || $0 == "." }, "\(id)") }
    }

    @Test("a rule has a source, an anchor, matches and misses", arguments: RuleSet.builtIn.rules)
    func complete(_ rule: Rule) {
        #expect(rule.source.hasPrefix("log-grammar "))
        #expect(!rule.anchors.isEmpty && !rule.matches.isEmpty && !rule.misses.isEmpty)
    }

    @Test("a literal is long enough for the prefilter", arguments: RuleSet.builtIn.rules)
    func literals(_ rule: Rule) {
        for case .literal(let text) in rule.anchors { #expect(text.utf8.count >= Prefilter.shortest, "\(text)") }
    }

    @Test("a rule matches its examples, in every disguise", arguments: RuleSet.builtIn.rules)
    func matches(_ rule: Rule) {
        for line in rule.matches.flatMap(disguises) { #expect(matching(line).contains(rule.id), "\(line)") }
    }

    @Test("a rule does not match its misses, in any disguise", arguments: RuleSet.builtIn.rules)
    func misses(_ rule: Rule) {
        for line in rule.misses.flatMap(disguises) { #expect(!matching(line).contains(rule.id), "\(line)") }
    }

    @Test(
        "an example is matched by its own rule and by none that means something else", arguments: RuleSet.builtIn.rules)
    func noOverlap(_ rule: Rule) {
        for line in rule.matches {
            let others = matching(line).compactMap { RuleSet.builtIn[$0] }.filter {
                $0.id != rule.id && $0.fact != .known
            }
            // Joined output holds several facts; a command tells more than one thing.
            let allowed = others.filter { other in
                switch other.fact {
                case .registers, .executes, .registered, .overcomes, .version, .boots, .worksOn, .finds: true
                default: false
                }
            }
            #expect(others.count == allowed.count || rule.fact == .known, "\(line): \(others.map(\.id))")
        }
    }

    @Test("a pattern is linear on 1 MiB of what it likes most", arguments: RuleSet.builtIn.rules)
    func linear(_ rule: Rule) throws {
        var data = MatchData()
        let pattern = try Pattern(rule.pattern)
        let literals = rule.anchors.compactMap { if case .literal(let text) = $0 { text } else { nil } }
        for word in ["a", " ", "'", "="] + literals + literals.map { $0 + " " } + [rule.matches[0] + " "] {
            var bytes = Array(word.utf8)
            while bytes.count < 1 << 20 { bytes += bytes }
            bytes.removeLast(bytes.count - (1 << 20))
            let start = ContinuousClock.now
            // The limit of steps is the proof: a pattern that is not linear reaches it.
            do { _ = try pattern.firstMatch(in: bytes.span, into: &data) } catch {
                Issue.record("\(word.prefix(40)): \(error)")
            }
            #expect(ContinuousClock.now - start < .seconds(2), "\(word.prefix(40))")
        }
    }

    @Test("a cause's code is lower-case words, and one code has one cause") func causes() {
        var causes: [String: Cause] = [:]
        for rule in RuleSet.builtIn.rules {
            guard let cause = rule.cause else { continue }
            #expect(causes[cause.code] == nil || causes[cause.code] == cause)
            causes[cause.code] = cause
            #expect(
                cause.code.allSatisfy { $0.isLowercase || $0 == "-" } && !cause.title.isEmpty && !cause.remedy.isEmpty)
        }
        #expect(causes.count >= 25)
    }

    @Test("the nearest rule is found for a mistyped id") func nearest() {
        #expect(RuleSet.builtIn.nearest(to: "server.phase.databse") == "server.phase.database")
        #expect(RuleSet.builtIn.nearest(to: "nope") == nil)
    }
}

@Suite struct SecretRuleTests {
    @Test("a rule finds the secret in its examples, and its value is gone", arguments: SecretRule.all)
    func matches(_ rule: SecretRule) throws {
        var data = MatchData()
        let pattern = try Pattern(rule.pattern, caseless: rule.caseless)
        for line in rule.matches {
            let bytes = Array(line.utf8)
            let isMatch = try pattern.firstMatch(in: bytes.span, into: &data)
            let range = data.range(of: 1)
            #expect(isMatch, "\(line)")
            let value = String(decoding: bytes[try #require(range)], as: UTF8.self)
            #expect(!masked(line).contains(value), "\(line)")
        }
    }

    @Test("a rule leaves its misses alone", arguments: SecretRule.all)
    func misses(_ rule: SecretRule) {
        for line in rule.misses { #expect(masked(line) == line) }
    }

    @Test("a hint is in every example, so that none is passed over", arguments: SecretRule.all)
    func hints(_ rule: SecretRule) {
        guard rule.hint.utf8CodeUnitCount > 0 else { return }
        for line in rule.matches { #expect(line.lowercased().contains(rule.hint.description.lowercased())) }
    }

    @Test("a sign is in every example, so that no line with a secret is passed over", arguments: SecretRule.all)
    func signs(_ rule: SecretRule) {
        let redactor = Redactor()
        for line in rule.matches {
            let bytes = Array(line.utf8)
            let mayHold = redactor.mayHold(bytes.span)
            #expect(mayHold, "\(line)")
        }
    }

    @Test("what is no secret stays") func falsePositives() {
        let lines = [
            "Registering the tentacle with the server at https://octopus.example/",
            "thumbprint 0123456789ABCDEF0123456789ABCDEF01234567",
            "commit 4b825dc642cb6eb9a060e54bf8d69288fbee4904", "{6F9619FF-8B86-D011-B42D-00CF4FC964FF}",
            "GSSAPI-KERBEROS-NEGOTIATION", "===============================================",
            "Login failed for user 'sa'.",
            "Password validation failed. The password does not meet SQL Server password policy requirements",
            "Executing SQL Server script 'Octopus.Core.UpgradeScripts.Script0001InitialSchema.cs'",
        ]
        for line in lines { #expect(masked(line) == line) }
    }

    @Test("a value with blanks, quotes and dashes is masked to its end") func uglyValues() {
        #expect(
            masked("Executing command 'x.exe admin --username a --password p w'd --no t; --instance X'")
                == "Executing command 'x.exe admin --username a --password [password] --instance X'")
        #expect(
            masked("--connectionString Server=db;Password=a b=c --create'")
                == "--connectionString Server=db;Password=[password] --create'")
        #expect(masked("Password='a;b''c';Timeout=3") == "Password=[password];Timeout=3")
    }

    @Test("equal keys have equal fingerprints, and a password has none") func fingerprints() {
        let key = "RmFrZU1hc3RlcktleTAwMA=="
        #expect(masked("| \(key)").contains("[master-key sha256:"))
        #expect(masked("| \(key)") == "| " + masked("--masterkey \(key)").dropFirst("--masterkey ".count))
        #expect(masked("Password=\(key);") == "Password=[password];")
    }
}

private func masked(_ line: String) -> String {
    var redactor = Redactor()
    let bytes = Array(line.utf8)
    return String(decoding: Redactor.masked(bytes.span, redactor.exposures(in: bytes.span)), as: UTF8.self)
}
