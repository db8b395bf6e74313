/// A command that a script ran, taken apart. Its secrets are masked before it is.
package struct Invocation: Sendable, Equatable {
    package struct Option: Sendable, Equatable {
        /// Without its dashes.
        package var name: String
        package var value: String?
    }
    /// How a command ended.
    package enum Outcome: String, Sendable, CaseIterable { case done, failed, unfinished }

    /// The program as the log has it, with its path.
    package var executable: String
    package var verb: String?
    package var options: [Option]

    /// Takes `text` apart, log-grammar 1.2: arguments are joined by blanks and never quoted, so an
    /// option's value goes on until the next word that begins with `--`.
    init(parsing text: String) {
        // Bytes, not characters: a blank and a dash are what they are in any text.
        let words = text.utf8.split(separator: UInt8(ascii: " "))
        func string(_ words: ArraySlice<Substring.UTF8View>) -> String {
            guard let first = words.first, let last = words.last else { return "" }
            return String(Substring(text.utf8[first.startIndex..<last.endIndex]))
        }
        func isOption(_ word: Substring.UTF8View) -> Bool { word.count > 2 && word.starts(with: "--".utf8) }
        // A path may hold blanks, and ends with its `.exe`; without one it is a single word.
        let program = words.firstIndex { $0.suffix(4).lazy.map { $0 | 0x20 }.elementsEqual(".exe".utf8) } ?? 0
        executable = string(words.prefix(program + 1))
        var rest = words.dropFirst(program + 1)
        if let first = rest.first, !isOption(first) {
            verb = String(Substring(first))
            rest = rest.dropFirst()
        }
        options = []
        while let index = rest.firstIndex(where: isOption) {
            let end = rest[(index + 1)...].firstIndex(where: isOption) ?? rest.endIndex
            options.append(Self.option(rest[index].dropFirst(2), string(rest[index + 1..<end])))
            rest = rest[end...]
        }
    }

    /// - Parameter word: the first word of an option without its dashes; the value may begin in it, behind a `=`.
    private static func option(_ word: Substring.UTF8View, _ rest: String) -> Option {
        guard let sign = word.firstIndex(of: UInt8(ascii: "=")) else {
            return Option(name: String(Substring(word)), value: rest.isEmpty ? nil : rest)
        }
        let first = String(Substring(word[word.index(after: sign)...]))
        let value = rest.isEmpty ? first : "\(first) \(rest)"
        return Option(name: String(Substring(word[..<sign])), value: value.isEmpty ? nil : value)
    }

    init(executable: String, verb: String?, options: [Option]) {
        self.executable = executable
        self.verb = verb
        self.options = options
    }

    /// The values of the options `name`, literal quotes around them taken off.
    func values(of name: String) -> [String] {
        var values: [String] = []
        for option in options where option.name == name {
            guard let text = option.value else { continue }
            let isQuoted = text.count >= 2 && ["\"", "'"].contains { text.hasPrefix($0) && text.hasSuffix($0) }
            let value = isQuoted ? String(text.dropFirst().dropLast()) : text
            if !value.isEmpty { values.append(value) }
        }
        return values
    }

    func value(of name: String) -> String? { values(of: name).first }
}

extension Invocation.Option: Fields {
    func visit(_ visitor: inout some FieldVisitor) {
        visitor.required("name", name, "The option without its dashes")
        visitor.optional("value", value, "Its value, secrets masked")
    }

    static let sample = Invocation.Option(name: "", value: "")
}
