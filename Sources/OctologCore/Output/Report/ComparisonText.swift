/// A comparison as text for a terminal.
package struct ComparisonText {
    private var page: TextPage

    /// - Parameter look: what may be made use of where it is shown.
    package static func text(of comparison: Comparison, look: TextLook = .plain) -> String {
        var text = ComparisonText(page: TextPage(look))
        for (number, pair) in comparison.pairs.enumerated() {
            if number > 0 { text.page.blank() }
            text.write(pair)
        }
        text.writeUnmatched(comparison.unmatchedGood, "GOOD", other: "BAD")
        text.writeUnmatched(comparison.unmatchedBad, "BAD", other: "GOOD")
        return text.page.text
    }

    private mutating func writeUnmatched(_ names: [String], _ side: String, other: String) {
        guard !names.isEmpty else { return }
        page.blank()
        page.paragraph(
            "Only in \(side), so not compared: \(names.joined(separator: ", ")). \(other) has no such container.",
            hanging: 2)
    }

    private mutating func write(_ pair: Comparison.Pair) {
        page.paragraph(pair.firstDifference, .bold)
        page.blank()
        writeSide("GOOD", pair.goodContainer, pair.good)
        writeSide("BAD", pair.badContainer, pair.bad)
        if !pair.isBadWrong {
            page.paragraph("Nothing failed in BAD: its last startup is compared.", indent: 2)
        }
        guard let good = pair.good else { return }
        if (good.kind == .skippedConfiguration) != (pair.bad.kind == .skippedConfiguration) {
            page.paragraph(
                "One of them was configured before and skips that: their phases differ for this reason.", indent: 2)
        }
        writePhases(pair.phases)
        writeDifferences("SETTINGS THAT DIFFER", pair.settings)
        writeDifferences("COMMANDS THAT ENDED OTHERWISE", pair.commands)
        writeDifferences("REGISTRATIONS", pair.registrations)
        writeCause(pair.bad)
    }

    private mutating func writeSide(_ side: String, _ container: Report.Container, _ startup: Report.Startup?) {
        let heading = startup?.heading ?? "no startup succeeded"
        page.labelled(side, "\(container.title) (\(container.description)): \(heading)", indent: 2, label: 6)
    }

    private mutating func writePhases(_ rows: [Comparison.Row]) {
        guard !rows.isEmpty else { return }
        page.blank()
        page.line("PHASES", .bold)
        var table = TextTable([.left, .right, .right, .right, .left])
        table.row(["phase", "GOOD", "BAD", "factor", ""])
        for row in rows {
            table.row([
                row.phase.rawValue, row.good.cell, row.bad.cell, row.factor.map(Comparison.Row.text) ?? "",
                row.remark,
            ])
        }
        for (number, line) in table.lines.enumerated() {
            let style: TextPage.Style =
                number == 0
                ? .faint : rows[number - 1].bad?.state == .failed ? .red : rows[number - 1].isSlow ? .yellow : .plain
            page.line(line, indent: 2, style)
        }
    }

    private mutating func writeDifferences(_ title: String, _ differences: [Comparison.Difference]) {
        guard !differences.isEmpty else { return }
        page.blank()
        page.line(title, .bold)
        for difference in differences {
            page.paragraph(difference.name, indent: 2)
            page.labelled("GOOD", difference.good ?? "-", indent: 4, label: 6)
            page.labelled("BAD", difference.bad ?? "-", indent: 4, label: 6)
        }
    }

    private mutating func writeCause(_ bad: Report.Startup) {
        guard let failure = bad.failure else { return }
        page.blank()
        page.line("WHY BAD FAILED", .bold)
        page.paragraph(
            "\(failure.cause.code) (\(failure.cause.confidence.rawValue)): \(failure.cause.sentence)", indent: 2,
            hanging: 2)
        for evidence in failure.evidence.prefix(2) {
            page.paragraph("\(evidence.place.text): \(evidence.text)", indent: 4, hanging: 2, .faint)
        }
        page.paragraph("What to do: \(failure.cause.remedy)", indent: 2, hanging: 2)
        page.paragraph("More: octolog explain \(failure.cause.code)", indent: 2)
    }
}

extension Comparison.Row {
    /// `2.5x`
    fileprivate static func text(_ factor: Double) -> String {
        guard factor < 1000 else { return "over 1000x" }
        let rounded = (factor * 10).rounded() / 10
        return rounded == rounded.rounded() ? "\(Int(rounded))x" : "\(rounded)x"
    }

    /// What stands out.
    fileprivate var remark: String {
        let parts = [
            bad?.state == .failed ? "FAILED" : bad?.state == .unfinished ? "unfinished" : nil, isSlow ? "slow" : nil,
            good == nil ? "only in BAD" : bad == nil ? "only in GOOD" : nil,
        ]
        return parts.compactMap { $0 }.joined(separator: ", ")
    }
}

extension Report.PhaseEntry? {
    /// The duration; `-` where the phase is not there, `?` where its time isn't.
    fileprivate var cell: String {
        guard let self else { return "-" }
        return self.durationSeconds.map(Seconds.text) ?? "?"
    }
}
