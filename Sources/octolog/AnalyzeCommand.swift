import ArgumentParser
import OctologCore

import Glibc

struct AnalyzeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "analyze", abstract: "Turns logs into events.",
        discussion: """
            Events are CloudEvents 1.0, one JSON object a line; on a terminal they are text.

            With --follow a file has no end: what is written to it is read as it comes, and when it is rotated, the one \
            that takes its place. With --state a run goes on where one before has ended, however it has: what was told \
            is not told again. SIGHUP has the --rules read again where octolog reads stdin or follows files and is on no \
            terminal.

            EXAMPLES
              docker logs OctopusServer 2>&1 | octolog
              octolog --fail-on startup --container web server.log > events.ndjson
              octolog -F --state web.state --output web.ndjson /var/log/web.log
            """)

    @OptionGroup var input: InputOptions

    @Flag(
        name: [.customShort("F"), .long],
        help: "Go on with what is written to the files, rotated or not; those that are missing are waited for.")
    var follow = false

    @OptionGroup var analysis: AnalysisOptions

    func validate() throws {
        if follow || analysis.state.state != nil, analysis.chain.chain != nil {
            throw ValidationError(
                "--chain is of a log from its beginning to its end: it does not go with --follow and --state.")
        }
        if follow, analysis.output.format == .sarif {
            throw ValidationError("--follow has no end, and --format sarif is written at the end: take another format.")
        }
    }

    func run() throws {
        Signals.install()
        var inputs = Inputs(input.files, analysis.output.quiet ? nil : input.reading.progress, follows: follow)
        if follow { try inputs.follow(input.options) }
        if analysis.output.verbose, inputs.readsStdin, let hint = PipeWriter.hint { Diagnostics.say(hint) }
        let read = inputs
        try analysis.run(
            input.reading, paths: inputs.paths, inputs: inputs.logs(for: input.options).flatMap { $0 },
            isWatched: inputs.isWatched
        ) { analysis, state, sink in
            var analysis = analysis
            if read.goesOn { analysis.reload = self.analysis.own.reloadOnHangUp() }
            // A pipe that has no name may bring something else each time.
            let isKnown = !read.readsStdin || input.reading.container != nil
            guard let state, isKnown, sink.format.canBeResumed else {
                return read.analyze(analysis, jobs: input.jobs, state: state, into: &sink)
            }
            let resumption = try read.resume(state, analysis.options)
            var journal = Journal(sink, resumption, state: state)
            return read.analyze(analysis, jobs: input.jobs, resumption: resumption, state: state, into: &journal)
        }
    }
}
