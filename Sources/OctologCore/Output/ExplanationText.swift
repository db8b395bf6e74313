/// `octolog explain`: the explanations as text, Markdown or JSON.
package enum ExplanationText {
    /// One code a line, with its title, under the headings of what they are about.
    package static func list(_ look: TextLook = .plain) -> String {
        var page = TextPage(look)
        let width = Explanation.all.map(\.code.count).max() ?? 0
        for group in Explanation.Group.allCases {
            if group != Explanation.Group.allCases.first { page.blank() }
            page.line(group.title.uppercased(), .bold)
            for explanation in Explanation.all where explanation.group == group {
                page.labelled(explanation.code, explanation.title, indent: 2, label: width + 2)
            }
        }
        return page.text
    }

    /// An explanation in lines; commands are not broken.
    package static func text(of explanation: Explanation, _ look: TextLook = .plain) -> String {
        var page = TextPage(look)
        page.paragraph("\(explanation.code): \(explanation.title)", .bold)
        section("What it means", [explanation.meaning], of: &page)
        section("Why it happens", [explanation.why], of: &page)
        steps("Who prints it", explanation.printedBy, of: &page)
        steps("How to confirm", explanation.confirm, of: &page)
        steps("How to fix", explanation.fix, of: &page)
        section("Links", explanation.links, of: &page)
        section("Rules", explanation.rules, of: &page)
        section("Also called", explanation.aliases, of: &page)
        return page.text
    }

    /// What a type of event is: the codes that it tells have the explanations.
    package static func text(of event: EventType, _ look: TextLook = .plain) -> String {
        var page = TextPage(look)
        page.paragraph("\(event.shortName): \(event.meaning)")
        page.blank()
        page.paragraph("\(event.name) is a type of event. Its fields, and what they mean:")
        page.line("$ octolog schema --markdown \(event.shortName)", indent: 4)
        page.paragraph("The codes that events tell, such as causes of failure, are explained; all of them:")
        page.line("$ octolog explain", indent: 4)
        return page.text
    }

    private static func section(_ heading: String, _ paragraphs: [String], of page: inout TextPage) {
        guard !paragraphs.isEmpty else { return }
        page.blank()
        page.line(heading, .bold)
        for paragraph in paragraphs { page.paragraph(paragraph, indent: 2) }
    }

    /// Steps have a dash, and commands stand whole under the step that they belong to.
    private static func steps(_ heading: String, _ steps: [String], of page: inout TextPage) {
        guard !steps.isEmpty else { return }
        page.blank()
        page.line(heading, .bold)
        for step in steps {
            if step.hasPrefix("$ ") {
                page.line(step, indent: 4)
            } else {
                page.labelled("-", step, indent: 2, label: 2)
            }
        }
    }

    /// All codes as a page of Markdown: docs/codes.md.
    package static func markdown() -> String {
        var text = """
            # octolog's codes

            Made by `octolog explain --markdown`; a test keeps it so. `octolog explain CODE` says what a code means, why \
            it happens, how to make sure and what to do; it also takes what stands beside the code here: values of \
            events' fields, types of events, and ids of rules. `octolog rules show ID` shows a rule.

            """
        for group in Explanation.Group.allCases {
            text += "\n## \(group.title)\n\n| code | says | also |\n| --- | --- | --- |\n"
            for explanation in Explanation.all where explanation.group == group {
                let names = (explanation.aliases + explanation.rules).map { "`\($0)`" }.joined(separator: ", ")
                text += "| `\(explanation.code)` | \(explanation.title) | \(names) |\n"
            }
        }
        return text
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
        visitor.required("code", code, "What octolog shows")
        visitor.required("title", title, "What the reports call it")
        visitor.required("group", group.rawValue, "What it is about", allowed: Group.allCases.map(\.rawValue))
        visitor.list("aliases", aliases, "What else it goes by: values of fields, types of events, rules of secrets")
        visitor.required("meaning", meaning, "What the log says with it")
        visitor.required("why", why, "How it comes about")
        visitor.list("printedBy", printedBy, "Of a secret: which images print it, since when and until when")
        visitor.list("confirm", confirm, "How to make sure: steps, and commands behind a dollar sign")
        visitor.list("fix", fix, "What to do: steps, and commands behind a dollar sign")
        visitor.list("links", links, "Public pages about it")
        visitor.list("rules", rules, "The rules that raise it")
    }

    static var sample: Explanation { Explanation("", meaning: "", why: "", confirm: [], fix: []) }
}
