import Fleet
import Foundation
import Testing

@testable import OctologCore

/// `--chain`: the hash chain over a log's redacted lines.
@Suite struct ChainTests {
    private static let plain = "Fixtures/cases/server-2018.3.13-first-start/input.log"

    private static func head(_ result: Tool.Result) -> String? {
        let data = result.events.last?["data"] as? [String: Any]
        return (data?["chain"] as? [String: Any])?["head"] as? String
    }

    @Test("a chain changes nothing else", arguments: Golden.all) func events(_ golden: Golden) throws {
        let folder = try TemporaryFolder()
        let arguments = try golden.arguments()
        let chained = try Tool.run(arguments + ["--chain", folder.url.appending(path: "chain").path])
        let text = chained.out.replacing(#/"chain":\{[^}]*\},/#, with: "")
        #expect(text == (try Tool.run(arguments).out))
    }

    @Test("the head is the same for a file, for a pipe in any pieces, and for any number of jobs") func ways() throws {
        let result = try Tool.shell(
            """
            t=$(mktemp -d); cp \(Self.plain) $t/x.log; gzip -k $t/x.log; cd $t
            octolog --chain file x.log | tail -1; octolog --chain packed x.log.gz | tail -1
            octolog --chain jobs --jobs 4 x.log | tail -1; octolog --chain pipe < x.log | tail -1
            (while read -r -N 97 part; do printf %s "$part"; done; printf %s "$part") < x.log | octolog --chain parts | tail -1
            sed 1d file | md5sum; for other in packed jobs pipe parts; do sed '1d; s/^input 1 .*/input 1 "x.log"/' $other | md5sum; done
            rm -r $t
            """)
        let lines = result.out.split(separator: "\n")
        let heads = lines.prefix(5).compactMap { $0.firstMatch(of: #/"head":"([0-9a-f]{64})"/#)?.1 }
        #expect(heads.count == 5 && Set(heads).count == 1, "\(result.out)\(result.err)")
        #expect(lines.dropFirst(6).allSatisfy { $0 == lines.last })
    }

    @Test("the digests are those of what redact writes") func redacted() throws {
        let folder = try TemporaryFolder()
        let chain = folder.url.appending(path: "chain").path
        _ = try Tool.run([Self.plain, "--chain", chain])
        let lines = try String(contentsOfFile: chain, encoding: .utf8).split(separator: "\n")
        #expect(lines[0] == "octolog chain 1" && lines[1] == "input 1 \"\(Self.plain)\"")
        let made = try Tool.shell(
            """
            octolog redact \(Self.plain) | while IFS= read -r line; do
            (printf 'octolog/v1/chain/line\\n'; printf '%s\\n' "$line") | sha256sum | cut -c 1-16; done
            """)
        #expect(made.out.split(separator: "\n") == Array(lines.dropFirst(2).dropLast(2)))
    }

    @Test("several logs have a section each, and are one head") func sections() throws {
        let result = try Tool.shell(
            """
            cd Fixtures/cases/tentacle-3.22-two-containers-one-name; t=$(mktemp -d)
            octolog input.log second.log --chain $t/chain > $t/events; grep -v '^[0-9a-f]\\{16\\}$' $t/chain
            octolog verify $t/events --log input.log --log second.log --chain $t/chain; echo $?
            cp *.log $t; sed -i '5s/.$/X/' $t/second.log
            octolog verify $t/events --log $t/input.log --log $t/second.log --chain $t/chain | grep changed; rm -r $t
            """)
        #expect(result.out.contains("input 1 \"input.log\"\n") && result.out.contains("input 2 \"second.log\"\n"))
        #expect(result.out.contains("\n0\nsecond.log:5: this line was changed\n"), "\(result.out)\(result.err)")
    }

    @Test("each line that was changed, removed, added or moved is named") func edits() throws {
        let log = try VerifiedLog(Self.plain)
        let lines = log.bytes.split(separator: 0x0A, omittingEmptySubsequences: false).dropLast()
            .map { String(decoding: $0, as: UTF8.self) }
        func verify(_ change: (inout [String]) -> Void) throws -> [Substring] {
            var lines = lines
            change(&lines)
            try log.replace(Array((lines.joined(separator: "\n") + "\n").utf8))
            let result = try log.verify("--chain \(log.chain)")
            return result.out.split(separator: "\n").filter { $0.contains("this line was") }
                .map { $0[$0.index(after: $0.firstIndex(of: ":") ?? $0.startIndex)...] }
        }
        #expect(try verify { _ in } == [])
        #expect(try verify { $0[16] += "x" } == ["17: this line was changed"])
        #expect(try verify { $0.remove(at: 16) } == ["17: this line was removed, before what is line 17 now"])
        #expect(try verify { $0.insert("anything", at: 16) } == ["17: this line was added"])
        #expect(try verify { $0.insert($0.remove(at: 16), at: 40) } == ["41: this line was moved, it was line 17"])
        let swapped = try verify { $0.swapAt(10, 30) }
        #expect(swapped == ["11: this line was moved, it was line 31", "31: this line was moved, it was line 11"])
        let both = try verify {
            $0[3] += "x"
            $0.remove(at: 50)
        }
        #expect(both == ["4: this line was changed", "51: this line was removed, before what is line 51 now"])
        #expect(try verify { $0.removeLast(2) }.count == 2)
        #expect(try verify { $0[$0.count - 1] += " " } == ["\(lines.count): this line was changed"])
    }

    @Test("without its file the chain tells that a line changed, not which") func headAlone() throws {
        let log = try VerifiedLog(Self.plain)
        var bytes = log.bytes
        let free = Set(1...60).subtracting(log.evidence.map(\.line)).min() ?? 1
        let starts = [0] + bytes.indices.filter { bytes[$0] == 0x0A }.map { $0 + 1 }
        bytes[starts[free - 1] + 1] ^= 1
        try log.replace(bytes)
        let alone = try log.verify()
        #expect(alone.code == 1 && alone.out.contains("would tell which changed"), "\(alone.out)")
        #expect(VerifiedLog.lines(of: try log.verify("--chain \(log.chain)")).contains(free))
    }

    @Test("a chain that was changed, or is another's, is not taken for the events'") func otherChain() throws {
        let log = try VerifiedLog(Self.plain)
        let text = try String(contentsOfFile: log.chain, encoding: .utf8)
        let lines = text.split(separator: "\n").map(String.init)
        func verify(_ lines: [String]) throws -> Tool.Result {
            try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(filePath: log.chain))
            return try log.verify("--chain \(log.chain)")
        }
        var changed = lines
        changed[10] = String(repeating: "0", count: 16)
        let other = try verify(changed)
        #expect(other.code == 3 && other.err.contains("is not the chain that the events tell of"), "\(other.err)")
        let cut = try verify(lines.dropLast())
        #expect(cut.code == 3 && cut.err.contains("it has no end"), "\(cut.err)")
        #expect(try verify(["octolog chain 2"]).err.contains("a version that this octolog does not know"))
        #expect(try verify(lines).code == 0)
    }

    @Test("a chain is written over nothing that is read, and what can't be written is an error") func refusals() throws
    {
        let same = try Tool.shell(
            "t=$(mktemp); cp \(Self.plain) $t; octolog --chain $t $t; echo $?; cmp $t \(Self.plain); rm $t")
        #expect(same.out == "64\n" && same.err.contains("name another file"))
        #expect(try Tool.run([Self.plain, "--chain", "/no/such/folder/chain"]).code == 74)
        #expect(try Tool.run([Self.plain, "--chain", "/dev/full"]).code == 74)
        #expect(try Tool.run([Self.plain, "--chain", "-"]).code == 64)
    }

    @Test(
        "what goes for lines in other encodings and frames is chained too",
        arguments: [
            "Fixtures/framings/raw.bin", "Fixtures/framings/json-file-partial.log",
            "Fixtures/hostile/utf16le-no-final-newline.log", "Fixtures/hostile/utf16-odd-byte.log",
        ]) func shapes(_ path: String) throws
    {
        let folder = try TemporaryFolder()
        let chain = folder.url.appending(path: "chain").path
        let result = try Tool.shell(
            "octolog --chain \(chain) \(path) > \(chain).events; octolog verify \(chain).events --log \(path) --chain \(chain)"
        )
        #expect(result.code == 0, "\(result.out)\(result.err)")
    }

    // MARK: The parts

    /// The chain of a log that is read in pieces of a size.
    private static func chained(_ bytes: [UInt8], chunk: Int) -> Chained {
        var digests: [UInt64] = []
        let recorder = ChainRecorder(inputs: ["x"], framing: nil) { digests.append($1) }
        var options = Analyzer.Options()
        options.chain = recorder
        var analyzer = Analyzer(options: options)
        var sink = Sink()
        analyzer.read([["x"]], into: &sink) { _ throws(InputError) in
            Pieces(bytes: bytes, chunk: chunk)
        } failed: { _, _ in
        }
        return Chained(summary: recorder.summary, digests: digests)
    }

    private struct Chained: Equatable {
        var summary: ChainSummary
        var digests: [UInt64]
    }

    private struct Sink: EventSink {
        mutating func receive(_ event: Event) {}
    }

    private struct Pieces: ByteSource, ~Copyable {
        let bytes: [UInt8]
        let chunk: Int
        private var position = 0

        init(bytes: [UInt8], chunk: Int) { (self.bytes, self.chunk) = (bytes, chunk) }

        mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
            let count = min(chunk, buffer.count, bytes.count - position)
            buffer.copyBytes(from: bytes[position..<position + count])
            position += count
            return count
        }
    }

    @Test(
        "the cuts of the input make no difference",
        arguments: [
            "cases/server-2018.3.13-wrapped/input.log", "framings/cri.log", "framings/raw.bin",
            "framings/json-file-partial.log",
            "cases/story-a-weak-sa-password/input.log",
        ]) func cuts(_ path: String) throws
    {
        let bytes = [UInt8](try Data(contentsOf: Tool.package.appending(path: "Fixtures/\(path)")))
        let whole = Self.chained(bytes, chunk: .max)
        #expect(whole.summary.lines > 3 && whole.digests.count == whole.summary.lines)
        for chunk in [7, 509] { #expect(Self.chained(bytes, chunk: chunk) == whole, "reads of \(chunk)") }
    }

    @Test("UTF-16 is chained by its own lines, however it is cut", arguments: [false, true])
    func utf16(isBigEndian: Bool) {
        let text = "\u{FEFF}häß €😀 --masterkey RmFrZU1hc3RlcktleTAwMA== x\r\n\u{0A0A}\u{0A00}\u{010A} €\r\nlast"
        let bytes = text.utf16.flatMap { unit in
            isBigEndian ? [UInt8(unit >> 8), UInt8(unit & 255)] : [UInt8(unit & 255), UInt8(unit >> 8)]
        }
        let whole = Self.chained(bytes, chunk: .max)
        #expect(whole.summary.lines == 3)
        for chunk in [1, 2, 3, 5] { #expect(Self.chained(bytes, chunk: chunk) == whole) }
    }

    @Test("a container that is silent for long holds back no more than a bound, at the same place in any pieces")
    func horizon() {
        // A command's quote stays open while others print.
        var text = "a-1  | VERBOSE: [2018-07-02T09:15:01] Executing command 'C:\\Program Files\\Octopus Deploy\n"
        let words = String(repeating: "what another container prints ", count: 100)
        while text.utf8.count < 9 << 20 { text += "b-1  | \(words)\n" }
        text += "a-1  | \\Octopus.Server.exe --password Adm1nN0tReal#42'\n"
        let bytes = Array(text.utf8)
        #expect(Self.chained(bytes, chunk: .max) == Self.chained(bytes, chunk: 61_003))
    }
}
