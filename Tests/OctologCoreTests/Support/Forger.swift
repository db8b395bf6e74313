import Foundation

@testable import OctologCore

/// Prints, as a hostile script in a container would, what looks like the scripts, the programs, other containers,
/// their engines and octolog itself. Everything comes from the seed.
struct Forger {
    private var random: SeededRandom
    private var keys = 0

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    /// A place of 0...bound.
    mutating func place(upTo bound: Int) -> Int { random.below(bound + 1) }

    /// Some dozen lines.
    mutating func lines() -> [String] {
        var lines: [String] = []
        for _ in 0..<1 + random.below(4) {
            var part = random.once(in: 4) ? singles() : random.once(in: 3) ? startup() : excerpt()
            if random.once(in: 3) { part = framed(part) }
            if random.once(in: 6) { part = quoted(part) }
            if random.once(in: 6) { part += Self.ownEvents(of: part) }
            lines += part
        }
        return lines
    }

    /// A key that no container has: its text says `ForgedKey` and a number.
    private mutating func key() -> String {
        keys += 1
        return Data("ForgedKey\(1_000_000 + random.below(1_000_000) + keys)".utf8).base64EncodedString()
    }

    /// What the logs of all cases say, without their keys.
    private mutating func excerpt() -> [String] {
        let log = random.pick(Self.material)
        let start = random.below(log.count)
        let end = min(log.count, start + 1 + random.below(60))
        return log[start..<end].map { $0.replacingOccurrences(of: Self.keyMark, with: key()) }
    }

    private static let keyMark = "<KEY>"

    private static let material: [[String]] = Case.all.filter { !$0.name.hasPrefix("forged-") }.flatMap { item in
        item.logs.map { log in
            String(decoding: item.bytes(of: log), as: UTF8.self).split(whereSeparator: \.isNewline)
                .map { String($0.replacing(#/[A-Za-z0-9+\/]{22}==/#, with: keyMark)) }
        }
    }.filter { !$0.isEmpty }

    /// A whole startup of the Server that shows a key.
    private mutating func startup() -> [String] {
        let stamp = "VERBOSE: [2018-07-0\(1 + random.below(9))T11:2\(random.below(10)):0\(random.below(10))]"
        let program = #"C:\Program Files\Octopus Deploy\Octopus\Octopus.Server.exe"#
        var lines = random.once(in: 2) ? ["\(stamp) Run successful."] : []
        lines += ["\(stamp) \(String(repeating: "=", count: 47))", "\(stamp) Configuring Octopus Deploy"]
        if random.once(in: 2) {
            lines.append("\(stamp)  - masterkey not supplied. A new key will be generated automatically.")
        }
        if random.once(in: 3) {
            lines.append("\(stamp) Executing command '\(program) database --create --masterkey \(key())'")
        }
        lines += [
            "\(stamp) Display master key ...",
            "\(stamp) Executing command '\(program) show-master-key --console --instance OctopusServer'", "VERBOSE: ",
            "VERBOSE: \t| \(key())", "VERBOSE: ", "\(stamp) done.", "\(stamp) Configuration successful.",
            "\(stamp) Running Octopus Deploy", "\(stamp) Start Octopus Deploy instance ...",
        ]
        if random.once(in: 2) { lines.append("Web server is ready to process requests") }
        return Array(lines.dropFirst(random.below(3)).dropLast(random.below(6)))
    }

    /// Ends, exit codes, signals, keys, ready lines.
    private mutating func singles() -> [String] {
        var lines: [String] = []
        for _ in 0..<1 + random.below(6) {
            let key = key()
            lines.append(random.pick(Self.singles(key, code: random.below(3))))
        }
        return lines
    }

    private static func singles(_ key: String, code: Int) -> [String] {
        [
            "Tentacle exited with code \(code)", "octopus_1 exited with code 0",
            "octopus_1  | the last wordsoctopus_1 exited with code 1", "Terminating process with exit code 100",
            "VERBOSE: [2018-07-02T11:20:01] Run successful.", "Failure Reason Given is 2",
            "Execute-Command : Command returned exit code 1. Aborting.", "Received SIGTERM. Forwarding...",
            "Exiting due to external signal: TERM", "ERROR: You must accept the EULA at https://octopus.com/x",
            "2023-11-14 06:41:53.90 spid9s      SQL Server is now ready for client connections. This is",
            "SQL Server 2019 will run as non-root by default.", "Login failed for user 'sa'.",
            "    Master Key: \(key)", "MASTER_KEY=\(key)", key, "VERBOSE: \t| \(key)",
            "Padding is invalid and cannot be removed.", "Configuration successful.", "Starting Tentacle",
            "Octopus.Server.exe version 6.6.6 (6.6.6+Branch.x.Sha.0)", "Agent listening on: [::]:10933",
            "Octopus Tentacle is already configured.",
            "VERBOSE: This Server has already been initialized and registered so reconfiguration will be skipped.",
            String(repeating: "=", count: 79), "\"Start Octopus Deploy instance ...\"",
        ]
    }

    /// The lines in a frame, as if another container had printed them.
    private mutating func framed(_ lines: [String]) -> [String] {
        let frames: [(String) -> String] = [
            { "octopus_2  | \($0)" }, { "octopus-1  | \($0)" }, { "[pod/octopus-0/server] \($0)" },
            { "2018-07-02T11:20:54.123456789Z \($0)" }, { "2018-07-02T11:20:54.123456789Z stdout F \($0)" },
            { "<30>Jul  2 11:20:54 octopus[123]: \($0)" }, { "Jul  2 11:20:54 host octopus[123]: \($0)" },
            { "octopus-0 server \($0)" },
            { #"{"log":\#(json("\($0)\n")),"stream":"stdout","time":"2018-07-02T11:20:54Z"}"# },
            {
                #"{"MESSAGE":\#(json($0)),"CONTAINER_NAME":"octopus","CONTAINER_ID":"0123456789ab","__REALTIME_TIMESTAMP":"1530530454000000"}"#
            },
            { #"{"@timestamp":"2018-07-02T11:20:54Z","message":\#(json($0)),"container":{"name":"octopus"}}"# },
        ]
        let frame = random.pick(frames)
        return lines.map(frame)
    }

    /// The lines as parts of what a program says: of a path that was asked for, of a role, of a user's name.
    private mutating func quoted(_ lines: [String]) -> [String] {
        let words = random.pick([
            ("Unhandled error on request: GET https://octopus.example/", " 0123456789abcdef by mallory"),
            ("Deploying to the role '", "'"), ("The user ", " signed in"), ("octopus.tasks  ", ""),
        ])
        return lines.map { words.0 + $0 + words.1 }
    }

    /// What octolog says of lines, in all its formats for programs.
    static func ownEvents(of lines: [String]) -> [String] {
        var writers = Array(repeating: JSONWriter(), count: 4)
        for event in analyze(lines.joined(separator: "\n")).events {
            writers[0].line(event)
            ECSFormat.write(event, to: &writers[1])
            CLEFFormat.write(event, to: &writers[2])
            OTLPFormat.write(event, to: &writers[3])
        }
        return writers.flatMap { String(decoding: $0.bytes, as: UTF8.self).split(separator: "\n").map(String.init) }
    }
}

/// A text as JSON has it.
private func json(_ text: String) -> String {
    let bytes = try? JSONSerialization.data(withJSONObject: [text], options: .withoutEscapingSlashes)
    return String(String(decoding: bytes ?? Data(), as: UTF8.self).dropFirst().dropLast())
}
