import Testing

@testable import OctologCore

private func text(of events: [Event], _ look: TextLook) -> String {
    var format = TextFormat(look)
    return events.compactMap { format.text(of: $0) }.joined()
}

private func events(of log: String, named name: String = "-") -> [Event] { analyze([(name, Array(log.utf8))]).events }

/// A start that failed, in which the log names the user.
private func failedStart(of user: String, at minute: Int = 15) -> String {
    """
    VERBOSE: [2018-07-02T09:\(minute):01] Configuring Octopus Deploy
    VERBOSE: [2018-07-02T09:\(minute):01]  - local admin user '\(user)'
    VERBOSE: [2018-07-02T09:\(minute):02] Creating Octopus Deploy database ...
    VERBOSE: [2018-07-02T09:\(minute):02] Executing command 'C:\\Octopus.Server.exe database --console'
    Login failed for user '\(user)'.
    Execute-Command : Command returned exit code 100. Aborting.

    """
}

@Suite struct TextTests {
    @Test("lines keep to the terminal's width, and frames are as wide as it", arguments: Case.all)
    func width(_ item: Case) {
        let events = item.run().events
        for width in [24, 44, 60, 100] {
            for drawing in [TextLook.Drawing.unicode, .ascii] {
                let text = text(of: events, TextLook(width: width, drawing: drawing))
                for line in text.split(separator: "\n") {
                    let isFramed = ["  ╭", "  │", "  ╰", "  +-", "  |"].contains { line.hasPrefix($0) }
                    if isFramed {
                        #expect(String(line).columns == width, "\(line)")
                    } else if String(line).columns > width {
                        // A word is not cut: but for a time and a mark it is alone on its line.
                        #expect(line.wholeMatch(of: #/ *(\d\d:\d\d:\d\d +)?([▶✓✗>x!+] +)?\S+/#) != nil, "\(line)")
                    }
                }
            }
        }
    }

    @Test("without colours the text is the same", arguments: Case.all) func colours(_ item: Case) {
        let events = item.run().events
        let coloured = text(of: events, TextLook(hasColour: true, drawing: .unicode))
        let plain = text(of: events, TextLook(hasColour: false, drawing: .unicode))
        #expect(coloured.replacing(#/\u{1B}\[[0-9;]+m/#, with: "") == plain)
        #expect(!plain.contains("\u{1B}"))
    }

    @Test("nothing of a log steers the terminal, or hides from its reader")
    func hostile() {
        let evil = "x\u{7}\u{1B}[2J\u{9B}2J\u{202E}\u{200B}\u{FEFF}\u{2028}\u{2029}\u{E0041}\u{61C}\u{AD}y"
        let events = events(of: failedStart(of: evil), named: "\u{1B}]0;\(evil).log")
        for drawing in [TextLook.Drawing.none, .ascii, .unicode] {
            let text = text(of: events, TextLook(width: 60, drawing: drawing))
            #expect(text.contains("sql-login-failed"))
            let steering = text.unicodeScalars.filter { scalar in
                switch scalar.properties.generalCategory {
                case .control: scalar != "\n"
                case .format, .lineSeparator, .paragraphSeparator: true
                default: false
                }
            }
            #expect(steering.isEmpty, "\(steering)")
        }
    }

    @Test("marks can't be piled up until they are drawn over other lines") func marks() {
        #expect("s\u{301}\u{302}a".printable == "s\u{301}\u{302}a")
        let piled = ("s" + String(repeating: "\u{301}", count: 1000) + "a").printable
        #expect(piled.hasPrefix("s\u{301}\u{301}\u{301}\u{301}\\u{301}") && piled.hasSuffix("\\u{301}a"))
        #expect(piled.unicodeScalars.count { $0 == "\u{301}" } == 4)
    }

    @Test("what a log says at length is told in a few rows, and at once")
    func lengths() {
        for long in ["\u{301}", "x", "日", "\u{200B}", "x y "].map({ String(repeating: $0, count: 200_000) }) {
            let events = events(of: failedStart(of: "s" + long + "a"), named: "\(long).log")
            let started = ContinuousClock.now
            for drawing in [TextLook.Drawing.none, .unicode] {
                let text = text(of: events, TextLook(width: 60, drawing: drawing))
                #expect(text.contains("sql-login-failed") && text.split(separator: "\n").count < 120)
            }
            #expect(ContinuousClock.now - started < .seconds(60))
        }
    }

    @Test("what a container failed of before is told in a line, with what to do above") func again() {
        let loop = (10..<13).map { failedStart(of: "sa", at: $0) }.joined()
        let text = text(of: events(of: loop), TextLook(drawing: .unicode))
        #expect(text.matches(of: #/╭─/#).count == 1)
        let words = text.replacing(#/\s+/#, with: " ")
        #expect(words.matches(of: #/✗ startup [23] FAILED in database, exit code 100: [^✗]*?, as before/#).count == 2)
        #expect(text.matches(of: #/What to do: /#).count == 1)
        #expect(text.hasSuffix("\n3 startups failed\n  stdin: failed 3 times, sql-login-failed\n"), "\(text)")
    }

    @Test("each day is told once, and each line has the time of day") func days() {
        let log = failedStart(of: "sa") + failedStart(of: "sa").replacing("2018-07-02", with: "2018-07-03")
        let text = text(of: events(of: log), .plain)
        for day in ["2018-07-02", "2018-07-03"] {
            #expect(text.matches(of: try! Regex("  \(day) \\(UTC\\)\n")).count == 1)
        }
        #expect(text.contains("\n  09:15:01  > startup 1 began (first)\n"), "\(text)")
    }

    @Test("the status says which phase goes on, until it ends") func status() {
        var format = TextFormat(.plain)
        var seen: [String] = []
        for event in events(of: failedStart(of: "sa"), named: "web.log") {
            _ = format.text(of: event)
            if let status = format.status, seen.last != status { seen.append(status) }
        }
        #expect(seen == ["web.log: banner since 2018-07-02T09:15:01Z", "web.log: database since 2018-07-02T09:15:02Z"])
        #expect(format.status == nil)
    }

    @Test(
        "columns are what a terminal takes",
        arguments: [("abc", 3), ("é", 1), ("e\u{301}", 1), ("日本", 4), ("한", 2), ("ｆ", 2), ("🐙", 2), ("→", 1), ("", 0)])
    func columns(_ text: String, _ expected: Int) {
        #expect(text.columns == expected)
        #expect(text.shortened(to: expected) == text)
        if expected > 3 { #expect(text.shortened(to: expected - 1).columns <= expected - 1) }
    }
}
