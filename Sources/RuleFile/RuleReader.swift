import OctologCore
import YAML

/// Reads one rule.
enum RuleReader {
    struct Result {
        var rule: UserRule
        var node: Node
        var idNode: Node?
        /// What may be the names of other rules.
        var links: [(text: String, node: Node)] = []
    }

    private static let correlations = ["pair", "threshold", "absence", "sequence"]
    private static let keys =
        [
            "id", "level", "title", "remedy", "literals", "pattern", "product", "matches", "misses", "references",
        ] + correlations

    /// - Returns: nil if the node is no rule at all; faults are in `reader`.
    static func read(_ node: Node, _ reader: inout NodeReader) -> Result? {
        guard let fields = reader.fields(of: node, what: "a rule", known: keys) else { return nil }
        for key in ["id", "title", "pattern", "matches", "misses"] where fields[key] == nil {
            let reason = key == "matches" || key == "misses" ? ": no rule without a match and a miss" : ""
            reader.fault(node, "a rule needs \(key)\(reason)")
        }
        var result = Result(rule: UserRule(id: "", title: "", pattern: ""), node: node, idNode: fields["id"])
        readText(fields, &result.rule, &reader)
        readPattern(fields, &result.rule, &reader)
        result.rule.matches = fields["matches"].flatMap { reader.texts($0, key: "matches") } ?? []
        result.rule.misses = fields["misses"].flatMap { reader.texts($0, key: "misses") } ?? []
        result.rule.references = (fields["references"].flatMap { reader.texts($0, key: "references") } ?? []).map {
            RuleText.masked($0)
        }
        let present = correlations.filter { fields[$0] != nil }
        if present.count > 1, let second = fields[present[1]] {
            reader.fault(second, "a rule has one of \(present.joined(separator: ", ")), not several")
        } else if let key = present.first, let value = fields[key] {
            result.rule.correlation = correlation(key, value, &result, &reader)
        }
        return result
    }

    private static func readText(_ fields: [String: Node], _ rule: inout UserRule, _ reader: inout NodeReader) {
        if let node = fields["id"], let id = reader.text(node, key: "id") {
            if id.isRuleID {
                rule.id = id
            } else {
                reader.fault(node, "id has to be lower-case words and numbers joined by - and ., at most 100 bytes")
            }
        }
        if let node = fields["level"] {
            let levels = Level.allCases.map { (name: $0.name, value: $0) }
            rule.level = reader.choice(node, key: "level", of: levels) ?? rule.level
        }
        if let node = fields["product"] {
            rule.product = reader.choice(
                node, key: "product", of: Product.allCases.map { (name: $0.rawValue, value: $0) })
        }
        // They stand in every finding: a secret that somebody pasted must not.
        rule.title = (fields["title"].flatMap { reader.text($0, key: "title") }).map { RuleText.masked($0) } ?? ""
        rule.remedy = (fields["remedy"].flatMap { reader.text($0, key: "remedy") }).map { RuleText.masked($0) }
    }

    private static func readPattern(_ fields: [String: Node], _ rule: inout UserRule, _ reader: inout NodeReader) {
        rule.pattern = fields["pattern"].flatMap { reader.pattern($0, key: "pattern") } ?? ""
        if let node = fields["literals"] {
            rule.literals = reader.texts(node, key: "literals") ?? []
            for item in node.elements ?? [] {
                guard let text = item.text, !text.isEmpty else { continue }
                if text.utf8.count < Literals.shortest {
                    reader.fault(item, "a literal needs \(Literals.shortest) bytes or more")
                } else if text.utf8.contains(0x0A) {
                    reader.fault(item, "a literal can't hold a line end")
                }
            }
        } else if let node = fields["pattern"], !rule.pattern.isEmpty {
            rule.literals = Literals.derived(from: rule.pattern)
            if rule.literals.isEmpty { warnOfEveryLine(node, "the pattern", &reader) }
        }
    }

