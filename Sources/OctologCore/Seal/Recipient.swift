import Crypto

/// Why a text is no key, or none that can be used. Nothing here holds any of the text: it may be secret.
package enum KeyError: Error, Equatable, Sendable {
    /// Neither age's form nor 32 bytes in hexadecimal or base64.
    case shape
    case character
    case mixedCase
    case checksum
    /// Bech32, and something else than an X25519 key.
    case otherKind
    /// A private key where a public one is asked for.
    case isPrivate
    /// A public key where a private one is asked for.
    case isPublic
    /// Not the one way to write a point of the curve, RFC 7748 5.
    case notCanonical
    /// A point with which every agreement gives zero, RFC 7748 6.1 and RFC 9180 7.1.4.
    case lowOrder
    /// A file of age's that has to be decrypted first.
    case encrypted
    /// A file without any key.
    case empty

    /// What is wrong, as the end of a sentence.
    package var message: String {
        switch self {
        case .shape: "it is none of age's keys, nor 32 bytes as 64 hexadecimal digits or in base64"
        case .character: "it holds a character that no key has"
        case .mixedCase: "it mixes capitals and small letters, which no key does"
        case .checksum: "its checksum is wrong: some of its characters were changed, or got lost"
        case .otherKind: "it is a key of another kind: only X25519 keys are used here"
        case .isPrivate: "it is a private key: keep that to yourself, and give the public one, which begins with age1"
        case .isPublic: "it is a public key: what was sealed is opened with the private one"
        case .notCanonical: "it is no X25519 key: its number is too large"
        case .lowOrder: "it is no X25519 key but a point of low order: anybody could open what is sealed to it"
        case .encrypted: "it is encrypted: decrypt it first, with age -d"
        case .empty: "no private key is in it"
        }
    }
}

/// A public key, X25519, RFC 7748: whom values are sealed to.
package struct Recipient: Sendable, Equatable {
    static let length = 32
    static let prefix: StaticString = "age"

    /// The key's 32 bytes, little-endian.
    let bytes: [UInt8]

    /// Reads `age1...`, 64 hexadecimal digits, or base64 of 32 bytes.
    package init(_ text: String) throws(KeyError) {
        let text = Array(text.utf8)
        var bytes: [UInt8] = []
        guard let prefix = try KeyText.decode(text.span, into: &bytes) else {
            try self.init(bytes: bytes)
            return
        }
        if prefix.span.equals(Identities.prefix) { throw .isPrivate }
        guard prefix.span.equals(Self.prefix) else { throw .otherKind }
        try self.init(bytes: bytes)
    }

    /// - Throws: `shape`, `notCanonical` or `lowOrder`.
    init(bytes: [UInt8]) throws(KeyError) {
        guard bytes.count == Self.length else { throw .shape }
        // HPKE binds a key's bytes: of a point written in another way its owner's would differ, and nothing would open.
        guard Self.isCanonical(bytes) else { throw .notCanonical }
        guard !Self.isLowOrder(bytes) else { throw .lowOrder }
        self.bytes = bytes
    }

    /// `age1...`
    package var text: String {
        var text: [UInt8] = []
        Bech32.encode(bytes.span, prefix: Self.prefix, into: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// The first four bytes of the key's SHA-256, by which a sealed value says whose it is; 8 digits.
    var tag: String {
        var text = ""
        for byte in SHA256.hash(data: bytes).prefix(4) { text += (byte < 16 ? "0" : "") + String(byte, radix: 16) }
        return text
    }

    /// Whether the number is less than 2^255 - 19.
    private static func isCanonical(_ bytes: [UInt8]) -> Bool {
        if bytes[31] != 0x7F { return bytes[31] < 0x7F }
        return bytes[0] < 0xED || bytes[1..<31].contains { $0 != 0xFF }
    }

    /// Whether an agreement with the point gives zero, whatever the other key is.
    ///
    /// swift-crypto does not look (X25519Keys_boring.swift), and RFC 9180 7.1.4 says that one must.
    static func isLowOrder(_ bytes: [UInt8]) -> Bool {
        guard let key = try? Curve25519.KeyAgreement.PublicKey(rawRepresentation: bytes),
            let shared = try? Curve25519.KeyAgreement.PrivateKey().sharedSecretFromKeyAgreement(with: key)
        else { return true }
        return shared.withUnsafeBytes { $0.allSatisfy { $0 == 0 } }
    }
}

/// The forms in which 32 bytes of a key are written.
enum KeyText {
    /// Appends the key's bytes.
    ///
    /// - Returns: the prefix of the Bech32 form in small letters; nil of the other forms, which don't tell what they are.
    /// - Throws: what is wrong with the text; what was appended by then may be a part of the key.
    static func decode(_ text: Span<UInt8>, into bytes: inout [UInt8]) throws(KeyError) -> [UInt8]? {
        // No key has more: so the array is not moved as it grows, which would leave a copy behind.
        bytes.reserveCapacity(64)
        switch text.count {
        case 64 where isHexadecimal(text):
            for i in 0..<Recipient.length { bytes.append(digit(text[2 * i]) << 4 | digit(text[2 * i + 1])) }
            return nil
        case 43, 44:
            if Base64.decode(text, .standard, into: &bytes), bytes.count == Recipient.length { return nil }
            bytes.wipe()
            guard Base64.decode(text, .url, into: &bytes), bytes.count == Recipient.length else { throw .shape }
            return nil
        default:
            do throws(KeyError) {
                return try Bech32.decode(text, into: &bytes)
            } catch {
                // Of a text that was not meant to be one of age's, what Bech32 lacks is no news.
                throw isLikeAge(text) ? error : .shape
            }
        }
    }

    /// Whether a text begins as all of age's keys do, in either case.
    private static func isLikeAge(_ text: Span<UInt8>) -> Bool {
        text.count >= 4 && (0..<3).allSatisfy { text[$0] | 0x20 == Recipient.prefix.utf8Start[$0] }
            && (text[3] == UInt8(ascii: "1") || text[3] == UInt8(ascii: "-"))
    }

    private static func isHexadecimal(_ text: Span<UInt8>) -> Bool {
        text.indices.allSatisfy { text[$0].isDigit || (text[$0] | 0x20).isHexadecimal }
    }

    private static func digit(_ character: UInt8) -> UInt8 {
        character.isDigit ? character - 0x30 : (character | 0x20) - 0x57
    }
}
