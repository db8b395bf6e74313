// From bytes to lines, and from lines to what the container wrote: frames come off, and parts are joined.

extension LogStream {
    /// - Returns: how many LF there are in `bytes`.
    mutating func process(
        _ bytes: Span<UInt8>, _ region: Region, _ recogniser: inout Recogniser, into sink: inout some EventSink
    ) -> Int {
        offsets.begin(region.offset)
        defer { offsets.end(bytes, region.offset) }
        switch region.kind {
        case .lines: return processLines(bytes, region, &recogniser, into: &sink)
        case .chunk(let stream): return processChunk(bytes, stream, region, &recogniser, into: &sink)
        case .window(let startsLine, let endsLine):
            processLongLine(
                bytes, region, startsLine: startsLine, endsLine: endsLine, &recogniser, into: &sink)
            return 0
        }
    }

    private mutating func processLines(
        _ bytes: Span<UInt8>, _ region: Region, _ recogniser: inout Recogniser, into sink: inout some EventSink
    ) -> Int {
        var line = region.line
        var position = 0
        var lookahead = LineScanner.Lookahead()
        // A last line without its end may have been cut: it is looked at, whatever it says.
        let lastEnd = bytes.last(UInt8(ascii: "\n"), from: 0, to: bytes.count)
        let openLine = lastEnd.map { $0 + 1 } ?? 0
        while position < bytes.count {
            var start = position
            if !wantsEveryLine, !recogniser.classifier.wantsEveryLine {
                // Until it is clear that the log is one of ours, any line of ours counts.
                start = recogniser.classifier.scanner.next(
                    in: bytes, from: position, isTelling: totals.isRecognised,
                    known: masks == nil ? nil : known.windows, &lookahead)
                while start > position, start < bytes.count, bytes[start - 1] != UInt8(ascii: "\n") { start -= 1 }
                // A line that long may be a part of one, or hold a stamp.
                if let long = LineEnds.firstLong(in: bytes, from: position, to: start) { start = long }
                if framer.readsDockersFile,
                    let part = JSONFrame.firstPart(in: bytes, from: position, to: start)
                {
                    start = part
                }
                start = min(start, openLine)
                line += LineEnds.count(in: bytes.extracting(position..<start))
                if start == bytes.count { break }
            }
            let end = LineEnds.next(in: bytes, from: start)
            var stop = end
            while stop > start, bytes[stop - 1] == UInt8(ascii: "\r") { stop -= 1 }
            let location = offsets.location(line: line, start..<stop, in: bytes, region, file: files.count - 1)
            isOpenEnded = end == bytes.count
            reading = location.offset
            let text = bytes.extracting(start..<stop)
            if masks == nil, OwnEvent.isOne(text) {
                totals.ownEvents += 1
            } else {
                receive(
                    text, at: location, stream: nil, places: places(of: text, at: location), &recogniser, into: &sink)
            }
            isOpenEnded = false
            endsInFrame = lastFrameIsCut && end == bytes.count
            position = end + 1
            if end < bytes.count { line += 1 }
        }
        return line - region.line
    }

    // MARK: Frames

    /// A chunk of the engine's stream: its lines are put together per stream before they are looked at.
    private mutating func processChunk(
        _ bytes: Span<UInt8>, _ stream: OutputStream?, _ region: Region, _ recogniser: inout Recogniser,
        into sink: inout some EventSink
    ) -> Int {
        let key = PartJoiner.key(Self.rawChannel, stream)
        var line = region.line
        var position = 0
        while position < bytes.count {
            let end = LineEnds.next(in: bytes, from: position)
            let location = offsets.location(line: line, position..<end, in: bytes, region, file: files.count - 1)
            let isWhole = end < bytes.count
            reading = location.offset
            if isWhole, !joiner.holds(key) {
                receive(
                    bytes.extracting(position..<end), at: location, stream: stream, isRaw: true,
                    places: places(of: bytes.extracting(position..<end), at: location), &recogniser, into: &sink)
            } else {
                var wrapping = Self.ofChunk(stream)
                wrapping.places = places(of: bytes.extracting(position..<end), at: location)
                let isLong = joiner.append(
                    bytes.extracting(position..<end), at: location, wrapping, to: key)
                if isWhole {
                    endRawLine(key, stream, &recogniser, into: &sink)
                } else if isLong {
                    processWindow(of: key, endsLine: false, &recogniser, into: &sink)
                }
            }
            position = end + 1
            if isWhole { line += 1 }
        }
        return line - region.line
    }

    /// Chunks carry lines before anything tells whose they are.
    private static let rawChannel = ChannelTable.maximum

    private static func ofChunk(_ stream: OutputStream?) -> Wrapping {
        var wrapping = Wrapping(stream: stream)
        wrapping.stack.push(.raw)
        return wrapping
    }

    private mutating func endRawLine(
        _ key: Int, _ stream: OutputStream?, _ recogniser: inout Recogniser, into sink: inout some EventSink
    ) {
        guard let line = joiner.take(key), let location = line.location else { return }
        if line.isAtStart {
            receive(
                line.text.span, at: location, stream: stream, isRaw: true, places: line.places, &recogniser,
                into: &sink)
        } else {
            processWindow(line, endsLine: true, &recogniser, into: &sink)
        }
    }

