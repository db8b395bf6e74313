/// The types of events, spec'd once: name, schema and sample follow from the case.
package enum EventType: String, Sendable, CaseIterable {
    case runStarted = "octolog.run.started.v1"
    case runFinished = "octolog.run.finished.v1"
    case sourceDetected = "octolog.source.detected.v1"
    case startupBegan = "octolog.startup.began.v1"
    case phaseEntered = "octolog.phase.entered.v1"
    case phaseCompleted = "octolog.phase.completed.v1"
    case phaseFailed = "octolog.phase.failed.v1"
    case commandExecuted = "octolog.command.executed.v1"
    case configurationObserved = "octolog.configuration.observed.v1"
    case masterKeyShown = "octolog.masterkey.shown.v1"
    case masterKeyConfigured = "octolog.masterkey.configured.v1"
    case secretExposed = "octolog.secret.exposed.v1"
    case registrationObserved = "octolog.registration.observed.v1"
    case registrationDuplicate = "octolog.registration.duplicate.v1"
    case startupSucceeded = "octolog.startup.succeeded.v1"
    case startupFailed = "octolog.startup.failed.v1"
    case startupUnfinished = "octolog.startup.unfinished.v1"
    case startupExplained = "octolog.startup.explained.v1"
    case containerStopped = "octolog.container.stopped.v1"
    case findingRaised = "octolog.finding.raised.v1"
    case gapDetected = "octolog.gap.detected.v1"
    case limitHit = "octolog.limit.hit.v1"
    case linesUnrecognised = "octolog.lines.unrecognised.v1"
    case eventsSuppressed = "octolog.events.suppressed.v1"
    case rulesReloaded = "octolog.rules.reloaded.v1"

    /// `octolog.<noun>.<verb>.v1`
    package var name: String { rawValue }

    /// `<noun>.<verb>`
    package var shortName: String { String(rawValue.dropFirst("octolog.".count).dropLast(".v1".count)) }

    /// The type that `text` names, with or without `octolog.` and `.v1`.
    package init?(named text: String) {
        guard let type = Self.allCases.first(where: { $0.name == text || $0.shortName == text }) else { return nil }
        self = type
    }

    /// The `$id` of the event's schema.
    var schemaID: String { "urn:octolog:schema:\(name)" }

    /// The `dataschema` of the event: the part of its schema that `data` follows.
    var dataSchema: String {
        for i in Self.dataSchemas.indices where Self.dataSchemas[i].type == self { return Self.dataSchemas[i].text }
        return Self.dataSchema(of: self)
    }

    /// Every event has one: they are put together once.
    private static let dataSchemas = allCases.map { (type: $0, text: dataSchema(of: $0)) }
    private static func dataSchema(of type: EventType) -> String { "\(type.schemaID)#/properties/data" }

    var sample: Payload {
        switch self {
        case .runStarted: .runStarted(.sample)
        case .runFinished: .runFinished(.sample)
        case .sourceDetected: .sourceDetected(.sample)
        case .startupBegan: .startupBegan(.sample)
        case .phaseEntered: .phaseEntered(.sample)
        case .phaseCompleted: .phaseCompleted(.sample)
        case .phaseFailed: .phaseFailed(.sample)
        case .commandExecuted: .commandExecuted(.sample)
        case .configurationObserved: .configurationObserved(.sample)
        case .masterKeyShown: .masterKeyShown(.sample)
        case .masterKeyConfigured: .masterKeyConfigured(.sample)
        case .secretExposed: .secretExposed(.sample)
        case .registrationObserved: .registrationObserved(.sample)
        case .registrationDuplicate: .registrationDuplicate(.sample)
        case .startupSucceeded: .startupSucceeded(.sample)
        case .startupFailed: .startupFailed(.sample)
        case .startupUnfinished: .startupUnfinished(.sample)
        case .startupExplained: .startupExplained(.sample)
        case .containerStopped: .containerStopped(.sample)
        case .findingRaised: .findingRaised(.sample)
        case .gapDetected: .gapDetected(.sample)
        case .limitHit: .limitHit(.sample)
        case .linesUnrecognised: .linesUnrecognised(.sample)
        case .eventsSuppressed: .eventsSuppressed(.sample)
        case .rulesReloaded: .rulesReloaded(.sample)
        }
    }
}

