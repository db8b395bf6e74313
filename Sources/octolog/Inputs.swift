import ArgumentParser
import OctologCore

import Glibc

/// The options that say what is read; every command that reads logs has them.
struct InputOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp("Logs to read: files, folders, globs; - or none is stdin.", valueName: "file"),
        completion: .file())
    var files: [String] = []

    @Option(help: ArgumentHelp("Name of the container, where the log names none.", valueName: "name"))
    var container: String?

    @Option(
        help: ArgumentHelp(
            "How lines are wrapped: auto, \(Framing.allCases.map(\.rawValue).joined(separator: ", ")).",
            valueName: "frame"))
    var framing = FramingChoice.auto

    @Option(help: ArgumentHelp("Tell only what happened at this time or later, by the log.", valueName: "time"))
    var since: EventTime?

    @Option(help: ArgumentHelp("Tell only what happened at this time or before, by the log.", valueName: "time"))
    var until: EventTime?

    @Option(help: ArgumentHelp("How much of a line is shown; all of it is read.", valueName: "bytes"))
    var maxLine = 1 << 20

    func validate() throws {
        guard maxLine >= 64 else {
            throw ValidationError("--max-line \(maxLine) is too short to show anything: 64 is the least.")
        }
        if let since, let until, since.time > until.time {
            throw ValidationError("--since is later than --until: nothing can lie between them.")
        }
        if let container, container.isEmpty { throw ValidationError("--container needs a name.") }
        try Self.validate(files)
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

    var options: Analyzer.Options {
        var options = Analyzer.Options()
        options.container = container
        options.maxLine = maxLine
        options.framing = framing.framing
        options.since = since?.time
        options.until = until?.time
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

/// A time as `--since` and `--until` take it: the log's, never the clock's.
struct EventTime: ExpressibleByArgument {
    var time: Timestamp

    init?(argument: String) {
        guard let time = Timestamp(text: argument) else { return nil }
        self.time = time
    }

    static var allValueStrings: [String] { ["2018-07-02", "2018-07-02T09:15:01", "2018-07-02T09:15:01+02:00"] }
}

/// The inputs of a run, in the order in which they are read.
struct Inputs {
    private(set) var paths: [String] = []
    /// What could not be had; the rest is read all the same.
    private(set) var failure: Exit?

    /// The files that are among `paths`, by device and inode: a file is read once.
    private var known: Set<[UInt]> = []

    init(_ files: [String]) {
        for file in files.isEmpty ? ["-"] : files { add(file) }
    }

    private mutating func add(_ file: String) {
        if file == "-" {
            paths.append(file)
            return
        }
        var status = stat()
        guard stat(file, &status) == 0 else {
            let matches = Self.glob(file)
            if matches.isEmpty { refuse("no such file: \(file)") }
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
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        closedir(directory)
        var files: [String] = []
        for name in names.sorted() {
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
    ///   - state: what is known of registrations from one run to the next.
    ///   - failOn: what the caller wants to be a failure.
    ///   - metrics: what is to be written where the input is quiet.
    ///   - recorder: takes note of what is read.
    /// - Returns: what the run amounts to, and its exit code.
    func analyze(
        _ options: Analyzer.Options, rules: RuleSet = .builtIn, state: consuming StateFile? = nil,
        failOn: FailOn? = nil, metrics: MetricsFile? = nil, recorder: InputRecorder? = nil,
        into sink: inout some EventSink
    ) -> (totals: Totals, exit: Exit) {
        var analyzer = Analyzer(rules: rules, options: options)
        var state = state
        state?.begin(with: &analyzer)
        let logs = logs(for: options)
        analyzer.start(inputs: logs.flatMap { $0 }, into: &sink)
        var outcome = Outcome(failure: failure, failOn: failOn)
        analyzer.read(logs, into: &sink) { path throws(InputError) in
            try FileSource(
                path: path, isAmongMany: logs.count > Self.openAtOnce, metrics: metrics, recorder: recorder)
        } failed: { path, error in
            Diagnostics.say("can't read \(path == "-" ? "stdin" : path): \(error.message)")
            outcome.note(error)
        } learned: { analyzer in
            state?.save(&analyzer, atOnce: isLive)
        }
        state?.save(&analyzer, atOnce: true)
        if let count = analyzer.totals.limits[.leftOut] {
            Diagnostics.say(
                "\(count) lines hold no message: journalctl leaves out long ones, and those with control characters, unless it is called with --all"
            )
        }
        if analyzer.totals.limits[.answer] != nil {
            Diagnostics.say(
                "an answer of Loki's on a line of more than 1 MiB is not taken apart: ask for fewer lines, or use logcli -o jsonl"
            )
        }
        if outcome.failure == nil, metrics?.isFailing == true { outcome.failure = .ioError }
        var exit = Exit.success
        _ = analyzer.finish(
            exitCode: { totals in
                exit = outcome.exit(totals)
                return Int(exit.rawValue)
            }, into: &sink)
        return (analyzer.totals, exit)
    }

    /// Whether more may come while it is read.
    private var isLive: Bool {
        paths.contains { path in
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

/// Files that are one log because somebody rotates them: `x.log`, `x.log.1`, `x.log.2.gz`.
enum RotatedSet {
    /// The logs that `paths` are, each with its oldest file first; a log stands where its first file stood.
    static func group(_ paths: [String]) -> [[String]] {
        var logs: [[(path: String, age: Age)]] = []
        var numbers: [String: Int] = [:]
        for path in paths {
            let (base, age) = parse(path)
            if path != "-", let number = numbers[base] {
                logs[number].append((path, age))
            } else {
                numbers[base] = logs.count
                logs.append([(path, age)])
            }
        }
        return logs.map { log in
            log.enumerated().sorted { ($0.element.age, $0.offset) < ($1.element.age, $1.offset) }.map(\.element.path)
        }
    }

    /// How old a file is among those of its log; the oldest is the least.
    private enum Age: Comparable {
        /// By its date: the later the younger.
        case dated(String)
        /// By its number: the higher the older.
        case numbered(Int)
        /// By the container's restarts: the more the younger; of one of them by date, without one it is the last.
        case restarted(Int, String?)
        case current

        private var rank: (Int, Int, String) {
            switch self {
            case .dated(let date): (0, 0, date)
            case .numbered(let number): (1, -number, "")
            case .restarted(let count, let date): (2, count, date ?? "~")
            case .current: (3, 0, "")
            }
        }

        static func < (a: Age, b: Age) -> Bool { a.rank < b.rank }
    }

    private static let compressions = [".gz", ".zst", ".xz", ".bz2"]

    /// The name that all files of a log have in common, and how old this one is.
    private static func parse(_ path: String) -> (base: String, age: Age) {
        var name = Substring(path)
        for ending in compressions where name.hasSuffix(ending) { name = name.dropLast(ending.count) }
        if let pod = parsePod(name) { return pod }
        guard let mark = name.lastIndex(where: { $0 == "." || $0 == "-" }) else { return (String(name), .current) }
        let tail = name[name.index(after: mark)...]
        // docker's and logrotate's numbers
        if name[mark] == ".", (1...4).contains(tail.utf8.count), let number = Int(tail), isLog(name[..<mark]) {
            return (String(name[..<mark]), .numbered(number))
        }
        // logrotate's dates, and kubelet's with a time
        let dated = name.split(separator: ".").last.map(String.init) ?? ""
        if dated.utf8.count == 15, dated.utf8.allSatisfy({ $0 == UInt8(ascii: "-") || isDigit($0) }),
            isLog(name.dropLast(16))
        {
            return (String(name.dropLast(16)), .dated(dated))
        }
        if name[mark] == "-", tail.utf8.count == 8, tail.utf8.allSatisfy(isDigit), isLog(name[..<mark]) {
            return (String(name[..<mark]), .dated(String(tail)))
        }
        return (String(name), .current)
    }

    /// `<namespace>_<pod>_<uid>/<container>/0.log`, `1.log` and so on are the runs of one container.
    private static func parsePod(_ name: Substring) -> (base: String, age: Age)? {
        let parts = name.split(separator: "/")
        guard parts.count >= 3, parts[parts.count - 3].split(separator: "_").count == 3,
            let file = parts.last?.split(separator: ".", maxSplits: 2), file.count >= 2, file[1] == "log",
            let restarts = Int(file[0])
        else { return nil }
        return (
            parts.dropLast().joined(separator: "/") + "/", .restarted(restarts, file.count > 2 ? String(file[2]) : nil)
        )
    }

    /// Whether a name is one that a log has before anybody rotates it.
    private static func isLog(_ name: Substring) -> Bool {
        let file = name.split(separator: "/").last ?? name
        return file.contains(".log") || file.contains(".json") || ["messages", "syslog"].contains(file)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
