import Foundation
import Testing

import Glibc

/// What of a secret is left in the memory of a process, and what a crash of it prints.
@Suite struct MemoryTests {
    /// A key that nobody has: those of the fixtures stand in the rules' examples, and so in the program.
    private static func makeKey() -> String {
        Data((0..<16).map { _ in UInt8.random(in: 0...255) }).base64EncodedString()
    }

    /// A Server's first start that shows `key`, and what its running program prints.
    private static func log(_ key: String, steady: Int) throws -> String {
        let url = Tool.package.appending(path: Tool.fixture("server-2018.3.13-first-start/input.log"))
        let start = try String(contentsOf: url, encoding: .utf8)
            .replacingOccurrences(of: "RmFrZU1hc3RlcktleTAwMQ==", with: key)
        return start + (0..<steady).map { "Task ServerTasks-\($0) went on for a while\n" }.joined()
    }

    /// What `search.py` found, nil where the system does not let it look.
    private static func search(
        _ key: String, _ arguments: [String], environment: [String: String] = [:]
    ) throws -> (finds: [Substring], bytes: Int)? {
        let script = Tool.package.appending(path: "Tests/memory/search.py").path
        let result = try Tool.run(
            URL(filePath: "/usr/bin/env"), ["python3", script, key] + arguments, environment: environment)
        if result.code == 77 { return nil }
        #expect(result.code == 0, "\(result.err)")
        let lines = result.out.split(separator: "\n")
        let searched = try #require(
            lines.last?.firstMatch(of: #/^searched (\d+) bytes$/#), "\(result.out)\(result.err)")
        return (Array(lines.dropLast()), Int(searched.1) ?? 0)
    }

    /// Why the tests of memory are skipped, if they are.
    private static let canSearch = (try? search("x", ["start", "/bin/true"])) != nil

    @Test(
        "the search finds a key where there is one",
        .enabled(if: canSearch, "ptrace is refused, or there is no python3")
    ) func control() throws {
        let key = Self.makeKey()
        let folder = try TemporaryFolder()
        let file = try folder.write("x.log", Data(Self.log(key, steady: 2000).utf8))
        let hold = "import sys\nk = sys.stdin.buffer.read(6000)\nsys.stdin.buffer.read()"
        let live = try #require(try Self.search(key, ["live", file, "python3", "-c", hold]))
        #expect(live.finds.contains { $0.hasPrefix("whole at") }, "\(live)")
        // A program that is done with the key, and does nothing about it.
        let ended = try #require(
            try Self.search(key, ["exit", "python3", "-c", "k = open('\(file)', 'rb').read()"]))
        #expect(ended.finds.contains { $0.hasPrefix("whole at") }, "\(ended)")
        // octolog itself, when nothing can have been wiped yet.
        let begun = try #require(
            try Self.search(key, ["start", Tool.binary.path, file], environment: ["HELD": key]))
        #expect(begun.finds.contains { $0.hasPrefix("whole at") }, "\(begun)")
    }

    /// How a log can come, and what the key passes through on its way.
    enum Form: String, CaseIterable {
        case plain
        case json
        case utf16
        case gzip
        case wrapped
        case coloured

        func data(_ log: String) throws -> Data {
            switch self {
            case .plain: return Data(log.utf8)
            case .json:
                let lines = try log.split(separator: "\n", omittingEmptySubsequences: false).map { line in
                    let text = String(decoding: try JSONEncoder().encode("\(line)\n"), as: UTF8.self)
                    return "{\"log\":\(text),\"stream\":\"stdout\",\"time\":\"2018-07-02T09:15:01.000000000Z\"}\n"
                }
                return Data(lines.joined().utf8)
            case .utf16: return Data([0xFF, 0xFE]) + (log.data(using: .utf16LittleEndian) ?? Data())
            case .gzip:
                return try Tool.run(URL(filePath: "/usr/bin/env"), ["gzip", "-c"], input: Data(log.utf8)).data
            case .wrapped:
                let lines = log.split(separator: "\n", omittingEmptySubsequences: false).map { line in
                    var line = line[...]
                    var parts: [Substring] = []
                    repeat {
                        parts.append(line.prefix(79))
                        line = line.dropFirst(79)
                    } while !line.isEmpty
                    return parts.joined(separator: "\n")
                }
                return Data(lines.joined(separator: "\n").utf8)
            case .coloured:
                return Data(log.replacingOccurrences(of: "VERBOSE", with: "\u{1B}[33mVERBOSE\u{1B}[0m").utf8)
            }
        }
    }

    @Test(
        "A run under gcore/ptrace of a process that has finished with the key finds no key in its memory",
        .enabled(if: canSearch, "ptrace is refused, or there is no python3"), arguments: Form.allCases)
    func ended(form: Form) throws {
        let key = Self.makeKey()
        let folder = try TemporaryFolder()
        let file = try folder.write("x.log", try form.data(Self.log(key, steady: 0)))
        #expect(try Tool.run(["key", "-q", file]).out == key + "\n")
        let others = [["key", "-q", "--as", "docker-run"], ["key", "--all"], ["report"]]
        for command in [["key", "-q"], []] + (form == .plain ? others : []) {
            let found = try #require(try Self.search(key, ["exit", Tool.binary.path] + command + [file]))
            #expect(found.finds.isEmpty, "\(command): \(found.finds)")
            #expect(found.bytes > 1 << 20)
        }
    }

    @Test(
        "a log that is followed leaves no key in memory once the key's lines are read",
        .enabled(if: canSearch, "ptrace is refused, or there is no python3"), arguments: Form.allCases)
    func followed(form: Form) throws {
        let key = Self.makeKey()
        let folder = try TemporaryFolder()
        let file = try folder.write("x.log", try form.data(Self.log(key, steady: 2000)))
        let found = try #require(try Self.search(key, ["live", file, Tool.binary.path]))
        #expect(found.finds.isEmpty, "\(found.finds)")
        #expect(found.bytes > 1 << 20)
    }

    @Test(
        "a password is not left in memory either", .enabled(if: canSearch, "ptrace is refused, or there is no python3"))
    func password() throws {
        let password = "N0tReal" + Self.makeKey().filter(\.isLetter)
        let folder = try TemporaryFolder()
        let log = try Self.log(Self.makeKey(), steady: 2000).replacingOccurrences(
            of: "N0tARealPassw0rd!", with: password)
        let file = try folder.write("x.log", Data(log.utf8))
        let found = try #require(try Self.search(password, ["live", file, Tool.binary.path]))
        #expect(found.finds.isEmpty, "\(found.finds)")
    }

    /// An octolog that has read a key and holds it, with a pipe at its stdin.
    private func withHolder(
        _ environment: [String: String], _ body: (_ process: Process, _ key: String) throws -> Void
    ) throws -> (text: String, key: String) {
        let process = Process()
        process.executableURL = Tool.binary
        process.arguments = ["key"]
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        process.standardError = output
        var none = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, nil)
        try process.run()
        defer { if process.isRunning { process.terminate() } }
        let key = Self.makeKey()
        try input.fileHandleForWriting.write(contentsOf: Data(Self.log(key, steady: 10).utf8))
        // It waits for more when it has read all that there is.
        for _ in 0..<500 {
            let stat = try String(contentsOfFile: "/proc/\(process.processIdentifier)/stat", encoding: .utf8)
            var waiting: Int32 = 0
            ioctl(input.fileHandleForWriting.fileDescriptor, UInt(FIONREAD), &waiting)
            if waiting == 0, stat.split(separator: ")").last?.hasPrefix(" S") == true { break }
            usleep(10_000)
        }
        try body(process, key)
        try input.fileHandleForWriting.close()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (text, key)
    }

    @Test("no core is written of a run, and nobody but root may look into it") func limits() throws {
        _ = try withHolder([:]) { process, _ in
            let folder = "/proc/\(process.processIdentifier)"
            let limits = try String(contentsOfFile: "\(folder)/limits", encoding: .utf8)
            #expect(limits.firstMatch(of: #/Max core file size +0 +0 /#) != nil, "\(limits)")
            var (status, own) = (stat(), stat())
            #expect(stat("\(folder)/environ", &status) == 0 && stat("/proc/self/environ", &own) == 0)
            // Of a process that may not be dumped they are root's, proc(5); root's own tell nothing.
            #expect(status.st_uid == 0 && (own.st_uid == getuid()))
        }
    }

    @Test(
        "another process of the same user can't look into it",
        .enabled(if: getuid() == 0 && access("/usr/bin/setpriv", X_OK) == 0, "only root can become somebody else"))
    func otherProcess() throws {
        // Where the build lies may be closed to everybody else.
        let folder = "/tmp/octolog-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.copyItem(atPath: Tool.binary.path, toPath: "\(folder)/octolog")
        func look(at program: String) throws -> String {
            try Tool.run(
                URL(filePath: "/usr/bin/setpriv"),
                [
                    "--reuid=65534", "--regid=65534", "--clear-groups", "/bin/sh", "-c",
                    "sleep 2 | \(program) >/dev/null & sleep 1; cat /proc/$!/comm; head -c 4 /proc/$!/environ; wait",
                ]
            ).out
        }
        #expect(try look(at: "/bin/cat").count > "cat\n".count)
        let seen = try look(at: "\(folder)/octolog")
        // A toolchain that only root can read leaves nothing to look at.
        #expect(seen == "octolog\n" || seen.isEmpty)
    }

    @Test(
        "a crash prints nothing of the log, whatever SWIFT_BACKTRACE says",
        arguments: [SIGSEGV, SIGABRT, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGQUIT])
    func crash(signal: Int32) throws {
        let (text, key) = try withHolder([
            "SWIFT_BACKTRACE": "enable=yes,color=no,interactive=no,sanitize=no,output-to=stderr"
        ]) { process, _ in
            kill(process.processIdentifier, signal)
            process.waitUntilExit()
            #expect(process.terminationReason == .uncaughtSignal && process.terminationStatus == signal)
        }
        // The runtime of a static binary says at its start that it has no program for this.
        #expect(
            ["", "swift runtime: unable to locate swift-backtrace; disabling backtracing.\n"].contains(text), "\(text)")
        #expect(!text.contains(key.prefix(6)))
    }
}
