import Crypto

/// A SHA-256 over parts that can't run into each other, in a domain of its own.
struct Digest {
    private var hash = SHA256()

    init(domain: StaticString) {
        add("octolog/v1/")
        add(domain.description)
    }

    mutating func add(_ text: String) {
        var text = text
        text.withUTF8 { add(UnsafeRawBufferPointer($0)) }
    }

    mutating func add(_ number: Int) {
        withUnsafeBytes(of: Int64(number).littleEndian) { add($0) }
    }

    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        // The length first: "ab" + "c" is not "a" + "bc".
        withUnsafeBytes(of: UInt32(truncatingIfNeeded: bytes.count).littleEndian) { hash.update(bufferPointer: $0) }
        hash.update(bufferPointer: bytes)
    }

    /// The first `bytes` bytes of the digest, in lower case.
    func hexadecimal(bytes: Int) -> String {
        func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }
        return String(unsafeUninitializedCapacity: bytes * 2) { buffer in
            var i = 0
            for byte in hash.finalize().prefix(bytes) {
                buffer[i] = digit(byte >> 4)
                buffer[i + 1] = digit(byte & 15)
                i += 2
            }
            return i
        }
    }
}
