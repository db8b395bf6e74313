/// Bytes in, events out: wires the stages together and decides nothing.
///
/// One analyzer serves one run. It reads its inputs one after the other, each to its end.
package struct Analyzer: ~Copyable {
    package struct Options: Sendable {
        /// The container's name, for inputs that name none; several inputs are then one container's.
        package var container: String?
        /// How much of a line is shown, in bytes; more is read all the same.
        package var maxLine = 1 << 20

        package init() {}
    }

    private let options: Options
    private var classifier: Classifier
    private var redactor = Redactor()
    private var ledger = RegistrationLedger()
    private var container: Container?
    private var matches: [Match] = []
    private var input = ""
    /// What the run amounts to so far.
    package private(set) var totals = Totals()

    package init(rules: RuleSet = .builtIn, options: Options = Options()) {
        self.options = options
        classifier = Classifier(rules)
    }

    /// Announces the run.
    package mutating func start(inputs: [String], into sink: inout some EventSink) {
        let rules = classifier.set
        let started = RunStarted(
            version: Octolog.version, rules: rules.rules.count, digest: rules.digest, inputs: inputs)
        sendRunEvent(.runStarted(started), subject: inputs.joined(separator: " "), into: &sink)
    }

    /// Reads `source` to its end; events go to `sink` as soon as the lines that prove them are read.
    ///
    /// - Parameter name: the input's name in the evidence: a path, or `-`.
    package mutating func read<Source: ByteSource & ~Copyable>(
        _ source: inout Source, named name: String, into sink: inout some EventSink
    ) throws(Source.Failure) {
        input = name
        if container == nil {
            container =
                options.container.map { Container(name: $0, isInput: false) } ?? Container(name: name, isInput: true)
        }
        totals.inputs += 1
        var buffer = LineBuffer()
        defer {
            totals.lines += buffer.lineCount
            totals.bytes += buffer.byteCount
        }
        var hasMore = true
        while hasMore {
            hasMore = try buffer.fill(from: &source)
            buffer.drain(atEnd: !hasMore) { bytes, region in process(bytes, region, into: &sink) }
            if hasMore { sink.inputDrained() }
        }
        finishRecord(into: &sink)
        if options.container == nil { finishContainer(into: &sink) }
        sink.inputDrained()
    }

    /// Ends the run: what is still open is told as unfinished.
    package mutating func finish(exitCode: (Totals) -> Int, into sink: inout some EventSink) -> Int {
        finishContainer(into: &sink)
        let code = exitCode(totals)
        let finished = RunFinished(
            version: Octolog.version, inputs: totals.inputs, bytes: totals.bytes, lines: totals.lines,
            startupLines: totals.startupLines, recognised: totals.recognisedLines,
            events: EventType.allCases.compactMap { type in
                totals.events[type].map { Count(name: type.name, count: $0) }
            },
            limits: LimitHit.Limit.allCases.compactMap { limit in
                totals.limits[limit].map { Count(name: limit.rawValue, count: $0) }
            }, exitCode: code)
        sendRunEvent(.runFinished(finished), subject: "\(totals.lines) \(totals.bytes)", into: &sink)
        sink.inputDrained()
        return code
    }
}

// MARK: - Lines

extension Analyzer {
    /// - Returns: how many LF there are in `bytes`.
    private mutating func process(_ bytes: Span<UInt8>, _ region: Region, into sink: inout some EventSink) -> Int {
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
                if let record = container?.records.add(line, statement, at: location) { process(record, into: &sink) }
                return
            }
            finishRecord(into: &sink)
        }
        guard !statement.message.isEmpty else {
            if isStartupLine { totals.recognisedLines += 1 }
            container?.records.forget()
            return
        }
        if RecordAssembler.opensQuote(line, statement) {
            if isStartupLine { totals.recognisedLines += 1 }
            container?.records.begin(line, statement, at: location)
            return
        }
        let isContinuation = isStartupLine && processContinuation(line, statement, at: location, into: &sink)
        classifier.classify(line, as: statement, requested: isStartupLine, into: &matches)
        noteGivenUp(at: location, into: &sink)
        if isStartupLine, isContinuation || !matches.isEmpty { totals.recognisedLines += 1 }
        if isStartupLine, !isContinuation { container?.records.remember(line, statement, at: location) }
        if !matches.isEmpty {
            let segment = RecordAssembler.Segment(location: location, range: 0..<line.count)
            apply(line, statement, [segment], into: &sink)
        } else if isStartupLine, !isContinuation {
            let exposures = redactor.exposures(in: line)
            let evidence = evidence(line, RecordAssembler.Segment(location: location, range: 0..<line.count), exposures)
            container?.machine.consumeUnknown(evidence, writer: statement.writer)
        }
    }

    /// A line without a prefix may go on with the message before: what lies across the two is told here.
    ///
    /// - Returns: whether the two together are known to a rule.
    private mutating func processContinuation(
        _ line: Span<UInt8>, _ statement: Statement, at location: Location, into sink: inout some EventSink
    ) -> Bool {
        guard RecordAssembler.continues(line, statement),
            let record = container?.records.joined(line, statement, at: location)
        else { return false }
        classifier.classify(record.text.span, as: record.statement, requested: true, into: &matches)
        container?.records.remember(record)
        let isKnown = !matches.isEmpty
        matches.removeAll { $0.range.lowerBound >= record.seam || $0.range.upperBound <= record.seam }
        if !matches.isEmpty {
            apply(record.text.span, record.statement, record.segments, seams: record.seams, into: &sink)
        }
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
        for match in found {
            // What is shown of so long a line is what lies around the match.
            let start = max(0, match.range.lowerBound - Evidence.limit / 8)
            let part = start..<min(bytes.count, start + Evidence.limit)
            let location = Location(line: location.line, offset: location.offset + start, length: part.count)
            matches = [match]
            apply(bytes, statement, [RecordAssembler.Segment(location: location, range: part)], into: &sink)
        }
    }

    private mutating func process(_ record: RecordAssembler.Record, into sink: inout some EventSink) {
        classifier.classify(record.text.span, as: record.statement, requested: true, into: &matches)
        if let first = record.segments.first { noteGivenUp(at: first.location, into: &sink) }
        apply(record.text.span, record.statement, record.segments, seams: record.seams, into: &sink)
        container?.records.remember(record)
    }

    private mutating func finishRecord(into sink: inout some EventSink) {
        if let record = container?.records.takeOpen() { process(record, into: &sink) }
    }
}

