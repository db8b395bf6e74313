import Glibc

/// A secret value. It can't be printed, interpolated, copied or compared; its memory is zeroed at its end.
package struct Secret: ~Copyable, @unchecked Sendable {
    // unsafe: owned, and never written between init and deinit.
    private let memory: UnsafeMutablePointer<UInt8>

    init(_ bytes: Span<UInt8>) {
        memory = .allocate(capacity: max(1, bytes.count))
        count = bytes.count
        for i in bytes.indices { (memory + i).initialize(to: bytes[i]) }
    }

    deinit {
        explicit_bzero(memory, count)
        memory.deallocate()
    }

    /// How long the value is, in bytes.
    package let count: Int

    /// Lends the value to whoever was asked for it by its owner: `octolog key` and `octolog reveal`.
    package borrowing func reveal<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try body(UnsafeRawBufferPointer(start: memory, count: count))
    }
}

extension [UInt8] {
    /// Zeroes and removes what may be secret. What was left behind when the array grew stays: reserve before.
    package mutating func wipe() {
        withUnsafeMutableBytes { if let start = $0.baseAddress { explicit_bzero(start, $0.count) } }
        removeAll(keepingCapacity: true)
    }
}

/// Kinds of secrets, log-grammar 10.1.
package enum SecretKind: String, Sendable, CaseIterable {
    case masterKey = "master-key"
    case apiKey = "api-key"
    case password
    case token
    case license
    case certificate

    /// What begins its mask, after the bracket.
    var mark: StaticString {
        switch self {
        case .masterKey: "master-key"
        case .apiKey: "api-key"
        case .password: "password"
        case .token: "token"
        case .license: "license"
        case .certificate: "certificate"
        }
    }
}

/// Names a secret without giving it away: `sha256:` and eight digits.
///
/// Only values of 128 random bits have one; of a password it could be guessed from.
enum Fingerprint {
    static func of(_ value: Span<UInt8>, kind: SecretKind) -> String? {
        switch kind {
        case .masterKey: guard MasterKey.bits(of: value) != nil else { return nil }
        // 20 characters of 36 are 103 bits, the shortest key that the servers ever made has more.
        case .apiKey: guard value.count >= 24 else { return nil }
        case .password, .token, .license, .certificate: return nil
        }
        var digest = Digest(domain: "fingerprint")
        digest.add(kind.rawValue)
        value.withUnsafeBytes { digest.add($0) }
        return "sha256:" + digest.hexadecimal(bytes: 4)
    }
}

/// The shape of a master key: base64 of 16 random bytes, of 24 or 32 in some servers, log-grammar 10.1.
enum MasterKey {
    /// The bits of the key that `text` spells, or nil if it spells none.
    static func bits(of text: Span<UInt8>) -> Int? {
        guard text.count == 24 || text.count == 32 || text.count == 44 else { return nil }
        var padding = 0
        for i in text.indices {
            if text[i] == UInt8(ascii: "=") {
                padding += 1
            } else {
                guard padding == 0, isSextet(text[i]) else { return nil }
            }
        }
        let bytes = text.count / 4 * 3 - padding
        return bytes == 16 || bytes == 24 || bytes == 32 ? bytes * 8 : nil
    }

    static func isSextet(_ character: UInt8) -> Bool {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"):
            true
        default: false
        }
    }
}
