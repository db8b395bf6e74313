// What a container wrote, once its frames are off: lines and records are told apart, and given to the rules.

extension LogStream {
    /// Takes in a whole message: what does not belong to its text is taken out, or ends it.
    mutating func process(
        _ text: Span<UInt8>, at location: Location, mayHoldStamps: Bool, base: Int?,
        _ recogniser: inout Recogniser, into sink: inout some EventSink
    ) {
        let frames = repeatedFrames(in: text, mayHoldStamps: mayHoldStamps)
        guard !frames.isEmpty else {
            return processText(text, at: location, base: base, &recogniser, into: &sink)
        }
        let places = wrapping.places
        var location = location
        var message: [UInt8] = []
        var kept: [Range<Int>] = []
        var part = 0
        for frame in frames {
            text.extracting(part..<frame.lowerBound).withUnsafeBufferPointer { message.append(contentsOf: $0) }
            kept.append(part..<frame.lowerBound)
            part = frame.upperBound
            guard Statement(text.extracting(part...)).writer != .bare else { continue }
            // podman lets a line begin behind one that had no end: parts begin anywhere, lines as lines do.
            wrapping.places = places?.keeping(kept)
            processText(message.span, at: location, base: nil, &recogniser, into: &sink)
            message.removeAll(keepingCapacity: true)
            kept.removeAll(keepingCapacity: true)
            wrapping.time =
                Timestamp.scan(
                    text, at: frame.lowerBound, end: frame.upperBound, separator: UInt8(ascii: "T"))?.time
            location.time = wrapping.time
        }
        text.extracting(part...).withUnsafeBufferPointer { message.append(contentsOf: $0) }
        kept.append(part..<text.count)
        wrapping.places = places?.keeping(kept)
        processText(message.span, at: location, base: nil, &recogniser, into: &sink)
    }

    /// Where the frame of a long line stands in it again, before each of its parts.
    func repeatedFrames(in text: Span<UInt8>, mayHoldStamps: Bool) -> [Range<Int>] {
        let details = wrapping.stack.contains(.details) ? framer.details ?? [] : []
        guard mayHoldStamps else {
            return details.isEmpty ? [] : DetailsFrame.repetitions(of: details, in: text)
        }
        return TimestampFrame.stamps(within: text).map { stamp in
            let end = stamp.upperBound + details.count
            let goesOn = end <= text.count && text.extracting(stamp.upperBound..<end).equals(details.span)
            return stamp.lowerBound..<(goesOn ? end : stamp.upperBound)
        }
    }

