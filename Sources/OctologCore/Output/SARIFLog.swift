/// A run's findings as one SARIF 2.1.0 log, https://docs.oasis-open.org/sarif/sarif/v2.1.0: written at the run's end.
///
/// Results are what somebody should see to: failed and unfinished startups, findings, secrets in clear, duplicates.
/// `startup.explained` and a group of duplicates that is told again replace the result of before, as they are its last
/// word. What limits the run itself is a notification of the invocation.
package struct SARIFLog {
    private var results: [[UInt8]] = []
    private var resultBytes = 0
    /// How many results there was no room for.
    private var left = 0
    private var rules = SARIFRules()
    /// The result of each failed startup, and the id that it keeps; of each group of duplicates, and who is in it.
    private var failures: [String: (index: Int, id: String)] = [:]
    private var groups: [String: [(index: Int, told: RegistrationDuplicate)]] = [:]
    private var writer = JSONWriter(capacity: 4 << 10)
    private var notifications: [(level: SARIFLevel, text: String)] = []

    /// How many results are kept, and of how many bytes in all: readers take some 10,000, and memory is bounded.
    static let limit = 10_000
    static let byteLimit = 12 << 20
    private static let notificationLimit = 100

    /// How much of a line, and how many lines besides the first, a result shows.
    private static let snippetLimit = 1 << 10
    private static let relatedLimit = 16

    package init() {}

    /// Takes note of an event; at the end of the run, shows the log to `body`, in pieces.
    package mutating func receive(_ event: Event, _ body: ([UInt8]) -> Void) {
        switch event.payload {
        case .startupFailed(let failed):
            let index = add(event, rule: SARIFRule(failed.rootCause, event.level), id: event.id)
            if let index { failures[Self.startup(event.origin)] = (index, event.id) }
        case .startupExplained(let explained):
            let startup = Self.startup(Origin(container: explained.container, startup: explained.startup))
            let earlier = failures[startup]
            let rule = SARIFRule(explained.rootCause, event.level)
            let index = add(event, rule: rule, id: earlier?.id ?? event.id, replacing: earlier?.index)
            if let index { failures[startup] = (index, earlier?.id ?? event.id) }
        case .registrationDuplicate(let duplicate): add(duplicate, event)
        case .startupUnfinished:
            add(event, rule: .unfinished(event.level))
        case .findingRaised(let finding):
            add(event, rule: SARIFRule(finding.code, finding.title, remedy: finding.remedy, event.level))
        case .secretExposed(let exposed): add(event, rule: SARIFRule(exposed, event.level))
        case .limitHit(let hit): notify(hit.limit.losesSomething ? .warning : .note, EventSentence.text(of: event))
        case .eventsSuppressed, .rulesReloaded: notify(.note, EventSentence.text(of: event))
        case .runFinished(let finished): write(exitCode: finished.exitCode, body)
        case .runStarted, .sourceDetected, .startupBegan, .phaseEntered, .phaseCompleted, .phaseFailed,
            .commandExecuted, .configurationObserved, .masterKeyShown, .masterKeyConfigured, .registrationObserved,
            .startupSucceeded, .containerStopped, .gapDetected, .linesUnrecognised:
            break
        }
    }

    private static func startup(_ origin: Origin) -> String { "\(origin.startup ?? 0) \(origin.container ?? "")" }

    private mutating func add(_ duplicate: RegistrationDuplicate, _ event: Event) {
        let key = "\(duplicate.class.rawValue) \(duplicate.value?.lowercased() ?? "")"
        let earlier = groups[key]?.firstIndex { duplicate.replaces($0.told) }
        let rule = SARIFRule(duplicate, event.level)
        let replaced = earlier.flatMap { groups[key]?[$0].index }
        guard let index = add(event, rule: rule, id: event.id, replacing: replaced) else { return }
        var told = duplicate
        // Only who they are is needed to know the group again.
        told.members = duplicate.members.map {
            .init(container: $0.container, startup: $0.startup, name: $0.name, evidence: [])
        }
        if let earlier { groups[key]?[earlier] = (index, told) } else { groups[key, default: []].append((index, told)) }
        // One that has grown may take the place of several.
        for other in groups[key] ?? [] where other.index != index && duplicate.replaces(other.told) {
            resultBytes -= results[other.index].count
            results[other.index] = []
        }
        groups[key]?.removeAll { $0.index != index && results[$0.index].isEmpty }
    }

    private mutating func notify(_ level: SARIFLevel, _ text: String) {
        if notifications.count < Self.notificationLimit { notifications.append((level, text)) }
    }

    private mutating func add(_ event: Event, rule: SARIFRule) { _ = add(event, rule: rule, id: event.id) }

    /// Keeps a result, in its place if it replaces one.
    ///
    /// - Returns: its index, or nil if there is no room for it.
    private mutating func add(_ event: Event, rule: SARIFRule, id: String, replacing earlier: Int? = nil) -> Int? {
        guard earlier != nil || (results.count < Self.limit && resultBytes < Self.byteLimit) else {
            left += 1
            return nil
        }
        let ruleIndex = rules.index(of: rule)
        writer.removeAll()
        writer.object { writer in Self.write(event, rule, ruleIndex, id: id, to: &writer) }
        // A copy that is no longer than it has to be: there are thousands.
        var bytes: [UInt8] = []
        bytes.reserveCapacity(writer.bytes.count)
        bytes += writer.bytes
        resultBytes += bytes.count
        guard let earlier else {
            results.append(bytes)
            return results.count - 1
        }
        resultBytes -= results[earlier].count
        results[earlier] = bytes
        return earlier
    }
}

