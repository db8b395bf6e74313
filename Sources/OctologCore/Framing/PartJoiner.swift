/// Puts the parts of long lines together again, per container and stream: log-grammar 11, 16 KiB.
struct PartJoiner {
    /// A line of which more is to come.
    struct Line {
        var text: [UInt8] = []
        /// The parts, each with the place of the line that it stood in.
        var parts: [Segment] = []
        /// Whether the window that was handed on last ended within a secret.
        var secretGoesOn = false
        /// False once a window of it was handed on.
        var isAtStart = true
        /// What the frame of its first part says.
        var wrapping = Wrapping()

        /// What it takes, in bytes.
        fileprivate var size: Int { text.count + parts.count * MemoryLayout<Segment>.stride }
    }

    /// More than this is not kept of all open lines together, in bytes: then the longest are taken for ended.
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

    /// The key of a channel's open line, whichever of its streams it is of.
    func openKey(of channel: Int) -> Int? { (0...3).map { channel << 2 | $0 }.first { lines[$0] != nil } }

    /// Adds a part.
    ///
    /// - Returns: whether the line has become too long to wait for its end.
    mutating func append(_ part: Span<UInt8>, at location: Location, _ wrapping: Wrapping, to key: Int) -> Bool {
        var line = lines.removeValue(forKey: key) ?? Line(wrapping: wrapping.ofRecord)
        bytes -= line.size
        let start = line.text.count
        part.withUnsafeBufferPointer { line.text.append(contentsOf: $0) }
        let end = line.text.count
        if let last = line.parts.last, last.location.file == location.file, last.location.line == location.line,
            last.location.offset + last.location.length == location.offset
        {
            // The same chunk went on.
            line.parts[line.parts.count - 1].location.length += location.length
            line.parts[line.parts.count - 1].range = last.range.lowerBound..<end
            if let places = wrapping.places {
                line.parts[line.parts.count - 1].places?.append(0..<places.count, of: places)
            }
        } else {
            line.parts.append(Segment(location: location, range: start..<end, places: wrapping.places))
        }
        let size = line.size
        bytes += size
        lines[key] = line
        return size > LineBuffer.window
    }

    mutating func take(_ key: Int) -> Line? {
        guard let line = lines.removeValue(forKey: key) else { return nil }
        bytes -= line.size
        return line
    }

    /// The lines to give up waiting for, the longest first, so that half of what may be kept is free again.
    func overdue() -> [Int] {
        guard bytes > Self.maximumBytes else { return [] }
        var excess = bytes - Self.maximumBytes / 2
        return lines.sorted { ($1.value.size, $0.key) < ($0.value.size, $1.key) }.prefix { line in
            defer { excess -= line.value.size }
            return excess > 0
        }.map(\.key)
    }

    /// Keeps of a line whose window was handed on what the next window has in common with it.
    mutating func keepOverlap(of line: Line, for key: Int) {
        let cut = max(0, line.text.count - LineBuffer.overlap)
        var rest = Line(
            text: Array(line.text[cut...]), secretGoesOn: line.secretGoesOn, isAtStart: false, wrapping: line.wrapping)
        for part in line.parts where part.range.upperBound > cut {
            let skipped = max(0, cut - part.range.lowerBound)
            rest.parts.append(
                Segment(
                    location: part.location,
                    range: max(0, part.range.lowerBound - cut)..<part.range.upperBound - cut,
                    places: part.places?.keeping([skipped..<part.range.count])))
        }
        bytes += rest.size
        lines[key] = rest
    }

    /// Where the earliest open line begins.
    var earliest: Location? {
        lines.values.compactMap { $0.parts.first?.location }.min { ($0.file, $0.offset) < ($1.file, $1.offset) }
    }

    /// The keys of the lines that never ended, in order.
    var openKeys: [Int] { lines.keys.sorted() }
}

extension PartJoiner.Line {
    /// Where the text's bytes lie, if the input is to be written again.
    var places: Places? {
        guard parts.first?.places != nil else { return nil }
        var whole = Places()
        for case let part? in parts.map(\.places) { whole.append(0..<part.count, of: part) }
        return whole
    }

    /// Where the whole line lies: from its first part to the end of its last, as far as they are in one file.
    var location: Location? {
        guard let first = parts.first?.location else { return nil }
        let last = parts.last { $0.location.file == first.file }?.location ?? first
        return Location(
            line: first.line, offset: first.offset, length: last.offset + last.length - first.offset, file: first.file,
            time: first.time)
    }
}
