/// Finds the strings that every match of a pattern holds one of, for the prefilter.
///
/// It reads as much of PCRE2's grammar, pcre2pattern(3), as it needs to be right: where it is in doubt, it finds nothing.
package enum Literals {
    /// The shortest string that the prefilter finds, in bytes.
    package static let shortest = Prefilter.shortest

    /// Strings of which a match holds one, each `shortest` bytes or longer; empty if there is no such set.
    package static func derived(from pattern: String) -> [String] {
        var reader = PatternReader(Array(pattern.utf8))
        guard let found = try? reader.alternatives(depth: 0), reader.isAtEnd, let best = found.best else { return [] }
        // A quantifier may part the bytes of a character.
        let strings = best.compactMap { String(validating: $0, as: UTF8.self) }
        return strings.count == best.count ? strings : []
    }
}

/// A pattern holds something that this reader does not understand.
private struct Doubt: Error {}

/// What is known of the matches of a part of a pattern.
private struct Part {
    /// A set of strings of which each match holds one; nil if none is known.
    var best: [[UInt8]]?

    /// How good a set is: its shortest string counts, and then how few they are.
    private static func rank(_ set: [[UInt8]]) -> (Int, Int) { (set.map(\.count).min() ?? 0, -set.count) }

    /// Another set that each match holds one of.
    mutating func offer(_ set: [[UInt8]]?) {
        guard let set, set.allSatisfy({ $0.count >= Literals.shortest }), set.count <= 64 else { return }
        if best.map({ Self.rank($0) < Self.rank(set) }) ?? true { best = set }
    }
}

private struct PatternReader {
    private let bytes: [UInt8]
    private var position = 0
    /// Groups within groups are read no deeper.
    private static let maximumDepth = 64

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private func isNext(_ text: StaticString) -> Bool {
        bytes[position...].starts(with: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// `a|b|c`, to the end or to the bracket that closes the group.
    mutating func alternatives(depth: Int) throws(Doubt) -> Part {
        guard depth < Self.maximumDepth else { throw Doubt() }
        var branches = [try branch(depth: depth)]
        while next == UInt8(ascii: "|") {
            position += 1
            branches.append(try branch(depth: depth))
        }
        if branches.count == 1 { return branches[0] }
        var part = Part()
        let sets = branches.compactMap(\.best)
        if sets.count == branches.count { part.offer(sets.flatMap { $0 }) }
        return part
    }

    /// One thing after the other.
    private mutating func branch(depth: Int) throws(Doubt) -> Part {
        var part = Part()
        var run: [UInt8] = []
        while let byte = next, byte != UInt8(ascii: "|"), byte != UInt8(ascii: ")") {
            let atom = try atom(depth: depth)
            var repeats = quantifier()
            while let more = quantifier() { repeats = min(more, repeats ?? 1) }
            switch atom {
            case .byte(let byte) where repeats == nil: run.append(byte)
            case .byte(let byte):
                // At least once: the run goes up to it and ends with it.
                if repeats != 0 { run.append(byte) }
                part.offer([run])
                run = []
            case .group(let inner):
                part.offer([run])
                run = []
                if repeats != 0 { part.offer(inner.best) }
            case .other:
                part.offer([run])
                run = []
            }
        }
        part.offer([run])
        return part
    }

    private enum Atom {
        case byte(UInt8)
        case group(Part)
        /// Something that is no certain string.
        case other
    }

    private mutating func atom(depth: Int) throws(Doubt) -> Atom {
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "\\"): return try escape()
        case UInt8(ascii: "["):
            try skipClass()
            return .other
        case UInt8(ascii: "("): return try group(depth: depth)
        case UInt8(ascii: "."), UInt8(ascii: "^"), UInt8(ascii: "$"), 0x0A: return .other
        // A quantifier without anything before it.
        case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"): throw Doubt()
        default: return .byte(byte)
        }
    }

