/// `run.started`: octolog begins to read.
package struct RunStarted: Sendable, Fields {
    package var version: String
    package var rules: Int
    /// The rules in force. Their digest takes longer than to read a short log: who does not show it has no use for it.
    private let ruleSet: RuleSet
    package var digest: String { ruleSet.digest }
    package var inputs: [String]
    /// Whether earlier runs have read some of it: what they told is read again, and not told again.
    package var isResumed: Bool

    init(_ set: RuleSet, inputs: [String], isResumed: Bool) {
        version = Octolog.version
        rules = set.listed.count
        ruleSet = set
        self.inputs = inputs
        self.isResumed = isResumed
    }

    func visit(_ visitor: inout some FieldVisitor) {
        visitor.required("version", version, "octolog's version")
        visitor.required("rules", rules, "How many rules are in force")
        visitor.required("rulesDigest", digest, "Equal for equal rules")
        visitor.list("inputs", inputs, "The inputs in the order in which they are read")
        visitor.optional(
            "resumed", isResumed ? true : nil,
            "True where earlier runs have read some of it (--state): what they told is not told again")
    }

    static let sample = RunStarted(.builtIn, inputs: [""], isResumed: true)
}

extension Event {
    /// An event of a run, not of a container.
    ///
    /// - Parameters:
    ///   - subject: what makes it another one in another run.
    ///   - container: the name that was given to what is read.
    static func run(
        _ payload: Payload, about subject: String, container: String? = nil, level: Level = .info
    ) -> Event {
        var digest = Digest(domain: "run")
        digest.add(subject)
        if let container { digest.add(container) }
        return Event(
            payload: payload, source: sourceOfRuns, subject: "run/\(digest.hexadecimal(bytes: 4))", level: level,
            origin: Origin(container: container), evidence: [])
    }
}

/// `run.finished`: octolog has read everything; without it a stream of events was cut.
package struct RunFinished: Sendable, Fields {
    package var version: String
    package var inputs: Int
    package var bytes: Int
    package var lines: Int
    /// Lines of startups, of which `recognised` were known to a rule.
    package var startupLines: Int
    package var recognised: Int
    package var events: [Count]
    package var suppressed: Int?
    package var limits: [Count]
    package var commands: [CommandEnd]
    package var chain: ChainSummary?
    /// Whether a signal ended it, and another run goes on.
    package var isBrokenOff: Bool
    package var exitCode: Int

    init(_ totals: Totals, exitCode: Int) {
        version = Octolog.version
        inputs = totals.inputs
        bytes = totals.bytes
        lines = totals.lines
        startupLines = totals.startupLines
        recognised = totals.recognisedLines
        events = EventType.allCases.compactMap { type in
            totals.events[type].map { Count(name: type.name, count: $0) }
        }
        suppressed = totals.suppressed == 0 ? nil : totals.suppressed
        limits = LimitHit.Limit.allCases.compactMap { limit in
            totals.limits[limit].map { Count(name: limit.rawValue, count: $0) }
        }
        commands = totals.commands
        chain = totals.chain
        isBrokenOff = totals.isBrokenOff
        self.exitCode = exitCode
    }

    func visit(_ visitor: inout some FieldVisitor) {
        visitor.required("version", version, "octolog's version")
        visitor.required("inputs", inputs, "How many inputs were read")
        visitor.required("bytes", bytes, "How many bytes they had")
        visitor.required("lines", lines, "How many lines they had")
        visitor.required("startupLines", startupLines, "How many of the lines belong to startups")
        visitor.required("recognisedLines", recognised, "How many of the startup lines are known to a rule")
        visitor.optional(
            "recognisedShare", startupLines == 0 ? nil : Double(recognised) / Double(startupLines),
            "recognisedLines / startupLines, from 0 to 1")
        visitor.list("events", events, "How many events of each type came before this one")
        visitor.optional("suppressedEvents", suppressed, "How many events --throttle held back")
        visitor.list("limits", limits, "How often each limit was hit")
        visitor.list("commands", commands, "The commands whose output capture read")
        visitor.optional("chain", chain, "The hash chain over the lines, secrets masked, with --chain")
        visitor.optional(
            "brokenOff", isBrokenOff ? true : nil,
            "True where a signal ended it and another run goes on (--state): nothing was concluded from where the logs end"
        )
        visitor.required("exitCode", exitCode, "The exit code of the command")
    }

    static var sample: RunFinished {
        var totals = Totals()
        totals.startupLines = 1
        totals.events[.runStarted] = 1
        totals.suppressed = 1
        totals.limits[.cut] = 1
        totals.commands = [.sample]
        totals.chain = .sample
        totals.isBrokenOff = true
        return RunFinished(totals, exitCode: 0)
    }
}

