/// Text for people that is put together line by line: wrapped, coloured, without control characters.
struct TextPage {
    /// How many characters a line has at most, if its words allow it.
    static let width = 100

    enum Style: String {
        case plain = "0"
        case bold = "1"
        case faint = "2"
        case green = "32"
        case yellow = "33"
        case red = "31"
        case boldRed = "1;31"
    }

    private(set) var text = ""
    /// Whether to colour, with ANSI escapes.
    let hasColour: Bool

    init(hasColour: Bool) { self.hasColour = hasColour }

    mutating func blank() { text += "\n" }

    /// A paragraph: wrapped, its second and later lines indented by `hanging` more.
    mutating func paragraph(_ content: String, indent: Int = 0, hanging: Int = 0, _ style: Style = .plain) {
        labelled("", content, indent: indent, label: hanging, isFilled: false, style)
    }

    /// `label   content`, the content wrapped in its own column.
    mutating func labelled(
        _ label: String, _ content: String, indent: Int, label width: Int, isFilled: Bool = true,
        _ style: Style = .plain, labelStyle: Style = .faint
    ) {
        let margin = String(repeating: " ", count: indent)
        let label = TextPage.printable(label)
        var prefix = margin
        var used = indent
        if isFilled {
            prefix += paint(label, labelStyle) + String(repeating: " ", count: max(1, width - label.count))
            used += max(width, label.count + 1)
        }
        for line in Self.wrapped(TextPage.printable(content), first: used, rest: indent + width) {
            text += prefix + paint(line, style) + "\n"
            prefix = margin + String(repeating: " ", count: width)
        }
    }

    /// A line that is aligned already.
    mutating func line(_ content: String, indent: Int = 0, _ style: Style = .plain) {
        text += String(repeating: " ", count: indent) + paint(TextPage.printable(content), style) + "\n"
    }

    static func printable(_ text: String) -> String { TextFormat.printable(text) }

    /// The text in lines; `first` and `rest` say what stands before the first and before the others.
    ///
    /// Words are never cut: paths, addresses and codes have to be copied whole.
    private static func wrapped(_ text: String, first: Int, rest: Int) -> [String] {
        guard first + text.count > width else { return [text] }
        var lines: [String] = []
        var line = ""
        var room = width - first
        var length = 0
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            let count = word.count
            if !line.isEmpty, length + 1 + count > room {
                lines.append(line)
                line = ""
                length = 0
                room = width - rest
            }
            if !line.isEmpty || length > 0 {
                line += " "
                length += 1
            }
            line += word
            length += count
        }
        lines.append(line)
        return lines
    }

    private func paint(_ text: String, _ style: Style) -> String {
        hasColour && style != .plain && !text.isEmpty ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
    }
}

/// Columns that are as wide as their widest cell.
struct TextTable {
    enum Alignment { case left, right }

    private let alignments: [Alignment]
    private var rows: [[String]] = []

    init(_ alignments: [Alignment]) { self.alignments = alignments }

    mutating func row(_ cells: [String]) { rows.append(cells.map(TextPage.printable)) }

    /// The rows as lines, without blanks at their ends.
    var lines: [String] {
        let widths = alignments.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { cells in
            var line = ""
            for (column, cell) in cells.enumerated() {
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                switch alignments[column] {
                case .left: line += cell + padding
                case .right: line += padding + cell
                }
                line += "  "
            }
            while line.last == " " { line.removeLast() }
            return line
        }
    }
}

/// Durations as people read them.
enum Seconds {
    /// `0.25 s`, `31 s`, `2 min 05 s`, `1 h 02 min`, `3 d 5 h`
    static func text(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds < 1e12 else { return "for ever" }
        if seconds < 59.5 {
            let scale = seconds < 1 ? 1000.0 : 10
            let rounded = (seconds * scale).rounded() / scale
            return rounded == rounded.rounded() ? "\(Int(rounded)) s" : "\(rounded) s"
        }
        let whole = Int(seconds.rounded())
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        if whole >= 48 * 3600 { return "\(whole / 86400) d \(whole / 3600 % 24) h" }
        return whole < 3600
            ? "\(whole / 60) min \(two(whole % 60)) s" : "\(whole / 3600) h \(two(whole / 60 % 60)) min"
    }
}
