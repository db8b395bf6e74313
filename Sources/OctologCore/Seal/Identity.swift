import Crypto

/// What is wrong with a file of identities, and where; nothing of what stands there.
package struct IdentityError: Error, Equatable, Sendable {
    /// The line, from 1; nil of what concerns the whole file.
    package var line: Int?
    package var reason: KeyError

    /// What is wrong, as the end of the sentence `FILE: ...`.
    package var message: String { line.map { "line \($0): \(reason.message)" } ?? reason.message }
}

/// Private keys, X25519, RFC 7748: they open what was sealed to their public keys. Zeroed at their end.
package struct Identities: ~Copyable {
    static let prefix: StaticString = "age-secret-key-"

    /// Their public keys, in the file's order.
    package let recipients: [Recipient]
    /// 32 bytes of each.
    private let keys: Secret

    private init(_ keys: consuming Secret, _ recipients: [Recipient]) {
        self.keys = keys
        self.recipients = recipients
    }

    /// A new one.
    package static func generate() -> Identities {
        var key = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
        defer { key.wipe() }
        // Any 32 bytes will do, RFC 7748 5: this does not come to a second try.
        guard let recipient = try? publicKey(key) else { return generate() }
        return Identities(Secret(key.span), [recipient])
    }

    /// Reads a file as age-keygen writes it: a key on a line, `#` before comments; keys in hexadecimal or base64 too.
    package init(file: Span<UInt8>) throws(IdentityError) {
        // As many as there can be: so the array is not moved as it grows, which would leave a copy behind.
        var keys: [UInt8] = []
        keys.reserveCapacity(file.count + Recipient.length)
        defer { keys.wipe() }
        var recipients: [Recipient] = []
        if file.starts(with: "age-encryption.org/") || file.starts(with: "-----BEGIN AGE ENCRYPTED FILE-----") {
            throw IdentityError(reason: .encrypted)
        }
        var number = 0
        var start = file.starts(with: "\u{FEFF}") ? 3 : 0
        while start < file.count {
            number += 1
            let end = file.first(UInt8(ascii: "\n"), from: start, to: file.count) ?? file.count
            let line = Self.trimmed(file, start..<end)
            start = end + 1
            guard !line.isEmpty, file[line.lowerBound] != UInt8(ascii: "#") else { continue }
            do throws(KeyError) {
                recipients.append(try Self.read(file.extracting(line), into: &keys))
            } catch {
                throw IdentityError(line: number, reason: error)
            }
        }
        guard !recipients.isEmpty else { throw IdentityError(reason: .empty) }
        self.init(Secret(keys.span), recipients)
    }

    /// The file that has these identities, as age-keygen writes it, without a date.
    package borrowing func text() -> Secret {
        var text: [UInt8] = []
        text.reserveCapacity(recipients.count * 192)
        defer { text.wipe() }
        keys.reveal { keys in
            for (index, recipient) in recipients.enumerated() {
                text.append(contentsOf: "# public key: \(recipient.text)\n".utf8)
                let start = text.count
                let key = UnsafeRawBufferPointer(rebasing: keys[Self.range(index)]).bindMemory(to: UInt8.self)
                Bech32.encode(key.span, prefix: Self.prefix, into: &text)
                for i in start..<text.count where text[i].isLower { text[i] &= 0xDF }
                text.append(UInt8(ascii: "\n"))
            }
        }
        return Secret(text.span)
    }

    /// Lends the key of `recipients[index]`.
    borrowing func withKey<Result>(
        _ index: Int, _ body: (Curve25519.KeyAgreement.PrivateKey) throws -> Result
    ) throws -> Result {
        try keys.reveal { keys in
            // swift-crypto keeps a copy for as long as the key lives, and zeroes it.
            try body(
                Curve25519.KeyAgreement.PrivateKey(
                    rawRepresentation: UnsafeRawBufferPointer(rebasing: keys[Self.range(index)])))
        }
    }

    private static func range(_ index: Int) -> Range<Int> {
        index * Recipient.length..<(index + 1) * Recipient.length
    }

    /// Appends the key that a line spells.
    private static func read(_ line: Span<UInt8>, into keys: inout [UInt8]) throws(KeyError) -> Recipient {
        var key: [UInt8] = []
        defer { key.wipe() }
        if let prefix = try KeyText.decode(line, into: &key), !prefix.span.equals(Self.prefix) {
            throw prefix.span.equals(Recipient.prefix) ? .isPublic : .otherKind
        }
        guard key.count == Recipient.length else { throw .shape }
        keys.append(contentsOf: key)
        return try publicKey(key)
    }

    private static func publicKey(_ bytes: [UInt8]) throws(KeyError) -> Recipient {
        guard let key = try? Curve25519.KeyAgreement.PrivateKey(rawRepresentation: bytes) else { throw .shape }
        return try Recipient(bytes: Array(key.publicKey.rawRepresentation))
    }

    private static func trimmed(_ file: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        while end > start, file[end - 1].isGap || file[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        while start < end, file[start].isGap { start += 1 }
        return start..<end
    }
}
