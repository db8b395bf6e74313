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
        let hasComma = needsComma
        let count = name.utf8CodeUnitCount
        bytes.append(addingCapacity: count + 4) { output in
            if hasComma { output.append(UInt8(ascii: ",")) }
            output.append(UInt8(ascii: "\""))
            // unsafe: the name has `count` bytes, and room was made for as many.
            output.withUnsafeMutableBufferPointer { buffer, written in
                UnsafeMutableRawBufferPointer(buffer).baseAddress?.advanced(by: written)
                    .copyMemory(from: name.utf8Start, byteCount: count)
                written += count
            }
            output.append(UInt8(ascii: "\""))
            output.append(UInt8(ascii: ":"))
        }
        needsComma = false
    }

    mutating func key(_ name: String) {
        string(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    mutating func string(_ text: String) {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { text in
            var start = 0
            repeat {
                let end = min(text.count, start + Self.piece)
                appendEscaped(UnsafeBufferPointer(rebasing: text[start..<end]))
                start = end
            } while start < text.count
        }
        bytes.append(UInt8(ascii: "\""))
        needsComma = true
    }

    mutating func number(_ value: Int) {
        separate()
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        var digits = 1
        var bound: UInt = 10
        while digits < 20, value.magnitude >= bound {
            digits += 1
            bound = digits < 20 ? bound * 10 : bound
        }
        bytes.append(addingCapacity: digits) { output in
            // unsafe: room was made for the digits, which are written from the last one on.
            output.withUnsafeMutableBufferPointer { buffer, written in
                var rest = value.magnitude
                for i in (0..<digits).reversed() {
                    buffer[i] = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
                    rest /= 10
                }
                written = digits
            }
        }
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

    /// Text is escaped in pieces of so many bytes: room is made for each byte of one to become six.
    private static let piece = 1 << 10

    /// Appends a piece of text, eight bytes at a time where none of them has to be escaped, as nearly everywhere.
    private mutating func appendEscaped(_ text: UnsafeBufferPointer<UInt8>) {
        bytes.append(addingCapacity: 6 * text.count + 8) { output in
            // unsafe: a byte becomes six at most, and eight more may be written before they are looked at.
            output.withUnsafeMutableBufferPointer { buffer, written in
                guard let source = UnsafeRawPointer(text.baseAddress),
                    let target = UnsafeMutableRawPointer(buffer.baseAddress)
                else { return }
                var i = 0
                var end = written
                while i + 8 <= text.count {
                    let word = source.loadUnaligned(fromByteOffset: i, as: UInt64.self)
                    target.storeBytes(of: word, toByteOffset: end, as: UInt64.self)
                    if !Self.holdsSpecial(word) {
                        end += 8
                    } else {
                        for byte in text[i..<i + 8] { Self.put(byte, target, &end) }
                    }
                    i += 8
                }
                for byte in text[i...] { Self.put(byte, target, &end) }
                written = end
            }
        }
    }

    /// Whether one of eight bytes has to be escaped.
    private static func holdsSpecial(_ word: UInt64) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        /// The high bit of some byte, if one is below `limit`; bytes from 0x80 on are not.
        func below(_ limit: UInt64, _ word: UInt64) -> UInt64 { (word &- ones &* limit) & ~word }
        let found =
            below(0x20, word) | below(1, word ^ ones &* 0x22) | below(1, word ^ ones &* 0x5C)
            | below(1, word ^ ones &* 0x7F)
        return found & (ones << 7) != 0
    }

    private static func put(_ byte: UInt8, _ target: UnsafeMutableRawPointer, _ end: inout Int) {
        func put(_ byte: UInt8) {
            target.storeBytes(of: byte, toByteOffset: end, as: UInt8.self)
            end += 1
        }
        guard isSpecial(byte) else { return put(byte) }
        put(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): put(byte)
        case UInt8(ascii: "\n"): put(UInt8(ascii: "n"))
        case UInt8(ascii: "\r"): put(UInt8(ascii: "r"))
        case UInt8(ascii: "\t"): put(UInt8(ascii: "t"))
        default:
            put(UInt8(ascii: "u"))
            put(UInt8(ascii: "0"))
            put(UInt8(ascii: "0"))
            put(byte >> 4 | 0x30)
            put(byte & 15 < 10 ? 0x30 + byte & 15 : 0x57 + byte & 15)
        }
    }

    private static func isSpecial(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == 0x7F
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
