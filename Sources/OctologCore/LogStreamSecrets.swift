// The secrets of a log: found in each line that may hold one, known again later, and told.

extension LogStream {
    // MARK: Finding

    /// Finds the secrets of the line at hand, if nobody has yet.
    ///
    /// - Parameter mayHold: whether it may hold some, if that is known.
    mutating func findExposed(
        in line: Span<UInt8>, at location: Location, mayHold: Bool? = nil, _ recogniser: inout Recogniser
    ) {
        guard !isExposedKnown else { return }
        isExposedKnown = true
        exposed = findSecrets(in: line, mayHold: mayHold, &recogniser)
        ownExposed = exposed
        mask(exposed, wrapping.places, at: location)
        noteGivenUp(&recogniser, at: location)
    }

    /// The secrets of a text of the container at hand.
    mutating func findSecrets(
        in text: Span<UInt8>, mayHold: Bool? = nil, _ recogniser: inout Recogniser
    ) -> [Exposure] {
        var found = recogniser.redactor.exposures(in: text, isCut: isOpenEnded, mayHold: mayHold)
        var placed: [Exposure] = []
        if let key = shownKey(in: text) { placed.append(key) }
        if let value = namedValue(in: text) { placed.append(value) }
        if !placed.isEmpty { found = Redactor.merged(found + placed) }
        let again = known.find(in: text, of: wrapping.channel)
        // What was seen whole knows better than the beginning of something what it is.
        if !again.isEmpty { found = Redactor.merged(again + found) }
        starred = []
        if !found.isEmpty { learn(recogniser.redactor.found + placed, of: text, &recogniser) }
        if !found.isEmpty { sawSecret = true }
        return found
    }

    private mutating func learn(_ found: [Exposure], of text: Span<UInt8>, _ recogniser: inout Recogniser) {
        for exposure in found where exposure.isWhole {
            if exposure.rule == SecretRule.starred {
                learnStarred(text.extracting(exposure.range), &recogniser)
            } else {
                known.learn(text.extracting(exposure.range), exposure, of: wrapping.channel)
            }
        }
    }

    /// Takes note of the secrets of a text that has the stars of a mask between its characters, log-grammar 10.2.
    private mutating func learnStarred(_ text: Span<UInt8>, _ recogniser: inout Recogniser) {
        var plain: [UInt8] = []
        var stars = 0
        for i in text.indices {
            if text[i] == UInt8(ascii: "*") {
                stars += 1
                // Five stand between two characters; a star among these has five more behind it.
                if stars > 5, stars % 6 == 0 { plain.append(text[i]) }
            } else {
                plain.append(text[i])
                stars = 0
            }
        }
        for var exposure in recogniser.redactor.exposures(in: plain.span) {
            known.learn(plain.span.extracting(exposure.range), exposure, of: wrapping.channel)
            exposure.rule = SecretRule.starred
            starred.append(exposure)
        }
    }

    /// The one word of a line that `show-master-key` printed: a key, or what a cut has left of one.
    private func shownKey(in text: Span<UInt8>) -> Exposure? {
        let verb = current.flatMap { containers[$0].machine.startup?.command?.line.verb }
        guard keyChannel == wrapping.channel || verb?.hasPrefix("show-master") == true else { return nil }
        var word = Statement(text).message
        // What a cut leaves of an escape or of a character is no part of it.
        while let last = word.last, text[last] < 0x20 || text[last] >= 0x80 { word = word.lowerBound..<last }
        let padding = word.reversed().prefix { text[$0] == UInt8(ascii: "=") }.count
        let letters = word.dropLast(padding)
        guard letters.count >= 6, padding <= 2, letters.allSatisfy({ MasterKey.isSextet(text[$0]) }),
            letters.contains(where: { text[$0].isLetter })
        else { return nil }
        let fingerprint = Fingerprint.of(text.extracting(word), kind: .masterKey)
        // `Done`, `done` and `DONE` are words.
        let isWord =
            word.allSatisfy { text[$0].isLetter }
            && (word.dropFirst().allSatisfy { text[$0].isLower } || word.allSatisfy { !text[$0].isLower })
        guard fingerprint != nil || !isWord else { return nil }
        return Exposure(
            kind: .masterKey, rule: fingerprint == nil ? "secret.cut" : "secret.output.master-key", range: word,
            fingerprint: fingerprint)
    }

