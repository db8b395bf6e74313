import Testing

/// What Compose tells of a Server, its database and its Tentacles: the report names cause, container and remedy.
@Suite struct StoryTests {
    struct Story: Sendable, CustomTestStringConvertible {
        var name: String
        var logs = ["input.log"]
        /// The container that the verdict is about.
        var failed: String
        var code: String
        /// A word of the cause's sentence, and one of the remedy's.
        var cause: String
        var remedy: String
        /// The container whose log says why, if it is another one.
        var said: String?
        var testDescription: String { name }
    }

    /// Written from the logs, and from what an operator has to do then.
    static let stories = [
        Story(
            name: "story-a-weak-sa-password", failed: "octopus-1", code: "sa-password-weak", cause: "too weak",
            remedy: "SA_PASSWORD", said: "db-1"),
        Story(
            name: "story-b-server-before-sql", failed: "octopus-1", code: "sql-not-ready", cause: "not ready yet",
            remedy: "service_healthy", said: "db-1"),
        Story(
            name: "story-c-wrong-master-key", failed: "octopus-1", code: "master-key-wrong", cause: "master key",
            remedy: "octolog key recovers"),
        Story(
            name: "story-d-port-10943-closed", failed: "tentacle-1", code: "server-port-unreachable",
            cause: "can't be reached", remedy: "10943"),
        Story(
            name: "story-e-octopus-eula", failed: "octopus-1", code: "eula-not-accepted", cause: "agreement",
            remedy: "ACCEPT_EULA=Y"),
        Story(
            name: "story-f-downgrade", failed: "octopus-1", code: "database-newer-than-server", cause: "newer",
            remedy: "image version"),
        Story(
            name: "story-g-three-files-wrong-password", logs: ["db.log", "octopus.log", "tentacle.log"],
            failed: "octopus.log", code: "sql-password-mismatch", cause: "not the one", remedy: "connection string",
            said: "db.log"),
        Story(
            name: "story-h-blocks-octopus-first", failed: "octopus-1", code: "sql-memory-too-small", cause: "memory",
            remedy: "2 GB", said: "db-1"),
    ]

    @Test("the report names the cause, the container and the remedy", arguments: stories)
    func verdict(_ story: Story) throws {
        let result = try Tool.run(["report"] + story.logs.map { Tool.fixture("\(story.name)/\($0)") })
        #expect(result.code == 0)
        // Lines are wrapped: what is looked for may lie across two.
        let text = result.out.split(whereSeparator: { $0.isWhitespace }).joined(separator: " ")
        let verdict = text.prefix(text.firstRange(of: "startup 1")?.lowerBound.utf16Offset(in: text) ?? 0)
        #expect(verdict.contains("\(story.failed) failed"), "\(verdict)")
        #expect(verdict.contains(story.cause), "\(verdict)")
        // Of a startup that recovered the remedy stands with the startup.
        #expect(text.contains(story.remedy))
        if let said = story.said { #expect(verdict.contains("said by") && verdict.contains(said), "\(verdict)") }
        #expect(text.contains("root cause \(story.code)"))
    }

    @Test("a Server that recovers is told as one that runs now") func recovered() throws {
        let result = try Tool.run(["report", Tool.fixture("story-b-server-before-sql/input.log")])
        let text = result.out.split(whereSeparator: { $0.isWhitespace }).joined(separator: " ")
        #expect(text.contains("Startup 2 succeeded later"))
    }
}
