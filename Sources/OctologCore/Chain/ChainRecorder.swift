import Glibc

/// Takes what a run reads, redacts it by itself, and chains its lines: what the run makes of the same bytes is neither
/// changed by that nor changes it.
///
/// Only one thread may read while it is in use.
package final class ChainRecorder: @unchecked Sendable {
    // unsafe: `Analyzer.Options` carry it to the one thread that reads.
    private let inputs: [String]
    private let framing: Framing?
    private let ended: (_ input: Int, _ digest: UInt64) -> Void
    /// Redaction goes by the built-in rules alone, so the user's change no chain.
    fileprivate var recogniser = Recogniser(.builtIn)
    /// The ends of the inputs that were read.
    private var ends: [ChainEnd] = []
    /// The lines that somebody wants to see, by input.
    private let wanted: [Int: Set<Int>]
    /// Those of them that were found, secrets masked, each cut to what evidence shows.
    package private(set) var found: [LinePlace: [UInt8]] = [:]

    /// - Parameters:
    ///   - inputs: all inputs in the order in which they are read; their numbers begin with 1.
    ///   - framing: the frame that lines have, if it is not to be found out.
    ///   - wanted: the lines to be kept in `found`, by their input's number.
    ///   - ended: is handed what is kept of each line.
    package init(
        inputs: [String], framing: Framing?, wanted: [Int: Set<Int>] = [:],
        ended: @escaping (_ input: Int, _ digest: UInt64) -> Void
    ) {
        self.inputs = inputs
        self.framing = framing
        self.wanted = wanted
        self.ended = ended
    }

    /// What the chain ends with, when all is read.
    package var summary: ChainSummary {
        let ends = sortedEnds
        return ChainSummary(lines: ends.reduce(0) { $0 + $1.lines }, head: ChainEnd.head(of: ends))
    }

    /// The ends of the inputs' chains, in the order of their numbers.
    var sortedEnds: [ChainEnd] { ends.sorted { $0.number < $1.number } }

    /// The chain of a log's files.
    func log(_ files: [String], chunk: Int) -> ChainedLog {
        var options = Analyzer.Options()
        options.framing = framing
        return ChainedLog(files, options: options, chunk: chunk, self)
    }

    fileprivate func number(of input: String) -> Int { (inputs.firstIndex(of: input) ?? inputs.count) + 1 }

    fileprivate func note(_ digest: UInt64, of input: Int) { ended(input, digest) }

    fileprivate func note(_ end: ChainEnd) { ends.append(end) }

    fileprivate func wantedLines(of input: Int) -> Set<Int> { wanted[input] ?? [] }

    fileprivate func keep(_ text: [UInt8], _ place: LinePlace) { found[place] = text }
}

/// A line of a run's input.
package struct LinePlace: Hashable, Sendable {
    /// The input's number, from 1.
    package var input: Int
    /// The line's, from 1.
    package var line: Int
}

/// One log of a run on its way through a redaction of its own: bytes are pushed in, and lines come out.
final class ChainedLog {
    private let recorder: ChainRecorder
    private let queue = PushedBytes()
    private var lane: Lane<PushedSource>
    /// The files that were begun, and how much of the transcript is theirs.
    private var files: [ChainedFile] = []
    /// The file that is written.
    private var current = 0
    private var file: String?

    fileprivate init(_ files: [String], options: Analyzer.Options, chunk: Int, _ recorder: ChainRecorder) {
        self.recorder = recorder
        lane = Lane(copying: files, options: options, horizon: Self.horizon, chunk: chunk, isLive: true)
    }

    /// How far behind a line another may still tell of a secret in it, in bytes. What is told later changes no chain:
    /// how much is read at a time would.
    static let horizon = 8 << 20

    /// A file begins.
    ///
    /// - Parameter encoding: how its text is encoded, whose mark is the first that is pushed.
    func begin(_ name: String, _ encoding: Encoding) {
        queue.begin(encoding)
        file = name
        let number = recorder.number(of: name)
        files.append(
            ChainedFile(
                number: number, chain: LineChain(encoding), encoding, wanted: recorder.wantedLines(of: number)))
        // Those before it could not be opened.
        while !lane.isReading, !lane.hasEnded { step() }
    }

    func push(_ bytes: [UInt8]) {
        guard file != nil else { return }
        queue.append(bytes)
        while lane.isReading, lane.isReady() { step() }
        write()
    }

    /// The file at hand is at its end.
    func end() {
        guard file != nil else { return }
        queue.isAtEnd = true
        while lane.isReading { step() }
        file = nil
        write()
    }

    /// The log is at its end.
    func finish() {
        while !lane.hasEnded { step() }
        write()
        while current < files.count { endFile() }
    }

