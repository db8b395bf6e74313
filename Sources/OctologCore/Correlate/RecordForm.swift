// How registrations are kept: texts are named, packed or referred to, numbers take as few bytes as they need.

/// Texts that many registrations have in common, each kept once.
struct Names {
    private(set) var texts: [String] = []
    private var numbers: [String: Int] = [:]

    /// More are not kept apart: who names a million servers gains nothing by it.
    private static let maximum = 16_384

    mutating func number(of text: String) -> Int? {
        if let number = numbers[text] { return number }
        guard texts.count < Self.maximum, text.utf8.count <= 512 else { return nil }
        numbers[text] = texts.count
        texts.append(text)
        return texts.count - 1
    }
}

/// A part of a text: an id, or what stands between ids.
private struct TextPiece {
    var text: String
    var isID: Bool

    /// The shortest run of letters and digits that is taken for an id: Docker's short ones have so many.
    private static let shortestID = 12

    static func all(in text: String) -> [TextPiece] {
        var pieces: [TextPiece] = []
        var (other, run, hasDigit): ([UInt8], [UInt8], Bool) = ([], [], false)
        func endRun() {
            if run.count >= shortestID, hasDigit {
                endOther()
                pieces.append(TextPiece(text: String(decoding: run, as: UTF8.self), isID: true))
            } else {
                other += run
            }
            run.removeAll(keepingCapacity: true)
            hasDigit = false
        }
        func endOther() {
            if !other.isEmpty { pieces.append(TextPiece(text: String(decoding: other, as: UTF8.self), isID: false)) }
            other.removeAll(keepingCapacity: true)
        }
        for byte in text.utf8 {
            if byte.isDigit || byte.isLetter {
                run.append(byte)
                hasDigit = hasDigit || byte.isDigit
            } else {
                endRun()
                other.append(byte)
            }
        }
        endRun()
        endOther()
        return pieces
    }
}

/// How a text is written: its length in bytes, or its number, is shifted left by two bits, and this lies in them.
private enum TextForm: Int {
    case plain
    /// Lower-case hexadecimal digits, two a byte; without any, no text at all.
    case lowerHex
    case upperHex
    /// A number of `Names`.
    case named
}

struct RecordWriter {
    var bytes: [UInt8] = []
    /// The ids that stand in the record so far: most stand in several of its texts.
    private var ids: [String] = []

