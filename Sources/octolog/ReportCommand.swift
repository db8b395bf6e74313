import ArgumentParser
import OctologCore

struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Reviews startups: what started, how far, why it failed, what to do.",
        discussion: """
            The verdict comes first. Give the logs of all containers that belong together, the database's too: the
            cause may lie in another one's log.

            EXAMPLES
              docker compose logs --no-color | octolog report
              octolog report --markdown --output report.md server.log db.log
            """)

    @OptionGroup var input: InputOptions

    @OptionGroup var own: RuleOptions

    @Flag(help: "Markdown instead of text.")
    var markdown = false

    @Flag(help: "JSON instead of text.")
    var json = false

    @Option(help: ArgumentHelp("File to write to instead of stdout.", valueName: "file"), completion: .file())
    var output: String?

    @Option(
        help: ArgumentHelp("Fail at this level (info to critical), or if a startup failed.", valueName: "level|startup")
    )
    var failOn: FailOn?

    @Option(help: "Colours in text.")
    var color: ColourChoice = .auto

    @Flag(name: .shortAndLong, help: "Say nothing on stderr but errors.")
    var quiet = false

    func validate() throws {
        if markdown, json { throw ValidationError("--markdown and --json exclude each other.") }
    }

    func run() throws {
        Signals.install()
        let rules = try own.ruleSet()
        let inputs = Inputs(input.files)
        if let output { try EventOutputOptions.refuseToOverwrite(output, inputs.paths) }
        var builder = ReportBuilder()
        let (totals, exit) = inputs.analyze(input.options, rules: rules, failOn: failOn, into: &builder)
        try write(builder.report)
        if exit == .nothingRecognised, totals.inputs > 0, !quiet { Diagnostics.say(totals.nothingRecognised) }
        if exit != .success { throw exit.error }
    }

    private func write(_ report: Report) throws {
        do throws(SystemError) {
            var file = try OutputFile(path: output)
            if json {
                file.write(report.json())
            } else if markdown {
                file.write(ReportMarkdown.text(of: report).utf8)
            } else {
                let hasColour = color.isOn(forTerminal: output == nil && OutputFile.isTerminal)
                file.write(ReportText.text(of: report, hasColour: hasColour).utf8)
            }
            file.flush()
        } catch {
            Diagnostics.say("can't write \(output ?? "stdout"): \(error.message)")
            throw Exit.ioError.error
        }
    }
}
