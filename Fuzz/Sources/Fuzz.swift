// What libFuzzer calls: one binary for all targets, OCTOLOG_FUZZ names the one.

import CFuzzer
import Glibc

/// What is fuzzed, each with laws that hold for any bytes. A law that is broken ends the process, which is a find.
enum Target: String, CaseIterable {
    /// Bytes to lines, frames off, rules on: events.
    case framing
    /// Long lines that came in parts.
    case rejoining
    /// Compressed data, and text that is no UTF-8.
    case decoding
    /// A log, its secrets masked.
    case masking
    /// What one run leaves to the next.
    case state
    /// The user's rules.
    case rules
    /// Events that are read back.
    case events

    static let chosen: Target = {
        guard let name = getenv("OCTOLOG_FUZZ"), let target = Target(rawValue: String(cString: name)) else {
            fatalError("OCTOLOG_FUZZ is one of \(allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return target
    }()

    func run(_ input: [UInt8]) {
        switch self {
        case .framing: fuzzFraming(input)
        case .rejoining: fuzzRejoining(input)
        case .decoding: fuzzDecoding(input)
        case .masking: fuzzMasking(input)
        case .state: fuzzState(input)
        case .rules: fuzzRules(input)
        case .events: fuzzEvents(input)
        }
    }
}

@main
struct Fuzz {
    static func main() {
        _ = Target.chosen
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        exit(
            LLVMFuzzerRunDriver(&count, &arguments) { bytes, count in
                Target.chosen.run(Array(UnsafeBufferPointer(start: bytes, count: count)))
                return 0
            })
    }
}

/// Ends the process if a law does not hold.
func require(_ holds: Bool, _ law: @autoclosure () -> String) {
    if !holds { fatalError("broken: \(law())") }
}
