import OctologCore

import Glibc

/// How logs are read of which earlier runs have read some: from their beginnings, so that all is known again that those
/// runs knew, but what they told is not told again.
///
/// A file is the one that was read if it begins with the same bytes, all that were read of it, wherever it lies now: it
/// may have been rotated since.
struct Resumption {
    /// The files of each log, the oldest first.
    private(set) var logs: [[String]] = []
    /// What is known of each log, by the path of its first file.
    private(set) var histories: [String: LogHistory] = [:]
    /// What stdin has to begin with.
    private(set) var stdin: ReadFile?
    /// The names of the inputs that are read again from the beginning of what is known of them.
    private(set) var inputs: Set<String> = []
    /// What to say of logs of which not all is left.
    private(set) var remarks: [String] = []
    /// Whether earlier runs have read some of it.
    private(set) var isResumed = false
    private var read: [(log: ReadLog, paths: [String])] = []
    private let follows: Bool

    /// - Parameters:
    ///   - logs: the logs, each with the paths of its files.
    ///   - state: what earlier runs have left.
    ///   - statePath: where that was.
    ///   - container: the name that was given to what is read.
    ///   - follows: whether the youngest file of each log is followed.
    init(
        _ logs: [[String]], _ state: KnownState, at statePath: String, container: String?, follows: Bool
    ) throws(StateError) {
        self.follows = follows
        for files in logs {
            guard let last = files.last else { continue }
            let key = Self.key(of: last, container: container)
            guard let known = state.logs[key], !known.files.isEmpty else {
                add(files, ReadLog(key: key, name: files[0]))
                continue
            }
            isResumed = true
            if last == "-" {
                stdin = known.files.last { $0.bytes > 0 }
                inputs.insert("-")
                add(files, ReadLog(key: key, name: known.name))
                continue
            }
            guard resume(files, known) else { throw .otherLog(last, state: statePath) }
        }
    }

    /// What is read, for the state of this run.
    func ledger() -> Ledger { Ledger(read, names: names, wanted: stdin?.bytes) }

    private var names: [String: String] { histories.values.reduce(into: [:]) { $0.merge($1.inputs) { $1 } } }

    private mutating func add(_ files: [String], _ log: ReadLog) {
        logs.append(files)
        read.append((ReadLog(key: log.key, name: log.name), files))
    }

    private static func key(of path: String, container: String?) -> String {
        if path == "-" { return container ?? "-" }
        if path.hasPrefix("/") { return path }
        guard let folder = getcwd(nil, 0) else { return path }
        defer { free(folder) }
        return String(cString: folder) + "/" + path
    }

    /// Finds the files again that were read, and those that came after them.
    ///
    /// - Returns: whether what was read last is still there.
    private mutating func resume(_ files: [String], _ known: ReadLog) -> Bool {
        let path = files[files.count - 1]
        let siblings = RotatedSet.siblings(of: path).filter { !files.contains($0) }
        let rotated = RotatedSet.group(siblings + files).first { $0.contains(path) } ?? files
        // Under one name several logs are read as one.
        let all = files.filter { !rotated.contains($0) } + rotated
        var candidates = all.map { Candidate($0) }
        // What was read last decides: without it nobody knows where to go on.
        var found: [(number: Int, file: ReadFile)] = []
        for file in known.files.reversed() where file.bytes > 0 {
            guard let number = Self.place(of: file, in: &candidates) else { break }
            found.insert((number, file), at: 0)
        }
        let read = known.files.filter { $0.bytes > 0 }
        guard let first = found.first, let last = found.last else {
            add(files, known)
            return read.isEmpty
        }
        let older = all.indices.filter { number in
            number < last.number && files.contains(all[number]) && !found.contains { $0.number == number }
        }
        let gone = read.count - found.count
        // What came before the first that is left, unless that was read and is gone, was given now for the first time.
        let before = gone > 0 ? [] : older.filter { $0 < first.number }
        let numbers = before + found.map(\.number) + all.indices.filter { $0 > last.number }
        let paths = numbers.map { all[$0] }
        var history = LogHistory(name: known.name, inputs: [:], startups: first.file.startups)
        for (number, file) in found { history.inputs[all[number]] = file.input }
        // What was rotated before anybody has read it had the log's name when it was written.
        for number in all.indices where number > last.number && (follows || !files.contains(all[number])) {
            history.inputs[all[number]] = path
        }
        histories[paths[0]] = history
        add(paths, known)
        if gone == 0 {
            inputs.formUnion(found.map(\.file.input))
        } else {
            remarks.append(
                "of \(path) an earlier run has read what is gone, \(gone) of its files: what began there is told without its beginning"
            )
        }
        return true
    }

    /// A file that may be one that was read.
    private struct Candidate {
        let path: String
        var identity = FileIdentity()
        var size = -1
        var isTaken = false

        init(_ path: String) {
            self.path = path
            var status = stat()
            guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return }
            identity = FileIdentity(status)
            size = Int(status.st_size)
        }

        func begins(with file: ReadFile) -> Bool {
            let descriptor = open(path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { return false }
            defer { close(descriptor) }
            return size >= file.bytes && FileDigest.ofPrefix(descriptor, count: file.bytes) == file.digest
                || DecompressedDigest.ofPrefix(path, count: file.bytes) == file.digest
        }
    }

    /// The number of the candidate that a file is now: first the one that it was by its identity, then any.
    private static func place(of file: ReadFile, in candidates: inout [Candidate]) -> Int? {
        func isSame(_ candidate: Candidate) -> Bool {
            candidate.identity.device == file.device && candidate.identity.inode == file.inode
        }
        let free = candidates.indices.filter { !candidates[$0].isTaken && candidates[$0].size >= 0 }
        let ordered = free.filter { isSame(candidates[$0]) } + free.filter { !isSame(candidates[$0]) }
        guard let number = ordered.first(where: { candidates[$0].begins(with: file) }) else { return nil }
        candidates[number].isTaken = true
        return number
    }
}

/// Digests of what files hold that were compressed when they were rotated.
private enum DecompressedDigest {
    static func ofPrefix(_ path: String, count: Int) -> String? {
        guard let source = try? FileSource(path: path) else { return nil }
        return Decompressed.digest(ofFirst: count, of: source)
    }
}