    /// Takes in a physical line: peels its frames, and processes each message in it.
    private mutating func receive(
        _ line: Span<UInt8>, at location: Location, stream: OutputStream?, isRaw: Bool = false, places: Places?,
        _ recogniser: inout Recogniser, into sink: inout some EventSink
    ) {
        framer.begin(isRaw: isRaw)
        while let frame = framer.next(line) {
            wrapping = Wrapping(
                stack: frame.stack, channel: frame.channel, stream: frame.stream ?? stream, time: frame.time)
            if let places {
                let text = frame.isDecoded ? framer.decodedPlaces?.within(places) : places
                wrapping.places = text?.keeping([frame.message])
            }
            select(frame.channel, &recogniser)
            makeRoom(for: location, &recogniser, into: &sink)
            lastFrameIsCut = frame.isCut
            var place = location
            place.time = frame.time
            // A line that holds several messages: each has its own place.
            if frame.isAmongOthers, !frame.isDecoded, offsets.encoding == .utf8 {
                place.offset += frame.message.lowerBound
                place.length = frame.message.count
            }
            if frame.channel == ChannelTable.others {
                noteLimit(.containers, at: location)
            } else if let notice = frame.notice {
                let isOwnLine = !frame.isAmongOthers
                take(notice, line.extracting(frame.message), isOwnLine: isOwnLine, at: place, &recogniser)
            } else if frame.isDecoded {
                let text = framer.takeDecoded()
                receive(
                    text.span.extracting(frame.message), frame, at: place, base: nil, &recogniser,
                    into: &sink)
                framer.giveBack(text)
            } else {
                let base = frame.isAmongOthers ? 0 : frame.stack.count == 0 ? frame.message.lowerBound : nil
                receive(
                    line.extracting(frame.message), frame, at: place, base: base,
                    &recogniser, into: &sink)
            }
            if let current { noteEagerness(of: current) }
        }
    }

    private mutating func take(
        _ notice: Notice, _ text: Span<UInt8>, isOwnLine: Bool, at location: Location,
        _ recogniser: inout Recogniser
    ) {
        // Of a container that printed nothing we know, its end tells nothing, nor does what is not its line.
        guard let current else { return }
        switch notice {
        case .exited(let code):
            let exposures = findSecrets(in: text, &recogniser)
            mask(exposures, wrapping.places, at: location)
            let evidence = evidence(text, Segment(location: location, range: 0..<text.count), exposures)
            containers[current].machine.stop(
                exitCode: code, isCertain: isOwnLine, time: Moment(message: nil, frame: wrapping.time),
                evidence: evidence)
            tellEmissions(of: current)
        case .leftOut: noteLimit(.leftOut, at: location)
        case .other: break
        }
    }

    /// Takes in a message, or a part of one.
    private mutating func receive(
        _ text: Span<UInt8>, _ frame: Frame, at location: Location, base: Int?,
        _ recogniser: inout Recogniser, into sink: inout some EventSink
    ) {
        var key = PartJoiner.key(frame.channel, frame.stream)
        // A record that is cut off does not say whose it is: it ends what was open.
        if frame.isCut, frame.stream == nil, let open = joiner.openKey(of: frame.channel) { key = open }
        guard frame.isPart || joiner.isOpen && joiner.holds(key) else {
            return process(
                text, at: location, mayHoldStamps: frame.mayHoldStamps, base: base, &recogniser, into: &sink
            )
        }
        let isLong = joiner.append(text, at: location, wrapping, to: key)
        if !frame.isPart {
            endParts(key, &recogniser, into: &sink)
        } else if isLong {
            processWindow(of: key, endsLine: false, &recogniser, into: &sink)
        }
        for key in joiner.overdue() { endParts(key, &recogniser, into: &sink) }
    }

    private mutating func endParts(_ key: Int, _ recogniser: inout Recogniser, into sink: inout some EventSink) {
        guard let line = joiner.take(key), let location = line.location else { return }
        let (ownWrapping, selected) = (wrapping, current)
        defer { (wrapping, current) = (ownWrapping, selected) }
        wrapping = line.wrapping
        wrapping.places = line.places
        select(wrapping.channel, &recogniser)
        if line.isAtStart {
            process(line.text.span, at: location, mayHoldStamps: false, base: nil, &recogniser, into: &sink)
            // The container may be known by this line only, and is selected no longer than that.
            if let current { noteEagerness(of: current) }
        } else {
            processWindow(line, endsLine: true, &recogniser, into: &sink)
        }
    }

    /// The log is at its end: parts that nothing followed are lines.
    mutating func finishParts(_ recogniser: inout Recogniser, into sink: inout some EventSink) {
        isOpenEnded = true
        defer { isOpenEnded = false }
        for key in joiner.openKeys {
            let stream: OutputStream? = key & 3 == 1 ? .stdout : key & 3 == 2 ? .stderr : nil
            if key >> 2 == Self.rawChannel {
                endRawLine(key, stream, &recogniser, into: &sink)
            } else {
                endParts(key, &recogniser, into: &sink)
            }
        }
    }
}
