import Testing

@testable import PCRE2

private func groups(_ pattern: String, _ subject: String, from start: Int = 0, atLineStart: Bool = true) throws
    -> [Range<Int>?]?
{
    var data = MatchData()
    let pattern = try Pattern(pattern)
    guard try pattern.firstMatch(in: Array(subject.utf8).span, from: start, atLineStart: atLineStart, into: &data)
    else {
        return nil
    }
    return (0..<3).map { data.range(of: $0) }
}

@Suite struct PatternTests {
    @Test("groups are byte ranges, and those that took no part are nil") func ranges() throws {
        #expect(try groups("b(c)|(d)", "äbc") == [2..<4, 3..<4, nil])
        #expect(try groups("b(c)|(d)", "d") == [0..<1, nil, 0..<1])
        #expect(try groups("x", "abc") == nil)
    }

    @Test("a pattern without groups leaves none of an earlier match") func staleGroups() throws {
        var data = MatchData()
        let first = try Pattern("(a)(b)").firstMatch(in: Array("ab".utf8).span, into: &data)
        let second = try Pattern("a").firstMatch(in: Array("ab".utf8).span, into: &data)
        let group = data.range(of: 1)
        #expect(first && second && group == nil)
    }

    @Test("an empty subject is matched too") func emptySubject() throws {
        #expect(try groups("^$", "") == [0..<0, nil, nil])
        #expect(try groups("a", "") == nil)
    }

    @Test("the caret matches at the beginning of a line only") func caret() throws {
        #expect(try groups("^b", "b") != nil)
        #expect(try groups("^b", "b", atLineStart: false) == nil)
        #expect(try groups("^b", "ab", from: 1) == nil)
    }

    @Test("bytes that are no UTF-8 are bytes like others") func invalidText() throws {
        var data = MatchData()
        let isMatch = try Pattern(#"a\xffb"#).firstMatch(in: [0x80, 0x61, 0xFF, 0x62].span, into: &data)
        let range = data.range()
        #expect(isMatch && range == 1..<4)
    }

    @Test("a pattern that does not compile says why and where") func errors() {
        #expect(throws: PatternError(pattern: "a(b", offset: 3, message: "missing closing parenthesis")) {
            _ = try Pattern("a(b")
        }
    }

    @Test("a pattern that tries too long is given up") func limits() throws {
        var data = MatchData(steps: 1000)
        let pattern = try Pattern("^(?:a|a+)+[bd]")
        let subject = [UInt8](repeating: 0x61, count: 40) + [0x63]
        #expect(throws: MatchError.limit) { _ = try pattern.firstMatch(in: subject.span, into: &data) }
    }
}