extension SARIFLog {
    /// A result, SARIF section 3.27.
    private static func write(
        _ event: Event, _ rule: SARIFRule, _ ruleIndex: Int, id: String, to writer: inout JSONWriter
    ) {
        writer.member("ruleId", rule.id)
        writer.key("ruleIndex")
        writer.number(ruleIndex)
        // 3.27.9: only what fails has another level than none.
        if rule.level == .none { writer.member("kind", "informational") }
        writer.member("level", rule.level.rawValue)
        let sentence = SARIFRules.sentence(sentence(event))
        writer.message("message", rule.remedy.map { "\(sentence) \($0)" } ?? sentence)
        writer.key("locations")
        writer.array { writer in
            writer.object { writer in
                if let line = event.evidence.first {
                    physicalLocation(of: line, to: &writer)
                } else if event.namedContainer == nil, let input = event.origin.container {
                    // No line shows what is missing.
                    writer.key("physicalLocation")
                    writer.object { writer in artifactLocation(of: input, to: &writer) }
                }
                logicalLocation(of: event, to: &writer)
            }
        }
        let related = relatedLines(of: event)
        if !related.isEmpty {
            writer.key("relatedLocations")
            writer.array { writer in
                for (number, line) in related.prefix(relatedLimit).enumerated() {
                    writer.object { writer in
                        writer.key("id")
                        writer.number(number + 1)
                        physicalLocation(of: line.line, to: &writer)
                        if let text = line.text { writer.message("message", text) }
                    }
                }
            }
        }
        writer.key("partialFingerprints")
        writer.object { writer in
            writer.member("octologEventId/v1", id)
            // The one that GitHub compares: a hash and which of equal ones it is.
            writer.member("primaryLocationLineHash", "\(id):1")
        }
        writer.key("properties")
        writer.object { writer in
            writer.member("octologType", event.type)
            writer.member("octologLevel", event.level.name)
            writer.member("container", event.origin.container)
            writer.member("time", event.time?.rfc3339)
        }
    }

    /// What a reader of results sees alone: with whose startup it is.
    private static func sentence(_ event: Event) -> String {
        let text = EventSentence.text(of: event)
        // Which startup is explained, the sentence says.
        if case .startupExplained = event.payload { return text }
        return event.origin.container.map { "\(shown($0)): \(text)" } ?? text
    }

    /// A container's name, or an input's.
    private static func shown(_ container: String) -> String { container == "-" ? "stdin" : container }

    /// The lines besides the first, and of duplicates who else registered.
    private static func relatedLines(of event: Event) -> [(line: Evidence, text: String?)] {
        let rest = event.evidence.dropFirst().map { (line: $0, text: String?.none) }
        guard case .registrationDuplicate(let duplicate) = event.payload else { return Array(rest) }
        let first = event.evidence.first
        let members = duplicate.members.flatMap { member in
            member.evidence.filter { $0 != first }.map { line in
                (line: line, text: String?.some("registered by \(shown(member.container)), startup \(member.startup)"))
            }
        }
        return members.isEmpty ? Array(rest) : members
    }

    /// An input, SARIF section 3.4.
    private static func artifactLocation(of input: String, to writer: inout JSONWriter) {
        writer.key("artifactLocation")
        writer.object { writer in
            if input == "-" {
                // SARIF names no standard input: a relative reference that says what it is.
                writer.member("uri", "stdin")
                writer.message("description", "standard input")
            } else {
                writer.member("uri", uri(of: input))
            }
        }
    }

