import Crypto

/// The hash chain over the lines of one input, as `octolog redact` writes them.
///
/// A line's digest is SHA-256 over a domain and the line with its line end; a link is SHA-256 over a domain, the link
/// before (32 zeros at first) and that digest. What is kept of a line is the first eight bytes of its digest.
struct LineChain {
    /// How many lines have ended.
    private(set) var lines = 0
    private var link = [UInt8](repeating: 0, count: 32)
    /// Over what is kept of the lines: it binds a chain's file to the chain.
    private var kept = DigestHash()
    private var line = Self.hash("line")
    /// Whether the line at hand has any bytes.
    private var isOpen = false
    /// How a line feed is written in the input.
    private let encoding: Encoding
    /// The place of the next byte in the input's text, modulo two: characters of UTF-16 begin at even ones.
    private var isOdd = false
    /// The last byte, where it is the first half of a character.
    private var half: UInt8 = 0

    init(_ encoding: Encoding) { self.encoding = encoding }

    /// Takes in more text.
    ///
    /// - Parameter ended: is handed what is kept of each line that ends.
    mutating func take(_ text: Span<UInt8>, _ ended: (UInt64) -> Void) {
        var start = 0
        while start < text.count {
            let end = self.end(of: text, from: start)
            let part = text.extracting(start..<(end ?? text.count))
            // unsafe: the part lives as long as the call.
            part.withUnsafeBytes { line.update(bufferPointer: $0) }
            isOpen = true
            guard let end else { return }
            ended(finishLine())
            start = end
        }
    }

    /// The input is at its end: the last line may lack its line end.
    mutating func finish(_ ended: (UInt64) -> Void) {
        if isOpen { ended(finishLine()) }
    }

    /// The index behind the first line feed at or after `start`.
    private mutating func end(of text: Span<UInt8>, from start: Int) -> Int? {
        guard encoding != .utf8 else {
            let lineFeed = LineEnds.next(in: text, from: start)
            return lineFeed < text.count ? lineFeed + 1 : nil
        }
        for i in start..<text.count {
            defer {
                half = text[i]
                isOdd.toggle()
            }
            guard isOdd else { continue }
            let unit = encoding == .utf16LE ? (text[i], half) : (half, text[i])
            if unit == (0, 0x0A) { return i + 1 }
        }
        return nil
    }

    private mutating func finishLine() -> UInt64 {
        let digest = Array(line.finalize())
        line = Self.hash("line")
        isOpen = false
        lines += 1
        var next = Self.hash("link")
        next.update(data: link)
        next.update(data: digest)
        link = Array(next.finalize())
        let short = digest.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        kept.add(short)
        return short
    }

    /// A hash in a domain of its own.
    static func hash(_ domain: String) -> SHA256 {
        var hash = SHA256()
        hash.update(data: Array("octolog/v1/chain/\(domain)\n".utf8))
        return hash
    }

    static func add(_ number: UInt64, to hash: inout SHA256) {
        withUnsafeBytes(of: number.bigEndian) { hash.update(bufferPointer: $0) }
    }

    /// What a finished chain amounts to.
    func end(ofInput number: Int) -> ChainEnd {
        ChainEnd(number: number, lines: lines, link: link, kept: kept.value)
    }
}

/// SHA-256 over what is kept of lines.
struct DigestHash {
    private var hash = LineChain.hash("kept")

    mutating func add(_ digest: UInt64) { LineChain.add(digest, to: &hash) }

    var value: [UInt8] { Array(hash.finalize()) }
}

/// The end of an input's chain.
struct ChainEnd: Equatable {
    /// The input's number in the order in which inputs are read, from 1.
    var number: Int
    var lines: Int
    /// The last link.
    var link: [UInt8]
    /// SHA-256 over what is kept of all lines.
    var kept: [UInt8]

    /// The head of the chains of all inputs, in the order of their numbers.
    static func head(of ends: [ChainEnd]) -> String {
        var hash = LineChain.hash("head")
        for end in ends {
            LineChain.add(UInt64(end.number), to: &hash)
            LineChain.add(UInt64(end.lines), to: &hash)
            hash.update(data: end.link)
            hash.update(data: end.kept)
        }
        return hash.finalize().hexadecimal
    }
}

extension Sequence<UInt8> {
    /// Two digits a byte, in lower case.
    var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}

/// `chain` of `run.finished`: what the hash chain over the redacted lines ends with.
package struct ChainSummary: Sendable, Equatable, Fields {
    package var lines: Int
    package var head: String

    /// Over which lines, and how: the version is part of the name.
    static let algorithm = "sha256-redacted-lines-1"

    func visit(_ visitor: inout some FieldVisitor) {
        visitor.required("algorithm", Self.algorithm, "How it is made", allowed: [Self.algorithm])
        visitor.required("lines", lines, "How many lines it is over")
        visitor.required("head", head, "What it ends with, 64 digits: another line anywhere makes it another")
    }

    static let sample = ChainSummary(lines: 0, head: "")
}
