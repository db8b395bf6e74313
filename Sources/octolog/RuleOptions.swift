import ArgumentParser
import OctologCore
import RuleFile

import Glibc

/// The option that brings in the user's own rules; every command that finds something has it.
struct RuleOptions: ParsableArguments {
    @Option(
        name: .customLong("rules"),
        help: ArgumentHelp(
            "Your own rules, YAML: a file, or a folder of .yaml files; may be given several times.", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml"]))
    var files: [String] = []

    /// How the rules are read again when SIGHUP comes; nil where there are none of the user's, or where SIGHUP says that
    /// the terminal is gone.
    func reloadOnHangUp() -> (() -> ReloadedRules)? {
        let terminals = [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO].filter { isatty($0) == 1 }
        guard !files.isEmpty, !files.contains("-"), terminals.isEmpty else { return nil }
        Signals.reloadOnHangUp()
        return { reloaded() }
    }

    /// The rules as they are now; why they can't be taken, where they can't.
    private func reloaded() -> ReloadedRules {
        do {
            let book = try RuleFiles.read(files)
            let faults = book.faults.filter { $0.gravity == .error }
            guard faults.isEmpty else {
                for fault in faults { RuleFiles.say(RuleReport.text(of: fault)) }
                return ReloadedRules(faults: faults)
            }
            return ReloadedRules(rules: RuleSet.builtIn.adding(book.rules))
        } catch {
            // What is missing was said.
            return ReloadedRules(faults: [])
        }
    }

    /// The rules in force: the built-in ones, and the user's.
    func ruleSet() throws -> RuleSet {
        guard !files.isEmpty else { return .builtIn }
        let book = try RuleFiles.read(files)
        guard !book.hasErrors else {
            for fault in book.faults where fault.gravity == .error { RuleFiles.say(RuleReport.text(of: fault)) }
            throw Exit.badConfiguration.error
        }
        return RuleSet.builtIn.adding(book.rules)
    }
}

/// Files of rules, as they are named on the command line.
enum RuleFiles {
    /// Reads files, and the .yaml and .yml files of folders; `-` is stdin.
    static func read(_ files: [String]) throws -> RuleBook {
        var book = RuleBook()
        for file in try files.flatMap(expand) { book.add(try bytes(of: file), file: file) }
        book.finish()
        if let signal = Signals.received { throw signal.error }
        return book
    }

    /// Faults are what the command is asked for, and not its own: no name before them.
    static func say(_ text: String) {
        let bytes = Array(text.utf8)
        _ = bytes.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

    private static func expand(_ file: String) throws -> [String] {
        var status = stat()
        guard file != "-", stat(file, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return [file] }
        guard let directory = opendir(file) else { throw refused(file, .last) }
        defer { closedir(directory) }
        let names = Inputs.names(in: directory).filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }
        guard !names.isEmpty else {
            Diagnostics.say("the folder \(file) holds no .yaml files")
            throw Exit.noInput.error
        }
        return names.map { file.hasSuffix("/") ? file + $0 : "\(file)/\($0)" }
    }

    /// All bytes of a file, or one more than a file of rules may have.
    private static func bytes(of file: String) throws -> [UInt8] {
        let descriptor = file == "-" ? STDIN_FILENO : open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw refused(file, .last) }
        defer { if descriptor != STDIN_FILENO { close(descriptor) } }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while bytes.count <= RuleBook.maximumSize {
            let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count == 0 { break }
            guard count > 0 else {
                if errno == EINTR, Signals.received == nil { continue }
                throw refused(file, .last)
            }
            bytes += buffer[..<count]
        }
        return bytes
    }

    private static func refused(_ file: String, _ error: SystemError) -> any Error {
        Diagnostics.say("can't read the rules \(file): \(error.message)")
        return (error.code == ENOENT ? Exit.noInput : Exit.ioError).error
    }
}
