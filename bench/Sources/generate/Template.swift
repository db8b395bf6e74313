/// A line with gaps that are filled anew each time: `Deploying {package} to {machine}`.
struct Template {
    /// What fills a gap.
    enum Field: String {
        /// 1 to 9
        case digit
        /// 1 to 9999
        case count
        /// up to nine digits
        case big
        /// 0 to 100
        case percent
        /// milliseconds, most of them few
        case ms
        case guid
        /// eight lower-case hexadecimal digits
        case hex8
        /// a git commit
        case sha1
        /// a container image's digest
        case sha256
        /// a certificate's thumbprint
        case thumbprint
        case ip
        case port
        /// a thread's number, four columns wide, as Halibut prints it
        case thread
        case time
        case date
        case method
        case route
        case project
        case environment
        case machine
        case package
        case version
        case user
        case folder
        case file
        case type
        /// three to seven words
        case phrase
        /// eight to twenty words
        case sentence
    }

    private enum Part {
        case text([UInt8])
        case field(Field)
    }

    private let parts: [Part]

    init(_ text: String) {
        var parts: [Part] = []
        var rest = Substring(text)
        while let open = rest.firstIndex(of: "{") {
            // A brace that encloses no field's name is text, as in JSON.
            if let close = rest[open...].firstIndex(of: "}"),
                let field = Field(rawValue: String(rest[rest.index(after: open)..<close]))
            {
                parts.append(.text(Array(rest[..<open].utf8)))
                parts.append(.field(field))
                rest = rest[rest.index(after: close)...]
            } else {
                parts.append(.text(Array(rest[...open].utf8)))
                rest = rest[rest.index(after: open)...]
            }
        }
        parts.append(.text(Array(rest.utf8)))
        self.parts = parts
    }

    /// Writes the line without its end.
    func write(to corpus: inout CorpusWriter, _ random: inout SplitMix64, _ clock: Clock) {
        for part in parts {
            switch part {
            case .text(let text): corpus.append(text)
            case .field(let field): Self.write(field, to: &corpus, &random, clock)
            }
        }
    }

    private static func write(
        _ field: Field, to corpus: inout CorpusWriter, _ random: inout SplitMix64, _ clock: Clock
    ) {
        switch field {
        case .digit: corpus.append(decimal: random.within(1...9))
        case .count: corpus.append(decimal: random.within(1...(random.once(in: 3) ? 9999 : 99)))
        case .big: corpus.append(decimal: random.within(1...999_999_999))
        case .percent: corpus.append(decimal: random.within(0...100))
        case .ms: corpus.append(decimal: random.within(1...(random.once(in: 10) ? 4000 : 90)))
        case .guid: writeGUID(to: &corpus, &random)
        case .hex8: corpus.append(hexadecimal: random.next(), digits: 8)
        case .sha1: writeDigits(40, uppercase: false, to: &corpus, &random)
        case .sha256: writeDigits(64, uppercase: false, to: &corpus, &random)
        case .thumbprint: writeDigits(40, uppercase: true, to: &corpus, &random)
        case .ip: writeAddress(to: &corpus, &random)
        case .port: corpus.append(decimal: random.within(49_152...65_535))
        case .thread:
            let thread = random.within(4...180)
            for _ in 0..<(thread < 10 ? 3 : thread < 100 ? 2 : 1) { corpus.append(UInt8(ascii: " ")) }
            corpus.append(decimal: thread)
        case .time: corpus.append(Array(clock.timeOfDay))
        case .date: corpus.append(Array(clock.date))
        case .method: corpus.append(random.pick(Words.methods))
        case .route: writeRoute(to: &corpus, &random)
        case .project: corpus.append(random.pick(Words.projects))
        case .environment: corpus.append(random.pick(Words.environments))
        case .machine:
            corpus.append(random.pick(Words.machines))
            corpus.append(decimal: random.within(1...240), width: 3)
        case .package:
            corpus.append(random.pick(Words.projects))
            corpus.append(random.pick(Words.components))
        case .version: writeVersion(to: &corpus, &random)
        case .user: corpus.append(random.pick(Words.users))
        case .folder: corpus.append(random.pick(Words.folders))
        case .file: corpus.append(random.pick(Words.files))
        case .type: corpus.append(random.pick(Words.types))
        case .phrase: writeWords(random.within(3...7), to: &corpus, &random)
        case .sentence: writeWords(random.within(8...20), to: &corpus, &random)
        }
    }

    private static func writeDigits(
        _ count: Int, uppercase: Bool, to corpus: inout CorpusWriter, _ random: inout SplitMix64
    ) {
        for _ in 0..<count / 8 { corpus.append(hexadecimal: random.next(), digits: 8, uppercase: uppercase) }
    }

    private static func writeGUID(to corpus: inout CorpusWriter, _ random: inout SplitMix64) {
        corpus.append(hexadecimal: random.next(), digits: 8)
        for digits in [4, 4, 4, 12] {
            corpus.append(UInt8(ascii: "-"))
            corpus.append(hexadecimal: random.next(), digits: digits)
        }
    }

    private static func writeAddress(to corpus: inout CorpusWriter, _ random: inout SplitMix64) {
        corpus.append("10.")
        corpus.append(decimal: random.below(256))
        corpus.append(UInt8(ascii: "."))
        corpus.append(decimal: random.below(256))
        corpus.append(UInt8(ascii: "."))
        corpus.append(decimal: random.within(1...254))
    }

    private static func writeRoute(to corpus: inout CorpusWriter, _ random: inout SplitMix64) {
        corpus.append("/api/Spaces-")
        corpus.append(decimal: random.within(1...12))
        let (collection, item) = random.pick(Words.collections)
        corpus.append(UInt8(ascii: "/"))
        corpus.append(collection)
        guard !random.once(in: 4) else { return }
        corpus.append(UInt8(ascii: "/"))
        corpus.append(item)
        corpus.append(UInt8(ascii: "-"))
        corpus.append(decimal: random.within(1...90_000))
        if random.once(in: 3) { corpus.append(random.pick(Words.routeEnds)) }
    }

    private static func writeVersion(to corpus: inout CorpusWriter, _ random: inout SplitMix64) {
        corpus.append(decimal: random.within(2018...2024))
        corpus.append(UInt8(ascii: "."))
        corpus.append(decimal: random.within(1...12))
        corpus.append(UInt8(ascii: "."))
        corpus.append(decimal: random.within(1...4000))
    }

    private static func writeWords(_ count: Int, to corpus: inout CorpusWriter, _ random: inout SplitMix64) {
        for index in 0..<count {
            if index > 0 { corpus.append(UInt8(ascii: " ")) }
            corpus.append(random.pick(Words.plain))
        }
    }
}
