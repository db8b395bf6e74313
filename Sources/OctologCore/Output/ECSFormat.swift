/// Events as documents of the Elastic Common Schema, one a line: https://www.elastic.co/guide/en/ecs/8.17.
///
/// What ECS has a field for is there; all that the event's `data` says is under `octolog`, in lower case as ECS wants
/// custom fields to be, so that nothing is lost and what the events' documentation says holds here too.
package enum ECSFormat {
    /// The version of ECS whose fields these are; Tests/integrations/ecs-fields.tsv has its list.
    static let version = "8.17.0"

    package static func write(_ event: Event, to writer: inout JSONWriter) {
        writer.object { writer in
            // ECS requires @timestamp, "when the event originated". Where the log does not say when, it is left out:
            // Filebeat and the ingest pipeline in integrations/elastic put their own clock there, and mark it.
            writer.member("@timestamp", event.time?.rfc3339)
            writer.member("message", EventSentence.text(of: event))
            writer.group("ecs") { $0.member("version", version) }
            writer.group("log") { writer in
                writer.member("level", logLevel(of: event.level))
                if let path = event.evidence.first?.input, path != "-" {
                    writer.group("file") { $0.member("path", path) }
                }
            }
            writer.group("event") { writer in writeEvent(event, to: &writer) }
            writeSubjects(of: event, to: &writer)
            writer.group("octolog") { writer in
                writer.member("source", event.source)
                writer.member("subject", event.subject)
                writer.member("type", event.type)
                writer.member("level", event.level.name)
                writer.member("correlation_id", event.correlation)
                writer.snakeMembers(FieldTree.fields(of: event.data))
            }
        }
        writer.newline()
    }

    /// Names that Elastic's log views know.
    static func logLevel(of level: Level) -> String {
        switch level {
        case .info, .low: "info"
        case .medium: "warning"
        case .high: "error"
        case .critical: "critical"
        }
    }

    private static func writeEvent(_ event: Event, to writer: inout JSONWriter) {
        let meaning = Meaning(of: event)
        writer.member("id", event.id)
        writer.member("kind", meaning.kind.rawValue)
        writer.member("category", [meaning.category?.rawValue])
        writer.member("type", [meaning.type?.rawValue])
        writer.member("action", event.payload.type.shortName)
        writer.member("outcome", meaning.outcome?.rawValue)
        writer.member("code", meaning.rule?.id)
        writer.member("reason", meaning.reason)
        writer.key("severity")
        writer.number(event.level.severityNumber)
        writer.key("sequence")
        writer.number(event.sequence)
        if let seconds = meaning.seconds, let duration = nanoseconds(seconds) {
            writer.key("duration")
            writer.number(duration)
        }
        writer.member("dataset", "octolog.events")
        writer.member("module", "octolog")
        writer.member("provider", "octolog")
    }

    /// `event.duration` is in nanoseconds; nil for what a log can't mean.
    static func nanoseconds(_ seconds: Double) -> Int? { Int(exactly: (seconds * 1e9).rounded()) }

    /// What the event is about, each in the field set that ECS has for it.
    private static func writeSubjects(of event: Event, to writer: inout JSONWriter) {
        if let container = event.namedContainer {
            writer.group("container") { writer in
                // Engines' ids are 64 hexadecimal digits; what is shorter may be a name.
                let isID = container.utf8.count == 64 && container.utf8.allSatisfy(\.isHexadecimal)
                if isID { writer.member("id", container) } else { writer.member("name", container) }
            }
        }
        if let service = event.serviceName {
            writer.group("service") { writer in
                writer.member("name", service)
                writer.member("type", service)
                writer.member("version", event.serviceVersion)
            }
        }
        let meaning = Meaning(of: event)
        if let rule = meaning.rule {
            writer.group("rule") { writer in
                writer.member("id", rule.id)
                writer.member("name", rule.name)
                writer.member("ruleset", "octolog")
                writer.member("reference", Explanation[rule.id]?.links.first)
            }
        }
        if let cause = event.payload.rootCause {
            writer.group("error") { writer in
                writer.member("code", cause.code)
                writer.member("message", EventSentence.text(of: cause))
            }
        }
        if meaning.exitCode != nil || meaning.executable != nil {
            writer.group("process") { writer in
                writer.member("executable", meaning.executable)
                guard let exitCode = meaning.exitCode else { return }
                writer.key("exit_code")
                writer.number(exitCode)
            }
        }
    }
}

/// What an event is in ECS's categories: https://www.elastic.co/guide/en/ecs/8.17/ecs-category-field-values-reference.html.
///
/// A category is left out where none is meant for such events; ECS wants that, rather than a wrong one.
private struct Meaning {
    enum Kind: String { case alert, event }
    enum Category: String { case configuration, process, vulnerability }
    enum EventType: String { case change, creation, end, info, start }
    enum Outcome: String { case failure, success, unknown }

    var kind = Kind.event
    var category: Category?
    var type: EventType?
    var outcome: Outcome?
    /// What was found, by its code and its title.
    var rule: (id: String, name: String)?
    var reason: String?
    var seconds: Double?
    var exitCode: Int?
    var executable: String?

