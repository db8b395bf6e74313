import Foundation
import Testing

import Glibc

/// `--metrics-file`: what others read while octolog runs.
@Suite struct MetricsTests {
    private static let log = Tool.fixture("server-2018.3.13-failed-then-ok/input.log")
    private static let failing = """
        VERBOSE: [2018-07-02T09:15:01] Configuring Octopus Deploy
        VERBOSE: [2018-07-02T09:15:01] Creating Octopus Deploy database ...

        """

    private func text(_ file: String) -> String { (try? String(contentsOfFile: file, encoding: .utf8)) ?? "" }

    /// The value of a series, the label `run` left out.
    private func value(_ series: String, in file: String) -> Double? {
        let lines = text(file).split(separator: "\n").map { $0.replacing(#/\{run="[^"]*",?/#, with: "{") }
        return lines.first { $0.hasPrefix("\(series) ") }.flatMap { Double($0.dropFirst(series.count + 1)) }
    }

    /// Waits until something holds.
    ///
    /// - Returns: how long that took, in seconds; nil if it did not come to that.
    private func wait(seconds: Double = 10, until holds: () -> Bool) -> Double? {
        let start = ContinuousClock.now
        while !holds() {
            guard start.duration(to: .now) < .seconds(seconds) else { return nil }
            usleep(5000)
        }
        return start.duration(to: .now) / .seconds(1)
    }

    @Test("a run leaves its metrics in a file that all may read, and events as without") func file() throws {
        let folder = try TemporaryFolder()
        let file = folder.url.appending(path: "octolog_web.prom").path
        let plain = try Tool.run(["--container", "web", Self.log])
        let result = try Tool.shell("umask 077; octolog --metrics-file \(file) --container web \(Self.log)")
        #expect(result.code == 0 && result.err.isEmpty && result.data == plain.data, "\(result.err)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["octolog_web.prom"])
        let rights = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
        #expect(rights == 0o644)
        #expect(text(file).contains("octolog_lines_total{run=\"octolog_web\"} "))
        #expect(value("octolog_startups_total{container=\"web\",product=\"server\",outcome=\"failed\"}", in: file) == 1)
        #expect(value("octolog_master_keys_shown_total{container=\"web\",trusted=\"true\"}", in: file) == 1)
        let finished = try #require(result.events.last?["data"] as? [String: Any])
        #expect(value("octolog_lines_total{}", in: file) == finished["lines"] as? Double)
        #expect(value("octolog_bytes_read_total{}", in: file) == finished["bytes"] as? Double)
        #expect(value("octolog_startup_lines_total{}", in: file) == finished["startupLines"] as? Double)
        let counts = try #require(finished["events"] as? [[String: Any]])
        for count in counts {
            let name = try #require(count["name"] as? String)
            #expect(value("octolog_events_total{type=\"\(name)\"}", in: file) == count["count"] as? Double)
        }
        // The same again is the same file.
        let first = text(file)
        _ = try Tool.run(["--metrics-file", file, "--container", "web", Self.log])
        #expect(text(file) == first)
    }

    @Test("correlate counts what many hosts' events say together") func correlate() throws {
        let folder = try TemporaryFolder()
        let events = try folder.write("events", try EventLines.made.get().parts.reduce(Data(), +))
        let file = folder.url.appending(path: "octolog_fleet.prom").path
        let result = try Tool.run(["correlate", "--metrics-file", file, events])
        #expect(result.code == 0, "\(result.err)")
        for (name, members) in Dictionary(grouping: Duplicate.all(in: result.data), by: \.class) {
            #expect(value("octolog_duplicate_registrations{class=\"\(name)\"}", in: file) == Double(members.count))
        }
        #expect(value("octolog_lines_total{}", in: file) ?? 0 > 0)
        #expect(try Tool.run(["correlate", "--partial", "--metrics-file", file, events]).code == 64)
    }

    @Test("what --throttle holds back counts all the same, and how much that was is told") func throttled() throws {
        let folder = try TemporaryFolder()
        let file = folder.url.appending(path: "m.prom").path
        let log = Tool.fixture("story-e-octopus-eula/input.log")
        func failures() -> Double? {
            value("octolog_startups_total{container=\"octopus-1\",product=\"unknown\",outcome=\"failed\"}", in: file)
        }
        _ = try Tool.run(["--metrics-file", file, log])
        #expect(failures() == 3)
        #expect(value("octolog_events_suppressed_total{}", in: file) == 0)
        let result = try Tool.run(["--metrics-file", file, "--throttle", "1/1d", log])
        #expect(failures() == 3)
        let told = result.types.filter { $0 == "octolog.startup.failed.v1" }.count
        #expect(value("octolog_events_total{type=\"octolog.startup.failed.v1\"}", in: file) == Double(told))
        #expect(told == 1)
        #expect(value("octolog_events_suppressed_total{}", in: file) == 2)
    }

    // MARK: While it runs

    @Test("the last change is there within a second, however long the input is quiet then") func quiet() throws {
        let folder = try TemporaryFolder()
        let file = folder.url.appending(path: "m.prom").path
        let (process, input, output) = try Tool.start(["--metrics-file", file, "--container", "web"])
        defer { process.terminate() }
        let reader = Thread { while !output.availableData.isEmpty {} }
        reader.start()
        let labels = "container=\"web\",product=\"server\""
        try input.write(contentsOf: Data(Self.failing.utf8))
        let first = wait { value("octolog_startup_in_progress{\(labels),phase=\"database\"}", in: file) == 1 }
        #expect(first.map { $0 < 3 } == true, "\(first ?? -1)")
        #expect(value("octolog_lines_total{}", in: file) == 2)
        // One change that comes right behind another.
        try input.write(
            contentsOf: Data("VERBOSE: [2018-07-02T09:15:02] Configuring Octopus Deploy instance ...\n".utf8))
        usleep(20_000)
        try input.write(contentsOf: Data("VERBOSE: [2018-07-02T09:15:03] Creating Admin User ...\n".utf8))
        let last = wait { value("octolog_lines_total{}", in: file) == 4 }
        #expect(last.map { $0 < 3 } == true, "\(last ?? -1)")
        #expect(process.isRunning)
        try input.close()
        process.waitUntilExit()
        #expect(value("octolog_startups_total{\(labels),outcome=\"unfinished\"}", in: file) == 1)
        // Nothing says that it was given up: whoever waits for it is told that it is stuck.
        #expect(value("octolog_startup_in_progress{\(labels),phase=\"configure\"}", in: file) == 1)
    }

    @Test("of several inputs that are open each tells how far it was read") func severalInputs() throws {
        let folder = try TemporaryFolder()
        let file = folder.url.appending(path: "m.prom").path
        let pipe = folder.url.appending(path: "pipe").path
        #expect(mkfifo(pipe, 0o600) == 0)
        // Nothing of it is an event, and it ends in no event.
        let steady = try folder.write("steady.log", Data(String(repeating: "nothing\n", count: 1000).utf8))
        let (process, _, output) = try Tool.start(["-q", "--metrics-file", file, steady, pipe])
        defer { process.terminate() }
        let reader = Thread { while !output.availableData.isEmpty {} }
        reader.start()
        let writer = try #require(FileHandle(forWritingAtPath: pipe))
        try writer.write(contentsOf: Data("nothing\nnothing\n".utf8))
        #expect(wait { value("octolog_lines_total{}", in: file) == 1002 } != nil)
        try writer.close()
        process.waitUntilExit()
    }

    @Test("a run leaves the file of the last one until it has caught up: a log that is read again is not begun anew")
    func begin() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("m.prom", Data("# of the last run\n".utf8))
        let (process, input, _) = try Tool.start(["--metrics-file", file])
        defer { process.terminate() }
        // More comes all the time, for longer than a second.
        for _ in 0..<8 {
            try input.write(contentsOf: Data("nothing\n".utf8))
            usleep(250_000)
            #expect(text(file) == "# of the last run\n")
        }
        #expect(wait { value("octolog_lines_total{}", in: file) == 8 } != nil)
        // From now on it may come as it likes.
        let ending = Thread {
            for _ in 0..<40 {
                try? input.write(contentsOf: Data("nothing\n".utf8))
                usleep(100_000)
            }
        }
        ending.start()
        #expect(wait { value("octolog_lines_total{}", in: file).map { $0 > 8 && $0 < 40 } == true } != nil)
        #expect(wait { value("octolog_lines_total{}", in: file) == 48 } != nil)
        try input.close()
        process.waitUntilExit()
    }

    @Test("SIGTERM and SIGINT leave the metrics of what was read") func signals() throws {
        for (signal, code) in [(SIGINT, Int32(130)), (SIGTERM, 143)] {
            let folder = try TemporaryFolder()
            let file = folder.url.appending(path: "m.prom").path
            let (process, input, output) = try Tool.start(["--metrics-file", file, "--container", "web"])
            try input.write(contentsOf: Data(Self.failing.utf8))
            var seen = ""
            while !seen.contains("\"phase\":\"database\"") {
                seen += String(decoding: output.availableData, as: UTF8.self)
            }
            kill(process.processIdentifier, signal)
            _ = output.readDataToEndOfFile()
            process.waitUntilExit()
            #expect(process.terminationStatus == code)
            #expect(value("octolog_lines_total{}", in: file) == 2)
            #expect(
                value("octolog_startups_total{container=\"web\",product=\"server\",outcome=\"unfinished\"}", in: file)
                    == 1)
        }
    }

