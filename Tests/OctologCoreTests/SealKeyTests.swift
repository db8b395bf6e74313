import Foundation
import Testing

@testable import OctologCore

@Suite struct Bech32Tests {
    /// What a text spells: its prefix and its bytes, or what is wrong with it.
    private func decode(_ text: [UInt8]) -> Result<(prefix: String, bytes: [UInt8]), KeyError> {
        var bytes: [UInt8] = []
        do throws(KeyError) {
            let prefix = try Bech32.decode(text.span, into: &bytes)
            return .success((String(decoding: prefix, as: UTF8.self), bytes))
        } catch {
            return .failure(error)
        }
    }

    @Test(
        "the valid texts of BIP 173 are read, in capitals too",
        arguments: [
            ("A12UEL5L", "a", ""), ("a12uel5l", "a", ""),
            (
                "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs",
                "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio", ""
            ),
            (
                "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw", "abcdef",
                "00443214c74254b635cf84653a56d7c675be77df"
            ),
            (
                "11qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqc8247j", "1",
                String(repeating: "00", count: 51)
            ),
            (
                "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w", "split",
                "c5f38b70305f519bf66d85fb6cf03058f3dde463ecd7918f2dc743918f2d"
            ),
            ("?1ezyfcl", "?", ""),
        ])
    func valid(text: String, prefix: String, hex: String) throws {
        let decoded = try decode(Array(text.utf8)).get()
        #expect(decoded.prefix == prefix && decoded.bytes == Vectors.bytes(hex: hex))
    }

    /// After the byte that a text begins with, if it is no character, the text; after it, another such byte.
    private static let invalid: [(first: UInt8?, text: String, last: UInt8?, reason: KeyError)] = [
        (0x20, "1nwldj5", nil, .character), (0x7F, "1axkwrx", nil, .character), (0x80, "1eym55h", nil, .character),
        (
            nil, "an84characterslonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1569pvx", nil,
            .shape
        ),
        (nil, "pzry9x0s0muk", nil, .shape), (nil, "1pzry9x0s0muk", nil, .shape), (nil, "x1b4n0q5v", nil, .character),
        (nil, "li1dgmt3", nil, .shape), (nil, "de1lg7wt", 0xFF, .character), (nil, "A1G7SGD8", nil, .checksum),
        (nil, "10a06t8", nil, .shape), (nil, "1qzzfhee", nil, .shape), (nil, "A12uEL5L", nil, .mixedCase),
        (nil, "", nil, .shape),
    ]

    @Test("the invalid texts of BIP 173 are refused, each for its reason") func invalid() {
        for (first, text, last, reason) in Self.invalid {
            let text = (first.map { [$0] } ?? []) + Array(text.utf8) + (last.map { [$0] } ?? [])
            #expect(throws: reason, "\(text)") { try decode(text).get() }
        }
    }

    @Test("what is written is read again, and no one changed character is missed") func roundTrip() throws {
        for count in 0...32 {
            let data = (0..<count).map { UInt8(truncatingIfNeeded: 37 * $0 + count) }
            var text: [UInt8] = []
            Bech32.encode(data.span, prefix: "age", into: &text)
            let decoded = try decode(text).get()
            #expect(decoded.prefix == "age" && decoded.bytes == data)
            for i in 4..<text.count {
                var changed = text
                changed[i] = text[i] == UInt8(ascii: "q") ? UInt8(ascii: "p") : UInt8(ascii: "q")
                #expect(throws: KeyError.checksum) { try decode(changed).get() }
            }
        }
    }

    @Test("base64 is read in the one way it is written") func base64() {
        // RFC 4648, section 10.
        for (plain, text) in [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            let short = text.replacingOccurrences(of: "=", with: "")
            for form in [text, short] {
                let form = Array(form.utf8)
                var bytes: [UInt8] = []
                let isRight = Base64.decode(form.span, .standard, into: &bytes)
                #expect(isRight && bytes == Array(plain.utf8), "\(text)")
            }
            let plain = Array(plain.utf8)
            var encoded: [UInt8] = []
            Base64.encode(plain.span, .url, into: &encoded)
            #expect(encoded == Array(short.utf8))
        }
        // Bits that are left over, a character alone, the other alphabet, `=` in the middle or too often.
        let others: [(String, Base64.Alphabet)] = [
            ("Zh", .url), ("Zm9", .url), ("Z", .url), ("Zm9vY", .url), ("+/+/", .url),
            ("-_-_", .standard), ("Zg==", .url), ("Z=g=", .standard), ("Z===", .standard), ("====", .standard),
            ("Zm8=Zm8=", .standard), ("Zm 9", .url),
        ]
        for (text, alphabet) in others {
            let form = Array(text.utf8)
            var bytes: [UInt8] = []
            let isRight = Base64.decode(form.span, alphabet, into: &bytes)
            #expect(!isRight, "\(text)")
        }
    }
}

