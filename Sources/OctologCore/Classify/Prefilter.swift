/// Finds the lines that can matter to a rule, without looking at lines as such.
///
/// Of each literal a stretch of `stride + 3` bytes is indexed by the 4-byte windows that begin at
/// its first `stride` bytes. Wherever the literal lies, one of these windows begins at a multiple
/// of `stride`: so only every `stride`th position is looked at. What a window promises, a
/// comparison with the whole literal confirms.
struct Prefilter: ~Copyable {
    /// How many bytes are passed over between two looks.
    static let stride = 5
    /// The shortest literal that can't be overlooked, in bytes.
    static let shortest = stride + 3

    /// A window's place in a literal.
    private struct Entry {
        var window: UInt32
        var literal: Int32
        /// Where in the literal the window begins.
        var offset: Int32
        /// The next entry of the same slot, or -1.
        var next: Int32
    }

    private static let slotBits = 16

    private let literals: [[UInt8]]
    private let entries: [Entry]
    // unsafe: owned; 2^16 bits and 2^16 heads, initialised in init.
    private let bitmap: UnsafeMutablePointer<UInt64>
    private let heads: UnsafeMutablePointer<Int32>

    /// - Parameter literals: each at least `shortest` bytes long and without LF.
    init(_ literals: [[UInt8]]) {
        self.literals = literals
        bitmap = .allocate(capacity: 1 << (Self.slotBits - 6))
        bitmap.initialize(repeating: 0, count: 1 << (Self.slotBits - 6))
        heads = .allocate(capacity: 1 << Self.slotBits)
        heads.initialize(repeating: -1, count: 1 << Self.slotBits)
        var entries: [Entry] = []
        for (index, literal) in literals.enumerated() {
            precondition(literal.count >= Self.shortest, "a literal is too short for the prefilter")
            let start = Self.rarestStretch(of: literal)
            for offset in start..<start + Self.stride {
                let window = literal.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: UInt32.self) }
                let slot = Self.slot(of: window)
                bitmap[slot >> 6] |= 1 << UInt64(slot & 63)
                entries.append(
                    Entry(window: window, literal: Int32(index), offset: Int32(offset), next: heads[slot]))
                heads[slot] = Int32(entries.count - 1)
            }
        }
        self.entries = entries
    }

    deinit {
        bitmap.deallocate()
        heads.deallocate()
    }

    private static func slot(of window: UInt32) -> Int {
        Int(truncatingIfNeeded: (window &* 0x9E37_79B1) >> UInt32(32 - slotBits))
    }

    /// Where a position at or after `start` lies in a literal.
    ///
    /// - Returns: a byte of the first literal found, or nil if the bytes hold none.
    func firstHit(in bytes: Span<UInt8>, from start: Int) -> Int? {
        var position = start
        while let next = nextWindow(in: bytes, from: position) {
            if confirmed(at: next, in: bytes, { _ in }) { return next }
            position = next + Self.stride
        }
        return nil
    }

    /// The numbers of the literals that `line` holds, some of them twice.
    func collectLiterals(of line: Span<UInt8>, into found: inout [Int]) {
        found.removeAll(keepingCapacity: true)
        var position = 0
        while let next = nextWindow(in: line, from: position) {
            _ = confirmed(at: next, in: line) { found.append($0) }
            position = next + Self.stride
        }
    }

    /// The first position `start + n * stride` whose window some literal has.
    private func nextWindow(in bytes: Span<UInt8>, from start: Int) -> Int? {
        // unsafe: `last` is the last position from which four bytes can be read.
        bytes.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return nil }
            let last = bytes.count - 4
            var position = start
            // Four looks that don't wait for each other.
            while position + 3 * Self.stride <= last {
                let a = isSet(base, position)
                let b = isSet(base, position + Self.stride)
                let c = isSet(base, position + 2 * Self.stride)
                let d = isSet(base, position + 3 * Self.stride)
                if (a | b | c | d) & 1 != 0 {
                    if a & 1 != 0 { return position }
                    if b & 1 != 0 { return position + Self.stride }
                    if c & 1 != 0 { return position + 2 * Self.stride }
                    return position + 3 * Self.stride
                }
                position += 4 * Self.stride
            }
            while position <= last {
                if isSet(base, position) & 1 != 0 { return position }
                position += Self.stride
            }
            return nil
        }
    }

    private func isSet(_ base: UnsafeRawPointer, _ position: Int) -> UInt64 {
        let slot = Self.slot(of: base.loadUnaligned(fromByteOffset: position, as: UInt32.self))
        return bitmap[slot >> 6] >> UInt64(slot & 63)
    }

    /// Whether a literal really lies over `position`; calls `body` with each that does.
    private func confirmed(at position: Int, in bytes: Span<UInt8>, _ body: (Int) -> Void) -> Bool {
        bytes.withUnsafeBytes { bytes in
            let window = bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self)
            var index = heads[Self.slot(of: window)]
            var found = false
            while index >= 0 {
                let entry = entries[Int(index)]
                index = entry.next
                guard entry.window == window else { continue }
                let literal = literals[Int(entry.literal)]
                let start = position - Int(entry.offset)
                guard start >= 0, start + literal.count <= bytes.count else { continue }
                let there = UnsafeRawBufferPointer(rebasing: bytes[start..<start + literal.count])
                if literal.withUnsafeBytes({ $0.elementsEqual(there) }) {
                    body(Int(entry.literal))
                    found = true
                }
            }
            return found
        }
    }

    /// Where the `stride + 3` bytes of `literal` begin that are rarest in logs.
    private static func rarestStretch(of literal: [UInt8]) -> Int {
        // A window is as common as the product of its bytes; logarithms add.
        let bytes: [Int] = literal.map { logarithms[Int($0)] }
        var windows: [Int] = []
        for offset in 0...literal.count - 4 {
            var window: Int = bytes[offset] + bytes[offset + 1]
            window += bytes[offset + 2] + bytes[offset + 3]
            windows.append(1 << min(window, 40))
        }
        var cost: Int = windows[..<stride].reduce(0, +)
        var best = 0
        var lowest = cost
        var start = 1
        while start <= literal.count - shortest {
            cost += windows[start + stride - 1] - windows[start - 1]
            if cost < lowest {
                best = start
                lowest = cost
            }
            start += 1
        }
        return best
    }

    private static let logarithms: [Int] = (0...UInt8.max).map { commonness(of: $0) }

    /// About twice the logarithm of how often a byte occurs in the text of logs.
    private static func commonness(of byte: UInt8) -> Int {
        switch byte {
        case UInt8(ascii: " "), UInt8(ascii: "e"), UInt8(ascii: "t"), UInt8(ascii: "0"), UInt8(ascii: "="): 10
        case UInt8(ascii: "a"), UInt8(ascii: "o"), UInt8(ascii: "i"), UInt8(ascii: "n"), UInt8(ascii: "s"),
            UInt8(ascii: "r"):
            9
        case UInt8(ascii: "d"), UInt8(ascii: "l"), UInt8(ascii: "c"), UInt8(ascii: "p"), UInt8(ascii: "u"),
            UInt8(ascii: "m"), UInt8(ascii: "1")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
            UInt8(ascii: ":"):
            7
        case UInt8(ascii: "a")...UInt8(ascii: "z"): 5
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): 3
        default: 2
        }
    }
}
