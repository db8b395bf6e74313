/// A report as one HTML file that needs nothing else: no script, no request, no font.
///
/// The content security policy allows the one style sheet that stands in the file, by its hash, and nothing besides.
package struct ReportHTML {
    let report: Report
    /// What is shown around the lines that prove something.
    let excerpts: Excerpts
    /// What was read.
    let inputs: [InputRecord]
    /// By the source of a container: it beside one that started well.
    let pairs: [String: Comparison.Pair]

    /// How many verdicts, and how many containers that started, are told on top.
    private static let shownVerdicts = 20
    private static let shownStarted = 12

    /// - Parameters:
    ///   - excerpts: the lines around those that the report cites.
    ///   - inputs: what was read, for whoever has to prove it.
    ///   - good: the report of a start that went well, to compare with.
    package static func bytes(
        of report: Report, excerpts: Excerpts, inputs: [InputRecord], good: Report? = nil
    ) -> [UInt8] {
        var pairs: [String: Comparison.Pair] = [:]
        for pair in good.map({ Comparison(good: $0, bad: report).pairs }) ?? [] where pair.good != nil {
            pairs[pair.badContainer.source] = pair
        }
        var html = HTMLWriter()
        ReportHTML(report: report, excerpts: excerpts, inputs: inputs, pairs: pairs).write(&html)
        return html.bytes
    }

    private func write(_ html: inout HTMLWriter) {
        html.raw("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        html.void("meta", [.fixed("http-equiv", "Content-Security-Policy"), .policy(PageStyle.policy)])
        html.raw("\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        html.element("title", text: "octolog: \(report.headline)")
        html.element("style") { $0.raw(PageStyle.sheet) }
        html.raw("\n</head>\n<body>\n")
        writeVerdict(&html)
        html.element("main") { html in
            writeTimeline(&html)
            writeFindings(&html)
            writeDuplicates(&html)
            writeContainers(&html)
            writeSecrets(&html)
            writeGapsAndLimits(&html)
            writeUnrecognised(&html)
            writeProvenance(&html)
        }
        html.raw("\n</body>\n</html>\n")
    }

    /// A part of the page with its heading.
    func section(
        _ title: StaticString, _ anchor: HTMLWriter.Anchor, _ html: inout HTMLWriter,
        _ body: (inout HTMLWriter) -> Void
    ) {
        html.raw("\n")
        html.element("section") { html in
            html.element("h2", [.id(anchor)]) { $0.raw(title) }
            body(&html)
        }
    }

    func leftOut(_ count: Int, _ noun: String, _ html: inout HTMLWriter) {
        if count > 0 { html.element("p", class: "faint", text: "And \(Report.number(count, noun)) more, not kept.") }
    }
}

// MARK: - Verdict

extension ReportHTML {
    private func writeVerdict(_ html: inout HTMLWriter) {
        html.element("header") { html in
            html.element("h1", text: report.headline)
            if let also = report.alsoGrave { html.element("p", text: also) }
            let verdicts = report.verdicts
            html.element("ol", class: "verdicts") { html in
                var told: Set<String> = []
                for verdict in verdicts.prefix(Self.shownVerdicts) { write(verdict, &told, &html) }
            }
            if verdicts.count > Self.shownVerdicts {
                html.element("p", class: "faint", text: "\(verdicts.count - Self.shownVerdicts) more are told below.")
            }
            writeStarted(&html)
            let elsewhere = report.startupsElsewhere
            if elsewhere.all > 0 {
                html.element(
                    "p", class: "faint",
                    text:
                        "There is no room for more than \(report.containers.count) containers; of the others' startups \(elsewhere.failed) failed and \(elsewhere.succeeded) succeeded."
                )
            }
            if report.finished == nil || report.isIncomplete {
                html.element("p", class: "warning", text: report.ending)
            }
        }
    }

    private func write(_ verdict: Verdict, _ told: inout Set<String>, _ html: inout HTMLWriter) {
        let `class`: StaticString = verdict.isOver ? "over" : verdict.outcome == .failed ? "failed" : "unfinished"
        html.element("li", class: `class`) { html in
            html.element("p", class: "sentence") { html in
                if let anchor = anchor(of: verdict) {
                    html.element("a", [.link(anchor)], text: verdict.sentence)
                } else {
                    html.text(verdict.sentence)
                }
            }
            guard !verdict.isOver else { return }
            guard told.insert(verdict.remedy).inserted else {
                return html.element("p", text: "What to do: as above.")
            }
            html.element("p") { html in
                html.element("b") { $0.raw("What to do:") }
                html.text(" \(verdict.remedy)")
            }
            if let code = verdict.code {
                html.element("p") { html in
                    html.raw("More: ")
                    html.element("code", class: "command", text: "octolog explain \(code)")
                }
            }
        }
    }

    private func anchor(of verdict: Verdict) -> HTMLWriter.Anchor? {
        report.containers.firstIndex { $0.name == verdict.container }.map { index in
            report.containers[index].tellsInFull(verdict.last)
                ? .startup(index, verdict.last.number) : .container(index)
        }
    }

    /// The containers that are up: one sentence each while they are few.
    private func writeStarted(_ html: inout HTMLWriter) {
        let started = report.containers.enumerated().filter { entry in
            entry.element.startups.last?.outcome == .succeeded
                && entry.element.counts.failed + entry.element.counts.unfinished == 0
        }
        guard !started.isEmpty else { return }
        guard started.count <= Self.shownStarted else {
            return html.element("p", class: "started", text: "\(started.count) containers started without a failure.")
        }
        html.element("ul", class: "started") { html in
            for (index, container) in started {
                guard let last = container.startups.last else { continue }
                let took =
                    (last.durationSeconds ?? last.configurationSeconds).map { " after \(Seconds.text($0))" } ?? ""
                html.element("li") { html in
                    html.element(
                        "a", [.link(.startup(index, last.number))], text: "\(container.title) started\(took).")
                }
            }
        }
    }
}

extension HTMLWriter.Anchor {
    static func container(_ index: Int) -> HTMLWriter.Anchor { HTMLWriter.Anchor("container", index) }
    static func startup(_ container: Int, _ number: Int) -> HTMLWriter.Anchor {
        HTMLWriter.Anchor("startup", container, number)
    }
}

extension Report {
    /// Whether not everything could be read.
    var isIncomplete: Bool {
        finished?.exitCode == 3 || limits.entries.contains { $0.hit.limit.losesSomething }
    }
}