@Suite struct SealKeyTests {
    @Test(
        "a recipient is read in each of its forms, and written in age's",
        arguments: [
            Vectors.ageRecipient, Vectors.ageRecipient.uppercased(), Vectors.hexRecipient,
            Vectors.hexRecipient.uppercased(), Vectors.base64Recipient,
            String(Vectors.base64Recipient.dropLast()),
            Vectors.base64Recipient.replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
                .replacingOccurrences(of: "=", with: ""),
        ])
    func recipients(text: String) throws { #expect(try Recipient(text).text == Vectors.ageRecipient) }

    private static let zero = String(repeating: "0", count: 64)
    private static let ones = String(repeating: "ff", count: 30)

    private static let noRecipients: [(text: String, reason: KeyError)] = [
        ("", .shape), ("age1", .shape), ("server.log", .shape), (String(Vectors.hexRecipient.dropLast(2)), .shape),
        (String(Vectors.ageRecipient.dropLast()), .checksum),
        (Vectors.ageRecipient.replacingOccurrences(of: "zvky", with: "zvkz"), .checksum),
        ("Age" + String(Vectors.ageRecipient.dropFirst(3)), .mixedCase), ("\(Vectors.hexRecipient)\n", .shape),
        ("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBAS98GiFhPvcsST61a6HvWOQr09zoHLTNuydGYt0Rhp", .shape),
        ("\(Vectors.ageRecipient)\n", .character),
        (Vectors.ageIdentity, .isPrivate), ("abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw", .otherKind),
        // The points of low order that RFC 7748 allows to write.
        (zero, .lowOrder), ("01" + String(zero.dropFirst(2)), .lowOrder),
        ("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800", .lowOrder),
        ("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157", .lowOrder),
        ("ec\(ones)7f", .lowOrder),
        // 2^255 - 19, and more.
        ("ed\(ones)7f", .notCanonical), ("ff\(ones)7f", .notCanonical),
        (String(Vectors.hexRecipient.dropLast(2)) + "f2", .notCanonical),
    ]

    @Test("what is no recipient is refused with its reason") func noRecipient() {
        for (text, reason) in Self.noRecipients {
            #expect(throws: reason, "\(text)") { try Recipient(text) }
        }
    }

    @Test(
        "an identity is read as age-keygen writes it, and in other ways",
        arguments: [
            Vectors.ageIdentity,
            "# created: 2024-01-01T00:00:00Z\n# public key: \(Vectors.ageRecipient)\n\(Vectors.ageIdentity)\n",
            "\u{FEFF}# a\r\n\r\n  \(Vectors.ageIdentity) \r\n", Vectors.ageIdentity.lowercased(),
            String(repeating: "42", count: 32),
            "QkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkI=\n",
        ])
    func identityForms(file: String) throws {
        let read = try Vectors.identities(file)
        #expect(read.recipients.map(\.text) == [Vectors.ageRecipient])
        #expect(Vectors.text(read.text()) == "# public key: \(Vectors.ageRecipient)\n\(Vectors.ageIdentity)\n")
    }

    @Test("a file may have several identities, and each opens what was sealed to it") func several() throws {
        let first = Identities.generate()
        let second = Identities.generate()
        let file = "\(Vectors.text(first.text()))\n\(Vectors.ageIdentity)\n\(Vectors.text(second.text()))"
        let all = try Vectors.identities(file)
        #expect(all.recipients == first.recipients + [try Recipient(Vectors.ageRecipient)] + second.recipients)
        for recipient in all.recipients {
            #expect(Vectors.open(try Vectors.seal("x", to: recipient.text), all) == .success("x"))
        }
    }

    @Test("new identities differ, and are read again") func generate() throws {
        let first = Identities.generate()
        let second = Identities.generate()
        #expect(first.recipients != second.recipients)
        #expect(try Vectors.identities(Vectors.text(first.text())).recipients == first.recipients)
    }

    private static let faults: [(file: String, line: Int?, reason: KeyError)] = [
        ("", nil, .empty), ("# public key: \(Vectors.ageRecipient)\n\n", nil, .empty),
        ("age-encryption.org/v1\n-> scrypt", nil, .encrypted),
        ("-----BEGIN AGE ENCRYPTED FILE-----\nYWdl", nil, .encrypted), ("# a\n\(Vectors.ageRecipient)\n", 2, .isPublic),
        ("\n\n" + Vectors.ageIdentity.replacingOccurrences(of: "1GFPYYSJZG", with: "1GFPYYSJZQ"), 3, .checksum),
        ("\(Vectors.ageIdentity)\n\(Vectors.ageIdentity)X", 2, .checksum), ("AGE-SECRET-KEY-1gfpy", 1, .mixedCase),
        ("-----BEGIN OPENSSH PRIVATE KEY-----", 1, .shape),
        (Vectors.ageIdentity.replacingOccurrences(of: "K", with: "\u{0}"), 1, .character),
        ("abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw", 1, .otherKind), (Vectors.password, 1, .shape),
    ]

    @Test("what is wrong with a file of identities is said with its line, and nothing of it is quoted") func faults() {
        for (file, line, reason) in Self.faults {
            let expected = IdentityError(line: line, reason: reason)
            #expect(throws: expected, "\(file)") { _ = try Vectors.identities(file) }
            // The one message that has a word in common with its file.
            for start in file.indices where file[start...].count >= 6 && reason != .encrypted {
                #expect(!expected.message.contains(file[start...].prefix(6)))
            }
        }
    }

    @Test("what may be secret is zeroed where it stood") func wiped() {
        var array = Array("N0tARealPassw0rd!".utf8)
        array.withUnsafeMutableBufferPointer { $0[0] = UInt8(ascii: "n") }
        let (start, count) = array.withUnsafeBufferPointer { (UInt(bitPattern: $0.baseAddress), $0.count) }
        array.wipe()
        // unsafe: the array keeps its memory.
        let memory = UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: start), count: count)
        #expect(array.isEmpty && array.capacity >= count && memory.allSatisfy { $0 == 0 })
    }
}
