import Foundation
import Testing

/// What octolog reads, and what it refuses.
@Suite struct InputTests {
    private let log = Tool.fixture("server-2018.3.13-first-start/input.log")
    private var bytes: Data { FileManager.default.contents(atPath: Tool.package.appending(path: log).path) ?? Data() }

    /// The events' types and subjects, without those of the run.
    private func story(_ result: Tool.Result) -> [String] {
        result.events.filter { ($0["source"] as? String) != "urn:octolog:run" }.map {
            "\($0["type"] ?? "") \($0["subject"] ?? "") \($0["time"] ?? "")"
        }
    }

    // MARK: Hostile files

    struct Hostile: CustomTestStringConvertible, Sendable {
        var file: String
        var code: Int32
        var outcomes: String
        var testDescription: String { file }

        static let all: [Hostile] = {
            let path = Tool.package.appending(path: "Fixtures/hostile/expected")
            let text = (try? String(contentsOf: path, encoding: .utf8)) ?? ""
            return text.split(separator: "\n").compactMap { line in
                let words = line.split(separator: " ")
                guard words.count == 3, words[0].hasSuffix(":"), let code = Int32(words[1]) else { return nil }
                return Hostile(file: String(words[0].dropLast()), code: code, outcomes: String(words[2]))
            }
        }()
    }

    @Test("each hostile file has its expectation") func complete() throws {
        let files = try FileManager.default.contentsOfDirectory(
            atPath: Tool.package.appending(path: "Fixtures/hostile").path)
        #expect(Set(files).subtracting(["README.md", "expected"]) == Set(Hostile.all.map(\.file)))
    }

