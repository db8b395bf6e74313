extension EventType {
    /// What an event of this type says, in a sentence or two: for the schema and for the page of events.
    package var meaning: String {
        switch self {
        case .runStarted: "octolog begins to read."
        case .runFinished: "octolog has read everything. A stream that lacks it was cut."
        case .sourceDetected:
            "A container's log is recognised: how its lines are wrapped, and which image wrote them. Told again once more is known."
        case .startupBegan: "A container starts, for the first time or again."
        case .phaseEntered: "A startup comes to its next step."
        case .phaseCompleted: "A step of a startup is done."
        case .phaseFailed: "A step of a startup failed; startup.failed says why."
        case .commandExecuted: "A startup ran a command of Octopus Server or Tentacle, secrets masked."
        case .configurationObserved: "A container says how it is configured. Only what the log shows is there."
        case .masterKeyShown:
            "The log shows a master key, or a line that looks like one: octolog key prints the key, this event its fingerprint."
        case .masterKeyConfigured: "The log tells where the master key comes from, or where it went."
        case .secretExposed: "The log shows a secret in clear. The event does not."
        case .registrationObserved:
            "A Tentacle registered with a server, or tried to. Told again where more is known of it."
        case .registrationDuplicate:
            "Registrations are one machine to the server, or should be. Told again when the group grows: the last word counts."
        case .startupSucceeded: "A startup came to where the program runs and is ready."
        case .startupFailed: "A startup failed: why, the lines that prove it, and what to do."
        case .startupUnfinished: "A startup neither succeeded nor failed by the end of its log."
        case .startupExplained:
            "Another container's log says why a startup failed that was told before; it takes the place of that cause."
        case .containerStopped: "The program in a container ended."
        case .findingRaised:
            "A rule found something worth knowing that is no event of its own; so do the user's own rules."
        case .gapDetected: "A log lacks something, or its clock went backwards."
        case .limitHit: "A bound was reached, so that something was cut or may have been missed."
        case .linesUnrecognised: "Lines of startups are known to no rule: their commonest shapes."
        case .eventsSuppressed: "--throttle held back events that said what others had said: which, and how many."
        case .rulesReloaded:
            "SIGHUP came: the user's rules were read again, and are in force, or are not because they have errors."
        }
    }
}
