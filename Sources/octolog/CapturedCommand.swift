import OctologCore
import Subprocess
import Synchronization

import Glibc

/// A command that is to be run.
struct CommandToRun: Sendable {
    /// The input that its output is, as events name it.
    var input: String
    /// What it is called where it is spoken of; never all of its words, which may hold secrets.
    var title: String
    /// The program's path, or its name if the PATH is to be searched.
    var program: String
    var arguments: [[UInt8]]
    /// Whether it reads what octolog would have read.
    var hasInput: Bool
    /// Whether it is `docker logs --timestamps`, whose own messages are the lines without a time.
    var isDocker = false
}

/// A command that runs, or has run, while its output is read.
///
/// What it writes to stdout and to stderr comes through one pipe: only so the order is kept in which it wrote them.
final class CapturedCommand: Sendable {
    /// How a command ended.
    enum End {
        case exited(Int32)
        /// By this signal.
        case signalled(Int32)
        /// It was never run; the value is an `errno`.
        case failed(Int32)
    }

    private struct State {
        /// Where it stands among those that run.
        var slot: Int?
        var end: End?
        /// Whether it has ended; others that it has started may still write.
        var hasEnded = false
        /// Since when nothing came of those, by `monotonicTime`.
        var quietSince: UInt64?
        /// The first bytes of its output while these may be its own message and no log; nil afterwards.
        var head: [UInt8]? = []
    }

    let command: CommandToRun
    /// Where its output is read from.
    private let output: Int32
    /// A byte comes here when it runs, and the end when it has ended.
    private let news: Int32
    private let state = Mutex(State())

    /// How long the pipe is read after the command has ended, while nothing comes, in nanoseconds.
    static let patience: UInt64 = 500_000_000
    /// More than this is no message of the command's own, in bytes.
    private static let messageLimit = 4096

    /// Starts a command.
    static func start(_ command: CommandToRun) throws(SystemError) -> CapturedCommand {
        let (output, news) = (try Pipe(), try Pipe())
        let input = command.hasInput ? STDIN_FILENO : open("/dev/null", O_RDONLY | O_CLOEXEC)
        guard input >= 0 else { throw .last }
        let captured = CapturedCommand(command, output: output.reading, news: news.reading)
        Task.detached { await captured.run(input: input, output: output.writing, news: news.writing) }
        var byte: UInt8 = 0
        while Glibc.read(news.reading, &byte, 1) < 0, errno == EINTR {}
        if case .failed(let code) = captured.state.withLock({ $0.end }) { throw SystemError(code: code) }
        return captured
    }

    private init(_ command: CommandToRun, output: Int32, news: Int32) {
        self.command = command
        self.output = output
        self.news = news
        RunningCommands.add(output: output)
    }

    deinit {
        RunningCommands.remove(output: output)
        close(output)
        close(news)
    }

    /// Runs it to its end.
    private func run(input: Int32, output: Int32, news: Int32) async {
        let end: End
        do {
            let program = command.program
            let result = try await Subprocess.run(
                program.contains("/") ? .path(.init(program)) : .name(program),
                // The library takes them for C strings.
                arguments: Arguments(executablePathOverride: nil, remainingValues: command.arguments.map { $0 + [0] }),
                input: .fileDescriptor(.init(rawValue: input), closeAfterSpawningProcess: input != STDIN_FILENO),
                output: .fileDescriptor(.init(rawValue: output), closeAfterSpawningProcess: true),
                error: .combinedWithOutput
            ) { execution in
                self.note(process: execution.processIdentifier.value)
                _ = write(news, "!", 1)
            }
            switch result.terminationStatus {
            case .exited(let code): end = .exited(code)
            case .signaled(let number): end = .signalled(number)
            }
        } catch {
            end = .failed(code(of: error))
        }
        state.withLock {
            $0.end = end
            if let slot = $0.slot { RunningCommands.remove(at: slot) }
        }
        close(news)
    }

    private func note(process: Int32) {
        let slot = RunningCommands.add(process)
        state.withLock { $0.slot = slot }
        // One that came too early for it, or there is no room to find it later.
        if slot == nil { kill(process, SIGKILL) } else if Signals.number != 0 { kill(process, Signals.number) }
    }