    init(of event: Event) {
        switch event.payload {
        case .runStarted: type = .start
        case .runFinished: type = .end
        case .sourceDetected, .gapDetected, .linesUnrecognised: type = .info
        case .limitHit(let hit):
            type = .info
            rule = hit.rule.map { ($0, $0) }
        case .eventsSuppressed(let suppressed):
            type = .info
            rule = (suppressed.code, suppressed.code)
        case .rulesReloaded: (category, type) = (.configuration, .change)
        case .startupBegan: (category, type) = (.process, .start)
        case .phaseEntered: (category, type) = (.process, .info)
        case .phaseCompleted(let step): set(.process, .info, .success, seconds: step.durationSeconds)
        case .phaseFailed(let step): set(.process, .info, .failure, seconds: step.durationSeconds)
        case .commandExecuted(let executed):
            set(
                .process, executed.outcome == .unfinished ? .start : .end, Outcome(executed.outcome),
                seconds: executed.durationSeconds)
            exitCode = executed.exitCode
            executable = executed.command.executable
        case .configurationObserved, .masterKeyConfigured: (category, type) = (.configuration, .info)
        case .masterKeyShown: (category, type) = (.vulnerability, .info)
        case .secretExposed(let exposed):
            (kind, category, type) = (.alert, .vulnerability, .info)
            rule = (exposed.place, "\(exposed.kind.rawValue) in clear")
            reason = exposed.explanation
        case .registrationObserved(let registration):
            set(.configuration, .creation, Outcome(registration.outcome), seconds: nil)
        case .registrationDuplicate(let duplicate):
            (kind, category, type) = (.alert, .configuration, .info)
            rule = (
                duplicate.class.rawValue, Explanation[duplicate.class.rawValue]?.title ?? duplicate.class.rawValue
            )
            reason = duplicate.why
        case .startupSucceeded(let succeeded): set(.process, .info, .success, seconds: succeeded.durationSeconds)
        case .startupFailed(let failed):
            exitCode = failed.exitCode
            set(failed.rootCause)
        case .startupExplained(let explained): set(explained.rootCause)
        case .startupUnfinished(let unfinished):
            kind = .alert
            set(.process, .info, .unknown, seconds: nil)
            reason = "missing: \(unfinished.missing)"
        case .containerStopped(let stopped):
            exitCode = stopped.exitCode
            set(.process, .end, Outcome(stopped), seconds: nil)
        case .findingRaised(let finding):
            (category, type) = (.process, .info)
            kind = event.level == .info ? .event : .alert
            rule = (finding.code, finding.title)
        }
    }

    private mutating func set(_ category: Category, _ type: EventType, _ outcome: Outcome, seconds: Double?) {
        (self.category, self.type, self.outcome, self.seconds) = (category, type, outcome, seconds)
    }

    private mutating func set(_ cause: RootCause) {
        kind = .alert
        set(.process, .info, .failure, seconds: nil)
        rule = (cause.code, cause.title)
        reason = EventSentence.text(of: cause)
    }
}

extension Meaning.Outcome {
    fileprivate init(_ outcome: Invocation.Outcome) {
        switch outcome {
        case .done: self = .success
        case .failed: self = .failure
        case .unfinished: self = .unknown
        }
    }

    fileprivate init(_ outcome: Registration.Outcome) {
        switch outcome {
        case .registered: self = .success
        case .failed: self = .failure
        case .unfinished: self = .unknown
        }
    }

    /// Somebody's stopping it is no failure, whatever code the program ends with.
    fileprivate init(_ stopped: ContainerStopped) {
        if stopped.expected == true || stopped.exitCode == 0 {
            self = .success
        } else {
            self = stopped.exitCode == nil ? .unknown : .failure
        }
    }
}

extension JSONWriter {
    fileprivate mutating func group(_ name: StaticString, _ body: (inout JSONWriter) -> Void) {
        key(name)
        object(body)
    }

    /// A list of the one value that there may be: `event.category` and `event.type` are arrays.
    fileprivate mutating func member(_ name: StaticString, _ texts: [String?]) {
        let texts = texts.compactMap(\.self)
        guard !texts.isEmpty else { return }
        key(name)
        array { writer in for text in texts { writer.string(text) } }
    }

    fileprivate mutating func snakeMembers(_ fields: [Field]) {
        for field in fields {
            key(field.snakeName)
            write(field.value)
        }
    }

    private mutating func write(_ value: FieldValue) {
        switch value {
        case .text(let text): string(text)
        case .integer(let number): self.number(number)
        case .number(let number): self.number(number)
        case .flag(let flag): bool(flag)
        case .texts(let texts): array { writer in for text in texts { writer.string(text) } }
        case .object(let fields): object { writer in writer.snakeMembers(fields) }
        case .objects(let objects):
            array { writer in for fields in objects { writer.object { writer in writer.snakeMembers(fields) } } }
        }
    }
}
