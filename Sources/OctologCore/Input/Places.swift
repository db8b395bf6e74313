/// Where the bytes of a text lie in the input that it was taken from, kept where the input is to be written again.
struct Places: Equatable {
    /// A stretch of the text: byte for byte as in the input, `unit` bytes there for one here, or one character's
    /// escape, which can't be divided.
    fileprivate struct Run: Equatable {
        var text: Range<Int>
        var input: Range<Int>
        /// How many bytes of the input each byte has; 0 if they belong together.
        var unit: Int
    }

    private var runs: [Run] = []
    /// The bytes of the text so far.
    private(set) var count = 0
    /// Whether the input has numbers between commas for the text's bytes.
    var isNumbers = false

    init() {}

    /// A text that stands in the input from `offset` on.
    init(_ text: Span<UInt8>, at offset: Int, in encoding: Encoding) {
        if encoding == .utf8 {
            append(text.count, at: offset..<offset + text.count)
            return
        }
        var position = offset
        var i = 0
        while i < text.count {
            // A character's first byte says how many it has.
            var next = i + 1
            while next < text.count, text[next] & 0xC0 == 0x80 { next += 1 }
            let width = encoding.width(of: text.extracting(i..<next))
            append(next - i, at: position..<position + width, unit: next - i == 1 ? 2 : 0)
            position += width
            i = next
        }
    }

    /// Adds `length` bytes of text that have these bytes in the input.
    ///
    /// - Parameter unit: how many bytes of the input each has; 0 if they belong together, nil for one or that.
    mutating func append(_ length: Int, at input: Range<Int>, unit: Int? = nil) {
        guard length > 0 else { return }
        let unit = unit ?? (input.count == length ? 1 : 0)
        if let last = runs.last, unit > 0, last.unit == unit, last.input.upperBound == input.lowerBound {
            runs[runs.count - 1].text = last.text.lowerBound..<count + length
            runs[runs.count - 1].input = last.input.lowerBound..<input.upperBound
        } else {
            runs.append(Run(text: count..<count + length, input: input, unit: unit))
        }
        count += length
    }

    /// Adds what `other` says of a part of its text.
    mutating func append(_ part: Range<Int>, of other: Places) {
        for run in other.runs where run.text.overlaps(part) {
            let text = run.text.clamped(to: part)
            append(text.count, at: run.part(text), unit: run.unit)
        }
        isNumbers = isNumbers || other.isNumbers
    }

    /// The places of a text that is made of parts of this one.
    func keeping(_ parts: [Range<Int>]) -> Places {
        var places = Places()
        for part in parts { places.append(part, of: self) }
        return places
    }

    /// The places in the input of a text of which this one says where it lies in a line, whose places are `line`.
    func within(_ line: Places) -> Places {
        var places = Places()
        for run in runs {
            if run.unit == 1 {
                places.append(run.input, of: line)
            } else if let first = line.input(of: run.input).first, let last = line.input(of: run.input).last {
                places.append(run.text.count, at: first.lowerBound..<last.upperBound)
            }
        }
        places.isNumbers = isNumbers
        return places
    }

    /// Where a part of the text lies in the input: one stretch or several, in order.
    func input(of part: Range<Int>) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        for run in runs where run.text.overlaps(part) {
            let range = run.part(run.text.clamped(to: part))
            if let last = ranges.last, last.upperBound == range.lowerBound || isNumbers {
                ranges[ranges.count - 1] = last.lowerBound..<range.upperBound
            } else {
                ranges.append(range)
            }
        }
        return ranges
    }
}

extension Places.Run {
    /// The bytes in the input of a part of the run.
    fileprivate func part(_ range: Range<Int>) -> Range<Int> {
        guard unit > 0 else { return input }
        let start = input.lowerBound + (range.lowerBound - text.lowerBound) * unit
        return start..<start + range.count * unit
    }
}
