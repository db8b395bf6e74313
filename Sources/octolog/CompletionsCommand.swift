import ArgumentParser
import OctologCore

struct CompletionsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "completions", abstract: "Prints what a shell needs to complete octolog's command lines.",
        discussion: """
            make install puts all three where the shells look for them.

            EXAMPLES
              source <(octolog completions bash)
              octolog completions fish > ~/.config/fish/completions/octolog.fish
            """)

    @Argument(help: "bash, zsh or fish.")
    var shell: Shell

    enum Shell: String, ExpressibleByArgument, CaseIterable {
        case bash
        case zsh
        case fish

        var completionShell: CompletionShell {
            switch self {
            case .bash: .bash
            case .zsh: .zsh
            case .fish: .fish
            }
        }
    }

    func run() throws {
        Signals.install()
        try printAll(Array((Self.script(for: shell) + "\n").utf8))
    }

    /// ArgumentParser's script, which knows nothing of default commands, taught that what begins with no command is
    /// `analyze`.
    ///
    /// One function of it is given another name, and one in its place looks at the words first.
    private static func script(for shell: Shell) -> String {
        let script = OctologCommand.completionScript(for: shell.completionShell)
        switch shell {
        case .bash:
            // It is read by a shell, and not run.
            let read = script.replacing("#!/bin/bash\n", with: "", maxReplacements: 1)
            return read.replacing("\n_octolog() {\n", with: bash + "\n__octolog_with_command() {\n")
        case .zsh: return script.replacing("\n_octolog() {\n", with: zsh + "\n__octolog_with_command() {\n")
        case .fish:
            let name = "\nfunction __octolog_tokens"
            let taught: String = script.replacing(name + "\n", with: fish + name + "_as_typed\n")
            // Where there is no word yet, analyze's options are offered beside the commands.
            var lines = [taught]
            for line in script.split(separator: "\n") where line.contains(#" "octolog analyze" "#) {
                lines.append(String(line).replacing(#" "octolog analyze" "#, with: #" "octolog" "#))
            }
            return lines.joined(separator: "\n")
        }
    }

    private static var commands: String {
        (OctologCommand.configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"])
            .joined(separator: " ")
    }

    private static var bash: String {
        """

        # The first word may be a command or a file; what begins with neither is for analyze.
        _octolog() {
            if [[ "${COMP_CWORD}" -gt 1 && " \(commands) " = *" ${COMP_WORDS[1]} "* ]]; then
                __octolog_with_command "${@}"
                return
            fi
            [[ "${COMP_CWORD}" -gt 1 || "${2}" = -* ]] || __octolog_with_command "${@}"
            local COMP_LINE="${COMP_WORDS[0]} analyze${COMP_LINE#"${COMP_WORDS[0]}"}"
            local COMP_POINT="$((COMP_POINT + 8))" COMP_CWORD="$((COMP_CWORD + 1))"
            local -a COMP_WORDS=("${COMP_WORDS[0]}" analyze "${COMP_WORDS[@]:1}")
            __octolog_with_command "${@}"
        }

        """
    }

    private static var zsh: String {
        """

        # The first word may be a command or a file; what begins with neither is for analyze.
        _octolog() {
            local -ar octolog_commands=(\(commands))
            if [[ "${CURRENT}" -eq 2 && "${PREFIX}" != -* ]]; then
                local -i found=1
                __octolog_with_command && found=0
                _files && found=0
                return "${found}"
            fi
            if [[ "${CURRENT}" -eq 2 || "${octolog_commands[(Ie)${words[2]}]}" -eq 0 ]]; then
                words=("${words[1]}" analyze "${(@)words[2,-1]}")
                ((CURRENT++))
            fi
            __octolog_with_command
        }

        """
    }

    private static var fish: String {
        """

        # What begins with no command is for analyze.
        function __octolog_tokens
            set -l tokens (__octolog_tokens_as_typed $argv)
            if test "$argv" = -t; or test (count $tokens) -lt 2; or contains -- $tokens[2] \(commands)
                string join -- \\n $tokens
            else
                string join -- \\n $tokens[1] analyze $tokens[2..]
            end
        end

        """
    }
}
