/// Events as text for people, as they happen: a heading for each container, a line for each step, and the causes of
/// what failed in frames.
package struct TextFormat: Sendable {
    package var look: TextLook
    /// The container whose heading was last.
    private var container: String?
    /// The day that was told last; the lines have the time of day alone.
    private var day = ""
    /// What to do, as it was told; the same again is not.
    private var remedies = Told()
    /// The causes that were told in frames, with their containers.
    private var causes = Told()
    /// What became of the containers' startups, in the order in which they first failed.
    private var outcomes = Outcomes()
    /// The containers whose program was told.
    private var sources = Told()
    /// The exit code that the last failure named, and whose it was.
    private var failed: (container: String?, startup: Int?, exitCode: Int?)?
    /// The phase that was entered last and has not ended.
    private var running: (container: String?, phase: Phase, time: Timestamp?)?
    private var isFirst = true

    package init(_ look: TextLook) { self.look = look }

    /// The column where the lines' text begins; their times stand before it.
    private static let margin = 2
    private static let timeWidth = "09:15:01  ".count

    /// The event as a line, or several; nil for what a person need not see.
    package mutating func text(of event: Event) -> String? {
        if case .runFinished(let finished) = event.payload { return ending(of: finished) }
        note(event)
        outcomes.note(event)
        guard let row = row(of: event) else { return nil }
        var page = TextPage(look)
        writeHeading(of: event, &page)
        if let frame = row.frame {
            // A frame needs the room of the times; without one its text belongs below the lines.
            let indent = look.drawing == .none ? Self.margin + Self.timeWidth : Self.margin
            page.frame("\(row.mark.glyph(look.drawing)) \(row.text)", frame, indent: indent, row.style)
        } else {
            write(row, at: Self.isOver(event) ? event.time : nil, &page)
        }
        return page.text
    }

    /// What goes on, for a line that the next text takes the place of; nil where nothing does.
    package var status: String? {
        guard let running else { return nil }
        let name = running.container.map { "\(Self.name($0)): " } ?? ""
        let since = running.time.map { " since \($0.seconds)" } ?? ""
        return "\(name)\(running.phase.rawValue)\(since)".printable
    }

    static func name(_ container: String) -> String { container == "-" ? "stdin" : container }

    /// Whether its time is when it ended; of a command that failed it may be when it began.
    private static func isOver(_ event: Event) -> Bool {
        if case .commandExecuted(let executed) = event.payload { executed.durationSeconds != nil } else { true }
    }

    /// Follows what goes on.
    private mutating func note(_ event: Event) {
        switch event.payload {
        case .phaseEntered(let step): running = (event.origin.container, step.phase, event.time)
        case .phaseCompleted, .phaseFailed, .startupSucceeded, .startupFailed, .startupUnfinished, .containerStopped:
            if running?.container == event.origin.container { running = nil }
        case .runStarted, .runFinished, .sourceDetected, .startupBegan, .commandExecuted, .configurationObserved,
            .masterKeyShown, .masterKeyConfigured, .secretExposed, .registrationObserved, .registrationDuplicate,
            .startupExplained, .findingRaised, .gapDetected, .limitHit, .linesUnrecognised, .eventsSuppressed,
            .rulesReloaded:
            break
        }
    }
}

// MARK: - Lines

extension TextFormat {
    /// The container's name, where it is another one's turn, and the day, where it is another one.
    private mutating func writeHeading(of event: Event, _ page: inout TextPage) {
        if let container = event.origin.container, container != self.container {
            self.container = container
            if !isFirst { page.blank() }
            page.paragraph(brief(Self.name(container)), hanging: Self.margin, .bold)
        }
        isFirst = false
        guard let day = event.time?.seconds.prefix(while: { $0 != "T" }), day != self.day else { return }
        self.day = String(day)
        page.line("\(day) (UTC)", indent: Self.margin, .faint)
    }

    /// What a log says may be as long as its lines; of more than so many rows the ends tell what it is.
    private func brief(_ text: String, rows: Int = 8) -> String {
        text.printable.shortenedInside(to: rows * (look.width - 10))
    }

    private func write(_ row: Row, at time: Timestamp?, _ page: inout TextPage) {
        let text = brief(row.text)
        let clock = time.map { String($0.seconds.drop { $0 != "T" }.dropFirst().dropLast()) } ?? ""
        // Where there is little room the times have none.
        let isNarrow = look.width < 50
        let indent = Self.margin + (isNarrow ? 0 : Self.timeWidth)
        if isNarrow {
            page.labelled(
                row.mark.glyph(look.drawing), text, indent: Self.margin, label: 2, row.style, labelStyle: row.style)
        } else {
            let mark = row.mark.glyph(look.drawing)
            page.labelled(
                clock, "\(mark) \(text)", indent: Self.margin, label: Self.timeWidth, hanging: 2, row.style)
        }
        for detail in row.details { page.paragraph(brief(detail.text), indent: indent + 2, hanging: 2, detail.style) }
    }

