// What the user's rules keep of the lines that they have seen, a value for each kind of correlation.

/// Lines in an order: the rule's own first.
///
/// For each step it keeps the chain up to it that began last: if any chain can be completed in time, that one can. The
/// last few lines are kept apart and put into the order of their times before each look.
struct SequenceWatch {
    struct Chain {
        var first: Moment?
        var last: Moment?
        var detail: String?
        var evidence: [Evidence]
    }

    private let within: Int64?
    /// By the last step that they have.
    private var chains: [Chain?]
    private var recent: [Watch.Sighting] = []

    init(count: Int, within: Int64?) {
        self.within = within
        chains = Array(repeating: nil, count: count)
    }

    /// - Returns: the chain that is complete with this line.
    mutating func see(_ sighting: Watch.Sighting) -> Chain? {
        insert(sighting)
        var chains = self.chains
        for (index, line) in recent.enumerated() {
            guard let chain = extend(&chains, by: line) else { continue }
            // What is of this chain is used up; what came after it begins anew.
            recent.removeFirst(index + 1)
            self.chains = Array(repeating: nil, count: chains.count)
            return chain
        }
        if recent.count > Watch.reorder {
            let oldest = recent.removeFirst()
            _ = extend(&self.chains, by: oldest)
        }
        return nil
    }

    private mutating func insert(_ sighting: Watch.Sighting) {
        guard within != nil else { return recent.append(sighting) }
        // A window needs times.
        guard let time = sighting.time else { return }
        var index = recent.count
        while index > 0, (recent[index - 1].time?.nanoseconds(since: time) ?? 0) > 0 { index -= 1 }
        recent.insert(sighting, at: index)
    }

    /// - Returns: the chain that the line completes.
    private func extend(_ chains: inout [Chain?], by line: Watch.Sighting) -> Chain? {
        // From the last step to the first, so that one line is one step only.
        for step in chains.indices.reversed() where line.isStep(step) {
            if step == 0 {
                chains[0] = Chain(first: line.time, last: line.time, detail: line.detail, evidence: line.evidence)
            } else if var chain = chains[step - 1], isInTime(line, chain) {
                chain.last = line.time
                chain.evidence += line.evidence
                chains[step] = chain
            }
        }
        return chains.last ?? nil
    }

    private func isInTime(_ line: Watch.Sighting, _ chain: Chain) -> Bool {
        guard let within else { return true }
        guard let span = line.time?.nanoseconds(since: chain.first),
            let step = line.time?.nanoseconds(since: chain.last)
        else { return false }
        return step >= 0 && span <= within
    }
}

/// So many lines of a kind within a period.
struct ThresholdWatch {
    private struct Line {
        var time: Moment?
        /// Dropped where more lines came after it than a finding shows.
        var evidence: [Evidence]
    }

    private struct Group {
        var key: String?
        /// In the order of their times.
        var lines: [Line] = []
    }

    private let count: Int
    private let within: Int64?
    private let by: Correlation.Grouping
    /// That which had no line for the longest time comes first.
    private var groups: [Group] = []

    init(count: Int, within: Int64?, by: Correlation.Grouping) {
        self.count = count
        self.within = within
        self.by = by
    }

    /// - Returns: the lines that are enough now, and whether a group had to go to make room.
    mutating func see(
        _ sighting: Watch.Sighting
    ) -> (reached: (detail: String?, evidence: [Evidence])?, overflowed: Bool) {
        if within != nil, sighting.time == nil { return (nil, false) }
        let key: String? =
            switch by {
            case .container: nil
            case .detail: sighting.detail ?? ""
            }
        var overflowed = false
        var group = Group(key: key)
        if let index = groups.firstIndex(where: { $0.key == key }) {
            group = groups.remove(at: index)
        } else if groups.count >= Watch.maximumPending {
            groups.removeFirst()
            overflowed = true
        }
        let evidence = add(Line(time: sighting.time, evidence: sighting.evidence), to: &group)
        if !group.lines.isEmpty { groups.append(group) }
        return (evidence.map { (key, $0) }, overflowed)
    }

