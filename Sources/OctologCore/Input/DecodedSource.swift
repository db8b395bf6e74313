import Decompression

import Glibc

/// An input's text: decompressed where its first bytes say so, and as UTF-8.
struct DecodedSource<Source: ByteSource & ~Copyable>: ~Copyable {
    private var source: Source
    /// What the input turned out to be; nil until its first bytes are seen.
    private(set) var kind: InputKind?
    private var decoder: Decoder?
    private var transcoder: UTF16Decoder?
    /// Bytes of the input that were read and not yet decoded.
    private var pending: [UInt8] = []
    /// Text that was decoded and not yet handed on.
    private var decoded: [UInt8] = []
    private var sourceHasEnded = false
    /// Whether the compressed stream under way has no end yet.
    private var isInStream = false
    private var isDamaged = false
    /// Whether the text ends in the middle of a character.
    private(set) var isCut = false
    private var compressedCount = 0
    private var decompressedCount = 0

    /// Up to this size any ratio will do, in bytes.
    private static var harmless: Int { 64 << 20 }
    /// The size of a piece that is decoded at a time, in bytes.
    private static var piece: Int { 64 << 10 }

    /// The bytes that were handed on, before they became UTF-8, since somebody took them; nil where nobody does.
    private var copy: [UInt8]?

    /// - Parameter isCopied: whether what is handed on is to be kept as it stood in the input.
    init(_ source: consuming Source, isCopied: Bool = false) {
        let encoding = source.encoding
        self.source = source
        copy = isCopied ? [] : nil
        if let encoding {
            kind = InputKind(encoding)
            begin(encoding)
            copy?.append(contentsOf: encoding.mark)
        }
    }

    /// The bytes that were handed on since this was last asked, decompressed but not decoded.
    mutating func takeCopy() -> [UInt8] {
        guard let taken = copy else { return [] }
        copy = []
        return taken
    }

    /// Reads text; waits as the source does.
    ///
    /// - Returns: how many bytes were written to the buffer's beginning; 0 at the end.
    mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
        if kind == nil { try identify() }
        guard decoder != nil || transcoder != nil else {
            let count =
                !pending.isEmpty
                ? Self.hand(&pending, to: buffer) : sourceHasEnded ? 0 : try source.read(into: buffer)
            copy?.append(contentsOf: buffer[..<count])
            return count
        }
        while decoded.isEmpty {
            guard try decodePiece() else { return 0 }
        }
        return Self.hand(&decoded, to: buffer)
    }

    /// Whether the next read need not wait, as far as can be told: compressed data may ask for more than there is.
    mutating func isReady() -> Bool { !pending.isEmpty || !decoded.isEmpty || sourceHasEnded || source.isReady() }

    /// Whether another file goes on where this one has ended.
    var hasSuccessor: Bool { source.hasSuccessor }

    /// Whether another run goes on where this one has ended.
    var isBrokenOff: Bool { source.isBrokenOff }

    private static func hand(_ bytes: inout [UInt8], to buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(bytes.count, buffer.count)
        buffer.copyBytes(from: bytes.prefix(count))
        take(count, from: &bytes)
        return count
    }

    /// Removes the first bytes, and overwrites where they stood: the array's memory may live as long as the input.
    private static func take(_ count: Int, from bytes: inout [UInt8]) {
        let rest = bytes.count - count
        bytes.withUnsafeMutableBytes {
            guard let base = $0.baseAddress else { return }
            // unsafe: both ranges lie in the array; memmove allows them to overlap.
            memmove(base, base + count, rest)
            explicit_bzero(base + rest, count)
        }
        bytes.removeLast(count)
    }

    /// Looks at the first bytes, as few as tell what the input is: more may be long in coming.
    private mutating func identify() throws(InputError) {
        while InputKind.isOpen(pending), !sourceHasEnded { try readPiece() }
        let kind = try InputKind(pending)
        self.kind = kind
        decoder = kind.compression.map { Decoder($0) }
        if decoder != nil {
            isInStream = true
            // The encoding shows when the first bytes are decompressed.
            var text: [UInt8] = []
            while InputKind.isOpen(text), try decompressPiece(into: &text) {}
            self.kind?.encoding = InputKind.encoding(of: text)
            begin(self.kind?.encoding ?? .utf8)
            copy?.append(contentsOf: self.kind?.encoding.mark ?? [])
            Self.take(self.kind?.encoding.mark.count ?? 0, from: &text)
            transcode(text)
        } else {
            begin(kind.encoding)
            copy?.append(contentsOf: kind.encoding.mark)
            Self.take(kind.encoding.mark.count, from: &pending)
        }
    }

    private mutating func begin(_ encoding: Encoding) {
        switch encoding {
        case .utf8: transcoder = nil
        case .utf16LE: transcoder = UTF16Decoder(isBigEndian: false)
        case .utf16BE: transcoder = UTF16Decoder(isBigEndian: true)
        }
    }

    private mutating func readPiece() throws(InputError) {
        var piece = [UInt8](repeating: 0, count: Self.piece)
        var count = 0
        var failure: InputError?
        piece.withUnsafeMutableBytes {
            do throws(InputError) { count = try source.read(into: $0) } catch { failure = error }
        }
        if let failure { throw failure }
        sourceHasEnded = count == 0
        pending.append(contentsOf: piece.prefix(count))
    }

    /// - Returns: false at the end.
    private mutating func decodePiece() throws(InputError) -> Bool {
        if decoder != nil {
            var text: [UInt8] = []
            guard try decompressPiece(into: &text) else { return finishText() }
            transcode(text)
            return true
        }
        if pending.isEmpty { try readPiece() }
        if sourceHasEnded, pending.isEmpty { return finishText() }
        // The array that is taken is freed here, and with it what it holds.
        let text = pending
        pending = []
        transcode(text)
        return true
    }

    private mutating func transcode(_ text: [UInt8]) {
        copy?.append(contentsOf: text)
        if transcoder != nil {
            text.withUnsafeBytes { transcoder?.decode($0, into: &decoded) }
        } else {
            decoded.append(contentsOf: text)
        }
    }

    private mutating func finishText() -> Bool {
        if transcoder?.finish(into: &decoded) == true { isCut = true }
        return !decoded.isEmpty
    }

    /// - Returns: false at the end.
    private mutating func decompressPiece(into text: inout [UInt8]) throws(InputError) -> Bool {
        guard let format = decoder?.format else { return false }
        while true {
            if isDamaged { throw .damaged(format) }
            if pending.isEmpty, !sourceHasEnded { try readPiece() }
            if !isInStream {
                // Padding behind a stream is zeros; anything else begins the next one, or is no part of the data.
                if let data = pending.firstIndex(where: { $0 != 0 }) {
                    Self.take(data, from: &pending)
                } else {
                    pending = []
                    if sourceHasEnded { return false }
                    continue
                }
                while pending.count < format.magic.count, !sourceHasEnded { try readPiece() }
                guard format.begins(pending) else { throw .garbage(format) }
                isInStream = true
            }
            var piece = [UInt8](repeating: 0, count: Self.piece)
            var progress: Progress?
            pending.withUnsafeBytes { input in
                piece.withUnsafeMutableBytes { output in progress = decoder?.decode(input, into: output) }
            }
            guard let progress else { return false }
            Self.take(progress.consumed, from: &pending)
            isInStream = !progress.isAtEnd
            compressedCount += progress.consumed
            decompressedCount += progress.produced
            guard decompressedCount <= Self.harmless + compressedCount * InputKind.maximumRatio else {
                throw .bomb(format)
            }
            text.append(contentsOf: piece.prefix(progress.produced))
            isDamaged = progress.isDamaged
            if progress.produced > 0 { return true }
            if progress.consumed == 0, sourceHasEnded, isInStream { throw .cut(format) }
        }
    }
}

