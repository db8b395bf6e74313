import ArgumentParser
import OctologCore

import Glibc

/// A file of private keys.
enum IdentityFile {
    /// More than any such file has, in bytes.
    private static let limit = 64 << 10

    /// Reads a file of identities; `-` is stdin. What is wrong with it is said, and ends the command.
    static func read(_ path: String) throws -> Identities {
        let name = path == "-" ? "stdin" : path
        var content = [UInt8](repeating: 0, count: limit + 1)
        defer { content.wipe() }
        let count: Int
        do throws(InputError) {
            count = try fill(&content, from: path)
        } catch {
            if case .system(ENOENT) = error {
                Diagnostics.say("no such file: \(name)")
                throw Exit.noInput.error
            }
            Diagnostics.say("can't read \(name): \(error.message)")
            throw Exit.ioError.error
        }
        if let signal = Signals.received { throw signal.error }
        guard count <= limit else {
            Diagnostics.say("\(name) is no file of identities: it has more than \(limit >> 10) KiB")
            throw Exit.badConfiguration.error
        }
        do throws(IdentityError) {
            return try Identities(file: content.span.extracting(0..<count))
        } catch {
            Diagnostics.say("\(name) is no file of identities: \(error.message)")
            throw Exit.badConfiguration.error
        }
    }

    /// Fills `content`, as far as the file goes.
    private static func fill(_ content: inout [UInt8], from path: String) throws(InputError) -> Int {
        var source = try FileSource(path: path)
        var count = 0
        var failure: InputError?
        content.withUnsafeMutableBytes { buffer in
            do throws(InputError) {
                while count < buffer.count {
                    let more = try source.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[count...]))
                    if more == 0 { break }
                    count += more
                }
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return count
    }

    /// Writes a file that its owner alone can read, and that was not there before.
    static func create(_ path: String, _ content: borrowing Secret) throws(SystemError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .last }
        defer { close(descriptor) }
        var failure: SystemError?
        content.reveal { bytes in
            var rest = bytes[...]
            while !rest.isEmpty, failure == nil {
                let count = write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count >= 0 { rest = rest.dropFirst(count) } else if errno != EINTR { failure = .last }
            }
        }
        // What is sealed to it from now on is lost with it. Not every file can be synchronised: a pipe can't.
        if failure == nil, fsync(descriptor) != 0, errno != EINVAL, errno != EROFS { failure = .last }
        guard let failure else { return }
        // The beginning of a key is of no use, and would be in the way the next time.
        unlink(path)
        throw failure
    }
}
