import Crypto

/// A SHA-256 over parts that can't run into each other, in a domain of its own.
struct Digest {
    private var hash = SHA256()
    /// What was added and not hashed yet: many small parts cost no more than a large one.
    private var parts: [UInt8] = []

    /// In bytes; what the allocator has at hand without a search is a little more.
    private static let capacity = 960

    init(domain: StaticString) {
        parts.reserveCapacity(Self.capacity)
        add("octolog/v1/")
        // unsafe: a static text lies where it is as long as the program runs.
        add(UnsafeRawBufferPointer(start: domain.utf8Start, count: domain.utf8CodeUnitCount))
    }

    mutating func add(_ text: String) {
        var text = text
        text.withUTF8 { add(UnsafeRawBufferPointer($0)) }
    }

    mutating func add(_ number: Int) {
        addLength(8)
        withUnsafeBytes(of: Int64(number).littleEndian) { parts.append(contentsOf: $0) }
    }

    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        addLength(bytes.count)
        if parts.count + bytes.count <= Self.capacity {
            parts.append(contentsOf: bytes)
        } else {
            flush()
            hash.update(bufferPointer: bytes)
        }
    }

    /// The length first: "ab" + "c" is not "a" + "bc".
    private mutating func addLength(_ length: Int) {
        if parts.count + 12 > Self.capacity { flush() }
        withUnsafeBytes(of: UInt32(truncatingIfNeeded: length).littleEndian) { parts.append(contentsOf: $0) }
    }

    /// Hashes what was added; some of it may be secret.
    private mutating func flush() {
        parts.withUnsafeBytes { hash.update(bufferPointer: $0) }
        parts.wipe()
    }

    /// The first `bytes` bytes of the digest, in lower case.
    mutating func hexadecimal(bytes: Int) -> String {
        flush()
        func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }
        return hash.finalize().withUnsafeBytes { digest in
            String(unsafeUninitializedCapacity: bytes * 2) { buffer in
                for i in 0..<bytes {
                    buffer[2 * i] = digit(digest[i] >> 4)
                    buffer[2 * i + 1] = digit(digest[i] & 15)
                }
                return bytes * 2
            }
        }
    }
}
