// The log is written again: where its secrets lie in the input, and how long a line has to wait for the next.

/// What stands in the place of a secret when the log is written again.
struct Mask: Equatable {
    var kind: SecretKind
    /// Which file of the log, from 0.
    var file: Int
    /// The bytes of the input that it replaces.
    var range: Range<Int>
    /// What is written instead; empty for the rest of a secret that was masked before.
    var text: String
    /// Whether numbers between commas stand in the input, and are to be written.
    var isNumbers = false
    /// The file and the offset of the line that was read when it was found.
    var seen = (file: 0, offset: 0)

    static func == (a: Mask, b: Mask) -> Bool {
        a.kind == b.kind && a.file == b.file && a.range == b.range && a.text == b.text && a.isNumbers == b.isNumbers
    }
}

extension LogStream {
    /// Where the bytes of a text lie, if the input is to be written again.
    func places(of text: Span<UInt8>, at location: Location) -> Places? {
        masks == nil ? nil : Places(text, at: location.offset, in: offsets.encoding)
    }

    /// Hides the secrets of a text that stands in one place.
    mutating func mask(_ exposures: [Exposure], _ places: Places?, at location: Location) {
        guard !exposures.isEmpty, let places else { return }
        mask(exposures, in: [Segment(location: location, range: 0..<places.count, places: places)])
    }

    mutating func mask(_ exposures: [Exposure], in record: RecordAssembler.Record) {
        mask(exposures, in: record.segments)
    }

    /// Hides the secrets of a text that was put together from `segments`: each gets its mask where it begins.
    mutating func mask(_ exposures: [Exposure], in segments: [Segment]) {
        guard masks != nil else { return }
        for exposure in exposures {
            var text = exposure.mask
            for segment in segments where segment.range.overlaps(exposure.range) {
                guard let places = segment.places else { continue }
                let start = segment.range.lowerBound
                let part = exposure.range.clamped(to: segment.range)
                for range in places.input(of: part.lowerBound - start..<part.upperBound - start) {
                    masks?.append(
                        Mask(
                            kind: exposure.kind, file: segment.location.file, range: range, text: text,
                            isNumbers: places.isNumbers, seen: (files.count - 1, reading)))
                    text = ""
                }
            }
        }
    }

    /// Hides what a line has of a command's last value, whose quote seemed to be closed before.
    mutating func maskRest(
        _ line: Span<UInt8>, _ statement: Statement, at location: Location, _ recogniser: inout Recogniser
    ) {
        guard let current,
            let whole = containers[current].records.joined(
                line, statement, at: location, wrapping.places, isCut: false, isRest: true)
        else { return }
        mask(findSecrets(in: whole, &recogniser), in: whole)
        containers[current].records.remember(whole)
    }

    /// Where the earliest line begins of which a later one may still tell that there is a secret in it.
    var earliestOpen: Location? {
        (containers.filter { !$0.isClosed }.compactMap(\.records.earliest)
            + [joiner.earliest, passed.earliest].compactMap { $0 })
            .min { ($0.file, $0.offset) < ($1.file, $1.offset) }
    }

    /// Takes what waits for later lines for whole, so that it can be written.
    mutating func giveUpWaiting(_ recogniser: inout Recogniser, into sink: inout some EventSink) {
        finishParts(&recogniser, into: &sink)
        passed.forget()
        let (line, selected) = (wrapping, current)
        defer { (wrapping, current) = (line, selected) }
        for index in containers.indices where !containers[index].isClosed {
            current = index
            wrapping = containers[index].wrapping
            finishRecord(&recogniser, into: &sink)
            containers[index].records.forget()
        }
    }
}
