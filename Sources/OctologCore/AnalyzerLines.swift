// From bytes to lines, and from lines to records: what is classified, and in which pieces.

extension Analyzer {
    /// - Returns: how many LF there are in `bytes`.
    mutating func process(_ bytes: Span<UInt8>, _ region: Region, into sink: inout some EventSink) -> Int {
        switch region.kind {
        case .lines: return processLines(bytes, region, into: &sink)
        case .window(let startsLine, let endsLine):
            if startsLine {
                noteLimit(.line, rule: nil, line: region.line, offset: region.offset, length: bytes.count, into: &sink)
            }
            // Half of what two windows share is the first one's, half the second's: no match is seen twice.
            let share = LineBuffer.overlap / 2
            let own = (startsLine ? 0 : share)..<(endsLine ? bytes.count : bytes.count - share)
            let location = Location(line: region.line, offset: region.offset, length: bytes.count)
            processWindow(bytes, at: location, startsLine: startsLine, own: own, into: &sink)
            return 0
        }
    }

    private mutating func processLines(_ bytes: Span<UInt8>, _ region: Region, into sink: inout some EventSink) -> Int {
        var line = region.line
        var position = 0
        var lookahead = Classifier.Lookahead()
        while position < bytes.count {
            var start = position
            if container?.wantsEveryLine != true {
                // Until it is clear that the log is one of ours, any line of ours counts.
                let telling = totals.isRecognised
                guard
                    let candidate = classifier.firstCandidate(
                        in: bytes, from: position, telling: telling, &lookahead)
                else {
                    return line - region.line + LineEnds.count(in: bytes.extracting(position...))
                }
                start = candidate
                while start > position, bytes[start - 1] != UInt8(ascii: "\n") { start -= 1 }
                line += LineEnds.count(in: bytes.extracting(position..<start))
            }
            var end = start
            while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
            let location = Location(line: line, offset: region.offset + start, length: end - start)
            processLine(bytes.extracting(start..<end), at: location, into: &sink)
            position = end + 1
            if end < bytes.count { line += 1 }
        }
        return line - region.line
    }

    private mutating func processLine(_ line: Span<UInt8>, at location: Location, into sink: inout some EventSink) {
        var location = location
        if location.length > 0, line[location.length - 1] == UInt8(ascii: "\r") { location.length -= 1 }
        let line = line.extracting(0..<location.length)
        let statement = Statement(line)
        let isStartupLine = container?.wantsEveryLine == true
        if isStartupLine {
            totals.startupLines += 1
            container?.machine.countLine()
            sendEmissions(into: &sink)
        }
        if container?.records.open != nil {
            if RecordAssembler.continues(line, statement) {
                totals.recognisedLines += 1
                if let record = container?.records.add(line, statement, at: location) {
                    if !record.isClosed {
                        noteLimit(
                            .record, rule: nil, line: location.line, offset: location.offset, length: location.length,
                            into: &sink)
                    }
                    process(record, into: &sink)
                }
                return
            }
            // An empty line that no script wrote is somebody else's, and ends nothing.
            if statement.writer == .bare, statement.message.isEmpty { return }
            finishRecord(into: &sink)
        }
        guard !statement.message.isEmpty else {
            if isStartupLine { totals.recognisedLines += 1 }
            container?.records.forget()
            container?.records.followsCommand = false
            return
        }
        if RecordAssembler.opensQuote(line, statement) {
            if isStartupLine { totals.recognisedLines += 1 }
            container?.records.begin(line, statement, at: location)
            return
        }
        if isStartupLine, endsCommand(line, statement) {
            totals.recognisedLines += 1
            return
        }
        let isContinuation = isStartupLine && processContinuation(line, statement, at: location, into: &sink)
        classifier.classify(line, as: statement, requested: isStartupLine, into: &matches)
        noteGivenUp(at: location, into: &sink)
        if isStartupLine, isContinuation || !matches.isEmpty { totals.recognisedLines += 1 }
        if isStartupLine, !isContinuation { container?.records.remember(line, statement, at: location) }
        if !matches.isEmpty {
            let segment = RecordAssembler.Segment(location: location, range: 0..<line.count)
            apply(line, statement, segment, into: &sink)
        } else if isStartupLine, !isContinuation {
            let exposures = redactor.exposures(in: line)
            let evidence = evidence(line, RecordAssembler.Segment(location: location, range: 0..<line.count), exposures)
            container?.machine.consumeUnknown(evidence, writer: statement.writer)
        }
    }

