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
        let lines = result.out.split(separator: "\n")
        #expect(lines.count == Explanation.all.count)
        #expect(
            lines.contains {
                $0.hasPrefix("ghost ") && $0.hasSuffix("  New containers left dead machines on the server")
            })
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

    @Test("whatever the cases' startups failed of, and was found in them, can be explained") func codesOfCases() throws
    {
        let logs = try FileManager.default.contentsOfDirectory(atPath: Tool.package.path + "/Fixtures/cases").map {
            Tool.fixture("\($0)/input.log")
        }
        var codes: Set<String> = []
        for event in try Tool.run(["analyze", "--format", "events"] + logs.sorted()).events {
            let data = event["data"] as? [String: Any]
            switch event["type"] as? String {
            case "octolog.startup.failed.v1", "octolog.startup.explained.v1":
                if let code = (data?["rootCause"] as? [String: Any])?["code"] as? String { codes.insert(code) }
            case "octolog.finding.raised.v1": if let code = data?["code"] as? String { codes.insert(code) }
            case "octolog.registration.duplicate.v1": if let kind = data?["class"] as? String { codes.insert(kind) }
            default: break
            }
        }
        #expect(codes.count > 10)
        for code in codes { #expect(Explanation[code] != nil, "\(code)") }
    }

    @Test("its help has two examples, which work") func help() throws {
        let help = try Tool.run(["explain", "--help"])
        #expect(help.out.contains("EXAMPLES"))
        let examples = help.out.matches(of: #/\n +(octolog explain[^\n]*)/#).map { String($0.1) }
        #expect(examples.count == 2)
        for example in examples { #expect(try Tool.shell("set -o pipefail; \(example)").code == 0, "\(example)") }
    }
}
