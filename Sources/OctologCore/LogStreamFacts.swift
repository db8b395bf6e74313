// From what a line matches to what it says: secrets masked, evidence taken, machines told.

extension LogStream {
    mutating func apply(
        _ record: RecordAssembler.Record, _ exposures: [Exposure], _ recogniser: inout Recogniser,
        into sink: inout some EventSink
    ) {
        let own = wrapping
        defer { wrapping = own }
        wrapping.original = nil
        if let first = record.segments.first { noteGivenUp(&recogniser, at: first.location) }
        apply(
            record.text.span, record.statement, record.segments, exposures, seams: record.seams, &recogniser,
            into: &sink)
    }

    /// Tells the machine what a line says, and the sink what the machine makes of it.
    mutating func apply(
        _ text: Span<UInt8>, _ statement: Statement, _ segments: [Segment], _ exposures: [Exposure],
        seams: [Int] = [], telling own: [Exposure]? = nil, _ recogniser: inout Recogniser,
        into sink: inout some EventSink
    ) {
        let current = ensureContainer()
        let time = Moment(message: statement.time, frame: wrapping.time)
        containers[current].machine.start(time)
        let keys = withKeys(of: text, exposures, recogniser)
        let own = own.map { keys.count > exposures.count ? keys : $0 }
        let exposures = keys
        var evidence: [Evidence] = []
        for segment in segments { evidence.append(self.evidence(text, segment, exposures)) }
        noteCut(segments)
        let masked = exposures.isEmpty ? nil : Redactor.masked(text, exposures)
        let found = matches
        for match in found {
            // Not all of the rule: its texts and lines are many.
            let fact = recogniser.classifier.set.rules[match.rule].fact
            let product = recogniser.classifier.set.rules[match.rule].product
            let eras = Rule.eras(
                recogniser.classifier.set.rules[match.rule].eras, of: product, writtenBy: statement.writer)
            var observation = Observation(
                fact: fact, rule: match.rule, value: nil, time: time, writer: statement.writer, evidence: evidence)
            if fact == .showsKey {
                guard let range = match.value, let bits = MasterKey.bits(of: text.extracting(range)),
                    let fingerprint = Fingerprint.of(text.extracting(range), kind: .masterKey)
                else { continue }
                observation.key = (fingerprint, bits)
            } else {
                observation.value = value(of: match, in: text, masked, statement, &recogniser)
            }
            if !totals.isRecognised { totals.note(recogniser.classifier.set.rules[match.rule]) }
            if fact == .executes { containers[current].records.followsCommand = true }
            containers[current].machine.consume(
                observation, product: product, eras: eras)
            if observation.key != nil, let range = match.value { sealKey(text.extracting(range), of: current) }
            handOverKeys(text, match, fact, exposures, seams, observation, into: &sink)
            tellEmissions(of: current)
        }
        tellExposures(own ?? exposures, in: text, seams, evidence, time, of: current)
    }

    /// What a rule captured, with secrets masked: masks are put in first, and the value is read from that text.
    mutating func value(
        of match: Match, in text: Span<UInt8>, _ masked: [UInt8]?, _ statement: Statement,
        _ recogniser: inout Recogniser
    ) -> String? {
        guard let range = match.value else { return nil }
        guard let masked else {
            return text.extracting(range).text
        }
        var statement = statement
        let tail = text.count - statement.message.upperBound
        statement.message = statement.message.lowerBound..<max(statement.message.lowerBound, masked.count - tail)
        return recogniser.classifier.value(of: match.rule, in: masked.span, as: statement).map {
            String(decoding: masked[$0], as: UTF8.self)
        }
    }

    /// Hands the keys that a line shows to the sink, which lets them go unless it was asked for them.
    private mutating func handOverKeys(
        _ text: Span<UInt8>, _ match: Match, _ fact: Fact, _ exposures: [Exposure], _ seams: [Int],
        _ observation: Observation, into sink: inout some EventSink
    ) {
        let isGiven = fact == .executes && exposures.contains { $0.kind == .masterKey }
        guard isGiven || observation.key != nil, let current, let line = observation.evidence.last else { return }
        let startup = containers[current].machine.startup
        // What the machine did not take for the script's is a line as any other.
        let isScripts = startup?.command?.evidence == observation.evidence
        let began = startup?.command?.time ?? startup?.step?.time
        let time = (began?.orLater(observation.time) ?? observation.time)?.timestamp
        guard options.includes(time) else { return }
        func recovered(_ place: RecoveredKey.Place, _ fingerprint: String, _ bits: Int) -> RecoveredKey {
            RecoveredKey(
                place: place, fingerprint: fingerprint, bits: bits, container: containers[current].name,
                startup: startup?.number, isWhole: startup?.began != nil,
                isNamed: containers[current].channel != ChannelTable.unnamed, time: time, evidence: line)
        }
        if let key = observation.key, let range = match.value {
            for emission in containers[current].machine.emissions {
                if case .masterKeyShown = emission.payload {
                    let place = containers[current].machine.keyPlace
                    sink.recovered(Secret(text.extracting(range)), recovered(place, key.fingerprint, key.bits))
                }
            }
        } else if isGiven {
            for exposure in exposures where exposure.kind == .masterKey {
                let value = exposure.range.filter { !seams.contains($0) }.map { text[$0] }
                if let bits = MasterKey.bits(of: value.span), let fingerprint = exposure.fingerprint {
                    let place: RecoveredKey.Place = isScripts && startup?.isTrusted == true ? .option : .loose
                    sink.recovered(Secret(value.span), recovered(place, fingerprint, bits))
                }
            }
        }
    }

    func evidence(_ text: Span<UInt8>, _ segment: Segment, _ exposures: [Exposure]) -> Evidence {
        let limit = min(Evidence.limit, options.maxLine)
        if exposures.isEmpty, wrapping.original == nil, segment.range.count <= limit {
            return evidence(at: segment.location, text: text.extracting(segment.range).text)
        }
        var shown: [UInt8]
        if let plain = wrapping.original, segment.range.count == text.count {
            // The line as it was written, escape sequences included.
            let marked = exposures.map { exposure in
                var exposure = exposure
                exposure.range = plain.original(exposure.range)
                return exposure
            }
            shown = Redactor.masked(plain.original.span, marked)
        } else {
            shown = Redactor.masked(text, in: segment.range, exposures)
        }
        if shown.count > limit {
            // Not in the middle of a character.
            var end = limit
            while end > 0, shown[end] & 0xC0 == 0x80 { end -= 1 }
            shown.removeSubrange(end...)
            shown.append(contentsOf: "…".utf8)
        }
        return evidence(at: segment.location, text: String(decoding: shown, as: UTF8.self))
    }

    /// Takes note of the patterns that were given up on a line.
    mutating func noteGivenUp(_ recogniser: inout Recogniser, at location: Location) {
        guard !recogniser.classifier.gaveUp.isEmpty || recogniser.redactor.gaveUp != nil else { return }
        let rules = recogniser.classifier.gaveUp.map { recogniser.classifier.set.rules[$0].id }
        for rule in rules { noteLimit(.match, rule: rule, at: location) }
        if let rule = recogniser.redactor.gaveUp { noteLimit(.match, rule: rule, at: location) }
        recogniser.classifier.gaveUp.removeAll(keepingCapacity: true)
        recogniser.redactor.gaveUp = nil
    }

    private mutating func noteCut(_ segments: [Segment]) {
        for segment in segments where segment.range.count > options.maxLine { noteLimit(.line, at: segment.location) }
    }
}
