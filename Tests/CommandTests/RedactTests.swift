import Foundation
import Testing

@testable import octolog

/// `octolog redact` as users run it.
@Suite struct RedactTests {
    private static let log = "Fixtures/cases/server-2018.3.13-first-start/input.log"
    private static let key = "RmFrZU1hc3RlcktleTAwMQ=="

    @Test("a pipe, a file and a compressed file give the same text") func ways() throws {
        let file = try Tool.run(["redact", Self.log])
        #expect(file.code == 0 && file.err.isEmpty)
        #expect(file.out.contains("[master-key sha256:") && !file.out.contains("RmFrZU"))
        #expect(try Tool.shell("cat \(Self.log) | octolog redact").out == file.out)
        #expect(try Tool.shell("gzip -c \(Self.log) | octolog redact -").out == file.out)
        let written = try Tool.shell("t=$(mktemp); octolog redact --output $t \(Self.log); cat $t; rm $t")
        #expect(written.out == file.out)
    }

    @Test("--check says by its exit code and one sentence whether there is anything to mask") func check() throws {
        let found = try Tool.run(["redact", "--check", Self.log])
        #expect(found.code == 1 && found.out.isEmpty)
        #expect(found.err.hasPrefix("octolog: 3 secrets: 1 master-key, 2 password"))
        #expect(try Tool.shell("octolog redact \(Self.log) | octolog redact --check").code == 0)
        #expect(try Tool.run(["redact", "--check", "Fixtures/no-secrets/no-secrets.log"]).code == 0)
        #expect(try Tool.run(["redact", "--check", "--quiet", Self.log]).err.isEmpty)
    }

    @Test("what can't be had is said, and the rest is passed on") func failures() throws {
        let missing = try Tool.run(["redact", "no-such.log", Self.log])
        #expect(missing.code == 66 && missing.err.contains("no-such.log") && missing.out.contains("[master-key"))
        #expect(try Tool.shell("octolog redact \(Self.log) > /dev/full").code == 74)
        #expect(try Tool.shell("octolog redact \(Self.log) | head -1").code == 0)
        #expect(try Tool.run(["redact", "--check", "--output", "/tmp/x", Self.log]).code == 64)
        let same = try Tool.shell(
            "t=$(mktemp); cp \(Self.log) $t; octolog redact --output $t $t; echo $?; cmp $t \(Self.log)")
        #expect(same.out == "64\n")
    }

    @Test("a line comes out as soon as it is known, and the last one when octolog is told to end") func live() throws {
        let (process, input, output) = try Tool.start(["redact"])
        try input.write(
            contentsOf: Data("plain line\n--masterkey \(Self.key) --x\nthe rest: \(Self.key.prefix(20))".utf8))
        var text = ""
        while !text.hasSuffix("--x\n") {
            let more = output.availableData
            try #require(!more.isEmpty)
            text += String(decoding: more, as: UTF8.self)
        }
        #expect(text.hasPrefix("plain line\n--masterkey [master-key sha256:"))
        process.terminate()
        let last = String(decoding: output.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(last == "the rest: [master-key]")
        #expect(process.terminationStatus == 143)
        try input.close()
    }
}
