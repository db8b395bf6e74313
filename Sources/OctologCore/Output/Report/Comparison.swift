/// Startups that went wrong against startups that went well: `octolog compare`.
package struct Comparison: Sendable {
    package var pairs: [Pair]
    /// Containers of either log that have no counterpart in the other.
    package var unmatchedGood: [String]
    package var unmatchedBad: [String]

    /// - Parameter container: compares only the containers of this name.
    package init(good: Report, bad: Report, container: String? = nil) {
        let goods = Self.candidates(in: good, container)
        let bads = Self.candidates(in: bad, container)
        pairs = []
        (pairs, unmatchedGood, unmatchedBad) = Self.matched(goods, bads)
    }

    /// Whether there is anything that went well to compare with.
    package var hasGood: Bool { pairs.contains { $0.good != nil } }

    /// The names of a report's containers that have startups.
    package static func names(in report: Report) -> [String] {
        report.containers.filter { !$0.startups.isEmpty }.map(\.name)
    }

    /// The containers to compare; one that is alone needs no name.
    private static func candidates(in report: Report, _ name: String?) -> [Report.Container] {
        let all = report.containers.filter { !$0.startups.isEmpty }
        guard let name, all.count > 1 else { return all }
        return all.filter { $0.name == name }
    }

    /// Pairs containers: by their names, by the names of their files, by what they are; what is alone on either
    /// side is a pair whatever it is called.
    private static func matched(
        _ goods: [Report.Container], _ bads: [Report.Container]
    ) -> ([Pair], good: [String], bad: [String]) {
        func canBeAlike(_ good: Report.Container, _ bad: Report.Container) -> Bool {
            good.product == bad.product || good.product == nil || bad.product == nil
        }
        if goods.count == 1, bads.count == 1, canBeAlike(goods[0], bads[0]) {
            return ([Pair(goods[0], bads[0])], [], [])
        }
        var rest = goods
        var partners: [Int: Report.Container] = [:]
        func file(_ name: String) -> Substring { name.split(separator: "/").last ?? "" }
        let alike: [(Report.Container, Report.Container) -> Bool] = [
            { $0.name == $1.name },
            { file($0.name) == file($1.name) },
            { $0.product == $1.product },
        ]
        for isAlike in alike {
            for (position, bad) in bads.enumerated() where partners[position] == nil {
                guard let partner = rest.firstIndex(where: { canBeAlike($0, bad) && isAlike($0, bad) }) else {
                    continue
                }
                partners[position] = rest.remove(at: partner)
            }
        }
        let matched = bads.indices.compactMap { position in partners[position].map { Pair($0, bads[position]) } }
        // What went wrong is what is asked for.
        let pairs = matched.filter(\.isBadWrong) + matched.filter { !$0.isBadWrong }
        let lonely = bads.indices.filter { partners[$0] == nil }.map { bads[$0].title }
        return (pairs, rest.map(\.title), lonely)
    }
}

extension Comparison {
    /// Two containers, and a startup of each.
    package struct Pair: Sendable {
        package var goodContainer: Report.Container
        package var badContainer: Report.Container
        /// The last startup that succeeded, if it can be one that was configured like `bad`; nil if none succeeded.
        package var good: Report.Startup?
        /// The last startup that did not succeed, else the last.
        package var bad: Report.Startup
        package var phases: [Row] = []
        package var settings: [Difference] = []
        package var commands: [Difference] = []
        package var registrations: [Difference] = []

        init(_ good: Report.Container, _ bad: Report.Container) {
            goodContainer = good
            badContainer = bad
            let chosen = bad.startups.last { $0.outcome == .failed || $0.outcome == .unfinished }
            self.bad = chosen ?? bad.startups[bad.startups.count - 1]
            let isSkipping = self.bad.kind == .skippedConfiguration
            let succeeded = good.startups.filter { $0.outcome == .succeeded }
            self.good = succeeded.last { ($0.kind == .skippedConfiguration) == isSkipping } ?? succeeded.last
            guard let good = self.good else { return }
            phases = Self.aligned(good.phases, self.bad.phases)
            settings = Self.settings(goodContainer, good, badContainer, self.bad)
            commands = Self.commands(good, self.bad)
            // What the banner has told already is not told again.
            registrations = Self.registrations(good, self.bad).filter { !settings.contains($0) }
        }

        /// Whether the startup to be explained did go wrong.
        package var isBadWrong: Bool { bad.outcome == .failed || bad.outcome == .unfinished }
    }