    private func step() {
        var sink = NoEvents()
        let name = file
        let source = queue
        lane.step(
            &recorder.recogniser, into: &sink,
            open: { path throws(InputError) in
                guard path == name else { throw .system(ENOENT) }
                return PushedSource(queue: source)
            }, failed: { _, _ in })
        lane.stream.told.removeAll(keepingCapacity: true)
    }

    private func write() {
        lane.writeCopy(ofFile: { text, file in
            while current < file { endFile() }
            take(text, of: file)
        })
    }

    private func take(_ text: Span<UInt8>, of file: Int) {
        let (recorder, number) = (recorder, files[file].number)
        files[file].keep(text)
        files[file].chain.take(text) { recorder.note($0, of: number) }
        for (line, text) in files[file].takeKept() { recorder.keep(text, LinePlace(input: number, line: line)) }
    }

    private func endFile() {
        let (recorder, number) = (recorder, files[current].number)
        files[current].chain.finish { recorder.note($0, of: number) }
        for (line, text) in files[current].takeKept(atEnd: true) {
            recorder.keep(text, LinePlace(input: number, line: line))
        }
        recorder.note(files[current].chain.end(ofInput: number))
        current += 1
    }

    private struct NoEvents: EventSink {
        mutating func receive(_ event: Event) {}
    }
}

/// A file of a log that is chained.
private struct ChainedFile {
    let number: Int
    var chain: LineChain
    /// The lines that are wanted.
    let wanted: Set<Int>
    private var line = 1
    private var text: [UInt8] = []
    private var kept: [(line: Int, text: [UInt8])] = []

    /// What decodes the text; nil for UTF-8.
    private var decoder: UTF16Decoder?

    init(number: Int, chain: LineChain, _ encoding: Encoding, wanted: Set<Int>) {
        (self.number, self.chain, self.wanted) = (number, chain, wanted)
        decoder = encoding == .utf8 ? nil : UTF16Decoder(isBigEndian: encoding == .utf16BE)
    }

    /// Looks for wanted lines.
    mutating func keep(_ bytes: Span<UInt8>) {
        guard !wanted.isEmpty else { return }
        guard decoder != nil else { return keepDecoded(bytes) }
        var text: [UInt8] = []
        // unsafe: the bytes live as long as the call.
        bytes.withUnsafeBytes { decoder?.decode($0, into: &text) }
        keepDecoded(text.span)
    }

    private mutating func keepDecoded(_ bytes: Span<UInt8>) {
        var start = 0
        while start < bytes.count {
            let end = LineEnds.next(in: bytes, from: start)
            if wanted.contains(line) {
                let room = max(0, 2 * Evidence.limit - text.count)
                bytes.extracting(start..<min(end, start + room)).withUnsafeBufferPointer {
                    text.append(contentsOf: $0)
                }
            }
            guard end < bytes.count else { return }
            endLine()
            start = end + 1
        }
    }

    private mutating func endLine() {
        if wanted.contains(line) { kept.append((line, text)) }
        text.removeAll(keepingCapacity: true)
        line += 1
    }

    mutating func takeKept(atEnd: Bool = false) -> [(line: Int, text: [UInt8])] {
        if atEnd, !text.isEmpty { endLine() }
        defer { kept = [] }
        return kept
    }
}

/// Bytes that wait to be read.
final class PushedBytes {
    private var bytes: [UInt8] = []
    private(set) var encoding = Encoding.utf8
    /// What is still to come of the encoding's mark, which is no text.
    private var mark = 0
    var isAtEnd = false

    func begin(_ encoding: Encoding) {
        bytes = []
        self.encoding = encoding
        mark = encoding.mark.count
        isAtEnd = false
    }

    func append(_ more: [UInt8]) {
        let skipped = min(mark, more.count)
        mark -= skipped
        bytes.append(contentsOf: more[skipped...])
    }

    /// Whether a read brings text: of UTF-16 two units have a character.
    var isReady: Bool { isAtEnd || bytes.count >= (encoding == .utf8 ? 1 : 4) }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(bytes.count, buffer.count)
        buffer.copyBytes(from: bytes[..<count])
        bytes.withUnsafeMutableBytes { all in for i in 0..<count { all[i] = 0 } }
        if count == bytes.count { bytes.removeAll(keepingCapacity: true) } else { bytes.removeFirst(count) }
        return count
    }
}

/// The end of them that reads.
struct PushedSource: ByteSource, ~Copyable {
    let queue: PushedBytes

    var encoding: Encoding? { queue.encoding }

    mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
        queue.read(into: buffer)
    }

    mutating func isReady() -> Bool { queue.isReady }
}
