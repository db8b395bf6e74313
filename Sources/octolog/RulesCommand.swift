import ArgumentParser
import OctologCore

struct RulesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rules", abstract: "Shows the rules by which lines are told apart.",
        discussion: """
            EXAMPLES
              octolog rules list
              octolog rules show server.phase.master-key
            """, subcommands: [List.self, Show.self, Check.self, Test.self], defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists all rules.",
            discussion: """
                EXAMPLES
                  octolog rules list
                  octolog rules list --json | jq -r '.[].pattern'
                """)

        @OptionGroup var own: RuleOptions

        @Flag(help: "JSON instead of text.")
        var json = false

        func run() throws {
            Signals.install()
            let set = try own.ruleSet()
            try printAll(json ? RuleListing.json(of: set) : Array(RuleListing.text(of: set).utf8))
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows a rule with its source, its pattern and its examples.",
            discussion: """
                EXAMPLES
                  octolog rules show server.phase.master-key
                  octolog rules show --json failure.sql-login-failed
                """)

        @Argument(
            help: "The rule's id, as rules list prints it.",
            completion: .list(RuleSet.builtIn.listed.map(\.id)))
        var id: String

        @OptionGroup var own: RuleOptions

        @Flag(help: "JSON instead of text.")
        var json = false

        func run() throws {
            Signals.install()
            let set = try own.ruleSet()
            guard let rule = set[id] else {
                let guess = set.nearest(to: id).map { "Did you mean \($0)? " } ?? ""
                throw ValidationError("There is no rule \(id). \(guess)octolog rules list shows all.")
            }
            try printAll(json ? RuleListing.json(of: rule) : Array(RuleListing.text(of: rule).utf8))
        }
    }
}

struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Prints the JSON Schema of the events.",
        discussion: """
            EXAMPLES
              octolog schema
              octolog schema startup.failed
            """)

    @Argument(
        help: ArgumentHelp("The type of event, such as startup.failed; all without it.", valueName: "type"),
        completion: .list(EventType.allCases.map(\.shortName)))
    var type: String?

    @Flag(help: "Refuse fields that this version does not know; later ones add some.")
    var strict = false

    @Flag(help: "The fields as Markdown, to be read.")
    var markdown = false

    func validate() throws {
        if strict, markdown { throw ValidationError("--strict is about the JSON Schema: leave --markdown out.") }
    }

    func run() throws {
        Signals.install()
        guard let type else {
            return try printAll(Array((markdown ? SchemaPage.text() : Schema.json(isStrict: strict) + "\n").utf8))
        }
        guard let known = EventType(named: type) else {
            let names = EventType.allCases.map(\.shortName).joined(separator: ", ")
            let guess = type.nearest(of: EventType.allCases.map(\.shortName)).map { " Did you mean \($0)?" } ?? ""
            throw ValidationError("There is no event \(type).\(guess) The types are: \(names).")
        }
        let text = markdown ? SchemaPage.section(of: known) : Schema.json(of: known, isStrict: strict) + "\n"
        try printAll(Array(text.utf8))
    }
}

/// Writes all of `bytes` to stdout.
func printAll(_ bytes: [UInt8]) throws {
    do throws(SystemError) {
        var output = try OutputFile(path: nil)
        output.write(bytes)
        output.flush()
    } catch {
        Diagnostics.say("can't write: \(error.message)")
        throw Exit.ioError.error
    }
}
