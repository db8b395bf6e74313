import Foundation
import Testing

@testable import OctologCore

/// What `octolog redact` makes of a log: the same, but for the masks.
@Suite struct RedactionTests {
    private static func redacted(_ log: [UInt8], chunk: Int = .max) -> [UInt8] {
        var redaction = Redaction()
        return redaction.text(of: log, chunk: chunk)
    }

    /// Whether `output` is `input` with masks in the place of a few bytes each; what a mask stands for may go on in
    /// the next record, and is missing there.
    private static func isMasked(_ output: [UInt8], copyOf input: [UInt8], longest: Int) -> Bool {
        let mask = /^\[(master-key|api-key|password|token|license|certificate)( sha256:[0-9a-f]{8})?\]/
        var (i, o, masks, rests) = (0, 0, 0, 0)
        while o < output.count || i < input.count {
            if o < output.count, i < input.count, output[o] == input[i], output[o] != UInt8(ascii: "[") {
                (i, o) = (i + 1, o + 1)
                continue
            }
            let text = String(decoding: output[o..<min(output.count, o + 40)], as: UTF8.self)
            if o < output.count, i < input.count, output[o] == input[i], text.prefixMatch(of: mask) == nil {
                (i, o) = (i + 1, o + 1)
                continue
            }
            let found = text.prefixMatch(of: mask)
            if let found {
                o += found.output.0.utf8.count
                masks += 1
            } else {
                // The rest of a secret whose mask stands before: one for each mask at most.
                rests += 1
                guard rests <= masks, o < output.count else { return false }
            }
            // To where both go on alike.
            let next = output[o..<min(output.count, o + 12)]
            let limit = min(input.count, i + (found == nil ? 64 : longest))
            guard
                let again = (i...limit).first(where: {
                    input[$0...].starts(with: next) && (!next.isEmpty || $0 == input.count)
                })
            else { return false }
            i = again
        }
        return true
    }

