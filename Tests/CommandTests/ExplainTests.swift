import Foundation
import OctologCore
import Testing

@Suite struct ExplainTests {
    @Test("a code is explained: what, why, how to confirm and how to fix") func code() throws {
        let result = try Tool.run(["explain", "sql-login-failed"])
        #expect(result.code == 0 && result.err.isEmpty)
        #expect(result.out.hasPrefix("sql-login-failed: SQL Server refused the login\n"))
        for part in ["What it means", "Why it happens", "How to confirm", "How to fix", "Rules"] {
            #expect(result.out.contains("\n\n\(part)\n  "), "\(part)")
        }
        #expect(result.out.contains("\n    $ docker logs DB 2>&1 | octolog\n"))
        #expect(result.out.contains("  failure.sql-login-failed\n"))
    }

    @Test("without a code all are listed with their titles") func list() throws {
        let result = try Tool.run(["explain"])
        #expect(result.code == 0)
        let codes = result.out.matches(of: #/\n  ([a-z-]+) +/#).map { String($0.1) }
        #expect(codes == Explanation.all.map(\.code))
        #expect(result.out.contains("\nREGISTRATIONS\n  same-name "))
        #expect(result.out.contains(#/\n  ghost +New containers left dead machines on the server\n/#))
    }

    @Test("whatever else octolog calls it leads to the explanation") func aliases() throws {
        let wanted = [
            "secret.option.master-key": "secret-exposed-master-key", "password": "secret-exposed-password",
            "secret.field.named-value": "secret-named-value", "max-line": "limit-max-line", "quiet": "gap-quiet",
            "octolog.startup.unfinished.v1": "startup-unfinished", "container.stopped": "container-stopped",
            "failure.sql-login-failed": "sql-login-failed",
        ]
        for (name, code) in wanted {
            let result = try Tool.run(["explain", name])
            #expect(result.code == 0 && result.out.hasPrefix("\(code): "), "\(name)")
        }
    }

    @Test("a rule that has no explanation is shown, and a type of event is said what it is") func others() throws {
        let rule = try Tool.run(["explain", "server.phase.database"])
        let shown = try Tool.run(["rules", "show", "server.phase.database"])
        #expect(rule.code == 0 && rule.out == shown.out)
        let event = try Tool.run(["explain", "octolog.startup.failed.v1"])
        #expect(event.code == 0 && event.out.hasPrefix("startup.failed: A startup failed"))
        #expect(event.out.contains("$ octolog schema --markdown startup.failed\n"))
        let schema = try Tool.run(["schema", "startup.failed"])
        let json = try Tool.run(["explain", "--json", "startup.failed"])
        #expect(json.out == schema.out)
    }

    @Test("with --rules a rule of the user's own is shown") func ownRule() throws {
        let rules = ["--rules", "Fixtures/rules/example.yaml"]
        let result = try Tool.run(["explain", "sql.view-server-state"] + rules)
        #expect(result.code == 0 && result.out.hasPrefix("sql.view-server-state\n") && result.out.contains("remedy:"))
        let other = try Tool.run(["explain", "sql.view-server-state"])
        #expect(other.code == 64 && other.err.contains("A rule of your own needs --rules FILE."))
        let misspelt = try Tool.run(["explain", "sql.view-server-stat"] + rules)
        #expect(misspelt.code == 64 && misspelt.err.contains("Did you mean sql.view-server-state?"))
    }

    @Test("docs/codes.md is what --markdown prints, and has every code with its names") func page() throws {
        let page = Tool.package.appending(path: "docs/codes.md")
        let result = try Tool.run(["explain", "--markdown"])
        #expect(result.code == 0 && result.err.isEmpty)
        if ProcessInfo.processInfo.environment["UPDATE_GOLDENS"] != nil { try result.data.write(to: page) }
        #expect(try Data(contentsOf: page) == result.data, "UPDATE_GOLDENS=1 makes it anew")
        for explanation in Explanation.all {
            for name in [explanation.code] + explanation.aliases + explanation.rules {
                #expect(result.out.contains("`\(name)`"), "\(name)")
            }
        }
        let both = try Tool.run(["explain", "--markdown", "ghost"])
        #expect(both.code == 64 && both.err.contains("--markdown lists all codes: leave ghost out."))
    }

    @Test("a code that does not exist is an error, and the nearest one is named") func misspelt() throws {
        let result = try Tool.run(["explain", "sql-login-faild"])
        #expect(result.code == 64 && result.out.isEmpty)
        #expect(
            result.err.contains("There is no code sql-login-faild. Did you mean sql-login-failed?"), "\(result.err)")
        let other = try Tool.run(["explain", "poem"])
        #expect(other.code == 64 && other.err.contains("There is no code poem. octolog explain lists all."))
    }

    @Test("--json is one object for a code, and an array for all") func json() throws {
        let one = try Tool.run(["explain", "--json", "same-name"])
        let object = try #require(try JSONSerialization.jsonObject(with: one.data) as? [String: Any])
        #expect(object["code"] as? String == "same-name")
        #expect((object["confirm"] as? [String])?.isEmpty == false && (object["fix"] as? [String])?.isEmpty == false)
        #expect((object["links"] as? [String])?.first?.hasPrefix("https://") == true)
        let all = try Tool.run(["explain", "--json"])
        let array = try #require(try JSONSerialization.jsonObject(with: all.data) as? [[String: Any]])
        #expect(array.map { $0["code"] as? String } == Explanation.all.map(\.code))
    }

