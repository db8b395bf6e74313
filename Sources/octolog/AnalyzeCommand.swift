import ArgumentParser
import OctologCore

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

    @OptionGroup var analysis: AnalysisOptions

    func run() throws {
        Signals.install()
        let inputs = Inputs(input.files, analysis.output.quiet ? nil : input.reading.progress)
        if analysis.output.verbose, inputs.readsStdin, let hint = PipeWriter.hint { Diagnostics.say(hint) }
        try analysis.run(
            input.reading, paths: inputs.paths, inputs: inputs.logs(for: input.options).flatMap { $0 },
            isWatched: inputs.isWatched
        ) { analysis, state, sink in
            inputs.analyze(
                analysis.options, jobs: input.jobs, rules: analysis.rules, state: state, failOn: analysis.failOn,
                metrics: analysis.metrics, into: &sink)
        }
    }
}
