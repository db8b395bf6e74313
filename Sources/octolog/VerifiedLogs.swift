import OctologCore

import Glibc

/// The logs that events are held against, found by the names that the events have for them.
struct VerifiedLogs {
    private let inputs: Inputs

    init(_ files: [String], _ progress: ProgressOptions?) { inputs = Inputs(files, progress) }

    var failure: Exit? { inputs.failure }
    var paths: [String] { inputs.paths }

    /// The files of a run's inputs by the inputs' names; those that no log is of lack.
    func files(of names: [String]) -> [String: String] {
        var files: [String: String] = [:]
        for name in names {
            if let path = file(of: name, isOnly: names.count == 1) { files[name] = path }
        }
        return files
    }

    /// The log of the same path, else of the same name, else the only one.
    private func file(of name: String, isOnly: Bool) -> String? {
        if let same = paths.first(where: { $0 == name || name != "-" && EventOutputOptions.isSameFile($0, name) }) {
            return same
        }
        let named = paths.filter { EventOutputOptions.baseName(of: $0) == EventOutputOptions.baseName(of: name) }
        if named.count == 1 { return named[0] }
        return isOnly && paths.count == 1 ? paths[0] : nil
    }

    /// Opens a log.
    ///
    /// - Parameters:
    ///   - limit: how much of it is read, in bytes; nil for all.
    ///   - isBrokenOff: whether nothing was concluded from where it ends.
    func open(_ path: String, limit: Int?, isBrokenOff: Bool) throws(InputError) -> LimitedSource {
        LimitedSource(try inputs.open(path), limit: limit, isBrokenOff: isBrokenOff)
    }

    /// How much longer a log is than what a run read of it, in bytes: it went on since, as it seems.
    static func growth(of path: String, since bytes: Int) -> Int? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, Int(status.st_size) > bytes else {
            return nil
        }
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var head = [UInt8](repeating: 0, count: 16)
        let count = Glibc.read(descriptor, &head, head.count)
        guard count >= 0, !LogHead.isCompressed(Array(head.prefix(count))) else { return nil }
        return Int(status.st_size) - bytes
    }
}

/// A file of which the beginning is read.
struct LimitedSource: ByteSource, ~Copyable {
    private var source: FileSource
    private var rest: Int
    let isBrokenOff: Bool

    init(_ source: consuming FileSource, limit: Int?, isBrokenOff: Bool) {
        self.source = source
        self.isBrokenOff = isBrokenOff
        rest = limit ?? .max
    }

    mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
        let count = try source.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer.prefix(rest)))
        rest -= count
        return count
    }
}
