/// Puts the parts of long lines together again, per container and stream: log-grammar 11, 16 KiB.
struct PartJoiner {
    /// A line of which more is to come.
    struct Line {
        var text: [UInt8] = []
        /// The parts, each with the place of the line that it stood in.
        var parts: [Segment] = []
        /// False once a window of it was handed on.
        var isAtStart = true
    }

    /// More than this is not kept of all open lines together, in bytes: then they are handed on in windows.
    static let maximumBytes = 8 << 20

    private var lines: [Int: Line] = [:]
    private var bytes = 0

    /// Whether parts are waiting for more.
    var isOpen: Bool { !lines.isEmpty }

    static func key(_ channel: Int, _ stream: OutputStream?) -> Int {
        let number =
            switch stream {
            case nil: 0
            case .stdout: 1
            case .stderr: 2
            }
        return channel << 2 | number
    }

    func holds(_ key: Int) -> Bool { lines[key] != nil }

    /// Adds a part.
    ///
    /// - Returns: whether the line has become too long to wait for its end.
    mutating func append(_ part: Span<UInt8>, at location: Location, to key: Int) -> Bool {
        var line = lines.removeValue(forKey: key) ?? Line()
        let start = line.text.count
        part.withUnsafeBufferPointer { line.text.append(contentsOf: $0) }
        bytes += part.count
        let end = line.text.count
        if let last = line.parts.last, last.location.file == location.file, last.location.line == location.line,
            last.location.offset + last.location.length == location.offset
        {
            // The same chunk went on.
            line.parts[line.parts.count - 1].location.length += location.length
            line.parts[line.parts.count - 1].range = last.range.lowerBound..<end
        } else {
            line.parts.append(Segment(location: location, range: start..<end))
        }
        let count = line.text.count
        lines[key] = line
        return count > LineBuffer.window || bytes > Self.maximumBytes
    }

    mutating func take(_ key: Int) -> Line? {
        guard let line = lines.removeValue(forKey: key) else { return nil }
        bytes -= line.text.count
        return line
    }

    /// Keeps of a line whose window was handed on what the next window has in common with it.
    mutating func keepOverlap(of line: Line, for key: Int) {
        let cut = max(0, line.text.count - LineBuffer.overlap)
        var rest = Line(text: Array(line.text[cut...]), isAtStart: false)
        for part in line.parts where part.range.upperBound > cut {
            rest.parts.append(
                Segment(
                    location: part.location,
                    range: max(0, part.range.lowerBound - cut)..<part.range.upperBound - cut))
        }
        bytes += rest.text.count
        lines[key] = rest
    }

    /// The keys of the lines that never ended, in order.
    var openKeys: [Int] { lines.keys.sorted() }
}

extension PartJoiner.Line {
    /// Where the whole line lies: from its first part to the end of its last, as far as they are in one file.
    var location: Location? {
        guard let first = parts.first?.location else { return nil }
        let last = parts.last { $0.location.file == first.file }?.location ?? first
        return Location(
            line: first.line, offset: first.offset, length: last.offset + last.length - first.offset, file: first.file)
    }
}