    private static func warnOfEveryLine(_ node: Node, _ what: String, _ reader: inout NodeReader) {
        reader.fault(
            node,
            "no text of \(Literals.shortest) bytes follows from \(what): it is tried on every line, which costs speed",
            .warning)
    }

    // MARK: Correlations

    private static func correlation(
        _ key: String, _ node: Node, _ result: inout Result, _ reader: inout NodeReader
    ) -> Correlation? {
        switch key {
        case "pair": pair(node, &result, &reader)
        case "threshold": threshold(node, &reader)
        case "absence": absence(node, &result, &reader)
        default: sequence(node, &result, &reader)
        }
    }

    private static func pair(_ node: Node, _ result: inout Result, _ reader: inout NodeReader) -> Correlation? {
        guard let fields = reader.fields(of: node, what: "pair", known: ["with", "within"]) else { return nil }
        let within = period(fields, &reader)
        guard let with = fields["with"] else {
            reader.fault(node, "pair needs with: a pattern, or the id of a rule")
            return nil
        }
        return awaited(with, key: "with", &result, &reader).map { .sequence([$0], within: within) }
    }

    private static func sequence(_ node: Node, _ result: inout Result, _ reader: inout NodeReader) -> Correlation? {
        guard let fields = reader.fields(of: node, what: "sequence", known: ["of", "within"]) else { return nil }
        let within = period(fields, &reader)
        guard let of = fields["of"] else {
            reader.fault(node, "sequence needs of: a list of patterns and ids of rules")
            return nil
        }
        guard let items = reader.list(of, key: "of") else { return nil }
        if items.count > Correlation.maximumSteps {
            reader.fault(of, "of has more than \(Correlation.maximumSteps) elements")
            return nil
        }
        let steps = items.compactMap { awaited($0, key: "an element of of", &result, &reader) }
        return steps.count == items.count ? .sequence(steps, within: within) : nil
    }

    private static func threshold(_ node: Node, _ reader: inout NodeReader) -> Correlation? {
        guard let fields = reader.fields(of: node, what: "threshold", known: ["count", "within", "by"]) else {
            return nil
        }
        let within = period(fields, &reader)
        let groupings = Correlation.Grouping.allCases.map { (name: $0.rawValue, value: $0) }
        let by = fields["by"].map { reader.choice($0, key: "by", of: groupings) } ?? .container
        guard let count = fields["count"] else {
            reader.fault(node, "threshold needs count: a whole number")
            return nil
        }
        guard let number = reader.number(count, key: "count", in: 2...Correlation.maximumCount), let by else {
            return nil
        }
        return .threshold(count: number, within: within, by: by)
    }

    private static func absence(_ node: Node, _ result: inout Result, _ reader: inout NodeReader) -> Correlation? {
        guard let fields = reader.fields(of: node, what: "absence", known: ["of", "within"]) else { return nil }
        let within = period(fields, &reader)
        if fields["within"] == nil { reader.fault(node, "absence needs within: a period such as 5m") }
        guard let of = fields["of"] else {
            reader.fault(node, "absence needs of: a pattern, or the id of a rule")
            return nil
        }
        guard let other = awaited(of, key: "of", &result, &reader), let within else { return nil }
        return .absence(other, within: within)
    }

    private static func period(_ fields: [String: Node], _ reader: inout NodeReader) -> Period? {
        guard let node = fields["within"], let period = reader.period(node, key: "within") else { return nil }
        reader.warnOfTimes(node)
        return period
    }

    /// A pattern, or the id of a rule: which of them it is is seen when all rules are known.
    private static func awaited(
        _ node: Node, key: String, _ result: inout Result, _ reader: inout NodeReader
    ) -> Correlation.Awaited? {
        guard let pattern = reader.pattern(node, key: key) else { return nil }
        result.links.append((pattern, node))
        if !pattern.isRuleID, Literals.derived(from: pattern).isEmpty { warnOfEveryLine(node, key, &reader) }
        return .pattern(pattern)
    }
}