// MARK: - Facts

extension Analyzer {
    /// Tells the machine what a line says, and the sink what the machine makes of it.
    private mutating func apply(
        _ text: Span<UInt8>, _ statement: Statement, _ segments: [RecordAssembler.Segment], seams: [Int] = [],
        into sink: inout some EventSink
    ) {
        let exposures = redactor.exposures(in: text, seams: seams)
        var evidence: [Evidence] = []
        for segment in segments { evidence.append(self.evidence(text, segment, exposures)) }
        noteCut(segments, into: &sink)
        let masked = exposures.isEmpty ? nil : Redactor.masked(text, exposures)
        let found = matches
        for match in found {
            let rule = classifier.set.rules[match.rule]
            var observation = Observation(
                fact: rule.fact, value: nil, time: statement.time, writer: statement.writer, evidence: evidence)
            if rule.fact == .showsKey {
                guard let range = match.value, let bits = MasterKey.bits(of: text.extracting(range)),
                    let fingerprint = Fingerprint.of(text.extracting(range), kind: .masterKey)
                else { continue }
                observation.key = (fingerprint, bits)
            } else {
                observation.value = value(of: match, in: text, masked, statement)
            }
            totals.note(rule)
            container?.machine.consume(observation, product: rule.product, eras: rule.eras(writtenBy: statement.writer))
            handOverKeys(text, match, rule, exposures, seams, observation, into: &sink)
            sendEmissions(into: &sink)
        }
        tellExposures(exposures, evidence, statement.time, into: &sink)
    }

    /// What a rule captured, with secrets masked: masks are put in first, and the value is read from that text.
    private mutating func value(
        of match: Match, in text: Span<UInt8>, _ masked: [UInt8]?, _ statement: Statement
    ) -> String? {
        guard let range = match.value else { return nil }
        guard let masked else {
            return text.extracting(range).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
        }
        var statement = statement
        let tail = text.count - statement.message.upperBound
        statement.message = statement.message.lowerBound..<max(statement.message.lowerBound, masked.count - tail)
        return classifier.value(of: match.rule, in: masked.span, as: statement).map {
            String(decoding: masked[$0], as: UTF8.self)
        }
    }

    /// Hands the keys that a line shows to the sink, which lets them go unless it was asked for them.
    private mutating func handOverKeys(
        _ text: Span<UInt8>, _ match: Match, _ rule: Rule, _ exposures: [Exposure], _ seams: [Int],
        _ observation: Observation, into sink: inout some EventSink
    ) {
        guard let container, let line = observation.evidence.last else { return }
        func recovered(_ place: RecoveredKey.Place, _ fingerprint: String, _ bits: Int) -> RecoveredKey {
            RecoveredKey(
                place: place, fingerprint: fingerprint, bits: bits, container: container.name,
                startup: container.machine.startup?.number,
                time: observation.time ?? container.machine.startup?.command?.time
                    ?? container.machine.startup?.step?.time,
                evidence: line)
        }
        if let key = observation.key, let range = match.value {
            for emission in container.machine.emissions {
                if case .masterKeyShown(let shown) = emission.payload {
                    let place: RecoveredKey.Place = shown.trusted ? .block : .loose
                    sink.recovered(Secret(text.extracting(range)), recovered(place, key.fingerprint, key.bits))
                }
            }
        } else if rule.fact == .executes {
            for exposure in exposures where exposure.kind == .masterKey {
                let value = exposure.range.filter { !seams.contains($0) }.map { text[$0] }
                if let bits = MasterKey.bits(of: value.span), let fingerprint = exposure.fingerprint {
                    sink.recovered(Secret(value.span), recovered(.option, fingerprint, bits))
                }
            }
        }
    }

