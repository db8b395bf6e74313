/// What became of the lines of an input since their chain was made.
package enum ChainChange: Equatable, Sendable {
    /// A line that says something else: its number then and now.
    case changed(was: Int, now: Int)
    /// A line that is gone, and the number of the one that stands in its place.
    case removed(was: Int, now: Int)
    /// A line that was not there.
    case added(now: Int)
    /// A line that stands elsewhere.
    case moved(was: Int, now: Int)
    /// From here on the two have nothing in common.
    case lost(was: Int, now: Int)
}

/// Holds an input's lines, by what is kept of each, against those that its chain is of, line by line: where little
/// changed the work is that of reading, and the memory that of what differs.
struct ChainDiff {
    private var lines: ChainIndex.Lines
    /// Lines that wait to be told apart: those of the chain, and those of the log.
    private var old: [UInt64] = []
    private var new: [UInt64] = []
    /// The numbers of the first of them.
    private var was = 1
    private var now = 1
    private var hasEnded = false
    private var isLost = false
    /// So many lines of the log have to wait before they are looked at again.
    private var patience = 8

    /// What was found, before lines that moved are known.
    private var edits: [Edit] = []
    /// How many changes there are beyond those.
    private(set) var more = 0

    private struct Edit {
        var was: (line: Int, digest: UInt64)?
        var now: (line: Int, digest: UInt64)?
        /// The place where the one that lacks would be.
        var place: Int
    }

    /// More lines are not looked ahead for one that both have.
    private static let window = 1 << 18
    /// So many lines in a row tell that both go on alike.
    private static let run = 3
    /// More changes are counted, and not told.
    private static let maximum = 1 << 16
    /// As many pairs of lines are compared to tell exactly which changed.
    private static let exact = 1 << 20

    init(_ lines: ChainIndex.Lines) { self.lines = lines }

    /// The next line of the log.
    mutating func take(_ digest: UInt64) {
        if isLost { return }
        if new.isEmpty, old.isEmpty {
            guard let other = next() else { return new = [digest] }
            guard other != digest else {
                was += 1
                now += 1
                return
            }
            old = [other]
        }
        new.append(digest)
        if new.count >= patience { align(isAtEnd: false) }
    }

    /// The log is at its end.
    mutating func finish() -> [ChainChange] {
        if !isLost {
            while old.count <= Self.window, let line = next() { old.append(line) }
            align(isAtEnd: true)
            var rest = 0
            while next() != nil { rest += 1 }
            more += rest
        }
        return changes
    }

    private mutating func next() -> UInt64? {
        if hasEnded { return nil }
        let line = lines.next()
        hasEnded = line == nil
        return line
    }

    // MARK: Aligning

    private mutating func align(isAtEnd: Bool) {
        while true {
            while old.count < new.count, let line = next() { old.append(line) }
            skipCommon()
            if old.isEmpty, new.isEmpty { break }
            if old.isEmpty, hasEnded {
                resolve(0, new.count)
                break
            }
            if let (a, b) = anchor(isAtEnd: isAtEnd) {
                resolve(a, b)
                continue
            }
            if isAtEnd {
                resolve(old.count, new.count)
                break
            }
            if new.count >= Self.window {
                isLost = true
                return
            }
            patience = new.count * 4
            return
        }
        patience = 8
    }

    private mutating func skipCommon() {
        var common = 0
        while common < old.count, common < new.count, old[common] == new[common] { common += 1 }
        drop(common, common)
    }

    private mutating func drop(_ a: Int, _ b: Int) {
        old.removeFirst(a)
        new.removeFirst(b)
        was += a
        now += b
    }

    /// The nearest place from which on both go on alike: so many lines of each come before it.
    private func anchor(isAtEnd: Bool) -> (Int, Int)? {
        let near = min(old.count + new.count, 128)
        for distance in 1...max(1, near) {
            for a in max(0, distance - new.count)...min(distance, old.count) {
                if goesOn(a, distance - a, isAtEnd) { return (a, distance - a) }
            }
        }
        guard old.count + new.count > near else { return nil }
        var first: [UInt64: Int] = [:]
        for b in new.indices.reversed() { first[new[b]] = b }
        var best: (Int, Int)?
        for a in old.indices {
            if let best, a > best.0 + best.1 { break }
            guard let b = first[old[a]], goesOn(a, b, isAtEnd) else { continue }
            if best.map({ a + b < $0.0 + $0.1 }) ?? true { best = (a, b) }
        }
        return best
    }

