import CProcess
import OctologCore

import Glibc

/// Tells when something happens to the files that are followed: inotify(7), one descriptor for all of them.
///
/// A file is watched by itself, for what is written to it, and its folder for names that come and go. A link's folder
/// is watched, and that of the file that it points at.
final class Follower {
    /// Readable when something has happened.
    let descriptor: Int32
    /// The paths that are followed; all others have an end.
    private let paths: Set<String>
    /// Whether some of it happens where nobody tells: on a file system of another machine, or where there are no more
    /// watches to be had. Then all files are looked at again once a second.
    private(set) var needsTicks = false
    /// Which file was read last under a path that was rotated, and lies beside it: the one after it comes next. Nil of
    /// a path where all that lie beside it come next.
    private var ended: [String: FileIdentity?] = [:]
    /// What was said of files that can't be read now, so that it is said once.
    private var complained: Set<String> = []

    private static let contents = UInt32(IN_MODIFY | IN_ATTRIB | IN_MOVE_SELF | IN_DELETE_SELF)
    private static let names = UInt32(
        IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF)
    private static let second: UInt64 = 1_000_000_000

    /// - Parameter paths: the files to follow, each the youngest of its log.
    init(_ paths: [String]) throws(SystemError) {
        self.paths = Set(paths)
        descriptor = inotify_init1(Int32(IN_CLOEXEC | IN_NONBLOCK))
        guard descriptor >= 0 else { throw .last }
    }

    deinit { close(descriptor) }

    func follows(_ path: String) -> Bool { paths.contains(path) }

    /// Whether somebody wants to look again soon, whatever happens.
    var wantsTick = false

    /// Until when to wait at most, by `monotonicTime`; nil for ever.
    func deadline() -> UInt64? {
        defer { wantsTick = false }
        return needsTicks || wantsTick ? monotonicTime() + Self.second : nil
    }

    /// Forgets what has happened: whoever waits looks at all files then.
    func drain() {
        withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 8) { buffer in
            while read(descriptor, buffer.baseAddress, buffer.count) > 0 {}
        }
    }

    /// Watches a file's name, be there a file or not.
    func watchName(of path: String) {
        watchFolder(AtomicFile.folder(of: path))
        let target = AtomicFile(path: path).path
        if target != path { watchFolder(AtomicFile.folder(of: target)) }
    }

    /// Watches a folder; while it is not there, what it will be in.
    private func watchFolder(_ folder: String) {
        var watched = ""
        while true {
            let nearest = watchNearest(to: folder)
            // What came before that was watched nobody tells.
            if nearest == watched { return }
            watched = nearest
        }
    }

    /// - Returns: what is watched.
    private func watchNearest(to folder: String) -> String {
        var folder = folder
        while !add(folder, Self.names), errno == ENOENT || errno == ENOTDIR {
            while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
            let parent = AtomicFile.folder(of: folder)
            guard parent != folder, folder != "." else { return folder }
            folder = parent
        }
        return folder
    }

    /// Watches what is written to a file.
    ///
    /// - Returns: what `unwatch` takes.
    func watchContents(of path: String) -> Int32 {
        let system = octolog_file_system(path)
        if system != 0, !Self.tells(system) { needsTicks = true }
        let watch = inotify_add_watch(descriptor, path, Self.contents)
        if watch < 0, errno != ENOENT { needsTicks = true }
        return watch
    }

    func unwatch(_ watch: Int32) { if watch >= 0 { inotify_rm_watch(descriptor, watch) } }

    private func add(_ path: String, _ mask: UInt32) -> Bool {
        if inotify_add_watch(descriptor, path, mask | UInt32(IN_ONLYDIR)) >= 0 { return true }
        if errno != ENOENT, errno != ENOTDIR { needsTicks = true }
        return false
    }

    /// Says why a file can't be read, once: it is waited for.
    func complain(_ path: String, _ error: SystemError) {
        guard complained.insert(path).inserted else { return }
        Diagnostics.say("can't read \(path) yet: \(error.message); waiting for it")
    }

    func noteOpened(_ path: String) {
        complained.remove(path)
        ended[path] = nil
    }

    /// Takes note of the file that was read to its end under a path.
    func note(_ identity: FileIdentity?, endedAs path: String) { ended[path] = .some(identity) }

    /// Where the file lies that comes after the one that was read last: that may have been rotated more than once since
    /// somebody looked.
    ///
    /// - Returns: the path itself, where nothing lies between them.
    func pathOfNext(under path: String) -> String {
        guard let last = ended[path] else { return path }
        return pathOfNext(after: last, under: path)
    }

    /// The same of another file; nil is none, which all come after.
    func pathOfNext(after last: FileIdentity?, under path: String) -> String {
        let siblings = RotatedSet.siblings(of: path)
        guard let last else { return siblings.first ?? path }
        guard let place = siblings.firstIndex(where: { FileIdentity(of: $0) == last }) else { return path }
        return place + 1 < siblings.count ? siblings[place + 1] : path
    }

    /// Whether a file system tells of everything that happens in it, by its magic number, statfs(2): those of disks and
    /// memory do.
    private static func tells(_ type: Int) -> Bool {
        // ext2 to ext4, XFS, Btrfs, tmpfs, F2FS, ZFS, ramfs
        [0xEF53, 0x5846_5342, 0x9123_683E, 0x0102_1994, 0xF2F5_2010, 0x2FC1_2FC1, 0x8584_58F6].contains(type)
    }
}

