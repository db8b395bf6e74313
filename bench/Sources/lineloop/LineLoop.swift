import Glibc

/// Counts the lines of a file and does nothing else: what no program that looks at each line can beat.
///
/// `lineloop [FILE]` reads FILE, or stdin, and prints the number of LF bytes.
@main
enum LineLoop {
    /// How much is read at a time; it stays within the second level cache.
    private static let bufferSize = 256 << 10

    static func main() {
        var descriptor: Int32 = 0
        if CommandLine.arguments.count > 1 {
            descriptor = open(CommandLine.arguments[1], O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { fail("can't open \(CommandLine.arguments[1])") }
        }
        let memory = UnsafeMutableRawPointer.allocate(byteCount: bufferSize, alignment: 4096)
        defer { memory.deallocate() }
        var lines = 0
        while true {
            let count = read(descriptor, memory, bufferSize)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { fail("can't read: error \(errno)") }
            if count == 0 { break }
            // unsafe: read(2) wrote `count` bytes from `memory`, and memchr looks at no more than what is left of them.
            var position = UnsafeRawPointer(memory)
            let end = position + count
            while let found = memchr(position, 0x0A, end - position) {
                lines += 1
                position = UnsafeRawPointer(found) + 1
            }
        }
        print(lines)
    }

    private static func fail(_ message: String) -> Never {
        let text = "lineloop: \(message)\n"
        _ = text.withCString { write(2, $0, strlen($0)) }
        exit(74)
    }
}
