/// A rule that the user wrote: which lines it is about, and what makes a finding of them.
package struct UserRule: Sendable, Equatable {
    /// Lower-case words joined by `-` and `.`; no built-in rule and no cause has the same.
    package var id: String
    package var level: Level
    package var title: String
    package var remedy: String?
    /// Strings of which a matching line holds one, each `Literals.shortest` bytes or longer; none if it is not known.
    package var literals: [String]
    /// A PCRE2 pattern for the line's message; its group 1 is the detail.
    package var pattern: String
    /// Only lines of containers that the log has shown to be this product's count.
    package var product: Product?
    /// Whole lines that the pattern matches.
    package var matches: [String]
    /// Lines that look alike and that it must not match.
    package var misses: [String]
    /// Addresses, or anything else that says why the rule is there.
    package var references: [String]
    /// What has to come together; nil if each line is a finding.
    package var correlation: Correlation?

    package init(
        id: String, level: Level = .medium, title: String, remedy: String? = nil, literals: [String] = [],
        pattern: String, product: Product? = nil, matches: [String] = [], misses: [String] = [],
        references: [String] = [], correlation: Correlation? = nil
    ) {
        self.id = id
        self.level = level
        self.title = title
        self.remedy = remedy
        self.literals = literals
        self.pattern = pattern
        self.product = product
        self.matches = matches
        self.misses = misses
        self.references = references
        self.correlation = correlation
    }
}

extension UserRule {
    /// What a finding says that is to be done.
    var advice: String {
        remedy ?? references.first.map { "See \($0)." } ?? "Read the lines that are its evidence."
    }
}

/// What has to come together before a rule's lines are a finding, within one container and in event time.
package enum Correlation: Sendable, Equatable {
    /// The rule's line, then each of these, in this order; `within` is from the first line to the last.
    case sequence([Awaited], within: Period?)
    /// So many of the rule's lines.
    case threshold(count: Int, within: Period?, by: Grouping)
    /// The rule's line, and none of these after it.
    case absence(Awaited, within: Period)

    /// What is counted together.
    package enum Grouping: String, Sendable, CaseIterable {
        case container
        /// The lines of a container that have the same detail.
        case detail
    }

    /// Lines that a rule waits for besides its own.
    package enum Awaited: Sendable, Equatable {
        /// What a rule matches, built in or the user's own: its lines, whatever it makes of them.
        case rule(String)
        case pattern(String)

        var text: String {
            switch self {
            case .rule(let id): id
            case .pattern(let pattern): pattern
            }
        }
    }

    /// Bounds of what a rule may ask for.
    package static let maximumSteps = 15
    package static let maximumCount = 1000

    /// The lines that it waits for besides the rule's own, in order.
    var awaited: [Awaited] {
        switch self {
        case .sequence(let steps, _): steps
        case .threshold: []
        case .absence(let other, _): [other]
        }
    }

    /// `threshold: 5 within 60s by container`
    package var text: String {
        func within(_ period: Period?) -> String { period.map { " within \($0.text)" } ?? "" }
        return switch self {
        case .sequence(let steps, let period): "sequence: " + steps.map(\.text).joined(separator: ", ") + within(period)
        case .threshold(let count, let period, let by): "threshold: \(count)\(within(period)) by \(by.rawValue)"
        case .absence(let other, let period): "absence: \(other.text)\(within(period))"
        }
    }
}

/// A length of event time, as it is written: `500ms`, `30s`, `5m`, `1h`, `2d`.
package struct Period: Sendable, Equatable {
    /// More than 0, at most 366 days.
    package let nanoseconds: Int64
    package let text: String

    private static let units: [(name: String, nanoseconds: Int64)] = [
        ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000), ("h", 3_600_000_000_000),
        ("d", 86_400_000_000_000),
    ]

    /// Nil if `text` is no number with a unit, or the period is not within its bounds.
    package init?(_ text: String) {
        let number = text.prefix { $0.isASCII && $0.isNumber }
        let unit = text[number.endIndex...]
        guard let count = Int64(number), count > 0,
            let scale = Self.units.first(where: { $0.name == unit })?.nanoseconds
        else { return nil }
        let (product, overflows) = count.multipliedReportingOverflow(by: scale)
        guard !overflows, product <= 366 * 86_400_000_000_000 else { return nil }
        nanoseconds = product
        self.text = text
    }
}
