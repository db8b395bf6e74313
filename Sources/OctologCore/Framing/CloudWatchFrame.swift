/// `EVENTS <ingestion ms> <message> <timestamp ms>`, as the AWS command prints events of CloudWatch.
enum CloudWatchFrame {
    static func peel(_ bytes: Span<UInt8>, at start: Int, end: Int) -> Peeled? {
        guard bytes.has("EVENTS", at: start, end: end), let first = gap(bytes, start + 6, end),
            let (_, firstEnd) = milliseconds(bytes, first, end), let message = gap(bytes, firstEnd, end)
        else { return nil }
        var stop = end
        while stop > message, bytes[stop - 1].isGap { stop -= 1 }
        var digits = stop
        while digits > message, bytes[digits - 1].isDigit { digits -= 1 }
        guard let (time, _) = milliseconds(bytes, digits, stop), digits == message || bytes[digits - 1].isGap else {
            return nil
        }
        // One gap is the frame's; more blanks before it may be the message's, which ends before them all the same.
        var messageEnd = max(message, digits - 1)
        while messageEnd > message, bytes[messageEnd - 1].isGap { messageEnd -= 1 }
        return Peeled(
            message: message..<messageEnd, time: Timestamp(nanoseconds: Int64(time) * 1_000_000))
    }

    /// The index behind the gap at `start`: a TAB, or the blanks that a copy made of it.
    private static func gap(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int? {
        guard start < end, bytes[start].isGap else { return nil }
        if bytes[start] == 0x09 { return start + 1 }
        return bytes.end(of: { $0 == 0x20 }, from: start, to: end)
    }

    /// A time of this century in milliseconds since 1970 has thirteen digits.
    private static func milliseconds(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> (Int, Int)? {
        guard let (value, next) = bytes.number(at: start, end: end), next - start == 13, value < 9_000_000_000_000
        else {
            return nil
        }
        return (value, next)
    }
}
