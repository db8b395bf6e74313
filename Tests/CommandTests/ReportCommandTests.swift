import Foundation
import Testing

@Suite struct ReportCommandTests {
    private let good = Tool.fixture("server-2018.3.13-first-start/input.log")
    private let bad = Tool.fixture("server-2018.3.13-sql-login-failed/input.log")

    private func object(_ result: Tool.Result) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: result.data) as? [String: Any])
    }

    @Test("the verdict comes first, in text, Markdown and JSON") func forms() throws {
        let text = try Tool.run(["report", bad])
        #expect(text.code == 0 && text.out.hasPrefix("VERDICT\n  The startup failed.\n") && text.err.isEmpty)
        #expect(text.out.contains("SQL Server refused the login: sa"))
        let markdown = try Tool.run(["report", "--markdown", bad])
        #expect(markdown.out.hasPrefix("# Verdict\n\n**The startup failed.**\n"))
        let json = try object(try Tool.run(["report", "--json", bad]))
        #expect(json["headline"] as? String == "The startup failed.")
        #expect(try Tool.run(["report", "--json", "--markdown", bad]).code == 64)
    }

    @Test("exit codes are those of analyze") func exitCodes() throws {
        #expect(try Tool.run(["report", "--fail-on", "startup", bad]).code == 2)
        #expect(try Tool.run(["report", "--fail-on", "high", bad]).code == 1)
        #expect(try Tool.run(["report", "--fail-on", "startup", good]).code == 0)
        #expect(try Tool.run(["report", "no-such.log", good]).code == 66)
        let foreign = try Tool.shell("echo hello | octolog report")
        #expect(foreign.code == 4 && foreign.err.contains("was printed by an Octopus Deploy container"))
        #expect(foreign.out.hasPrefix("VERDICT\n  Nothing in 1 line was printed"))
        #expect(try Tool.shell("echo hello | octolog report -q").err.isEmpty)
        #expect(try Tool.shell("octolog report < /dev/null").out.contains("The input is empty."))
        let cut = try Tool.shell("gzip -c \(good) | head -c 900 | octolog report")
        #expect(cut.code == 3 && cut.out.contains("INCOMPLETE"))
    }

    @Test("colours are for terminals; --color and NO_COLOR say otherwise") func colours() throws {
        #expect(try !Tool.run(["report", bad]).out.contains("\u{1B}"))
        #expect(try Tool.run(["report", "--color", "always", bad]).out.contains("\u{1B}[1;31mThe startup failed."))
        #expect(try !Tool.run(["report", "--color", "never", bad]).out.contains("\u{1B}"))
    }

    @Test("--output writes a file, and never over an input") func output() throws {
        let folder = try TemporaryFolder()
        let file = folder.url.appending(path: "report.txt").path
        #expect(try Tool.run(["report", "--output", file, bad]).code == 0)
        #expect(try String(contentsOfFile: file, encoding: .utf8) == Tool.run(["report", bad]).out)
        #expect(try Tool.run(["report", "--output", file, file]).code == 64)
        #expect(try Tool.run(["report", "--output", "/no/such/folder/x", bad]).code == 74)
    }

    @Test("a container's name can't steer the terminal") func hostileName() throws {
        let result = try Tool.run(["report", "--container", "web\u{1B}]0;x\u{7}", bad])
        #expect(result.out.contains("web\\u{1b}]0;x\\u{7} failed in database"))
        #expect(!result.out.contains("\u{1B}") && !result.out.contains("\u{7}"))
    }

    @Test("a pipe and a file give the same report, but for the input's name") func pipeAndFile() throws {
        let file = try Tool.run(["report", "--container", "web", bad]).out
        let pipe = try Tool.shell("cat \(bad) | octolog report --container web").out
        #expect(
            file.replacing(bad, with: "stdin").split(whereSeparator: \.isWhitespace)
                == pipe.split(whereSeparator: \.isWhitespace))
    }

    @Test("memory is bounded, however many startups there are") func memory() throws {
        let (code, peak) = try Tool.peak(["report"]) { stdin in
            let log = (try? Data(contentsOf: Tool.package.appending(path: bad))) ?? Data()
            for _ in 0..<4000 { try? stdin.write(contentsOf: log) }
        }
        #expect(code == 0 && Tool.fits(peak, below: 64), "\(peak) MiB")
    }
}

@Suite struct CompareCommandTests {
    private let good = Tool.fixture("server-2018.3.13-first-start/input.log")
    private let bad = Tool.fixture("server-2018.3.13-sql-login-failed/input.log")

    @Test("the first difference comes first, then phases, settings and the cause") func text() throws {
        let result = try Tool.run(["compare", good, bad])
        #expect(result.code == 0)
        #expect(result.out.hasPrefix("BAD stops in phase database; GOOD goes on with configure.\n"))
        #expect(result.out.contains("  database    31 s    ?          FAILED\n"))
        #expect(result.out.contains("    BAD   failed with exit code 100\n"))
        #expect(result.out.contains("sql-login-failed (certain): SQL Server refused the login: sa"))
        #expect(try Tool.run(["compare", "--color", "always", good, bad]).out.hasPrefix("\u{1B}[1mBAD stops"))
    }

    @Test("one side may be stdin, or a folder; not both stdin") func inputs() throws {
        let folder = Tool.fixture("server-2018.3.13-first-start")
        let pipe = try Tool.shell("cat \(bad) | octolog compare '\(folder)/input*' -")
        #expect(pipe.code == 0 && pipe.out.contains("BAD   stdin (server"))
        #expect(try Tool.shell("octolog compare - - < \(bad)").code == 64)
        #expect(try Tool.run(["compare", good, "no-such.log"]).code == 66)
        #expect(try Tool.run(["compare", good]).code == 64)
    }

    @Test("without a startup that succeeded there is nothing to compare with: exit code 4") func noGood() throws {
        let result = try Tool.run(["compare", bad, bad])
        #expect(result.code == 4 && result.out.isEmpty && result.err.contains("no startup succeeded in \(bad)"))
        let foreign = try Tool.shell("echo hello | octolog compare \(good) -")
        #expect(foreign.code == 4 && foreign.err.contains("was printed by an Octopus Deploy container"))
        let other = try Tool.run(["compare", good, good])
        #expect(other.code == 0 && other.out.contains("Nothing failed in BAD"))
    }

    @Test("--container chooses among several; a name that is not there is a mistake") func container() throws {
        let folder = Tool.fixture("tentacle-3.22-two-containers-one-name")
        let second = "\(folder)/second.log"
        let refused = Tool.fixture("tentacle-3.22-port-unreachable/input.log")
        let result = try Tool.run(["compare", "--container", second, folder, refused])
        #expect(result.code == 0 && result.out.contains("GOOD  \(second)"))
        let wrong = try Tool.run(["compare", "--container", "third", folder, refused])
        #expect(wrong.code == 64 && wrong.err.contains("There is no container third in"))
    }

    @Test("JSON has the pairs") func json() throws {
        let result = try Tool.run(["compare", "--json", good, bad])
        let object = try #require(try JSONSerialization.jsonObject(with: result.data) as? [String: Any])
        let pair = try #require((object["pairs"] as? [[String: Any]])?.first)
        #expect(pair["firstDifference"] as? String == "BAD stops in phase database; GOOD goes on with configure.")
        #expect(pair["failed"] as? Bool == true)
    }
}
