/// A log in, the same log out, its secrets masked.
package struct Redaction: ~Copyable {
    private let options: Analyzer.Options
    private var recogniser = Recogniser(.builtIn)
    /// How many secrets were masked, by kind.
    package private(set) var masked: [SecretKind: Int] = [:]
    package private(set) var totals = Totals()
    /// The values that were masked, each log's under its number; nil where nobody asks.
    private var known: KnownByChannel?
    private var logs = 0

    /// - Parameter learns: whether the values are kept, as hashes, for `masked`.
    package init(options: Analyzer.Options = Analyzer.Options(), learns: Bool = false) {
        self.options = options
        known = learns ? KnownByChannel() : nil
    }

    /// A text with the values masked that any of the logs was found to hold.
    package func masked(_ text: String) -> String {
        guard let known else { return text }
        let bytes = Array(text.utf8)
        var found: [Exposure] = []
        for log in 0..<logs { found += known.find(in: bytes.span, of: log) }
        guard !found.isEmpty else { return text }
        var apart: [Exposure] = []
        for exposure in found.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
            if let last = apart.last, exposure.range.lowerBound < last.range.upperBound {
                let end = max(last.range.upperBound, exposure.range.upperBound)
                apart[apart.count - 1].range = last.range.lowerBound..<end
            } else {
                apart.append(exposure)
            }
        }
        return String(decoding: Redactor.masked(bytes.span, apart), as: UTF8.self)
    }

    /// More than this is not kept until it is clear whether a secret goes on, in bytes.
    private static var patience: Int { 8 << 20 }

    /// Reads the files of a log, one after the other, and hands on their text.
    ///
    /// What is compressed is handed on as text. Nothing is held longer than a later line can tell of a secret in it.
    ///
    /// - Parameters:
    ///   - open: opens a file by its name: a path, or `-`.
    ///   - failed: is told of each file that can't be read, or not to its end.
    ///   - drained: is called when all was handed on that can be before more is read.
    package mutating func read<Source: ByteSource & ~Copyable>(
        _ files: [String], open: (String) throws(InputError) -> Source, failed: (String, InputError) -> Void,
        into output: (Span<UInt8>) -> Void, drained: () -> Void
    ) {
        var sink = NoSink()
        var lane = Lane<Source>(copying: files, options: options, known: known, channel: logs)
        while !lane.hasEnded {
            lane.step(&recogniser, into: &sink, open: open, failed: failed)
            if lane.waiting > Self.patience { lane.stream.giveUpWaiting(&recogniser, into: &sink) }
            lane.stream.told.removeAll(keepingCapacity: true)
            lane.writeCopy(into: output)
            drained()
        }
        known = lane.known
        logs += 1
        masked.merge(lane.hidden, uniquingKeysWith: +)
        totals.add(lane.stream.totals)
    }

    private struct NoSink: EventSink {
        mutating func receive(_ event: Event) {}
    }
}

extension Redaction {
    /// A line that is no log's, such as another program's message, with its secrets masked.
    package static func line(_ text: [UInt8]) -> String {
        var redactor = Redactor()
        return String(
            decoding: Redactor.masked(text.span, redactor.exposures(in: text.span, isCut: true)), as: UTF8.self)
    }
}
