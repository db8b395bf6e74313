import Foundation
import Testing

@testable import OctologCore

/// What the scripts' startups amount to, and which keys are believed.
private struct Belief: Equatable {
    /// Of each startup in the order of its container: how it ended, and the proof of it.
    var verdicts: [String] = []
    var keys: [String] = []
    var key: String?
    /// The version of the image that an upgrade would go on with.
    var version: String?
    /// The startups that are not among `verdicts`: whether each is marked as untrusted.
    var others: [String: Bool] = [:]

    /// Whether the same is believed, whatever else is told.
    func isLike(_ other: Belief) -> Bool {
        verdicts == other.verdicts && keys == other.keys && key == other.key && version == other.version
    }

    /// - Parameter startups: how many are looked at; all, if nil.
    init(_ run: Collector, startups: Int? = nil) {
        keys = run.recovery.trusted.map(\.fingerprint)
        key = run.key
        version = run.recovery.trusted.last.flatMap { run.recovery.setup(of: $0).version }
        // The logs have no frames: what is told of another container was made up.
        let own = "urn:octolog:input:-"
        for event in run.events {
            guard let number = event.origin.startup else { continue }
            let isLookedAt = event.source == own && startups.map { number <= $0 } ?? true
            switch event.payload {
            case .startupBegan(let began):
                if !isLookedAt { others["\(event.source) \(number)"] = !began.trusted }
            case .startupSucceeded, .startupFailed, .startupUnfinished:
                guard isLookedAt else { break }
                var verdict = "\(number) \(event.payload.type.shortName) \(event.evidence.map(\.text))"
                if case .startupFailed(let failed) = event.payload { verdict += " \(failed.rootCause.code)" }
                verdicts.append(verdict)
            default: break
            }
        }
    }
}

/// A log in which something else prints too.
private struct WovenLog {
    /// The lines of the case, with their ends.
    let lines: [String]
    /// The first place where what runs in the container can print.
    let ready: Int
    let startups: Int

    /// - Returns: nil where the log's last startup does not end well: then nothing runs any more.
    init?(_ item: Case) {
        // The service of the first images has no console to print to, log-grammar 2.1.
        let hasConsole = !(item.containers + [item.expected["era"] ?? ""]).contains { $0.contains("S0") }
        guard item.logs.count == 1, item.isPlain, hasConsole, !item.name.hasPrefix("forged-") else { return nil }
        lines = String(decoding: item.bytes(of: item.logs[0]), as: UTF8.self).split(whereSeparator: \.isNewline).map {
            "\($0)\n"
        }
        let events = analyze(lines.joined()).events
        let last = events.last { event in
            switch event.payload {
            case .startupSucceeded, .startupFailed, .startupUnfinished, .startupBegan, .containerStopped: true
            default: false
            }
        }
        guard let last, last.payload.type == .startupSucceeded, let line = last.evidence.last?.location.line else {
            return nil
        }
        (ready, startups) = (line, last.origin.startup ?? 0)
    }

    func woven(_ forged: [String], at place: Int) -> String {
        (lines[..<place] + forged.map { $0 + "\n" } + lines[place...]).joined()
    }
}

/// What whoever prints to a container's console can make octolog believe: docs/trust.md.
@Suite struct ForgeryTests {
    private static let cases = Case.all.filter { WovenLog($0) != nil }
    private static let seeds = ProcessInfo.processInfo.environment["OCTOLOG_FORGERY_SEEDS"].flatMap(Int.init) ?? 3

