import Foundation
import Testing

@Suite struct AnalyzeTests {
    private let log = Tool.fixture("server-2018.3.13-first-start/input.log")

    @Test("a pipe and a file give the same events, but for the input's name") func pipeAndFile() throws {
        let file = try Tool.run(["--container", "web", log])
        let pipe = try Tool.shell("cat \(log) | octolog --container web")
        #expect(file.code == 0 && pipe.code == 0)
        func strip(_ result: Tool.Result) -> [String] {
            result.events.filter { ($0["source"] as? String) != "urn:octolog:run" }.map {
                "\($0["type"] ?? "") \($0["sequence"] ?? "") \($0["time"] ?? "")"
            }
        }
        #expect(strip(file) == strip(pipe) && file.events.count == pipe.events.count)
    }

    @Test("events come while the input is still open") func live() throws {
        let (process, input, output) = try Tool.start()
        let lines = "VERBOSE: [2018-07-02T09:15:01] Display master key ...\n"
        try input.write(contentsOf: Data(lines.utf8))
        var seen = ""
        while !seen.contains("phase.entered") {
            let data = output.availableData
            if data.isEmpty { break }
            seen += String(decoding: data, as: UTF8.self)
        }
        #expect(seen.contains("octolog.phase.entered.v1"))
        #expect(process.isRunning)
        try input.close()
        _ = output.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }

