/// Something that a log shows, as a CloudEvents 1.0 event.
package struct Event: Sendable {
    /// What this event is about, and what it says.
    package var payload: Payload
    /// `urn:octolog:container:<name>`, or `urn:octolog:input:<name>` where the log names no container.
    package var source: String
    /// When it happened, where the log says so.
    package var time: Timestamp?
    /// Whose clock that is.
    package var timeSource: TimeSource?
    /// What of the source this is about, such as `startup/1/phase/database`.
    package var subject: String?
    /// How much it matters.
    package var level: Level
    /// The event's number within its source, from 1.
    package var sequence = 0
    /// The startup that this belongs to; equal for all its events.
    package var correlation: String?
    /// Who and what printed it.
    package var origin: Origin
    /// The lines that prove it.
    package var evidence: [Evidence]
    /// When the startup began whose outcome this is: that may have no time of its own.
    var startedAt: Timestamp?
    /// The id of an event that was read, of which less is kept than the id was derived from.
    var givenID: String?

    /// Whether it is about a run, not about what was read.
    package var isOfRun: Bool { source == Self.sourceOfRuns }

    /// The source of the events that a run tells of itself.
    static let sourceOfRuns = "urn:octolog:run"

    /// Keeps the id, which somebody has computed: it takes a while.
    package mutating func keep(id: String) { givenID = id }

    /// `octolog.<noun>.<verb>.v1`
    package var type: String { payload.type.name }

    /// Equal for equal bytes at an equal position and of the same time, however they were read.
    package var id: String {
        if let givenID { return givenID }
        var digest = Digest(domain: "event")
        digest.add(source)
        digest.add(type)
        digest.add(subject ?? "")
        // A container that is made anew under its name may print the same at the same place.
        digest.add(Int((time ?? startedAt)?.nanoseconds ?? 0))
        for line in evidence {
            digest.add(line.input)
            digest.add(line.location.offset)
            digest.add(line.text)
        }
        if evidence.isEmpty { digest.add(sequence) }
        return digest.hexadecimal(bytes: 16)
    }
}

/// The clocks that tell an event's time.
package enum TimeSource: String, Sendable, CaseIterable {
    /// The one who wrote the line.
    case message
    /// What transported the line.
    case frame
}

/// The container that an event comes from.
package struct Origin: Sendable, Equatable {
    /// Its name or id, or the input's name.
    package var container: String?
    package var product: Product?
    /// The image's era, or the range that the log leaves.
    package var era: String?
    /// The startup within the container, from 1.
    package var startup: Int?
}

/// A line of an input, to be shown and to be checked.
package struct Evidence: Sendable, Equatable {
    /// The input's name as it was given.
    package var input: String
    package var location: Location
    /// Which of the program's streams the line was written to, where the framing tells.
    package var stream: OutputStream?
    /// How the input was compressed; then the location is in what was decompressed.
    package var compression: String?
    /// What the line says, secrets masked; long lines are cut.
    package var text: String
}

extension Evidence: Fields {
    /// What is shown of a line, in bytes; the rest is in the log, where `location` says.
    static let limit = 8 << 10

    func visit(_ visitor: inout some FieldVisitor) {
        visitor.required("input", input, "The input as it was given: a path, or - for stdin")
        visitor.required("line", location.line, "The line's number, from 1")
        visitor.required(
            "offset", location.offset,
            "Its first byte in the input, from 0; of a line over 1 MiB, that of the part around the find")
        visitor.required(
            "length", location.length,
            "Its length in bytes, framing included, without the line end; of a line in parts, to the end of the last")
        visitor.optional(
            "stream", stream?.rawValue, "The program's stream, where the framing tells",
            allowed: OutputStream.allCases.map(\.rawValue))
        visitor.optional(
            "time", location.time?.rfc3339, "When what transported the line had it, where the framing tells (RFC 3339)")
        visitor.optional(
            "compression", compression, "How the input is compressed: line and offset count in the decompressed bytes")
        visitor.required("text", text, "What the container wrote, secrets masked; cut after 8 KiB")
    }

    static let sample = Evidence(
        input: "", location: Location(line: 1, offset: 0, length: 0, time: Timestamp(nanoseconds: 0)), stream: .stdout,
        compression: "gzip", text: "")
}

extension Event: Fields {
    func visit(_ visitor: inout some FieldVisitor) {
        visitor.required("specversion", "1.0", "The version of CloudEvents", allowed: ["1.0"])
        visitor.required("id", id, "Equal for equal evidence: deduplicate by source and id")
        visitor.required("source", source, "The container, or the input where the log names no container")
        visitor.required("type", type, "What happened", allowed: [type])
        visitor.optional("time", time?.rfc3339, "When it happened, if the log says so (RFC 3339)")
        visitor.optional("subject", subject, "What of the source this is about")
        visitor.required("datacontenttype", "application/json", "The form of data", allowed: ["application/json"])
        visitor.required(
            "dataschema", payload.type.dataSchema, "The schema of data", allowed: [payload.type.dataSchema])
        visitor.required("severitytext", level.name, "How much it matters", allowed: Level.allCases.map(\.name))
        visitor.required("severitynumber", level.severityNumber, "The same on OpenTelemetry's scale, 1 to 24")
        visitor.required("sequence", padded(sequence), "The event's number within its source, to sort by")
        visitor.optional("correlationid", correlation, "Equal for all events of one startup")
        visitor.required("data", data, "What the event says")
    }

    var data: EventData { EventData(origin: origin, timeSource: timeSource, payload: payload, evidence: evidence) }

    private func padded(_ number: Int) -> String {
        guard number < 10_000_000_000 else { return String(number) }
        return String(unsafeUninitializedCapacity: 10) { buffer in
            var rest = number
            for i in (0..<10).reversed() {
                buffer[i] = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            }
            return 10
        }
    }

    static var sample: Event { sample(of: .runStarted) }

    /// An event of the given type, every optional field filled in.
    static func sample(of type: EventType) -> Event {
        Event(
            payload: type.sample, source: "urn:octolog:input:-", time: Timestamp(nanoseconds: 0), timeSource: .message,
            subject: "startup/1", level: .info, sequence: 1, correlation: "",
            origin: Origin(container: "", product: .server, era: "", startup: 1),
            evidence: [.sample])
    }
}

/// The `data` of an event.
struct EventData: Fields {
    var origin: Origin
    var timeSource: TimeSource?
    var payload: Payload
    var evidence: [Evidence]

    func visit(_ visitor: inout some FieldVisitor) {
        visitor.optional("container", origin.container, "The container's name or id, or the input's name")
        visitor.optional(
            "product", origin.product?.rawValue, "The program in the container",
            allowed: Product.allCases.map(\.rawValue))
        visitor.optional("era", origin.era, "The image's era, or the range that the log leaves open")
        visitor.optional("startup", origin.startup, "The startup within the container, from 1")
        visitor.optional(
            "timeSource", timeSource?.rawValue, "Whose clock the event's time is by: the writer's, or the framing's",
            allowed: TimeSource.allCases.map(\.rawValue))
        payload.visit(&visitor)
        visitor.list("evidence", evidence, "The lines that prove it")
    }

    static var sample: EventData {
        EventData(origin: Origin(), timeSource: .message, payload: EventType.runStarted.sample, evidence: [])
    }
}
