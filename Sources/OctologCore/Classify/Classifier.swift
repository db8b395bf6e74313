import PCRE2

/// A rule that a line matches.
struct Match {
    /// The rule's number in the set.
    var rule: Int
    /// The matched bytes of the line.
    var range: Range<Int>
    /// The bytes of the rule's value, if it has one.
    var value: Range<Int>?
}

/// Tells which rules a line matches: the prefilter names candidates, their patterns confirm.
struct Classifier: ~Copyable {
    let set: RuleSet
    private var patterns: PatternTable
    let scanner: LineScanner
    private let prefilter: Prefilter
    /// The rule of each literal of the prefilter.
    private let ruleOfLiteral: [Int]
    private let onRequest: [Int]
    private let onEqualsSign: [Int]
    private let onEveryLine: [Int]
    private var isCandidate: [Bool]
    private var literals: [Int] = []
    private var candidates: [Int] = []
    private var data = MatchData()

    /// The rules whose patterns were given up on a line, until somebody takes note.
    var gaveUp: [Int] = []

    /// The user's own rules that the last line matched; they change nothing of what the others say.
    private(set) var userMatches: [Match] = []

    /// Whether some rule is tried on every line.
    var wantsEveryLine: Bool { !onEveryLine.isEmpty }

    init(_ set: RuleSet) {
        self.set = set
        patterns = PatternTable(set.rules.map { PatternTable.Source(pattern: $0.pattern) })
        var literals: [[UInt8]] = []
        var ruleOfLiteral: [Int] = []
        var tellingLiterals: [[UInt8]] = []
        var onRequest: [Int] = []
        var onEqualsSign: [Int] = []
        var onEveryLine: [Int] = []
        for (index, rule) in set.rules.enumerated() {
            for anchor in rule.anchors {
                switch anchor {
                case .literal(let text):
                    literals.append(Array(text.utf8))
                    ruleOfLiteral.append(index)
                    if rule.fact != .known || set.watchList.awaits(index) { tellingLiterals.append(Array(text.utf8)) }
                case .onRequest: onRequest.append(index)
                case .endsWithEqualsSign: onEqualsSign.append(index)
                case .everyLine: onEveryLine.append(index)
                }
            }
        }
        prefilter = Prefilter(literals)
        scanner = LineScanner(telling: tellingLiterals, all: literals)
        self.ruleOfLiteral = ruleOfLiteral
        self.onRequest = onRequest
        self.onEqualsSign = onEqualsSign
        self.onEveryLine = onEveryLine
        isCandidate = Array(repeating: false, count: set.rules.count)
        candidates.reserveCapacity(set.rules.count)
    }

    /// The rules that `line` matches, in the order in which they lie in it; those of the user's are in `userMatches`.
    ///
    /// - Parameter requested: whether to try the rules that no literal announces.
    mutating func classify(
        _ line: Span<UInt8>, as statement: Statement, requested: Bool, startsLine: Bool = true,
        into matches: inout [Match]
    ) {
        matches.removeAll(keepingCapacity: true)
        userMatches.removeAll(keepingCapacity: true)
        candidates.removeAll(keepingCapacity: true)
        prefilter.collectLiterals(of: line, into: &literals)
        for literal in literals { add(ruleOfLiteral[literal]) }
        if requested { for rule in onRequest { add(rule) } }
        if !statement.message.isEmpty, line[statement.message.upperBound - 1] == UInt8(ascii: "=") {
            for rule in onEqualsSign { add(rule) }
        }
        for rule in onEveryLine { add(rule) }
        for rule in candidates {
            isCandidate[rule] = false
            guard set.rules[rule].writers.contains(statement.writer) else { continue }
            confirm(rule, line, statement, startsLine, into: &matches)
        }
        if matches.count > 1 {
            matches.sort { ($0.range.lowerBound, $0.rule) < ($1.range.lowerBound, $1.rule) }
        }
    }

    /// The value of a rule in another text of the same line, such as the one with masks.
    mutating func value(of rule: Int, in text: Span<UInt8>, as statement: Statement) -> Range<Int>? {
        // Masks may have made the text shorter than what stood before the message.
        guard statement.message.upperBound <= text.count else { return nil }
        let message = text.extracting(statement.message)
        guard (try? patterns.firstMatch(of: rule, in: message, into: &data)) == true, let value = data.range(of: 1)
        else {
            return nil
        }
        return value.lowerBound + statement.message.lowerBound..<value.upperBound + statement.message.lowerBound
    }

    private mutating func add(_ rule: Int) {
        guard !isCandidate[rule] else { return }
        isCandidate[rule] = true
        candidates.append(rule)
    }

    private mutating func confirm(
        _ rule: Int, _ line: Span<UInt8>, _ statement: Statement, _ startsLine: Bool, into matches: inout [Match]
    ) {
        let message = line.extracting(statement.message)
        do {
            guard try patterns.firstMatch(of: rule, in: message, atLineStart: startsLine, into: &data),
                let range = data.range()
            else { return }
            let shift = statement.message.lowerBound
            let value = data.range(of: 1)
            let match = Match(
                rule: rule, range: range.lowerBound + shift..<range.upperBound + shift,
                value: value.map { $0.lowerBound + shift..<$0.upperBound + shift })
            if set.watchList.isUsers(rule) { userMatches.append(match) } else { matches.append(match) }
        } catch {
            gaveUp.append(rule)
        }
    }
}