    private func goesOn(_ a: Int, _ b: Int, _ isAtEnd: Bool) -> Bool {
        for i in 0..<Self.run {
            let (isOldEnd, isNewEnd) = (a + i >= old.count, b + i >= new.count)
            // Both end here, and have had a line in common.
            if isOldEnd, isNewEnd { return isAtEnd && i > 0 }
            if isOldEnd || isNewEnd || old[a + i] != new[b + i] { return false }
        }
        return true
    }

    /// Tells the first lines of both apart.
    private mutating func resolve(_ a: Int, _ b: Int) {
        var pairs: [(Int, Int)] = []
        if a * b <= Self.exact, a > 0, b > 0 { pairs = Self.common(old[..<a], new[..<b]) }
        var (i, j) = (0, 0)
        for (nextI, nextJ) in pairs + [(a, b)] {
            note(i..<nextI, j..<nextJ)
            (i, j) = (nextI + 1, nextJ + 1)
        }
        drop(a, b)
    }

    /// The longest common subsequence, as pairs of indices.
    private static func common(_ old: ArraySlice<UInt64>, _ new: ArraySlice<UInt64>) -> [(Int, Int)] {
        let width = new.count + 1
        var lengths = [Int32](repeating: 0, count: (old.count + 1) * width)
        for i in old.indices.reversed() {
            for j in new.indices.reversed() {
                lengths[i * width + j] =
                    old[i] == new[j]
                    ? lengths[(i + 1) * width + j + 1] + 1
                    : max(lengths[(i + 1) * width + j], lengths[i * width + j + 1])
            }
        }
        var pairs: [(Int, Int)] = []
        var (i, j) = (0, 0)
        while i < old.count, j < new.count {
            if old[i] == new[j] {
                pairs.append((i, j))
                (i, j) = (i + 1, j + 1)
            } else if lengths[(i + 1) * width + j] >= lengths[i * width + j + 1] {
                i += 1
            } else {
                j += 1
            }
        }
        return pairs
    }

    /// Lines in the same place are one that changed; others are gone, or new.
    private mutating func note(_ gone: Range<Int>, _ come: Range<Int>) {
        for i in 0..<max(gone.count, come.count) {
            guard edits.count < Self.maximum else {
                more += 1
                continue
            }
            var edit = Edit(place: now + min(come.lowerBound + i, come.upperBound))
            if i < gone.count { edit.was = (was + gone.lowerBound + i, old[gone.lowerBound + i]) }
            if i < come.count { edit.now = (now + come.lowerBound + i, new[come.lowerBound + i]) }
            edits.append(edit)
        }
    }

    // MARK: Telling

    private var changes: [ChainChange] {
        var edits = edits
        var moved: [ChainChange] = []
        var gone: [UInt64: [Int]] = [:]
        for i in edits.indices.reversed() { if let was = edits[i].was { gone[was.digest, default: []].append(i) } }
        for i in edits.indices {
            guard let now = edits[i].now, let other = gone[now.digest]?.popLast(), let was = edits[other].was else {
                continue
            }
            moved.append(.moved(was: was.line, now: now.line))
            edits[i].now = nil
            edits[other].was = nil
        }
        var changes = moved
        for edit in edits {
            switch (edit.was, edit.now) {
            case (let was?, let now?): changes.append(.changed(was: was.line, now: now.line))
            case (let was?, nil): changes.append(.removed(was: was.line, now: edit.place))
            case (nil, let now?): changes.append(.added(now: now.line))
            case (nil, nil): break
            }
        }
        if isLost { changes.append(.lost(was: was, now: now)) }
        return changes.sorted { $0.order < $1.order }
    }
}

extension ChainChange {
    /// By the line in the log as it is now.
    fileprivate var order: (Int, Int) {
        switch self {
        case .changed(let was, let now), .removed(let was, let now), .moved(let was, let now), .lost(let was, let now):
            (now, was)
        case .added(let now): (now, 0)
        }
    }
}
