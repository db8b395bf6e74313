/// A container whose log is read: its machine, and what is counted for it.
struct Container {
    /// Its name or id, or the input's name.
    let name: String
    /// The `source` of its events.
    let source: String
    var machine = StartupStateMachine()
    var records = RecordAssembler()
    /// The lines of its startups that no rule knows.
    var unknown = TemplateMiner()
    /// The last line, if no rule knows it: the next may be the rest of it.
    var doubtful: (text: String, evidence: Evidence)?
    /// How many lines its startups have.
    var startupLines = 0
    /// What its lines amount to by the user's own rules.
    var watch = Watch()
    /// When a line of it was last read, by the count of such lines.
    var lastLine = 0
    /// Whose lines are its own.
    var channel = ChannelTable.unnamed
    /// What the frames of its last line said.
    var wrapping = Wrapping()
    /// Whether it was silent for so long that its place was given to another.
    var isClosed = false
    /// Whether it was last seen to want every line.
    var isEager = false
    /// The startup that `correlation` belongs to.
    private var correlated: Int?
    private var correlation: String?
    /// Secrets that were told of a startup, so that each is told once.
    private var exposed: (startup: Int, secrets: Set<String>) = (0, [])

    init(name: String, isInput: Bool) {
        self.name = name
        source = Self.source(named: name, isInput: isInput)
    }

    /// The `source` of a container's events.
    static func source(named name: String, isInput: Bool) -> String {
        "urn:octolog:\(isInput ? "input" : "container"):\(name.percentEncoded)"
    }

    /// Whether each line matters, not only those that hold a literal.
    var wantsEveryLine: Bool { machine.wantsEveryLine || records.open != nil }

    /// Whether a secret is told for the first time in its startup.
    mutating func isNewlyExposed(_ secret: String) -> Bool {
        let startup = machine.startup?.number ?? 0
        if exposed.startup != startup { exposed = (startup, []) }
        // Whoever prints to the console can print any number of keys: the first say what there is to say.
        guard exposed.secrets.count < Self.maximumExposed else { return false }
        return exposed.secrets.insert(secret).inserted
    }

    /// So many secrets of a startup are told; all are masked.
    private static let maximumExposed = 1000

    /// The last line was not known after all.
    mutating func settleDoubt() {
        guard let line = doubtful else { return }
        doubtful = nil
        unknown.add(line.text, line.evidence)
    }

    /// Tells the shapes of the lines that no rule knows.
    mutating func announceUnknown() {
        settleDoubt()
        guard unknown.lines > 0 else { return }
        let ranked = unknown.ranked
        let templates = ranked.prefix(Self.maximumTemplates).map {
            LineTemplate(template: $0.words.joined(separator: " "), count: $0.count)
        }
        machine.emit(
            .linesUnrecognised(
                LinesUnrecognised(
                    templates: templates, lines: unknown.lines,
                    share: startupLines == 0 ? nil : Double(unknown.lines) / Double(startupLines))),
            subject: "unrecognised", evidence: ranked.prefix(8).map(\.example))
        unknown = TemplateMiner()
    }

    /// As many shapes are told.
    private static let maximumTemplates = 32

    /// Makes an event of what the machine says.
    mutating func event(_ emission: Emission) -> Event {
        if let startup = emission.startup, startup != correlated {
            var digest = Digest(domain: "startup")
            digest.add(source)
            digest.add(startup)
            digest.add(emission.evidence.first?.input ?? "")
            digest.add(emission.evidence.first?.location.offset ?? 0)
            correlated = startup
            correlation = digest.hexadecimal(bytes: 8)
        }
        return Event(
            payload: emission.payload, source: source, time: emission.time?.timestamp,
            timeSource: emission.time.map { $0.message == nil ? .frame : .message }, subject: emission.subject,
            level: emission.level, correlation: emission.startup == nil ? nil : correlation,
            origin: Origin(
                container: name, product: machine.product, era: machine.eras.name, startup: emission.startup),
            evidence: emission.evidence, startedAt: emission.startedAt?.timestamp)
    }
}

extension String {
    /// The text as a part of a URN, RFC 3986 2.3 and RFC 8141: all but its plain characters as `%XX`.
    var percentEncoded: String {
        guard utf8.contains(where: { !$0.isPlainInURN }) else { return self }
        var result: [UInt8] = []
        for byte in utf8 {
            if byte.isPlainInURN {
                result.append(byte)
            } else {
                result.append(UInt8(ascii: "%"))
                for digit in [byte >> 4, byte & 15] { result.append(digit < 10 ? 0x30 + digit : 0x37 + digit) }
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}

extension UInt8 {
    fileprivate var isPlainInURN: Bool {
        switch self {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"), UInt8(ascii: "/"), UInt8(ascii: ":"):
            true
        default: false
        }
    }
}
