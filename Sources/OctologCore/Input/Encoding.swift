/// How an input's text is encoded.
package enum Encoding: String, Sendable, CaseIterable {
    case utf8 = "utf-8"
    case utf16LE = "utf-16le"
    case utf16BE = "utf-16be"

    /// The byte order mark that an input begins with, which is not text.
    ///
    /// That of UTF-8 is left in place: files that were joined have it at any line.
    var mark: [UInt8] {
        switch self {
        case .utf8: []
        case .utf16LE: [0xFF, 0xFE]
        case .utf16BE: [0xFE, 0xFF]
        }
    }

    /// How many bytes of the input `text`, which is UTF-8, was decoded from.
    func width(of text: Span<UInt8>) -> Int {
        guard self != .utf8 else { return text.count }
        var units = 0
        // A character is one unit for its first byte, and two where that begins four.
        for i in text.indices where text[i] & 0xC0 != 0x80 { units += text[i] >= 0xF0 ? 2 : 1 }
        return 2 * units
    }
}

/// Turns UTF-16 into UTF-8, piece by piece. What is no character becomes U+FFFD, a unit for a unit.
struct UTF16Decoder {
    let isBigEndian: Bool
    private var odd: UInt8?
    private var high: UInt16?

    init(isBigEndian: Bool) { self.isBigEndian = isBigEndian }

    /// Decodes `input` to the end of `output`.
    mutating func decode(_ input: UnsafeRawBufferPointer, into output: inout [UInt8]) {
        for byte in input {
            guard let first = odd else {
                odd = byte
                continue
            }
            odd = nil
            let unit = isBigEndian ? UInt16(first) << 8 | UInt16(byte) : UInt16(byte) << 8 | UInt16(first)
            put(unit, into: &output)
        }
    }

    /// Decodes what is left at the end of the input.
    ///
    /// - Returns: whether it was half a character.
    mutating func finish(into output: inout [UInt8]) -> Bool {
        defer { (high, odd) = (nil, nil) }
        if high != nil { put(0xFFFD as UInt32, into: &output) }
        if odd != nil { put(0xFFFD as UInt32, into: &output) }
        return high != nil || odd != nil
    }

    private mutating func put(_ unit: UInt16, into output: inout [UInt8]) {
        if let first = high {
            high = nil
            if unit & 0xFC00 == 0xDC00 {
                return put(0x10000 + (UInt32(first & 0x3FF) << 10 | UInt32(unit & 0x3FF)), into: &output)
            }
            put(0xFFFD as UInt32, into: &output)
        }
        switch unit & 0xFC00 {
        case 0xD800: high = unit
        case 0xDC00: put(0xFFFD as UInt32, into: &output)
        default: put(UInt32(unit), into: &output)
        }
    }

    private func put(_ scalar: UInt32, into output: inout [UInt8]) {
        UTF8.append(scalar, to: &output)
    }
}

extension UTF8 {
    /// Appends a character's code; a surrogate becomes U+FFFD.
    static func append(_ code: UInt32, to bytes: inout [UInt8]) {
        switch code {
        case 0..<0x80: bytes.append(UInt8(code))
        case 0x80..<0x800:
            bytes.append(UInt8(0xC0 | code >> 6))
            bytes.append(UInt8(0x80 | code & 0x3F))
        case 0xD800..<0xE000: append(0xFFFD, to: &bytes)
        case 0x800..<0x10000:
            bytes.append(UInt8(0xE0 | code >> 12))
            bytes.append(UInt8(0x80 | code >> 6 & 0x3F))
            bytes.append(UInt8(0x80 | code & 0x3F))
        default:
            bytes.append(UInt8(0xF0 | code >> 18 & 0x07))
            bytes.append(UInt8(0x80 | code >> 12 & 0x3F))
            bytes.append(UInt8(0x80 | code >> 6 & 0x3F))
            bytes.append(UInt8(0x80 | code & 0x3F))
        }
    }
}
