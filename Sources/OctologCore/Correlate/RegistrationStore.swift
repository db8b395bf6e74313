/// Registrations, each in some hundred bytes: a fleet has a million of them.
///
/// Of a `registration.observed` it keeps what tells machines apart, and the last line of evidence.
struct RegistrationStore {
    /// Where a registration lies: a fourth of its offset in all chunks.
    typealias Reference = UInt32

    private var chunks: [[UInt8]] = []
    private var names = Names()
    private(set) var count = 0

    /// The size of a chunk, in bytes. A registration lies in one; one that is larger has a chunk of its own.
    private static let chunkSize = 1 << 20

    mutating func append(_ event: Event, _ registration: Registration) -> Reference {
        var writer = RecordWriter()
        Self.write(event, registration, to: &writer, &names)
        while writer.bytes.count % 4 != 0 { writer.bytes.append(0) }
        if chunks.last.map({ $0.count + writer.bytes.count > Self.chunkSize }) ?? true {
            chunks.append([])
            // The first one may stay small: most runs have few registrations.
            if chunks.count > 1 { chunks[chunks.count - 1].reserveCapacity(max(Self.chunkSize, writer.bytes.count)) }
        }
        let offset = (chunks.count - 1) * Self.chunkSize + chunks[chunks.count - 1].count
        chunks[chunks.count - 1].append(contentsOf: writer.bytes)
        count += 1
        return Reference(truncatingIfNeeded: offset / 4)
    }

    /// The event, as it was reduced.
    func event(_ reference: Reference) -> Event {
        let offset = Int(reference) * 4
        var reader = RecordReader(bytes: chunks[offset / Self.chunkSize], position: offset % Self.chunkSize)
        return Self.read(&reader, names)
    }

    /// The event's id, 32 digits.
    func id(of reference: Reference) -> String {
        let offset = Int(reference) * 4
        var reader = RecordReader(bytes: chunks[offset / Self.chunkSize], position: offset % Self.chunkSize)
        return reader.text(names) ?? ""
    }

    /// Of two registrations of one id that don't say the same one counts: any, but always the same.
    func replaces(_ event: Event, _ registration: Registration, _ other: Reference) -> Bool {
        func json(_ event: Event) -> [UInt8] {
            var writer = JSONWriter()
            writer.line(event)
            return writer.bytes
        }
        return json(self.event(other)).lexicographicallyPrecedes(json(event.reduced(registration)))
    }
}

extension Event {
    /// What is kept of a registration.
    func reduced(_ registration: Registration) -> Event {
        var event = self
        event.givenID = id
        event.sequence = 0
        event.evidence = event.evidence.suffix(1)
        return event
    }
}

// MARK: - The form

extension RegistrationStore {
    private static func write(
        _ event: Event, _ registration: Registration, to writer: inout RecordWriter, _ names: inout Names
    ) {
        writer.text(event.id)
        writer.text(event.origin.container)
        writer.source(event)
        writer.time(event.time)
        writer.index(of: event.timeSource)
        writer.text(event.subject, &names)
        writer.number(event.level.rawValue)
        writer.text(event.correlation)
        writer.index(of: event.origin.product)
        writer.text(event.origin.era, &names)
        writer.number((event.origin.startup ?? -1) + 1)
        writer.text(registration.server, &names)
        writer.text(registration.space, &names)
        writer.index(of: registration.kind)
        writer.text(registration.name)
        writer.number(registration.nameIsDefault ? 1 : 0)
        writer.text(registration.host)
        writer.text(registration.thumbprint)
        writer.text(registration.subscription)
        writer.text(registration.endpoint)
        writer.list(registration.environments, &names)
        writer.list(registration.roles, &names)
        writer.list(registration.workerPools, &names)
        writer.text(registration.auth, &names)
        writer.index(of: registration.outcome)
        writer.evidence(event.evidence.last, &names)
    }

