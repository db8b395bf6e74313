import OctologCore

/// A log with secrets in it: a site in a frame, and all that chance adds, from one seed.
struct LeakCase {
    var site: PlantedSite
    var frame: LeakFrame
    var seed: UInt64
    /// Nothing but the site in the frame: no wrapping, no cut, no repetition.
    var isSimple: Bool

    private(set) var log: [UInt8] = []
    /// The bytes that a read gives.
    private(set) var chunk = Int.max
    /// The secrets, and the lines as they were before any disguise.
    private(set) var planted: [Planted] = []
    private(set) var lines: [Marked] = []
    /// What was done to the lines, for whoever reads of a failure.
    private(set) var disguises: [String] = []

    /// How a run of the tests is told to try this case alone.
    var name: String { "\(site.name)/\(frame.rawValue)/\(isSimple ? "simple-" : "")\(seed)" }

    /// The name, and what happened to the log.
    var label: String { "\(name) [\(disguises.joined(separator: "; "))]" }

    /// The case that `name` names.
    init?(name: String) {
        let words = name.split(separator: "/").map(String.init)
        guard words.count == 3, let site = PlantedSite.all.first(where: { $0.name == words[0] }),
            let frame = LeakFrame(rawValue: words[1]),
            let seed = UInt64(words[2].split(separator: "-").last ?? "")
        else { return nil }
        self.init(site, frame, seed: seed, isSimple: words[2].hasPrefix("simple-"))
    }

    init(_ site: PlantedSite, _ frame: LeakFrame, seed: UInt64, isSimple: Bool) {
        self.site = site
        self.frame = frame
        self.seed = seed
        self.isSimple = isSimple
        var secrets = LeakSecrets(seed: seed)
        let isLong = !isSimple && frame.hasParts && secrets.random.once(in: 12)
        if isLong {
            disguises.append("16 KiB")
            secrets.filler = String(repeating: "x", count: 15_800 + secrets.random.below(700))
        }
        lines = site.lines(&secrets)
        var random = secrets.random
        planted = secrets.planted
        var shown = isSimple || isLong ? lines : wrap(&random)
        if !isSimple { repeatSecrets(in: &shown, &random) }
        let isCRLF = isSimple ? site.isPowerShell : random.once(in: 2)
        if isCRLF { disguises.append("CRLF") }
        let hasStrangers = !isSimple && random.once(in: 4)
        if hasStrangers, frame.namesContainer { disguises.append("strangers") }
        log = frame.log(of: shown, isCRLF: isCRLF, hasStrangers: hasStrangers, &random)
        if !isSimple { cut(&random) }
        // Tiny reads of a long log take long.
        chunk = random.pick(log.count > 8000 ? [97, 4096, 16384, .max] : [1, 2, 3, 7, 13, 61, 509, 4096, .max])
        disguises.append("reads of \(chunk == .max ? "all" : "\(chunk)")")
    }

    /// Secrets again, bare, behind their place: in what programs print, which PowerShell does not wrap.
    private mutating func repeatSecrets(in shown: inout [Marked], _ random: inout SeededRandom) {
        guard random.once(in: 3) else { return }
        guard let last = shown.lastIndex(where: { $0.isSecret.contains(true) }) else { return }
        for secret in planted where secret.value.count < 200 && random.once(in: 2) {
            let place = last + 1 + random.below(shown.count - last)
            let again = LeakDisguise.repetition(of: secret, &random)
            shown.insert(contentsOf: again, at: place)
            lines += again
            if disguises.last != "again" { disguises.append("again") }
        }
    }

    private mutating func wrap(_ random: inout SeededRandom) -> [Marked] {
        guard site.isPowerShell, random.once(in: 3) else { return lines }
        let columns = random.pick([79, 80, 119, 120])
        let isForced = random.once(in: 3)
        disguises.append("wrapped at \(columns)\(isForced ? ", forced" : "")")
        return lines.flatMap { LeakDisguise.wrapped($0, at: columns, isForced: isForced) }
    }

