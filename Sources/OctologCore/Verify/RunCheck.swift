/// Holds the events of a run, as they were written, against those that the log shows when it is read again.
///
/// Both come in nearly the same order: an event is looked for among those that wait, and what waits is bounded.
package struct RunCheck: EventSink {
    /// A line of events.
    package struct Line {
        package var place: EventPlace
        package var bytes: [UInt8]

        package init(place: EventPlace, bytes: [UInt8]) { (self.place, self.bytes) = (place, bytes) }
    }

    /// What was checked, and what could not be.
    package struct Counts: Sendable {
        package var events = 0
        package var evidence = 0
        /// Events whose inputs are not at hand.
        package var unchecked = 0
        /// Lines that are no events.
        package var foreign = 0
        package var failures = 0
        /// Events that came before, word for word.
        package var repeated = 0

        package init() {}
    }

    private let pull: () -> Line?
    private let earlier: ToldEarlier?
    private let isOpenEnded: Bool
    /// Inputs of the run that are not at hand.
    private let unknown: Set<String>
    private var writer = JSONWriter()
    /// The line that comes next, if it was read.
    private var ahead: Line?
    private var isDrained = false
    private var stored = Waiting()
    private var shown = Waiting()
    private var recent = Recent()
    private var start: EventRecord?
    private var end: EventRecord?
    private var shownStart: EventRecord?
    private var shownEnd: EventRecord?
    package private(set) var counts = Counts()
    package private(set) var failures: [VerifyFailure] = []
    /// Events that nothing of the log matches, to be looked at line by line.
    private(set) var unmatched: [(record: EventRecord, failure: VerifyFailure)] = []
    /// Events of the log that lack, of a run whose end is not there.
    package private(set) var missingOfCut = 0
    /// Events of the log that earlier runs may have told: not all of their events are there.
    package private(set) var untold = 0
    /// The events that hold, or are missed: the hashes of their lines, by those of their keys. Kept where a later run
    /// goes on.
    private(set) var held: [Int: Int]?
    /// The log's chain as it was, if the events have one.
    package private(set) var chain: ChainSummary?
    /// Whether the events were made by another version, or by other rules.
    package private(set) var madeBy: (version: String, isOtherRules: Bool)?

    /// More failures are counted, and not told.
    private static let most = 10_000
    /// Of more events that the log does not show the lines are not looked at.
    private static let mostUnmatched = 1_000

    /// - Parameters:
    ///   - unknown: the inputs that can't be read.
    ///   - earlier: what earlier runs told, where this one goes on with what they read.
    ///   - isRemembered: whether a later run may go on with what this one read.
    ///   - isOpenEnded: whether nobody knows how far the run read: it may lack what the logs show.
    ///   - pull: the next line of the run's events, blank ones left out; nil at its end.
    package init(
        unknown: Set<String>, earlier: ToldEarlier? = nil, isRemembered: Bool = false, isOpenEnded: Bool = false,
        pull: @escaping () -> Line?
    ) {
        self.unknown = unknown
        self.earlier = earlier
        self.isOpenEnded = isOpenEnded
        held = isRemembered ? [:] : nil
        self.pull = pull
    }

    /// Whether the run's last event is there.
    package var isWhole: Bool { end != nil }
    package var hasStart: Bool { start != nil }
    /// How many bytes the run read, by its own word.
    package var bytes: Int? { end?.value["data"]?["bytes"]?.integer }

    // MARK: Events of the log

    package mutating func receive(_ event: Event) {
        writer.removeAll()
        writer.line(event)
        let text = writer.bytes.dropLast()
        if event.payload.type == .runStarted {
            shownStart = Self.record(text)
        } else if event.payload.type == .runFinished {
            shownEnd = Self.record(text)
        } else {
            take(text, event)
        }
    }

    private mutating func take(_ text: ArraySlice<UInt8>, _ event: Event) {
        if stored.isEmpty, shown.isEmpty, let line = next() {
            if line.bytes[...] == text {
                let hash = EventRecord.hash(of: line.bytes.span)
                noteHolds(event.evidence.count, key: event.key, hash)
                recent.note(event.id, hash)
                return
            }
            ahead = line
        }
        if let earlier, earlier.hash(of: event.key) != nil, !stored.has(event.key) { return }
        guard let record = Self.record(text) else { return }
        while !stored.has(record.key), !stored.isFull, let line = next() { put(line) }
        if let other = stored.take(record.key) { return compare(other, record) }
        shown.put(record)
        while shown.isFull {
            if let lost = shown.takeFirst() { missing(lost) }
            if stored.isFull, let lost = stored.takeFirst() { notShown(lost) }
        }
    }

    private static func record(_ text: ArraySlice<UInt8>) -> EventRecord? {
        let bytes = Array(text)
        return EventRecord(bytes.span)
    }

    private mutating func next() -> Line? {
        if let line = ahead.take() { return line }
        guard !isDrained, let line = pull() else {
            isDrained = true
            return nil
        }
        return line
    }

    private mutating func put(_ line: Line) {
        guard let record = EventRecord(line.bytes.span, line.place) else {
            counts.foreign += 1
            return
        }
        if record.isStart {
            start = record
        } else if record.isEnd {
            end = record
        } else if let other = shown.take(record.key) {
            compare(record, other)
        } else if recent.hash(of: record.id) == record.hash || earlier?.hash(of: record.key) == record.hash {
            // Whoever passes events on may do so twice, and so may a run that was killed and resumed.
            counts.repeated += 1
        } else {
            stored.put(record)
        }
    }

    // MARK: Comparing

    private mutating func noteHolds(_ evidence: Int, key: String, _ hash: Int) {
        counts.events += 1
        counts.evidence += evidence
        held?[key.hashValue] = hash
    }

    private mutating func compare(_ record: EventRecord, _ shown: EventRecord) {
        noteHolds(record.evidence.count, key: record.key, record.hash)
        // Without all inputs a container's events may be fewer.
        let fields = record.differences(to: shown, besides: unknown.isEmpty ? [] : ["sequence"])
        recent.note(record.id, record.hash)
        guard !fields.isEmpty else { return }
        noteDiffers(record, shown, fields)
    }

    /// An event says something else than the log shows: by a line of evidence that is another now, if one is.
    private mutating func noteDiffers(_ record: EventRecord, _ shown: EventRecord, _ fields: [String]) {
        let index = record.evidence.indices.first { !shown.evidence.contains(record.evidence[$0]) }
        var failure = VerifyFailure(
            .event, record, at: index.map { record.evidence[$0] }, problem: "not what this log shows")
        failure.fields = fields
        guard let index, record.id != shown.id else { return fail(failure) }
        let then = record.evidence[index]
        guard let now = Self.successor(of: then, at: index, in: shown.evidence) else {
            return note(unmatched: record, or: failure)
        }
        failure.kind = .line
        failure.problem = then.problem(now)
        if then.text != now.text { failure.shown = ShownLine.text(now.text, insteadOf: then.text) }
        fail(failure)
    }

    /// What a line of evidence is now, among those of the event that took the place of its own.
    private static func successor(
        of line: EvidenceRecord, at index: Int, in lines: [EvidenceRecord]
    ) -> EvidenceRecord? {
        if lines.indices.contains(index), lines[index].text == line.text { return lines[index] }
        return lines.first { $0.input == line.input && $0.line == line.line }
    }

    private mutating func fail(_ failure: VerifyFailure) {
        counts.failures += 1
        if failures.count < Self.most { failures.append(failure) }
    }

    private mutating func missing(_ record: EventRecord) {
        guard !isDrained || isWhole, !isOpenEnded else { return missingOfCut += 1 }
        guard earlier?.isWhole != false else { return untold += 1 }
        // Once is enough.
        held?[record.key.hashValue] = record.hash
        fail(VerifyFailure(.missing, record, problem: "the log shows this event, and it is not there"))
    }

    private mutating func notShown(_ record: EventRecord) {
        counts.events += 1
        counts.evidence += record.evidence.count
        if !unknown.isEmpty, record.tells(of: unknown) {
            counts.unchecked += 1
        } else {
            note(unmatched: record, or: VerifyFailure(.invented, record, problem: "this log shows no such event"))
        }
    }

    /// - Parameter failure: what is wrong, if no line of evidence is.
    private mutating func note(unmatched record: EventRecord, or failure: VerifyFailure) {
        if unmatched.count < Self.mostUnmatched { unmatched.append((record, failure)) } else { fail(failure) }
    }

    // MARK: The end

    /// All of the log was read.
    package mutating func finish() {
        while let line = next() {
            put(line)
            if stored.isFull, let lost = stored.takeFirst() { notShown(lost) }
        }
        var (mine, theirs) = (stored.takeAll(), shown.takeAll())
        for hasLines in [true, false] { pair(&mine, &theirs, hasLines: hasLines) }
        for record in mine { notShown(record) }
        for record in theirs { missing(record) }
        finishRun()
    }

    /// Finds for events that nothing of the log matches those that tell the same of the same.
    private mutating func pair(_ mine: inout [EventRecord], _ theirs: inout [EventRecord], hasLines: Bool) {
        var like: [String: [Int]] = [:]
        for i in theirs.indices.reversed() { like[theirs[i].likeness(hasLines: hasLines), default: []].append(i) }
        var (left, used): ([EventRecord], Set<Int>) = ([], [])
        for record in mine {
            guard let i = like[record.likeness(hasLines: hasLines)]?.popLast() else {
                left.append(record)
                continue
            }
            used.insert(i)
            compare(record, theirs[i])
        }
        mine = left
        theirs = theirs.indices.filter { !used.contains($0) }.map { theirs[$0] }
    }

    /// What a run says of itself has to be so too, but for what the log does not tell.
    private mutating func finishRun() {
        if let data = end?.value["data"]?["chain"], let lines = data["lines"]?.integer,
            let head = data["head"]?.string, data["algorithm"]?.string == ChainSummary.algorithm
        {
            chain = ChainSummary(lines: lines, head: head)
        }
        if let start, let shownStart {
            let fields = start.differences(to: shownStart)
            let isOtherRules = fields.contains("data.rulesDigest") || fields.contains("data.rules")
            if isOtherRules || fields.contains("data.version") {
                madeBy = (start.value["data"]?["version"]?.string ?? "", isOtherRules)
            }
            note(start, shownStart, besides: ["data.version", "data.rules", "data.rulesDigest"])
        }
        guard let end, let shownEnd, unknown.isEmpty, !isOpenEnded else { return }
        note(end, shownEnd, besides: ["data.version", "data.exitCode", "data.commands", "data.chain"])
    }

    private mutating func note(_ record: EventRecord, _ shown: EventRecord, besides left: Set<String>) {
        guard unknown.isEmpty else { return }
        counts.events += 1
        let fields = record.differences(to: shown).filter { field in
            !left.contains { field == $0 || field.hasPrefix($0 + ".") || field.hasPrefix($0 + "[") }
        }
        guard !fields.isEmpty else { return }
        var failure = VerifyFailure(.event, record, problem: "not what this log shows")
        failure.fields = fields
        fail(failure)
    }
}

