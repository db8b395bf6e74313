/// How the scripts of an image write their log, log-grammar 1.1 and 1.2.
struct ScriptStyle {
    /// What precedes `[<ts>]`.
    var prefix: String
    /// Whether the lines of a command's output come out as one, joined by blanks.
    var joinsOutput: Bool

    /// Server S1 and Tentacle T1.
    static let verbose = ScriptStyle(prefix: "VERBOSE: ", joinsOutput: false)
    /// Tentacle T3.
    static let host = ScriptStyle(prefix: "", joinsOutput: true)
}

extension StartupCorpus {
    static let separator = String(repeating: "=", count: 47)
    static let errorRuler = String(repeating: "=", count: 79)
    static let endRuler = String(repeating: "-", count: 79)

    /// `VERBOSE: [<ts>] text`
    mutating func say(_ text: String, _ style: ScriptStyle) {
        corpus.append(style.prefix)
        corpus.append(UInt8(ascii: "["))
        corpus.append(clock.stamp)
        corpus.append("] ")
        corpus.append(text)
        corpus.endLine(at: clock)
    }

    /// A line as it is.
    mutating func print(_ text: String) {
        corpus.append(text)
        corpus.endLine(at: clock)
    }

    mutating func print(_ lines: [String]) { for line in lines { print(line) } }

    /// Lines that go to stderr, log-grammar 1.2 and 1.3.
    mutating func printErrors(_ lines: [String]) {
        corpus.stream = .stderr
        print(lines)
        corpus.stream = .stdout
    }

    /// A heading between two separators.
    mutating func sayHeading(_ text: String, _ style: ScriptStyle) {
        say(Self.separator, style)
        say(text, style)
        say(Self.separator, style)
    }

    /// A command that ends well after some seconds.
    mutating func execute(_ command: String, _ output: [String] = [], seconds: Int, _ style: ScriptStyle) {
        say("Executing command '\(command)'", style)
        clock.advance(by: random.within(max(1, seconds / 2)...seconds))
        writeBlock(output, style)
        say("done.", style)
    }

    /// A command that fails: stderr first, then its output, then the script's error record.
    mutating func executeFailing(
        _ command: String, errors: [String], _ output: [String] = [], exitCode: Int, at place: String,
        _ style: ScriptStyle
    ) {
        say("Executing command '\(command)'", style)
        clock.advance(by: random.within(2...40))
        printErrors(errors)
        writeBlock(output, style)
        writeErrorRecord(
            "Execute-Command : Command returned exit code \(exitCode). Aborting.", at: place,
            source: "    Execute-Command $Exe $args", id: "Execute-Command")
    }

    /// A PowerShell error record as a console of 80 columns shows it, log-grammar 1.3.
    mutating func writeErrorRecord(_ message: String, at place: String, source: String, id: String) {
        let underline = String(repeating: "~", count: max(1, source.count - 4))
        printErrors([
            message, "At \(place) char:5", "+ \(source)", "+     \(underline)",
            "    + CategoryInfo          : NotSpecified: (:) [Write-Error], WriteErrorExcept", "   ion",
            "    + FullyQualifiedErrorId : Microsoft.PowerShell.Commands.WriteErrorException", "   ,\(id)",
        ])
    }

    /// The block in which a program ends that can't go on, log-grammar 6.6.
    static func fatalBlock(_ message: String, _ type: String, frames: [String]) -> [String] {
        [errorRuler, message, type] + frames.map { "   at \($0)" }
            + [
                endRuler, "Terminating process with exit code 100",
                "Full error details are available in the log files at:", #"C:\Octopus\Logs"#,
                "If you need help, please send these log files to https://octopus.com/support", endRuler,
            ]
    }

    private mutating func writeBlock(_ output: [String], _ style: ScriptStyle) {
        guard !output.isEmpty else { return }
        print("VERBOSE: ")
        for line in style.joinsOutput ? [output.joined(separator: " ")] : output { print("VERBOSE: \t| \(line)") }
        print("VERBOSE: ")
    }
}
