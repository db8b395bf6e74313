import PCRE2

/// An example that a rule does not treat as it should.
package struct Misbehaviour: Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        /// A line that should match does not.
        case noMatch = "no-match"
        /// A line that should not match does.
        case match
        /// The pattern was given up.
        case limit
    }

    package var rule: String
    package var kind: Kind
    /// The number of the example in its list, from 1.
    package var example: Int
    /// The example, secrets masked and control characters written out.
    package var text: String
    /// The columns of `text` that matched; of a match that failed, those that the pattern got through.
    package var reached: Range<Int>
}

/// Holds rules against their own examples, as they would be held against the lines of a startup.
package struct RuleTrial: ~Copyable {
    private var recogniser: Recogniser
    private var data = MatchData()

    /// Longer examples are not searched for how far a pattern got, in bytes.
    private static let maximumReach = 4096

    package init(_ set: RuleSet) { recogniser = Recogniser(set) }

    /// Tries each example of a rule of the set.
    package mutating func misbehaviours(of rule: Rule) -> [Misbehaviour] {
        var found: [Misbehaviour] = []
        for (index, line) in rule.matches.enumerated() {
            if let fault = tryExample(line, of: rule, shouldMatch: true, number: index + 1) { found.append(fault) }
        }
        for (index, line) in rule.misses.enumerated() {
            if let fault = tryExample(line, of: rule, shouldMatch: false, number: index + 1) { found.append(fault) }
        }
        return found
    }

    private mutating func tryExample(
        _ line: String, of rule: Rule, shouldMatch: Bool, number: Int
    ) -> Misbehaviour? {
        let bytes = Array(line.utf8)
        let statement = Statement(bytes.span)
        var matches: [Match] = []
        recogniser.classifier.classify(bytes.span, as: statement, requested: true, into: &matches)
        let set = recogniser.classifier.set
        let match = (matches + recogniser.classifier.userMatches).first { set.rules[$0.rule].id == rule.id }
        let isGivenUp = recogniser.classifier.gaveUp.contains { set.rules[$0].id == rule.id }
        recogniser.classifier.gaveUp = []
        let exposures = recogniser.redactor.exposures(in: bytes.span)
        func fault(_ kind: Misbehaviour.Kind, _ reached: Range<Int>) -> Misbehaviour {
            func column(_ offset: Int) -> Int {
                let part = Redactor.masked(bytes.span, in: 0..<offset, exposures)
                return String(decoding: part, as: UTF8.self).printable.count
            }
            let text = String(decoding: Redactor.masked(bytes.span, exposures), as: UTF8.self)
            return Misbehaviour(
                rule: rule.id, kind: kind, example: number, text: text.printable,
                reached: column(reached.lowerBound)..<column(reached.upperBound))
        }
        if isGivenUp { return fault(.limit, 0..<0) }
        if let match, !shouldMatch { return fault(.match, match.range) }
        guard match == nil, shouldMatch else { return nil }
        return fault(.noMatch, reach(of: rule, in: bytes.span, statement))
    }

    /// How far the rule's pattern gets in a line that it does not match.
    private mutating func reach(of rule: Rule, in line: Span<UInt8>, _ statement: Statement) -> Range<Int> {
        let start = statement.message.lowerBound
        let message = line.extracting(start..<min(statement.message.upperBound, start + Self.maximumReach))
        guard let pattern = try? Pattern(rule.pattern), let range = pattern.reach(in: message, into: &data) else {
            return start..<start
        }
        return range.lowerBound + start..<range.upperBound + start
    }
}
