/// Who wrote a line, told by the shape of its beginning, log-grammar 1.1.
struct Writers: OptionSet, Sendable {
    let rawValue: UInt8

    /// `VERBOSE: [<ts>] text`
    static let verboseStamped = Writers(rawValue: 1 << 0)
    /// `[<ts>] text`
    static let stamped = Writers(rawValue: 1 << 1)
    /// `VERBOSE: text`
    static let verbose = Writers(rawValue: 1 << 2)
    /// `VERBOSE: ⇥| text` or `⇥| text`: what a command printed
    static let output = Writers(rawValue: 1 << 3)
    /// Anything else: a program's console, a stderr line, a continuation
    static let bare = Writers(rawValue: 1 << 4)

    /// The Windows scripts.
    static let script: Writers = [.verboseStamped, .stamped, .verbose]
    /// The programs, on the console or captured.
    static let program: Writers = [.output, .bare]
    static let any: Writers = [.script, .program]
}

/// A line taken apart into who wrote it, when, and what it says.
struct Statement {
    var writer: Writers
    /// The time that the writer put before the message.
    var time: Timestamp?
    /// The message: no prefix, no white space around it.
    var message: Range<Int>

    /// Takes a line apart. `line` has no line end; a CR before it is white space.
    init(_ line: Span<UInt8>) {
        var end = line.count
        while end > 0, Self.isBlank(line[end - 1]) { end -= 1 }
        var position = Self.skipBlanks(line, from: 0, to: end)
        let isVerbose = line.has("VERBOSE:", at: position, end: end)
        if isVerbose { position = Self.skipBlanks(line, from: position + 8, to: end) }

        if position < end, line[position] == UInt8(ascii: "["),
            let (time, next) = Timestamp.scan(line, at: position + 1, end: end),
            next < end, line[next] == UInt8(ascii: "]")
        {
            self.time = time
            position = Self.skipBlanks(line, from: next + 1, to: end)
            writer = isVerbose ? .verboseStamped : .stamped
        } else if position < end, line[position] == UInt8(ascii: "|"),
            position + 1 == end || Self.isBlank(line[position + 1])
        {
            // Documents and browsers turn the TAB into blanks: any white space before the bar will do.
            position = Self.skipBlanks(line, from: position + 1, to: end)
            writer = .output
        } else {
            writer = isVerbose ? .verbose : .bare
        }
        message = position..<max(position, end)
    }

    /// A statement that was put together from several lines.
    init(writer: Writers, time: Timestamp?, message: Range<Int>) {
        self.writer = writer
        self.time = time
        self.message = message
    }

    private static func skipBlanks(_ line: Span<UInt8>, from start: Int, to end: Int) -> Int {
        var i = start
        while i < end, isBlank(line[i]) { i += 1 }
        return i
    }

    /// Blank, TAB, CR.
    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
}
