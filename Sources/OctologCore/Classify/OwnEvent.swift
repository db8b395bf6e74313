/// Tells octolog's own events from a log's lines: what they quote of a log is no log.
enum OwnEvent {
    /// Whether octolog wrote what stands in a line from `start` on: an event, as CloudEvents, for Elasticsearch, for
    /// Seq or for OpenTelemetry.
    ///
    /// The marks have quotes that nothing within a JSON string has: who quotes an event, or prints one into a frame,
    /// hides no line but that one.
    static func isOne(_ line: Span<UInt8>, from start: Int = 0) -> Bool {
        let end = line.count
        guard start < end, line[start] == UInt8(ascii: "{") else { return false }
        if line.has("{\"specversion\":\"1.0\",\"id\":\"", at: start, end: end) {
            // The id between them has 16 bytes as digits.
            return line.has("\",\"source\":\"urn:octolog:", at: start + 59, end: end)
        }
        if line.has("{\"@timestamp\":\"", at: start, end: end) || line.has("{\"message\":\"", at: start, end: end) {
            return line.first("\"dataset\":\"octolog.events\",\"module\":\"octolog\"", from: start, to: end) != nil
        }
        if line.has("{\"@t\":\"", at: start, end: end) || line.has("{\"@m\":\"", at: start, end: end) {
            return line.first("\",\"source\":\"urn:octolog:", from: start, to: end) != nil
        }
        return line.has("{\"resourceLogs\":[{\"resource\":{\"attributes\":[", at: start, end: end)
            && line.first("\"scope\":{\"name\":\"octolog\",\"version\":", from: start, to: end) != nil
    }
}
