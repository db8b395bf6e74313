/// A file of rules as a team writes them for its own services: octolog's format, see "Your own rules" in README.md.
///
/// A smaller file is the beginning of a larger one. Nearly all rules wait for lines that `steady` does not have. One in
/// fifty has a literal that some of its lines hold, and a pattern that refuses them.
struct RuleFile: ~Copyable {
    private struct Rule {
        var pattern: String
        var match: String
        var miss: String
    }

    private static let services = [
        "billing", "checkout", "catalog", "identity", "notifications", "reporting", "warehouse", "pricing", "shipping",
        "ledger", "search", "payments", "customers", "inventory", "loyalty", "fulfilment", "telemetry", "invoicing",
    ]
    private static let subjects = [
        "The replica", "The message broker", "The write-ahead log", "Leader election", "The circuit breaker",
        "The connection pool", "A consumer group", "The token signer", "The schema registry", "The rate limiter",
        "The object store", "The mail relay", "A shard", "The lock service", "The payment provider", "The cold cache",
    ]
    private static let faults = [
        "gave up after", "lost its quorum in", "ran out of handles on", "refused to elect", "fell behind by",
        "was fenced off by", "rejected the handshake of", "rolled back to", "could not be parsed as", "overflowed into",
        "timed out against", "is poisoned by", "drifted from", "was quarantined on", "deadlocked with", "starved of",
    ]
    private static let exceptions = [
        "Timeout", "Concurrency", "Serialization", "Authorization", "Throttling", "Corruption", "Protocol", "Quota",
        "Migration", "Idempotency", "Signature", "Tenancy",
    ]
    /// Words that lines of `steady` hold, and what none of them goes on with.
    private static let frequent: [(literal: String, rest: String)] = [
        ("Health check of ", #"[\w-]+ in \w+ completed in \d+ ms: Unhealthy"#),
        ("Process pool: ", #"0 idle, \d+ busy, [1-9]\d{5,} queued"#),
        ("Applying retention policy to ", "all releases of everything"),
        ("Firewall rule ", #""\w+ HTTP" denies"#),
        ("Application pool ", #""\w+" could not be started"#),
        (" rows affected", #" by (?:the )?mistake"#),
        ("responded 200 in ", #"\d{6,}\.\d+ ms"#),
        ("Restored /src/", #"\S+ with \d+ errors"#),
    ]

    private var corpus = CorpusWriter()
    private var random: SplitMix64
    private let clock = Clock(seconds: 0)

    private init(seed: UInt64) { random = SplitMix64(seed: seed) }

    static func write(count: Int, seed: UInt64) {
        var file = RuleFile(seed: seed)
        file.line("# Made by bench's generator: \(count) rules of no real service.")
        file.line("rules:")
        for number in 0..<count { file.write(file.rule(number), number) }
        file.corpus.flush()
    }

    private mutating func line(_ text: String) {
        corpus.append(text)
        corpus.endLine(at: clock)
    }

    /// YAML's single quotes: nothing in them is escaped but the quote itself.
    private static func quoted(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
    }

    private mutating func write(_ rule: Rule, _ number: Int) {
        let service = random.pick(Self.services)
        line("  - id: \(service).rule-\(StartupCorpus.padded(number, 4))")
        line("    level: \(random.pick(["info", "low", "medium", "medium", "high"]))")
        line("    title: Fault \(number) of \(service)")
        line("    pattern: \(Self.quoted(rule.pattern))")
        line("    matches: [\(Self.quoted(rule.match))]")
        line("    misses: [\(Self.quoted(rule.miss))]")
    }

    private mutating func rule(_ number: Int) -> Rule {
        if number % 50 == 49 { return frequentRule(number) }
        switch random.below(8) {
        case 0, 1, 2: return sentence(number)
        case 3: return code(number)
        case 4: return exception(number)
        case 5: return shortWord(number)
        case 6: return alternatives(number)
        default: return setting(number)
        }
    }

    /// A sentence with a gap: a long literal, unlike any line.
    private mutating func sentence(_ number: Int) -> Rule {
        let text = "\(random.pick(Self.subjects)) of \(random.pick(Self.services)) \(random.pick(Self.faults))"
        return Rule(
            pattern: "^\(text) (\\S+) \\(case \(number)\\)", match: "\(text) node-17 (case \(number))",
            miss: "\(text) node-17")
    }

    /// A code as compilers, databases and package managers have them.
    private mutating func code(_ number: Int) -> Rule {
        let code = random.pick(["ORA-0", "error MSB", "warning NU", "error CS", "SQLSTATE[", "0x8007", "error TS"])
        let digits = StartupCorpus.padded(number, 4)
        let bracket = code.hasSuffix("[") ? "]" : ""
        let pattern = code.hasSuffix("[") ? #"SQLSTATE\[\#(digits)\]"# : code + digits
        return Rule(
            pattern: pattern + ": (.+)", match: "\(code)\(digits)\(bracket): it failed",
            miss: "\(code)\(digits)\(bracket)")
    }

    private mutating func exception(_ number: Int) -> Rule {
        let name = "\(random.pick(Self.services)).faults.\(random.pick(Self.exceptions))\(number)Exception"
        let pattern = name.split(separator: ".").joined(separator: #"\."#)
        return Rule(pattern: #"(?:^|\s)\#(pattern)(?:: |$)"#, match: "\(name): no", miss: "\(name)Base")
    }

    /// A literal that is hardly long enough.
    private mutating func shortWord(_ number: Int) -> Rule {
        let word = "E\(random.pick(["IO", "MQ", "DB", "FS", "GC"]))_\(StartupCorpus.padded(number, 5))"
        return Rule(pattern: #"\b\#(word)\b"#, match: "failed with \(word)", miss: "failed with \(word)7")
    }

    private mutating func alternatives(_ number: Int) -> Rule {
        let service = random.pick(Self.services)
        let faults = [random.pick(Self.faults), random.pick(Self.faults), random.pick(Self.faults)]
        let words = faults.map { "\(service) \($0) volume \(number)" }
        return Rule(
            pattern: "(?:\(words.joined(separator: "|"))):? (\\d+)", match: "\(words[1]): 12", miss: "\(words[1]): none"
        )
    }

    private mutating func setting(_ number: Int) -> Rule {
        let key = "\(random.pick(Self.services))__\(random.pick(Self.exceptions))__Limit\(number)"
        return Rule(
            pattern: #"^\[?(?:WARN|ERROR)\]? .*setting \#(key)=(\d+) is (?:too low|ignored)"#,
            match: "[WARN] the setting \(key)=5 is ignored", miss: "[WARN] the setting \(key)=5 is in use")
    }

    private mutating func frequentRule(_ number: Int) -> Rule {
        let (literal, rest) = Self.frequent[number / 50 % Self.frequent.count]
        let sample: [String: String] = [
            "Health check of ": "web-prod-001 in Production completed in 7 ms: Unhealthy",
            "Process pool: ": "0 idle, 9 busy, 900000 queued",
            "Applying retention policy to ": "all releases of everything",
            "Firewall rule ": #""Billing HTTP" denies"#, "Application pool ": #""Billing" could not be started"#,
            " rows affected": " by mistake", "responded 200 in ": "1234567.8 ms",
            "Restored /src/": "Billing with 3 errors",
        ]
        return Rule(
            pattern: "\(literal)\(rest)(?: in case \(number))?", match: "x \(literal)\(sample[literal] ?? "")",
            miss: "x \(literal)nothing")
    }
}
