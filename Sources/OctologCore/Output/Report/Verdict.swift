/// What the reader has to know first: a startup that failed or did not finish, or several that did so alike.
package struct Verdict: Sendable {
    /// The container's name.
    package var container: String
    package var outcome: Report.Outcome
    package var product: Product?
    /// The first and the last of the startups that ended so.
    package var first: Report.Startup
    package var last: Report.Startup
    package var count: Int
    /// Whether there may be more, which are not kept.
    package var isAtLeast: Bool
    /// The container's latest startup, where that is a later one.
    package var latest: Report.Startup?

    /// Whether the container started since.
    package var isOver: Bool { latest?.outcome == .succeeded }

    /// What to do about it.
    package var remedy: String {
        guard let failure = last.failure else {
            return
                "It may still be starting: read its log again. If it is not, mind that a pipe carries stdout only: docker logs NAME 2>&1"
        }
        return failure.cause.remedy
    }

    /// The code to look up with `octolog explain`.
    package var code: String? { last.failure?.cause.code }

    /// It all as a sentence or two.
    package var sentence: String {
        let text: String
        if let failure = last.failure {
            text =
                "\(subject) failed\(times)\(phase(failure.phase)) (\(when)): \(failure.cause.sentence)\(failure.cause.doubt)."
        } else {
            var missing = last.unfinished?.missing ?? ""
            if missing.hasSuffix(".") { missing.removeLast() }
            let never = missing.isEmpty ? "" : " What never came: \(missing)."
            text = "\(subject) did not finish\(times)\(phase(last.unfinished?.lastPhase)) (\(when)).\(never)"
        }
        guard let latest else { return text }
        let time = latest.timeOfOutcome.map { " (\($0.seconds))" } ?? ""
        switch latest.outcome {
        case .succeeded: return "\(text) Startup \(latest.number) succeeded later\(time)."
        case .failed, .unfinished: return text
        case .untold: return "\(text) How startup \(latest.number) ended\(time) the log does not tell."
        }
    }

    private var subject: String { container == "-" ? "stdin" : container }

    private var times: String { count == 1 && !isAtLeast ? "" : "\(isAtLeast ? " at least" : "") \(count) times" }

    private func phase(_ phase: Phase?) -> String { phase.map { " in \($0.rawValue)" } ?? "" }

    private var when: String {
        guard let start = first.timeOfOutcome else { return "at no known time" }
        // Where nothing tells when it ended, the last that is known is when something began.
        if count == 1, first.ended == nil { return "after \(start.seconds)" }
        guard count > 1, let end = last.timeOfOutcome else { return start.seconds }
        return "\(start.seconds) to \(end.seconds)"
    }
}

extension Report.Startup {
    /// When its outcome came about, as far as the log tells.
    package var timeOfOutcome: Timestamp? { ended ?? lastTime ?? began }

    /// The phase in which it ended; nil where it went well.
    package var lastPhase: Phase? { failure?.phase ?? unfinished?.lastPhase }

    /// Whether another startup ended for the same reason at the same place.
    func endedLike(_ other: Report.Startup) -> Bool {
        outcome == other.outcome && lastPhase == other.lastPhase
            && (kind == .skippedConfiguration) == (other.kind == .skippedConfiguration)
            && failure?.cause.code == other.failure?.cause.code
            && failure?.cause.container == other.failure?.cause.container
    }
}

extension RootCause {
    /// How sure the cause is, where it is not certain, as what follows the sentence.
    fileprivate var doubt: String {
        switch confidence {
        case .certain: ""
        case .likely: " (likely)"
        case .possible: " (the log does not say why)"
        }
    }

    /// The cause as a sentence without its stop.
    package var sentence: String {
        let detail = detail.map { ": \($0)" } ?? ""
        let said = container.map { ", said by \($0)" } ?? ""
        return title + detail + said
    }
}

extension Timestamp {
    /// RFC 3339 to the second: fractions are noise to a reader.
    package var seconds: String { "\(rfc3339.prefix("2018-07-02T09:15:01".count))Z" }
}

extension Report {
    /// One verdict for each way in which startups of a container did not succeed; what is not over comes first.
    package var verdicts: [Verdict] {
        let all = containers.flatMap(Self.verdicts(of:))
        func rank(_ verdict: Verdict) -> Int {
            (verdict.isOver ? 2 : 0) + (verdict.outcome == .failed ? 0 : 1)
        }
        return all.enumerated().sorted { (rank($0.element), $0.offset) < (rank($1.element), $1.offset) }
            .map(\.element)
    }

