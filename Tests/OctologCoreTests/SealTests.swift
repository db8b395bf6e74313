import Foundation
import Testing

@testable import OctologCore

@Suite struct SealTests {
    @Test("the vectors of RFC 9180, A.2.1.1, open with the ciphersuite that is used")
    func vectors() throws {
        let key = try Vectors.identities("8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb")
        #expect(
            key.recipients.first?.bytes
                == Vectors.bytes(hex: "4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a"))
        let sealed = Vectors.bytes(
            hex: "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28")
        func open(_ sealed: [UInt8], _ authenticated: String) throws -> [UInt8] {
            try key.withKey(0) {
                try SealedValue.decrypt(
                    sealed[...], Vectors.bytes(hex: "1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a"),
                    with: $0, info: Vectors.bytes(hex: "4f6465206f6e2061204772656369616e2055726e"),
                    authenticating: Vectors.bytes(hex: authenticated))
            }
        }
        #expect(
            try open(sealed, "436f756e742d30")
                == Vectors.bytes(hex: "4265617574792069732074727574682c20747275746820626561757479"))
        #expect(throws: (any Error).self) { try open(sealed, "436f756e742d31") }
    }

    @Test("what another program sealed in octolog's form opens: the form stays as it is") func form() throws {
        #expect(Vectors.open(Vectors.foreign, try Vectors.identities()) == .success(Vectors.password))
    }

    @Test("each value opens as it was, and has no two seals") func roundTrip() throws {
        let identity = try Vectors.identities()
        for value in [
            "", "x", Vectors.password, "RmFrZU1hc3RlcktleTAwMQ==", String(repeating: "ä", count: 5000), "\u{0}\n",
        ] {
            let (one, other) = (try Vectors.seal(value), try Vectors.seal(value))
            #expect(one != other)
            #expect(Vectors.open(one, identity) == .success(value) && Vectors.open(other, identity) == .success(value))
        }
    }

    @Test("the length of a seal says no more of a value's than its multiple of 32") func padding() throws {
        func length(_ count: Int) throws -> Int { try Vectors.seal(String(repeating: "x", count: count)).utf8.count }
        let shortest = try length(0)
        for count in 1...28 { #expect(try length(count) == shortest) }
        #expect(try length(29) > shortest)
        #expect(try length(29) == length(60) && length(60) < length(61))
        // 32 bytes of the key, 32 of plaintext, 16 of the tag, in base64 behind hpke1.12345678.
        #expect(shortest == 15 + 107)
    }

    @Test("what is longer than any secret is not sealed") func limit() throws {
        let sealer = Sealer(recipient: try Recipient(Vectors.ageRecipient))
        let value = [UInt8](repeating: 0x78, count: Sealer.limit + 1)
        let tooLong = sealer.seal(value.span, kind: "token", source: Vectors.source)
        let longest = sealer.seal(value.span.extracting(1...), kind: "token", source: Vectors.source)
        #expect(tooLong == nil && longest != nil)
    }

    @Test("every flipped bit is told, as what it is") func flips() throws {
        let identity = try Vectors.identities()
        let sealed = Array(try Vectors.seal(Vectors.password).utf8)
        for i in sealed.indices {
            for bit in 0..<8 {
                var flipped = sealed
                flipped[i] ^= 1 << UInt8(bit)
                let error: SealError
                switch i {
                // hpke1.
                case 0..<6: error = .unknownForm
                // Whose it is: another one's, unless it is no digit any more.
                case 6..<14:
                    error =
                        flipped[i].isHexadecimal
                        ? .otherIdentity(String(decoding: flipped[6..<14], as: UTF8.self)) : .damaged
                default: error = .damaged
                }
                let text = String(decoding: flipped, as: UTF8.self)
                #expect(Vectors.open(text, identity) == .failure(error), "bit \(bit) of \(i)")
            }
        }
    }

    @Test("every cut is told, wherever it is") func cuts() throws {
        let identity = try Vectors.identities()
        // Longer than one block, so that what is left may have the length of a whole one.
        let sealed = try Vectors.seal(String(repeating: Vectors.password, count: 20))
        for count in 0..<sealed.count {
            let error: SealError = count < 5 ? .unknownForm : .damaged
            #expect(Vectors.open(String(sealed.prefix(count)), identity) == .failure(error), "the first \(count)")
            let rest = Vectors.open(String(sealed.suffix(count)), identity)
            #expect(rest == .failure(.unknownForm), "the last \(count)")
            var without = sealed
            without.remove(at: without.index(without.startIndex, offsetBy: count))
            guard case .failure = Vectors.open(without, identity) else {
                Issue.record("without \(count)")
                continue
            }
        }
        for more in ["A", ".", "=", "\n", "AAAA", String(repeating: "A", count: 128)] {
            #expect(Vectors.open(sealed + more, identity) == .failure(.damaged))
        }
    }

    @Test("a value opens as what it was sealed as, and nowhere else") func binding() throws {
        let identity = try Vectors.identities()
        let sealed = try Vectors.seal(Vectors.password)
        #expect(Vectors.open(sealed, identity, kind: "api-key") == .failure(.damaged))
        #expect(Vectors.open(sealed, identity, source: "urn:octolog:container:db") == .failure(.damaged))
        // The parts don't run into each other.
        #expect(Vectors.open(sealed, identity, kind: "password" + Vectors.source, source: "") == .failure(.damaged))
        #expect(Vectors.open(sealed, identity, kind: "passwor", source: "d" + Vectors.source) == .failure(.damaged))
    }

    @Test("a wrong identity is told from damage, and what has no form from both") func wrongIdentity() throws {
        #expect(Vectors.open(Vectors.foreign, Identities.generate()) == .failure(.otherIdentity("82dab32a")))
        for text in [
            "", ".", "..", "hpke2.82dab32a.AAAA", "HPKE1.82dab32a.AAAA", "[password]", Vectors.password,
        ] {
            #expect(Vectors.open(text, try Vectors.identities()) == .failure(.unknownForm))
        }
        for text in [
            "hpke1", "hpke1.", "hpke1..", "hpke1.82dab32a.", "hpke1.82DAB32A." + Vectors.foreign.dropFirst(15),
        ] {
            #expect(Vectors.open(text, try Vectors.identities()) == .failure(.damaged))
        }
    }

    /// What swift-crypto alone makes of a sealed password, without octolog's own checks.
    private func decrypt(_ sealed: String) throws -> [UInt8] {
        let body = Array(sealed.utf8.dropFirst(15))
        var bytes: [UInt8] = []
        _ = Base64.decode(body.span, .url, into: &bytes)
        return try Vectors.identities().withKey(0) {
            try SealedValue.decrypt(
                bytes[32...], Array(bytes[..<32]), with: $0, info: SealedValue.info,
                authenticating: SealedValue.authenticated(kind: "password", source: Vectors.source))
        }
    }

    @Test("a seal whose agreement gives zero is refused, RFC 9180 7.1.4") func zeroAgreement() throws {
        // Whoever knows the public key knows what this one was sealed with.
        let text =
            "hpke1.82dab32a.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAADT1cbNw-9656_v73pZUsPfMznzmzfas57x5QcbE-7VJncf1_fX6HP_rw_78ms3zQk"
        #expect(try decrypt(text).count == 32)
        #expect(Vectors.open(text, try Vectors.identities()) == .failure(.damaged))
    }

    @Test(
        "a whole seal with a length in it that can't be is refused: 29 of 28, 2^32 - 1, 17 in two blocks",
        arguments: [
            "piB7D5jbqkglMiKDkr5qYgDnRBSSyO0K1bLhG5g88-K1wRPYTLPp8ZnVtp2S2a078",
            "qA-E8GjbqkglMiKDkr5qYgDnRBSSyO0K1bLhG5g88-K4w3kodbGF5pah7P8LphXi8",
            "puB7D5jbqkglMiKDkr5qYgDnRBSSyO0K1bLhG5g88-K2w97GNaUzgO_miljU15qsdZJF4MaGfKsqRemkRy9_FDS65rGgtR1a2pxJ5iKcyIQw",
        ])
    func impossibleLength(rest: String) throws {
        // By the program that made `Vectors.foreign`, with the same ephemeral key.
        let text = Vectors.foreign.prefix(57) + rest
        #expect(try decrypt(String(text)).count >= 32)
        #expect(Vectors.open(String(text), try Vectors.identities()) == .failure(.damaged))
    }
}
