/// A point in event time: nanoseconds since 1970-01-01T00:00:00Z.
package struct Timestamp: Sendable, Equatable, Comparable {
    /// Nanoseconds since 1970 UTC, leap seconds not counted.
    package var nanoseconds: Int64

    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    package static func < (a: Timestamp, b: Timestamp) -> Bool { a.nanoseconds < b.nanoseconds }

    /// The seconds from `earlier` to this, or nil where the clock went backwards.
    func seconds(since earlier: Timestamp?) -> Double? {
        guard let earlier, earlier <= self else { return nil }
        return Double(nanoseconds - earlier.nanoseconds) / 1e9
    }
}

extension Timestamp {
    /// A time that was read, and how it was written.
    struct Scanned {
        var time: Timestamp
        /// The index behind it.
        var next: Int
        /// How many digits its fraction has.
        var decimals = 0
        /// Whether it says how far from UTC it is.
        var hasZone = false
    }

    /// Reads `yyyy-MM-ddTHH:mm:ss`, the `<ts>` of log-grammar, at `start`; a fraction and a zone may follow.
    ///
    /// - Returns: the time and the index after it, or nil if there is none.
    static func scan(_ bytes: Span<UInt8>, at start: Int, end: Int) -> (Timestamp, next: Int)? {
        scan(bytes, at: start, end: end, separator: UInt8(ascii: "T")).map { ($0.time, $0.next) }
    }

    /// Reads a date and a time, RFC 3339 with any separator, at `start`. Without a zone it is taken for UTC.
    static func scan(_ bytes: Span<UInt8>, at start: Int, end: Int, separator: UInt8) -> Scanned? {
        guard end - start >= 19, bytes[start + 10] == separator, bytes[start + 4] == 0x2D, bytes[start + 7] == 0x2D,
            bytes[start + 13] == 0x3A, bytes[start + 16] == 0x3A
        else { return nil }
        guard let year = digits(bytes, start, 4), let month = digits(bytes, start + 5, 2),
            let day = digits(bytes, start + 8, 2), let hour = digits(bytes, start + 11, 2),
            let minute = digits(bytes, start + 14, 2), let second = digits(bytes, start + 17, 2),
            let time = Timestamp(year, month, day, hour, minute, second)
        else { return nil }
        var result = Scanned(time: time, next: start + 19)
        if result.next < end, bytes[result.next] == 0x2E {
            var scale: Int64 = 100_000_000
            result.next += 1
            while result.next < end, case 0x30...0x39 = bytes[result.next] {
                result.time.nanoseconds += Int64(bytes[result.next] - 0x30) * scale
                scale /= 10
                result.decimals += 1
                result.next += 1
            }
        }
        scanZone(bytes, end: end, &result)
        return result
    }

    /// Takes in the `Z`, `+hh:mm` or `+hhmm` that follows a time, if one does.
    private static func scanZone(_ bytes: Span<UInt8>, end: Int, _ result: inout Scanned) {
        guard result.next < end else { return }
        let sign = bytes[result.next]
        if sign == UInt8(ascii: "Z") {
            result.next += 1
            result.hasZone = true
        } else if sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"), end - result.next >= 5,
            let hours = digits(bytes, result.next + 1, 2)
        {
            let colon = bytes[result.next + 3] == UInt8(ascii: ":") ? 1 : 0
            guard end - result.next >= 5 + colon, let minutes = digits(bytes, result.next + 3 + colon, 2) else {
                return
            }
            let offset = Int64(hours * 60 + minutes) * 60_000_000_000
            result.time.nanoseconds += sign == UInt8(ascii: "+") ? -offset : offset
            result.next += 5 + colon
            result.hasZone = true
        }
    }

    /// The number that `count` digits at `start` are; the caller has made sure that they lie within `bytes`.
    private static func digits(_ bytes: Span<UInt8>, _ start: Int, _ count: Int) -> Int? {
        var value = 0
        for i in start..<start + count {
            guard case 0x30...0x39 = bytes[i] else { return nil }
            value = value * 10 + Int(bytes[i] - 0x30)
        }
        return value
    }

    /// A date and a time in UTC; nil if there is no such, or its nanoseconds don't fit into 64 bits.
    private init?(_ year: Int, _ month: Int, _ day: Int, _ hour: Int, _ minute: Int, _ second: Int) {
        guard (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 61,
            (1970...2261).contains(year)
        else { return nil }
        let seconds = Self.days(year, month, day) * 86400 + hour * 3600 + minute * 60 + second
        nanoseconds = Int64(seconds) * 1_000_000_000
    }

    /// Reads a time as people write it: RFC 3339, or less of it, in UTC unless it says otherwise.
    package init?(text: String) {
        var text = text
        if text.utf8.count == 10 { text += "T00:00:00" }
        if text.utf8.count == 16 { text += ":00" }
        let bytes = Array(text.utf8)
        let separator: UInt8 = bytes.count > 10 && bytes[10] == 0x20 ? 0x20 : 0x54
        guard let scanned = Self.scan(bytes.span, at: 0, end: bytes.count, separator: separator),
            scanned.next == bytes.count
        else { return nil }
        self = scanned.time
    }

    /// Days from 1970-01-01 to a date of the Gregorian calendar.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        // Count years from March, so that the leap day is the last of its year.
        let y = month > 2 ? year : year - 1
        let m = (month + 9) % 12
        return y * 365 + y / 4 - y / 100 + y / 400 + (m * 306 + 5) / 10 + (day - 1) - 719_468
    }

    /// The time as events have it, RFC 3339.
    package var text: String { rfc3339 }

    /// RFC 3339 in UTC; the fraction only if there is one, in nine digits.
    var rfc3339: String {
        var days = Int(nanoseconds / 86_400_000_000_000)
        let rest = Int(nanoseconds % 86_400_000_000_000)
        days += 719_468
        let era = days / 146_097
        let dayOfEra = days % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let m = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * m + 2) / 5 + 1
        let month = m < 10 ? m + 3 : m - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let seconds = rest / 1_000_000_000
        let fraction = rest % 1_000_000_000
        return String(unsafeUninitializedCapacity: 30) { buffer in
            var position = 0
            func put(_ number: Int, digits: Int, then mark: Unicode.Scalar) {
                var number = number
                for i in stride(from: position + digits - 1, through: position, by: -1) {
                    buffer[i] = UInt8(0x30 + number % 10)
                    number /= 10
                }
                buffer[position + digits] = UInt8(ascii: mark)
                position += digits + 1
            }
            put(year, digits: 4, then: "-")
            put(month, digits: 2, then: "-")
            put(day, digits: 2, then: "T")
            put(seconds / 3600, digits: 2, then: ":")
            put(seconds / 60 % 60, digits: 2, then: ":")
            put(seconds % 60, digits: 2, then: fraction == 0 ? "Z" : ".")
            if fraction != 0 { put(fraction, digits: 9, then: "Z") }
            return position
        }
    }
}