    /// The value of a variable whose name the line before told, as Kubernetes writes its lists: `value: "..."`.
    private func namedValue(in text: Span<UInt8>) -> Exposure? {
        guard let named, named.lines > 0, named.channel == wrapping.channel else { return nil }
        let message = Statement(text).message
        let key: StaticString = "value:"
        guard text.has(key, at: message.lowerBound, end: message.upperBound) else { return nil }
        var start = message.lowerBound + key.utf8CodeUnitCount
        while start < message.upperBound, Statement.isBlank(text[start]) { start += 1 }
        var end = message.upperBound
        if start + 1 < end, [0x22, 0x27].contains(text[start]), text[end - 1] == text[start] {
            (start, end) = (start + 1, end - 1)
        }
        guard start < end, let value = SecretValue.trimmed(start..<end, in: text) else { return nil }
        return Exposure(
            kind: named.kind, rule: SecretRule.namedValue, range: value,
            fingerprint: Fingerprint.of(text.extracting(value), kind: named.kind))
    }

    /// What the variable of a line `- name: SA_PASSWORD` holds, or nil.
    private static func kind(ofVariableNamedIn line: Span<UInt8>) -> SecretKind? {
        guard line.count < 256, let name = line.first("name:", from: 0, to: line.count) else { return nil }
        let text = line.extracting((name + 5)...).text.lowercased()
        if text.contains("masterkey") || text.contains("master_key") { return .masterKey }
        if text.contains("apikey") || text.contains("api_key") { return .apiKey }
        if text.contains("password") { return .password }
        if text.contains("bearertoken") || text.contains("bearer_token") { return .token }
        if text.contains("base64") { return text.contains("certificate") ? .certificate : .license }
        return nil
    }

    /// Within as many lines behind its name stands a variable's value: other containers print in between.
    private static let valueLines = 4

    /// As many lines behind `show-master-key` may show the key.
    private static let keyLines = 24

    /// Takes note of what a line says of the lines that follow.
    mutating func look(
        around line: Span<UInt8>, _ statement: Statement, at location: Location, isStartupLine: Bool, mayHold: Bool,
        _ recogniser: inout Recogniser
    ) {
        if wantedLines > 0 {
            wantedLines -= 1
            if wantedLines == 0 { keyChannel = nil }
        }
        if mayHold, line.count < 4096, line.first("show-master-key", from: 0, to: line.count) != nil {
            (keyChannel, wantedLines) = (wrapping.channel, Self.keyLines)
        }
        if let last = named, last.channel == wrapping.channel {
            let isValue = line.has("value:", at: statement.message.lowerBound, end: statement.message.upperBound)
            named = isValue || last.lines == 1 ? nil : (last.kind, last.channel, last.lines - 1)
        }
        if mayHold, let kind = Self.kind(ofVariableNamedIn: line) {
            named = (kind, wrapping.channel, Self.valueLines)
            wantedLines = max(wantedLines, Self.valueLines)
        }
        guard masks != nil, !isStartupLine else { return }
        // Where there was nothing to go on with, the next line need not be looked at.
        var mayGoOn = mayHold || !exposed.isEmpty
        if RecordAssembler.continues(line, statement),
            let whole = passed.joined(line, statement, at: location, wrapping.places, isCut: false),
            whole.wrapping.channel == wrapping.channel, whole.goesOn(with: line, statement)
        {
            let secrets = findSecrets(in: whole, &recogniser)
            mask(secrets.filter { !SecretValue.beginsAsMask($0.range, in: whole) }, in: whole)
            mayGoOn = mayGoOn || secrets.contains { $0.range.upperBound > whole.seam }
            passed.remember(whole)
        } else {
            passed.remember(line, statement, at: location, wrapping)
        }
        if mayGoOn, line.count >= RecordAssembler.narrowestConsole - 8 { wantedLines = max(wantedLines, 1) }
    }

