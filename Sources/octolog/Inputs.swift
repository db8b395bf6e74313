import ArgumentParser
import CProcess
import OctologCore

import Glibc

/// The options that say what is read; every command that reads logs has them.
struct InputOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp("Logs to read: files, folders, globs; - or none is stdin.", valueName: "file"),
        completion: .file())
    var files: [String] = []

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "How many threads read files; what comes out is the same. As many as there are processors, unless told.",
            valueName: "n"),
        transform: Self.count)
    var jobs: Int?

    @OptionGroup var reading: ReadingOptions

    var options: Analyzer.Options { reading.options }
    var progress: ProgressOptions { reading.progress }

    func validate() throws { try Self.validate(files) }

    private static func count(_ text: String) throws -> Int {
        guard let count = Int(text), count > 0 else {
            throw ValidationError("\(text) is no number of jobs: give one like 4, or 1 to read in one thread.")
        }
        return count
    }

    /// Says what is wrong with what was given to be read.
    static func validate(_ files: [String]) throws {
        // A misspelt command looks like a file.
        if let first = files.first, access(first, F_OK) != 0,
            let command = first.nearest(
                of: OctologCommand.configuration.subcommands.compactMap { $0.configuration.commandName })
        {
            throw ValidationError("There is no file \(first). Did you mean the command \(command)?")
        }
        if files.isEmpty, isatty(STDIN_FILENO) == 1 {
            throw ValidationError(
                "There is nothing to read. Name a log, or pipe one in: docker logs NAME 2>&1 | octolog")
        }
    }
}

/// The options that say how logs are read, wherever they come from.
struct ReadingOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Name of the container, where the log names none.", valueName: "name"))
    var container: String?

    @Option(
        help: ArgumentHelp(
            "How lines are wrapped: auto, \(Framing.allCases.map(\.rawValue).joined(separator: ", ")).",
            valueName: "frame"))
    var framing = FramingChoice.auto

    @Option(
        help: ArgumentHelp("Tell only what happened at this time or later, by the log.", valueName: "time"),
        transform: Self.time)
    var since: Timestamp?

    @Option(
        help: ArgumentHelp("Tell only what happened at this time or before, by the log.", valueName: "time"),
        transform: Self.time)
    var until: Timestamp?

    @Option(
        help: ArgumentHelp("How much of a line is shown; all of it is read.", valueName: "bytes"),
        transform: Self.size)
    var maxLine = 1 << 20

    @OptionGroup var progress: ProgressOptions

    func validate() throws {
        guard maxLine >= 64 else {
            throw ValidationError("--max-line \(maxLine) is too short to show anything: 64 is the least.")
        }
        if let since, let until, since > until {
            throw ValidationError("--since is later than --until: nothing can lie between them.")
        }
        if let container, container.isEmpty { throw ValidationError("--container needs a name.") }
    }

    /// A time as `--since` and `--until` take it: the log's, never the clock's.
    private static func time(_ text: String) throws -> Timestamp {
        guard let time = Timestamp(text: text) else {
            throw ValidationError(
                "\(text) is no time: give one like 2018-07-02, 2018-07-02T09:15:01 or 2018-07-02T09:15:01+02:00.")
        }
        return time
    }

    private static func size(_ text: String) throws -> Int {
        guard let size = Int(text) else {
            throw ValidationError("\(text) is no number of bytes: give one like 1048576.")
        }
        return size
    }

    var options: Analyzer.Options {
        var options = Analyzer.Options()
        options.container = container
        options.maxLine = maxLine
        options.framing = framing.framing
        options.since = since
        options.until = until
        return options
    }
}

/// `--framing`: one of the frames, or whatever a line shows.
struct FramingChoice: ExpressibleByArgument {
    /// Nil for `auto`.
    var framing: Framing?

    static let auto = FramingChoice(framing: nil)

    init(framing: Framing?) { self.framing = framing }

    init?(argument: String) {
        if argument == "auto" {
            self = .auto
        } else if let framing = Framing(rawValue: argument) {
            self.framing = framing
        } else {
            return nil
        }
    }

    var defaultValueDescription: String { framing?.rawValue ?? "auto" }
    static var allValueStrings: [String] { ["auto"] + Framing.allCases.map(\.rawValue) }
    static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }
}

/// The inputs of a run, in the order in which they are read.
struct Inputs {
    private(set) var paths: [String] = []
    /// What could not be had; the rest is read all the same.
    private(set) var failure: Exit?

    /// The files that are among `paths`, by device and inode: a file is read once.
    private var known: Set<[UInt]> = []

    /// Follows the files beyond their ends; nil where these are the end.
    private var follower: Follower?
    private let follows: Bool
    /// Says how much of them is read.
    private var progress: Progress?
    /// Whether somebody may want to see what goes on.
    private let isQuiet: Bool

