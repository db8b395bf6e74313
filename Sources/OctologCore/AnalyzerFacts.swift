// From what a line matches to what it says: secrets masked, evidence taken, machines told.

extension Analyzer {
    mutating func apply(
        _ line: Span<UInt8>, _ statement: Statement, _ segment: RecordAssembler.Segment, into sink: inout some EventSink
    ) {
        let exposures = redactor.exposures(in: line)
        noteGivenUp(at: segment.location, into: &sink)
        apply(line, statement, [segment], exposures, into: &sink)
    }

    mutating func apply(_ record: RecordAssembler.Record, into sink: inout some EventSink) {
        let exposures = redactor.exposures(in: record)
        if let first = record.segments.first { noteGivenUp(at: first.location, into: &sink) }
        apply(record.text.span, record.statement, record.segments, exposures, seams: record.seams, into: &sink)
    }

    /// Tells the machine what a line says, and the sink what the machine makes of it.
    mutating func apply(
        _ text: Span<UInt8>, _ statement: Statement, _ segments: [RecordAssembler.Segment], _ exposures: [Exposure],
        seams: [Int] = [], into sink: inout some EventSink
    ) {
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
            if rule.fact == .executes { container?.records.followsCommand = true }
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

    func evidence(
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
