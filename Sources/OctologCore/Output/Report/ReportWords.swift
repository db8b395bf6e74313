// A report's entries as sentences, for every writer. What a log says in them is not yet printable.

extension Report.Container {
    /// What it is: `server 2018.3.13, era S1, json-file, gzip`
    package var description: String {
        var parts = [product?.rawValue ?? "unknown program"]
        if let version { parts[0] += " \(version)" }
        if let era { parts.append("era \(era)") }
        if !framings.isEmpty { parts.append("log as \(framings.map(\.rawValue).joined(separator: " around "))") }
        if let encoding, encoding != .utf8 { parts.append(encoding.rawValue) }
        if let compression { parts.append(compression) }
        return parts.joined(separator: ", ")
    }
}

extension Report.Startup {
    /// `startup 1 (first), began 2018-07-02T09:15:01Z: succeeded after 62 s`
    package var heading: String {
        let kind = kind.map { " (\($0.rawValue)\(isTrusted ? "" : ", untrusted"))" } ?? ""
        let began = began.map { ", began \($0.seconds)" } ?? ""
        return "startup \(number)\(kind)\(began): \(ending)\(duration)"
    }

    /// `failed in database with exit code 100`
    package var ending: String {
        let place = lastPhase.map { " in \($0.rawValue)" } ?? ""
        switch outcome {
        case .succeeded: return "succeeded"
        case .failed:
            return "FAILED\(place)" + (failure?.exitCode.map { " with exit code \($0)" } ?? "")
        case .unfinished:
            let missing = unfinished?.missing ?? ""
            return "unfinished\(place)" + (missing.isEmpty ? "" : ", missing: \(missing)")
        case .untold: return "how it ended is not told"
        }
    }

    private var duration: String {
        if let durationSeconds { return ", after \(Seconds.text(durationSeconds))" }
        if let configurationSeconds { return ", configured after \(Seconds.text(configurationSeconds))" }
        return ""
    }

    /// Where the master key comes from and whether the log shows it; nil where the log says neither.
    package var keySentence: String? {
        var parts = keyStates.map { state in
            state.state.rawValue + (state.file.map { " in \($0)" } ?? "")
        }
        for key in keys {
            parts.append(
                key.trusted
                    ? "shown, \(key.fingerprint) (octolog key prints it)"
                    : "a line like a key, \(key.fingerprint), that is not to be trusted")
        }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }
}

extension Report.PhaseEntry {
    /// What stands out about the phase, a blank behind it.
    package var mark: String {
        switch state {
        case .done: ""
        case .failed: "FAILED "
        case .unfinished: "unfinished "
        }
    }
}

extension Report.Command {
    /// `database failed with exit code 100 (input.log:9)`
    package var sentence: String {
        let code = exitCode.map { " with exit code \($0)" } ?? ""
        let duration = durationSeconds.map { " after \(Seconds.text($0))" } ?? ""
        return "\(name) \(outcome.rawValue)\(code)\(duration)" + (place.map { " (\($0.text))" } ?? "")
    }
}

extension Report.Stop {
    package var sentence: String {
        let code = exitCode.map { "exit code \($0)" } ?? "no exit code in the log"
        let expected = isExpected.map { $0 ? ", as it should" : ", unexpectedly" } ?? ""
        return (time.map { "\($0.seconds), " } ?? "") + code + expected
    }
}

extension Settings {
    /// `database server db, database name Octopus`
    package var brief: String { entries.map { "\($0.words) \($0.value.text)" }.joined(separator: "; ") }

    /// Of a registration: `web-1 registered with https://octopus as target`
    package var registrationSentence: String {
        let name = self["name"] ?? "a machine without a known name"
        let server = self["server"] ?? "an unknown server"
        let kind = self["kind"].map { " as \($0)" } ?? ""
        let space = self["space"].map { " in space \($0)" } ?? ""
        let thumbprint = self["thumbprint"].map { ", thumbprint \($0)" } ?? ""
        switch self["outcome"].flatMap(Registration.Outcome.init(rawValue:)) {
        case .registered: return "\(name) registered with \(server)\(kind)\(space)\(thumbprint)"
        case .failed: return "\(name) could NOT register with \(server)\(kind)\(space)\(thumbprint)"
        case .unfinished, nil:
            return "\(name) began to register with \(server)\(kind)\(space)\(thumbprint): the end is not in the log"
        }
    }
}

extension Report.FindingEntry {
    package var sentence: String {
        let origin = container.map { name in
            " (\(name == "-" ? "stdin" : name)\(startup.map { ", startup \($0)" } ?? "")\(count > 1 ? ", \(count) times" : ""))"
        }
        return "\(finding.code): \(finding.title)\(origin ?? "")"
    }
}

