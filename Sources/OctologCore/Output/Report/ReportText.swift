/// A report as text for a terminal: the verdict first.
package struct ReportText {
    private var page: TextPage
    private let report: Report

    /// How many verdicts are told on top; the others stand at their containers.
    private static let shownVerdicts = 20
    /// Where the text beside a label begins.
    private static let label = 16

    /// - Parameter look: what may be made use of where it is shown.
    package static func text(of report: Report, look: TextLook = .plain) -> String {
        var text = ReportText(page: TextPage(look), report: report)
        text.write()
        return text.page.text
    }

    private mutating func write() {
        writeVerdict()
        for container in report.containers { write(container) }
        writeFindings()
        writeDuplicates()
        writeSecrets()
        writeGapsAndLimits()
        writeUnrecognised()
        writeEnd()
    }

    private mutating func heading(_ title: String) {
        page.blank()
        page.line(title, .bold)
    }

    private mutating func leftOut(_ count: Int, _ noun: String) {
        if count > 0 { page.paragraph("and \(Report.number(count, noun)) more, not kept", indent: 2, .faint) }
    }
}

// MARK: - Verdict

extension ReportText {
    private mutating func writeVerdict() {
        let counts = report.counts
        page.line("VERDICT", .bold)
        let style: TextPage.Style =
            counts.failed > 0 ? .boldRed : counts.unfinished > 0 ? .yellow : counts.succeeded > 0 ? .green : .plain
        page.paragraph(report.headline, indent: 2, style)
        if let also = report.alsoGrave { page.paragraph(also, indent: 2, .yellow) }
        let verdicts = report.verdicts
        var told: Set<String> = []
        for verdict in verdicts.prefix(Self.shownVerdicts) {
            page.blank()
            page.paragraph(verdict.sentence, indent: 2, hanging: 2, verdict.isOver ? .plain : .bold)
            guard !verdict.isOver else { continue }
            guard told.insert(verdict.remedy).inserted else {
                page.paragraph("What to do: as above.", indent: 4)
                continue
            }
            page.paragraph("What to do: \(verdict.remedy)", indent: 4, hanging: 2)
            if let code = verdict.code { page.paragraph("More: octolog explain \(code)", indent: 4) }
        }
        if verdicts.count > Self.shownVerdicts {
            page.blank()
            page.paragraph("\(verdicts.count - Self.shownVerdicts) more are told below.", indent: 2)
        }
        let elsewhere = report.startupsElsewhere
        if elsewhere.all > 0 {
            page.blank()
            page.paragraph(
                "There is no room for more than \(report.containers.count) containers; of the others' startups \(elsewhere.failed) failed and \(elsewhere.succeeded) succeeded. Read fewer logs at a time.",
                indent: 2)
        }
    }
}

// MARK: - Containers

extension ReportText {
    private mutating func write(_ container: Report.Container) {
        page.blank()
        page.line(container.title, .bold)
        page.paragraph(container.description, indent: 2, .faint)
        if container.startups.isEmpty { page.paragraph("no startup in its log", indent: 2) }
        for episode in container.episodes {
            page.blank()
            switch episode {
            case .startup(let startup): write(startup)
            case .alike(let first, let last, let startup):
                page.paragraph("startups \(first) to \(last): \(startup.ending), as startup \(first - 1)", indent: 2)
            case .leftOut(let counts):
                page.paragraph(
                    "\(Report.number(counts.all, "startup")) more here, not kept: \(counts.failed) failed, \(counts.succeeded) succeeded",
                    indent: 2)
            }
        }
    }

    private mutating func write(_ startup: Report.Startup) {
        page.paragraph(startup.heading, indent: 2, hanging: 2, startup.style)
        writeTimeline(of: startup)
        for command in startup.commands where command.outcome != .done {
            row("command", command.sentence)
        }
        if let configuration = startup.configuration, !configuration.entries.isEmpty {
            row("configuration", configuration.brief)
        }
        if let key = startup.keySentence { row("master key", key) }
        for registration in startup.registrations { row("registration", registration.registrationSentence) }
        if let failure = startup.failure { write(failure) }
        for stop in startup.stops { row("ended", stop.sentence) }
    }

    private mutating func write(_ failure: Report.Failure) {
        row(
            "root cause", "\(failure.cause.code) (\(failure.cause.confidence.rawValue)): \(failure.cause.sentence)",
            .bold)
        if let container = failure.cause.container { row("lies in", container) }
        for other in failure.contributing { row("also failed", "\(other.code): \(other.sentence)") }
        for evidence in failure.evidence { row("evidence", "\(evidence.place.text): \(evidence.text)") }
        row("what to do", failure.cause.remedy)
        row("more", "octolog explain \(failure.cause.code)")
    }

