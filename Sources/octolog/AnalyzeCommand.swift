import ArgumentParser
import OctologCore

import Glibc

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

    @OptionGroup var output: EventOutputOptions

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

    @OptionGroup var metrics: MetricsOptions

    func validate() throws {
        _ = try sealer()
        if revealTo != nil, let format = output.format, !format.hasSealedValues {
            throw ValidationError(
                "--reveal-to needs --format events: \(format.rawValue) has no place for sealed values.")
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
        let inputs = Inputs(input.files, input.progress)
        if output.verbose, inputs.readsStdin, let hint = PipeWriter.hint { Diagnostics.say(hint) }
        let metrics = try metrics.file(besides: inputs.paths + [output.output, state.state])
        let state = try state.file(inputs: inputs.paths, output: output.output)
        var sink = try output.writer(inputs, hasText: revealTo == nil, metrics: metrics)
        var options = input.options
        options.sealer = try sealer()
        options.throttle = output.throttle
        let (totals, outcome) = inputs.analyze(
            options, rules: rules, state: state, failOn: failOn, metrics: metrics, into: &sink)
        let exit = sink.finish(outcome)
        if exit == .nothingRecognised, totals.inputs > 0, !output.quiet { Diagnostics.say(totals.nothingRecognised) }
        if output.verbose {
            let share =
                totals.startupLines == 0
                ? "" : ", \(totals.recognisedLines) of \(totals.startupLines) startup lines known"
            Diagnostics.say("inputs: \(totals.inputs), \(totals.lines) lines, \(totals.bytes) bytes\(share)")
        }
        if exit != .success { throw exit.error }
    }
}