    /// A phase in either startup.
    package struct Row: Sendable {
        package var phase: Phase
        package var good: Report.PhaseEntry?
        package var bad: Report.PhaseEntry?

        /// How many times as long the bad one took.
        package var factor: Double? {
            guard let good = good?.durationSeconds, let bad = bad?.durationSeconds, good > 0 else { return nil }
            return bad / good
        }

        /// More than three times as long, and more than five seconds longer.
        package var isSlow: Bool {
            guard let good = good?.durationSeconds, let bad = bad?.durationSeconds else { return false }
            return bad > 3 * good && bad - good > 5
        }
    }

    /// Something that both startups have, or one of them.
    package struct Difference: Sendable, Equatable {
        package var name: String
        package var good: String?
        package var bad: String?
    }
}

// MARK: - Alignment

extension Comparison.Pair {
    /// The phases of both, those they share side by side: the longest common subsequence.
    private static func aligned(_ good: [Report.PhaseEntry], _ bad: [Report.PhaseEntry]) -> [Comparison.Row] {
        let width = bad.count + 1
        var lengths = [Int](repeating: 0, count: (good.count + 1) * width)
        for i in good.indices.reversed() {
            for j in bad.indices.reversed() {
                lengths[i * width + j] =
                    good[i].phase == bad[j].phase
                    ? lengths[(i + 1) * width + j + 1] + 1
                    : max(lengths[(i + 1) * width + j], lengths[i * width + j + 1])
            }
        }
        var rows: [Comparison.Row] = []
        var (i, j) = (0, 0)
        while i < good.count || j < bad.count {
            if i < good.count, j < bad.count, good[i].phase == bad[j].phase {
                rows.append(Comparison.Row(phase: good[i].phase, good: good[i], bad: bad[j]))
                i += 1
                j += 1
            } else if j == bad.count || i < good.count && lengths[(i + 1) * width + j] >= lengths[i * width + j + 1] {
                rows.append(Comparison.Row(phase: good[i].phase, good: good[i]))
                i += 1
            } else {
                rows.append(Comparison.Row(phase: bad[j].phase, bad: bad[j]))
                j += 1
            }
        }
        return rows
    }

    private static func settings(
        _ goodContainer: Report.Container, _ good: Report.Startup, _ badContainer: Report.Container,
        _ bad: Report.Startup
    ) -> [Comparison.Difference] {
        func named(_ container: Report.Container, _ startup: Report.Startup) -> [(String, String?)] {
            [
                ("product", container.product?.rawValue), ("version", container.version), ("era", container.era),
                ("kind of startup", startup.kind?.rawValue), ("master key", startup.keyState),
            ]
        }
        var differences = zip(named(goodContainer, good), named(badContainer, bad)).compactMap {
            $0.1 == $1.1 ? nil : Comparison.Difference(name: $0.0, good: $0.1, bad: $1.1)
        }
        differences += Self.differences(good.configuration, bad.configuration)
        return differences
    }

    /// Settings that differ, in the order in which they are described.
    private static func differences(
        _ good: Settings?, _ bad: Settings?, without ignored: Set<String> = [], prefix: String = ""
    ) -> [Comparison.Difference] {
        let goods = good?.entries ?? []
        let bads = bad?.entries ?? []
        let names = goods.map(\.name) + bads.map(\.name).filter { name in !goods.contains { $0.name == name } }
        return names.filter { !ignored.contains($0) }.compactMap { name in
            let (a, b) = (good?[name], bad?[name])
            return a == b ? nil : Comparison.Difference(name: prefix + name.words, good: a, bad: b)
        }
    }

