// The timeline: a strip for each container, all on one axis. Widths are shares, so that it fits any screen.

extension ReportHTML {
    func writeTimeline(_ html: inout HTMLWriter) {
        let timeline = Timeline(report)
        guard !timeline.rows.isEmpty else { return }
        section("Timeline", HTMLWriter.Anchor("timeline"), &html) { html in
            html.element("p", class: "legend") { $0.raw(Self.legend) }
            html.element("div", class: "timeline") { html in
                for row in timeline.rows { write(row, timeline, &html) }
                writeAxis(timeline, &html)
            }
            for pause in timeline.breaks.isEmpty ? [] : [timeline.breaks] {
                let longest = pause.map(\.seconds).max() ?? 0
                html.element(
                    "p", class: "faint",
                    text:
                        "\(Report.number(pause.count, "quiet time")) cut short where the axis is broken, the longest of \(Seconds.text(longest))."
                )
            }
            if timeline.leftOut > 0 {
                html.element(
                    "p", class: "faint",
                    text:
                        "\(Report.number(timeline.leftOut, "container")) more below: those that failed come first here."
                )
            }
            if timeline.withoutTime > 0 {
                html.element(
                    "p", class: "faint",
                    text:
                        "\(Report.number(timeline.withoutTime, "container")) not shown: the log has no times. docker logs -t adds them."
                )
            }
        }
    }

    private static let legend: StaticString = """
        <span class="key succeeded"></span> succeeded <span class="key failed"></span> failed \
        <span class="key unfinished"></span> unfinished <span class="key gap"></span> nothing written \
        <span class="sign">&#9650;</span> started again <span class="sign">&#9670;</span> registration \
        <span class="sign bad">&#10006;</span> failure <span class="sign">&#9632;</span> stopped
        """

    private func write(_ row: Timeline.Row, _ timeline: Timeline, _ html: inout HTMLWriter) {
        let container = report.containers[row.container]
        html.element("div", class: "row") { html in
            html.element("a", [.link(.container(row.container))], text: container.title)
            html.element(
                "svg",
                [
                    .fixed("width", "100%"), .fixed("height", "46"), .fixed("role", "group"),
                    .label("\(container.title): \(container.counts.sentence)"),
                ]
            ) { html in
                for place in timeline.breaks.map(\.place) { writeLine("break", at: place, &html) }
                for gap in row.gaps {
                    writeBox("gap", gap, y: 10, height: 14, &html) {
                        $0.element("title") { $0.raw("nothing was written") }
                    }
                }
                for bar in row.bars { write(bar, of: row.container, &html) }
                for mark in row.marks { write(mark, &html) }
            }
        }
    }

    private func write(_ bar: Timeline.Bar, of container: Int, _ html: inout HTMLWriter) {
        let startup = report.containers[container].startups[bar.startup]
        html.element("a", [.link(anchor(of: startup, in: container)), .label(startup.heading)]) { html in
            let `class`: StaticString =
                switch bar.outcome {
                case .succeeded: "bar succeeded"
                case .failed: "bar failed"
                case .unfinished: "bar unfinished"
                case .untold: "bar untold"
                }
            writeBox(`class`, bar.range, y: 8, height: 18, &html) { $0.element("title", text: startup.heading) }
            for (number, phase) in bar.phases.enumerated() {
                let `class`: StaticString =
                    switch phase.phase.state {
                    case .failed: "phase bad"
                    case .done, .unfinished: number % 2 == 0 ? "phase even" : "phase odd"
                    }
                let took = phase.phase.durationSeconds.map { ", \(Seconds.text($0))" } ?? ""
                let proof = phase.phase.state == .failed ? startup.failure.map { ": \($0.sentence)" } ?? "" : ""
                writeBox(`class`, phase.range, y: 11, height: 12, &html) { html in
                    html.element("title", text: "\(phase.phase.mark)\(phase.phase.phase.rawValue)\(took)\(proof)")
                }
                writeName(of: phase, &html)
            }
        }
    }