    @Test("whoever reads the file at any time sees a whole one") func whole() throws {
        let folder = try TemporaryFolder()
        let file = folder.url.appending(path: "m.prom").path
        let done = Flag()
        let reader = Thread {
            while !done.isSet {
                guard let data = FileManager.default.contents(atPath: file), !data.isEmpty else { continue }
                let text = String(decoding: data, as: UTF8.self)
                done.note(text.hasPrefix("# HELP octolog_build_info") && text.hasSuffix(" 1\n"))
            }
            done.end()
        }
        reader.start()
        // Each of a thousand containers has its series, so that a file is long; the last of them says that one stopped.
        let log = (0..<900).map { number in
            "c\(number)-1  | 2018-07-02 09:15:01.0000      1  INFO  x\n"
                + "c\(number)-1  | VERBOSE: [2018-07-02T09:15:01] Configuring Octopus Deploy\nc\(number)-1 exited with code 1\n"
        }.joined()
        let input = try folder.write("in.log", Data(log.utf8))
        for _ in 0..<4 { _ = try Tool.run(["-q", "--metrics-file", file, "--framing", "compose", input]) }
        done.set()
        #expect(wait { done.hasEnded } != nil)
        #expect(done.reads > 4 && done.broken == 0, "\(done.broken) of \(done.reads)")
        #expect(text(file).utf8.count > 100_000)
    }

