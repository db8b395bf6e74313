import ArgumentParser
import OctologCore

struct RegistrationsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "registrations", abstract: "Lists the registrations of Tentacles, and the duplicates among them.",
        discussion: """
            Give the logs of several containers, one file each, to find the machines \
            that they share. A row is a machine as its server has it, with all \
            containers that registered as it.

            EXAMPLES
              octolog registrations tentacle-1.log tentacle-2.log
              octolog registrations --json 'logs/*.log'
            """)

    @OptionGroup var input: InputOptions

    @OptionGroup var state: StateOptions

    @Flag(help: "JSON instead of a table.")
    var json = false

    @Option(
        help: ArgumentHelp("Fail at this level (info to critical), or if a startup failed.", valueName: "level|startup")
    )
    var failOn: FailOn?

    func run() throws {
        Signals.install()
        let inputs = Inputs(input.files, input.progress)
        let state = try state.file(inputs: inputs.paths)
        var inventory = Inventory()
        let (totals, exit) = inputs.analyze(
            Analysis(options: input.options, failOn: failOn), jobs: input.jobs, state: state, into: &inventory)
        do throws(SystemError) {
            var output = try OutputFile(path: nil)
            if json {
                output.write(inventory.json())
            } else if !inventory.entries.isEmpty {
                output.write(inventory.table(width: OutputFile.terminalWidth).utf8)
            }
            output.flush()
        } catch {
            Diagnostics.say("can't write: \(error.message)")
            throw Exit.ioError.error
        }
        if inventory.entries.isEmpty, totals.inputs > 0, exit != .noInput, exit != .ioError {
            Diagnostics.say(
                totals.isRecognised
                    ? "no Tentacle registers in what was read"
                    : totals.nothingRecognised)
        }
        if exit != .success { throw exit.error }
    }
}
