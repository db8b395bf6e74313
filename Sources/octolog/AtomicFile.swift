import Glibc

/// A file that is only ever seen whole: another is written beside it and put in its place.
struct AtomicFile {
    let path: String

    /// A link stays one, and what it points at is written.
    init(path: String) {
        if let target = realpath(path, nil) {
            self.path = String(cString: target)
            free(target)
        } else {
            self.path = path
        }
    }

    /// The folder that the file lies in, which is what has to be writable.
    var folder: String { Self.folder(of: path) }

    static func folder(of path: String) -> String { path.lastIndex(of: "/").map { String(path[...$0]) } ?? "." }

    /// Whether there is something at the path that is no file, such as a folder or a device.
    var isOccupied: Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFREG
    }

    /// Writes the file.
    ///
    /// - Parameters:
    ///   - mode: the rights of a file that was not there before; one that was keeps its own.
    ///   - isDurable: whether it has to be on the disk when this returns.
    ///   - isAlone: whether nobody else writes it meanwhile: what a run that was killed has left is written over then.
    ///   - body: writes what is in it, in pieces.
    func write(mode: mode_t, isDurable: Bool, isAlone: Bool = false, _ body: (([UInt8]) -> Void) -> Void)
        throws(SystemError)
    {
        let temporary = isAlone ? "\(path).new" : "\(path).\(getpid())"
        // What lies there was left by a run that was killed, or put there by somebody: it is not followed.
        unlink(temporary)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw .last }
        var status = stat()
        // The mask of who started octolog would take rights away.
        fchmod(descriptor, stat(path, &status) == 0 ? status.st_mode & 0o7777 : mode)
        var failure: SystemError?
        var buffer: [UInt8] = []
        func flush() {
            var rest = buffer[...]
            while failure == nil, !rest.isEmpty {
                let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
                if count >= 0 { rest = rest.dropFirst(count) } else if errno != EINTR { failure = .last }
            }
            buffer.removeAll(keepingCapacity: true)
        }
        body { piece in
            buffer += piece
            if buffer.count >= 64 << 10 { flush() }
        }
        flush()
        if failure == nil, isDurable, fsync(descriptor) != 0 { failure = .last }
        close(descriptor)
        if failure == nil, rename(temporary, path) != 0 { failure = .last }
        if let failure {
            unlink(temporary)
            throw failure
        }
    }
}

/// A clock that only goes on, in nanoseconds.
func monotonicTime() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}
