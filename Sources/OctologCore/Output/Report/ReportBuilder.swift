/// Makes a report of a run's events.
package struct ReportBuilder: EventSink {
    package private(set) var report = Report()
    /// Where a source's container stands.
    private var index: [String: Int] = [:]
    /// How many startups are kept.
    private var startupCount = 0

    package init() {}

    package mutating func receive(_ event: Event) {
        switch event.payload {
        case .runStarted(let started):
            report.version = started.version
            report.rules = started.rules
            report.rulesDigest = started.digest
            report.inputCount = started.inputs.count
            report.inputs = started.inputs.prefix(Report.Limits.inputs).map(\.shortened)
        case .runFinished(let finished): report.finished = finished
        case .sourceDetected(let detected): note(detected, event)
        case .secretExposed(let exposed): note(exposed, event)
        case .registrationDuplicate(let duplicate): note(duplicate, event)
        case .findingRaised(let finding): note(finding, event)
        case .gapDetected(let gap):
            report.gaps.add(Report.GapEntry(container: event.origin.container?.shortened, gap: gap))
        case .limitHit(let hit): note(hit, event)
        case .linesUnrecognised(let lines): note(lines)
        case .startupExplained(let explained): note(explained, event)
        // A report reads everything.
        case .eventsSuppressed, .rulesReloaded: break
        case .startupBegan, .phaseEntered, .phaseCompleted, .phaseFailed, .commandExecuted, .configurationObserved,
            .masterKeyShown, .masterKeyConfigured, .registrationObserved, .startupSucceeded, .startupFailed,
            .startupUnfinished, .containerStopped:
            noteStartup(event)
        }
    }
}

// MARK: - Containers and startups

extension ReportBuilder {
    /// Where the event's container stands; nil if there is no room for it.
    private mutating func container(of event: Event) -> Int? {
        let position: Int
        if let known = index[event.source] {
            position = known
        } else {
            guard report.containers.count < Report.Limits.containers else { return nil }
            position = report.containers.count
            index[event.source] = position
            report.containers.append(
                Report.Container(name: (event.origin.container ?? event.source).shortened, source: event.source))
        }
        if let product = event.origin.product { report.containers[position].product = product }
        if let era = event.origin.era { report.containers[position].era = era }
        return position
    }

    private mutating func note(_ detected: SourceDetected, _ event: Event) {
        guard let position = container(of: event) else { return }
        if report.containers[position].encoding == nil {
            report.containers[position].framings = [detected.framing] + detected.inner
            report.containers[position].encoding = detected.encoding
            report.containers[position].compression = detected.compression
        }
        if let version = detected.version { report.containers[position].version = version.shortened }
    }

    private mutating func noteStartup(_ event: Event) {
        guard let number = event.origin.startup else { return }
        guard let position = container(of: event) else {
            noteElsewhere(event.payload)
            return
        }
        guard let startup = startup(number, of: position) else {
            noteLeftOut(event.payload, of: position)
            return
        }
        report.containers[position].startups[startup].note(event)
    }

    /// Where a startup stands; nil if it was left out.
    private mutating func startup(_ number: Int, of position: Int) -> Int? {
        let startups = report.containers[position].startups
        if let known = startups.lastIndex(where: { $0.number == number }) { return known }
        guard number > startups.last?.number ?? 0 else { return nil }
        let limit = startupCount < Report.Limits.startups ? Report.Limits.startupsOfContainer : 2
        if startups.count >= limit {
            let left = report.containers[position].startups.remove(at: limit / 2)
            report.containers[position].startupsLeftOut.note(left.outcome)
        } else {
            startupCount += 1
        }
        report.containers[position].startups.append(Report.Startup(number: number))
        return report.containers[position].startups.count - 1
    }

    /// The outcome of a startup came after the startup was left out.
    private mutating func noteLeftOut(_ payload: Payload, of position: Int) {
        guard let outcome = Report.Outcome(payload), report.containers[position].startupsLeftOut.untold > 0 else {
            return
        }
        report.containers[position].startupsLeftOut.untold -= 1
        report.containers[position].startupsLeftOut.note(outcome)
    }

    /// Of containers that are not kept the outcomes are counted.
    private mutating func noteElsewhere(_ payload: Payload) {
        if let outcome = Report.Outcome(payload) { report.startupsElsewhere.note(outcome) }
    }

    private mutating func note(_ explained: StartupExplained, _ event: Event) {
        let own = index[event.source].flatMap { report.containers[$0].name == explained.container ? $0 : nil }
        let name = explained.container.shortened
        guard let position = own ?? report.containers.lastIndex(where: { $0.name == name }),
            let startup = report.containers[position].startups.lastIndex(where: { $0.number == explained.startup }),
            let told = report.containers[position].startups[startup].failure
        else { return }
        let evidence = event.evidence + told.evidence.filter { !event.evidence.contains($0) }
        report.containers[position].startups[startup].failure =
            Report.Failure(
                phase: told.phase, exitCode: told.exitCode, cause: explained.rootCause,
                contributing: explained.contributing, evidence: evidence
            ).bounded
    }
}

