/// Finds the shapes of lines that no rule knows, in bounded memory, in the manner of Drain (He et al., 2017).
///
/// Lines of equally many words that begin with the same word are compared; those that have half their words or more
/// in common are one shape, with `<*>` where they differ. A word that holds a digit differs from the start.
struct TemplateMiner {
    struct Template {
        var words: [String]
        var count: Int
        /// The first line of that shape.
        var example: Evidence
    }

    /// More shapes than these are not told apart.
    static let maximumTemplates = 128
    /// More words than these are not looked at.
    static let maximumWords = 32
    /// What stands for a word that differs.
    static let wildcard = "<*>"

    /// In the order in which they were first seen.
    private(set) var templates: [Template] = []
    /// The templates that a line is compared with, by its number of words and its first word.
    private var groups: [String: [Int]] = [:]
    /// How many lines there were.
    private(set) var lines = 0
    /// How many of them came when there was no room for another shape.
    private(set) var others = 0

    /// Takes in a line.
    ///
    /// - Parameter text: what it says, without secrets and escape sequences.
    mutating func add(_ text: String, _ evidence: Evidence) {
        lines += 1
        let words = Self.words(of: text)
        guard let first = words.first else { return }
        let group = "\(words.count) \(first)"
        var best: (index: Int, common: Int)?
        for index in groups[group] ?? [] {
            let common = zip(templates[index].words, words).count { $0 == $1 }
            if common * 2 >= words.count, best.map({ common > $0.common }) ?? true { best = (index, common) }
        }
        if let best {
            templates[best.index].count += 1
            for (place, word) in words.enumerated() where templates[best.index].words[place] != word {
                templates[best.index].words[place] = Self.wildcard
            }
        } else if templates.count < Self.maximumTemplates {
            groups[group, default: []].append(templates.count)
            templates.append(Template(words: words, count: 1, example: evidence))
        } else {
            others += 1
        }
    }

    /// The shapes, the commonest first, those seen first before others.
    var ranked: [Template] {
        templates.enumerated().sorted { ($1.element.count, $0.offset) < ($0.element.count, $1.offset) }.map(\.element)
    }

    private static func words(of text: String) -> [String] {
        let parts = text.split(maxSplits: maximumWords, whereSeparator: { $0 == " " || $0 == "\t" })
        return parts.prefix(maximumWords).map { word in
            // A mask is the same whatever it hides.
            if word.hasPrefix("["), word.hasSuffix("]") { return String(word.prefix(64)) }
            return word.utf8.contains(where: \.isDigit) ? wildcard : String(word.prefix(64))
        }
    }
}
