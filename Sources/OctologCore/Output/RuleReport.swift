/// `octolog rules check` and `octolog rules test`: what is wrong with rules, as text or JSON.
package enum RuleReport {
    /// A fault as compilers print theirs, `FILE:LINE:COL: message`, and a caret under its place in a pattern.
    package static func text(of fault: RuleFault) -> String {
        let kind = fault.gravity == .warning ? "warning: " : ""
        let file = fault.file.printable
        var text = "\(file):\(fault.line):\(fault.column): \(kind)\(fault.message.printable)\n"
        if let excerpt = fault.excerpt {
            text += "  \(excerpt.text)\n  \(pad(excerpt.text, to: excerpt.column))^\n"
        }
        return text
    }

    /// An example that misbehaves, with a caret where the pattern stopped, or under what it matched.
    package static func text(of fault: Misbehaviour) -> String {
        let (sentence, marks): (String, String)
        switch fault.kind {
        case .noMatch:
            sentence = "match \(fault.example) does not match; the pattern gets to the caret"
            marks = pad(fault.text, to: fault.reached.upperBound) + "^"
        case .match:
            sentence = "miss \(fault.example) matches"
            let count = max(1, fault.reached.count)
            marks = pad(fault.text, to: fault.reached.lowerBound) + String(repeating: "^", count: count)
        case .limit:
            sentence = "example \(fault.example) is given up: the pattern takes too many steps"
            marks = ""
        }
        return "\(fault.rule): \(sentence)\n  \(fault.text)\n" + (marks.isEmpty ? "" : "  \(marks)\n")
    }

    /// Faults as a JSON array.
    package static func json(of faults: [RuleFault]) -> [UInt8] {
        var writer = JSONWriter()
        writer.array { writer in for fault in faults { writer.write(fault) } }
        writer.newline()
        return writer.bytes
    }

    /// Examples that misbehave as a JSON array.
    package static func json(of faults: [Misbehaviour]) -> [UInt8] {
        var writer = JSONWriter()
        writer.array { writer in for fault in faults { writer.write(fault) } }
        writer.newline()
        return writer.bytes
    }

    /// Blanks as wide as the first characters of a text; a TAB is as wide as itself.
    private static func pad(_ text: String, to column: Int) -> String {
        String(text.prefix(column).map { $0 == "\t" ? "\t" : " " })
    }
}

extension RuleFault: Fields {
    func visit(_ visitor: inout some FieldVisitor) {
        visitor.required("file", file, "The file as it was given")
        visitor.required("line", line, "The line, from 1")
        visitor.required("column", column, "The column in characters, from 1")
        visitor.required(
            "gravity", gravity.rawValue, "Whether the rules can be used", allowed: Gravity.allCases.map(\.rawValue))
        visitor.required("message", message, "What is wrong")
        visitor.optional("pattern", excerpt?.text, "The pattern's line, secrets masked")
        visitor.optional("patternColumn", excerpt?.column, "Where in it the fault lies, from 0")
    }

    static var sample: RuleFault { RuleFault(file: "", line: 1, column: 1, "", excerpt: ("", 0)) }
}

extension Misbehaviour: Fields {
    func visit(_ visitor: inout some FieldVisitor) {
        visitor.required("rule", rule, "The rule's id")
        visitor.required("kind", kind.rawValue, "What is wrong", allowed: Kind.allCases.map(\.rawValue))
        visitor.required("example", example, "The number of the example in its list, from 1")
        visitor.required("text", text, "The example, secrets masked")
        visitor.required("from", reached.lowerBound, "The first column that matched, from 0")
        visitor.required("to", reached.upperBound, "The column behind the last that matched")
    }

    static let sample = Misbehaviour(rule: "", kind: .noMatch, example: 1, text: "", reached: 0..<0)
}
