import Foundation
import Testing

@testable import OctologCore

/// Evidence can be read back from where it says it stands.
@Suite struct EvidenceTests {
    /// Checks each piece of evidence of a run against the bytes of its inputs.
    private func check(_ result: Collector, _ logs: [String: [UInt8]]) {
        var count = 0
        for evidence in result.events.flatMap(\.evidence) {
            guard let log = logs[evidence.input] else {
                Issue.record("no such input: \(evidence.input)")
                continue
            }
            let (line, offset, length) = (evidence.location.line, evidence.location.offset, evidence.location.length)
            guard offset >= 0, length >= 0, offset + length <= log.count else {
                Issue.record("\(evidence.input): \(offset)+\(length) is not within \(log.count)")
                continue
            }
            #expect(Self.lineFeeds(log, before: offset) == line - 1, "\(evidence.input) at \(offset)")
            #expect(
                holds(Array(log[offset..<offset + length]), evidence),
                "\(evidence.input):\(line) \(evidence.text.prefix(200))")
            count += 1
        }
        #expect(count > 0)
    }

    private static func lineFeeds(_ log: [UInt8], before offset: Int) -> Int {
        guard log.starts(with: [0xFF, 0xFE]) || log.starts(with: [0xFE, 0xFF]) else {
            return log[..<offset].count { $0 == 0x0A }
        }
        let isBig = log[0] == 0xFE
        return stride(from: 2, to: offset, by: 2).count {
            log[$0 + (isBig ? 1 : 0)] == 0x0A && log[$0 + (isBig ? 0 : 1)] == 0
        }
    }

    @Test("of a plain log it is the line, without its end", arguments: Case.all)
    func cases(_ item: Case) {
        let logs = Dictionary(
            uniqueKeysWithValues: item.logs.map { ("Fixtures/cases/\(item.name)/\($0)", item.bytes(of: $0)) })
        let result = item.run()
        check(result, logs)
        for evidence in result.events.flatMap(\.evidence) {
            guard let log = logs[evidence.input] else { continue }
            let (offset, end) = (evidence.location.offset, evidence.location.offset + evidence.location.length)
            #expect(offset == 0 || log[offset - 1] == 0x0A)
            #expect(end == log.count || log[end] == 0x0A || log[end] == 0x0D)
        }
    }

    @Test("of a framed log it is the line with its frame", arguments: FramedLog.all)
    func framings(_ log: FramedLog) {
        let bytes = FramedLog.bytes(of: log.file)
        check(analyze([(log.file, bytes)]), [log.file: bytes])
    }

    @Test(
        "of a line in parts it is all of them",
        arguments: [
            "json-file.log", "cri.log", "journald.json.log", "docker-t.log", "raw.bin", "fluentd.log",
            "syslog-3164.log", "plain.log",
        ])
    func border(_ file: String) {
        let bytes = FramedLog.bytes(of: "border/\(file)")
        check(analyze([(file, bytes)]), [file: bytes])
    }

    @Test(
        "of hostile logs too",
        arguments: [
            "torn-json.log", "lone-stamps.log", "lone-cr.log", "nul.log", "mixed-framings.log", "bom-utf8.log",
            "utf16le-no-final-newline.log", "utf16be.log", "cri-broken.log", "raw-zero-chunks.bin", "raw-cut.bin",
            "compose-table.log", "invalid-utf8.log",
        ])
    func hostile(_ file: String) {
        let bytes = FramedLog.bytes(of: "../hostile/\(file)")
        check(analyze([(file, bytes)]), [file: bytes])
    }

    @Test("of a log in disguise too", arguments: Case.all)
    func disguised(_ item: Case) {
        for disguise in Disguise.allCases where !disguise.isCompressed && (item.isPlain || disguise != .colour) {
            let logs = item.logs.map { ("\($0)", disguise.apply(item.bytes(of: $0))) }
            check(analyze(logs), Dictionary(uniqueKeysWithValues: logs))
        }
    }
}

/// What the same log may look like.
enum Disguise: CaseIterable {
    case crlf, colour, utf16LE, utf16BE, mark, gzip, zstd, xz, bzip2

