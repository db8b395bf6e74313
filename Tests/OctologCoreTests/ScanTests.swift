import CScan
import Testing

@testable import OctologCore

@Suite struct LineSignsTests {
    @Test("the last character before the = of what may be a key is found, whatever blank follows") func keys() {
        let signs = LineSigns(shorts: [])
        func find(_ text: String) -> Int? {
            let bytes = Array(text.utf8)
            let found = signs.first(in: bytes.span, from: 0)
            return found < bytes.count ? found : nil
        }
        let key = "RmFrZU1hc3RlcktleTAwMA=="
        for end in ["\n", "\r\n", " \r\n", "\t\n"] { #expect(find("x\n\(key)\(end)") == 23) }
        // In JSON the line ends before the string does.
        #expect(find(#"{"log":"\#(key)\r\n","stream":"stdout"}"#) == 29)
        #expect(find(#"{"MESSAGE":"\#(key)"}"#) == 33)
        #expect(find("RmFrZU1hc3RlcktleUZha2VNYXN0ZXJLZXkwMDAwMDA=\n") == 42)
        #expect(find("a = b\na=\n===========================\n") == nil)
        #expect(find(#"name=\"x\" b=c"#) == nil)
        #expect(find("\u{1B}[0m a = b") == 0)
    }

    @Test("a short literal is found at every place, and what has only its three rarest bytes is not") func shorts() {
        let signs = LineSigns(shorts: ["- name '", "- PASS: ", "|stderr|"].map { Array($0.utf8) })
        for before in 0..<70 {
            for text in ["- name '", "- PASS: ", "|stderr|"] {
                let bytes = Array((String(repeating: ".", count: before) + text + "...").utf8)
                #expect((before..<before + text.utf8.count).contains(signs.first(in: bytes.span, from: 0)))
            }
        }
        let others = Array("- nam 'PASS:|std| - name- PASS".utf8)
        #expect(signs.first(in: others.span, from: 0) == others.count)
    }

    @Test(
        "each kernel finds what plain code finds",
        arguments: [OCTOLOG_SSSE3, OCTOLOG_AVX2, OCTOLOG_AVX512].map(\.rawValue))
    func kernels(kernel: UInt32) {
        guard kernel <= Triples.best.rawValue else { return print("skipped: this processor has no such vectors") }
        var random = SystemRandomNumberGenerator()
        let shorts = ["- name '", "xx|stderr|", "a=="].map { Array($0.utf8) }
        let plain = LineSigns(shorts: shorts, kernel: OCTOLOG_PLAIN)
        let signs = LineSigns(shorts: shorts, kernel: octolog_kernel(kernel))
        let pieces = [
            "- name '", "password=", "pwd", "== ", "://a:b@", "=\n", "\u{1B}", "|stderr|", "\n", "API-KEY", "\0",
        ]
        for _ in 0..<300 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 0..<20, using: &random) {
                bytes += Array(pieces.randomElement(using: &random)?.utf8 ?? "".utf8)
                bytes += (0..<Int.random(in: 0..<40, using: &random)).map { _ in
                    .random(in: 0x20...0x7A, using: &random)
                }
            }
            var position = 0
            repeat {
                let expected = plain.first(in: bytes.span, from: position)
                #expect(signs.first(in: bytes.span, from: position) == expected, "\(bytes) from \(position)")
                position = expected + 1
            } while position < bytes.count
        }
    }

    @Test("bytes are counted alike by each kernel") func count() {
        for length in [0, 1, 15, 16, 31, 32, 33, 64, 9000, 40_000] {
            for step in [1, 2, 7, 40] {
                let bytes = (0..<length).map { UInt8($0 % step == 0 ? 0x0A : 0x61) }
                for kernel in [OCTOLOG_PLAIN, OCTOLOG_SSSE3, OCTOLOG_AVX2]
                where kernel.rawValue <= Triples.best.rawValue {
                    #expect(octolog_count(kernel, bytes, bytes.count, 0x0A) == bytes.count { $0 == 0x0A })
                }
            }
        }
    }
}

@Suite struct PrefilterTests {
    @Test("a literal is found at every position, long or short") func positions() {
        let texts = ["Executing command '", "- name '", "Twelve bytes", "eleven byte"]
        let prefilter = Prefilter(texts.map { Array($0.utf8) })
        for before in 0..<40 {
            for (number, text) in texts.enumerated() {
                let bytes = Array((String(repeating: ".", count: before) + text).utf8)
                var lookahead = Prefilter.Lookahead()
                #expect((before..<bytes.count).contains(prefilter.firstHit(in: bytes.span, from: 0, &lookahead)))
                var found: [Int] = []
                prefilter.collectLiterals(of: bytes.span, into: &found)
                #expect(Set(found) == [number])
            }
        }
        let other = Array("Executing commands".utf8)
        var lookahead = Prefilter.Lookahead()
        #expect(prefilter.firstHit(in: other.span, from: 0, &lookahead) == other.count)
    }

    @Test("no line that a rule matches is passed over between lines of no interest") func candidates() {
        let classifier = Classifier(.builtIn)
        for rule in RuleSet.builtIn.rules where !rule.anchors.contains(.onRequest) {
            for line in rule.matches {
                let bytes = Array("nothing here\nnor here\n\(line)\nand nothing\n".utf8)
                var lookahead = LineScanner.Lookahead()
                let hit = classifier.scanner.next(
                    in: bytes.span, from: 0, isTelling: rule.fact != .known, known: nil, &lookahead)
                #expect((22..<22 + line.utf8.count).contains(hit), "\(rule.id): \(line)")
            }
        }
    }

    @Test("a thousand rules more hide no line of the others, nor of their own") func many() {
        var literals = (0..<1000).map { Array("rule \($0) of many".utf8.prefix(8 + $0 % 9)) }
        literals.append(Array("Executing command '".utf8))
        let scanner = LineScanner(telling: literals, all: literals)
        for literal in literals {
            for before in [0, 3, 31, 100] {
                let bytes = Array(repeating: UInt8(ascii: "~"), count: before) + literal + Array("\n~~~\n".utf8)
                var lookahead = LineScanner.Lookahead()
                let hit = scanner.next(in: bytes.span, from: 0, isTelling: true, known: nil, &lookahead)
                #expect((before..<before + literal.count).contains(hit))
            }
        }
    }
}

@Suite struct DockersPartTests {
    private func firstPart(_ text: String) -> Int? {
        let bytes = Array(text.utf8)
        return JSONFrame.firstPart(in: bytes.span, from: 0, to: bytes.count)
    }

    @Test("a line that ends no message is found, whatever stands behind its message")
    func parts() {
        for decimals in ["", ".5", ".12345678", ".123456789"] {
            for others in ["", #","attrs":{"tag":"a \"stream\" of s"}"#] {
                let end = #"","stream":"stdout"\#(others),"time":"2018-07-02T09:15:01\#(decimals)Z"}"# + "\n"
                let (whole, part) = (#"{"log":"words\n"# + end, #"{"log":"words"# + end)
                #expect(firstPart(whole + part + whole) == whole.utf8.count)
                #expect(firstPart(#"{"log":"words\u000a"# + end + whole) == nil)
            }
        }
    }

    @Test("lines shorter than what ends one of Docker's are none")
    func shortLines() {
        for line in ["", "s", "xs", "xs23456789ab", "sssssssssssss", "\",\"s"] {
            #expect(firstPart(line + "\n") == nil)
            #expect(firstPart(line) == nil)
        }
    }
}
