extension String {
    /// The text without what steers a terminal, or shows otherwise than it reads: `\u{1b}` stands for an escape.
    ///
    /// That are the controls, C0 but TAB and C1; what only formats, such as marks that turn the direction of writing,
    /// blanks without width, tags; and the separators of lines and paragraphs, at which some viewers break a line.
    package var printable: String {
        if utf8.allSatisfy({ (0x20..<0x7F).contains($0) || $0 == 0x09 }) { return self }
        var result = ""
        var marks = 0
        for scalar in unicodeScalars {
            marks = scalar.isMark ? marks + 1 : 0
            if scalar.isHidden || marks > Self.maximumMarks {
                result += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// As many combining marks may stand on a letter; more would be drawn over the lines above.
    private static let maximumMarks = 4

    /// How many columns of a terminal it takes: East Asian wide characters take two, combining ones none.
    ///
    /// Unicode Standard Annex 11; terminals differ on emoji of several scalars, which count as the sum of these.
    var columns: Int {
        if utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return utf8.count }
        return unicodeScalars.reduce(0) { $0 + $1.columns }
    }

    /// As many of its characters as fit into so many columns, an ellipsis for the rest.
    package func shortened(to limit: Int) -> String {
        guard columns > limit else { return self }
        return prefix(columns: max(0, limit - 3)) + "..."
    }

    /// The same with the ellipsis in its midst: reasons stand at the ends of lines.
    func shortenedInside(to limit: Int) -> String {
        guard columns > limit else { return self }
        let end = String(String.UnicodeScalarView(unicodeScalars.reversed())).prefix(columns: max(0, limit / 2 - 3))
        return prefix(columns: limit / 2) + "..." + String(String.UnicodeScalarView(end.unicodeScalars.reversed()))
    }
}

extension StringProtocol {
    /// As many of its characters as fit into so many columns.
    func prefix(columns limit: Int) -> SubSequence {
        var used = 0
        var index = unicodeScalars.startIndex
        while index < unicodeScalars.endIndex {
            used += unicodeScalars[index].columns
            if used > limit { break }
            index = unicodeScalars.index(after: index)
        }
        return self[..<index]
    }
}

extension Unicode.Scalar {
    fileprivate var isHidden: Bool {
        if isASCII { return value != 0x09 && (value < 0x20 || value == 0x7F) }
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: return true
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
            .spacingMark, .enclosingMark, .decimalNumber, .letterNumber, .otherNumber, .connectorPunctuation,
            .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation, .finalPunctuation,
            .otherPunctuation, .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol, .spaceSeparator,
            .privateUse, .unassigned:
            return false
        @unknown default: return true
        }
    }

    /// How many columns of a terminal it takes.
    fileprivate var columns: Int {
        if isASCII { return 1 }
        if isMark { return 0 }
        return properties.isEmojiPresentation || Self.wide.contains { $0.contains(value) } ? 2 : 1
    }

    /// Whether it is drawn on the one before it.
    fileprivate var isMark: Bool {
        guard !isASCII else { return false }
        return properties.generalCategory == .nonspacingMark || properties.generalCategory == .enclosingMark
    }

    /// What East Asian scripts write as wide as two letters.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
        0xA000...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F,
        0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD,
    ]
}
