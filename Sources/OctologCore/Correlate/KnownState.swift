/// What is known of registrations, kept in a file between two runs: a line that says what the file is, and then
/// events, one a line, as `octolog correlate --partial` writes them.
package struct KnownState: Sendable {
    /// The name of the first line's field.
    static let mark = "octolog"
    private static let version = 1

    let events: [Event]

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
            case .line(let line): "its line \(line) is no event that a state holds"
            }
        }
    }

    /// Reads a state's bytes.
    package init(_ bytes: Span<UInt8>) throws(Misfit) {
        guard bytes.count > 0 else { throw .empty }
        var events: [Event] = []
        var (start, line) = (0, 0)
        while start < bytes.count {
            line += 1
            let end = bytes.first(UInt8(ascii: "\n"), from: start, to: bytes.count)
            let text = bytes.extracting(start..<(end ?? bytes.count))
            if line == 1 {
                try Self.check(text)
            } else {
                guard end != nil else { throw .cut }
                guard case .event(let event) = EventLine(text), Correlator.matters(event) else { throw .line(line) }
                events.append(event)
            }
            guard let end else { throw .cut }
            start = end + 1
        }
        self.events = events
    }

    private static func check(_ line: Span<UInt8>) throws(Misfit) {
        guard let header = JSONValue(line), header[mark]?.string == "state", let version = header["version"]?.integer
        else { throw .foreign }
        guard version == Self.version else { throw .version(version) }
    }

    /// Writes what is known as a state, in pieces.
    static func write(_ graph: RegistrationGraph, _ body: ([UInt8]) -> Void) {
        body(Array("{\"\(mark)\":\"state\",\"version\":\(version)}\n".utf8))
        graph.writeLines(with: [:], body)
    }
}

extension RegistrationGraph {
    /// Writes what the graph knows as events, one a line, and the lines of others among them, by their ids: the order
    /// depends on nothing else.
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
            .sorted { $0.0 < $1.0 }
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
