/// Tells of which secrets' rules a text holds the words, in either case, in one pass: by their first three letters,
/// and where these stand, whether the rest follows.
struct HintTable {
    /// For each letter the words, as bits, that have it as their first, second and third; shorter words have any.
    private var tables = [SIMD4<UInt32>](repeating: SIMD4(), count: 256)
    /// The rules' hints, by the rules' numbers, and behind them `names`.
    private let words: [StaticString]
    /// The rules whose matches hold one of `names` too, as bits.
    private let named: UInt32

    /// What passwords are called.
    private static let names: [StaticString] = ["password", "pwd"]

    /// That of all rules: a redactor is made for each text of a file of rules.
    static let ofAll = HintTable(SecretRule.all)

    init(_ rules: [SecretRule]) {
        words = rules.map(\.hint) + Self.names
        precondition(words.count <= 32, "more words than bits")
        named = rules.indices.reduce(0) { $0 | (rules[$1].isNamed ? 1 << UInt32($1) : 0) }
        for (index, word) in words.enumerated() {
            for place in 0..<3 {
                for letter in 0..<256 {
                    let isAny = place >= word.utf8CodeUnitCount
                    if isAny || Self.folded(UInt8(letter)) == Self.folded(word.utf8Start[place]) {
                        tables[letter][place] |= 1 << UInt32(index)
                    }
                }
            }
        }
    }

    /// The rules whose words `text` holds, as bits.
    func found(in text: Span<UInt8>) -> UInt32 {
        var found: UInt32 = 0
        // The words whose first letter, or first two, stand before the one at hand.
        var (one, two): (UInt32, UInt32) = (0, 0)
        // A word of one letter may be the last: what lies behind the end is a blank.
        for i in 0..<text.count + 2 {
            let table = tables[Int(i < text.count ? text[i] : 0x20)]
            let new = two & table[2] & ~found
            if new != 0 { found |= confirmed(new, in: text, at: i - 2) }
            two = one & table[1]
            one = table[0]
        }
        let hasName = found >> UInt32(words.count - Self.names.count) != 0
        return hasName ? found : found & ~named
    }

    /// Those of some words that stand whole at a place.
    private func confirmed(_ bits: UInt32, in text: Span<UInt8>, at start: Int) -> UInt32 {
        var confirmed: UInt32 = 0
        for index in words.indices where bits & (1 << UInt32(index)) != 0 {
            if Self.has(words[index], in: text, at: start) { confirmed |= 1 << UInt32(index) }
        }
        return confirmed
    }

    private static func has(_ word: StaticString, in text: Span<UInt8>, at start: Int) -> Bool {
        guard start + word.utf8CodeUnitCount <= text.count else { return false }
        for i in 0..<word.utf8CodeUnitCount where folded(text[start + i]) != folded(word.utf8Start[i]) { return false }
        return true
    }

    private static func folded(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }
}

extension SecretRule {
    /// Whether it is about passwords by their names, which its hint leaves out.
    fileprivate var isNamed: Bool { kind == .password && (hint.description == "=" || hint.description == ":") }
}
