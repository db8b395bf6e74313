/// A node of a YAML document, which knows where it stands.
///
/// Aliases are the nodes that they stand for. A document may so hold a node in itself, or say in few lines what would
/// be endless: whoever reads it goes as deep as it knows keys, and no deeper.
package struct Node: Sendable {
    enum Content: Sendable {
        case scalar(String, isPlain: Bool)
        case sequence([Int])
        case mapping([(key: Int, value: Int)])
    }

    struct Entry: Sendable {
        var content: Content
        /// 1-based.
        var line: Int
        /// In Unicode scalars, 1-based.
        var column: Int
    }

    /// All of the document's.
    private let entries: [Entry]
    private let index: Int

    init(_ entries: [Entry], _ index: Int) {
        self.entries = entries
        self.index = index
    }

    /// 1-based.
    package var line: Int { entries[index].line }

    /// In Unicode scalars, 1-based.
    package var column: Int { entries[index].column }

    /// What a scalar says; nil of other nodes.
    package var text: String? {
        guard case .scalar(let text, _) = entries[index].content else { return nil }
        return text
    }

    /// Whether this is a scalar that stands for nothing, as behind a key that has no value.
    package var isNull: Bool {
        guard case .scalar(let text, isPlain: true) = entries[index].content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }

    /// The elements of a sequence; nil of other nodes.
    package var elements: [Node]? {
        guard case .sequence(let elements) = entries[index].content else { return nil }
        return elements.map { Node(entries, $0) }
    }

    /// The keys of a mapping with their values, in their order; nil of other nodes.
    package var pairs: [(key: Node, value: Node)]? {
        guard case .mapping(let pairs) = entries[index].content else { return nil }
        return pairs.map { (Node(entries, $0.key), Node(entries, $0.value)) }
    }

    /// The keys that a mapping has twice or more, each where it stands first.
    var repeatedKeys: [Node] {
        var first: [String: Node] = [:]
        var repeated: [String: Node] = [:]
        for (key, _) in pairs ?? [] {
            guard let text = key.text else { continue }
            if let earlier = first[text] { repeated[text] = earlier } else { first[text] = key }
        }
        return repeated.sorted { $0.key < $1.key }.map(\.value)
    }
}
