/// The events' JSON Schema, 2020-12, made from the same description that writes them.
///
/// Within v1 fields are added, so the schema of today accepts what a later version writes; the strict one refuses
/// fields that this version does not know.
package enum Schema {
    /// The schema of one type of event.
    package static func json(of type: EventType, isStrict: Bool = false) -> String {
        var writer = JSONWriter()
        writer.object { writer in
            writer.key("$schema")
            writer.string("https://json-schema.org/draft/2020-12/schema")
            writer.key("$id")
            writer.string("\(type.schemaID)")
            writer.key("title")
            writer.string(type.name)
            writer.key("description")
            writer.string(type.meaning)
            describe(Event.sample(of: type), isStrict, into: &writer)
        }
        return text(of: writer)
    }

    /// The schema of every event: one of the types.
    package static func json(isStrict: Bool = false) -> String {
        var writer = JSONWriter()
        writer.object { writer in
            writer.key("$schema")
            writer.string("https://json-schema.org/draft/2020-12/schema")
            writer.key("$id")
            writer.string("urn:octolog:schema:events.v1")
            writer.key("title")
            writer.string("octolog events")
            writer.key("oneOf")
            writer.array { writer in
                for type in EventType.allCases {
                    writer.object { writer in
                        writer.key("title")
                        writer.string(type.name)
                        writer.key("description")
                        writer.string(type.meaning)
                        describe(Event.sample(of: type), isStrict, into: &writer)
                    }
                }
            }
        }
        return text(of: writer)
    }

    private static func text(of writer: JSONWriter) -> String { String(decoding: writer.bytes, as: UTF8.self) }

    /// Writes the keywords of an object's schema.
    fileprivate static func describe(_ fields: some Fields, _ isStrict: Bool, into writer: inout JSONWriter) {
        writer.key("type")
        writer.string("object")
        writer.key("properties")
        var visitor = SchemaVisitor(isStrict: isStrict)
        writer.object { writer in
            visitor.writer = writer
            fields.visit(&visitor)
            writer = visitor.writer
        }
        if !visitor.mandatory.isEmpty {
            writer.key("required")
            writer.array { writer in for name in visitor.mandatory { writer.string(name) } }
        }
        guard isStrict else { return }
        writer.key("additionalProperties")
        writer.bool(false)
    }
}

private struct SchemaVisitor: FieldVisitor {
    let isStrict: Bool
    var writer = JSONWriter()
    var mandatory: [String] = []

    private mutating func property(
        _ name: StaticString, _ meaning: StaticString, isRequired: Bool, _ body: (inout JSONWriter) -> Void
    ) {
        if isRequired { mandatory.append("\(name)") }
        writer.key(name)
        writer.object { writer in
            writer.key("description")
            writer.string("\(meaning)")
            body(&writer)
        }
    }

    private mutating func text(_ name: StaticString, _ meaning: StaticString, _ allowed: [String], isRequired: Bool) {
        property(name, meaning, isRequired: isRequired) { writer in
            writer.key("type")
            writer.string("string")
            guard !allowed.isEmpty else { return }
            writer.key("enum")
            writer.array { writer in for value in allowed { writer.string(value) } }
        }
    }

    private mutating func simple(_ name: StaticString, _ meaning: StaticString, _ type: String, isRequired: Bool) {
        property(name, meaning, isRequired: isRequired) { writer in
            writer.key("type")
            writer.string(type)
        }
    }

    mutating func required(
        _ name: StaticString, _ value: String, _ meaning: StaticString, allowed: @autoclosure () -> [String]
    ) {
        text(name, meaning, allowed(), isRequired: true)
    }

    mutating func optional(
        _ name: StaticString, _ value: String?, _ meaning: StaticString, allowed: @autoclosure () -> [String]
    ) {
        text(name, meaning, allowed(), isRequired: false)
    }

    mutating func required(_ name: StaticString, _ value: Int, _ meaning: StaticString) {
        simple(name, meaning, "integer", isRequired: true)
    }

    mutating func optional(_ name: StaticString, _ value: Int?, _ meaning: StaticString) {
        simple(name, meaning, "integer", isRequired: false)
    }

    mutating func optional(_ name: StaticString, _ value: Double?, _ meaning: StaticString) {
        simple(name, meaning, "number", isRequired: false)
    }

    mutating func required(_ name: StaticString, _ value: Bool, _ meaning: StaticString) {
        simple(name, meaning, "boolean", isRequired: true)
    }

    mutating func optional(_ name: StaticString, _ value: Bool?, _ meaning: StaticString) {
        simple(name, meaning, "boolean", isRequired: false)
    }

    mutating func list(_ name: StaticString, _ values: [String], _ meaning: StaticString) {
        property(name, meaning, isRequired: false) { writer in
            writer.key("type")
            writer.string("array")
            writer.key("items")
            writer.object { writer in
                writer.key("type")
                writer.string("string")
            }
        }
    }

    mutating func required<T: Fields>(_ name: StaticString, _ value: T, _ meaning: StaticString) {
        let isStrict = isStrict
        property(name, meaning, isRequired: true) { writer in Schema.describe(value, isStrict, into: &writer) }
    }

    mutating func optional<T: Fields>(_ name: StaticString, _ value: T?, _ meaning: StaticString) {
        let isStrict = isStrict
        property(name, meaning, isRequired: false) { writer in Schema.describe(T.sample, isStrict, into: &writer) }
    }

    mutating func list<T: Fields>(_ name: StaticString, _ values: [T], _ meaning: StaticString) {
        let isStrict = isStrict
        property(name, meaning, isRequired: false) { writer in
            writer.key("type")
            writer.string("array")
            writer.key("items")
            writer.object { writer in Schema.describe(T.sample, isStrict, into: &writer) }
        }
    }
}
