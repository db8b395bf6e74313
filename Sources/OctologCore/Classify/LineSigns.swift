/// Tells where lines may be of interest for what a few bytes of them say: signs of secrets, short literals, the end
/// of a key, and escape sequences, which may stand within a literal. All in one pass.
struct LineSigns {
    private let triples: Triples
    private let shorts: [Short]
    /// The three bytes of each, in one number: what was found is compared with all of them.
    private let numbers: [UInt32]
    /// A bit for each: most places have another.
    private let marks: UInt64

    /// A literal too short for wide windows, by its three rarest bytes.
    private struct Short {
        var literal: [UInt8]
        /// Where in it the three bytes begin.
        var offset: Int

        init(_ literal: [UInt8]) {
            self.literal = literal
            let costs = (0...literal.count - 3).map { literal[$0..<$0 + 3].map(Commonness.of).reduce(0, +) }
            offset = costs.indices.min { costs[$0] < costs[$1] } ?? 0
        }

        /// The three bytes, the first of them lowest.
        var number: UInt32 { literal[offset..<offset + 3].reversed().reduce(0) { $0 << 8 | UInt32($1) } }
    }

    /// More short literals would find each other's mixtures everywhere.
    static let maximumShorts = 48

    /// - Parameter shorts: literals of three bytes and more.
    init(shorts: [[UInt8]], kernel: Triples.Kernel = Triples.best) {
        self.shorts = shorts.map { Short($0) }
        numbers = self.shorts.map(\.number)
        var groups = SecretSigns.groups
        for group in groups.indices where group >= SecretSigns.firstGroupOfKeys {
            groups[group] = groups[group].map { [$0[0], $0[1], Self.ends + [Self.equals]] }
        }
        groups.append([[[Escapes.escape], nil, nil]])
        let words = Set(numbers).sorted()
        marks = words.reduce(0) { $0 | Self.mark(of: $1) }
        // Those that end alike lie together: they make fewer mixtures.
        let ends = Set(words.map { $0 >> 8 }).sorted()
        let free = 2 * Triples.groupsOfSet - groups.count
        for group in 0..<min(ends.count, free) {
            let own = Set(ends.indices.filter { $0 % free == group }.map { ends[$0] })
            groups.append(
                words.filter { own.contains($0 >> 8) }.map { number in
                    [0, 8, 16].map { [UInt8(truncatingIfNeeded: number >> $0)] }
                })
        }
        triples = Triples(groups, kernel: kernel)
    }

    /// The first sign at or after `start`; the end of the bytes if there is none. The last two bytes are none.
    func first(in bytes: Span<UInt8>, from start: Int) -> Int {
        bytes.withUnsafeBufferPointer { bytes in
            triples.first(in: bytes, from: start) { position in
                bytes[position] == Escapes.escape || SecretSigns.isSign(bytes, at: position)
                    || bytes[position + 1] == Self.equals && Self.endsKey(bytes, at: position + 1)
                    || isInShort(bytes, at: position)
            }
        }
    }

    private static func mark(of number: UInt32) -> UInt64 { 1 << UInt64((number &* 0x9E37_79B1) >> 26) }

    /// Whether the three bytes of a short literal stand here, and all others around them.
    private func isInShort(_ bytes: UnsafeBufferPointer<UInt8>, at position: Int) -> Bool {
        let number = UInt32(bytes[position]) | UInt32(bytes[position + 1]) << 8 | UInt32(bytes[position + 2]) << 16
        guard marks & Self.mark(of: number) != 0 else { return false }
        for index in numbers.indices where numbers[index] == number {
            let start = position - shorts[index].offset
            let literal = shorts[index].literal
            if start >= 0, start + literal.count <= bytes.count,
                literal.indices.allSatisfy({ bytes[start + $0] == literal[$0] })
            {
                return true
            }
        }
        return false
    }

    // MARK: Keys

    private static let equals = UInt8(ascii: "=")
    /// What may follow the end of a line's text, in the line or in the JSON string that holds it.
    private static let ends = Array(UInt8(0)...UInt8(ascii: "\"")) + [UInt8(ascii: "\\")]
    /// A key has 22 characters at least; one may be escaped.
    private static let shortestKey = 20

    /// Whether the `=` here, or the one behind it, is the last character of its line, or of its JSON string, and of
    /// what may be a key.
    private static func endsKey(_ bytes: UnsafeBufferPointer<UInt8>, at position: Int) -> Bool {
        var start = position
        // `\/` and `+` as JSON may write them.
        while start > 0, position - start < shortestKey,
            MasterKey.isSextet(bytes[start - 1]) || bytes[start - 1] == UInt8(ascii: "\\")
        {
            start -= 1
        }
        guard position - start == shortestKey else { return false }
        let isDouble = position + 1 < bytes.count && bytes[position + 1] == equals
        return endsText(bytes, at: position + (isDouble ? 2 : 1))
    }

    private static func endsText(_ bytes: UnsafeBufferPointer<UInt8>, at position: Int) -> Bool {
        var i = position
        while i < bytes.count, Statement.isBlank(bytes[i]) { i += 1 }
        if i == bytes.count || bytes[i] == 0x0A { return true }
        // CloudWatch's time follows behind a TAB.
        if bytes[i].isDigit, bytes[i - 1] == 0x09 {
            let start = i
            while i < bytes.count, bytes[i].isDigit { i += 1 }
            return i - start == 13 && (i == bytes.count || bytes[i] <= 0x20)
        }
        // `=\r\n"` ends a line in JSON.
        while i + 1 < bytes.count, bytes[i] == UInt8(ascii: "\\"),
            bytes[i + 1] == UInt8(ascii: "r") || bytes[i + 1] == UInt8(ascii: "n")
        {
            i += 2
        }
        guard i + 1 < bytes.count, bytes[i] == UInt8(ascii: "\"") else { return false }
        return bytes[i + 1] == UInt8(ascii: ",") || bytes[i + 1] == UInt8(ascii: "}")
    }
}
