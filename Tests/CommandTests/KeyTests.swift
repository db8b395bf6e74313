import Foundation
import Testing

private let key = "5qJcW9E6B99teMmrOzaYNA=="

/// The six lines of the vendor's page on upgrading a Server container, put together from their parts.
private func excerpt(
    gap: String = " ", stamp: String = "", end: String = "\n", blank: String = "", bar: String = "\t",
    command: String = ""
) -> String {
    let verbose = "VERBOSE:\(gap)\(stamp)"
    return [
        "\(verbose)Display master key ...",
        "\(verbose)Executing command 'C:\\Program Files\\Octopus Deploy\\Octopus\\Octopus.Server.exe show-master-key --console --instance OctopusServer'",
        "VERBOSE:\(blank)", "VERBOSE:\(gap)\(bar)| \(key)\(blank)", "VERBOSE:\(blank)", "\(verbose)done.\(blank)",
    ].joined(separator: end) + end
}

@Suite struct KeyTests {
    @Test(
        "the vendor's excerpt gives the key, and nothing else of it",
        arguments: [" ", "\t", "        "], ["\n", "\r\n"])
    func excerptGivesKey(gap: String, end: String) throws {
        for stamp in ["", "[2018-06-27T07:09:38] "] {
            for blank in ["", " "] {
                for bar in ["", "\t", "       "] {
                    let log = excerpt(gap: gap, stamp: stamp, end: end, blank: blank, bar: bar)
                    let result = try Tool.run(["key"], input: log)
                    #expect(result.out == key + "\n" && result.code == 0, "\(log.debugDescription): \(result.err)")
                    #expect(!result.err.contains(key))
                }
            }
        }
    }

    @Test("the excerpt's events tell the phase, the command and the key's fingerprint, not the key")
    func excerptEvents() throws {
        let result = try Tool.run([], input: excerpt())
        #expect(result.code == 0)
        for type in ["phase.entered", "command.executed", "masterkey.shown"] {
            #expect(result.types.contains("octolog.\(type).v1"))
        }
        #expect(!result.out.contains(String(key.prefix(6))) && !result.err.contains(String(key.prefix(6))))
    }

    @Test("the excerpt whose other lines lost their prefix gives the key too") func strippedExcerpt() throws {
        let log = excerpt().replacingOccurrences(of: "VERBOSE: ", with: "").replacingOccurrences(
            of: "VERBOSE:", with: "")
        #expect(try Tool.run(["key"], input: "VERBOSE: " + log).out == key + "\n")
        #expect(try Tool.run(["key"], input: log).code == 4)
    }

    @Test("a last line without a newline counts") func noNewline() throws {
        let log = excerpt().split(separator: "\n").prefix(4).joined(separator: "\n")
        #expect(try Tool.run(["key"], input: log).out == key + "\n")
    }

    @Test("a line like a key elsewhere is not trusted, and only --all prints it") func loose() throws {
        let log = "VERBOSE: [2018-07-02T09:15:01] Configuring Octopus Deploy\n\(key)\nVERBOSE: \t| \(key)\n"
        let result = try Tool.run(["key"], input: log)
        #expect(result.out.isEmpty && result.code == 4)
        #expect(result.err.contains("outside the output of show-master-key") && !result.err.contains(key))
        let all = try Tool.run(["key", "--all"], input: log)
        #expect(all.out == key + "\n" && all.code == 0 && all.err.contains("not trusted"))
        let events = try Tool.run([], input: log).events.filter {
            $0["type"] as? String == "octolog.masterkey.shown.v1"
        }
        #expect(events.count == 2)
        #expect(events.allSatisfy { ($0["data"] as? [String: Any])?["trusted"] as? Bool == false })
    }

    @Test("a forged block on a running server's console does not change the key") func forged() throws {
        let result = try Tool.run(["key", Tool.fixture("server-2018.3.13-forged-key/input.log")])
        #expect(result.out == "RmFrZU1hc3RlcktleTAwOQ==\n" && result.code == 0)
    }

    @Test("a forged restart does not change the key, and stderr says why its key is not printed") func forgedRestart()
        throws
    {
        let result = try Tool.run(["key", Tool.fixture("forged-restart/input.log")])
        #expect(result.out == "RmFrZU1hc3RlcktleTEwMQ==\n" && result.code == 0)
        #expect(result.err.contains("another key, not printed") && result.err.contains("can have printed the startup"))
        let all = try Tool.run(["key", "--all", Tool.fixture("forged-restart/input.log")])
        #expect(all.out.split(separator: "\n").last == "RmFrZU1hc3RlcktleTEwMQ==")
    }

