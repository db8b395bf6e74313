/// The members of a JSON object, RFC 8259, found where they lie in a line and without decoding them.
///
/// It forgives what half-written lines have: an object that is cut off shows what there is of it.
enum JSONObject {
    enum Kind {
        case string, number, literal, array, object
    }

    struct Member {
        /// The name's bytes between its quotes.
        var key: Range<Int>
        /// The name of the object that this is a member of; empty at the top.
        var parent: Range<Int>
        var kind: Kind
        /// The value's bytes; of a string those between its quotes.
        var value: Range<Int>
        /// Whether the line ends within the value.
        var isCut = false
        /// How many members came before it, at any depth.
        var index = 0
    }

    /// How far an object could be read.
    struct Extent {
        /// The index behind the last byte that was understood.
        var end: Int
        /// Whether the object is whole.
        var isComplete: Bool
    }

    /// Objects within objects are shown to this depth; what lies deeper is passed over.
    private static let maximumDepth = 4

    /// Reads the object that begins at `start`, where a `{` stands.
    ///
    /// - Parameter arrow: whether `=>` stands between names and values, as in Ruby.
    static func scan(
        _ bytes: Span<UInt8>, at start: Int, end: Int, arrow: Bool = false, _ visit: (Member) -> Void
    ) -> Extent {
        var scanner = Scanner(end: end, isArrow: arrow)
        var position = start
        let isComplete = scanner.object(bytes, &position, parent: 0..<0, depth: 0, visit)
        return Extent(end: position, isComplete: isComplete)
    }

    private struct Scanner {
        let end: Int
        let isArrow: Bool
        var index = 0

        mutating func object(
            _ bytes: Span<UInt8>, _ position: inout Int, parent: Range<Int>, depth: Int, _ visit: (Member) -> Void
        ) -> Bool {
            position += 1
            skipBlanks(bytes, &position)
            if position < end, bytes[position] == UInt8(ascii: "}") {
                position += 1
                return true
            }
            while position < end, bytes[position] == UInt8(ascii: "\"") {
                guard let key = string(bytes, &position), !key.isCut else { return false }
                skipBlanks(bytes, &position)
                guard separator(bytes, &position) else { return false }
                skipBlanks(bytes, &position)
                guard value(bytes, &position, key.range, parent, depth, visit) else { return false }
                skipBlanks(bytes, &position)
                guard position < end else { return false }
                if bytes[position] == UInt8(ascii: "}") {
                    position += 1
                    return true
                }
                guard bytes[position] == UInt8(ascii: ",") else { return false }
                position += 1
                skipBlanks(bytes, &position)
            }
            return false
        }

        private func separator(_ bytes: Span<UInt8>, _ position: inout Int) -> Bool {
            if position < end, bytes[position] == UInt8(ascii: ":") {
                position += 1
                return true
            }
            guard isArrow, bytes.has("=>", at: position, end: end) else { return false }
            position += 2
            return true
        }

        private mutating func value(
            _ bytes: Span<UInt8>, _ position: inout Int, _ key: Range<Int>, _ parent: Range<Int>, _ depth: Int,
            _ visit: (Member) -> Void
        ) -> Bool {
            guard position < end else { return false }
            var member = Member(key: key, parent: parent, kind: .literal, value: position..<position, index: index)
            index += 1
            switch bytes[position] {
            case UInt8(ascii: "\""):
                guard let found = string(bytes, &position) else { return false }
                member.kind = .string
                member.value = found.range
                member.isCut = found.isCut
                visit(member)
                return !found.isCut
            case UInt8(ascii: "{"):
                let start = position
                if depth < maximumDepth {
                    guard object(bytes, &position, parent: key, depth: depth + 1, visit) else { return false }
                } else {
                    guard skipNested(bytes, &position) else { return false }
                }
                member.kind = .object
                member.value = start..<position
            case UInt8(ascii: "["):
                let start = position
                let isWhole = skipNested(bytes, &position)
                member.kind = .array
                member.value = start..<position
                member.isCut = !isWhole
                visit(member)
                return isWhole
            default:
                let start = position
                position = bytes.end(
                    of: { $0 > 0x20 && $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "}") && $0 != UInt8(ascii: "]") },
                    from: position, to: end)
                member.kind = bytes[start].isDigit || bytes[start] == UInt8(ascii: "-") ? .number : .literal
                member.value = start..<position
                guard position > start else { return false }
            }
            visit(member)
            return true
        }

