import Testing

@Suite("octolog --version") struct VersionTests {
    @Test("prints the version, and the number and the digest of the rules that a run is made with")
    func version() throws {
        let run = try Tool.run([Tool.fixture("server-2018.3.13-docs-excerpt/input.log")])
        let started = try #require(run.events.first?["data"] as? [String: Any])
        let (version, rules) = try (#require(started["version"] as? String), #require(started["rules"] as? Int))
        let digest = try #require(started["rulesDigest"] as? String)

        let told = try Tool.run(["--version"])
        #expect(told.out == "octolog \(version), \(rules) rules \(digest)\n")
        #expect(told.code == 0)
    }

    @Test("every command prints the same") func commands() throws {
        let told = try Tool.run(["--version"]).out
        for command in [["key"], ["rules", "show"], ["completions"]] {
            #expect(try Tool.run(command + ["--version"]).out == told)
        }
    }
}
