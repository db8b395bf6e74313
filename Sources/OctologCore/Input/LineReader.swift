/// Reads what is made of lines and is no log: events, one a line.
enum LineReader {
    /// Reads `source` to its end, compressed or not, and shows each line with its number, from 1.
    ///
    /// - Parameters:
    ///   - byteCount: how many bytes were read, also where an error ends it.
    ///   - body: is shown a line without its end; of one longer than `LineBuffer.window` the beginning, and `isWhole` is
    ///     false. What was read before an error is shown.
    static func read<Source: ByteSource & ~Copyable>(
        _ source: consuming Source, _ byteCount: inout Int,
        _ body: (_ line: Span<UInt8>, _ number: Int, _ isWhole: Bool) -> Void
    ) throws(InputError) {
        var decoded = DecodedSource(source)
        var buffer = LineBuffer(chunk: LineBuffer.largestChunk, isRaw: false)
        while true {
            let goesOn: Bool
            do throws(InputError) {
                goesOn = try buffer.fill(from: &decoded)
            } catch {
                buffer.drain(atEnd: true) { show($0, $1, body) }
                byteCount = buffer.byteCount
                throw error
            }
            buffer.drain(atEnd: !goesOn) { show($0, $1, body) }
            byteCount = buffer.byteCount
            if !goesOn { return }
        }
    }

    /// - Returns: how many LF the region has.
    fileprivate static func show(
        _ bytes: Span<UInt8>, _ region: Region, _ body: (Span<UInt8>, Int, Bool) -> Void
    ) -> Int {
        switch region.kind {
        case .lines: break
        case .window(let startsLine, _):
            if startsLine { body(bytes, region.line, false) }
            return 0
        case .chunk: return 0
        }
        var (count, start) = (0, 0)
        while start < bytes.count {
            let lineFeed = bytes.first(UInt8(ascii: "\n"), from: start, to: bytes.count)
            let end = lineFeed ?? bytes.count
            body(bytes.extracting(start..<end), region.line + count, true)
            if lineFeed != nil { count += 1 }
            start = end + 1
        }
        return count
    }
}

/// The same for who asks for one line after the other.
package struct LineQueue<Source: ByteSource & ~Copyable>: ~Copyable {
    private var decoded: DecodedSource<Source>
    private var buffer = LineBuffer(chunk: LineBuffer.largestChunk, isRaw: false)
    private var lines: [(bytes: [UInt8], number: Int)] = []
    private var next = 0
    private var isAtEnd = false

    package init(_ source: consuming Source) { decoded = DecodedSource(source) }

    /// The next line without its end, and its number; nil when there is no more. Of a line longer than
    /// `LineBuffer.window` it is the beginning.
    package mutating func nextLine() throws(InputError) -> (bytes: [UInt8], number: Int)? {
        while next == lines.count {
            guard !isAtEnd else { return nil }
            lines = []
            next = 0
            try readMore()
        }
        defer { next += 1 }
        return lines[next]
    }

    private mutating func readMore() throws(InputError) {
        var found: [(bytes: [UInt8], number: Int)] = []
        do throws(InputError) {
            isAtEnd = try !buffer.fill(from: &decoded)
        } catch {
            isAtEnd = true
            buffer.drain(atEnd: true) {
                LineReader.show($0, $1) { line, number, _ in found.append((line.array, number)) }
            }
            lines = found
            throw error
        }
        buffer.drain(atEnd: isAtEnd) { bytes, region in
            LineReader.show(bytes, region) { line, number, _ in found.append((line.array, number)) }
        }
        lines = found
    }
}
