import Fleet
import Foundation
import Testing

/// Duplicates that were planted in a fleet are found, all of them and nothing else, however its logs are read.
@Suite(.serialized) struct FleetTests {
    /// Holds what was found against what was planted.
    private func compare(_ found: [Duplicate], _ fleet: Fleet, _ way: String) {
        let planted = Dictionary(grouping: fleet.groups, by: { Finding($0) })
        let findings = found.map { Finding($0) }
        let known = Set(findings)
        let missed = planted.keys.filter { !known.contains($0) }
        let extra = known.filter { planted[$0] == nil }
        for finding in missed.sorted().prefix(10) {
            Issue.record("\(way), missed: \(finding), \(planted[finding]?.first?.origin ?? "")")
        }
        for finding in extra.sorted().prefix(10) { Issue.record("\(way), not planted: \(finding)") }
        #expect(findings.count == known.count, "\(way): \(findings.count - known.count) told twice")
        #expect(missed.isEmpty && extra.isEmpty, "\(way): \(missed.count) missed, \(extra.count) not planted")
        for duplicate in found {
            if let group = planted[Finding(duplicate)]?.first { compare(duplicate, group, way) }
        }
    }

    /// How much it matters, the order of the members, and the one that the server talks to.
    private func compare(_ duplicate: Duplicate, _ group: Fleet.Group, _ way: String) {
        let label = "\(way): \(group.origin): \(Finding(duplicate))"
        #expect(duplicate.memberCount == group.members.count, "\(label)")
        let hasCurrent: Bool
        switch group.class {
        case .sameName:
            #expect(duplicate.level == (group.isHandover ? "low" : "high"), "\(label)")
            hasCurrent = true
        case .registeredAgain, .ghost:
            #expect(duplicate.level == (group.isPossibleOnly ? "info" : "low"), "\(label)")
            hasCurrent = true
        // Whichever of them answers.
        case .sameThumbprint, .sameSubscription, .sameEndpoint:
            #expect(duplicate.level == "high", "\(label)")
            hasCurrent = false
        }
        switch group.order {
        case .told:
            #expect(duplicate.members == group.members, "the order, \(label)")
            #expect(duplicate.current == (hasCurrent ? group.members.last : nil), "the current one, \(label)")
        case .untold: #expect(duplicate.current == nil, "the current one, \(label)")
        case .doubtful: break
        }
    }

    private func report(_ fleet: Fleet) {
        print(
            "a fleet of \(fleet.containers) containers in \(fleet.logs.count) logs, \(fleet.registrations) registrations"
        )
        for item in Fleet.DuplicateClass.allCases {
            let groups = fleet.groups.filter { $0.class == item }
            print("  \(item.rawValue): \(groups.count) groups, \(groups.reduce(0) { $0 + $1.members.count }) members")
        }
        for decoy in fleet.decoys { print("  no duplicate, \(decoy.kind): \(decoy.containers)") }
    }

    @Test("2,000 containers: in one process, and by host and then correlated") func whole() throws {
        let folder = try FleetFolder(Fleet(containers: 2000, seed: 1))
        report(folder.fleet)
        let all = try folder.shell("octolog -q logs | grep -F octolog.registration.duplicate.v1 > one")
        #expect(all.code == 0, "\(all.err)")
        compare(Duplicate.last(of: Duplicate.all(in: try folder.data("one"))), folder.fleet, "one process")
        try folder.analyzeHosts()
        let result = try folder.shell("octolog correlate hosts")
        #expect(result.code == 0 && result.err.isEmpty, "\(result.err)")
        compare(Duplicate.all(in: result.data), folder.fleet, "by host")
    }

    @Test("each container by itself, and in any order") func anyOrder() throws {
        let folder = try FleetFolder(Fleet(containers: 150, seed: 2))
        try folder.analyzeEach()
        let result = try folder.shell("octolog correlate events")
        #expect(result.code == 0 && result.err.isEmpty, "\(result.err)")
        compare(Duplicate.all(in: result.data), folder.fleet, "each by itself")
        for seed in 1...2 {
            var random = SplitMix64(seed: UInt64(seed))
            try folder.write("list", folder.fleet.logs.map(\.path).shuffled(using: &random))
            let shuffled = try folder.shell("xargs octolog -q < list")
            compare(
                Duplicate.last(of: Duplicate.all(in: shuffled.data)), folder.fleet, "one process, order \(seed)")
            let events = folder.fleet.logs.indices.map { "events/\($0).ndjson" }
            try folder.write("list", events.shuffled(using: &random))
            let correlated = try folder.shell("xargs octolog correlate < list")
            #expect(correlated.findings == result.findings, "order \(seed)")
        }
        try lateEvents(folder, expected: result.findings)
    }

    /// Each event for itself, at any place.
    private func lateEvents(_ folder: borrowing FleetFolder, expected: [Substring]) throws {
        let all = try folder.shell("cat events/*.ndjson").data
        let lines = all.split(separator: 0x0A)
        for seed in 1...2 {
            var random = SplitMix64(seed: UInt64(seed))
            let stream = Data(lines.shuffled(using: &random).joined(separator: [0x0A])) + [0x0A]
            let result = try folder.shell("octolog correlate", input: stream)
            #expect(result.code == 0 && result.findings == expected, "events in order \(seed)")
            if result.findings != expected {
                compare(Duplicate.all(in: result.data), folder.fleet, "events in order \(seed)")
            }
        }
    }

    @Test("no planted secret is in what is told of a fleet") func secrets() throws {
        let folder = try FleetFolder(Fleet(containers: 80, seed: 3))
        let outputs = try folder.shell(
            """
            octolog -q logs > events && cat events && octolog correlate events && octolog correlate --partial events \
            && octolog correlate --format text events && octolog registrations logs && octolog registrations --json logs
            """)
        #expect(outputs.code == 0, "\(outputs.err)")
        for secret in folder.fleet.secrets { #expect(!outputs.out.contains(secret.suffix(14).prefix(8))) }
    }
}
