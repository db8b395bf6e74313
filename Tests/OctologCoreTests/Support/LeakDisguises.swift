/// What happens to lines on their way into a log.
enum LeakDisguise {
    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 }

    /// PowerShell's wrapping, log-grammar 1.3: on a blank, which is lost, or within a word that is too long.
    ///
    /// - Parameter isForced: cuts at the very column, whatever stands there, as a console does.
    static func wrapped(_ line: Marked, at columns: Int, isForced: Bool) -> [Marked] {
        var lines: [Marked] = []
        var start = 0
        while true {
            var end = start
            var width = 0
            var blank: Int?
            while end < line.bytes.count, width < columns {
                if isBlank(line.bytes[end]) { blank = end }
                end += 1
                while end < line.bytes.count, line.bytes[end] & 0xC0 == 0x80 { end += 1 }
                width += 1
            }
            if end == line.bytes.count { return lines + [line[start..<end]] }
            if !isForced, isBlank(line.bytes[end]) { blank = end }
            if !isForced, let blank, blank > start {
                lines.append(line[start..<blank])
                start = blank + 1
            } else {
                lines.append(line[start..<end])
                start = end
            }
        }
    }

    private static let colours = ["\u{1B}[31m", "\u{1B}[0m", "\u{1B}[36;1m", "\u{1B}[m", "\u{1B}[K"]

    /// Escape sequences anywhere in the line, within words too.
    static func coloured(_ line: Marked, _ random: inout SeededRandom) -> Marked {
        var result = Marked()
        let count = 1 + random.below(4)
        var places = (0..<count).map { _ in random.below(line.bytes.count + 1) }
        let secrets = line.isSecret.indices.filter { line.isSecret[$0] }
        if !secrets.isEmpty { places.append(random.pick(secrets)) }
        for i in 0...line.bytes.count {
            let isWithinLetter = i < line.bytes.count && line.bytes[i] & 0xC0 == 0x80
            if places.contains(i), !isWithinLetter { result += Marked(random.pick(colours)) }
            if i < line.bytes.count { result += line[i..<i + 1] }
        }
        return result
    }

    /// A secret again, bare, where only its value tells what it is.
    static func repetition(of planted: Planted, _ random: inout SeededRandom) -> [Marked] {
        let secret = Marked(String(decoding: planted.value, as: UTF8.self), isSecret: true)
        switch random.below(5) {
        case 0:
            return [
                "System.ArgumentException: The value '\(secret)' could not be used.",
                "   at Octopus.Core.Settings.Apply(String value)",
            ]
        case 1: return ["The vault has no entry for \(secret) yet."]
        case 2: return [secret]
        case 3: return ["octopus-init: retrying with \(secret), attempt 2 of 5"]
        default: return ["   -> [\(secret)] was sent to sql.corp.example"]
        }
    }
}

/// How lines are wrapped on their way into a log, log-grammar 11.
enum LeakFrame: String, CaseIterable {
    case plain
    case timestamps
    case jsonFile = "json-file"
    case composeV1 = "compose-v1"
    case composeV2 = "compose-v2"
    case composeColour = "compose-colour"
    case cri
    case kubectl
    case stern
    case syslog3164 = "syslog-3164"
    case syslog5424 = "syslog-5424"
    case journald
    case journaldArrays = "journald-arrays"
    case fluentd
    case raw
    case utf16LE = "utf16-le"
    case utf16BE = "utf16-be"
    case ansi

    /// Whether it cuts long messages into parts of 16 KiB.
    var hasParts: Bool {
        switch self {
        case .jsonFile, .cri, .journald, .journaldArrays, .fluentd, .raw: true
        case .plain, .timestamps, .composeV1, .composeV2, .composeColour, .kubectl, .stern, .syslog3164, .syslog5424,
            .utf16LE, .utf16BE, .ansi:
            false
        }
    }

    /// Whether it names the container, so that another's lines may stand in between.
    var namesContainer: Bool {
        switch self {
        case .composeV1, .composeV2, .composeColour, .kubectl, .stern, .syslog3164, .syslog5424, .journald,
            .journaldArrays, .fluentd:
            true
        case .plain, .timestamps, .jsonFile, .cri, .raw, .utf16LE, .utf16BE, .ansi: false
        }
    }

    /// The bytes of a log with these lines.
    ///
    /// - Parameters:
    ///   - isCRLF: whether the lines end with CRLF.
    ///   - hasStrangers: whether lines of another container come in between.
    func log(of lines: [Marked], isCRLF: Bool, hasStrangers: Bool, _ random: inout SeededRandom) -> [UInt8] {
        var log: [UInt8] = []
        let end: [UInt8] = isCRLF ? [0x0D, 0x0A] : [0x0A]
        for line in lines {
            if hasStrangers, namesContainer, random.once(in: 3) {
                let other = "2022-06-01 09:15:02.55 spid8s      Starting up database 'model'."
                log += record(of: Array(other.utf8), isCRLF: isCRLF, container: "db", &random)
            }
            switch self {
            case .plain, .raw, .utf16LE, .utf16BE: log += line.bytes + end
            case .ansi: log += (random.once(in: 3) ? line : LeakDisguise.coloured(line, &random)).bytes + end
            default: log += record(of: line.bytes, isCRLF: isCRLF, container: "octopus", &random)
            }
        }
        switch self {
        case .raw: return Self.chunks(log, &random)
        case .utf16LE: return Self.utf16(log, isBigEndian: false)
        case .utf16BE: return Self.utf16(log, isBigEndian: true)
        default: return log
        }
    }

