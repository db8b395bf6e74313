import Testing

/// Makes what breaks a law smaller, as long as it still breaks it: what is left shows the fault.
///
/// Source: Zeller and Hildebrandt, "Simplifying and isolating failure-inducing input", 2002.
struct Shrinker {
    /// How often the law may still be tried.
    private var trials: Int

    private init(trials: Int) { self.trials = trials }

    /// The smallest part of `parts`, in their order, that was found to break the law.
    ///
    /// - Parameters:
    ///   - trials: how often the law may be tried.
    ///   - breaks: whether parts break it. What breaks it is passed through unchanged if nothing smaller does.
    static func smallest<Part>(_ parts: [Part], trials: Int = 2000, _ breaks: ([Part]) -> Bool) -> [Part] {
        var shrinker = Shrinker(trials: trials)
        return shrinker.shrink(parts, breaks)
    }

    /// The smallest log that was found to break a law: without lines first, then without bytes.
    static func smallest(log: [UInt8], trials: Int = 2000, _ breaks: ([UInt8]) -> Bool) -> [UInt8] {
        var shrinker = Shrinker(trials: trials)
        let lines = shrinker.shrink(Self.lines(of: log)) { breaks(Array($0.joined())) }
        return shrinker.shrink(Array(lines.joined()), breaks)
    }

    /// The lines of a log with their ends.
    static func lines(of log: [UInt8]) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var start = 0
        while start < log.count {
            let end = log[start...].firstIndex(of: 0x0A).map { $0 + 1 } ?? log.count
            lines.append(log[start..<end])
            start = end
        }
        return lines
    }

    private mutating func shrink<Part>(_ parts: [Part], _ breaks: ([Part]) -> Bool) -> [Part] {
        var parts = parts
        var size = (parts.count + 1) / 2
        while size > 0, !parts.isEmpty {
            var start = 0
            var isSmaller = false
            while start < parts.count, trials > 0 {
                trials -= 1
                let rest = Array(parts[..<start] + parts[min(parts.count, start + size)...])
                if breaks(rest) {
                    parts = rest
                    isSmaller = true
                } else {
                    start += size
                }
            }
            guard trials > 0 else { break }
            // What could not go before may go once others went.
            if !isSmaller || size > 1 { size /= 2 }
        }
        return parts
    }
}

/// Holds a log against a law; a log that breaks it is told as the smallest that was found to do so.
///
/// - Parameter holds: whether the law holds for a log.
func expect(
    _ law: String, of log: [UInt8], sourceLocation: SourceLocation = #_sourceLocation, _ holds: ([UInt8]) -> Bool
) {
    guard !holds(log) else { return }
    let smallest = Shrinker.smallest(log: log, trials: 400) { !holds($0) }
    Issue.record(
        "\(law): broken by \(String(decoding: smallest, as: UTF8.self).debugDescription)",
        sourceLocation: sourceLocation)
}
