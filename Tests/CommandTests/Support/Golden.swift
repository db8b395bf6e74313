import Foundation
import Testing

/// A run whose events were read and kept.
struct Golden: Sendable, CustomTestStringConvertible {
    /// Its folder below Fixtures.
    let name: String
    var testDescription: String { name }

    private var folder: URL { Tool.package.appending(path: "Fixtures/\(name)") }
    var events: URL { folder.appending(path: "events.jsonl") }

    /// All that there are, in the order of their names.
    static let all: [Golden] = ["cases", "goldens"].flatMap { group in
        let root = Tool.package.appending(path: "Fixtures/\(group)")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? []
        return names.sorted().map { Golden(name: "\(group)/\($0)") }.filter { golden in
            // A golden that is new has its arguments alone.
            group == "goldens" || FileManager.default.fileExists(atPath: golden.events.path)
        }
    }

    /// octolog's arguments: those of a case are the names of its logs.
    func arguments() throws -> [String] {
        let arguments = try String(contentsOf: folder.appending(path: "arguments"), encoding: .utf8)
            .split(whereSeparator: \.isWhitespace).map(String.init)
        return name.hasPrefix("cases/") ? arguments.map { "Fixtures/\(name)/\($0)" } : arguments
    }

    func lines() throws -> [Substring] { try String(contentsOf: events, encoding: .utf8).split(separator: "\n") }
}
