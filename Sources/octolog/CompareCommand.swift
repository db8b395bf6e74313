import ArgumentParser
import OctologCore

struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare", abstract: "Compares a failed start with a good one.",
        discussion: """
            Of GOOD the last startup that succeeded is taken, of BAD the last that did not. Each is a file, a folder, \
            a glob, or - for stdin.

            EXAMPLES
              octolog compare yesterday.log today.log
              docker logs OctopusServer 2>&1 | octolog compare good.log -
            """)

    @Argument(help: "The log of a start that went well.", completion: .file())
    var good: String

    @Argument(help: "The log of one that did not.", completion: .file())
    var bad: String

    @Option(help: ArgumentHelp("Compare the containers of this name, where a log has several.", valueName: "name"))
    var container: String?

    @Option(
        help: ArgumentHelp(
            "How lines are wrapped: auto, \(Framing.allCases.map(\.rawValue).joined(separator: ", ")).",
            valueName: "frame"))
    var framing = FramingChoice.auto

    @Flag(help: "JSON instead of text.")
    var json = false

    @Option(help: "Colours in text.")
    var color: ColourChoice = .auto

    func validate() throws {
        if good == "-", bad == "-" { throw ValidationError("GOOD and BAD can't both be stdin.") }
    }

    func run() throws {
        Signals.install()
        let (goodReport, goodExit) = try read(good)
        let (badReport, badExit) = try read(bad)
        try refuseUnknownContainer(in: [(good, goodReport), (bad, badReport)])
        let comparison = Comparison(good: goodReport, bad: badReport, container: container)
        if comparison.pairs.isEmpty {
            Diagnostics.say("\(good) and \(bad) have no containers of the same kind to compare")
            throw Exit.nothingRecognised.error
        }
        guard comparison.hasGood else {
            Diagnostics.say("no startup succeeded in \(good): there is nothing to compare \(bad) with")
            throw Exit.nothingRecognised.error
        }
        try write(comparison)
        if goodExit == .incomplete || badExit == .incomplete { throw Exit.incomplete.error }
    }

    /// The report of one side; without startups there is nothing to compare, and the command ends.
    private func read(_ log: String) throws -> (Report, Exit) {
        var options = Analyzer.Options()
        options.framing = framing.framing
        var builder = ReportBuilder()
        let (totals, exit) = Inputs([log]).analyze(Analysis(options: options), into: &builder)
        switch exit {
        case .success, .findings, .startupFailed, .incomplete: break
        case .nothingRecognised:
            Diagnostics.say("\(log): \(totals.nothingRecognised)")
            throw exit.error
        case .usage, .noInput, .ioError, .badConfiguration, .hungUp, .interrupted, .terminated: throw exit.error
        }
        if Comparison.names(in: builder.report).isEmpty {
            Diagnostics.say("\(log): no startup is in it")
            throw Exit.nothingRecognised.error
        }
        return (builder.report, exit)
    }

    /// A name that is not in a log of several containers is a mistake.
    private func refuseUnknownContainer(in logs: [(String, Report)]) throws {
        guard let container else { return }
        for (log, report) in logs {
            let names = Comparison.names(in: report)
            guard names.count > 1, !names.contains(container) else { continue }
            throw ValidationError(
                "There is no container \(container) in \(log): it has \(names.prefix(16).joined(separator: ", "))."
                    .printable)
        }
    }

    private func write(_ comparison: Comparison) throws {
        do throws(SystemError) {
            var file = try OutputFile(path: nil)
            if json {
                file.write(comparison.json())
            } else {
                file.write(ComparisonText.text(of: comparison, look: color.look()).utf8)
            }
            file.flush()
        } catch {
            Diagnostics.say("can't write: \(error.message)")
            throw Exit.ioError.error
        }
    }
}