    /// What follows a backslash.
    private mutating func escape() throws(Doubt) -> Atom {
        guard let byte = next else { throw Doubt() }
        position += 1
        switch byte {
        case UInt8(ascii: "t"): return .byte(0x09)
        case UInt8(ascii: "d"), UInt8(ascii: "D"), UInt8(ascii: "w"), UInt8(ascii: "W"), UInt8(ascii: "s"),
            UInt8(ascii: "S"), UInt8(ascii: "h"), UInt8(ascii: "H"), UInt8(ascii: "v"), UInt8(ascii: "V"),
            UInt8(ascii: "b"), UInt8(ascii: "B"), UInt8(ascii: "A"), UInt8(ascii: "z"), UInt8(ascii: "Z"),
            UInt8(ascii: "R"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "K"):
            return .other
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            throw Doubt()
        default: return .byte(byte)
        }
    }

    /// `[...]`, whose bracket has been read.
    private mutating func skipClass() throws(Doubt) {
        if next == UInt8(ascii: "^") { position += 1 }
        // A closing bracket at the beginning is a member.
        if next == UInt8(ascii: "]") { position += 1 }
        while let byte = next, byte != UInt8(ascii: "]") {
            position += 1
            if byte == UInt8(ascii: "\\") {
                guard let escaped = next, escaped != UInt8(ascii: "Q"), escaped != UInt8(ascii: "E") else {
                    throw Doubt()
                }
                position += 1
            } else if byte == UInt8(ascii: "["), next == UInt8(ascii: ":") {
                guard let end = endOfPosixName() else { continue }
                position = end
            }
        }
        guard next != nil else { throw Doubt() }
        position += 1
    }

    /// Behind `[:name:]`, if it is one.
    private func endOfPosixName() -> Int? {
        var end = position + 1
        while end < bytes.count, (0x61...0x7A).contains(bytes[end]) || bytes[end] == UInt8(ascii: "^") { end += 1 }
        return bytes[end...].starts(with: ":]".utf8) ? end + 2 : nil
    }

    /// `(...)`, whose bracket has been read.
    private mutating func group(depth: Int) throws(Doubt) -> Atom {
        var isAhead = false
        if isNext("?:") || isNext("?>") {
            position += 2
        } else if isNext("?=") || isNext("?!") || isNext("?<=") || isNext("?<!") {
            // What lies around is looked at and not taken: it is read and forgotten.
            isAhead = true
            position += isNext("?<") ? 3 : 2
        } else if isNext("?<") || isNext("?P<") {
            while let byte = next, byte != UInt8(ascii: ">") {
                position += 1
                if byte == UInt8(ascii: ")") { throw Doubt() }
            }
            position += 1
        } else if next == UInt8(ascii: "?") || next == UInt8(ascii: "*") {
            // Options, conditions, calls, verbs.
            throw Doubt()
        }
        let inner = try alternatives(depth: depth + 1)
        guard next == UInt8(ascii: ")") else { throw Doubt() }
        position += 1
        return isAhead ? .other : .group(inner)
    }

    /// How often at least the thing before is there: nil if no quantifier follows, else 0 or more.
    private mutating func quantifier() -> Int? {
        let least: Int
        switch next {
        case UInt8(ascii: "?"), UInt8(ascii: "*"): least = 0
        case UInt8(ascii: "+"): least = 1
        case UInt8(ascii: "{"):
            guard let close = bytes[position...].firstIndex(of: UInt8(ascii: "}")) else { return nil }
            let inside = bytes[(position + 1)..<close]
            // Other versions take blanks and a missing first number for one.
            guard !inside.isEmpty, inside.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2C || $0 == 0x20 }) else {
                return nil
            }
            least = inside.prefix { (0x30...0x39).contains($0) }.contains { $0 != 0x30 } ? 1 : 0
            position = close
        default: return nil
        }
        position += 1
        if next == UInt8(ascii: "?") || next == UInt8(ascii: "+") { position += 1 }
        return least
    }
}
