/// Tells a run's events: numbers them within their source, holds back what comes too often, and counts.
struct Teller: Sendable {
    /// What the run amounts to so far.
    var totals = Totals()
    /// How many events each source had.
    private var sequences: [String: Int] = [:]
    private var throttle: Throttle?
    /// The name that was given to what is read.
    private let container: String?

    init(throttle: Throttle.Limit? = nil, container: String? = nil) {
        self.throttle = throttle.map(Throttle.init)
        self.container = container
    }

    /// Announces the run.
    ///
    /// - Parameter isResumed: whether earlier runs have read some of it.
    mutating func start(_ rules: RuleSet, inputs: [String], isResumed: Bool, into sink: inout some EventSink) {
        tell(
            .run(
                .runStarted(RunStarted(rules, inputs: inputs, isResumed: isResumed)),
                about: inputs.joined(separator: " "),
                container: container), into: &sink)
    }

    /// Tells of rules that were read again.
    ///
    /// - Parameter now: the rules in force.
    mutating func reload(_ reloaded: ReloadedRules, now: RuleSet, into sink: inout some EventSink) {
        let fields = RulesReloaded(reloaded, now: now)
        tell(
            .run(
                .rulesReloaded(fields), about: "\(fields.outcome.rawValue) \(fields.digest)", container: container,
                level: fields.outcome == .loaded ? .info : .medium), into: &sink)
    }

    /// - Parameter time: when it happened, as far as its log tells.
    mutating func send(_ event: consuming Event, at time: Timestamp?, into sink: inout some EventSink) {
        guard var throttle = self.throttle.take() else { return tell(event, into: &sink) }
        for summary in throttle.passed(event.source, time) { tell(summary, into: &sink) }
        if throttle.admits(event, at: time) {
            tell(event, into: &sink)
        } else {
            totals.note(suppressed: event)
            sink.suppressed(event)
        }
        while throttle.isFull { for summary in throttle.makeRoom() { tell(summary, into: &sink) } }
        self.throttle = throttle
    }

    /// Ends the run.
    mutating func finish(exitCode: Int, into sink: inout some EventSink) {
        for summary in throttle?.remaining() ?? [] { tell(summary, into: &sink) }
        let finished = RunFinished(totals, exitCode: exitCode)
        tell(
            .run(.runFinished(finished), about: "\(totals.lines) \(totals.bytes)", container: container), into: &sink)
        sink.inputDrained()
    }

    /// Leaves out an event that nobody asked for; it has its number all the same.
    mutating func skip(_ event: Event) { sequences[event.source, default: 0] += 1 }

    private mutating func tell(_ event: consuming Event, into sink: inout some EventSink) {
        func counted(_ number: inout Int) -> Int {
            number += 1
            return number
        }
        event.sequence = counted(&sequences[event.source, default: 0])
        totals.note(event)
        sink.receive(event)
    }
}
