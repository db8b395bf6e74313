import PCRE2

/// A secret in a line: where, and what stands for it.
struct Exposure: Equatable {
    var kind: SecretKind
    /// The rule that found it.
    var rule: String
    /// The value's bytes in the line.
    var range: Range<Int>
    var fingerprint: String?

    /// Whether the value is there from its beginning to its end, as far as can be told.
    var isWhole: Bool { rule != "secret.cut" && rule != "secret.window" && rule != "secret.known" }

    /// Whether its place tells what it is; what was known from another place was told there.
    var isTold: Bool { isWhole }

    /// `[master-key sha256:1a2b3c4d]`, or `[password]`.
    var mask: String { fingerprint.map { "[\(kind.rawValue) \($0)]" } ?? "[\(kind.rawValue)]" }
}

/// Finds the secrets of a line, log-grammar 10. Whatever is shown of a log passes through it.
struct Redactor: ~Copyable {
    private var patterns: PatternTable
    private let rules: [SecretRule]
    private let hints: HintTable
    let signs = SecretSigns.all
    private var data = MatchData()

    init() { self.init(rules: SecretRule.all, hints: .ofAll) }

    /// One that knows some of the rules only.
    init(rules: [SecretRule]) { self.init(rules: rules, hints: HintTable(rules)) }

    private init(rules: [SecretRule], hints: HintTable) {
        self.rules = rules
        self.hints = hints
        patterns = PatternTable(rules.map { PatternTable.Source(pattern: $0.pattern, caseless: $0.caseless) })
    }

    /// The secrets of `text`, in order and apart from each other.
    ///
    /// - Parameters:
    ///   - isCut: whether the text may go on where nobody can see it: what could be the beginning of a secret
    ///     is taken for one.
    ///   - mayHold: what `mayHold` says of the text, if somebody has asked.
    mutating func exposures(in text: Span<UInt8>, isCut: Bool = false, mayHold: Bool? = nil) -> [Exposure] {
        var found = mayHold == false ? [] : find(in: text, mayHold: mayHold)
        self.found = found
        if let index = found.firstIndex(where: { $0.rule == SecretRule.starred }) {
            // Between two lines the stars may have lost their number: all from the first to the last belongs together.
            let first = text.first(UInt8(ascii: "*"), from: 0, to: text.count) ?? 0
            let last = text.last(UInt8(ascii: "*"), from: 0, to: text.count) ?? text.count - 1
            found[index].range = first..<last + 1
        }
        if isCut, let begun = Self.begun(at: text) { found.append(begun) }
        return Self.merged(found)
    }

    /// Whether a text may hold a secret; most don't, and need no second look.
    func mayHold(_ text: Span<UInt8>) -> Bool {
        if signs.areIn(text) { return true }
        // Keys of more than 128 bits show no sign, but stand by themselves in a command's output.
        var start = 0
        while start < min(text.count, 16), text[start] != UInt8(ascii: "|") { start += 1 }
        if start < min(text.count, 16) { return true }
        var end = text.count
        while end > 0, Statement.isBlank(text[end - 1]) { end -= 1 }
        return end > 0 && text[end - 1] == UInt8(ascii: "=")
    }

    /// What the rules found in the last text, each by itself.
    var found: [Exposure] = []

    /// The rule whose pattern was last given up, until somebody takes note.
    var gaveUp: String?

    /// How much text a pattern sees at once, in bytes: what it costs may grow with the square of it.
    private static let window = 32 << 10
    /// What two windows have in common.
    private static let overlap = 8 << 10

    /// The secrets of a text, as each rule finds them.
    mutating func find(in text: Span<UInt8>, mayHold: Bool? = nil) -> [Exposure] {
        guard mayHold ?? self.mayHold(text) else { return [] }
        guard text.count > Self.window else { return find(in: text, window: 0..<text.count) }
        var found: [Exposure] = []
        var start = 0
        while start < text.count {
            let end = min(text.count, start + Self.window)
            for var exposure in find(in: text, window: start..<end) {
                if exposure.range.upperBound == end {
                    // The value may go on behind the window: to where it must end.
                    exposure.range = exposure.range.lowerBound..<Self.endOfWord(in: text, from: end)
                }
                found.append(exposure)
            }
            if end == text.count { break }
            start = end - Self.overlap
        }
        return found
    }

    private static func endOfWord(in text: Span<UInt8>, from start: Int) -> Int {
        var end = start
        while end < text.count, text[end] > 0x20, text[end] != UInt8(ascii: ";") { end += 1 }
        return end
    }

