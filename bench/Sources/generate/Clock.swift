/// The time in the containers, in seconds since 1970 UTC.
struct Clock {
    private(set) var seconds: Int
    /// `yyyy-MM-ddTHH:mm:ss`, made anew only when the second changes.
    private(set) var stamp: [UInt8] = []

    init(seconds: Int) {
        self.seconds = seconds
        format()
    }

    var date: ArraySlice<UInt8> { stamp[..<10] }
    var timeOfDay: ArraySlice<UInt8> { stamp[11...] }

    mutating func advance(by seconds: Int) {
        guard seconds > 0 else { return }
        self.seconds += seconds
        format()
    }

    private mutating func format() {
        let (year, month, day) = Self.civil(daysSince1970: seconds / 86_400)
        let second = seconds % 86_400
        stamp.removeAll(keepingCapacity: true)
        append(year, width: 4)
        stamp.append(UInt8(ascii: "-"))
        append(month, width: 2)
        stamp.append(UInt8(ascii: "-"))
        append(day, width: 2)
        stamp.append(UInt8(ascii: "T"))
        append(second / 3600, width: 2)
        stamp.append(UInt8(ascii: ":"))
        append(second / 60 % 60, width: 2)
        stamp.append(UInt8(ascii: ":"))
        append(second % 60, width: 2)
    }

    private mutating func append(_ number: Int, width: Int) {
        var divisor = 1
        for _ in 1..<width { divisor *= 10 }
        while divisor > 0 {
            stamp.append(UInt8(ascii: "0") + UInt8(number / divisor % 10))
            divisor /= 10
        }
    }

    /// Howard Hinnant's `civil_from_days`, for days after 1970.
    private static func civil(daysSince1970 days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }
}
