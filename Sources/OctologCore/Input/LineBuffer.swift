import Glibc

/// What `LineBuffer` hands on: whole lines, or a window of a line too long to hold.
struct Region {
    enum Kind {
        /// Lines with their line ends; the last may lack its own at the end of the input.
        case lines
        /// Bytes of one line, which overlap with the window before by `LineBuffer.overlap`.
        case window(startsLine: Bool, endsLine: Bool)
        /// Bytes that a chunk of the engine's stream carries; lines may begin and end anywhere in it.
        case chunk(OutputStream?)
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
    /// The largest read of an input that is read alone, in bytes.
    static let largestChunk = 256 << 10

    // unsafe: owned, allocated in init and freed in deinit; only [start, end) is read, and what was handed on is wiped
    // before its memory is given back.
    private var memory: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    /// The largest read, in bytes: less where many inputs are open at once.
    private let chunk: Int
    private var start = 0
    private var end = 0
    /// How many bytes from `start` are known to hold no LF.
    private var searched = 0
    /// False while the bytes at `start` continue a line whose beginning was handed on.
    private var startsLine = true
    private var line = 1
    private var offset = 0
    /// Whether the input is the engine's stream of chunks; nil until its first bytes are seen.
    private var isRaw: Bool?
    /// The chunk under way: its stream, and how much of it is still to come.
    private var stream: OutputStream?
    private var rest = 0

    /// - Parameters:
    ///   - chunk: the largest read, in bytes.
    ///   - isRaw: whether the input is the engine's stream; nil to see.
    init(chunk: Int, isRaw: Bool?) {
        self.chunk = chunk
        self.isRaw = isRaw
        capacity = 2 * chunk
        memory = .allocate(capacity: capacity)
    }

    deinit {
        explicit_bzero(memory, capacity)
        memory.deallocate()
    }

    /// Overwrites all that was handed on: a secret was among it.
    mutating func wipe() {
        // unsafe: [0, start) and [end, capacity) lie in `memory`, and neither is read.
        explicit_bzero(memory, start)
        explicit_bzero(memory + end, capacity - end)
    }

    /// Whether the last bytes that were handed on end no line.
    private var isOpen = false

    /// How many lines were handed on, the one under way included.
    var lineCount: Int { isRaw != true && startsLine || !isOpen ? line - 1 : line }
    /// The line in which the bytes end that were handed on.
    var endLine: Int { isRaw != true && startsLine && isOpen ? line - 1 : line }
    /// Whether the input ended within a chunk, or within its header.
    private(set) var isCut = false
    /// How many bytes were handed on.
    var byteCount: Int { offset }
    /// Whether the input is the engine's stream and its first bytes are at hand.
    var beginsRaw: Bool {
        guard offset == 0, isRaw != false, end - start >= RawFrame.headerLength else { return false }
        let head = UnsafeBufferPointer(start: memory + start, count: end - start).span
        return isRaw == true ? RawFrame.header(head) != nil : RawFrame.begins(head)
    }

    /// Reads once from `source`.
    ///
    /// - Returns: false at the end of the input.
    mutating func fill<Source: ByteSource & ~Copyable>(
        from source: inout DecodedSource<Source>
    ) throws(InputError) -> Bool {
        makeRoom()
        // unsafe: `makeRoom` left a chunk free behind `end`.
        let free = UnsafeMutableRawBufferPointer(start: memory + end, count: chunk)
        let count = try source.read(into: free)
        end += count
        return count > 0
    }

    /// Makes sure that a chunk is free: at most a window is pending, so the buffer has a bound.
    private mutating func makeRoom() {
        guard capacity - end < chunk else { return }
        if start > 0 {
            // unsafe: both ranges lie in `memory`; memmove allows them to overlap.
            memmove(memory, memory + start, end - start)
            end -= start
            start = 0
        }
        guard capacity - end < chunk else { return }
        let larger = min(max(2 * capacity, end + chunk), Self.window + 2 * chunk)
        let grown = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        grown.update(from: memory, count: end)
        explicit_bzero(memory, capacity)
        memory.deallocate()
        memory = grown
        capacity = larger
    }

    /// Hands on what can be: whole lines, and at the end of the input the rest.
    mutating func drain(atEnd: Bool, _ body: (Span<UInt8>, Region) -> Int) {
        while drainOnce(atEnd: atEnd, body) {}
    }