    /// What two threads tell one another.
    private final class Flag: @unchecked Sendable {
        private let lock = NSLock()
        private var values = (isSet: false, hasEnded: false, reads: 0, broken: 0)
        var isSet: Bool { lock.withLock { values.isSet } }
        var hasEnded: Bool { lock.withLock { values.hasEnded } }
        var reads: Int { lock.withLock { values.reads } }
        var broken: Int { lock.withLock { values.broken } }
        func set() { lock.withLock { values.isSet = true } }
        func end() { lock.withLock { values.hasEnded = true } }
        func note(_ isWhole: Bool) {
            lock.withLock {
                values.reads += 1
                if !isWhole { values.broken += 1 }
            }
        }
    }

    // MARK: What can't be

    @Test("a folder that is not there is said before anything is read") func unwritable() throws {
        let folder = try TemporaryFolder()
        for path in ["\(folder.url.path)/none/m.prom", folder.url.path, "/dev/null/m.prom", "/dev/null"] {
            for command in [["analyze"], ["correlate"]] {
                let result = try Tool.run(command + ["--metrics-file", path, Self.log])
                #expect(result.code == 74 && result.data.isEmpty && result.err.contains(path), "\(result.err)")
            }
        }
    }

    @Test("a folder that goes away while it runs is said once; events come all the same") func goesAway() throws {
        let folder = try TemporaryFolder()
        let result = try Tool.shell(
            """
            mkdir \(folder.url.path)/m; (sleep 3; rm -r \(folder.url.path)/m; cat \(Self.log); sleep 3.5; \
            cat \(Self.log)) | octolog --metrics-file \(folder.url.path)/m/m.prom
            """)
        #expect(result.code == 74)
        #expect(result.err.split(separator: "\n").count == 1 && result.err.contains("/m/m.prom"), "\(result.err)")
        #expect(result.types.filter { $0 == "octolog.startup.succeeded.v1" }.count == 2)
        #expect((result.events.last?["data"] as? [String: Any])?["exitCode"] as? Int == 74)
    }

    @Test("metrics never overwrite what is read or written besides", arguments: ["--output", "--state", "input"])
    func sameFile(_ option: String) throws {
        let folder = try TemporaryFolder()
        let input = try folder.write("in.log", Data(Self.failing.utf8))
        let other = option == "input" ? input : folder.url.appending(path: "other").path
        let spelled = other.replacing(folder.url.path, with: "\(folder.url.path)/.")
        let arguments = ["--metrics-file", spelled, input] + (option == "input" ? [] : [option, other])
        #expect(try Tool.run(arguments).code == 64)
        #expect(try Data(contentsOf: URL(filePath: input)) == Data(Self.failing.utf8))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["in.log"])
        #expect(try Tool.run(["--metrics-file", "-", input]).code == 64)
    }
}
