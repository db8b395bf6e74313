import ArgumentParser
import OctologCore

@main
struct OctologCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "octolog",
        abstract: "Reads the logs of Octopus Deploy containers and says what happened.",
        discussion: """
            Without a command octolog analyzes: log in, events out, one JSON object a line, or text on a terminal; \
            octolog analyze --help lists its options.

            EXAMPLES
              docker logs OctopusServer 2>&1 | octolog
              docker logs OctopusServer 2>&1 | octolog key

            EXIT CODES
              0 analysed
              1 findings at or over --fail-on; verify: something does not hold
              2 a startup failed, with --fail-on startup
              3 incomplete
              4 nothing recognised, no key, or nothing sealed
              64 usage
              66 no such input
              74 input/output error
              78 a bad file of rules or of keys
              129, 130, 143 signal
            """,
        // The digest is work that no other command should wait for.
        version: CommandLine.arguments.contains("--version") ? versionWithRules : Octolog.version,
        subcommands: [
            AnalyzeCommand.self, KeyCommand.self, RedactCommand.self, KeygenCommand.self, RevealCommand.self,
            RegistrationsCommand.self, CorrelateCommand.self, ReportCommand.self, CompareCommand.self,
            VerifyCommand.self, ExplainCommand.self, CaptureCommand.self, RulesCommand.self, SchemaCommand.self,
            CompletionsCommand.self,
        ],
        defaultSubcommand: AnalyzeCommand.self)

    /// What two runs have to have in common to say the same of a log.
    private static var versionWithRules: String {
        let rules = RuleSet.builtIn
        return "octolog \(Octolog.version), \(rules.listed.count) rules \(rules.digest)"
    }

    /// Every command begins here, so that none can forget what keeps secrets in.
    static func main() {
        Hardening.begin()
        do {
            let arguments = Array(CommandLine.arguments.dropFirst())
            var command = try alone(arguments) ?? parseAsRoot(arguments)
            try command.run()
        } catch {
            refuse(error)
        }
    }

    /// The command that the arguments are right for, looked at by itself: to learn the options of all others takes
    /// longer than to read a small log. Whatever is wrong with them is for all of octolog to say.
    private static func alone(_ arguments: [String]) -> (any ParsableCommand)? {
        guard arguments.first != "help" else { return nil }
        let named = configuration.subcommands.first { $0._commandName == arguments.first }
        return try? (named ?? AnalyzeCommand.self).parseAsRoot(named == nil ? arguments : Array(arguments.dropFirst()))
    }
}