    private mutating func find(in text: Span<UInt8>, window: Range<Int>) -> [Exposure] {
        let line = text.extracting(window)
        let shift = window.lowerBound
        var found: [Exposure] = []
        let hinted = hints.found(in: line)
        for index in rules.indices where hinted & (1 << UInt32(index)) != 0 {
            var start = 0
            while start < line.count {
                let matched: Bool
                // Text on which a pattern gives up is not shown at all.
                do {
                    matched = try patterns.firstMatch(
                        of: index, in: line, from: start, atLineStart: shift == 0, into: &data)
                } catch {
                    gaveUp = rules[index].id
                    return [
                        Exposure(kind: rules[index].kind, rule: rules[index].id, range: window, fingerprint: nil)
                    ]
                }
                guard matched, let match = data.range(), let value = data.range(of: 1) else { break }
                start = max(match.upperBound, start + 1)
                if let value = SecretValue.trimmed(value, in: line) {
                    let kind = rules[index].kind
                    found.append(
                        Exposure(
                            kind: kind, rule: rules[index].id,
                            range: value.lowerBound + shift..<value.upperBound + shift,
                            fingerprint: Fingerprint.of(line.extracting(value), kind: kind)))
                }
            }
        }
        return found
    }

    /// The rest of a secret within which the window before ended.
    ///
    /// - Parameter seam: where that window ended.
    static func rest(of window: Span<UInt8>, from seam: Int) -> Exposure {
        Exposure(
            kind: .token, rule: "secret.window", range: seam..<endOfWord(in: window, from: seam), fingerprint: nil)
    }

    /// The rest of a secret that a long line's window may begin with: a word longer than a name is.
    static func beginning(of window: Span<UInt8>) -> Exposure? {
        let end = endOfWord(in: window, from: 0)
        guard end >= 20 else { return nil }
        return Exposure(kind: .token, rule: "secret.window", range: 0..<end, fingerprint: nil)
    }

    /// `line` with its secrets masked.
    static func masked(_ line: Span<UInt8>, _ exposures: [Exposure]) -> [UInt8] {
        masked(line, in: 0..<line.count, exposures)
    }

    /// A part of `line` with its secrets masked; a secret that begins before the part is left out of it.
    static func masked(_ line: Span<UInt8>, in part: Range<Int>, _ exposures: [Exposure]) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(part.count)
        var position = part.lowerBound
        for exposure in exposures where exposure.range.overlaps(part) {
            let start = max(position, exposure.range.lowerBound)
            line.extracting(position..<start).withUnsafeBufferPointer { text.append(contentsOf: $0) }
            if part.contains(exposure.range.lowerBound) { text.append(contentsOf: exposure.mask.utf8) }
            position = min(part.upperBound, exposure.range.upperBound)
        }
        line.extracting(position..<part.upperBound).withUnsafeBufferPointer { text.append(contentsOf: $0) }
        return text
    }

    /// Overlapping finds are one secret: the first to begin says which.
    static func merged(_ found: [Exposure]) -> [Exposure] {
        guard found.count > 1 else { return found }
        var result: [Exposure] = []
        for exposure in found.sorted(by: {
            ($0.range.lowerBound, $1.range.upperBound) < ($1.range.lowerBound, $0.range.upperBound)
        }) {
            if let last = result.last, exposure.range.lowerBound < last.range.upperBound {
                if exposure.range.upperBound > last.range.upperBound {
                    result[result.count - 1].range = last.range.lowerBound..<exposure.range.upperBound
                    result[result.count - 1].fingerprint = nil
                }
            } else {
                result.append(exposure)
            }
        }
        return result
    }

    /// A word at the end of a text that may be the beginning of a key or a token.
    private static func begun(at text: Span<UInt8>) -> Exposure? {
        var start = text.count
        while start > 0, MasterKey.isSextet(text[start - 1]) || [0x2D, 0x2E, 0x3D, 0x5F].contains(text[start - 1]) {
            start -= 1
        }
        let word = text.extracting(start...)
        guard word.count >= 6 else { return nil }
        let hasDigit = word.indices.contains { word[$0].isDigit }
        let hasLower = word.indices.contains { word[$0].isLower }
        let hasUpper = word.indices.contains { word[$0].isLetter && !word[$0].isLower }
        let isKey = word.starts(with: "API-")
        // A name of a file or of a type has no digits between letters of both cases.
        guard isKey || hasDigit && hasLower && hasUpper else { return nil }
        return Exposure(
            kind: isKey ? .apiKey : .token, rule: "secret.cut", range: start..<text.count, fingerprint: nil)
    }
}

