/// What `docker compose logs` shows of many containers that start at once and then work, log-grammar 11.
///
/// One is a server, the others are Tentacles that register. No start fails. The starts are written whole, so that a
/// corpus of no bytes is the starts alone.
struct InterleavedCorpus: ~Copyable {
    /// A container's start, and how much of it is written.
    private struct Container {
        /// `tentacle-7   | `
        var prefix: [UInt8]
        var start: [UInt8]
        var position = 0

        /// The next line with its end; nil behind the last.
        mutating func next() -> ArraySlice<UInt8>? {
            guard position < start.count else { return nil }
            let end = start[position...].firstIndex(of: 0x0A) ?? start.count
            defer { position = end + 1 }
            return start[position..<end]
        }
    }

    private var corpus = CorpusWriter()
    private var random: SplitMix64
    private var clock: Clock
    private var containers: [Container] = []

    static func write(size: Int, containers: Int, seed: UInt64) {
        var log = InterleavedCorpus(containers: containers, seed: seed)
        log.writeStarts()
        while log.corpus.count < size { log.writeWork() }
        log.corpus.flush()
    }

    private init(containers count: Int, seed: UInt64) {
        var startups = StartupCorpus(seed: seed)
        let begin = startups.clock.seconds
        let width = "tentacle-\(count)".utf8.count + 1
        var last = begin
        for number in 0..<count {
            // All begin within a minute of each other.
            startups.restart(at: begin + startups.random.below(60))
            let name = number == 0 ? "octopus-1" : "tentacle-\(number)"
            if number == 0 {
                startups.startServer(.first, linesAfterwards: 0)
            } else {
                startups.startTentacle([.listening, .polling, .worker][number % 3], linesAfterwards: 0)
            }
            let padding = String(repeating: " ", count: width - name.utf8.count)
            containers.append(Container(prefix: Array("\(name)\(padding) | ".utf8), start: startups.corpus.take()))
            last = max(last, startups.clock.seconds)
        }
        random = startups.random
        clock = Clock(seconds: last)
    }

    /// The starts, a line of one container after a line of another.
    private mutating func writeStarts() {
        var starting = Array(containers.indices)
        while !starting.isEmpty {
            let place = random.below(starting.count)
            let number = starting[place]
            guard let line = containers[number].next() else {
                starting.swapAt(place, starting.count - 1)
                starting.removeLast()
                continue
            }
            corpus.append(containers[number].prefix)
            corpus.append(line)
            corpus.endLine(at: clock)
        }
    }

    /// A few lines of one container at work.
    private mutating func writeWork() {
        let prefix = containers[random.below(containers.count)].prefix
        for _ in 0..<random.within(1...3) {
            corpus.append(prefix)
            let group = SteadyLines.pick(&random)
            group.templates[random.below(group.templates.count)].write(to: &corpus, &random, clock)
            corpus.endLine(at: clock)
        }
        if random.once(in: 4) { clock.advance(by: random.below(3)) }
    }
}
