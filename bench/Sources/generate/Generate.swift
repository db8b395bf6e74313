/// Writes a corpus for the benchmarks to stdout: the same bytes for the same arguments.
@main
enum Generate {
    private static let usage = """
        usage: generate steady|startup|hostile BYTES [--seed N] [--as json-file|cri]
               generate interleaved BYTES --containers N [--seed N]
               generate registrations COUNT [--seed N]
               generate rules COUNT [--seed N]

          steady         one good startup, then a server at work for months
          startup        the startups of many containers, one after another
          hostile        what makes a scanner slow
          interleaved    N containers of a Compose log, which start at once and then work
          registrations  events of that many registrations, as octolog writes them
          rules          a file of that many rules of a user's own

        The corpus ends with the first line (steady, interleaved), startup or block (hostile) that reaches BYTES.
        """

    static func main() {
        var arguments = Array(CommandLine.arguments.dropFirst())
        let seed = take("--seed", &arguments).map { number($0, for: "--seed", UInt64.init) } ?? 1
        let containers = take("--containers", &arguments).map { number($0, for: "--containers", Int.init) }
        let frame = take("--as", &arguments).map(frame)
        guard arguments.count == 2 else { fail(usage) }
        let size = number(arguments[1], for: arguments[0], Int.init)
        guard size >= 0 else { fail("\(arguments[0]) needs a number, not '\(arguments[1])'") }
        let corpus = arguments[0]
        if frame != nil, !["steady", "startup", "hostile"].contains(corpus) { fail("\(corpus) has no --as") }
        if (containers != nil) != (corpus == "interleaved") {
            fail("interleaved, and nothing else, needs --containers")
        }
        switch corpus {
        case "steady": SteadyCorpus.write(size: size, frame, seed: seed)
        case "startup": StartupCorpus.write(size: size, frame, seed: seed)
        case "hostile": HostileCorpus.write(size: size, frame, seed: seed)
        case "interleaved": InterleavedCorpus.write(size: size, containers: max(1, containers ?? 1), seed: seed)
        case "registrations": RegistrationCorpus.write(count: size, seed: seed)
        case "rules": RuleFile.write(count: size, seed: seed)
        default: fail("'\(corpus)' is no corpus: steady, startup, hostile, interleaved, registrations or rules")
        }
    }

    /// The value of an option, which is taken from the arguments; nil where it is not given.
    private static func take(_ option: String, _ arguments: inout [String]) -> String? {
        guard let place = arguments.firstIndex(of: option) else { return nil }
        guard place + 1 < arguments.count else { fail("\(option) needs a value") }
        defer { arguments.removeSubrange(place...place + 1) }
        return arguments[place + 1]
    }

    private static func number<Number>(_ text: String, for what: String, _ parse: (String) -> Number?) -> Number {
        guard let number = parse(text) else { fail("\(what) needs a number, not '\(text)'") }
        return number
    }

    private static func frame(_ name: String) -> FileFrame {
        guard let frame = FileFrame(rawValue: name) else { fail("'\(name)' is no frame: json-file or cri") }
        return frame
    }

    private static func fail(_ message: String) -> Never { Diagnostics.fail(message, status: 64) }
}
