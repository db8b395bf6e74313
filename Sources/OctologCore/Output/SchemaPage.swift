/// The events' fields as Markdown, made from the same description as the schema.
package enum SchemaPage {
    /// What is in every event, then a section for each type.
    package static func text(_ types: [EventType] = EventType.allCases) -> String {
        ([envelope] + types.map(section)).joined(separator: "\n")
    }

    /// The fields that all types have.
    package static var envelope: String {
        var rows = FieldRows()
        Event.sample(of: .runStarted).visit(&rows)
        let own = Set(ownRows(of: .runStarted).map(\.path))
        return "## Every event\n\n" + table(rows.rows.filter { !own.contains($0.path) })
    }

    /// A type: what it says, and the fields of its `data` besides those of every event.
    package static func section(of type: EventType) -> String {
        "## \(type.shortName)\n\n`\(type.name)`: \(type.meaning)\n\n" + table(ownRows(of: type))
    }

    private static func ownRows(of type: EventType) -> [FieldRows.Row] {
        var rows = FieldRows(below: "data.")
        type.sample.visit(&rows)
        return rows.rows
    }

    private static func table(_ rows: [FieldRows.Row]) -> String {
        "| field | type | always | meaning |\n| --- | --- | --- | --- |\n"
            + rows.map { row in
                let values = row.allowed.count > 1 ? ": \(row.allowed.map { "`\($0)`" }.joined(separator: ", "))" : ""
                return "| `\(row.path)` | \(row.type) | \(row.isRequired ? "yes" : "") | \(row.meaning)\(values) |\n"
            }.joined()
    }
}

/// The fields of a `Fields` as rows, those of objects within it below their paths: `evidence[].line`.
struct FieldRows: FieldVisitor {
    struct Row {
        var path: String
        var type: String
        var isRequired: Bool
        var meaning: String
        var allowed: [String] = []
    }

    private(set) var rows: [Row] = []
    private var prefix: String

    init(below prefix: String = "") { self.prefix = prefix }

    private mutating func add(
        _ name: StaticString, _ type: String, _ meaning: StaticString, isRequired: Bool, allowed: [String] = []
    ) {
        rows.append(
            Row(
                path: "\(prefix)\(name)", type: type, isRequired: isRequired, meaning: "\(meaning)", allowed: allowed))
    }

    private mutating func addAll(of fields: some Fields, below name: String) {
        let outer = prefix
        prefix += "\(name)."
        fields.visit(&self)
        prefix = outer
    }

    mutating func required(
        _ name: StaticString, _ value: String, _ meaning: StaticString, allowed: @autoclosure () -> [String]
    ) { add(name, "string", meaning, isRequired: true, allowed: allowed()) }

    mutating func optional(
        _ name: StaticString, _ value: String?, _ meaning: StaticString, allowed: @autoclosure () -> [String]
    ) { add(name, "string", meaning, isRequired: false, allowed: allowed()) }

    mutating func required(_ name: StaticString, _ value: Int, _ meaning: StaticString) {
        add(name, "integer", meaning, isRequired: true)
    }

    mutating func optional(_ name: StaticString, _ value: Int?, _ meaning: StaticString) {
        add(name, "integer", meaning, isRequired: false)
    }

    mutating func optional(_ name: StaticString, _ value: Double?, _ meaning: StaticString) {
        add(name, "number", meaning, isRequired: false)
    }

    mutating func required(_ name: StaticString, _ value: Bool, _ meaning: StaticString) {
        add(name, "boolean", meaning, isRequired: true)
    }

    mutating func optional(_ name: StaticString, _ value: Bool?, _ meaning: StaticString) {
        add(name, "boolean", meaning, isRequired: false)
    }

    mutating func list(_ name: StaticString, _ values: [String], _ meaning: StaticString) {
        add(name, "strings", meaning, isRequired: false)
    }

    mutating func required<T: Fields>(_ name: StaticString, _ value: T, _ meaning: StaticString) {
        add(name, "object", meaning, isRequired: true)
        addAll(of: value, below: "\(name)")
    }

    mutating func optional<T: Fields>(_ name: StaticString, _ value: T?, _ meaning: StaticString) {
        add(name, "object", meaning, isRequired: false)
        addAll(of: T.sample, below: "\(name)")
    }

    mutating func list<T: Fields>(_ name: StaticString, _ values: [T], _ meaning: StaticString) {
        add(name, "objects", meaning, isRequired: false)
        addAll(of: T.sample, below: "\(name)[]")
    }
}
