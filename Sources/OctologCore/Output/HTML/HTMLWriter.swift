/// Writes HTML of which nothing that comes from a log can become a part.
///
/// The names of elements and attributes, and the values of those that a browser acts on, are in the code
/// (`StaticString`); all other text is escaped. There is no way to write markup that was made at run time.
struct HTMLWriter {
    private(set) var bytes: [UInt8] = []

    init() { bytes.reserveCapacity(64 << 10) }

    /// An attribute whose value can't do anything.
    enum Attribute {
        /// A name and a value that are in the code.
        case fixed(StaticString, StaticString)
        case id(Anchor)
        /// A link to a place on the same page: there are no others.
        case link(Anchor)
        /// What the browser may do, of a `<meta>`.
        case policy(String)
        /// What a screen reader says; any text.
        case label(String)
        /// A number in user units, of an SVG.
        case number(StaticString, Double)
        /// A share of the width, of an SVG: from 0 to 1.
        case share(StaticString, Double)
    }

    /// A place on the page, named by numbers.
    struct Anchor: Hashable {
        private let name: String

        init(_ kind: StaticString, _ numbers: Int...) {
            name = "\(kind)" + numbers.map { "-\($0)" }.joined()
        }

        fileprivate var text: String { name }
    }

    mutating func element(
        _ name: StaticString, _ attributes: [Attribute] = [], _ body: (inout HTMLWriter) -> Void
    ) {
        open(name, attributes)
        body(&self)
        raw("</")
        raw(name)
        raw(">")
    }

    mutating func element(_ name: StaticString, _ attributes: [Attribute] = [], text: String) {
        element(name, attributes) { $0.text(text) }
    }

    mutating func element(_ name: StaticString, class: StaticString, _ body: (inout HTMLWriter) -> Void) {
        element(name, [.fixed("class", `class`)], body)
    }

    mutating func element(_ name: StaticString, class: StaticString, text: String) {
        element(name, [.fixed("class", `class`)], text: text)
    }

    /// An element that has no end tag, such as `<meta>`.
    mutating func void(_ name: StaticString, _ attributes: [Attribute] = []) { open(name, attributes) }

    /// Text, of whatever origin: what would steer a terminal or turn the direction of writing is spelt out.
    mutating func text(_ text: String) { escape(text.printable) }

    /// Markup that is in the code.
    mutating func raw(_ markup: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: markup.utf8Start, count: markup.utf8CodeUnitCount))
    }

    private mutating func open(_ name: StaticString, _ attributes: [Attribute]) {
        raw("<")
        raw(name)
        for attribute in attributes {
            raw(" ")
            switch attribute {
            case .fixed(let name, let value): write(name, "\(value)")
            case .id(let anchor): write("id", anchor.text)
            case .link(let anchor): write("href", "#\(anchor.text)")
            case .policy(let policy): write("content", policy)
            case .label(let text): write("aria-label", text.printable)
            case .number(let name, let value): write(name, Self.brief(value))
            case .share(let name, let value): write(name, "\(Self.brief(value * 100))%")
            }
        }
        raw(">")
    }

    private mutating func write(_ name: StaticString, _ value: String) {
        raw(name)
        raw("=\"")
        escape(value)
        raw("\"")
    }

    /// At most thousandths.
    private static func brief(_ value: Double) -> String {
        let rounded = (value * 1000).rounded() / 1000
        return rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
    }

    private mutating func escape(_ text: String) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): raw("&amp;")
            case UInt8(ascii: "<"): raw("&lt;")
            case UInt8(ascii: ">"): raw("&gt;")
            case UInt8(ascii: "\""): raw("&quot;")
            case UInt8(ascii: "'"): raw("&#39;")
            default: bytes.append(byte)
            }
        }
    }
}
