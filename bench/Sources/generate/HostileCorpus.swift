/// What makes a scanner slow: bytes that look like the beginning of everything and are the whole of nothing.
///
/// Blocks of one kind follow each other by chance, so that no kind can hide behind another's average. The last line has
/// no end.
struct HostileCorpus: ~Copyable {
    private enum Kind: CaseIterable {
        /// Phrases of these logs with one byte wrong, doubled or missing.
        case nearMisses
        /// The first bytes of such phrases, again and again.
        case beginnings
        /// Separators and rulers, of about the lengths that mean something.
        case rulers
        /// Colours around each letter, and escape sequences that never end.
        case escapes
        /// A line of a mebibyte or more, of ordinary text.
        case longLine
        /// A line of one byte, again and again.
        case longRun
        case quotes
        /// JSON that is cut, nested, or of no log driver.
        case brokenJSON
        /// Progress meters: thousands of CRs and no LF.
        case carriageReturns
        /// Bytes that are no UTF-8, and characters cut in two.
        case invalidText
        case randomBytes
        case zeros
        case emptyLines
        /// Stamps and names, one after another, as of a dozen frames.
        case nestedFrames
        /// Words that secrets stand behind, and no secrets.
        case secretWords
    }

    /// How a server or a Tentacle words what it does, log-grammar 2 to 9.
    private static let phrases: [[UInt8]] = [
        "Configuring Octopus Deploy", "Executing command '", "Web server is ready to process requests",
        "Machine registered successfully", "Registering with server ...", "Start Octopus Deploy instance ...",
        "Display master key ...", "Login failed for user 'sa'.", "Padding is invalid and cannot be removed.",
        "Agent will poll Octopus Server at ", "Agent listening on: [::]:10933", "Creating certificate ...",
        "A new certificate has been generated and installed. Thumbprint:", "Running. Press <enter> to shut down...",
        "Terminating process with exit code 100", "Configuration successful.", " - local admin password '",
        "Command returned exit code 1. Aborting.", "Octopus Server returned an error: ", "Beginning database upgrade",
    ].map { Array($0.utf8) }
    private static let secretWords: [[UInt8]] = [
        "password", "Password=", "pwd=", "--apiKey ", "API-", "--masterkey ", "masterKey=", "secret", "token",
        "Bearer ",
        "SA_PASSWORD=", "--password=", "key: ", "apikey", "User ID=sa;", "license", "certificate", "Thumbprint",
    ].map { Array($0.utf8) }
    private static let stamps: [[UInt8]] = [
        "2018-07-02T09:15:01.123456789Z ", "stdout F ", "octopus-1  | ", "[pod/octopus-0/server] ",
        "VERBOSE: [2018-07-02T09:15:01] ", "<30>Jul  2 09:15:01 4f2a9c01d3be[812]: ", "2018-07-02 09:15:01.12 spid9s ",
        "\t| ", "stderr P ", "{\"log\":\"", "2018-07-02 09:15:01.1234 | INFO  | ",
    ].map { Array($0.utf8) }

    private var corpus: CorpusWriter
    private var random: SplitMix64
    // 2017-11-06T06:00:00Z
    private var clock = Clock(seconds: 1_509_948_000)

    static func write(size: Int, _ frame: FileFrame?, seed: UInt64) {
        var hostile = HostileCorpus(corpus: CorpusWriter(frame: frame, seed: seed), random: SplitMix64(seed: seed))
        while hostile.corpus.count < size { hostile.writeBlock(of: hostile.nextKind()) }
        if frame == nil { hostile.writeLastLine() }
        hostile.corpus.flush()
    }

    private init(corpus: consuming CorpusWriter, random: SplitMix64) {
        self.corpus = corpus
        self.random = random
    }

    /// Any kind, but few long lines, since they are longer than the blocks of others.
    private mutating func nextKind() -> Kind {
        if random.once(in: 250) { return .longLine }
        let kind = Kind.allCases[random.below(Kind.allCases.count)]
        return kind == .longLine ? .nearMisses : kind
    }

    /// 64 KiB or a little more of one kind, or one long line.
    private mutating func writeBlock(of kind: Kind) {
        clock.advance(by: random.below(60))
        switch kind {
        case .longLine: writeLine(of: 1 << 20 + random.below(3 << 20)) { $0.appendWords() }
        case .longRun:
            let byte = UInt8(truncatingIfNeeded: random.pick([0x20, 0x3D, 0x41, 0x5C, 0x22, 0x1B, 0x0D, 0xFF]))
            writeLine(of: 64 << 10 + random.below(128 << 10)) { $0.append(byte, times: 1024) }
        case .carriageReturns: writeLine(of: 64 << 10) { $0.appendProgress() }
        case .nearMisses: writeLines { $0.appendNearMiss() }
        case .beginnings: writeLines { $0.appendBeginnings() }
        case .rulers: writeLines { $0.appendRuler() }
        case .escapes: writeLines { $0.appendEscapes() }
        case .quotes: writeLines { $0.appendQuotes() }
        case .brokenJSON: writeLines { $0.appendBrokenJSON() }
        case .invalidText: writeLines { $0.appendInvalidText() }
        case .randomBytes: writeLines { $0.appendRandomBytes(256) }
        case .zeros: writeLines { $0.append(0, times: $0.random.within(1...512)) }
        case .emptyLines: writeLines { $0.append(0x0D, times: $0.random.below(2)) }
        case .nestedFrames: writeLines { $0.append(anyOf: Self.stamps, times: $0.random.within(1...24)) }
        case .secretWords: writeLines { $0.append(anyOf: Self.secretWords, times: $0.random.within(1...12)) }
        }
    }