    private mutating func row(_ label: String, _ content: String, _ style: TextPage.Style = .plain) {
        // A column of labels would take a third of a narrow terminal.
        guard page.look.width >= 72 else {
            return page.paragraph("\(label): \(content)", indent: 4, hanging: 2, style)
        }
        page.labelled(label, content, indent: 4, label: Self.label, style)
    }

    private mutating func writeTimeline(of startup: Report.Startup) {
        guard !startup.phases.isEmpty else { return }
        let longest = startup.phases.compactMap(\.durationSeconds).max() ?? 0
        var table = TextTable([.left, .left, .right, .left])
        table.row(["phase", "began", "took", ""])
        for phase in startup.phases {
            table.row([
                phase.phase.rawValue, phase.began?.seconds ?? "-", phase.durationSeconds.map(Seconds.text) ?? "-",
                phase.mark + bar(phase.durationSeconds, longest: longest),
            ])
        }
        for (number, line) in table.lines.enumerated() {
            let style: TextPage.Style =
                number == 0 ? .faint : startup.phases[number - 1].state == .failed ? .red : .plain
            page.line(line, indent: 4, style)
        }
    }

    /// As long as its share of the longest phase; nothing where nothing took any time.
    private func bar(_ seconds: Double?, longest: Double) -> String {
        guard let seconds, longest > 0, seconds > 0 else { return "" }
        // The columns before it take 60 at most, but for very long durations.
        let full = min(30.0, Double(max(8, page.look.width - 60)))
        return String(repeating: "#", count: max(1, Int((seconds / longest * full).rounded())))
    }
}

// MARK: - Across containers

extension ReportText {
    private mutating func writeFindings() {
        guard !report.findings.isEmpty else { return }
        heading("FINDINGS")
        for entry in report.findings.entries {
            page.labelled(
                entry.level.name, entry.sentence, indent: 2, label: 10, labelStyle: entry.level.style)
            for evidence in entry.evidence.prefix(2) {
                page.paragraph("\(evidence.place.text): \(evidence.text)", indent: 12, hanging: 2, .faint)
            }
            page.paragraph("What to do: \(entry.finding.remedy)", indent: 12, hanging: 2)
        }
        leftOut(report.findings.leftOut, "finding")
    }

    private mutating func writeDuplicates() {
        guard !report.duplicates.isEmpty else { return }
        heading("DUPLICATE REGISTRATIONS")
        for entry in report.duplicates.entries {
            page.labelled(
                entry.level.name, entry.duplicate.sentence, indent: 2, label: 10, labelStyle: entry.level.style)
            for sentence in entry.duplicate.memberSentences {
                page.paragraph(sentence, indent: 12, hanging: 2, .faint)
            }
            page.paragraph("Why: \(entry.duplicate.why)", indent: 12, hanging: 2)
            page.paragraph("What to do: \(entry.duplicate.remedy)", indent: 12, hanging: 2)
        }
        leftOut(report.duplicates.leftOut, "duplicate")
    }

    private mutating func writeSecrets() {
        guard !report.secrets.isEmpty else { return }
        heading("SECRETS IN CLEAR")
        for exposed in report.secrets {
            page.paragraph(exposed.sentence, indent: 2, hanging: 2)
            for explanation in exposed.explanations { page.paragraph("Why: \(explanation)", indent: 4, hanging: 2) }
            page.paragraph("What to do: \(exposed.remedy)", indent: 4, hanging: 2)
        }
    }

    private mutating func writeGapsAndLimits() {
        if !report.gaps.isEmpty {
            heading("GAPS IN THE LOG")
            for entry in report.gaps.entries { page.paragraph(entry.sentence, indent: 2, hanging: 2) }
            leftOut(report.gaps.leftOut, "gap")
        }
        guard !report.limits.isEmpty else { return }
        heading("LIMITS")
        for entry in report.limits.entries { page.paragraph(entry.sentence, indent: 2, hanging: 2) }
        leftOut(report.limits.leftOut, "limit")
    }

    private mutating func writeUnrecognised() {
        guard let unrecognised = report.unrecognised, unrecognised.lines > 0 else { return }
        heading("NOT RECOGNISED")
        page.paragraph(unrecognised.sentence, indent: 2)
        let width = (unrecognised.templates.map { "\($0.count)".count }.max() ?? 0) + 2
        for line in unrecognised.templates {
            let count = "\(line.count)"
            let padding = String(repeating: " ", count: width - 2 - count.count)
            page.labelled(padding + count, line.template, indent: 2, label: width)
        }
    }

    private mutating func writeEnd() {
        page.blank()
        page.paragraph(report.ending, .faint)
    }
}

extension Report.Startup {
    fileprivate var style: TextPage.Style {
        switch outcome {
        case .succeeded: .green
        case .failed: .red
        case .unfinished: .yellow
        case .untold: .plain
        }
    }
}