    @Test("a key that only an untrusted restart shows is refused, with the reason; in a log of its own it is trusted")
    func onlyForged() throws {
        let steady =
            "VERBOSE: [2018-07-02T09:15:58] Start Octopus Deploy instance ...\nWeb server is ready to process requests\n"
        let restart =
            "VERBOSE: [2018-07-02T11:20:40] Configuring Octopus Deploy\n" + excerpt(stamp: "[2018-07-02T11:20:54] ")
        let refused = try Tool.run(["key"], input: steady + restart)
        #expect(refused.code == 4 && refused.out.isEmpty)
        #expect(refused.err.contains("read its log by itself"), "\(refused.err)")
        #expect(try Tool.run(["key", "--all"], input: steady + restart).out == key + "\n")
        #expect(try Tool.run(["key"], input: restart).out == key + "\n")
    }

    @Test("a command line that a running program printed is not what the container was given") func forgedOption()
        throws
    {
        let log = """
            [2018-10-02T09:15:01] Configuring Octopus Deploy
            [2018-10-02T09:15:01]  - masterkey not supplied. A new key will be generated automatically.
            [2018-10-02T09:16:02] Configuration successful.
            "Start Octopus Deploy instance ..."
            Web server is ready to process requests
            [2018-10-02T10:16:02] Executing command 'C:\\Octopus.Server.exe database --create --masterkey \(key)'
            """
        let result = try Tool.run(["key"], input: log)
        #expect(result.code == 4 && !result.err.contains("supplied"), "\(result.err)")
    }

    @Test("of several keys the newest is printed, and the others are named by fingerprint") func several() throws {
        let files = ["server-2018.3.13-first-start", "server-2018.3.13-forged-key"].map {
            Tool.fixture("\($0)/input.log")
        }
        let one = try Tool.run(["key"] + files)
        #expect(one.out.split(separator: "\n").count == 1)
        #expect(one.err.contains("another key, not printed"))
        let all = try Tool.run(["key", "--all"] + files)
        #expect(all.out.split(separator: "\n").last == one.out.split(separator: "\n").last)
    }

    @Test(
        "without a key the exit code is 4, and one sentence says why",
        arguments: [
            ("server-2018.4.0-upgrade", "the key was supplied to this container"),
            ("server-2018.3.13-sql-login-failed", "the startup failed in phase database before the key was displayed"),
            ("server-2018.3.13-cut-in-database", "the log ends in phase database before the key was displayed"),
            ("tentacle-3.22-listening", "this is the log of a Tentacle, which has no master key"),
        ])
    func reasons(name: String, reason: String) throws {
        let result = try Tool.run(["key", Tool.fixture("\(name)/input.log")])
        #expect(result.out.isEmpty && result.code == 4)
        #expect(result.err.split(separator: "\n").count == 1)
        #expect(result.err.contains(reason), "\(result.err)")
    }

    @Test("other reasons: an era that never prints it, a restart, a log of something else, nothing") func moreReasons()
        throws
    {
        let newer = """
            [2018-10-02T09:15:01] Configuring Octopus Deploy
            [2018-10-02T09:15:01]  - masterkey not supplied. A new key will be generated automatically.
            [2018-10-02T09:15:02] Configuring Octopus Deploy instance with default options ...
            [2018-10-02T09:16:02] Configuration successful.
            """
        let restart = """
            VERBOSE: [2018-07-02T09:15:01] Configuring Octopus Deploy
            VERBOSE: This Server has already been initialized and registered so reconfiguration will be skipped.
            """
        for (log, reason) in [
            (newer, "never print the key"), (restart, "this is a restart"), ("hello\nworld\n", "nothing in 2 lines"),
            ("", "empty"),
        ] {
            let result = try Tool.run(["key"], input: log)
            #expect(result.code == 4 && result.out.isEmpty && result.err.contains(reason), "\(result.err)")
        }
    }

    @Test("--as prints what an upgrade takes") func material() throws {
        let log = Tool.fixture("server-2018.3.13-first-start/input.log")
        let key = "RmFrZU1hc3RlcktleTAwMQ=="
        func material(_ form: String) throws -> String { try Tool.run(["key", "--as", form, log]).out }
        #expect(try material("raw") == "\(key)\n")
        #expect(try material("env") == "masterKey=\(key)\n")
        let run = try material("docker-run")
        #expect(run.hasPrefix("docker run -i --name OctopusServer") && run.contains(" -e masterKey=\(key) "))
        #expect(run.contains("Server=db;Initial Catalog=Octopus") && run.contains("Password=<password>"))
        #expect(try material("compose-env").contains("\nOCTOPUS_MASTER_KEY=\(key)\n"))
        #expect(try material("kubernetes-secret").contains("  MASTER_KEY: \"\(key)\"\n"))
        #expect(try Tool.run(["key", "--as", "poem", log]).code == 64)
    }

    @Test("the shell takes the docker-run material apart as it was meant") func shellWords() throws {
        let log = Tool.fixture("server-2018.3.13-first-start/input.log")
        let result = try Tool.shell(
            #"docker() { printf '%s\n' "$@"; }; eval "$(octolog key -q --as docker-run \#(log))""#)
        #expect(result.out.contains("\nmasterKey=RmFrZU1hc3RlcktleTAwMQ==\n"))
        #expect(result.out.contains("\nsqlDbConnectionString=Server=db;Initial Catalog=Octopus;"))
    }
}
