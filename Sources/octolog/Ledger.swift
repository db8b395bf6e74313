import OctologCore
import Synchronization

/// What a run has read of its logs so far, for the state that it leaves. Any thread may have read some of it.
final class Ledger: Sendable {
    /// A file that is being read, or was.
    struct Entry: Sendable {
        fileprivate var number: Int
    }

    private struct File {
        var log: Int
        var known: ReadFile
        var consumed: InputRecord
        var path: String
        /// The digest of as many bytes as somebody asked for.
        var prefix: String?

        /// - Parameter wanted: of how many bytes of stdin the digest is wanted.
        mutating func note(_ bytes: UnsafeRawBufferPointer, wanted: Int?) {
            guard let wanted, path == "-", consumed.bytes < wanted, consumed.bytes + bytes.count >= wanted else {
                return consumed.note(bytes)
            }
            let rest = wanted - consumed.bytes
            consumed.note(UnsafeRawBufferPointer(rebasing: bytes[..<rest]))
            prefix = consumed.digest
            consumed.note(UnsafeRawBufferPointer(rebasing: bytes[rest...]))
        }
    }

    private struct Book {
        var logs: [ReadLog]
        /// The numbers of each log's files, in the order in which they were opened.
        var numbers: [[Int]]
        var files: [Int: File] = [:]
        /// How many files were opened.
        var opened = 0

        init(_ logs: [ReadLog]) {
            self.logs = logs
            numbers = logs.map { _ in [] }
        }

        /// - Returns: the file's number.
        mutating func open(_ file: File) -> Int {
            opened += 1
            files[opened] = file
            numbers[file.log].append(opened)
            // Rotated for months they would be too many.
            if numbers[file.log].count > maximumFiles { files[numbers[file.log].removeFirst()] = nil }
            return opened
        }

        /// The number of the file that was opened last by a path.
        func last(_ path: String) -> Int? {
            files.filter { $0.value.path == path }.keys.max()
        }
    }

    private let book: Mutex<Book>
    /// The number of the log that a file belongs to, by its path.
    private let logs: [String: Int]
    private let names: [String: String]
    /// Of how many bytes of stdin the digest is wanted.
    private let wanted: Int?

    /// Of so many files of a log it is kept what was read, the youngest ones.
    private static let maximumFiles = 100

    /// - Parameters:
    ///   - logs: the logs with the paths of their files.
    ///   - names: what files are called that have been renamed, by their paths.
    ///   - wanted: of how many bytes of stdin the digest is wanted.
    init(_ logs: [(log: ReadLog, paths: [String])], names: [String: String] = [:], wanted: Int? = nil) {
        self.wanted = wanted
        book = Mutex(Book(logs.map(\.log)))
        var numbers: [String: Int] = [:]
        for (number, log) in logs.enumerated() { for path in log.paths { numbers[path] = number } }
        self.logs = numbers
        self.names = names
    }

    /// A file is opened to be read from its beginning.
    func begin(_ path: String, _ identity: FileIdentity) -> Entry? {
        guard let log = logs[path] else { return nil }
        let known = ReadFile(input: names[path] ?? path, device: identity.device, inode: identity.inode)
        return book.withLock { book in
            Entry(number: book.open(File(log: log, known: known, consumed: InputRecord(name: path), path: path)))
        }
    }

    func note(_ bytes: UnsafeRawBufferPointer, of entry: Entry) {
        book.withLock { book in
            book.files[entry.number]?.note(bytes, wanted: wanted)
        }
    }

    /// Takes note of how many startups containers had before a file, the one of its path that was opened last.
    func note(_ begun: BegunFile) {
        book.withLock { book in
            guard let number = book.last(begun.path) else { return }
            book.files[number]?.known.startups = begun.startups
        }
    }

    /// What was read so far, by log.
    var logsRead: [ReadLog] {
        book.withLock { book in
            var logs = book.logs
            for log in logs.indices {
                logs[log].files += book.numbers[log].compactMap { book.files[$0] }.map { file in
                    var known = file.known
                    known.bytes = file.consumed.bytes
                    known.digest = file.consumed.digest
                    return known
                }
            }
            return logs.filter { !$0.files.isEmpty }
        }
    }

    /// The digest of as much of stdin as was asked for; nil while less was read.
    var prefixOfStdin: String? {
        book.withLock { book in book.last("-").flatMap { book.files[$0]?.prefix } }
    }
}
