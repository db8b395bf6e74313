/// Events as lines for people: a heading for each container, then a line for each event with its time.
package struct TextFormat: Sendable {
    /// Whether to colour by level, with ANSI escapes.
    package var hasColour: Bool
    /// The container whose heading was last.
    private var container: String?

    package init(hasColour: Bool) { self.hasColour = hasColour }

    /// The width of the column for times.
    private static let timeWidth = "2018-07-02T09:15:01Z".count

    /// The event as a line, or several; nil for what a person need not see.
    package mutating func text(of event: Event) -> String? {
        guard Self.isShown(event) else { return nil }
        let sentence = EventSentence.text(of: event)
        var text = ""
        if let container = event.origin.container, container != self.container {
            self.container = container
            text += "\(paint(Self.printable(container), .bold))\n"
        }
        // A frame's time has nanoseconds, which nobody reads.
        let time = event.time.map { "\($0.rfc3339.prefix(Self.timeWidth - 1))Z" } ?? ""
        let padded = time + String(repeating: " ", count: max(0, Self.timeWidth - time.count))
        text += "  \(paint(padded, .faint))  \(paint(Self.printable(sentence), Self.colour(of: event.level)))\n"
        for line in details(of: event) {
            text += String(repeating: " ", count: Self.timeWidth + 6) + "\(Self.printable(line))\n"
        }
        return text
    }

    /// Whether a person need see the event.
    private static func isShown(_ event: Event) -> Bool {
        switch event.payload {
        case .runStarted, .runFinished, .phaseEntered: false
        case .commandExecuted(let executed): executed.outcome != .done
        case .sourceDetected, .startupBegan, .phaseCompleted, .phaseFailed, .configurationObserved, .masterKeyShown,
            .masterKeyConfigured, .secretExposed, .registrationObserved, .registrationDuplicate, .startupSucceeded,
            .startupFailed, .startupUnfinished, .startupExplained, .containerStopped, .findingRaised, .gapDetected,
            .limitHit, .linesUnrecognised, .eventsSuppressed:
            true
        }
    }

    private func details(of event: Event) -> [String] {
        switch event.payload {
        case .startupFailed(let failed):
            return [
                "cause:  \(failed.rootCause.code) (\(failed.rootCause.confidence.rawValue))",
                "remedy: \(failed.rootCause.remedy)",
            ]
                + event.evidence.map { "\($0.input):\($0.location.line): \($0.text)" }
        case .registrationDuplicate(let duplicate):
            return duplicate.memberSentences + ["why:    \(duplicate.why)", "remedy: \(duplicate.remedy)"]
        case .findingRaised(let finding): return ["remedy: \(finding.remedy)"]
        case .secretExposed(let exposed):
            return (exposed.explanation.map { ["why:    \($0)"] } ?? []) + ["remedy: \(exposed.remedy)"]
        case .startupExplained(let explained):
            return ["cause:  \(explained.rootCause.code)", "remedy: \(explained.rootCause.remedy)"]
        case .runStarted, .runFinished, .sourceDetected, .startupBegan, .phaseEntered, .phaseCompleted, .phaseFailed,
            .commandExecuted, .configurationObserved, .masterKeyShown, .masterKeyConfigured, .registrationObserved,
            .startupSucceeded, .startupUnfinished, .containerStopped, .gapDetected, .limitHit,
            .linesUnrecognised, .eventsSuppressed:
            return []
        }
    }

    /// The text without control characters: a log's line must not steer a terminal.
    package static func printable(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            if isControl(scalar) {
                result += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// C0, C1 and the marks that turn the direction of writing; a TAB is harmless.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09: false
        case 0..<0x20, 0x7F..<0xA0, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    private enum Colour: String {
        case plain = "0"
        case bold = "1"
        case faint = "2"
        case yellow = "33"
        case red = "31"
    }

    private static func colour(of level: Level) -> Colour {
        switch level {
        case .info, .low: .plain
        case .medium: .yellow
        case .high, .critical: .red
        }
    }

    private func paint(_ text: String, _ colour: Colour) -> String {
        hasColour && colour != .plain && !text.isEmpty ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
    }
}
