/// Where a line lies in an input, the file as it is on disk or the stream as it was read.
package struct Location: Sendable, Equatable {
    /// The line's number, from 1.
    package var line: Int
    /// The line's first byte, from 0, its framing included; of a line over `LineBuffer.window`, that of a part of it.
    package var offset: Int
    /// Its bytes without the line end.
    package var length: Int
    /// Which file of a rotated set it lies in, from 0.
    var file = 0
    /// When what transported the line had it, where its frame tells.
    var time: Timestamp?
}

/// A piece of a text that was put together: where it lies in the input, and where in the text.
struct Segment: Equatable {
    var location: Location
    var range: Range<Int>
    /// Where each byte of it lies, if the input is to be written again.
    var places: Places?
}

/// A point in event time, by each of the clocks that tell it.
struct Moment: Equatable {
    /// By the one who wrote the line.
    var message: Timestamp?
    /// By what transported the line.
    var frame: Timestamp?

    /// Nil if no clock tells.
    init?(message: Timestamp?, frame: Timestamp?) {
        if message == nil, frame == nil { return nil }
        self.message = message
        self.frame = frame
    }

    /// The writer knows best.
    var timestamp: Timestamp? { message ?? frame }

    /// The time of something that this began, by the same writer's clock if that told none of it.
    func orLater(_ other: Moment?) -> Moment? {
        Moment(message: other?.message ?? message, frame: other?.frame ?? frame)
    }

    /// The seconds from `earlier` to this by the same clock, or nil where none tells both or it went backwards.
    func seconds(since earlier: Moment?) -> Double? {
        if let message, earlier?.message != nil { return message.seconds(since: earlier?.message) }
        return frame?.seconds(since: earlier?.frame)
    }
}
