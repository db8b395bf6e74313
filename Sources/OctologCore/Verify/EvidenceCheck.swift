/// Looks at the lines of events that the log does not show, to name those that are not as they were.
package struct EvidenceCheck: EventSink {
    private let records: [EventRecord]
    /// What is wrong with each where no line of it is.
    private let failures: [VerifyFailure]
    private let inputs: [String]
    private let framing: Framing?
    /// The lines of evidence that wait to be seen, by their places.
    private var waiting: [String: [(record: Int, evidence: Int)]] = [:]
    /// Those that events of the log have word for word.
    private var seen: Set<[Int]> = []

    /// - Parameters:
    ///   - check: what was found out so far.
    ///   - inputs: the run's inputs, in the order of their numbers.
    ///   - framing: the frame that lines have, if it is not to be found out.
    package init(of check: RunCheck, inputs: [String], framing: Framing?) {
        records = check.unmatched.map(\.record)
        failures = check.unmatched.map(\.failure)
        self.inputs = inputs
        self.framing = framing
        for (i, record) in records.enumerated() {
            for (j, line) in record.evidence.enumerated() { waiting[Self.place(line), default: []].append((i, j)) }
        }
    }

    package var isNeeded: Bool { !records.isEmpty }

    /// The lines to be read, by their inputs' numbers.
    package var lines: [Int: Set<Int>] {
        var lines: [Int: Set<Int>] = [:]
        for record in records {
            for line in record.evidence {
                guard let input = inputs.firstIndex(of: line.input) else { continue }
                lines[input + 1, default: []].insert(line.line)
            }
        }
        return lines
    }

    package mutating func receive(_ event: Event) {
        for line in event.evidence.map(EvidenceRecord.init) {
            for (i, j) in waiting[Self.place(line)] ?? [] where records[i].evidence[j] == line { seen.insert([i, j]) }
        }
    }

    private static func place(_ line: EvidenceRecord) -> String { "\(line.line) \(line.input)" }

    /// What is wrong with each of the events.
    ///
    /// - Parameter found: the lines as they are now, secrets masked.
    package func failures(_ found: [LinePlace: [UInt8]]) -> [VerifyFailure] {
        records.enumerated().map { i, record in
            for (j, line) in record.evidence.enumerated() where !seen.contains([i, j]) {
                if let failure = failure(record, line, found) { return failure }
            }
            return failures[i]
        }
    }

    private func failure(
        _ record: EventRecord, _ line: EvidenceRecord, _ found: [LinePlace: [UInt8]]
    ) -> VerifyFailure? {
        guard let input = inputs.firstIndex(of: line.input) else {
            return VerifyFailure(.line, record, at: line, problem: "the run read no such input")
        }
        guard let now = found[LinePlace(input: input + 1, line: line.line)] else {
            return VerifyFailure(.line, record, at: line, problem: "there is no such line now")
        }
        let message = message(of: now)
        guard !Self.says(now.span.text, line.text), !Self.says(message, line.text) else { return nil }
        var failure = VerifyFailure(.line, record, at: line, problem: "its line reads otherwise now")
        failure.shown = ShownLine.text(message, insteadOf: line.text)
        return failure
    }

    /// Whether a line holds what an event quotes of it.
    private static func says(_ line: String, _ text: String) -> Bool {
        var text = Array(text.utf8)
        let mark = Array("…".utf8)
        if text.count > 64, text.suffix(mark.count).elementsEqual(mark) { text.removeLast(mark.count) }
        let line = Array(line.utf8)
        guard let first = text.first else { return true }
        guard line.count >= text.count else { return false }
        return (0...line.count - text.count).contains { line[$0] == first && line[$0...].starts(with: text) }
    }

    /// What a line says without its frame.
    private func message(of line: [UInt8]) -> String {
        var framer = Framer(forced: framing)
        framer.begin(isRaw: false)
        guard let frame = framer.next(line.span) else { return line.span.text }
        let text = frame.isDecoded ? framer.takeDecoded() : line
        guard frame.message.upperBound <= text.count else { return line.span.text }
        return text.span.extracting(frame.message).text.trimmingLineEnd
    }
}

extension String {
    fileprivate var trimmingLineEnd: String {
        var text = self[...]
        while text.utf8.last == 0x0D { text = text.dropLast() }
        return String(text)
    }
}
