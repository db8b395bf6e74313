import ArgumentParser
import OctologCore

import Glibc

/// The options of commands that know registrations from one run to the next.
struct StateOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "File that keeps what was read and told, and what is known of registrations, from run to run.",
            valueName: "file"),
        completion: .file())
    var state: String?

    @Flag(help: "Begin the --state file anew, whatever is in it.")
    var stateReset = false

    func validate() throws {
        if stateReset, state == nil { throw ValidationError("--state-reset needs --state, the file to begin anew.") }
    }

    /// The file with what is in it; nil without `--state`.
    ///
    /// - Parameter inputs: what is read besides.
    func file(inputs: [String], output: String? = nil) throws -> StateFile? {
        guard let state else { return nil }
        for other in inputs + [output].compactMap({ $0 }) where EventOutputOptions.isSameFile(state, other) {
            throw ValidationError("--state \(state) is also read or written: name another file.")
        }
        do throws(StateError) {
            return try StateFile(path: state, isReset: stateReset)
        } catch {
            Diagnostics.say(error.message)
            throw Exit.incomplete.error
        }
    }
}

/// Why a state file can't be used.
enum StateError: Error {
    case unreadable(String, SystemError)
    case misfit(String, KnownState.Misfit)
    /// There is something that is no file.
    case noFile(String)
    /// What a state knows of a log is not that log.
    case otherLog(String, state: String)

    var message: String {
        switch self {
        case .unreadable(let path, let error): "can't use the state \(path): \(error.message)"
        case .noFile(let path): "can't use the state \(path): it is no file"
        case .otherLog(let log, let path):
            "\(path) does not fit: \(log == "-" ? "stdin does not begin with what an earlier run has read of it, which --container tells from other containers' logs" : "neither \(log) nor a rotated file beside it begins with what an earlier run has read of it"); --state-reset begins the state anew"
        case .misfit(let path, let misfit):
            "\(path) is no state that fits: \(misfit.message); --state-reset begins it anew"
        }
    }
}

/// The file of `--state`. Several runs may share one: each writes what all of them know.
final class StateFile {
    private let file: AtomicFile
    /// What was in it before this run; nil where there was none, and once the run has begun.
    private(set) var known: KnownState?
    /// What others have left in it that is not told again and again: logs of theirs, and what they told.
    private var others = KnownState()
    /// The file that this run has written last.
    private var written: stat?
    /// What this run has told; nil where it does not tell events.
    var journal: Journal?
    /// The inputs that this run reads again: what is known from them alone it gets to know again.
    var inputs: Set<String> = []
    /// When it was saved last and how long that took, in nanoseconds.
    private var saved: (at: UInt64, took: UInt64) = (0, 0)
    /// How much was known of registrations when it was saved last.
    private var savedChanges = 0
    private var changes = 0
    private var isReset: Bool

    init(path: String, isReset: Bool) throws(StateError) {
        file = AtomicFile(path: path)
        self.isReset = isReset
        if file.isOccupied { throw .noFile(path) }
        // Better now than when all is read.
        guard access(file.folder, W_OK | X_OK) == 0 else { throw .unreadable(path, .last) }
        if !isReset { known = try Self.read(file.path) }
    }

    /// Lets the analyzer know what earlier runs knew.
    func begin(with analyzer: inout Analyzer) {
        if let known { analyzer.remember(without(inputs, known), isNews: false) }
        savedChanges = analyzer.registrationChanges
        changes = savedChanges
        take(known.take() ?? KnownState())
    }

    /// Keeps what is not the analyzer's.
    private func take(_ state: KnownState) {
        others.logs = state.logs
        if let journal { journal.merge(state.told) } else { others.told = state.told }
    }

    private func without(_ inputs: Set<String>, _ state: KnownState) -> KnownState {
        var state = state
        state.forget(inputs: inputs)
        return state
    }

    /// Whether something is known that is not in the file.
    var isUnsaved: Bool { changes != savedChanges || journal?.isDirty == true }

    /// The path, as it was found.
    var path: String { file.path }

    /// So long what is told is kept together, in nanoseconds, while more comes.
    private static let patience: UInt64 = 100_000_000

    /// Writes what is new, unless that was done a moment ago.
    ///
    /// - Parameter atOnce: whether it may not be put off, as it is where saving would take a good part of the time.
    func keepUp(with analyzer: inout Analyzer, atOnce: Bool) {
        changes = analyzer.registrationChanges
        guard isUnsaved else { return }
        guard atOnce || monotonicTime() - saved.at >= max(Self.patience, 10 * saved.took) else { return }
        save(&analyzer)
    }

    /// Writes what is known, and what other runs have written meanwhile.
    ///
    /// What was told is in the output before: a run that is killed meanwhile tells it once more, and loses nothing.
    func save(_ analyzer: inout Analyzer) {
        // Of what nobody has seen to be the same log nothing is to be said.
        guard journal?.hasCaughtUp ?? true else { return }
        let start = monotonicTime()
        journal?.sync()
        do throws(StateError) {
            try exchange(&analyzer)
        } catch {
            // What is known is not lost: the next run reads the log again.
            Diagnostics.say(error.message)
            exit(Exit.ioError.rawValue)
        }
        let end = monotonicTime()
        saved = (end, end - start)
        changes = analyzer.registrationChanges
        savedChanges = changes
        journal?.noteSaved()
    }

    private func exchange(_ analyzer: inout Analyzer) throws(StateError) {
        let path = file.path
        // The folder is locked, not the file, which each run puts another in the place of.
        let lock = open(file.folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard lock >= 0 else { throw .unreadable(path, .last) }
        defer { close(lock) }
        while flock(lock, LOCK_EX) != 0 { guard errno == EINTR else { throw .unreadable(path, .last) } }
        if !isReset, !isWrittenByThisRun, let news = try Self.read(path) {
            analyzer.remember(without(inputs, news), isNews: true)
            take(news)
        }
        isReset = false
        var state = others
        if let journal {
            for log in journal.ledger?.logsRead ?? [] { state.logs[log.key] = log }
            state.told = journal.told
        }
        do throws(SystemError) {
            try file.write(mode: 0o600, isDurable: true, isAlone: true) { analyzer.write(state, $0) }
        } catch {
            throw .unreadable(path, error)
        }
        fsync(lock)
        var status = stat()
        written = stat(path, &status) == 0 ? status : nil
    }

    /// Whether nobody else has written the file since this run has.
    private var isWrittenByThisRun: Bool {
        var status = stat()
        guard let written, stat(file.path, &status) == 0 else { return false }
        return FileIdentity(status) == FileIdentity(written) && status.st_size == written.st_size
            && status.st_mtim.tv_sec == written.st_mtim.tv_sec && status.st_mtim.tv_nsec == written.st_mtim.tv_nsec
    }

    /// Nil if there is no such file.
    private static func read(_ path: String) throws(StateError) -> KnownState? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0, errno == ENOENT { return nil }
        guard descriptor >= 0 else { throw .unreadable(path, .last) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .unreadable(path, .last) }
        bytes.reserveCapacity(Int(status.st_size))
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count == 0 { break }
            guard count > 0 else {
                if errno == EINTR { continue }
                throw .unreadable(path, .last)
            }
            bytes += buffer[..<count]
        }
        do throws(KnownState.Misfit) {
            return try KnownState(bytes.span)
        } catch {
            throw .misfit(path, error)
        }
    }
}
