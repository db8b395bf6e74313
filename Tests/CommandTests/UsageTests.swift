import Foundation
import Testing

/// What is wrong with a call is said in a sentence, with what to type instead.
@Suite struct UsageTests {
    private static let log = Tool.fixture("server-2018.3.13-first-start/input.log")

    @Test(
        "a wrong value is named with the one that was meant, and with all that there are",
        arguments: [
            (
                ["--format", "evnts"],
                "evnts is no value of --format. Did you mean events? It takes events, text, otlp,"
            ),
            (["--fail-on", "hgih"], "hgih is no value of --fail-on. Did you mean high? It takes startup, info,"),
            (["--framing", "CRII"], "CRII is no value of --framing. Did you mean cri? It takes auto, plain,"),
            (["key", "--as", "dokcer-run"], "dokcer-run is no value of --as. Did you mean docker-run? It takes raw,"),
            (["--color", "x"], "x is no value of --color. It takes auto, always, never."),
            (["--since", "yesterday"], "--since: yesterday is no time: give one like 2018-07-02"),
            (["--max-line", "1k"], "--max-line: 1k is no number of bytes: give one like 1048576."),
            (["--fromat", "text"], "Unknown option '--fromat'. Did you mean '--format'?"),
            (["schema", "startup.faild"], "There is no event startup.faild. Did you mean startup.failed?"),
            (["rules", "show", "server.phase.databse"], "There is no rule server.phase.databse. Did you mean"),
            (["explian", "same-name"], "There is no file explian. Did you mean the command explain?"),
        ])
    func values(_ arguments: [String], _ sentence: String) throws {
        let isRead = ["key", "--format"].contains(arguments[0]) || arguments[0].hasPrefix("--")
        let result = try Tool.run(arguments + (isRead ? [Self.log] : []))
        #expect(result.code == 64 && result.out.isEmpty)
        let lines = result.err.split(separator: "\n")
        #expect(lines.first?.hasPrefix("octolog: \(sentence)") == true, "\(result.err)")
        #expect(lines.count == 2 && lines[1].wholeMatch(of: #/octolog: see octolog [a-z]+ --help/#) != nil)
    }

    @Test("the help that is named is the command's") func help() throws {
        #expect(
            try Tool.run(["report", "--json", "--markdown", Self.log]).err.hasSuffix("see octolog report --help\n"))
        #expect(try Tool.run(["--fromat"]).err.hasSuffix("see octolog analyze --help\n"))
    }

    @Test("what can't be written is an error, help and version too") func fullDisk() throws {
        for command in ["--help", "--version", "key --help", "explain"] {
            let result = try Tool.shell("octolog \(command) > /dev/full")
            #expect(result.code == 74 && result.err.contains("can't write"), "\(command): \(result.err)")
        }
    }

    @Test("a misspelt file is named with the one that is there") func file() throws {
        let result = try Tool.run([Self.log.replacing("input", with: "inptu")])
        #expect(result.code == 66)
        #expect(
            result.err.contains(
                "no such file: \(Self.log.replacing("input", with: "inptu")). Did you mean \(Self.log)?"))
        let other = try Tool.run(["/no/such/folder/x.log"])
        #expect(other.code == 66 && other.err == "octolog: no such file: /no/such/folder/x.log\n")
    }

    /// A program by the name of docker that writes what it reads to stdout, as long as octolog looks for it.
    private static func piped(
        _ redirection: String, _ options: String, by command: String = "./docker log"
    ) throws -> String {
        let folder = try TemporaryFolder()
        return try Tool.shell(
            """
            cd '\(folder.url.path)' && cp "$(readlink -f "$(command -v cat)")" docker && mkfifo log
            { sleep 1; cat '\(Tool.package.path)/\(log)' > log; } &
            { \(command) \(redirection) | octolog \(options) > /dev/null; } 2>&1
            """
        ).out
    }

    @Test("-v says when what docker writes to stderr is not in the pipe, and only then") func stderr() throws {
        #expect(try Self.piped("", "-v").hasPrefix("octolog: what docker writes to stderr is not in this pipe"))
        #expect(try !Self.piped("2>&1", "-v").contains("stderr"))
        // The shell around it has the pipe too, and is none of the programs that are meant.
        let inShell = try Self.piped("", "-v", by: "(./docker log; true)")
        #expect(inShell.hasPrefix("octolog: what docker writes to stderr is not in this pipe"), "\(inShell)")
        #expect(try Self.piped("", "").isEmpty)
        #expect(try !Tool.run(["-v", Self.log]).err.contains("pipe"))
    }
}
