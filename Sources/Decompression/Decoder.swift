/// The ways in which a log may be compressed.
package enum Compression: String, Sendable, CaseIterable {
    case gzip
    case zstd
    case xz
    case bzip2

    /// What a compressed file begins with.
    package var magic: [UInt8] {
        switch self {
        case .gzip: [0x1F, 0x8B, 0x08]  // RFC 1952 2.3.1; 8 is deflate, the only method there is
        case .zstd: [0x28, 0xB5, 0x2F, 0xFD]  // RFC 8878 3.1.1
        case .xz: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]  // xz file format 2.1.1.1
        case .bzip2: [0x42, 0x5A, 0x68]  // "BZh"
        }
    }
}

extension Compression {
    /// Whether a stream of this format begins so.
    package func begins(_ head: [UInt8]) -> Bool {
        if head.starts(with: magic) { return true }
        // Frames that are passed over, RFC 8878 3.1.2: seekable files have them.
        return self == .zstd && head.count >= 4 && head[0] & 0xF0 == 0x50 && head[1...3] == [0x2A, 0x4D, 0x18]
    }
}

/// How far one call of `Decoder.decode` got.
package struct Progress {
    /// Bytes taken from the input.
    package var consumed = 0
    /// Bytes written to the output.
    package var produced = 0
    /// Whether the compressed stream ends here; another may follow.
    package var isAtEnd = false
    /// Whether the bytes are not what their format asks for: what was written came before that.
    package var isDamaged = false
}

/// Decompresses one stream after another, piece by piece.
package struct Decoder: ~Copyable {
    package let format: Compression
    // unsafe: made by the format's own functions, and freed by them in deinit.
    private let state: UnsafeMutableRawPointer

    package init(_ format: Compression) {
        self.format = format
        state =
            switch format {
            case .gzip: Gzip.make()
            case .zstd: Zstandard.make()
            case .xz: XZ.make()
            case .bzip2: Bzip2.make()
            }
    }

    deinit {
        switch format {
        case .gzip: Gzip.free(state)
        case .zstd: Zstandard.free(state)
        case .xz: XZ.free(state)
        case .bzip2: Bzip2.free(state)
        }
    }

    /// Decompresses what fits: stops when the input is used up, the output is full, or the stream ends.
    ///
    /// After the end the next call begins a new stream; after damage there is nothing more to come.
    package mutating func decode(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) -> Progress {
        switch format {
        case .gzip: Gzip.decode(state, input, output)
        case .zstd: Zstandard.decode(state, input, output)
        case .xz: XZ.decode(state, input, output)
        case .bzip2: Bzip2.decode(state, input, output)
        }
    }
}
