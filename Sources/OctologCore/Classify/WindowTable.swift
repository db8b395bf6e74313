import CScan

/// Literals, by the windows of bytes that they hold: most places in a log are none of them.
///
/// Of each literal a stretch of `stride + width - 1` bytes is indexed by the windows that begin at its first `stride`
/// bytes. Wherever the literal lies, one of these windows begins at a multiple of `stride`: so only every `stride`th
/// place is looked at. What a window promises, a comparison with the whole literal confirms.
struct WindowTable: ~Copyable {
    /// How wide windows are.
    enum Kind {
        /// For longer literals: nearly no look is in vain.
        case wide
        case narrow

        /// In bytes.
        var width: Int { Int(self == .wide ? OCTOLOG_WIDE : OCTOLOG_NARROW) }
        /// The shortest literal that can't be overlooked, in bytes.
        var shortest: Int { WindowTable.stride + width - 1 }
    }

    /// How far looks are apart, in bytes.
    static let stride = Int(OCTOLOG_STRIDE)

    /// A window's place in a literal.
    private struct Entry {
        var window: UInt64
        var literal: Int32
        /// Where in the literal the window begins.
        var offset: Int32
        /// The next entry of the same head, or -1.
        var next: Int32
    }

    let kind: Kind
    private let literals: [[UInt8]]
    private let numbers: [Int]
    private var entries: [Entry] = []
    private var heads: [Int32]
    private let headShift: UInt64
    // unsafe: owned, initialised in init and freed in deinit.
    private let bits: UnsafeMutablePointer<UInt64>
    private let windows: octolog_windows

    /// So many bits a window keep looks in vain rare.
    private static let bitsPerWindow = 64
    /// From here on the table would leave the caches.
    private static let maximumBits = 22

    /// - Parameters:
    ///   - literals: each at least `kind.shortest` bytes long and without LF.
    ///   - numbers: what each is called when it is found.
    init(_ kind: Kind, _ literals: [[UInt8]], numbers: [Int]) {
        self.kind = kind
        self.literals = literals
        self.numbers = numbers
        let count = literals.count * Self.stride
        let slotBits = min(Self.maximumBits, max(10, Self.logarithm(of: count * Self.bitsPerWindow)))
        let headBits = max(4, Self.logarithm(of: count))
        heads = Array(repeating: -1, count: 1 << headBits)
        headShift = UInt64(64 - headBits)
        bits = .allocate(capacity: 1 << (slotBits - 6))
        bits.initialize(repeating: 0, count: 1 << (slotBits - 6))
        windows = octolog_windows(bits: UnsafePointer(bits), shift: UInt32(64 - slotBits))
        entries.reserveCapacity(count)
        for index in literals.indices { add(index) }
    }

    deinit { bits.deallocate() }

    /// The least power of two that is no less than a number, as its logarithm.
    private static func logarithm(of number: Int) -> Int {
        number <= 1 ? 0 : Int.bitWidth - (number - 1).leadingZeroBitCount
    }

    private mutating func add(_ index: Int) {
        let literal = literals[index]
        precondition(literal.count >= kind.shortest, "a literal is too short for the prefilter")
        let start = Commonness.rarestStretch(of: literal, kind)
        // The thread sanitizer can't compile it otherwise, in what can't be copied.
        let bits = bits
        for offset in start..<start + Self.stride {
            // unsafe: the window ends within the literal.
            let window = literal.withUnsafeBytes { Self.window($0, at: offset, kind) }
            let product = window &* OCTOLOG_FACTOR
            let slot = Int(truncatingIfNeeded: product >> UInt64(windows.shift))
            bits[slot >> 6] |= 1 << UInt64(slot & 63)
            let head = Int(truncatingIfNeeded: product >> headShift)
            entries.append(
                Entry(window: window, literal: Int32(index), offset: Int32(offset), next: heads[head]))
            heads[head] = Int32(entries.count - 1)
        }
    }

