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
        guard let sentence = sentence(of: event) else { return nil }
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

    private func sentence(of event: Event) -> String? {
        switch event.payload {
        case .runStarted, .runFinished, .phaseEntered: return nil
        case .sourceDetected(let detected):
            let product = event.origin.product?.rawValue ?? "unknown"
            let version = detected.version.map { " \($0)" } ?? ""
            let article = product.first == "u" ? "an" : "a"
            return "this is \(article) \(product)\(version), era \(detected.eras.joined(separator: " or "))"
        case .startupBegan(let began): return "startup \(event.origin.startup ?? 1) began (\(began.kind.rawValue))"
        case .phaseCompleted(let step): return "phase \(step.phase.rawValue)\(Self.seconds(step.durationSeconds))"
        case .phaseFailed(let step): return "phase \(step.phase.rawValue) FAILED\(Self.seconds(step.durationSeconds))"
        case .commandExecuted(let executed):
            let code = executed.exitCode.map { " with exit code \($0)" } ?? ""
            return executed.outcome == .done
                ? nil
                : "command \(executed.command.verb ?? executed.command.executable) \(executed.outcome.rawValue)\(code)"
        case .configurationObserved(let configuration): return Self.summary(of: configuration)
        case .masterKeyShown(let shown):
            return shown.trusted
                ? "master key shown, \(shown.fingerprint): octolog key prints it"
                : "a line like a master key, \(shown.fingerprint), outside show-master-key: not trusted"
        case .masterKeyConfigured(let configured): return "master key \(configured.state.rawValue)"
        case .secretExposed(let exposed):
            let lines = event.evidence.map { "\($0.location.line)" }.joined(separator: ", ")
            return "\(exposed.kind.rawValue) in clear in line \(lines)"
        case .registrationObserved(let registration):
            let name = registration.name ?? "a machine without a known name"
            return "\(name) \(registration.outcome.rawValue) with \(registration.server ?? "an unknown server")"
        case .registrationDuplicate(let duplicate):
            return "duplicate registration, \(duplicate.sentence)"
        case .startupSucceeded(let succeeded): return "startup succeeded\(Self.seconds(succeeded.durationSeconds))"
        case .startupFailed(let failed):
            let detail = failed.rootCause.detail.map { ": \($0)" } ?? ""
            return
                "startup FAILED in \(failed.phase?.rawValue ?? "an unknown phase"): \(failed.rootCause.title)\(detail)"
        case .startupUnfinished(let unfinished):
            return
                "startup unfinished in \(unfinished.lastPhase?.rawValue ?? "an unknown phase"), missing: \(unfinished.missing)"
        case .containerStopped(let stopped):
            return "the program ended" + (stopped.exitCode.map { " with exit code \($0)" } ?? "")
        case .findingRaised(let finding): return finding.title
        case .gapDetected(let gap): return "gap in the log: \(gap.kind.rawValue)"
        case .limitHit(let hit): return "limit hit: \(hit.limit.rawValue), \(hit.count) times"
        case .startupExplained(let explained):
            let said = explained.rootCause.container.map { ", said by \($0)" } ?? ""
            return
                "startup \(explained.startup) of \(explained.container) is explained: \(explained.rootCause.title)\(said)"
        case .eventsSuppressed(let suppressed):
            let events = suppressed.count == 1 ? "1 more event" : "\(suppressed.count) more events"
            return "\(events) \(suppressed.type.shortName) with \(suppressed.code), not told (--throttle)"
        case .linesUnrecognised(let unrecognised): return "\(unrecognised.lines) lines are known to no rule"
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

    private static func summary(of configuration: Configuration) -> String {
        let parts: [(String, String?)] = [
            ("database", configuration.databaseServer.map { "\($0)/\(configuration.databaseName ?? "")" }),
            ("admin", configuration.adminUser), ("server", configuration.serverURL),
            ("mode", configuration.mode?.rawValue),
            ("name", configuration.name), ("space", configuration.space),
            ("environments", configuration.environments.joined(separator: ",")),
            ("roles", configuration.roles.joined(separator: ",")),
            ("worker pools", configuration.workerPools.joined(separator: ",")),
        ]
        return parts.compactMap { name, value in value.flatMap { $0.isEmpty ? nil : "\(name) \($0)" } }.joined(
            separator: ", ")
    }

    private static func seconds(_ seconds: Double?) -> String {
        seconds.map { " (\(brief($0)) s)" } ?? ""
    }

    /// At most thousandths.
    private static func brief(_ seconds: Double) -> String {
        let rounded = (seconds * 1000).rounded() / 1000
        return rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
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
