import Fleet
import Foundation
import Testing

/// `correlate` is a fold over a state that can be merged: however events are parted and ordered, it finds the same.
@Suite(.serialized) struct CorrelateLawTests {
    private let events: EventLines
    private let folder: URL
    private let owner: Owner

    /// Removes the folder when the suite is done.
    private final class Owner: Sendable {
        let folder: TemporaryFolder

        init() throws { folder = try TemporaryFolder() }
    }

    init() throws {
        events = try EventLines.made.get()
        owner = try Owner()
        folder = owner.folder.url
        for (i, part) in events.parts.enumerated() { try part.write(to: folder.appending(path: "p\(i)")) }
    }

    private func shell(_ line: String, input: Data? = nil) throws -> Tool.Result {
        try Tool.shell("cd '\(folder.path)' && { \(line)\n}", input: input)
    }

    /// The findings of one run over all parts.
    private func expected() throws -> [Substring] {
        let result = try shell("octolog correlate p?")
        #expect(result.code == 0 && result.err.isEmpty && !result.findings.isEmpty, "\(result.err)")
        return result.findings
    }

    @Test("a run starts, tells each group once, in order, and ends") func shape() throws {
        let result = try shell("octolog correlate p?")
        #expect(result.types.first == "octolog.run.started.v1" && result.types.last == "octolog.run.finished.v1")
        let between = Set(result.types.dropFirst().dropLast())
        #expect(between.isSubset(of: ["octolog.registration.duplicate.v1", "octolog.startup.explained.v1"]))
        let duplicates = Duplicate.all(in: result.data)
        #expect(Set(duplicates.map(\.class)).count == Fleet.DuplicateClass.allCases.count)
        #expect(
            Duplicate.last(of: duplicates).count == duplicates.count
                && Set(duplicates.map(\.id)).count == duplicates.count)
        for duplicate in duplicates {
            #expect(duplicate.memberCount == duplicate.members.count && duplicate.memberCount > 1)
            #expect(
                duplicate.subject.firstMatch(of: #/^startup/\d+/registration/[a-z-]+/[0-9a-f]{8}$/#) != nil,
                "\(duplicate.subject)")
        }
    }

    @Test("A and B, B and A, and the states of both: one result") func merge() throws {
        let expected = try expected()
        let ways = [
            "octolog correlate p4 p5 p6 p7 p0 p1 p2 p3",
            "cat p7 p3 p1 p0 p2 p6 p5 p4 | octolog correlate",
            "octolog correlate --partial p0 p1 p2 > A && octolog correlate --partial p3 p4 p5 p6 p7 > B && octolog correlate A B",
            "octolog correlate B A",
            "cat A B | octolog correlate -",
            "octolog correlate --partial A > AA && octolog correlate --partial AA B | octolog correlate",
            "octolog correlate A p3 p4 B p5 p6 p7",
        ]
        for way in ways {
            let result = try shell(way)
            #expect(result.code == 0 && result.err.isEmpty, "\(way): \(result.err)")
            #expect(result.findings == expected, "\(way)")
        }
    }

    @Test("the same input twice changes nothing") func idempotent() throws {
        let expected = try expected()
        #expect(try shell("cat p? p? | octolog correlate").findings == expected)
        #expect(try shell("octolog correlate --partial p? > S && cat p? S S | octolog correlate").findings == expected)
        let state = try shell("cat S").data
        #expect(try shell("cat p? p? | octolog correlate --partial").data == state)
        #expect(try shell("cat S S p3 | octolog correlate --partial").data == state)
        // What correlate tells is no registration: read again, it adds nothing.
        #expect(try shell("octolog correlate p? > told; cat told p? | octolog correlate").findings == expected)
    }

    @Test("a state is written as it was read, byte by byte") func fixedPoint() throws {
        let state = try shell("octolog correlate --partial p?")
        #expect(state.code == 0 && state.err.isEmpty && !state.out.isEmpty, "\(state.err)")
        #expect(try shell("octolog correlate --partial", input: state.data).data == state.data)
        #expect(!state.types.contains("octolog.run.started.v1") && !state.types.contains("octolog.run.finished.v1"))
        #expect(state.events.count == state.out.split(separator: "\n").count)
        #expect(state.data.count < events.all.count / 2, "\(state.data.count) of \(events.all.count) bytes")
        // It is itself a stream of events, each in one place.
        let ids = state.events.map { "\($0["source"] ?? "") \($0["id"] ?? "")" }
        #expect(Set(ids).count == ids.count)
    }

    @Test("three states merge in any grouping, whatever the split", arguments: 1...5) func associative(seed: UInt64)
        throws
    {
        var random = SplitMix64(seed: seed)
        let lines = events.all.split(separator: 0x0A)
        var split: [[Data]] = [[], [], []]
        for line in lines { split[random.below(3)].append(line) }
        for (name, part) in zip(["a", "b", "c"], split) {
            try (Data(part.joined(separator: [0x0A])) + [0x0A]).write(to: folder.appending(path: name))
        }
        let states = try shell(
            """
            fold() { octolog correlate --partial "$@"; }
            fold a > A; fold b > B; fold c > C
            fold A B > AB; fold AB C > left; fold B C > BC; fold A BC > right; fold a b c > whole; fold C A B > other
            cmp left right && cmp left whole && cmp whole other && octolog correlate left
            """)
        #expect(states.code == 0 && states.err.isEmpty, "\(states.out.prefix(200)) \(states.err)")
        #expect(try states.findings == expected())
    }

    @Test("compressed streams, folders, globs and stdin are read alike") func inputs() throws {
        let expected = try expected()
        let ways = [
            "mkdir d && gzip -c p0 > d/0.gz && zstd -q p1 -o d/1.zst && xz -c p2 > d/2.xz && bzip2 -c p3 > d/3.bz2 && cp p[4-7] d && octolog correlate d",
            "octolog correlate 'd/*'",
            "cat p? | gzip | octolog correlate",
            "cat p? | zstd -q | octolog correlate -",
            "octolog correlate p0 p1 - p4 p5 p6 p7 < <(cat p2 p3)",
        ]
        for way in ways {
            let result = try shell(way)
            #expect(result.code == 0 && result.err.isEmpty, "\(way): \(result.err)")
            #expect(result.findings == expected, "\(way)")
        }
    }
}
