/// Finds and counts line ends, 32 bytes at a time.
enum LineEnds {
    /// How many LF there are.
    static func count(in bytes: Span<UInt8>) -> Int {
        bytes.withUnsafeBytes { bytes in
            let lineFeed = SIMD32<UInt8>(repeating: 0x0A)
            var total = 0
            var i = 0
            while i + 32 <= bytes.count {
                // A lane counts to 255 before it would overflow.
                let stop = min(bytes.count - 32, i + 32 * 254)
                var lanes = SIMD32<UInt8>()
                while i <= stop {
                    // unsafe: i + 32 is within `bytes`.
                    let block = bytes.loadUnaligned(fromByteOffset: i, as: SIMD32<UInt8>.self)
                    // unsafe: a mask's lanes are all ones or zero, and all ones is -1.
                    lanes &-= unsafeBitCast(block .== lineFeed, to: SIMD32<UInt8>.self)
                    i += 32
                }
                total += Int(SIMD32<UInt16>(truncatingIfNeeded: lanes).wrappedSum())
            }
            while i < bytes.count {
                if bytes[i] == 0x0A { total += 1 }
                i += 1
            }
            return total
        }
    }

    /// The first `=` in [start, end) that nothing but white space follows on its line.
    static func firstEqualsSign(in bytes: Span<UInt8>, from start: Int, to end: Int) -> Int? {
        bytes.withUnsafeBytes { bytes in
            let equals = SIMD32<UInt8>(repeating: UInt8(ascii: "="))
            let blank = SIMD32<UInt8>(repeating: 0x20)
            var i = start
            // Blocks that hold an `=` before a blank or a control character; such pairs are rare.
            while i + 33 <= bytes.count, i < end {
                // unsafe: i + 33 is within `bytes`.
                let here = bytes.loadUnaligned(fromByteOffset: i, as: SIMD32<UInt8>.self)
                let next = bytes.loadUnaligned(fromByteOffset: i + 1, as: SIMD32<UInt8>.self)
                if any((here .== equals) .& (next .<= blank)) {
                    for j in i..<min(i + 32, end) where endsLine(bytes, at: j) { return j }
                }
                i += 32
            }
            while i < end {
                if endsLine(bytes, at: i) { return i }
                i += 1
            }
            return nil
        }
    }

    private static func endsLine(_ bytes: UnsafeRawBufferPointer, at position: Int) -> Bool {
        guard bytes[position] == UInt8(ascii: "=") else { return false }
        var i = position + 1
        while i < bytes.count, Statement.isBlank(bytes[i]) { i += 1 }
        return i == bytes.count || bytes[i] == 0x0A
    }
}