// MARK: - Findings

extension ReportBuilder {
    private mutating func note(_ finding: Finding, _ event: Event) {
        var finding = finding
        finding.title = finding.title.shortened
        let container = event.origin.container?.shortened
        let known = report.findings.entries.firstIndex { entry in
            entry.finding.code == finding.code && entry.finding.title == finding.title && entry.container == container
        }
        if let known {
            report.findings.entries[known].count += 1
            return
        }
        let entry = Report.FindingEntry(
            level: event.level, finding: finding, container: container, startup: event.origin.startup,
            time: event.time, evidence: Array(event.evidence.prefix(Report.Limits.evidence).map(\.shortened)))
        var entries = report.findings.entries
        entries.insert(entry, at: entries.firstIndex { $0.level < entry.level } ?? entries.count)
        if entries.count > Report.Limits.findings {
            entries.removeLast()
            report.findings.leftOut += 1
        }
        report.findings.entries = entries
    }

    private mutating func note(_ exposed: SecretExposed, _ event: Event) {
        // What to do depends on the image too.
        func isSame(_ other: Report.ExposedSecrets) -> Bool {
            other.kind == exposed.kind && other.remedy == exposed.remedy
        }
        if !report.secrets.contains(where: isSame) {
            report.secrets.append(Report.ExposedSecrets(kind: exposed.kind, remedy: exposed.remedy))
        }
        guard let position = report.secrets.firstIndex(where: isSame) else { return }
        report.secrets[position].count += 1
        for place in event.evidence.map(\.place) where !report.secrets[position].places.contains(place) {
            if report.secrets[position].places.count < Report.Limits.lines {
                report.secrets[position].places.append(place)
            } else {
                report.secrets[position].placesLeftOut += 1
            }
        }
        if let explanation = exposed.explanation, !report.secrets[position].explanations.contains(explanation) {
            // There are as many as rows in the table of sites.
            report.secrets[position].explanations.append(explanation)
        }
        if let fingerprint = exposed.fingerprint, !report.secrets[position].fingerprints.contains(fingerprint),
            report.secrets[position].fingerprints.count < Report.Limits.keys
        {
            report.secrets[position].fingerprints.append(fingerprint)
        }
    }

    private mutating func note(_ duplicate: RegistrationDuplicate, _ event: Event) {
        let entry = Report.DuplicateEntry(level: event.level, duplicate: duplicate.shortened)
        if let known = report.duplicates.entries.firstIndex(where: { entry.duplicate.replaces($0.duplicate) }) {
            report.duplicates.entries[known] = entry
        } else {
            report.duplicates.add(entry)
        }
    }

    private mutating func note(_ hit: LimitHit, _ event: Event) {
        let container = event.origin.container?.shortened
        // The count is of all so far: the last word counts.
        let known = report.limits.entries.firstIndex {
            $0.container == container && $0.hit.limit == hit.limit && $0.hit.rule == hit.rule
        }
        if let known {
            report.limits.entries[known].hit = hit
        } else {
            report.limits.add(Report.LimitEntry(container: container, hit: hit, place: event.evidence.first?.place))
        }
    }

    private mutating func note(_ lines: LinesUnrecognised) {
        guard var all = report.unrecognised else {
            report.unrecognised = lines
            report.unrecognised?.templates = Self.bounded(lines.templates)
            return
        }
        // Several such events are of several containers: what share of all they are is not known.
        all.share = nil
        all.lines += lines.lines
        for line in Self.bounded(lines.templates) {
            if let known = all.templates.firstIndex(where: { $0.template == line.template }) {
                all.templates[known].count += line.count
            } else {
                all.templates.append(line)
            }
        }
        all.templates = Self.bounded(all.templates)
        report.unrecognised = all
    }

    /// The commonest, those of equal counts in the order in which they came.
    private static func bounded(_ templates: [LineTemplate]) -> [LineTemplate] {
        let sorted = templates.enumerated().sorted {
            ($1.element.count, $0.offset) < ($0.element.count, $1.offset)
        }
        return sorted.prefix(Report.Limits.templates).map {
            LineTemplate(template: $0.element.template.shortened, count: $0.element.count)
        }
    }
}

extension Report.Outcome {
    /// The outcome that an event tells.
    fileprivate init?(_ payload: Payload) {
        switch payload {
        case .startupSucceeded: self = .succeeded
        case .startupFailed: self = .failed
        case .startupUnfinished: self = .unfinished
        case .runStarted, .runFinished, .sourceDetected, .startupBegan, .phaseEntered, .phaseCompleted, .phaseFailed,
            .commandExecuted, .configurationObserved, .masterKeyShown, .masterKeyConfigured, .secretExposed,
            .registrationObserved, .registrationDuplicate, .startupExplained, .containerStopped, .findingRaised,
            .gapDetected, .limitHit, .linesUnrecognised, .eventsSuppressed, .rulesReloaded:
            return nil
        }
    }
}
