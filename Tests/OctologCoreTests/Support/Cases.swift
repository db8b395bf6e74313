import Foundation
import Testing

@testable import OctologCore

/// A folder of Fixtures/cases: logs, and what was expected of them before the code saw them.
struct Case: CustomTestStringConvertible, Sendable {
    var name: String
    var folder: URL
    /// The values of the file `expected`, by their keys.
    var expected: [String: String]
    /// What is expected of each container: its name, product, era, startups and root causes.
    var containers: [String] = []
    /// The logs in the order of the file `arguments`.
    var logs: [String]

    var testDescription: String { name }

    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Fixtures/cases")

    static let all: [Case] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? []
        return names.filter { !$0.hasPrefix(".") }.sorted().map(Case.init)
    }()

    init(_ name: String) {
        self.name = name
        folder = Self.root.appending(path: name)
        expected = [:]
        for line in Self.text(of: folder.appending(path: "expected")).split(separator: "\n") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            if line.hasPrefix("container:") { containers.append(value) }
            expected[String(line[..<colon])] = value
        }
        logs = Self.text(of: folder.appending(path: "arguments")).split(whereSeparator: \.isWhitespace).map(String.init)
    }

    private static func text(of url: URL) -> String { (try? String(contentsOf: url, encoding: .utf8)) ?? "" }

    func bytes(of log: String) -> [UInt8] { (try? Data(contentsOf: folder.appending(path: log))).map(Array.init) ?? [] }

    /// Cases of one container, told in detail.
    static let ofOneContainer = all.filter(\.containers.isEmpty)
    /// Cases of any image, told by containers.
    static let ofContainers = all.filter { !$0.containers.isEmpty }

    /// Whether its lines stand in no frame: what wraps lines does not colour what it puts before them.
    var isPlain: Bool {
        logs.allSatisfy { log in
            let text = String(decoding: bytes(of: log), as: UTF8.self)
            let frame = #/^(?:<\d+>|\d{4}-\d\d-\d\dT\S+Z |\[pod/|[\w-]+ +\| )/#.anchorsMatchLineEndings()
            return text.firstMatch(of: frame) == nil
        }
    }

    /// Whether no startup is expected to fail.
    var isHealthy: Bool {
        containers.isEmpty
            ? expected["root-cause"] == "none" && expected["startups"]?.contains("unfinished") == false
            : containers.allSatisfy { $0.hasSuffix("| none") && !$0.contains("unfinished") }
    }

    /// The secrets that stand in the logs.
    var secrets: [String] { (expected["secrets"] ?? "").split(separator: "\t").map(String.init) }
}

/// Bytes in memory, lent out in reads of a given size.
struct MemorySource: ByteSource {
    var bytes: ArraySlice<UInt8>
    var chunk: Int

    init(_ bytes: some Sequence<UInt8>, chunk: Int = .max) {
        self.bytes = Array(bytes)[...]
        self.chunk = chunk
    }

    mutating func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let part = bytes.prefix(min(chunk, buffer.count))
        buffer.copyBytes(from: part)
        bytes = bytes.dropFirst(part.count)
        return part.count
    }
}

extension Redaction {
    /// What it makes of a log.
    mutating func text(of log: [UInt8], chunk: Int = .max) -> [UInt8] {
        var text: [UInt8] = []
        read(["redacted.log"]) { _ throws(InputError) in
            MemorySource(log, chunk: chunk)
        } failed: { _, _ in
        } into: { part in
            part.withUnsafeBufferPointer { text.append(contentsOf: $0) }
        } drained: {
        }
        return text
    }
}

/// Keeps what it is given.
struct Collector: EventSink {
    var events: [Event] = []
    var recovery = KeyRecovery()
    var keys: [String: String] = [:]

    mutating func receive(_ event: Event) {
        events.append(event)
        recovery.receive(event)
    }

    mutating func recovered(_ secret: consuming Secret, _ key: RecoveredKey) {
        keys[key.fingerprint] = secret.reveal { String(decoding: $0, as: UTF8.self) }
        recovery.note(key)
    }

    /// The events as they are written.
    var ndjson: String {
        var writer = JSONWriter()
        for event in events { writer.line(event) }
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// What `octolog key` would print.
    var key: String? { recovery.trusted.last.flatMap { keys[$0.fingerprint] } }
}

/// Analyzes logs as the command does.
func analyze(
    _ logs: [(name: String, bytes: [UInt8])], chunk: Int = .max, options: Analyzer.Options = Analyzer.Options(),
    rules: RuleSet = .builtIn,
    failed: (String, InputError) -> Void = { Issue.record("\($0): \($1)") }
) -> Collector {
    var analyzer = Analyzer(rules: rules, options: options)
    var collector = Collector()
    analyzer.start(inputs: logs.map(\.name), into: &collector)
    let sets = options.container == nil ? logs.map { [$0.name] } : [logs.map(\.name)]
    analyzer.read(sets, into: &collector) { name throws(InputError) in
        MemorySource(logs.first { $0.name == name }?.bytes ?? [], chunk: chunk)
    } failed: {
        failed($0, $1)
    }
    _ = analyzer.finish(exitCode: { $0.isRecognised ? 0 : 4 }, into: &collector)
    return collector
}

func analyze(_ text: String, chunk: Int = .max) -> Collector { analyze([("-", Array(text.utf8))], chunk: chunk) }

extension Case {
    func run(chunk: Int = .max) -> Collector {
        analyze(logs.map { ("Fixtures/cases/\(name)/\($0)", bytes(of: $0)) }, chunk: chunk)
    }
}
