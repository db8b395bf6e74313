import OctologCore

import Glibc

/// What goes with the files of a run, besides their bytes.
struct Reading: Sendable {
    /// Says how much is read.
    var progress: Progress?
    /// Takes note of what is read, for the next run.
    var ledger: Ledger?
    /// Whether more files are read side by side than may be open at once.
    var isAmongMany = false
}

/// A file or a pipe that is read; closed at its end unless it is stdin.
struct FileSource: ByteSource, ~Copyable {
    private let path: String
    /// The descriptor; -1 while a file among many is closed between its reads.
    private var descriptor: Int32
    /// Whether more may come while it is read: a pipe, a terminal, a socket.
    private let isLive: Bool
    /// Whether so many files are open that this one is opened for each read.
    private let isTransient: Bool
    private let identity: FileIdentity
    private var offset = 0
    /// What is to be written where the input is quiet.
    private let metrics: MetricsFile?
    private let recorder: InputRecorder?
    private let reading: Reading
    private let entry: Ledger.Entry?
    /// The file that is followed; nil where its end is the end.
    private let followed: FollowedFile?
    /// Which of these there are: to ask for them costs more.
    private let isFollowed: Bool
    private let isNoted: Bool

    /// Opens `path`; `-` is stdin.
    ///
    /// - Parameters:
    ///   - metrics: what is to be written where the input is quiet.
    ///   - recorder: takes note of what is read, to read it again.
    ///   - follower: follows the file beyond its end.
    init(
        path: String, reading: Reading = Reading(), metrics: MetricsFile? = nil, recorder: InputRecorder? = nil,
        follower: Follower? = nil
    ) throws(InputError) {
        self.path = path
        self.reading = reading
        self.metrics = metrics
        self.recorder = recorder
        if let follower, follower.follows(path) {
            followed = FollowedFile(path, follower, reading.ledger)
            isFollowed = true
            isNoted = false
            (descriptor, isLive, isTransient, entry, identity) = (-1, true, false, nil, FileIdentity())
            return
        }
        followed = nil
        isFollowed = false
        isNoted = reading.progress != nil || reading.ledger != nil || recorder != nil
        let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        self.descriptor = descriptor
        guard descriptor >= 0 else { throw .system(errno) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system(errno) }
        identity = FileIdentity(status)
        isLive = status.st_mode & S_IFMT != S_IFREG
        isTransient = reading.isAmongMany && !isLive && path != "-"
        entry = reading.ledger?.begin(path, identity)
        if !isLive { posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL) }
        if isTransient { closeFile() }
    }

    deinit { if descriptor > STDIN_FILENO { close(descriptor) } }

    var hasSuccessor: Bool { followed?.hasSuccessor ?? false }

    /// Of a log that the state tells the next run of.
    var isBrokenOff: Bool { reading.ledger != nil && Signals.received != nil }

    func isReady() -> Bool {
        if let followed { return followed.isReady() }
        return !isLive || Signals.received != nil || Signals.isReadable(descriptor)
    }

    mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
        if isFollowed, let followed { return try followed.read(into: buffer) { self.wait(for: [$0]) } }
        if isTransient { try reopen() }
        defer { if isTransient { closeFile() } }
        while true {
            if isLive { wait(for: [descriptor]) }
            if Signals.received != nil { return 0 }
            let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            if count >= 0 {
                offset += count
                if isNoted { note(UnsafeRawBufferPointer(rebasing: buffer[..<count])) }
                return count
            }
            // A signal that ends the run is seen above; others don't matter.
            guard errno == EINTR else { throw .system(errno) }
        }
    }

    private func note(_ bytes: UnsafeRawBufferPointer) {
        reading.progress?.read(bytes.count)
        recorder?.note(path, bytes)
        if let entry { reading.ledger?.note(bytes, of: entry) }
    }

    private func wait(for descriptors: [Int32]) {
        if let metrics {
            _ = metrics.wait(forAnyOf: descriptors, until: nil)
        } else {
            _ = Signals.wait(forAnyOf: descriptors, until: nil)
        }
    }

    private mutating func closeFile() {
        close(descriptor)
        descriptor = -1
    }

    private mutating func reopen() throws(InputError) {
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system(errno) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system(errno) }
        // Another file of this name would be read from the middle.
        guard FileIdentity(status) == identity else { throw .system(ESTALE) }
        guard lseek(descriptor, off_t(offset), SEEK_SET) >= 0 else { throw .system(errno) }
    }
}

/// Which file it is, whatever it is called.
struct FileIdentity: Equatable, Sendable {
    var device = 0
    var inode = 0

    init() {}

    /// Of the file at a path; nil where there is none.
    init?(of path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.init(status)
    }

    init(_ status: stat) {
        device = Int(truncatingIfNeeded: status.st_dev)
        inode = Int(truncatingIfNeeded: status.st_ino)
    }
}
