/// Syslog, RFC 3164 and RFC 5424, with and without its priority, and journalctl's short forms.
enum SyslogFrame {
    static func peel(_ bytes: Span<UInt8>, at start: Int, end: Int) -> Peeled? {
        var position = start
        var stream: OutputStream?
        if start < end, bytes[start] == UInt8(ascii: "<") {
            guard let (priority, next) = bytes.number(at: start + 1, end: end), priority < 192, next < end,
                bytes[next] == UInt8(ascii: ">")
            else { return nil }
            // Docker's driver writes stdout as informational and stderr as an error.
            stream = priority & 7 == 6 ? .stdout : priority & 7 == 3 ? .stderr : nil
            position = next + 1
            if bytes.has("1 ", at: position, end: end) { return structured(bytes, position + 2, end, stream) }
        }
        if var peeled = traditional(bytes, position, end, hasPriority: position > start) {
            peeled.stream = stream
            return peeled
        }
        return nil
    }

    /// Whether a tag is of a program that prints what containers print, and names them.
    static func isCollector(_ tag: Span<UInt8>) -> Bool {
        let programs: [StaticString] = [
            "docker-compose", "docker", "compose", "podman-compose", "podman", "kubectl", "stern",
        ]
        return programs.contains { tag.equals($0) }
    }

    /// Whether a message is what journalctl prints, unless told `--all`, instead of one with control characters:
    /// `[25B blob data]`.
    static func isLeftOut(_ bytes: Span<UInt8>, _ message: Range<Int>) -> Bool {
        guard bytes.has("[", at: message.lowerBound, end: message.upperBound),
            let (_, next) = bytes.number(at: message.lowerBound + 1, end: message.upperBound)
        else { return false }
        let unit = bytes.end(
            of: { $0.isDigit || $0.isLetter || $0 == UInt8(ascii: ".") }, from: next, to: message.upperBound)
        return bytes.has(" blob data]", at: unit, end: message.upperBound)
    }

    /// RFC 5424 6: `STAMP HOST APP PROCID MSGID DATA MESSAGE`.
    private static func structured(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ stream: OutputStream?) -> Peeled? {
        var words: [Range<Int>] = []
        var position = start
        while words.count < 5 {
            let next = bytes.end(of: { $0 != 0x20 }, from: position, to: end)
            guard next > position, next < end else { return nil }
            words.append(position..<next)
            position = next + 1
        }
        guard let data = endOfData(bytes, position, end) else { return nil }
        var message = min(end, data + 1)
        if bytes.has("\u{FEFF}", at: message, end: end) { message += 3 }
        let time = Timestamp.scan(bytes, at: words[0].lowerBound, end: end, separator: UInt8(ascii: "T"))
        return Peeled(
            message: message..<end, time: time?.time, stream: stream,
            name: Peeled.Name(name: tag(words[2], in: bytes), host: words[1]))
    }

