import CYAML

/// Why a text is no YAML.
package struct Fault: Error {
    package enum Reason: Equatable, Sendable {
        /// libyaml's sentence, which quotes nothing of the text.
        case syntax(String)
        /// A mapping has these keys more than once.
        case repeatedKeys([String])
        /// More lists and mappings stand in one another than this.
        case tooDeep(Int)
        /// More aliases stand for other nodes than this.
        case tooManyAliases(Int)
        case noMemory
    }

    package var reason: Reason
    /// 1-based.
    package var line: Int
    /// In Unicode scalars, 1-based.
    package var column: Int
}

/// A parser of libyaml's and the text that it reads.
private final class Parser {
    private let bytes: UnsafeMutableBufferPointer<UInt8>
    // unsafe: libyaml keeps pointers to both until the parser is deleted, so neither may move.
    let pointer: UnsafeMutablePointer<yaml_parser_t>

    init(of text: String) throws(Fault) {
        bytes = .allocate(capacity: text.utf8.count)
        _ = bytes.initialize(from: text.utf8)
        pointer = .allocate(capacity: 1)
        pointer.initialize(to: yaml_parser_t())
        guard yaml_parser_initialize(pointer) == 1 else { throw Fault(reason: .noMemory, line: 1, column: 1) }
        yaml_parser_set_encoding(pointer, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(pointer, bytes.baseAddress, bytes.count)
    }

    deinit {
        yaml_parser_delete(pointer)
        pointer.deallocate()
        bytes.deallocate()
    }

    /// What it stopped at.
    var fault: Fault {
        let problem = pointer.pointee.problem.map { String(cString: $0) } ?? ""
        switch pointer.pointee.error {
        case YAML_MEMORY_ERROR: return Fault(reason: .noMemory, line: 1, column: 1)
        case YAML_READER_ERROR:
            // The reader counts bytes, and looks ahead: its mark is another place.
            let before = String(decoding: bytes.prefix(pointer.pointee.problem_offset), as: UTF8.self).unicodeScalars
            let line = before.count { $0 == "\n" } + 1
            let column = before.reversed().prefix { $0 != "\n" }.count + 1
            return Fault(reason: .syntax(problem), line: line, column: column)
        default:
            let context = pointer.pointee.context.map { String(cString: $0) + ": " } ?? ""
            let mark = pointer.pointee.problem_mark
            return Fault(reason: .syntax(context + problem), line: Int(mark.line) + 1, column: Int(mark.column) + 1)
        }
    }
}

/// The documents of a text, one after the other, as libyaml reads them.
package struct Documents: ~Copyable {
    private let parser: Parser

    /// libyaml takes quadratic time where more stand in one another; no person writes so many.
    package static let maximumDepth = 64
    /// Each may stand for all that is in the text.
    package static let maximumAliases = 100

    package init(of text: String) throws(Fault) {
        if let fault = Self.excess(in: try Parser(of: text)) { throw fault }
        parser = try Parser(of: text)
    }

    /// Looks at all of a text before any of it is built. What is no YAML is found, and told, when it is read.
    private static func excess(in parser: Parser) -> Fault? {
        var (depth, aliases) = (0, 0)
        while true {
            var event = yaml_event_t()
            guard yaml_parser_parse(parser.pointer, &event) == 1 else { return nil }
            defer { yaml_event_delete(&event) }
            switch event.type {
            case YAML_STREAM_END_EVENT: return nil
            case YAML_SEQUENCE_START_EVENT, YAML_MAPPING_START_EVENT: depth += 1
            case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: depth -= 1
            case YAML_ALIAS_EVENT: aliases += 1
            default: continue
            }
            let reason: Fault.Reason
            if depth > maximumDepth {
                reason = .tooDeep(maximumDepth)
            } else if aliases > maximumAliases {
                reason = .tooManyAliases(maximumAliases)
            } else {
                continue
            }
            let mark = event.start_mark
            return Fault(reason: reason, line: Int(mark.line) + 1, column: Int(mark.column) + 1)
        }
    }

    /// The root of the next document; nil behind the last.
    package mutating func next() throws(Fault) -> Node? {
        var document = yaml_document_t()
        guard yaml_parser_load(parser.pointer, &document) == 1 else { throw parser.fault }
        defer { yaml_document_delete(&document) }
        guard yaml_document_get_root_node(&document) != nil else { return nil }
        var entries: [Node.Entry] = []
        var node = document.nodes.start
        while let current = node, current != document.nodes.top {
            entries.append(Self.entry(of: current.pointee))
            node = current + 1
        }
        for index in entries.indices {
            let repeated = Node(entries, index).repeatedKeys
            guard let first = repeated.first else { continue }
            throw Fault(reason: .repeatedKeys(repeated.compactMap(\.text)), line: first.line, column: first.column)
        }
        return Node(entries, 0)
    }

    private static func entry(of node: yaml_node_t) -> Node.Entry {
        let content: Node.Content
        switch node.type {
        case YAML_SEQUENCE_NODE:
            let items = node.data.sequence.items
            content = .sequence(array(from: items.start, to: items.top).map { Int($0) - 1 })
        case YAML_MAPPING_NODE:
            let pairs = node.data.mapping.pairs
            content = .mapping(array(from: pairs.start, to: pairs.top).map { (Int($0.key) - 1, Int($0.value) - 1) })
        default:
            let scalar = node.data.scalar
            let text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
            content = .scalar(text, isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE)
        }
        let mark = node.start_mark
        return Node.Entry(content: content, line: Int(mark.line) + 1, column: Int(mark.column) + 1)
    }

    /// What lies between the two pointers of one of libyaml's stacks.
    private static func array<Element>(
        from start: UnsafeMutablePointer<Element>?, to top: UnsafeMutablePointer<Element>?
    ) -> [Element] {
        guard let start, let top else { return [] }
        return Array(UnsafeBufferPointer(start: start, count: top - start))
    }
}
