/// Writes JSON, RFC 8259, into a buffer that is used again and again.
package struct JSONWriter {
    package private(set) var bytes: [UInt8] = []
    /// Whether a value stands before the next one in the same object or array.
    private var needsComma = false

    package init() { self.init(capacity: 64 << 10) }

    /// - Parameter capacity: how many bytes there is room for before the buffer grows.
    init(capacity: Int) { bytes.reserveCapacity(capacity) }

    package mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        needsComma = false
    }

    /// What was written so far, to be written elsewhere; what follows goes on behind it.
    mutating func take() -> [UInt8] {
        let taken = bytes
        bytes.removeAll(keepingCapacity: true)
        return taken
    }

    mutating func write<T: Fields>(_ fields: T) {
        separate()
        open(UInt8(ascii: "{"))
        fields.visit(&self)
        close(UInt8(ascii: "}"))
    }

    mutating func array(_ body: (inout JSONWriter) -> Void) {
        separate()
        open(UInt8(ascii: "["))
        body(&self)
        close(UInt8(ascii: "]"))
    }

    mutating func object(_ body: (inout JSONWriter) -> Void) {
        separate()
        open(UInt8(ascii: "{"))
        body(&self)
        close(UInt8(ascii: "}"))
    }

    mutating func newline() {
        bytes.append(UInt8(ascii: "\n"))
        needsComma = false
    }

    mutating func key(_ name: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    mutating func key(_ name: String) {
        string(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    mutating func string(_ text: String) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { appendEscaped($0) }
        bytes.append(UInt8(ascii: "\""))
        needsComma = true
    }

    mutating func number(_ value: Int) {
        separate()
        bytes.append(contentsOf: String(value).utf8)
        needsComma = true
    }

    /// Writes `value` as briefly as it can be read back; whole numbers without a fraction.
    mutating func number(_ value: Double) {
        guard value.isFinite else { return null() }
        if value == value.rounded(), abs(value) < 1e15 { return number(Int(value)) }
        separate()
        bytes.append(contentsOf: "\(value)".utf8)
        needsComma = true
    }

    mutating func bool(_ value: Bool) {
        separate()
        bytes.append(contentsOf: (value ? "true" : "false").utf8)
        needsComma = true
    }

    /// Writes a value that was written before.
    mutating func raw(_ value: [UInt8]) {
        separate()
        bytes.append(contentsOf: value)
        needsComma = true
    }

    private mutating func null() {
        separate()
        bytes.append(contentsOf: "null".utf8)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
    }

    private mutating func open(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    /// Appends text in the pieces between the characters that have to be escaped, which are few.
    private mutating func appendEscaped(_ text: UnsafeBufferPointer<UInt8>) {
        var start = 0
        for i in text.indices where Self.isSpecial(text[i]) {
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[start..<i]))
            appendEscape(of: text[i])
            start = i + 1
        }
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[start...]))
    }

    private static func isSpecial(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == 0x7F
    }

    private mutating func appendEscape(of byte: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
        case UInt8(ascii: "\n"): bytes.append(UInt8(ascii: "n"))
        case UInt8(ascii: "\r"): bytes.append(UInt8(ascii: "r"))
        case UInt8(ascii: "\t"): bytes.append(UInt8(ascii: "t"))
        default:
            bytes.append(contentsOf: "u00".utf8)
            for digit in [byte >> 4, byte & 15] { bytes.append(digit < 10 ? 0x30 + digit : 0x57 + digit) }
        }
    }
}

extension JSONWriter {
    /// A member of an object, if it has a value.
    mutating func member(_ name: StaticString, _ text: String?) {
        guard let text else { return }
        key(name)
        string(text)
    }

    /// A member that is an array of one object.
    mutating func one(_ name: StaticString, _ body: (inout JSONWriter) -> Void) {
        key(name)
        array { writer in writer.object(body) }
    }
}

extension JSONWriter: FieldVisitor {
    mutating func required(
        _ name: StaticString, _ value: String, _ meaning: StaticString, allowed: @autoclosure () -> [String]
    ) {
        key(name)
        string(value)
    }

    mutating func optional(
        _ name: StaticString, _ value: String?, _ meaning: StaticString, allowed: @autoclosure () -> [String]
    ) {
        if let value { required(name, value, meaning, allowed: allowed()) }
    }

    mutating func required(_ name: StaticString, _ value: Int, _ meaning: StaticString) {
        key(name)
        number(value)
    }

    mutating func optional(_ name: StaticString, _ value: Int?, _ meaning: StaticString) {
        if let value { required(name, value, meaning) }
    }

    mutating func optional(_ name: StaticString, _ value: Double?, _ meaning: StaticString) {
        guard let value else { return }
        key(name)
        number(value)
    }

    mutating func required(_ name: StaticString, _ value: Bool, _ meaning: StaticString) {
        key(name)
        bool(value)
    }

    mutating func optional(_ name: StaticString, _ value: Bool?, _ meaning: StaticString) {
        if let value { required(name, value, meaning) }
    }

    mutating func list(_ name: StaticString, _ values: [String], _ meaning: StaticString) {
        guard !values.isEmpty else { return }
        key(name)
        array { writer in for value in values { writer.string(value) } }
    }

    mutating func required<T: Fields>(_ name: StaticString, _ value: T, _ meaning: StaticString) {
        key(name)
        write(value)
    }

    mutating func optional<T: Fields>(_ name: StaticString, _ value: T?, _ meaning: StaticString) {
        if let value { required(name, value, meaning) }
    }

    mutating func list<T: Fields>(_ name: StaticString, _ values: [T], _ meaning: StaticString) {
        guard !values.isEmpty else { return }
        key(name)
        array { writer in for value in values { writer.write(value) } }
    }
}

extension JSONWriter {
    /// Writes an event and a newline.
    package mutating func line(_ event: Event) {
        write(event)
        newline()
    }
}
