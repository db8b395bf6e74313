/// Literals as they may stand in lines whose frames were not peeled yet.
enum WrappedLiterals {
    /// What is looked for where `literals` may stand.
    ///
    /// Of a literal that is long enough that is a part of it that everybody writes alike; otherwise the literal, and as
    /// JSON escapes it once more.
    static func all(of literals: [[UInt8]]) -> [[UInt8]] {
        var result: [[UInt8]] = []
        for literal in literals {
            if let core = core(of: literal) {
                result.append(core)
                continue
            }
            var written = [literal]
            for style in Style.allCases {
                let escaped = style.escape(literal)
                if !written.contains(escaped) { written.append(escaped) }
            }
            result += written
        }
        return result
    }

    /// The longest part of a literal that no writer escapes, if it is long enough for wide windows.
    private static func core(of literal: [UInt8]) -> [UInt8]? {
        let core = literal.split { isEscaped($0) }.max { $0.count < $1.count }
        return core.flatMap { $0.count >= WindowTable.Kind.wide.shortest ? Array($0) : nil }
    }

    private static func isEscaped(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte >= 0x7F || [0x22, 0x26, 0x2F, 0x3C, 0x3E, 0x5C].contains(byte)
    }

    /// What writers of JSON escape: Go's, systemd's, and those that escape the slash as well.
    private enum Style: CaseIterable {
        case go, plain, slash

        func escape(_ literal: [UInt8]) -> [UInt8] {
            var result: [UInt8] = []
            for byte in literal {
                switch (byte, self) {
                case (UInt8(ascii: "\""), _), (UInt8(ascii: "\\"), _): result += [UInt8(ascii: "\\"), byte]
                case (0x09, .go): result += Array("\\u0009".utf8)
                case (0x09, .plain), (0x09, .slash): result += Array("\\t".utf8)
                case (UInt8(ascii: "<"), .go): result += Array("\\u003c".utf8)
                case (UInt8(ascii: ">"), .go): result += Array("\\u003e".utf8)
                case (UInt8(ascii: "&"), .go): result += Array("\\u0026".utf8)
                case (UInt8(ascii: "/"), .slash): result += [UInt8(ascii: "\\"), byte]
                default: result.append(byte)
                }
            }
            return result
        }
    }

    /// Marks of lines that no rule may ask for and that matter all the same: parts, text as arrays of numbers, lines
    /// that were left out, ends of containers, and the escape sequences that may stand within a literal.
    static let frames: [[UInt8]] = [
        " stdout P", " stderr P", "\"logtag\":\"P", "CONTAINER_PARTIAL", "\"partial_message\"",
        "\"MESSAGE\":[", "\"MESSAGE\" : [", "\"MESSAGE\": [", "\"MESSAGE\": null", "\\u003d\\u003d",
        "\"MESSAGE\":null", "\"MESSAGE\" : null",
        " exited with code ", "Attaching to ", "\"values\":[[", "B blob data]", "\\u001b[",
    ].map { Array($0.utf8) }
}
