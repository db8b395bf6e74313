import Foundation
import Testing

@testable import OctologCore

/// What a run says of its startups, in the words of a case's `expected` file.
private struct Story {
    struct Chapter {
        var kind = "unknown"
        var outcome = "none"
        var phases: [String] = []
        var commands: [String] = []
    }
    var product = ""
    var era = ""
    var chapters: [Chapter] = []
    var rootCauses: [String] = []
    var untrusted = 0
    var registrations: [String] = []
    var duplicates: [String] = []

    init(_ events: [Event]) {
        var index: [String: Int] = [:]
        for event in events {
            guard let container = event.origin.container, let startup = event.origin.startup else { continue }
            let name = "\(container)/\(startup)"
            let number = index[name] ?? chapters.count
            if number == chapters.count { chapters.append(Chapter()) }
            index[name] = number
            product = event.origin.product?.rawValue ?? product
            era = event.origin.era ?? era
            var chapter = chapters[number]
            note(event.payload, &chapter)
            chapters[number] = chapter
        }
    }

    private mutating func note(_ payload: Payload, _ chapter: inout Chapter) {
        switch payload {
        case .startupBegan(let began): chapter.kind = began.kind.rawValue
        case .phaseEntered(let step): chapter.phases.append(step.phase.rawValue)
        case .commandExecuted(let executed):
            chapter.commands.append("\(executed.command.verb ?? "")=\(executed.outcome.rawValue)")
        case .startupSucceeded: chapter.outcome = "succeeded"
        case .startupFailed(let failed):
            chapter.outcome = "failed"
            rootCauses.append(failed.rootCause.code)
        case .startupUnfinished: chapter.outcome = "unfinished"
        case .masterKeyShown(let shown): if !shown.trusted { untrusted += 1 }
        case .registrationObserved(let r):
            registrations.append("\(r.name ?? "?")@\(r.server ?? "?")/\(r.outcome.rawValue)")
        case .registrationDuplicate(let duplicate): duplicates.append(duplicate.class.rawValue)
        default: break
        }
    }

    func line(_ values: [String]) -> String { values.isEmpty ? "none" : values.joined(separator: ", ") }
}

/// Each case says what was expected before the code saw it.
@Suite struct CaseTests {
    @Test("there are cases") func thereAreCases() {
        #expect(Case.all.count >= 70)
        #expect(Case.ofContainers.count >= 40)
    }

    @Test("a case turns out as expected", arguments: Case.ofOneContainer)
    func expected(_ item: Case) {
        let result = item.run()
        let story = Story(result.events)
        let expected = item.expected
        #expect(story.product == expected["product"])
        #expect(story.era == expected["era"])
        #expect(story.line(story.chapters.map { "\($0.kind)/\($0.outcome)" }) == expected["startups"])
        #expect(story.chapters.map { $0.phases.joined(separator: ">") }.joined(separator: " ; ") == expected["phases"])
        #expect(story.chapters.map { story.line($0.commands) }.joined(separator: " ; ") == expected["commands"])
        #expect(story.line(Array(Set(story.rootCauses)).sorted()) == expected["root-cause"])
        let key = expected["key"] ?? ""
        #expect((result.key ?? "none") == (key.hasPrefix("none") ? "none" : key))
        #expect("\(story.untrusted)" == expected["untrusted-keys"])
        let registrations = "\(story.registrations.count) \(story.registrations.joined(separator: ", "))"
        #expect(registrations.trimmingCharacters(in: .whitespaces) == expected["registrations"])
        #expect(story.line(Array(Set(story.duplicates)).sorted()) == expected["duplicates"])
    }
}

/// What a run says of each container, in the words of a case's `container` lines.
private struct Containers {
    struct Container {
        var product = "unknown"
        var era = "unknown"
        var startups: [Int: (kind: String, outcome: String, cause: String?)] = [:]
    }
    var names: [String] = []
    var containers: [String: Container] = [:]
    var findings: Set<String> = []
    var registrations = 0
    var duplicates: Set<String> = []

