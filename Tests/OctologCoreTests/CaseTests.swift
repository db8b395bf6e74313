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
    @Test("there are cases") func thereAreCases() { #expect(Case.all.count >= 8) }

    @Test("a case turns out as expected", arguments: Case.all)
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
