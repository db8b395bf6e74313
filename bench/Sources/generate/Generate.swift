/// Writes a corpus for the benchmarks to stdout: the same bytes for the same arguments.
@main
enum Generate {
    private static let usage = """
        usage: generate steady|startup BYTES [--seed N]
               generate registrations COUNT [--seed N]

          steady         one good startup, then a server at work for months
          startup        the startups of many containers, one after another
          registrations  events of that many registrations, as octolog writes them

        The corpus ends with the first line (steady) or startup that reaches BYTES.
        """

    static func main() {
        var arguments = Array(CommandLine.arguments.dropFirst())
        var seed: UInt64 = 1
        if let option = arguments.firstIndex(of: "--seed") {
            guard option + 1 < arguments.count, let number = UInt64(arguments[option + 1]) else {
                Diagnostics.fail("--seed needs a number", status: 64)
            }
            seed = number
            arguments.removeSubrange(option...option + 1)
        }
        guard arguments.count == 2 else { Diagnostics.fail(usage, status: 64) }
        guard let size = Int(arguments[1]), size >= 0 else {
            Diagnostics.fail("'\(arguments[1])' is no number of bytes or registrations", status: 64)
        }
        switch arguments[0] {
        case "steady": SteadyCorpus.write(size: size, seed: seed)
        case "startup": StartupCorpus.write(size: size, seed: seed)
        case "registrations": RegistrationCorpus.write(count: size, seed: seed)
        default: Diagnostics.fail("'\(arguments[0])' is no corpus: steady, startup or registrations", status: 64)
        }
    }
}
