import CCompression

/// xz by liblzma, https://tukaani.org/xz/.
enum XZ {
    /// What a file may ask for, in bytes: `xz -9` asks for 65 MiB, `xz` alone for 9.
    private static let memoryLimit: UInt64 = 80 << 20

    // unsafe: liblzma's state lives on the heap until `free`.
    static func make() -> UnsafeMutableRawPointer {
        let stream = UnsafeMutablePointer<lzma_stream>.allocate(capacity: 1)
        stream.initialize(to: lzma_stream())
        begin(stream)
        return UnsafeMutableRawPointer(stream)
    }

    /// Of a stream that was used before the memory is used again.
    private static func begin(_ stream: UnsafeMutablePointer<lzma_stream>) {
        let status = lzma_stream_decoder(stream, memoryLimit, 0)
        precondition(status == LZMA_OK, "liblzma has no memory")
    }

    static func free(_ state: UnsafeMutableRawPointer) {
        let stream = state.assumingMemoryBound(to: lzma_stream.self)
        lzma_end(stream)
        stream.deallocate()
    }

    static func decode(
        _ state: UnsafeMutableRawPointer, _ input: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer
    ) -> Progress {
        let stream = state.assumingMemoryBound(to: lzma_stream.self)
        // unsafe: liblzma reads `input` and writes `output` within the counts, and not after this call.
        stream.pointee.next_in = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_in = input.count
        stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_out = output.count
        let status = lzma_code(stream, LZMA_RUN)
        let isAtEnd = status == LZMA_STREAM_END
        let progress = Progress(
            consumed: input.count - stream.pointee.avail_in, produced: output.count - stream.pointee.avail_out,
            isAtEnd: isAtEnd,
            isDamaged: !(status == LZMA_OK || status == LZMA_STREAM_END || status == LZMA_BUF_ERROR))
        if isAtEnd { begin(stream) }
        return progress
    }
}