    /// Hands on one region of what can be, lines of about `portion` bytes.
    ///
    /// - Parameter body: returns how many LF it was handed, which it has to count anyway.
    /// - Returns: false if nothing more can be handed on for now.
    mutating func drainOnce(atEnd: Bool, portion: Int = .max, _ body: (Span<UInt8>, Region) -> Int) -> Bool {
        guard start < end, isRaw != nil || tellRaw(atEnd: atEnd) else {
            if atEnd, rest > 0 { isCut = true }
            return false
        }
        return isRaw == true ? drainChunk(atEnd: atEnd, body) : drainLines(atEnd: atEnd, portion, body)
    }

    /// Tells by an input's first bytes whether it is the engine's stream.
    ///
    /// - Returns: false while more bytes are needed.
    private mutating func tellRaw(atEnd: Bool) -> Bool {
        let head = UnsafeBufferPointer(start: memory + start, count: end - start).span
        if head.count < RawFrame.headerLength, !atEnd, RawFrame.canBegin(head) { return false }
        isRaw = RawFrame.begins(head)
        return true
    }

    /// Hands on what there is of a chunk.
    ///
    /// - Returns: false if more bytes are needed.
    private mutating func drainChunk(atEnd: Bool, _ body: (Span<UInt8>, Region) -> Int) -> Bool {
        let pending = end - start
        if rest > 0 {
            let count = min(rest, pending, Self.window)
            handOn(upTo: count, kind: .chunk(stream), body)
            rest -= count
            return true
        }
        guard pending >= RawFrame.headerLength || atEnd else { return false }
        let head = UnsafeBufferPointer(start: memory + start, count: pending).span
        guard let header = RawFrame.header(head) else {
            // What follows is no chunk: the rest of a header that was cut, or text.
            isRaw = false
            if pending < RawFrame.headerLength, RawFrame.canBegin(head) { isCut = true }
            return true
        }
        stream = header.stream
        rest = header.length
        for i in 0..<RawFrame.headerLength where head[i] == 0x0A { line += 1 }
        advance(by: RawFrame.headerLength)
        return true
    }

    /// - Returns: false if more bytes are needed.
    private mutating func drainLines(atEnd: Bool, _ portion: Int, _ body: (Span<UInt8>, Region) -> Int) -> Bool {
        let pending = end - start
        let lineEnd = firstLineFeed(before: pending)
        if startsLine, let lineEnd, lineEnd <= Self.window {
            handOn(upTo: lastLineFeed(from: lineEnd, within: portion) + 1, kind: .lines, body)
        } else if !startsLine, let lineEnd, lineEnd <= Self.window {
            handOn(upTo: lineEnd, kind: .window(startsLine: false, endsLine: true), body)
            advance(by: lineEnd + 1)
            line += 1
            startsLine = true
        } else if startsLine, pending > Self.window, let cut = lastCarriageReturn(within: Self.window) {
            // Lines that end with a CR alone.
            handOn(upTo: cut + 1, kind: .lines, isRest: true, body)
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
            return false
        }
        return true
    }

    private mutating func handOn(
        upTo count: Int, kind: Region.Kind, isRest: Bool = false, _ body: (Span<UInt8>, Region) -> Int
    ) {
        let bytes = UnsafeBufferPointer(start: memory + start, count: count)
        let lineFeeds = body(bytes.span, Region(kind: kind, line: line, offset: offset))
        isOpen = bytes.last != UInt8(ascii: "\n")
        switch kind {
        case .lines:
            line += lineFeeds
            if bytes.last != UInt8(ascii: "\n"), !isRest { line += 1 }
            advance(by: count)
        case .chunk:
            line += lineFeeds
            advance(by: count)
        case .window: break
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

    /// The last CR of the first `limit` pending bytes, counted from `start`.
    private func lastCarriageReturn(within limit: Int) -> Int? {
        var i = limit - 1
        while i > 0, memory[start + i] != 0x0D { i -= 1 }
        return i > 0 ? i : nil
    }

    /// The last LF of the first `limit` pending bytes, counted from `start`; there is one at `first`.
    private func lastLineFeed(from first: Int, within limit: Int) -> Int {
        var i = min(end - start, limit) - 1
        while i > first, memory[start + i] != 0x0A { i -= 1 }
        return i
    }
}
