/// The log of a server that started well once and has worked for months since.
enum SteadyCorpus {
    static func write(size: Int, _ frame: FileFrame?, seed: UInt64) {
        var startups = StartupCorpus(frame, seed: seed)
        startups.startServer(.first, linesAfterwards: 0)
        var corpus = startups.corpus
        var random = startups.random
        var clock = startups.clock

        while corpus.count < size {
            let group = SteadyLines.pick(&random)
            // The templates of a group take turns by chance.
            corpus.stream = group.stream
            group.templates[random.below(group.templates.count)].write(to: &corpus, &random, clock)
            corpus.endLine(at: clock)
            if random.once(in: 2) { clock.advance(by: random.below(7)) }
        }
        corpus.flush()
    }
}
