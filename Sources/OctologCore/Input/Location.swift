/// Where a line lies in an input, the file as it is on disk or the stream as it was read.
public struct Location: Sendable, Equatable {
    /// The line's number, from 1.
    public var line: Int
    /// The line's first byte, from 0; of a line over `LineBuffer.window`, that of a part of it.
    public var offset: Int
    /// Its bytes without the line end.
    public var length: Int
}
