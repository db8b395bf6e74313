/// ANSI escape sequences, ECMA-48, and what a text is without them.
enum Escapes {
    static let escape: UInt8 = 0x1B

    /// The end of the sequence that begins at `start`, where an ESC stands.
    static func end(of bytes: Span<UInt8>, from start: Int, to end: Int) -> Int {
        guard start + 1 < end else { return end }
        switch bytes[start + 1] {
        case UInt8(ascii: "["):
            var i = start + 2
            while i < end, (0x20...0x3F).contains(bytes[i]) { i += 1 }
            // A sequence that is cut off is text, but for its ESC.
            return i < end && (0x40...0x7E).contains(bytes[i]) ? i + 1 : start + 2
        case UInt8(ascii: "]"):
            // A command to the terminal ends with BEL or ESC \.
            var i = start + 2
            while i < min(end, start + 256), bytes[i] != 0x07, bytes[i] != escape { i += 1 }
            if i < end, bytes[i] == 0x07 { return i + 1 }
            return i + 1 < end && bytes[i] == escape && bytes[i + 1] == UInt8(ascii: "\\") ? i + 2 : start + 2
        case 0x40...0x5F: return start + 2
        default: return start + 1
        }
    }

    /// The first byte from `start` on that belongs to no escape sequence.
    static func skip(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> Int {
        var i = start
        while i < end, bytes[i] == escape { i = self.end(of: bytes, from: i, to: end) }
        return i
    }
}

/// A text whose escape sequences were taken out, and where they were.
struct PlainText {
    /// Without the sequences.
    private(set) var text: [UInt8] = []
    /// The parts of the original that the text is made of.
    private(set) var kept: [Range<Int>] = []
    /// With them.
    private(set) var original: [UInt8] = []
    /// Where a sequence was taken out of `text`, and how long it and all before it were.
    private var cuts: [(position: Int, removed: Int)] = []

    init(_ bytes: Span<UInt8>) {
        original = bytes.array
        text.reserveCapacity(bytes.count)
        var i = 0
        while i < bytes.count {
            guard bytes[i] == Escapes.escape else {
                let start = i
                i = bytes.end(of: { $0 != Escapes.escape }, from: i, to: bytes.count)
                bytes.extracting(start..<i).withUnsafeBufferPointer { text.append(contentsOf: $0) }
                kept.append(start..<i)
                continue
            }
            i = Escapes.end(of: bytes, from: i, to: bytes.count)
            cuts.append((text.count, i - text.count))
        }
    }

    /// Where the character at `position` of the text stands in the original.
    func original(of position: Int) -> Int {
        // The last cut at or before the position.
        var (low, high) = (0, cuts.count)
        while low < high {
            let middle = (low + high) / 2
            if cuts[middle].position <= position { low = middle + 1 } else { high = middle }
        }
        return position + (low == 0 ? 0 : cuts[low - 1].removed)
    }

    /// A part of the original with the secrets that were found in the text.
    func original(_ range: Range<Int>) -> Range<Int> {
        if range.isEmpty { return original(of: range.lowerBound)..<original(of: range.lowerBound) }
        return original(of: range.lowerBound)..<original(of: range.upperBound - 1) + 1
    }
}
