/// Events as logs of OpenTelemetry: a `LogsData` a line, in OTLP's JSON encoding.
///
/// https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding: names in lowerCamelCase, integers of 64 bits as
/// decimal strings, enums as numbers. The Collector's otlpjsonfile receiver reads a line as one message.
///
/// What `data` says is in attributes `octolog.<name>`, nested names joined by dots (`octolog.root_cause.code`), and not
/// in one nested attribute: most stores query attributes of simple values, and show nested ones as text. Lists of
/// objects have no such form and are nested: `octolog.evidence`, `octolog.members`.
package enum OTLPFormat {
    package static func write(_ event: Event, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.one("resourceLogs") { writer in
                writer.key("resource")
                writer.object { writer in
                    writer.key("attributes")
                    writer.array { writer in writeResource(of: event, to: &writer) }
                }
                writer.one("scopeLogs") { writer in
                    writer.key("scope")
                    writer.object { writer in
                        writer.member("name", "octolog")
                        writer.member("version", Octolog.version)
                    }
                    writer.one("logRecords") { writer in writeRecord(of: event, to: &writer) }
                }
            }
        }
        writer.newline()
    }

    /// OpenTelemetry's conventions for services and containers; the host is what the Collector knows.
    private static func writeResource(of event: Event, to writer: inout JSONWriter) {
        // The conventions' word where it is not known.
        attribute("service.name", event.serviceName ?? "unknown_service", &writer)
        attribute("service.version", event.serviceVersion, &writer)
        attribute("container.name", event.namedContainer, &writer)
    }

    /// The record, opentelemetry/proto/logs/v1/logs.proto.
    ///
    /// `timeUnixNano` is left out where the log does not say when, which is the proto's 0: unknown. So is
    /// `observedTimeUnixNano`: it would be the wall clock, and the same bytes would no longer give the same output.
    /// What receives the logs knows when it did.
    private static func writeRecord(of event: Event, to writer: inout JSONWriter) {
        if let time = event.time, time.nanoseconds > 0 { writer.member("timeUnixNano", String(time.nanoseconds)) }
        writer.key("severityNumber")
        writer.number(event.level.severityNumber)
        writer.member("severityText", event.level.name)
        writer.key("body")
        write(.text(EventSentence.text(of: event)), to: &writer)
        writer.key("attributes")
        writer.array { writer in
            attribute("cloudevents.event_id", event.id, &writer)
            attribute("cloudevents.event_source", event.source, &writer)
            attribute("cloudevents.event_spec_version", "1.0", &writer)
            attribute("cloudevents.event_type", event.type, &writer)
            attribute("cloudevents.event_subject", event.subject, &writer)
            attribute("octolog.sequence", .integer(event.sequence), &writer)
            attribute("octolog.correlation_id", event.correlation, &writer)
            writeDotted(FieldTree.fields(of: event.data), under: "octolog", to: &writer)
        }
        writer.member("eventName", event.type)
    }

    private static func writeDotted(_ fields: [Field], under prefix: String, to writer: inout JSONWriter) {
        for field in fields {
            let name = "\(prefix).\(field.snakeName)"
            switch field.value {
            case .object(let members): writeDotted(members, under: name, to: &writer)
            case .text, .integer, .number, .flag, .texts, .objects: attribute(name, field.value, &writer)
            }
        }
    }

    private static func attribute(_ name: String, _ text: String?, _ writer: inout JSONWriter) {
        if let text { attribute(name, .text(text), &writer) }
    }

    /// A `KeyValue`, opentelemetry/proto/common/v1/common.proto.
    private static func attribute(_ name: String, _ value: FieldValue, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("key", name)
            writer.key("value")
            write(value, to: &writer)
        }
    }

    /// An `AnyValue`.
    private static func write(_ value: FieldValue, to writer: inout JSONWriter) {
        writer.object { writer in
            switch value {
            case .text(let text): writer.member("stringValue", text)
            case .integer(let number): writer.member("intValue", String(number))
            case .number(let number):
                writer.key("doubleValue")
                writer.number(number)
            case .flag(let flag):
                writer.key("boolValue")
                writer.bool(flag)
            case .texts(let texts): writeArray(texts.map { .text($0) }, to: &writer)
            case .objects(let objects): writeArray(objects.map { .object($0) }, to: &writer)
            case .object(let fields):
                writer.key("kvlistValue")
                writer.object { writer in
                    writer.key("values")
                    writer.array { writer in
                        for field in fields { attribute(field.snakeName, field.value, &writer) }
                    }
                }
            }
        }
    }

    private static func writeArray(_ values: [FieldValue], to writer: inout JSONWriter) {
        writer.key("arrayValue")
        writer.object { writer in
            writer.key("values")
            writer.array { writer in for value in values { write(value, to: &writer) } }
        }
    }
}