    /// The log ends anywhere: half the time close to a secret.
    private mutating func cut(_ random: inout SeededRandom) {
        guard random.once(in: 2), log.count > 2 else { return }
        var end = random.below(log.count)
        if random.once(in: 2), let secret = planted.isEmpty ? nil : random.pick(planted) {
            let places = Self.places(of: Array(secret.value.prefix(5)), in: log)
            if !places.isEmpty { end = min(log.count, random.pick(places) + 4 + random.below(secret.value.count + 20)) }
        }
        log = Array(log[..<end])
        let hasNewline = random.once(in: 2)
        if hasNewline { log.append(0x0A) }
        disguises.append("cut at \(end)\(hasNewline ? ", newline" : "")")
    }

    private static func places(of word: [UInt8], in log: [UInt8]) -> [Int] {
        guard let first = word.first, log.count > word.count else { return [] }
        return (0..<log.count - word.count).filter { log[$0] == first && Array(log[$0..<$0 + word.count]) == word }
    }

    /// The six-byte windows of the secrets, as values and as they stand in the lines, less those that the log has
    /// in plain words too.
    var windows: SecretWindows {
        var windows = SecretWindows()
        for secret in planted { windows.insert(secret.value) }
        for line in lines {
            for run in line.runs(secret: true) { windows.insert(site.isStarred ? SecretWindows.unstarred(run) : run) }
        }
        for line in lines { for run in line.runs(secret: false) { windows.remove(of: run) } }
        return windows
    }
}

/// The windows of six bytes that must not be in any output.
struct SecretWindows {
    private static let size = 6
    private var windows: Set<UInt64> = []
    /// One bit of 2^16 for each window, to tell most bytes apart quickly.
    private var filter = [Bool](repeating: false, count: 1 << 16)

    var isEmpty: Bool { windows.isEmpty }

    /// Whether all windows are of letters and digits, which no format escapes.
    private(set) var isPlain = true

    mutating func insert(_ text: [UInt8]) {
        // What every API key begins with is no secret.
        let secret = text.starts(with: "API-".utf8) ? Array(text.dropFirst(4)) : text
        for byte in secret
        where byte < 0x2B || byte == 0x3C || byte == 0x3E || byte == 0x5B || byte == 0x5C || byte > 0x5D {
            let isLetter = byte >= 0x61 && byte <= 0x7A
            if !isLetter { isPlain = false }
        }
        guard secret.count >= Self.size else { return }
        var window: UInt64 = 0
        for (index, byte) in secret.enumerated() {
            window = (window << 8 | UInt64(byte)) & 0xFFFF_FFFF_FFFF
            // `======` and the like tell nothing.
            if index >= Self.size - 1, Set(secret[index - 5...index]).count > 1 {
                windows.insert(window)
                filter[Self.place(of: window)] = true
            }
        }
    }

    mutating func remove(of plain: [UInt8]) { for window in found(in: plain) { windows.remove(window) } }

    private static func place(of window: UInt64) -> Int {
        Int(truncatingIfNeeded: (window &* 0x9E37_79B9_7F4A_7C15) &>> 48)
    }

    /// The windows that `text` has.
    func found(in text: [UInt8]) -> Set<UInt64> {
        var found: Set<UInt64> = []
        let count = text.count
        guard count >= Self.size, !windows.isEmpty else { return found }
        text.withUnsafeBufferPointer { text in
            filter.withUnsafeBufferPointer { filter in
                guard let letters = text.baseAddress, let bits = filter.baseAddress else { return }
                var window: UInt64 = 0
                var i = 0
                while i < count {
                    window = (window &<< 8 | UInt64(truncatingIfNeeded: letters[i])) & 0xFFFF_FFFF_FFFF
                    let place = Int(truncatingIfNeeded: (window &* 0x9E37_79B9_7F4A_7C15) &>> 48)
                    if bits[place], i >= Self.size - 1, windows.contains(window) { found.insert(window) }
                    i &+= 1
                }
            }
        }
        return found
    }

    /// The text without the masks of log-grammar 10.2's seven minutes.
    static func unstarred(_ text: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var i = 0
        while i < text.count {
            if i + 5 <= text.count, text[i..<i + 5].allSatisfy({ $0 == UInt8(ascii: "*") }) {
                i += 5
            } else {
                result.append(text[i])
                i += 1
            }
        }
        return result
    }
}
