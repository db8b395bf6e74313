import Synchronization

/// What reading on in a log brought.
///
/// Keys and failures are passed on as soon as the news is taken, before its events, which wait for their turn among
/// those of other logs.
struct LaneNews: Sendable {
    /// A file that can't be read, or not to its end.
    struct Failure: Sendable {
        var file: String
        var error: InputError
    }

    var keys: [KeptKey] = []
    var begun: [BegunFile] = []
    var failures: [Failure] = []
    /// The events, in the log's order.
    var told: [Told] = []
    /// What was read of the log so far amounts to, where another thread read it.
    var totals = Totals()
    /// Whether nothing more comes.
    var hasEnded = false

    /// Whether there is nothing to be told.
    var isQuiet: Bool { told.isEmpty && keys.isEmpty && begun.isEmpty && failures.isEmpty && !hasEnded }

    /// What an event takes besides the lines that it shows, in bytes, about.
    private static let costOfEvent = 1 << 10

    /// How much memory the events take, in bytes, about.
    var cost: Int {
        told.reduce(0) { $0 + Self.costOfEvent + $1.event.evidence.reduce(0) { $0 + $1.text.utf8.count } }
    }
}

/// A master key on its way to the sink, which may be in another thread.
final class KeptKey: Sendable {
    private let secret: Mutex<Secret?>
    private let key: RecoveredKey

    init(_ secret: consuming Secret, _ key: RecoveredKey) {
        self.secret = Mutex(secret)
        self.key = key
    }

    /// Hands the key on, once.
    func tell(_ sink: inout some EventSink) {
        guard let secret = secret.withLock({ $0.take() }) else { return }
        sink.recovered(secret, key)
    }
}

/// Keeps what a stream hands out besides its events, which is nearly always nothing.
struct StepCollector: EventSink {
    private(set) var keys: [KeptKey]?
    private(set) var begun: BegunFile?

    mutating func receive(_ event: Event) {}

    mutating func recovered(_ secret: consuming Secret, _ key: RecoveredKey) {
        keys = (keys ?? []) + [KeptKey(secret, key)]
    }

    mutating func began(_ file: BegunFile) { begun = file }
}
