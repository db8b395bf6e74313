/// Where a line lies in an input, the file as it is on disk or the stream as it was read.
package struct Location: Sendable, Equatable {
    /// The line's number, from 1.
    package var line: Int
    /// The line's first byte, from 0; of a line over `LineBuffer.window`, that of a part of it.
    package var offset: Int
    /// Its bytes without the line end.
    package var length: Int
}
