import PCRE2
import Testing

@testable import OctologCore

/// The codes of failures that a line raises.
private func codes(_ line: String) -> [String] { matches(of: line).map(\.code) }

/// The failures that a line raises, with what the line names.
private func matches(of line: String) -> [(code: String, value: String?)] {
    var classifier = Classifier(.builtIn)
    var matches: [Match] = []
    let bytes = Array(line.utf8)
    classifier.classify(bytes.span, as: Statement(bytes.span), requested: true, into: &matches)
    return matches.compactMap { match in
        guard case .fails(let cause) = classifier.set.rules[match.rule].fact else { return nil }
        return (cause.code, match.value.map { String(decoding: bytes[$0], as: UTF8.self) })
    }
}

@Suite struct FailureRuleTests {
    @Test("a variable's name is told without its quotes") func names() {
        #expect(
            matches(of: "Please specify an Octopus Server with the 'ServerUrl' environment variable").map(\.value)
                == ["ServerUrl"])
        #expect(matches(of: "C:\\x.ps1 : Missing 'TargetRole' environment variable").map(\.value) == ["TargetRole"])
        let both =
            "Please specify whether to install as a worker or a deployment target with the 'WorkerEnabled' or 'DeploymentTargetEnabled' environment variables"
        #expect(matches(of: both).map(\.value) == ["WorkerEnabled' or 'DeploymentTargetEnabled"])
    }

    @Test("what the server does not know is told whole, dots and commas included") func unknownNames() {
        #expect(
            matches(of: "Could not find the environments named: Dev.1, Test on the Octopus Server. Ensure x").map(
                \.value) == ["environments named: Dev.1, Test"])
    }

    @Test("SQL Server's own word on a login is not the Server's failure") func logins() {
        #expect(codes("Login failed for user 'sa'.") == ["sql-login-failed"])
        #expect(
            codes("2024-05-02 10:15:01.23 Logon       Login failed for user 'sa'. Reason: x [CLIENT: 1.2.3.4]") == [])
    }

    @Test("a script that may not be run is not one for another processor, nor the other way round") func executables() {
        #expect(codes("exec user process caused: permission denied") == ["image-not-executable"])
        #expect(codes("exec user process caused: exec format error") == ["wrong-architecture"])
        #expect(codes("exec user process caused: no such file or directory") == [])
    }

    @Test("an engine's word gives way to what it wraps") func engines() throws {
        let line =
            "Error: container create failed: time=\"2024-03-01T10:00:01Z\" level=error msg=\"runc create failed: exec: \\\"./install.sh\\\": permission denied\""
        #expect(codes(line) == ["container-create-failed", "image-not-executable"])
        let rule = try #require(RuleSet.builtIn["failure.container-create-failed"])
        #expect(rule.cause?.isWrapper == true)
    }

    @Test("what a traced script or an error record shows of its source is no failure")
    func traces() {
        let scripts = [
            "connection-string-missing", "credentials-change-refused", "eula-not-accepted", "variable-missing",
            "variable-conflict", "variable-unbound", "credentials-missing", "executable-missing", "sql-service-failed",
        ]
        for code in scripts {
            guard let rule = RuleSet.builtIn["failure.\(code)"] else {
                Issue.record("\(code)")
                continue
            }
            for line in rule.matches { #expect(codes("+ echo '\(line)'") == [], "\(line)") }
        }
    }

    @Test("what is harmless fails no startup, and a wrapper is no last word") func kinds() {
        let causes = Rule.failures.compactMap(\.cause)
        #expect(
            Set(causes.filter(\.isHarmless).map(\.code)) == ["sql-metrics-denied", "sql-service-master-key"])
        #expect(
            Set(causes.filter(\.isWrapper).map(\.code)) == [
                "container-create-failed", "request-refused", "schema-upgrade-failed", "server-activation-failed",
                "sql-crashed", "sql-setup-failed",
            ])
    }

    @Test("a long line without an end costs no pattern its limit", arguments: Rule.failures)
    func unfinished(_ rule: Rule) throws {
        var data = MatchData()
        let pattern = try Pattern(rule.pattern)
        // Each beginning that a pattern waits for, and never the end.
        for case .literal(let text) in rule.anchors {
            let bytes = Array(String(repeating: text + " x ", count: (1 << 18) / text.utf8.count).utf8)
            do { _ = try pattern.firstMatch(in: bytes.span, into: &data) } catch {
                Issue.record("\(text): \(error)")
            }
        }
    }
}
