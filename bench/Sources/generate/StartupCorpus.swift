/// The startups of many containers, one after another: two servers in five, the rest Tentacles.
///
/// Names, thumbprints and addresses are each container's own. Secrets are plainly fake.
struct StartupCorpus: ~Copyable {
    var corpus: CorpusWriter
    var random: SplitMix64
    // 2017-11-06T06:00:00Z
    var clock = Clock(seconds: 1_509_948_000)
    /// Containers so far.
    var number = 0

    init(_ frame: FileFrame? = nil, seed: UInt64) {
        corpus = CorpusWriter(frame: frame, seed: seed)
        random = SplitMix64(seed: seed)
    }

    static func write(size: Int, _ frame: FileFrame?, seed: UInt64) {
        var startups = StartupCorpus(frame, seed: seed)
        while startups.corpus.count < size { startups.startNext() }
        startups.corpus.flush()
    }

    /// Sets the clock for another container, back as well as forth.
    mutating func restart(at seconds: Int) {
        number += 1
        clock = Clock(seconds: seconds)
    }

    private mutating func startNext() {
        number += 1
        clock.advance(by: random.within(5...600))
        if random.below(5) < 2 {
            startServer(random.pick(ServerScenario.mix), linesAfterwards: random.below(12))
        } else {
            startTentacle(random.pick(TentacleScenario.mix), linesAfterwards: random.below(12))
        }
    }

    /// Lines of the program at work, without prefix.
    mutating func work(lines: Int) {
        for _ in 0..<lines {
            clock.advance(by: random.within(1...60))
            let group = SteadyLines.all[random.below(SteadyLines.all.count)]
            group.templates[random.below(group.templates.count)].write(to: &corpus, &random, clock)
            corpus.endLine(at: clock)
        }
    }

    mutating func hexadecimal(_ digits: Int, uppercase: Bool) -> String {
        var text = ""
        while text.count < digits {
            let part = String(random.next(), radix: 16, uppercase: uppercase)
            text += String(repeating: "0", count: 16 - part.count) + part
        }
        return String(text.prefix(digits))
    }

    /// A number with zeros before it.
    static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
