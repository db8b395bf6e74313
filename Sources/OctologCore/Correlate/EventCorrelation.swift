/// `octolog correlate`: the event streams of any number of hosts, and what they say together.
package struct EventCorrelation: ~Copyable {
    /// How many lines of what was read are no events of octolog's, and how many are.
    package private(set) var foreignLines = 0
    package private(set) var eventLines = 0
    /// The first line that is none, to be named.
    package private(set) var firstForeign: (input: String, line: Int)?
    /// What was read amounts to, and the findings once they are told.
    package var totals: Totals { teller.totals }
    private var teller: Teller

    /// How many registrations are known.
    package var registrations: Int { correlator.registrations.count }

    private var correlator = Correlator(isBounded: false)
    /// For a partial state: the events that causes are found by, as they were read, by their ids.
    private var kept: [String: [UInt8]]?

    /// - Parameters:
    ///   - isPartial: whether the state is to be written, to be read again.
    ///   - throttle: how often a container's findings may say the same.
    package init(isPartial: Bool, throttle: Throttle.Limit? = nil) {
        kept = isPartial ? [:] : nil
        teller = Teller(throttle: throttle)
    }

    /// Reads a stream of events, one a line, compressed or not, to its end.
    package mutating func read<Source: ByteSource & ~Copyable>(
        _ source: consuming Source, named input: String
    ) throws(InputError) {
        teller.totals.inputs += 1
        var count = 0
        defer { teller.totals.bytes += count }
        try LineReader.read(source, &count) { line, number, isWhole in
            teller.totals.lines += 1
            // No event that matters is longer than a window.
            if isWhole { note(line: line, input, number) } else { noteForeign(input, number) }
        }
    }

    private mutating func note(line: Span<UInt8>, _ input: String, _ number: Int) {
        switch EventLine(line) {
        case .blank: return
        case .foreign: noteForeign(input, number)
        case .other: noteEvent()
        case .event(let event):
            noteEvent()
            if kept != nil, CauseLinker.matters(event) { keep(Self.text(of: line), event.id) }
            correlator.add(event)
        }
    }

    private mutating func noteEvent() {
        eventLines += 1
        teller.totals.isRecognised = true
    }

    private mutating func noteForeign(_ input: String, _ number: Int) {
        foreignLines += 1
        if firstForeign == nil { firstForeign = (input, number) }
    }

    /// A line without the blanks around it.
    private static func text(of line: Span<UInt8>) -> [UInt8] {
        var (start, end) = (0, line.count)
        while start < end, Statement.isBlank(line[start]) || line[start] == 0x0D { start += 1 }
        while end > start, Statement.isBlank(line[end - 1]) || line[end - 1] == 0x0D { end -= 1 }
        return line.extracting(start..<end).array
    }

    /// Runs number events differently: of two lines of one event always the same is kept.
    private mutating func keep(_ line: [UInt8], _ id: String) {
        if let known = kept?[id], !line.lexicographicallyPrecedes(known) { return }
        kept?[id] = line
    }

    /// Writes the state, in pieces: what was read, as far as it matters, each event once and as briefly as can be.
    package func writePartial(_ body: ([UInt8]) -> Void) {
        correlator.registrations.writeLines(with: kept ?? [:], body)
    }

    /// Tells the findings, as the events of a run.
    package mutating func tell(inputs: [String], exitCode: (Totals) -> Int, into sink: inout some EventSink) {
        teller.start(.builtIn, inputs: inputs, isResumed: false, into: &sink)
        for finding in correlator.findings { teller.send(finding, at: finding.time, into: &sink) }
        sink.inputRead(ofLog: 0) { totals }
        teller.finish(exitCode: exitCode(totals), into: &sink)
    }
}