    /// A line, and what stands below it.
    struct Row {
        enum Mark {
            case begun, done, failed, warning, note

            func glyph(_ drawing: TextLook.Drawing) -> String {
                switch (self, drawing) {
                case (.begun, .unicode): "▶"
                case (.begun, .ascii), (.begun, .none): ">"
                case (.done, .unicode): "✓"
                case (.done, .ascii), (.done, .none): "+"
                case (.failed, .unicode): "✗"
                case (.failed, .ascii), (.failed, .none): "x"
                case (.warning, _): "!"
                case (.note, _): " "
                }
            }
        }

        var mark: Mark
        var text: String
        var style: TextPage.Style = .plain
        var details: [(text: String, style: TextPage.Style)] = []
        /// What stands in a frame below the text, which is its title.
        var frame: [TextPage.Framed]?
    }

    /// What was told already; of no more than so many.
    private struct Told {
        private var texts: Set<String> = []

        /// Whether it is told for the first time.
        mutating func insert(_ text: String) -> Bool {
            guard texts.count < 512 || texts.contains(text) else { return true }
            return texts.insert(text).inserted
        }
    }
}

// MARK: - Events

extension TextFormat {
    private mutating func row(of event: Event) -> Row? {
        let sentence = EventSentence.text(of: event)
        switch event.payload {
        case .runStarted, .runFinished, .phaseEntered: return nil
        case .sourceDetected(let detected): return source(event.origin, detected).map { Row(.note, $0, .faint) }
        case .startupBegan: return Row(.begun, sentence, .bold)
        case .phaseCompleted(let step): return Row(.done, Self.phase(step))
        case .phaseFailed(let step): return Row(.failed, "\(Self.phase(step))  FAILED", .red)
        case .commandExecuted(let executed): return executed.outcome == .done ? nil : Row(.failed, sentence, .red)
        case .configurationObserved, .masterKeyConfigured, .linesUnrecognised, .eventsSuppressed:
            return Row(.note, sentence)
        case .rulesReloaded(let reloaded):
            return reloaded.outcome == .loaded ? Row(.note, sentence) : Row(.warning, sentence, .yellow)
        case .masterKeyShown(let shown):
            return shown.trusted ? Row(.note, sentence) : Row(.warning, sentence, .yellow)
        case .secretExposed(let exposed): return advice(sentence, event.level, [], exposed.remedy)
        case .registrationObserved(let registration): return Self.row(of: registration, sentence)
        case .registrationDuplicate(let duplicate):
            return advice(
                sentence, event.level, duplicate.memberSentences + ["why: \(duplicate.why)"], duplicate.remedy)
        case .startupSucceeded(let succeeded):
            let duration = succeeded.durationSeconds.map { " after \(Seconds.text($0))" } ?? ""
            return Row(.done, "startup \(event.origin.startup ?? 1) succeeded\(duration)", .green)
        case .startupFailed(let failed): return self.row(of: failed, event)
        case .startupUnfinished: return Row(.warning, sentence, .yellow)
        case .startupExplained(let explained):
            return row(
                of: explained.rootCause, "startup \(explained.startup) of \(explained.container) is explained",
                of: explained.container, event.evidence)
        case .containerStopped(let stopped): return isTold(stopped, event.origin) ? nil : Row(.note, sentence)
        case .findingRaised(let finding):
            let place = event.evidence.first.map { " (line \($0.location.line))" } ?? ""
            return advice(sentence + place, event.level, [], finding.remedy)
        case .gapDetected(let gap): return Row(.note, gap.sentence, .yellow)
        case .limitHit: return Row(.warning, sentence, .yellow)
        }
    }

    /// `server 2018.3.13, era S1`; nil where that was said, or is not much more than was.
    private mutating func source(_ origin: Origin, _ detected: SourceDetected) -> String? {
        let version = detected.version.map { " \($0)" } ?? ""
        let era = detected.eras.count == 1 ? ", era \(detected.eras[0])" : ""
        let text = "\(origin.product?.rawValue ?? "unknown program")\(version)"
        guard sources.insert("\(origin.container ?? "")\u{0}\(text)") else { return nil }
        return text + era
    }

    /// `database      31 s`
    private static func phase(_ step: PhaseStep) -> String {
        guard let seconds = step.durationSeconds.map(Seconds.text) else { return step.phase.rawValue }
        let name = step.phase.rawValue
        return name + String(repeating: " ", count: max(2, 24 - name.count - seconds.count)) + seconds
    }

