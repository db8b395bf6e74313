import Foundation
import Testing

import Glibc

/// `octolog capture --docker`, with a docker that is a script. Tests/integrations/test_capture.py has a real engine.
@Suite struct CaptureDockerTests {
    private static let log = Tool.package.appending(path: Tool.fixture("server-2018.3.13-sql-login-failed/input.log"))
        .path
    private static let others = Tool.package.appending(path: Tool.fixture("tentacle-3.22-two-containers-one-name")).path

    /// A folder with a docker in it that writes what a script for each name says.
    private func docker(_ containers: [String: String]) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let cases = containers.map { "\($0)) \($1) ;;" }.joined(separator: "\n")
        // As docker logs --timestamps does it: a time, and stderr's lines on stderr.
        try """
        #!/bin/bash
        plain() { i=0; while IFS= read -r line; do
          printf "%s:%02d:%02d.000000000Z %s\\n" $2 $(($3 + i / 60)) $((i % 60)) "$line" >&$((i % 2 + 1))
          i=$((i + 1)); done < "$1"; }
        [ "$1 $2" = "logs --timestamps" ] || { echo "unknown flag: $1 $2" >&2; exit 125; }
        shift 2; follow=no; if [ "$1" = --follow ]; then follow=yes; shift; fi
        if read -r line; then echo "stdin is not empty" >&2; exit 1; fi
        case "$1" in
        \(cases)
        *) echo "Error response from daemon: No such container: $1" >&2; exit 1 ;;
        esac
        """.write(to: folder.url.appending(path: "docker"), atomically: true, encoding: .utf8)
        chmod(folder.url.appending(path: "docker").path, 0o755)
        return folder
    }

    private func run(_ containers: [String: String], _ arguments: String, input: Data? = nil) throws -> Tool.Result {
        let folder = try docker(containers)
        defer { _ = folder.url }
        return try Tool.shell("PATH=\(folder.url.path):$PATH octolog capture \(arguments)", input: input)
    }

    private func containers(_ result: Tool.Result) -> Set<String> {
        Set(result.events.compactMap { ($0["data"] as? [String: Any])?["container"] as? String })
    }

    @Test("a container's log has its name") func named() throws {
        let result = try run(
            ["web": "plain \(Self.log) 2018-07-04T15 22"], "--docker web", input: Data("no log\n".utf8))
        #expect(result.code == 0 && result.err.isEmpty, "\(result.err)")
        #expect(result.types.contains("octolog.startup.failed.v1") && containers(result) == ["web"])
        #expect((result.events[0]["data"] as? [String: Any])?["inputs"] as? [String] == ["docker:web"])
        #expect(result.events[1]["source"] as? String == "urn:octolog:container:web")
        #expect(result.out.contains(#""evidence":[{"input":"docker:web","line":"#))
        #expect(result.out.contains(#""commands":[{"input":"docker:web","exitCode":0}]"#))
        // Another name for a single one.
        #expect(
            containers(try run(["web": "plain \(Self.log) 2018-07-04T15 22"], "--container shop --docker web")) == [
                "shop"
            ])
    }

    @Test("several containers are logs of their own, in order of time, and each is read once") func several() throws {
        let scripts = [
            "late": "plain \(Self.others)/second.log 2018-08-08T09 26",
            "early": "plain \(Self.others)/input.log 2018-08-08T09 0",
        ]
        let result = try run(scripts, "--docker late early late --fail-on high")
        #expect(containers(result) == ["late", "early"] && result.err.isEmpty, "\(result.err)")
        #expect(result.types.contains("octolog.registration.duplicate.v1"))
        let times = result.events.compactMap { $0["time"] as? String }
        #expect(times == times.sorted() && Set(times).count > 5)
        #expect(
            (result.events[0]["data"] as? [String: Any])?["inputs"] as? [String] == ["docker:late", "docker:early"])
    }

    @Test("a container that is not there is no input, and docker's own words say why") func missing() throws {
        let result = try run(["web": "plain \(Self.log) 2018-07-04T15 22"], "--docker web nobody")
        #expect(result.code == 66 && result.types.contains("octolog.startup.failed.v1"))
        #expect(
            result.err
                == "octolog: docker logs nobody ended with exit code 1: Error response from daemon: No such container: nobody\n"
        )
        #expect(result.out.contains(#"{"input":"docker:nobody","exitCode":1}"#))
    }

    @Test("docker's words are told without a secret") func masked() throws {
        let script =
            "echo 'context deadline exceeded'; echo 'can not reach Server=db;User ID=sa;Password=N0tARealPassw0rd;' >&2; exit 1"
        let result = try run(["web": script], "--docker web")
        #expect(
            result.code == 66 && result.err.contains("can not reach Server=db") && result.err.contains("[password]"))
        #expect(!(result.err + result.out).contains("N0tARealPassw0rd"))
    }

    @Test("a log that breaks off is incomplete") func incomplete() throws {
        let result = try run(
            ["web": "plain \(Self.log) 2018-07-04T15 22; echo 'error from daemon in stream: EOF' >&2; exit 1"],
            "--docker web")
        #expect(result.code == 3 && result.types.contains("octolog.startup.failed.v1"))
        #expect(result.err == "octolog: docker logs web ended with exit code 1: what comes after that is missing\n")
    }

    @Test("there is no docker") func noDocker() throws {
        let folder = try TemporaryFolder()
        defer { _ = folder.url }
        let result = try Tool.shell("octolog=$(type -P octolog); PATH=\(folder.url.path) $octolog capture --docker web")
        #expect(result.code == 66 && result.out.isEmpty)
        #expect(result.err == "octolog: can't run docker: No such file or directory\n")
    }

    @Test("with --follow a quiet container holds back nothing of the others") func follow() throws {
        let folder = try docker([
            "quiet": "exec sleep 60", "web": "plain \(Self.log) 2018-07-04T15 22; exec sleep 60",
            "chatty": "while :; do echo 2018-07-02T09:00:00.000000000Z nothing; sleep 0.05; done",
        ])
        defer { _ = folder.url }
        let process = Process()
        process.executableURL = Tool.binary
        process.arguments = ["capture", "--follow", "--docker", "quiet", "web", "chatty"]
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        process.environment = ProcessInfo.processInfo.environment.merging(["PATH": "\(folder.url.path):\(path)"]) { $1 }
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        let start = Date()
        try process.run()
        var seen = ""
        while !seen.contains("octolog.secret.exposed.v1") {
            let data = pipe.fileHandleForReading.availableData
            if data.isEmpty { break }
            seen += String(decoding: data, as: UTF8.self)
        }
        #expect(process.isRunning && Date().timeIntervalSince(start) < 20)
        kill(process.processIdentifier, SIGTERM)
        seen += String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 143 && seen.contains("octolog.run.finished.v1"))
        #expect(seen.contains(#""commands":[{"input":"docker:quiet","signal":15},{"input":"docker:web","signal":15}"#))
    }
}