    /// Where a startup is told of: of many alike only some are told in full.
    private func anchor(of startup: Report.Startup, in container: Int) -> HTMLWriter.Anchor {
        report.containers[container].tellsInFull(startup)
            ? .startup(container, startup.number) : .container(container)
    }

    /// The name of a phase below it, where there is room.
    private func writeName(of phase: Timeline.PhaseBar, _ html: inout HTMLWriter) {
        let name = phase.phase.phase.rawValue
        let room = phase.range.upperBound - phase.range.lowerBound
        guard room > Double(name.utf8.count) * 0.0095 else { return }
        html.element(
            "text",
            [
                .fixed("class", phase.phase.state == .failed ? "name bad" : "name"), .fixed("text-anchor", "middle"),
                .fixed("aria-hidden", "true"), .share("x", phase.range.lowerBound + room / 2), .number("y", 40),
            ], text: name)
    }

    private func write(_ mark: Timeline.Mark, _ html: inout HTMLWriter) {
        // A text is placed by a share of the width, and keeps its size.
        let (`class`, y): (StaticString, Double) =
            switch mark.kind {
            case .restart: ("sign", 34)
            case .registration: ("sign", 8)
            case .failure: ("sign bad", 9)
            case .stop: ("sign", 33)
            }
        html.element(
            "text",
            [
                .fixed("class", `class`), .share("x", mark.place), .number("y", y),
                .fixed("text-anchor", mark.place < 0.02 ? "start" : mark.place > 0.98 ? "end" : "middle"),
            ]
        ) { html in
            html.element("title", text: mark.sentence)
            switch mark.kind {
            case .restart: html.raw("&#9650;")
            case .registration: html.raw("&#9670;")
            case .failure: html.raw("&#10006;")
            case .stop: html.raw("&#9632;")
            }
        }
    }

    private func writeAxis(_ timeline: Timeline, _ html: inout HTMLWriter) {
        html.element("div", class: "row") { html in
            html.element("span", class: "faint", text: "UTC, as the logs have it")
            html.element("svg", [.fixed("width", "100%"), .fixed("height", "24"), .fixed("aria-hidden", "true")]) {
                html in
                for place in timeline.breaks.map(\.place) { writeLine("break", at: place, &html) }
                for (number, tick) in timeline.ticks.enumerated() {
                    writeLine("tick", at: tick.place, &html)
                    html.element(
                        "text",
                        [
                            .fixed("class", number % 2 == 0 ? "label" : "label other"), .share("x", tick.place),
                            .number("y", 18),
                            .fixed("text-anchor", tick.place < 0.1 ? "start" : tick.place > 0.9 ? "end" : "middle"),
                        ], text: tick.label)
                }
            }
        }
    }

    private func writeBox(
        _ class: StaticString, _ range: ClosedRange<Double>, y: Double, height: Double, _ html: inout HTMLWriter,
        _ body: (inout HTMLWriter) -> Void
    ) {
        html.element(
            "rect",
            [
                .fixed("class", `class`), .share("x", range.lowerBound),
                .share("width", max(range.upperBound - range.lowerBound, 0.002)), .number("y", y),
                .number("height", height),
            ], body)
    }

    private func writeLine(_ class: StaticString, at place: Double, _ html: inout HTMLWriter) {
        html.element(
            "line",
            [
                .fixed("class", `class`), .share("x1", place), .share("x2", place), .number("y1", 0),
                .fixed("y2", "100%"),
            ]
        ) { _ in }
    }
}

extension Report.Container {
    /// Whether a startup is told by itself, and not as one of many alike.
    func tellsInFull(_ startup: Report.Startup) -> Bool {
        episodes.contains { episode in
            if case .startup(let told) = episode { told.number == startup.number } else { false }
        }
    }
}

extension Report.OutcomeCounts {
    /// `2 startups: 1 failed, 1 succeeded`
    var sentence: String {
        let parts = Report.Outcome.allCases.compactMap { outcome in
            self[outcome] > 0 ? "\(self[outcome]) \(outcome == .untold ? "of unknown outcome" : outcome.rawValue)" : nil
        }
        return "\(Report.number(all, "startup")): \(parts.joined(separator: ", "))"
    }
}
