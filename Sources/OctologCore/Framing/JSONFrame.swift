/// A line as one JSON object: Docker's files, journald, Fluentd and other shippers, log-grammar 11.
struct JSONFrame {
    /// What the object's members say, as far as they are known.
    private struct Record {
        var log: JSONObject.Member?
        var message: JSONObject.Member?
        var journal: JSONObject.Member?
        var line: JSONObject.Member?
        var streams: JSONObject.Member?
        var time: Timestamp?
        var stream: OutputStream?
        var pod: Range<Int>?
        var container: Range<Int>?
        var name: Range<Int>?
        var id: Range<Int>?
        var tag: Range<Int>?
        var identifier: Range<Int>?
        var host: Range<Int>?
        /// Whether the transport says that more of the line follows.
        var isPart = false
        var isLastPart = false
        /// Whether all members are those of Docker's own files.
        var isDockers: Bool
        /// Whether a member that matters came twice.
        var isRepeated = false
    }

    private(set) var framing: Framing
    private(set) var peeled: Peeled
    /// Whether the message is a string with escapes, or an array of numbers.
    private(set) var needsDecoding = false
    private(set) var isArray = false
    /// Whether the shipper left the message out.
    private(set) var isLeftOut = false
    /// Whether the line ends within the object.
    private(set) var isCut = false
    /// Whether it is of a unit of the host's that is no container, and may print what it reads of containers.
    private(set) var isUnit = false
    /// The index behind the object.
    private(set) var end: Int

    /// Where the entries of an answer of Loki's lie.
    private(set) var streams: Range<Int>?

    /// - Parameters:
    ///   - isWithin: whether it stands within a frame, and not by itself as in Docker's files.
    ///   - isRuby: whether the object is written as Fluent Bit writes it: `=>`, and nothing escaped.
    init?(_ bytes: Span<UInt8>, at start: Int, end: Int, isWithin: Bool = false, isRuby: Bool = false) {
        var record = Record(isDockers: !isWithin)
        // Within strings quotes are escaped, so that this is the beginning of another object.
        let limit = isWithin ? end : bytes.first("{\"log\":\"", from: start + 1, to: end) ?? end
        var extent = JSONObject.scan(bytes, at: start, end: limit, arrow: isRuby) { Self.note($0, bytes, &record) }
        if !extent.isComplete {
            // A half-written object ends where a whole one begins behind it, or with the line.
            extent.end = limit
            isCut = limit == end
        }
        if let streams = record.streams {
            framing = .loki
            peeled = Peeled(message: streams.value)
            self.streams = streams.value
            self.end = extent.end
            return
        }
        guard
            let (member, framing) = Self.message(
                of: record, isWithin: isWithin, isComplete: extent.isComplete)
        else { return nil }
        self.framing = framing
        self.end = extent.end
        peeled = Peeled(message: member.value, time: record.time, stream: record.stream)
        peeled.isPart = record.isPart && !record.isLastPart
        // Fluent Bit escapes nothing: a message may have written members of its own.
        let isForged = isRuby && (record.isRepeated || !bytes.has("]", at: extent.end, end: end))
        peeled.name = isForged ? nil : Self.name(of: record, framing)
        isUnit = framing == .journald && record.name == nil && record.tag == nil && record.id == nil
        switch member.kind {
        case .string:
            trim(bytes, isDockers: framing == .jsonFile, isWhole: !member.isCut)
            if isRuby { needsDecoding = false }
        case .array: (isArray, needsDecoding) = (true, true)
        case .number, .literal, .object:
            isLeftOut = true
            peeled.message = member.value.lowerBound..<member.value.lowerBound
        }
    }

    /// Takes the line's end, which Docker writes as a part of it, from the message.
    private mutating func trim(_ bytes: Span<UInt8>, isDockers: Bool, isWhole: Bool) {
        let start = peeled.message.lowerBound
        var stop = peeled.message.upperBound
        var hasEnd = Self.endsWithEscape(UInt8(ascii: "n"), bytes, start, stop)
        if hasEnd {
            stop -= 2
        } else if Self.endsWithNumberedEscape(bytes, start, stop) {
            hasEnd = true
            stop -= 6
        }
        // A part of a line over 16 KiB has no end.
        if isDockers, !hasEnd, isWhole { peeled.isPart = true }
        while Self.endsWithEscape(UInt8(ascii: "r"), bytes, start, stop) { stop -= 2 }
        peeled.message = start..<stop
        needsDecoding = bytes.first(UInt8(ascii: "\\"), from: start, to: stop) != nil
    }