        /// The string at `position`, where its first quote stands.
        private func string(_ bytes: Span<UInt8>, _ position: inout Int) -> (range: Range<Int>, isCut: Bool)? {
            let start = position + 1
            var i = start
            while i < end {
                let byte = bytes[i]
                if byte == UInt8(ascii: "\""), !isArrow || endsString(bytes, i + 1) {
                    position = i + 1
                    return (start..<i, false)
                }
                i += byte == UInt8(ascii: "\\") && !isArrow ? 2 : 1
            }
            position = end
            return start <= end ? (start..<end, true) : nil
        }

        /// Whether a quote before `position` ends a string: Fluent Bit escapes none within it.
        private func endsString(_ bytes: Span<UInt8>, _ position: Int) -> Bool {
            bytes.has("=>", at: position, end: end) || bytes.has(", \"", at: position, end: end)
                || bytes.has("}", at: position, end: end)
        }

        /// Passes over an array or an object with all that lies in it.
        private func skipNested(_ bytes: Span<UInt8>, _ position: inout Int) -> Bool {
            var depth = 0
            while position < end {
                switch bytes[position] {
                case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
                case UInt8(ascii: "]"), UInt8(ascii: "}"):
                    depth -= 1
                    if depth == 0 {
                        position += 1
                        return true
                    }
                case UInt8(ascii: "\""):
                    guard let found = string(bytes, &position), !found.isCut else { return false }
                    continue
                default: break
                }
                position += 1
            }
            return false
        }

        private func skipBlanks(_ bytes: Span<UInt8>, _ position: inout Int) {
            while position < end, bytes[position] == 0x20 || bytes[position] == 0x09 || bytes[position] == 0x0D {
                position += 1
            }
        }
    }

    /// Appends the text of a string, given its bytes between the quotes.
    ///
    /// - Parameter places: where each byte of the text stands, if it is asked for.
    static func decode(
        _ bytes: Span<UInt8>, _ range: Range<Int>, into text: inout [UInt8], _ places: inout Places?
    ) {
        var i = range.lowerBound
        while i < range.upperBound {
            let (start, count) = (i, text.count)
            if bytes[i] == UInt8(ascii: "\\") {
                guard i + 1 < range.upperBound else { return }
                i = decodeEscape(bytes, at: i + 1, end: range.upperBound, into: &text)
            } else {
                i = bytes.first(UInt8(ascii: "\\"), from: i, to: range.upperBound) ?? range.upperBound
                bytes.extracting(start..<i).withUnsafeBufferPointer { text.append(contentsOf: $0) }
            }
            places?.append(text.count - count, at: start..<i)
        }
    }

    /// Appends the character that an escape stands for.
    ///
    /// - Returns: the index behind the escape.
    private static func decodeEscape(
        _ bytes: Span<UInt8>, at mark: Int, end: Int, into text: inout [UInt8]
    ) -> Int {
        let i = mark + 1
        switch bytes[mark] {
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "e"): text.append(0x1B)  // Ruby's, as Fluentd prints it
        case UInt8(ascii: "u"):
            guard let unit = unit(bytes, i, end) else { return i }
            if unit & 0xFC00 == 0xD800, i + 10 <= end, bytes[i + 4] == UInt8(ascii: "\\"),
                bytes[i + 5] == UInt8(ascii: "u"), let low = self.unit(bytes, i + 6, end), low & 0xFC00 == 0xDC00
            {
                UTF8.append(0x10000 + ((unit & 0x3FF) << 10 | low & 0x3FF), to: &text)
                return i + 10
            }
            UTF8.append(unit, to: &text)
            return i + 4
        default: text.append(bytes[mark])
        }
        return i
    }

    /// The number of four hexadecimal digits.
    private static func unit(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> UInt32? {
        guard start + 4 <= end else { return nil }
        var value: UInt32 = 0
        for i in start..<start + 4 {
            let digit = bytes[i] | 0x20
            guard bytes[i].isDigit || digit.isHexadecimal else { return nil }
            value = value << 4 | UInt32(bytes[i].isDigit ? bytes[i] - 0x30 : digit - 0x57)
        }
        return value
    }

    /// Appends the bytes that an array of numbers spells, as journald writes text that is no UTF-8.
    static func decodeArray(
        _ bytes: Span<UInt8>, _ range: Range<Int>, into text: inout [UInt8], _ places: inout Places?
    ) {
        places?.isNumbers = true
        var i = range.lowerBound
        while i < range.upperBound {
            if let (value, next) = bytes.number(at: i, end: range.upperBound) {
                text.append(UInt8(truncatingIfNeeded: value))
                places?.append(1, at: i..<next)
                i = next
            } else {
                i += 1
            }
        }
    }
}
