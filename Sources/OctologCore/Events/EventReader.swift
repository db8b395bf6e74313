// Events as octolog wrote them, read back: those that tell of more than their own container.

/// What a line of an event stream is.
enum EventLine {
    /// An event that matters across containers.
    case event(Event)
    /// An event of octolog's that does not, or what else octolog writes.
    case other
    case blank
    /// Something that octolog did not write, or half of what it did.
    case foreign

    init(_ bytes: Span<UInt8>) {
        var start = 0
        while start < bytes.count, Statement.isBlank(bytes[start]) { start += 1 }
        guard start < bytes.count else {
            self = .blank
            return
        }
        if Self.isOther(bytes) {
            self = .other
            return
        }
        guard bytes[start] == UInt8(ascii: "{"), let value = JSONValue(bytes) else {
            self = .foreign
            return
        }
        if let event = Event(value) {
            self = .event(event)
        } else {
            // Later versions have more types.
            let isEvent = value["type"]?.string?.hasPrefix("octolog.") == true && Event.hasEnvelope(value)
            self = isEvent || value[KnownState.mark] != nil ? .other : .foreign
        }
    }
}

extension EventLine {
    private static let mark: StaticString = "\"type\":\"octolog."
    /// The types that are read, without the mark's `octolog.`.
    private static let types = EventType.allCases.filter(\.mattersAcrossContainers).map { type in
        Array(type.name.utf8.dropFirst("octolog.".utf8.count))
    }

    /// Whether a line is an event of a type that does not matter, without reading it: most are.
    ///
    /// The mark can stand in no text within an event: its quotes would be escaped.
    private static func isOther(_ bytes: Span<UInt8>) -> Bool {
        guard bytes[bytes.count - 1] == UInt8(ascii: "}"), let mark = bytes.first(mark, from: 0, to: bytes.count)
        else { return false }
        let start = mark + Self.mark.utf8CodeUnitCount
        return !types.contains { type in
            start + type.count < bytes.count && bytes.extracting(start..<start + type.count).equals(type.span)
        }
    }
}

extension EventType {
    /// Whether such events say something of more than their own container.
    fileprivate var mattersAcrossContainers: Bool {
        switch self {
        case .registrationObserved, .configurationObserved, .startupBegan, .startupSucceeded, .startupFailed,
            .containerStopped, .findingRaised:
            true
        case .runStarted, .runFinished, .sourceDetected, .phaseEntered, .phaseCompleted, .phaseFailed,
            .commandExecuted, .masterKeyShown, .masterKeyConfigured, .secretExposed, .registrationDuplicate,
            .startupUnfinished, .startupExplained, .gapDetected, .limitHit, .linesUnrecognised, .eventsSuppressed,
            .rulesReloaded:
            false
        }
    }
}

extension Event {
    /// An event that matters across containers, from its JSON; nil if it is none.
    init?(_ value: JSONValue) {
        guard Self.hasEnvelope(value), let id = value["id"]?.string, let source = value["source"]?.string,
            let type = value["type"]?.string.flatMap(EventType.init(rawValue:)), let data = value["data"],
            let payload = Payload(type, data)
        else { return nil }
        let level = value["severitytext"]?.string
        self.init(
            payload: payload, source: source, time: value["time"]?.string.flatMap(Timestamp.init(text:)),
            timeSource: data["timeSource"]?.string.flatMap(TimeSource.init(rawValue:)),
            subject: value["subject"]?.string, level: Level.allCases.first { $0.name == level } ?? .info,
            correlation: value["correlationid"]?.string,
            origin: Origin(
                container: data["container"]?.string, product: data["product"]?.string.flatMap(Product.init(rawValue:)),
                era: data["era"]?.string, startup: data["startup"]?.integer),
            evidence: data["evidence"]?.array.compactMap(Evidence.init) ?? [], givenID: id)
    }
}

extension Event {
    /// Whether a JSON object has what all of octolog's events have, whatever they say.
    fileprivate static func hasEnvelope(_ value: JSONValue) -> Bool {
        guard let id = value["id"]?.string, id.utf8.count == 32, id.utf8.allSatisfy(\.isHexadecimal),
            value["source"]?.string != nil, case .object? = value["data"]
        else { return false }
        return true
    }
}