/// What earlier runs told, as far as it holds: a run that goes on with what they read passes over it.
package final class ToldEarlier {
    private var hashes: [Int: Int] = [:]
    /// What those runs read that began at the beginning.
    private var begun: Set<String> = []
    /// Whether the runs are there from the first one on that read what is read now.
    private(set) var isWhole = false

    package init() {}

    /// Takes note of what a run is about to read.
    ///
    /// - Parameter isResumed: whether earlier runs have read some of it.
    package func begin(_ inputs: [String], isResumed: Bool) {
        if !isResumed { begun.formUnion(inputs) }
        isWhole = inputs.contains(where: begun.contains)
    }

    /// Takes note of what a run told.
    package func add(_ check: RunCheck) { if let held = check.held { hashes.merge(held) { $1 } } }

    /// The hash of the line that an event was told in; nil if it was not.
    func hash(of key: String) -> Int? { hashes[key.hashValue] }
}

extension EvidenceRecord {
    /// What became of a line, as the end of a sentence.
    fileprivate func problem(_ now: EvidenceRecord) -> String {
        if text != now.text { return "its line reads otherwise now" }
        if line != now.line { return "its line is line \(now.line) now" }
        if offset != now.offset { return "its line is elsewhere now, at \(now.offset) and not at \(offset)" }
        return "its line is not as it was"
    }
}