/// A file that is read beyond its end, until another one has its name: it was renamed, deleted or emptied.
///
/// A writer may go on for a while with a file that was renamed. So it is left only when the other has something to be
/// read, and all of this was. Of one that was emptied after it was copied (logrotate's copytruncate), what nobody has
/// read yet is read from the copy.
final class FollowedFile {
    private let path: String
    private let follower: Follower
    private let ledger: Ledger?
    private var entry: Ledger.Entry?
    /// -1 while there is no file.
    private var descriptor: Int32 = -1
    private var identity = FileIdentity()
    private var watch: Int32 = -1
    /// How much was read, and its digest.
    private var consumed: InputRecord
    /// The last bytes of that: a file that was written anew has others there.
    private var tail: [UInt8] = []
    /// Whether it is read under a name that it has got since: its end is the end then.
    private var isRotated = false
    /// The youngest file beside it when it was opened.
    private var predecessor: FileIdentity?
    private var hasEnded = false

    private static let tailLength = 256

    init(_ path: String, _ follower: Follower, _ ledger: Ledger?) {
        self.path = path
        self.follower = follower
        self.ledger = ledger
        consumed = InputRecord(name: path)
        follower.watchName(of: path)
    }

    deinit {
        follower.unwatch(watch)
        if descriptor >= 0 { close(descriptor) }
    }

    /// Whether another file goes on under the name.
    var hasSuccessor: Bool { hasEnded && Signals.received == nil }

    private enum Sight {
        /// So many bytes can be read.
        case bytes(Int)
        case nothing
        case end
    }

    func isReady() -> Bool {
        if Signals.received != nil { return true }
        // An error is told by the read.
        guard let sight = try? look() else { return true }
        switch sight {
        case .bytes, .end: return true
        case .nothing: return false
        }
    }

