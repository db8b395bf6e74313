import ArgumentParser
import OctologCore

import Glibc

/// A system call that failed.
struct SystemError: Error {
    var code: Int32

    static var last: SystemError { SystemError(code: errno) }

    /// `No such file or directory`
    var message: String { String(cString: strerror(code)) }
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
    private let identity: (device: UInt, inode: UInt)
    private var offset = 0
    /// What is to be written where the input is quiet.
    private let metrics: MetricsFile?
    private let recorder: InputRecorder?
    private let progress: Progress?

    /// Opens `path`; `-` is stdin.
    ///
    /// - Parameters:
    ///   - isAmongMany: whether more files are read side by side than may be open at once.
    ///   - metrics: what is to be written where the input is quiet.
    ///   - recorder: takes note of what is read.
    ///   - progress: says how much is read.
    init(
        path: String, isAmongMany: Bool, metrics: MetricsFile? = nil, recorder: InputRecorder? = nil,
        progress: Progress? = nil
    ) throws(InputError) {
        self.path = path
        self.progress = progress
        self.metrics = metrics
        self.recorder = recorder
        let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        self.descriptor = descriptor
        guard descriptor >= 0 else { throw .system(errno) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system(errno) }
        identity = (UInt(status.st_dev), UInt(status.st_ino))
        isLive = status.st_mode & S_IFMT != S_IFREG
        isTransient = isAmongMany && !isLive && path != "-"
        if !isLive { posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL) }
        if isTransient { closeFile() }
    }

    deinit { if descriptor > STDIN_FILENO { close(descriptor) } }

    mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
        if isTransient { try reopen() }
        defer { if isTransient { closeFile() } }
        while true {
            if isLive { waitForInput() }
            if Signals.received != nil { return 0 }
            let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            if count >= 0 {
                offset += count
                progress?.read(count)
                if let recorder { recorder.note(path, UnsafeRawBufferPointer(rebasing: buffer[..<count])) }
                return count
            }
            // A signal that ends the run is seen above; others don't matter.
            guard errno == EINTR else { throw .system(errno) }
        }
    }

    private func waitForInput() {
        if let metrics { metrics.wait(for: descriptor) } else { Signals.wait(for: descriptor) }
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
        guard UInt(status.st_dev) == identity.device, UInt(status.st_ino) == identity.inode else {
            throw .system(ESTALE)
        }
        guard lseek(descriptor, off_t(offset), SEEK_SET) >= 0 else { throw .system(errno) }
    }
}

/// Writes to stdout or a file, in large pieces, or at once where somebody waits.
struct OutputFile: ~Copyable {
    private let descriptor: Int32
    private let name: String
    private var buffer: [UInt8] = []
    /// What is to be done before the program ends because nobody can be written to.
    var atEnd: () -> Void = {}

    /// How much is kept before it is written, in bytes.
    private static let capacity = 64 << 10

    /// - Parameter path: the file to write, nil for stdout.
    init(path: String?) throws(SystemError) {
        name = path ?? "stdout"
        descriptor = path.map { open($0, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644) } ?? STDOUT_FILENO
        guard descriptor >= 0 else { throw .last }
        buffer.reserveCapacity(2 * Self.capacity)
    }

    static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

    /// How many columns the terminal at stdout has; nil if there is none, or if it does not say.
    static var terminalWidth: Int? {
        var size = winsize()
        guard isTerminal, ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }

    mutating func write(_ bytes: some Collection<UInt8>) {
        buffer.append(contentsOf: bytes)
        if buffer.count >= Self.capacity { flush() }
    }

    mutating func write(_ bytes: Span<UInt8>) {
        bytes.withUnsafeBufferPointer { buffer.append(contentsOf: $0) }
        if buffer.count >= Self.capacity { flush() }
    }

    /// Writes what is kept. Whoever reads may have gone: then the program ends quietly.
    mutating func flush() {
        if let failure = writeBuffer() { end(with: failure) }
    }

    /// Writes a secret past the buffer, which would keep it.
    ///
    /// - Returns: why that failed; whoever holds the secret lets go of it before the program ends.
    mutating func writeSecret(_ bytes: UnsafeRawBufferPointer) -> SystemError? { writeBuffer() ?? write(bytes) }

    /// Ends the program because a write failed.
    func end(with failure: SystemError) -> Never {
        atEnd()
        StatusLine.clear()
        if failure.code == EPIPE { exit(Exit.success.rawValue) }
        Diagnostics.say("can't write to \(name): \(failure.message)")
        exit(Exit.ioError.rawValue)
    }

    private mutating func writeBuffer() -> SystemError? {
        let failure = buffer.withUnsafeBytes { write($0) }
        buffer.removeAll(keepingCapacity: true)
        return failure
    }

    private func write(_ bytes: UnsafeRawBufferPointer) -> SystemError? {
        if !bytes.isEmpty, descriptor == STDOUT_FILENO, Self.isTerminal {
            return StatusLine.giveWay { writeAll(bytes) }
        }
        return writeAll(bytes)
    }

    private func writeAll(_ bytes: UnsafeRawBufferPointer) -> SystemError? {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR, errno != EAGAIN {
                return .last
            }
        }
        return nil
    }
}

/// What is said to the person at the terminal, on stderr.
enum Diagnostics {
    static func say(_ sentence: String) {
        let line = Array("octolog: \(sentence.printable)\n".utf8)
        StatusLine.giveWay {
            _ = line.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
        }
    }
}