/// How a command ended whose output was read.
package struct CommandEnd: Sendable, Fields {
    /// The input that its output is.
    package var input: String
    package var exitCode: Int?
    /// The number of the signal that ended it.
    package var signal: Int?

    package init(input: String, exitCode: Int? = nil, signal: Int? = nil) {
        self.input = input
        self.exitCode = exitCode
        self.signal = signal
    }

    func visit(_ visitor: inout some FieldVisitor) {
        visitor.required("input", input, "The input that its output is, as run.started names it")
        visitor.optional("exitCode", exitCode, "Its exit code, if it ended by itself")
        visitor.optional("signal", signal, "The number of the signal that ended it")
    }

    static let sample = CommandEnd(input: "", exitCode: 0, signal: 0)
}

/// A name and how often it occurred.
package struct Count: Sendable, Fields {
    package var name: String
    package var count: Int

    func visit(_ visitor: inout some FieldVisitor) {
        visitor.required("name", name, "What is counted")
        visitor.required("count", count, "How often it occurred")
    }

    static let sample = Count(name: "", count: 0)
}

/// `source.detected`: what the log's lines tell of who wrote them.
package struct SourceDetected: Sendable, Fields {
    package var framing = Framing.plain
    package var inner: [Framing] = []
    package var encoding = Encoding.utf8
    package var compression: String?
    package var version: String?
    package var eras: [String]
    package var confidence: Confidence

    func visit(_ visitor: inout some FieldVisitor) {
        visitor.required(
            "framing", framing.rawValue, "How the lines are wrapped, the outermost frame",
            allowed: Framing.allCases.map(\.rawValue))
        visitor.list("innerFramings", inner.map(\.rawValue), "The frames within it, outermost first")
        visitor.required(
            "encoding", encoding.rawValue, "How text is encoded", allowed: Encoding.allCases.map(\.rawValue))
        visitor.optional("compression", compression, "How the input is compressed")
        visitor.optional("version", version, "The program's version, as it tells it")
        visitor.list("eras", eras, "The eras that the log leaves open")
        visitor.required(
            "confidence", confidence.rawValue, "How sure that is", allowed: Confidence.allCases.map(\.rawValue))
    }

    static let sample = SourceDetected(
        inner: [.plain], compression: "gzip", version: "", eras: [""], confidence: .certain)
}

/// `gap.detected`: the log lacks something.
package struct GapDetected: Sendable, Fields {
    package enum Kind: String, Sendable, CaseIterable {
        case quiet, backwards
        case missingStart = "missing-start"
    }
    package var kind: Kind
    package var from: Timestamp?
    package var to: Timestamp?

    func visit(_ visitor: inout some FieldVisitor) {
        visitor.required("kind", kind.rawValue, "What is missing", allowed: Kind.allCases.map(\.rawValue))
        visitor.optional("from", from?.rfc3339, "The last time before the gap")
        visitor.optional("to", to?.rfc3339, "The first time after the gap")
    }

    static let sample = GapDetected(kind: .quiet, from: Timestamp(nanoseconds: 0), to: Timestamp(nanoseconds: 0))
}

