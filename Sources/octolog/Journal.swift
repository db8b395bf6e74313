import OctologCore

import Glibc

/// Which events of a run were told, for the state that it leaves; what an earlier run has told is not told again.
///
/// Of stdin nobody knows before it was read whether it is what the earlier run had read. Until then all that is new
/// waits here.
final class Journal: EventSink {
    private let writer: EventWriter
    /// What is read; nil where it can't be told whether that is the same another time, such as of a command.
    let ledger: Ledger?
    private(set) var told: ToldEvents
    /// What is new, as far as the exit code depends on it: what an earlier run has told, that run's exit code was for.
    private var news = Totals()
    /// Whether something was told that no state has.
    private(set) var isDirty = false
    /// What stdin has to begin with; nil once it has, or where nothing is known of it.
    private var expected: ReadFile?
    private var waiting: [Event] = []
    private let state: String

    /// More events don't wait: of the same stdin nearly all were told.
    private static let maximumWaiting = 10_000

    /// - Parameters:
    ///   - writer: writes the events.
    ///   - resumption: what is read again; nil where nobody can know.
    ///   - state: takes what is told, and has what was.
    init(_ writer: EventWriter, _ resumption: Resumption?, state: StateFile) {
        self.writer = writer
        ledger = resumption?.ledger()
        told = state.known?.told ?? ToldEvents()
        self.state = state.path
        expected = resumption?.stdin
        state.inputs = resumption?.inputs ?? []
        state.journal = self
    }

    /// Whether all was read again that the state knows of.
    var hasCaughtUp: Bool { expected == nil }

    func receive(_ event: Event) {
        // A run tells of itself each time.
        guard !event.isOfRun else { return writer.receive(event) }
        let id = event.id
        if told.contains(id) { return writer.retold(event) }
        var event = event
        event.keep(id: id)
        guard expected == nil else {
            waiting.append(event)
            if waiting.count > Self.maximumWaiting { refuse() }
            return
        }
        tell(event, id)
    }

    private func tell(_ event: Event, _ id: String) {
        writer.receive(event)
        news.count(event)
        told.note(id)
        isDirty = true
    }

    func suppressed(_ event: Event) {
        news.count(event)
        writer.suppressed(event)
    }

    /// What a run amounts to for its exit code.
    func newTotals(of totals: Totals) -> Totals {
        var totals = totals
        totals.failedStartups = news.failedStartups
        totals.highestLevel = news.highestLevel
        return totals
    }

    func began(_ file: BegunFile) { ledger?.note(file) }

    func inputRead(ofLog log: Int, _ totals: () -> Totals) {
        writer.inputRead(ofLog: log, totals)
        check()
    }

    func inputDrained() { writer.inputDrained() }

    /// All was read: what stdin should have begun with is there, or will never be.
    func finish() {
        check()
        // The next run reads it again.
        if expected != nil, Signals.received == nil { refuse() }
    }

    /// Lets the events go that waited, once stdin has turned out to be what it was.
    private func check() {
        guard let expected, let digest = ledger?.prefixOfStdin else { return }
        guard digest == expected.digest else { refuse() }
        self.expected = nil
        for event in waiting { tell(event, event.id) }
        waiting = []
    }

    private func refuse() -> Never {
        Diagnostics.say(StateError.otherLog("-", state: state).message)
        exit(Exit.incomplete.rawValue)
    }

    /// All that was told is in the output, as far as that is a file on the disk too.
    func sync() { writer.sync() }

    /// What others have told need not be told again.
    func merge(_ other: ToldEvents) { told.merge(other) }

    /// What was told is in the state.
    func noteSaved() { isDirty = false }
}
