import Foundation
import Testing

@testable import OctologCore

/// Reads log after log with one set of compiled patterns: to compile them takes ten times as long as to read one.
private struct LogReader: ~Copyable {
    private var analyzer = Analyzer()
    private var redaction = Redaction()
    private var count = 0

    /// What `octolog redact` makes of a log.
    mutating func redacted(_ log: [UInt8], chunk: Int = .max) -> [UInt8] { redaction.text(of: log, chunk: chunk) }

    /// What one log's events are.
    mutating func events(of log: [UInt8], chunk: Int = .max) -> Collector {
        count += 1
        var collector = Collector()
        // Each log is an input of its own name, so that each is a container by itself where no frame names one.
        analyzer.read([["input-\(count).log"]], into: &collector) { _ throws(InputError) in
            MemorySource(log, chunk: chunk)
        } failed: { _, _ in
        }
        return collector
    }

    /// What is told at the end of the run.
    mutating func end() -> Collector {
        var collector = Collector()
        _ = analyzer.finish(exitCode: { _ in 0 }, into: &collector)
        return collector
    }
}

/// All that octolog says of a log, by where it says it.
///
/// - Parameter hasFormats: whether the formats of others are among them, the page and the metrics: they are the same
///   events in other words, whatever frame they were in.
private func outputs(of log: [UInt8], _ run: Collector, hasFormats: Bool) -> [String: [UInt8]] {
    var report = ReportBuilder()
    var inventory = Inventory()
    var text = TextFormat(.plain)
    var colours = TextFormat(TextLook(hasColour: true, drawing: .unicode))
    var lines = ""
    for event in run.events {
        report.receive(event)
        inventory.receive(event)
        lines += text.text(of: event) ?? ""
        lines += colours.text(of: event) ?? ""
    }
    var key = run.recovery.reason
    for found in run.recovery.all {
        key +=
            "\n\(found.fingerprint) \(found.container) \(found.evidence.input) \(run.recovery.warning(about: found) ?? "")"
    }
    let built = report.report
    var outputs: [String: [UInt8]] = [:]
    outputs["events"] = Array(run.ndjson.utf8)
    outputs["text"] = Array(lines.utf8)
    if hasFormats {
        outputs.merge(formats(of: run)) { $1 }
        outputs["metrics"] = metrics(of: run)
        outputs["page"] = ReportHTML.bytes(of: built, excerpts: Excerpts(for: built), inputs: [])
    }
    outputs["report text"] = Array(ReportText.text(of: built, look: TextLook(hasColour: true, drawing: .unicode)).utf8)
    outputs["report Markdown"] = Array(ReportMarkdown.text(of: built).utf8)
    outputs["report JSON"] = built.json()
    outputs["registrations"] = Array(inventory.table().utf8) + inventory.json()
    let compared = Comparison(good: built, bad: built)
    outputs["compare"] =
        Array(ComparisonText.text(of: compared, look: TextLook(hasColour: true, drawing: .unicode)).utf8)
        + compared.json()
    outputs["key's stderr"] = Array(key.utf8)
    outputs.merge(correlations(of: run)) { $1 }
    return outputs
}

private func metrics(of run: Collector) -> [UInt8] {
    var metrics = Metrics(run: "r")
    for event in run.events { metrics.note(event) }
    return metrics.text
}

/// The events in the formats of others.
private func formats(of run: Collector) -> [String: [UInt8]] {
    var writers = ["otlp": JSONWriter(), "ecs": JSONWriter(), "clef": JSONWriter()]
    var log = SARIFLog()
    var outputs: [String: [UInt8]] = [:]
    let end = Event.run(.runFinished(RunFinished(Totals(), exitCode: 0)), about: "")
    for event in run.events.filter({ $0.payload.type != .runFinished }) + [end] {
        OTLPFormat.write(event, to: &writers["otlp", default: JSONWriter()])
        ECSFormat.write(event, to: &writers["ecs", default: JSONWriter()])
        CLEFFormat.write(event, to: &writers["clef", default: JSONWriter()])
        log.receive(event) { outputs["sarif", default: []] += $0 }
    }
    return outputs.merging(writers.mapValues(\.bytes)) { $1 }
}

