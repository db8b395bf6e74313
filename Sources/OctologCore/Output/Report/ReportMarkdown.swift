/// A report as Markdown (GitHub's), for a ticket: nothing in a log can become markup.
package struct ReportMarkdown {
    private var text = ""
    private let report: Report

    package static func text(of report: Report) -> String {
        var markdown = ReportMarkdown(report: report)
        markdown.write()
        return markdown.text
    }

    private init(report: Report) { self.report = report }

    private mutating func write() {
        writeVerdict()
        for container in report.containers { write(container) }
        writeFindings()
        writeDuplicates()
        writeSecrets()
        writeGapsAndLimits()
        writeUnrecognised()
        paragraph(Self.escaped(report.ending))
    }

    private mutating func heading(_ level: Int, _ title: String) {
        paragraph(String(repeating: "#", count: level) + " " + title)
    }

    private mutating func paragraph(_ markdown: String) { text += markdown + "\n\n" }

    private mutating func item(_ markdown: String) { text += "- \(markdown)\n" }

    private mutating func list(_ items: [String]) {
        guard !items.isEmpty else { return }
        for markdown in items { item(markdown) }
        text += "\n"
    }

    private mutating func leftOut(_ count: Int, _ noun: String) {
        if count > 0 { paragraph("And \(Report.number(count, noun)) more, not kept.") }
    }
}

// MARK: - Sections

extension ReportMarkdown {
    private mutating func writeVerdict() {
        heading(1, "Verdict")
        paragraph("**\(Self.escaped(report.headline))**")
        if let also = report.alsoGrave { paragraph(also) }
        list(
            report.verdicts.map { verdict in
                var markdown = Self.escaped(verdict.sentence)
                guard !verdict.isOver else { return markdown }
                markdown += "<br>What to do: \(Self.escaped(verdict.remedy))"
                if let code = verdict.code { markdown += " More: \(Self.code("octolog explain \(code)"))" }
                return markdown
            })
        let elsewhere = report.startupsElsewhere
        if elsewhere.all > 0 {
            paragraph(
                "Of containers that are not kept \(elsewhere.failed) startups failed and \(elsewhere.succeeded) succeeded."
            )
        }
    }

    private mutating func write(_ container: Report.Container) {
        heading(2, Self.code(container.title))
        paragraph(Self.escaped(container.description))
        if container.startups.isEmpty { paragraph("No startup in its log.") }
        for episode in container.episodes {
            switch episode {
            case .startup(let startup): write(startup)
            case .alike(let first, let last, let startup):
                paragraph("Startups \(first) to \(last): \(Self.escaped(startup.ending)), as startup \(first - 1).")
            case .leftOut(let counts):
                paragraph(
                    "\(Report.number(counts.all, "startup")) more here, not kept: \(counts.failed) failed, \(counts.succeeded) succeeded."
                )
            }
        }
    }

    private mutating func write(_ startup: Report.Startup) {
        heading(3, Self.escaped(startup.heading))
        if !startup.phases.isEmpty {
            let rows = startup.phases.map { phase in
                [
                    phase.phase.rawValue, phase.began?.seconds ?? "", phase.durationSeconds.map(Seconds.text) ?? "",
                    phase.state == .failed ? "**failed**" : phase.state.rawValue,
                ]
            }
            table(["phase", "began", "took", "state"], rows)
        }
        var items = startup.commands.filter { $0.outcome != .done }.map { "command: \(Self.escaped($0.sentence))" }
        if let configuration = startup.configuration, !configuration.entries.isEmpty {
            items.append(
                "configuration: "
                    + configuration.entries.map { "\($0.words) \(Self.code($0.value.text))" }.joined(separator: ", "))
        }
        if let key = startup.keySentence { items.append("master key: \(Self.escaped(key))") }
        items += startup.registrations.map { "registration: \(Self.escaped($0.registrationSentence))" }
        items += startup.stops.map { "ended: \(Self.escaped($0.sentence))" }
        list(items)
        if let failure = startup.failure { write(failure) }
    }

    private mutating func write(_ failure: Report.Failure) {
        let cause = failure.cause
        paragraph(
            "**Root cause:** \(Self.code(cause.code)) (\(cause.confidence.rawValue)): \(Self.escaped(cause.sentence))")
        list(failure.contributing.map { "also failed: \(Self.code($0.code)): \(Self.escaped($0.sentence))" })
        block(failure.evidence.map { "\($0.place.text): \($0.text)" })
        paragraph("**What to do:** \(Self.escaped(cause.remedy)) More: \(Self.code("octolog explain \(cause.code)"))")
    }

    private mutating func writeFindings() {
        guard !report.findings.isEmpty else { return }
        heading(2, "Findings")
        for entry in report.findings.entries {
            paragraph("**\(entry.level.name)**: \(Self.escaped(entry.sentence))")
            block(entry.evidence.prefix(2).map { "\($0.place.text): \($0.text)" })
            paragraph("What to do: \(Self.escaped(entry.finding.remedy))")
        }
        leftOut(report.findings.leftOut, "finding")
    }