extension Payload {
    /// What an event of this type says; nil for types that do not matter across containers.
    fileprivate init?(_ type: EventType, _ data: JSONValue) {
        switch type {
        case .registrationObserved: self = .registrationObserved(Registration(data))
        case .configurationObserved:
            var configuration = Configuration()
            configuration.databaseServer = data["databaseServer"]?.string
            configuration.serverAddress = data["serverAddress"]?.string
            configuration.serverURL = data["serverUrl"]?.string
            self = .configurationObserved(configuration)
        case .startupBegan:
            guard let kind = data["kind"]?.string.flatMap(StartupBegan.Kind.init(rawValue:)) else { return nil }
            self = .startupBegan(StartupBegan(kind: kind, trusted: data["trusted"]?.bool ?? true))
        case .startupSucceeded: self = .startupSucceeded(StartupSucceeded(phases: []))
        case .startupFailed:
            guard let cause = data["rootCause"].flatMap(RootCause.init) else { return nil }
            self = .startupFailed(
                StartupFailed(
                    phase: data["phase"]?.string.flatMap(Phase.init(rawValue:)), exitCode: data["exitCode"]?.integer,
                    rootCause: cause, contributing: data["contributing"]?.array.compactMap(RootCause.init) ?? []))
        case .containerStopped:
            self = .containerStopped(
                ContainerStopped(
                    exitCode: data["exitCode"]?.integer, signal: data["signal"]?.string,
                    expected: data["expected"]?.bool))
        case .findingRaised:
            guard let code = data["code"]?.string else { return nil }
            self = .findingRaised(Finding(code: code, title: "", remedy: ""))
        case .runStarted, .runFinished, .sourceDetected, .phaseEntered, .phaseCompleted, .phaseFailed,
            .commandExecuted, .masterKeyShown, .masterKeyConfigured, .secretExposed, .registrationDuplicate,
            .startupUnfinished, .startupExplained, .gapDetected, .limitHit, .linesUnrecognised, .eventsSuppressed,
            .rulesReloaded:
            return nil
        }
    }
}

extension Registration {
    fileprivate init(_ data: JSONValue) {
        self.init()
        server = data["server"]?.string
        space = data["space"]?.string
        kind = data["kind"]?.string.flatMap(Kind.init(rawValue:))
        name = data["name"]?.string
        nameIsDefault = data["nameIsDefault"]?.bool ?? false
        host = data["host"]?.string
        thumbprint = data["thumbprint"]?.string
        subscription = data["subscription"]?.string
        endpoint = data["endpoint"]?.string
        environments = data["environments"]?.strings ?? []
        roles = data["roles"]?.strings ?? []
        workerPools = data["workerPools"]?.strings ?? []
        auth = data["auth"]?.string
        outcome = data["outcome"]?.string.flatMap(Outcome.init(rawValue:)) ?? .unfinished
    }
}

extension RootCause {
    fileprivate init?(_ value: JSONValue) {
        guard let code = value["code"]?.string else { return nil }
        self.init(
            code: code, title: value["title"]?.string ?? "", detail: value["detail"]?.string,
            container: value["container"]?.string,
            confidence: value["confidence"]?.string.flatMap(Confidence.init(rawValue:)) ?? .possible,
            remedy: value["remedy"]?.string ?? "",
            evidenceLines: value["evidenceLines"]?.integer.flatMap { $0 >= 0 ? $0 : nil })
    }
}

extension Evidence {
    fileprivate init?(_ value: JSONValue) {
        guard let input = value["input"]?.string, let line = value["line"]?.integer,
            let offset = value["offset"]?.integer, let length = value["length"]?.integer
        else { return nil }
        self.init(
            input: input,
            location: Location(
                line: line, offset: offset, length: length, time: value["time"]?.string.flatMap(Timestamp.init(text:))),
            stream: value["stream"]?.string.flatMap(OutputStream.init(rawValue:)),
            compression: value["compression"]?.string, text: value["text"]?.string ?? "")
    }
}