/// What is kept of a log's events from run to run, and what is said of those of many hosts.
private func correlations(of run: Collector) -> [String: [UInt8]] {
    var outputs: [String: [UInt8]] = [:]
    var correlation = EventCorrelation(isPartial: true)
    do {
        try correlation.read(MemorySource(run.ndjson.utf8), named: "events.ndjson")
    } catch {
        Issue.record("events can't be read back: \(error)")
    }
    #expect(correlation.foreignLines == 0 && correlation.eventLines == run.events.count)
    correlation.writePartial { outputs["correlate --partial", default: []] += $0 }
    var told = Collector()
    correlation.tell(inputs: ["events.ndjson"], exitCode: { _ in 0 }, into: &told)
    outputs["correlate"] = Array(told.ndjson.utf8)
    var correlator = Correlator(isBounded: true)
    for event in run.events { correlator.add(event) }
    KnownState().write(correlator.registrations) { outputs["state", default: []] += $0 }
    return outputs
}

/// What undoes the ways in which outputs write a text, so that a secret does not hide behind an escape.
private enum Reading {
    /// Without backslashes, entities and escape sequences.
    static func unescaped(_ text: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var i = 0
        let count = text.count
        while i < count {
            let byte = text[i]
            if byte == 0x5C, i + 1 < count {
                if let (scalar, length) = escaped(text, at: i + 1) {
                    result += Array(String(Character(scalar)).utf8)
                    i += 1 + length
                } else {
                    result.append(text[i + 1])
                    i += 2
                }
            } else {
                result.append(byte)
                i += 1
            }
        }
        return withoutColours(result)
    }

    /// `u003c` of JSON or `u{1b}` of our text.
    private static func escaped(_ text: [UInt8], at start: Int) -> (Unicode.Scalar, Int)? {
        guard start + 5 <= text.count, text[start] == UInt8(ascii: "u") else { return nil }
        let isBraced = text[start + 1] == UInt8(ascii: "{")
        let from = start + (isBraced ? 2 : 1)
        let digits = text[from..<min(text.count, from + (isBraced ? 6 : 4))].prefix { byte in
            (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
        }
        guard let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16),
            let scalar = Unicode.Scalar(value)
        else { return nil }
        return (scalar, digits.count + (isBraced ? 3 : 1))
    }

    static func withoutColours(_ text: [UInt8]) -> [UInt8] {
        guard text.contains(0x1B) else { return text }
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var i = 0
        while i < text.count {
            if text[i] == 0x1B, i + 1 < text.count, text[i + 1] == UInt8(ascii: "[") {
                i += 2
                while i < text.count, text[i] < 0x40 { i += 1 }
                i += 1
            } else {
                result.append(text[i])
                i += 1
            }
        }
        return result
    }

    /// The bytes that lists of numbers spell, as journald writes messages.
    static func numbers(_ text: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var number: Int?
        for byte in text {
            if (0x30...0x39).contains(byte) {
                number = (number ?? 0) * 10 + Int(byte - 0x30)
                if let value = number, value > 255 { number = nil }
            } else {
                if let number { result.append(UInt8(number)) }
                number = nil
                if byte != UInt8(ascii: ",") { result.append(0) }
            }
        }
        return result
    }
}

private func variable(_ name: String) -> String? { ProcessInfo.processInfo.environment[name] }

/// No secret of a log leaves octolog, spec 5.
///
/// Everything comes from seeds. To look at one case: `OCTOLOG_LAW_CASE=site/frame/seed swift test --filter
/// SecretLawTests`; with `OCTOLOG_LAW_KEEP=folder` its log and outputs are written there, secrets and all.
/// `OCTOLOG_LAW_SEED` is where a run's seeds begin, `OCTOLOG_LAW_CASES` how many random ones each site gets.
@Suite struct SecretLawTests {
    private static let firstSeed = variable("OCTOLOG_LAW_SEED").flatMap(UInt64.init) ?? 20_260_101
    private static let randomCases = variable("OCTOLOG_LAW_CASES").flatMap(Int.init) ?? 80
    private static let only = variable("OCTOLOG_LAW_CASE")

