import Glibc

/// Collects a corpus and writes it to stdout, a mebibyte at a time.
struct CorpusWriter: ~Copyable {
    private static let flushSize = 1 << 20

    private var bytes: [UInt8] = []
    private var flushed = 0
    /// Where the line begins that is being written.
    private var lineStart = 0
    private let frame: FileFrame?
    /// A line without its frame.
    private var line: [UInt8] = []
    private var frameClock: FrameClock
    /// The stream of the lines that follow; only frames tell it.
    var stream = OutputStream.stdout

    /// - Parameter frame: how each line is written; nil for lines as they are.
    init(frame: FileFrame? = nil, seed: UInt64 = 1) {
        self.frame = frame
        frameClock = FrameClock(seed: seed)
        bytes.reserveCapacity(Self.flushSize + 64 << 10)
    }

    /// All bytes so far, those that are not yet written included.
    var count: Int { flushed + bytes.count }

    mutating func append(_ byte: UInt8) { bytes.append(byte) }

    mutating func append(_ text: [UInt8]) { bytes.append(contentsOf: text) }

    mutating func append(_ text: ArraySlice<UInt8>) { bytes.append(contentsOf: text) }

    mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

    /// A number in decimal, with zeros before it up to `width` digits.
    mutating func append(decimal number: Int, width: Int = 1) {
        var rest = number
        var digits = InlineArray<20, UInt8>(repeating: UInt8(ascii: "0"))
        var count = 0
        while rest > 0 || count < min(width, 20) {
            digits[count] = UInt8(ascii: "0") + UInt8(rest % 10)
            rest /= 10
            count += 1
        }
        while count > 0 {
            count -= 1
            bytes.append(digits[count])
        }
    }

    /// The low `digits` hexadecimal digits of a number.
    mutating func append(hexadecimal number: UInt64, digits: Int, uppercase: Bool = false) {
        let letter = UInt8(ascii: uppercase ? "A" : "a") - 10
        for digit in (0..<digits).reversed() {
            let value = UInt8(truncatingIfNeeded: number >> UInt64(4 * digit)) & 15
            bytes.append(value < 10 ? UInt8(ascii: "0") + value : letter + value)
        }
    }

    /// - Parameter clock: the time in the container, which a frame tells.
    mutating func endLine(at clock: Clock) {
        if let frame {
            // A slice of `bytes` would make each change copy all of them.
            line.removeAll(keepingCapacity: true)
            line.append(contentsOf: bytes[lineStart...])
            bytes.removeSubrange(lineStart...)
            frame.write(line[...], stream, time: frameClock.next(clock), to: &bytes)
        } else {
            bytes.append(0x0A)
        }
        if bytes.count >= Self.flushSize { flush() }
        lineStart = bytes.count
    }

    /// The lines that are not yet written, which are then forgotten.
    mutating func take() -> [UInt8] {
        defer {
            bytes.removeAll(keepingCapacity: true)
            lineStart = 0
        }
        return bytes
    }

    mutating func flush() {
        var start = 0
        while start < bytes.count {
            // unsafe: the pointer is used while the array is borrowed, and start + length is its count.
            let written = bytes.withUnsafeBytes { write(1, $0.baseAddress.map { $0 + start }, $0.count - start) }
            if written < 0 {
                if errno == EINTR { continue }
                Diagnostics.fail("can't write the corpus: error \(errno)", status: 74)
            }
            start += written
        }
        flushed += bytes.count
        bytes.removeAll(keepingCapacity: true)
        lineStart = 0
    }
}

/// What goes to stderr.
enum Diagnostics {
    static func fail(_ message: String, status: Int32) -> Never {
        let text = "generate: \(message)\n"
        _ = text.withCString { write(2, $0, strlen($0)) }
        exit(status)
    }
}
