import Fleet
import Foundation
import Testing

import Glibc

/// `--state`: registrations that are known from one run to the next.
@Suite struct StateTests {
    private static let today = Tool.fixture("tentacle-3.22-two-containers-one-name/input.log")
    private static let tomorrow = Tool.fixture("tentacle-3.22-two-containers-one-name/second.log")
    private static let header = #"{"octolog":"state","version":2}"#

    private func lines(_ file: String) throws -> [Substring] {
        try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// Whether a file is a state, whole.
    private func isState(_ data: Data) -> Bool {
        guard data.last == 0x0A else { return false }
        let lines = data.dropLast().split(separator: 0x0A, omittingEmptySubsequences: false)
        return lines.first.map { String(decoding: $0, as: UTF8.self) } == Self.header
            && lines.dropFirst().allSatisfy { line in
                let event = (try? JSONSerialization.jsonObject(with: line)) as? [String: Any]
                if let kind = event?["octolog"] as? String { return ["log", "told"].contains(kind) }
                return event?["specversion"] as? String == "1.0"
                    && (event?["type"] as? String)?.hasPrefix("octolog.") == true
            }
    }

    /// What a state knows of registrations, and that it is a state.
    private func registrations(in state: Data) -> Data {
        let lines = state.split(separator: 0x0A).filter { line in
            !["log", "told"].contains { line.starts(with: Data(#"{"octolog":"\#($0)""#.utf8)) }
        }
        return Data(lines.map { $0 + [0x0A] }.joined())
    }

    @Test("what was registered yesterday is known today", arguments: ["analyze", "registrations"])
    func remembers(_ command: String) throws {
        let folder = try TemporaryFolder()
        let state = folder.url.appending(path: "state").path
        let first = try Tool.run([command, "--state", state, Self.today])
        #expect(first.code == 0 && first.err.isEmpty, "\(first.err)")
        #expect(isState(try Data(contentsOf: URL(filePath: state))))
        let members = [
            Fleet.Member(container: Self.today, startup: 1), Fleet.Member(container: Self.tomorrow, startup: 1),
        ]
        if command == "registrations" {
            let second = try Tool.run(["registrations", "--json", "--state", state, Self.tomorrow])
            #expect(
                second.out.contains("same-name") && members.allSatisfy { second.out.contains($0.container) },
                "\(second.out)")
        } else {
            #expect(Duplicate.all(in: first.data).isEmpty)
            let second = try Tool.run(["--state", state, Self.tomorrow])
            #expect(second.code == 0 && second.err.isEmpty, "\(second.err)")
            let told = Duplicate.last(of: Duplicate.all(in: second.data))
            #expect(told.map(\.class) == ["same-name"] && told.map(\.members) == [members])
            #expect(told.first?.current == members[1])
            // Together at once, or one after the other: the same finding.
            let once = Duplicate.last(of: Duplicate.all(in: try Tool.run([Self.today, Self.tomorrow]).data))
            #expect(once.map(\.id) == told.map(\.id))
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["state"])
    }

    /// The events of a state that tell of registrations: causes are not carried from run to run.
    private func ofRegistrations(_ partial: Data) -> Data {
        let kinds = ["registration.observed", "container.stopped", "startup.began"]
        let lines = partial.split(separator: 0x0A).filter { line in
            kinds.contains { line.range(of: Data(#""type":"octolog.\#($0).v1""#.utf8)) != nil }
        }
        return Data(lines.map { $0 + [0x0A] }.joined())
    }

    @Test("a state is what correlate --partial knows of registrations, behind a line that says so")
    func content() throws {
        let folder = try FleetFolder(Fleet(containers: 80, seed: 8))
        let once = try folder.shell("octolog -q --state S logs > events; octolog correlate --partial events > P")
        #expect(once.code == 0 && once.err.isEmpty, "\(once.err)")
        let state = try folder.data("S")
        #expect(isState(state))
        #expect(registrations(in: state) == Data("\(Self.header)\n".utf8) + ofRegistrations(try folder.data("P")))
        let text = String(decoding: state, as: UTF8.self)
        for secret in folder.fleet.secrets { #expect(!text.contains(secret.suffix(14).prefix(8))) }
        // A state is also what correlate reads.
        let found = try folder.shell("octolog correlate S")
        let planted = Set(folder.fleet.groups.map { Finding($0) })
        #expect(Set(Duplicate.all(in: found.data).map { Finding($0) }) == planted)
    }

    @Test("logs that are read day by day, in any order, come to one state and to the findings of one run")
    func dayByDay() throws {
        let folder = try FleetFolder(Fleet(containers: 80, seed: 8))
        let once = try folder.shell("octolog -q --state S logs")
        #expect(once.code == 0 && once.err.isEmpty, "\(once.err)")
        var random = SplitMix64(seed: 8)
        try folder.write("list", folder.fleet.logs.map(\.path).shuffled(using: &random))
        let each = try folder.shell("xargs -n 7 octolog -q --state T < list")
        #expect(each.code == 0 && each.err.isEmpty, "\(each.err)")
        #expect(try registrations(in: folder.data("T")) == registrations(in: folder.data("S")))
        let planted = Set(folder.fleet.groups.map { Finding($0) })
        let told = Set(Duplicate.last(of: Duplicate.all(in: each.data)).map { Finding($0) })
        for finding in planted.subtracting(told).sorted() { Issue.record("missed: \(finding)") }
        for finding in told.subtracting(planted).sorted() { Issue.record("not planted: \(finding)") }
    }

    @Test("the same log again tells nothing new") func again() throws {
        let folder = try FleetFolder(Fleet(containers: 80, seed: 9))
        let first = try folder.shell("octolog -q --state S logs")
        let state = try folder.data("S")
        let second = try folder.shell("octolog -q --state S logs")
        #expect(try second.code == 0 && folder.data("S") == state)
        func ids(_ result: Tool.Result) -> Set<String> { Set(result.events.compactMap { $0["id"] as? String }) }
        #expect(ids(second).subtracting(ids(first)).isEmpty)
        #expect(!Duplicate.all(in: first.data).isEmpty)
    }

    @Test("a log, the output or what is no file is never taken for a state") func notAState() throws {
        let folder = try TemporaryFolder()
        let log = try folder.write("a.log", Data("Configuring Octopus Deploy Tentacle\n".utf8))
        let before = try Data(contentsOf: URL(filePath: log))
        for arguments in [
            ["--state", log, "--state-reset", log], ["--state", "\(log).out", "--output", "\(log).out", log],
        ] {
            #expect(try Tool.run(arguments).code == 64)
        }
        #expect(try Data(contentsOf: URL(filePath: log)) == before)
        #expect(try Tool.run(["--state", "/dev/null", "--state-reset", log]).code == 3)
        // That it can't be written is said before anything is read.
        let result = try Tool.run(["--state", "\(folder.url.path)/none/state", log])
        #expect(result.code == 3 && result.data.isEmpty && result.err.contains("/none/state"))
    }

    // MARK: States that don't fit

    private static let misfits: [(String, String)] = [
        ("garbage", "hello\nworld\n"), ("a later version", "{\"octolog\":\"state\",\"version\":3}\n"),
        ("another program's JSON", "{\"version\":1}\n"), ("nothing", ""), ("a newline", "\n"),
        ("half a header", "{\"octolog\":\"sta"), ("bytes", "\u{0}\u{1}\u{2}\u{7F}"),
        (
            "no header",
            "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"x\",\"type\":\"octolog.registration.observed.v1\",\"data\":{}}\n"
        ),
        ("a line that is none", header + "\nhello\n"),
        ("a log without files", header + "\n{\"octolog\":\"log\",\"key\":\"/x\",\"name\":\"x\",\"files\":[{}]}\n"),
        ("an id that is none", header + "\n{\"octolog\":\"told\",\"ids\":[\"0123\"]}\n"),
        ("a header within", header + "\n" + header + "\n"),
        ("another event", header + "\n{\"specversion\":\"1.0\",\"type\":\"com.example\"}\n"),
    ]

    @Test("a state that doesn't fit is left as it is, and said", arguments: misfits)
    func misfit(_ name: String, _ text: String) throws {
        let folder = try TemporaryFolder()
        let state = try folder.write("state", Data(text.utf8))
        for command in [["analyze"], ["registrations"]] {
            let result = try Tool.run(command + ["--state", state, Self.today])
            #expect(result.code == 3, "\(name): \(result.code)")
            #expect(result.err.contains(state) && result.err.contains("--state-reset"), "\(name): \(result.err)")
            #expect(!result.err.contains("hello\nworld"))
            #expect(try Data(contentsOf: URL(filePath: state)) == Data(text.utf8), "\(name)")
        }
        let reset = try Tool.run(["--state", state, "--state-reset", Self.today])
        #expect(reset.code == 0 && reset.err.isEmpty, "\(name): \(reset.code) \(reset.err)")
        #expect(isState(try Data(contentsOf: URL(filePath: state))), "\(name)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["state"])
    }

    @Test("a state that was cut in mid-line doesn't fit") func cut() throws {
        let folder = try TemporaryFolder()
        let state = folder.url.appending(path: "state").path
        #expect(try Tool.run(["--state", state, Self.today, Self.tomorrow]).code == 0)
        let whole = try Data(contentsOf: URL(filePath: state))
        for length in [5, Self.header.utf8.count + 40, whole.count / 2, whole.count - 2] where whole[length - 1] != 0x0A
        {
            try whole.prefix(length).write(to: URL(filePath: state))
            let result = try Tool.run(["--state", state, Self.today])
            #expect(result.code == 3 && result.err.contains(state), "\(length): \(result.code) \(result.err)")
            #expect(try Data(contentsOf: URL(filePath: state)) == whole.prefix(length))
        }
    }

    @Test("a folder, a place that is not there, and what can't be read are no states") func places() throws {
        let folder = try TemporaryFolder()
        let directory = try Tool.run(["--state", folder.url.path, Self.today])
        #expect(
            [3, 74].contains(directory.code) && directory.err.contains(folder.url.path),
            "\(directory.code) \(directory.err)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
        let nowhere = try Tool.run(["--state", "/no/such/folder/state", Self.today])
        #expect(
            [3, 74].contains(nowhere.code) && nowhere.err.contains("/no/such/folder/state"),
            "\(nowhere.code) \(nowhere.err)")
        let broken = try Tool.run(["--state", "/proc/self/mem", Self.today])
        #expect([3, 74].contains(broken.code) && broken.err.contains("/proc/self/mem"), "\(broken.code) \(broken.err)")
        let input = try folder.write("log", Data(contentsOf: Tool.package.appending(path: Self.today)))
        let same = try Tool.run(["--state", input, input])
        #expect(same.code != 0)
        #expect(
            try Data(contentsOf: URL(filePath: input)) == Data(contentsOf: Tool.package.appending(path: Self.today)))
    }

    @Test("--state-reset forgets what was known") func reset() throws {
        let folder = try TemporaryFolder()
        let state = folder.url.appending(path: "state").path
        #expect(try Tool.run(["--state", state, Self.today]).code == 0)
        let result = try Tool.run(["--state", state, "--state-reset", Self.tomorrow])
        #expect(result.code == 0 && Duplicate.all(in: result.data).isEmpty)
        #expect(try !lines(state).contains { $0.contains("input.log") })
        #expect(try Tool.run(["--state-reset", Self.today]).code == 64)
    }

    @Test("a state can be read by its owner alone, or by whom the owner lets") func permissions() throws {
        let folder = try TemporaryFolder()
        let state = folder.url.appending(path: "state").path
        #expect(try Tool.run(["--state", state, Self.today]).code == 0)
        var status = stat()
        #expect(lstat(state, &status) == 0 && status.st_mode & 0o077 == 0)
        #expect(chmod(state, 0o640) == 0)
        #expect(try Tool.run(["--state", state, Self.tomorrow]).code == 0)
        #expect(lstat(state, &status) == 0 && status.st_mode & 0o777 == 0o640)
        #expect(try lines(state).contains { $0.contains("second.log") })
    }

    @Test("a state behind a link is written where it lies") func link() throws {
        let folder = try TemporaryFolder()
        let state = folder.url.appending(path: "state").path
        let link = folder.url.appending(path: "link").path
        #expect(try Tool.run(["--state", state, Self.today]).code == 0)
        #expect(symlink(state, link) == 0)
        #expect(try Tool.run(["--state", link, Self.tomorrow]).code == 0)
        var status = stat()
        #expect(lstat(link, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
        #expect(try lines(state).contains { $0.contains("second.log") })
    }

    // MARK: Runs that don't end by themselves

    /// Waits for something, and says how long that took; nil if it does not come.
    private func wait(atMost seconds: Double, for isTrue: () throws -> Bool) rethrows -> Double? {
        let start = Date()
        while -start.timeIntervalSinceNow < seconds {
            if try isTrue() { return -start.timeIntervalSinceNow }
            usleep(5000)
        }
        return nil
    }

    @Test("a follower that is killed has kept what it read, within a second") func killed() throws {
        let folder = try TemporaryFolder()
        let state = folder.url.appending(path: "state").path
        for (log, container) in [(Self.today, "t1"), (Self.tomorrow, "t2")] {
            let (process, input, output) = try Tool.start(["--state", state, "--container", container])
            try input.write(contentsOf: Data(contentsOf: Tool.package.appending(path: log)))
            var seen = Data()
            // docker logs -f: stdin stays open.
            while seen.range(of: Data("octolog.registration.observed.v1".utf8)) == nil {
                let part = output.availableData
                if part.isEmpty { break }
                seen += part
            }
            let taken = wait(atMost: 5) {
                ((try? String(contentsOfFile: state, encoding: .utf8)) ?? "").contains(#""container":"\#(container)""#)
            }
            #expect(process.isRunning)
            #expect(try #require(taken, "\(container) is not in the state") < 1)
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            seen += output.readDataToEndOfFile()
            #expect(isState(try Data(contentsOf: URL(filePath: state))))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["state"])
            let members = Duplicate.last(of: Duplicate.all(in: seen)).map { $0.members.map(\.container) }
            #expect(members == (container == "t1" ? [] : [["t1", "t2"]]))
        }
    }

    @Test("SIGTERM and SIGINT write the state too") func signals() throws {
        let folder = try TemporaryFolder()
        for (signal, code) in [(SIGINT, Int32(130)), (SIGTERM, 143)] {
            let state = folder.url.appending(path: "state-\(code)").path
            let (process, input, output) = try Tool.start(["--state", state])
            try input.write(contentsOf: Data(contentsOf: Tool.package.appending(path: Self.today)))
            var seen = ""
            while !seen.contains("octolog.registration.observed.v1") {
                seen += String(decoding: output.availableData, as: UTF8.self)
            }
            kill(process.processIdentifier, signal)
            _ = output.readDataToEndOfFile()
            process.waitUntilExit()
            #expect(process.terminationStatus == code)
            #expect(isState(try Data(contentsOf: URL(filePath: state))))
            #expect(try lines(state).contains { $0.contains("octolog.registration.observed.v1") })
        }
    }

    @Test("whoever looks at the state while it is written sees a whole one") func atomic() throws {
        let folder = try FleetFolder(Fleet(containers: 80, seed: 10))
        let state = folder.folder.url.appending(path: "S")
        let (process, input, output) = try Tool.start(["--state", state.path, "--container", "all"])
        Thread.detachNewThread { while !output.availableData.isEmpty {} }
        var looks = 0
        for log in folder.fleet.logs.prefix(30) {
            try input.write(contentsOf: Data(log.bytes))
            for _ in 0..<20 {
                if let data = try? Data(contentsOf: state) {
                    looks += 1
                    #expect(isState(data))
                }
                usleep(1000)
            }
        }
        try input.close()
        process.waitUntilExit()
        #expect(isState(try Data(contentsOf: state)) && looks > 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.folder.url.path).sorted() == ["S", "logs"])
    }

    @Test("two runs over one state at once leave a whole one") func atOnce() throws {
        let folder = try FleetFolder(Fleet(containers: 80, seed: 11))
        let result = try folder.shell(
            "(octolog -q --state S logs > a & octolog -q --state S logs > b & wait) && ls")
        #expect(result.out.split(separator: "\n") == ["S", "a", "b", "logs"], "\(result.out)\(result.err)")
        #expect(isState(try folder.data("S")))
    }
}
