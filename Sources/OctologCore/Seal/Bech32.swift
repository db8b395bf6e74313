/// Bech32, BIP 173: bytes as text that shows its slips, as age writes its keys.
enum Bech32 {
    /// The longest text, in characters.
    private static let maximumLength = 90
    private static let checksumLength = 6
    private static let alphabet: StaticString = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"

    /// Appends the text of `bytes`, in small letters.
    static func encode(_ bytes: Span<UInt8>, prefix: StaticString, into text: inout [UInt8]) {
        let start = text.count
        for i in 0..<prefix.utf8CodeUnitCount { text.append(prefix.utf8Start[i]) }
        var checksum = Checksum(prefix: text.span.extracting(start..<text.count))
        text.append(UInt8(ascii: "1"))
        func append(_ value: UInt32) {
            checksum.add(value)
            text.append(alphabet.utf8Start[Int(value)])
        }
        var buffer: UInt32 = 0
        var bits: UInt32 = 0
        for i in bytes.indices {
            buffer = (buffer << 8 | UInt32(bytes[i])) & 0xFFF
            bits += 8
            while bits >= 5 {
                bits -= 5
                append(buffer >> bits & 31)
            }
        }
        if bits > 0 { append(buffer << (5 - bits) & 31) }
        let sum = checksum.sum
        for i in 0..<UInt32(checksumLength) { text.append(alphabet.utf8Start[Int(sum >> (25 - 5 * i) & 31)]) }
    }

    /// Appends the bytes that `text` spells.
    ///
    /// - Returns: what stands before the last `1`, in small letters.
    /// - Throws: what is wrong with the text; what was appended by then is of no use.
    static func decode(_ text: Span<UInt8>, into bytes: inout [UInt8]) throws(KeyError) -> [UInt8] {
        guard text.count <= maximumLength else { throw .shape }
        try checkCharacters(text)
        guard let separator = text.last(UInt8(ascii: "1"), from: 0, to: text.count), separator > 0,
            text.count - separator > checksumLength
        else { throw .shape }
        var prefix: [UInt8] = []
        for i in 0..<separator { prefix.append(small(text[i])) }
        var checksum = Checksum(prefix: prefix.span)
        var buffer: UInt32 = 0
        var bits: UInt32 = 0
        for i in separator + 1..<text.count {
            guard let value = value(of: small(text[i])) else { throw .character }
            checksum.add(value)
            guard i < text.count - checksumLength else { continue }
            buffer = (buffer << 5 | value) & 0xFFF
            bits += 5
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: buffer >> bits))
            }
        }
        guard checksum.isRight else { throw .checksum }
        // Fewer bits than a character has, and all of them zero: the same bytes have one text only.
        guard bits < 5, buffer & (1 << bits - 1) == 0 else { throw .shape }
        return prefix
    }

    private static func checkCharacters(_ text: Span<UInt8>) throws(KeyError) {
        var (hasCapital, hasSmall) = (false, false)
        for i in text.indices {
            guard text[i] > 0x20, text[i] < 0x7F else { throw .character }
            if text[i].isLower { hasSmall = true } else if text[i].isLetter { hasCapital = true }
        }
        if hasCapital, hasSmall { throw .mixedCase }
    }

    private static func small(_ character: UInt8) -> UInt8 { character.isLetter ? character | 0x20 : character }

    private static func value(of character: UInt8) -> UInt32? {
        for value in 0..<alphabet.utf8CodeUnitCount where alphabet.utf8Start[value] == character {
            return UInt32(value)
        }
        return nil
    }

    /// The code over the field of 32 elements that finds up to four wrong characters.
    private struct Checksum {
        private var state: UInt32 = 1

        init(prefix: Span<UInt8>) {
            for i in prefix.indices { add(UInt32(prefix[i] >> 5)) }
            add(0)
            for i in prefix.indices { add(UInt32(prefix[i] & 31)) }
        }

        mutating func add(_ value: UInt32) {
            let top = state >> 25
            state = (state & 0x1FF_FFFF) << 5 ^ value
            if top & 1 != 0 { state ^= 0x3B6A_57B2 }
            if top & 2 != 0 { state ^= 0x2650_8E6D }
            if top & 4 != 0 { state ^= 0x1EA1_19FA }
            if top & 8 != 0 { state ^= 0x3D42_33DD }
            if top & 16 != 0 { state ^= 0x2A14_62B3 }
        }

        /// Whether what was added ends with its checksum.
        var isRight: Bool { state == 1 }

        /// The checksum that is to follow, six characters of five bits.
        var sum: UInt32 {
            var padded = self
            for _ in 0..<checksumLength { padded.add(0) }
            return padded.state ^ 1
        }
    }
}