    @Test("SIGINT and SIGTERM end the reading: what is open is told, and the exit code names the signal")
    func signals() throws {
        for (signal, code) in [(SIGINT, Int32(130)), (SIGTERM, 143)] {
            let (process, input, output) = try Tool.start()
            try input.write(
                contentsOf: Data(
                    "VERBOSE: [2018-07-02T09:15:01] Configuring Octopus Deploy\nVERBOSE: [2018-07-02T09:15:01] Creating Octopus Deploy database ...\n"
                        .utf8))
            var seen = ""
            while !seen.contains("phase.entered") {
                seen += String(decoding: output.availableData, as: UTF8.self)
            }
            kill(process.processIdentifier, signal)
            seen += String(decoding: output.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
            #expect(seen.contains("octolog.startup.unfinished.v1") && seen.contains("octolog.run.finished.v1"))
            #expect(process.terminationStatus == code)
        }
    }

    @Test("a reader that goes away ends octolog quietly") func closedPipe() throws {
        let result = try Tool.shell(
            "for i in $(seq 400); do cat \(log); done > /tmp/octolog-big-$$.log; octolog /tmp/octolog-big-$$.log | head -1; echo ${PIPESTATUS[0]}; rm /tmp/octolog-big-$$.log"
        )
        let lines = result.out.split(separator: "\n")
        #expect(lines.count == 2 && lines.last == "0" && result.err.isEmpty, "\(result.err)")
    }

    @Test("a full disk is an error") func fullDisk() throws {
        let result = try Tool.shell("octolog \(log) > /dev/full")
        #expect(result.code == 74 && result.err.contains("No space left on device"))
    }

    @Test("nothing, and nothing of ours: exit code 4 and one sentence") func nothing() throws {
        let nothing = try Tool.shell("octolog < /dev/null")
        #expect(nothing.code == 4 && nothing.err == "octolog: the input is empty\n")
        #expect(nothing.types == ["octolog.run.started.v1", "octolog.run.finished.v1"])
        let binary = try Tool.run(["/bin/bash"])
        #expect(binary.code == 4 && binary.err.split(separator: "\n").count == 1)
        #expect(binary.err.contains("was printed by an Octopus Deploy container"))
    }

    @Test("a file that is not there: exit code 66, and the others are read") func missingFile() throws {
        let result = try Tool.run(["no-such.log", log])
        #expect(result.code == 66 && result.err == "octolog: no such file: no-such.log\n")
        #expect(result.types.contains("octolog.startup.succeeded.v1"))
        #expect(try Tool.run(["key", "no-such.log"]).code == 66)
    }

    @Test("a folder is read file by file, a glob too; an empty folder is no input") func folders() throws {
        let folder = Tool.fixture("tentacle-3.22-two-containers-one-name")
        let result = try Tool.run(["registrations", "--json", folder])
        #expect(result.code == 0 && result.out.contains("same-name"))
        #expect(try Tool.run(["registrations", "--json", "\(folder)/*.log"]).out.contains("same-name"))
        let empty = try TemporaryFolder()
        let nothing = try Tool.run([empty.url.path])
        #expect(nothing.code == 66 && nothing.err.contains("holds no files"))
    }

    @Test("--fail-on makes findings and failed startups exit codes") func failOn() throws {
        let failed = Tool.fixture("server-2018.3.13-sql-login-failed/input.log")
        #expect(try Tool.run([failed]).code == 0)
        #expect(try Tool.run(["--fail-on", "startup", failed]).code == 2)
        #expect(try Tool.run(["--fail-on", "high", failed]).code == 1)
        #expect(try Tool.run(["--fail-on", "critical", failed]).code == 0)
        #expect(try Tool.run(["--fail-on", "startup", log]).code == 0)
        #expect(try Tool.run(["--fail-on", "soon", log]).code == 64)
    }

    @Test("--output writes a file, and never over an input") func output() throws {
        let folder = try TemporaryFolder()
        let file = folder.url.appending(path: "events.ndjson").path
        #expect(try Tool.run(["--output", file, log]).code == 0)
        #expect(try String(contentsOfFile: file, encoding: .utf8) == Tool.run([log]).out)
        let refused = try Tool.run(["--output", file, file])
        #expect(refused.code == 64 && refused.err.contains("is also an input"))
        #expect(try Tool.run(["--output", "/no/such/folder/x", log]).code == 74)
    }

    @Test("text is for people, without control characters of the log") func text() throws {
        let result = try Tool.run(
            ["--format", "text", "--color", "never"],
            input:
                "VERBOSE: [2018-07-02T09:15:01] Configuring Octopus Deploy\nVERBOSE: [2018-07-02T09:15:01]  - local admin user 'x\u{1B}[31my\u{7}z'\nVERBOSE: [2018-07-02T09:15:01] Creating Octopus Deploy database ...\n"
        )
        #expect(result.out.contains("startup 1 began (first)") && result.out.contains("xy\\u{7}z"))
        #expect(!result.out.contains("\u{1B}") && !result.out.contains("\u{7}"))
    }

    @Test("a line of 8 MiB is read to its end, and said to be cut") func longLine() throws {
        let folder = try TemporaryFolder()
        let text = String(repeating: "x", count: 8 << 20) + " Machine registered successfully\n"
        let file = try folder.write(
            "long.log", Data((text + "VERBOSE: [2018-07-02T09:15:01] Configuring Octopus Deploy\n").utf8))
        let result = try Tool.run([file])
        #expect(result.types.contains("octolog.limit.hit.v1") && result.types.contains("octolog.startup.began.v1"))
    }

    @Test("a closed stdin is an empty input, not a wait for ever") func closedStdin() throws {
        let result = try Tool.shell("timeout 20 octolog <&-; echo $?")
        #expect(result.out.hasSuffix("4\n") && result.err.contains("the input is empty"))
    }

    @Test("an input that is redirected is not overwritten either") func redirectedOutput() throws {
        let folder = try TemporaryFolder()
        let own = try folder.write("own.log", Data("VERBOSE: Display master key ...\n".utf8))
        let result = try Tool.shell("octolog --output \(own) < \(own)")
        #expect(result.code == 64)
        #expect(try String(contentsOfFile: own, encoding: .utf8) == "VERBOSE: Display master key ...\n")
    }

    @Test("a misspelt command is not a missing file") func misspelt() throws {
        let result = try Tool.run(["keys", log])
        #expect(result.code == 64 && result.out.isEmpty && result.err.contains("Did you mean the command key?"))
    }

    @Test("an input that can't be read to its end does not lend its name to the next") func readError() throws {
        // Reading a process's memory at 0 is an I/O error, for root too.
        let result = try Tool.run(["/proc/self/mem", log])
        #expect(result.code == 74 && result.err.contains("can't read /proc/self/mem: Input/output error"))
        let sources = Set(result.events.compactMap { $0["source"] as? String })
        #expect(sources == ["urn:octolog:run", "urn:octolog:input:\(log)"])
        #expect(result.types.contains("octolog.startup.succeeded.v1"))
    }

    @Test("--throttle tells a restart loop once, how often it came again, and fails as without") func throttle() throws
    {
        let loop = "Fixtures/goldens/throttled/input.log"
        let all = try Tool.run(["--fail-on", "startup", loop])
        let some = try Tool.run(["--fail-on", "startup", "--throttle", "1/1d", loop])
        #expect(all.code == 2 && some.code == 2)
        func count(_ result: Tool.Result, _ type: String) -> Int { result.types.count { $0 == "octolog.\(type).v1" } }
        #expect(count(all, "startup.failed") == 5 && count(all, "events.suppressed") == 0)
        #expect(count(some, "startup.failed") == 1 && count(some, "events.suppressed") == 1)
        // The course of each startup is told all the same.
        #expect(count(some, "startup.began") == 5 && count(some, "phase.failed") == 5)
        let text = try Tool.run(["--throttle", "1/1d", "--format", "text", loop]).out
        #expect(text.contains("4 more events startup.failed with sql-unreachable, not told (--throttle)"))
    }

    @Test("a --throttle that is none is refused with an example", arguments: ["5", "5/", "5/10", "0/1m"])
    func throttleRefused(_ text: String) throws {
        for command in ["analyze", "correlate"] {
            let result = try Tool.run([command, "--throttle", text, log])
            #expect(result.code == 64 && result.err.contains("\(text) is no limit") && result.err.contains("5/10m"))
        }
        let partial = try Tool.run(["correlate", "--partial", "--throttle", "5/10m", log])
        #expect(partial.code == 64 && partial.err.contains("leave --throttle out"))
    }

    @Test(
        "help has two examples for every command",
        arguments: [[], ["analyze"], ["key"], ["registrations"], ["report"], ["compare"], ["rules"], ["schema"]])
    func help(_ command: [String]) throws {
        let result = try Tool.run(command + ["--help"])
        #expect(result.code == 0)
        let lines = result.out.split(separator: "\n").drop { !$0.contains("EXAMPLES") }.dropFirst()
        #expect(lines.prefix(2).allSatisfy { $0.contains("octolog") } && lines.count > 2, "\(result.out)")
    }

    @Test("rules are listed and shown, and a mistyped one is guessed") func rules() throws {
        #expect(try Tool.run(["rules", "list"]).out.contains("server.phase.master-key "))
        #expect(try Tool.run(["rules", "show", "failure.sql-login-failed"]).out.contains("remedy:"))
        let wrong = try Tool.run(["rules", "show", "failure.sql-login-faild"])
        #expect(wrong.code == 64 && wrong.err.contains("Did you mean failure.sql-login-failed?"))
    }
}