extension RegistrationDuplicate {
    package var sentence: String {
        let space = space.map { ", space \($0)" } ?? ""
        let machine = kind.map { "\($0.rawValue) " } ?? ""
        return
            "\(`class`.rawValue): \(machine)\(value ?? "under default names") at \(server ?? "an unknown server")\(space), \(memberCount) registrations (\(confidence.rawValue))"
    }

    /// The members as sentences, of many the first and the latest, and the one that the server talks to.
    package var memberSentences: [String] {
        let shown = Report.Limits.members
        let isWhole = memberCount <= 2 * shown
        var sentences = members.prefix(isWhole ? memberCount : shown).map(\.sentence)
        if !isWhole {
            sentences.append("\(memberCount - 2 * shown) more, and then")
            sentences += members.suffix(shown).map(\.sentence)
        }
        if let current {
            let name = current.container == "-" ? "stdin" : current.container
            sentences.append("the server now talks to \(name), startup \(current.startup)")
        }
        return sentences
    }
}

extension RegistrationDuplicate.Member {
    package var sentence: String {
        let name = name.map { " as \($0)" } ?? ""
        return
            "\(container == "-" ? "stdin" : container), startup \(startup)\(name), \(time?.seconds ?? "at no known time")"
    }
}

extension Report.ExposedSecrets {
    /// `password: 2 times, input.log lines 9, 36`
    package var sentence: String {
        let times = count == 1 ? "once" : "\(count) times"
        var parts: [(input: String, lines: [Int])] = []
        for place in places {
            if let known = parts.firstIndex(where: { $0.input == place.input }) {
                parts[known].lines.append(place.line)
            } else {
                parts.append((place.input, [place.line]))
            }
        }
        let lines = parts.map { part in
            "\(part.input == "-" ? "stdin" : part.input) line\(part.lines.count == 1 ? "" : "s") \(part.lines.map(String.init).joined(separator: ", "))"
        }
        let more = placesLeftOut > 0 ? " and \(placesLeftOut) more lines" : ""
        let names = fingerprints.isEmpty ? "" : " [\(fingerprints.joined(separator: ", "))]"
        return "\(kind.rawValue)\(names): \(times), \(lines.joined(separator: "; "))\(more)"
    }
}

extension Report.GapEntry {
    package var sentence: String {
        "\(container.map { $0 == "-" ? "stdin: " : "\($0): " } ?? "")\(gap.sentence)"
    }
}

extension GapDetected {
    /// `nothing was written from 2018-07-02T09:15:01Z to 2018-07-02T09:25:01Z`
    var sentence: String {
        let what =
            switch kind {
            case .quiet: "nothing was written"
            case .backwards: "the clock goes backwards"
            case .missingStart: "the log does not show how the container started"
            }
        let earlier = from.map { " from \($0.seconds)" } ?? ""
        let later = to.map { " \(from == nil ? "before" : "to") \($0.seconds)" } ?? ""
        return what + earlier + later
    }
}

extension Report.LimitEntry {
    package var sentence: String {
        let rule = hit.rule.map { " (\($0))" } ?? ""
        let place = place.map { ", first at \($0.text)" } ?? ""
        let loss = hit.limit.losesSomething ? "; something may have been missed" : ""
        return "\(hit.limit.rawValue)\(rule): \(hit.count == 1 ? "once" : "\(hit.count) times")\(place)\(loss)"
    }
}

extension LinesUnrecognised {
    package var sentence: String {
        let share = share.map { ", \(Report.percent($0)) of the startup lines" } ?? ""
        return "\(Report.number(lines, "line")) that no rule knows\(share)."
    }
}

extension Report {
    /// What was read: the report's last line.
    package var ending: String {
        guard let finished else { return "The events end before the run did: this report is not complete." }
        let known =
            finished.startupLines == 0
            ? ""
            : ", \(finished.recognised) of \(finished.startupLines) startup lines recognised (\(Self.percent(Double(finished.recognised) / Double(finished.startupLines))))"
        let isIncomplete =
            finished.exitCode == 3 || finished.exitCode > 128 || limits.entries.contains { $0.hit.limit.losesSomething }
        return
            "Read: \(Self.number(finished.inputs, "input")), \(Self.number(finished.lines, "line")), \(Self.number(finished.bytes, "byte"))\(known).\(isIncomplete ? " INCOMPLETE: not everything could be read." : "")"
    }

    /// In whole per cents, but never all or nothing where it isn't.
    static func percent(_ share: Double) -> String {
        let percent = Int((share * 100).rounded())
        if percent == 100, share < 1 { return "over 99 %" }
        if percent == 0, share > 0 { return "under 1 %" }
        return "\(percent) %"
    }
}
