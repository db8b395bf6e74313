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
    /// - Parameter lines: lines without their ends, by the ids of their events.
    func writeLines(with lines: [String: [UInt8]], _ body: ([UInt8]) -> Void) {
        enum Place {
            case registration(RegistrationStore.Reference)
            case life(Int)
            case line(String)
        }
        let lives = lives.events
        var places: [(id: UInt128, place: Place)] = references.map { (Self.number(of: id(of: $0)), .registration($0)) }
        places += lives.enumerated().map { (Self.number(of: $1.id), .life($0)) }
        places += lines.keys.map { (Self.number(of: $0), .line($0)) }
        places.sort { $0.id < $1.id }
        var writer = JSONWriter()
        for (_, place) in places {
            writer.removeAll()
            switch place {
            case .registration(let reference): writer.line(event(reference))
            case .life(let index): writer.line(lives[index])
            case .line(let id):
                body((lines[id] ?? []) + [UInt8(ascii: "\n")])
                continue
            }
            body(writer.bytes)
        }
    }

    private static func number(of id: String) -> UInt128 { UInt128(id, radix: 16) ?? 0 }
}
