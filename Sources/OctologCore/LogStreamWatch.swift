// What the user's own rules make of a line: they see what the others see, and change nothing of what those say.

/// The matches of a line that the user's rules are about.
struct WatchedMatches {
    private(set) var matches: [Match]

    static var none: WatchedMatches { WatchedMatches(matches: []) }

    /// - Parameter builtIn: what the built-in rules match; the classifier has what the user's do.
    static func among(_ builtIn: [Match], _ recogniser: borrowing Recogniser) -> WatchedMatches {
        guard !recogniser.classifier.set.watchList.isEmpty else { return .none }
        let list = recogniser.classifier.set.watchList
        return WatchedMatches(
            matches: builtIn.filter { list.awaits($0.rule) } + recogniser.classifier.userMatches)
    }

    var isEmpty: Bool { matches.isEmpty }

    /// Those that lie across a place of the text.
    func across(_ seam: Int) -> WatchedMatches {
        var across = self
        across.matches.removeAll { $0.range.lowerBound >= seam || $0.range.upperBound <= seam }
        return across
    }

    /// Those that begin in a part of the text.
    func starting(in part: Range<Int>) -> WatchedMatches {
        var inside = self
        inside.matches.removeAll { !part.contains($0.range.lowerBound) }
        return inside
    }
}

extension LogStream {
    /// Tells the container's watch what a record says.
    mutating func watch(
        _ record: RecordAssembler.Record, _ found: WatchedMatches, _ exposures: [Exposure],
        _ recogniser: inout Recogniser
    ) {
        guard !found.isEmpty else { return }
        let own = wrapping
        wrapping.original = nil
        watch(record.text.span, record.statement, record.segments, found, exposures, &recogniser)
        wrapping = own
    }

    /// Tells the container's watch what a line says.
    mutating func watch(
        _ text: Span<UInt8>, _ statement: Statement, _ segments: [Segment], _ found: WatchedMatches,
        _ exposures: [Exposure], _ recogniser: inout Recogniser
    ) {
        guard !found.isEmpty else { return }
        if let first = segments.first { noteGivenUp(&recogniser, at: first.location) }
        let current = ensureContainer()
        let time = Moment(message: statement.time, frame: wrapping.time)
        var evidence: [Evidence] = []
        for segment in segments.prefix(Watch.maximumEvidence) {
            evidence.append(self.evidence(text, segment, exposures))
        }
        let masked = exposures.isEmpty ? nil : Redactor.masked(text, exposures)
        let list = recogniser.classifier.set.watchList
        var sightings: [Int: Watch.Sighting] = [:]
        for match in found.matches {
            if list.isUsers(match.rule) { totals.hasUserMatch = true }
            for role in list.roles(of: match.rule) {
                var sighting =
                    sightings[role.finding] ?? Watch.Sighting(steps: 0, time: time, detail: nil, evidence: evidence)
                sighting.steps |= 1 << UInt32(role.step)
                if role.step == 0 { sighting.detail = value(of: match, in: text, masked, statement, &recogniser) }
                sightings[role.finding] = sighting
            }
        }
        for finding in sightings.keys.sorted() {
            guard let sighting = sightings[finding], isOfProduct(list.findings[finding], current) else { continue }
            containers[current].watch.see(sighting, for: finding, in: list)
        }
        tellWatch(of: current, list, at: segments.first?.location)
    }

    /// The same for a window of a long line: each match has its own part of it as evidence.
    mutating func watchWindow(
        _ text: Span<UInt8>, _ statement: Statement, _ pieces: [Segment], _ found: WatchedMatches,
        _ exposures: [Exposure], _ recogniser: inout Recogniser
    ) {
        for match in found.matches {
            let part = Self.part(of: text, around: match)
            watch(
                text, statement, [Segment(location: Self.location(of: part, in: pieces), range: part)],
                WatchedMatches(only: match), exposures, &recogniser)
        }
    }

    private func isOfProduct(_ rule: UserRule, _ container: Int) -> Bool {
        rule.product == nil || rule.product == containers[container].machine.product
    }

    /// The line's time may be the end of something that waits.
    mutating func passTime(
        _ line: Span<UInt8>, _ statement: Statement, at location: Location, _ recogniser: inout Recogniser
    ) {
        guard let current, containers[current].watch.isWaiting,
            let time = Moment(message: statement.time, frame: wrapping.time)
        else { return }
        guard containers[current].watch.hasAbsence(at: time) else { return containers[current].watch.note(time) }
        findExposed(in: line, at: location, &recogniser)
        let evidence = evidence(line, Segment(location: location, range: 0..<line.count), exposed)
        containers[current].watch.pass(Watch.Sighting(steps: 0, time: time, detail: nil, evidence: [evidence]))
        tellWatch(of: current, recogniser.classifier.set.watchList)
    }

    /// Nothing more is read of a container.
    mutating func endWatch(of index: Int, _ set: RuleSet) {
        containers[index].watch.finish()
        tellWatch(of: index, set.watchList)
    }

    /// Turns what a container's watch has to say into events.
    private mutating func tellWatch(of index: Int, _ list: WatchList, at location: Location? = nil) {
        var findings: [Watch.Finding] = []
        swap(&findings, &containers[index].watch.findings)
        for finding in findings {
            let rule = list.findings[finding.rule]
            containers[index].machine.emit(
                .findingRaised(
                    Finding(code: rule.id, title: finding.title(by: rule), remedy: rule.advice)),
                // What was not read may hold what seems to be absent: that is no reason to fail.
                level: finding.known == nil ? rule.level : .info, time: finding.time,
                subject: "finding/\(rule.id)", evidence: finding.evidence)
        }
        tellEmissions(of: index)
        let overflowed = containers[index].watch.overflowed
        guard !overflowed.isEmpty, let location else { return }
        containers[index].watch.overflowed = []
        for rule in overflowed { noteLimit(.pending, rule: list.findings[rule].id, at: location) }
    }
}

extension WatchedMatches {
    fileprivate init(only match: Match) { matches = [match] }
}

extension Watch.Finding {
    /// How much of a detail a title holds, in characters.
    private static let maximumDetail = 200

    /// `<title>`, `<title>: <detail>`, and how much is known of an absence that is not over.
    fileprivate func title(by rule: UserRule) -> String {
        var title = rule.title
        if let detail, !detail.isEmpty {
            let shown = detail.prefix(Self.maximumDetail)
            title += ": " + shown + (shown.count < detail.count ? "…" : "")
        }
        if let known, case .absence(_, let period) = rule.correlation {
            title += " (unfinished: \(known / 1_000_000_000)s of \(period.text) are known)"
        }
        return title
    }
}
