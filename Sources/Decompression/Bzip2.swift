import CCompression

/// bzip2 by its own library, https://sourceware.org/bzip2/manual/manual.html.
enum Bzip2 {
    // unsafe: the library keeps the stream's address, so it lives on the heap until `free`.
    static func make() -> UnsafeMutableRawPointer {
        let stream = UnsafeMutablePointer<bz_stream>.allocate(capacity: 1)
        stream.initialize(to: bz_stream())
        begin(stream)
        return UnsafeMutableRawPointer(stream)
    }

    private static func begin(_ stream: UnsafeMutablePointer<bz_stream>) {
        let status = BZ2_bzDecompressInit(stream, 0, 0)
        precondition(status == BZ_OK, "bzip2 has no memory")
    }

    static func free(_ state: UnsafeMutableRawPointer) {
        let stream = state.assumingMemoryBound(to: bz_stream.self)
        BZ2_bzDecompressEnd(stream)
        stream.deallocate()
    }

    static func decode(
        _ state: UnsafeMutableRawPointer, _ input: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer
    ) -> Progress {
        let stream = state.assumingMemoryBound(to: bz_stream.self)
        // unsafe: bzip2 reads `input` and writes `output` within the counts, and not after this call.
        stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress?.assumingMemoryBound(to: CChar.self))
        stream.pointee.avail_in = UInt32(input.count)
        stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: CChar.self)
        stream.pointee.avail_out = UInt32(output.count)
        let status = BZ2_bzDecompress(stream)
        let isAtEnd = status == BZ_STREAM_END
        let progress = Progress(
            consumed: input.count - Int(stream.pointee.avail_in),
            produced: output.count - Int(stream.pointee.avail_out), isAtEnd: isAtEnd,
            isDamaged: !(status == BZ_OK || status == BZ_STREAM_END))
        if isAtEnd {
            // It can't be reset, only begun anew.
            BZ2_bzDecompressEnd(stream)
            stream.pointee = bz_stream()
            begin(stream)
        }
        return progress
    }
}