    /// Every frame by itself, then what chance brings.
    private static func cases(of site: PlantedSite) -> [LeakCase] {
        if let only { return LeakCase(name: only).map { $0.site.name == site.name ? [$0] : [] } ?? [] }
        var random = SeededRandom(
            seed: firstSeed
                ^ site.name.utf8.reduce(14_695_981_039_346_656_037) {
                    ($0 ^ UInt64($1)) &* 1_099_511_628_211
                })
        func seed() -> UInt64 { random.next() % 100_000_000 }
        let simple = LeakFrame.allCases.map { LeakCase(site, $0, seed: seed(), isSimple: true) }
        return simple
            + (0..<randomCases).map { _ in
                LeakCase(site, random.pick(LeakFrame.allCases), seed: seed(), isSimple: false)
            }
    }

    /// The outputs that have a piece of a secret.
    private static func leaks(
        of item: LeakCase, _ run: Collector, redacted: [UInt8]? = nil, isEnd: Bool = false
    ) -> [String] {
        let windows = item.windows
        var all = outputs(of: item.log, run, hasFormats: item.isSimple && [.plain, .ansi].contains(item.frame))
        if let redacted { all["redact"] = redacted }
        let needsReading = !windows.isPlain || item.frame == .ansi || item.frame == .composeColour
        if let folder = variable("OCTOLOG_LAW_KEEP"), only != nil {
            keep(item, all, in: isEnd ? "\(folder)/end" : folder)
        }
        return all.keys.sorted().filter { name in
            guard let text = all[name] else { return false }
            if !windows.found(in: text).isEmpty { return true }
            let plain = needsReading ? Reading.unescaped(text) : text
            if needsReading, !windows.found(in: plain).isEmpty { return true }
            if item.site.isStarred, !windows.found(in: SecretWindows.unstarred(plain)).isEmpty { return true }
            return item.frame == .journaldArrays && !windows.found(in: Reading.numbers(text)).isEmpty
        }
    }

    private static func keep(_ item: LeakCase, _ outputs: [String: [UInt8]], in folder: String) {
        let root = URL(filePath: folder)
        try? FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
        try? Data(item.log).write(to: root.appending(path: "input.log"))
        var places = item.label + "\n"
        for (name, bytes) in outputs {
            try? Data(bytes).write(to: root.appending(path: name))
            let bytes = item.windows.found(in: bytes).isEmpty ? Reading.unescaped(bytes) : bytes
            for window in item.windows.found(in: bytes) {
                let letters = (0..<6).reversed().map { UInt8(truncatingIfNeeded: window >> (8 * UInt64($0))) }
                guard let place = Data(bytes).firstRange(of: letters) else { continue }
                let around = bytes[max(0, place.lowerBound - 100)..<min(bytes.count, place.upperBound + 40)]
                let shown = "\(String(decoding: letters, as: UTF8.self)): \(String(decoding: around, as: UTF8.self))"
                places += "\(name): \(shown)\n"
            }
        }
        try? Data(places.utf8).write(to: root.appending(path: "leaks"))
    }

    @Test("no six bytes of a secret are in any output", arguments: PlantedSite.all)
    func nothingLeaves(_ site: PlantedSite) {
        var failures: [String] = []
        var reader = LogReader()
        let cases = Self.cases(of: site)
        for item in cases {
            #expect(!item.windows.isEmpty, "\(item.name) has no secret")
            let leaks = Self.leaks(
                of: item, reader.events(of: item.log, chunk: item.chunk),
                redacted: reader.redacted(item.log, chunk: item.chunk))
            if !leaks.isEmpty { failures.append("\(item.label) in \(leaks.joined(separator: ", "))") }
        }
        let end = reader.end()
        for item in cases where !Self.leaks(of: item, end, isEnd: true).isEmpty {
            failures.append("\(item.label) at the end")
        }
        let list = failures.prefix(12).map { "\n  \($0)" }.joined()
        if !failures.isEmpty { Issue.record("\(failures.count) of \(cases.count) logs leak: \(list)") }
    }

