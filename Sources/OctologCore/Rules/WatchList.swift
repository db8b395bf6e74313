/// What the user's own rules are about: which rules' lines each of them waits for.
struct WatchList: Sendable {
    /// What a rule's line is to a finding.
    struct Role: Sendable, Equatable {
        /// The number of the finding in `findings`.
        var finding: Int
        /// 0 is the finding's own line, others are those that it waits for, in order.
        var step: Int
    }

    /// The user's rules, in the order of their files.
    let findings: [UserRule]
    /// The first rule of the set that is the user's: those behind it are too.
    private let firstUserRule: Int
    /// By the rule's number; only rules that have a role.
    private let roles: [Int: [Role]]

    static let nothing = WatchList(findings: [], firstUserRule: .max, roles: [:])

    init(findings: [UserRule], firstUserRule: Int, roles: [Int: [Role]]) {
        self.findings = findings
        self.firstUserRule = firstUserRule
        self.roles = roles
    }

    /// Whether the rule is the user's, or a pattern that the user's rules wait for.
    func isUsers(_ rule: Int) -> Bool { rule >= firstUserRule }

    /// Whether the user's rules wait for the rule's lines.
    func awaits(_ rule: Int) -> Bool { roles[rule] != nil }

    func roles(of rule: Int) -> [Role] { roles[rule] ?? [] }

    var isEmpty: Bool { findings.isEmpty }
}

extension RuleSet {
    /// The same rules and the user's.
    ///
    /// - Parameter user: rules with patterns that compile and ids that are their own; they may name rules of this set
    ///   and each other.
    package func adding(_ user: [UserRule]) -> RuleSet {
        guard !user.isEmpty else { return self }
        var all = rules
        var roles: [Int: [WatchList.Role]] = [:]
        for (number, finding) in user.enumerated() {
            roles[all.count, default: []].append(WatchList.Role(finding: number, step: 0))
            all.append(Rule(finding))
        }
        for (number, finding) in user.enumerated() {
            for (index, awaited) in (finding.correlation?.awaited ?? []).enumerated() {
                let role = WatchList.Role(finding: number, step: index + 1)
                switch awaited {
                case .rule(let id):
                    guard let rule = all.firstIndex(where: { $0.id == id }) else { continue }
                    roles[rule, default: []].append(role)
                case .pattern(let pattern):
                    roles[all.count, default: []].append(role)
                    all.append(Rule(awaiting: pattern, for: finding, step: index + 1))
                }
            }
        }
        return RuleSet(all, watchList: WatchList(findings: user, firstUserRule: rules.count, roles: roles))
    }
}

extension Rule {
    fileprivate init(_ rule: UserRule) {
        self.init(
            rule.id, rule.title, source: rule.references.first ?? "the user's own", writers: .any,
            anchors: Self.anchors(rule.literals), pattern: rule.pattern, fact: .finds(rule), matches: rule.matches,
            misses: rule.misses)
    }

    fileprivate init(awaiting pattern: String, for rule: UserRule, step: Int) {
        self.init(
            "\(rule.id)/\(step)", rule.title, source: rule.id, writers: .any,
            anchors: Self.anchors(Literals.derived(from: pattern)), pattern: pattern, fact: .awaited, matches: [],
            misses: [])
    }

    private static func anchors(_ literals: [String]) -> [Anchor] {
        literals.isEmpty ? [.everyLine] : literals.map { .literal($0) }
    }
}
