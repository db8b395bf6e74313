import Fleet
import Foundation
import Testing

/// Streams of events that the laws of `correlate` are held against, made once.
struct EventLines: Sendable {
    /// The events of a fleet's logs, in eight parts.
    let parts: [Data]
    /// All of them, one after another.
    var all: Data { Data(parts.joined()) }

    static let made = Result { try EventLines() }

    private init() throws {
        let folder = try FleetFolder(Fleet(containers: 80, seed: 5))
        var random = SplitMix64(seed: 5)
        let logs = folder.fleet.logs.map(\.path).shuffled(using: &random)
        var parts: [Data] = []
        for part in 0..<8 {
            try folder.write("list", logs.indices.filter { $0 % 8 == part }.map { logs[$0] })
            let result = try folder.shell("xargs octolog -q < list")
            #expect(result.code == 0, "\(result.err)")
            parts.append(result.data)
        }
        self.parts = parts
    }

    /// A registration, to be changed and written again.
    static func registration(_ change: (inout [String: Any], inout [String: Any]) -> Void) throws -> Data {
        let log = Tool.fixture("tentacle-3.22-two-containers-one-name/input.log")
        let event = try #require(
            try Tool.run([log]).events.first { $0["type"] as? String == "octolog.registration.observed.v1" })
        return try line(event, change)
    }

    /// An event with some of its fields changed, as a line.
    static func line(
        _ event: [String: Any], _ change: (inout [String: Any], inout [String: Any]) -> Void
    ) throws -> Data {
        var event = event
        var data = event["data"] as? [String: Any] ?? [:]
        change(&event, &data)
        event["data"] = data
        return try JSONSerialization.data(withJSONObject: event, options: [.withoutEscapingSlashes]) + [0x0A]
    }

    /// Two registrations of containers of their own under one name.
    static func pair(_ name: String) throws -> Data {
        let lines = try ["one", "two"].enumerated().map { i, container in
            try registration { event, data in
                event["id"] = String(repeating: "fade000\(i)", count: 4)
                event["source"] = "urn:octolog:container:\(container)"
                event["time"] = "2024-03-04T10:0\(i):00Z"
                event["correlationid"] = "fade\(i)"
                data["container"] = container
                data["name"] = name
                data["thumbprint"] = String(repeating: "AB\(i)", count: 13) + "C"
                data["host"] = "HOST\(i)"
                data["endpoint"] = "https://host\(i):10933/"
            }
        }
        return Data(lines.joined())
    }
}
