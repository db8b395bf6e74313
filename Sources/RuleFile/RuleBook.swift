import OctologCore
import YAML

/// The rules that the user wrote, from one file or several, and what is wrong with them.
package struct RuleBook {
    package private(set) var rules: [UserRule] = []
    /// In the order of the files, by line.
    package private(set) var faults: [RuleFault] = []
    /// The rules of each file.
    package private(set) var counts: [(file: String, rules: Int)] = []

    /// What a rule says of others, until all files are read.
    private var links: [Link] = []
    /// Where each id was given.
    private var places: [String: Place] = [:]

    /// A file larger than this is no file of rules, in bytes.
    package static let maximumSize = 1 << 20
    /// More rules than this are not taken.
    package static let maximumRules = 1000

    package init() {}

    /// Whether a rule can't be used.
    package var hasErrors: Bool { faults.contains { $0.gravity == .error } }

    private var hasTooManyFaults: Bool { faults.count >= NodeReader.maximumFaults }

    /// Takes in the rules of a file.
    package mutating func add(_ bytes: some Collection<UInt8>, file: String) {
        let before = rules.count
        defer { counts.append((file, rules.count - before)) }
        guard bytes.count <= Self.maximumSize else {
            return add(RuleFault(file: file, line: 1, column: 1, "a file of rules has 1 MiB at most"))
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            return add(RuleFault(file: file, line: 1, column: 1, "the file is not UTF-8"))
        }
        do throws(Fault) {
            var documents = try Documents(of: text)
            let source = Source(file: file, text: text)
            var isEmpty = true
            while !hasTooManyFaults, let document = try documents.next() {
                isEmpty = false
                read(document, source)
            }
            if hasTooManyFaults {
                add(
                    RuleFault(
                        file: file, line: source.lines.count, column: 1, "so many errors: the rest is not looked at"))
            } else if isEmpty {
                add(RuleFault(file: file, line: 1, column: 1, "the file holds no rules"))
            }
        } catch {
            add(RuleFault(error, file: file))
        }
    }

    /// Says what is wrong between the rules: to be called once all files are read.
    package mutating func finish(builtIn: RuleSet = .builtIn) {
        let names = builtIn.listed.map(\.id) + places.keys.sorted()
        let known = Set(names)
        for link in links where !known.contains(link.id) {
            // What looks like an id and is nearly one is a misspelling; anything else is a pattern.
            guard link.isLikeID, let nearest = link.id.nearest(of: names) else { continue }
            add(link.place.fault("there is no rule \(RuleText.masked(link.id)). Did you mean \(nearest)?"))
        }
        for index in rules.indices { rules[index].resolve(known: known) }
        let files = counts.map(\.file)
        faults.sort { a, b in
            (files.firstIndex(of: a.file) ?? 0, a.line, a.column, a.message)
                < (files.firstIndex(of: b.file) ?? 0, b.line, b.column, b.message)
        }
    }

    mutating func add(_ fault: RuleFault) { faults.append(fault) }

    /// A file's lines, for what is said of its places.
    struct Source {
        var file: String
        var lines: [Substring]

        init(file: String, text: String) {
            self.file = file
            lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        }
    }

    /// A place in a file.
    struct Place {
        var file: String
        var line: Int
        var column: Int

        func fault(_ message: String, _ gravity: RuleFault.Gravity = .error) -> RuleFault {
            RuleFault(file: file, line: line, column: column, gravity: gravity, message)
        }
    }

    /// The name of another rule, or a pattern: which of them is seen when all rules are known.
    private struct Link {
        var id: String
        var place: Place

        var isLikeID: Bool { id.isRuleID && id.contains { $0 == "." || $0 == "-" } }
    }

    private mutating func read(_ document: Node, _ source: Source) {
        var reader = NodeReader(source)
        let fields = reader.fields(of: document, what: "a document", known: ["rules"])
        if let fields, let list = fields["rules"], let items = reader.list(list, key: "rules") {
            for item in items where !reader.hasTooManyFaults {
                guard let read = RuleReader.read(item, &reader) else { continue }
                take(read, &reader)
            }
        } else if let fields, fields["rules"] == nil {
            reader.fault(document, "a document has the key rules: a list of rules")
        }
        faults += reader.faults
    }

    private mutating func take(_ read: RuleReader.Result, _ reader: inout NodeReader) {
        guard rules.count < Self.maximumRules else {
            if rules.count == Self.maximumRules { reader.fault(read.node, "more than \(Self.maximumRules) rules") }
            return
        }
        if let id = read.idNode, !read.rule.id.isEmpty {
            if let first = places[read.rule.id] {
                reader.fault(id, "the id \(read.rule.id) was given to a rule in \(first.file):\(first.line)")
                return
            }
            if RuleSet.builtIn[read.rule.id] != nil {
                reader.fault(id, "the id \(read.rule.id) is that of a built-in rule")
                return
            }
            if Explanation[read.rule.id] != nil {
                reader.fault(id, "the id \(read.rule.id) is one of octolog's own codes")
                return
            }
            places[read.rule.id] = reader.place(of: id)
        }
        for (text, node) in read.links { links.append(Link(id: text, place: reader.place(of: node))) }
        rules.append(read.rule)
    }
}

extension String {
    /// Whether the text is lower-case words and numbers joined by `-` and `.`.
    var isRuleID: Bool {
        guard !isEmpty, utf8.count <= 100 else { return false }
        return split(omittingEmptySubsequences: false, whereSeparator: { $0 == "." || $0 == "-" }).allSatisfy { word in
            !word.isEmpty && word.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) }
        }
    }
}

extension UserRule {
    /// What it waits for is a rule where there is one of that name.
    fileprivate mutating func resolve(known: Set<String>) {
        func resolved(_ awaited: Correlation.Awaited) -> Correlation.Awaited {
            switch awaited {
            case .rule: awaited
            case .pattern(let text): known.contains(text) ? .rule(text) : awaited
            }
        }
        switch correlation {
        case nil, .threshold: break
        case .sequence(let steps, let within): correlation = .sequence(steps.map(resolved), within: within)
        case .absence(let other, let within): correlation = .absence(resolved(other), within: within)
        }
    }
}

extension RuleFault {
    fileprivate init(_ fault: Fault, file: String) {
        let problem =
            switch fault.reason {
            case .syntax(let sentence): sentence
            case .repeatedKeys(let keys):
                "a mapping has the same key twice: \(keys.map { RuleText.masked($0) }.joined(separator: ", "))"
            case .tooDeep(let limit): "more than \(limit) lists and mappings stand in one another"
            case .tooManyAliases(let limit): "more than \(limit) aliases"
            case .noMemory: "no memory"
            }
        let isYAML =
            switch fault.reason {
            case .syntax, .repeatedKeys, .noMemory: false
            case .tooDeep, .tooManyAliases: true
            }
        self = RuleFault(
            file: file, line: fault.line, column: fault.column, (isYAML ? "" : "not YAML: ") + problem)
    }
}
