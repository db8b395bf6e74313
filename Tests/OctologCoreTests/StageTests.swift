import Testing

@testable import OctologCore

private func statement(_ line: String) -> (writer: Writers, time: String?, message: String) {
    let bytes = Array(line.utf8)
    let statement = Statement(bytes.span)
    return (statement.writer, statement.time?.text, String(decoding: bytes[statement.message], as: UTF8.self))
}

@Suite struct StatementTests {
    @Test("each writer is told by its prefix") func writers() {
        #expect(statement("VERBOSE: [2018-07-02T09:15:01] text") == (.verboseStamped, "2018-07-02T09:15:01Z", "text"))
        #expect(statement("[2018-10-02T09:15:01] text") == (.stamped, "2018-10-02T09:15:01Z", "text"))
        #expect(statement("VERBOSE: text") == (.verbose, nil, "text"))
        #expect(statement("VERBOSE: \t| text") == (.output, nil, "text"))
        #expect(statement("VERBOSE:\t| text ") == (.output, nil, "text"))
        #expect(statement("\t| text\r") == (.output, nil, "text"))
        #expect(statement("text | more") == (.bare, nil, "text | more"))
        #expect(statement("| text") == (.output, nil, "text"))
        #expect(statement("|text") == (.bare, nil, "|text"))
        #expect(statement("VERBOSE: \r") == (.verbose, nil, ""))
        #expect(statement("VERBOSE:") == (.verbose, nil, ""))
        #expect(statement("") == (.bare, nil, ""))
        #expect(statement("[not a time] text") == (.bare, nil, "[not a time] text"))
        #expect(
            statement("VERBOSE: [2018-07-02T09:15:01]  - name 'x'") == (
                .verboseStamped, "2018-07-02T09:15:01Z", "- name 'x'"
            ))
    }
}

@Suite struct TimestampTests {
    private func scan(_ text: String) -> String? {
        let bytes = Array(text.utf8)
        return Timestamp.scan(bytes.span, at: 0, end: bytes.count)?.0.text
    }

    @Test("a time is read and written alike") func roundTrip() {
        for text in ["1970-01-01T00:00:00Z", "2018-02-28T23:59:59Z", "2020-02-29T12:00:00Z", "2100-03-01T00:00:00Z"] {
            #expect(scan(text) == text)
        }
        #expect(scan("2018-07-02T09:15:01.5") == "2018-07-02T09:15:01.500000000Z")
    }

    @Test("what is no time is none") func invalid() {
        for text in [
            "2018-13-02T09:15:01", "2018-07-02 09:15:01", "2018-07-02T24:15:01", "9999-07-02T09:15:01", "2018-07-02",
        ] {
            #expect(scan(text) == nil)
        }
    }
}

@Suite struct LineEndsTests {
    @Test("line ends are counted, wherever they lie") func count() {
        for length in [0, 1, 31, 32, 33, 64, 9000] {
            for step in [1, 2, 7, 40] {
                let bytes = (0..<length).map { UInt8($0 % step == 0 ? 0x0A : 0x61) }
                #expect(LineEnds.count(in: bytes.span) == bytes.count { $0 == 0x0A })
            }
        }
    }
}

@Suite struct LineBufferTests {
    /// The regions of `bytes`, as `kind line offset length`.
    private func regions(_ bytes: [UInt8], chunk: Int) -> [String] {
        var source = DecodedSource(MemorySource(bytes, chunk: chunk))
        var buffer = LineBuffer(chunk: 1 << 16, isRaw: nil)
        var result: [String] = []
        var hasMore = true
        while hasMore {
            hasMore = (try? buffer.fill(from: &source)) == true
            buffer.drain(atEnd: !hasMore) { span, region in
                switch region.kind {
                case .lines: result.append("lines \(region.line) \(region.offset) \(span.count)")
                case .chunk: result.append("chunk \(region.line) \(region.offset) \(span.count)")
                case .window(let starts, let ends):
                    result.append("window \(starts) \(ends) \(region.line) \(region.offset) \(span.count)")
                }
                return LineEnds.count(in: span)
            }
        }
        return result
    }

    @Test("a line of a window's length is a line, a longer one comes in windows that overlap") func windows() {
        let window = LineBuffer.window
        let line = [UInt8](repeating: 0x61, count: window)
        #expect(regions(line + [0x0A], chunk: 1 << 16).last == "lines 1 0 \(window + 1)")
        let next = window - LineBuffer.overlap
        for chunk in [4095, 1 << 16, .max] {
            #expect(
                regions(line + [0x61, 0x0A, 0x62], chunk: chunk) == [
                    "window true false 1 0 \(window)", "window false true 1 \(next) \(LineBuffer.overlap + 1)",
                    "lines 2 \(window + 2) 1",
                ])
        }
    }
}

@Suite struct MasterKeyTests {
    @Test("base64 of 16, 24 and 32 bytes is a key, other text is none") func shapes() {
        func bits(_ text: String) -> Int? { MasterKey.bits(of: Array(text.utf8).span) }
        #expect(bits("5qJcW9E6B99teMmrOzaYNA==") == 128)
        #expect(bits("RmFrZU1hc3RlcktleUZha2VNYXN0ZXJL") == 192)
        #expect(bits("RmFrZU1hc3RlcktleUZha2VNYXN0ZXJLZXkwMDAwMDA=") == 256)
        for text in [
            "", "5qJcW9E6B99teMmrOzaYNA=", "5qJcW9E6B99teMmrOza=NA==", "5qJcW9E6B99teMmrOzaYN!==",
            "5qJcW9E6B99teMmrOzaYNAA=",
        ] {
            #expect(bits(text) == nil, "\(text)")
        }
    }
}

@Suite struct InvocationTests {
    @Test("a command line is parted into program, verb and options") func parse() {
        let line = Invocation(
            parsing:
                #"C:\Program Files\Octopus Deploy\Tentacle\Tentacle.exe register-worker --console --workerpool Default Worker Pool --workerpool B --space "My Space""#
        )
        #expect(line.executable == #"C:\Program Files\Octopus Deploy\Tentacle\Tentacle.exe"#)
        #expect(line.verb == "register-worker")
        #expect(line.values(of: "workerpool") == ["Default Worker Pool", "B"])
        #expect(line.value(of: "space") == "My Space")
        #expect(line.options.first?.value == nil)
    }
}
