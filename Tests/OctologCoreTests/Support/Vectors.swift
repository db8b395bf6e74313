import Testing

@testable import OctologCore

/// Keys, and what was sealed to them, that others made.
enum Vectors {
    /// The identity of age's specification, 32 bytes 0x42, and its public key.
    static let ageIdentity = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"
    static let ageRecipient = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"
    /// The same public key as other programs print its bytes.
    static let hexRecipient = "132c442be010fbd57e72603328aa76e71fccc1503aae219327d14d9c9993f472"
    static let base64Recipient = "EyxEK+AQ+9V+cmAzKKp25x/MwVA6riGTJ9FNnJmT9HI="

    /// A password, sealed to `ageRecipient` by another program: RFC 9180 in Python, over hmac and X25519.
    static let foreign =
        "hpke1.82dab32a.GvoI097AR6ZDiFFj8RgEdvp921TGqAKeoz-VeWvyrEpuB7D5jbqkglMiKDkr5qYgDnRBSSyO0K1bLhG5g88-KyJsDV24WX5KxYKYo1KBwKM"
    static let password = "N0tARealPassw0rd!"
    static let source = "urn:octolog:container:web"

    static func bytes(hex: String) -> [UInt8] {
        let digits = Array(hex.utf8)
        return stride(from: 0, to: digits.count, by: 2).compactMap {
            UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16)
        }
    }

    static func identities(_ file: String = ageIdentity) throws -> Identities {
        let file = Array(file.utf8)
        return try Identities(file: file.span)
    }

    static func seal(_ value: String, to recipient: String = ageRecipient) throws -> String {
        let value = Array(value.utf8)
        let sealer = Sealer(recipient: try Recipient(recipient))
        let sealed = sealer.seal(value.span, kind: "password", source: source)
        return try #require(sealed)
    }

    static func text(_ secret: borrowing Secret) -> String { secret.reveal { String(decoding: $0, as: UTF8.self) } }

    /// What a sealed value opens to, or why it does not.
    static func open(
        _ sealed: String, _ identities: borrowing Identities, kind: String = "password", source: String = source
    ) -> Result<String, SealError> {
        do throws(SealError) {
            return .success(text(try SealedValue.open(sealed, with: identities, kind: kind, source: source)))
        } catch {
            return .failure(error)
        }
    }
}