    /// A line of an input, SARIF section 3.29.
    private static func physicalLocation(of line: Evidence, to writer: inout JSONWriter) {
        writer.key("physicalLocation")
        writer.object { writer in
            artifactLocation(of: line.input, to: &writer)
            writer.key("region")
            writer.object { writer in
                writer.key("startLine")
                writer.number(line.location.line)
                // 3.30.11: bytes of the artifact; what is compressed has others.
                if line.compression == nil {
                    writer.key("byteOffset")
                    writer.number(line.location.offset)
                    writer.key("byteLength")
                    writer.number(line.location.length)
                }
                writer.message("snippet", shortened(line.text))
            }
        }
    }

    /// The container and its startup, SARIF section 3.33.
    private static func logicalLocation(of event: Event, to writer: inout JSONWriter) {
        guard let container = event.origin.container.map(Self.shown) else { return }
        writer.one("logicalLocations") { writer in
            writer.member("name", container)
            let startup = event.origin.startup.map { "/startup/\($0)" } ?? ""
            writer.member("fullyQualifiedName", "\(container)\(startup)")
            writer.member("kind", event.namedContainer == nil ? "resource" : "container")
        }
    }

    /// The text without what is over the limit, cut between characters.
    private static func shortened(_ text: String) -> String {
        guard text.utf8.count > snippetLimit else { return text }
        var end = text.utf8.index(text.startIndex, offsetBy: snippetLimit)
        while end.samePosition(in: text.unicodeScalars) == nil { end = text.utf8.index(before: end) }
        return text[..<end] + "..."
    }

    /// A path as a URI reference, RFC 3986: `file:` and absolute, or relative as the path is.
    ///
    /// All but unreserved characters and slashes are escaped: a colon in a first segment would end a scheme.
    static func uri(of path: String) -> String {
        var uri = path.hasPrefix("/") ? "file://" : ""
        for byte in path.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"), UInt8(ascii: "/"):
                uri.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                uri += "%" + (byte < 16 ? "0" : "") + digits
            }
        }
        return uri
    }
}

extension SARIFLog {
    private mutating func write(exitCode: Int, _ body: ([UInt8]) -> Void) {
        if left > 0 { notify(.warning, "\(left) more results were found than this log has room for") }
        if exitCode == 4 { notify(.warning, "nothing was recognised as a log of an Octopus Deploy container") }
        var writer = JSONWriter()
        writer.object { writer in
            writer.member(
                "$schema", "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json")
            writer.member("version", "2.1.0")
            writer.one("runs") { writer in
                writer.key("tool")
                writer.object { writer in
                    writer.key("driver")
                    writer.object { writer in
                        writer.member("name", "octolog")
                        writer.member("version", Octolog.version)
                        writer.member("semanticVersion", Octolog.version)
                        writer.key("rules")
                        rules.write(to: &writer)
                    }
                }
                // 3.17.2: a category, and no id of the run, which would have to be another each time.
                writer.key("automationDetails")
                writer.object { $0.member("id", "octolog/") }
                writer.one("invocations") { writer in writeInvocation(exitCode, to: &writer) }
                writer.key("results")
                writer.array { writer in
                    for result in results where !result.isEmpty {
                        writer.raw(result)
                        // A log of all results is not held twice.
                        if writer.bytes.count > 64 << 10 { body(writer.take()) }
                    }
                }
            }
        }
        writer.newline()
        body(writer.bytes)
    }

    /// The run of octolog, SARIF section 3.20; no times and no command line: they would be another each time.
    private func writeInvocation(_ exitCode: Int, to writer: inout JSONWriter) {
        writer.key("executionSuccessful")
        // Findings are a success; what could not be read to its end, or was no such log, is none.
        writer.bool([0, 1, 2].contains(exitCode))
        writer.key("exitCode")
        writer.number(exitCode)
        guard !notifications.isEmpty else { return }
        writer.key("toolExecutionNotifications")
        writer.array { writer in
            for notification in notifications {
                writer.object { writer in
                    writer.message("message", notification.text)
                    writer.member("level", notification.level.rawValue)
                }
            }
        }
    }
}

extension JSONWriter {
    /// A `message`, or another object that has a text.
    mutating func message(_ name: StaticString, _ text: String) {
        key(name)
        object { $0.member("text", text) }
    }
}
