import Glibc

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

    /// The first LF at or after `start`, or the end of the bytes.
    static func next(in bytes: Span<UInt8>, from start: Int) -> Int {
        bytes.withUnsafeBytes { bytes in
            guard start < bytes.count, let base = bytes.baseAddress else { return bytes.count }
            // unsafe: the search ends with the bytes.
            guard let found = memchr(base + start, 0x0A, bytes.count - start) else { return bytes.count }
            return UnsafeRawPointer(found) - base
        }
    }

    /// A line of at least this length may be a part of one, or put together from parts.
    static let long = 16 << 10

    /// The beginning of the first line in [start, end) that is long; `start` begins a line.
    static func firstLong(in bytes: Span<UInt8>, from start: Int, to end: Int) -> Int? {
        // Wherever a long line lies, it holds one of these blocks whole.
        let block = long / 2
        var position = start
        while position + block <= end {
            let next = self.next(in: bytes.extracting(..<(position + block)), from: position)
            guard next == position + block else {
                position += block
                continue
            }
            var begin = position
            while begin > start, bytes[begin - 1] != 0x0A { begin -= 1 }
            let stop = self.next(in: bytes, from: next)
            if stop - begin >= long { return begin }
            position = stop
        }
        return nil
    }

    /// Whether there is a CR, an LF or an ESC.
    static func holdsControl(_ bytes: Span<UInt8>) -> Bool {
        bytes.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return false }
            // unsafe: the searches end with the bytes.
            return memchr(base, 0x0D, bytes.count) != nil || memchr(base, 0x1B, bytes.count) != nil
                || memchr(base, 0x0A, bytes.count) != nil
        }
    }

    /// The first byte in [start, end) of one of two kinds: an `=` that nothing but white space follows on its
    /// line, or in its JSON string, and an ESC.
    static func firstSign(in bytes: Span<UInt8>, from start: Int, to end: Int) -> Int? {
        bytes.withUnsafeBytes { bytes in
            let equals = SIMD32<UInt8>(repeating: UInt8(ascii: "="))
            let backslash = SIMD32<UInt8>(repeating: UInt8(ascii: "\\"))
            let escape = SIMD32<UInt8>(repeating: Escapes.escape)
            // Blanks and control characters, and `!` with them, which is rarer than another comparison is dear.
            let quote = SIMD32<UInt8>(repeating: UInt8(ascii: "\""))
            var i = start
            // Blocks that hold an `=` before a blank or a control character; such pairs are rare.
            while i + 33 <= bytes.count, i < end {
                // unsafe: i + 33 is within `bytes`.
                let here = bytes.loadUnaligned(fromByteOffset: i, as: SIMD32<UInt8>.self)
                let next = bytes.loadUnaligned(fromByteOffset: i + 1, as: SIMD32<UInt8>.self)
                let ends = (next .<= quote) .| (next .== backslash)
                if any((here .== equals) .& ends .| (here .== escape)) {
                    for j in i..<min(i + 32, end) where isSign(bytes, at: j) { return j }
                }
                i += 32
            }
            while i < end {
                if isSign(bytes, at: i) { return i }
                i += 1
            }
            return nil
        }
    }

    private static func isSign(_ bytes: UnsafeRawBufferPointer, at position: Int) -> Bool {
        if bytes[position] == Escapes.escape { return true }
        guard bytes[position] == UInt8(ascii: "=") else { return false }
        var i = position + 1
        while i < bytes.count, Statement.isBlank(bytes[i]) { i += 1 }
        if i == bytes.count || bytes[i] == 0x0A { return true }
        // CloudWatch's time follows behind a TAB.
        if bytes[i].isDigit, bytes[i - 1] == 0x09 {
            let start = i
            while i < bytes.count, bytes[i].isDigit { i += 1 }
            return i - start == 13 && (i == bytes.count || bytes[i] <= 0x20)
        }
        // `=\r\n"` ends a line in JSON.
        while i + 1 < bytes.count, bytes[i] == UInt8(ascii: "\\"),
            bytes[i + 1] == UInt8(ascii: "r") || bytes[i + 1] == UInt8(ascii: "n")
        {
            i += 2
        }
        guard i + 1 < bytes.count, bytes[i] == UInt8(ascii: "\"") else { return false }
        return bytes[i + 1] == UInt8(ascii: ",") || bytes[i + 1] == UInt8(ascii: "}")
    }
}