    /// Seven bits a byte, the lowest first.
    mutating func number(_ value: Int) {
        var rest = UInt(bitPattern: value)
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    mutating func text(_ text: String?, _ names: inout Names) {
        if let text, let number = names.number(of: text) {
            self.number(number << 2 | TextForm.named.rawValue)
        } else {
            self.text(text)
        }
    }

    mutating func text(_ text: String?) {
        guard let text else { return number(TextForm.lowerHex.rawValue) }
        let isEven = text.utf8.count >= 8 && text.utf8.count % 2 == 0
        if isEven, text.utf8.allSatisfy({ $0.isDigit || (0x61...0x66).contains($0) }) {
            digits(of: text, .lowerHex)
        } else if isEven, text.utf8.allSatisfy({ $0.isDigit || (0x41...0x46).contains($0) }) {
            digits(of: text, .upperHex)
        } else {
            number(text.utf8.count << 2 | TextForm.plain.rawValue)
            bytes.append(contentsOf: text.utf8)
        }
    }

    private mutating func digits(of text: String, _ form: TextForm) {
        number((text.utf8.count / 2) << 2 | form.rawValue)
        var high: UInt8?
        for digit in text.utf8 {
            let value = digit.isDigit ? digit - 0x30 : (digit | 0x20) - 0x57
            if let first = high {
                bytes.append(first << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
    }

    /// Most sources are a container's or an input's by its name.
    mutating func source(_ event: Event) {
        let kinds = [true, false].map { Container.source(named: event.origin.container ?? "", isInput: $0) }
        number(kinds.firstIndex(of: event.source) ?? 2)
        if !kinds.contains(event.source) { text(event.source) }
    }

    /// A text in pieces: what many have in common is named, and an id that stands in the record is not repeated.
    mutating func pieces(_ text: String?, _ names: inout Names) {
        let pieces = text.map(TextPiece.all(in:)) ?? []
        guard pieces.contains(where: \.isID) else {
            number(0)
            return self.text(text, &names)
        }
        number(pieces.count)
        for piece in pieces {
            if !piece.isID {
                number(0)
                self.text(piece.text, &names)
            } else if let known = ids.firstIndex(of: piece.text) {
                number(known + 2)
            } else {
                number(1)
                self.text(piece.text)
                ids.append(piece.text)
            }
        }
    }

    mutating func list(_ texts: [String], _ names: inout Names) {
        number(texts.count)
        for text in texts { self.text(text, &names) }
    }

    mutating func time(_ time: Timestamp?) {
        bytes.append(time == nil ? 0 : 1)
        guard let time else { return }
        withUnsafeBytes(of: time.nanoseconds.littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// The place of a value among all of its kind, from 1; 0 is none.
    mutating func index<Value: CaseIterable & Equatable>(of value: Value?) where Value.AllCases == [Value] {
        number(value.flatMap { Value.allCases.firstIndex(of: $0) }.map { $0 + 1 } ?? 0)
    }

    mutating func evidence(_ evidence: Evidence?, _ names: inout Names) {
        bytes.append(evidence == nil ? 0 : 1)
        guard let evidence else { return }
        pieces(evidence.input, &names)
        number(evidence.location.line)
        number(evidence.location.offset)
        number(evidence.location.length)
        time(evidence.location.time)
        index(of: evidence.stream)
        text(evidence.compression, &names)
        pieces(evidence.text, &names)
    }
}

struct RecordReader {
    let bytes: [UInt8]
    var position: Int
    private var ids: [String] = []

    init(bytes: [UInt8], position: Int) {
        self.bytes = bytes
        self.position = position
    }

    mutating func number() -> Int {
        var value: UInt = 0
        var shift: UInt = 0
        while true {
            let byte = bytes[position]
            position += 1
            value |= UInt(byte & 0x7F) << shift
            guard byte >= 0x80 else { return Int(bitPattern: value) }
            shift += 7
        }
    }

    mutating func text(_ names: Names) -> String? {
        let head = number()
        let count = head >> 2
        switch TextForm(rawValue: head & 3) {
        case .named: return names.texts[count]
        case .plain, nil:
            position += count
            return String(decoding: bytes[position - count..<position], as: UTF8.self)
        case .lowerHex: return count == 0 ? nil : digits(count, letter: 0x57)
        case .upperHex: return digits(count, letter: 0x37)
        }
    }

    private mutating func digits(_ count: Int, letter: UInt8) -> String {
        position += count
        let packed = bytes[position - count..<position]
        return String(unsafeUninitializedCapacity: 2 * count) { buffer in
            var i = 0
            for byte in packed {
                for value in [byte >> 4, byte & 15] {
                    buffer[i] = value < 10 ? 0x30 + value : letter + value
                    i += 1
                }
            }
            return i
        }
    }

    mutating func list(_ names: Names) -> [String] {
        let count = number()
        var texts: [String] = []
        for _ in 0..<count { texts.append(text(names) ?? "") }
        return texts
    }

    mutating func source(of container: String?, _ names: Names) -> String {
        switch number() {
        case 0: Container.source(named: container ?? "", isInput: true)
        case 1: Container.source(named: container ?? "", isInput: false)
        default: text(names) ?? ""
        }
    }

    mutating func pieces(_ names: Names) -> String? {
        let count = number()
        if count == 0 { return text(names) }
        var result = ""
        for _ in 0..<count {
            switch number() {
            case 0: result += text(names) ?? ""
            case 1:
                ids.append(text(names) ?? "")
                result += ids[ids.count - 1]
            case let known: result += ids[known - 2]
            }
        }
        return result
    }

    mutating func time() -> Timestamp? {
        position += 1
        guard bytes[position - 1] == 1 else { return nil }
        var value: UInt64 = 0
        for i in 0..<8 { value |= UInt64(bytes[position + i]) << UInt64(8 * i) }
        position += 8
        return Timestamp(nanoseconds: Int64(bitPattern: value))
    }

    mutating func value<Value: CaseIterable>() -> Value? where Value.AllCases == [Value] {
        let number = number()
        return number == 0 ? nil : Value.allCases[number - 1]
    }

    mutating func evidence(_ names: Names) -> Evidence? {
        position += 1
        guard bytes[position - 1] == 1 else { return nil }
        let input = pieces(names) ?? ""
        let location = Location(line: number(), offset: number(), length: number(), time: time())
        let stream: OutputStream? = value()
        return Evidence(
            input: input, location: location, stream: stream, compression: text(names), text: pieces(names) ?? "")
    }
}
