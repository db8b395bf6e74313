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
    /// Anything else: a program's console, a bash script, a stderr line, a continuation
    static let bare = Writers(rawValue: 1 << 4)
    /// `<LD> | LEVEL | text`: the Tentacle in the Kubernetes agent
    static let agent = Writers(rawValue: 1 << 5)
    /// `<LD>  <pid>  <tid> LEVEL  text`: a line of the programs' log files
    static let logFile = Writers(rawValue: 1 << 6)
    /// `yyyy-MM-dd HH:mm:ss.ff source text`: SQL Server's error log
    static let sqlServer = Writers(rawValue: 1 << 7)

    /// The Windows scripts.
    static let script: Writers = [.verboseStamped, .stamped, .verbose]
    /// The Windows scripts, and those of the Linux images, which put nothing before their text.
    static let anyScript: Writers = [.script, .bare]
    /// The programs themselves, not captured.
    static let console: Writers = [.bare, .agent, .logFile]
    /// The programs, on the console or captured.
    static let program: Writers = [.output, .console]
    static let any: Writers = [.script, .program, .sqlServer]
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
        } else if !isVerbose, let dated = Self.dated(line, from: position, to: end) {
            (writer, time, position) = dated
        } else {
            writer = isVerbose ? .verbose : .bare
        }
        message = position..<max(position, end)
    }

    /// Takes in what NLog and SQL Server put before their messages: a date and a time with a fraction, and more.
    ///
    /// The programs' files have the local time of the container, which tells nothing; in the Linux images it is UTC.
    private static func dated(
        _ line: Span<UInt8>, from start: Int, to end: Int
    ) -> (Writers, Timestamp?, message: Int)? {
        guard start < end, line[start] == UInt8(ascii: "2") || line[start] == UInt8(ascii: "1"),
            let scanned = Timestamp.scan(line, at: start, end: end, separator: 0x20), !scanned.hasZone,
            scanned.next < end, line[scanned.next] == 0x20
        else { return nil }
        if scanned.decimals == 2 {
            return afterSource(line, from: scanned.next + 1, to: end).map { (.sqlServer, scanned.time, $0) }
        }
        guard scanned.decimals == 4 else { return nil }
        var position = skipBlanks(line, from: scanned.next, to: end)
        let hasBars = position < end && line[position] == UInt8(ascii: "|")
        if hasBars {
            position = skipBlanks(line, from: position + 1, to: end)
        } else {
            for _ in 0..<2 { position = skipNumber(line, from: position, to: end) }
        }
        guard let level = levels.first(where: { line.has($0, at: position, end: end) }) else { return nil }
        position = skipBlanks(line, from: position + level.utf8CodeUnitCount, to: end)
        guard hasBars else { return (.logFile, nil, position) }
        guard position < end, line[position] == UInt8(ascii: "|") else { return nil }
        return (.agent, scanned.time, skipBlanks(line, from: position + 1, to: end))
    }

    /// NLog's levels.
    private static let levels: [StaticString] = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"]

    /// Skips `spid5s      `, which fills 12 columns, log-grammar 8.1.
    private static func afterSource(_ line: Span<UInt8>, from start: Int, to end: Int) -> Int? {
        let source = line.end(of: { $0.isLetter || $0.isDigit }, from: start, to: end)
        guard source > start, source - start <= 12, source == end || isBlank(line[source]) else { return nil }
        return skipBlanks(line, from: source, to: end)
    }

    /// Skips a column that holds a number, if the next one does.
    private static func skipNumber(_ line: Span<UInt8>, from start: Int, to end: Int) -> Int {
        let number = line.end(of: { $0.isDigit }, from: start, to: end)
        return number > start && number < end && isBlank(line[number])
            ? skipBlanks(line, from: number, to: end) : start
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
