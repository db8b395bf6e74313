import ArgumentParser
import OctologCore

import Glibc

extension OctologCommand {
    /// Says what was wrong with the call in one sentence, what to type instead, and where all of it is told.
    static func refuse(_ error: any Error) -> Never {
        if exitCode(for: error) == .success {
            // Help and versions: what can't be written is an error as everywhere.
            let text = fullMessage(for: error)
            do { if !text.isEmpty { try printAll(Array((text + "\n").utf8)) } } catch { exit(withError: error) }
            Glibc.exit(Exit.success.rawValue)
        }
        guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
        Diagnostics.say(UsageError(message(for: error)).sentence)
        Diagnostics.say("see \(help)")
        Glibc.exit(Exit.usage.rawValue)
    }

    /// `octolog report --help`, by the command that was typed.
    private static var help: String {
        let commands = configuration.subcommands.compactMap { $0.configuration.commandName }
        let command = CommandLine.arguments.dropFirst().first { !$0.hasPrefix("-") }
        return "octolog \(command.flatMap { commands.contains($0) ? $0 : nil } ?? "analyze") --help"
    }
}

/// What ArgumentParser says of a call, in fewer words where they are known, and with a guess at what was meant.
struct UsageError {
    private let message: String

    init(_ message: String) {
        self.message = message.split(separator: "\n").map { $0.drop { $0 == " " } }.joined(separator: " ")
    }

    var sentence: String {
        // The value 'jsn' is invalid for '--format <format>'. Please provide one of ...
        guard message.hasPrefix("The value '"), let middle = message.firstRange(of: "' is invalid for '"),
            let end = message[middle.upperBound...].firstIndex(of: "'")
        else { return message }
        let value = String(message[message.index(message.startIndex, offsetBy: 11)..<middle.lowerBound])
        let option = message[middle.upperBound..<end].prefix { $0 != " " }
        let rest = message[message.index(after: end)...]
        // What the option itself says of the value.
        if rest.hasPrefix(": ") { return "\(option): \(rest.dropFirst(2))" }
        let values = Self.values(in: rest)
        guard !values.isEmpty else { return "\(value) is no value of \(option)." }
        let guess = value.lowercased().nearest(of: values).map { " Did you mean \($0)?" } ?? ""
        return "\(value) is no value of \(option).\(guess) It takes \(values.joined(separator: ", "))."
    }

    /// The values of `one of 'a', 'b' or 'c'.`, or of `one of the following: - a - b - c`
    private static func values(in text: Substring) -> [String] {
        if let list = text.firstRange(of: "one of the following: - ") {
            return text[list.upperBound...].split(separator: " - ").map { String($0) }
        }
        guard let list = text.firstRange(of: "one of '") else { return [] }
        return text[list.upperBound...].split(separator: "'").enumerated().compactMap { index, part in
            index % 2 == 0 ? String(part) : nil
        }
    }
}
