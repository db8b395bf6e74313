/// Records as Fluentd and Fluent Bit print them to their own stdout, log-grammar 11.
enum FluentdFrame {
    struct Found {
        /// Where the record begins: a `{`.
        var record: Int
        var time: Timestamp?
        /// Whether the record is written as Ruby writes it, with `=>`.
        var isRuby: Bool
    }

    /// `[0] tag: [1530522901.123456, {"log"=>"message"}]`, also `[[time, {}], {...}]`, or Fluentd's
    /// `2018-07-02 09:15:01.123456789 +0000 tag: {"log":"message"}`.
    static func find(_ bytes: Span<UInt8>, at start: Int, end: Int) -> Found? {
        if let stamp = Timestamp.scan(bytes, at: start, end: end, separator: 0x20), stamp.next < end,
            bytes[stamp.next] == 0x20
        {
            return fluentd(bytes, start, end)
        }
        var position = start
        if position < end, bytes[position] == UInt8(ascii: "["),
            let (_, next) = bytes.number(at: position + 1, end: end), bytes.has("] ", at: next, end: end)
        {
            position = next + 2
        }
        let tagEnd = bytes.end(of: { $0 > 0x20 && $0 != UInt8(ascii: ":") }, from: position, to: end)
        guard tagEnd > position, bytes.has(": [", at: tagEnd, end: end) else { return nil }
        position = tagEnd + 3
        if position < end, bytes[position] == UInt8(ascii: "[") { position += 1 }
        let timeEnd = bytes.end(of: { $0.isDigit || $0 == UInt8(ascii: ".") }, from: position, to: end)
        guard timeEnd - position >= 9, bytes.has(", {", at: timeEnd, end: end) else { return nil }
        let time = JSONFrame.time(bytes.extracting(position..<timeEnd))
        var record = timeEnd + 2
        if bytes.has("{}], {", at: record, end: end) { record += 5 }
        return Found(record: record, time: time, isRuby: true)
    }

    private static func fluentd(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Found? {
        guard let space = bytes.first(UInt8(ascii: " "), from: start + 19, to: min(end, start + 32)),
            space + 7 < end, bytes[space + 1] == UInt8(ascii: "+") || bytes[space + 1] == UInt8(ascii: "-")
        else { return nil }
        // The zone stands behind a blank; without it the time is one of RFC 3339.
        let text = bytes.extracting(start..<space).array + bytes.extracting(space + 1..<space + 6).array
        guard
            let stamp = Timestamp.scan(text.span, at: 0, end: text.count, separator: 0x20), stamp.hasZone,
            bytes[space + 6] == 0x20
        else { return nil }
        let tagEnd = bytes.end(of: { $0 > 0x20 && $0 != UInt8(ascii: ":") }, from: space + 7, to: end)
        guard tagEnd > space + 7, bytes.has(": {", at: tagEnd, end: end) else { return nil }
        return Found(record: tagEnd + 2, time: stamp.time, isRuby: false)
    }
}
