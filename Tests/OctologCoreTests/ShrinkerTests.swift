import Testing

@Suite struct ShrinkerTests {
    @Test("of a thousand lines the two that matter are left, and of those the letters that do") func log() {
        let log = (0..<1000).map { number in
            number == 71 ? "first: needle\n" : number == 803 ? "then the thread follows\n" : "line \(number)\n"
        }
        var trials = 0
        let smallest = Shrinker.smallest(log: Array(log.joined().utf8)) { log in
            trials += 1
            let text = String(decoding: log, as: UTF8.self)
            guard let needle = text.firstRange(of: "needle") else { return false }
            return text[needle.upperBound...].contains("thread")
        }
        #expect(String(decoding: smallest, as: UTF8.self) == "needlethread")
        #expect(trials < 500)
    }

    @Test("what can't be made smaller stays, and what needs nothing becomes nothing") func ends() {
        #expect(Shrinker.smallest([1, 2, 3]) { $0 == [1, 2, 3] } == [1, 2, 3])
        #expect(Shrinker.smallest([1, 2, 3]) { _ in true }.isEmpty)
        #expect(Shrinker.smallest([Int]()) { _ in true }.isEmpty)
    }

    @Test("a part that can't go without another stays with it") func together() {
        let smallest = Shrinker.smallest(Array("ab{cd}ef!")) { parts in
            parts.contains("!") && parts.contains("{") == parts.contains("}")
        }
        #expect(smallest == ["{", "}", "!"])
    }

    @Test("the law is tried no more often than allowed") func bounded() {
        var trials = 0
        _ = Shrinker.smallest(Array(0..<5000), trials: 50) { _ in
            trials += 1
            return false
        }
        #expect(trials == 50)
    }

    @Test("a broken law is told with the smallest log") func told() {
        withKnownIssue {
            expect("no line says no", of: Array("yes\nno\nyes\n".utf8)) {
                !String(decoding: $0, as: UTF8.self).contains("no")
            }
        } matching: { issue in
            issue.comments.contains { $0.rawValue == "no line says no: broken by \"no\"" }
        }
    }
}
