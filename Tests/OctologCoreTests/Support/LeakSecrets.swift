import OctologCore

/// SplitMix64 (Steele, Lea, Flood 2014): the same seed gives the same numbers everywhere.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// A number below `bound`.
    mutating func below(_ bound: Int) -> Int { bound <= 1 ? 0 : Int(next() % UInt64(bound)) }

    /// True once in `count` times.
    mutating func once(in count: Int) -> Bool { below(count) == 0 }

    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

    mutating func text(_ alphabet: String, _ count: Int) -> String {
        let letters = Array(alphabet)
        return String((0..<count).map { _ in letters[below(letters.count)] })
    }

    mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(below(256)) } }
}

/// A secret that was put into a log.
struct Planted: Sendable {
    var kind: SecretKind
    var value: [UInt8]
}

/// Makes secrets as they are in the wild, log-grammar 10.1, all random, and remembers them.
struct LeakSecrets {
    var random: SeededRandom
    private(set) var planted: [Planted] = []
    /// What makes a line longer than 16 KiB, put before its secrets; mostly nothing.
    var filler = ""
    /// The seconds of the log's clock.
    private var clock = 0

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    private static let upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    private static let lower = "abcdefghijklmnopqrstuvwxyz"
    private static let digits = "0123456789"

    private mutating func plant(_ kind: SecretKind, _ text: String) -> Marked {
        planted.append(Planted(kind: kind, value: Array(text.utf8)))
        return Marked(text, isSecret: true)
    }

    /// `2018-07-02T09:15:01`, a second or so later each time.
    mutating func time(_ day: String) -> String {
        clock += 1 + random.below(3)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(day)T09:\(two(15 + clock / 60)):\(two(clock % 60))"
    }

    mutating func masterKey() -> Marked {
        plant(.masterKey, Self.base64(random.bytes(random.once(in: 5) ? random.pick([24, 32]) : 16)))
    }

    /// 26 (gitleaks), 27 (docs) or 29 to 34 (trufflehog) letters and digits.
    mutating func apiKey() -> Marked {
        let count = random.once(in: 3) ? 29 + random.below(6) : 26 + random.below(2)
        return plant(.apiKey, "API-" + random.text(Self.upper + Self.digits, count))
    }

    mutating func token() -> Marked {
        let header =
            #"{"alg":"\#(random.pick(["RS256", "HS256", "PS256"]))","typ":"JWT","kid":"\#(random.below(99999))"}"#
        let payload = #"{"sub":"\#(random.below(999_999))","iat":17\#(random.below(99_999_999))}"#
        let parts = [Array(header.utf8), Array(payload.utf8), random.bytes(32 + random.below(64))]
        let text = parts.map { part in
            Self.base64(part).reduce(into: "") { result, letter in
                switch letter {
                case "+": result += "-"
                case "/": result += "_"
                case "=": break
                default: result.append(letter)
                }
            }
        }
        return plant(.token, text.joined(separator: "."))
    }

    /// Base64 of XML of 200 to 1200 bytes.
    mutating func license() -> Marked {
        let signature = Self.base64(random.bytes(64 + random.below(600)))
        let xml = """
            <License Signature="\(signature)">
              <LicensedTo>\(random.text(Self.upper, 6)) Fake Ltd</LicensedTo>
              <LicenseKey>\(random.text(Self.digits, 5))-\(random.text(Self.digits, 5))</LicenseKey>
              <ValidTo>2031-01-01</ValidTo>
            </License>
            """
        return plant(.license, Self.base64(Array(xml.utf8.prefix(200 + random.below(1000)))))
    }

    /// Base64 of what begins like a PFX file.
    mutating func certificate() -> Marked {
        plant(
            .certificate,
            Self.base64([0x30, 0x82, 0x09, 0x8A, 0x02, 0x01, 0x03] + random.bytes(300 + random.below(400))))
    }

    /// 7 to 24 characters of several classes.
    ///
    /// - Parameters:
    ///   - others: characters that can't be written where the password stands.
    ///   - isPlain: only letters, digits and what needs no quotes anywhere.
    mutating func password(without others: String = "", isPlain: Bool = false) -> Marked {
        plant(.password, passwordText(without: others, isPlain: isPlain))
    }

    private mutating func passwordText(without others: String, isPlain: Bool) -> String {
        let letters = Self.upper + Self.lower + Self.digits
        let symbols = (isPlain ? "!+-._~^" : #"!#%*+-.@^_~?,:/\()[]{}&<>|"#).filter { !others.contains($0) }
        if random.once(in: 6) {
            let words = ["Kraken", "Winter", "Zebra", "Lantern", "Quartz", "Monsoon", "Juniper", "Velvet"]
            let separator = random.pick(["-", "_", ".", "+"].filter { !others.contains($0) } + [""])
            return [random.pick(words), random.pick(words), "\(10 + random.below(2000))"].joined(separator: separator)
                + random.pick(["!", "", "7"])
        }
        let count = 7 + random.below(18)
        var text = (0..<count).map { _ in
            symbols.isEmpty || !random.once(in: 5) ? random.text(letters, 1) : random.text(symbols, 1)
        }
        // What begins like a variable, a mask or a quote would be read as one.
        text[0] = random.text(letters, 1)
        if random.once(in: 2) { text[count - 1] = random.text(letters, 1) }
        text[random.below(count - 2) + 1] = random.text(Self.digits, 1)
        if !isPlain {
            for special in ["\"", "'", " ", "$", "=", "--", "ü", "€", " --"]
            where !special.contains(where: others.contains) && random.once(in: 9) {
                text[1 + random.below(count - 2)] = special
            }
        }
        return text.joined()
    }

    /// A connection string with a password in clear.
    ///
    /// - Parameters:
    ///   - keyword: `Password` or `pwd`, as the user wrote it.
    ///   - isLast: whether it ends with the password, and without a `;`.
    mutating func connection(
        _ keyword: String = "Password", isLast: Bool = false, isPlain: Bool = false, without others: String = ""
    ) -> Marked {
        let server = random.pick(["db", "sql.corp.example,1433", "tcp:sql-1.corp.example", #"(local)\SQLEXPRESS"#])
        let head: Marked =
            "Server=\(server);Initial Catalog=Octopus;Persist Security Info=False;\(filler.isEmpty ? "" : "Application Name=\(filler);")User ID=sa;"
        var value: Marked
        if !isPlain, random.once(in: 4) {
            // A value between quotes may hold `;`, and its quote twice.
            let quote = random.pick(["\"", "'"].filter { !others.contains($0) } + (others.isEmpty ? [] : [""]))
            let text = passwordText(without: others + (quote.isEmpty ? ";" : ""), isPlain: false)
            var letters = Array(text)
            if !quote.isEmpty { letters.insert(";", at: 1 + random.below(letters.count - 1)) }
            value = plant(.password, String(letters))
            if !quote.isEmpty { value = "\(quote)\(value.written(Notation.doubled(quote)))\(quote)" }
        } else {
            value = password(without: others + ";", isPlain: isPlain)
        }
        let tail: Marked = isLast ? "" : ";MultipleActiveResultSets=False;Connection Timeout=30;"
        return "\(head)\(keyword)=\(value)\(tail)"
    }

    static func base64(_ bytes: [UInt8]) -> String {
        let letters = Array((upper + lower + digits + "+/").utf8)
        var result: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let part = bytes[start..<min(start + 3, bytes.count)]
            let value = part.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - part.count))
            for place in 0..<4 {
                result.append(place > part.count ? UInt8(ascii: "=") : letters[value >> (18 - 6 * place) & 63])
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