    private static func window(_ bytes: UnsafeRawBufferPointer, at position: Int, _ kind: Kind) -> UInt64 {
        switch kind {
        case .wide: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)
        case .narrow: UInt64(bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self))
        }
    }

    /// The first place `start + n * stride` that lies in a literal; the end of the bytes if there is none.
    func firstHit(in bytes: Span<UInt8>, from start: Int) -> Int {
        var position = start
        while true {
            position = nextWindow(in: bytes, from: position)
            if position == bytes.count || confirmed(at: position, in: bytes, { _ in }) { return position }
            position += Self.stride
        }
    }

    /// Calls `found` with the number of each literal that the bytes hold, with some of them twice.
    func forEachLiteral(in bytes: Span<UInt8>, _ found: (Int) -> Void) {
        var position = nextWindow(in: bytes, from: 0)
        while position < bytes.count {
            _ = confirmed(at: position, in: bytes, found)
            position = nextWindow(in: bytes, from: position + Self.stride)
        }
    }

    /// The first place `start + n * stride` whose window some literal may have; the end of the bytes if none has.
    private func nextWindow(in bytes: Span<UInt8>, from start: Int) -> Int {
        guard !entries.isEmpty, start < bytes.count else { return bytes.count }
        return bytes.withUnsafeBufferPointer { bytes in
            // unsafe: the search ends with the bytes.
            switch kind {
            case .wide: octolog_first_wide(Triples.best, windows, bytes.baseAddress, start, bytes.count)
            case .narrow: octolog_first_narrow(Triples.best, windows, bytes.baseAddress, start, bytes.count)
            }
        }
    }

    /// Whether a literal really lies over `position`; calls `body` with each that does.
    private func confirmed(at position: Int, in bytes: Span<UInt8>, _ body: (Int) -> Void) -> Bool {
        bytes.withUnsafeBytes { bytes in
            let window = Self.window(bytes, at: position, kind)
            var index = heads[Int(truncatingIfNeeded: (window &* OCTOLOG_FACTOR) >> headShift)]
            var found = false
            while index >= 0 {
                let entry = entries[Int(index)]
                index = entry.next
                guard entry.window == window else { continue }
                let start = position - Int(entry.offset)
                let isThere = literals[Int(entry.literal)].withUnsafeBytes { literal in
                    start >= 0 && start + literal.count <= bytes.count
                        && literal.elementsEqual(bytes[start..<start + literal.count])
                }
                if isThere {
                    body(numbers[Int(entry.literal)])
                    found = true
                }
            }
            return found
        }
    }
}

/// How common bytes are in the text of logs.
enum Commonness {
    /// Where the bytes of `literal` begin whose windows are rarest.
    static func rarestStretch(of literal: [UInt8], _ kind: WindowTable.Kind) -> Int {
        let costs = costs(of: literal, kind)
        var total = 0
        for cost in costs[..<WindowTable.stride] { total += cost }
        var (best, lowest) = (0, total)
        var start = 1
        while start <= literal.count - kind.shortest {
            total += costs[start + WindowTable.stride - 1] - costs[start - 1]
            if total < lowest { (best, lowest) = (start, total) }
            start += 1
        }
        return best
    }

    /// How common each window is, and how much more than others.
    private static func costs(of literal: [UInt8], _ kind: WindowTable.Kind) -> [Int] {
        let edge = kind.width / 4
        var costs: [Int] = []
        costs.reserveCapacity(literal.count)
        var sum = 0
        // The last byte that is no letter, as far from the window's end as an edge is wide.
        var seam = -1
        for end in literal.indices {
            sum += min(of(literal[end]), 9)
            if end >= kind.width { sum -= min(of(literal[end - kind.width]), 9) }
            if end >= edge, !literal[end - edge].isLetter { seam = end - edge }
            guard end >= kind.width - 1 else { continue }
            // It is as common as the product of its bytes; logarithms add. Words are common, the ends of two are not.
            let isSeam = seam >= end - kind.width + 1 + edge
            costs.append(1 << max(0, sum * 4 / kind.width - (isSeam ? 8 : 0)))
        }
        return costs
    }

    /// About twice the logarithm of how often a byte occurs.
    static func of(_ byte: UInt8) -> Int { table[Int(byte)] }

    private static let table: [Int] = (0...UInt8.max).map { byte in
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
        // What JSON is made of.
        case UInt8(ascii: "\""), UInt8(ascii: ","): 6
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): 3
        default: 2
        }
    }
}