/// What an input's first bytes say it is.
struct InputKind {
    var compression: Compression?
    var encoding = Encoding.utf8

    /// How many times its compressed size a log may have.
    ///
    /// Logs shrink to a tenth or a thirtieth, those that repeat themselves to a few hundredths.
    static let maximumRatio = 500

    /// Plain text.
    init(_ encoding: Encoding) { self.encoding = encoding }

    /// - Parameter head: the first bytes.
    init(_ head: [UInt8]) throws(InputError) {
        if Self.isLocalDriver(head) { throw .localDriver }
        if head.starts(with: [0x50, 0x4B, 0x03, 0x04]) { throw .archive }
        compression = Compression.allCases.first { $0.begins(head) }
        encoding = Self.encoding(of: head)
    }

    static func encoding(of head: [UInt8]) -> Encoding {
        Encoding.allCases.first { !$0.mark.isEmpty && head.starts(with: $0.mark) } ?? .utf8
    }

    /// Whether more bytes could make it something else than plain text.
    static func isOpen(_ head: [UInt8]) -> Bool {
        if head.isEmpty { return true }
        let marks = Compression.allCases.map(\.magic) + Encoding.allCases.map(\.mark)
        if marks.contains(where: { $0.count > head.count && $0.starts(with: head) }) { return true }
        if head.count < 4, head[0] & 0xF0 == 0x50, zip(head.dropFirst(), [0x2A, 0x4D] as [UInt8]).allSatisfy(==) {
            return true
        }
        return head.count < 10 && localDriverBegins(head)
    }

    /// The `local` driver writes a record's length, four bytes, and the record, whose first field is its source.
    private static func isLocalDriver(_ head: [UInt8]) -> Bool { head.count >= 10 && localDriverBegins(head) }

    private static func localDriverBegins(_ head: [UInt8]) -> Bool {
        // A record has 16 KiB of text at most.
        let pattern: [UInt8?] = [0, 0, nil, nil, 0x0A, 6, 0x73, 0x74, 0x64, nil]  // "std" of stdout or stderr
        return zip(pattern, head).allSatisfy { $0 == nil || $0 == $1 }
    }
}
