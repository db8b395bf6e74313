import PCRE2

/// Something that is wrong with a file of rules, or not as good as it could be.
package struct RuleFault: Sendable, Equatable {
    package enum Gravity: String, Sendable, CaseIterable {
        case error, warning
    }

    package var file: String
    /// From 1; the column counts characters.
    package var line: Int
    package var column: Int
    package var gravity: Gravity
    /// A sentence without a value of the file in it, but for keys, ids and patterns, secrets masked.
    package var message: String
    /// Of a pattern that does not compile: the pattern's line, and the column under which the fault lies, from 0.
    package var excerpt: (text: String, column: Int)?

    package init(
        file: String, line: Int, column: Int, gravity: Gravity = .error, _ message: String,
        excerpt: (text: String, column: Int)? = nil
    ) {
        self.file = file
        self.line = line
        self.column = column
        self.gravity = gravity
        self.message = message
        self.excerpt = excerpt
    }

    package static func == (a: RuleFault, b: RuleFault) -> Bool {
        (a.file, a.line, a.column, a.gravity, a.message) == (b.file, b.line, b.column, b.gravity, b.message)
            && a.excerpt?.text == b.excerpt?.text && a.excerpt?.column == b.excerpt?.column
    }
}

/// What is said of a file of rules: nothing in it may be a secret.
package enum RuleText {
    /// A text of the file, secrets masked.
    package static func masked(_ text: String) -> String {
        var redactor = Redactor()
        let bytes = Array(text.utf8)
        let exposures = redactor.exposures(in: bytes.span)
        return exposures.isEmpty ? text : String(decoding: Redactor.masked(bytes.span, exposures), as: UTF8.self)
    }

    /// Where a pattern does not compile, and why.
    ///
    /// - Returns: PCRE2's sentence, the offset of the fault in bytes, and the line of the pattern that has it, with the
    ///   column of the fault in it; nil if the pattern is right.
    package static func fault(
        ofPattern pattern: String
    ) -> (message: String, offset: Int, excerpt: (text: String, column: Int))? {
        do {
            _ = try Pattern(pattern)
            return nil
        } catch {
            let bytes = Array(pattern.utf8)
            let offset = min(error.offset, bytes.count)
            let start = bytes[..<offset].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
            let end = bytes[offset...].firstIndex(of: 0x0A) ?? bytes.count
            func shown(_ range: Range<Int>) -> String {
                masked(String(decoding: bytes[range], as: UTF8.self)).printable
            }
            return (error.message, offset, (shown(start..<end), shown(start..<offset).count))
        }
    }
}
