import ArgumentParser
import OctologCore

struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Holds events against the log that they are of.",
        discussion: """
            The log is analyzed again, with the options that the events were made with, and each event has to come out \
            as it is: its lines of evidence, what it says, and none more or less. A line is written for each that does \
            not. With the file of analyze --chain all lines of the log are held against those that were read, and each \
            that was changed, removed, added or moved is named. docs/verify.md says what that proves.

            EXIT CODES
              0 all holds
              1 something does not
              3 not all could be checked

            EXAMPLES
              octolog verify events.ndjson --log server.log
              octolog verify events.ndjson --log server.log --chain server.chain
            """)

    @Argument(
        help: ArgumentHelp(
            "Events as octolog wrote them: files, folders, globs; - or none is stdin.", valueName: "events"),
        completion: .file())
    var events: [String] = []

    @Option(
        name: .customLong("log"),
        help: ArgumentHelp("The log that the events are of; given once for each input.", valueName: "file"),
        completion: .file())
    var logs: [String] = []

    @Option(
        help: ArgumentHelp("The file that analyze --chain wrote.", valueName: "file"), completion: .file())
    var chain: String?

    @OptionGroup var own: RuleOptions

    @OptionGroup var reading: ReadingOptions

    @Option(
        help: ArgumentHelp("The limit that the events were made with: 5/10m.", valueName: "n/duration"),
        transform: EventOutputOptions.limit)
    var throttle: Throttle.Limit?

    @Flag(help: "Write JSON, an object for each line.")
    var json = false

    @Flag(name: .shortAndLong, help: "Say nothing on stderr but errors.")
    var quiet = false

    func validate() throws {
        if logs.isEmpty { throw ValidationError("verify needs the log that the events are of: --log FILE.") }
        if logs.contains("-") {
            throw ValidationError("--log needs a file, which is read twice where something fails.")
        }
        try InputOptions.validate(events)
    }

    func run() throws {
        Signals.install()
        let logs = VerifiedLogs(logs, quiet ? nil : reading.progress)
        if let failure = logs.failure { throw failure.error }
        var options = reading.options
        options.throttle = throttle
        var verification = Verification(
            logs: logs, rules: try own.ruleSet(), options: options, chain: try chain.map { try ChainInput(path: $0) })
        let failed = try check(&verification)
        if !quiet { say(verification) }
        let exit = verification.exit(failed)
        if exit != .success { throw exit.error }
    }

    /// - Returns: what is wrong with the events' files.
    private func check(_ verification: inout Verification) throws -> Exit? {
        let inputs = Inputs(events)
        var outcome = Outcome(failure: inputs.failure, failOn: nil)
        let failures = Failures()
        let runs = EventRuns(inputs) { failures.notes.append(($0, $1)) }
        let survey = runs.survey()
        var output = try VerifyOutput(isJSON: json)
        while Signals.received == nil, runs.begin() {
            output.write(verification.check(runs, survey))
        }
        verification.finish()
        for (path, error) in failures.notes {
            Diagnostics.say("can't read \(path == "-" ? "stdin" : path): \(error.message)")
            outcome.note(error)
            if outcome.failure == nil { outcome.failure = .incomplete }
        }
        output.finish(verification.counts)
        return outcome.failure
    }

    /// What can't be read, as it comes.
    private final class Failures {
        var notes: [(String, InputError)] = []
    }

    private func say(_ verification: Verification) {
        for note in verification.notes { Diagnostics.say(note) }
        let counts = verification.counts
        guard counts.events + counts.unchecked > 0 else {
            return Diagnostics.say("there are no events of octolog's in this: octolog analyze writes them, one a line")
        }
        if counts.foreign > 0 { Diagnostics.say("\(counts.foreign) lines are no events of octolog's, or half of one") }
        if counts.repeated > 0 { Diagnostics.say("\(counts.repeated) events came twice, word for word") }
        let checked = "checked \(counts.events) events with \(counts.evidence) lines of evidence"
        Diagnostics.say(
            counts.failures == 0
                ? "\(checked): all hold" : "\(checked): \(counts.failures) failure\(counts.failures == 1 ? "" : "s")")
    }
}

/// Writes what does not hold.
private struct VerifyOutput: ~Copyable {
    private let isJSON: Bool
    private var writer = JSONWriter()
    private var file: OutputFile

    init(isJSON: Bool) throws {
        self.isJSON = isJSON
        file = try OutputFile(path: nil)
    }

    mutating func write(_ failures: [VerifyFailure]) {
        for failure in failures {
            if isJSON { failure.write(to: &writer) } else { file.write((failure.text.printable + "\n").utf8) }
        }
        flush()
    }

    mutating func finish(_ counts: RunCheck.Counts) {
        if isJSON { counts.write(to: &writer) }
        flush()
        file.flush()
    }

    private mutating func flush() {
        file.write(writer.bytes)
        writer.removeAll()
    }
}
