import Crypto

import Glibc

/// Why a sealed value can't be opened.
package enum SealError: Error, Equatable, Sendable {
    /// Not of the form that octolog writes.
    case unknownForm
    /// Sealed to a public key of which no identity is at hand; its tag.
    case otherIdentity(String)
    case damaged

    /// The whole sentence, without its full stop.
    package var message: String {
        switch self {
        case .unknownForm: "this is no sealed value, or one of a newer octolog"
        case .otherIdentity(let tag):
            "sealed for another identity (the SHA-256 of its public key begins with \(tag))"
        case .damaged: "the sealed value is cut or damaged, or was moved to another event"
        }
    }
}

/// Seals values to their owner: HPKE, RFC 9180, in base mode, with DHKEM(X25519, HKDF-SHA256), HKDF-SHA256 and
/// ChaCha20-Poly1305.
package struct Sealer: Sendable {
    package let recipient: Recipient
    private let tag: String

    package init(recipient: Recipient) {
        self.recipient = recipient
        tag = recipient.tag
    }

    /// The longest value that is sealed, in bytes: no secret is that long, but what can't be judged is masked whole.
    static let limit = 64 << 10

    /// Seals `value`, so that it opens only as one of this kind and from this source.
    ///
    /// - Returns: `hpke1.<tag>.<base64url of the encapsulated key and the ciphertext>`; no two are equal.
    ///   Nil of a value over `limit`.
    func seal(_ value: Span<UInt8>, kind: String, source: String) -> String? {
        guard value.count <= Self.limit else { return nil }
        var plain = SealedValue.padded(value)
        defer { plain.wipe() }
        // With a key that Recipient took, swift-crypto has no reason left to throw.
        guard let key = try? Curve25519.KeyAgreement.PublicKey(rawRepresentation: recipient.bytes),
            var sender = try? HPKE.Sender(
                recipientKey: key, ciphersuite: SealedValue.ciphersuite, info: .init(SealedValue.info)),
            let sealed = try? sender.seal(
                plain, authenticating: SealedValue.authenticated(kind: kind, source: source))
        else { return nil }
        let bytes = Array(sender.encapsulatedKey) + Array(sealed)
        var text = Array("\(SealedValue.form).\(tag).".utf8)
        Base64.encode(bytes.span, .url, into: &text)
        return String(decoding: text, as: UTF8.self)
    }
}

/// What `Sealer` writes.
package enum SealedValue {
    static let form = "hpke1"
    static let info = Array("octolog/v1/sealed".utf8)
    /// RFC 9180 7: KEM 0x0020, KDF 0x0001, AEAD 0x0003.
    static let ciphersuite = HPKE.Ciphersuite.Curve25519_SHA256_ChachaPoly

    /// Plaintext has a multiple of this many bytes, so that passwords of up to 28 look alike.
    private static let block = 32
    /// The bytes of the Poly1305 tag.
    private static let overhead = 16

    /// Opens what `Sealer.seal` returned for this kind and source.
    package static func open(
        _ text: String, with identities: borrowing Identities, kind: String, source: String
    ) throws(SealError) -> Secret {
        let (tag, bytes) = try parse(text)
        let encapsulated = Array(bytes.prefix(Recipient.length))
        // RFC 9180 7.1.4: whoever chose such a point would know the key.
        guard !Recipient.isLowOrder(encapsulated) else { throw .damaged }
        var isKnown = false
        for (index, recipient) in identities.recipients.enumerated() where recipient.tag == tag {
            isKnown = true
            let opened = try? identities.withKey(index) { key in
                try decrypt(
                    bytes.suffix(from: Recipient.length), encapsulated, with: key, info: info,
                    authenticating: authenticated(kind: kind, source: source))
            }
            guard var opened else { continue }
            defer { opened.wipe() }
            return try value(of: opened.span)
        }
        throw isKnown ? .damaged : .otherIdentity(tag)
    }

    /// RFC 9180 6.1, `OpenBase`.
    ///
    /// - Returns: the plaintext, for the caller to wipe.
    /// - Throws: what swift-crypto throws of a ciphertext that this key does not open.
    static func decrypt(
        _ ciphertext: ArraySlice<UInt8>, _ encapsulated: [UInt8], with key: Curve25519.KeyAgreement.PrivateKey,
        info: [UInt8], authenticating: [UInt8]
    ) throws -> [UInt8] {
        var recipient = try HPKE.Recipient(
            privateKey: key, ciphersuite: ciphersuite, info: .init(info), encapsulatedKey: .init(encapsulated))
        var data = try recipient.open(ciphertext, authenticating: authenticating)
        let plain = Array(data)
        data.withUnsafeMutableBytes { if let start = $0.baseAddress { explicit_bzero(start, $0.count) } }
        return plain
    }

    private static func parse(_ text: String) throws(SealError) -> (tag: String, bytes: [UInt8]) {
        let text = Array(text.utf8)
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard let first = parts.first, first.elementsEqual(form.utf8) else { throw .unknownForm }
        guard parts.count == 3, parts[1].count == 8, parts[1].allSatisfy(\.isHexadecimal) else { throw .damaged }
        var bytes: [UInt8] = []
        let body = Array(parts[2])
        guard Base64.decode(body.span, .url, into: &bytes) else { throw .damaged }
        let plain = bytes.count - Recipient.length - overhead
        guard plain > 0, plain % block == 0 else { throw .damaged }
        return (String(decoding: parts[1], as: UTF8.self), bytes)
    }

    /// What is authenticated with a value, each part after its length: "ab" + "c" is not "a" + "bc".
    private static func lengthPrefixed(_ text: String) -> [UInt8] {
        let text = Array(text.utf8)
        return littleEndian(text.count) + text
    }

    static func authenticated(kind: String, source: String) -> [UInt8] {
        lengthPrefixed(kind) + lengthPrefixed(source)
    }

    /// The value after its length, in four bytes, and zeros behind it.
    static func padded(_ value: Span<UInt8>) -> [UInt8] {
        let count = (4 + value.count + block - 1) / block * block
        return Array(unsafeUninitializedCapacity: count) { buffer, initialized in
            let length = littleEndian(value.count)
            for i in 0..<count {
                buffer.initializeElement(at: i, to: i < 4 ? length[i] : i - 4 < value.count ? value[i - 4] : 0)
            }
            initialized = count
        }
    }

    private static func value(of plain: Span<UInt8>) throws(SealError) -> Secret {
        var count = 0
        for i in 0..<4 { count |= Int(plain[i]) << (8 * i) }
        // The seal is whole: only another program could have sealed this.
        guard count <= plain.count - 4, plain.count - 4 - count < block else { throw .damaged }
        return Secret(plain.extracting(4..<4 + count))
    }

    private static func littleEndian(_ number: Int) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }
}
