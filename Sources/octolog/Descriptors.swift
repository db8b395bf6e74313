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
    private let descriptor: Int32
    /// Whether more may come while it is read: a pipe, a terminal, a socket.
    let isLive: Bool

    /// Opens `path`; `-` is stdin.
    init(path: String) throws(SystemError) {
        descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .last }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .last }
        isLive = status.st_mode & S_IFMT != S_IFREG
        if !isLive { posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL) }
    }

    deinit { if descriptor > STDIN_FILENO { close(descriptor) } }

    mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int {
        while true {
            if isLive { Signals.wait(for: descriptor) }
            if Signals.received != nil { return 0 }
            let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            if count >= 0 { return count }
            // A signal that ends the run is seen above; others don't matter.
            guard errno == EINTR else { throw .last }
        }
    }
}

/// Writes to stdout or a file, in large pieces, or at once where somebody waits.
struct OutputFile: ~Copyable {
    private let descriptor: Int32
    private let name: String
    private var buffer: [UInt8] = []

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

    mutating func write(_ bytes: some Collection<UInt8>) {
        buffer.append(contentsOf: bytes)
        if buffer.count >= Self.capacity { flush() }
    }

    /// Writes what is kept. Whoever reads may have gone: then the program ends quietly.
    mutating func flush() {
        buffer.withUnsafeBytes { write($0) }
        buffer.removeAll(keepingCapacity: true)
    }

    /// Writes a secret past the buffer, which would keep it.
    mutating func writeSecret(_ bytes: UnsafeRawBufferPointer) {
        flush()
        write(bytes)
    }

    private func write(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno == EPIPE {
                exit(Exit.success.rawValue)
            } else if errno != EINTR, errno != EAGAIN {
                Diagnostics.say("can't write to \(name): \(SystemError.last.message)")
                exit(Exit.ioError.rawValue)
            }
        }
    }
}

/// What is said to the person at the terminal, on stderr.
enum Diagnostics {
    static func say(_ sentence: String) {
        let line = Array("octolog: \(TextFormat.printable(sentence))\n".utf8)
        _ = line.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