    @Test("a hostile file has its exit code, and what can be told is", arguments: Hostile.all)
    func hostile(_ item: Hostile) throws {
        let path = "Fixtures/hostile/\(item.file)"
        let result = try Tool.run([path])
        #expect(result.code == item.code)
        let outcomes = result.types.compactMap { type -> String? in
            let name = type.replacing("octolog.startup.", with: "").replacing(".v1", with: "")
            return ["succeeded", "failed", "unfinished"].contains(name) ? name : nil
        }
        #expect((outcomes.isEmpty ? "-" : outcomes.joined(separator: ",")) == item.outcomes)
        #expect(result.types.last == "octolog.run.finished.v1")
        // One sentence, no more, says why; an input that is all right needs none.
        #expect(result.err.split(separator: "\n").count <= 1, "\(result.err)")
        if item.code == 4 || item.code == 74 { #expect(result.err.hasPrefix("octolog: ")) }
        // The same through a pipe.
        let piped = try Tool.shell("cat \(path) | octolog")
        #expect(piped.code == item.code && story(piped) == story(result))
        // No secret of the startup leaves.
        for secret in ["N0tARealPassw0rd", "Adm1nN0tReal", "RmFrZU1hc3Rlcktl"] { #expect(!result.out.contains(secret)) }
    }

    @Test("a bomb stops early and takes little memory", arguments: ["bomb.gz", "bomb.zst", "bomb.xz", "bomb.bz2"])
    func bombs(_ file: String) throws {
        let (code, peak) = try Tool.peak(["Fixtures/hostile/\(file)"])
        #expect(code == 3)
        #expect(Tool.fits(peak, below: 64), "\(peak) MiB")
        let result = try Tool.run(["Fixtures/hostile/\(file)"])
        #expect(result.err.contains("grows to more than") && result.out.contains(#""limit":"compression-ratio""#))
    }

    // bench/counts does the same with 100 MB, and with lines of 1 GiB.
    @Test("random bytes are read to their end, in bounded memory") func random() throws {
        let (code, peak) = try Tool.peak(["-"]) { pipe in
            guard let source = FileHandle(forReadingAtPath: "/dev/urandom") else { return }
            for _ in 0..<8 {
                guard let part = try? source.read(upToCount: 1_000_000) else { return }
                try? pipe.write(contentsOf: part)
            }
        }
        #expect(code == 4 || code == 3)
        #expect(Tool.fits(peak, below: 64), "\(peak) MiB")
    }

    @Test("a long line, plain or in parts, is read in bounded memory", arguments: [false, true])
    func endless(_ isFramed: Bool) throws {
        let part =
            isFramed
            ? #"{"log":"\#(String(repeating: "x", count: 16384))","stream":"stdout","time":"2018-07-02T09:15:01.5Z"}"#
                + "\n"
            : String(repeating: "x", count: 16384)
        let end =
            isFramed
            ? #"{"log":"\n","stream":"stdout","time":"2018-07-02T09:15:01.5Z"}"# + "\n" : "\n"
        let (code, peak) = try Tool.peak(["-"]) { pipe in
            let block = Data(String(repeating: part, count: 64).utf8)
            for _ in 0..<24 { try? pipe.write(contentsOf: block) }
            try? pipe.write(contentsOf: Data(end.utf8))
        }
        #expect(code == 4)
        #expect(Tool.fits(peak, below: 40), "\(peak) MiB")
    }

    // MARK: Many files

    @Test("a folder of 1,000 files is read whole, with few files open at once") func thousandFiles() throws {
        let folder = try TemporaryFolder()
        for i in 0..<1000 { _ = try folder.write("c\(i).log", bytes) }
        let result = try Tool.shell("ulimit -n 64; octolog \(folder.url.path)")
        #expect(result.code == 0 && result.err.isEmpty)
        #expect(result.types.count { $0 == "octolog.startup.succeeded.v1" } == 1000)
        let (code, peak) = try Tool.peak(["--jobs", "1", folder.url.path])
        #expect(code == 0 && Tool.fits(peak, below: 64), "\(peak) MiB")
        // What waits to be told takes up to 8 MiB, a thread 2.
        let (otherCode, otherPeak) = try Tool.peak(["--jobs", "2", folder.url.path])
        #expect(otherCode == 0 && otherPeak < peak + 12, "\(otherPeak) MiB, one job \(peak)")
    }

    @Test("events of several files come in the order of time") func mergedByTime() throws {
        let result = try Tool.run([
            Tool.fixture("tentacle-3.22-listening/input.log"), log, Tool.fixture("server-2018.4.0-import/input.log"),
        ])
        let times = result.events.compactMap { $0["time"] as? String }
        #expect(times.count > 60 && times == times.sorted())
    }

    @Test("a rotated log is one log, oldest file first, however its files are named on the command line")
    func rotated() throws {
        let folder = try TemporaryFolder()
        let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map { Data($0) + Data([0x0A]) }
        func part(_ range: Range<Int>) -> Data { lines[range].reduce(Data(), +) }
        let newest = try folder.write("x-json.log", part(40..<lines.count - 1))
        let middle = try folder.write("x-json.log.1", part(20..<40))
        let oldest = try folder.write("x-json.log.2", part(0..<20))
        #expect(try Tool.shell("gzip \(oldest)").code == 0)
        let whole = story(try Tool.run([log]))
        for arguments in [[newest, middle, oldest + ".gz"], [oldest + ".gz", newest, middle], [folder.url.path]] {
            let result = try Tool.run(arguments)
            #expect(story(result) == whole)
        }
        // Evidence names the file that it is in.
        let result = try Tool.run([folder.url.path])
        let inputs = Set(
            result.events.flatMap { (($0["data"] as? [String: Any])?["evidence"] as? [[String: Any]]) ?? [] }
                .compactMap { $0["input"] as? String })
        #expect(inputs == [newest, middle, oldest + ".gz"])
    }

    @Test("kubelet's and logrotate's names are rotated sets too") func otherRotations() throws {
        for names in [
            ["0.log.20180702-091500", "0.log.20180702-091600", "0.log"],
            ["octopus.log-20180701", "octopus.log-20180702", "octopus.log"],
        ] {
            let folder = try TemporaryFolder()
            let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map { Data($0) + Data([0x0A]) }
            for (index, name) in names.enumerated() {
                let end = index == 2 ? lines.count - 1 : (index + 1) * 20
                _ = try folder.write(name, lines[index * 20..<end].reduce(Data(), +))
            }
            let result = try Tool.run([folder.url.path])
            #expect(result.types.count { $0 == "octolog.startup.succeeded.v1" } == 1, "\(names)")
            #expect(!result.types.contains("octolog.gap.detected.v1"))
        }
    }

    // MARK: Options

    @Test("--since and --until choose by the log's time; --framing takes the names that it lists") func options() throws
    {
        let chosen = try Tool.run(["--since", "2018-07-02T09:15:38Z", "--until", "2018-07-02 09:15:51", log])
        let times = chosen.events.compactMap { $0["time"] as? String }
        #expect(times.allSatisfy { $0 >= "2018-07-02T09:15:38Z" && $0 <= "2018-07-02T09:15:51Z" } && times.count > 4)
        #expect(try Tool.run(["--since", "2018-07-03", log]).types.allSatisfy { !$0.contains("phase") })
        #expect(try Tool.run(["--since", "2018-07-02T11:15:38+02:00", log]).types.count > 5)
        for wrong in [
            ["--since", "10m"], ["--until", "yesterday"], ["--since", "2018-07-03", "--until", "2018-07-02"],
        ] {
            let result = try Tool.run(wrong + [log])
            #expect(result.code == 64 && result.err.contains(wrong[0]))
        }
        let framing = try Tool.run(["--framing", "nonsense", log])
        #expect(framing.code == 64 && framing.err.contains("json-file"))
        let framed = "Fixtures/framings/journald.json.log"
        #expect(try Tool.run(["--framing", "journald", framed]).types.contains("octolog.startup.succeeded.v1"))
        #expect(try !Tool.run(["--framing", "plain", framed]).types.contains("octolog.startup.succeeded.v1"))
    }

    @Test("the key is found in every frame and under every compression") func keys() throws {
        let key = "RmFrZU1hc3RlcktleTAwMQ=="
        for file in [
            "cri.log", "raw.bin", "json-file-partial.log", "journald-arrays.json.log", "compose-v2-colour.log",
        ] {
            let result = try Tool.run(["key", "Fixtures/framings/\(file)"])
            #expect(result.out == key + "\n" && result.code == 0, "\(file)")
        }
        for program in ["gzip", "zstd", "xz", "bzip2"] {
            let result = try Tool.shell("\(program) -c \(log) | octolog key")
            #expect(result.out == key + "\n" && result.code == 0, "\(program)")
        }
    }
}