    private static func read(_ reader: inout RecordReader, _ names: Names) -> Event {
        let id = reader.text(names)
        var event = Event(
            payload: .registrationObserved(Registration()), source: "", level: .info,
            origin: Origin(container: reader.text(names)), evidence: [], givenID: id)
        event.source = reader.source(of: event.origin.container, names)
        event.time = reader.time()
        event.timeSource = reader.value()
        event.subject = reader.text(names)
        event.level = Level(rawValue: reader.number()) ?? .info
        event.correlation = reader.text(names)
        event.origin.product = reader.value()
        event.origin.era = reader.text(names)
        let startup = reader.number() - 1
        event.origin.startup = startup >= 0 ? startup : nil
        var registration = Registration()
        registration.server = reader.text(names)
        registration.space = reader.text(names)
        registration.kind = reader.value()
        registration.name = reader.text(names)
        registration.nameIsDefault = reader.number() == 1
        registration.host = reader.text(names)
        registration.thumbprint = reader.text(names)
        registration.subscription = reader.text(names)
        registration.endpoint = reader.text(names)
        registration.environments = reader.list(names)
        registration.roles = reader.list(names)
        registration.workerPools = reader.list(names)
        registration.auth = reader.text(names)
        registration.outcome = reader.value() ?? .unfinished
        event.payload = .registrationObserved(registration)
        event.evidence = reader.evidence(names).map { [$0] } ?? []
        return event
    }
}

/// Texts that many registrations have in common, each kept once.
private struct Names {
    private(set) var texts: [String] = []
    private var numbers: [String: Int] = [:]

    /// More are not kept apart: who names a million servers gains nothing by it.
    private static let maximum = 16_384

    mutating func number(of text: String) -> Int? {
        if let number = numbers[text] { return number }
        guard texts.count < Self.maximum, text.utf8.count <= 512 else { return nil }
        numbers[text] = texts.count
        texts.append(text)
        return texts.count - 1
    }
}

/// How a text is written: its length in bytes, or its number, is shifted left by two bits, and this lies in them.
private enum TextForm: Int {
    case plain
    /// Lower-case hexadecimal digits, two a byte; without any, no text at all.
    case lowerHex
    case upperHex
    /// A number of `Names`.
    case named
}

private struct RecordWriter {
    var bytes: [UInt8] = []

