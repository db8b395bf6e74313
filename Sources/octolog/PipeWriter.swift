import OctologCore

import Glibc

/// Who writes into the pipe that stdin is, by /proc (proc_pid_fd(5)).
struct PipeWriter {
    /// Its name, such as `docker`.
    var name: String
    /// Whether its stderr goes into the pipe too.
    var hasErrors: Bool

    /// The programs that write a container's stdout and stderr each to their own.
    private static let engines = ["docker", "podman", "nerdctl", "kubectl", "docker-compose", "podman-compose"]

    /// What to say to somebody who may miss stderr; nil where stdin is no pipe, or has all there is.
    static var hint: String? {
        var status = stat()
        guard fstat(STDIN_FILENO, &status) == 0, status.st_mode & S_IFMT == S_IFIFO else { return nil }
        let advice = "docker logs NAME 2>&1 | octolog, or octolog capture --docker NAME"
        guard let writer = ofStdin() else {
            return "a pipe carries stdout only; if docker writes into this one, failures are missing: \(advice)"
        }
        guard engines.contains(writer.name), !writer.hasErrors else { return nil }
        return "what \(writer.name) writes to stderr is not in this pipe, and failures are told there: \(advice)"
    }

    /// Nil where it can't be found: it may have ended, or be another user's.
    private static func ofStdin() -> PipeWriter? {
        guard let pipe = target(of: "/proc/self/fd/0"), let processes = opendir("/proc") else { return nil }
        defer { closedir(processes) }
        var found: PipeWriter?
        for name in Inputs.names(in: processes) {
            guard let process = Int32(name), process != getpid(), target(of: "/proc/\(process)/fd/1") == pipe else {
                continue
            }
            let writer = PipeWriter(
                name: self.name(of: process), hasErrors: target(of: "/proc/\(process)/fd/2") == pipe)
            // A shell around it has the pipe too.
            if engines.contains(writer.name) { return writer }
            found = writer
        }
        return found
    }

    private static func target(of link: String) -> String? {
        var buffer = [CChar](repeating: 0, count: 256)
        guard readlink(link, &buffer, buffer.count - 1) > 0 else { return nil }
        return buffer.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } }
    }

    private static func name(of process: Int32) -> String {
        guard let path = target(of: "/proc/\(process)/exe") else { return "" }
        return EventOutputOptions.baseName(of: path)
    }
}
