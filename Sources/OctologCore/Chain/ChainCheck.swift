/// Holds the lines of a run's inputs against the file of their chain.
package final class ChainCheck {
    private let index: ChainIndex
    private let read: (_ offset: Int, _ count: Int) -> [UInt8]
    private var inputs: [Int: ChainDiff] = [:]

    /// - Parameter read: returns up to so many bytes of the chain's file at an offset; none at the end.
    package init(_ index: ChainIndex, _ read: @escaping (_ offset: Int, _ count: Int) -> [UInt8]) {
        self.index = index
        self.read = read
    }

    /// The next line of an input, by what is kept of it.
    package func take(_ digest: UInt64, of input: Int) {
        inputs[input, default: ChainDiff(index.lines(of: input, read))].take(digest)
    }

    /// What became of the lines, when all is read.
    ///
    /// - Parameter names: the run's inputs in the order of their numbers.
    package func finish(_ names: [String]) -> [VerifyFailure] {
        var failures: [VerifyFailure] = []
        for number in Set(index.names.keys).union(inputs.keys).sorted() {
            var diff = inputs[number] ?? ChainDiff(index.lines(of: number, read))
            let name = names.indices.contains(number - 1) ? names[number - 1] : index.names[number] ?? ""
            let changes = diff.finish()
            failures += changes.map { VerifyFailure(chainOf: name, line: $0.line, problem: $0.problem) }
            if diff.more > 0 {
                failures.append(
                    VerifyFailure(chainOf: name, line: nil, problem: "\(diff.more) more lines are not as they were"))
            }
        }
        return failures
    }
}

extension ChainChange {
    /// The line that is named: as it is numbered now, but for lines that are gone.
    fileprivate var line: Int {
        switch self {
        case .changed(_, let now), .added(let now), .moved(_, let now), .lost(_, let now): now
        case .removed(let was, _): was
        }
    }

    fileprivate var problem: String {
        switch self {
        case .changed(let was, let now): "this line was changed" + (was == now ? "" : "; it was line \(was)")
        case .removed(_, let now): "this line was removed, before what is line \(now) now"
        case .added: "this line was added"
        case .moved(let was, _):
            "this line was moved, it was line \(was)"
        case .lost(let was, _): "from here on nothing is as it was, from line \(was) of then"
        }
    }
}
