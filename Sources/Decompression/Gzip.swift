import CCompression

/// gzip by zlib, https://zlib.net/manual.html.
enum Gzip {
    /// The largest window, and 16 for gzip's header and trailer.
    private static let windowBits: Int32 = 15 + 16

    // unsafe: zlib keeps the stream's address, so it lives on the heap until `free`.
    static func make() -> UnsafeMutableRawPointer {
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let status = inflateInit2_(stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(status == Z_OK, "zlib has no memory")
        return UnsafeMutableRawPointer(stream)
    }

    static func free(_ state: UnsafeMutableRawPointer) {
        let stream = state.assumingMemoryBound(to: z_stream.self)
        inflateEnd(stream)
        stream.deallocate()
    }

    static func decode(
        _ state: UnsafeMutableRawPointer, _ input: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer
    ) -> Progress {
        let stream = state.assumingMemoryBound(to: z_stream.self)
        // unsafe: zlib reads `input` and writes `output` within the counts, and not after this call.
        stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
        stream.pointee.avail_in = UInt32(input.count)
        stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_out = UInt32(output.count)
        let status = inflate(stream, Z_NO_FLUSH)
        let isAtEnd = status == Z_STREAM_END
        let progress = Progress(
            consumed: input.count - Int(stream.pointee.avail_in),
            produced: output.count - Int(stream.pointee.avail_out), isAtEnd: isAtEnd,
            isDamaged: !(status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR))
        if isAtEnd { inflateReset(stream) }
        return progress
    }
}
