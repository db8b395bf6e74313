/// Literals as they may stand in lines whose frames were not peeled yet.
enum WrappedLiterals {
    /// The literals, those with characters that JSON escapes once more as it does, and what only frames say.
    static func all(of literals: [[UInt8]]) -> [[UInt8]] {
        var result = literals
        for literal in literals {
            for style in Style.allCases {
                let escaped = style.escape(literal)
                if escaped != literal, !result.contains(escaped) { result.append(escaped) }
            }
        }
        return result + frames.map { Array($0.utf8) }
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
    private static let frames: [String] =
        [
            " stdout P", " stderr P", "\"logtag\":\"P", "CONTAINER_PARTIAL", "\"partial_message\"",
            "\"MESSAGE\":[", "\"MESSAGE\" : [", "\"MESSAGE\": [", "\"MESSAGE\": null", "\\u003d\\u003d",
            "\"MESSAGE\":null", "\"MESSAGE\" : null",
            " exited with code ", "Attaching to ", "\"values\":[[", "B blob data]",
        ] + (0...9).map { "\\u001b[\($0)" }
        + ["\\u001b[m", "\\u001b[K", "\\u001b[?"].filter { $0.utf8.count >= Prefilter.shortest }
}
