import CCompression

/// zstd by its own library, https://facebook.github.io/zstd/zstd_manual.html.
enum Zstandard {
    // unsafe: libzstd's own object, freed in `free`.
    static func make() -> UnsafeMutableRawPointer {
        guard let stream = ZSTD_createDStream() else { preconditionFailure("zstd has no memory") }
        return UnsafeMutableRawPointer(stream)
    }

    static func free(_ state: UnsafeMutableRawPointer) { ZSTD_freeDStream(OpaquePointer(state)) }

    static func decode(
        _ state: UnsafeMutableRawPointer, _ input: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer
    ) -> Progress {
        // unsafe: zstd reads `input` and writes `output` within the sizes, and not after this call.
        var source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
        var target = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
        let hint = ZSTD_decompressStream(OpaquePointer(state), &target, &source)
        return Progress(
            consumed: source.pos, produced: target.pos, isAtEnd: hint == 0, isDamaged: ZSTD_isError(hint) != 0)
    }
}
