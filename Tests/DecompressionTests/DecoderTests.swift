import Foundation
import Testing

@testable import Decompression

private struct Damage: Error {}

@Suite struct DecoderTests {
    /// The text, compressed by the format's own program.
    private func compressed(_ text: String, _ format: Compression) throws -> [UInt8] {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [format.rawValue, "-c", "-q"].filter { !(format == .gzip && $0 == "-q") }
        let (input, output) = (Pipe(), Pipe())
        (process.standardInput, process.standardOutput) = (input, output)
        try process.run()
        Thread.detachNewThread {
            try? input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
            try? input.fileHandleForWriting.close()
        }
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Array(bytes)
    }

    private func decompress(_ bytes: [UInt8], _ format: Compression, piece: Int, room: Int) throws -> (
        [UInt8], ends: Int
    ) {
        var decoder = Decoder(format)
        var result: [UInt8] = []
        var ends = 0
        var position = 0
        var buffer = [UInt8](repeating: 0, count: room)
        while true {
            let input = Array(bytes[position..<min(bytes.count, position + piece)])
            let progress = input.withUnsafeBytes { input in
                buffer.withUnsafeMutableBytes { decoder.decode(input, into: $0) }
            }
            if progress.isDamaged { throw Damage() }
            result += buffer.prefix(progress.produced)
            position += progress.consumed
            if progress.isAtEnd { ends += 1 }
            if progress.consumed == 0, progress.produced == 0 { return (result, ends) }
        }
    }

    static let text = (0..<5000).map { "VERBOSE: [2018-07-02T09:15:01] line \($0 * 7919 % 4001)\n" }.joined()

    @Test("what a format's own program wrote is read back, in any pieces", arguments: Compression.allCases)
    func readsBack(_ format: Compression) throws {
        let bytes = try compressed(Self.text, format)
        #expect(bytes.starts(with: format.magic))
        for (piece, room) in [(1, 100_000), (7, 64), (100_000, 1), (100_000, 1_000_000)] {
            let (result, ends) = try decompress(bytes, format, piece: piece, room: room)
            #expect(String(decoding: result, as: UTF8.self) == Self.text)
            #expect(ends == 1)
        }
    }

    @Test("streams that follow one another are read one after the other", arguments: Compression.allCases)
    func severalStreams(_ format: Compression) throws {
        let bytes = try compressed("first\n", format) + compressed("second\n", format)
        let (result, ends) = try decompress(bytes, format, piece: 1000, room: 1000)
        #expect(String(decoding: result, as: UTF8.self) == "first\nsecond\n")
        #expect(ends == 2)
    }

    @Test("damaged bytes are an error, not text", arguments: Compression.allCases)
    func damage(_ format: Compression) throws {
        var bytes = try compressed(Self.text, format)
        for i in bytes.count / 2..<bytes.count / 2 + 8 { bytes[i] ^= 0xFF }
        #expect(throws: Damage.self) { try decompress(bytes, format, piece: 1000, room: 1000) }
    }

    @Test("a cut stream has no end", arguments: Compression.allCases)
    func cut(_ format: Compression) throws {
        let bytes = try compressed(Self.text, format)
        let (result, ends) = try decompress(Array(bytes.dropLast(20)), format, piece: 1000, room: 1000)
        #expect(Self.text.utf8.starts(with: result))
        #expect(ends == 0)
    }
}
