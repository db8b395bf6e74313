import Foundation
import Testing

import Glibc

/// `octolog capture -- COMMAND...`
@Suite struct CaptureTests {
    private let log = Tool.fixture("server-2018.3.13-sql-login-failed/input.log")

    /// Writes the lines of a log by turns to stdout and to stderr, a few at a time.
    private func alternating(_ log: String) -> String {
        """
        i=0; while IFS= read -r line || [ -n "$line" ]; do \
        case $((i % 7)) in 0|1|4) printf '%s\\n' "$line" >&2 ;; *) printf '%s\\n' "$line" ;; esac; \
        i=$((i + 1)); done < \(log)
        """
    }

    /// The events of a result but for those of the run.
    private func events(_ result: Tool.Result) -> [Substring] {
        result.out.split(separator: "\n").filter { !$0.contains(#""source":"urn:octolog:run""#) }
    }

    /// What octolog makes of a log that lies in a file of this name.
    private func analyze(_ log: String, as name: String, _ options: [String] = []) throws -> Tool.Result {
        let folder = try TemporaryFolder()
        defer { _ = folder.url }
        let log = Tool.package.appending(path: log).path
        return try Tool.shell(
            "cd \(folder.url.path) && cp \(log) \(name) && octolog \(options.joined(separator: " ")) \(name)")
    }

    private func finished(_ result: Tool.Result) -> [String: Any] {
        result.events.last?["data"] as? [String: Any] ?? [:]
    }

    private func ends(_ result: Tool.Result) -> [[String: Any]] {
        finished(result)["commands"] as? [[String: Any]] ?? []
    }

    // MARK: Both streams

    @Test(
        "what comes by turns on both streams gives the events of the file",
        arguments: [
            "server-2018.3.13-sql-login-failed", "server-2018.3.13-first-start", "server-2020.6.4671-linux-first-start",
            "tentacle-3.22-two-containers-one-name", "story-a-weak-sa-password",
        ])
    func order(_ name: String) throws {
        let log = Tool.fixture("\(name)/input.log")
        let file = try analyze(log, as: "sh")
        let captured = try Tool.run(["capture", "--", "sh", "-c", alternating(log)])
        #expect(captured.code == file.code && captured.err == file.err)
        #expect(events(captured) == events(file) && events(file).count > 5)
        #expect((captured.events.first?["data"] as? [String: Any])?["inputs"] as? [String] == ["sh"])
    }

    @Test("the same options do the same") func options() throws {
        let options = ["--format", "text", "--fail-on", "startup", "--throttle", "1/1h", "--container", "web"]
        let file = try analyze(log, as: "cat", options)
        let captured = try Tool.run(["capture"] + options + ["--", "cat", log])
        #expect(file.code == 2 && captured.code == 2)
        #expect(captured.out == file.out && file.out.hasPrefix("web\n"))
    }

    @Test("the command reads octolog's stdin") func stdin() throws {
        let result = try Tool.shell("cat \(log) | octolog capture -- cat")
        #expect(events(result) == events(try analyze(log, as: "cat")))
    }

    @Test("the command has no descriptor of octolog's, no signal ignored, and its words as they are") func clean()
        throws
    {
        let folder = try TemporaryFolder()
        defer { _ = folder.url }
        let seen = folder.url.appending(path: "seen").path
        let script = try folder.write(
            "script",
            Data(
                """
                ls /proc/self/fd > \(seen)
                grep -h SigIgn /proc/self/status >> \(seen)
                printf '%s|' "$@" >> \(seen)
                """.utf8))
        let result = try Tool.run(["capture", "--", "sh", script, "--", "-x", "$HOME *", ""])
        #expect(result.code == 4)
        // ls itself opens the folder.
        let lines = try String(contentsOfFile: seen, encoding: .utf8).split(separator: "\n")
        #expect(lines.prefix(4) == ["0", "1", "2", "3"] && lines.last == "--|-x|$HOME *||")
        // Two signals above the others are the C library's own.
        let ignored = lines.dropLast().last.flatMap { UInt64($0.suffix(8), radix: 16) }
        #expect(ignored.map { $0 & 0x7FFF_FFFF } == 0)
    }

    @Test("much output, on either stream, takes little memory", arguments: ["", ">&2"])
    func memory(_ redirection: String) throws {
        let line = "2018-07-02T09:15:02 INFO  Nothing to see here" + String(repeating: ", all is well", count: 100)
        let (code, peak) = try Tool.peak([
            "capture", "--", "sh", "-c", "yes '\(line)' | head -c 300000000 \(redirection)",
        ])
        #expect(code == 4)
        #expect(Tool.fits(peak, below: 64), "\(peak) MiB")
    }

    // MARK: How it ends

    @Test("the command's exit code is told, and octolog's is its own") func exitCode() throws {
        let failed = try Tool.run(["capture", "--", "sh", "-c", "cat \(log); exit 7"])
        #expect(failed.code == 0 && failed.err == "octolog: sh ended with exit code 7\n")
        #expect(ends(failed).count == 1 && ends(failed)[0]["input"] as? String == "sh")
        #expect(ends(failed)[0]["exitCode"] as? Int == 7 && finished(failed)["exitCode"] as? Int == 0)
        #expect(try Tool.run(["capture", "-q", "--", "sh", "-c", "cat \(log); exit 7"]).err.isEmpty)
        let fine = try Tool.run(["capture", "-v", "--", "/bin/cat", log])
        #expect(fine.err.hasPrefix("octolog: cat ended with exit code 0\n") && ends(fine)[0]["exitCode"] as? Int == 0)
        let killed = try Tool.run(["capture", "--", "sh", "-c", "cat \(log); kill -9 $$"])
        #expect(killed.code == 0 && killed.err == "octolog: sh was ended by signal 9 (Killed)\n")
        #expect(ends(killed)[0]["signal"] as? Int == 9 && ends(killed)[0]["exitCode"] == nil)
        #expect(finished(try Tool.run([log]))["commands"] == nil)
    }

    @Test("a command that can't be run is no input, and one sentence says so") func notFound() throws {
        for (command, reason) in [
            ("no-such-command", "No such file or directory"), ("./no/such", "No such file or directory"),
            ("./README.md", "Permission denied"),
        ] {
            let result = try Tool.run(["capture", "--", command, "--password=N0tARealPassw0rd"])
            let name = command.split(separator: "/").last ?? ""
            #expect(result.code == 66 && result.out.isEmpty && result.err == "octolog: can't run \(name): \(reason)\n")
        }
    }

    @Test(
        "what can't be meant is refused, and says what to type",
        arguments: [
            ([], "octolog capture -- docker logs NAME"), (["--"], "octolog capture -- docker logs NAME"),
            (["docker", "logs", "web"], "octolog capture -- docker logs NAME"),
            (["--docker", "web", "--", "cat"], "leave it out"),
            (["--docker", "", "x"], "name or the id of a container"), (["-F", "--", "cat"], "docker logs -f NAME"),
            (["--docker", "a", "b", "--container", "c"], "--container can't name several containers"),
        ])
    func usage(_ arguments: [String], _ hint: String) throws {
        let result = try Tool.run(["capture"] + arguments)
        #expect(result.code == 64 && result.out.isEmpty && result.err.contains(hint), "\(result.err)")
    }

    @Test("what the command leaves behind is not waited for") func grandchild() throws {
        let start = Date()
        let folder = try TemporaryFolder()
        defer { _ = folder.url }
        let file = folder.url.appending(path: "left").path
        let result = try Tool.run(["capture", "--", "sh", "-c", "cat \(log); sleep 60 & echo $! > \(file)"])
        #expect(result.code == 0 && Date().timeIntervalSince(start) < 20)
        #expect(result.types.contains("octolog.startup.failed.v1"))
        let left = try Int32(String(contentsOfFile: file, encoding: .utf8).dropLast()) ?? 0
        #expect(left > 0 && kill(left, SIGKILL) == 0)
    }

    @Test("what comes soon after the command has ended is read") func late() throws {
        let result = try Tool.run(["capture", "--", "sh", "-c", "(sleep 0.2; cat \(log)) &"])
        #expect(result.code == 0 && result.types.contains("octolog.startup.failed.v1"))
    }

    // MARK: Secrets

    @Test("nothing of the command's words is told, and no secret that it prints") func secrets() throws {
        let secret = "Cl3arN0tReal"
        for format in ["events", "text", "otlp", "ecs", "clef", "sarif"] {
            let result = try Tool.run([
                "capture", "-v", "--format", format, "--", "sh", "-c", "cat \(log) >&2; exit 3", "an-own-word", "-e",
                "password=\(secret)",
            ])
            for text in [secret, "N0tARealPassw0rd", "an-own-word", "exit 3"] {
                #expect(!result.out.contains(text) && !result.err.contains(text), "\(format): \(text)")
            }
        }
    }

    @Test("a word that looks like a password's assignment is not said, and what can't be run is said with its reason")
    func notRun() throws {
        let assigned = try Tool.run(["capture", "--", "PASSWORD=hunter2secret", "docker", "logs", "x"])
        #expect(
            assigned.code == 64 && !assigned.err.contains("hunter2") && assigned.err.contains("-- env PASSWORD=..."))
        #expect(try Tool.run(["capture", "--", "/tmp"]).err == "octolog: can't run tmp: Is a directory\n")
        #expect(try Tool.run(["capture", "--", ""]).code == 64)
    }

    @Test("more containers than there are descriptors for are refused before any is read") func descriptors() throws {
        let result = try Tool.shell("ulimit -n 64; octolog capture --docker a b c d e f g h i j k")
        #expect(
            result.code == 64 && result.err.contains("--docker takes 6 containers at most, by ulimit -n"),
            "\(result.err)")
    }
}
