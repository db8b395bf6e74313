import Decompression

import Glibc

/// Where bytes come from: a descriptor, or memory in tests.
package protocol ByteSource: ~Copyable, SendableMetatype {
    /// Reads what there is, up to the buffer's size, and waits if there is nothing yet.
    ///
    /// - Returns: how many bytes were written to the buffer's beginning; 0 at the end of the input.
    mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int

    /// Whether `read` would return at once; asked only where logs are read as they come.
    mutating func isReady() -> Bool

    /// Whether another file goes on under the name of this one, which is at its end: somebody follows the log.
    var hasSuccessor: Bool { get }

    /// Whether it ended before its end, and another run goes on with it: nothing may be concluded from that.
    var isBrokenOff: Bool { get }

    /// How the text is encoded, where what is read is text for certain, its mark taken off; nil where that is to be
    /// seen.
    var encoding: Encoding? { get }
}

extension ByteSource where Self: ~Copyable {
    package mutating func isReady() -> Bool { true }
    package var hasSuccessor: Bool { false }
    package var isBrokenOff: Bool { false }
    package var encoding: Encoding? { nil }
}

/// Why an input can't be read, or not to its end.
package enum InputError: Error, Sendable {
    /// A system call failed; the value is its `errno`.
    case system(Int32)
    /// Compressed data that ends too early.
    case cut(Compression)
    /// Compressed data that is damaged.
    case damaged(Compression)
    /// Bytes that follow compressed data and are none.
    case garbage(Compression)
    /// Compressed data that grows beyond any log.
    case bomb(Compression)
    /// The binary file of Docker's `local` driver, log-grammar 11.
    case localDriver
    /// A zip archive.
    case archive

    /// What is wrong, as the end of the sentence `can't read x: ...`.
    package var message: String {
        switch self {
        case .system(let code): String(cString: strerror(code))
        case .cut(let format): "its \(format.rawValue) data ends too early; what came before is told"
        case .damaged(let format): "its \(format.rawValue) data is damaged; what came before is told"
        case .garbage(let format):
            "bytes follow its \(format.rawValue) data that are none; they are not read"
        case .bomb(let format):
            "its \(format.rawValue) data grows to more than \(InputKind.maximumRatio) times its size, which no log does; the rest is not read"
        case .localDriver:
            "it is the binary file of Docker's local driver; read that container with docker logs NAME 2>&1 | octolog"
        case .archive: "it is a zip archive; read its files with unzip -p FILE | octolog"
        }
    }
}