    private mutating func tellExposures(
        _ exposures: [Exposure], _ evidence: [Evidence], _ time: Timestamp?, into sink: inout some EventSink
    ) {
        for exposure in exposures {
            let verb = container?.machine.startup?.command?.line.verb ?? ""
            let secret = "\(exposure.kind.rawValue)/\(exposure.fingerprint ?? verb)/\(exposure.rule)"
            guard container?.isNewlyExposed(secret) == true else { continue }
            container?.machine.emit(
                .secretExposed(
                    SecretExposed(
                        kind: exposure.kind, place: exposure.rule, fingerprint: exposure.fingerprint,
                        remedy: exposure.kind.remedy)),
                level: .medium, time: time, subject: secret.percentEncoded, evidence: evidence)
        }
        sendEmissions(into: &sink)
    }

    private func evidence(
        _ text: Span<UInt8>, _ segment: RecordAssembler.Segment, _ exposures: [Exposure]
    ) -> Evidence {
        let limit = min(Evidence.limit, options.maxLine)
        var shown = Redactor.masked(text, in: segment.range, exposures)
        if shown.count > limit {
            // Not in the middle of a character.
            var end = limit
            while end > 0, shown[end] & 0xC0 == 0x80 { end -= 1 }
            shown.removeSubrange(end...)
            shown.append(contentsOf: "…".utf8)
        }
        return Evidence(input: input, location: segment.location, text: String(decoding: shown, as: UTF8.self))
    }
}

// MARK: - Events

extension Analyzer {
    private mutating func finishContainer(into sink: inout some EventSink) {
        guard container != nil else { return }
        container?.machine.finish()
        sendEmissions(into: &sink)
        container = nil
    }

    private mutating func sendEmissions(into sink: inout some EventSink) {
        guard let emissions = container?.machine.emissions, !emissions.isEmpty else { return }
        container?.machine.emissions.removeAll(keepingCapacity: true)
        for emission in emissions {
            guard let event = container?.event(emission) else { return }
            send(event, into: &sink)
            if case .registrationObserved(let registration) = event.payload, registration.outcome == .registered {
                tellDuplicates(registration, event, into: &sink)
            }
        }
    }

    private mutating func tellDuplicates(
        _ registration: Registration, _ event: Event, into sink: inout some EventSink
    ) {
        guard let name = container?.name else { return }
        if registration.madeCertificate { container?.certificates += 1 }
        let entry = RegistrationLedger.Entry(
            registration: registration, container: name, startup: event.origin.startup ?? 1, time: event.time,
            evidence: event.evidence.suffix(1), incarnation: container?.certificates ?? 0)
        for duplicate in ledger.add(entry) {
            let emission = Emission(
                payload: .registrationDuplicate(duplicate), level: duplicate.class.level, time: event.time,
                subject: "registration/\(duplicate.class.rawValue)", startup: event.origin.startup,
                evidence: event.evidence)
            if let event = container?.event(emission) { send(event, into: &sink) }
        }
    }

    private mutating func noteGivenUp(at location: Location, into sink: inout some EventSink) {
        guard let rule = classifier.gaveUp else { return }
        classifier.gaveUp = nil
        noteLimit(
            .match, rule: classifier.set.rules[rule].id, line: location.line, offset: location.offset,
            length: location.length, into: &sink)
    }

    private mutating func noteCut(_ segments: [RecordAssembler.Segment], into sink: inout some EventSink) {
        for segment in segments where segment.location.length > options.maxLine {
            noteLimit(
                .line, rule: nil, line: segment.location.line, offset: segment.location.offset,
                length: segment.location.length, into: &sink)
        }
    }

    /// Counts a limit; the first time in a run, and each tenfold of it, is an event.
    private mutating func noteLimit(
        _ limit: LimitHit.Limit, rule: String?, line: Int, offset: Int, length: Int, into sink: inout some EventSink
    ) {
        let count = totals.limits[limit, default: 0] + 1
        totals.limits[limit] = count
        var power = 1
        while power < count { power *= 10 }
        guard power == count else { return }
        let evidence = Evidence(input: input, location: Location(line: line, offset: offset, length: length), text: "")
        container?.machine.emit(
            .limitHit(LimitHit(limit: limit, rule: rule, count: count)), level: .low,
            subject: "limit/\(limit.rawValue)",
            evidence: [evidence])
        sendEmissions(into: &sink)
    }

    private mutating func sendRunEvent(_ payload: Payload, subject: String, into sink: inout some EventSink) {
        var digest = Digest(domain: "run")
        digest.add(subject)
        send(
            Event(
                payload: payload, source: "urn:octolog:run", subject: "run/\(digest.hexadecimal(bytes: 4))",
                level: .info,
                sequence: payload.type == .runStarted ? 1 : 2, origin: Origin(), evidence: []), into: &sink)
    }

    private mutating func send(_ event: Event, into sink: inout some EventSink) {
        totals.note(event)
        sink.receive(event)
    }
}
