import OctologCore

/// Takes note of what is read, for a report that says what it was made from, and keeps a pipe's text to be read again.
final class InputRecorder {
    private(set) var records: [InputRecord] = []
    private var index: [String: Int] = [:]
    /// What came from stdin; nil once it is too much to keep.
    private var stdin: [UInt8]? = []

    /// How much of stdin is kept, in bytes.
    private static let capacity = 32 << 20
    /// Longer inputs are not read again, in bytes.
    private static let longest = 256 << 20

    func note(_ path: String, _ bytes: UnsafeRawBufferPointer) {
        let position = index[path] ?? begin(path)
        records[position].note(bytes)
        guard path == "-", stdin != nil else { return }
        if records[position].bytes > Self.capacity { stdin = nil } else { stdin?.append(contentsOf: bytes) }
    }

    private func begin(_ path: String) -> Int {
        index[path] = records.count
        records.append(InputRecord(name: path))
        return records.count - 1
    }

    /// Reads the inputs again that a report cites, for the lines around those.
    ///
    /// Logs of several files are left out: a secret may go on from one to the next.
    func excerpts(for report: Report, _ inputs: Inputs, _ options: Analyzer.Options) -> Excerpts {
        var excerpts = Excerpts(for: report)
        let wanted = Set(excerpts.inputs)
        for log in inputs.logs where log.count == 1 && wanted.contains(log[0]) {
            guard let position = index[log[0]], records[position].bytes <= Self.longest else { continue }
            readAgain(log[0], records[position], options, into: &excerpts)
        }
        return excerpts
    }

    private func readAgain(
        _ path: String, _ record: InputRecord, _ options: Analyzer.Options, into excerpts: inout Excerpts
    ) {
        let again = InputRecorder()
        var found = excerpts
        var redaction = Redaction(options: options)
        if path == "-" {
            guard let stdin, stdin.count == record.bytes else { return }
            redaction.read(["-"]) { _ throws(InputError) in
                BytesSource(stdin)
            } failed: { _, _ in
            } into: { text in
                found.take(text, of: path)
            } drained: {
            }
        } else {
            redaction.read([path]) { path throws(InputError) in
                try FileSource(path: path, isAmongMany: false, recorder: again)
            } failed: { _, _ in
            } into: { text in
                found.take(text, of: path)
            } drained: {
            }
            // It was rotated or written to meanwhile: these would be other lines.
            guard again.records.first?.digest == record.digest else { return }
        }
        found.end(path)
        excerpts = found
    }
}

/// Bytes that are in memory.
private struct BytesSource: ByteSource, ~Copyable {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
        let count = min(buffer.count, bytes.count - position)
        buffer.copyBytes(from: bytes[position..<position + count])
        position += count
        return count
    }
}
