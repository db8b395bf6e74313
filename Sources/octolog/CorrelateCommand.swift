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
              octolog correlate --partial monday/ > monday.state
            """)

    @Argument(
        help: ArgumentHelp("Events, one a line: files, folders, globs; - or none is stdin.", valueName: "events"),
        completion: .file())
    var events: [String] = []

    @Flag(help: "Write what is known, to be read again, instead of the findings.")
    var partial = false

    @OptionGroup var output: EventOutputOptions

    @Option(help: ArgumentHelp("Fail at this level, info to critical.", valueName: "level"))
    var failOn: FailOn?

    @OptionGroup var metrics: MetricsOptions

    @OptionGroup var progress: ProgressOptions

    func validate() throws {
        if partial, let format = output.format, format != .events {
            throw ValidationError("--partial writes events, to be read again: leave --format \(format.rawValue) out.")
        }
        if partial, output.throttle != nil {
            throw ValidationError("--partial finds nothing yet: leave --throttle out.")
        }
        if partial, failOn != nil { throw ValidationError("--partial finds nothing yet: leave --fail-on out.") }
        if partial, metrics.metricsFile != nil {
            throw ValidationError("--partial finds nothing yet: leave --metrics-file out.")
        }
        try InputOptions.validate(events)
    }

    func run() throws {
        Signals.install()
        let inputs = Inputs(events, output.quiet ? nil : progress)
        let metrics = try metrics.file(besides: inputs.paths + [output.output])
        var sink = try output.writer(inputs: inputs.paths, metrics: metrics)
        var correlation = EventCorrelation(isPartial: partial, throttle: output.throttle)
        var outcome = Outcome(failure: inputs.failure, failOn: failOn)
        for path in inputs.paths {
            do throws(InputError) {
                try correlation.read(try inputs.open(path), named: path)
            } catch {
                Diagnostics.say("can't read \(path == "-" ? "stdin" : path): \(error.message)")
                outcome.note(error)
                if outcome.failure == nil { outcome.failure = .incomplete }
            }
        }
        let exit = write(&correlation, inputs, outcome, to: &sink)
        if exit == .nothingRecognised, correlation.totals.inputs > 0, !output.quiet {
            Diagnostics.say("there are no events of octolog's in this: octolog analyze writes them, one a line")
        } else if let line = correlation.firstForeign, !output.quiet {
            let count = correlation.foreignLines == 1 ? "1 line is" : "\(correlation.foreignLines) lines are"
            Diagnostics.say(
                "\(count) no event of octolog's, or half of one; the first is line \(line.line) of \(line.input == "-" ? "stdin" : line.input)"
            )
        }
        if output.verbose {
            Diagnostics.say(
                "inputs: \(correlation.totals.inputs), \(correlation.eventLines) events, \(correlation.totals.bytes) bytes, \(correlation.registrations) registrations"
            )
        }
        if exit != .success { throw exit.error }
    }

    private func write(
        _ correlation: inout EventCorrelation, _ inputs: Inputs, _ outcome: Outcome, to sink: inout EventWriter
    ) -> Exit {
        let hasGaps = correlation.foreignLines > 0
        if partial {
            correlation.writePartial { sink.write($0) }
            sink.flush()
            return outcome.exit(correlation.totals, hasGaps: hasGaps)
        }
        var exit = Exit.success
        correlation.tell(
            inputs: inputs.paths,
            exitCode: { totals in
                exit = outcome.exit(totals, hasGaps: hasGaps)
                return Int(exit.rawValue)
            }, into: &sink)
        return sink.finish(exit)
    }
}
