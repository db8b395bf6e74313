// What the parsers of lines ask of bytes.

extension Span where Element == UInt8 {
    /// Whether `text` stands at `start` and ends before `end`.
    func has(_ text: StaticString, at start: Int, end: Int) -> Bool {
        guard end - start >= text.utf8CodeUnitCount else { return false }
        for i in 0..<text.utf8CodeUnitCount where self[start + i] != text.utf8Start[i] { return false }
        return true
    }

    /// Whether the bytes begin with `text`.
    func starts(with text: StaticString) -> Bool { has(text, at: 0, end: count) }

    /// Whether the bytes are `text`.
    func equals(_ text: StaticString) -> Bool { count == text.utf8CodeUnitCount && starts(with: text) }

    /// Whether the bytes are `other`.
    func equals(_ other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        for i in indices where self[i] != other[i] { return false }
        return true
    }

    /// The first `byte` in [start, end).
    func first(_ byte: UInt8, from start: Int, to end: Int) -> Int? {
        var i = start
        while i < end {
            if self[i] == byte { return i }
            i += 1
        }
        return nil
    }

    /// The last `byte` in [start, end).
    func last(_ byte: UInt8, from start: Int, to end: Int) -> Int? {
        var i = end - 1
        while i >= start {
            if self[i] == byte { return i }
            i -= 1
        }
        return nil
    }

    /// The first place in [start, end) where `text` stands whole.
    func first(_ text: StaticString, from start: Int, to end: Int) -> Int? {
        var position = start
        while let found = first(text.utf8Start[0], from: position, to: end) {
            if has(text, at: found, end: end) { return found }
            position = found + 1
        }
        return nil
    }

    /// The end of the bytes from `start` that `isPart` says yes to.
    func end(of isPart: (UInt8) -> Bool, from start: Int, to end: Int) -> Int {
        var i = start
        while i < end, isPart(self[i]) { i += 1 }
        return i
    }

    /// The decimal number at `start`, and the index behind it; nil without digits, or where it is too large.
    func number(at start: Int, end: Int) -> (value: Int, next: Int)? {
        var value = 0
        var i = start
        while i < end, self[i].isDigit {
            let (tens, isTooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, isLarger) = tens.addingReportingOverflow(Int(self[i] - 0x30))
            if isTooLarge || isLarger { return nil }
            value = sum
            i += 1
        }
        return i == start ? nil : (value, i)
    }

    /// The bytes as an array.
    var array: [UInt8] { withUnsafeBufferPointer { Array($0) } }

    /// The bytes as text; what is no UTF-8 becomes U+FFFD.
    var text: String { withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) } }
}

extension UInt8 {
    var isDigit: Bool { self >= 0x30 && self <= 0x39 }
    var isLower: Bool { self >= 0x61 && self <= 0x7A }
    var isLetter: Bool { (self | 0x20).isLower }
    var isHexadecimal: Bool { isDigit || self >= 0x61 && self <= 0x66 }
    /// Blank or TAB.
    var isGap: Bool { self == 0x20 || self == 0x09 }
}
