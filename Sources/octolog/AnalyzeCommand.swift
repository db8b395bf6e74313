import ArgumentParser
import OctologCore

import Glibc

/// The forms in which events are written.
enum EventFormat: String, ExpressibleByArgument, CaseIterable {
    case events
    case text
}

/// When text is coloured.
enum ColourChoice: String, ExpressibleByArgument, CaseIterable {
    case auto
    case always
    case never

    func isOn(forTerminal isTerminal: Bool) -> Bool {
        switch self {
        case .always: true
        case .never: false
        // https://no-color.org: set and not empty.
        case .auto: isTerminal && (getenv("NO_COLOR").map { $0.pointee == 0 } ?? true)
        }
    }
}

struct AnalyzeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "analyze", abstract: "Turns logs into events.",
        discussion: """
            Events are CloudEvents 1.0, one JSON object a line; on a terminal they are text.

            EXAMPLES
              docker logs OctopusServer 2>&1 | octolog
              octolog --fail-on startup --container web server.log > events.ndjson
            """)

    @OptionGroup var input: InputOptions

    @OptionGroup var own: RuleOptions

    @Option(help: "events (JSON) or text; text on a terminal unless told otherwise.")
    var format: EventFormat?

    @Option(help: ArgumentHelp("File to write to instead of stdout.", valueName: "file"), completion: .file())
    var output: String?

    @Option(
        help: ArgumentHelp("Fail at this level (info to critical), or if a startup failed.", valueName: "level|startup")
    )
    var failOn: FailOn?

    @Option(
        help: ArgumentHelp(
            "Seal secrets into the events for the owner of this public key: age1..., of keygen or age-keygen.",
            valueName: "recipient"))
    var revealTo: String?

    @OptionGroup var state: StateOptions

    @Option(help: "Colours in text.")
    var color: ColourChoice = .auto

    @Flag(name: .shortAndLong, help: "Say nothing on stderr but errors.")
    var quiet = false

    @Flag(name: .shortAndLong, help: "Say on stderr what was read.")
    var verbose = false

    func validate() throws {
        _ = try sealer()
        if revealTo != nil, format == .text {
            throw ValidationError("--reveal-to needs --format events: text has no place for sealed values.")
        }
    }

    /// What seals to `--reveal-to`. Its text is not quoted where it is wrong: it may be a private key.
    private func sealer() throws -> Sealer? {
        guard let revealTo else { return nil }
        do throws(KeyError) {
            return Sealer(recipient: try Recipient(revealTo))
        } catch {
            throw ValidationError(
                """
                --reveal-to can't take this recipient: \(error.message). A recipient is an X25519 public key: age1 and \
                58 more characters, as octolog keygen and age-keygen print it, or its 32 bytes in hexadecimal or base64.
                """)
        }
    }

    func run() throws {
        Signals.install()
        let rules = try own.ruleSet()
        let inputs = Inputs(input.files)
        if let output { try Self.refuseToOverwrite(output, inputs.paths) }
        let state = try state.file()
        var sink: EventWriter
        do throws(SystemError) {
            let isTerminal = output == nil && OutputFile.isTerminal
            let format = format ?? (isTerminal && revealTo == nil ? .text : .events)
            sink = EventWriter(
                try OutputFile(path: output), format: format,
                text: TextFormat(hasColour: color.isOn(forTerminal: isTerminal)))
        } catch {
            Diagnostics.say("can't write \(output ?? "stdout"): \(error.message)")
            throw Exit.ioError.error
        }
        var options = input.options
        options.sealer = try sealer()
        let (totals, exit) = inputs.analyze(options, rules: rules, state: state, failOn: failOn, into: &sink)
        sink.flush()
        if exit == .nothingRecognised, totals.inputs > 0, !quiet { Diagnostics.say(totals.nothingRecognised) }
        if verbose {
            let share =
                totals.startupLines == 0
                ? "" : ", \(totals.recognisedLines) of \(totals.startupLines) startup lines known"
            Diagnostics.say("inputs: \(totals.inputs), \(totals.lines) lines, \(totals.bytes) bytes\(share)")
        }
        if exit != .success { throw exit.error }
    }

    /// `octolog x.log --output x.log` would empty the log before it is read.
    static func refuseToOverwrite(_ output: String, _ paths: [String]) throws {
        var target = stat()
        guard stat(output, &target) == 0, target.st_mode & S_IFMT == S_IFREG else { return }
        for path in paths {
            var source = stat()
            let isKnown = path == "-" ? fstat(STDIN_FILENO, &source) == 0 : stat(path, &source) == 0
            if isKnown, source.st_dev == target.st_dev, source.st_ino == target.st_ino {
                throw ValidationError("--output \(output) is also an input: name another file.")
            }
        }
    }
}

/// Writes events as they come.
final class EventWriter: EventSink {
    private var file: OutputFile
    private let format: EventFormat
    private var text: TextFormat
    private var writer = JSONWriter()

    init(_ file: consuming OutputFile, format: EventFormat, text: TextFormat) {
        self.file = file
        self.format = format
        self.text = text
    }

    func receive(_ event: Event) {
        switch format {
        case .events:
            writer.line(event)
            file.write(writer.bytes)
            writer.removeAll()
        case .text:
            if let text = text.text(of: event) { file.write(text.utf8) }
        }
    }

    /// Nothing more has been read: whoever waits for these events gets them now.
    func inputDrained() { file.flush() }

    func flush() { file.flush() }
}
