import ArgumentParser
import OctologCore

struct RedactCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "redact", abstract: "Passes logs through with their secrets masked, to be sent to others.",
        discussion: """
            Everything but the masks stays as it is, to the byte: frames, colours, line ends, encoding. What is \
            compressed comes out as text. Any log can be redacted, but only what Octopus Deploy's containers leak is \
            known for certain: see README.

            EXAMPLES
              docker logs OctopusServer 2>&1 | octolog redact > server.log
              octolog redact --check *.log
            """)

    @Argument(
        help: ArgumentHelp("Logs to read: files, folders, globs; - or none is stdin.", valueName: "file"),
        completion: .file())
    var files: [String] = []

    @Flag(help: "Write no log: exit with 1 if there is anything to mask.")
    var check = false

    @Option(
        help: ArgumentHelp(
            "How lines are wrapped: auto, \(Framing.allCases.map(\.rawValue).joined(separator: ", ")).",
            valueName: "frame"))
    var framing = FramingChoice.auto

    @Option(help: ArgumentHelp("File to write to instead of stdout.", valueName: "file"), completion: .file())
    var output: String?

    @Flag(name: .shortAndLong, help: "Say nothing on stderr but errors.")
    var quiet = false

    @Flag(name: .shortAndLong, help: "Say on stderr what was masked.")
    var verbose = false

    @OptionGroup var progress: ProgressOptions

    func validate() throws {
        if check, output != nil { throw ValidationError("--check writes no log: leave --output out.") }
        try InputOptions.validate(files)
    }

    func run() throws {
        Signals.install()
        let inputs = Inputs(files, quiet ? nil : progress)
        if let output { try EventOutputOptions.refuseToOverwrite(output, inputs.paths) }
        var file: OutputFile
        do throws(SystemError) { file = try OutputFile(path: output) } catch {
            Diagnostics.say("can't write \(output ?? "stdout"): \(error.message)")
            throw Exit.ioError.error
        }
        var options = Analyzer.Options()
        options.framing = framing.framing
        var outcome = Outcome(failure: inputs.failure, failOn: nil)
        // One after the other, as `cat` would; of a rotated log the oldest file first.
        var redaction = Redaction(options: options)
        for log in inputs.logs {
            redaction.read(log) { path throws(InputError) in
                try inputs.open(path)
            } failed: { path, error in
                Diagnostics.say("can't read \(path == "-" ? "stdin" : path): \(error.message)")
                outcome.note(error)
            } into: { text in
                if !check { file.write(text) }
            } drained: {
                file.flush()
            }
        }
        file.flush()
        let masked = redaction.masked
        let count = masked.values.reduce(0, +)
        if (check && count > 0 && !quiet) || verbose { Diagnostics.say(Self.summary(masked)) }
        let exit = outcome.exitOfText(redaction.totals)
        if exit != .success { throw exit.error }
        if check, count > 0 { throw Exit.findings.error }
    }

    /// `3 secrets: 1 master-key, 2 password`
    private static func summary(_ masked: [SecretKind: Int]) -> String {
        let count = masked.values.reduce(0, +)
        guard count > 0 else { return "no secrets" }
        let kinds = SecretKind.allCases.compactMap { kind in masked[kind].map { "\($0) \(kind.rawValue)" } }
        return "\(count) \(count == 1 ? "secret" : "secrets"): \(kinds.joined(separator: ", "))"
    }
}
