// Frames that are a time before the line.

/// `2006-01-02T15:04:05.000000000Z message`: `docker logs -t`, `kubectl logs --timestamps`; with seven decimals CI.
enum TimestampFrame {
    /// How many decimals the engines write always.
    static let engineDecimals = 9

    static func peel(_ bytes: Span<UInt8>, at start: Int, end: Int) -> Peeled? {
        guard let stamp = Timestamp.scan(bytes, at: start, end: end, separator: UInt8(ascii: "T")), stamp.hasZone,
            stamp.next == end || bytes[stamp.next].isGap
        else { return nil }
        return Peeled(
            message: min(end, stamp.next + 1)..<end, time: stamp.time, decimals: stamp.decimals)
    }

    /// How much of a line Docker's engine hands on at a time, in bytes; podman's 8 KiB less.
    static let part = 16 << 10

    /// The stamps that stand within a message: before each part of a long line, and where podman let a line begin
    /// behind one that had no end.
    static func stamps(within bytes: Span<UInt8>) -> [Range<Int>] {
        var found: [Range<Int>] = []
        var position = 0
        // `2006-01-02T15:04:05.000000000Z `; shorter ones are somebody's text.
        while let letter = bytes.first(UInt8(ascii: "T"), from: position, to: bytes.count - 20) {
            position = letter + 1
            guard letter >= 10, bytes[letter - 3] == UInt8(ascii: "-"), bytes[letter + 3] == UInt8(ascii: ":"),
                let stamp = Timestamp.scan(
                    bytes, at: letter - 10, end: bytes.count, separator: UInt8(ascii: "T")), stamp.hasZone,
                stamp.decimals == engineDecimals, stamp.next < bytes.count, bytes[stamp.next] == 0x20
            else { continue }
            found.append(letter - 10..<stamp.next + 1)
            position = stamp.next
        }
        return found
    }
}

/// `2016-10-06T00:17:09.669794202Z stdout F message`, Kubernetes' files.
enum CRIFrame {
    static func peel(_ bytes: Span<UInt8>, at start: Int, end: Int) -> Peeled? {
        guard let stamp = Timestamp.scan(bytes, at: start, end: end, separator: UInt8(ascii: "T")), stamp.hasZone
        else { return nil }
        let stream: OutputStream
        if bytes.has(" stdout ", at: stamp.next, end: end) {
            stream = .stdout
        } else if bytes.has(" stderr ", at: stamp.next, end: end) {
            stream = .stderr
        } else {
            return nil
        }
        let tag = stamp.next + 8
        guard tag < end, bytes[tag] == UInt8(ascii: "P") || bytes[tag] == UInt8(ascii: "F") else { return nil }
        // More tags may follow the first, joined with colons.
        let tagEnd = bytes.end(of: { $0 > 0x20 }, from: tag, to: end)
        guard tagEnd == tag + 1 || bytes[tag + 1] == UInt8(ascii: ":"), tagEnd == end || bytes[tagEnd] == 0x20 else {
            return nil
        }
        return Peeled(
            message: min(end, tagEnd + 1)..<end, time: stamp.time, stream: stream,
            isPart: bytes[tag] == UInt8(ascii: "P"))
    }
}

/// `2018-07-02 09:15:01 message`, copied from Docker Desktop's window: the time is local, so it tells nothing.
enum DesktopFrame {
    static func peel(_ bytes: Span<UInt8>, at start: Int, end: Int) -> Peeled? {
        guard let stamp = Timestamp.scan(bytes, at: start, end: end, separator: 0x20),
            stamp.decimals == 0, !stamp.hasZone, stamp.next == end || bytes[stamp.next] == 0x20,
            // SQL Server and NLog write decimals; a comma is another logger's.
            stamp.next == start + 19
        else { return nil }
        return Peeled(message: min(end, stamp.next + 1)..<end)
    }
}

/// `key=value,key2=value2 message`, `docker logs --details`; a lone blank without attributes.
enum DetailsFrame {
    /// The attributes that a line may begin with, the blank behind them included.
    static func prefix(of bytes: Span<UInt8>, at start: Int, end: Int) -> Range<Int>? {
        guard start < end else { return nil }
        if bytes[start] == 0x20 { return start + 1 < end && bytes[start + 1] != 0x20 ? start..<start + 1 : nil }
        var i = start
        while true {
            // Names and values are escaped as in a URL's query.
            let key = i
            i = bytes.end(of: isQuery, from: i, to: end)
            guard i > key, i < end, bytes[i] == UInt8(ascii: "=") else { return nil }
            i = bytes.end(of: isQuery, from: i + 1, to: end)
            guard i < end else { return nil }
            if bytes[i] == 0x20 { return start..<i + 1 }
            guard bytes[i] == UInt8(ascii: ",") else { return nil }
            i += 1
        }
    }

    private static func isQuery(_ byte: UInt8) -> Bool {
        byte.isLetter || byte.isDigit || [0x2E, 0x2D, 0x5F, 0x7E, 0x25, 0x2B].contains(byte)  // . - _ ~ % +
    }
}

extension DetailsFrame {
    /// Where the attributes stand again in a message: before each 16 KiB of it.
    static func repetitions(of prefix: [UInt8], in text: Span<UInt8>) -> [Range<Int>] {
        var found: [Range<Int>] = []
        var part = 0
        while let border = border(of: prefix, in: text, from: part) {
            found.append(border..<border + prefix.count)
            part = border + prefix.count
        }
        return found
    }

    /// The end of the part that begins at `start`, if the prefix follows it. Each byte of it that was no UTF-8 has
    /// become three.
    private static func border(of prefix: [UInt8], in text: Span<UInt8>, from start: Int) -> Int? {
        let end = start + TimestampFrame.part
        guard end + prefix.count <= text.count else { return nil }
        var replaced = 0
        var position = start
        while true {
            let border = end + 2 * replaced
            guard border + prefix.count <= text.count else { return nil }
            if text.extracting(border..<border + prefix.count).equals(prefix.span) { return border }
            guard let next = text.first("\u{FFFD}", from: position, to: min(border + 3, text.count)) else { return nil }
            replaced += 1
            position = next + 3
        }
    }
}

/// `  | message`, log-grammar 11 (table paste): what a browser leaves of a table.
enum TableFrame {
    /// - Parameter known: where the messages of lines before began.
    static func peel(_ bytes: Span<UInt8>, at start: Int, end: Int, known: Int?) -> Peeled? {
        let bar = bytes.end(of: { $0 == 0x20 }, from: start, to: end)
        guard bar > start, bar + 2 < end, bytes[bar] == UInt8(ascii: "|"), bytes[bar + 1] == 0x20 else { return nil }
        let message = bar + 2
        if message - start == known { return Peeled(message: message..<end) }
        // A command's output has a bar too: only what has the scripts' own beginning behind it tells a table.
        guard bytes.has("VERBOSE:", at: message, end: end) || bytes.has("[20", at: message, end: end) else {
            return nil
        }
        return Peeled(message: message..<end)
    }
}
