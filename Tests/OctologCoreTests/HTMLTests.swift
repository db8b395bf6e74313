import Testing

@testable import OctologCore

@Suite struct HTMLWriterTests {
    private func made(_ body: (inout HTMLWriter) -> Void) -> String {
        var html = HTMLWriter()
        body(&html)
        return String(decoding: html.bytes, as: UTF8.self)
    }

    @Test("text and labels can be nothing but text") func escapes() {
        let hostile = "</p><script>\"'&\u{1B}[2J\u{202E}"
        let text = made { $0.element("p", [.label(hostile)], text: hostile) }
        let escaped = "&lt;/p&gt;&lt;script&gt;&quot;&#39;&amp;\\u{1b}[2J\\u{202e}"
        #expect(text == "<p aria-label=\"\(escaped)\">\(escaped)</p>")
    }

    @Test("places are shares of the width, links are to the page itself") func attributes() {
        let link = made { html in
            html.element("a", [.link(.startup(3, 12)), .id(.container(3))]) { html in
                html.element("rect", [.share("x", 1 / 3), .number("y", 2.5), .share("width", 1)]) { _ in }
            }
        }
        #expect(
            link
                == "<a href=\"#startup-3-12\" id=\"container-3\"><rect x=\"33.333%\" y=\"2.5\" width=\"100%\"></rect></a>"
        )
    }

    @Test("the policy lets the page's own style in, and nothing else") func policy() {
        #expect(PageStyle.policy.hasPrefix("default-src 'none'; style-src 'sha256-"))
        #expect(PageStyle.policy.hasSuffix("='; base-uri 'none'; form-action 'none'"))
        // 32 bytes are 43 digits and one of padding.
        #expect(PageStyle.policy.split(separator: "'")[3].utf8.count == "sha256-".utf8.count + 44)
    }
}

@Suite struct TimelineTests {
    private static func time(_ seconds: Int64) -> Timestamp {
        Timestamp(nanoseconds: (1_600_000_000 + seconds) * 1_000_000_000)
    }

    private static func startup(
        _ number: Int, _ from: Int64?, _ to: Int64?, _ outcome: Report.Outcome = .succeeded
    ) -> Report.Startup {
        var startup = Report.Startup(number: number)
        startup.began = from.map(time)
        startup.ended = to.map(time)
        startup.outcome = outcome
        return startup
    }

    private static func report(_ containers: [[Report.Startup]]) -> Report {
        var report = Report()
        for (number, startups) in containers.enumerated() {
            var container = Report.Container(name: "c\(number)", source: "c\(number)")
            container.startups = startups
            report.containers.append(container)
        }
        return report
    }

    @Test("startups lie on one axis in proportion to their times") func proportion() throws {
        let timeline = Timeline(Self.report([[Self.startup(1, 0, 50)], [Self.startup(1, 25, 100)]]))
        #expect(timeline.breaks.isEmpty && timeline.rows.count == 2)
        #expect(timeline.rows[0].bars[0].range == 0...0.5)
        #expect(timeline.rows[1].bars[0].range == 0.25...1)
        #expect(timeline.first == Self.time(0) && timeline.last == Self.time(100))
    }

    @Test("a long time in which nothing starts is cut short, and a short one is not") func breaks() throws {
        let day: Int64 = 86400
        let timeline = Timeline(Self.report([[Self.startup(1, 0, 50), Self.startup(2, day, day + 50)]]))
        #expect(timeline.breaks.map(\.seconds) == [Double(day - 50)])
        let bars = timeline.rows[0].bars
        #expect(abs(bars[0].range.upperBound - 0.485) < 1e-9 && abs(bars[1].range.lowerBound - 0.515) < 1e-9)
        #expect(bars[1].range.upperBound == 1)
        let near = Timeline(Self.report([[Self.startup(1, 0, 50), Self.startup(2, 80, 100)]]))
        #expect(near.breaks.isEmpty && near.rows[0].bars[1].range == 0.8...1)
    }

