import OctologCore

import Glibc

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

    /// Reads the inputs again that a report cites, for the lines around those, and those that hold secrets: a secret
    /// that one log tells is masked in the lines of all. Where that can't be, there are no lines around.
    ///
    /// Logs of several files show none: a secret may go on from one to the next.
    func excerpts(for report: Report, _ inputs: Inputs, _ options: Analyzer.Options) -> Excerpts {
        var excerpts = Excerpts(for: report, framing: options.framing)
        var redaction = Redaction(options: options, learns: true)
        let wanted = excerpts.inputs
        for log in inputs.logs(for: options) {
            let isCited = log.count == 1 && wanted.contains(log[0])
            let isExposing = log.contains(where: excerpts.exposing.contains)
            guard isCited || isExposing else { continue }
            let isRead = readAgain(log, with: &redaction, into: &excerpts)
            if isExposing, !isRead {
                excerpts.forget()
                return excerpts
            }
            if !isRead || !isCited { for path in log { excerpts.forget(path) } }
        }
        excerpts.map { redaction.masked($0) }
        return excerpts
    }

    /// Whether a file holds what it held when it was read: a pipe does not.
    private static func isRegular(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    private func record(of path: String) -> InputRecord? { index[path].map { records[$0] } }

    /// - Returns: whether all of it was read, and was what had been read before.
    private func readAgain(
        _ log: [String], with redaction: inout Redaction, into excerpts: inout Excerpts
    ) -> Bool {
        let again = InputRecorder()
        var found = excerpts
        if log == ["-"] {
            guard let stdin, stdin.count == record(of: "-")?.bytes else { return false }
            redaction.read(log) { _ throws(InputError) in
                BytesSource(stdin)
            } failed: { _, _ in
            } into: { text in
                found.take(text, of: "-")
            } drained: {
            }
        } else {
            for path in log {
                guard Self.isRegular(path), let record = record(of: path), record.bytes <= Self.longest else {
                    return false
                }
            }
            redaction.read(log) { path throws(InputError) in
                try FileSource(path: path, recorder: again)
            } failed: { _, _ in
            } into: { text in
                // Where one file ends in the text of several is not told.
                if log.count == 1 { found.take(text, of: log[0]) }
            } drained: {
            }
            // It was rotated or written to meanwhile: these would be other lines.
            for path in log where again.record(of: path)?.digest != record(of: path)?.digest { return false }
        }
        if log.count == 1 { found.end(log[0]) }
        excerpts = found
        return true
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