/// What stands where a secret is expected, and whether it is one.
enum SecretValue {
    /// The part of `range` that is the secret; nil if none is: a mask, a variable's name, the words of a sentence.
    static func trimmed(_ range: Range<Int>, in line: Span<UInt8>) -> Range<Int>? {
        let range = withoutClosingQuote(range, in: line)
        let value = line.extracting(range)
        guard value.count > 0, !isMask(range, in: line), !isPlaceholder(range, in: line), !isProse(range, in: line)
        else {
            return nil
        }
        return range
    }

    /// `value",` in JSON and `value'` in a script: the quote that closes what was opened before the value.
    private static func withoutClosingQuote(_ range: Range<Int>, in line: Span<UInt8>) -> Range<Int> {
        var end = range.upperBound
        if end > range.lowerBound, line[end - 1] == UInt8(ascii: ",") { end -= 1 }
        guard end > range.lowerBound + 1, [0x22, 0x27].contains(line[end - 1]) else { return range }
        let quote = line[end - 1]
        let inside = count(of: quote, in: line, max(range.lowerBound, end - longestQuoted)..<end)
        let before = count(of: quote, in: line, max(0, range.lowerBound - longestQuoted)..<range.lowerBound)
        return inside == 1 && before % 2 == 1 ? range.lowerBound..<end - 1 : range
    }

    /// How far around a value its quotes are looked for, in bytes: lines made of quotes must cost no more.
    private static let longestQuoted = 1024

    private static func count(of byte: UInt8, in line: Span<UInt8>, _ range: Range<Int>) -> Int {
        var count = 0
        var i = range.lowerBound
        while i < range.upperBound {
            if line[i] == byte { count += 1 }
            i += 1
        }
        return count
    }

    /// Masks of the scripts, log-grammar 10.2, and our own.
    private static func isMask(_ range: Range<Int>, in line: Span<UInt8>) -> Bool {
        var (start, last) = (range.lowerBound, range.upperBound)
        while start < last, quotes.contains(line[start]) { start += 1 }
        while last > start, quotes.contains(line[last - 1]) { last -= 1 }
        guard start < last else { return true }
        let range = start..<last
        let value = line.extracting(range)
        if value.equals("blank") { return true }
        if value.indices.allSatisfy({ value[$0] == UInt8(ascii: "#") || value[$0] == UInt8(ascii: "*") }) {
            return true
        }
        return isOurMask(range, in: line)
    }

    /// Whether nothing but masks of ours stands in `range`, and their quotes.
    private static func isOurMask(_ range: Range<Int>, in line: Span<UInt8>) -> Bool {
        // The value may end at the blank within our mask, and be made of several.
        var position = range.lowerBound
        var hasMask = false
        while position < range.upperBound {
            if quotes.contains(line[position]) {
                position += 1
            } else if let end = endOfMask(in: line, at: position) {
                position = end
                hasMask = true
            } else {
                return false
            }
        }
        return hasMask
    }

    private static let quotes: [UInt8] = [0x22, 0x27, 0x5C]

    /// Whether a value that goes on in a record's last line is a mask in the lines before: then that is all of it.
    static func beginsAsMask(_ range: Range<Int>, in record: RecordAssembler.Record) -> Bool {
        guard range.lowerBound < record.seam, range.upperBound > record.seam else { return false }
        var end = record.seam
        while end > range.lowerBound, Statement.isBlank(record.text[end - 1]) { end -= 1 }
        return end > range.lowerBound && isMask(range.lowerBound..<end, in: record.text.span)
    }

    /// Whether a value is a mask of ours in the lines before one of a record's: then that is all of it.
    ///
    /// The mask may stand for the quote too that closed a command, so that lines follow it that did not before.
    static func beginsAsOurMask(_ range: Range<Int>, in record: RecordAssembler.Record) -> Bool {
        record.segments.dropFirst().contains { line in
            var end = line.range.lowerBound
            guard range.lowerBound < end, end < range.upperBound else { return false }
            while end > range.lowerBound, Statement.isBlank(record.text[end - 1]) { end -= 1 }
            return isOurMask(range.lowerBound..<end, in: record.text.span)
        }
    }

    /// The index behind a mask of ours that begins at `start`, or nil.
    private static func endOfMask(in line: Span<UInt8>, at start: Int) -> Int? {
        guard line[start] == UInt8(ascii: "["),
            let end = line.first(UInt8(ascii: "]"), from: start, to: min(line.count, start + 48))
        else { return nil }
        let inside = line.extracting(start + 1..<end)
        for kind in SecretKind.allCases where inside.starts(with: kind.mark) {
            let rest = inside.extracting(kind.mark.utf8CodeUnitCount...)
            if rest.isEmpty || rest.starts(with: " sha256:") && rest.count == 16 { return end + 1 }
        }
        return nil
    }

