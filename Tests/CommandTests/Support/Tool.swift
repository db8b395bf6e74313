import Foundation
import Testing

import Glibc

/// The built binary, run as users run it.
enum Tool {
    static let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// The one that OCTOLOG names, as `make test` does: optimized, as users have it. Else `octolog` lies beside the test
    /// bundle.
    static let binary: URL = {
        if let path = ProcessInfo.processInfo.environment["OCTOLOG"] { return URL(filePath: path, relativeTo: package) }
        let link = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(filePath: link).deletingLastPathComponent().appending(path: "octolog")
    }()

    struct Result {
        var out: String
        var err: String
        var code: Int32
        var data: Data

        /// The events, parsed by somebody else's JSON.
        var events: [[String: Any]] {
            out.split(separator: "\n").compactMap {
                (try? JSONSerialization.jsonObject(with: Data($0.utf8))) as? [String: Any]
            }
        }

        var types: [String] { events.compactMap { $0["type"] as? String } }
    }

    /// Runs octolog in the package's folder.
    static func run(_ arguments: [String], input: String? = nil, environment: [String: String] = [:]) throws -> Result {
        try run(binary, arguments, input: input.map { Data($0.utf8) }, environment: environment)
    }

    static func run(
        _ program: URL, _ arguments: [String], input: Data? = nil, environment: [String: String] = [:]
    ) throws -> Result {
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        process.currentDirectoryURL = package
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let (out, err, stdin) = (Pipe(), Pipe(), Pipe())
        process.standardOutput = out
        process.standardError = err
        process.standardInput = input == nil ? FileHandle.nullDevice : stdin
        unblockSignals()
        try process.run()
        let errors = Reader(err)
        let writer = Thread {
            if let input { try? stdin.fileHandleForWriting.write(contentsOf: input) }
            try? stdin.fileHandleForWriting.close()
        }
        writer.start()
        let data = out.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Result(
            out: String(decoding: data, as: UTF8.self), err: String(decoding: errors.data, as: UTF8.self),
            code: process.terminationStatus, data: data)
    }

    /// A test's thread blocks signals, and a process that it starts would do so too: daemons could not be ended.
    private static func unblockSignals() {
        var none = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, nil)
    }

    /// Starts octolog with pipes at its stdin and stdout.
    static func start(
        _ arguments: [String] = []
    ) throws -> (process: Process, input: FileHandle, output: FileHandle) {
        let process = Process()
        process.executableURL = binary
        process.arguments = arguments
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        return (process, input.fileHandleForWriting, output.fileHandleForReading)
    }

    /// Runs a line of shell, with octolog on the PATH.
    static func shell(_ line: String, input: Data? = nil, environment: [String: String] = [:]) throws -> Result {
        let path = "\(binary.deletingLastPathComponent().path):\(ProcessInfo.processInfo.environment["PATH"] ?? "")"
        return try run(
            URL(filePath: "/bin/bash"), ["-c", line], input: input,
            environment: environment.merging(["PATH": path]) { $1 })
    }

    /// Reads a pipe while another is read.
    private final class Reader: @unchecked Sendable {
        private let done = DispatchSemaphore(value: 0)
        private var content = Data()

        init(_ pipe: Pipe) {
            DispatchQueue.global().async { [self] in
                content = pipe.fileHandleForReading.readDataToEndOfFile()
                done.signal()
            }
        }

        var data: Data {
            done.wait()
            return content
        }
    }

    static func fixture(_ name: String) -> String { "Fixtures/cases/\(name)" }
}

/// A folder of its own that is gone after the test.
struct TemporaryFolder: ~Copyable {
    let url = FileManager.default.temporaryDirectory.appending(path: "octolog-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(at: url) }

    func write(_ name: String, _ data: Data) throws -> String {
        let file = url.appending(path: name)
        try data.write(to: file)
        return file.path
    }
}

extension Tool {
    /// Whether memory, in MiB, was measured and is below a limit; under a sanitizer it means nothing.
    static func fits(_ peak: Double, below limit: Double) -> Bool {
        peak > 1 && peak < limit || ProcessInfo.processInfo.environment["OCTOLOG_SANITIZED"] != nil
    }

    /// Runs octolog and watches its memory.
    ///
    /// - Parameter feed: writes octolog's stdin.
    /// - Returns: the exit code, and the most memory that it had, in MiB.
    static func peak(_ arguments: [String], feed: ((FileHandle) -> Void)? = nil) throws -> (code: Int32, peak: Double) {
        let process = Process()
        process.executableURL = binary
        process.arguments = arguments
        process.currentDirectoryURL = package
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        let pipe = Pipe()
        process.standardInput = feed == nil ? FileHandle.nullDevice : pipe
        try process.run()
        if let feed {
            nonisolated(unsafe) let feed = feed
            Thread.detachNewThread {
                feed(pipe.fileHandleForWriting)
                try? pipe.fileHandleForWriting.close()
            }
        }
        var peak = 0.0
        while process.isRunning {
            // The kernel keeps the highest value, so that the last look before the end is nearly all of it.
            if let status = try? String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8),
                let match = status.firstMatch(of: #/VmHWM:\s+(\d+) kB/#), let kilobytes = Double(match.1)
            {
                peak = max(peak, kilobytes / 1024)
            }
            usleep(2000)
        }
        process.waitUntilExit()
        return (process.terminationStatus, peak)
    }
}
