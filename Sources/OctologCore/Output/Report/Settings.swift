/// What a `Fields` says, by the names of its fields: to be listed and compared, and bounded.
package struct Settings: Sendable, Equatable {
    package enum Value: Sendable, Equatable {
        case text(String)
        case number(Int)
        case flag(Bool)
        case list([String])

        /// As it is shown to people.
        package var text: String {
            switch self {
            case .text(let text): text
            case .number(let number): "\(number)"
            case .flag(let isOn): isOn ? "yes" : "no"
            case .list(let texts): texts.joined(separator: ", ")
            }
        }
    }

    package struct Entry: Sendable {
        fileprivate var key: StaticString
        package var value: Value

        /// The field's name in JSON.
        package var name: String { key.description }

        /// The name as words: `databaseServer` is `database server`.
        package var words: String { name.words }
    }

    package private(set) var entries: [Entry] = []

    init(_ fields: some Fields) { fields.visit(&self) }
    private init() {}

    /// The text of a field; nil where the log does not tell it.
    package subscript(_ name: String) -> String? { entries.first { $0.name == name }?.value.text }

    package static func == (a: Settings, b: Settings) -> Bool {
        a.entries.elementsEqual(b.entries) { $0.name == $1.name && $0.value == $1.value }
    }

    private mutating func add(_ key: StaticString, _ value: Value?) {
        if let value { entries.append(Entry(key: key, value: value)) }
    }
}

extension String {
    /// A field's name as words: `databaseServer` is `database server`.
    var words: String {
        var words = ""
        for scalar in unicodeScalars {
            if scalar.properties.isUppercase {
                words += " " + scalar.properties.lowercaseMapping
            } else {
                words.unicodeScalars.append(scalar)
            }
        }
        return words
    }
}

extension Settings: FieldVisitor {
    mutating func required(
        _ name: StaticString, _ value: String, _ meaning: StaticString, allowed: @autoclosure () -> [String]
    ) { add(name, .text(value.shortened)) }

    mutating func optional(
        _ name: StaticString, _ value: String?, _ meaning: StaticString, allowed: @autoclosure () -> [String]
    ) { add(name, value.map { .text($0.shortened) }) }

    mutating func required(_ name: StaticString, _ value: Int, _ meaning: StaticString) { add(name, .number(value)) }

    mutating func optional(_ name: StaticString, _ value: Int?, _ meaning: StaticString) {
        add(name, value.map { .number($0) })
    }

    mutating func optional(_ name: StaticString, _ value: Double?, _ meaning: StaticString) {
        add(name, value.map { .text("\($0)") })
    }

    mutating func required(_ name: StaticString, _ value: Bool, _ meaning: StaticString) { add(name, .flag(value)) }

    mutating func optional(_ name: StaticString, _ value: Bool?, _ meaning: StaticString) {
        add(name, value.map { .flag($0) })
    }

    mutating func list(_ name: StaticString, _ values: [String], _ meaning: StaticString) {
        guard !values.isEmpty else { return }
        add(name, .list(values.prefix(Report.Limits.lines).map(\.shortened)))
    }

    // Neither a configuration nor a registration holds objects.
    mutating func required<T: Fields>(_ name: StaticString, _ value: T, _ meaning: StaticString) {}
    mutating func optional<T: Fields>(_ name: StaticString, _ value: T?, _ meaning: StaticString) {}
    mutating func list<T: Fields>(_ name: StaticString, _ values: [T], _ meaning: StaticString) {}
}

extension Settings: Fields {
    func visit(_ visitor: inout some FieldVisitor) {
        for entry in entries {
            switch entry.value {
            case .text(let text): visitor.required(entry.key, text, "A setting")
            case .number(let number): visitor.required(entry.key, number, "A setting")
            case .flag(let isOn): visitor.required(entry.key, isOn, "A setting")
            case .list(let texts): visitor.list(entry.key, texts, "A setting")
            }
        }
    }

    package static let sample = Settings()
}
