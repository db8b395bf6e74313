// What octolog reads besides logs: states, rules, events.

@testable import OctologCore
import RuleFile

/// Any bytes as a state: either they are none, or what is written of them is one that says the same.
func fuzzState(_ input: [UInt8]) {
    func written(_ state: KnownState) -> [UInt8] {
        var correlator = Correlator(isBounded: true)
        correlator.remember(state.events, isNews: false)
        var bytes: [UInt8] = []
        state.write(correlator.registrations) { bytes += $0 }
        return bytes
    }
    guard let state = try? KnownState(input.span) else { return }
    let first = written(state)
    do throws(KnownState.Misfit) {
        let second = written(try KnownState(first.span))
        require(first == second, "a state that is read and written stays as it is")
    } catch {
        fatalError("a state that was written can't be read: \(error.message)")
    }
}

/// Any bytes as a file of rules: either it has errors, each in a place of the file, or its rules can be used.
func fuzzRules(_ input: [UInt8]) {
    var book = RuleBook()
    book.add(input, file: "rules.yaml")
    book.finish()
    for fault in book.faults { require(!RuleReport.text(of: fault).isEmpty && fault.line > 0, "a fault has a place") }
    guard !book.hasErrors else { return }
    let set = RuleSet.builtIn.adding(book.rules)
    var trial = RuleTrial(set)
    for rule in book.rules.prefix(8) {
        guard let rule = set[rule.id] else { continue }
        _ = trial.misbehaviours(of: rule)
    }
}

/// Any bytes as events: what is kept of them is read back as it is.
func fuzzEvents(_ input: [UInt8]) {
    func kept(_ events: [UInt8], chunk: Int = .max) -> (state: [UInt8], foreign: Int, told: Int) {
        var correlation = EventCorrelation(isPartial: true)
        do throws(InputError) {
            try correlation.read(MemorySource(events, chunk: chunk), named: "events.ndjson")
        } catch {
            return ([], -1, 0)
        }
        var state: [UInt8] = []
        correlation.writePartial { state += $0 }
        var sink = Counter()
        correlation.tell(inputs: ["events.ndjson"], exitCode: { _ in 0 }, into: &sink)
        return (state, correlation.foreignLines, sink.count)
    }
    let first = kept(input)
    guard first.foreign >= 0 else { return }
    let pieces = kept(input, chunk: 1 + Int(input.first ?? 0) % 7)
    require(first == pieces, "events in pieces say the same")
    let second = kept(first.state)
    require(second.foreign == 0 && second.state == first.state, "what is kept of events is read back as it is")
}

private struct Counter: EventSink {
    var count = 0
    mutating func receive(_ event: Event) { count += 1 }
}
