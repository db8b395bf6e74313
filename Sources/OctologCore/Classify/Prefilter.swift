/// Finds literals in bytes without looking at each of them.
struct Prefilter: ~Copyable {
    /// The shortest literal that can't be overlooked, in bytes.
    static let shortest = WindowTable.Kind.narrow.shortest

    private let wide: WindowTable
    private let narrow: WindowTable

    /// - Parameter literals: each at least `shortest` bytes long and without LF.
    init(_ literals: [[UInt8]]) {
        let long = literals.indices.filter { literals[$0].count >= WindowTable.Kind.wide.shortest }
        let short = literals.indices.filter { literals[$0].count < WindowTable.Kind.wide.shortest }
        wide = WindowTable(.wide, long.map { literals[$0] }, numbers: long)
        narrow = WindowTable(.narrow, short.map { literals[$0] }, numbers: short)
    }

    /// How far a search has looked ahead in the bytes at hand.
    struct Lookahead {
        fileprivate var wide = -1
        fileprivate var narrow = -1
    }

    /// A byte of the first literal at or after `start`; the end of the bytes if there is none.
    func firstHit(in bytes: Span<UInt8>, from start: Int, _ lookahead: inout Lookahead) -> Int {
        if lookahead.wide < start { lookahead.wide = wide.firstHit(in: bytes, from: start) }
        if lookahead.narrow < start { lookahead.narrow = narrow.firstHit(in: bytes, from: start) }
        return min(lookahead.wide, lookahead.narrow)
    }

    /// The numbers of the literals that `line` holds, some of them twice.
    func collectLiterals(of line: Span<UInt8>, into found: inout [Int]) {
        found.removeAll(keepingCapacity: true)
        wide.forEachLiteral(in: line) { found.append($0) }
        narrow.forEachLiteral(in: line) { found.append($0) }
    }
}