/// The events that were matched last, by what tells whether one comes again.
private struct Recent {
    private var young: [String: Int] = [:]
    private var old: [String: Int] = [:]

    private static let most = 4096

    mutating func note(_ id: String, _ hash: Int) {
        young[id] = hash
        if young.count == Self.most { (old, young) = (young, [:]) }
    }

    func hash(of id: String) -> Int? { young[id] ?? old[id] }
}

/// Events that wait for their like, oldest first.
private struct Waiting {
    private var records: [String: EventRecord] = [:]
    private var order: [String] = []
    private var first = 0
    private var size = 0

    /// How much may wait, in bytes of the events as they are written.
    private static let limit = 4 << 20

    var isEmpty: Bool { records.isEmpty }
    var isFull: Bool { size > Self.limit }

    func has(_ key: String) -> Bool { records[key] != nil }

    mutating func put(_ record: EventRecord) {
        // An event that comes twice counts once, if it says the same.
        var key = record.key
        while records[key] != nil { key += "+" }
        records[key] = record
        order.append(key)
        size += record.size
    }

    mutating func take(_ key: String) -> EventRecord? {
        guard let record = records.removeValue(forKey: key) else { return nil }
        size -= record.size
        if records.isEmpty { (order, first) = ([], 0) }
        return record
    }

    mutating func takeFirst() -> EventRecord? {
        while first < order.count {
            first += 1
            if let record = take(order[first - 1]) { return record }
        }
        return nil
    }

    mutating func takeAll() -> [EventRecord] {
        var all: [EventRecord] = []
        while let record = takeFirst() { all.append(record) }
        return all
    }
}
