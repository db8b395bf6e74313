// The secrets of a text that was put together from several lines.

extension Redactor {
    /// The secrets of a record.
    ///
    /// Whether a blank stood where two lines meet is not known, and a line between two others may be
    /// somebody else's: a secret is looked for with and without each of them.
    mutating func exposures(in record: RecordAssembler.Record) -> [Exposure] {
        // Each by itself: merged with another, a mask's rest would take a secret with it.
        found = find(in: record).filter { !SecretValue.beginsAsOurMask($0.range, in: record) }
        return Self.merged(found)
    }

    private mutating func find(in record: RecordAssembler.Record) -> [Exposure] {
        var found = find(in: record.text.span)
        guard record.segments.count > 1 else { return found }
        let seams = record.seams.map { $0..<$0 + 1 }
        found += find(in: Remainder(of: record.text, without: seams))
        for strange in record.segments.dropFirst().dropLast() {
            found += find(in: Remainder(of: record.text, without: [strange.range]))
            let parts = (seams + [strange.range]).sorted { $0.lowerBound < $1.lowerBound }
            found += find(in: Remainder(of: record.text, without: parts))
        }
        return found
    }

    private mutating func find(in rest: Remainder) -> [Exposure] {
        var found = find(in: rest.text.span)
        for i in found.indices { found[i].range = rest.range(of: found[i].range) }
        return found
    }
}

/// A text without some parts of it.
struct Remainder {
    private(set) var text: [UInt8] = []
    /// Where what is left of the whole text lies in that.
    private var kept: [Range<Int>] = []

    /// - Parameter parts: in their order, and apart from each other.
    init(of whole: [UInt8], without parts: [Range<Int>]) {
        text.reserveCapacity(whole.count)
        var start = 0
        for part in parts {
            keep(start..<part.lowerBound, of: whole)
            start = part.upperBound
        }
        keep(start..<whole.count, of: whole)
    }

    private mutating func keep(_ range: Range<Int>, of whole: [UInt8]) {
        guard !range.isEmpty else { return }
        kept.append(range)
        text.append(contentsOf: whole[range])
    }

    /// The bytes of the whole text that a part of this one spans; the part is not empty.
    func range(of part: Range<Int>) -> Range<Int> {
        place(of: part.lowerBound)..<place(of: part.upperBound - 1) + 1
    }

    private func place(of index: Int) -> Int {
        var index = index
        for range in kept {
            if index < range.count { return range.lowerBound + index }
            index -= range.count
        }
        return index
    }
}
