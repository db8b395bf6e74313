import OctologCore
import YAML

/// Reads nodes of YAML as what they should be; what they are not is a fault with its place.
struct NodeReader {
    let source: RuleBook.Source
    private(set) var faults: [RuleFault] = []

    /// Nobody reads more of a file; where there are aliases there could be billions.
    static let maximumFaults = 200
    var hasTooManyFaults: Bool { faults.count >= Self.maximumFaults }

    /// Whether it was said that periods need times.
    private var hasWarnedOfTimes = false

    init(_ source: RuleBook.Source) { self.source = source }

    func place(of node: Node) -> RuleBook.Place {
        RuleBook.Place(file: source.file, line: node.line, column: node.column)
    }

    mutating func fault(_ node: Node, _ message: String, _ gravity: RuleFault.Gravity = .error) {
        faults.append(place(of: node).fault(message, gravity))
    }

    /// Says once what holds for every period.
    mutating func warnOfTimes(_ node: Node) {
        guard !hasWarnedOfTimes else { return }
        hasWarnedOfTimes = true
        fault(node, "within is in event time: lines that have none, nor has their frame, don't count", .warning)
    }

    /// The values of a mapping by their keys, each of which has to be one of `known`.
    ///
    /// - Parameter what: what the mapping is, with its article.
    mutating func fields(of node: Node, what: String, known: [String]) -> [String: Node]? {
        guard let pairs = node.pairs else {
            fault(node, "\(what) has to be a mapping of keys to values")
            return nil
        }
        var fields: [String: Node] = [:]
        for (key, value) in pairs where !hasTooManyFaults {
            guard let name = key.text, known.contains(name) else {
                let name = key.text.map { RuleText.masked($0) } ?? ""
                let guess = name.nearest(of: known).map { "Did you mean \($0)?" }
                let keys = "The keys are: \(known.joined(separator: ", "))."
                fault(key, "\(what) has no key \(name.prefix(60)). \(guess ?? keys)")
                continue
            }
            fields[name] = value
        }
        return fields
    }

    /// A text that is not empty.
    mutating func text(_ node: Node, key: String) -> String? {
        guard let text = node.text else {
            fault(node, "\(key) has to be text")
            return nil
        }
        // `key:` without a value is null, and no text.
        if text.isEmpty || node.isNull {
            fault(node, "\(key) is empty")
            return nil
        }
        return text
    }

    /// The elements of a list that is not empty.
    mutating func list(_ node: Node, key: String) -> [Node]? {
        guard let elements = node.elements else {
            fault(node, "\(key) has to be a list")
            return nil
        }
        if elements.isEmpty {
            fault(node, "\(key) is an empty list")
            return nil
        }
        return elements
    }

    /// Texts in a list, none of them empty.
    mutating func texts(_ node: Node, key: String) -> [String]? {
        guard let items = list(node, key: key) else { return nil }
        var texts: [String] = []
        for item in items { if let text = text(item, key: "an element of \(key)") { texts.append(text) } }
        return texts.count == items.count ? texts : nil
    }

    mutating func number(_ node: Node, key: String, in range: ClosedRange<Int>) -> Int? {
        guard let text = node.text, let number = Int(text), range.contains(number) else {
            fault(node, "\(key) has to be a whole number from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return number
    }

    mutating func period(_ node: Node, key: String) -> Period? {
        guard let text = node.text, let period = Period(text) else {
            fault(node, "\(key) has to be a period such as 500ms, 30s, 5m, 1h or 2d")
            return nil
        }
        return period
    }

    /// One of a few words.
    mutating func choice<Value>(_ node: Node, key: String, of values: [(name: String, value: Value)]) -> Value? {
        let names = values.map(\.name)
        guard let text = node.text, let value = values.first(where: { $0.name == text })?.value else {
            let guess = node.text?.nearest(of: names).map { " Did you mean \($0)?" } ?? ""
            fault(node, "\(key) has to be one of \(names.joined(separator: ", ")).\(guess)")
            return nil
        }
        return value
    }

    /// A pattern that compiles.
    mutating func pattern(_ node: Node, key: String) -> String? {
        guard let pattern = text(node, key: key) else { return nil }
        guard let fault = RuleText.fault(ofPattern: pattern) else { return pattern }
        var place = place(of: node)
        if let start = columnOfText(pattern, at: node) {
            let head = String(decoding: pattern.utf8.prefix(fault.offset), as: UTF8.self)
            place.column = start + head.unicodeScalars.count
        }
        faults.append(
            RuleFault(
                file: place.file, line: place.line, column: place.column,
                "\(key): \(fault.message), at byte \(fault.offset) of the pattern", excerpt: fault.excerpt))
        return nil
    }

    /// Where a text begins that stands in the file as it is, in one line; nil if it was written in another way.
    private func columnOfText(_ text: String, at node: Node) -> Int? {
        guard !text.contains("\n") else { return nil }
        guard source.lines.indices.contains(node.line - 1) else { return nil }
        let rest = source.lines[node.line - 1].unicodeScalars.dropFirst(node.column - 1)
        // Behind a quote, if there is one.
        for quote in 0...1 where rest.dropFirst(quote).starts(with: text.unicodeScalars) { return node.column + quote }
        return nil
    }
}