    /// Whether the text ends with an LF that is written `\u000a`.
    private static func endsWithNumberedEscape(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
        end - start >= 6
            && (bytes.has("\\u000a", at: end - 6, end: end) || bytes.has("\\u000A", at: end - 6, end: end))
    }

    private static func endsWithEscape(_ letter: UInt8, _ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
        guard end - start >= 2, bytes[end - 1] == letter else { return false }
        var i = end - 1
        while i > start, bytes[i - 1] == UInt8(ascii: "\\") { i -= 1 }
        return (end - 1 - i) % 2 == 1
    }

    /// The beginning of the first line in [start, end) that is a part of one, as Docker's files have it.
    ///
    /// Its own parts are long; but whatever writes such files may cut anywhere.
    static func firstPart(in bytes: Span<UInt8>, from start: Int, to end: Int) -> Int? {
        var position = start
        while position < end {
            let next = LineEnds.next(in: bytes, from: position)
            if let quote = endOfLog(in: bytes, from: position, to: next), quote - 2 > position,
                bytes[quote - 1] != UInt8(ascii: "n") || bytes[quote - 2] != UInt8(ascii: "\\"),
                !endsWithNumberedEscape(bytes, position, quote)
            {
                return position
            }
            position = next + 1
        }
        return nil
    }

    /// Where the message of one of Docker's lines ends, told by what follows it; nil where nothing does.
    private static func endOfLog(in bytes: Span<UInt8>, from start: Int, to end: Int) -> Int? {
        // As the engine writes it: the stream, then the time, of which nine decimals are the most common.
        var time = end - 32
        while time < end - 20, time - 28 > start {
            if bytes[time - 1] == UInt8(ascii: "\""), bytes.has("\",\"time\":\"", at: time - 10, end: time),
                bytes.has("\",\"stream\":\"", at: time - 28, end: time)
            {
                return time - 28
            }
            time += 1
        }
        // Other members are short as well.
        var i = end - 10
        let limit = max(start + 2, end - 1024)
        while i > limit {
            if bytes[i] == UInt8(ascii: "s"), bytes.has("\",\"stream\":\"", at: i - 3, end: end) { return i - 3 }
            i -= 1
        }
        return nil
    }

    private static func message(
        of record: Record, isWithin: Bool, isComplete: Bool
    ) -> (JSONObject.Member, Framing)? {
        if let journal = record.journal { return (journal, .journald) }
        let names = record.pod ?? record.container ?? record.name ?? record.id
        let isWrapped = isWithin || record.time != nil || record.stream != nil || names != nil
        if let log = record.log {
            if record.isDockers, log.index == 0, record.time != nil || !isComplete { return (log, .jsonFile) }
            return isWrapped ? (log, record.id != nil || record.name != nil ? .fluentd : .json) : nil
        }
        if let message = record.message, isWrapped {
            return (message, record.pod != nil && record.container != nil && record.time == nil ? .stern : .json)
        }
        if let line = record.line, isWrapped { return (line, .loki) }
        return nil
    }

    private static func name(of record: Record, _ framing: Framing) -> Peeled.Name? {
        if let pod = record.pod { return Peeled.Name(name: pod, container: record.container, isPod: true) }
        if let name = record.name ?? record.container ?? record.tag ?? record.id {
            return Peeled.Name(name: name, id: record.id)
        }
        // A unit of the host's that is no container.
        if framing == .journald, let identifier = record.identifier {
            return Peeled.Name(name: identifier, host: record.host)
        }
        return nil
    }

    private static func note(_ member: JSONObject.Member, _ bytes: Span<UInt8>, _ record: inout Record) {
        let key = bytes.extracting(member.key)
        let isTop = member.parent.isEmpty
        if isTop { noteTop(key, member, bytes, &record) } else { noteNested(key, member, bytes, &record) }
    }

    private static func noteTop(
        _ key: Span<UInt8>, _ member: JSONObject.Member, _ bytes: Span<UInt8>, _ record: inout Record
    ) {
        let value = bytes.extracting(member.value)
        let isString = member.kind == .string
        if key.equals("log"), isString {
            record.isRepeated = record.isRepeated || record.log != nil
            record.log = member
        } else if key.equals("stream") {
            record.stream = stream(value) ?? record.stream
        } else if key.equals("time") {
            record.time = time(value) ?? record.time
        } else if key.equals("attrs") {
            return
        } else {
            record.isDockers = false
            if key.equals("MESSAGE") {
                record.journal = member
            } else if key.equals("message"), isString {
                record.message = member
            } else if key.equals("line"), isString {
                record.line = member
            } else if key.equals("streams"), member.kind == .array {
                record.streams = member
            } else {
                noteOther(key, member, value, &record)
            }
        }
    }

