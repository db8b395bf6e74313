/// Base64, RFC 4648, without a way to write the same bytes in two ways.
enum Base64 {
    enum Alphabet {
        /// Section 4, with `=` at the end or without.
        case standard
        /// Section 5, without `=`.
        case url

        fileprivate var last: (UInt8, UInt8) {
            switch self {
            case .standard: (UInt8(ascii: "+"), UInt8(ascii: "/"))
            case .url: (UInt8(ascii: "-"), UInt8(ascii: "_"))
            }
        }
    }

    /// Appends the text of `bytes`, without `=`.
    static func encode(_ bytes: Span<UInt8>, _ alphabet: Alphabet, into text: inout [UInt8]) {
        var buffer: UInt32 = 0
        var bits = 0
        for i in bytes.indices {
            buffer = (buffer << 8 | UInt32(bytes[i])) & 0xFFFF
            bits += 8
            while bits >= 6 {
                bits -= 6
                text.append(character(UInt8(buffer >> UInt32(bits) & 63), alphabet))
            }
        }
        if bits > 0 { text.append(character(UInt8(buffer << UInt32(6 - bits) & 63), alphabet)) }
    }

    /// Appends the bytes that `text` spells.
    ///
    /// - Returns: false if it spells none; what was appended by then is of no use.
    static func decode(_ text: Span<UInt8>, _ alphabet: Alphabet, into bytes: inout [UInt8]) -> Bool {
        var count = text.count
        if alphabet == .standard, count % 4 == 0 {
            while count > 0, text.count - count < 2, text[count - 1] == UInt8(ascii: "=") { count -= 1 }
        }
        var buffer: UInt32 = 0
        var bits = 0
        for i in 0..<count {
            guard let value = value(of: text[i], alphabet) else { return false }
            buffer = (buffer << 6 | UInt32(value)) & 0xFFFF
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: buffer >> UInt32(bits)))
            }
        }
        // One character alone spells no byte, and what is left of the last one is zero.
        return bits < 6 && buffer & (1 << UInt32(bits) - 1) == 0
    }

    private static func character(_ value: UInt8, _ alphabet: Alphabet) -> UInt8 {
        switch value {
        case 0..<26: UInt8(ascii: "A") + value
        case 26..<52: UInt8(ascii: "a") + value - 26
        case 52..<62: UInt8(ascii: "0") + value - 52
        case 62: alphabet.last.0
        default: alphabet.last.1
        }
    }

    private static func value(of character: UInt8, _ alphabet: Alphabet) -> UInt8? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
        case alphabet.last.0: 62
        case alphabet.last.1: 63
        default: nil
        }
    }
}
