/// The file of `--chain`: per line of the log sixteen digits of its digest, and the ends of the chains.
///
///     octolog chain 1
///     input 1 "server.log"
///     8f3a5c0e11d2b7a9
///     ...
///     end 1 64 <last link, 64 digits>
///     head <64 digits>
///
/// Inputs that are read side by side take turns: `input` says whose lines follow.
package struct ChainText {
    static let title = "octolog chain 1"

    /// The inputs in the order of their numbers, from 1.
    private let inputs: [String]
    /// What waits of each input.
    private var waiting: [Int: [UInt8]] = [:]
    /// Whose lines were written last.
    private var last = 0
    private var hasBegun = false

    /// How much waits before it is written, in bytes.
    private static let block = 16 << 10

    package init(inputs: [String]) { self.inputs = inputs }

    /// Adds what is kept of a line.
    ///
    /// - Returns: what is to be written; nothing most of the time.
    package mutating func add(_ digest: UInt64, of input: Int) -> [UInt8] {
        let digits = withUnsafeBytes(of: digest.bigEndian) { Array($0.hexadecimal.utf8) }
        waiting[input, default: []].append(contentsOf: digits)
        waiting[input]?.append(0x0A)
        guard let count = waiting[input]?.count, count >= Self.block else { return [] }
        return take(input)
    }

    /// Ends the file.
    package mutating func finish(_ recorder: ChainRecorder) -> [UInt8] {
        var text: [UInt8] = []
        for input in waiting.keys.sorted() { text += take(input) }
        text += beginning()
        for end in recorder.sortedEnds {
            if end.lines == 0 { text += head(of: end.number) }
            text += Array("end \(end.number) \(end.lines) \(end.link.hexadecimal)\n".utf8)
        }
        return text + Array("head \(recorder.summary.head)\n".utf8)
    }

    private mutating func take(_ input: Int) -> [UInt8] {
        guard let lines = waiting.removeValue(forKey: input), !lines.isEmpty else { return [] }
        return beginning() + (last == input ? [] : head(of: input)) + lines
    }

    private mutating func beginning() -> [UInt8] {
        defer { hasBegun = true }
        return hasBegun ? [] : Array("\(Self.title)\n".utf8)
    }

    private mutating func head(of input: Int) -> [UInt8] {
        last = input
        var name = JSONWriter(capacity: 64)
        name.string(inputs.indices.contains(input - 1) ? inputs[input - 1] : "")
        return Array("input \(input) ".utf8) + name.bytes + [0x0A]
    }
}

