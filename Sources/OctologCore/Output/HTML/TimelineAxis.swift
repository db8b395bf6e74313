extension Timeline {
    /// Time as a place from 0 to 1: in proportion while something starts, cut short in between.
    struct Axis {
        /// A time in which something starts.
        private struct Segment {
            var start: Timestamp
            var end: Timestamp
            var from = 0.0
            var to = 0.0

            var seconds: Double { end.seconds(since: start) ?? 0 }
        }

        private var segments: [Segment] = []

        /// What a cut takes of the width.
        private static let cut = 0.03
        /// How many cuts there are at most: only the longest times are cut.
        private static let maximumCuts = 8
        /// Times shorter than this are never cut, in seconds.
        private static let patience = 60.0
        /// The least distance between two labels.
        private static let distance = 0.16

        var start: Timestamp { segments[0].start }
        var end: Timestamp { segments[segments.count - 1].end }

        /// Nil where no startup has a time.
        init?(_ report: Report) {
            let intervals = report.containers.flatMap { $0.startups.compactMap(\.interval) }
                .sorted { $0.lowerBound < $1.lowerBound }
            guard !intervals.isEmpty else { return nil }
            for interval in intervals {
                if let last = segments.last, interval.lowerBound <= last.end {
                    segments[segments.count - 1].end = max(last.end, interval.upperBound)
                } else {
                    segments.append(Segment(start: interval.lowerBound, end: interval.upperBound))
                }
            }
            joinWhereQuietIsShort()
            lay()
        }

        /// Joins segments until only the longest quiet times are left between them.
        private mutating func joinWhereQuietIsShort() {
            let active = segments.reduce(0) { $0 + $1.seconds }
            let quiet = segments.indices.dropLast().map { segments[$0 + 1].start.seconds(since: segments[$0].end) ?? 0 }
            let least = max(Self.patience, active / 4)
            let longest = quiet.filter { $0 > least }.sorted(by: >).prefix(Self.maximumCuts).last ?? .infinity
            var joined: [Segment] = [segments[0]]
            var cuts = 0
            for (segment, quiet) in zip(segments.dropFirst(), quiet) {
                if quiet > least, quiet >= longest, cuts < Self.maximumCuts {
                    joined.append(segment)
                    cuts += 1
                } else {
                    joined[joined.count - 1].end = max(joined[joined.count - 1].end, segment.end)
                }
            }
            segments = joined
        }

        /// Gives each segment its share of the width, and one that took no time a little.
        private mutating func lay() {
            let width = 1 - Double(segments.count - 1) * Self.cut
            let total = segments.reduce(0) { $0 + max($1.seconds, 1) }
            var place = 0.0
            for position in segments.indices {
                segments[position].from = place
                place += max(segments[position].seconds, 1) / total * width
                segments[position].to = place
                place += Self.cut
            }
        }

        func place(_ time: Timestamp) -> Double {
            for (position, segment) in segments.enumerated() {
                if time < segment.start {
                    // Within a cut.
                    return position == 0 ? 0 : (segments[position - 1].to + segment.from) / 2
                }
                guard time <= segment.end else { continue }
                let share = (time.seconds(since: segment.start) ?? 0) / max(segment.seconds, 1)
                return segment.from + share * (segment.to - segment.from)
            }
            return 1
        }

        var breaks: [Break] {
            segments.indices.dropLast().map { position in
                Break(
                    place: (segments[position].to + segments[position + 1].from) / 2,
                    seconds: segments[position + 1].start.seconds(since: segments[position].end) ?? 0)
            }
        }

        /// The steps between labels, in seconds: those that clocks and calendars have.
        private static let steps: [Double] = [
            1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21600, 43200, 86400, 172_800, 604_800,
        ]

        /// Round times, no two too near each other; the first of a day has its date.
        var ticks: [Tick] {
            let active = segments.reduce(0) { $0 + max($1.seconds, 1) }
            let step = Self.steps.first { active / $0 <= 6 } ?? (active / 6).rounded(.up)
            let nanoseconds = Int64(min(step, 3e9)) * 1_000_000_000
            var ticks: [Tick] = []
            var day: Substring = ""
            func add(_ time: Timestamp) {
                let place = place(time)
                guard ticks.last.map({ place - $0.place >= Self.distance }) ?? true else { return }
                let text = time.seconds
                let date = text.prefix(10)
                let clock = text.dropFirst(11).dropLast()
                ticks.append(Tick(place: place, label: date == day ? "\(clock)" : "\(date) \(clock)"))
                day = date
            }
            for segment in segments {
                add(segment.start)
                var time = segment.start.nanoseconds / nanoseconds * nanoseconds
                // As many as fit are few; the log's times may be anything, up to where numbers end.
                for _ in 0..<64 {
                    let (next, isOver) = time.addingReportingOverflow(nanoseconds)
                    guard !isOver, next < segment.end.nanoseconds else { break }
                    time = next
                    if time > segment.start.nanoseconds { add(Timestamp(nanoseconds: time)) }
                }
            }
            return ticks
        }
    }
}
