import ArgumentParser
import OctologCore

import Glibc

extension OctologCommand {
    /// Says what was wrong with the call in one sentence, and what to type instead.
    static func refuse(_ error: any Error) -> Never {
        guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
        Diagnostics.say(sentence(of: error))
        Diagnostics.say("\(help(for: error)) says what can be typed")
        Glibc.exit(Exit.usage.rawValue)
    }

    /// The error as ArgumentParser says it, with the value that was meant.
    private static func sentence(of error: any Error) -> String {
        let message = message(for: error)
        let sentence = message.split(separator: "\n").map { $0.drop { $0 == " " } }.joined(separator: " ")
        // The value 'jsn' is invalid for '--format <format>'. Please provide one of 'events', 'text' and 'otlp'.
        guard let split = sentence.firstRange(of: "lease provide one of ") else { return sentence }
        let quoted = sentence[..<split.lowerBound].split(separator: "'", omittingEmptySubsequences: false)
        let values = sentence[split.upperBound...].split(separator: "'").enumerated().compactMap { index, part in
            index % 2 == 0 ? String(part) : nil
        }
        guard quoted.count > 2, let meant = String(quoted[1]).nearest(of: values) else { return sentence }
        return "\(sentence) Did you mean \(meant)?"
    }

    /// `octolog report --help`
    private static func help(for error: any Error) -> String {
        let message = fullMessage(for: error)
        guard let begin = message.firstRange(of: "See '"),
            let end = message[begin.upperBound...].firstRange(of: "' for more information")
        else { return "octolog --help" }
        return String(message[begin.upperBound..<end.lowerBound])
    }
}
