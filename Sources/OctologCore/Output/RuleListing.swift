/// `octolog rules`: the rules as text or JSON.
package enum RuleListing {
    /// One rule a line: id and title.
    package static func text(of set: RuleSet) -> String {
        let rules = set.listed
        let width = rules.map(\.id.count).max() ?? 0
        return rules.map {
            $0.id + String(repeating: " ", count: width - $0.id.count + 2) + $0.title + "\n"
        }.joined()
    }

    /// All rules as a JSON array.
    package static func json(of set: RuleSet) -> [UInt8] {
        var writer = JSONWriter()
        writer.array { writer in for rule in set.listed { writer.write(rule) } }
        writer.newline()
        return writer.bytes
    }

    /// A rule as JSON.
    package static func json(of rule: Rule) -> [UInt8] {
        var writer = JSONWriter()
        writer.write(rule)
        writer.newline()
        return writer.bytes
    }

    /// A rule with all that is known of it.
    package static func text(of rule: Rule) -> String {
        var text = "\(rule.id)\n  \(rule.title)\n  source:   \(rule.source)\n  pattern:  \(rule.pattern)\n"
        if let cause = rule.cause {
            text += "  code:     \(cause.code) (\(cause.confidence.rawValue))\n  remedy:   \(cause.remedy)\n"
        }
        if let finding = rule.finding {
            text += "  level:    \(finding.level.name)\n"
            if let remedy = finding.remedy { text += "  remedy:   \(remedy)\n" }
            if let correlation = finding.correlation { text += "  \(correlation.text)\n" }
        }
        if let product = rule.product { text += "  proves:   \(product.rawValue)\n" }
        if let eras = rule.eras { text += "  eras:     \(eras.list.joined(separator: ", "))\n" }
        for line in rule.matches { text += "  matches:  \(line.printable)\n" }
        for line in rule.misses { text += "  misses:   \(line.printable)\n" }
        return text
    }
}

extension Rule {
    /// What is wrong where the rule matches, if it is a failure's.
    var cause: Cause? {
        if case .fails(let cause) = fact { cause } else { nil }
    }

    /// What the user wants to know, if the rule is the user's own.
    package var finding: UserRule? {
        if case .finds(let finding) = fact { finding } else { nil }
    }
}

extension Rule: Fields {
    func visit(_ visitor: inout some FieldVisitor) {
        visitor.required("id", id, "The rule's name")
        visitor.required("title", title, "What a line that matches says")
        visitor.required("source", source, "The section of the log grammar")
        visitor.required("pattern", pattern, "A PCRE2 pattern for the line's message")
        visitor.list("literals", anchors.compactMap(\.text), "Strings of which a line has to hold one")
        visitor.optional("code", cause?.code, "The cause of failure that it tells")
        visitor.optional("level", finding?.level.name, "How much it matters", allowed: Level.allCases.map(\.name))
        visitor.optional("remedy", cause?.remedy ?? finding?.remedy, "What to do")
        visitor.optional("correlation", finding?.correlation?.text, "What has to come together")
        visitor.optional("product", product?.rawValue, "The product that a line proves")
        visitor.list("eras", eras?.list ?? [], "The eras that a line leaves")
        visitor.list("matches", matches, "Lines that match")
        visitor.list("misses", misses, "Lines that must not")
    }

    static var sample: Rule {
        Rule("", "", source: "", anchors: [], pattern: "", fact: .known, matches: [], misses: [])
    }
}

extension Anchor {
    fileprivate var text: String? {
        switch self {
        case .literal(let text): text
        case .endsWithEqualsSign: "="
        case .onRequest, .everyLine: nil
        }
    }
}
