/// SARIF's levels, section 3.27.10.
enum SARIFLevel: String {
    case none, note, warning, error

    init(_ level: Level) {
        switch level {
        case .info: self = .none
        case .low: self = .note
        case .medium: self = .warning
        case .high, .critical: self = .error
        }
    }
}

/// What a result is an instance of, SARIF section 3.49.
struct SARIFRule {
    var id: String
    var title: String
    var remedy: String?
    /// What the event's level is to SARIF.
    var level: SARIFLevel
    /// Of what concerns secrets, how grave that is to code scanning, from 0 to 10.
    var severity: String?

    init(_ id: String, _ title: String, remedy: String? = nil, _ level: Level) {
        self.id = id
        self.title = title
        self.remedy = remedy
        self.level = SARIFLevel(level)
    }

    /// Of what `octolog explain` has the words for.
    private init(explained code: String, remedy: String? = nil, _ level: Level) {
        let explanation = Explanation[code]
        self.init(code, explanation?.title ?? code, remedy: remedy ?? explanation?.fix.first, level)
    }

    /// A startup of which the log shows no end.
    static func unfinished(_ level: Level) -> SARIFRule { SARIFRule(explained: "startup-unfinished", level) }

    init(_ cause: RootCause, _ level: Level) { self.init(cause.code, cause.title, remedy: cause.remedy, level) }

    init(_ duplicate: RegistrationDuplicate, _ level: Level) {
        self.init(explained: duplicate.class.rawValue, remedy: duplicate.remedy, level)
    }

    init(_ exposed: SecretExposed, _ level: Level) {
        self.init(explained: exposed.kind.code, remedy: exposed.remedy, level)
        severity = Self.securitySeverity(of: level)
    }

    /// GitHub takes 9 and more for critical, 7 for high, 4 for medium.
    private static func securitySeverity(of level: Level) -> String {
        switch level {
        case .info: "0.0"
        case .low: "2.0"
        case .medium: "5.5"
        case .high: "8.0"
        case .critical: "9.5"
        }
    }
}

/// The rules that the results of a log name, in the order in which they came.
struct SARIFRules {
    private var rules: [SARIFRule] = []
    private var indices: [String: Int] = [:]

    /// Where the rule is listed. The first result decides on its default level.
    mutating func index(of rule: SARIFRule) -> Int {
        if let index = indices[rule.id] { return index }
        indices[rule.id] = rules.count
        rules.append(rule)
        return rules.count - 1
    }

    func write(to writer: inout JSONWriter) {
        writer.array { writer in
            for rule in rules { writer.object { writer in write(rule, to: &writer) } }
        }
    }

    private func write(_ rule: SARIFRule, to writer: inout JSONWriter) {
        let explanation = Explanation[rule.id]
        writer.member("id", rule.id)
        // A result's title may name what it found, such as a user.
        writer.message("shortDescription", Self.sentence(explanation?.title ?? rule.title))
        if let explanation { writer.message("fullDescription", "\(explanation.meaning) \(explanation.why)") }
        writer.member("helpUri", explanation?.links.first)
        if let explanation {
            writer.message("help", ExplanationText.text(of: explanation))
        } else if let remedy = rule.remedy {
            writer.message("help", remedy)
        }
        writer.key("defaultConfiguration")
        writer.object { $0.member("level", rule.level.rawValue) }
        guard let severity = rule.severity else { return }
        writer.key("properties")
        writer.object { writer in
            writer.key("tags")
            writer.array { $0.string("security") }
            writer.member("security-severity", severity)
        }
    }

    static func sentence(_ text: String) -> String { text.hasSuffix(".") ? text : text + "." }
}
