/// Text for people that is put together line by line: wrapped, coloured, without control characters.
struct TextPage {
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
    let look: TextLook

    init(_ look: TextLook) { self.look = look }

    mutating func blank() { text += "\n" }

    /// A paragraph: wrapped, its second and later lines indented by `hanging` more.
    mutating func paragraph(_ content: String, indent: Int = 0, hanging: Int = 0, _ style: Style = .plain) {
        labelled("", content, indent: indent, label: hanging, isFilled: false, style)
    }

    /// `label   content`, the content wrapped in its own column, its later lines indented by `hanging` more.
    mutating func labelled(
        _ label: String, _ content: String, indent: Int, label width: Int, isFilled: Bool = true, hanging: Int = 0,
        _ style: Style = .plain, labelStyle: Style = .faint
    ) {
        let margin = String(repeating: " ", count: indent)
        let label = label.printable
        var prefix = margin
        var used = indent
        if isFilled {
            prefix += look.paint(label, labelStyle) + String(repeating: " ", count: max(1, width - label.columns))
            used += max(width, label.columns + 1)
        }
        for line in Self.wrapped(content.printable, in: look.width, first: used, rest: indent + width + hanging) {
            text += prefix + look.paint(line, style) + "\n"
            prefix = margin + String(repeating: " ", count: width + hanging)
        }
    }

    /// A line that is aligned already.
    mutating func line(_ content: String, indent: Int = 0, _ style: Style = .plain) {
        text += String(repeating: " ", count: indent) + look.paint(content.printable, style) + "\n"
    }

    /// What stands in a frame.
    struct Framed {
        var text: String
        /// By how much its second and later lines are indented.
        var hanging = 0
        var style = Style.plain
    }

    /// Paragraphs in a frame with a title; an empty one is a blank line. Where nothing is drawn they are indented.
    mutating func frame(_ title: String, _ paragraphs: [Framed], indent: Int = 2, _ style: Style) {
        let margin = String(repeating: " ", count: indent)
        guard let line = Frame(look.drawing) else {
            paragraph(title, indent: indent, hanging: 2, style)
            for paragraph in paragraphs where !paragraph.text.isEmpty {
                self.paragraph(
                    paragraph.text, indent: indent + 2, hanging: paragraph.hanging, paragraph.style)
            }
            return
        }
        let inner = look.width - indent - 4
        let title = title.printable.shortened(to: inner - 2)
        let rest = String(repeating: line.across, count: inner - title.columns - 1)
        text += margin + look.paint("\(line.topLeft)\(line.across) \(title) \(rest)\(line.topRight)", style) + "\n"
        for paragraph in paragraphs {
            let content = paragraph.text.printable.replacing("\t", with: " ")
            let hanging = String(repeating: " ", count: paragraph.hanging)
            for (number, row) in Self.wrapped(content, in: inner, first: 0, rest: paragraph.hanging, isFramed: true)
                .enumerated()
            {
                let row = (number == 0 ? "" : hanging) + row
                let padding = String(repeating: " ", count: max(0, inner - row.columns))
                let side = look.paint(line.down, style)
                text += "\(margin)\(side) \(look.paint(row, paragraph.style))\(padding) \(side)\n"
            }
        }
        let bottom = String(repeating: line.across, count: inner + 2)
        text += margin + look.paint(line.bottomLeft + bottom + line.bottomRight, style) + "\n"
    }

    /// What a frame is drawn with.
    private struct Frame {
        var across, down, topLeft, topRight, bottomLeft, bottomRight: String

        /// Nil where nothing is drawn.
        init?(_ drawing: TextLook.Drawing) {
            switch drawing {
            case .none: return nil
            case .ascii: (across, down, topLeft, topRight, bottomLeft, bottomRight) = ("-", "|", "+", "+", "+", "+")
            case .unicode: (across, down, topLeft, topRight, bottomLeft, bottomRight) = ("─", "│", "╭", "╮", "╰", "╯")
            }
        }
    }

    /// The text in lines; `first` and `rest` say what stands before the first and before the others.
    ///
    /// Words are never cut: paths, addresses and codes have to be copied whole. But where they stand in a frame,
    /// `isFramed`, they can't stand out of it.
    private static func wrapped(
        _ text: String, in width: Int, first: Int, rest: Int, isFramed: Bool = false
    ) -> [String] {
        guard first + text.columns > width else { return [text] }
        var lines: [String] = []
        // Blanks that it begins with are a place that is left free.
        var line = String(text.prefix { $0 == " " })
        var room = width - first
        var length = line.count
        var hasWord = false
        for word in text.dropFirst(length).split(separator: " ", omittingEmptySubsequences: false) {
            let count = String(word).columns
            if hasWord, length + 1 + count > room {
                lines.append(line)
                line = ""
                length = 0
                hasWord = false
                room = width - rest
            }
            if hasWord {
                line += " "
                length += 1
            }
            line += word
            length += count
            hasWord = true
            guard isFramed, length > room else { continue }
            var left = line[...]
            while length > room {
                let piece = left.prefix(columns: max(2, room))
                lines.append(String(piece))
                left = left[piece.endIndex...]
                length -= String(piece).columns
                room = width - rest
            }
            line = String(left)
        }
        lines.append(line)
        return lines
    }
}

/// Columns that are as wide as their widest cell.
struct TextTable {
    enum Alignment { case left, right }

    private let alignments: [Alignment]
    private var rows: [[String]] = []

    init(_ alignments: [Alignment]) { self.alignments = alignments }

    mutating func row(_ cells: [String]) { rows.append(cells.map(\.printable)) }

    /// The rows as lines, without blanks at their ends.
    var lines: [String] {
        let widths = alignments.indices.map { column in rows.map { $0[column].columns }.max() ?? 0 }
        return rows.map { cells in
            var line = ""
            for (column, cell) in cells.enumerated() {
                let padding = String(repeating: " ", count: widths[column] - cell.columns)
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

extension Level {
    /// How much a line of this level stands out.
    var style: TextPage.Style {
        switch self {
        case .info, .low: .faint
        case .medium: .yellow
        case .high, .critical: .red
        }
    }
}