    /// - Parameter wait: waits until a descriptor can be read.
    func read(into buffer: UnsafeMutableRawBufferPointer, wait: (Int32) -> Void) throws(InputError) -> Int {
        while Signals.received == nil {
            switch try look() {
            case .end:
                hasEnded = true
                follower.note(identity == FileIdentity() ? nil : identity, endedAs: path)
                return 0
            case .nothing:
                wait(follower.descriptor)
                follower.drain()
            case .bytes(let available):
                let count = pread(descriptor, buffer.baseAddress, min(available, buffer.count), off_t(consumed.bytes))
                guard count >= 0 else {
                    if errno == EINTR { continue }
                    throw .system(errno)
                }
                // If it was emptied since, this may be what was written after that: it is looked at again.
                guard count > 0, consumed.bytes == 0 ? !wasEmptiedUnread() : hasTail() else { continue }
                note(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                return count
            }
        }
        return 0
    }

    private func note(_ bytes: UnsafeRawBufferPointer) {
        consumed.note(bytes)
        if let entry { ledger?.note(bytes, of: entry) }
        tail = Array((tail + bytes.suffix(Self.tailLength)).suffix(Self.tailLength))
    }

    /// What there is to be read.
    private func look() throws(InputError) -> Sight {
        if descriptor < 0 { guard try openFile() else { return .nothing } }
        let size = try self.size()
        if isRotated {
            if size > consumed.bytes { return .bytes(size - consumed.bytes) }
            return isBeingCopied() ? .nothing : .end
        }
        if size < consumed.bytes || !hasTail() {
            // It was emptied, and may have been written to since.
            guard takeCopy() else { return .end }
            return try look()
        }
        if consumed.bytes == 0, wasEmptiedUnread() { return .end }
        if size > consumed.bytes { return .bytes(size - consumed.bytes) }
        let isReplaced = try isReplaced()
        return isReplaced ? .end : .nothing
    }

    /// Whether another file has the name, and nothing more is left to be read of this one.
    private func isReplaced() throws(InputError) -> Bool {
        var status = stat()
        guard stat(path, &status) == 0 else {
            // Its folder may come anew.
            follower.watchName(of: path)
            return false
        }
        guard FileIdentity(status) != identity else { return false }
        // One that nobody has seen yet may lie between them.
        if status.st_size == 0, follower.pathOfNext(after: identity, under: path) == path {
            // What was written to it before it was watched nobody tells.
            _ = follower.watchContents(of: path)
            guard stat(path, &status) == 0, status.st_size > 0 else { return false }
        }
        // What was written before the other was made was written before that was seen.
        return try size() <= consumed.bytes
    }

    /// Opens the file that comes next; false while there is none.
    private func openFile() throws(InputError) -> Bool {
        var status = stat()
        while true {
            let next = follower.pathOfNext(under: path)
            predecessor = Self.youngest(beside: path)
            // Not to wait for somebody to write to what is no file.
            descriptor = open(next, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
            guard descriptor >= 0 else {
                // It may have been renamed again meanwhile.
                if next != path, errno == ENOENT, follower.pathOfNext(under: path) != next { continue }
                follower.watchName(of: path)
                follower.complain(path, .last)
                return false
            }
            guard fstat(descriptor, &status) == 0 else { throw .system(errno) }
            isRotated = next != path
            let again = follower.pathOfNext(under: path)
            if again == next, FileIdentity(of: next) == FileIdentity(status) { break }
            close(descriptor)
            descriptor = -1
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw .system(status.st_mode & S_IFMT == S_IFDIR ? EISDIR : EINVAL)
        }
        identity = FileIdentity(status)
        if !isRotated { watch = follower.watchContents(of: path) }
        // It may lie elsewhere than when it was looked for.
        follower.watchName(of: path)
        follower.noteOpened(path)
        entry = ledger?.begin(path, identity)
        return true
    }

    /// Whether the file was copied and emptied, or renamed, before anything was read of it. The copy comes first.
    private func wasEmptiedUnread() -> Bool {
        guard !isRotated, Self.youngest(beside: path) != predecessor else { return false }
        identity = predecessor ?? FileIdentity()
        return true
    }

    /// Whether somebody may still be writing this copy: it is new, and the file begins with all that is in it.
    private func isBeingCopied() -> Bool {
        var status = stat()
        guard fstat(descriptor, &status) == 0, time(nil) - status.st_mtim.tv_sec < Self.longestCopy else {
            return false
        }
        let original = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard original >= 0 else { return false }
        defer { close(original) }
        guard fstat(original, &status) == 0, FileIdentity(status) != identity,
            FileDigest.ofPrefix(original, count: consumed.bytes) == consumed.digest
        else { return false }
        follower.wantsTick = true
        return true
    }

    /// Nobody takes so long between two pieces of a copy, in seconds.
    private static let longestCopy = 2

    private static func youngest(beside path: String) -> FileIdentity? {
        RotatedSet.siblings(of: path).last.flatMap { FileIdentity(of: $0) }
    }

    private func size() throws(InputError) -> Int {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system(errno) }
        return Int(status.st_size)
    }

    /// Whether what was read last still stands where it did.
    private func hasTail() -> Bool {
        var bytes = [UInt8](repeating: 0, count: tail.count)
        let count = pread(descriptor, &bytes, bytes.count, off_t(consumed.bytes - tail.count))
        return count == tail.count && bytes == tail
    }

    /// Goes on in the copy of the file, if one lies beside it that begins with what was read.
    private func takeCopy() -> Bool {
        for sibling in RotatedSet.siblings(of: path) {
            let copy = open(sibling, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
            guard copy >= 0 else { continue }
            var status = stat()
            guard fstat(copy, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size >= consumed.bytes,
                FileDigest.ofPrefix(copy, count: consumed.bytes) == consumed.digest
            else {
                close(copy)
                continue
            }
            close(descriptor)
            descriptor = copy
            identity = FileIdentity(status)
            isRotated = true
            return true
        }
        return false
    }
}

/// Digests of files, as the state keeps them.
enum FileDigest {
    /// The SHA-256 of a file's first bytes, in hexadecimal; nil if there are fewer, or they can't be read.
    static func ofPrefix(_ descriptor: Int32, count: Int) -> String? {
        var record = InputRecord(name: "")
        let hasAll = withUnsafeTemporaryAllocation(byteCount: 256 << 10, alignment: 16) { buffer in
            while record.bytes < count {
                let wanted = min(buffer.count, count - record.bytes)
                let read = pread(descriptor, buffer.baseAddress, wanted, off_t(record.bytes))
                if read < 0, errno == EINTR { continue }
                guard read > 0 else { return false }
                record.note(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<read]))
            }
            return true
        }
        return hasAll ? record.digest : nil
    }
}