/// A file of `--chain`, read again: what its chains end with, and where each input's lines stand.
package struct ChainIndex {
    /// Why a file is none.
    package enum Fault: Error, Equatable {
        /// It does not begin as one does.
        case foreign
        /// It is of a later version.
        case version
        /// It has no end.
        case cut
        /// A line is neither of what it may be.
        case line(Int)

        package var message: String {
            switch self {
            case .foreign: "it is no chain that octolog wrote"
            case .version: "it is a chain of a version that this octolog does not know"
            case .cut: "it has no end: its run was cut off"
            case .line(let number): "line \(number) of it is none that octolog writes"
            }
        }
    }

    /// What a line of the log takes, in bytes.
    private static let width = 17

    /// A stretch of one input's lines.
    fileprivate struct Block {
        var offset: Int
        var lines: Int
    }

    private var blocks: [Int: [Block]] = [:]
    private var kept: [Int: DigestHash] = [:]
    private(set) var ends: [ChainEnd] = []
    /// The inputs' names by their numbers.
    package private(set) var names: [Int: String] = [:]

    /// What the chains end with.
    package var summary: ChainSummary {
        ChainSummary(lines: ends.reduce(0) { $0 + $1.lines }, head: ChainEnd.head(of: ends))
    }

    /// Reads the file once.
    ///
    /// - Parameter read: returns up to so many bytes at an offset; none at the end.
    package init(_ read: @escaping (_ offset: Int, _ count: Int) -> [UInt8]) throws(Fault) {
        var lines = ChainLines(read)
        guard let title = lines.next() else { throw .foreign }
        if title != Array(ChainText.title.utf8) {
            throw title.starts(with: "octolog chain ".utf8) ? .version : .foreign
        }
        var input = 0
        var number = 1
        var links: [(input: Int, lines: Int, link: [UInt8])] = []
        var isWhole = false
        while let line = lines.next() {
            number += 1
            if isWhole { throw .line(number) }
            if let digest = Self.digest(line), input > 0 {
                add(digest, to: input)
                continue
            }
            let words = String(decoding: line, as: UTF8.self).split(separator: " ", maxSplits: 2)
            if words.count == 3, words[0] == "input", let value = Int(words[1]), value > 0 {
                input = value
                names[value] = JSONValue(Array(words[2].utf8).span)?.string ?? ""
                blocks[value, default: []].append(Block(offset: lines.offset, lines: 0))
            } else if words.count == 3, words[0] == "end", let value = Int(words[1]), value > 0 {
                let rest = words[2].split(separator: " ")
                guard rest.count == 2, let count = Int(rest[0]), let link = Self.bytes(rest[1]) else {
                    throw .line(number)
                }
                input = 0
                links.append((value, count, link))
            } else if words.count == 2, words[0] == "head" {
                isWhole = true
            } else {
                throw .line(number)
            }
        }
        guard isWhole else { throw .cut }
        for (input, count, link) in links {
            let hash = kept[input] ?? DigestHash()
            guard count == self.lines(of: input) else { throw .cut }
            ends.append(ChainEnd(number: input, lines: count, link: link, kept: hash.value))
        }
    }

    private mutating func add(_ digest: UInt64, to input: Int) {
        kept[input, default: DigestHash()].add(digest)
        if let last = blocks[input]?.indices.last { blocks[input]?[last].lines += 1 }
    }

    /// How many lines an input has.
    package func lines(of input: Int) -> Int { blocks[input]?.reduce(0) { $0 + $1.lines } ?? 0 }

    /// What is kept of an input's lines, one after the other.
    struct Lines {
        private var blocks: ArraySlice<Block>
        /// Those of the first block that were read.
        private var digests: ArraySlice<UInt64> = []
        private var readLines = 0
        private let read: (Int, Int) -> [UInt8]

        fileprivate init(_ blocks: [Block], _ read: @escaping (Int, Int) -> [UInt8]) {
            self.blocks = blocks[...]
            self.read = read
        }

        mutating func next() -> UInt64? {
            while digests.isEmpty {
                guard let block = blocks.first else { return nil }
                let count = min(block.lines - readLines, 4096)
                guard count > 0 else {
                    blocks.removeFirst()
                    readLines = 0
                    continue
                }
                let text = read(block.offset + readLines * ChainIndex.width, count * ChainIndex.width)
                guard text.count == count * ChainIndex.width else { return nil }
                digests =
                    (0..<count).map {
                        let start = $0 * ChainIndex.width
                        return ChainIndex.digest(text[start..<start + ChainIndex.width - 1]) ?? 0
                    }[...]
                readLines += count
            }
            return digests.popFirst()
        }
    }

    func lines(of input: Int, _ read: @escaping (_ offset: Int, _ count: Int) -> [UInt8]) -> Lines {
        Lines(blocks[input] ?? [], read)
    }

    fileprivate static func digest(_ line: some Collection<UInt8>) -> UInt64? {
        guard line.count == 16 else { return nil }
        var value: UInt64 = 0
        for byte in line {
            guard byte.isHexadecimal else { return nil }
            value = value << 4 | UInt64(byte.isDigit ? byte - 0x30 : byte - 0x57)
        }
        return value
    }

    private static func bytes(_ digits: Substring) -> [UInt8]? {
        let digits = Array(digits.utf8)
        guard digits.count == 64 else { return nil }
        var bytes: [UInt8] = []
        for start in stride(from: 0, to: 64, by: 16) {
            guard let value = digest(digits[start..<start + 16]) else { return nil }
            withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
        }
        return bytes
    }
}

/// The lines of a text that is read in pieces.
private struct ChainLines {
    private let read: (Int, Int) -> [UInt8]
    private var piece: [UInt8] = []
    private var position = 0
    /// The place behind the line that was handed out last.
    private(set) var offset = 0

    private static let size = 64 << 10
    /// A line is no longer, in bytes: it has a name at most.
    private static let longest = 64 << 10

    init(_ read: @escaping (Int, Int) -> [UInt8]) { self.read = read }

    mutating func next() -> [UInt8]? {
        while true {
            if let end = piece[position...].firstIndex(of: 0x0A) {
                defer {
                    offset += end - position + 1
                    position = end + 1
                }
                return Array(piece[position..<end])
            }
            // A line that is too long, or has no end, is none.
            guard piece.count - position < Self.longest else { return nil }
            let more = read(offset + piece.count - position, Self.size)
            guard !more.isEmpty else { return nil }
            piece.removeFirst(position)
            position = 0
            piece += more
        }
    }
}
