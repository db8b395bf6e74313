// Lines that are too long to hold are seen through windows that overlap, so that nothing in them goes unseen.

extension LogStream {
    /// Takes in a window of a physical line.
    mutating func processLongLine(
        _ bytes: Span<UInt8>, _ region: Region, startsLine: Bool, endsLine: Bool, _ recogniser: inout Recogniser,
        into sink: inout some EventSink
    ) {
        var location = offsets.location(
            line: region.line, 0..<bytes.count, in: bytes, region, file: files.count - 1)
        reading = location.offset
        var start = 0
        if startsLine {
            secretGoesOn = false
            framer.begin(isRaw: false)
            let frame = framer.next(bytes)
            wrapping = Wrapping()
            if let frame {
                // A message that would have to be decoded is looked at as it stands.
                start = frame.isDecoded || frame.stack.outer == .loki ? 0 : frame.message.lowerBound
                wrapping = Wrapping(
                    stack: frame.stack, channel: frame.channel, stream: frame.stream, time: frame.time)
            }
            select(wrapping.channel, &recogniser)
            noteLimit(wrapping.stack.outer == .loki ? .answer : .line, at: location)
        }
        location.time = wrapping.time
        let share = LineBuffer.overlap / 2
        let own = (startsLine ? 0 : share)..<(endsLine ? bytes.count : bytes.count - share)
        let repeated = wrapping.stack.contains(.timestamps) ? repeatedFrames(in: bytes, mayHoldStamps: true) : []
        guard start > 0 || !repeated.isEmpty else {
            // Nothing stands between: the window is the text, as it is.
            let whole = [
                Segment(location: location, range: 0..<bytes.count, places: places(of: bytes, at: location))
            ]
            secretGoesOn = processWindow(
                bytes, whole, startsLine: startsLine, own: own,
                secretGoesOnAt: secretGoesOn ? min(LineBuffer.overlap, bytes.count) : nil, &recogniser, into: &sink)
            return
        }
        var text = WindowText()
        var position = start
        for range in repeated + [bytes.count..<bytes.count] where range.lowerBound >= position {
            let kept = position..<range.lowerBound
            var place = offsets.location(line: region.line, kept, in: bytes, region, file: files.count - 1)
            place.time = wrapping.time
            text.keep(kept, of: bytes, at: place, places(of: bytes.extracting(kept), at: place))
            position = range.upperBound
        }
        let ownText = text.place(of: own.lowerBound)..<text.place(of: own.upperBound)
        secretGoesOn = processWindow(
            text.bytes.span, text.pieces, startsLine: startsLine, own: ownText,
            secretGoesOnAt: secretGoesOn ? text.place(of: LineBuffer.overlap) : nil, &recogniser, into: &sink)
    }

    /// A window's text without what stands between its pieces.
    private struct WindowText {
        private(set) var bytes: [UInt8] = []
        private(set) var pieces: [Segment] = []
        private var kept: [Range<Int>] = []

        mutating func keep(
            _ range: Range<Int>, of window: Span<UInt8>, at location: Location, _ places: Places?
        ) {
            let begin = bytes.count
            window.extracting(range).withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
            pieces.append(Segment(location: location, range: begin..<bytes.count, places: places))
            kept.append(range)
        }

        /// Where a byte of the window, or what was kept behind it, stands in the text.
        func place(of position: Int) -> Int {
            guard let index = kept.firstIndex(where: { position < $0.upperBound }) else { return bytes.count }
            return pieces[index].range.lowerBound + max(0, position - kept[index].lowerBound)
        }
    }

    /// Takes in a window of a line that is put together from parts.
    mutating func processWindow(
        of key: Int, endsLine: Bool, _ recogniser: inout Recogniser, into sink: inout some EventSink
    ) {
        guard var line = joiner.take(key) else { return }
        let (ownWrapping, selected) = (wrapping, current)
        defer { (wrapping, current) = (ownWrapping, selected) }
        wrapping = line.wrapping
        select(wrapping.channel, &recogniser)
        if line.isAtStart, let location = line.location { noteLimit(.line, at: location) }
        line.secretGoesOn = processWindow(line, endsLine: endsLine, &recogniser, into: &sink)
        joiner.keepOverlap(of: line, for: key)
    }

