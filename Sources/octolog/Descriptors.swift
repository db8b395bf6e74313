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

/// Writes to stdout or a file, in large pieces, or at once where somebody waits.
struct OutputFile: ~Copyable {
    private let descriptor: Int32
    private let name: String
    private var buffer: [UInt8] = []
    /// What is to be done before the program ends because nobody can be written to.
    var atEnd: () -> Void = {}

    /// How much is kept before it is written, in bytes.
    private static let capacity = 64 << 10

    /// - Parameters:
    ///   - path: the file to write, nil for stdout.
    ///   - resumes: whether to go on behind the lines that are in it; one without an end is taken off.
    init(path: String?, resumes: Bool = false) throws(SystemError) {
        name = path ?? "stdout"
        let mode = resumes ? O_RDWR | O_APPEND : O_WRONLY | O_TRUNC
        descriptor = path.map { open($0, mode | O_CREAT | O_CLOEXEC, 0o644) } ?? STDOUT_FILENO
        guard descriptor >= 0 else { throw .last }
        if resumes, path != nil { try Self.takeOffTornLine(descriptor) }
        buffer.reserveCapacity(2 * Self.capacity)
    }

    /// A run that was killed may have left half a line.
    private static func takeOffTornLine(_ descriptor: Int32) throws(SystemError) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .last }
        // A pipe has no end to look at.
        guard status.st_mode & S_IFMT == S_IFREG else { return }
        var end = Int(status.st_size)
        var piece = [UInt8](repeating: 0, count: 4096)
        while end > 0 {
            let start = max(0, end - piece.count)
            let count = pread(descriptor, &piece, end - start, off_t(start))
            guard count == end - start else { throw count < 0 ? .last : SystemError(code: EIO) }
            if let last = piece[..<count].lastIndex(of: UInt8(ascii: "\n")) {
                end = start + last + 1
                break
            }
            end = start
        }
        if end < Int(status.st_size), ftruncate(descriptor, off_t(end)) != 0 { throw .last }
    }

    /// Writes what is kept, and waits until a file has it on the disk.
    mutating func sync() {
        flush()
        // What is no file can't be waited for.
        if fsync(descriptor) != 0, errno == EIO || errno == ENOSPC || errno == EDQUOT { end(with: .last) }
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