    private func code(of error: any Error) -> Int32 {
        guard let error = error as? SubprocessError else { return EIO }
        if error.code == .executableNotFound {
            // What can't be run is not found either.
            guard command.program.contains("/") else { return ENOENT }
            var status = stat()
            if stat(command.program, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { return EISDIR }
            return access(command.program, X_OK) != 0 ? errno : ENOEXEC
        }
        return error.underlyingError?.rawValue ?? EIO
    }

    // MARK: Reading

    /// What tells that there is something to read.
    var descriptors: [Int32] { [output, state.withLock { $0.hasEnded } ? -1 : news] }

    /// When no more is waited for, by `monotonicTime`.
    var deadline: UInt64? { state.withLock { $0.quietSince.map { $0 + Self.patience } } }

    /// Whether there is something to read, or nothing more will come.
    func isReady() -> Bool {
        var polled = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        guard poll(&polled, 2, 0) > 0 || polled[1].fd < 0 else { return false }
        return state.withLock { state in
            if polled[0].revents != 0 {
                state.quietSince = nil
                return true
            }
            state.hasEnded = state.hasEnded || polled[1].revents != 0
            let since = state.quietSince ?? monotonicTime()
            state.quietSince = since
            return monotonicTime() >= since + Self.patience
        }
    }

    /// Reads what there is, once it is ready.
    ///
    /// - Returns: how many bytes were read; 0 if nothing more will come.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int {
        if state.withLock({ $0.quietSince != nil }) { return 0 }
        let count = Glibc.read(output, buffer.baseAddress, buffer.count)
        guard count >= 0 else { throw .last }
        if command.isDocker { state.withLock { Self.note(UnsafeRawBufferPointer(rebasing: buffer[..<count]), &$0) } }
        return count
    }

    private static func note(_ bytes: UnsafeRawBufferPointer, _ state: inout State) {
        guard var head = state.head.take() else { return }
        head.append(contentsOf: bytes.prefix(messageLimit))
        let hasTime = head.split(separator: UInt8(ascii: "\n")).contains(where: beginsWithTime)
        if head.count < messageLimit, !hasTime { state.head = head }
    }

    /// `2018-07-02T`
    private static func beginsWithTime(_ line: ArraySlice<UInt8>) -> Bool {
        let line = line.prefix(11)
        return line.count == 11
            && zip(line, "0000-00-00T".utf8).allSatisfy { $1 == 0x30 ? (0x30...0x39).contains($0) : $0 == $1 }
    }

    /// The last line of what it said, secrets masked, if that was all; nil if it was a log.
    var message: String? {
        guard let head = state.withLock({ $0.head }) else { return nil }
        let line = head.split(separator: UInt8(ascii: "\n")).last { !$0.allSatisfy { $0 <= 0x20 } }
        return line.map { Redaction.line(Array($0)) } ?? ""
    }

    /// Waits until it has ended.
    func waitForEnd() -> End {
        while state.withLock({ $0.end }) == nil { Signals.wait(for: news) }
        return state.withLock { $0.end } ?? .failed(EIO)
    }
}

/// What a command writes, as a log.
struct CommandSource: ByteSource, ~Copyable {
    let command: CapturedCommand
    let metrics: MetricsFile?

    mutating func isReady() -> Bool { command.isReady() }

    mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
        while true {
            while !command.isReady() {
                if let metrics {
                    _ = metrics.wait(forAnyOf: command.descriptors, until: command.deadline)
                } else {
                    _ = Signals.wait(forAnyOf: command.descriptors, until: command.deadline)
                }
            }
            do throws(SystemError) {
                return try command.read(into: buffer)
            } catch {
                guard error.code == EINTR else { throw .system(error.code) }
            }
        }
    }
}

/// Both ends of a pipe that no command inherits.
private struct Pipe {
    let reading: Int32
    let writing: Int32

    init() throws(SystemError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw .last }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        (reading, writing) = (ends[0], ends[1])
    }
}
