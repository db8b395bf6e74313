/// The secrets that were seen, by the container that printed them.
struct KnownByChannel {
    private var values: [Int: KnownSecrets] = [:]
    /// The channels that have values, in the order of their first ones.
    private var order: [Int] = []
    private(set) var windows = KnownWindows()

    /// Of more containers than this nothing is kept: the first go.
    private static let maximum = 1024
    /// Of a longer value only so many bytes are looked at, and its last: the quote that ends it.
    private static let longest = 1024

    mutating func learn(_ value: Span<UInt8>, _ exposure: Exposure, of channel: Int) {
        if values[channel] == nil {
            if order.count == Self.maximum { values.removeValue(forKey: order.removeFirst()) }
            order.append(channel)
            values[channel] = KnownSecrets()
        }
        var head = value.extracting(first: Self.longest).array
        if value.count > head.count { head[head.count - 1] = value[value.count - 1] }
        learn(head.span, exposure, under: channel)
        // What is escaped or quoted here is shown as it is elsewhere.
        var written = [head]
        for spelling in Spelling.allCases {
            for value in written {
                guard let plain = spelling.undone(value) else { continue }
                learn(plain.span, exposure, under: channel)
                written.append(plain)
            }
        }
    }

    private mutating func learn(_ value: Span<UInt8>, _ exposure: Exposure, under channel: Int) {
        if values[channel]?.learn(value, exposure) == true { windows.add(value) }
    }

    /// Whether there are values of a channel.
    func hasValues(of channel: Int) -> Bool { !windows.isEmpty && values[channel] != nil }

    /// Whether a value may stand in a text whole.
    func mayHold(_ text: Span<UInt8>, of channel: Int) -> Bool {
        values[channel] != nil && windows.first(in: text, from: 0, to: text.count) != nil
    }

    func find(in text: Span<UInt8>, of channel: Int) -> [Exposure] {
        guard !windows.isEmpty, !values.isEmpty, let known = values[channel] else { return [] }
        return known.find(in: text, mayHoldWhole: windows.first(in: text, from: 0, to: text.count) != nil)
    }
}

/// Ways in which a value is written where it stands within something.
private enum Spelling: CaseIterable {
    /// `\"` in JSON and YAML.
    case json
    /// `&amp;` in XML.
    case entities
    /// `%2C` in a URL.
    case percent
    /// Quotes around it.
    case quotes
    /// A quote within doubled, as in connection strings and in PowerShell.
    case doubled

    /// The value as it is; nil if it is not written so.
    func undone(_ value: [UInt8]) -> [UInt8]? {
        switch self {
        case .json:
            guard value.contains(UInt8(ascii: "\\")) else { return nil }
            var plain: [UInt8] = []
            var places: Places?
            JSONObject.decode(value.span, 0..<value.count, into: &plain, &places)
            return plain
        case .entities:
            guard value.contains(UInt8(ascii: "&")) else { return nil }
            let names = [
                ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&#39;", "'"), ("&amp;", "&"),
            ]
            return names.reduce(value) { text, name in Self.replacing(name.0, with: name.1, in: text) }
        case .percent:
            guard value.contains(UInt8(ascii: "%")) else { return nil }
            var plain: [UInt8] = []
            var i = 0
            while i < value.count {
                let digits = i + 2 < value.count ? String(decoding: value[i + 1...i + 2], as: UTF8.self) : ""
                if value[i] == UInt8(ascii: "%"), let byte = UInt8(digits, radix: 16) {
                    plain.append(byte)
                    i += 3
                } else {
                    plain.append(value[i])
                    i += 1
                }
            }
            return plain
        case .quotes:
            guard value.count > 2, [0x22, 0x27].contains(value[0]), value[value.count - 1] == value[0] else {
                return nil
            }
            return Array(value[1..<value.count - 1])
        case .doubled:
            let plain = Self.replacing("\"\"", with: "\"", in: Self.replacing("''", with: "'", in: value))
            return plain.count == value.count ? nil : plain
        }
    }

    private static func replacing(_ name: String, with character: String, in text: [UInt8]) -> [UInt8] {
        let name = Array(name.utf8)
        var result: [UInt8] = []
        var i = 0
        while i < text.count {
            if text[i...].starts(with: name) {
                result.append(contentsOf: character.utf8)
                i += name.count
            } else {
                result.append(text[i])
                i += 1
            }
        }
        return result
    }
}
