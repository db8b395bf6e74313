import ArgumentParser
import OctologCore

struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Says what a code means, how to confirm it and how to fix it.",
        discussion: """
            A code is what octolog shows: of a cause, a duplicate, a secret (also where \
            an event says that it stands), a gap, a limit; the type of an event; or the \
            id of a rule. Without one it lists all. Its commands are for a POSIX shell, \
            with words in capitals to replace: NAME is the container, DB the database's.

            EXAMPLES
              octolog explain sql-login-failed
              octolog explain --json | jq -r '.[].code'
            """)

    @Argument(
        help: ArgumentHelp("A code, such as sql-login-failed or same-name; all without it.", valueName: "code"),
        completion: .list(Explanation.all.map(\.code)))
    var code: String?

    @OptionGroup var own: RuleOptions

    @Flag(help: "JSON instead of text.")
    var json = false

    @Flag(help: "The list of all codes as Markdown.")
    var markdown = false

    func validate() throws {
        if markdown, json { throw ValidationError("--markdown and --json exclude each other: give one.") }
        if markdown, let code { throw ValidationError("--markdown lists all codes: leave \(code) out.") }
    }

    func run() throws {
        Signals.install()
        guard let code else {
            if markdown { return try printAll(Array(ExplanationText.markdown().utf8)) }
            return try printAll(
                json ? ExplanationText.json() : Array(ExplanationText.list(ColourChoice.auto.look()).utf8))
        }
        try printAll(try answer(to: code))
    }

    /// The explanation of the code, or what it names that needs none: a rule, a type of event.
    private func answer(to code: String) throws -> [UInt8] {
        let look = ColourChoice.auto.look()
        let set = try own.ruleSet()
        let rule = set.listed.first { $0.id == code }
        // What the user calls so, the user means.
        if let rule, rule.finding != nil { return show(rule) }
        if let explanation = Explanation.found(by: code) {
            return json
                ? ExplanationText.json(of: explanation) : Array(ExplanationText.text(of: explanation, look).utf8)
        }
        if let rule { return show(rule) }
        if let event = EventType(named: code) {
            return Array((json ? Schema.json(of: event) + "\n" : ExplanationText.text(of: event, look)).utf8)
        }
        if let guess = Explanation.nearest(to: code, rules: set) {
            throw ValidationError("There is no code \(code). Did you mean \(guess)? octolog explain lists all.")
        }
        let files = own.files.isEmpty ? " A rule of your own needs --rules FILE." : ""
        throw ValidationError("There is no code \(code). octolog explain lists all.\(files)")
    }

    private func show(_ rule: Rule) -> [UInt8] {
        json ? RuleListing.json(of: rule) : Array(RuleListing.text(of: rule).utf8)
    }
}
