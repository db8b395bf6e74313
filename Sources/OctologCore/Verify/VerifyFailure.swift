/// Something of a stream of events that does not hold against the log.
package struct VerifyFailure: Sendable {
    package enum Kind: String, Sendable {
        /// A line of evidence is not as it was.
        case line
        /// The event says something else than the log shows.
        case event
        /// The log shows no such event.
        case invented
        /// The log shows an event that is not there.
        case missing
        /// A line is not what the chain was made of.
        case chain
    }

    package var kind: Kind
    /// Where the event stands; nil where it lacks.
    package var event: EventPlace?
    package var type: String?
    package var id: String?
    /// The line that it is about.
    package var input: String?
    package var line: Int?
    /// What of the event differs, as paths.
    package var fields: [String] = []
    /// What is wrong, as the end of a sentence.
    package var problem: String
    /// The line as it is now, secrets masked.
    package var shown: String?

    init(_ kind: Kind, _ record: EventRecord, at evidence: EvidenceRecord? = nil, problem: String) {
        self.kind = kind
        event = record.place
        type = record.type
        id = record.id
        let evidence = evidence ?? record.evidence.first
        input = evidence?.input
        line = evidence?.line
        self.problem = problem
    }

    /// Something that concerns no single line.
    package static func chain(_ problem: String) -> VerifyFailure {
        VerifyFailure(chainOf: nil, line: nil, problem: problem)
    }

    init(chainOf input: String?, line: Int?, problem: String) {
        kind = .chain
        self.input = input
        self.line = line
        self.problem = problem
    }

    /// `server.log:17: octolog.startup.failed.v1 (line 12 of events.ndjson): its line reads otherwise now: ...`
    package var text: String {
        var text = ""
        if let input, let line {
            text = "\(input == "-" ? "stdin" : input):\(line): "
        } else if let input {
            text = "\(input): "
        }
        if let type {
            text += type
            if let event { text += " (line \(event.line) of \(event.file == "-" ? "stdin" : event.file))" }
            text += ": "
        }
        text += problem
        // Of a line that is another all of the event may be.
        if kind == .event, !fields.isEmpty { text += ": \(fields.joined(separator: ", "))" }
        if let shown { text += ": \(shown)" }
        return text
    }

    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("problem", kind.rawValue)
            writer.member("type", type)
            writer.member("id", id)
            if let event {
                writer.member("events", event.file)
                writer.key("eventLine")
                writer.number(event.line)
            }
            writer.member("input", input)
            if let line {
                writer.key("line")
                writer.number(line)
            }
            if !fields.isEmpty {
                writer.key("fields")
                writer.array { writer in for field in fields { writer.string(field) } }
            }
            writer.member("meaning", problem)
            writer.member("shown", shown)
        }
        writer.newline()
    }
}

extension RunCheck.Counts {
    package mutating func add(_ other: Self) {
        events += other.events
        evidence += other.evidence
        unchecked += other.unchecked
        foreign += other.foreign
        failures += other.failures
        repeated += other.repeated
    }

    /// The last line of what programs read.
    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.key("checked")
            writer.object { writer in
                for (name, count) in [
                    ("events", events), ("evidence", evidence), ("failures", failures), ("unchecked", unchecked),
                    ("foreign", foreign), ("repeated", repeated),
                ] {
                    writer.key(name)
                    writer.number(count)
                }
            }
        }
        writer.newline()
    }
}

/// The line of a log as it may be shown where an event has another text for it.
enum ShownLine {
    /// Nil where something that was masked may stand there unmasked: a change may hide what a secret was known by.
    static func text(_ now: String, insteadOf then: String) -> String? {
        masks(of: now) == masks(of: then) ? now : nil
    }

    /// The kinds of the secrets that are masked, in order.
    private static func masks(of text: String) -> [String] {
        var kinds: [String] = []
        for part in text.split(separator: "[", omittingEmptySubsequences: false).dropFirst() {
            let word = part.prefix { $0 != "]" && $0 != " " }
            if SecretKind.allCases.contains(where: { $0.rawValue == word }) { kinds.append(String(word)) }
        }
        return kinds
    }
}
