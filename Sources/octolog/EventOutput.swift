import ArgumentParser
import OctologCore

import Glibc

/// The forms in which events are written.
enum EventFormat: String, ExpressibleByArgument, CaseIterable {
    case events
    case text
    case otlp
    case ecs
    case clef
    case sarif

    /// Whether another run can go on with what one has written.
    var canBeResumed: Bool {
        switch self {
        case .events, .otlp, .ecs, .clef, .text: true
        // It is one document, which is written at the end.
        case .sarif: false
        }
    }

    /// Whether it has a place for values that `--reveal-to` seals.
    var hasSealedValues: Bool {
        switch self {
        case .events, .otlp, .ecs, .clef: true
        // SARIF files are for many readers; and no viewer shows what it would hold.
        case .text, .sarif: false
        }
    }
}

/// The options of commands that write events.
struct EventOutputOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            events (JSON; text on a terminal unless told otherwise), text, otlp (OpenTelemetry), ecs (Elastic), clef \
            (Seq), or sarif (the findings, at the end).
            """))
    var format: EventFormat?

    @Option(help: ArgumentHelp("File to write to instead of stdout.", valueName: "file"), completion: .file())
    var output: String?

    @Option(
        help: ArgumentHelp(
            "Tell as many events of one container and code in so long, by the log, and how many more there were: 5/10m.",
            valueName: "n/duration"), transform: Self.limit)
    var throttle: Throttle.Limit?

    @Option(help: "Colours in text.")
    var color: ColourChoice = .auto

    @Flag(name: .shortAndLong, help: "Say nothing on stderr but errors.")
    var quiet = false

    @Flag(name: .shortAndLong, help: "Say on stderr what was read.")
    var verbose = false

    static func limit(_ text: String) throws -> Throttle.Limit {
        guard let limit = Throttle.Limit(text: text) else {
            throw ValidationError(
                "\(text) is no limit: give a number, a slash and a duration in s, m, h or d, such as 5/10m.")
        }
        return limit
    }

    /// Where the events go.
    ///
    /// - Parameters:
    ///   - inputs: the files that are read.
    ///   - hasText: whether a terminal is written text.
    ///   - isWatched: whether a terminal is to say what goes on.
    ///   - resumes: whether a file is gone on with that an earlier run has written.
    ///   - metrics: what else the events are counted in.
    func writer(
        inputs: [String], hasText: Bool = true, isWatched: Bool = false, resumes: Bool = false,
        metrics: MetricsFile? = nil
    ) throws -> EventWriter {
        if let output { try Self.refuseToOverwrite(output, inputs) }
        let isTerminal = output == nil && OutputFile.isTerminal
        do throws(SystemError) {
            let format = format ?? (isTerminal && hasText ? .text : .events)
            return EventWriter(
                try OutputFile(path: output, resumes: resumes && format.canBeResumed), format: format,
                text: TextFormat(color.look(forFile: output)), isWatched: isTerminal && isWatched,
                metrics: metrics)
        } catch {
            Diagnostics.say("can't write \(output ?? "stdout"): \(error.message)")
            throw Exit.ioError.error
        }
    }

    /// `octolog x.log --output x.log` would empty the log before it is read.
    static func refuseToOverwrite(_ output: String, _ paths: [String]) throws {
        for path in paths where isSameFile(output, path) {
            throw ValidationError("--output \(output) is also an input: name another file.")
        }
    }

    /// `x.log` of `/var/log/x.log`
    static func baseName(of path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }

    /// Whether a file is the one that another path names; `-` is stdin.
    static func isSameFile(_ file: String, _ path: String) -> Bool {
        var (target, source) = (stat(), stat())
        guard stat(file, &target) == 0 else { return file == path }
        let isKnown = path == "-" ? fstat(STDIN_FILENO, &source) == 0 : stat(path, &source) == 0
        return target.st_mode & S_IFMT == S_IFREG && isKnown && source.st_dev == target.st_dev
            && source.st_ino == target.st_ino
    }
}

/// Writes events as they come.
final class EventWriter: EventSink {
    private var file: OutputFile
    let format: EventFormat
    private var text: TextFormat
    private var writer = JSONWriter()
    private var sarif = SARIFLog()
    /// Whether somebody watches what comes.
    private let isWatched: Bool
    private let metrics: MetricsFile?

    init(
        _ file: consuming OutputFile, format: EventFormat, text: TextFormat, isWatched: Bool = false,
        metrics: MetricsFile? = nil
    ) {
        self.file = file
        self.format = format
        self.text = text
        self.isWatched = isWatched
        self.metrics = metrics
        if let metrics { self.file.atEnd = { _ = metrics.finish() } }
    }

    func receive(_ event: Event) {
        metrics?.receive(event)
        switch format {
        case .events: writer.line(event)
        case .otlp: OTLPFormat.write(event, to: &writer)
        case .ecs: ECSFormat.write(event, to: &writer)
        case .clef: CLEFFormat.write(event, to: &writer)
        case .text:
            // Whoever follows a log may change the window meanwhile.
            if text.look.drawing != .none, let width = OutputFile.terminalWidth { text.look.width = width }
            if let text = text.text(of: event) { file.write(text.utf8) }
            return
        case .sarif:
            sarif.receive(event) { file.write($0) }
            return
        }
        file.write(writer.bytes)
        writer.removeAll()
    }

    /// Counts an event that is not written, because many of its like were.
    func suppressed(_ event: Event) { metrics?.suppressed(event) }

    func inputRead(ofLog log: Int, _ totals: () -> Totals) { metrics?.inputRead(ofLog: log, totals) }

    /// Writes what is not an event by itself.
    func write(_ bytes: [UInt8]) { file.write(bytes) }

    /// Nothing more has been read: whoever waits for these events gets them now.
    func inputDrained() {
        file.flush()
        if isWatched, format == .text { StatusLine.show(text.status.map { "  … \($0)" } ?? "") }
    }

    func flush() { file.flush() }

    /// Writes what is kept, and waits until a file has it on the disk.
    func sync() { file.sync() }

    /// An event that an earlier run has told: it counts, but is not written again.
    func retold(_ event: Event) { metrics?.receive(event) }

    /// Writes all that is kept.
    ///
    /// - Parameter exit: what the run means otherwise.
    /// - Returns: that, unless the metrics could not be written.
    func finish(_ exit: Exit) -> Exit {
        flush()
        StatusLine.clear()
        guard let metrics, !metrics.finish() else { return exit }
        return Signals.received ?? .ioError
    }
}
