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
    package var inputs: Set<String> { Set(wanted.keys) }

    /// The inputs that hold secrets, which are to be known in all others.
    package private(set) var exposing: Set<String> = []

    /// How the log was said to be framed, for the command that shows the lines.
    private let framing: Framing?

    /// - Parameters:
    ///   - report: what cites the lines.
    ///   - framing: how the log was said to be framed.
    package init(for report: Report, framing: Framing? = nil) {
        self.framing = framing
        for container in report.containers {
            let isText = container.framings.first != .raw && container.encoding ?? .utf8 == .utf8
            for startup in container.startups where isText { want(startup.failure?.evidence ?? []) }
        }
        for entry in report.findings.entries { want(Array(entry.evidence.prefix(2))) }
        for secret in report.secrets { exposing.formUnion(secret.places.map(\.input)) }
    }

    private mutating func want(_ evidence: [Evidence]) {
        // Lines of a compressed log are counted in what it holds.
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

    /// Forgets the lines that were read of an input, or of all.
    package mutating func forget(_ input: String? = nil) {
        if let input { read[input] = nil } else { read = [:] }
    }

    /// Changes each line that was read.
    package mutating func map(_ change: (String) -> String) {
        for (input, lines) in read { read[input] = lines.mapValues(change) }
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
            // A line that holds several messages, such as an API's answer, proves several things.
            let proofs = evidence.filter { $0.input == input }.sorted {
                ($0.location.line, $0.location.offset) < ($1.location.line, $1.location.offset)
            }
            var lines: [Int: [Excerpt.Line]] = [:]
            for proof in proofs {
                // What the event says is masked as its record demands: it is never replaced by the line alone.
                let line = Excerpt.Line(
                    number: proof.location.line, text: Self.shortened(proof.text), isProof: true)
                lines[proof.location.line, default: []].append(line)
            }
            for proof in proofs {
                for number in proof.location.line - Self.reach...proof.location.line + Self.reach {
                    guard lines[number] == nil, let text = read[input]?[number] else { continue }
                    lines[number] = [Excerpt.Line(number: number, text: text, isProof: false)]
                }
            }
            for line in lines.sorted(by: { $0.key < $1.key }).flatMap(\.value) {
                if let last = excerpts.last, last.input == input,
                    let number = last.lines.last?.number, line.number - number <= 1
                {
                    excerpts[excerpts.count - 1].lines.append(line)
                } else {
                    excerpts.append(Excerpt(input: input, lines: [line]))
                }
            }
        }
        for position in excerpts.indices where read[excerpts[position].input] != nil {
            excerpts[position].command = command(for: excerpts[position])
        }
        return excerpts
    }

    /// What shows the lines on a terminal; nil where the input's name can't be typed.
    private func command(for excerpt: Excerpt) -> String? {
        let name = excerpt.input
        guard name != "-", name.printable == name, let first = excerpt.lines.first?.number,
            let last = excerpt.lines.last?.number
        else { return nil }
        let option = framing.map { "--framing \($0.rawValue) " } ?? ""
        return
            "octolog redact \(option)\(name.hasPrefix("-") ? "-- " : "")\(Shell.word(name)) | sed -n '\(first),\(last)p'"
    }
}