/// What an event says, by its type.
///
/// What is large and rare lies elsewhere: events are moved often, and most are small.
package enum Payload: Sendable {
    indirect case runStarted(RunStarted)
    indirect case runFinished(RunFinished)
    case sourceDetected(SourceDetected)
    case startupBegan(StartupBegan)
    case phaseEntered(PhaseStep)
    case phaseCompleted(PhaseStep)
    case phaseFailed(PhaseStep)
    case commandExecuted(CommandExecuted)
    indirect case configurationObserved(Configuration)
    case masterKeyShown(MasterKeyShown)
    case masterKeyConfigured(MasterKeyConfigured)
    case secretExposed(SecretExposed)
    indirect case registrationObserved(Registration)
    indirect case registrationDuplicate(RegistrationDuplicate)
    case startupSucceeded(StartupSucceeded)
    indirect case startupFailed(StartupFailed)
    case startupUnfinished(StartupUnfinished)
    indirect case startupExplained(StartupExplained)
    case containerStopped(ContainerStopped)
    case findingRaised(Finding)
    case gapDetected(GapDetected)
    case limitHit(LimitHit)
    case linesUnrecognised(LinesUnrecognised)
    case eventsSuppressed(EventsSuppressed)
    indirect case rulesReloaded(RulesReloaded)

    package var type: EventType {
        switch self {
        case .runStarted: .runStarted
        case .runFinished: .runFinished
        case .sourceDetected: .sourceDetected
        case .startupBegan: .startupBegan
        case .phaseEntered: .phaseEntered
        case .phaseCompleted: .phaseCompleted
        case .phaseFailed: .phaseFailed
        case .commandExecuted: .commandExecuted
        case .configurationObserved: .configurationObserved
        case .masterKeyShown: .masterKeyShown
        case .masterKeyConfigured: .masterKeyConfigured
        case .secretExposed: .secretExposed
        case .registrationObserved: .registrationObserved
        case .registrationDuplicate: .registrationDuplicate
        case .startupSucceeded: .startupSucceeded
        case .startupFailed: .startupFailed
        case .startupUnfinished: .startupUnfinished
        case .startupExplained: .startupExplained
        case .containerStopped: .containerStopped
        case .findingRaised: .findingRaised
        case .gapDetected: .gapDetected
        case .limitHit: .limitHit
        case .linesUnrecognised: .linesUnrecognised
        case .eventsSuppressed: .eventsSuppressed
        case .rulesReloaded: .rulesReloaded
        }
    }

    /// Whether this says how a startup ended.
    var isOutcome: Bool {
        switch type {
        case .startupSucceeded, .startupFailed, .startupUnfinished: true
        case .runStarted, .runFinished, .sourceDetected, .startupBegan, .phaseEntered, .phaseCompleted, .phaseFailed,
            .commandExecuted, .configurationObserved, .masterKeyShown, .masterKeyConfigured, .secretExposed,
            .registrationObserved, .registrationDuplicate, .startupExplained, .containerStopped, .findingRaised,
            .gapDetected, .limitHit, .linesUnrecognised, .eventsSuppressed, .rulesReloaded:
            false
        }
    }

    /// Shows the fields; each case by itself, so that the compiler knows the types.
    func visit(_ visitor: inout some FieldVisitor) {
        switch self {
        case .runStarted(let fields): fields.visit(&visitor)
        case .runFinished(let fields): fields.visit(&visitor)
        case .sourceDetected(let fields): fields.visit(&visitor)
        case .startupBegan(let fields): fields.visit(&visitor)
        case .phaseEntered(let fields), .phaseCompleted(let fields), .phaseFailed(let fields): fields.visit(&visitor)
        case .commandExecuted(let fields): fields.visit(&visitor)
        case .configurationObserved(let fields): fields.visit(&visitor)
        case .masterKeyShown(let fields): fields.visit(&visitor)
        case .masterKeyConfigured(let fields): fields.visit(&visitor)
        case .secretExposed(let fields): fields.visit(&visitor)
        case .registrationObserved(let fields): fields.visit(&visitor)
        case .registrationDuplicate(let fields): fields.visit(&visitor)
        case .startupSucceeded(let fields): fields.visit(&visitor)
        case .startupFailed(let fields): fields.visit(&visitor)
        case .startupUnfinished(let fields): fields.visit(&visitor)
        case .startupExplained(let fields): fields.visit(&visitor)
        case .containerStopped(let fields): fields.visit(&visitor)
        case .findingRaised(let fields): fields.visit(&visitor)
        case .gapDetected(let fields): fields.visit(&visitor)
        case .limitHit(let fields): fields.visit(&visitor)
        case .linesUnrecognised(let fields): fields.visit(&visitor)
        case .eventsSuppressed(let fields): fields.visit(&visitor)
        case .rulesReloaded(let fields): fields.visit(&visitor)
        }
    }
}
