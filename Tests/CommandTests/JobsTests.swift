import Foundation
import Testing

import Glibc

/// `--jobs`: how many threads read, which nobody can tell by what comes out.
@Suite struct JobsTests {
    static let counts = [2, 3, 8]

    /// The logs of all cases, each with a name of its own.
    private static func logs() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: Tool.package.path + "/Fixtures/cases").sorted()
            .map { Tool.fixture("\($0)/input.log") }
            .filter { FileManager.default.fileExists(atPath: Tool.package.path + "/" + $0) }
    }

    /// Runs a command with one job and with many; all of it is to be the same.
    private func expectSame(_ command: [String], _ files: [String], _ counts: [Int] = counts) throws {
        let one = try Tool.run(command + ["--jobs", "1"] + files)
        for count in counts {
            let many = try Tool.run(command + ["--jobs", "\(count)"] + files)
            #expect(many.data == one.data, "\(command) with \(count) jobs")
            #expect(many.err == one.err)
            #expect(many.code == one.code)
        }
    }

    /// What several containers wrote that were started again and again: enough that threads read ahead of each other.
    private static func longLogs(in folder: borrowing TemporaryFolder, _ count: Int) throws -> [String] {
        let names = ["server-2018.3.13-failed-then-ok", "tentacle-3.22-registered-again", "story-a-weak-sa-password"]
        return try (0..<count).map { number in
            let name = names[number % names.count]
            let log = try Data(contentsOf: Tool.package.appending(path: Tool.fixture("\(name)/input.log")))
            let steady = Data((0..<500).map { "Task ServerTasks-\($0) went on for a while\n" }.joined().utf8)
            let times = 6 + 2 * number
            return try folder.write(
                "\(number).log", (0..<times).reduce(into: Data()) { log_, _ in log_ += log + steady })
        }
    }

    @Test("all fixtures at once tell the same in any order of their names, with as many jobs as one likes")
    func fixtures() throws {
        let logs = try Self.logs()
        #expect(logs.count > 40)
        let orders = [logs, logs.reversed(), Array(logs[30...] + logs[..<30])]
        for order in orders { try expectSame([], order) }
        try expectSame(["--format", "text", "--fail-on", "startup"], logs, [3])
        try expectSame(["--throttle", "2/1h", "--since", "2018-07-02"], logs, [3])
    }

    @Test("other commands that read logs take jobs too", arguments: ["key", "registrations", "report"])
    func commands(name: String) throws {
        let logs = try Self.logs()
        try expectSame(name == "key" ? ["key", "--all"] : [name], logs, [2, 8])
    }

    @Test("long logs are read ahead, and told in the order of time") func longLogs() throws {
        let folder = try TemporaryFolder()
        let files = try Self.longLogs(in: folder, 5)
        try expectSame([], files)
        try expectSame([], Array(files.prefix(1)), [2])
        // Without the option too.
        #expect(try Tool.run(files).data == Tool.run(["-j", "1"] + files).data)
    }

    @Test("what can't be read is told in the order in which it was named, and nothing else is lost")
    func failures() throws {
        let folder = try TemporaryFolder()
        var files = try Self.longLogs(in: folder, 4)
        let whole = try Tool.shell("gzip -c \(files[0]); gzip -c \(files[1])").data
        files.insert(try folder.write("whole.gz", whole), at: 1)
        files.insert(try folder.write("cut.gz", whole.dropLast(100)), at: 3)
        files.insert(try folder.write("archive", Data("PK\u{3}\u{4}and so on".utf8)), at: 0)
        var damaged = whole
        damaged[whole.count / 2] ^= 0xFF
        files.append(try folder.write("damaged.gz", damaged))
        try expectSame([], files)
        let missing = files.prefix(3) + [folder.url.path + "/missing.log"] + files.dropFirst(3)
        try expectSame([], Array(missing))
        #expect(try Tool.run(["--jobs", "3"] + missing).err.contains("no such file"))
        for compression in ["xz", "zstd", "bzip2"] {
            guard try Tool.shell("command -v \(compression)").code == 0 else { continue }
            let data = try Tool.shell("\(compression) -c < \(files[2])").data
            try expectSame([], [try folder.write("x.\(compression)", data)] + files, [2])
        }
    }

    @Test("who stops reading ends it quietly, whoever reads ahead") func closedPipe() throws {
        let folder = try TemporaryFolder()
        let files = try Self.longLogs(in: folder, 4).joined(separator: " ")
        for count in [2, 8] {
            let result = try Tool.shell("octolog --jobs \(count) \(files) | head -n 1; echo ${PIPESTATUS[0]}")
            #expect(result.out.hasSuffix("\n0\n"))
            #expect(result.err.isEmpty)
        }
    }

    @Test(
        "a signal ends the reading, and what was read is told to its end", arguments: [SIGINT: 130, SIGTERM: 143])
    func signals(signal: Int32, code: Int32) throws {
        let folder = try TemporaryFolder()
        let files = try Self.longLogs(in: folder, 4)
        let (process, _, output) = try Tool.start(["--jobs", "3"] + files)
        // The pipe is full before all is read.
        var data = try #require(try output.read(upToCount: 1000))
        kill(process.processIdentifier, signal)
        data += try output.readToEnd() ?? Data()
        process.waitUntilExit()
        #expect(process.terminationStatus == code)
        let lines = data.split(separator: 0x0A)
        #expect(data.last == 0x0A)
        #expect(try lines.allSatisfy { try JSONSerialization.jsonObject(with: $0) is [String: Any] })
        #expect(String(decoding: lines.last ?? Data(), as: UTF8.self).contains("octolog.run.finished.v1"))
    }

    @Test("a number of jobs is a number, and at least one", arguments: ["0", "-1", "x", "1.5"])
    func numbers(text: String) throws {
        let result = try Tool.run(["--jobs=\(text)", Tool.fixture("server-2018.3.13-first-start/input.log")])
        #expect(result.code == 64)
        #expect(result.err.contains("\(text) is no number of jobs: give one like 4"), "\(result.err)")
    }

    @Test("a pipe is read as it comes, whatever jobs are asked for") func pipe() throws {
        let log = Tool.fixture("server-2018.3.13-first-start/input.log")
        let one = try Tool.shell("octolog < \(log)")
        #expect(try Tool.shell("cat \(log) | octolog --jobs 4").data == one.data)
        #expect(try Tool.shell("octolog --jobs 4 < \(log)").data == one.data)
    }

    @Test("what waits to be told is bounded, however many read ahead") func memory() throws {
        let folder = try TemporaryFolder()
        let files = try Self.longLogs(in: folder, 8)
        let (one, eight) = (try Tool.peak(["-j", "1"] + files), try Tool.peak(["-j", "8"] + files))
        #expect(one.code == eight.code)
        #expect(Tool.fits(eight.peak, below: one.peak + 64), "\(one.peak) MiB with one, \(eight.peak) MiB with eight")
    }
}
