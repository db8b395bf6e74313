/// Tells quickly where secrets may stand: each rule of `SecretRule.all` finds one only where one of these signs is.
///
/// A few words are looked for by three of their bytes, all at once; what stands around a find decides whether it is
/// a sign. Letters count in either case.
struct SecretSigns {
    private let triples = Triples(groups)

    static let all = SecretSigns()

    /// The signs' beginnings, in as many groups as one search has: words of one make no mixture that logs are full of.
    static let groups: [[Triples.Word]] =
        [
            [word("ssw"), word("cur")], [word("pwd"), word("e64")], [word("key"), word("riz"), word("***")],
            [word("pi-"), word("lcm")], [word("tok"), word("eyj")], [word("://")],
        ]
        + lastOfKey.map { [[$0, [UInt8(ascii: "=")], [UInt8(ascii: "=")]]] }

    /// The first of the groups of what ends a key.
    static let firstGroupOfKeys = 6

    /// What a key's last character before its `=` may be: letters, and all others; in one group they would be `=` too.
    private static let lastOfKey: [[UInt8]] = {
        let sextets = Array(UInt8.min...UInt8.max).filter { MasterKey.isSextet($0) }
        return [sextets.filter(\.isLetter), sextets.filter { !$0.isLetter }]
    }()

    private static func word(_ text: StaticString) -> Triples.Word { (0..<3).map { cases(of: text.utf8Start[$0]) } }

    private static func cases(of byte: UInt8) -> [UInt8] {
        byte.isLetter ? [byte | 0x20, byte & ~0x20] : [byte]
    }

    /// Whether a text may hold a secret.
    func areIn(_ text: Span<UInt8>) -> Bool {
        text.withUnsafeBufferPointer { text in
            triples.first(in: text, from: 0, where: { Self.isSign(text, at: $0) }) < text.count
        }
    }

    /// Whether a sign stands here, or behind the first of these three bytes.
    static func isSign(_ bytes: UnsafeBufferPointer<UInt8>, at i: Int) -> Bool {
        begins(bytes, at: i) || bytes[i + 1] == UInt8(ascii: "=") && endsKey(bytes, at: i + 1)
    }

    private static func begins(_ bytes: UnsafeBufferPointer<UInt8>, at i: Int) -> Bool {
        switch bytes[i] | 0x20 {
        case UInt8(ascii: "s"): has(bytes, "ssw", at: i)
        case UInt8(ascii: "p"): has(bytes, "pwd", at: i) || has(bytes, "pi-", at: i) && isAPIKey(bytes, at: i)
        case UInt8(ascii: "k"): has(bytes, "key", at: i) && isNamed(bytes, at: i)
        case UInt8(ascii: "t"): has(bytes, "token", at: i)
        case UInt8(ascii: "e"): has(bytes, "eyj", at: i) || has(bytes, "e64", at: i) && has(bytes, "base64", at: i - 3)
        case UInt8(ascii: "r"): has(bytes, "authorization", at: i - 5)
        case UInt8(ascii: "l"): has(bytes, "sqlcmd", at: i - 2)
        case UInt8(ascii: "c"): has(bytes, "securestring", at: i - 2)
        default:
            switch bytes[i] {
            case UInt8(ascii: ":"): precedesUser(bytes, at: i)
            // Masks are stars too; between two of the seven minutes' stars stands one character.
            case UInt8(ascii: "*"): isStarred(bytes, at: i)
            default: false
            }
        }
    }

    /// Whether a character or two stand between runs of stars.
    private static func isStarred(_ bytes: UnsafeBufferPointer<UInt8>, at i: Int) -> Bool {
        var end = i
        while end < min(bytes.count, i + 18), bytes[end] == bytes[i] { end += 1 }
        guard end - i >= 5, end + 1 < bytes.count else { return false }
        return (end + 1..<max(end + 1, min(bytes.count, end + 5))).contains { bytes[$0] == bytes[i] }
    }

    /// Whether `word`, which is in lower case, stands at `start` in any case.
    private static func has(_ bytes: UnsafeBufferPointer<UInt8>, _ word: StaticString, at start: Int) -> Bool {
        guard start >= 0, start + word.utf8CodeUnitCount <= bytes.count else { return false }
        for i in 0..<word.utf8CodeUnitCount {
            let byte = bytes[start + i]
            guard (byte.isLetter ? byte | 0x20 : byte) == word.utf8Start[i] else { return false }
        }
        return true
    }

    /// `API-` and a capital letter or a digit.
    private static func isAPIKey(_ bytes: UnsafeBufferPointer<UInt8>, at i: Int) -> Bool {
        guard i > 0, i + 3 < bytes.count, bytes[i - 1] == UInt8(ascii: "A"), bytes[i] == UInt8(ascii: "P") else {
            return false
        }
        let next = bytes[i + 3]
        return next.isDigit || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(next)
    }

    /// Whether `master` or `api` stands before `key`, with or without something between.
    private static func isNamed(_ bytes: UnsafeBufferPointer<UInt8>, at i: Int) -> Bool {
        guard i >= 3 else { return false }
        var last = i - 1
        if bytes[last] == 0x20 || bytes[last] == UInt8(ascii: "_") || bytes[last] == UInt8(ascii: "-") { last -= 1 }
        return has(bytes, "ter", at: last - 2) || has(bytes, "api", at: last - 2)
    }

    /// Whether `==` ends the base64 of sixteen bytes.
    private static func endsKey(_ bytes: UnsafeBufferPointer<UInt8>, at i: Int) -> Bool {
        guard i >= 22, i + 1 < bytes.count, bytes[i + 1] == UInt8(ascii: "=") else { return false }
        // From its end: most are lines of `=`.
        var start = i
        while start > i - 22, MasterKey.isSextet(bytes[start - 1]) { start -= 1 }
        return start == i - 22
    }

    /// How long a user's name may be, at most.
    private static let longestUser = 128

    /// Whether `://` stands here, and a name with something behind a colon that is no port.
    private static func precedesUser(_ bytes: UnsafeBufferPointer<UInt8>, at i: Int) -> Bool {
        guard has(bytes, "://", at: i) else { return false }
        var end = i + 3
        if end < bytes.count, bytes[end] == UInt8(ascii: "[") {
            // An address of IPv6 has colons of its own.
            while end < min(bytes.count, i + longestUser), bytes[end] != UInt8(ascii: "]") { end += 1 }
        }
        while end < min(bytes.count, i + longestUser), bytes[end] > 0x20, bytes[end] != UInt8(ascii: "/") {
            if bytes[end] == UInt8(ascii: ":") {
                // Ports have five digits at most, and then something else.
                var digits = end + 1
                while digits < bytes.count, bytes[digits].isDigit { digits += 1 }
                let isPort = digits > end + 1 && digits <= end + 6
                return !isPort || digits < bytes.count && bytes[digits] > 0x20 && bytes[digits] != UInt8(ascii: "/")
            }
            end += 1
        }
        return false
    }
}
