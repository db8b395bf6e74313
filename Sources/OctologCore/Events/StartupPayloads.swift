/// `startup.began`
package struct StartupBegan: Sendable, Fields {
    package enum Kind: String, Sendable, CaseIterable {
        /// The first configuration that the log shows of this container.
        case first
        /// The container configures itself again.
        case restart
        /// The container was configured before and goes on to run.
        case skippedConfiguration = "skipped-configuration"
    }
    package var kind: Kind
    /// Whether nobody but the scripts can have printed that it began.
    package var trusted = true

    func visit(_ visitor: inout some FieldVisitor) {
        visitor.required("kind", kind.rawValue, "What kind of startup", allowed: Kind.allCases.map(\.rawValue))
        visitor.optional(
            "trusted", trusted ? nil : false,
            "false where what ran before in the container can have printed all of this startup")
    }

    static let sample = StartupBegan(kind: .first, trusted: false)
}

/// `phase.entered`, `phase.completed`, `phase.failed`
package struct PhaseStep: Sendable, Fields {
    package var phase: Phase
    package var durationSeconds: Double?

    func visit(_ visitor: inout some FieldVisitor) {
        visitor.required("phase", phase.rawValue, "The step of the startup", allowed: Phase.allCases.map(\.rawValue))
        visitor.optional("durationSeconds", durationSeconds, "From its first line to its end, where the log says when")
    }

    static let sample = PhaseStep(phase: .banner, durationSeconds: 0)
}

/// `command.executed`
package struct CommandExecuted: Sendable, Fields {
    package var command: Invocation
    package var outcome: Invocation.Outcome
    package var exitCode: Int?
    package var durationSeconds: Double?

    func visit(_ visitor: inout some FieldVisitor) {
        visitor.required("executable", command.executable, "The program's path")
        visitor.optional("verb", command.verb, "The program's command, such as register-with")
        visitor.list("options", command.options, "Its options in their order, secrets masked")
        visitor.required(
            "outcome", outcome.rawValue, "How it ended", allowed: Invocation.Outcome.allCases.map(\.rawValue))
        visitor.optional("exitCode", exitCode, "Its exit code, if the log says it")
        visitor.optional("durationSeconds", durationSeconds, "From its start to its end, where the log says when")
    }

    static let sample = CommandExecuted(
        command: Invocation(executable: "", verb: "", options: [.sample]), outcome: .done, exitCode: 0,
        durationSeconds: 0)
}

/// `masterkey.shown`
package struct MasterKeyShown: Sendable, Fields {
    package var fingerprint: String
    package var bits: Int
    package var trusted: Bool
    /// The key, sealed to its owner; what `Sealer.seal` returns.
    package var sealed: String?

    func visit(_ visitor: inout some FieldVisitor) {
        visitor.required("fingerprint", fingerprint, "Names the key without giving it away; equal for equal keys")
        visitor.required("bits", bits, "The key's length")
        visitor.required(
            "trusted", trusted,
            "Whether it stands in the output of show-master-key, in a startup that is trusted; anybody can print others"
        )
        visitor.optional(
            "sealed", sealed, "The key, sealed to whom --reveal-to names; octolog reveal opens it")
    }

    static let sample = MasterKeyShown(fingerprint: "", bits: 128, trusted: true, sealed: "")
}

/// `masterkey.configured`
package struct MasterKeyConfigured: Sendable, Fields {
    package var state: MasterKeyState
    package var file: String?

    func visit(_ visitor: inout some FieldVisitor) {
        visitor.required(
            "state", state.rawValue, "Where the key comes from, or went",
            allowed: MasterKeyState.allCases.map(\.rawValue))
        visitor.optional("file", file, "The file that holds it")
    }

    static let sample = MasterKeyConfigured(state: .supplied, file: "")
}

/// `secret.exposed`
package struct SecretExposed: Sendable, Fields {
    package var kind: SecretKind
    package var place: String
    package var fingerprint: String?
    package var explanation: String?
    package var remedy: String
    /// The value, sealed to its owner; what `Sealer.seal` returns.
    package var sealed: String?

    func visit(_ visitor: inout some FieldVisitor) {
        visitor.required("kind", kind.rawValue, "What kind of secret", allowed: SecretKind.allCases.map(\.rawValue))
        visitor.required("where", place, "The secret's rule: what it stands behind, or its shape")
        visitor.optional("fingerprint", fingerprint, "Names the secret, if it has 128 random bits")
        visitor.optional(
            "explanation", explanation, "Why this image prints it, since when and until when, if that is known")
        visitor.required("remedy", remedy, "What to do")
        visitor.optional(
            "sealed", sealed,
            "The value, sealed to whom --reveal-to names: octolog reveal opens it; absent of values over 64 KiB")
    }

    static let sample = SecretExposed(
        kind: .password, place: "", fingerprint: "", explanation: "", remedy: "", sealed: "")
}

