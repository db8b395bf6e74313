import ArgumentParser
import OctologCore

import Glibc

/// The options of commands that count what they find for Prometheus.
struct MetricsOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "File to keep metrics in for Prometheus, such as node_exporter's octolog_NAME.prom; one for each run.",
            valueName: "file"),
        completion: .file())
    var metricsFile: String?

    func validate() throws {
        if metricsFile == "-" || metricsFile == "" {
            throw ValidationError("--metrics-file needs a file: it is written again and again.")
        }
    }

    /// The file; nil without `--metrics-file`.
    ///
    /// - Parameter others: what else is read or written.
    func file(besides others: [String?]) throws -> MetricsFile? {
        guard let metricsFile else { return nil }
        for other in others.compactMap({ $0 }) where Self.isSameFile(metricsFile, other) {
            throw ValidationError("--metrics-file \(metricsFile) is also read or written: name another file.")
        }
        if Self.isStdout(metricsFile) {
            throw ValidationError("--metrics-file \(metricsFile) is also what stdout is: name another file.")
        }
        do throws(MetricsError) {
            return try MetricsFile(path: metricsFile)
        } catch {
            Diagnostics.say(error.message)
            throw Exit.ioError.error
        }
    }

    static func isStdout(_ file: String) -> Bool {
        var (target, stdout) = (stat(), stat())
        return stat(file, &target) == 0 && fstat(STDOUT_FILENO, &stdout) == 0 && target.st_mode & S_IFMT == S_IFREG
            && target.st_dev == stdout.st_dev && target.st_ino == stdout.st_ino
    }

    /// Whether two paths are one file, be it that neither is there yet.
    static func isSameFile(_ file: String, _ other: String) -> Bool {
        if EventOutputOptions.isSameFile(file, other) { return true }
        guard other != "-" else { return false }
        let (mine, theirs) = (AtomicFile(path: file), AtomicFile(path: other))
        return EventOutputOptions.baseName(of: mine.path) == EventOutputOptions.baseName(of: theirs.path)
            && AtomicFile(path: mine.folder).path == AtomicFile(path: theirs.folder).path
    }
}

/// Why a file of metrics can't be used.
enum MetricsError: Error {
    case unwritable(String, SystemError)
    /// There is something that is no file.
    case noFile(String)

    var message: String {
        switch self {
        case .unwritable(let path, let error): "can't write the metrics \(path): \(error.message)"
        case .noFile(let path): "can't write the metrics \(path): it is no file"
        }
    }
}

/// The file of `--metrics-file`.
///
/// It is written while the run lasts, at most once a second, and a second after a change at the latest, however long
/// the input is quiet then. Where nothing changes it is written all the same now and then: its time tells that the run
/// goes on.
///
/// A run leaves the file of the one before until it has caught up, which is when its input is quiet for a second, or at
/// its end: a log that is read again would seem to begin anew otherwise, and what is so would not be so for a while.
final class MetricsFile {
    private let file: AtomicFile
    private var metrics: Metrics
    /// Whether something was counted that is not in the file.
    private var isChanged = false
    /// When it was written last, and when it may be again, in nanoseconds.
    private var written: UInt64
    private var due: UInt64
    private var hasCaughtUp = false
    /// Why it could not be written, if the last attempt failed.
    private var failure: SystemError?

    private static let second: UInt64 = 1_000_000_000
    /// How often it is written where nothing changes.
    private static let heartbeat = 30 * second
    /// How long an input that is never quiet is waited for.
    private static let patience = 60 * second

    init(path: String) throws(MetricsError) {
        file = AtomicFile(path: path)
        if file.isOccupied { throw .noFile(path) }
        // Better now than when all is read.
        guard access(file.folder, W_OK | X_OK) == 0 else { throw .unwritable(path, .last) }
        metrics = Metrics(run: Self.run(path))
        written = monotonicTime()
        due = written + Self.patience
    }

    /// What tells the series of this file from those of the others in its folder, where names are unique.
    private static func run(_ path: String) -> String {
        let name = EventOutputOptions.baseName(of: path)
        return name.hasSuffix(".prom") && name != ".prom" ? String(name.dropLast(".prom".count)) : name
    }

    func receive(_ event: Event) {
        metrics.note(event)
        isChanged = true
    }

    func suppressed(_ event: Event) {
        metrics.noteSuppressed(event)
        isChanged = true
    }

    func inputRead(ofLog log: Int, _ totals: () -> Totals) {
        metrics.note(totals(), ofLog: log)
        isChanged = true
        // A log that is never quiet is not waited for.
        if monotonicTime() >= due { write() }
    }

    /// Waits until `descriptor` can be read, and writes what nobody would write meanwhile.
    func wait(for descriptor: Int32) { _ = wait(forAnyOf: [descriptor], until: nil) }

    /// Waits until one of the descriptors can be read, or it is `time`, and writes what nobody would write meanwhile.
    ///
    /// - Returns: false if nothing came until then.
    func wait(forAnyOf descriptors: [Int32], until time: UInt64?) -> Bool {
        while !Signals.wait(forAnyOf: descriptors, until: min(deadline, time ?? .max)) {
            if let time, monotonicTime() >= time { return false }
            write()
        }
        return true
    }

    /// When it is to be written, if nothing comes until then.
    private var deadline: UInt64 {
        guard hasCaughtUp else { return min(due, monotonicTime() + Self.second) }
        return isChanged ? due : written + Self.heartbeat
    }

    /// Whether the last attempt to write it failed.
    var isFailing: Bool { failure != nil }

    /// Writes what the run amounts to.
    ///
    /// - Returns: false if that can't be done.
    func finish() -> Bool {
        write()
        return failure == nil
    }

    private func write() {
        let start = monotonicTime()
        let text = metrics.text
        do throws(SystemError) {
            try file.write(mode: 0o644, isDurable: false) { $0(text) }
            failure = nil
        } catch {
            // The log is read on: what becomes of its events is not less than its metrics. It is said once.
            if failure == nil { Diagnostics.say(MetricsError.unwritable(file.path, error).message) }
            failure = error
        }
        isChanged = failure != nil
        hasCaughtUp = true
        written = monotonicTime()
        due = written + max(Self.second, 10 * (written - start))
    }
}