    private mutating func writeLines(_ write: (inout HostileCorpus) -> Void) {
        let end = corpus.count + 64 << 10
        repeat {
            write(&self)
            corpus.endLine(at: clock)
        } while corpus.count < end
    }

    private mutating func writeLine(of size: Int, _ write: (inout HostileCorpus) -> Void) {
        let end = corpus.count + size
        repeat { write(&self) } while corpus.count < end
        corpus.endLine(at: clock)
    }

    private mutating func writeLastLine() {
        for _ in 0..<1024 { corpus.append(random.pick(Self.phrases)) }
    }

    private mutating func append(_ byte: UInt8, times: Int) { for _ in 0..<times { corpus.append(byte) } }

    private mutating func append(anyOf texts: [[UInt8]], times: Int) {
        for _ in 0..<times { corpus.append(random.pick(texts)) }
        appendWords()
    }

    private mutating func appendWords() {
        for _ in 0..<random.within(1...9) {
            corpus.append(random.pick(Words.plain))
            corpus.append(UInt8(ascii: " "))
        }
    }

    private mutating func appendNearMiss() {
        var phrase = random.pick(Self.phrases)
        let place = random.below(phrase.count)
        switch random.below(5) {
        case 0: phrase[place] ^= 0x20
        case 1: phrase[place] &+= 1
        case 2: phrase.insert(phrase[place], at: place)
        case 3: phrase.remove(at: place)
        default: phrase.removeLast()
        }
        for byte in phrase where byte != 0x0A { corpus.append(byte) }
        if random.once(in: 2) { appendWords() }
    }

    private mutating func appendBeginnings() {
        let phrase = random.pick(Self.phrases)
        let start = random.below(phrase.count - 4)
        for _ in 0..<random.within(4...64) { corpus.append(phrase[start..<start + 4 + random.below(2)]) }
    }

    private mutating func appendRuler() {
        let length = random.pick([3, 37, 38, 46, 47, 48, 78, 79, 80, 400])
        append(random.pick(Array("===-~*_".utf8)), times: length)
        if random.once(in: 3) { append(UInt8(ascii: " "), times: random.within(1...3)) }
    }

    private mutating func appendEscapes() {
        for _ in 0..<random.within(1...40) {
            corpus.append(0x1B)
            switch random.below(5) {
            case 0: corpus.append("[\(random.within(30...47))m")
            case 1: corpus.append("[1;38;5;")
            // A title that no byte ends.
            case 2: corpus.append("]0;")
            case 3: break
            default: corpus.append("[K")
            }
            corpus.append(random.pick(Self.phrases).prefix(random.within(1...6)))
        }
    }

    private mutating func appendQuotes() {
        for _ in 0..<random.within(1...200) { corpus.append(random.pick(Array(#"""''\\`"#.utf8))) }
    }

    private mutating func appendBrokenJSON() {
        switch random.below(5) {
        case 0: corpus.append(#"{"log":"\u00"#)
        case 1: corpus.append(#"{"log":"Configuring Octopus\u0020Deploy\\\"\n","stream":"stdout","time":"2018-"#)
        case 2: for _ in 0..<random.within(1...400) { corpus.append(#"{"log":["#) }
        case 3: corpus.append(#"{"message":"","log":"\\\\\\\\\\\\\\\\","time":7e9,"stream":{"stream":null}}"#)
        default: corpus.append(#"{"streams":[{"stream":{},"values":[["1530522901000000000","#)
        }
        if random.once(in: 2) { appendWords() }
    }

    private mutating func appendProgress() {
        corpus.append(UInt8(ascii: "\r"))
        corpus.append(decimal: random.within(0...100))
        corpus.append("% [=======>      ] ")
    }

    private mutating func appendInvalidText() {
        for _ in 0..<random.within(1...40) {
            switch random.below(6) {
            case 0: corpus.append([0xC3])
            case 1: corpus.append([0xE2, 0x80])
            case 2: corpus.append([0x80, 0xBF, 0xBF])
            case 3: corpus.append([0xF0, 0x9F, 0x90, 0x99])
            case 4: corpus.append([0xED, 0xA0, 0x80])
            default: corpus.append([0xC0, 0xAF, 0xFE])
            }
            corpus.append(random.pick(Self.phrases).prefix(random.within(1...9)))
        }
    }

    private mutating func appendRandomBytes(_ count: Int) {
        for _ in 0..<count / 8 {
            var bits = random.next()
            for _ in 0..<8 {
                corpus.append(UInt8(truncatingIfNeeded: bits))
                bits >>= 8
            }
        }
    }
}