    /// Whether a line is the rest of the command before it, whose quote seemed to be closed by an apostrophe in a value.
    private mutating func endsCommand(_ line: Span<UInt8>, _ statement: Statement) -> Bool {
        guard container?.records.followsCommand == true else { return false }
        let isRest = statement.writer == .bare && line[statement.message.upperBound - 1] == UInt8(ascii: "'")
        if isRest || statement.writer != .bare { container?.records.followsCommand = false }
        return isRest
    }

    /// A line without a prefix may go on with the message before: what lies across the two is told here.
    ///
    /// - Returns: whether the two together are known to a rule.
    private mutating func processContinuation(
        _ line: Span<UInt8>, _ statement: Statement, at location: Location, into sink: inout some EventSink
    ) -> Bool {
        guard RecordAssembler.continues(line, statement) else { return false }
        // The break fell between words, or a word was cut: which of the two makes sense is seen from what it says.
        let words = container?.records.joined(line, statement, at: location, isCut: false)
        guard let words else { return false }
        let isKnown = matchAcrossSeam(words)
        if matches.isEmpty, let word = container?.records.joined(line, statement, at: location, isCut: true) {
            let isKnownAsCut = matchAcrossSeam(word)
            if !matches.isEmpty {
                container?.records.remember(word)
                apply(word, into: &sink)
                return isKnownAsCut
            }
        }
        container?.records.remember(words)
        if !matches.isEmpty { apply(words, into: &sink) }
        return isKnown
    }

    /// Leaves in `matches` what lies across the seam of a record's last two lines.
    ///
    /// - Returns: whether any rule knows the record.
    private mutating func matchAcrossSeam(_ record: RecordAssembler.Record) -> Bool {
        classifier.classify(record.text.span, as: record.statement, requested: true, into: &matches)
        let isKnown = !matches.isEmpty
        matches.removeAll { $0.range.lowerBound >= record.seam || $0.range.upperBound <= record.seam }
        return isKnown
    }

    private mutating func processWindow(
        _ bytes: Span<UInt8>, at location: Location, startsLine: Bool, own: Range<Int>, into sink: inout some EventSink
    ) {
        let statement =
            startsLine ? Statement(bytes) : Statement(writer: .bare, time: nil, message: 0..<bytes.count)
        classifier.classify(bytes, as: statement, requested: false, startsLine: startsLine, into: &matches)
        noteGivenUp(at: location, into: &sink)
        matches.removeAll { !own.contains($0.range.lowerBound) }
        let found = matches
        guard !found.isEmpty else { return }
        var exposures = redactor.exposures(in: bytes)
        if !startsLine, let rest = Redactor.beginning(of: bytes) { exposures = Redactor.merged(exposures + [rest]) }
        noteGivenUp(at: location, into: &sink)
        for match in found {
            // What is shown of so long a line is what lies around the match.
            let start = max(0, match.range.lowerBound - Evidence.limit / 8)
            let part = start..<min(bytes.count, start + Evidence.limit)
            let location = Location(line: location.line, offset: location.offset + start, length: part.count)
            matches = [match]
            apply(
                bytes, statement, [RecordAssembler.Segment(location: location, range: part)], exposures, into: &sink)
        }
    }

    private mutating func process(_ record: RecordAssembler.Record, into sink: inout some EventSink) {
        classifier.classify(record.text.span, as: record.statement, requested: true, into: &matches)
        if let first = record.segments.first { noteGivenUp(at: first.location, into: &sink) }
        apply(record, into: &sink)
        container?.records.remember(record)
    }

    mutating func finishRecord(into sink: inout some EventSink) {
        if let record = container?.records.takeOpen() { process(record, into: &sink) }
    }
}
