/// Where events go. The core pushes; a sink writes, collects or counts.
public protocol EventSink {
    mutating func receive(_ event: Event)

    /// A master key that the log shows, with what is known of it. A sink that has no use for it lets it go.
    mutating func recovered(_ secret: consuming Secret, _ key: RecoveredKey)

    /// All bytes that were read are processed; more may be long in coming.
    mutating func inputDrained()
}

extension EventSink {
    public mutating func recovered(_ secret: consuming Secret, _ key: RecoveredKey) {}
    public mutating func inputDrained() {}
}

/// What is known of a master key besides its value.
public struct RecoveredKey: Sendable {
    public enum Place: Sendable {
        /// The output of `show-master-key`.
        case block
        /// The `--masterkey` option of a command.
        case option
        /// A line by itself, which anybody may have printed.
        case loose
    }
    public var place: Place
    /// `sha256:` and eight digits.
    public var fingerprint: String
    public var bits: Int
    public var container: String
    public var startup: Int?
    public var time: Timestamp?
    public var evidence: Evidence
}
