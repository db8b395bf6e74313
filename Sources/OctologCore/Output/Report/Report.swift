/// What a run shows, put in order for a reader. Built by `ReportBuilder`; the writers only read it.
///
/// It is bounded: what is not kept is counted. All text in it is as events have it, secrets masked; a writer
/// makes it printable.
package struct Report: Sendable {
    package var version = ""
    /// How many rules were in force, and what names them.
    package var rules = 0
    package var rulesDigest = ""
    /// The inputs' names, the first of `inputCount`.
    package var inputs: [String] = []
    package var inputCount = 0
    /// In the order in which they appeared.
    package var containers: [Container] = []
    /// Startups of containers for which there was no room.
    package var startupsElsewhere = OutcomeCounts()
    /// The gravest first.
    package var findings = Kept<FindingEntry>()
    package var secrets: [ExposedSecrets] = []
    package var duplicates = Kept<DuplicateEntry>()
    package var gaps = Kept<GapEntry>()
    package var limits = Kept<LimitEntry>()
    package var unrecognised: LinesUnrecognised?
    /// Nil where the events were cut.
    package var finished: RunFinished?

    /// Bounds of what is kept; more says nothing new.
    enum Limits {
        static let containers = 2048
        static let startupsOfContainer = 64
        /// Of all containers; beyond it a container keeps its first and its last.
        static let startups = 4096
        static let phases = 64
        static let commands = 32
        static let registrations = 8
        /// The first and the latest members of a group of duplicates.
        static let members = 8
        static let keys = 8
        static let stops = 4
        static let evidence = 8
        static let contributing = 8
        static let findings = 512
        static let entries = 256
        static let inputs = 64
        static let lines = 16
        static let templates = 64
        /// Of a text, in characters.
        static let text = 512
    }
}

extension Report {
    /// A list of which some entries were left out.
    package struct Kept<Entry: Sendable>: Sendable {
        package var entries: [Entry] = []
        package var leftOut = 0

        var isEmpty: Bool { entries.isEmpty && leftOut == 0 }

        mutating func add(_ entry: Entry, limit: Int = Limits.entries) {
            if entries.count < limit { entries.append(entry) } else { leftOut += 1 }
        }
    }

    /// How a startup ended.
    package enum Outcome: String, Sendable, CaseIterable {
        case succeeded, failed, unfinished
        /// The events that were asked for don't tell.
        case untold
    }

    /// How many startups ended in which way.
    package struct OutcomeCounts: Sendable, Equatable {
        package var succeeded = 0
        package var failed = 0
        package var unfinished = 0
        package var untold = 0

        package var all: Int { succeeded + failed + unfinished + untold }

        mutating func note(_ outcome: Outcome, _ count: Int = 1) {
            switch outcome {
            case .succeeded: succeeded += count
            case .failed: failed += count
            case .unfinished: unfinished += count
            case .untold: untold += count
            }
        }

        mutating func add(_ other: OutcomeCounts) {
            for outcome in Outcome.allCases { note(outcome, other[outcome]) }
        }

        subscript(_ outcome: Outcome) -> Int {
            switch outcome {
            case .succeeded: succeeded
            case .failed: failed
            case .unfinished: unfinished
            case .untold: untold
            }
        }
    }

    package struct Container: Sendable {
        package var name: String
        /// The `source` of its events.
        package var source: String
        package var product: Product?
        package var era: String?
        package var version: String?
        package var framings: [Framing] = []
        package var encoding: Encoding?
        package var compression: String?
        /// The first and the last ones; between them `startupsLeftOut` are missing.
        package var startups: [Startup] = []
        package var startupsLeftOut = OutcomeCounts()

        /// What people call it.
        package var title: String { name == "-" ? "stdin" : name }

        var counts: OutcomeCounts {
            var counts = startupsLeftOut
            for startup in startups { counts.note(startup.outcome) }
            return counts
        }
    }

    package struct Startup: Sendable {
        package var number: Int
        /// Nil where the log does not show how it began.
        package var kind: StartupBegan.Kind?
        /// Whether nobody but the scripts can have printed that it began.
        package var isTrusted = true
        package var began: Timestamp?
        /// The time of the last thing that it told.
        package var lastTime: Timestamp?
        /// When its outcome was told.
        package var ended: Timestamp?
        package var outcome = Outcome.untold
        package var durationSeconds: Double?
        /// Until it was configured.
        package var configurationSeconds: Double?
        package var phases: [PhaseEntry] = []
        package var commands: [Command] = []
        package var configuration: Settings?
        package var keyStates: [MasterKeyConfigured] = []
        package var keys: [MasterKeyShown] = []
        package var registrations: [Settings] = []
        package var failure: Failure?
        package var unfinished: StartupUnfinished?
        package var stops: [Stop] = []
    }

    package struct PhaseEntry: Sendable {
        package enum State: String, Sendable, CaseIterable { case done, failed, unfinished }
        package var phase: Phase
        package var began: Timestamp?
        package var durationSeconds: Double?
        package var state = State.unfinished
    }

    package struct Command: Sendable {
        /// Its verb, or its program where it has none.
        package var name: String
        package var outcome: Invocation.Outcome
        package var exitCode: Int?
        package var durationSeconds: Double?
        package var place: Place?
    }

    /// A line of an input.
    package struct Place: Sendable, Equatable {
        package var input: String
        package var line: Int

        /// `input:line`
        package var text: String { "\(input == "-" ? "stdin" : input):\(line)" }
    }

    package struct Failure: Sendable {
        package var phase: Phase?
        package var exitCode: Int?
        package var cause: RootCause
        package var contributing: [RootCause]
        package var evidence: [Evidence]
    }

    package struct Stop: Sendable {
        package var time: Timestamp?
        package var exitCode: Int?
        package var isExpected: Bool?
    }

    package struct FindingEntry: Sendable {
        package var level: Level
        package var finding: Finding
        package var container: String?
        package var startup: Int?
        package var time: Timestamp?
        package var evidence: [Evidence]
        package var count = 1
    }

    /// The secrets of one kind that stand in the logs in clear.
    package struct ExposedSecrets: Sendable {
        package var kind: SecretKind
        /// How often: a secret counts once in a startup.
        package var count = 0
        /// The first lines that hold one.
        package var places: [Place] = []
        package var placesLeftOut = 0
        package var fingerprints: [String] = []
        /// Why they are printed, as far as that is known.
        package var explanations: [String] = []
        package var remedy: String
    }

    package struct DuplicateEntry: Sendable {
        package var level: Level
        package var duplicate: RegistrationDuplicate
    }

    package struct GapEntry: Sendable {
        package var container: String?
        package var gap: GapDetected
    }

    package struct LimitEntry: Sendable {
        package var container: String?
        package var hit: LimitHit
        package var place: Place?
    }
}

extension Report {
    /// How all startups ended, those that are not kept too.
    package var counts: OutcomeCounts {
        var counts = startupsElsewhere
        for container in containers { counts.add(container.counts) }
        return counts
    }
}
