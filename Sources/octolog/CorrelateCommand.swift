import ArgumentParser
import OctologCore

import Glibc

struct CorrelateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "correlate", abstract: "Merges the events of many hosts, and says what they show together.",
        discussion: """
            Reads what octolog analyze wrote, on any number of hosts and in any order: duplicate registrations, and \
            startups that failed because of another container. With --partial it writes what it knows instead, as \
            events, to be merged again later. An event that comes twice counts once.

            EXAMPLES
              octolog correlate host-*.ndjson.gz
              octolog correlate --partial monday/ > monday.state && octolog correlate monday.state tuesday/
            """)

    @Argument(
        help: ArgumentHelp("Events, one a line: files, folders, globs; - or none is stdin.", valueName: "events"),
        completion: .file())
    var events: [String] = []

    @Flag(help: "Write what is known, to be read again, instead of the findings.")
    var partial = false

    @Option(help: "events (JSON) or text; text on a terminal unless told otherwise.")
    var format: EventFormat?

    @Option(help: ArgumentHelp("File to write to instead of stdout.", valueName: "file"), completion: .file())
    var output: String?

    @Option(help: ArgumentHelp("Fail at this level, info to critical.", valueName: "level"))
    var failOn: FailOn?

    @Option(help: "Colours in text.")
    var color: ColourChoice = .auto

    @Flag(name: .shortAndLong, help: "Say nothing on stderr but errors.")
    var quiet = false

    @Flag(name: .shortAndLong, help: "Say on stderr what was read.")
    var verbose = false

    func validate() throws {
        if partial, format == .text { throw ValidationError("--partial writes events: it has no text.") }
        if partial, failOn != nil { throw ValidationError("--partial finds nothing yet: leave --fail-on out.") }
        try InputOptions.validate(events)
    }

    func run() throws {
        Signals.install()
        let inputs = Inputs(events)
        if let output { try AnalyzeCommand.refuseToOverwrite(output, inputs.paths) }
        var correlation = EventCorrelation(isPartial: partial)
        var outcome = Outcome(failure: inputs.failure, failOn: failOn)
        for path in inputs.paths {
            do throws(InputError) {
                try correlation.read(try FileSource(path: path, isAmongMany: false), named: path)
            } catch {
                Diagnostics.say("can't read \(path == "-" ? "stdin" : path): \(error.message)")
                outcome.note(error)
                if outcome.failure == nil { outcome.failure = .incomplete }
            }
        }
        let exit = try write(&correlation, inputs, outcome)
        if exit == .nothingRecognised, correlation.inputs > 0, !quiet {
            Diagnostics.say("there are no events of octolog's in this: octolog analyze writes them, one a line")
        } else if let line = correlation.firstForeign, !quiet {
            let count = correlation.foreignLines == 1 ? "1 line is" : "\(correlation.foreignLines) lines are"
            Diagnostics.say(
                "\(count) no event of octolog's, or half of one; the first is line \(line.line) of \(line.input == "-" ? "stdin" : line.input)"
            )
        }
        if verbose {
            Diagnostics.say(
                "inputs: \(correlation.inputs), \(correlation.eventLines) events, \(correlation.bytes) bytes, \(correlation.registrations) registrations"
            )
        }
        if exit != .success { throw exit.error }
    }

    private func write(
        _ correlation: inout EventCorrelation, _ inputs: Inputs, _ outcome: Outcome
    ) throws -> Exit {
        let isTerminal = output == nil && OutputFile.isTerminal
        var exit = Exit.success
        do throws(SystemError) {
            var file = try OutputFile(path: output)
            if partial {
                correlation.writePartial { file.write($0) }
                file.flush()
                exit = outcome.exit(correlation.totals, hasGaps: correlation.foreignLines > 0)
            } else {
                var sink = EventWriter(
                    file, format: format ?? (isTerminal ? .text : .events),
                    text: TextFormat(hasColour: color.isOn(forTerminal: isTerminal)))
                let hasGaps = correlation.foreignLines > 0
                correlation.tell(
                    inputs: inputs.paths,
                    exitCode: { totals in
                        exit = outcome.exit(totals, hasGaps: hasGaps)
                        return Int(exit.rawValue)
                    }, into: &sink)
                sink.flush()
            }
        } catch {
            Diagnostics.say("can't write \(output ?? "stdout"): \(error.message)")
            throw Exit.ioError.error
        }
        return exit
    }
}
