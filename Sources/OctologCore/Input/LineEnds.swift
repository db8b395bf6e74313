import CScan
import Glibc

/// Finds and counts line ends.
enum LineEnds {
    /// How many LF there are.
    static func count(in bytes: Span<UInt8>) -> Int {
        bytes.withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress else { return 0 }
            // unsafe: all of `bytes`, and no more.
            return octolog_count(Triples.best, base, bytes.count, 0x0A)
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
}
