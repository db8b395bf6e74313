/// The startups of all containers on one axis of time: where each lies, from 0 to 1.
///
/// Long times in which nothing starts are cut short, so that a restart after a day does not squeeze the startups
/// into a line each.
struct Timeline {
    /// A startup.
    struct Bar {
        var startup: Int
        var range: ClosedRange<Double>
        var outcome: Report.Outcome
        var phases: [PhaseBar] = []
    }

    struct PhaseBar {
        var phase: Report.PhaseEntry
        var range: ClosedRange<Double>
    }

    enum MarkKind { case restart, registration, failure, stop }

    struct Mark {
        var kind: MarkKind
        var place: Double
        var sentence: String
    }

    /// A container that has times.
    struct Row {
        /// Its place among the report's containers.
        var container: Int
        var bars: [Bar] = []
        var marks: [Mark] = []
        /// Where its log has gaps.
        var gaps: [ClosedRange<Double>] = []
    }

    struct Tick {
        var place: Double
        var label: String
    }

    /// A time that was cut short.
    struct Break {
        var place: Double
        var seconds: Double
    }

    private(set) var rows: [Row] = []
    private(set) var ticks: [Tick] = []
    private(set) var breaks: [Break] = []
    /// Containers without times, and those for which there was no room.
    private(set) var withoutTime = 0
    private(set) var leftOut = 0
    private(set) var first: Timestamp?
    private(set) var last: Timestamp?

    /// How many containers have a row: those that failed first.
    static let maximum = 60

    init(_ report: Report) {
        let axis = Axis(report)
        guard let axis else {
            withoutTime = report.containers.count { !$0.startups.isEmpty }
            return
        }
        (first, last) = (axis.start, axis.end)
        for (index, container) in report.containers.enumerated().sorted(by: Self.isGraver) {
            let row = Self.row(index, container, report, axis)
            if row.bars.isEmpty {
                if !container.startups.isEmpty { withoutTime += 1 }
            } else if rows.count == Self.maximum {
                leftOut += 1
            } else {
                rows.append(row)
            }
        }
        ticks = axis.ticks
        breaks = axis.breaks
    }

    private static func isGraver(
        _ a: EnumeratedSequence<[Report.Container]>.Element, _ b: EnumeratedSequence<[Report.Container]>.Element
    ) -> Bool { (rank(a.element), a.offset) < (rank(b.element), b.offset) }

    private static func rank(_ container: Report.Container) -> Int {
        let counts = container.counts
        return counts.failed > 0 ? 0 : counts.unfinished > 0 ? 1 : 2
    }

    private static func row(
        _ index: Int, _ container: Report.Container, _ report: Report, _ axis: Axis
    ) -> Row {
        var row = Row(container: index)
        for (position, startup) in container.startups.enumerated() {
            guard let interval = startup.interval else { continue }
            let range = axis.place(interval.lowerBound)...axis.place(interval.upperBound)
            row.bars.append(
                Bar(
                    startup: position, range: range, outcome: startup.outcome,
                    phases: phases(of: startup, in: interval, axis)))
            if position > 0 {
                row.marks.append(Mark(kind: .restart, place: range.lowerBound, sentence: startup.heading))
            }
            for registration in startup.registrations {
                let time = startup.phases.last { $0.phase == .register }?.began
                row.marks.append(
                    Mark(
                        kind: .registration, place: time.map(axis.place) ?? range.upperBound,
                        sentence: registration.registrationSentence))
            }
            if let failure = startup.failure {
                row.marks.append(Mark(kind: .failure, place: range.upperBound, sentence: failure.sentence))
            }
            for stop in startup.stops where startup.failure == nil {
                guard let time = stop.time else { continue }
                row.marks.append(Mark(kind: .stop, place: axis.place(time), sentence: stop.sentence))
            }
        }
        for entry in report.gaps.entries where entry.container == container.name {
            guard let from = entry.gap.from, let to = entry.gap.to, from < to else { continue }
            row.gaps.append(axis.place(from)...axis.place(to))
        }
        return row
    }

    private static func phases(
        of startup: Report.Startup, in interval: ClosedRange<Timestamp>, _ axis: Axis
    ) -> [PhaseBar] {
        startup.phases.enumerated().compactMap { position, phase in
            guard let began = phase.began, interval.contains(began) else { return nil }
            let next = startup.phases[(position + 1)...].first { $0.began != nil }?.began
            var end = phase.durationSeconds.map { began.later(by: $0) } ?? next ?? interval.upperBound
            end = min(max(end, began), interval.upperBound)
            return PhaseBar(phase: phase, range: axis.place(began)...axis.place(end))
        }
    }
}

extension Report.Startup {
    /// From its first line to its end, as far as the log has times.
    var interval: ClosedRange<Timestamp>? {
        guard let start = began ?? phases.first(where: { $0.began != nil })?.began ?? lastTime else { return nil }
        return start...max(start, timeOfOutcome ?? start, lastTime ?? start)
    }
}

extension Report.Failure {
    /// Where and why, with the first line that proves it.
    var sentence: String {
        let place = phase.map { " in \($0.rawValue)" } ?? ""
        let proof = evidence.first.map { ". \($0.place.text): \($0.text)" } ?? ""
        return "failed\(place): \(cause.sentence)\(proof)"
    }
}

extension Timestamp {
    func later(by seconds: Double) -> Timestamp {
        let nanoseconds = Int64(exactly: (seconds * 1e9).rounded()) ?? 0
        return Timestamp(nanoseconds: self.nanoseconds.addingReportingOverflow(nanoseconds).partialValue)
    }
}
