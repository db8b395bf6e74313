/// A log in, the same log out, its secrets masked.
package struct Redaction: ~Copyable {
    private let options: Analyzer.Options
    private var recogniser = Recogniser(.builtIn)
    /// How many secrets were masked, by kind.
    package private(set) var masked: [SecretKind: Int] = [:]
    package private(set) var totals = Totals()

    package init(options: Analyzer.Options = Analyzer.Options()) { self.options = options }

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
        var lane = Lane<Source>(copying: files, options: options)
        while !lane.hasEnded {
            lane.step(&recogniser, into: &sink, open: open, failed: failed)
            if lane.waiting > Self.patience { lane.stream.giveUpWaiting(&recogniser, into: &sink) }
            lane.stream.told.removeAll(keepingCapacity: true)
            lane.writeCopy(into: output)
            drained()
        }
        masked.merge(lane.hidden, uniquingKeysWith: +)
        totals.add(lane.stream.totals)
    }

    private struct NoSink: EventSink {
        mutating func receive(_ event: Event) {}
    }
}