    /// The secrets of a text that was put together from several lines.
    mutating func findSecrets(in record: RecordAssembler.Record, _ recogniser: inout Recogniser) -> [Exposure] {
        guard mayHold(record, recogniser) else { return [] }
        var found = recogniser.redactor.exposures(in: record)
        let again = known.find(in: record.text.span, of: wrapping.channel)
        var across: [Exposure] = []
        if known.hasValues(of: wrapping.channel) {
            let words = Remainder(of: record.text, without: record.seams.map { $0..<$0 + 1 })
            across = known.find(in: words.text.span, of: wrapping.channel)
            for i in across.indices { across[i].range = words.range(of: across[i].range) }
        }
        if !again.isEmpty || !across.isEmpty { found = Redactor.merged(found + again + across) }
        for exposure in recogniser.redactor.found where exposure.isWhole {
            // The break may have fallen on a blank of the value's, or into a word of it.
            known.learn(record.text.span.extracting(exposure.range), exposure, of: wrapping.channel)
            let value = exposure.range.filter { !record.seams.contains($0) }.map { record.text[$0] }
            if value.count < exposure.range.count { known.learn(value.span, exposure, of: wrapping.channel) }
        }
        if !found.isEmpty { sawSecret = true }
        return found
    }

    /// `exposures` with the keys that rules found by what stands around them.
    func withKeys(of text: Span<UInt8>, _ exposures: [Exposure], _ recogniser: borrowing Recogniser) -> [Exposure] {
        var exposures = exposures
        for match in matches {
            guard case .showsKey = recogniser.classifier.set.rules[match.rule].fact else { continue }
            guard let range = match.value, MasterKey.bits(of: text.extracting(range)) != nil,
                !exposures.contains(where: { $0.range.overlaps(range) })
            else { continue }
            exposures.append(
                Exposure(
                    kind: .masterKey, rule: "secret.output.master-key", range: range,
                    fingerprint: Fingerprint.of(text.extracting(range), kind: .masterKey)))
        }
        return Redactor.merged(exposures)
    }

    /// Whether a record may hold a secret, with the blanks where its lines meet or without; most don't.
    private func mayHold(_ record: RecordAssembler.Record, _ recogniser: borrowing Recogniser) -> Bool {
        // Of more lines some may be somebody else's: what is left without them is for the search itself.
        if record.segments.count > 2 || recogniser.redactor.mayHold(record.text.span) { return true }
        if known.mayHold(record.text.span, of: wrapping.channel) { return true }
        var words: [UInt8] = []
        words.reserveCapacity(record.text.count)
        var start = 0
        for seam in record.seams {
            words.append(contentsOf: record.text[start..<seam])
            start = seam + 1
        }
        words.append(contentsOf: record.text[start...])
        return recogniser.redactor.mayHold(words.span) || known.mayHold(words.span, of: wrapping.channel)
    }

    // MARK: Telling

    /// Tells the secrets of a line that says nothing else.
    mutating func tellExposed(_ line: Span<UInt8>, _ statement: Statement, at location: Location) {
        tell(
            ownExposed, of: line, statement, [Segment(location: location, range: 0..<line.count)], masking: exposed)
    }

    /// Tells the secrets that lie across the seam of a record's last two lines.
    mutating func tellAcross(_ record: RecordAssembler.Record, _ exposures: [Exposure]) {
        let own = wrapping
        wrapping.original = nil
        let across = exposures.filter { $0.range.lowerBound < record.seam && $0.range.upperBound > record.seam }
        tell(
            across, of: record.text.span, record.statement, record.segments, seams: record.seams, masking: exposures)
        wrapping = own
    }

