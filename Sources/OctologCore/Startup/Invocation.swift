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
        let text = Array(text.utf8)
        let words = Self.words(of: text.span)
        func isOption(_ word: Range<Int>) -> Bool {
            word.count > 2 && text[word.lowerBound] == UInt8(ascii: "-")
                && text[word.lowerBound + 1] == UInt8(ascii: "-")
        }
        func string(_ words: ArraySlice<Range<Int>>) -> String {
            guard let first = words.first, let last = words.last else { return "" }
            return text.span.extracting(first.lowerBound..<last.upperBound).text
        }
        // A path may hold blanks, and ends with its `.exe`; without one it is a single word.
        let program = words.firstIndex { Self.isProgram(text.span.extracting($0)) } ?? 0
        executable = string(words.prefix(program + 1))
        var rest = words.dropFirst(program + 1)
        if let first = rest.first, !isOption(first) {
            verb = text.span.extracting(first).text
            rest = rest.dropFirst()
        }
        options = []
        while let index = rest.firstIndex(where: isOption) {
            let end = rest[(index + 1)...].firstIndex(where: isOption) ?? rest.endIndex
            let name = text.span.extracting(rest[index].lowerBound + 2..<rest[index].upperBound)
            options.append(Self.option(name, string(rest[index + 1..<end])))
            rest = rest[end...]
        }
    }

    /// The words of a text, as what stands between blanks.
    private static func words(of text: Span<UInt8>) -> [Range<Int>] {
        var words: [Range<Int>] = []
        var start = 0
        while start < text.count {
            let end = text.first(UInt8(ascii: " "), from: start, to: text.count) ?? text.count
            if end > start { words.append(start..<end) }
            start = end + 1
        }
        return words
    }

    /// Whether a word ends with `.exe`.
    private static func isProgram(_ word: Span<UInt8>) -> Bool {
        guard word.count >= 4, word[word.count - 4] | 0x20 == UInt8(ascii: ".") else { return false }
        return word[word.count - 3] | 0x20 == UInt8(ascii: "e") && word[word.count - 2] | 0x20 == UInt8(ascii: "x")
            && word[word.count - 1] | 0x20 == UInt8(ascii: "e")
    }

    /// - Parameter word: the first word of an option without its dashes; the value may begin in it, behind a `=`.
    private static func option(_ word: Span<UInt8>, _ rest: String) -> Option {
        guard let sign = word.first(UInt8(ascii: "="), from: 0, to: word.count) else {
            return Option(name: word.text, value: rest.isEmpty ? nil : rest)
        }
        let first = word.extracting((sign + 1)...).text
        let value = rest.isEmpty ? first : "\(first) \(rest)"
        return Option(name: word.extracting(0..<sign).text, value: value.isEmpty ? nil : value)
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
