// The containers, each folded into a line: what it is, its startups, why they failed, and the lines that prove it.

extension ReportHTML {
    /// How many containers that did not start are unfolded.
    private static let unfolded = 5

    func writeContainers(_ html: inout HTMLWriter) {
        guard !report.containers.isEmpty else { return }
        section("Containers", HTMLWriter.Anchor("containers"), &html) { html in
            let failing = report.containers.indices.filter { report.containers[$0].isFailing }
            let unfolded = Set(report.containers.count == 1 ? [0] : failing.prefix(Self.unfolded))
            // Those that failed come first: of two thousand the others are rarely looked at.
            for index in failing + report.containers.indices.filter({ !report.containers[$0].isFailing }) {
                write(report.containers[index], index, isOpen: unfolded.contains(index), &html)
            }
        }
    }

    private func write(
        _ container: Report.Container, _ index: Int, isOpen: Bool, _ html: inout HTMLWriter
    ) {
        html.raw("\n")
        let id = HTMLWriter.Attribute.id(.container(index))
        html.element("details", isOpen ? [id, .fixed("open", "")] : [id]) { html in
            html.element("summary") { html in
                html.element("b", text: container.title)
                html.text(" ")
                html.element("span", class: container.badge, text: container.counts.sentence)
                html.text(" ")
                html.element("span", class: "faint", text: container.description)
            }
            if container.startups.isEmpty { html.element("p", text: "No startup in its log.") }
            let pair = pairs[container.source]
            if let pair {
                html.element("p", class: "compared") { html in
                    html.text("Against a good start (\(pair.goodContainer.title)): \(pair.firstDifference)")
                }
            }
            for episode in container.episodes {
                switch episode {
                case .startup(let startup): write(startup, of: index, pair, &html)
                case .alike(let first, let last, let startup):
                    html.element(
                        "p", text: "Startups \(first) to \(last): \(startup.ending), as startup \(first - 1).")
                case .leftOut(let counts):
                    html.element(
                        "p",
                        text:
                            "\(Report.number(counts.all, "startup")) more here, not kept: \(counts.failed) failed, \(counts.succeeded) succeeded."
                    )
                }
            }
        }
    }

    private func write(
        _ startup: Report.Startup, of container: Int, _ pair: Comparison.Pair?, _ html: inout HTMLWriter
    ) {
        html.element("article", [.id(.startup(container, startup.number))]) { html in
            html.element("h3", text: startup.heading)
            if let failure = startup.failure { write(failure, &html) }
            writePhases(of: startup, pair, &html)
            let facts = startup.facts
            if !facts.isEmpty {
                html.element("dl") { html in
                    for (name, value) in facts {
                        html.element("dt", text: name)
                        html.element("dd", text: value)
                    }
                }
            }
        }
    }

    private func writePhases(
        of startup: Report.Startup, _ pair: Comparison.Pair?, _ html: inout HTMLWriter
    ) {
        guard !startup.phases.isEmpty else { return }
        let longest = max(startup.phases.compactMap(\.durationSeconds).max() ?? 0, 0.001)
        html.element("table", class: "phases") { html in
            html.element("thead") { html in
                html.element("tr") { html in
                    html.raw("<th scope=\"col\">phase</th><th scope=\"col\">began</th><th scope=\"col\">took</th>")
                    if pair != nil { html.raw("<th scope=\"col\">good start</th>") }
                    html.raw("<th scope=\"col\">share</th>")
                }
            }
            html.element("tbody") { html in
                for phase in startup.phases { write(phase, longest, pair, &html) }
            }
        }
    }

    private func write(
        _ phase: Report.PhaseEntry, _ longest: Double, _ pair: Comparison.Pair?, _ html: inout HTMLWriter
    ) {
        html.element("tr", class: phase.state == .failed ? "failed" : "done") { html in
            html.element("th", [.fixed("scope", "row")], text: "\(phase.mark)\(phase.phase.rawValue)")
            html.element("td", text: phase.began?.seconds ?? "")
            html.element("td", class: "number", text: phase.durationSeconds.map(Seconds.text) ?? "")
            if let pair {
                let good = pair.good?.phases.first { $0.phase == phase.phase }
                let row = Comparison.Row(phase: phase.phase, good: good, bad: phase)
                let factor = row.factor.map { row.isSlow ? " (\(Int($0.rounded())) times as long)" : "" } ?? ""
                html.element("td", class: row.isSlow ? "number slow" : "number") { html in
                    html.text((good?.durationSeconds.map(Seconds.text) ?? (good == nil ? "none" : "")) + factor)
                }
            }
            html.element("td") { html in
                guard let seconds = phase.durationSeconds, seconds > 0 else { return }
                html.element(
                    "svg", [.fixed("width", "100%"), .fixed("height", "10"), .fixed("aria-hidden", "true")]
                ) { html in
                    html.element(
                        "rect",
                        [
                            .fixed("class", phase.state == .failed ? "bar failed" : "bar succeeded"),
                            .fixed("height", "10"), .share("width", min(1, seconds / longest)),
                        ]
                    ) { _ in }
                }
            }
        }
    }

    private func write(_ failure: Report.Failure, _ html: inout HTMLWriter) {
        html.element("div", class: "cause") { html in
            html.element("p") { html in
                html.element("b") { $0.raw("Root cause: ") }
                html.element("code", text: failure.cause.code)
                html.text(" (\(failure.cause.confidence.rawValue)): \(failure.cause.sentence)")
            }
            html.element("p") { html in
                html.element("b") { $0.raw("What to do: ") }
                html.text(failure.cause.remedy)
            }
            html.element("p") { html in
                html.raw("More: ")
                html.element("code", class: "command", text: "octolog explain \(failure.cause.code)")
            }
            for other in failure.contributing {
                html.element("p") { html in
                    html.raw("Also failed: ")
                    html.element("code", text: other.code)
                    html.text(": \(other.sentence)")
                }
            }
            write(failure.evidence, &html)
        }
    }

    /// The lines that prove something, with those around them where the log could be read again.
    func write(_ evidence: [Evidence], _ html: inout HTMLWriter) {
        for excerpt in excerpts.around(evidence) {
            html.element("figure") { html in
                html.element("figcaption") { html in
                    html.element("span", text: excerpt.title)
                    if let command = excerpt.command {
                        html.text(" ")
                        html.element("code", class: "command", text: command)
                    }
                }
                html.element("table", class: "log") { html in
                    html.element("tbody") { html in
                        for line in excerpt.lines {
                            html.element("tr", class: line.isProof ? "proof" : "context") { html in
                                html.element("th", [.fixed("scope", "row")], text: "\(line.number)")
                                html.element("td") { $0.element("code", text: line.text) }
                            }
                        }
                    }
                }
            }
        }
    }
}

extension Report.Container {
    fileprivate var isFailing: Bool { counts.failed + counts.unfinished > 0 }

    fileprivate var badge: StaticString {
        counts.failed > 0 ? "badge failed" : counts.unfinished > 0 ? "badge unfinished" : "badge succeeded"
    }
}

extension Report.Startup {
    /// What else is known of it, by name.
    fileprivate var facts: [(String, String)] {
        var facts = commands.filter { $0.outcome != .done }.map { ("command", $0.sentence) }
        if let configuration, !configuration.entries.isEmpty { facts.append(("configuration", configuration.brief)) }
        if let key = keySentence { facts.append(("master key", key)) }
        facts += registrations.map { ("registration", $0.registrationSentence) }
        facts += stops.map { ("ended", $0.sentence) }
        return facts
    }
}