    private static let id = "4f2a9c1b7d3e5633c9b8af6d089859afcbec42fdc03f8c407aaba9668218b433"

    private func record(of message: [UInt8], isCRLF: Bool, container: String, _ random: inout SeededRandom) -> [UInt8] {
        let fraction = String(random.below(900_000_000) + 100_000_000)
        let time = "2018-07-02T09:15:01.\(fraction)Z"
        let end: [UInt8] = isCRLF ? [0x0D] : []
        func line(_ prefix: String) -> [UInt8] { Array(prefix.utf8) + message + end + [0x0A] }
        switch self {
        case .plain, .raw, .utf16LE, .utf16BE, .ansi: return line("")
        case .timestamps: return line("\(time) ")
        case .composeV1: return line(container == "db" ? "db_1       | " : "octopus_1  | ")
        case .composeV2: return line(container == "db" ? "db-1       | " : "octopus-1  | ")
        case .composeColour:
            return line(container == "db" ? "\u{1B}[33mdb-1       | \u{1B}[0m" : "\u{1B}[36moctopus-1  | \u{1B}[0m")
        case .kubectl: return line("[pod/\(container)-0/\(container)] ")
        case .stern: return line("\(container)-0 \(container) ")
        case .syslog3164: return line("<30>Jul  2 09:15:01 dock1 \(container)[2216]: ")
        case .syslog5424: return line("<30>1 2018-07-02T09:15:01Z dock1 \(container) 2216 \(container) - ")
        case .cri:
            let parts = Self.parts(message + end, &random)
            return parts.enumerated().flatMap { index, part in
                Array("\(time) stdout \(index == parts.count - 1 ? "F" : "P") ".utf8) + part + [0x0A]
            }
        case .jsonFile:
            let parts = Self.parts(message + end + [0x0A], &random)
            return parts.flatMap { part in
                Array(#"{"log":"\#(Self.json(part))","stream":"stdout","time":"\#(time)"}"#.utf8) + [0x0A]
            }
        case .fluentd:
            let parts = Self.parts(message + end, &random)
            return parts.enumerated().flatMap { index, part in
                let more = index == parts.count - 1 ? "" : #","partial_message":"true""#
                return Array(
                    #"{"container_id":"\#(Self.id)","container_name":"/\#(container)","source":"stdout","log":"\#(Self.json(part))"\#(more)}"#
                        .utf8) + [0x0A]
            }
        case .journald, .journaldArrays:
            let parts = Self.parts(message + end, &random)
            return parts.enumerated().flatMap { index, part in
                let isArray = self == .journaldArrays || part.contains { $0 < 0x20 && $0 != 0x09 }
                let text =
                    isArray ? "[\(part.map { String($0) }.joined(separator: ","))]" : "\"\(Self.json(part))\""
                let more = index == parts.count - 1 ? "" : #","CONTAINER_PARTIAL_MESSAGE":"true""#
                return Array(
                    #"{"__REALTIME_TIMESTAMP":"1530522901\#(fraction.prefix(6))","PRIORITY":"6","CONTAINER_ID":"4f2a9c1b7d3e","CONTAINER_NAME":"\#(container)","SYSLOG_IDENTIFIER":"4f2a9c1b7d3e","MESSAGE":\#(text)\#(more)}"#
                        .utf8) + [0x0A]
            }
        }
    }

    private static func json(_ bytes: [UInt8]) -> String { Notation.json(String(decoding: bytes, as: UTF8.self)) }

    /// The parts of a message: of 16 KiB, or now and then of less, between two characters.
    private static func parts(_ message: [UInt8], _ random: inout SeededRandom) -> [[UInt8]] {
        let size = 16384
        if message.count > size {
            return stride(from: 0, to: message.count, by: size).map {
                Array(message[$0..<min(message.count, $0 + size)])
            }
        }
        guard message.count > 20, random.once(in: 8) else { return [message] }
        var cut = 1 + random.below(message.count - 2)
        while cut < message.count - 1, message[cut] & 0xC0 == 0x80 { cut += 1 }
        return [Array(message[..<cut]), Array(message[cut...])]
    }

    /// An attach stream whose chunks begin anywhere.
    private static func chunks(_ log: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
        var result: [UInt8] = []
        var start = 0
        while start < log.count {
            let size = min(log.count - start, 1 + random.below(random.pick([4, 40, 400, 16384])))
            result += [1, 0, 0, 0, 0, 0, UInt8(size >> 8), UInt8(size & 0xFF)]
            result += log[start..<start + size]
            start += size
        }
        return result
    }

    private static func utf16(_ log: [UInt8], isBigEndian: Bool) -> [UInt8] {
        let units = [0xFEFF] + Array(String(decoding: log, as: UTF8.self).utf16)
        return units.flatMap { unit in
            isBigEndian ? [UInt8(unit >> 8), UInt8(unit & 0xFF)] : [UInt8(unit & 0xFF), UInt8(unit >> 8)]
        }
    }
}
