/// Where bytes come from: a descriptor, or memory in tests.
package protocol ByteSource: ~Copyable {
    /// What can go wrong while reading.
    associatedtype Failure: Error

    /// Reads what there is, up to the buffer's size, and waits if there is nothing yet.
    ///
    /// - Returns: how many bytes were written to the buffer's beginning; 0 at the end of the input.
    mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(Failure) -> Int
}
