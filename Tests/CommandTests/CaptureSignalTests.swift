import Foundation
import Testing

import Glibc

/// What becomes of a captured command when it, octolog or its reader is to end.
@Suite struct CaptureSignalTests {
    private static let log = Tool.fixture("server-2018.3.13-sql-login-failed/input.log")

    /// Starts a command that has printed the first lines of a log, and then runs `rest` of a script.
    private func start(
        _ rest: String, _ options: [String] = []
    ) throws -> (process: Process, output: FileHandle, seen: String) {
        let log = Tool.package.appending(path: Self.log).path
        let (process, input, output) = try Tool.start(
            ["capture"] + options + [
                "--", "bash", "-c", "trap 'last' HUP INT TERM; last() { :; }; \(rest)", "bash", log,
            ])
        try input.close()
        var seen = ""
        while !seen.contains("phase.entered") {
            let data = output.availableData
            if data.isEmpty { break }
            seen += String(decoding: data, as: UTF8.self)
        }
        return (process, output, seen)
    }

    /// Whether a process is gone, soon.
    private func isGone(_ process: Int32) -> Bool {
        for _ in 0..<100 where kill(process, 0) == 0 { usleep(20_000) }
        return kill(process, 0) != 0
    }

    private func number(in file: String) throws -> Int32 {
        try Int32(String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")[0]) ?? 0
    }

    @Test("signals reach the command, and its last words are read", arguments: [SIGINT, SIGTERM, SIGHUP])
    func lastWords(_ signal: Int32) throws {
        let (process, output, begun) = try start(
            "last() { tail -n +8 \"$1\"; exit 7; }; trap 'last \"$1\"' HUP INT TERM; head -n 7 \"$1\"; while :; do sleep 0.05; done"
        )
        #expect(!begun.contains("octolog.startup.failed.v1"))
        kill(process.processIdentifier, signal)
        let seen = begun + String(decoding: output.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 128 + signal)
        #expect(seen.contains("octolog.startup.failed.v1"))
        let last = seen.split(separator: "\n").last ?? ""
        #expect(
            last.contains("octolog.run.finished.v1") && last.contains(#""commands":[{"input":"bash","exitCode":7}]"#))
        #expect(last.contains(#""exitCode":\#(128 + signal)}"#))
    }

    @Test("a second signal ends the command and octolog at once") func second() throws {
        let folder = try TemporaryFolder()
        defer { _ = folder.url }
        let file = folder.url.appending(path: "pid").path
        let (process, output, _) = try start(
            "trap '' TERM; echo $$ > \(file); head -n 7 \"$1\"; while :; do sleep 0.05; done")
        kill(process.processIdentifier, SIGTERM)
        usleep(500_000)
        #expect(process.isRunning)
        kill(process.processIdentifier, SIGTERM)
        process.waitUntilExit()
        #expect(process.terminationStatus == 143)
        #expect(isGone(try number(in: file)))
        _ = output.readDataToEndOfFile()
    }

    @Test("what timeout sends twice is one signal") func timeout() throws {
        let result = try Tool.shell(
            "timeout 2 octolog capture -- bash -c 'trap \"sleep 0.5; echo; exit 7\" TERM; cat \(Self.log); while :; do sleep 0.05; done'"
        )
        #expect(result.code == 124 && result.types.last == "octolog.run.finished.v1")
    }

    @Test("the terminal's Ctrl-C reaches the command once") func terminal() throws {
        let folder = try TemporaryFolder()
        defer { _ = folder.url }
        let file = folder.url.appending(path: "counted").path
        let script = folder.url.appending(path: "count.sh").path
        try """
        trap 'echo interrupted >> \(file)' INT
        echo ready >> \(file)
        i=0; while [ $i -lt 30 ]; do sleep 0.1; i=$((i + 1)); done
        """.write(toFile: script, atomically: true, encoding: .utf8)
        let result = try Tool.shell(
            "(until [ -s \(file) ]; do sleep 0.1; done; sleep 0.3; printf '\\003'; sleep 2) | script -qec 'octolog capture -- bash \(script)' /dev/null"
        )
        #expect(result.code == 130, "\(result.out)")
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "ready\ninterrupted\n")
    }

    @Test("a reader that goes away ends the command, be it quiet or not, and octolog quietly")
    func closedPipe() throws {
        let folder = try TemporaryFolder()
        defer { _ = folder.url }
        let file = folder.url.appending(path: "pid").path
        for rest in [
            "exec sleep 60", "while :; do cat \(Self.log); done",
            "trap '' TERM PIPE; while :; do cat \(Self.log); done",
        ] {
            let result = try Tool.shell(
                "octolog capture -- bash -c 'echo $$ > \(file); cat \(Self.log); \(rest)' | head -n 1; echo ${PIPESTATUS[0]}"
            )
            let lines = result.out.split(separator: "\n")
            #expect(lines.count == 2 && lines.last == "0" && result.err.isEmpty, "\(result.err)")
            #expect(isGone(try number(in: file)), "\(rest)")
        }
    }

    @Test("octolog leaves no command behind when it ends by an error") func error() throws {
        let folder = try TemporaryFolder()
        defer { _ = folder.url }
        let mark = folder.url.path
        let result = try Tool.shell(
            "octolog capture -- bash -c ': \(mark); cat \(Self.log); sleep 60; :' > /dev/full")
        #expect(result.code == 74 && result.err == "octolog: can't write to stdout: No space left on device\n")
        // It may have ended before the command said anything.
        let left = try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { process in
            let words = try? FileHandle(forReadingAtPath: "/proc/\(process)/cmdline")?.readToEnd()
            return words.flatMap { String(decoding: $0, as: UTF8.self).contains(mark) } ?? false
        }
        #expect(left.isEmpty)
    }
}
