/// The ways in which a transport wraps a line, log-grammar 11.
package enum Framing: String, Sendable, CaseIterable {
    case plain
    /// An RFC 3339 time before the line: `docker logs -t`, `kubectl logs --timestamps`, CI.
    case timestamps
    /// Attributes before the line: `docker logs --details`.
    case details
    /// A time without a zone before the line, copied from Docker Desktop's window.
    case desktop
    case jsonFile = "json-file"
    /// The engine's stream of chunks with headers of eight bytes.
    case raw
    case cri
    case compose
    /// `[pod/<pod>/<container>]` before the line: `kubectl logs --prefix`.
    case kubectl
    case stern
    case syslog
    case journald
    case fluentd
    case loki
    case cloudwatch
    /// JSON of other shippers, with the line as `message` or `log`.
    case json
    /// A bar before the line, left over from a table that was copied.
    case table
}

/// The frames around one line, outermost first.
struct FrameStack: Equatable {
    // Each a byte: 0 is none, others a framing's number and 1.
    private var packed: UInt64 = 0
    private(set) var count = 0

    mutating func push(_ framing: Framing) {
        guard count < 8 else { return }
        packed |= UInt64(Self.number(framing)) << UInt64(8 * count)
        count += 1
    }

    subscript(index: Int) -> Framing { Framing.allCases[Int(packed >> UInt64(8 * index) & 0xFF) - 1] }

    func contains(_ framing: Framing) -> Bool { (0..<count).contains { self[$0] == framing } }

    /// The outermost frame, `plain` without any.
    var outer: Framing { count == 0 ? .plain : self[0] }
    /// The frames within it.
    var inner: [Framing] { (0..<count).dropFirst().map { self[$0] } }

    private static let numbers: [Framing: UInt8] = Dictionary(
        uniqueKeysWithValues: Framing.allCases.enumerated().map { ($1, UInt8($0 + 1)) })
    private static func number(_ framing: Framing) -> UInt8 { numbers[framing] ?? 0 }
}

/// A program's two streams.
package enum OutputStream: String, Sendable, CaseIterable {
    case stdout
    case stderr
}

/// Something that the transport itself says of a container.
enum Notice: Equatable {
    /// The container's process ended.
    case exited(code: Int)
    /// Nothing that matters here.
    case other
    /// The shipper left the line out: it was too long for it.
    case leftOut
}

/// One line as its writer wrote it, and what its frames say of it.
struct Frame {
    var stack = FrameStack()
    /// Whose line it is, a number of `ChannelTable`.
    var channel = ChannelTable.unnamed
    var stream: OutputStream?
    var time: Timestamp?
    /// The message's bytes: in the line, or in `Framer.decoded` if it had to be decoded.
    var message: Range<Int>
    var isDecoded = false
    /// Whether the rest of the line follows in another frame.
    var isPart = false
    /// Whether the same stamp as at the beginning may stand again within the message, at each 16 KiB.
    var mayHoldStamps = false
    var notice: Notice?
    /// Whether what it wraps is a container's own word, and no frame that is to be believed.
    var isInnermost = false
    /// Whether the line ends within the frame.
    var isCut = false
    /// Whether the physical line holds other messages too.
    var isAmongOthers = false
}

/// What one kind of frame finds at a place in a line.
struct Peeled {
    /// What it wraps.
    var message: Range<Int>
    var time: Timestamp?
    var stream: OutputStream?
    var isPart = false
    var name: Name?
    /// How exactly the time was written, in decimals; the engine's own has nine.
    var decimals = 0

    /// The bytes that name the container.
    struct Name {
        var name: Range<Int>
        /// Of a pod, its container.
        var container: Range<Int>?
        /// The host, where one stream may be of several.
        var host: Range<Int>?
        /// The container's id, where it is given beside the name.
        var id: Range<Int>?
        /// Whether `name` is a pod's.
        var isPod = false
    }
}
