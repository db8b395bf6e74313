/// A line as a container prints it.
struct PrintedLine {
    /// In nanoseconds since 1970 UTC.
    var time: Int64
    var text: String
    var isError = false
}

/// Writes down what a container prints, and when.
struct Scribe {
    /// How the scripts of an image mark their lines.
    enum Style {
        /// `VERBOSE: [<ts>] text`, an output's lines one by one.
        case verbose
        /// `[<ts>] text`, an output's lines joined.
        case stamped
    }

    private(set) var lines: [PrintedLine] = []
    private var time: Int64

    init(start: Int) { time = Int64(start) * 1_000_000_000 }

    mutating func wait(_ seconds: Int) { time += Int64(seconds) * 1_000_000_000 }

    mutating func print(_ texts: String..., isError: Bool = false) {
        for text in texts {
            // No two lines at once.
            time += 1_203_517
            lines.append(PrintedLine(time: time, text: text, isError: isError))
        }
    }

    mutating func print(_ texts: [String]) { for text in texts { print(text) } }

    static let ruler = String(repeating: "=", count: 47)

    // MARK: Windows' scripts, log-grammar 1.1 and 1.2

    mutating func say(_ text: String, _ style: Style) {
        let stamp = Self.date(time + 1_203_517, separator: "T")
        switch style {
        case .verbose: print("VERBOSE: [\(stamp)] \(text)")
        case .stamped: print("[\(stamp)] \(text)")
        }
    }

    /// A command that ends well; its output comes at its end.
    mutating func execute(_ command: String, _ output: [String], seconds: Int, _ style: Style) {
        say("Executing command '\(command)'", style)
        wait(seconds)
        write(output, style)
        say("done.", style)
    }

    mutating func write(_ output: [String], _ style: Style) {
        print("VERBOSE: ")
        switch style {
        case .verbose: print(output.map { "VERBOSE: \t| \($0)" })
        case .stamped: print("VERBOSE: \t| \(output.joined(separator: " "))")
        }
        print("VERBOSE: ")
    }

    // MARK: The Kubernetes agent, log-grammar 5

    /// A line of the program's own, `<LD> | LEVEL | text`.
    mutating func log(_ text: String, level: String = " INFO") {
        let at = time + 1_203_517
        let fraction = String(at % 1_000_000_000 / 100_000)
        let digits = String(repeating: "0", count: 4 - fraction.count) + fraction
        print("\(Self.date(at, separator: " ")).\(digits) | \(level) | \(text)")
    }

    // MARK: Times

    /// `yyyy-MM-dd` and `HH:mm:ss`, with `separator` between.
    static func date(_ time: Int64, separator: String) -> String {
        let seconds = Int(time / 1_000_000_000)
        let (year, month, day) = civil(daysSince1970: seconds / 86_400)
        let second = seconds % 86_400
        return "\(year)-\(two(month))-\(two(day))\(separator)"
            + "\(two(second / 3600)):\(two(second / 60 % 60)):\(two(second % 60))"
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

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

extension PlannedContainer {
    /// What all its boots print.
    var lines: [PrintedLine] {
        boots.enumerated().flatMap { i, boot in
            var scribe = Scribe(start: boot.time)
            switch image {
            case .windowsT1, .windowsT2, .windowsT3, .windowsT4:
                WindowsTentacle(container: self, boot: boot, isFirst: i == 0).write(&scribe)
            case .linux2021, .linux2022: LinuxTentacle(container: self, boot: boot, isFirst: i == 0).write(&scribe)
            case .kubernetesAgent: KubernetesAgent(container: self, boot: boot).write(&scribe)
            }
            return scribe.lines
        }
    }

    /// The server as the program shows it, log-grammar 6.3.
    var serverURI: String { server.hasSuffix("/") ? server : "\(server)/" }

    /// Where a polling Tentacle calls.
    var pollAddress: String {
        let host = server.split(separator: "/").dropFirst().first ?? ""
        return "https://\(host.prefix { $0 != ":" }):10943/"
    }

    /// The certificate of the server, which is not the Tentacle's own.
    static let serverThumbprint = "3026B0044D3C70E94604498D7633B67540C00EBE"

    /// What the program says when it runs, log-grammar 6.4.
    var agentLines: [String] {
        let trust = "Agent will trust Octopus Servers with the thumbprint: \(Self.serverThumbprint)"
        guard isPolling else {
            return [
                trust, "Agent will not use a proxy server", "listen://[::]:10933/              4  Listener started",
                "Agent listening on: [::]:10933",
            ]
        }
        return [
            trust,
            """
            Agent will poll Octopus Server at \(pollAddress) for subscription \(subscription) expecting thumbprint \
            \(Self.serverThumbprint)
            """,
            "Agent will not use a proxy server", "Agent will not listen on any TCP ports",
            """
            \(pollAddress)    8  Secure connection established. Server at \(pollAddress) identified by thumbprint: \
            \(Self.serverThumbprint), using protocol Tls12
            """,
        ]
    }

    static let restartNeeded = "These changes require a restart of the Tentacle."
}
