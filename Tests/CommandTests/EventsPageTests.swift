import Foundation
import OctologCore
import Testing

/// docs/events.md: the fields of each event, and an example that is a golden. UPDATE_GOLDENS=1 writes it anew.
@Suite struct EventsPageTests {
    private static let page = Tool.package.appending(path: "docs/events.md")

    @Test("docs/events.md tells of every event, with an example that is a golden") func page() throws {
        let text = try Self.made()
        if ProcessInfo.processInfo.environment["UPDATE_GOLDENS"] != nil {
            try FileManager.default.createDirectory(
                at: Self.page.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: Self.page)
        }
        #expect(try String(contentsOf: Self.page, encoding: .utf8) == text, "UPDATE_GOLDENS=1 makes it anew")
    }

    private static func made() throws -> String {
        let examples = try (Golden.all + [Golden(name: "reloads/bad-rules")]).flatMap { golden in
            try golden.lines().map { Example(line: String($0), golden: golden.name) }
        }
        var text = """
            # octolog's events

            Made from `octolog schema --markdown` and from goldens; a test keeps it so. Each line of octolog's output is \
            a CloudEvents 1.0 event in structured mode. Within v1 fields are only added: a reader passes over those that \
            it does not know. Deduplicate by `source` and `id`. `octolog schema` prints the JSON Schema.

            | type | says |
            | --- | --- |

            """
        for type in EventType.allCases {
            text += "| [\(type.shortName)](#\(type.shortName.filter { $0 != "." })) | \(type.meaning) |\n"
        }
        text += "\n" + SchemaPage.envelope
        for type in EventType.allCases {
            let example = try #require(
                Example.fullest(of: examples.filter { $0.line.contains("\"type\":\"\(type.name)\"") }),
                "no golden has \(type.name)")
            text += """

                \(SchemaPage.section(of: type))
                From Fixtures/\(example.golden):

                ```json
                \(try example.spread())
                ```

                """
        }
        return text
    }
}

/// A line of a golden.
private struct Example {
    var line: String
    var golden: String

    /// The one that shows the most kinds of fields, without being long.
    static func fullest(of examples: [Example]) -> Example? {
        let shown = examples.filter { $0.line.utf8.count < 4000 }
        return shown.max { $0.fields < $1.fields } ?? examples.min { $0.line.utf8.count < $1.line.utf8.count }
    }

    private var fields: Int { Set(line.matches(of: #/"[A-Za-z]+":/#).map { String($0.output) }).count }

    /// The same event over several lines; jq keeps the order of the fields.
    func spread() throws -> String {
        let result = try Tool.shell("jq .", input: Data(line.utf8))
        #expect(result.code == 0)
        return result.out.trimmingCharacters(in: .newlines)
    }
}
