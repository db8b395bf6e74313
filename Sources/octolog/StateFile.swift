import ArgumentParser
import OctologCore

import Glibc

/// The options of commands that know registrations from one run to the next.
struct StateOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("File that keeps what is known of registrations from run to run.", valueName: "file"),
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

    var message: String {
        switch self {
        case .unreadable(let path, let error): "can't use the state \(path): \(error.message)"
        case .noFile(let path): "can't use the state \(path): it is no file"
        case .misfit(let path, let misfit):
            "\(path) is no state that fits: \(misfit.message); --state-reset begins it anew"
        }
    }
}

/// The file of `--state`. Several runs may share one: each writes what all of them know.
struct StateFile: ~Copyable {
    private let file: AtomicFile
    private var known: KnownState?
    /// When it was saved last and how long that took, in nanoseconds.
    private var saved: (at: UInt64, took: UInt64) = (0, 0)
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
    mutating func begin(with analyzer: inout Analyzer) {
        guard let state = known.take() else { return }
        analyzer.remember(state, isNews: false)
    }

    /// Writes what is known, and what other runs have written meanwhile.
    ///
    /// - Parameter atOnce: whether it may not be put off, as it is where saving would take a good part of the time.
    mutating func save(_ analyzer: inout Analyzer, atOnce: Bool) {
        let start = monotonicTime()
        guard atOnce || start - saved.at >= 10 * saved.took else { return }
        do throws(StateError) {
            try exchange(&analyzer)
        } catch {
            // What is known is not lost: the next run reads the log again.
            Diagnostics.say(error.message)
            exit(Exit.ioError.rawValue)
        }
        let end = monotonicTime()
        saved = (end, end - start)
    }

    private mutating func exchange(_ analyzer: inout Analyzer) throws(StateError) {
        let path = file.path
        // The folder is locked, not the file, which each run puts another in the place of.
        let lock = open(file.folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard lock >= 0 else { throw .unreadable(path, .last) }
        defer { close(lock) }
        while flock(lock, LOCK_EX) != 0 { guard errno == EINTR else { throw .unreadable(path, .last) } }
        if !isReset, let others = try Self.read(path) { analyzer.remember(others, isNews: true) }
        isReset = false
        do throws(SystemError) {
            try file.write(mode: 0o600, isDurable: true) { analyzer.writeState($0) }
        } catch {
            throw .unreadable(path, error)
        }
        fsync(lock)
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
