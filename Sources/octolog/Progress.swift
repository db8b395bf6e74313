import ArgumentParser
import OctologCore
import Synchronization

import Glibc

/// The option of commands that read files.
struct ProgressOptions: ParsableArguments {
    enum Choice: String, ExpressibleByArgument, CaseIterable {
        case auto
        case never
    }

    @Option(help: "Say how far files are read, and of a log that goes on what it does, on the terminal.")
    var progress: Choice = .auto

    var isOn: Bool { progress == .auto }
}

/// How much of the files is read, on the terminal at stderr. What may never end, a pipe, has no progress.
///
/// Any thread may have read some of it.
final class Progress: Sendable {
    private struct State {
        var done = 0
        /// When to say so again, by `monotonicTime`.
        var next: UInt64
    }

    private let total: Int
    private let start: UInt64
    private let state: Mutex<State>

    /// A run that ends sooner need not say how far it is, in ns.
    private static let patience: UInt64 = 500_000_000
    private static let interval: UInt64 = 100_000_000

    /// Nil where nobody sees it, or where nobody can tell how much there is.
    init?(_ options: ProgressOptions, of paths: [String]) {
        switch options.progress {
        case .never: return nil
        case .auto: guard StatusLine.isPossible, !paths.isEmpty else { return nil }
        }
        var total = 0
        for path in paths {
            var status = stat()
            let isKnown = path == "-" ? fstat(STDIN_FILENO, &status) == 0 : stat(path, &status) == 0
            guard isKnown, status.st_mode & S_IFMT == S_IFREG else { return nil }
            total += Int(status.st_size)
        }
        self.total = total
        start = monotonicTime()
        state = Mutex(State(next: start + Self.patience))
    }

    func read(_ bytes: Int) {
        let now = monotonicTime()
        let done: Int? = state.withLock { state in
            state.done += bytes
            guard now >= state.next else { return nil }
            state.next = now + Self.interval
            return state.done
        }
        guard let done else { return }
        StatusLine.show(Self.text(done: done, total: total, seconds: Double(now - start) / 1e9))
    }

    /// `octolog: 43 % of 2.8 GB, 310 MB/s, 5 s left`
    static func text(done: Int, total: Int, seconds: Double) -> String {
        let speed = Double(done) / max(seconds, 1e-3)
        // A file that grows while it is read has no more than all.
        let percent = total == 0 ? 100 : min(100, done * 100 / total)
        let left = Double(max(0, total - done)) / max(speed, 1)
        return "octolog: \(percent) % of \(size(Double(total))), \(size(speed))/s, \(duration(left)) left"
    }

    private static func size(_ bytes: Double) -> String {
        let units = ["B", "kB", "MB", "GB", "TB"]
        var (value, unit) = (bytes, 0)
        while value >= 999.5, unit + 1 < units.count {
            value /= 1000
            unit += 1
        }
        let rounded = value < 10 && unit > 0 ? (value * 10).rounded() / 10 : value.rounded()
        return (rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)") + " " + units[unit]
    }

    private static func duration(_ seconds: Double) -> String {
        let whole = Int(min(seconds, 1e7).rounded(.up))
        return whole < 120 ? "\(whole) s" : whole < 7200 ? "\(whole / 60) min" : "\(whole / 3600) h"
    }
}
