/// What text may make use of where it is shown.
package struct TextLook: Sendable {
    /// What marks and frames are drawn with.
    package enum Drawing: Sendable {
        /// Nothing: text that goes into a file or another program.
        case none
        case ascii
        case unicode
    }

    /// Whether to colour, with ANSI escapes.
    package var hasColour: Bool
    /// How many columns a line has at most, where its words allow that.
    package var width: Int {
        didSet { width = Self.clamped(width) }
    }
    package var drawing: Drawing

    package init(hasColour: Bool = false, width: Int = 100, drawing: Drawing = .none) {
        self.hasColour = hasColour
        self.width = Self.clamped(width)
        self.drawing = drawing
    }

    /// Text as a file has it.
    package static let plain = TextLook()

    /// Nobody reads lines of more than 100 columns with pleasure, and with less than 24 there is no room for words.
    private static func clamped(_ width: Int) -> Int { min(100, max(24, width)) }

    func paint(_ text: String, _ style: TextPage.Style) -> String {
        hasColour && style != .plain && !text.isEmpty ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
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
