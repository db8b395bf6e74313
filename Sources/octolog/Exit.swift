import ArgumentParser
import OctologCore

import Glibc

/// The exit codes of every command; scripts rely on them.
enum Exit: Int32 {
    case success = 0
    case findings = 1
    case startupFailed = 2
    case incomplete = 3
    case nothingRecognised = 4
    case usage = 64
    case noInput = 66
    case ioError = 74
    case badConfiguration = 78
    case hungUp = 129
    case interrupted = 130
    case terminated = 143

    /// As the error that ends a command.
    var error: ExitCode { ExitCode(rawValue) }
}

/// From which level on findings are a failure, `--fail-on`.
enum FailOn: ExpressibleByArgument {
    case startup
    case level(Level)

    init?(argument: String) {
        if argument == "startup" {
            self = .startup
        } else if let level = Level.allCases.first(where: { $0.name == argument }) {
            self = .level(level)
        } else {
            return nil
        }
    }

    static var allValueStrings: [String] { ["startup"] + Level.allCases.map(\.name) }
    static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }
}

/// What a run means for the exit code; the gravest comes first.
struct Outcome {
    var failure: Exit?
    var failOn: FailOn?
    /// Whether an input was refused for what it is.
    private var hasRefused = false

    init(failure: Exit?, failOn: FailOn?) {
        self.failure = failure
        self.failOn = failOn
    }

    /// Takes note of an input that could not be read.
    mutating func note(_ error: InputError) {
        switch error {
        case .system(let code): failure = code == ENOENT ? .noInput : .ioError
        case .damaged: failure = .ioError
        case .cut, .garbage, .bomb: if failure == nil { failure = .incomplete }
        case .localDriver, .archive: hasRefused = true
        }
    }

    /// What a run means that passes text on, whatever it is.
    func exitOfText(_ totals: Totals) -> Exit {
        Signals.received ?? failure ?? (hasRefused || Self.isIncomplete(totals) ? .incomplete : .success)
    }

    /// - Parameter hasGaps: whether some of what was read could not be understood.
    func exit(_ totals: Totals, hasGaps: Bool = false) -> Exit {
        if let signal = Signals.received { return signal }
        if let failure { return failure }
        switch failOn {
        case .startup: if totals.failedStartups > 0 { return .startupFailed }
        case .level(let level): if totals.highestLevel >= level, totals.highestLevel > .info { return .findings }
        case nil: break
        }
        if !totals.isRecognised, !totals.hasUserMatch { return .nothingRecognised }
        return hasRefused || hasGaps || Self.isIncomplete(totals) ? .incomplete : .success
    }

    private static func isIncomplete(_ totals: Totals) -> Bool {
        // A line that was cut where it is shown was read to its end; the others may have hidden something.
        LimitHit.Limit.allCases.contains { totals.limits[$0] != nil && $0.losesSomething }
    }
}