    private static func row(of registration: Registration, _ sentence: String) -> Row {
        switch registration.outcome {
        case .registered: Row(.done, sentence)
        case .failed: Row(.failed, sentence, .red)
        case .unfinished: Row(.note, sentence)
        }
    }

    /// What is wrong, and what to do where that was not told before.
    private mutating func advice(_ sentence: String, _ level: Level, _ details: [String], _ remedy: String) -> Row {
        var row = Row(level > .info ? .warning : .note, sentence, level.style)
        row.details = details.map { ($0, .faint) }
        if remedies.insert(remedy) { row.details.append(("What to do: \(remedy)", .plain)) }
        return row
    }

    private mutating func row(of failed: StartupFailed, _ event: Event) -> Row {
        self.failed = (event.origin.container, event.origin.startup, failed.exitCode)
        let code = failed.exitCode.map { ", exit code \($0)" } ?? ""
        let title =
            "startup \(event.origin.startup ?? 1) FAILED in \(failed.phase?.rawValue ?? "an unknown phase")\(code)"
        return row(of: failed.rootCause, title, of: event.origin.container ?? "", event.evidence)
    }

    /// Why a startup failed, in a frame; where it is what the container failed of before, in a line.
    private mutating func row(
        of cause: RootCause, _ title: String, of container: String, _ evidence: [Evidence]
    ) -> Row {
        let sentence = EventSentence.text(of: cause) + (cause.container.map { ", said by \($0)" } ?? "")
        let confidence = cause.confidence == .certain ? "" : " (\(cause.confidence.rawValue))"
        guard causes.insert("\(cause.code) \(container)") else {
            return Row(.failed, "\(title): \(sentence)\(confidence), as before", .red)
        }
        typealias Line = TextPage.Framed
        var lines = [Line(text: brief(sentence) + confidence, style: .bold), Line(text: "")]
        lines += evidence.map { line in
            let input = Self.name(line.input.split(separator: "/").last.map(String.init) ?? line.input)
            let text = "\(input):\(line.location.line): \(line.text)"
            return Line(text: brief(text, rows: 3), hanging: 2)
        }
        if !evidence.isEmpty { lines.append(Line(text: "")) }
        _ = remedies.insert(cause.remedy)
        lines.append(Line(text: "What to do: \(cause.remedy)", hanging: 2))
        lines.append(Line(text: "More: octolog explain \(cause.code)", hanging: 2))
        var row = Row(.failed, title, .boldRed)
        row.frame = lines
        return row
    }

    /// Whether the failure that was told last said so.
    private func isTold(_ stopped: ContainerStopped, _ origin: Origin) -> Bool {
        guard let failed, failed.container == origin.container, failed.startup == origin.startup else { return false }
        return stopped.exitCode == failed.exitCode
    }
}

extension TextFormat.Row {
    fileprivate init(_ mark: Mark, _ text: String, _ style: TextPage.Style = .plain) {
        self.init(mark: mark, text: text, style: style)
    }
}

// MARK: - The end

extension TextFormat {
    /// What it all amounts to; nil where that is nothing.
    private func ending(of finished: RunFinished) -> String? {
        func count(_ type: EventType) -> Int { finished.events.first { $0.name == type.name }?.count ?? 0 }
        var parts: [String] = []
        func add(_ number: Int, _ one: String, _ many: String) {
            if number > 0 { parts.append("\(number) \(number == 1 ? one : many)") }
        }
        add(count(.startupFailed), "startup failed", "startups failed")
        add(count(.startupSucceeded), "startup succeeded", "startups succeeded")
        add(count(.startupUnfinished), "startup unfinished", "startups unfinished")
        add(count(.findingRaised), "finding", "findings")
        add(count(.registrationDuplicate), "duplicate registration", "duplicate registrations")
        add(count(.secretExposed), "secret in clear", "secrets in clear")
        add(finished.suppressed ?? 0, "event not told (--throttle)", "events not told (--throttle)")
        if finished.exitCode == 3 { parts.append("the input is incomplete") }
        if finished.exitCode > 128 { parts.insert("INTERRUPTED, so of what was read", at: 0) }
        guard !parts.isEmpty else { return nil }
        var page = TextPage(look)
        if !isFirst { page.blank() }
        let isBad = count(.startupFailed) > 0
        page.paragraph(parts.joined(separator: ", "), isBad ? .boldRed : .bold)
        for line in outcomes.lines { page.paragraph(brief(line), indent: Self.margin, hanging: 2) }
        return page.text
    }
}
