/// The lines around those that a report cites, secrets masked: to be shown in their context.
///
/// Which lines are wanted is known once a log was read, so that it is read again for them. Without that the lines
/// that the events have are shown alone.
package struct Excerpts: Sendable {
    /// How many lines are shown before and behind one that is cited.
    private static let reach = 4
    /// How many lines are kept in all, and how much of one, in characters.
    private static let capacity = 8000
    private static let width = 400

    /// By input, the numbers of the lines that are wanted, and what they say once they were read.
    private var wanted: [String: Set<Int>] = [:]
    private var read: [String: [Int: String]] = [:]
    private var count = 0

    /// What is still missing of the line that is being read.
    private var line: [UInt8] = []
    private var number = 1

    /// The inputs of which lines are wanted.
    package var inputs: [String] { wanted.keys.sorted() }

    package init() {}

    /// - Parameter report: what cites the lines.
    package init(for report: Report) {
        for container in report.containers {
            for startup in container.startups { want(startup.failure?.evidence ?? []) }
        }
        for entry in report.findings.entries { want(Array(entry.evidence.prefix(2))) }
    }

    private mutating func want(_ evidence: [Evidence]) {
        // Lines of a compressed log are counted in what it holds, but no command shows them by number alone.
        for line in evidence where line.compression == nil {
            guard count < Self.capacity else { return }
            let range = max(1, line.location.line - Self.reach)...line.location.line + Self.reach
            let known = wanted[line.input, default: []].count
            wanted[line.input, default: []].formUnion(range)
            count += (wanted[line.input]?.count ?? 0) - known
        }
    }

    /// Takes in a piece of an input, masked.
    package mutating func take(_ bytes: Span<UInt8>, of input: String) {
        var start = 0
        while start < bytes.count {
            let end = LineEnds.next(in: bytes, from: start)
            if wanted[input]?.contains(number) == true, line.count <= 4 * Self.width {
                bytes.extracting(start..<end).withUnsafeBufferPointer {
                    line.append(contentsOf: $0.prefix(4 * Self.width))
                }
            }
            if end < bytes.count { endLine(of: input) }
            start = end + 1
        }
    }

    /// Ends an input.
    package mutating func end(_ input: String) {
        endLine(of: input)
        number = 1
    }

    private mutating func endLine(of input: String) {
        if wanted[input]?.contains(number) == true {
            if line.last == UInt8(ascii: "\r") { line.removeLast() }
            read[input, default: [:]][number] = Self.shortened(String(decoding: line, as: UTF8.self))
        }
        line.removeAll(keepingCapacity: true)
        number += 1
    }

    private static func shortened(_ text: String) -> String {
        text.count > width ? "\(text.prefix(width))…" : text
    }
}

/// Lines of an input that follow one another.
struct Excerpt {
    struct Line {
        var number: Int
        var text: String
        /// Whether it is one of those that prove something.
        var isProof: Bool
    }

    var input: String
    var lines: [Line]
    /// What shows the same, masked; nil where nothing does.
    var command: String?

    /// `input.log, lines 5 to 13`
    var title: String {
        let name = input == "-" ? "stdin" : input
        guard let first = lines.first?.number, let last = lines.last?.number, first < last else {
            return "\(name), line \(lines.first?.number ?? 0)"
        }
        return "\(name), lines \(first) to \(last)"
    }
}

extension Excerpts {
    /// The lines around some that prove something: those that touch each other are one excerpt.
    func around(_ evidence: [Evidence]) -> [Excerpt] {
        var excerpts: [Excerpt] = []
        var places: [String] = []
        for line in evidence where !places.contains(line.input) { places.append(line.input) }
        for input in places {
            let proofs = evidence.filter { $0.input == input }
            var lines: [Int: Excerpt.Line] = [:]
            for proof in proofs {
                for number in proof.location.line - Self.reach...proof.location.line + Self.reach {
                    guard let text = read[input]?[number], lines[number] == nil else { continue }
                    lines[number] = Excerpt.Line(number: number, text: text, isProof: false)
                }
            }
            for proof in proofs {
                // What the event says is masked as its record demands: it is never replaced by the line alone.
                lines[proof.location.line] = Excerpt.Line(
                    number: proof.location.line, text: Self.shortened(proof.text), isProof: true)
            }
            for line in lines.values.sorted(by: { $0.number < $1.number }) {
                if let last = excerpts.last, last.input == input, last.lines.last?.number == line.number - 1 {
                    excerpts[excerpts.count - 1].lines.append(line)
                } else {
                    excerpts.append(Excerpt(input: input, lines: [line]))
                }
            }
        }
        for position in excerpts.indices where read[excerpts[position].input] != nil {
            excerpts[position].command = Self.command(for: excerpts[position])
        }
        return excerpts
    }

    private static func command(for excerpt: Excerpt) -> String? {
        guard excerpt.input != "-", let first = excerpt.lines.first?.number, let last = excerpt.lines.last?.number
        else { return nil }
        return "octolog redact \(Shell.word(excerpt.input)) | sed -n '\(first),\(last)p'"
    }
}
