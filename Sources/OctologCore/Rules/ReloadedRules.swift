/// Rules that were read again while a log is read.
package struct ReloadedRules {
    /// Nil where they can't be taken: those from before stay in force.
    var rules: RuleSet?
    /// Why they can't.
    var faults: [RuleFault] = []

    package init(rules: RuleSet) { self.rules = rules }

    package init(faults: [RuleFault]) { self.faults = faults }
}

/// `rules.reloaded`: the user's rules were read again.
package struct RulesReloaded: Sendable, Fields {
    package enum Outcome: String, Sendable, CaseIterable {
        case loaded
        /// They have errors.
        case kept
    }
    package var outcome: Outcome
    /// How many are in force.
    package var rules: Int
    package var digest: String
    /// The first of the errors.
    package var faults: [RuleFault]

    static let maximumFaults = 16

    /// - Parameter now: the rules in force.
    init(_ reloaded: ReloadedRules, now: RuleSet) {
        outcome = reloaded.rules == nil ? .kept : .loaded
        rules = now.listed.count
        digest = now.digest
        faults = Array(reloaded.faults.prefix(Self.maximumFaults))
    }

    func visit(_ visitor: inout some FieldVisitor) {
        visitor.required(
            "outcome", outcome.rawValue, "Whether the rules that were read are in force, or those from before",
            allowed: Outcome.allCases.map(\.rawValue))
        visitor.required("rules", rules, "How many rules are in force")
        visitor.required("rulesDigest", digest, "Equal for equal rules")
        visitor.list("faults", faults, "What is wrong with the rules that were read, the first of it")
    }

    static let sample = RulesReloaded(ReloadedRules(faults: [.sample]), now: .builtIn)
}
