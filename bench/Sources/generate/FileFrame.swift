/// The stream that a container printed a line to.
enum OutputStream: String {
    case stdout
    case stderr
}

/// How a log driver writes a container's lines to a file, log-grammar 11.
enum FileFrame: String {
    /// Docker's: `{"log":"...\n","stream":"stdout","time":"..."}`.
    case jsonFile = "json-file"
    /// containerd's, which the kubelet reads: `2016-10-06T00:17:09.669794202Z stdout F ...`.
    case cri

    /// Drivers write no more than this of a line at once, in bytes of the message.
    private static let partSize = 16_384

    /// Writes a line, in parts if it is long, each with its frame and line end.
    func write(_ line: ArraySlice<UInt8>, _ stream: OutputStream, time: [UInt8], to bytes: inout [UInt8]) {
        var rest = line
        repeat {
            let part = rest.prefix(Self.partSize)
            rest = rest.dropFirst(Self.partSize)
            switch self {
            case .jsonFile:
                bytes.append(contentsOf: #"{"log":""#.utf8)
                JSONEscape.write(part, to: &bytes)
                // All parts but the last lack the line's end.
                bytes.append(contentsOf: (rest.isEmpty ? #"\n","stream":""# : #"","stream":""#).utf8)
                bytes.append(contentsOf: stream.rawValue.utf8)
                bytes.append(contentsOf: #"","time":""#.utf8)
                bytes.append(contentsOf: time)
                bytes.append(contentsOf: #""}"#.utf8)
            case .cri:
                bytes.append(contentsOf: time)
                bytes.append(UInt8(ascii: " "))
                bytes.append(contentsOf: stream.rawValue.utf8)
                bytes.append(contentsOf: (rest.isEmpty ? " F " : " P ").utf8)
                bytes.append(contentsOf: part)
            }
            bytes.append(0x0A)
        } while !rest.isEmpty
    }
}

/// The times that a driver gives to lines: nanoseconds that follow the container's clock and never go back.
struct FrameClock {
    private var random: SplitMix64
    private var seconds = 0
    private var nanoseconds = 0

    init(seed: UInt64) { random = SplitMix64(seed: ~seed) }

    /// `2016-10-06T00:17:09.669794202Z`; zeros at the end of the fraction are cut, as Go's RFC3339Nano does.
    mutating func next(_ clock: Clock) -> [UInt8] {
        if clock.seconds != seconds {
            seconds = clock.seconds
            nanoseconds = random.below(100_000_000)
        } else {
            nanoseconds += random.below(max(1, (1_000_000_000 - nanoseconds) / 64))
        }
        var text = clock.stamp
        var rest = nanoseconds
        var digits = 9
        while digits > 0, rest % 10 == 0 {
            rest /= 10
            digits -= 1
        }
        if digits > 0 {
            text.append(UInt8(ascii: "."))
            var fraction = [UInt8](repeating: 0, count: digits)
            for i in fraction.indices.reversed() {
                fraction[i] = UInt8(ascii: "0") + UInt8(rest % 10)
                rest /= 10
            }
            text += fraction
        }
        text.append(UInt8(ascii: "Z"))
        return text
    }
}

/// How Docker escapes a message in its files, which is not how most write JSON.
enum JSONEscape {
    private static let digits = Array("0123456789abcdef".utf8)

    static func write(_ text: ArraySlice<UInt8>, to bytes: inout [UInt8]) {
        var i = text.startIndex
        while i < text.endIndex {
            let byte = text[i]
            if byte >= 0x80 {
                i += writeCharacter(text, at: i, to: &bytes)
                continue
            }
            i += 1
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case 0x0A: bytes.append(contentsOf: #"\n"#.utf8)
            case 0x0D: bytes.append(contentsOf: #"\r"#.utf8)
            case 0x00..<0x20, UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "&"):
                bytes.append(contentsOf: #"\u00"#.utf8)
                bytes += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            default: bytes.append(byte)
            }
        }
    }

    /// Writes what begins at `i` with a byte that is not ASCII.
    /// - Returns: how many bytes it was: those of a character, or one that is no UTF-8.
    private static func writeCharacter(_ text: ArraySlice<UInt8>, at i: Int, to bytes: inout [UInt8]) -> Int {
        let length = text[i] < 0xE0 ? 2 : text[i] < 0xF0 ? 3 : 4
        let character = text[i..<min(i + length, text.endIndex)]
        guard let decoded = String(validating: character, as: UTF8.self), decoded.unicodeScalars.count == 1 else {
            bytes.append(contentsOf: #"\ufffd"#.utf8)
            return 1
        }
        switch decoded {
        case "\u{2028}": bytes.append(contentsOf: #"\u2028"#.utf8)
        case "\u{2029}": bytes.append(contentsOf: #"\u2029"#.utf8)
        default: bytes.append(contentsOf: character)
        }
        return length
    }
}
