// Logs in, events and masked logs out.

import Decompression

@testable import OctologCore

/// Bytes in memory, lent out in reads of a given size.
struct MemorySource: ByteSource {
    var bytes: ArraySlice<UInt8>
    var chunk: Int

    init(_ bytes: [UInt8], chunk: Int = .max) {
        self.bytes = bytes[...]
        self.chunk = chunk
    }

    mutating func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let part = bytes.prefix(min(chunk, buffer.count))
        buffer.copyBytes(from: part)
        bytes = bytes.dropFirst(part.count)
        return part.count
    }
}

private struct NoSink: EventSink {
    mutating func receive(_ event: Event) {}
}

/// To compile the patterns takes ten times as long as to read a log. libFuzzer has one thread.
nonisolated(unsafe) private var recogniser = Recogniser(.builtIn)

/// The events of one log.
private func events(of log: [UInt8], chunk: Int = .max, framing: Framing? = nil) -> [Event] {
    var options = Analyzer.Options()
    options.framing = framing
    var sink = NoSink()
    var events: [Event] = []
    var lane = Lane<MemorySource>(["-"], chunk: LineBuffer.largestChunk, portion: .max, options: options)
    while !lane.hasEnded {
        lane.step(&recogniser, into: &sink) { _ throws(InputError) in
            MemorySource(log, chunk: chunk)
        } failed: { _, _ in
        }
        events += lane.stream.told.map(\.event)
        lane.stream.told.removeAll()
    }
    return events
}

private func text(of events: [Event]) -> String {
    var writer = JSONWriter()
    for event in events { writer.line(event) }
    return String(decoding: writer.bytes, as: UTF8.self)
}

/// Any bytes, read whole and in small pieces: the same events, each with its evidence within the input.
func fuzzFraming(_ input: [UInt8]) {
    guard let first = input.first else { return }
    let log = Array(input.dropFirst())
    let framing: Framing? = first & 0x80 == 0 ? nil : Framing.allCases[Int(first & 0x7F) % Framing.allCases.count]
    let whole = events(of: log, framing: framing)
    let chunk = 1 + Int(first & 0x1F)
    let pieces = events(of: log, chunk: chunk, framing: framing)
    require(text(of: whole) == text(of: pieces), "reads of \(chunk) bytes give the same events")
    for event in whole {
        for evidence in event.evidence where evidence.compression == nil {
            let place = evidence.location
            require(
                place.offset >= 0 && place.length >= 0 && place.offset + place.length <= log.count,
                "evidence lies within the input: \(place)")
        }
    }
}

/// Lines, whole and in parts: the same events, but for where their evidence lies.
func fuzzRejoining(_ input: [UInt8]) {
    guard input.count > 2 else { return }
    let sizes = [Int(input[0] & 0x1F) + 1, Int(input[1] & 0x3F) + 1, Int(input[0] >> 5) * 40 + 3]
    let lines = input.dropFirst(2).split(separator: 0x0A, omittingEmptySubsequences: false)
    let wraps: [(ArraySlice<UInt8>, Bool, Int) -> [UInt8]] = [
        { part, isLast, _ in Array("2018-07-02T09:15:01.123456789Z stdout \(isLast ? "F" : "P") ".utf8) + part + [0x0A]
        },
        { part, isLast, count in
            // The end of a line is a byte of its last chunk.
            let size = part.count + (isLast ? 1 : 0)
            return [1, 0, 0, 0] + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: size >> $0) } + part
                + (isLast ? [0x0A] : [])
        },
    ]
    let isOfLines = input[1] & 0x80 == 0
    let wrap = wraps[isOfLines ? 0 : 1]
    var whole: [UInt8] = []
    var parts: [UInt8] = []
    var count = 0
    for line in lines {
        whole += wrap(line, true, 0)
        var rest = line
        while true {
            let size = sizes[count % sizes.count]
            count += 1
            var part = rest.prefix(size)
            // In a file of lines a CR before the LF is the line's end, for octolog too: whether the container printed
            // it or a copy of the file ends its lines so can't be told. No line is parted behind one.
            while isOfLines, part.last == 0x0D, part.endIndex < rest.endIndex {
                part = rest.prefix(part.count + 1)
            }
            rest = rest.dropFirst(part.count)
            parts += wrap(part, rest.isEmpty, count)
            if rest.isEmpty { break }
        }
    }
    func story(_ log: [UInt8]) -> String {
        text(
            of: events(of: log).map { event in
                var event = event
                event.evidence = []
                event.correlation = nil
                return event
            })
    }
    require(story(whole) == story(parts), "lines in parts tell the same")
}