    private static func verdicts(of container: Container) -> [Verdict] {
        var verdicts: [Verdict] = []
        for startup in container.startups where startup.outcome == .failed || startup.outcome == .unfinished {
            let alike = verdicts.firstIndex { verdict in
                verdict.outcome == startup.outcome && verdict.last.lastPhase == startup.lastPhase
                    && verdict.code == startup.failure?.cause.code
                    && verdict.last.failure?.cause.container == startup.failure?.cause.container
            }
            if let alike {
                verdicts[alike].last = startup
                verdicts[alike].count += 1
            } else {
                verdicts.append(
                    Verdict(
                        container: container.name, outcome: startup.outcome, product: container.product,
                        first: startup, last: startup, count: 1,
                        isAtLeast: container.startupsLeftOut[startup.outcome] > 0))
            }
        }
        guard let latest = container.startups.last else { return verdicts }
        for i in verdicts.indices where verdicts[i].last.number < latest.number { verdicts[i].latest = latest }
        return verdicts
    }

    /// The first sentence of the report.
    package var headline: String {
        isInterrupted ? "INTERRUPTED, so of what was read: \(verdict)" : verdict
    }

    /// Whether a signal ended the reading.
    private var isInterrupted: Bool { finished.map { $0.exitCode > 128 } ?? false }

    private var verdict: String {
        let counts = counts
        let all = counts.all
        if counts.failed > 0 {
            let unfinished = counts.unfinished > 0 ? ", \(counts.unfinished) did not finish" : ""
            return all == 1
                ? "The startup failed." : "\(counts.failed) of \(Self.number(all, "startup")) failed\(unfinished)."
        }
        if counts.unfinished > 0 {
            return all == 1
                ? "The startup did not finish."
                : "No failed startup, but \(counts.unfinished) of \(Self.number(all, "startup")) did not finish."
        }
        if counts.succeeded > 0 {
            let started = containers.count { $0.startups.contains { $0.outcome == .succeeded } }
            return "No failed startup: \(Self.number(started, "container")) started."
        }
        return containers.contains { $0.product != nil } ? "No startup is in what was read." : nothingRecognised
    }

    /// What else is grave, though no startup failed of it; nil if nothing is.
    package var alsoGrave: String? {
        let findings = findings.entries.count { $0.level >= .high }
        let duplicates = duplicates.entries.count { $0.level >= .medium }
        let parts = [
            findings > 0 ? Self.number(findings, "grave finding") : nil,
            duplicates > 0 ? Self.number(duplicates, "duplicate registration") : nil,
        ].compactMap { $0 }
        return parts.isEmpty ? nil : "See below: \(parts.joined(separator: ", "))."
    }

    private var nothingRecognised: String {
        guard let finished else { return "Nothing was recognised." }
        guard finished.inputs > 0 else { return "There was nothing to read." }
        return finished.bytes == 0
            ? "The input is empty."
            : "Nothing in \(Self.number(finished.lines, "line")) was printed by an Octopus Deploy container."
    }

    /// `1 startup`, `2 startups`
    static func number(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
}

extension Report.Container {
    /// What is told of its startups: in full, or that they are like another.
    package enum Episode: Sendable {
        case startup(Report.Startup)
        /// Startups that ended as the one before them.
        case alike(first: Int, last: Int, Report.Startup)
        /// Startups that are not kept.
        case leftOut(Report.OutcomeCounts)
    }

    /// Its startups; of a row of equal ones the first and the last are told in full.
    package var episodes: [Episode] {
        var episodes: [Episode] = []
        var leftOut = startupsLeftOut.all > 0 ? startupsLeftOut : nil
        var position = 0
        while position < startups.count {
            let startup = startups[position]
            var end = position + 1
            while end < startups.count, startups[end].endedLike(startup),
                startups[end].number == startups[end - 1].number + 1
            {
                end += 1
            }
            episodes.append(.startup(startup))
            if end - position > 3 {
                let (first, last) = (startups[position + 1].number, startups[end - 2].number)
                episodes.append(.alike(first: first, last: last, startup))
                episodes.append(.startup(startups[end - 1]))
            } else {
                for startup in startups[position + 1..<end] { episodes.append(.startup(startup)) }
            }
            position = end
            // What was left out lies where the numbers have a hole.
            if let counts = leftOut,
                position == startups.count || startups[position].number > startups[position - 1].number + 1
            {
                episodes.append(.leftOut(counts))
                leftOut = nil
            }
        }
        return episodes
    }
}