/// `limit.hit`: a bound was reached; nothing is lost without such an event.
package struct LimitHit: Sendable, Fields {
    package enum Limit: String, Sendable, CaseIterable {
        /// A line longer than `--max-line` was cut where it is shown.
        case line = "max-line"
        /// A pattern was given up on a line.
        case match = "pattern"
        /// A record of more continuation lines than are joined.
        case record
        /// A line that the shipper had left out.
        case leftOut = "line-left-out"
        /// An answer of Loki's longer than a line may be: its lines were not told apart.
        case answer = "loki-answer"
        /// An input ends in the middle of what its framing or encoding promises.
        case cut = "input-cut"
        /// Containers that were silent longest were forgotten, for want of room.
        case containers
        /// Compressed data that grew beyond any log was not read to its end.
        case ratio = "compression-ratio"
        /// The oldest of the lines that a user's rule still waited with was let go, for want of room.
        case pending = "pending-lines"

        /// Whether something may have been missed where it was hit.
        package var losesSomething: Bool {
            switch self {
            case .line, .record: false
            case .match, .leftOut, .answer, .cut, .containers, .ratio, .pending: true
            }
        }
    }
    package var limit: Limit
    package var rule: String?
    package var count: Int

    func visit(_ visitor: inout some FieldVisitor) {
        visitor.required("limit", limit.rawValue, "Which bound", allowed: Limit.allCases.map(\.rawValue))
        visitor.optional("rule", rule, "The rule whose pattern was given up")
        visitor.required("count", count, "How often so far")
    }

    static let sample = LimitHit(limit: .line, rule: "", count: 1)
}

/// `finding.raised`: something worth knowing that is no event of its own.
package struct Finding: Sendable, Fields {
    package var code: String
    package var title: String
    package var remedy: String

    func visit(_ visitor: inout some FieldVisitor) {
        visitor.required("code", code, "What it is; see octolog explain")
        visitor.required("title", title, "The same as a sentence")
        visitor.required("remedy", remedy, "What to do")
    }

    static let sample = Finding(code: "", title: "", remedy: "")
}

/// `lines.unrecognised`: what lines of startups say that no rule knows.
package struct LinesUnrecognised: Sendable, Fields {
    /// The commonest shapes, the most frequent first.
    package var templates: [LineTemplate]
    /// How many lines there are, those of the templates included.
    package var lines: Int
    /// Of the startup lines, from 0 to 1.
    package var share: Double?

    func visit(_ visitor: inout some FieldVisitor) {
        visitor.list("templates", templates, "The shapes of these lines, the commonest first")
        visitor.required("lines", lines, "How many lines no rule knows")
        visitor.optional("share", share, "lines / startupLines, from 0 to 1")
    }

    static let sample = LinesUnrecognised(templates: [.sample], lines: 0, share: 0)
}

/// What lines have in common, and how many there are.
package struct LineTemplate: Sendable, Fields {
    package var template: String
    package var count: Int

    func visit(_ visitor: inout some FieldVisitor) {
        visitor.required("template", template, "What the lines have in common, secrets masked")
        visitor.required("count", count, "How many lines are so")
    }

    static let sample = LineTemplate(template: "", count: 1)
}

/// `events.suppressed`: events of a container that said the same as others were not told.
package struct EventsSuppressed: Sendable, Fields {
    package var type: EventType
    package var code: String
    package var count: Int
    package var from: Timestamp?
    package var to: Timestamp?

    func visit(_ visitor: inout some FieldVisitor) {
        visitor.required("suppressedType", type.name, "The type of the events that were held back")
        visitor.required(
            "code", code, "What they said: the code of a finding or a cause, a secret's rule")
        visitor.required("count", count, "How many they were")
        visitor.optional("from", from?.rfc3339, "When the first of them was")
        visitor.optional("to", to?.rfc3339, "When the last of them was")
    }

    static let sample = EventsSuppressed(
        type: .findingRaised, code: "", count: 1, from: Timestamp(nanoseconds: 0), to: Timestamp(nanoseconds: 0))
}
