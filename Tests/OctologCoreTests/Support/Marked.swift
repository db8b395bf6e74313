/// Text some bytes of which are secret. Written as a string literal with the secrets put in.
struct Marked: ExpressibleByStringInterpolation, Sendable {
    var bytes: [UInt8] = []
    /// For each byte, whether it belongs to a secret.
    var isSecret: [Bool] = []

    init() {}

    init(_ text: String, isSecret: Bool = false) {
        bytes = Array(text.utf8)
        self.isSecret = [Bool](repeating: isSecret, count: bytes.count)
    }

    init(stringLiteral text: String) { self.init(text) }

    init(stringInterpolation: StringInterpolation) { self = stringInterpolation.marked }

    struct StringInterpolation: StringInterpolationProtocol {
        var marked = Marked()

        init(literalCapacity: Int, interpolationCount: Int) {}
        mutating func appendLiteral(_ text: String) { marked += Marked(text) }
        mutating func appendInterpolation(_ text: String) { marked += Marked(text) }
        mutating func appendInterpolation(_ number: Int) { marked += Marked(number.description) }
        mutating func appendInterpolation(_ other: Marked) { marked += other }
    }

    static func += (a: inout Marked, b: Marked) {
        a.bytes += b.bytes
        a.isSecret += b.isSecret
    }

    static func + (a: Marked, b: Marked) -> Marked {
        var sum = a
        sum += b
        return sum
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The part of it between two bytes.
    subscript(range: Range<Int>) -> Marked {
        var part = Marked()
        part.bytes = Array(bytes[range])
        part.isSecret = Array(isSecret[range])
        return part
    }

    /// A secret as another notation writes it: still a secret, all of it.
    func written(_ notation: (String) -> String) -> Marked { Marked(notation(text), isSecret: true) }

    /// The stretches that are secret, or those that are not.
    func runs(secret: Bool) -> [[UInt8]] {
        var runs: [[UInt8]] = []
        var start = 0
        while start < bytes.count {
            var end = start
            while end < bytes.count, isSecret[end] == isSecret[start] { end += 1 }
            if isSecret[start] == secret { runs.append(Array(bytes[start..<end])) }
            start = end
        }
        return runs
    }

    /// The text with another in the place of each secret.
    /// Whether a few bytes stand here that write a character of a secret some other way, as `&amp;` and a quote doubled.
    private func isNotation(from start: Int) -> Bool {
        guard let next = isSecret[start...].firstIndex(of: true), next - start <= 6 else { return false }
        return !bytes[start..<next].contains { $0 <= 0x20 || $0 == UInt8(ascii: "=") }
    }

    func replacingSecrets(with mask: String) -> Marked {
        var result = Marked()
        var start = 0
        while start < bytes.count {
            var end = start
            while end < bytes.count, isSecret[end] == isSecret[start] || isSecret[start] && isNotation(from: end) {
                end += 1
            }
            result += isSecret[start] ? Marked(mask) : self[start..<end]
            start = end
        }
        return result
    }
}

/// How files and programs write a value.
enum Notation {
    static func json(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            // As Go does unless told otherwise.
            case "<": result += "\\u003c"
            case ">": result += "\\u003e"
            case "&": result += "\\u0026"
            default:
                if scalar.value < 0x20 {
                    let digits = String(scalar.value, radix: 16)
                    result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                } else {
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        return result
    }

    static func doubled(_ quote: String) -> (String) -> String {
        { $0.split(separator: quote, omittingEmptySubsequences: false).joined(separator: quote + quote) }
    }

    /// Between double quotes of YAML, or of a shell.
    static func backslashed(_ text: String) -> String {
        text.reduce(into: "") { result, letter in
            if letter == "\"" || letter == "\\" { result.append("\\") }
            result.append(letter)
        }
    }

    static func xml(_ text: String) -> String {
        text.reduce(into: "") { result, letter in
            switch letter {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: result.append(letter)
            }
        }
    }

    /// As a part of a URL.
    static func percent(_ text: String) -> String {
        text.utf8.reduce(into: "") { result, byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default: result += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
    }
}