    private static func noteOther(
        _ key: Span<UInt8>, _ member: JSONObject.Member, _ value: Span<UInt8>, _ record: inout Record
    ) {
        func text() -> Range<Int>? { member.kind == .string && !member.value.isEmpty ? member.value : nil }
        if key.equals("source") {
            record.stream = stream(value) ?? record.stream
        } else if key.equals("@timestamp") || key.equals("timestamp") || key.equals("date") {
            record.time = time(value) ?? record.time
        } else if key.equals("__REALTIME_TIMESTAMP") {
            record.time = time(value)
        } else if key.equals("PRIORITY") {
            record.stream = value.equals("6") ? .stdout : value.equals("3") ? .stderr : nil
        } else if key.equals("CONTAINER_NAME") || key.equals("container_name") || key.equals("containerName") {
            let name = text()
            // Docker's names have a slash before them.
            let slash = value.starts(with: "/") ? 1 : value.starts(with: "\\/") ? 2 : 0
            let plain = name.map { $0.lowerBound + slash..<$0.upperBound }
            record.isRepeated = record.isRepeated || record.name != nil || record.container != nil
            if key.equals("containerName") { record.container = plain } else { record.name = plain }
        } else if key.equals("CONTAINER_TAG") {
            record.tag = text()
        } else if key.equals("CONTAINER_ID") || key.equals("container_id") {
            record.isRepeated = record.isRepeated || record.id != nil
            record.id = text().map { $0.lowerBound..<min($0.upperBound, $0.lowerBound + 12) }
        } else if key.equals("SYSLOG_IDENTIFIER") {
            record.identifier = text()
        } else if key.equals("_HOSTNAME") {
            record.host = text()
        } else if key.equals("podName") || key.equals("pod_name") {
            record.isRepeated = record.isRepeated || record.pod != nil
            record.pod = text()
        } else if key.equals("CONTAINER_PARTIAL_MESSAGE") || key.equals("partial_message") {
            record.isPart = value.equals("true")
        } else if key.equals("CONTAINER_PARTIAL_LAST") || key.equals("partial_last") {
            record.isLastPart = value.equals("true")
        } else if key.equals("logtag") {
            record.isPart = value.starts(with: "P")
        }
    }

    private static func noteNested(
        _ key: Span<UInt8>, _ member: JSONObject.Member, _ bytes: Span<UInt8>, _ record: inout Record
    ) {
        let parent = bytes.extracting(member.parent)
        if parent.equals("data"), key.equals("result"), member.kind == .array { record.streams = member }
        guard member.kind == .string, !member.value.isEmpty else { return }
        if parent.equals("attrs") {
            if key.equals("tag") { record.tag = member.value }
        } else if parent.equals("kubernetes") {
            if key.equals("pod_name") { record.pod = member.value }
            if key.equals("container_name") { record.container = member.value }
        } else if parent.equals("pod") {
            if key.equals("name") { record.pod = member.value }
        } else if parent.equals("container") {
            if key.equals("name") { record.container = member.value }
            if key.equals("id") {
                record.id = member.value.lowerBound..<min(member.value.upperBound, member.value.lowerBound + 12)
            }
        } else if parent.equals("labels") {
            if key.equals("pod") { record.pod = member.value }
            if key.equals("container") || key.equals("container_name") { record.container = member.value }
            if key.equals("stream") { record.stream = stream(bytes.extracting(member.value)) }
        }
    }

    private static func stream(_ value: Span<UInt8>) -> OutputStream? {
        value.equals("stdout") ? .stdout : value.equals("stderr") ? .stderr : nil
    }

    /// A time as text, or as a number whose size tells its unit.
    static func time(_ value: Span<UInt8>) -> Timestamp? {
        if let scanned = Timestamp.scan(value, at: 0, end: value.count, separator: UInt8(ascii: "T")) {
            return scanned.hasZone ? scanned.time : nil
        }
        guard let (whole, next) = value.number(at: 0, end: value.count) else { return nil }
        let unit: Int
        switch next {
        case 9...10: unit = 1_000_000_000
        case 13: unit = 1_000_000
        case 16: unit = 1000
        case 19: unit = 1
        default: return nil
        }
        // Years to come, in more nanoseconds than 64 bits hold, are no times of logs; a second is left for a fraction.
        guard whole < (Int.max - 1_000_000_000) / unit else { return nil }
        var nanoseconds = whole * unit
        if next <= 10, next < value.count, value[next] == UInt8(ascii: ".") {
            var scale = 100_000_000
            for i in value.indices.dropFirst(next + 1) where value[i].isDigit {
                nanoseconds += Int(value[i] - 0x30) * scale
                scale /= 10
            }
        }
        return Timestamp(nanoseconds: Int64(nanoseconds))
    }
}
