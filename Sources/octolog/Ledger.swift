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
    }

    private struct Book {
        var logs: [ReadLog]
        var files: [File] = []
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
        book = Mutex(Book(logs: logs.map(\.log)))
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
            book.files.append(File(log: log, known: known, consumed: InputRecord(name: path), path: path))
            return Entry(number: book.files.count - 1)
        }
    }

    func note(_ bytes: UnsafeRawBufferPointer, of entry: Entry) {
        book.withLock { book in
            let before = book.files[entry.number].consumed.bytes
            guard let wanted, book.files[entry.number].path == "-", before < wanted, before + bytes.count >= wanted
            else { return book.files[entry.number].consumed.note(bytes) }
            book.files[entry.number].consumed.note(UnsafeRawBufferPointer(rebasing: bytes[..<(wanted - before)]))
            book.files[entry.number].prefix = book.files[entry.number].consumed.digest
            book.files[entry.number].consumed.note(UnsafeRawBufferPointer(rebasing: bytes[(wanted - before)...]))
        }
    }

    /// Takes note of how many startups containers had before a file, the one of its path that was opened last.
    func note(_ begun: BegunFile) {
        book.withLock { book in
            guard let number = book.files.lastIndex(where: { $0.path == begun.path }) else { return }
            book.files[number].known.startups = begun.startups
        }
    }

    /// What was read so far, by log.
    var logsRead: [ReadLog] {
        book.withLock { book in
            var logs = book.logs
            for file in book.files {
                var known = file.known
                known.bytes = file.consumed.bytes
                known.digest = file.consumed.digest
                logs[file.log].files.append(known)
            }
            for log in logs.indices { logs[log].files = Array(logs[log].files.suffix(Self.maximumFiles)) }
            return logs.filter { !$0.files.isEmpty }
        }
    }

    /// The digest of as much of stdin as was asked for; nil while less was read.
    var prefixOfStdin: String? {
        book.withLock { book in book.files.last { $0.path == "-" }?.prefix }
    }
}
