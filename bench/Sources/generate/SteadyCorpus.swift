/// The log of a server that started well once and has worked for months since.
enum SteadyCorpus {
    static func write(size: Int, seed: UInt64) {
        var startups = StartupCorpus(seed: seed)
        startups.startServer(.first, linesAfterwards: 0)
        var corpus = startups.corpus
        var random = startups.random
        var clock = startups.clock

        // As often in the table as in a thousand lines; the templates of a group take turns by chance.
        let groups = SteadyLines.all
        var table: [Int] = []
        for (index, group) in groups.enumerated() {
            table.append(contentsOf: repeatElement(index, count: group.share))
        }
        while corpus.count < size {
            let group = groups[random.pick(table)]
            group.templates[random.below(group.templates.count)].write(to: &corpus, &random, clock)
            corpus.endLine()
            if random.once(in: 2) { clock.advance(by: random.below(7)) }
        }
        corpus.flush()
    }
}