/// Any bytes as an input's: the same text and the same error, however they are read. Of damaged data some may have less
/// of the text, but nothing else.
func fuzzDecoding(_ input: [UInt8]) {
    func decoded(_ chunk: Int) -> (text: [UInt8], error: String?, isCut: Bool) {
        var source = DecodedSource(MemorySource(input, chunk: chunk), isCopied: true)
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        do throws(InputError) {
            // A bomb's first megabytes are as good as all of it.
            while text.count < 4 << 20 {
                var count = 0
                var failure: InputError?
                buffer.withUnsafeMutableBytes {
                    do throws(InputError) { count = try source.read(into: $0) } catch { failure = error }
                }
                if let failure { throw failure }
                if count == 0 { break }
                text += buffer[..<count]
                _ = source.takeCopy()
            }
            return (text, nil, source.isCut)
        } catch {
            return (text, error.message, source.isCut)
        }
    }
    let whole = decoded(.max)
    let pieces = decoded(1 + Int(input.first ?? 0) % 7)
    require(whole.error == pieces.error && whole.isCut == pieces.isCut, "the same end")
    // How much comes before damage is the libraries' to say. liblzma decodes on behind the end of an LZMA2 chunk that is
    // too short, into whatever it was given, and looks only then.
    let isDamaged = Compression.allCases.contains { whole.error == InputError.damaged($0).message }
    let common = isDamaged ? min(whole.text.count, pieces.text.count) : max(whole.text.count, pieces.text.count)
    require(whole.text.prefix(common) == pieces.text.prefix(common), "the same text")
}

nonisolated(unsafe) private var redaction = Redaction()

private func redacted(_ log: [UInt8]) -> [UInt8] {
    var text: [UInt8] = []
    redaction.read(["-"]) { _ throws(InputError) in
        MemorySource(log)
    } failed: { _, _ in
    } into: { part in
        part.withUnsafeBufferPointer { text.append(contentsOf: $0) }
    } drained: {
    }
    return text
}

/// Lines that show a secret, and what of them is one.
private let planted: [(line: String, secret: String)] = [
    (
        "VERBOSE: [2018-08-06T08:12:49] Executing command 'C:\\Tentacle.exe register-with --apiKey API-FUZZFUZZFUZZFUZZFUZZFUZZ99 --name x'",
        "API-FUZZFUZZFUZZFUZZFUZZFUZZ99"
    ),
    (
        "VERBOSE: [2018-07-05T07:12:01] Executing command 'C:\\Octopus.Server.exe admin --username admin --password Fuzz3dPassw0rd#7'",
        "Fuzz3dPassw0rd#7"
    ),
    (
        " - using database 'Server=db;Database=Octopus;User ID=sa;Password=Fuzz3dPassw0rd#7;Encrypt=false'",
        "Fuzz3dPassw0rd#7"
    ),
    ("MASTER_KEY=RnV6ekZ1enpGdXp6RnV6eg==", "RnV6ekZ1enpGdXp6RnV6eg=="),
    ("    Master Key: RnV6ekZ1enpGdXp6RnV6eg==", "RnV6ekZ1enpGdXp6RnV6eg=="),
    ("X-Octopus-ApiKey: API-FUZZFUZZFUZZFUZZFUZZFUZZ99", "API-FUZZFUZZFUZZFUZZFUZZFUZZ99"),
]

/// Any log, masked: masked again and again it comes to rest, and no line that shows a secret shows it any more.
func fuzzMasking(_ input: [UInt8]) {
    guard let first = input.first else { return }
    let log = Array(input.dropFirst())
    let once = redacted(log)
    // A mask may stand for the quote that closed a command. Lines are its rest then, and more of them is masked.
    var (text, passes) = (once, 0)
    while passes < 8, case let next = redacted(text), next != text { (text, passes) = (next, passes + 1) }
    require(passes < 8, "to mask a masked log comes to rest: \(String(decoding: text, as: UTF8.self))")
    let (line, secret) = planted[Int(first) % planted.count]
    let bytes = Array(secret.utf8)
    guard !holds(log, bytes), Compression.allCases.allSatisfy({ !$0.begins(log) }), log.first != 0xFF, log.first != 0xFE
    else { return }
    let lines = log.split(separator: 0x0A, omittingEmptySubsequences: false)
    let place = Int(first) / planted.count % lines.count
    let woven = Array(
        (lines[...place].map { Array($0) } + [Array(line.utf8)] + lines[(place + 1)...].map { Array($0) }).joined(
            separator: [0x0A]))
    require(!holds(redacted(woven), bytes), "no secret is left: \(String(decoding: redacted(woven), as: UTF8.self))")
}

private func holds(_ bytes: [UInt8], _ part: [UInt8]) -> Bool {
    bytes.indices.contains { bytes[$0...].starts(with: part) }
}