    private static let files: [String] = ["cases", "framings", "hostile"].flatMap { folder -> [String] in
        let root = Case.root.deletingLastPathComponent().appending(path: folder)
        let all =
            FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)?.compactMap { $0 as? URL } ?? []
        return all.filter { $0.pathExtension == "log" }.map { $0.path() }.sorted()
    }

    @Test("all but the masks stays, whatever the frame", arguments: files)
    func identity(_ file: String) throws {
        let log = [UInt8](try Data(contentsOf: URL(filePath: file)))
        // Its bytes are no text: it is refused.
        guard !file.hasSuffix("local-driver.log") else { return }
        guard !log.starts(with: [0xFF, 0xFE]), !log.starts(with: [0xFE, 0xFF]),
            !String(decoding: log, as: UTF8.self).contains("\"MESSAGE\":[")
        else { return }
        let output = Self.redacted(log)
        #expect(Self.isMasked(output, copyOf: log, longest: 4096))
        // Each line stays where it was.
        #expect(output.count { $0 == 0x0A } == log.count { $0 == 0x0A })
    }

    @Test("the cuts of the input make no difference", arguments: files)
    func chunks(_ file: String) throws {
        let log = [UInt8](try Data(contentsOf: URL(filePath: file)))
        guard log.count < 20_000 else { return }
        let whole = Self.redacted(log)
        for chunk in [7, 509] { #expect(Self.redacted(log, chunk: chunk) == whole, "reads of \(chunk)") }
    }

    @Test("what was redacted has nothing left to mask", arguments: files)
    func twice(_ file: String) throws {
        let once = Self.redacted([UInt8](try Data(contentsOf: URL(filePath: file))))
        #expect(Self.redacted(once) == once)
    }

    @Test(
        "a mask that stands for a command's closing quote too takes nothing of the next lines with it",
        arguments: [
            "Executing command 'C.\n-password Ad'\n.\n",
            """
            Executing command 'x admin --console --username admin --password Mons00n-Vel.vet'
            io'x show-master-key --console --instance OctopusServer'

            """,
        ])
    func closingQuote(_ command: String) {
        let begin = "[2018-10-15T17:21:47] Configuring Octopus Deploy\n[2018-10-15T17:21:47] "
        let once = Self.redacted(Array((begin + command).utf8))
        #expect(String(decoding: once, as: UTF8.self).contains("[password]"))
        #expect(String(decoding: Self.redacted(once), as: UTF8.self) == String(decoding: once, as: UTF8.self))
    }

    @Test("a secret in the lines behind a mask is masked, by itself and across their ends") func behindMask() {
        let log = """
            [2018-10-15T17:21:47] Executing command 'x configure --password [password]
            --masterkey RmFrZU1hc3Rlcktl
            eTAwMA== --apiKey API-FAKEFAKEFAKEFAKEFAKEFAKE00 --instance x'

            """
        let text = String(decoding: Self.redacted(Array(log.utf8)), as: UTF8.self)
        #expect(!text.contains("RmFrZU1h") && !text.contains("eTAwMA") && !text.contains("API-FAKE"))
        #expect(text.contains("--password [password]\n--masterkey [master-key"))
    }

    @Test("a log without a secret stays as it is, to the byte") func nothing() throws {
        let file = Case.root.deletingLastPathComponent().appending(path: "no-secrets/no-secrets.log")
        let log = [UInt8](try Data(contentsOf: file))
        #expect(log.count > 10_000)
        #expect(Self.redacted(log) == log)
    }

    private static let key = "RmFrZU1hc3RlcktleTAwMA=="
    private static let line = "show --masterkey \(key) --name x"

    @Test("UTF-16 stays UTF-16", arguments: [false, true]) func utf16(isBigEndian: Bool) {
        func encoded(_ text: String) -> [UInt8] {
            ("\u{FEFF}" + text).utf16.flatMap { unit in
                isBigEndian ? [UInt8(unit >> 8), UInt8(unit & 255)] : [UInt8(unit & 255), UInt8(unit >> 8)]
            }
        }
        let text = "häß €😀 \(Self.line)\r\nnext € line\r\n"
        let mask = "[master-key sha256:f0d4a2c8]"
        let output = Self.redacted(encoded(text))
        let plain = String(decoding: Self.redacted(Array(text.utf8)), as: UTF8.self)
        #expect(output == encoded(plain))
        #expect(plain.utf8.count == text.utf8.count - Self.key.utf8.count + mask.utf8.count)
        #expect(!plain.contains("RmFrZU"))
    }

    @Test("a byte array of journald's stays one") func numbers() throws {
        let bytes = Array("\u{1}\(Self.line)".utf8)
        let list = bytes.map { String($0) }.joined(separator: ",")
        let log = #"{"MESSAGE":[\#(list)],"CONTAINER_NAME":"octopus","PRIORITY":"6"}"# + "\n"
        let output = Self.redacted(Array(log.utf8))
        let object = try #require(try JSONSerialization.jsonObject(with: Data(output)) as? [String: Any])
        let numbers = try #require(object["MESSAGE"] as? [Int])
        let text = String(decoding: numbers.map { UInt8($0) }, as: UTF8.self)
        #expect(text.hasPrefix("\u{1}show --masterkey [master-key sha256:"))
        #expect(text.hasSuffix("] --name x"))
    }

    @Test("chunks of the engine's stream tell the lengths that they have then", arguments: [Int.max, 1, 9])
    func raw(_ chunk: Int) {
        func part(_ text: String, _ stream: UInt8) -> [UInt8] {
            let count = text.utf8.count
            return [stream, 0, 0, 0, 0, 0, UInt8(count >> 8), UInt8(count & 255)] + Array(text.utf8)
        }
        let half = Self.line.utf8.count / 2
        let (first, second) = (String(Self.line.prefix(half)), String(Self.line.dropFirst(half)))
        let log = part("one\n", 1) + part(first, 1) + part("another\n", 2) + part(second + "\nlast\n", 1)
        var output = Self.redacted(log, chunk: chunk)[...]
        var texts: [UInt8: String] = [:]
        while output.count >= 8 {
            let head = Array(output.prefix(8))
            let length = Int(head[6]) << 8 | Int(head[7])
            #expect(output.count >= 8 + length)
            texts[head[0], default: ""] += String(decoding: output.dropFirst(8).prefix(length), as: UTF8.self)
            output = output.dropFirst(8 + length)
        }
        #expect(output.isEmpty)
        #expect(texts[2] == "another\n")
        let plain = String(decoding: Self.redacted(Array("one\n\(Self.line)\nlast\n".utf8)), as: UTF8.self)
        #expect(texts[1] == plain)
        #expect(plain.contains("[master-key sha256:"))
    }

    @Test("a secret on a line over any window is masked, and the rest of the line stays") func longLine() {
        let filler = String(repeating: "x ", count: 700_000)
        let log = "\(filler)--masterkey \(Self.key) \(filler)\nnext\n"
        let output = String(decoding: Self.redacted(Array(log.utf8)), as: UTF8.self)
        #expect(output.hasPrefix(filler) && output.hasSuffix(" \(filler)\nnext\n"))
        #expect(!output.contains("RmFrZU"))
    }

    @Test("a secret that no window holds whole is masked to its end, and the rest of the line stays")
    func longSecret() {
        let secret = String(repeating: "PExpY2Vu", count: 6000)
        for before in [(1 << 20) - 20_000, (1 << 20) - 60_000, (1 << 20) - 30] {
            let filler = String(repeating: "x ", count: before / 2)
            let log = "\(filler)--licenseBase64 \(secret) --instance \(filler)\nnext\n"
            let output = String(decoding: Self.redacted(Array(log.utf8)), as: UTF8.self)
            #expect(!output.contains("PExpY2Vu"), "\(before)")
            #expect(output.hasPrefix(filler) && output.hasSuffix(" --instance \(filler)\nnext\n"), "\(before)")
        }
    }

    @Test("a value is known again in its container, and not in another") func bare() {
        let log = """
            octopus_1  | Executing command 'x admin --console --username a --password Mons00n-Vel.vet'
            octopus_1  | The value Mons00n-Vel.vet is wrong
            other_1    | The value Mons00n-Vel.vet is wrong
            octopus_1  | short of it: Mons00n-Ve

            """
        let lines = String(decoding: Self.redacted(Array(log.utf8)), as: UTF8.self).split(separator: "\n")
        #expect(lines[1] == "octopus_1  | The value [password] is wrong")
        #expect(lines[2] == "other_1    | The value Mons00n-Vel.vet is wrong")
        #expect(lines[3] == "octopus_1  | short of it: [password]")
    }

    @Test(
        "a short or common value blanks no ordinary text",
        arguments: [
            "sa", "abc", "admin", "octopus", "Octopus", "OctopusServer", "10943", "2018-07-02", "false", "localhost",
        ])
    func common(_ word: String) {
        let text = "The \(word) of \(word) is \(word), says \(word).\n"
        let log = "Executing command 'x admin --console --username a --password \(word)'\n\(text)"
        #expect(String(decoding: Self.redacted(Array(log.utf8)), as: UTF8.self).hasSuffix("\n\(text)"))
    }

    @Test("a rotated log is one: what its older file tells is known in the newer") func rotated() {
        var redaction = Redaction()
        var text: [UInt8] = []
        let files = ["a": "x --masterkey \(Self.key) --y\n", "b": "again: \(Self.key)x\n"]
        redaction.read(["a", "b"]) { name throws(InputError) in
            MemorySource(Array((files[name] ?? "").utf8))
        } failed: { _, _ in
        } into: { part in
            part.withUnsafeBufferPointer { text.append(contentsOf: $0) }
        } drained: {
        }
        #expect(!String(decoding: text, as: UTF8.self).contains("RmFrZU"))
    }
}