    /// Adds to the line's secrets what only the line before tells of.
    mutating func takeSecrets(of record: RecordAssembler.Record, _ exposures: [Exposure], _ statement: Statement) {
        guard let last = record.segments.last?.range else { return }
        let shift = statement.message.lowerBound - last.lowerBound
        let inLast: [Exposure] = exposures.compactMap { exposure in
            guard exposure.range.overlaps(last) else { return nil }
            var exposure = exposure
            let part = exposure.range.clamped(to: last)
            if part != exposure.range { (exposure.rule, exposure.fingerprint) = ("secret.cut", nil) }
            exposure.range = part.lowerBound + shift..<part.upperBound + shift
            return exposure
        }
        guard !inLast.isEmpty else { return }
        ownExposed = exposed + inLast.filter { late in !exposed.contains { $0.range.overlaps(late.range) } }
        exposed = Redactor.merged(exposed + inLast)
    }

    /// So many secrets of a window are told.
    private static let toldOfWindow = 64

    /// Tells the secrets of a window of a long line.
    mutating func tellWindow(
        _ text: Span<UInt8>, _ statement: Statement, _ pieces: [Segment], _ exposures: [Exposure], in own: Range<Int>
    ) {
        var told: Set<String> = []
        for exposure in exposures where exposure.isTold && own.contains(exposure.range.lowerBound) {
            // One of a kind is enough of a line made of secrets, each with a part of it as evidence.
            guard told.count < Self.toldOfWindow,
                told.insert("\(exposure.rule) \(exposure.fingerprint ?? "")").inserted
            else { continue }
            let match = Match(rule: 0, range: exposure.range, value: nil)
            let part = Self.part(of: text, around: match)
            let segment = Segment(location: Self.location(of: part, in: pieces), range: part)
            tell([exposure], of: text, statement, [segment], masking: exposures)
        }
    }

    private mutating func tell(
        _ exposures: [Exposure], of text: Span<UInt8>, _ statement: Statement, _ segments: [Segment],
        seams: [Int] = [], masking all: [Exposure]? = nil
    ) {
        guard exposures.contains(where: \.isTold) else { return }
        let current = ensureContainer()
        let evidence = segments.map { self.evidence(text, $0, all ?? exposures) }
        let time = Moment(message: statement.time, frame: wrapping.time)
        tellExposures(exposures, in: text, seams, evidence, time, of: current)
    }

    mutating func tellExposures(
        _ exposures: [Exposure], in text: Span<UInt8>, _ seams: [Int], _ evidence: [Evidence], _ time: Moment?,
        of current: Int
    ) {
        let (product, eras) = (containers[current].machine.product, containers[current].machine.eras)
        let hasStars = exposures.contains { $0.rule == SecretRule.starred }
        let told = hasStars ? exposures.filter({ $0.rule != SecretRule.starred }) + starred : exposures
        for exposure in told where exposure.isTold {
            let verb = containers[current].machine.startup?.command?.line.verb ?? ""
            let secret = "\(exposure.kind.rawValue)/\(exposure.fingerprint ?? verb)/\(exposure.rule)"
            guard containers[current].isNewlyExposed(secret) else { continue }
            containers[current].machine.emit(
                .secretExposed(
                    SecretExposed(
                        kind: exposure.kind, place: exposure.rule, fingerprint: exposure.fingerprint,
                        explanation: LeakSite.explanation(
                            kind: exposure.kind, rule: exposure.rule,
                            line: containers[current].machine.line(of: evidence), product: product, eras: eras),
                        remedy: exposure.kind.remedy(product: product, eras: eras),
                        sealed: hasStars ? nil : sealed(exposure, in: text, seams, of: current))),
                level: .medium, time: time, subject: secret.percentEncoded, evidence: evidence)
        }
        tellEmissions(of: current)
    }
}