    /// - Returns: whether a secret goes on behind the window.
    @discardableResult
    mutating func processWindow(
        _ line: PartJoiner.Line, endsLine: Bool, _ recogniser: inout Recogniser, into sink: inout some EventSink
    ) -> Bool {
        let share = LineBuffer.overlap / 2
        let end = endsLine ? line.text.count : max(0, line.text.count - share)
        let own = (line.isAtStart ? 0 : min(share, end))..<end
        return processWindow(
            line.text.span, line.parts, startsLine: line.isAtStart, own: own,
            secretGoesOnAt: line.secretGoesOn ? min(LineBuffer.overlap, line.text.count) : nil, &recogniser,
            into: &sink)
    }

    /// - Parameters:
    ///   - own: where matches that are this window's begin: what two share is half the one's, half the other's.
    ///   - seam: where the window before ended, if it ended within a secret.
    /// - Returns: whether this one does.
    private mutating func processWindow(
        _ text: Span<UInt8>, _ pieces: [Segment], startsLine: Bool, own: Range<Int>, secretGoesOnAt seam: Int?,
        _ recogniser: inout Recogniser, into sink: inout some EventSink
    ) -> Bool {
        guard let place = pieces.first?.location else { return false }
        let statement = startsLine ? Statement(text) : Statement(writer: .bare, time: nil, message: 0..<text.count)
        recogniser.classifier.classify(
            text, as: statement, requested: false, startsLine: startsLine, into: &matches)
        noteGivenUp(&recogniser, at: place)
        matches.removeAll { !own.contains($0.range.lowerBound) }
        let found = matches
        let watched = WatchedMatches.among(found, recogniser).starting(in: own)
        var exposures = findSecrets(in: text, &recogniser)
        let rest = seam.map { Redactor.rest(of: text, from: $0) }
        mask(exposures + [rest].compactMap { $0 }, in: pieces)
        let goesOn = exposures.last?.range.upperBound == text.count || rest?.range.upperBound == text.count
        if !startsLine, let rest = Redactor.beginning(of: text) { exposures = Redactor.merged(exposures + [rest]) }
        noteGivenUp(&recogniser, at: place)
        tellWindow(text, statement, pieces, exposures, in: own)
        guard !found.isEmpty || !watched.isEmpty else { return goesOn }
        for match in found {
            let part = Self.part(of: text, around: match)
            matches = [match]
            apply(
                text, statement, [Segment(location: Self.location(of: part, in: pieces), range: part)], exposures,
                &recogniser, into: &sink)
        }
        watchWindow(text, statement, pieces, watched, exposures, &recogniser)
        if let current { noteEagerness(of: current) }
        return goesOn
    }

    /// What is shown of so long a line: what lies around the match.
    static func part(of text: Span<UInt8>, around match: Match) -> Range<Int> {
        let start = max(0, match.range.lowerBound - Evidence.limit / 8)
        return start..<min(text.count, start + Evidence.limit)
    }

    /// Where a part of a text lies, from the first byte of it to the last.
    static func location(of part: Range<Int>, in pieces: [Segment]) -> Location {
        let overlapping = pieces.filter { $0.range.overlaps(part) }
        guard let first = overlapping.first ?? pieces.first, let last = overlapping.last ?? pieces.last else {
            return Location(line: 1, offset: 0, length: 0)
        }
        // A piece that lies in the input as it is in the text is shown to the byte; others whole.
        let isExact = first.location.length == first.range.count && last.location.length == last.range.count
        let skipped = isExact ? max(0, part.lowerBound - first.range.lowerBound) : 0
        let left = isExact ? max(0, last.range.upperBound - part.upperBound) : 0
        let offset = first.location.offset + skipped
        return Location(
            line: first.location.line, offset: offset,
            length: last.location.offset + last.location.length - left - offset, file: first.location.file,
            time: first.location.time)
    }
}
