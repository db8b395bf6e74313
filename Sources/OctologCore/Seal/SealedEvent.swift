/// An event that holds a sealed value, as far as it is needed to open and to name that.
package struct SealedEvent: Sendable {
    /// The event's line, from 1.
    package var line: Int
    package var id = ""
    package var source = ""
    /// One of `SecretKind`; what the event says it is.
    package var kind = ""
    package var container: String?
    package var startup: Int?
    /// Where in which log the secret stands: the last line of the evidence.
    package var place: (input: String, line: Int)?
    /// Of a master key, whether it stands where only the server prints; nil where the event does not say.
    package var isTrusted: Bool?
    package var sealed = ""

    /// Opens the value.
    package func open(with identities: borrowing Identities) throws(SealError) -> Secret {
        try SealedValue.open(sealed, with: identities, kind: kind, source: source)
    }

    /// Reads an event's line; nil if nothing is sealed in it.
    ///
    /// A line that was cut behind the value has all that it takes, for the fields of an event have an order.
    init?(_ bytes: Span<UInt8>, line: Int) {
        guard let start = bytes.first(UInt8(ascii: "{"), from: 0, to: bytes.count),
            bytes.first("\"sealed\"", from: start, to: bytes.count) != nil
        else { return nil }
        self.line = line
        var event = self
        var type = ""
        var isSealed = false
        _ = JSONObject.scan(bytes, at: start, end: bytes.count) { member in
            let key = bytes.extracting(member.key)
            if member.parent.isEmpty {
                if key.equals("id") { event.id = Self.text(bytes, member) }
                if key.equals("source") { event.source = Self.text(bytes, member) }
                if key.equals("type") { type = Self.text(bytes, member) }
            } else if bytes.extracting(member.parent).equals("data") {
                if key.equals("sealed"), member.kind == .string {
                    event.sealed = Self.text(bytes, member)
                    isSealed = true
                }
                if key.equals("trusted") { event.isTrusted = bytes.extracting(member.value).equals("true") }
                if key.equals("kind") { event.kind = Self.text(bytes, member) }
                if key.equals("container") { event.container = Self.text(bytes, member) }
                if key.equals("startup") {
                    event.startup = bytes.number(at: member.value.lowerBound, end: member.value.upperBound)?.value
                }
                if key.equals("evidence"), member.kind == .array { event.place = Self.place(bytes, member.value) }
            }
        }
        guard isSealed else { return nil }
        if type == EventType.masterKeyShown.name { event.kind = SecretKind.masterKey.rawValue }
        self = event
    }

    private static func text(_ bytes: Span<UInt8>, _ member: JSONObject.Member) -> String {
        var text: [UInt8] = []
        var places: Places?
        JSONObject.decode(bytes, member.value, into: &text, &places)
        return String(decoding: text, as: UTF8.self)
    }

    /// The input and the line of the last object of an array.
    private static func place(_ bytes: Span<UInt8>, _ array: Range<Int>) -> (input: String, line: Int)? {
        var place: (input: String, line: Int)?
        var position = array.lowerBound
        while let start = bytes.first(UInt8(ascii: "{"), from: position, to: array.upperBound) {
            var input = ""
            var line: Int?
            let extent = JSONObject.scan(bytes, at: start, end: array.upperBound) { member in
                guard member.parent.isEmpty else { return }
                let key = bytes.extracting(member.key)
                if key.equals("input") { input = text(bytes, member) }
                if key.equals("line") { line = bytes.number(at: member.value.lowerBound, end: array.upperBound)?.value }
            }
            if let line { place = (input, line) }
            position = max(extent.end, start + 1)
        }
        return place
    }
}

extension SealedEvent {
    /// Reads events, one a line, to the end of `source`, compressed or not, and shows those with a sealed value.
    package static func read<Source: ByteSource & ~Copyable>(
        _ source: consuming Source, _ body: (SealedEvent) -> Void
    ) throws(InputError) {
        var count = 0
        try LineReader.read(source, &count) { line, number, _ in
            // No event is longer than a window; but its beginning may have what it takes.
            if let event = SealedEvent(line, line: number) { body(event) }
        }
    }
}

extension SealedEvent {
    /// The event and its opened value as a JSON object, and a newline.
    package func json(with value: borrowing Secret) -> Secret {
        var writer = JSONWriter()
        writer.object { writer in
            for (key, text) in [("id", id), ("source", source), ("kind", kind)] as [(String, String)] {
                writer.key(key)
                writer.string(text)
            }
            if let container {
                writer.key("container")
                writer.string(container)
            }
            if let startup {
                writer.key("startup")
                writer.number(startup)
            }
        }
        var text: [UInt8] = []
        // A byte that is no UTF-8 becomes three, a control character six.
        text.reserveCapacity(writer.bytes.count + 6 * value.count + 16)
        defer { text.wipe() }
        text.append(contentsOf: writer.bytes.dropLast())
        text.append(contentsOf: ",\"value\":\"".utf8)
        value.reveal { Self.appendEscaped($0, to: &text) }
        text.append(contentsOf: "\"}\n".utf8)
        return Secret(text.span)
    }

    /// Appends text as it stands between a JSON string's quotes; JSONWriter's own buffer would keep it.
    private static func appendEscaped(_ value: UnsafeRawBufferPointer, to text: inout [UInt8]) {
        _ = transcode(value.makeIterator(), from: UTF8.self, to: UTF8.self, stoppingOnError: false) { byte in
            if byte < 0x20 || byte == 0x7F {
                text.append(contentsOf: "\\u00".utf8)
                for digit in [byte >> 4, byte & 15] { text.append(digit < 10 ? 0x30 + digit : 0x57 + digit) }
            } else {
                if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { text.append(UInt8(ascii: "\\")) }
                text.append(byte)
            }
        }
    }
}
