import PCRE2

/// Patterns by number, each compiled when it is first needed: most runs need few.
struct PatternTable: ~Copyable {
    struct Source {
        var pattern: String
        var caseless = false
    }

    private let sources: [Source]
    private var isCompiled: [Bool]
    // unsafe: owned; an element is initialised where `isCompiled` says so.
    private let patterns: UnsafeMutablePointer<Pattern>

    init(_ sources: [Source]) {
        self.sources = sources
        isCompiled = Array(repeating: false, count: sources.count)
        patterns = .allocate(capacity: sources.count)
    }

    deinit {
        for index in sources.indices where isCompiled[index] { (patterns + index).deinitialize(count: 1) }
        patterns.deallocate()
    }

    /// As `Pattern.firstMatch`, of the pattern with number `index`.
    mutating func firstMatch(
        of index: Int, in subject: Span<UInt8>, from start: Int = 0, atLineStart: Bool = true,
        into data: inout MatchData
    ) throws(MatchError) -> Bool {
        if !isCompiled[index] { compile(index) }
        return try patterns[index].firstMatch(in: subject, from: start, atLineStart: atLineStart, into: &data)
    }

    private mutating func compile(_ index: Int) {
        do {
            let pattern = try Pattern(sources[index].pattern, caseless: sources[index].caseless)
            (patterns + index).initialize(to: pattern)
            isCompiled[index] = true
        } catch {
            // Built-in patterns are compiled by the tests, a user's before the run: neither fails here.
            fatalError("rule pattern: \(error)")
        }
    }
}
