import ArgumentParser
import OctologCore

struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Says what a code of a report means, how to confirm it and how to fix it.",
        discussion: """
            Without a code it lists all codes. Its commands are for a POSIX shell, with
            words in capitals to replace: NAME is the container, DB the database's.

            EXAMPLES
              octolog explain sql-login-failed
              octolog explain --json | jq -r '.[].code'
            """)

    @Argument(
        help: ArgumentHelp("A code, such as sql-login-failed or same-name; all without it.", valueName: "code"),
        completion: .list(Explanation.all.map(\.code)))
    var code: String?

    @Flag(help: "JSON instead of text.")
    var json = false

    func run() throws {
        Signals.install()
        guard let code else {
            return try printAll(json ? ExplanationText.json() : Array(ExplanationText.list().utf8))
        }
        guard let explanation = Explanation[code] else {
            let guess = Explanation.nearest(to: code).map { "Did you mean \($0)? " } ?? ""
            throw ValidationError("There is no code \(code). \(guess)octolog explain lists all.")
        }
        try printAll(
            json ? ExplanationText.json(of: explanation) : Array(ExplanationText.text(of: explanation).utf8))
    }
}
