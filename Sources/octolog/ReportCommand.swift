import ArgumentParser
import OctologCore

import Glibc

struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Reviews startups: what started, how far, why it failed, what to do.",
        discussion: """
            The verdict comes first. Give the logs of all containers that belong together, the database's too: the \
            cause may lie in another one's log.

            EXAMPLES
              docker compose logs --no-color | octolog report
              octolog report --html report.html server.log db.log
            """)

    @OptionGroup var input: InputOptions

    @OptionGroup var own: RuleOptions

    @Flag(help: "Markdown instead of text.")
    var markdown = false

    @Flag(help: "JSON instead of text.")
    var json = false

    @Option(
        help: ArgumentHelp("File to write as one page of HTML, with a timeline; - is stdout.", valueName: "file"),
        completion: .file())
    var html: String?

    @Option(
        help: ArgumentHelp("Log of a start that went well, to compare with in --html.", valueName: "good"),
        completion: .file())
    var compare: String?

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
        if html != nil, markdown || json || output != nil {
            throw ValidationError(
                "--html names the one file that is written: leave --markdown, --json and --output out.")
        }
        if html == nil, let compare {
            throw ValidationError("--compare needs --html; for text try octolog compare \(compare) LOG.")
        }
        if compare == "-", input.files.isEmpty || input.files.contains("-") {
            throw ValidationError("GOOD and the log can't both be stdin.")
        }
    }

    func run() throws {
        Signals.install()
        let rules = try own.ruleSet()
        let inputs = Inputs(input.files, quiet ? nil : input.progress)
        // Better now than when all is read.
        if let compare, compare != "-", access(compare, F_OK) != 0 {
            Diagnostics.say("no such file: \(compare)")
            throw Exit.noInput.error
        }
        if let file = html ?? output, file != "-" {
            try EventOutputOptions.refuseToOverwrite(file, inputs.paths + [compare].compactMap { $0 })
        }
        var builder = ReportBuilder()
        let recorder = html == nil ? nil : InputRecorder()
        let (totals, exit) = inputs.analyze(
            Analysis(options: input.options, rules: rules, failOn: failOn), jobs: input.jobs, recorder: recorder,
            into: &builder)
        if let recorder {
            try writeHTML(builder.report, rules, inputs, recorder)
        } else {
            try write(builder.report)
        }
        if exit == .nothingRecognised, totals.inputs > 0, !quiet { Diagnostics.say(totals.nothingRecognised) }
        if exit != .success { throw exit.error }
    }

    /// The report of the start to compare with; nil, and why, where none went well.
    private func goodReport(_ rules: RuleSet) -> Report? {
        guard let compare else { return nil }
        var builder = ReportBuilder()
        // What is asked of the other log, its times and its name, is not this one's.
        let (totals, _) = Inputs([compare]).analyze(Analysis(rules: rules), into: &builder)
        if builder.report.counts.succeeded > 0 { return builder.report }
        let reason = totals.isRecognised ? "no startup in it succeeded" : totals.nothingRecognised
        Diagnostics.say("there is nothing to compare with in \(compare): \(reason)")
        return nil
    }

    private func writeHTML(
        _ report: Report, _ rules: RuleSet, _ inputs: Inputs, _ recorder: InputRecorder
    ) throws {
        let good = goodReport(rules)
        let page = ReportHTML.bytes(
            of: report, excerpts: recorder.excerpts(for: report, inputs, input.options), inputs: recorder.records,
            good: good)
        do throws(SystemError) {
            var file = try OutputFile(path: html == "-" ? nil : html)
            file.write(page)
            file.flush()
        } catch {
            Diagnostics.say("can't write \(html ?? "stdout"): \(error.message)")
            throw Exit.ioError.error
        }
    }

    private func write(_ report: Report) throws {
        do throws(SystemError) {
            var file = try OutputFile(path: output)
            if json {
                file.write(report.json())
            } else if markdown {
                file.write(ReportMarkdown.text(of: report).utf8)
            } else {
                file.write(ReportText.text(of: report, look: color.look(forFile: output)).utf8)
            }
            file.flush()
        } catch {
            Diagnostics.say("can't write \(output ?? "stdout"): \(error.message)")
            throw Exit.ioError.error
        }
    }
}