    @Test("each secret of a site is told, and as what it is, in every frame", arguments: PlantedSite.all)
    func secretsAreTold(_ site: PlantedSite) {
        var failures: [String] = []
        var reader = LogReader()
        let cases = Self.cases(of: site).filter(\.isSimple)
        for item in cases {
            let told = Set(Self.exposed(reader.events(of: item.log)).map(\.kind.rawValue))
            let missing = Set(item.planted.map(\.kind.rawValue)).subtracting(told)
            if !missing.isEmpty {
                failures.append(
                    "\(item.label): \(missing.sorted().joined(separator: ", ")); told: \(told.sorted().joined(separator: ", "))"
                )
            }
        }
        let list = failures.prefix(4).map { "\n  \($0)" }.joined()
        if !failures.isEmpty { Issue.record("\(failures.count) of \(cases.count) logs keep quiet: \(list)") }
    }

    /// Sites whose secrets only the lines around them tell.
    private static let needLines = [
        "server-s0b-shown-key", "server-s1-shown-key", "server-linux-shown-key", "pasted-kubectl-yaml",
    ]

    @Test(
        "a line by itself is masked where it says what it holds",
        arguments: PlantedSite.all.filter { !needLines.contains($0.name) })
    func linesAlone(_ site: PlantedSite) {
        var redactor = Redactor()
        var failures: [String] = []
        var count = 0
        for seed in 0..<Self.randomCases * 2 {
            let seed = Self.firstSeed &+ UInt64(seed)
            var secrets = LeakSecrets(seed: seed)
            for line in site.lines(&secrets) where line.isSecret.contains(true) {
                count += 1
                var windows = SecretWindows()
                for run in line.runs(secret: true) {
                    windows.insert(site.isStarred ? SecretWindows.unstarred(run) : run)
                }
                for run in line.runs(secret: false) { windows.remove(of: run) }
                let bytes = line.bytes
                let shown = Redactor.masked(bytes.span, redactor.exposures(in: bytes.span))
                let found = windows.found(in: site.isStarred ? SecretWindows.unstarred(shown) : shown)
                if !found.isEmpty {
                    failures.append("\(seed): \(Self.around(line))")
                }
            }
        }
        let list = failures.prefix(4).map { "\n  \($0)" }.joined()
        if !failures.isEmpty { Issue.record("\(failures.count) of \(count) lines are not masked whole: \(list)") }
    }

    /// The line from a little before its first secret on, without the secrets.
    private static func around(_ line: Marked) -> String {
        let text = line.replacingSecrets(with: "<SECRET>").text
        let parts = text.components(separatedBy: "<SECRET>")
        return parts[0].suffix(80) + "<SECRET>" + parts.dropFirst().joined(separator: "<SECRET>").prefix(60)
    }

    private static let masks = [
        "##########", "###########", "*****", "*******", "[password]", "[master-key sha256:1a2b3c4d]",
    ]

    @Test("a mask is no secret, and stays", arguments: PlantedSite.all.filter { !$0.isStarred })
    func masksStay(_ site: PlantedSite) {
        var reader = LogReader()
        var failures: [String] = []
        for mask in Self.masks {
            var places: Set<String> = []
            for seed in 0..<8 {
                var secrets = LeakSecrets(seed: Self.firstSeed &+ UInt64(seed))
                let lines = site.lines(&secrets)
                let text = lines.map { $0.replacingSecrets(with: mask).text + "\n" }.joined()
                let found = Self.exposed(reader.events(of: Array(text.utf8))).map(\.place)
                places.formUnion(found)
                if reader.redacted(Array(text.utf8)) != Array(text.utf8) { places.insert("redact of seed \(seed)") }
            }
            if !places.isEmpty {
                failures.append("\(mask): \(places.sorted().joined(separator: ", "))")
            }
        }
        let list = failures.map { "\n  \($0)" }.joined()
        if !failures.isEmpty { Issue.record("masks are told: \(list)") }
    }

    private static func exposed(_ run: Collector) -> [SecretExposed] {
        run.events.compactMap { event in
            if case .secretExposed(let exposed) = event.payload { exposed } else { nil }
        }
    }
}