    var isCompressed: Bool {
        switch self {
        case .gzip, .zstd, .xz, .bzip2: true
        case .crlf, .colour, .utf16LE, .utf16BE, .mark: false
        }
    }

    func apply(_ bytes: [UInt8]) -> [UInt8] {
        let text = String(decoding: bytes, as: UTF8.self)
        switch self {
        case .crlf: return Array(text.replacing("\r\n", with: "\n").replacing("\n", with: "\r\n").utf8)
        case .colour:
            // Each line in a colour, and every tenth letter in another: no word is left whole.
            let lines = text.replacing("\r\n", with: "\n").split(separator: "\n", omittingEmptySubsequences: false)
            return Array(
                lines.map { line in
                    line.isEmpty
                        ? ""
                        : "\u{1B}[32m"
                            + line.enumerated().map { $0 % 10 == 9 ? "\u{1B}[1;31m\($1)\u{1B}[0m" : String($1) }
                            .joined()
                            + "\u{1B}[K\u{1B}[0m"
                }.joined(separator: "\n").utf8)
        case .utf16LE: return [0xFF, 0xFE] + (text.data(using: .utf16LittleEndian).map(Array.init) ?? [])
        case .utf16BE: return [0xFE, 0xFF] + (text.data(using: .utf16BigEndian).map(Array.init) ?? [])
        case .mark: return [0xEF, 0xBB, 0xBF] + bytes
        case .gzip: return Self.run("gzip", bytes)
        case .zstd: return Self.run("zstd", bytes)
        case .xz: return Self.run("xz", bytes)
        case .bzip2: return Self.run("bzip2", bytes)
        }
    }

    /// The bytes, compressed by a program.
    private static func run(_ program: String, _ bytes: [UInt8]) -> [UInt8] {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [program, "-c"]
        let (input, output) = (Pipe(), Pipe())
        (process.standardInput, process.standardOutput, process.standardError) = (input, output, FileHandle.nullDevice)
        guard (try? process.run()) != nil else { return [] }
        Thread.detachNewThread {
            try? input.fileHandleForWriting.write(contentsOf: Data(bytes))
            try? input.fileHandleForWriting.close()
        }
        let result = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Array(result)
    }
}

@Suite struct DisguiseTests {
    @Test("a log in disguise gives the same events", arguments: Case.all)
    func cases(_ item: Case) {
        let logs = item.logs.map { ($0, item.bytes(of: $0)) }
        let plain = analyze(logs)
        for disguise in Disguise.allCases where item.isPlain || disguise != .colour {
            let disguised = analyze(logs.map { ($0.0, disguise.apply($0.1)) })
            #expect(disguised.story() == plain.story(), "\(disguise)")
            #expect(disguised.key == plain.key)
        }
    }

    @Test("framed logs in disguise give the same events", arguments: FramedLog.all)
    func framings(_ log: FramedLog) {
        // What JSON escapes, and chunks that are counted, don't bear more bytes.
        let bytes = FramedLog.bytes(of: log.file)
        let isText = !log.file.contains("json") && !log.file.contains("fluent") && log.file != "raw.bin"
        let plain = analyze([(log.file, bytes)])
        for disguise in [Disguise.crlf, .utf16LE, .mark, .gzip] where isText || disguise == .gzip {
            // Frames that are undone only where a line begins don't see a mark before it.
            #expect(analyze([(log.file, disguise.apply(bytes))]).story() == plain.story(), "\(disguise)")
        }
    }

    @Test("compressed input is said to be, and where it is counted") func compressed() {
        let item = Case("server-2018.3.13-first-start")
        let plain = analyze([("x", item.bytes(of: item.logs[0]))])
        let packed = analyze([("x", Disguise.zstd.apply(item.bytes(of: item.logs[0])))])
        #expect(packed.events.map { $0.evidence.map(\.location) } == plain.events.map { $0.evidence.map(\.location) })
        #expect(packed.events.flatMap(\.evidence).allSatisfy { $0.compression == "zstd" })
        #expect(plain.events.flatMap(\.evidence).allSatisfy { $0.compression == nil })
        #expect(packed.ndjson.contains(#""encoding":"utf-8","compression":"zstd""#))
    }
}
