import Foundation
import Testing

/// A log with the events and the chain that octolog made of it, in a folder of its own.
struct VerifiedLog: ~Copyable {
    let folder: TemporaryFolder
    let name: String
    let bytes: [UInt8]
    /// How the log is compressed: a program that reads stdin, or nothing.
    let compressor: String?
    /// The lines of evidence, each with its first byte and its end, its line end included.
    let evidence: [(line: Int, range: Range<Int>)]

    var log: String { folder.url.appending(path: name).path }
    var events: String { folder.url.appending(path: "events").path }
    var chain: String { folder.url.appending(path: "chain").path }

    init(_ fixture: String, compressor: String? = nil, options: String = "") throws {
        let folder = try TemporaryFolder()
        let root = folder.url.path
        let name = URL(filePath: fixture).lastPathComponent
        let bytes = [UInt8](try Data(contentsOf: Tool.package.appending(path: fixture)))
        try Self.write(bytes, "\(root)/\(name)", compressor)
        let made = try Tool.shell("octolog \(options) --chain \(root)/chain \(root)/\(name) > \(root)/events")
        #expect(made.err.isEmpty, "\(made.err)")
        var lines: [Int: Range<Int>] = [:]
        for event in try Tool.shell("cat \(root)/events").events {
            let data = event["data"] as? [String: Any]
            for line in data?["evidence"] as? [[String: Any]] ?? [] {
                guard let number = line["line"] as? Int, let offset = line["offset"] as? Int,
                    let length = line["length"] as? Int, length > 0
                else { continue }
                lines[number] = offset..<min(bytes.count, offset + length + 1)
            }
        }
        #expect(!lines.isEmpty)
        evidence = lines.sorted { $0.key < $1.key }.map { (line: $0.key, range: $0.value) }
        self.bytes = bytes
        self.name = name
        self.compressor = compressor
        self.folder = folder
    }

    private static func write(_ bytes: [UInt8], _ path: String, _ compressor: String?) throws {
        let text = URL(filePath: path)
        guard let compressor else {
            return try Data(bytes).write(to: text)
        }
        let result = try Tool.shell("\(compressor) > \(path)", input: Data(bytes))
        #expect(result.code == 0)
    }

    /// Puts another log in the place of the first.
    func replace(_ bytes: [UInt8]) throws { try Self.write(bytes, log, compressor) }

    func verify(_ options: String = "") throws -> Tool.Result {
        try Tool.shell("octolog verify \(events) --log \(log) \(options)")
    }

    /// What verify writes of each line, by the lines' numbers.
    static func lines(of result: Tool.Result) -> Set<Int> { numbers(in: result.out.split(separator: "\n")) }

    static func numbers(in lines: [Substring]) -> Set<Int> {
        Set(lines.compactMap { line in line.firstMatch(of: #/^[^:]*:(\d+): /#).flatMap { Int($0.1) } })
    }
}
