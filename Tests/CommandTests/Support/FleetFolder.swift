import Fleet
import Foundation
import Testing

/// A fleet's logs on disk, and the runs over them.
struct FleetFolder: ~Copyable {
    let fleet: Fleet
    let folder: TemporaryFolder

    init(_ fleet: Fleet) throws {
        let folder = try TemporaryFolder()
        for log in fleet.logs {
            let file = folder.url.appending(path: log.path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(log.bytes).write(to: file)
        }
        self.fleet = fleet
        self.folder = folder
    }

    /// Runs a line of shell in the folder, where the logs' paths are the fleet's.
    func shell(_ line: String, input: Data? = nil) throws -> Tool.Result {
        try Tool.shell("cd '\(folder.url.path)' && { \(line)\n}", input: input)
    }

    func write(_ name: String, _ lines: some Sequence<String>) throws {
        try Data(lines.map { $0 + "\n" }.joined().utf8).write(to: folder.url.appending(path: name))
    }

    func data(_ name: String) throws -> Data { try Data(contentsOf: folder.url.appending(path: name)) }

    /// Analyzes each log in a run of its own: `events/<number>.ndjson`.
    func analyzeEach() throws {
        let jobs = fleet.logs.enumerated().map { "\($0.offset) \($0.element.path)" }
        try write("jobs", jobs)
        let result = try shell(
            """
            mkdir -p events && xargs -P 2 -L 1 bash -c 'octolog -q "$1" > "events/$0.ndjson"' < jobs
            """)
        #expect(result.code == 0 && result.err.isEmpty, "\(result.err)")
    }

    /// Analyzes each host's logs in a run of its own: `hosts/<host>.ndjson`.
    func analyzeHosts() throws {
        let result = try shell(
            """
            mkdir -p hosts && ls logs | xargs -P 2 -I % bash -c 'octolog -q logs/% > hosts/%.ndjson'
            """)
        #expect(result.code == 0 && result.err.isEmpty, "\(result.err)")
    }
}

extension Tool.Result {
    /// The lines between the run's start and its end.
    var findings: [Substring] {
        out.split(separator: "\n").filter { !$0.contains(#""type":"octolog.run."#) }
    }
}