    @Test("the longest quiet times are cut, and never more than there is room for") func manyBreaks() throws {
        let startups = (0..<50).map { Self.startup($0 + 1, Int64($0) * 10_000, Int64($0) * 10_000 + 10) }
        let timeline = Timeline(Self.report([startups]))
        #expect(timeline.breaks.count == 8)
        let ranges = timeline.rows[0].bars.map(\.range)
        for (a, b) in zip(ranges, ranges.dropFirst()) { #expect(a.upperBound <= b.lowerBound) }
        #expect(ranges.allSatisfy { $0.lowerBound >= 0 && $0.upperBound <= 1 + 1e-9 })
    }

    @Test("labels are round times, apart from each other, the first of a day with its date") func ticks() throws {
        let ticks = Timeline(Self.report([[Self.startup(1, 0, 3000)]])).ticks
        #expect(ticks.first?.label == "2020-09-13 12:26:40")
        #expect(ticks.dropFirst().allSatisfy { $0.label.count == 8 && $0.label.hasSuffix("0:00") })
        for (a, b) in zip(ticks, ticks.dropFirst()) { #expect(b.place - a.place >= 0.16) }
        #expect((3...7).contains(ticks.count))
    }

    @Test("startups without times have no place, and that is counted") func timeless() throws {
        let timeline = Timeline(Self.report([[Self.startup(1, nil, nil)], [Self.startup(1, 5, 5)], []]))
        #expect(timeline.rows.map(\.container) == [1] && timeline.withoutTime == 1)
        #expect(Timeline(Self.report([[Self.startup(1, nil, nil)]])).withoutTime == 1)
        // One moment alone is drawn all the same.
        #expect(timeline.rows[0].bars[0].range.lowerBound == 0)
    }

    @Test("those that failed come first, and there are not too many") func order() throws {
        let containers = (0..<100).map { [Self.startup(1, Int64($0), 200, $0 == 99 ? .failed : .succeeded)] }
        let timeline = Timeline(Self.report(containers))
        #expect(timeline.rows.first?.container == 99)
        #expect(timeline.rows.count == Timeline.maximum && timeline.leftOut == 40)
    }
}

@Suite struct ExcerptTests {
    private static func evidence(_ line: Int, _ text: String = "proof", input: String = "a.log") -> Evidence {
        Evidence(
            input: input, location: Location(line: line, offset: 0, length: 0), stream: nil, compression: nil,
            text: text)
    }

    private static func excerpts(_ evidence: [Evidence], log: String?, chunk: Int = 7) -> [Excerpt] {
        var startup = Report.Startup(number: 1)
        startup.failure = Report.Failure(
            cause: RootCause(
                code: "", title: "", detail: nil, container: nil, confidence: .certain, remedy: "", evidenceLines: nil),
            contributing: [], evidence: evidence)
        var container = Report.Container(name: "c", source: "c")
        container.startups = [startup]
        var report = Report()
        report.containers = [container]
        var excerpts = Excerpts(for: report)
        if let log {
            let bytes = Array(log.utf8)
            for start in stride(from: 0, to: bytes.count, by: chunk) {
                excerpts.take(Array(bytes[start..<min(start + chunk, bytes.count)]).span, of: "a.log")
            }
            excerpts.end("a.log")
        }
        return excerpts.around(evidence)
    }

    private static let log = (1...30).map { "line \($0)\r\n" }.joined()

    @Test("the lines around those that prove something are shown, whatever the chunks", arguments: [1, 7, 1000])
    func around(_ chunk: Int) {
        let found = Self.excerpts([Self.evidence(2), Self.evidence(20)], log: Self.log, chunk: chunk)
        #expect(found.map(\.title) == ["a.log, lines 1 to 6", "a.log, lines 16 to 24"])
        #expect(found[0].lines.map(\.text) == ["line 1", "proof", "line 3", "line 4", "line 5", "line 6"])
        #expect(found[0].lines.map(\.isProof) == [false, true, false, false, false, false])
        #expect(found[1].command == "octolog redact a.log | sed -n '16,24p'")
    }

    @Test("what touches is one, and the last line needs no end") func touching() {
        let found = Self.excerpts([Self.evidence(26), Self.evidence(30)], log: String(Self.log.dropLast(1)))
        #expect(found.map(\.title) == ["a.log, lines 22 to 30"])
        #expect(found[0].lines.last?.text == "proof")
    }

    @Test("without the log the proof stands alone, and no command is offered") func alone() {
        let found = Self.excerpts([Self.evidence(26), Self.evidence(3, input: "b.log")], log: nil)
        #expect(found.map(\.title) == ["a.log, line 26", "b.log, line 3"])
        #expect(found.allSatisfy { $0.command == nil })
    }

    @Test("a name that a shell would read is quoted") func quoting() {
        #expect(Shell.word("it's; rm -rf.log") == "'it'\\''s; rm -rf.log'")
    }
}
