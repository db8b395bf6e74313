/// Which events were told, by the first 64 bits of their ids: the last ones, as many as are kept.
package struct ToldEvents: Sendable, Equatable {
    /// In the order in which they were told.
    private(set) var marks: [UInt64] = []
    private var set: Set<UInt64> = []

    /// More are not kept: what was told before is told again then, and has the same id.
    static let maximum = 1 << 16

    package init() {}

    package var count: Int { marks.count }

    /// The mark of an event's id; nil if that is none of octolog's.
    static func mark(of id: String) -> UInt64? {
        id.utf8.count >= 16 ? UInt64(id.prefix(16), radix: 16) : nil
    }

    package func contains(_ id: String) -> Bool { Self.mark(of: id).map(set.contains) ?? false }

    /// Takes note of an event that was told.
    package mutating func note(_ id: String) {
        if let mark = Self.mark(of: id) { add(mark) }
    }

    /// Takes note of what others have told.
    package mutating func merge(_ other: ToldEvents) {
        for mark in other.marks { add(mark) }
    }

    private mutating func add(_ mark: UInt64) {
        guard set.insert(mark).inserted else { return }
        marks.append(mark)
        // Many at once, so that each costs little.
        guard marks.count > Self.maximum + Self.maximum / 8 else { return }
        for old in marks.prefix(marks.count - Self.maximum) { set.remove(old) }
        marks.removeFirst(marks.count - Self.maximum)
    }
}

extension ToldEvents {
    private static let marksInLine = 512

    /// Takes in a line of a state; false if it is none.
    mutating func read(_ value: JSONValue) -> Bool {
        let list = value["ids"]?.array ?? []
        for entry in list {
            guard let text = entry.string, text.utf8.count == 16, let mark = UInt64(text, radix: 16) else {
                return false
            }
            add(mark)
        }
        return true
    }

    /// Writes them as lines of a state.
    func write(to writer: inout JSONWriter, _ body: ([UInt8]) -> Void) {
        var rest = marks[...]
        while !rest.isEmpty {
            writer.removeAll()
            writer.object { writer in
                writer.member("octolog", KnownState.Line.told.rawValue)
                writer.key("ids")
                writer.array { writer in
                    for mark in rest.prefix(Self.marksInLine) { writer.string(Self.text(of: mark)) }
                }
            }
            writer.newline()
            body(writer.bytes)
            rest = rest.dropFirst(Self.marksInLine)
        }
    }

    private static func text(of mark: UInt64) -> String {
        let digits = String(mark, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}
