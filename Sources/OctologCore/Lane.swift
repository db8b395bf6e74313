/// A log that is being read: its files one after the other.
///
/// One thread at a time reads on in it; what comes of that leaves it as news.
struct Lane<Source: ByteSource & ~Copyable>: ~Copyable {
    private var files: ArraySlice<String>
    private var source: DecodedSource<Source>?
    private var buffer: LineBuffer?
    /// The file that is being read.
    private var file = ""
    private var hasBegun = false
    /// The largest read, in bytes.
    private let chunk: Int
    /// How much is looked at before somebody asks what it told, in bytes.
    private let portion: Int
    /// Whether the reading was broken off, and another run goes on with it.
    private var isBrokenOff = false
    /// Whether all bytes of the file were read.
    private var isAtEnd = false
    /// Whether there may be more to be looked at of what was read.
    private var hasRest = false
    /// Whether nothing is waited for.
    private let isLive: Bool
    var stream: LogStream
    private(set) var hasEnded = false
    /// What was read and not yet written again; nil where nothing is.
    private var transcript: Transcript?
    /// Where the bytes end that were looked at.
    private var looked = 0
    /// What chains the lines; nil where nobody asks.
    private let chained: ChainedLog?
    /// Whether what is read is kept besides: to ask for what keeps it costs more.
    private let isCopied: Bool

    /// - Parameters:
    ///   - files: the paths of its files, in their order.
    ///   - isLive: whether nothing is waited for in it.
    init(_ files: [String], chunk: Int, portion: Int, isLive: Bool = false, options: Analyzer.Options) {
        self.files = files[...]
        self.isLive = isLive
        self.chunk = chunk
        self.portion = portion
        stream = LogStream(name: files.first ?? "-", options: options)
        let chained = options.chain?.log(files, chunk: chunk)
        self.chained = chained
        isCopied = chained != nil
    }

    /// A log that is to be written again.
    ///
    /// - Parameters:
    ///   - known: keeps the values that are hidden, under the number `channel`.
    ///   - horizon: how far behind a line another may tell of a secret in it, in bytes; nil for however far.
    init(
        copying files: [String], options: Analyzer.Options, known: KnownByChannel? = nil, channel: Int = 0,
        horizon: Int? = nil, chunk: Int = LineBuffer.largestChunk, isLive: Bool = false
    ) {
        self.files = files[...]
        self.isLive = isLive
        self.chunk = chunk
        chained = nil
        isCopied = true
        portion = .max
        stream = LogStream(name: files.first ?? "-", options: options, keepsPlaces: true)
        var transcript = Transcript()
        transcript.known = known
        transcript.channel = channel
        transcript.horizon = horizon
        self.transcript = consume transcript
    }

    /// The values that were hidden.
    var known: KnownByChannel? {
        switch transcript {
        case .some(let transcript): transcript.known
        case .none: nil
        }
    }

    /// How many secrets were hidden in what was written, by kind.
    var hidden: [SecretKind: Int] {
        switch transcript {
        case .some(let transcript): transcript.hidden
        case .none: [:]
        }
    }

    /// How many bytes wait to be written.
    var waiting: Int {
        switch transcript {
        case .some(let transcript): transcript.count
        case .none: 0
        }
    }

    /// Writes what can be: all that was looked at, but for lines of which a later one may still tell something.
    mutating func writeCopy(into output: (Span<UInt8>) -> Void) {
        guard var transcript = self.transcript.take() else { return }
        transcript.isAtEnd = hasEnded
        transcript.write(upTo: writable(of: transcript), hiding: stream.masks ?? [], output)
        stream.masks = []
        self.transcript = consume transcript
    }

    /// The same, and says of each piece which file it is of, from 0.
    mutating func writeCopy(ofFile output: (_ text: Span<UInt8>, _ file: Int) -> Void) {
        guard var transcript = self.transcript.take() else { return }
        transcript.isAtEnd = hasEnded
        transcript.write(upTo: writable(of: transcript), hiding: stream.masks ?? [], ofFile: output)
        stream.masks = []
        self.transcript = consume transcript
    }

    /// Where what can be written ends.
    private borrowing func writable(of transcript: borrowing Transcript) -> Int {
        guard !hasEnded, let open = stream.earliestOpen else { return looked }
        let limit = min(looked, transcript.place(of: open.offset, in: open.file))
        guard let horizon = transcript.horizon else { return limit }
        return max(limit, looked - horizon)
    }

    /// Whether a file is open.
    var isReading: Bool {
        switch source {
        case .some: true
        case .none: false
        }
    }

    /// Keeps what was read to write it again.
    private mutating func copy(_ source: inout DecodedSource<Source>, begins: Bool, isRaw: Bool) {
        guard isCopied else { return }
        if let chained {
            if begins { chained.begin(file, source.kind?.encoding ?? .utf8) }
            chained.push(source.takeCopy())
        }
        guard transcript != nil else { return }
        if begins { transcript?.beginFile(source.kind?.encoding ?? .utf8) }
        if isRaw { transcript?.noteRaw() }
        transcript?.append(source.takeCopy())
    }

