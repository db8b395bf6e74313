/// Events in Serilog's compact log event format, as Seq ingests it: https://clef-json.org.
///
/// Beside the properties that the format reifies, an event's attributes and its `data` stand under the names that they
/// have in the events: `data.rootCause.code` is the same in Seq and in jq. No name of ours begins with `@`, which
/// would have to be doubled; a test holds the schema to that.
package enum CLEFFormat {
    package static func write(_ event: Event, to writer: inout JSONWriter) {
        writer.object { writer in
            // Seq requires @t. Where the log does not say when, it is left out all the same, for it would be the wall
            // clock and look like the log's word: whoever sends the events adds it, and knows that (seqcli ingest does).
            writer.member("@t", event.time?.rfc3339)
            // @m, not @mt: what logs say may hold braces, and must not be taken for a template's.
            writer.member("@m", EventSentence.text(of: event))
            writer.member("@l", seqLevel(of: event.level))
            writer.member("@i", eventType(of: event.payload.type))
            writer.member("@x", exception(of: event))
            writer.member("id", event.id)
            writer.member("source", event.source)
            writer.member("type", event.type)
            writer.member("subject", event.subject)
            writer.member("severitytext", event.level.name)
            writer.key("sequence")
            writer.number(event.sequence)
            writer.member("correlationid", event.correlation)
            writer.key("data")
            writer.write(event.data)
        }
        writer.newline()
    }

    /// Serilog's names, which Seq colours and filters by.
    static func seqLevel(of level: Level) -> String {
        switch level {
        case .info, .low: "Information"
        case .medium: "Warning"
        case .high: "Error"
        case .critical: "Fatal"
        }
    }

    /// What Seq calls the event's type: 32 bits in hexadecimal, equal for equal types.
    static func eventType(of type: EventType) -> String {
        var digest = Digest(domain: "clef")
        digest.add(type.name)
        return digest.hexadecimal(bytes: 4)
    }

    /// Why a startup failed, and the lines that prove it, in the place of an exception and its trace.
    private static func exception(of event: Event) -> String? {
        guard let cause = event.payload.rootCause else { return nil }
        let lines = event.evidence.map { "\n   at \($0.input):\($0.location.line): \($0.text)" }
        return "\(cause.code): \(EventSentence.text(of: cause))\n  \(cause.remedy)\(lines.joined())"
    }
}