    /// - Returns: the evidence if there are enough lines now; they are used up then.
    private func add(_ line: Line, to group: inout Group) -> [Evidence]? {
        var index = group.lines.count
        if within != nil {
            while index > 0, (group.lines[index - 1].time?.nanoseconds(since: line.time) ?? 0) > 0 { index -= 1 }
        }
        group.lines.insert(line, at: index)
        if let first = firstEnough(group.lines, around: index) {
            let used = first..<first + count
            let evidence = group.lines[used].flatMap(\.evidence).suffix(Watch.maximumEvidence)
            group.lines.removeFirst(used.upperBound)
            return Array(evidence)
        }
        forget(&group, at: line.time)
        return nil
    }

    /// Where `count` lines begin that lie within the period, the one at `index` among them.
    private func firstEnough(_ lines: [Line], around index: Int) -> Int? {
        guard lines.count >= count else { return nil }
        guard let within else { return lines.count - count }
        for first in max(0, index - count + 1)...min(index, lines.count - count) {
            if let span = lines[first + count - 1].time?.nanoseconds(since: lines[first].time), span <= within {
                return first
            }
        }
        return nil
    }

    /// Lets go of what can't count any more.
    private func forget(_ group: inout Group, at time: Moment?) {
        if let within, let time {
            // Twice the period, so that lines that are late find those that they belong to.
            while let first = group.lines.first, (time.nanoseconds(since: first.time) ?? .max) / 2 > within {
                group.lines.removeFirst()
            }
            // There are no more within two periods; what is over came from a clock that is ahead.
            if group.lines.count > 3 * count { group.lines.removeLast() }
        }
        let shown = group.lines.count - Watch.maximumEvidence
        if shown > 0 { for index in 0..<shown { group.lines[index].evidence = [] } }
    }
}

/// Lines that another should have followed.
struct AbsenceWatch {
    private let within: Int64
    /// The lines that wait, in the order in which they came.
    private(set) var pending: [Watch.Sighting] = []
    /// When the other came lately: it may have been read before the line that it follows.
    private var others: [Moment] = []
    /// The last time that is known.
    private(set) var latest: Moment?

    init(within: Int64) { self.within = within }

    /// Takes note of how far time has passed.
    mutating func note(_ time: Moment?) {
        if let time, latest.map({ time.nanoseconds(since: $0) ?? 0 > 0 }) ?? true { latest = time }
    }

    func isOver(at time: Moment?) -> Bool { pending.contains { isOver($0, at: time) } }

    /// - Returns: the lines that nothing followed in time.
    mutating func expire(at time: Moment?) -> [Watch.Sighting] {
        note(time)
        guard isOver(at: time) else { return [] }
        let (waiting, absent) = (pending.filter { !isOver($0, at: time) }, pending.filter { isOver($0, at: time) })
        pending = waiting
        return absent
    }

    private func isOver(_ line: Watch.Sighting, at time: Moment?) -> Bool {
        time?.nanoseconds(since: line.time).map { $0 > within } ?? false
    }

    /// - Returns: whether the oldest line had to go to make room.
    mutating func see(_ sighting: Watch.Sighting) -> Bool {
        if sighting.isStep(1) {
            // Without a time it may have come in time: nothing is proven then.
            pending = pending.filter { line in
                sighting.time?.nanoseconds(since: line.time).map { $0 < 0 || $0 > within } ?? false
            }
            if let time = sighting.time {
                others.append(time)
                if others.count > Watch.reorder { others.removeFirst() }
            }
        }
        guard sighting.isStep(0), let time = sighting.time else { return false }
        let isFollowed = others.contains { other in
            other.nanoseconds(since: time).map { $0 > 0 && $0 <= within } ?? false
        }
        if isFollowed { return false }
        pending.append(sighting)
        guard pending.count > Watch.maximumPending else { return false }
        pending.removeFirst()
        return true
    }
}