    /// What was read so far amounts to.
    var totals: Totals {
        var totals = stream.totals
        switch buffer {
        case .some(let buffer):
            totals.lines += buffer.lineCount
            totals.bytes += stream.inputOffset(of: buffer.byteCount)
        case .none: break
        }
        return totals
    }

    /// Whether `step` has nothing to wait for.
    mutating func isReady() -> Bool {
        if hasRest { return true }
        guard var source = self.source.take() else { return true }
        let isReady = source.isReady()
        self.source = consume source
        return isReady
    }

    /// Reads on, as little as there can be something to tell, and keeps all that this brings for whoever tells it.
    ///
    /// - Parameter news: what was brought; no event is in it before.
    mutating func step(
        _ recogniser: inout Recogniser, open: (String) throws(InputError) -> Source, into news: inout LaneNews
    ) {
        var keys = StepCollector()
        step(&recogniser, into: &keys, open: open) { news.failures.append(LaneNews.Failure(file: $0, error: $1)) }
        if let keys = keys.keys { news.keys += keys }
        if let begun = keys.begun { news.begun.append(begun) }
        swap(&news.told, &stream.told)
        news.hasEnded = hasEnded
    }

    /// Reads on, as little as there can be something to tell.
    mutating func step(
        _ recogniser: inout Recogniser, into sink: inout some EventSink, open: (String) throws(InputError) -> Source,
        failed: (String, InputError) -> Void
    ) {
        guard var source = self.source.take() else { return openNext(&recogniser, into: &sink, open, failed) }
        guard var buffer = self.buffer.take() else { return }
        let goesOn = read(&source, &buffer, &recogniser, into: &sink, failed)
        if let end = transcript?.end {
            // At its end all of a file was looked at.
            looked = goesOn ? lookedAt(in: buffer) : end
        }
        if goesOn {
            self.source = consume source
            self.buffer = consume buffer
            return
        }
        isBrokenOff = isBrokenOff || source.isBrokenOff
        chained?.end()
        if isAtEnd, !isBrokenOff, source.isCut || buffer.isCut || stream.endsInFrame {
            stream.noteEnd(.cut, at: buffer.endLine, stream.inputOffset(of: buffer.byteCount))
        }
        stream.totals.lines += buffer.lineCount
        stream.totals.bytes += stream.inputOffset(of: buffer.byteCount)
        if isAtEnd, source.hasSuccessor { files = [file] + files }
    }

    private borrowing func lookedAt(in buffer: borrowing LineBuffer) -> Int {
        guard hasBegun else { return looked }
        return transcript?.place(of: stream.inputOffset(of: buffer.byteCount), in: stream.files.count - 1) ?? 0
    }

    private mutating func openNext(
        _ recogniser: inout Recogniser, into sink: inout some EventSink, _ open: (String) throws(InputError) -> Source,
        _ failed: (String, InputError) -> Void
    ) {
        guard let file = files.popFirst() else {
            if !isBrokenOff { stream.finish(&recogniser, into: &sink) }
            chained?.finish()
            hasEnded = true
            return
        }
        self.file = file
        hasBegun = false
        isAtEnd = false
        do throws(InputError) {
            source = DecodedSource(try open(file), isCopied: isCopied)
            buffer = LineBuffer(chunk: chunk, isRaw: stream.options.framing.map { $0 == .raw })
        } catch {
            failed(file, error)
        }
    }

    /// - Returns: false at the end of the file.
    private mutating func read(
        _ source: inout DecodedSource<Source>, _ buffer: inout LineBuffer, _ recogniser: inout Recogniser,
        into sink: inout some EventSink, _ failed: (String, InputError) -> Void
    ) -> Bool {
        hasRest =
            hasBegun
            && buffer.drainOnce(atEnd: false, portion: portion, { stream.process($0, $1, &recogniser, into: &sink) })
        if hasRest {
            if stream.forgetsSecret() {
                // The next read may be long in coming, and until then nothing would be written over it.
                buffer.wipe()
            }
            return true
        }
        if isLive, !source.isReady() { return true }
        do throws(InputError) {
            isAtEnd = try !buffer.fill(from: &source)
            let begins = beginIfNeeded(source.kind, into: &sink)
            copy(&source, begins: begins, isRaw: buffer.beginsRaw)
            hasRest = !isAtEnd
            guard isAtEnd else { return true }
            buffer.drain(atEnd: true) { stream.process($0, $1, &recogniser, into: &sink) }
        } catch {
            // What was read before is told.
            let begins = beginIfNeeded(source.kind, into: &sink)
            copy(&source, begins: begins, isRaw: buffer.beginsRaw)
            buffer.drain(atEnd: true) { stream.process($0, $1, &recogniser, into: &sink) }
            if case .bomb = error, hasBegun {
                stream.noteEnd(.ratio, at: buffer.endLine, stream.inputOffset(of: buffer.byteCount))
            }
            failed(file, error)
        }
        return false
    }

    /// - Returns: whether the file begins here.
    private mutating func beginIfNeeded(_ kind: InputKind?, into sink: inout some EventSink) -> Bool {
        guard let kind, !hasBegun else { return false }
        hasBegun = true
        sink.began(BegunFile(path: file, startups: stream.startupCounts))
        stream.begin(file: file, kind)
        return true
    }
}
