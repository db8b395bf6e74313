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

    @Option(help: ArgumentHelp("How much of a line is shown; all of it is read.", valueName: "bytes"))
    var maxLine = 1 << 20

    func validate() throws {
        guard maxLine >= 64 else {
            throw ValidationError("--max-line \(maxLine) is too short to show anything: 64 is the least.")
        }
        // A misspelt command looks like a file.
        if let first = files.first, access(first, F_OK) != 0,
            let command = first.nearest(
                of: OctologCommand.configuration.subcommands.compactMap { $0.configuration.commandName })
        {
            throw ValidationError("There is no file \(first). Did you mean the command \(command)?")
        }
        if let container, container.isEmpty { throw ValidationError("--container needs a name.") }
        if files.isEmpty, isatty(STDIN_FILENO) == 1 {
            throw ValidationError(
                "There is nothing to read. Name a log, or pipe one in: docker logs NAME 2>&1 | octolog")
        }
    }

    var options: Analyzer.Options {
        var options = Analyzer.Options()
        options.container = container
        options.maxLine = maxLine
        return options
    }
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
        let found = Self.files(in: file)
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
    private static func files(in folder: String) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        var files: [String] = []
        for name in names.sorted() {
            let path = folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
            var status = stat()
            // Links to folders could lead in circles: lstat.
            guard lstat(path, &status) == 0 else { continue }
            switch status.st_mode & S_IFMT {
            case S_IFDIR: files += Self.files(in: path)
            case S_IFREG, S_IFLNK: files.append(path)
            default: continue
            }
        }
        return files
    }

    /// Reads all inputs, and tells `sink` what they show.
    ///
    /// - Parameter failOn: what the caller wants to be a failure.
    /// - Returns: what the run amounts to, and its exit code.
    func analyze(
        _ options: Analyzer.Options, failOn: FailOn? = nil, into sink: inout some EventSink
    ) -> (totals: Totals, exit: Exit) {
        var analyzer = Analyzer(options: options)
        analyzer.start(inputs: paths, into: &sink)
        var outcome = Outcome(failure: failure, failOn: failOn)
        for path in paths where Signals.received == nil {
            do throws(SystemError) {
                var source = try FileSource(path: path)
                try analyzer.read(&source, named: path, into: &sink)
            } catch {
                Diagnostics.say("can't read \(path): \(error.message)")
                outcome.failure = error.code == ENOENT ? .noInput : .ioError
            }
        }
        var exit = Exit.success
        _ = analyzer.finish(
            exitCode: { totals in
                exit = outcome.exit(totals)
                return Int(exit.rawValue)
            }, into: &sink)
        return (analyzer.totals, exit)
    }
}