/// `startup.succeeded`
package struct StartupSucceeded: Sendable, Fields {
    package var durationSeconds: Double?
    package var configurationSeconds: Double?
    package var phases: [String]

    func visit(_ visitor: inout some FieldVisitor) {
        visitor.optional(
            "durationSeconds", durationSeconds, "From its first line until it was ready, where the log says when")
        visitor.optional("configurationSeconds", configurationSeconds, "From its first line until it was configured")
        visitor.list("phases", phases, "The phases that it went through")
    }

    static let sample = StartupSucceeded(durationSeconds: 0, configurationSeconds: 0, phases: [""])
}

/// `startup.failed`
package struct StartupFailed: Sendable, Fields {
    package var phase: Phase?
    package var exitCode: Int?
    package var rootCause: RootCause
    package var contributing: [RootCause]

    func visit(_ visitor: inout some FieldVisitor) {
        visitor.optional("phase", phase?.rawValue, "Where it failed", allowed: Phase.allCases.map(\.rawValue))
        visitor.optional("exitCode", exitCode, "The exit code that ended it, if the log says it")
        visitor.required("rootCause", rootCause, "Why: the first failing fact, not its echoes")
        visitor.list("contributing", contributing, "Other facts that failed before it ended")
    }

    static let sample = StartupFailed(phase: .banner, exitCode: 0, rootCause: .sample, contributing: [.sample])
}

/// Why a startup failed.
package struct RootCause: Sendable, Fields {
    package var code: String
    package var title: String
    package var detail: String?
    /// The container in whose log the cause lies, when it is another one.
    package var container: String?
    package var confidence: Confidence
    package var remedy: String
    /// How many of the first lines of the event's evidence are that container's.
    var evidenceLines: Int?

    func visit(_ visitor: inout some FieldVisitor) {
        visitor.required("code", code, "What it is; see octolog explain")
        visitor.required("title", title, "The same as a sentence")
        visitor.optional("detail", detail, "What of it the log names: a user, a variable, a port")
        visitor.optional("container", container, "The container whose log says it, if it is another one")
        visitor.required(
            "confidence", confidence.rawValue, "How sure that is", allowed: Confidence.allCases.map(\.rawValue))
        visitor.required("remedy", remedy, "What to do")
        visitor.optional(
            "evidenceLines", evidenceLines, "How many of the event's first lines of evidence are that container's")
    }

    static let sample = RootCause(
        code: "", title: "", detail: "", container: "", confidence: .certain, remedy: "", evidenceLines: 1)
}

/// `startup.explained`: another container's log says why a startup failed that was told before.
package struct StartupExplained: Sendable, Fields {
    package var container: String
    package var startup: Int
    package var rootCause: RootCause
    package var contributing: [RootCause]

    func visit(_ visitor: inout some FieldVisitor) {
        visitor.required("explainedContainer", container, "The container whose startup failed")
        visitor.required("explainedStartup", startup, "The startup within that container, from 1")
        visitor.required("rootCause", rootCause, "Why: what failed first")
        visitor.list("contributing", contributing, "Other facts that failed")
    }

    static let sample = StartupExplained(container: "", startup: 1, rootCause: .sample, contributing: [.sample])
}

/// `startup.unfinished`
package struct StartupUnfinished: Sendable, Fields {
    package var lastPhase: Phase?
    package var missing: String
    package var quietSeconds: Double?

    func visit(_ visitor: inout some FieldVisitor) {
        visitor.optional("lastPhase", lastPhase?.rawValue, "How far it got", allowed: Phase.allCases.map(\.rawValue))
        visitor.required("missing", missing, "What never came")
        visitor.optional(
            "quietSeconds", quietSeconds, "From its last line to the latest time in the log, where others went on")
    }

    static let sample = StartupUnfinished(lastPhase: .banner, missing: "", quietSeconds: 0)
}

/// `container.stopped`
package struct ContainerStopped: Sendable, Fields {
    package var exitCode: Int?
    package var signal: String?
    package var expected: Bool?

    func visit(_ visitor: inout some FieldVisitor) {
        visitor.optional("exitCode", exitCode, "The exit code, if the log says it")
        visitor.optional("signal", signal, "The signal that it was told to stop by, if the log names it")
        visitor.optional("expected", expected, "Whether somebody stopped it; absent where the log does not tell")
    }

    static let sample = ContainerStopped(exitCode: 0, signal: "", expected: true)
}
