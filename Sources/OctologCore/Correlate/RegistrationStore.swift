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

    /// Whether one registration's id comes before another's.
    func isBefore(_ a: Reference, _ b: Reference) -> Bool {
        // All ids are packed alike, and first in their records.
        func bytes(_ reference: Reference) -> ArraySlice<UInt8> {
            let offset = Int(reference) * 4
            return chunks[offset / Self.chunkSize][offset % Self.chunkSize..<offset % Self.chunkSize + 17]
        }
        return bytes(a).lexicographicallyPrecedes(bytes(b))
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
        writer.pieces(event.origin.container, &names)
        writer.source(event)
        writer.time(event.time)
        writer.index(of: event.timeSource)
        write(subject: event, to: &writer)
        writer.number(event.level.rawValue)
        writer.text(event.correlation)
        writer.index(of: event.origin.product)
        writer.text(event.origin.era, &names)
        writer.text(registration.server, &names)
        writer.text(registration.space, &names)
        writer.index(of: registration.kind)
        writer.pieces(registration.name, &names)
        writer.number(registration.nameIsDefault ? 1 : 0)
        writer.pieces(registration.host, &names)
        writer.pieces(registration.thumbprint, &names)
        writer.pieces(registration.subscription, &names)
        writer.pieces(registration.endpoint, &names)
        writer.list(registration.environments, &names)
        writer.list(registration.roles, &names)
        writer.list(registration.workerPools, &names)
        writer.text(registration.auth, &names)
        writer.index(of: registration.outcome)
        writer.evidence(event.evidence.last, &names)
    }

    /// Nearly all subjects are made of the startup's number: each is another, and none is kept.
    private static func write(subject event: Event, to writer: inout RecordWriter) {
        let startup = event.origin.startup ?? -1
        writer.number(startup + 1)
        let isUsual = event.subject == subject(ofStartup: startup)
        writer.number(isUsual ? 1 : 0)
        if !isUsual { writer.text(event.subject) }
    }

    private static func subject(ofStartup startup: Int) -> String { "startup/\(startup)/registration" }

    private static func read(_ reader: inout RecordReader, _ names: Names) -> Event {
        let id = reader.text(names)
        var event = Event(
            payload: .registrationObserved(Registration()), source: "", level: .info,
            origin: Origin(container: reader.pieces(names)), evidence: [], givenID: id)
        event.source = reader.source(of: event.origin.container, names)
        event.time = reader.time()
        event.timeSource = reader.value()
        let startup = reader.number() - 1
        event.origin.startup = startup >= 0 ? startup : nil
        event.subject = reader.number() == 1 ? subject(ofStartup: startup) : reader.text(names)
        event.level = Level(rawValue: reader.number()) ?? .info
        event.correlation = reader.text(names)
        event.origin.product = reader.value()
        event.origin.era = reader.text(names)
        var registration = Registration()
        registration.server = reader.text(names)
        registration.space = reader.text(names)
        registration.kind = reader.value()
        registration.name = reader.pieces(names)
        registration.nameIsDefault = reader.number() == 1
        registration.host = reader.pieces(names)
        registration.thumbprint = reader.pieces(names)
        registration.subscription = reader.pieces(names)
        registration.endpoint = reader.pieces(names)
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
