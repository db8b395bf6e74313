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
    /// Reads `yyyy-MM-ddTHH:mm:ss`, the `<ts>` of log-grammar, at `start`; a fraction and a `Z` may follow.
    ///
    /// - Returns: the time and the index after it, or nil if there is none.
    static func scan(_ bytes: Span<UInt8>, at start: Int, end: Int) -> (Timestamp, next: Int)? {
        guard end - start >= 19 else { return nil }
        func digits(_ offset: Int, _ count: Int) -> Int? {
            var value = 0
            for i in start + offset..<start + offset + count {
                guard case 0x30...0x39 = bytes[i] else { return nil }
                value = value * 10 + Int(bytes[i] - 0x30)
            }
            return value
        }
        guard let year = digits(0, 4), bytes[start + 4] == 0x2D, let month = digits(5, 2), bytes[start + 7] == 0x2D,
            let day = digits(8, 2), bytes[start + 10] == 0x54, let hour = digits(11, 2), bytes[start + 13] == 0x3A,
            let minute = digits(14, 2), bytes[start + 16] == 0x3A, let second = digits(17, 2),
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 61,
            // Years whose nanoseconds fit into 64 bits.
            (1970...2261).contains(year)
        else { return nil }
        var next = start + 19
        var fraction: Int64 = 0
        if next < end, bytes[next] == 0x2E {
            var scale: Int64 = 100_000_000
            next += 1
            while next < end, case 0x30...0x39 = bytes[next] {
                fraction += Int64(bytes[next] - 0x30) * scale
                scale /= 10
                next += 1
            }
        }
        if next < end, bytes[next] == 0x5A { next += 1 }
        let seconds = Self.days(year, month, day) * 86400 + hour * 3600 + minute * 60 + second
        return (Timestamp(nanoseconds: Int64(seconds) * 1_000_000_000 + fraction), next)
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
