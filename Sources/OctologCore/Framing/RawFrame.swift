/// The header of a chunk in the engine's stream, log-grammar 11: the stream, three zeros, and the length, big endian.
enum RawFrame {
    /// The length of a header, in bytes.
    static let headerLength = 8
    /// No engine writes a longer chunk, in bytes.
    private static let maximumLength = 16 << 20

    struct Header: Equatable {
        var stream: OutputStream?
        var length: Int
    }

    /// The header that the first eight bytes are, or nil.
    static func header(_ bytes: Span<UInt8>) -> Header? {
        guard bytes.count >= headerLength, canBegin(bytes) else { return nil }
        let length = (4..<8).reduce(0) { $0 << 8 | Int(bytes[$1]) }
        guard length <= maximumLength else { return nil }
        // 0 is stdin, which nothing is printed to, and 3 the engine's own errors.
        return Header(stream: bytes[0] == 1 ? .stdout : bytes[0] == 2 ? .stderr : nil, length: length)
    }

    /// Whether a stream of chunks begins here: with something that a program printed.
    static func begins(_ bytes: Span<UInt8>) -> Bool {
        guard let header = header(bytes) else { return false }
        return header.stream != nil
    }

    /// Whether the bytes, fewer than a header has, could be its beginning.
    static func canBegin(_ bytes: Span<UInt8>) -> Bool {
        guard bytes.count > 0, bytes[0] <= 3 else { return false }
        return (1..<min(4, bytes.count)).allSatisfy { bytes[$0] == 0 }
    }
}