    /// Seven bits a byte, the lowest first.
    mutating func number(_ value: Int) {
        var rest = UInt(bitPattern: value)
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    mutating func text(_ text: String?, _ names: inout Names) {
        if let text, let number = names.number(of: text) {
            self.number(number << 2 | TextForm.named.rawValue)
        } else {
            self.text(text)
        }
    }

    mutating func text(_ text: String?) {
        guard let text else { return number(TextForm.lowerHex.rawValue) }
        let isEven = text.utf8.count >= 8 && text.utf8.count % 2 == 0
        if isEven, text.utf8.allSatisfy({ $0.isDigit || (0x61...0x66).contains($0) }) {
            digits(of: text, .lowerHex)
        } else if isEven, text.utf8.allSatisfy({ $0.isDigit || (0x41...0x46).contains($0) }) {
            digits(of: text, .upperHex)
        } else {
            number(text.utf8.count << 2 | TextForm.plain.rawValue)
            bytes.append(contentsOf: text.utf8)
        }
    }

    private mutating func digits(of text: String, _ form: TextForm) {
        number((text.utf8.count / 2) << 2 | form.rawValue)
        var high: UInt8?
        for digit in text.utf8 {
            let value = digit.isDigit ? digit - 0x30 : (digit | 0x20) - 0x57
            if let first = high {
                bytes.append(first << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
    }

    /// Most sources are a container's or an input's by its name.
    mutating func source(_ event: Event) {
        let kinds = [true, false].map { Container.source(named: event.origin.container ?? "", isInput: $0) }
        number(kinds.firstIndex(of: event.source) ?? 2)
        if !kinds.contains(event.source) { text(event.source) }
    }

    /// A path in pieces: what many have in common is named, and ids take half a byte a digit.
    mutating func path(_ path: String, _ names: inout Names) {
        let pieces = Self.pieces(of: path)
        number(pieces.count)
        var id: String?
        for piece in pieces {
            if !Self.isID(piece) {
                text(piece, &names)
            } else if piece == id {
                // Docker's paths have the id twice.
                text("")
            } else {
                text(piece)
                id = piece
            }
        }
    }

    /// Ids and what stands between them.
    private static func pieces(of path: String) -> [String] {
        var pieces: [String] = []
        var (text, run): ([UInt8], [UInt8]) = ([], [])
        func end() {
            if run.count < shortestID {
                text += run
            } else {
                if !text.isEmpty { pieces.append(String(decoding: text, as: UTF8.self)) }
                pieces.append(String(decoding: run, as: UTF8.self))
                text = []
            }
            run = []
        }
        for byte in path.utf8 {
            if byte.isHexadecimal {
                run.append(byte)
            } else {
                end()
                text.append(byte)
            }
        }
        end()
        if !text.isEmpty { pieces.append(String(decoding: text, as: UTF8.self)) }
        return pieces
    }

    private static let shortestID = 12

    fileprivate static func isID(_ piece: String) -> Bool {
        piece.utf8.count >= shortestID && piece.utf8.allSatisfy(\.isHexadecimal)
    }

    mutating func list(_ texts: [String], _ names: inout Names) {
        number(texts.count)
        for text in texts { self.text(text, &names) }
    }

    mutating func time(_ time: Timestamp?) {
        bytes.append(time == nil ? 0 : 1)
        guard let time else { return }
        withUnsafeBytes(of: time.nanoseconds.littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// The place of a value among all of its kind, from 1; 0 is none.
    mutating func index<Value: CaseIterable & Equatable>(of value: Value?) where Value.AllCases == [Value] {
        number(value.flatMap { Value.allCases.firstIndex(of: $0) }.map { $0 + 1 } ?? 0)
    }

    mutating func evidence(_ evidence: Evidence?, _ names: inout Names) {
        bytes.append(evidence == nil ? 0 : 1)
        guard let evidence else { return }
        path(evidence.input, &names)
        number(evidence.location.line)
        number(evidence.location.offset)
        number(evidence.location.length)
        index(of: evidence.stream)
        text(evidence.compression, &names)
        text(evidence.text, &names)
    }
}

private struct RecordReader {
    let bytes: [UInt8]
    var position: Int

    mutating func number() -> Int {
        var value: UInt = 0
        var shift: UInt = 0
        while true {
            let byte = bytes[position]
            position += 1
            value |= UInt(byte & 0x7F) << shift
            guard byte >= 0x80 else { return Int(bitPattern: value) }
            shift += 7
        }
    }

    mutating func text(_ names: Names) -> String? {
        let head = number()
        let count = head >> 2
        switch TextForm(rawValue: head & 3) {
        case .named: return names.texts[count]
        case .plain, nil:
            position += count
            return String(decoding: bytes[position - count..<position], as: UTF8.self)
        case .lowerHex: return count == 0 ? nil : digits(count, letter: 0x57)
        case .upperHex: return digits(count, letter: 0x37)
        }
    }

    private mutating func digits(_ count: Int, letter: UInt8) -> String {
        position += count
        let packed = bytes[position - count..<position]
        return String(unsafeUninitializedCapacity: 2 * count) { buffer in
            var i = 0
            for byte in packed {
                for value in [byte >> 4, byte & 15] {
                    buffer[i] = value < 10 ? 0x30 + value : letter + value
                    i += 1
                }
            }
            return i
        }
    }

    mutating func list(_ names: Names) -> [String] {
        let count = number()
        var texts: [String] = []
        for _ in 0..<count { texts.append(text(names) ?? "") }
        return texts
    }

    mutating func source(of container: String?, _ names: Names) -> String {
        switch number() {
        case 0: Container.source(named: container ?? "", isInput: true)
        case 1: Container.source(named: container ?? "", isInput: false)
        default: text(names) ?? ""
        }
    }

    mutating func path(_ names: Names) -> String {
        var path = ""
        var id = ""
        for _ in 0..<number() {
            let piece = text(names) ?? ""
            if RecordWriter.isID(piece) { id = piece }
            path += piece.isEmpty ? id : piece
        }
        return path
    }

    mutating func time() -> Timestamp? {
        position += 1
        guard bytes[position - 1] == 1 else { return nil }
        var value: UInt64 = 0
        for i in 0..<8 { value |= UInt64(bytes[position + i]) << UInt64(8 * i) }
        position += 8
        return Timestamp(nanoseconds: Int64(bitPattern: value))
    }

    mutating func value<Value: CaseIterable>() -> Value? where Value.AllCases == [Value] {
        let number = number()
        return number == 0 ? nil : Value.allCases[number - 1]
    }

    mutating func evidence(_ names: Names) -> Evidence? {
        position += 1
        guard bytes[position - 1] == 1 else { return nil }
        let input = path(names)
        let location = Location(line: number(), offset: number(), length: number())
        let stream: OutputStream? = value()
        return Evidence(
            input: input, location: location, stream: stream, compression: text(names), text: text(names) ?? "")
    }
}
