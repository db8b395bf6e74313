/// The rules in force.
package struct RuleSet: Sendable {
    package let rules: [Rule]
    /// What the user's own rules among them are about.
    let watchList: WatchList

    init(_ rules: [Rule], watchList: WatchList = .nothing) {
        self.rules = rules
        self.watchList = watchList
    }

    /// All that octolog knows of the containers' logs.
    package static let builtIn = RuleSet(
        Rule.shared + Rule.server + Rule.tentacle + Rule.linuxTentacle + Rule.kubernetes + Rule.program
            + Rule.sqlServer + Rule.failures)

    /// The rule with this id.
    package subscript(id: String) -> Rule? { rules.first { $0.id == id } }

    /// The rules that have a name of their own, those left out that only others wait for.
    package var listed: [Rule] { rules.filter { $0.fact != .awaited } }

    /// The id that `id` is a misspelling of, if it is one.
    package func nearest(to id: String) -> String? { id.nearest(of: rules.map(\.id)) }

    /// Equal for equal rules: `sha256:` and 16 digits.
    package var digest: String {
        var digest = Digest(domain: "rules")
        for rule in rules {
            digest.add(rule.id)
            digest.add(rule.pattern)
            rule.fact.add(to: &digest)
            digest.add(Int(rule.writers.rawValue))
        }
        for rule in SecretRule.all {
            digest.add(rule.id)
            digest.add(rule.pattern)
        }
        return "sha256:" + digest.hexadecimal(bytes: 8)
    }
}

extension String {
    /// Which of some names this is a misspelling of: a third of its letters may differ.
    package func nearest(of names: [String]) -> String? {
        let nearest = names.min { distance(to: $0) < distance(to: $1) }
        return nearest.flatMap { distance(to: $0) * 3 <= utf8.count ? $0 : nil }
    }

    /// How many letters have to be put in, left out, replaced or swapped with the next to get from one text to the
    /// other: the optimal string alignment distance.
    func distance(to other: String) -> Int {
        let (source, target) = (Array(utf8), Array(other.utf8))
        var (before, above) = ([Int](), Array(0...target.count))
        for i in source.indices {
            var row = [i + 1]
            for j in target.indices {
                var least = Swift.min(above[j] + (source[i] == target[j] ? 0 : 1), above[j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, source[i] == target[j - 1], source[i - 1] == target[j] {
                    least = Swift.min(least, before[j - 1] + 1)
                }
                row.append(least)
            }
            (before, above) = (above, row)
        }
        return above[target.count]
    }
}