    private mutating func writeDuplicates() {
        guard !report.duplicates.isEmpty else { return }
        heading(2, "Duplicate registrations")
        for entry in report.duplicates.entries {
            paragraph("**\(entry.level.name)**: \(Self.escaped(entry.duplicate.sentence))")
            list(entry.duplicate.memberSentences.map { Self.escaped($0) })
            paragraph(
                "Why: \(Self.escaped(entry.duplicate.why)) What to do: \(Self.escaped(entry.duplicate.remedy))")
        }
        leftOut(report.duplicates.leftOut, "duplicate")
    }

    private mutating func writeSecrets() {
        guard !report.secrets.isEmpty else { return }
        heading(2, "Secrets in clear")
        list(
            report.secrets.map { exposed in
                let why = exposed.explanations.map { " Why: \(Self.escaped($0))" }.joined()
                return "\(Self.escaped(exposed.sentence)).\(why) What to do: \(Self.escaped(exposed.remedy))"
            })
    }

    private mutating func writeGapsAndLimits() {
        if !report.gaps.isEmpty {
            heading(2, "Gaps in the log")
            list(report.gaps.entries.map { Self.escaped($0.sentence) })
            leftOut(report.gaps.leftOut, "gap")
        }
        guard !report.limits.isEmpty else { return }
        heading(2, "Limits")
        list(report.limits.entries.map { Self.escaped($0.sentence) })
        leftOut(report.limits.leftOut, "limit")
    }

    private mutating func writeUnrecognised() {
        guard let unrecognised = report.unrecognised, unrecognised.lines > 0 else { return }
        heading(2, "Not recognised")
        paragraph(Self.escaped(unrecognised.sentence))
        table(["count", "lines"], unrecognised.templates.map { ["\($0.count)", Self.tableCode($0.template)] })
    }

    /// - Parameter rows: cells as Markdown.
    private mutating func table(_ header: [String], _ rows: [[String]]) {
        for cells in [header, header.map { _ in "---" }] + rows { text += "| \(cells.joined(separator: " | ")) |\n" }
        text += "\n"
    }

    /// Lines as they are, in a fence that none of them can end.
    private mutating func block(_ lines: [String]) {
        guard !lines.isEmpty else { return }
        let lines = lines.map(\.printable)
        let fence = String(repeating: "`", count: max(3, lines.map(Self.longestRun).max().map { $0 + 1 } ?? 3))
        text += "\(fence)text\n" + lines.map { "\($0)\n" }.joined() + "\(fence)\n\n"
    }
}

// MARK: - Escapes

extension ReportMarkdown {
    /// Text in which nothing is markup: neither Markdown's nor HTML's.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.printable.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            // An address would become a link, a name a mention.
            case "@": result += "&#64;"
            case ":": result += result.hasSuffix("http") || result.hasSuffix("https") ? "&#58;" : ":"
            case "\\", "`", "*", "_", "[", "]", "|", "~", "#", "$", "!": result += "\\\(scalar)"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return escapedStart(result)
    }

    /// Text that is no list, no heading and no code by what it begins with.
    private static func escapedStart(_ text: String) -> String {
        guard let first = text.first else { return text }
        switch first {
        case "-", "+", "=": return "\\" + text
        case " ": return "&#32;" + text.dropFirst()
        case "\t": return "&#9;" + text.dropFirst()
        default: break
        }
        let number = text.prefix { $0.isASCII && $0.isNumber }
        let rest = text.dropFirst(number.count)
        return !number.isEmpty && (rest.hasPrefix(".") || rest.hasPrefix(")")) ? "\(number)\\\(rest)" : text
    }

    /// Text as code that nothing in it can end.
    static func code(_ text: String) -> String {
        let text = text.printable
        guard !text.isEmpty else { return "" }
        let fence = String(repeating: "`", count: longestRun(of: text) + 1)
        // A backtick or a blank at an end needs a blank beside it, which Markdown takes off again.
        let needsBlank = text.hasPrefix("`") || text.hasSuffix("`") || (text.hasPrefix(" ") && text.hasSuffix(" "))
        return needsBlank ? "\(fence) \(text) \(fence)" : "\(fence)\(text)\(fence)"
    }

    /// The same within a table, where a bar parts cells even in code.
    static func tableCode(_ text: String) -> String {
        var result = ""
        for character in code(text) { result += character == "|" ? "\\|" : String(character) }
        return result
    }

    private static func longestRun(of text: String) -> Int {
        var longest = 0
        var run = 0
        for byte in text.utf8 {
            run = byte == UInt8(ascii: "`") ? run + 1 : 0
            longest = max(longest, run)
        }
        return longest
    }
}
