extension JSONValue {
    /// The paths at which another value differs from this one, as `data.evidence[0].text`, a few of them at most.
    ///
    /// The order of an object's members says nothing.
    func differences(to other: JSONValue) -> [String] {
        var paths: [String] = []
        collect(other, "", &paths)
        return paths
    }

    /// More are not told.
    private static let mostPaths = 64

    private func collect(_ other: JSONValue, _ path: String, _ paths: inout [String]) {
        guard paths.count < Self.mostPaths else { return }
        switch (self, other) {
        case (.object(let mine), .object(let theirs)):
            for (name, value) in mine {
                guard let match = other[name] else {
                    paths.append(Self.joined(path, name))
                    continue
                }
                value.collect(match, Self.joined(path, name), &paths)
            }
            for (name, _) in theirs where self[name] == nil { paths.append(Self.joined(path, name)) }
            // A name that comes twice may be read as either.
            if Set(mine.map(\.name)).count != mine.count { paths.append(path.isEmpty ? "name" : path) }
        case (.array(let mine), .array(let theirs)):
            for (index, (a, b)) in zip(mine, theirs).enumerated() { a.collect(b, "\(path)[\(index)]", &paths) }
            if mine.count != theirs.count { paths.append("\(path)[\(min(mine.count, theirs.count))]") }
        case (.string(let a), .string(let b)): if Array(a.utf8) != Array(b.utf8) { paths.append(path) }
        case (.number(let a), .number(let b)): if a != b { paths.append(path) }
        case (.bool(let a), .bool(let b)): if a != b { paths.append(path) }
        case (.null, .null): break
        case (.object, _), (.array, _), (.string, _), (.number, _), (.bool, _), (.null, _): paths.append(path)
        }
    }

    /// Whether a member at any depth is as wanted.
    func holds(_ isWanted: (_ name: String, _ value: JSONValue) -> Bool) -> Bool {
        switch self {
        case .object(let members): members.contains { isWanted($0.name, $0.value) || $0.value.holds(isWanted) }
        case .array(let values): values.contains { $0.holds(isWanted) }
        case .string, .number, .bool, .null: false
        }
    }

    private static func joined(_ path: String, _ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }
}

/// An event as a line of JSON, by the parts that it is known by.
struct EventRecord {
    /// Where it stands; nil for one that the log shows.
    var place: EventPlace?
    var value: JSONValue
    var id: String
    var source: String
    var type: String
    var evidence: [EvidenceRecord]
    /// How much memory it takes, in bytes, about.
    var size: Int
    /// Of the bytes, within this process.
    var hash: Int

    /// Nil for what is no event of octolog's.
    init?(_ bytes: Span<UInt8>, _ place: EventPlace? = nil) {
        guard let value = JSONValue(bytes), let id = value["id"]?.string, let source = value["source"]?.string,
            let type = value["type"]?.string, type.hasPrefix("octolog."), case .object? = value["data"]
        else { return nil }
        self.place = place
        self.value = value
        self.id = id
        self.source = source
        self.type = type
        evidence = value["data"]?["evidence"]?.array.map(EvidenceRecord.init) ?? []
        size = bytes.count
        hash = Self.hash(of: bytes)
    }

    static func hash(of bytes: Span<UInt8>) -> Int {
        var hasher = Hasher()
        // unsafe: the bytes live as long as the call.
        bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
        return hasher.finalize()
    }

    var key: String { Self.key(id, of: source) }

    fileprivate static func key(_ id: String, of source: String) -> String { "\(id) \(source)" }

    /// What another event has that tells the same of the same, though not in the same words.
    ///
    /// - Parameter hasLines: whether its lines are to be the same too.
    func likeness(hasLines: Bool) -> String {
        let lines = hasLines ? evidence.map { "\($0.input):\($0.line)" } : []
        return ([source, type, value["subject"]?.string ?? ""] + lines).joined(separator: "\n")
    }

    /// The paths at which what a log shows differs; values that are sealed anew each time are passed over.
    func differences(to shown: EventRecord, besides left: Set<String> = []) -> [String] {
        value.differences(to: shown.value).filter { $0 != "data.sealed" && !left.contains($0) }
    }

    /// Whether it tells of one of these inputs, in its own evidence or in that of others that it names.
    func tells(of inputs: Set<String>) -> Bool {
        value.holds { $0 == "input" && $1.string.map(inputs.contains) == true }
    }

    var isStart: Bool { type == EventType.runStarted.name }
    var isEnd: Bool { type == EventType.runFinished.name }
}

extension Event {
    /// What its record is found by.
    var key: String { EventRecord.key(id, of: source) }
}

/// A line of a file of events.
package struct EventPlace: Sendable, Equatable {
    package var file: String
    package var line: Int

    package init(file: String, line: Int) { (self.file, self.line) = (file, line) }
}

/// A line of evidence, as an event has it.
struct EvidenceRecord: Equatable {
    var input: String
    var line: Int
    var offset: Int
    var length: Int
    var stream: String?
    var time: String?
    var compression: String?
    var text: String

    init(_ value: JSONValue) {
        input = value["input"]?.string ?? ""
        line = value["line"]?.integer ?? 0
        offset = value["offset"]?.integer ?? -1
        length = value["length"]?.integer ?? -1
        stream = value["stream"]?.string
        time = value["time"]?.string
        compression = value["compression"]?.string
        text = value["text"]?.string ?? ""
    }

    init(_ evidence: Evidence) {
        input = evidence.input
        line = evidence.location.line
        offset = evidence.location.offset
        length = evidence.location.length
        stream = evidence.stream?.rawValue
        time = evidence.location.time?.rfc3339
        compression = evidence.compression
        text = evidence.text
    }
}
