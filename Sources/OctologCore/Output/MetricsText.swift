// Prometheus' text format 0.0.4: https://prometheus.io/docs/instrumenting/exposition_formats/

extension Metrics {
    /// The metrics as text, every series with the label `run`; equal for equal metrics.
    package var text: [UInt8] {
        var text = MetricsText(run: run)
        writeRun(to: &text)
        writeContainers(to: &text)
        writeStates(to: &text)
        return text.bytes
    }

    private func writeRun(to text: inout MetricsText) {
        let totals = totals
        text.family("octolog_build_info", .gauge, "Which octolog with which rules this run is; always 1.")
        if let build { text.series([("version", build.version), ("rules_digest", build.rules)], 1) }
        text.counter("octolog_lines_total", "Lines that were read.", totals.lines)
        text.counter("octolog_bytes_read_total", "Bytes of the inputs that were read.", totals.bytes)
        text.counter("octolog_startup_lines_total", "Lines of startups.", totals.startupLines)
        text.counter(
            "octolog_unrecognised_lines_total", "Lines of startups that no rule knows.",
            max(0, totals.startupLines - totals.recognisedLines))
        text.family("octolog_events_total", .counter, "Events that were told, by type.")
        for type in EventType.allCases { text.series([("type", type.name)], events[type] ?? 0) }
        text.counter(
            "octolog_events_suppressed_total", "Events that were not told, because many of their like were.",
            suppressed)
        text.family("octolog_limits_hit_total", .counter, "How often a limit was hit, by limit.")
        for limit in LimitHit.Limit.allCases { text.series([("limit", limit.rawValue)], totals.limits[limit] ?? 0) }
        text.counter(
            "octolog_containers_forgotten_total",
            "Containers whose series were dropped, for want of room: those that were silent longest.", forgotten)
        text.family(
            "octolog_duplicate_registrations", .gauge, "Groups of duplicate registrations that are known, by class.")
        for `class` in RegistrationDuplicate.Class.allCases {
            text.series([("class", `class`.rawValue)], duplicates.counts[`class`] ?? 0)
        }
        writeDurations(to: &text)
    }

    private func writeDurations(to text: inout MetricsText) {
        text.family("octolog_phase_duration_seconds", .histogram, "How long completed phases of startups took.")
        let sorted = durations.map { (MetricsText.name(of: $0.key.product), $0.key.phase.rawValue, $0.value) }
            .sorted { ($0.0, $0.1) < ($1.0, $1.1) }
        for (product, phase, histogram) in sorted {
            text.histogram([("product", product), ("phase", phase)], histogram)
        }
    }

    private func writeContainers(to text: inout MetricsText) {
        let sorted = containers.sorted { $0.key < $1.key }
        text.family("octolog_startups_total", .counter, "Startups, by what became of them.")
        for (name, container) in sorted {
            let product = MetricsText.name(of: container.product)
            for (outcome, count) in [
                ("began", container.began), ("succeeded", container.succeeded), ("failed", container.failed),
                ("unfinished", container.unfinished),
            ] {
                text.series([("container", name), ("product", product), ("outcome", outcome)], count)
            }
        }
        text.family("octolog_restarts_total", .counter, "Startups that were not the first.")
        for (name, container) in sorted {
            text.series(
                [("container", name), ("product", MetricsText.name(of: container.product))], container.restarts)
        }
        text.family("octolog_findings_total", .counter, "Findings, by code and level; octolog explain tells of a code.")
        for (name, container) in sorted {
            for (key, count) in container.findings.sorted(by: {
                ($0.key.code, $0.key.level) < ($1.key.code, $1.key.level)
            }) {
                text.series([("container", name), ("code", key.code), ("level", key.level.name)], count)
            }
        }
        text.family("octolog_secrets_exposed_total", .counter, "Secrets that stood in clear in a log, by kind.")
        for (name, container) in sorted {
            for (kind, count) in container.secrets.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                text.series([("container", name), ("kind", kind.rawValue)], count)
            }
        }
        text.family(
            "octolog_master_keys_shown_total", .counter,
            "Master keys that stood in a log; trusted are those that show-master-key printed.")
        for (name, container) in sorted {
            for isTrusted in [true, false] {
                guard let count = container.masterKeys[isTrusted] else { continue }
                text.series([("container", name), ("trusted", "\(isTrusted)")], count)
            }
        }
    }

    /// Series that are there as long as something is so.
    private func writeStates(to text: inout MetricsText) {
        let sorted = containers.sorted { $0.key < $1.key }
        text.family(
            "octolog_startup_failed", .gauge, "1 from a failed startup until a later one succeeds; why, and where.")
        for (name, container) in sorted {
            guard let failure = container.failure else { continue }
            text.series(
                [
                    ("container", name), ("product", MetricsText.name(of: container.product)),
                    ("cause", Self.label(failure.cause)), ("phase", MetricsText.name(of: failure.phase)),
                ], 1)
        }
        text.family("octolog_startup_in_progress", .gauge, "1 while a startup is in a phase.")
        for (name, container) in sorted where container.isStarting {
            text.series(
                [
                    ("container", name), ("product", MetricsText.name(of: container.product)),
                    ("phase", MetricsText.name(of: container.phase)),
                ], 1)
        }
        text.family("octolog_container_stopped", .gauge, "1 from a container's stop until its next startup.")
        for (name, container) in sorted where container.isStopped { text.series([("container", name)], 1) }
    }
}

/// Prometheus' text format.
struct MetricsText {
    enum Kind: String { case counter, gauge, histogram }

    private(set) var bytes: [UInt8] = []
    private let run: String
    private var family = ""
    /// The lines that announce a family; they wait for its first series.
    private var head = ""

    init(run: String) { self.run = Self.escaped(run) }

    /// Begins a family; one without series is left out.
    mutating func family(_ name: String, _ kind: Kind, _ help: String) {
        family = name
        head = "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    }

    mutating func counter(_ name: String, _ help: String, _ value: Int) {
        family(name, .counter, help)
        series([], value)
    }

    mutating func series(_ labels: [(String, String)], _ value: Int) { line("", labels, "\(value)") }

    mutating func histogram(_ labels: [(String, String)], _ histogram: Histogram) {
        for (bound, count) in zip(Histogram.bounds, histogram.cumulative) {
            line("_bucket", labels + [("le", "\(bound)")], "\(count)")
        }
        line("_bucket", labels + [("le", "+Inf")], "\(histogram.count)")
        line("_sum", labels, "\(histogram.sum)")
        line("_count", labels, "\(histogram.count)")
    }

    private mutating func line(_ suffix: String, _ labels: [(String, String)], _ value: String) {
        bytes += head.utf8
        head = ""
        bytes += "\(family)\(suffix){run=\"\(run)\"".utf8
        for (name, value) in labels { bytes += ",\(name)=\"\(Self.escaped(value))\"".utf8 }
        bytes += "} \(value)\n".utf8
    }

    /// A label's value between its quotes.
    static func escaped(_ value: String) -> String {
        guard value.utf8.contains(where: { $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "\"") || $0 == 0x0A }) else {
            return value
        }
        var result = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            case "\n": result += "\\n"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// What a log does not tell has a name too: a label without a value is none.
    static func name(of product: Product?) -> String { product?.rawValue ?? "unknown" }
    static func name(of phase: Phase?) -> String { phase?.rawValue ?? "unknown" }
}
