/// What is known from one run to the next, kept in a file: a line that says what the file is; a line for each log that
/// was read, and lines with the marks of the events that were told; and then what is known of registrations, as events,
/// as `octolog correlate --partial` writes them.
///
/// There is no secret in it: of logs it has their names, how much was read, and a digest of that.
package struct KnownState: Sendable {
    /// The name of the field that lines have which are no events.
    static let mark = "octolog"
    private static let version = 2
    /// Of version 1 there are registrations only.
    private static let oldest = 1

    /// What a line that is no event is about.
    enum Line: String {
        case state, log, told
    }

    private(set) var events: [Event] = []
    /// The logs that were read, by their keys.
    package var logs: [String: ReadLog] = [:]
    package var told = ToldEvents()

    /// Why a file is no state.
    package enum Misfit: Error, Equatable {
        case empty, foreign, cut
        case version(Int)
        case line(Int)

        package var message: String {
            switch self {
            case .empty: "it is empty"
            case .foreign: "it does not begin as a state of octolog's does"
            case .cut: "its last line has no end: it was not written to its end"
            case .version(let version):
                "its version is \(version), and this octolog knows version \(KnownState.version)"
            case .line(let line): "its line \(line) is none that a state holds"
            }
        }
    }

    package init() {}

    /// Reads a state's bytes.
    package init(_ bytes: Span<UInt8>) throws(Misfit) {
        guard bytes.count > 0 else { throw .empty }
        var (start, line) = (0, 0)
        while start < bytes.count {
            line += 1
            let end = bytes.first(UInt8(ascii: "\n"), from: start, to: bytes.count)
            let text = bytes.extracting(start..<(end ?? bytes.count))
            if line == 1 {
                try Self.check(text)
            } else {
                guard end != nil else { throw .cut }
                guard take(text) else { throw .line(line) }
            }
            guard let end else { throw .cut }
            start = end + 1
        }
    }

    /// - Returns: whether a state holds such a line.
    private mutating func take(_ text: Span<UInt8>) -> Bool {
        switch EventLine(text) {
        case .event(let event) where Correlator.matters(event):
            events.append(event)
            return true
        case .other:
            guard let value = JSONValue(text), let name = value[Self.mark]?.string else { return false }
            switch Line(rawValue: name) {
            case .log:
                guard let log = ReadLog(value) else { return false }
                logs[log.key] = log
                return true
            case .told: return told.read(value)
            case .state, nil: return false
            }
        case .event, .blank, .foreign: return false
        }
    }

    private static func check(_ line: Span<UInt8>) throws(Misfit) {
        guard let header = JSONValue(line), header[mark]?.string == Line.state.rawValue,
            let version = header["version"]?.integer
        else { throw .foreign }
        guard (oldest...Self.version).contains(version) else { throw .version(version) }
    }

    /// Leaves out what is known from some inputs alone: whoever reads them again gets to know it again, when he did.
    package mutating func forget(inputs: Set<String>) {
        events.removeAll { event in !event.evidence.isEmpty && event.evidence.allSatisfy { inputs.contains($0.input) } }
    }

    /// Writes the state with what a graph knows of registrations instead of its events, in pieces.
    func write(_ graph: RegistrationGraph, _ body: ([UInt8]) -> Void) {
        body(Array("{\"\(Self.mark)\":\"\(Line.state.rawValue)\",\"version\":\(Self.version)}\n".utf8))
        var writer = JSONWriter()
        for (_, log) in logs.sorted(by: { $0.key < $1.key }) {
            writer.removeAll()
            log.write(to: &writer)
            body(writer.bytes)
        }
        told.write(to: &writer, body)
        graph.writeLines(with: [:], body)
    }
}

extension RegistrationGraph {
    /// Writes what the graph knows as events, one a line, and the lines of others among them, by their ids, and those of
    /// one id by what they say: the order depends on nothing else.
    ///
    /// - Parameter lines: lines without their ends, by the ids of their events; these count where the graph has them too.
    func writeLines(with lines: [String: [UInt8]], _ body: ([UInt8]) -> Void) {
        var writer = JSONWriter()
        func json(_ event: Event) -> [UInt8] {
            writer.removeAll()
            writer.line(event)
            return writer.bytes
        }
        let others =
            (lines.map { ($0.key, $0.value + [UInt8(ascii: "\n")]) }
            + lives.events.filter { lines[$0.id] == nil }.map { ($0.id, json($0)) })
            .sorted { $0.0 != $1.0 ? $0.0 < $1.0 : $0.1.lexicographicallyPrecedes($1.1) }
        var next = others.startIndex
        // Of a million registrations only the order is made: each is written as it is read.
        for (id, reference) in references.lazy.map({ (self.id(of: $0), $0) }) {
            while next < others.endIndex, others[next].0 < id {
                body(others[next].1)
                next += 1
            }
            body(json(event(reference)))
        }
        for (_, line) in others[next...] { body(line) }
    }
}