    /// The end of the structured data: `-`, or elements in brackets whose values stand in quotes.
    private static func endOfData(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int? {
        guard start < end else { return nil }
        if bytes[start] == UInt8(ascii: "-") { return start + 1 }
        var i = start
        while i < end, bytes[i] == UInt8(ascii: "[") {
            var isQuoted = false
            while i < end, isQuoted || bytes[i] != UInt8(ascii: "]") {
                if bytes[i] == UInt8(ascii: "\\") {
                    i += 1
                } else if bytes[i] == UInt8(ascii: "\"") {
                    isQuoted.toggle()
                }
                i += 1
            }
            guard i < end else { return nil }
            i += 1
        }
        return i > start ? i : nil
    }

    /// `Mmm dd hh:mm:ss host tag[pid]: message`; the host is left out by Docker's driver on a local socket.
    private static func traditional(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, hasPriority: Bool) -> Peeled? {
        guard let stamp = stamp(bytes, start, end) else { return nil }
        var position = stamp.next
        var host: Range<Int>?
        for _ in 0..<2 {
            let wordEnd = bytes.end(of: { $0 != 0x20 }, from: position, to: end)
            guard wordEnd > position else { return nil }
            if let tag = tagged(bytes, position, wordEnd, isStrict: !stamp.isTelling) {
                return Peeled(
                    message: min(end, wordEnd + 1)..<end, time: stamp.time,
                    name: Peeled.Name(name: self.tag(tag, in: bytes), host: host))
            }
            guard wordEnd < end, host == nil else { return nil }
            host = position..<wordEnd
            position = wordEnd + 1
        }
        return nil
    }

    private struct Stamp {
        /// Only where it has a year and a zone.
        var time: Timestamp?
        var next: Int
        /// Whether nothing else begins so, as with `Mmm dd hh:mm:ss`.
        var isTelling: Bool
    }

    private static func stamp(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Stamp? {
        if let full = Timestamp.scan(bytes, at: start, end: end, separator: UInt8(ascii: "T")), full.hasZone {
            guard full.next < end, bytes[full.next] == 0x20 else { return nil }
            // rsyslog and journalctl write a numeric zone, engines nine decimals or a Z.
            let isDaemons =
                full.decimals != TimestampFrame.engineDecimals && bytes[full.next - 1] != UInt8(ascii: "Z")
            return Stamp(time: full.time, next: full.next + 1, isTelling: isDaemons)
        }
        guard end - start > 16, isMonth(bytes, start), bytes[start + 3] == 0x20,
            bytes[start + 4].isDigit || bytes[start + 4] == 0x20, bytes[start + 5].isDigit, bytes[start + 6] == 0x20,
            bytes[start + 7].isDigit, bytes[start + 8].isDigit, bytes[start + 9] == UInt8(ascii: ":"),
            bytes[start + 10].isDigit, bytes[start + 12] == UInt8(ascii: ":"), bytes[start + 13].isDigit
        else { return nil }
        // journalctl's short-precise has a fraction.
        let next = bytes.end(of: { $0.isDigit || $0 == UInt8(ascii: ".") }, from: start + 13, to: end)
        guard next < end, bytes[next] == 0x20 else { return nil }
        return Stamp(time: nil, next: next + 1, isTelling: true)
    }

    private static let months: [StaticString] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    private static func isMonth(_ bytes: Span<UInt8>, _ start: Int) -> Bool {
        for month in months where bytes.has(month, at: start, end: start + 3) { return true }
        return false
    }

    /// The tag of a word `tag:` or `tag[pid]:`; behind a full time only the second is told from text.
    private static func tagged(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, isStrict: Bool) -> Range<Int>? {
        guard end - start > 1, bytes[end - 1] == UInt8(ascii: ":") else { return nil }
        guard bytes[end - 2] == UInt8(ascii: "]"), let open = bytes.last(UInt8(ascii: "["), from: start, to: end),
            open > start, open + 1 < end - 2,
            bytes.end(of: { $0.isDigit }, from: open + 1, to: end - 2) == end - 2
        else { return isStrict ? nil : start..<end - 1 }
        return start..<open
    }

    /// The container that a tag names: older drivers put `docker/` before its id.
    private static func tag(_ range: Range<Int>, in bytes: Span<UInt8>) -> Range<Int> {
        bytes.has("docker/", at: range.lowerBound, end: range.upperBound) && range.count > 7
            ? range.lowerBound + 7..<range.upperBound : range
    }
}

/// The control characters of a message as rsyslog writes them to files: `#` and three octal digits.
enum SyslogEscapes {
    static func areIn(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        var position = range.lowerBound
        while let mark = bytes.first(UInt8(ascii: "#"), from: position, to: range.upperBound) {
            if code(bytes, mark, range.upperBound) != nil { return true }
            position = mark + 1
        }
        return false
    }

    static func decode(
        _ bytes: Span<UInt8>, _ range: Range<Int>, into text: inout [UInt8], _ places: inout Places?
    ) {
        var i = range.lowerBound
        while i < range.upperBound {
            if bytes[i] == UInt8(ascii: "#"), let code = code(bytes, i, range.upperBound) {
                text.append(code)
                places?.append(1, at: i..<i + 4)
                i += 4
            } else {
                text.append(bytes[i])
                places?.append(1, at: i..<i + 1)
                i += 1
            }
        }
    }

    private static func code(_ bytes: Span<UInt8>, _ mark: Int, _ end: Int) -> UInt8? {
        guard mark + 4 <= end else { return nil }
        var value = 0
        for i in mark + 1..<mark + 4 {
            guard bytes[i] >= 0x30, bytes[i] < 0x38 else { return nil }
            value = value << 3 | Int(bytes[i] - 0x30)
        }
        return 1..<0x20 ~= value || value == 0x7F ? UInt8(value) : nil
    }
}
