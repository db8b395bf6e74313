import Foundation
import Testing

/// A command of README.md and what it says the command prints.
private struct Example: CustomTestStringConvertible {
    var command: String
    var output: String

    var testDescription: String { command }

    /// The README's console blocks: a line that begins with `$ ` is typed, the lines after it are printed.
    static let all: [Example] = {
        let text = (try? String(contentsOf: Tool.package.appending(path: "README.md"), encoding: .utf8)) ?? ""
        var examples: [Example] = []
        var isInBlock = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```") {
                isInBlock = line == "```console"
            } else if isInBlock, line.hasPrefix("$ ") {
                examples.append(Example(command: String(line.dropFirst(2)), output: ""))
            } else if isInBlock, !examples.isEmpty {
                examples[examples.count - 1].output += line + "\n"
            }
        }
        return examples
    }()
}

@Suite struct ReadmeTests {
    @Test("the README has examples") func thereAreExamples() { #expect(Example.all.count >= 5) }

    @Test("each command of the README prints what the README says", arguments: Example.all)
    fileprivate func examples(_ example: Example) throws {
        // `make run` would build; it runs octolog on a terminal, which has text.
        let command = example.command.replacingOccurrences(
            of: "make run", with: "octolog --format text Fixtures/cases/server-2018.3.13-first-start/input.log")
        let result = try Tool.shell("exec 2>&1; \(command)")
        #expect(result.out == example.output, "\(result.out)")
    }
}