    /// - Parameter follows: whether files are read beyond their ends, and those waited for that are not there yet.
    init(_ files: [String], _ progress: ProgressOptions? = nil, follows: Bool = false) {
        isQuiet = progress?.isOn != true
        self.follows = follows
        for file in files.isEmpty ? ["-"] : files { add(file) }
        // What has no end has no progress.
        if let progress, !follows { self.progress = Progress(progress, of: paths) }
    }

    /// Begins to watch the files that are followed, the youngest of each log.
    mutating func follow(_ options: Analyzer.Options) throws {
        if options.container != nil, logs.count > 1 {
            throw ValidationError(
                "--container makes one log of all, of which only the last can be followed: follow each in a run of its own."
            )
        }
        let followed = logs(for: options).compactMap(\.last).filter { $0 != "-" }
        for path in paths where path != "-" {
            var status = stat()
            if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
                throw ValidationError(
                    "\(path) is no file: what can be followed is a file, or stdin, which is without -F.")
            }
        }
        do throws(SystemError) {
            follower = try Follower(followed)
        } catch {
            Diagnostics.say("can't follow files: \(error.message)")
            throw Exit.ioError.error
        }
    }

    var readsStdin: Bool { paths.contains("-") }

    /// Opens one of them.
    ///
    /// - Parameters:
    ///   - metrics: what is to be written where the input is quiet.
    func open(_ path: String, metrics: MetricsFile? = nil) throws(InputError) -> FileSource {
        try FileSource(path: path, reading: Reading(progress: progress), metrics: metrics)
    }

    private mutating func add(_ file: String) {
        if file == "-" {
            paths.append(file)
            return
        }
        var status = stat()
        guard stat(file, &status) == 0 else {
            let isMissing = errno == ENOENT
            let matches = Self.glob(file)
            if matches.isEmpty, follows, isMissing {
                // It may come.
                if !paths.contains(file) { paths.append(file) }
                return
            }
            if matches.isEmpty { refuse("no such file: \(file)\(Self.guess(file))") }
            for match in matches { add(match) }
            return
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            if isNew(file, status) { paths.append(file) }
            return
        }
        guard access(file, R_OK | X_OK) == 0 else {
            return refuse("can't read the folder \(file): \(SystemError.last.message)", .ioError)
        }
        let found = files(in: file)
        if found.isEmpty { refuse("the folder \(file) holds no files") }
        for file in found {
            guard stat(file, &status) == 0 else {
                refuse("no such file: \(file)")
                continue
            }
            if isNew(file, status) { paths.append(file) }
        }
    }

    private mutating func isNew(_ file: String, _ status: stat) -> Bool {
        status.st_mode & S_IFMT != S_IFREG || known.insert([UInt(status.st_dev), UInt(status.st_ino)]).inserted
    }

    private mutating func refuse(_ sentence: String, _ reason: Exit = .noInput) {
        Diagnostics.say(sentence)
        failure = reason
    }

    /// The file of the folder that was meant, as a question; nothing where none is like it.
    private static func guess(_ file: String) -> String {
        let name = EventOutputOptions.baseName(of: file)
        let folder = String(file.dropLast(name.count))
        guard let directory = opendir(folder.isEmpty ? "." : folder) else { return "" }
        defer { closedir(directory) }
        guard let meant = name.nearest(of: Self.names(in: directory)) else { return "" }
        return ". Did you mean \(folder)\(meant)?"
    }

    /// The names in a folder but hidden ones, in order.
    static func names(in directory: OpaquePointer) -> [String] {
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    /// The paths that a pattern names, in order; shells leave a quoted pattern to the program.
    private static func glob(_ pattern: String) -> [String] {
        guard pattern.contains(where: { "*?[".contains($0) }) else { return [] }
        var result = glob_t()
        defer { globfree(&result) }
        guard Glibc.glob(pattern, 0, nil, &result) == 0 else { return [] }
        return (0..<Int(result.gl_pathc)).compactMap { result.gl_pathv[$0].map { String(cString: $0) } }
    }

    /// The regular files below a folder, hidden ones left out, in the order of their paths.
    private mutating func files(in folder: String) -> [String] {
        guard let directory = opendir(folder) else {
            refuse("can't read the folder \(folder): \(SystemError.last.message)", .ioError)
            return []
        }
        let names = Self.names(in: directory)
        closedir(directory)
        var files: [String] = []
        for name in names {
            let path = folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
            var status = stat()
            // Links to folders could lead in circles: lstat.
            guard lstat(path, &status) == 0 else { continue }
            switch status.st_mode & S_IFMT {
            case S_IFDIR: files += self.files(in: path)
            case S_IFREG, S_IFLNK: files.append(path)
            default: continue
            }
        }
        return files
    }

    /// The files of each log, the oldest first.
    var logs: [[String]] { RotatedSet.group(paths) }

    /// The logs as they are read: with a name for all of them they are one container's.
    func logs(for options: Analyzer.Options) -> [[String]] {
        options.container == nil ? logs : [logs.flatMap { $0 }]
    }

    /// Reads all inputs, and tells `sink` what they show.
    ///
    /// - Parameters:
    ///   - analysis: what is done with them.
    ///   - jobs: how many threads may read; nil for as many as are of use.
    ///   - resumption: how logs are read that earlier runs have read.
    ///   - state: what is known from one run to the next.
    ///   - recorder: takes note of what is read; only one thread reads then.
    /// - Returns: what the run amounts to, and its exit code.
    func analyze(
        _ analysis: Analysis, jobs: Int? = nil, resumption: Resumption? = nil, state: StateFile? = nil,
        recorder: InputRecorder? = nil, into sink: inout some EventSink
    ) -> (totals: Totals, exit: Exit) {
        var analysis = analysis
        var logs = logs(for: analysis.options)
        analysis.inputs = logs.flatMap { $0 }
        if let resumption {
            logs = resumption.logs
            analysis.options.histories = resumption.histories
            analysis.isResumed = resumption.isResumed
        }
        analysis.isLive = isLive
        let reading = Reading(
            progress: progress, ledger: state?.journal?.ledger, isAmongMany: logs.count > Self.openAtOnce)
        if goesOn { analysis.wait = wait(analysis.metrics) }
        let count = recorder == nil && analysis.options.chain == nil ? threads(for: logs, asked: jobs) : 1
        guard count > 1 else {
            return analysis.run(logs, state: state, failure: failure, into: &sink) { path throws(InputError) in
                try FileSource(
                    path: path, reading: reading, metrics: analysis.metrics, recorder: recorder, follower: follower)
            }
        }
        // Files are never waited for: whoever opens them need not write the metrics meanwhile.
        let openAnywhere: @Sendable (String) throws(InputError) -> FileSource = { path throws(InputError) in
            try FileSource(path: path, reading: reading)
        }
        return analysis.run(
            logs, state: state, failure: failure, into: &sink, jobs: Jobs(count: count, open: openAnywhere),
            open: openAnywhere)
    }

    /// How the logs are read of which earlier runs have read some.
    func resume(_ state: StateFile, _ options: Analyzer.Options) throws -> Resumption {
        do throws(StateError) {
            let resumption = try Resumption(
                logs(for: options), state.known ?? KnownState(), at: state.path, container: options.container,
                follows: follows)
            for remark in resumption.remarks { Diagnostics.say(remark) }
            return resumption
        } catch {
            Diagnostics.say(error.message)
            throw Exit.incomplete.error
        }
    }

    /// Whether it is read as it comes: files that are followed, or a pipe.
    var goesOn: Bool { follower != nil || paths == ["-"] && isLive }

    /// Waits for files that are followed, and for stdin.
    private func wait(_ metrics: MetricsFile?) -> LaneWait {
        let descriptors = [follower?.descriptor, readsStdin ? STDIN_FILENO : nil].compactMap { $0 }
        return { [follower] _, hasEvents in
            // What is there was read: nobody knows when there will be more.
            if hasEvents { return .late }
            let time = follower?.deadline()
            _ =
                metrics?.wait(forAnyOf: descriptors, until: time)
                ?? Signals.wait(forAnyOf: descriptors, until: time)
            follower?.drain()
            return .ready
        }
    }

    /// Less than this is read before another thread has begun, in bytes.
    private static let worthOfThread = 1 << 20

    /// How many threads read; 1 where more may come while it is read.
    private func threads(for logs: [[String]], asked: Int?) -> Int {
        guard !isLive, logs.count > 1 || asked != nil else { return 1 }
        // One more than there are logs: it tells what the others read.
        let limit = min(asked ?? Int(octolog_processors()), logs.count + 1)
        guard asked == nil, limit > 1 else { return limit }
        var size = 0
        for path in paths {
            var status = stat()
            let isKnown = path == "-" ? fstat(STDIN_FILENO, &status) == 0 : stat(path, &status) == 0
            if isKnown { size += Int(status.st_size) }
        }
        return min(limit, 1 + size / Self.worthOfThread)
    }

    /// Whether to say what goes on while more may come.
    var isWatched: Bool { !isQuiet && isLive }

    /// Whether more may come while it is read.
    private var isLive: Bool {
        if follower != nil { return true }
        return paths.contains { path in
            var status = stat()
            let isKnown = path == "-" ? fstat(STDIN_FILENO, &status) == 0 : stat(path, &status) == 0
            return isKnown && status.st_mode & S_IFMT != S_IFREG
        }
    }

    /// How many files are kept open: half of what the process may have.
    private static var openAtOnce: Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 16 }
        return min(256, Int(clamping: limit.rlim_cur / 2))
    }
}
