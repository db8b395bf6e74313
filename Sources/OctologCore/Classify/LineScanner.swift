/// Finds the lines that may be of interest, without looking at lines as such.
struct LineScanner: ~Copyable {
    /// What rules ask for of lines that say something: outside of a startup nothing else is looked for.
    private let telling: Prefilter
    /// What any rule asks for.
    private let all: Prefilter
    private let signs: LineSigns

    /// - Parameters:
    ///   - telling: the literals of rules whose lines say something.
    ///   - all: those of all rules.
    init(telling: [[UInt8]], all: [[UInt8]]) {
        let isShort: ([UInt8]) -> Bool = { $0.count < WindowTable.Kind.wide.shortest }
        let frames = WrappedLiterals.frames
        let longFrames = frames.filter { !isShort($0) }
        let telling = WrappedLiterals.all(of: telling) + longFrames
        let shorts = telling.filter(isShort)
        let hasFew = shorts.count <= LineSigns.maximumShorts
        signs = LineSigns(shorts: frames.filter(isShort) + (hasFew ? shorts : []))
        self.telling = Prefilter(hasFew ? telling.filter { !isShort($0) } : telling)
        self.all = Prefilter(WrappedLiterals.all(of: all) + longFrames)
    }

    /// How far a search has looked ahead in the bytes at hand.
    struct Lookahead {
        fileprivate var telling = Prefilter.Lookahead()
        fileprivate var all = Prefilter.Lookahead()
        fileprivate var sign = -1
        fileprivate var known = -1
    }

    /// A byte of the first line at or after `start` that may be of interest; the end of the bytes if there is none.
    ///
    /// - Parameters:
    ///   - isTelling: whether to pass over lines that are known and say nothing.
    ///   - known: the secrets that are hidden wherever they stand, where the lines are written again.
    func next(
        in bytes: Span<UInt8>, from start: Int, isTelling: Bool, known: KnownWindows?, _ lookahead: inout Lookahead
    ) -> Int {
        if lookahead.sign < start { lookahead.sign = signs.first(in: bytes, from: start) }
        var next = lookahead.sign
        if let known {
            if lookahead.known < start {
                lookahead.known = known.first(in: bytes, from: start, to: bytes.count) ?? bytes.count
            }
            next = min(next, lookahead.known)
        }
        return min(
            next,
            isTelling
                ? telling.firstHit(in: bytes, from: start, &lookahead.telling)
                : all.firstHit(in: bytes, from: start, &lookahead.all))
    }
}