    /// `${NAME}`, `$(NAME)`, `$NAME`, `%NAME%`, `{{ name }}`, `<name>`: what stands for a value.
    private static func isPlaceholder(_ range: Range<Int>, in line: Span<UInt8>) -> Bool {
        let value = line.extracting(range)
        guard value.count < 128 else { return false }
        var text = value.text
        if text.count > 2, let quote = text.first, quote == "\"" || quote == "'", text.last == quote {
            text = String(text.dropFirst().dropLast())
        }
        if ["|", ">", "|-", ">-", "none", "true", "false", "null", "None", "undefined"].contains(text) { return true }
        if text.hasPrefix("!vault") || text.hasPrefix("<set to the key") { return true }
        // `24 bytes`, as kubectl describes a secret.
        let digits = text.prefix { $0.isNumber }
        if !digits.isEmpty, line.has(" bytes", at: range.lowerBound + digits.utf8.count, end: line.count) {
            return true
        }
        guard value.count > 2 else { return false }
        // The value may end at a blank within the brackets.
        let rest = line.extracting(range.upperBound..<min(line.count, range.upperBound + 64))
        func isClosed(by bracket: UInt8) -> Bool {
            if text.utf8.last == bracket { return true }
            return rest.count > 0 && rest[0] == 0x20 && rest.first(bracket, from: 0, to: rest.count) != nil
        }
        switch text.utf8.first {
        case UInt8(ascii: "$"):
            // Compose doubles it to keep it for the container.
            let name = text.drop { $0 == "$" }
            if name.hasPrefix("{") { return !name.contains(":-") && isClosed(by: UInt8(ascii: "}")) }
            if name.hasPrefix("(") { return isClosed(by: UInt8(ascii: ")")) }
            return isVariable(name)
        case UInt8(ascii: "%"): return text.hasSuffix("%") && isVariable(text.dropFirst().dropLast())
        case UInt8(ascii: "{"):
            if text.hasPrefix("{{") { return isClosed(by: UInt8(ascii: "}")) }
            return text.hasSuffix("}") && isName(text.dropFirst().dropLast())
        case UInt8(ascii: "#"): return text.hasPrefix("#{") && isClosed(by: UInt8(ascii: "}"))
        case UInt8(ascii: "<"):
            return text.hasSuffix(">") && isName(text.dropFirst().dropLast())
        default: return false
        }
    }

    private static func isName(_ text: Substring) -> Bool {
        text.utf8.allSatisfy { $0.isLetter || $0.isDigit || [0x20, 0x2D, 0x2E, 0x5F].contains($0) }
    }

    /// Whether a word reads as the name of a variable that holds a secret.
    private static func isVariable(_ name: Substring) -> Bool {
        guard name.utf8.allSatisfy({ $0.isLetter || $0.isDigit || $0 == 0x5F || $0 == 0x3A }) else { return false }
        let isConstant = name.utf8.allSatisfy { !$0.isLower } && name.utf8.contains(0x5F)
        let lower = name.lowercased()
        return isConstant
            || ["pass", "pwd", "key", "token", "secret", "license", "licence"].contains { lower.contains($0) }
    }

    /// How much of what stands before a value is looked at for a sentence, in bytes.
    private static let longestName = 256

    /// Whether the value is the beginning of a sentence: a word of letters alone, and more such words behind it.
    private static func isProse(_ range: Range<Int>, in line: Span<UInt8>) -> Bool {
        // `name: words` only; the values of options and of variables are never sentences.
        var before = range.lowerBound
        while before > 0, Statement.isBlank(line[before - 1]) { before -= 1 }
        guard before > 0, before < range.lowerBound, line[before - 1] == UInt8(ascii: ":") else { return false }
        // A field that begins its line is one of a file: whatever stands there is its value.
        let name = line.extracting(max(0, before - longestName)..<before - 1)
        var words = 0
        for i in name.indices where name[i].isLetter && (i == 0 || Statement.isBlank(name[i - 1])) { words += 1 }
        guard words > 1 else { return false }
        var letters = 0
        var count = 0
        for i in range.lowerBound..<line.count {
            // Numbers stand in the sentences of error messages, but none begins with one.
            if line[i].isLetter || words > 4 && count > 0 && line[i].isDigit {
                letters += 1
            } else if Statement.isBlank(line[i]) {
                guard letters > 0 else { return false }
                (letters, count) = (0, count + 1)
                if count == 2 { return true }
            } else if letters == 0 || ![0x2C, 0x2E, 0x27].contains(line[i]) {
                return false
            }
        }
        return count >= 1 && letters > 0
    }
}
