import OctologCore

import Glibc

/// Commands whose output is read as logs, side by side.
final class Capture {
    private let commands: [CapturedCommand]
    private let output: EventOutputOptions
    private let metrics: MetricsFile?
    /// Until when what the commands have to say of the past is put in order, by `monotonicTime`; nil afterwards.
    private var catchingUp: UInt64?

    /// How long that may take, and how long they may be quiet meanwhile, in nanoseconds.
    private static let patience: UInt64 = 2_000_000_000
    private static let pause: UInt64 = 250_000_000

    /// Starts the commands.
    init(_ commands: [CommandToRun], output: EventOutputOptions, metrics: MetricsFile?) throws {
        self.output = output
        self.metrics = metrics
        RunningCommands.prepare()
        Signals.passOn(endingWith: output.output == nil ? STDOUT_FILENO : nil)
        var started: [CapturedCommand] = []
        for command in commands {
            do throws(SystemError) {
                started.append(try CapturedCommand.start(command))
            } catch {
                Diagnostics.say("can't run \(command.isDocker ? command.program : command.title): \(error.message)")
                // Too few descriptors, processes or memory are not the command's fault.
                let isMissing = [ENOENT, EACCES, ENOTDIR, EISDIR, ENOEXEC].contains(error.code)
                throw (isMissing ? Exit.noInput : .ioError).error
            }
        }
        self.commands = started
        catchingUp = monotonicTime() + Self.patience
    }

    /// Reads what they write until they have ended.
    ///
    /// - Parameter isLive: whether a quiet one is not waited for.
    func analyze(
        _ analysis: Analysis, isLive: Bool, state: StateFile?, into sink: inout some EventSink
    ) -> (totals: Totals, exit: Exit) {
        var analysis = analysis
        analysis.isLive = true
        if isLive, commands.count > 1 { analysis.wait = { self.wait(for: $0, hasEvents: $1) } }
        return analysis.run(commands.map { [$0.command.input] }, state: state, into: &sink) { name throws(InputError) in
            guard let command = self.commands.first(where: { $0.command.input == name }) else { throw .system(ENOENT) }
            return CommandSource(command: command, metrics: self.metrics)
        } ended: { analyzer, outcome in
            var ends: [CommandEnd] = []
            for command in self.commands {
                let end = command.waitForEnd()
                ends.append(CommandEnd(input: command.command.input, end))
                self.note(end, of: command, in: &outcome)
            }
            analyzer.note(ends)
        }
    }

    /// Waits until one of the commands has written something.
    ///
    /// - Parameter hasEvents: whether others' events wait to be told.
    private func wait(for numbers: [Int], hasEvents: Bool) -> LaneAwaited {
        let commands = numbers.map { self.commands[$0] }
        guard hasEvents else {
            _ = wait(for: commands, until: commands.compactMap(\.deadline).min())
            return .ready
        }
        guard let end = catchingUp else { return .late }
        let now = monotonicTime()
        if now < end, wait(for: commands, until: min(end, now + Self.pause)) { return .ready }
        catchingUp = nil
        return .late
    }

    private func wait(for commands: [CapturedCommand], until time: UInt64?) -> Bool {
        let descriptors = commands.flatMap(\.descriptors)
        return metrics?.wait(forAnyOf: descriptors, until: time) ?? Signals.wait(forAnyOf: descriptors, until: time)
    }

    /// Says how a command ended, and takes note of what that means for what was read.
    private func note(_ end: CapturedCommand.End, of command: CapturedCommand, in outcome: inout Outcome) {
        let hasFailed =
            switch end {
            case .exited(let code): code != 0
            case .signalled, .failed: true
            }
        let title = command.command.title
        // Whoever ended octolog has ended its commands.
        guard hasFailed, !Signals.areEnding else {
            if output.verbose { Diagnostics.say("\(title) \(end.text)") }
            return
        }
        guard command.command.isDocker else {
            if !output.quiet { Diagnostics.say("\(title) \(end.text)") }
            return
        }
        if let message = command.message {
            Diagnostics.say("\(title) \(end.text)" + (message.isEmpty ? "" : ": \(message)"))
            outcome.failure = .noInput
        } else {
            Diagnostics.say("\(title) \(end.text): what comes after that is missing")
            if outcome.failure == nil { outcome.failure = .incomplete }
        }
    }
}

extension CapturedCommand.End {
    /// `ended with exit code 1`
    fileprivate var text: String {
        switch self {
        case .exited(let code): "ended with exit code \(code)"
        case .signalled(let number): "was ended by signal \(number) (\(String(cString: strsignal(number))))"
        case .failed(let code): "could not be watched: \(SystemError(code: code).message)"
        }
    }
}

extension CommandEnd {
    fileprivate init(input: String, _ end: CapturedCommand.End) {
        switch end {
        case .exited(let code): self.init(input: input, exitCode: Int(code))
        case .signalled(let number): self.init(input: input, signal: Int(number))
        case .failed: self.init(input: input)
        }
    }
}