    @Test("there are logs to forge lines into") func thereAreCases() { #expect(Self.cases.count >= 25) }

    @Test(
        "lines that come after a startup change neither its verdict nor the key, and what they begin is untrusted",
        arguments: cases)
    func after(_ item: Case) throws {
        let log = try #require(WovenLog(item))
        let belief = Belief(analyze(log.lines.joined()), startups: log.startups)
        func holds(_ forged: [String], _ place: Int) -> Bool {
            let run = Belief(analyze(log.woven(forged, at: place)), startups: log.startups)
            return run.isLike(belief)
                && run.others.values.allSatisfy { $0 }
        }
        for seed in 0..<Self.seeds {
            var forger = Forger(
                seed: UInt64(seed) &* 7919 &+ UInt64(item.name.utf8.reduce(0) { $0 * 31 % 65521 + Int($1) }))
            let forged = forger.lines()
            let place = log.ready + forger.place(upTo: log.lines.count - log.ready)
            guard !holds(forged, place) else { continue }
            let smallest = Shrinker.smallest(forged, trials: 200) { !holds($0, place) }
            let run = Belief(analyze(log.woven(smallest, at: place)), startups: log.startups)
            Issue.record(
                "seed \(seed), line \(place): \(smallest.joined(separator: "\n"))\n\(run)\ninstead of \(belief)")
        }
    }

    @Test("what a command prints while the scripts configure is its output, whatever it says", arguments: cases)
    func output(_ item: Case) throws {
        let log = try #require(WovenLog(item))
        // The output of the command that shows the key is the one that is believed, and registrations are told by it.
        var isInside = false
        let places = log.lines.indices.filter { index in
            let line = log.lines[index]
            if line.contains("Executing command '") {
                isInside = !line.contains("show-master-key") && !line.contains(" register-")
            }
            return isInside && line.hasPrefix("VERBOSE: \t| ")
        }
        let belief = Belief(analyze(log.lines.joined()))
        func holds(_ forged: [String], _ place: Int) -> Bool {
            let run = Belief(analyze(log.woven(forged.map { "VERBOSE: \t| \($0)" }, at: place)))
            return run.isLike(belief)
                && run.others == belief.others
        }
        for seed in 0..<Self.seeds where !places.isEmpty {
            var forger = Forger(seed: UInt64(seed) &+ 1_000_003)
            let place = places[forger.place(upTo: places.count - 1)]
            let forged = forger.lines()
            guard !holds(forged, place) else { continue }
            let smallest = Shrinker.smallest(forged, trials: 200) { !holds($0, place) }
            let run = Belief(analyze(log.woven(smallest.map { "VERBOSE: \t| \($0)" }, at: place)))
            Issue.record(
                "seed \(seed), line \(place): \(smallest.joined(separator: "\n"))\n\(run)\ninstead of \(belief)")
        }
    }

    @Test("octolog's own events are passed over, wherever they stand and whatever wraps them", arguments: cases)
    func ownEvents(_ item: Case) throws {
        let log = try #require(WovenLog(item))
        let others = Case.all.filter { $0.logs.count == 1 && !$0.name.hasPrefix("forged-") }
        let frames: [(String) -> String] = [
            { $0 }, { "octopus_1  | \($0)" }, { "2018-07-02T11:20:54.123456789Z \($0)" },
            { "2018-07-02T11:20:54.123456789Z stdout F \($0)" },
        ]
        for (number, frame) in frames.enumerated() {
            var forger = Forger(seed: UInt64(number))
            let other = others[forger.place(upTo: others.count - 1)]
            let quoted = String(decoding: other.bytes(of: other.logs[0]), as: UTF8.self)
            let events = Forger.ownEvents(of: quoted.split(whereSeparator: \.isNewline).map(String.init))
            func holds(_ events: [String]) -> Bool {
                // Spread over the log, as a tool that runs beside it would write them.
                var woven: [String] = []
                for (index, line) in log.lines.enumerated() {
                    woven.append(frame(line))
                    woven += events[
                        events.count * index / log.lines.count..<events.count * (index + 1) / log.lines.count
                    ]
                    .map { frame($0) + "\n" }
                }
                return analyze(woven.joined()).story() == analyze(log.lines.map(frame).joined()).story()
            }
            guard !holds(events) else { continue }
            let smallest = Shrinker.smallest(events, trials: 100, { !holds($0) })
            Issue.record("frame \(number), events of \(other.name): \(smallest.joined(separator: "\n"))")
        }
    }

    @Test("events by themselves are no log") func eventsAlone() {
        for item in Case.all.prefix(12) {
            let lines = item.logs.flatMap { log in
                String(decoding: item.bytes(of: log), as: UTF8.self).split(whereSeparator: \.isNewline).map(String.init)
            }
            let types = analyze(Forger.ownEvents(of: lines).joined(separator: "\n")).events.map(\.payload.type)
            #expect(types == [.runStarted, .runFinished], "\(item.name)")
        }
    }

    @Test("a restart after Compose said that the container ended is trusted, and so is one of a container made anew")
    func trustedRestarts() throws {
        func trusted(_ log: String) -> [Bool] {
            analyze(log).events.compactMap { event in
                if case .startupBegan(let began) = event.payload { began.trusted } else { nil }
            }
        }
        let item = try #require(Case.all.first { $0.name == "server-2018.3.13-first-start" })
        let lines = String(decoding: item.bytes(of: item.logs[0]), as: UTF8.self).split(whereSeparator: \.isNewline)
        let compose = lines.map { "octopus_1  | \($0)\n" }.joined()
        #expect(trusted(compose + compose) == [true, false])
        #expect(trusted(compose + "octov1_octopus_1 exited with code 0\n" + compose) == [true, true])
        // What ends no line may be the container's own print.
        let glued = "octopus_1  | the last wordsoctopus_1 exited with code 0\n"
        #expect(trusted(compose + glued + compose) == [true, false])
        func journald(_ id: String) -> String {
            lines.map { line in
                let text = line.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(
                    of: "\"", with: "\\\""
                )
                .replacingOccurrences(of: "\t", with: "\\t")
                return
                    "{\"MESSAGE\":\"\(text)\",\"CONTAINER_NAME\":\"octopus\",\"CONTAINER_ID\":\"\(id)\",\"__REALTIME_TIMESTAMP\":\"1530530454000000\"}\n"
            }.joined()
        }
        #expect(trusted(journald("0123456789ab") + journald("0123456789ab")) == [true, false])
        #expect(trusted(journald("0123456789ab") + journald("ba9876543210")) == [true, true])
    }

    @Test("a startup that failed before its program ran leaves nobody who could print: the next one is trusted")
    func retries() throws {
        let item = try #require(Case.all.first { $0.name == "server-2018.3.13-failed-then-ok" })
        let began = item.run().events.compactMap { event in
            if case .startupBegan(let began) = event.payload { began.trusted } else { nil }
        }
        #expect(began == [true, true])
    }
}
