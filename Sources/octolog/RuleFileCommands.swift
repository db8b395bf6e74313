import ArgumentParser
import OctologCore
import RuleFile

extension RulesCommand {
    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Says what is wrong with files of your own rules.",
            discussion: """
                Errors are FILE:LINE:COL: message; of a pattern with a caret where it goes wrong. The exit code is 78 then.

                EXAMPLES
                  octolog rules check Fixtures/rules/example.yaml
                  octolog rules check --json rules/ | jq -r '.[].message'
                """)

        @Argument(
            help: ArgumentHelp("Files of rules, or folders of them; - is stdin.", valueName: "file"),
            completion: .file(extensions: ["yaml", "yml"]))
        var files: [String]

        @Flag(help: "JSON instead of text.")
        var json = false

        func run() throws {
            Signals.install()
            let book = try RuleFiles.read(files)
            try printAll(json ? RuleReport.json(of: book.faults) : Array(text(of: book).utf8))
            if book.hasErrors { throw Exit.badConfiguration.error }
        }

        /// For each file its faults, and what it amounts to.
        private func text(of book: RuleBook) -> String {
            var text = ""
            for (file, rules) in book.counts {
                let faults = book.faults.filter { $0.file == file }
                for fault in faults { text += RuleReport.text(of: fault) }
                let errors = faults.count { $0.gravity == .error }
                let verdict = errors == 0 ? "ok" : counted(errors, "error", "errors")
                text += "\(file.printable): \(counted(rules, "rule", "rules")), \(verdict)\n"
            }
            return text
        }
    }

    struct Test: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tries rules on their own examples.",
            discussion: """
                Without a file the built-in rules are tried. The exit code is 1 if an example misbehaves: a match that \
                does not match is shown with a caret where the pattern stopped.

                EXAMPLES
                  octolog rules test
                  octolog rules test Fixtures/rules/example.yaml
                """)

        @Argument(
            help: ArgumentHelp("Files of rules, or folders of them; - is stdin.", valueName: "file"),
            completion: .file(extensions: ["yaml", "yml"]))
        var files: [String] = []

        @Flag(help: "JSON instead of text.")
        var json = false

        func run() throws {
            Signals.install()
            var own = RuleOptions()
            own.files = files
            let set = try own.ruleSet()
            let rules = set.listed.filter { files.isEmpty || $0.finding != nil }
            var trial = RuleTrial(set)
            var faults: [Misbehaviour] = []
            for rule in rules { faults += trial.misbehaviours(of: rule) }
            if json {
                try printAll(RuleReport.json(of: faults))
            } else {
                let matches = counted(rules.map(\.matches.count).reduce(0, +), "match", "matches")
                let misses = counted(rules.map(\.misses.count).reduce(0, +), "miss", "misses")
                let verdict = faults.isEmpty ? "all as they should be" : "\(faults.count) not as they should be"
                let summary = "\(counted(rules.count, "rule", "rules")), \(matches), \(misses): \(verdict)\n"
                try printAll(Array((faults.map(RuleReport.text).joined() + summary).utf8))
            }
            if !faults.isEmpty { throw Exit.findings.error }
        }
    }
}

/// `1 rule`, `2 rules`
private func counted(_ count: Int, _ one: String, _ many: String) -> String { "\(count) \(count == 1 ? one : many)" }