    /// Of the fields of events those that hold codes; what others hold is free, or says how something is.
    private static let codeFields: Set = [
        "code", "class", "where", "limit", "rule", "suppressedType", "type",
    ]

    /// All codes in an event, wherever they stand.
    private static func codes(in value: Any, of type: String) -> Set<String> {
        if let list = value as? [Any] { return list.reduce(into: []) { $0.formUnion(codes(in: $1, of: type)) } }
        guard let object = value as? [String: Any] else { return [] }
        return object.reduce(into: []) { codes, member in
            codes.formUnion(Self.codes(in: member.value, of: type))
            let isKind = member.key == "kind" && (type.hasPrefix("octolog.secret.") || type.hasPrefix("octolog.gap."))
            if let text = member.value as? String, isKind || codeFields.contains(member.key) { codes.insert(text) }
        }
    }

    /// The logs of the cases, and the user's rules, which make events too.
    private static func logs() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: Tool.package.path + "/Fixtures/cases").sorted().map {
            Tool.fixture("\($0)/input.log")
        }
    }

    @Test("whatever looks like a code in the events of all cases can be explained") func codesOfCases() throws {
        var codes: Set<String> = []
        for event in try Tool.run(["analyze", "--format", "events", "--max-line", "200"] + Self.logs()).events {
            codes.formUnion(Self.codes(in: event, of: event["type"] as? String ?? ""))
        }
        for golden in Golden.all {
            for line in try golden.lines() {
                let event = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
                codes.formUnion(Self.codes(in: event, of: event["type"] as? String ?? ""))
            }
        }
        #expect(
            codes.count > 60 && codes.isSuperset(of: ["secret.option.master-key", "quiet", "max-line", "same-name"]))
        for code in codes {
            let isExplained = Explanation.found(by: code) != nil || EventType(named: code) != nil
            #expect(isExplained || RuleSet.builtIn[code] != nil, "\(code)")
        }
    }

    @Test("whatever SARIF calls a rule in the cases is a code with an explanation, which it holds") func sarif() throws
    {
        let result = try Tool.run(["analyze", "--format", "sarif"] + Self.logs())
        let log = try #require(try JSONSerialization.jsonObject(with: result.data) as? [String: Any])
        let run = try #require((log["runs"] as? [[String: Any]])?.first)
        let driver = (run["tool"] as? [String: Any])?["driver"] as? [String: Any]
        let rules = driver?["rules"] as? [[String: Any]] ?? []
        #expect(rules.count > 30)
        for rule in rules {
            let explanation = try #require(Explanation[rule["id"] as? String ?? ""], "\(rule["id"] ?? "")")
            let short = (rule["shortDescription"] as? [String: Any])?["text"] as? String
            #expect(short == explanation.title + ".")
            let full = (rule["fullDescription"] as? [String: Any])?["text"] as? String
            #expect(full == "\(explanation.meaning) \(explanation.why)")
            let help = (rule["help"] as? [String: Any])?["text"] as? String
            #expect(help?.hasPrefix("\(explanation.code): ") == true)
        }
    }

    /// Commands of the explanations that run octolog.
    private static let commands = Set(
        Explanation.all.flatMap { $0.confirm + $0.fix }.filter { $0.hasPrefix("$ ") && $0.contains("octolog") }
            .map { String($0.dropFirst(2)) }
    ).sorted()

    /// What the commands of the explanations name, so that they can be run: logs, rules, events, other programs.
    private static func folder() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let log = try Data(
            contentsOf: Tool.package.appending(path: Tool.fixture("server-2018.3.13-first-start/input.log")))
        let logs = folder.url.appending(path: "logs")
        try FileManager.default.createDirectory(at: logs, withIntermediateDirectories: true)
        for name in [
            "FILE", "GOOD.log", "old.log", "new.log", "server.log", "tentacle.log", "tentacle-1.log", "tentacle-2.log",
            "logs/NAME.log",
        ] { _ = try folder.write(name, log) }
        let events = try Tool.run([
            "analyze", "--format", "events", Tool.fixture("server-2018.3.13-first-start/input.log"),
        ])
        for name in ["part-1.ndjson", "part-2.ndjson"] { _ = try folder.write(name, events.data) }
        let rules = Tool.package.appending(path: "Fixtures/rules/example.yaml")
        _ = try folder.write("my-rules.yaml", Data(contentsOf: rules))
        return folder
    }

    @Test("the commands of the explanations that run octolog are ones that it takes") func commands() throws {
        let folder = try Self.folder()
        let others = ["docker", "gzip", "logcli", "journalctl"].map { "\($0)() { cat FILE; }" }.joined(separator: "; ")
        #expect(Self.commands.count > 20)
        for command in Self.commands {
            let result = try Tool.shell("cd \(folder.url.path); \(others); set -o pipefail; \(command)")
            // What it finds in the logs is not the point.
            #expect([0, 1, 3, 4].contains(result.code), "\(command): \(result.code) \(result.err)")
            #expect(!result.err.contains("Error:") && !result.err.contains("jq:"), "\(command): \(result.err)")
        }
    }

    @Test("its help has two examples, which work") func help() throws {
        let help = try Tool.run(["explain", "--help"])
        #expect(help.out.contains("EXAMPLES"))
        let examples = help.out.matches(of: #/\n +(octolog explain[^\n]*)/#).map { String($0.1) }
        #expect(examples.count == 2)
        for example in examples { #expect(try Tool.shell("set -o pipefail; \(example)").code == 0, "\(example)") }
    }
}
