/// Follows one container by the user's own rules: sightings in, findings out, no I/O.
///
/// What came before and after is told by event time, whatever the order of the lines, as far as `reorder` lines may be
/// mixed. What is kept is bounded; where the oldest had to go, a limit was hit.
struct Watch {
    /// A line that one rule of the user's asks for.
    struct Sighting {
        /// What the line is to the rule, as bits: 1 is its own line, 1 << n the nth that it waits for.
        var steps: UInt32
        var time: Moment?
        /// What the rule captured in its own line, secrets masked.
        var detail: String?
        var evidence: [Evidence]

        func isStep(_ step: Int) -> Bool { steps & (1 << UInt32(step)) != 0 }
    }

    /// Something that a rule makes a finding of.
    struct Finding {
        /// The rule's number in the watch list.
        var rule: Int
        var detail: String?
        var time: Moment?
        var evidence: [Evidence]
        /// Of an absence that is not certain because nothing more was read: how much of its period is known.
        var known: Int64?
    }

    /// What one rule keeps of the lines so far.
    private enum State {
        case plain
        case sequence(SequenceWatch)
        case threshold(ThresholdWatch)
        case absence(AbsenceWatch)
    }

    /// More lines are not shown of one finding.
    static let maximumEvidence = 16
    /// How many sightings may be mixed in their order.
    static let reorder = 16
    /// More groups of one rule, or lines that wait, are not followed.
    static let maximumPending = 64

    /// By the rule's number, as far as they were needed.
    private var states: [State] = []
    /// The lines that each rule saw last: a line that is seen again as a part of a record is the same.
    private var seen: [[Location]] = []

    /// Whether the time of each line matters, because an absence may be over.
    private(set) var isWaiting = false
    /// What is to be told, in order.
    var findings: [Finding] = []
    /// The rules that had to let go of their oldest line, until somebody takes note.
    var overflowed: [Int] = []

    /// Takes in a line for one rule.
    mutating func see(_ sighting: Sighting, for rule: Int, in list: WatchList) {
        prepare(list)
        guard isNew(sighting, for: rule) else { return }
        // Taken out while it changes, so that nothing of it is copied.
        var state = State.plain
        swap(&state, &states[rule])
        switch consume state {
        case .plain:
            findings.append(
                Finding(rule: rule, detail: sighting.detail, time: sighting.time, evidence: sighting.evidence))
        case .sequence(var watch):
            if let chain = watch.see(sighting) {
                findings.append(
                    Finding(
                        rule: rule, detail: chain.detail, time: chain.last,
                        evidence: Array(chain.evidence.prefix(Self.maximumEvidence))))
            }
            states[rule] = .sequence(watch)
        case .threshold(var watch):
            let result = watch.see(sighting)
            if let group = result.reached {
                findings.append(
                    Finding(rule: rule, detail: group.detail, time: sighting.time, evidence: group.evidence))
            }
            if result.overflowed { overflowed.append(rule) }
            states[rule] = .threshold(watch)
        case .absence(var watch):
            tell(watch.expire(at: sighting.time), of: rule, by: sighting)
            if watch.see(sighting) { overflowed.append(rule) }
            states[rule] = .absence(watch)
            noteWaiting()
        }
    }

    /// Whether an absence is over by this time.
    func hasAbsence(at time: Moment?) -> Bool {
        isWaiting
            && states.contains { state in
                switch state {
                case .absence(let watch): watch.isOver(at: time)
                case .plain, .sequence, .threshold: false
                }
            }
    }

    /// Event time has passed: what is absent by then is told.
    ///
    /// - Parameter sighting: the line that has the time, as nobody's step.
    mutating func pass(_ sighting: Sighting) {
        for rule in states.indices {
            switch states[rule] {
            case .absence(var watch):
                tell(watch.expire(at: sighting.time), of: rule, by: sighting)
                states[rule] = .absence(watch)
            case .plain, .sequence, .threshold: continue
            }
        }
        noteWaiting()
    }

    /// Keeps how far a waiting absence is known, which the end of the log may ask for.
    mutating func note(_ time: Moment?) {
        for rule in states.indices {
            switch states[rule] {
            case .absence(var watch):
                watch.note(time)
                states[rule] = .absence(watch)
            case .plain, .sequence, .threshold: continue
            }
        }
    }

    /// Nothing more is read of this container: what still waits is told with what is known.
    mutating func finish() {
        for rule in states.indices {
            switch states[rule] {
            case .absence(let watch):
                for line in watch.pending {
                    let known = watch.latest.flatMap { $0.nanoseconds(since: line.time) } ?? 0
                    findings.append(
                        Finding(
                            rule: rule, detail: line.detail, time: line.time, evidence: line.evidence,
                            known: max(0, known)))
                }
            case .plain, .sequence, .threshold: continue
            }
        }
        states = []
        isWaiting = false
    }

    private mutating func tell(_ absent: [Sighting], of rule: Int, by last: Sighting) {
        for line in absent {
            let evidence = line.evidence.prefix(Self.maximumEvidence - 1) + last.evidence.suffix(1)
            findings.append(
                Finding(rule: rule, detail: line.detail, time: last.time, evidence: Array(evidence)))
        }
    }

    private mutating func noteWaiting() {
        isWaiting = states.contains { state in
            switch state {
            case .absence(let watch): !watch.pending.isEmpty
            case .plain, .sequence, .threshold: false
            }
        }
    }

    private mutating func prepare(_ list: WatchList) {
        guard states.isEmpty else { return }
        states = list.findings.map { rule in
            switch rule.correlation {
            case nil: .plain
            case .sequence(let steps, let within):
                .sequence(SequenceWatch(count: steps.count + 1, within: within?.nanoseconds))
            case .threshold(let count, let within, let by):
                .threshold(ThresholdWatch(count: count, within: within?.nanoseconds, by: by))
            case .absence(_, let within): .absence(AbsenceWatch(within: within.nanoseconds))
            }
        }
        seen = Array(repeating: [], count: states.count)
    }

    /// Whether the rule has not seen the line before, by itself or in a record.
    private mutating func isNew(_ sighting: Sighting, for rule: Int) -> Bool {
        let locations = sighting.evidence.map(\.location)
        let isPart = locations.count > 1 || seen[rule].count > 1
        // Several messages may stand in one physical line: those are told apart by nothing but their being alone.
        guard !isPart || !locations.contains(where: seen[rule].contains) else { return false }
        seen[rule] = locations
        return true
    }
}

extension Moment {
    /// From `earlier` to this by a clock that tells both, negative if it went backwards; nil if none does.
    func nanoseconds(since earlier: Moment?) -> Int64? {
        if let message, let other = earlier?.message { return message.nanoseconds - other.nanoseconds }
        if let frame, let other = earlier?.frame { return frame.nanoseconds - other.nanoseconds }
        return nil
    }
}
