/// What compressed inputs hold.
package enum Decompressed {
    /// The SHA-256 of the first bytes that a compressed input holds, in hexadecimal.
    ///
    /// - Returns: nil if the input is not compressed, holds less, or can't be read.
    package static func digest<Source: ByteSource & ~Copyable>(ofFirst count: Int, of source: consuming Source)
        -> String?
    {
        var source = DecodedSource(source, isCopied: true)
        var record = InputRecord(name: "")
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while record.bytes < count {
            var read = 0
            do throws(InputError) {
                var failure: InputError?
                buffer.withUnsafeMutableBytes {
                    do throws(InputError) { read = try source.read(into: $0) } catch { failure = error }
                }
                if let failure { throw failure }
            } catch {
                return nil
            }
            guard read > 0, source.kind?.compression != nil else { return nil }
            let piece = source.takeCopy().prefix(count - record.bytes)
            piece.withUnsafeBytes { record.note($0) }
        }
        return record.digest
    }
}
