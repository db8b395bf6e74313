import Testing
import YAML

@Suite("Documents of YAML") struct DocumentTests {
    /// What a text holds, down to a depth; `...` is what lies deeper.
    private func shown(_ text: String, depth: Int = 4) -> [String] {
        var shown: [String] = []
        do throws(Fault) {
            var documents = try Documents(of: text)
            while let document = try documents.next() { shown.append(self.shown(document, depth)) }
        } catch {
            shown.append("\(error.line):\(error.column) \(error.reason)")
        }
        return shown
    }

    private func shown(_ node: Node, _ depth: Int) -> String {
        guard depth > 0 else { return "..." }
        if let text = node.text { return node.isNull ? "null" : text }
        if let elements = node.elements {
            return "[" + elements.map { shown($0, depth - 1) }.joined(separator: " ") + "]"
        }
        let pairs = (node.pairs ?? []).map { "\(shown($0.key, depth - 1)): \(shown($0.value, depth - 1))" }
        return "{" + pairs.joined(separator: " ") + "}"
    }

    @Test(
        "are read one after the other, with what they hold",
        arguments: [
            ("", []), ("a: [1, 'x', \"y\"]", ["{a: [1 x y]}"]), ("---\na\n---\nb\n", ["a", "b"]),
            ("a: |\n  x\n  y\n", ["{a: x\ny\n}"]), ("a:\nb: ~\nc: ''\nd: '~'", ["{a: null b: null c:  d: ~}"]),
            ("a: &x {b: 1}\nc: *x", ["{a: {b: 1} c: {b: 1}}"]),
        ])
    func content(_ text: String, _ expected: [String]) { #expect(shown(text) == expected) }

    @Test("know where each node stands, in Unicode scalars") func places() throws {
        var documents = try Documents(of: "é: 'ü'\n  \nb: [x, é]\n")
        let document = try #require(try documents.next())
        let pairs = try #require(document.pairs)
        #expect(
            pairs.map { [$0.key.line, $0.key.column, $0.value.line, $0.value.column] } == [
                [1, 1, 1, 4], [3, 1, 3, 4],
            ])
        #expect(pairs[1].value.elements?.map(\.column) == [5, 8])
    }

    @Test("say what is wrong, and where: the documents before it are read")
    func faults() {
        #expect(shown("a\n---\n[b").first == "a")
        #expect(
            shown("a\n---\n[b").last?.hasPrefix(#"4:1 syntax("while parsing a flow sequence: did not find"#) == true)
        #expect(shown("a: *b") == [#"1:4 syntax("found undefined alias")"#])
        #expect(shown("é: 'é\u{1}'") == [#"1:6 syntax("control characters are not allowed")"#])
        #expect(shown("x:\n  {c: 1, b: 2, c: 3, b: 4}") == [#"2:10 repeatedKeys(["b", "c"])"#])
    }

    @Test("may hold themselves, or more than there is memory for, and are still read at once")
    func bombs() {
        #expect(shown("&a [*a, x]", depth: 3) == ["[[[... ...] x] x]"])
        let levels = (1...50).map { "l\($0): &l\($0) [*l\($0 - 1), *l\($0 - 1)]" }
        #expect(
            shown("l0: &l0 x\n" + levels.joined(separator: "\n"), depth: 2).first?.hasPrefix("{l0: x l1: [") == true)
        for bracket in ["[", "{a: ", "- "] {
            let deep = shown(String(repeating: bracket, count: 300_000))
            #expect(
                deep.count == 1 && (deep[0].hasSuffix("tooDeep(64)") || deep[0].contains("nesting level")), "\(deep)")
        }
        let aliases = shown("a: &a x\nb: [" + String(repeating: "*a, ", count: 101) + "]")
        #expect(aliases.count == 1 && aliases[0].hasSuffix("tooManyAliases(100)"), "\(aliases)")
    }
}
