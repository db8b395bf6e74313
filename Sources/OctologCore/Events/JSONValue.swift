/// A JSON text as a value, RFC 8259, for who reads a few of its fields.
///
/// A text that is not whole or not well formed is none: who reads events must not take half of one for the whole.
enum JSONValue {
    /// Its members in their order: objects of events are small, and most names are short.
    case object([(name: String, value: JSONValue)])
    case array([JSONValue])
    case string(String)
    case number(Double)
    case bool(Bool)
    case null

    /// The text as a value; nil if it is none. Blanks around it are passed over.
    init?(_ bytes: Span<UInt8>) {
        var parser = Parser()
        guard let value = parser.value(bytes, depth: 0) else { return nil }
        parser.skipBlanks(bytes)
        guard parser.position == bytes.count else { return nil }
        self = value
    }

    subscript(_ name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    var string: String? { if case .string(let text) = self { text } else { nil } }
    var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    var array: [JSONValue] { if case .array(let values) = self { values } else { [] } }
    var strings: [String] { array.compactMap(\.string) }

    /// The number, if it is a whole one that fits.
    var integer: Int? { if case .number(let value) = self { Int(exactly: value) } else { nil } }
}

private struct Parser {
    var position = 0

    /// Deeper texts are taken for none: an event has five levels.
    private static let maximumDepth = 32

    mutating func value(_ bytes: Span<UInt8>, depth: Int) -> JSONValue? {
        skipBlanks(bytes)
        guard position < bytes.count, depth < Self.maximumDepth else { return nil }
        switch bytes[position] {
        case UInt8(ascii: "{"): return object(bytes, depth: depth)
        case UInt8(ascii: "["): return array(bytes, depth: depth)
        case UInt8(ascii: "\""): return string(bytes).map { .string($0) }
        case UInt8(ascii: "t"): return word("true", bytes).map { .bool(true) }
        case UInt8(ascii: "f"): return word("false", bytes).map { .bool(false) }
        case UInt8(ascii: "n"): return word("null", bytes).map { .null }
        default: return number(bytes)
        }
    }

    private mutating func object(_ bytes: Span<UInt8>, depth: Int) -> JSONValue? {
        var members: [(name: String, value: JSONValue)] = []
        position += 1
        if take(UInt8(ascii: "}"), bytes) { return .object(members) }
        while true {
            skipBlanks(bytes)
            guard position < bytes.count, bytes[position] == UInt8(ascii: "\""), let name = string(bytes),
                take(UInt8(ascii: ":"), bytes), let value = value(bytes, depth: depth + 1)
            else { return nil }
            members.append((name, value))
            if take(UInt8(ascii: "}"), bytes) { return .object(members) }
            guard take(UInt8(ascii: ","), bytes) else { return nil }
        }
    }

    private mutating func array(_ bytes: Span<UInt8>, depth: Int) -> JSONValue? {
        var values: [JSONValue] = []
        position += 1
        if take(UInt8(ascii: "]"), bytes) { return .array(values) }
        while true {
            guard let value = value(bytes, depth: depth + 1) else { return nil }
            values.append(value)
            if take(UInt8(ascii: "]"), bytes) { return .array(values) }
            guard take(UInt8(ascii: ","), bytes) else { return nil }
        }
    }

    private mutating func string(_ bytes: Span<UInt8>) -> String? {
        let start = position + 1
        var end = start
        var isPlain = true
        while end < bytes.count, bytes[end] != UInt8(ascii: "\"") {
            if bytes[end] < 0x20 { return nil }
            if bytes[end] == UInt8(ascii: "\\") {
                isPlain = false
                end += 1
            }
            end += 1
        }
        guard end < bytes.count else { return nil }
        position = end + 1
        if isPlain {
            return bytes.extracting(start..<end).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
        }
        var text: [UInt8] = []
        var places: Places?
        JSONObject.decode(bytes, start..<end, into: &text, &places)
        return String(decoding: text, as: UTF8.self)
    }

    private mutating func number(_ bytes: Span<UInt8>) -> JSONValue? {
        let start = position
        while position < bytes.count, bytes[position].isDigit || "+-.eE".utf8.contains(bytes[position]) {
            position += 1
        }
        let text = bytes.extracting(start..<position).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
        return Double(text).map { .number($0) }
    }

    private mutating func word(_ word: StaticString, _ bytes: Span<UInt8>) -> Void? {
        guard bytes.has(word, at: position, end: bytes.count) else { return nil }
        position += word.utf8CodeUnitCount
        return ()
    }

    private mutating func take(_ byte: UInt8, _ bytes: Span<UInt8>) -> Bool {
        skipBlanks(bytes)
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    mutating func skipBlanks(_ bytes: Span<UInt8>) {
        while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
    }
}