    init(_ events: [Event]) {
        for event in events {
            guard let name = event.origin.container else { continue }
            if containers[name] == nil { names.append(name) }
            var container = containers[name] ?? Container()
            container.product = event.origin.product?.rawValue ?? container.product
            container.era = event.origin.era ?? container.era
            if let number = event.origin.startup {
                var startup = container.startups[number] ?? ("unknown", "none", nil)
                note(event, &startup)
                container.startups[number] = startup
            }
            containers[name] = container
            if case .findingRaised(let finding) = event.payload, event.level >= .medium {
                findings.insert(finding.code)
            }
            if case .registrationDuplicate(let duplicate) = event.payload {
                duplicates.insert(duplicate.class.rawValue)
            }
        }
    }

    private mutating func note(_ event: Event, _ startup: inout (kind: String, outcome: String, cause: String?)) {
        func place(_ cause: RootCause) -> String { cause.code + (cause.container.map { "@\($0)" } ?? "") }
        switch event.payload {
        case .startupBegan(let began): startup.kind = began.kind.rawValue
        case .startupSucceeded: startup.outcome = "succeeded"
        case .startupUnfinished: startup.outcome = "unfinished"
        case .startupFailed(let failed): (startup.outcome, startup.cause) = ("failed", place(failed.rootCause))
        case .startupExplained(let explained): startup.cause = place(explained.rootCause)
        case .registrationObserved: registrations += 1
        default: break
        }
    }

    /// The lines that a case would have, but for their order.
    func lines(of item: Case) -> Set<String> {
        let paths = Dictionary(uniqueKeysWithValues: item.logs.map { ("Fixtures/cases/\(item.name)/\($0)", $0) })
        func short(_ name: String) -> String { paths[name].map { item.logs.count == 1 ? "-" : $0 } ?? name }
        return Set(
            names.compactMap { name in
                guard let container = containers[name], !container.startups.isEmpty else { return nil }
                let startups = container.startups.sorted { $0.key < $1.key }.map(\.value)
                let causes = startups.compactMap(\.cause).map { cause in
                    paths.reduce(cause) { $0.replacingOccurrences(of: "@\($1.key)", with: "@\($1.value)") }
                }
                return [
                    short(name), container.product, container.era,
                    startups.map { "\($0.kind)/\($0.outcome)" }.joined(separator: ", "),
                    causes.isEmpty ? "none" : causes.joined(separator: ", "),
                ].joined(separator: " | ")
            })
    }
}

/// Each image and era, each family of failure, and stories of several containers: written from the log grammar by
/// somebody who had not seen the code.
@Suite struct ContainerCaseTests {
    @Test("each container turns out as expected", arguments: Case.ofContainers)
    func expected(_ item: Case) {
        let result = item.run()
        let story = Containers(result.events)
        let expected = Set(item.containers.map { $0.replacing(#/ *, */#, with: ", ") })
        #expect(story.lines(of: item) == expected)
        func list(_ values: some Sequence<String>) -> String {
            let values = values.sorted()
            return values.isEmpty ? "none" : values.joined(separator: ", ")
        }
        #expect(list(story.findings) == item.expected["findings"])
        #expect((result.key ?? "none") == item.expected["key"]?.prefix { $0 != " " } ?? "")
        #expect("\(story.registrations)" == item.expected["registrations"])
        #expect(list(story.duplicates) == item.expected["duplicates"])
    }

    @Test("on a healthy log nothing is claimed that matters", arguments: Case.all.filter(\.isHealthy))
    func healthy(_ item: Case) {
        for event in item.run().events {
            switch event.payload {
            case .findingRaised(let finding): #expect(event.level <= .low, "\(finding.code)")
            case .startupFailed(let failed): Issue.record("\(failed.rootCause.code)")
            case .phaseFailed(let step): Issue.record("\(step.phase)")
            default: break
            }
        }
    }

    @Test("every line of a healthy startup is recognised", arguments: Case.all.filter(\.isHealthy))
    func recognised(_ item: Case) {
        let result = item.run()
        guard case .runFinished(let finished) = result.events.last?.payload else { return }
        print("recognised: \(item.name) \(finished.recognised) of \(finished.startupLines)")
        #expect(finished.recognised == finished.startupLines)
        for event in result.events {
            guard case .linesUnrecognised(let lines) = event.payload else { continue }
            Issue.record("\(lines.templates.map(\.template))")
        }
    }
}
