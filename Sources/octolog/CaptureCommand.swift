import ArgumentParser
import OctologCore

import Glibc

struct CaptureCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "capture", abstract: "Runs a command and turns what it writes, on both streams, into events.",
        usage: """
            octolog capture [<options>] -- <command> ...
            octolog capture [<options>] --docker <name> ... [--follow]
            """,
        discussion: """
            A pipe carries stdout only, and failures are on stderr. Here both come through one pipe, in the order in \
            which they were written, as with 2>&1: evidence does not say by which of them a line came.

            No shell reads the command. It has octolog's stdin; --docker's have none. Nobody is told its words, which \
            may hold passwords: events have its program's name. Reading ends when the command has ended and nothing has \
            come for half a second, though something that it left behind may still hold the pipe.

            SIGINT, SIGTERM and SIGHUP are passed on to the command, and its last words are read; a second one kills \
            it and ends octolog at once. The command is ended with octolog, also when nobody reads the events any more.

            octolog's exit code does not tell the command's, which is on stderr if it is not 0, and in run.finished. \
            But a docker logs that fails is an input that is missing (66) or incomplete (3).

            EXAMPLES
              octolog capture --docker OctopusServer
              octolog capture --format text -- kubectl logs -n octopus octopus-0
            """)

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Containers whose logs to read with docker logs --timestamps, in order of time; each is a log of its own.",
            valueName: "name"))
    var docker: [String] = []

    @Flag(
        name: [.customShort("F"), .long],
        help: "Go on with what the containers print, with --docker: an event is told as it comes.")
    var follow = false

    @OptionGroup var reading: ReadingOptions

    @OptionGroup var analysis: AnalysisOptions

    @Argument(parsing: .postTerminator, help: ArgumentHelp("The command and its arguments.", valueName: "command"))
    var command: [String] = []

    func validate() throws {
        if docker.isEmpty, command.isEmpty {
            throw ValidationError(
                "There is nothing to run. Name containers with --docker NAME, or put a command behind --: octolog capture -- docker logs NAME"
            )
        }
        if let program = command.first {
            if program.isEmpty {
                throw ValidationError("The command behind -- is empty: octolog capture -- docker logs NAME")
            }
            if let name = program.firstMatch(of: /^[A-Za-z_][A-Za-z0-9_]*=/) {
                throw ValidationError(
                    "No shell reads the command, so \(name.0) is no assignment: put env before it, octolog capture -- env \(name.0)... COMMAND"
                )
            }
        }
        if !docker.isEmpty, !command.isEmpty {
            throw ValidationError("--docker runs docker logs by itself: leave it out, or the command behind --.")
        }
        if let name = docker.first(where: { $0.isEmpty || $0.hasPrefix("-") }) {
            throw ValidationError("--docker takes the name or the id of a container; \"\(name)\" is none.")
        }
        if follow, docker.isEmpty {
            throw ValidationError(
                "--follow goes with --docker; a command has an option of its own: docker logs -f NAME")
        }
        if reading.container != nil, names.count > 1 {
            throw ValidationError("--container can't name several containers: they have the names that --docker gives.")
        }
        let room = names.count > 1 ? RunningCommands.makeRoom() : 1
        if names.count > room {
            throw ValidationError(
                "--docker takes \(room) containers at most, by ulimit -n: raise it, or share them out.")
        }
    }

    /// The containers, each once.
    private var names: [String] {
        var known: Set<String> = []
        return docker.filter { known.insert($0).inserted }
    }

    func run() throws {
        Signals.install()
        try analysis.run(
            reading, paths: [], inputs: commands.map(\.input),
            isWatched: reading.progress.isOn && !analysis.output.quiet
        ) { analysis, state, sink in
            var analysis = analysis
            for name in names { analysis.options.containers[Self.input(ofContainer: name)] = name }
            let capture = try Capture(commands, output: self.analysis.output, metrics: analysis.metrics)
            guard let state, sink.format.canBeResumed else {
                return capture.analyze(analysis, isLive: follow, state: state, into: &sink)
            }
            // What the engine has kept of a log may begin later another time: what was told is known by its id alone.
            var journal = Journal(sink, nil, state: state)
            return capture.analyze(analysis, isLive: follow, state: state, into: &journal)
        }
    }

    private static func input(ofContainer name: String) -> String { "docker:\(name)" }

    private var commands: [CommandToRun] {
        if let program = command.first {
            let name = Redaction.line(Array(EventOutputOptions.baseName(of: program).utf8))
            return [
                CommandToRun(
                    input: name, title: name, program: program,
                    arguments: Self.arguments,
                    hasInput: true)
            ]
        }
        return names.map { name in
            CommandToRun(
                input: Self.input(ofContainer: name), title: "docker logs \(name)", program: "docker",
                arguments: (["logs", "--timestamps"] + (follow ? ["--follow"] : []) + [name]).map { Array($0.utf8) },
                hasInput: false, isDocker: true)
        }
    }

    /// The command's arguments, byte for byte: they need not be UTF-8, and -- may be among them.
    private static var arguments: [[UInt8]] {
        let words = (0..<Int(CommandLine.argc)).compactMap { index in
            CommandLine.unsafeArgv[index].map { Array(UnsafeRawBufferPointer(start: $0, count: strlen($0))) }
        }
        // The command's name follows.
        return Array((words.firstIndex { $0 == [0x2D, 0x2D] }).map { words.dropFirst($0 + 2) } ?? [])
    }
}
