/// A log that is being read: its files one after the other, and the events that wait for their turn.
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
    /// Whether all bytes of the file were read.
    private var isAtEnd = false
    /// Whether there may be more to be looked at of what was read.
    private var hasRest = false
    /// Whether nothing is waited for.
    private let isLive: Bool
    var stream: LogStream
    /// The next event to be told.
    var next = 0
    /// The time of the last event that had one.
    private var clock: Timestamp?
    private(set) var hasEnded = false
    /// What was read and not yet written again; nil where nothing is.
    private var transcript: Transcript?
    /// Where the bytes end that were looked at.
    private var looked = 0

    init(_ files: [String], chunk: Int, portion: Int, isLive: Bool = false, options: Analyzer.Options) {
        self.files = files[...]
        self.isLive = isLive
        self.chunk = chunk
        self.portion = portion
        stream = LogStream(name: files.first ?? "-", options: options)
    }

    /// A log that is to be written again.
    ///
    /// - Parameters:
    ///   - known: keeps the values that are hidden, under the number `channel`.
    init(copying files: [String], options: Analyzer.Options, known: KnownByChannel? = nil, channel: Int = 0) {
        self.files = files[...]
        isLive = false
        chunk = LineBuffer.largestChunk
        portion = .max
        stream = LogStream(name: files.first ?? "-", options: options, keepsPlaces: true)
        var transcript = Transcript()
        transcript.known = known
        transcript.channel = channel
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
        var limit = looked
        if !hasEnded, let open = stream.earliestOpen {
            limit = min(limit, transcript.place(of: open.offset, in: open.file))
        }
        transcript.write(upTo: limit, hiding: stream.masks ?? [], output)
        stream.masks = []
        self.transcript = consume transcript
    }

    /// Keeps what was read to write it again.
    private mutating func copy(_ source: inout DecodedSource<Source>, begins: Bool, isRaw: Bool) {
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

    /// When the next event happened, as far as its log tells; nil if none waits.
    var time: Int64? {
        guard next < stream.told.count else { return nil }
        return (stream.told[next].event.time ?? clock)?.nanoseconds ?? .min
    }

    mutating func take() -> Told {
        // Moved, not copied: an event is made of many parts.
        var told = Told.nothing
        swap(&told, &stream.told[next])
        clock = told.event.time ?? clock
        told.time = clock
        next += 1
        if next == stream.told.count {
            stream.told.removeAll(keepingCapacity: true)
            next = 0
        }
        return told
    }

    /// Whether `step` has nothing to wait for.
    mutating func isReady() -> Bool {
        if hasRest { return true }
        guard var source = self.source.take() else { return true }
        let isReady = source.isReady()
        self.source = consume source
        return isReady
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
        if isAtEnd, source.isCut || buffer.isCut || stream.endsInFrame {
            stream.noteEnd(.cut, at: buffer.endLine, stream.inputOffset(of: buffer.byteCount))
        }
        stream.totals.lines += buffer.lineCount
        stream.totals.bytes += stream.inputOffset(of: buffer.byteCount)
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
            stream.finish(&recogniser, into: &sink)
            hasEnded = true
            return
        }
        self.file = file
        hasBegun = false
        isAtEnd = false
        do throws(InputError) {
            source = DecodedSource(try open(file), isCopied: transcript != nil)
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
            let begins = beginIfNeeded(source.kind)
            copy(&source, begins: begins, isRaw: buffer.beginsRaw)
            hasRest = !isAtEnd
            guard isAtEnd else { return true }
            buffer.drain(atEnd: true) { stream.process($0, $1, &recogniser, into: &sink) }
        } catch {
            // What was read before is told.
            let begins = beginIfNeeded(source.kind)
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
    private mutating func beginIfNeeded(_ kind: InputKind?) -> Bool {
        guard let kind, !hasBegun else { return false }
        hasBegun = true
        stream.begin(file: file, kind)
        return true
    }
}

/// The logs of a run, read side by side so that what they tell comes in the order of time.
///
/// Each log keeps its own order. What of several comes first is decided by the times of their events; an event
/// without one goes with the one before it.
struct Lanes<Source: ByteSource & ~Copyable>: ~Copyable {
    // unsafe: owned, initialised in init and deinitialised in deinit.
    private let memory: UnsafeMutablePointer<Lane<Source>>
    let count: Int

    /// What all logs together may read ahead, in bytes.
    private static var readAhead: Int { 4 << 20 }
    /// The least that a read asks for, in bytes.
    private static var smallestChunk: Int { 4 << 10 }

    /// - Parameter isLive: whether the logs are read as they come, with `nextAsItComes`.
    init(_ logs: [[String]], isLive: Bool = false, options: Analyzer.Options) {
        count = logs.count
        memory = .allocate(capacity: max(1, count))
        let chunk = min(LineBuffer.largestChunk, max(Self.smallestChunk, Self.readAhead / max(1, count)))
        let portion = count == 1 ? Int.max : chunk / 8
        for (index, files) in logs.enumerated() {
            (memory + index).initialize(
                to: Lane(files, chunk: chunk, portion: portion, isLive: isLive, options: options))
        }
    }

    deinit {
        memory.deinitialize(count: count)
        memory.deallocate()
    }

    func totals(of lane: Int) -> Totals { memory[lane].totals }

    /// The log whose next event comes first, after reading on wherever none waits; nil when all is told.
    ///
    /// A log that is read alone is returned after each read, with an event or without.
    ///
    /// - Parameter wait: waits until one of these logs can be read on, where logs go on while they are read. It is told
    ///   whether there are events of others to be told; then it may return sooner, with false if they need not be put
    ///   in order with what these may still have. Nil where each log can be waited for by itself.
    mutating func next(
        _ recogniser: inout Recogniser, into sink: inout some EventSink, open: (String) throws(InputError) -> Source,
        failed: (String, InputError) -> Void, wait: ((_ logs: [Int], _ hasEvents: Bool) -> Bool)? = nil
    ) -> Int? {
        if count == 1 {
            guard !memory[0].hasEnded else { return nil }
            step(0, &recogniser, into: &sink, open: open, failed: failed)
            return 0
        }
        if let wait { return nextAsItComes(&recogniser, into: &sink, open: open, failed: failed, wait: wait) }
        for lane in 0..<count {
            while memory[lane].time == nil, !memory[lane].hasEnded {
                step(lane, &recogniser, into: &sink, open: open, failed: failed)
            }
        }
        return first()?.lane
    }

    /// The same for logs of which a quiet one is not waited for.
    private mutating func nextAsItComes(
        _ recogniser: inout Recogniser, into sink: inout some EventSink, open: (String) throws(InputError) -> Source,
        failed: (String, InputError) -> Void, wait: (_ logs: [Int], _ hasEvents: Bool) -> Bool
    ) -> Int? {
        while true {
            var isQuiet = true
            var waiting: [Int] = []
            for lane in 0..<count where memory[lane].time == nil && !memory[lane].hasEnded {
                if memory[lane].isReady() {
                    step(lane, &recogniser, into: &sink, open: open, failed: failed)
                    isQuiet = false
                }
                if memory[lane].time == nil, !memory[lane].hasEnded { waiting.append(lane) }
            }
            let first = first()
            if waiting.isEmpty { return first?.lane }
            if first == nil, !isQuiet { continue }
            if !wait(waiting, first != nil), let first { return first.lane }
        }
    }

    private mutating func step(
        _ lane: Int, _ recogniser: inout Recogniser, into sink: inout some EventSink,
        open: (String) throws(InputError) -> Source, failed: (String, InputError) -> Void
    ) {
        let lanes = memory
        lanes[lane].step(&recogniser, into: &sink, open: open, failed: failed)
        sink.inputRead(ofLog: lane) { lanes[lane].totals }
    }

    /// The time of the first event that waits in another log.
    func timeOfOthers(than lane: Int) -> (lane: Int, time: Int64)? { first(besides: lane) }

    private func first(besides left: Int? = nil) -> (lane: Int, time: Int64)? {
        var first: (lane: Int, time: Int64)?
        for lane in 0..<count where lane != left {
            if let time = memory[lane].time, first.map({ time < $0.time }) ?? true { first = (lane, time) }
        }
        return first
    }

    /// The next event of a log, if it comes before that of another; of equal times the log that was named first is.
    mutating func take(from lane: Int, until other: (lane: Int, time: Int64)?) -> Told? {
        guard let time = memory[lane].time else { return nil }
        if let other, (other.time, other.lane) < (time, lane) { return nil }
        return memory[lane].take()
    }
}
