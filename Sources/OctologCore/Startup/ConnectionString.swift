/// A connection string of SQL Server's, taken apart:
/// https://learn.microsoft.com/dotnet/api/system.data.sqlclient.sqlconnection.connectionstring
struct ConnectionString: Sendable, Equatable {
    struct Part: Sendable, Equatable {
        /// As it is spelt.
        var key: String
        /// Without the quotes around it.
        var value: String

        /// In small letters without blanks: `initialcatalog`.
        var name: String { key.lowercased().filter { $0 != " " } }
        var isPassword: Bool { name.contains("password") || name == "pwd" }
    }

    /// In their order.
    private(set) var parts: [Part] = []

    /// Takes `text` apart; what has no `=` is left out.
    init(_ text: String) {
        var rest = Substring(text)
        while let equals = rest.firstIndex(of: "=") {
            // What stands before a `;` without a `=` is no part.
            let key = rest[..<equals].split(separator: ";", omittingEmptySubsequences: false).last ?? ""
            rest = rest[rest.index(after: equals)...]
            let value = Self.takeValue(&rest)
            if !key.trimmingBlanks().isEmpty { parts.append(Part(key: String(key.trimmingBlanks()), value: value)) }
        }
    }

    /// A value ends with a `;`; one that begins with a quote ends with it, and has it doubled within.
    private static func takeValue(_ rest: inout Substring) -> String {
        while rest.first == " " || rest.first == "\t" { rest.removeFirst() }
        if let quote = rest.first, quote == "\"" || quote == "'", let value = quoted(&rest, by: quote) { return value }
        let end = rest.firstIndex(of: ";") ?? rest.endIndex
        defer { rest = end == rest.endIndex ? "" : rest[rest.index(after: end)...] }
        return String(rest[..<end].trimmingBlanks())
    }

    private static func quoted(_ rest: inout Substring, by quote: Character) -> String? {
        var value = ""
        var text = rest.dropFirst()
        while let end = text.firstIndex(of: quote) {
            value += text[..<end]
            text = text[text.index(after: end)...]
            if text.first == quote {
                value.append(quote)
                text.removeFirst()
                continue
            }
            let after = text.drop { $0 == " " || $0 == "\t" }
            guard after.isEmpty || after.first == ";" else { return nil }
            rest = after.dropFirst()
            return value
        }
        return nil
    }

    /// The value of the first part with one of these names.
    func value(of names: [String]) -> String? {
        parts.first { names.contains($0.name) && !$0.value.isEmpty }?.value
    }

    static let server = ["server", "datasource", "address", "addr", "networkaddress"]
    static let database = ["database", "initialcatalog"]
    static let user = ["userid", "uid", "user"]

    /// `value` as it stands behind a `=`: in quotes if it would end, or begin with what is no part of it.
    static func escaped(_ value: String) -> String {
        let quotes: [Character?] = ["\"", "'"]
        let isPlain =
            !value.contains(";") && !quotes.contains(value.first) && !quotes.contains(value.last)
            && value.trimmingBlanks().utf8.count == value.utf8.count
        if isPlain { return value }
        return "\"" + value.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
