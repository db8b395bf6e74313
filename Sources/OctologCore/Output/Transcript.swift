/// A log on its way through: the bytes that were read and not yet written again, and what hides its secrets.
///
/// Places are counted over all its files, one after the other.
struct Transcript: ~Copyable {
    private struct File {
        /// Where it begins.
        var start: Int
        var encoding: Encoding
    }

    private var files: [File] = []
    private var bytes: [UInt8] = []
    /// The place of the first of `bytes`: what lies before was written.
    private var start = 0
    /// The masks that lie in `bytes`, in order and apart from each other.
    private var masks: [Mask] = []
    /// Whether chunks of the engine's stream follow, whose headers tell their lengths.
    private var isRaw = false

    /// The values that were hidden, to know them elsewhere; nil where nobody asks.
    var known: KnownByChannel?
    /// Under which number they are kept.
    var channel = 0
    /// So far behind a line another may still tell of a secret in it, in bytes; nil for however far.
    var horizon: Int?

    /// How many secrets were hidden, by kind.
    private(set) var hidden: [SecretKind: Int] = [:]

    /// Where the bytes end that were read.
    var end: Int { start + bytes.count }
    /// How many bytes wait.
    var count: Int { bytes.count }

    mutating func beginFile(_ encoding: Encoding) { files.append(File(start: end, encoding: encoding)) }

    /// Takes note that the file at hand is the engine's stream of chunks.
    mutating func noteRaw() { if files.last?.start == start { isRaw = true } }

    mutating func append(_ more: [UInt8]) { bytes.append(contentsOf: more) }

    /// The place of an offset in a file.
    func place(of offset: Int, in file: Int) -> Int { files[file].start + offset }

    /// Writes what lies before `limit`, its secrets masked.
    mutating func write(upTo limit: Int, hiding found: [Mask], _ output: (Span<UInt8>) -> Void) {
        take(found)
        write(upTo: limit, output)
    }

    /// The same, and says of each piece which file it is of, from 0.
    mutating func write(
        upTo limit: Int, hiding found: [Mask], ofFile output: (_ text: Span<UInt8>, _ file: Int) -> Void
    ) {
        take(found)
        while start < limit {
            let next = files.firstIndex { $0.start > start }
            let part = min(limit, next.map { files[$0].start } ?? limit)
            let file = (next ?? files.count) - 1
            write(upTo: part) { output($0, file) }
            guard start == part else { return }
        }
    }

    private mutating func write(upTo limit: Int, _ output: (Span<UInt8>) -> Void) {
        // A secret is masked when it is there whole.
        let limit =
            masks.first { $0.range.upperBound > limit && $0.range.lowerBound < limit }?.range.lowerBound ?? limit
        guard limit > start else { return }
        let hadMasks = !masks.isEmpty
        let text = start..<limit
        let written: Int
        if isRaw {
            (written, isRaw) = writeChunks(upTo: limit, output)
        } else {
            written = writeText(text, output)
        }
        for mask in masks where mask.range.upperBound <= written && !mask.text.isEmpty {
            hidden[mask.kind, default: 0] += 1
            guard !mask.isNumbers, var known = known.take() else { continue }
            let value = mask.range.lowerBound - start..<mask.range.upperBound - start
            known.learn(
                bytes.span.extracting(value),
                Exposure(kind: mask.kind, rule: "secret.known", range: 0..<value.count), of: channel)
            self.known = known
        }
        drop(written - start, wipes: hadMasks)
        start = written
        let position = start
        masks.removeAll { $0.range.upperBound <= position }
    }

    /// Puts masks in order, counted over all files; what overlaps is one.
    private mutating func take(_ found: [Mask]) {
        guard !found.isEmpty else { return }
        for var mask in found {
            let file = files[mask.file].start
            if let horizon, place(of: mask.seen.offset, in: mask.seen.file) - horizon > file + mask.range.lowerBound {
                continue
            }
            mask.range = max(start, mask.range.lowerBound + file)..<max(start, mask.range.upperBound + file)
            if !mask.range.isEmpty { masks.append(mask) }
        }
        var merged: [Mask] = []
        for mask in masks.enumerated().sorted(by: {
            ($0.element.range.lowerBound, -$0.element.range.count, $0.offset)
                < ($1.element.range.lowerBound, -$1.element.range.count, $1.offset)
        }).map(\.element) {
            if let last = merged.last, mask.range.lowerBound < last.range.upperBound {
                let end = max(last.range.upperBound, mask.range.upperBound)
                merged[merged.count - 1].range = last.range.lowerBound..<end
            } else {
                merged.append(mask)
            }
        }
        masks = merged
    }

    /// - Returns: the place behind what was written.
    private func writeText(_ range: Range<Int>, _ output: (Span<UInt8>) -> Void) -> Int {
        var position = range.lowerBound
        for mask in masks where mask.range.lowerBound >= range.lowerBound && mask.range.upperBound <= range.upperBound {
            output(bytes.span.extracting(position - start..<mask.range.lowerBound - start))
            let text = replacement(mask)
            output(text.span)
            position = mask.range.upperBound
        }
        output(bytes.span.extracting(position - start..<range.upperBound - start))
        return range.upperBound
    }

    /// What a mask is in the input's own writing.
    private func replacement(_ mask: Mask) -> [UInt8] {
        if mask.isNumbers { return Array(mask.text.utf8.map { String($0) }.joined(separator: ",").utf8) }
        switch files[mask.file].encoding {
        case .utf8: return Array(mask.text.utf8)
        case .utf16LE: return mask.text.utf8.flatMap { [$0, 0] }
        case .utf16BE: return mask.text.utf8.flatMap { [0, $0] }
        }
    }

    /// Writes whole chunks, whose headers tell the lengths that the masks leave.
    ///
    /// - Returns: the place behind what was written, and whether chunks follow.
    private func writeChunks(upTo limit: Int, _ output: (Span<UInt8>) -> Void) -> (Int, isRaw: Bool) {
        var position = start
        while position < limit {
            let rest = bytes.span.extracting(position - start..<limit - start)
            guard let header = RawFrame.header(rest) else {
                if rest.count < RawFrame.headerLength, limit < end { return (position, true) }
                // What follows is no chunk.
                return (writeText(position..<limit, output), false)
            }
            let body = position + RawFrame.headerLength..<position + RawFrame.headerLength + header.length
            guard body.upperBound <= limit else {
                // The last chunk may be cut; all others come whole.
                guard limit == end && isAtEnd || files.contains(where: { $0.start == limit }) else {
                    return (position, true)
                }
                output(bytes.span.extracting(position - start..<body.lowerBound - start))
                return (writeText(body.lowerBound..<limit, output), true)
            }
            var text: [UInt8] = []
            _ = writeText(body) { part in part.withUnsafeBufferPointer { text.append(contentsOf: $0) } }
            var head = Array(bytes[position - start..<position - start + 4])
            for shift in [24, 16, 8, 0] { head.append(UInt8(truncatingIfNeeded: text.count >> shift)) }
            output(head.span)
            output(text.span)
            position = body.upperBound
        }
        return (position, true)
    }

    /// Whether no more bytes follow.
    var isAtEnd = false

    private mutating func drop(_ count: Int, wipes: Bool) {
        if wipes { for i in 0..<count { bytes[i] = 0 } }
        if count == bytes.count {
            bytes.removeAll(keepingCapacity: bytes.capacity <= 1 << 20)
        } else {
            bytes.removeFirst(count)
        }
    }
}
