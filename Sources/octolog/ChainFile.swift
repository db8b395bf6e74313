import ArgumentParser
import OctologCore

import Glibc

/// The option of commands that chain the lines they read.
struct ChainOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "File for a hash chain over the lines, secrets masked, for verify; one thread reads then.",
            valueName: "file"), completion: .file())
    var chain: String?

    /// The file, begun; nil without `--chain`.
    ///
    /// - Parameters:
    ///   - inputs: what is read, in that order.
    ///   - others: the files that are read or written besides.
    func file(of inputs: [String], framing: Framing?, besides others: [String]) throws -> ChainFile? {
        guard let chain else { return nil }
        for other in others where MetricsOptions.isSameFile(chain, other) {
            throw ValidationError("--chain \(chain) is also read or written: name another file.")
        }
        if chain == "-" || chain.isEmpty || MetricsOptions.isStdout(chain) {
            throw ValidationError("--chain needs a file of its own.")
        }
        do throws(SystemError) {
            return ChainFile(try OutputFile(path: chain), of: inputs, framing: framing)
        } catch {
            Diagnostics.say("can't write the chain \(chain): \(error.message)")
            throw Exit.ioError.error
        }
    }
}

/// The file of `--chain`, written while the log is read.
final class ChainFile {
    let recorder: ChainRecorder
    private let writer: Writer

    /// What the recorder writes to.
    private final class Writer {
        var file: OutputFile
        var text: ChainText

        init(_ file: consuming OutputFile, _ text: ChainText) {
            self.file = file
            self.text = text
        }
    }

    init(_ file: consuming OutputFile, of inputs: [String], framing: Framing?) {
        let writer = Writer(file, ChainText(inputs: inputs))
        self.writer = writer
        recorder = ChainRecorder(inputs: inputs, framing: framing) { input, digest in
            writer.file.write(writer.text.add(digest, of: input))
        }
    }

    /// All was read.
    func finish() {
        writer.file.write(writer.text.finish(recorder))
        writer.file.flush()
    }
}

/// A file of `--chain` that is read.
final class ChainInput {
    let path: String
    let index: ChainIndex
    private let descriptor: Int32

    init(path: String) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            let error = SystemError.last
            Diagnostics.say("can't read the chain \(path): \(error.message)")
            throw (error.code == ENOENT ? Exit.noInput : Exit.ioError).error
        }
        do throws(ChainIndex.Fault) {
            index = try ChainIndex { Self.read(descriptor, $0, $1) }
        } catch {
            close(descriptor)
            Diagnostics.say("can't use the chain \(path): \(error.message)")
            throw Exit.incomplete.error
        }
        self.path = path
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// What became of an input's lines.
    func check() -> ChainCheck { ChainCheck(index) { [descriptor] in Self.read(descriptor, $0, $1) } }

    private static func read(_ descriptor: Int32, _ offset: Int, _ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let got = bytes.withUnsafeMutableBytes {
                pread(descriptor, $0.baseAddress.map { $0 + filled }, count - filled, off_t(offset + filled))
            }
            if got < 0, errno == EINTR { continue }
            if got <= 0 { break }
            filled += got
        }
        bytes.removeLast(count - filled)
        return bytes
    }
}
