/// Where events go. The core pushes; a sink writes, collects or counts.
package protocol EventSink {
    mutating func receive(_ event: Event)

    /// A master key that the log shows, with what is known of it. A sink that has no use for it lets it go.
    mutating func recovered(_ secret: consuming Secret, _ key: RecoveredKey)

    /// An event that is held back, because too many like it were told.
    mutating func suppressed(_ event: Event)

    /// A file is read, from its beginning.
    mutating func began(_ file: BegunFile)

    /// All bytes that were read are processed; more may be long in coming.
    mutating func inputDrained()

    /// More of a log was read, or there is no more of it.
    ///
    /// - Parameters:
    ///   - log: the log's number, from 0.
    ///   - totals: what the log amounts to so far, but for its events; made only if it is asked for.
    mutating func inputRead(ofLog log: Int, _ totals: () -> Totals)
}

extension EventSink {
    package mutating func recovered(_ secret: consuming Secret, _ key: RecoveredKey) {}
    package mutating func suppressed(_ event: Event) {}
    package mutating func began(_ file: BegunFile) {}
    package mutating func inputDrained() {}
    package mutating func inputRead(ofLog log: Int, _ totals: () -> Totals) {}
}

/// A file of a log that is read from its beginning.
package struct BegunFile: Sendable {
    package var path: String
    /// How many startups each container had in the files of the log before it, by its name.
    package var startups: [String: Int]
}

/// What is known of a master key besides its value.
package struct RecoveredKey: Sendable {
    package enum Place: Sendable {
        /// The output of `show-master-key`.
        case block
        /// The `--masterkey` option of a command.
        case option
        /// The output of `show-master-key`, in a startup that the program before it may have printed.
        case doubtful
        /// A line by itself, which anybody may have printed.
        case loose
    }
    package var place: Place
    /// `sha256:` and eight digits.
    package var fingerprint: String
    package var bits: Int
    package var container: String
    package var startup: Int?
    /// Whether the log shows how that startup began, and not this alone.
    package var isWhole: Bool
    /// Whether the log's framing names the container.
    package var isNamed: Bool
    package var time: Timestamp?
    package var evidence: Evidence
}
