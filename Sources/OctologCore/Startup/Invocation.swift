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
        let words = text.split(separator: " ")
        // A path may hold blanks, and ends with its `.exe`; without one it is a single word.
        let programWords = (words.firstIndex { $0.lowercased().hasSuffix(".exe") } ?? 0) + 1
        executable = words.prefix(programWords).joined(separator: " ")
        var rest = words.dropFirst(programWords)
        if let first = rest.first, !first.hasPrefix("--") {
            verb = String(first)
            rest = rest.dropFirst()
        }
        options = []
        for word in rest {
            if word.hasPrefix("--"), word.count > 2 {
                options.append(Option(name: String(word.dropFirst(2)), value: nil))
            } else if !options.isEmpty {
                let last = options.count - 1
                options[last].value = options[last].value.map { "\($0) \(word)" } ?? String(word)
            }
        }
    }

    init(executable: String, verb: String?, options: [Option]) {
        self.executable = executable
        self.verb = verb
        self.options = options
    }

    /// The values of the options `name`, literal double quotes around them taken off.
    func values(of name: String) -> [String] {
        var values: [String] = []
        for option in options where option.name == name {
            guard let text = option.value else { continue }
            let isQuoted = text.count >= 2 && text.hasPrefix("\"") && text.hasSuffix("\"")
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
