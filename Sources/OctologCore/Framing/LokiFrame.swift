/// The answer of Loki's query API: one object with many lines, log-grammar 11.
enum LokiFrame {
    struct Entry {
        var time: Timestamp?
        /// The line's bytes between its quotes.
        var value: Range<Int>
        var name: Peeled.Name?
        var stream: OutputStream?
    }

    /// The lines of `{"stream":{...},"values":[["<ns>","line"],...]}` objects in an array, the oldest first.
    static func entries(_ bytes: Span<UInt8>, _ streams: Range<Int>) -> [Entry] {
        var entries: [Entry] = []
        var position = streams.lowerBound
        while let start = bytes.first(UInt8(ascii: "{"), from: position, to: streams.upperBound) {
            var labels = Entry(value: 0..<0)
            var pod: Range<Int>?
            var container: Range<Int>?
            var values: Range<Int>?
            let extent = JSONObject.scan(bytes, at: start, end: streams.upperBound) { member in
                let key = bytes.extracting(member.key)
                if bytes.extracting(member.parent).equals("stream"), member.kind == .string {
                    if key.equals("pod") { pod = member.value }
                    if key.equals("container") || key.equals("container_name") { container = member.value }
                    if key.equals("stream") {
                        labels.stream = bytes.extracting(member.value).equals("stderr") ? .stderr : .stdout
                    }
                } else if key.equals("values"), member.kind == .array {
                    values = member.value
                }
            }
            if let name = pod ?? container {
                labels.name = Peeled.Name(name: name, container: pod == nil ? nil : container, isPod: pod != nil)
            }
            if let values { append(bytes, values, labels, to: &entries) }
            position = max(extent.end, start + 1)
        }
        // Loki gives the newest first unless asked otherwise.
        return entries.enumerated().sorted {
            ($0.element.time?.nanoseconds ?? 0, $0.offset) < ($1.element.time?.nanoseconds ?? 0, $1.offset)
        }.map(\.element)
    }

    /// Appends the entries of `[["<ns>","line"],...]`.
    private static func append(
        _ bytes: Span<UInt8>, _ values: Range<Int>, _ labels: Entry, to entries: inout [Entry]
    ) {
        var position = values.lowerBound + 1
        while let open = bytes.first(UInt8(ascii: "["), from: position, to: values.upperBound) {
            var strings: [Range<Int>] = []
            position = open + 1
            while position < values.upperBound, bytes[position] != UInt8(ascii: "]") {
                guard bytes[position] == UInt8(ascii: "\"") else {
                    position += 1
                    continue
                }
                var i = position + 1
                while i < values.upperBound, bytes[i] != UInt8(ascii: "\"") {
                    i += bytes[i] == UInt8(ascii: "\\") ? 2 : 1
                }
                strings.append(position + 1..<min(i, values.upperBound))
                position = i + 1
            }
            guard strings.count >= 2 else { continue }
            var entry = labels
            entry.time = JSONFrame.time(bytes.extracting(strings[0]))
            entry.value = strings[1]
            entries.append(entry)
        }
    }
}
