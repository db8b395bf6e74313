import Foundation
import Testing

@testable import OctologCore

/// The events' fields, as they were promised: Fixtures/schema-v1.tsv has a line for each that was ever released.
///
/// UPDATE_GOLDENS=1 adds the new ones. It takes none away: programs live on them.
@Suite struct SchemaTests {
    private struct Field: Hashable {
        var type: String
        var path: String
        var kind: String
        /// A field that was always there may not become one that may lack.
        var isRequired: Bool

        var line: String { [type, path, kind, isRequired ? "always" : "sometimes"].joined(separator: "\t") }
    }

    private static let file = Case.root.appending(path: "../schema-v1.tsv")

    private static var current: [Field] {
        EventType.allCases.flatMap { type in
            var rows = FieldRows()
            Event.sample(of: type).visit(&rows)
            return rows.rows.map {
                Field(type: type.name, path: $0.path, kind: $0.type, isRequired: $0.isRequired)
            }
        }
    }

    private static func kept() throws -> [Field] {
        try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map { line in
            let parts = line.split(separator: "\t").map(String.init)
            try #require(parts.count == 4, "\(line)")
            return Field(type: parts[0], path: parts[1], kind: parts[2], isRequired: parts[3] == "always")
        }
    }

    @Test("within v1 fields are only added") func additive() throws {
        let current = Self.current
        #expect(Set(current.map { "\($0.type) \($0.path)" }).count == current.count, "a field has one name")
        let kept = (try? Self.kept()) ?? []
        let gone = kept.filter { !current.contains($0) }
        #expect(gone.isEmpty, "no longer what was promised: \(gone.map(\.line))")
        let new = current.filter { !Set(kept).contains($0) }
        if ProcessInfo.processInfo.environment["UPDATE_GOLDENS"] != nil {
            try Data((kept + new).map { $0.line + "\n" }.joined().utf8).write(to: Self.file)
        } else {
            #expect(new.isEmpty, "UPDATE_GOLDENS=1 keeps them: \(new.map(\.line))")
        }
        #expect(try Self.kept().count > 400)
    }

    @Test("a schema takes fields that a later version adds, a strict one does not") func strictness() {
        for type in EventType.allCases {
            #expect(!Schema.json(of: type).contains("additionalProperties"))
            #expect(Schema.json(of: type, isStrict: true).contains(#""additionalProperties":false"#))
        }
        #expect(!Schema.json().contains("additionalProperties"))
    }
}
