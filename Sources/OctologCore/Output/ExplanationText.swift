/// `octolog explain`: the explanations as text or JSON.
package enum ExplanationText {
    /// One code a line, with its title.
    package static func list() -> String {
        var table = TextTable([.left, .left])
        for explanation in Explanation.all { table.row([explanation.code, explanation.title]) }
        return table.lines.map { $0 + "\n" }.joined()
    }

    /// An explanation in lines of 100 characters at most; commands are not broken.
    package static func text(of explanation: Explanation) -> String {
        var page = TextPage(.plain)
        page.paragraph("\(explanation.code): \(explanation.title)")
        section("What it means", [explanation.meaning], of: &page)
        section("Why it happens", [explanation.why], of: &page)
        steps("How to confirm", explanation.confirm, of: &page)
        steps("How to fix", explanation.fix, of: &page)
        section("Reports", explanation.links, of: &page)
        section("Rules", explanation.rules, of: &page)
        return page.text
    }

    private static func section(_ heading: String, _ paragraphs: [String], of page: inout TextPage) {
        guard !paragraphs.isEmpty else { return }
        page.blank()
        page.line(heading)
        for paragraph in paragraphs { page.paragraph(paragraph, indent: 2) }
    }

    /// Steps have a dash, and commands stand whole under the step that they belong to.
    private static func steps(_ heading: String, _ steps: [String], of page: inout TextPage) {
        page.blank()
        page.line(heading)
        for step in steps {
            if step.hasPrefix("$ ") {
                page.line(step, indent: 4)
            } else {
                page.labelled("-", step, indent: 2, label: 2)
            }
        }
    }

    /// All explanations as a JSON array.
    package static func json() -> [UInt8] {
        var writer = JSONWriter()
        writer.array { writer in for explanation in Explanation.all { writer.write(explanation) } }
        writer.newline()
        return writer.bytes
    }

    /// An explanation as JSON.
    package static func json(of explanation: Explanation) -> [UInt8] {
        var writer = JSONWriter()
        writer.write(explanation)
        writer.newline()
        return writer.bytes
    }
}

extension Explanation: Fields {
    func visit(_ visitor: inout some FieldVisitor) {
        visitor.required("code", code, "The code of a cause, or of a class of duplicates")
        visitor.required("title", title, "What the reports call it")
        visitor.required("meaning", meaning, "What the log says with it")
        visitor.required("why", why, "How it comes about")
        visitor.list("confirm", confirm, "How to make sure: steps, and commands behind a dollar sign")
        visitor.list("fix", fix, "What to do: steps, and commands behind a dollar sign")
        visitor.list("links", links, "Public reports of the same")
        visitor.list("rules", rules, "The rules that raise it")
    }

    static var sample: Explanation { Explanation("", meaning: "", why: "", confirm: [], fix: []) }
}