    private mutating func processText(
        _ text: Span<UInt8>, at location: Location, base: Int?, _ recogniser: inout Recogniser,
        into sink: inout some EventSink
    ) {
        var end = text.count
        while end > 0, text[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        let text = text.extracting(0..<end)
        guard LineEnds.holdsControl(text) else {
            return processLine(text, at: location, &recogniser, into: &sink)
        }
        // A CR alone sets the cursor back: what follows is printed over what stands there, a line of its own. What a
        // shipper put into one message may be several lines.
        let places = wrapping.places
        defer { wrapping.places = places }
        var start = 0
        while start <= end {
            let next = text.end(of: { $0 != 0x0D && $0 != 0x0A }, from: start, to: end)
            var place = location
            if let base, start > 0 || next < end, offsets.encoding == .utf8 {
                place.offset += base + start
                place.length = next - start
            }
            let piece = text.extracting(start..<next)
            wrapping.places = places?.keeping([start..<next])
            if piece.first(Escapes.escape, from: 0, to: piece.count) != nil {
                let plain = PlainText(piece)
                wrapping.original = plain
                wrapping.places = wrapping.places?.keeping(plain.kept)
                processLine(plain.text.span, at: place, &recogniser, into: &sink)
                wrapping.original = nil
            } else if next > start || end == 0 {
                processLine(piece, at: place, &recogniser, into: &sink)
            }
            start = next + 1
        }
    }

    private mutating func processLine(
        _ line: Span<UInt8>, at location: Location, _ recogniser: inout Recogniser, into sink: inout some EventSink
    ) {
        let statement = Statement(line)
        guard masks != nil || !OwnEvent.isOne(line, from: statement.message.lowerBound) else {
            totals.ownEvents += 1
            return
        }
        let isStartupLine = isEager(current)
        (exposed, ownExposed, isExposedKnown) = ([], [], false)
        let mayHold = recogniser.redactor.mayHold(line)
        if isStartupLine || mayHold || masks != nil || wantedLines > 0 || isOpenEnded {
            findExposed(in: line, at: location, mayHold: mayHold, &recogniser)
            look(
                around: line, statement, at: location, isStartupLine: isStartupLine, mayHold: mayHold, &recogniser)
        }
        passTime(line, statement, at: location, &recogniser)
        if isStartupLine, let current {
            totals.startupLines += 1
            containers[current].startupLines += 1
            containers[current].machine.countLine()
            tellEmissions(of: current)
        }
        noteTime(line, statement, at: location, isStartupLine: isStartupLine, &recogniser)
        if let current, containers[current].records.open != nil {
            if RecordAssembler.continues(line, statement) {
                totals.recognisedLines += 1
                if let record = containers[current].records.add(line, statement, at: location, wrapping.places) {
                    if !record.isClosed { noteLimit(.record, at: location) }
                    process(record, &recogniser, into: &sink)
                }
                return
            }
            // An empty line that no script wrote is somebody else's, and ends nothing.
            if statement.writer == .bare, statement.message.isEmpty { return }
            finishRecord(&recogniser, into: &sink)
        }
        guard !statement.message.isEmpty else {
            if isStartupLine { totals.recognisedLines += 1 }
            if let current {
                containers[current].records.forget()
                containers[current].records.followsCommand = false
            }
            return
        }
        if RecordAssembler.opensQuote(line, statement) {
            if isStartupLine { totals.recognisedLines += 1 }
            containers[ensureContainer()].records.begin(line, statement, at: location, wrapping)
            return
        }
        if isStartupLine, endsCommand(line, statement) {
            totals.recognisedLines += 1
            maskRest(line, statement, at: location, &recogniser)
            return
        }
        classify(line, statement, at: location, isStartupLine: isStartupLine, &recogniser, into: &sink)
    }

    private mutating func classify(
        _ line: Span<UInt8>, _ statement: Statement, at location: Location, isStartupLine: Bool,
        _ recogniser: inout Recogniser, into sink: inout some EventSink
    ) {
        let isContinuation =
            isStartupLine && processContinuation(line, statement, at: location, &recogniser, into: &sink)
        if isContinuation, let current, containers[current].doubtful != nil {
            containers[current].doubtful = nil
            totals.recognisedLines += 1
        }
        recogniser.classifier.classify(line, as: statement, requested: isStartupLine, into: &matches)
        noteGivenUp(&recogniser, at: location)
        // Asked here, so that nobody has to hold the matches of each line.
        let isWatched = !recogniser.classifier.set.watchList.isEmpty
        let found = isWatched ? WatchedMatches.among(matches, recogniser) : .none
        if !matches.isEmpty || !found.isEmpty { findExposed(in: line, at: location, &recogniser) }
        if isStartupLine, isContinuation || !matches.isEmpty { totals.recognisedLines += 1 }
        if isStartupLine, !isContinuation, let current {
            containers[current].records.remember(line, statement, at: location, wrapping)
        }
        if !matches.isEmpty {
            let segment = Segment(location: location, range: 0..<line.count)
            apply(line, statement, [segment], exposed, telling: ownExposed, &recogniser, into: &sink)
        } else if isStartupLine, !isContinuation, let current {
            let evidence = evidence(line, Segment(location: location, range: 0..<line.count), exposed)
            containers[current].settleDoubt()
            let text = exposed.isEmpty ? line.text : String(decoding: Redactor.masked(line, exposed), as: UTF8.self)
            containers[current].doubtful = (text, evidence)
            containers[current].machine.consumeUnknown(text, evidence, writer: statement.writer)
        }
        // Most lines have nothing to tell: these cost no memory.
        if matches.isEmpty, !ownExposed.isEmpty { tellExposed(line, statement, at: location) }
        guard !found.isEmpty else { return }
        watch(line, statement, [Segment(location: location, range: 0..<line.count)], found, exposed, &recogniser)
    }

    /// Keeps the container's clock, and takes note of a gap before the line.
    private mutating func noteTime(
        _ line: Span<UInt8>, _ statement: Statement, at location: Location, isStartupLine: Bool,
        _ recogniser: inout Recogniser
    ) {
        guard let time = Moment(message: statement.time, frame: wrapping.time) else { return }
        latest =
            latest.map { ($0.timestamp?.nanoseconds ?? 0) < (time.timestamp?.nanoseconds ?? 0) ? time : $0 } ?? time
        if !awaiting.isEmpty { settleVerdicts(at: time) }
        guard let current else { return }
        let gap = isStartupLine ? containers[current].machine.gap(before: time) : nil
        if let gap {
            let evidence = evidence(line, Segment(location: location, range: 0..<line.count), exposed)
            containers[current].machine.expect(gap, time, evidence)
        }
        containers[current].machine.pass(time)
    }

    /// Whether a line is the rest of the command before it, whose quote seemed to be closed by an apostrophe in a value.
    private mutating func endsCommand(_ line: Span<UInt8>, _ statement: Statement) -> Bool {
        guard let current, containers[current].records.followsCommand else { return false }
        let isRest = statement.writer == .bare && line[statement.message.upperBound - 1] == UInt8(ascii: "'")
        if isRest || statement.writer != .bare { containers[current].records.followsCommand = false }
        return isRest
    }

    /// A line without a prefix may go on with the message before: what lies across the two is told here.
    ///
    /// - Returns: whether the two together are known to a rule.
    private mutating func processContinuation(
        _ line: Span<UInt8>, _ statement: Statement, at location: Location, _ recogniser: inout Recogniser,
        into sink: inout some EventSink
    ) -> Bool {
        guard let current, RecordAssembler.continues(line, statement) else { return false }
        // The break fell between words, or a word was cut: which of the two makes sense is seen from what it says.
        let places = wrapping.places
        let words = containers[current].records.joined(line, statement, at: location, places, isCut: false)
        guard let words else { return false }
        let secrets = findSecrets(in: words, &recogniser).filter { !SecretValue.beginsAsMask($0.range, in: words) }
        let goesOn = words.goesOn(with: line, statement)
        if goesOn {
            mask(secrets, in: words)
            takeSecrets(of: words, secrets, statement)
        }
        let isKnown = matchAcrossSeam(words, &recogniser)
        let found = WatchedMatches.among(matches, recogniser).across(words.seam)
        if matches.isEmpty,
            let word = containers[current].records.joined(line, statement, at: location, places, isCut: true)
        {
            let isKnownAsCut = matchAcrossSeam(word, &recogniser)
            let cut = WatchedMatches.among(matches, recogniser).across(word.seam)
            let secretsAsCut = findSecrets(in: word, &recogniser)
            if matches.isEmpty, found.isEmpty { watch(word, cut, secretsAsCut, &recogniser) }
            if !matches.isEmpty {
                containers[current].records.remember(word)
                apply(word, secretsAsCut, &recogniser, into: &sink)
                watch(word, cut, secretsAsCut, &recogniser)
                return isKnownAsCut
            }
        }
        containers[current].records.remember(words)
        if matches.isEmpty {
            if goesOn { tellAcross(words, secrets) }
        } else {
            apply(words, secrets, &recogniser, into: &sink)
        }
        watch(words, found, secrets, &recogniser)
        return isKnown
    }

    /// Leaves in `matches` what lies across the seam of a record's last two lines.
    ///
    /// - Returns: whether any rule knows the record.
    private mutating func matchAcrossSeam(_ record: RecordAssembler.Record, _ recogniser: inout Recogniser) -> Bool {
        recogniser.classifier.classify(record.text.span, as: record.statement, requested: true, into: &matches)
        let isKnown = !matches.isEmpty
        matches.removeAll { $0.range.lowerBound >= record.seam || $0.range.upperBound <= record.seam }
        return isKnown
    }

    private mutating func process(
        _ record: RecordAssembler.Record, _ recogniser: inout Recogniser, into sink: inout some EventSink
    ) {
        let own = wrapping
        defer { wrapping = own }
        wrapping = record.wrapping
        recogniser.classifier.classify(record.text.span, as: record.statement, requested: true, into: &matches)
        if let first = record.segments.first { noteGivenUp(&recogniser, at: first.location) }
        let found = WatchedMatches.among(matches, recogniser)
        let secrets = findSecrets(in: record, &recogniser)
        mask(secrets, in: record)
        apply(record, secrets, &recogniser, into: &sink)
        watch(record, found, secrets, &recogniser)
        if let current { containers[current].records.remember(record) }
    }

    mutating func finishRecord(_ recogniser: inout Recogniser, into sink: inout some EventSink) {
        guard let current, let record = containers[current].records.takeOpen() else { return }
        process(record, &recogniser, into: &sink)
    }
}
