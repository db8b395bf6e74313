import Glibc

/// What `LineBuffer` hands on: whole lines, or a window of a line too long to hold.
struct Region {
    enum Kind {
        /// Lines with their line ends; the last may lack its own at the end of the input.
        case lines
        /// Bytes of one line, which overlap with the window before by `LineBuffer.overlap`.
        case window(startsLine: Bool, endsLine: Bool)
    }
    var kind: Kind
    /// The number of the first line, from 1.
    var line: Int
    /// The offset in the input of the first byte.
    var offset: Int
}

/// The bytes of one input that are read and not yet processed.
///
/// Memory is bounded: a line longer than `window` is handed on in windows that overlap, so that
/// nothing in it goes unseen, and it is never held whole. Where the windows lie depends on the
/// bytes alone, not on how they were read.
struct LineBuffer: ~Copyable {
    /// The longest line that is classified in one piece, in bytes.
    static let window = 1 << 20
    /// What the windows of a longer line have in common, in bytes: more than a pattern or a secret spans.
    static let overlap = 16 << 10
    /// The largest read, in bytes.
    static let chunk = 256 << 10

    // unsafe: owned, allocated in init and freed in deinit; only [start, end) is read.
    private let memory: UnsafeMutablePointer<UInt8>
    private static let capacity = window + chunk
    private var start = 0
    private var end = 0
    /// How many bytes from `start` are known to hold no LF.
    private var searched = 0
    /// False while the bytes at `start` continue a line whose beginning was handed on.
    private var startsLine = true
    private var line = 1
    private var offset = 0

    init() {
        memory = .allocate(capacity: Self.capacity)
    }

    deinit { memory.deallocate() }

    /// How many lines were handed on, the one under way included.
    var lineCount: Int { startsLine ? line - 1 : line }
    /// How many bytes were handed on.
    var byteCount: Int { offset }

    /// Reads once from `source`.
    ///
    /// - Returns: false at the end of the input.
    mutating func fill<Source: ByteSource & ~Copyable>(from source: inout Source) throws(Source.Failure) -> Bool {
        if start > 0, Self.capacity - end < Self.chunk {
            // unsafe: both ranges lie in `memory`; memmove allows them to overlap.
            memmove(memory, memory + start, end - start)
            end -= start
            start = 0
        }
        // unsafe: at most a window is pending, so a chunk is free behind it.
        let free = UnsafeMutableRawBufferPointer(start: memory + end, count: Self.chunk)
        let count = try source.read(into: free)
        end += count
        return count > 0
    }

    /// Hands on what can be: whole lines, and at the end of the input the rest.
    ///
    /// - Parameter body: returns how many LF it was handed, which it has to count anyway.
    mutating func drain(atEnd: Bool, _ body: (Span<UInt8>, Region) -> Int) {
        while start < end {
            let pending = end - start
            let lineEnd = firstLineFeed(before: pending)
            if startsLine, let lineEnd, lineEnd <= Self.window {
                handOn(upTo: lastLineFeed(from: lineEnd) + 1, kind: .lines, body)
            } else if !startsLine, let lineEnd, lineEnd <= Self.window {
                handOn(upTo: lineEnd, kind: .window(startsLine: false, endsLine: true), body)
                advance(by: lineEnd + 1)
                line += 1
                startsLine = true
            } else if pending > Self.window {
                handOn(upTo: Self.window, kind: .window(startsLine: startsLine, endsLine: false), body)
                advance(by: Self.window - Self.overlap)
                startsLine = false
            } else if atEnd {
                handOn(upTo: pending, kind: startsLine ? .lines : .window(startsLine: false, endsLine: true), body)
                if !startsLine {
                    advance(by: pending)
                    line += 1
                    startsLine = true
                }
            } else {
                break
            }
        }
    }

    private mutating func handOn(upTo count: Int, kind: Region.Kind, _ body: (Span<UInt8>, Region) -> Int) {
        let bytes = UnsafeBufferPointer(start: memory + start, count: count)
        let lineFeeds = body(bytes.span, Region(kind: kind, line: line, offset: offset))
        if case .lines = kind {
            line += lineFeeds
            if bytes.last != UInt8(ascii: "\n") { line += 1 }
            advance(by: count)
        }
    }

    private mutating func advance(by count: Int) {
        start += count
        offset += count
        searched = 0
    }

    /// The first LF of the pending bytes, counted from `start`.
    private mutating func firstLineFeed(before limit: Int) -> Int? {
        guard searched < limit else { return nil }
        let base = memory
        // unsafe: start + limit is at most end.
        guard let found = memchr(base + start + searched, 0x0A, limit - searched) else {
            searched = limit
            return nil
        }
        return UnsafeRawPointer(found) - UnsafeRawPointer(base + start)
    }

    /// The last LF of the pending bytes, counted from `start`; there is one at `first`.
    private func lastLineFeed(from first: Int) -> Int {
        var i = end - start - 1
        while i > first, memory[start + i] != 0x0A { i -= 1 }
        return i
    }
}