    private static func commands(_ good: Report.Startup, _ bad: Report.Startup) -> [Comparison.Difference] {
        /// Each command by its name, and which of that name it is.
        func numbered(_ commands: [Report.Command]) -> [(name: String, command: Report.Command)] {
            var counts: [String: Int] = [:]
            return commands.map { command in
                counts[command.name, default: 0] += 1
                let number = counts[command.name] ?? 1
                return (number == 1 ? command.name : "\(command.name) (\(number))", command)
            }
        }
        let (goods, bads) = (numbered(good.commands), numbered(bad.commands))
        // What GOOD ran after BAD had stopped differs by that alone.
        let end =
            bad.outcome == .succeeded
            ? goods.count : (goods.lastIndex { entry in bads.contains { $0.name == entry.name } } ?? -1) + 1
        let names =
            goods.prefix(end).map(\.name) + bads.map(\.name).filter { name in !goods.contains { $0.name == name } }
        return names.compactMap { name in
            let (a, b) = (goods.first { $0.name == name }?.command, bads.first { $0.name == name }?.command)
            guard a?.outcome != b?.outcome || a?.exitCode != b?.exitCode else { return nil }
            return Comparison.Difference(name: name, good: a?.ending, bad: b?.ending)
        }
    }

    /// Certificates and subscriptions are each container's own: they always differ.
    private static func registrations(_ good: Report.Startup, _ bad: Report.Startup) -> [Comparison.Difference] {
        differences(
            good.registrations.first, bad.registrations.first,
            without: ["thumbprint", "subscription", "nameIsDefault", "unknown"])
    }
}

extension Report.Startup {
    /// Where its master key comes from.
    var keyState: String? {
        keyStates.isEmpty ? nil : keyStates.map(\.state.rawValue).joined(separator: ", ")
    }
}

extension Report.Command {
    /// `failed with exit code 1`
    var ending: String { outcome.rawValue + (exitCode.map { " with exit code \($0)" } ?? "") }
}

// MARK: - The first difference

extension Comparison.Pair {
    /// Where the two part, as a sentence.
    package var firstDifference: String {
        guard good != nil else { return "GOOD has no startup that succeeded: there is nothing to compare with." }
        if let structural { return structural }
        if isBadWrong { return endingDifference }
        if let slow = phases.first(where: \.isSlow) {
            return
                "Both go through the same phases; BAD takes \(slow.bad?.durationSeconds.map(Seconds.text) ?? "longer") in \(slow.phase.rawValue), GOOD \(slow.good?.durationSeconds.map(Seconds.text) ?? "less")."
        }
        if let first = settings.first ?? registrations.first ?? commands.first {
            return
                "Both go through the same phases; the first thing that differs is the \(first.name): GOOD \(first.good ?? "none"), BAD \(first.bad ?? "none")."
        }
        return "No difference: both go through the same phases with the same settings."
    }

    /// The first phase that only one of them has, or that ended otherwise.
    private var structural: String? {
        for (position, row) in phases.enumerated() {
            let before = phases[..<position].last { $0.bad != nil }
            switch (row.good, row.bad) {
            case (let good?, let bad?):
                guard good.state == .done, bad.state != .done else { continue }
                let next = phases[(position + 1)...].first { $0.good != nil }?.phase.rawValue
                let goesOn = phases[(position + 1)...].contains { $0.bad != nil }
                let stop = goesOn ? "fails" : "stops"
                return
                    "BAD \(stop) in phase \(row.phase.rawValue); GOOD \(next.map { "goes on with \($0)" } ?? "starts")."
            case (_?, nil):
                if phases[position...].contains(where: { $0.bad != nil }) {
                    return "GOOD goes through phase \(row.phase.rawValue); BAD does not."
                }
                return
                    "BAD stops after phase \(before?.phase.rawValue ?? "none"); GOOD goes on with \(row.phase.rawValue)."
            case (nil, _?): return "BAD goes through phase \(row.phase.rawValue); GOOD does not."
            case (nil, nil): continue
            }
        }
        return nil
    }

    private var endingDifference: String {
        let place = bad.lastPhase.map { " in phase \($0.rawValue)" } ?? ""
        switch bad.outcome {
        case .failed: return "Both go through the same phases; BAD fails\(place), GOOD starts."
        case .unfinished: return "Both go through the same phases; BAD does not finish\(place), GOOD starts."
        case .untold, .succeeded: return "Both go through the same phases; how BAD ends is not told."
        }
    }
}
