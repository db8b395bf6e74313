/// Puts back together what PowerShell wrapped at the console's width, log-grammar 1.3.
///
/// A message with a quote that does not close goes on in the lines that follow, as long as they
/// have no prefix of their own. Any other message may: its continuation is joined to it for a
/// second look, and both lines keep their own first look.
struct RecordAssembler {
    /// Lines that are one message.
    struct Record {
        var text: [UInt8]
        var statement: Statement
        var segments: [Segment]
        /// What the frame of its first line says.
        var wrapping: Wrapping
        /// Where a blank was put between two lines, which may have been one word.
        var seams: [Int] = []
        /// How wide its last line is, in columns.
        var width = 0
        /// Where the last line begins: a match across it is the record's own.
        var seam: Int { segments.last?.range.lowerBound ?? 0 }
        /// How wide the line before its last was, in columns.
        var widthBefore = 0

        /// Whether its last line makes sense as a part of it.
        ///
        /// What no script wrote may be anybody's: then the line before has to end where a console does, and a field
        /// of a file that was printed stands by itself.
        func goesOn(with line: Span<UInt8>, _ statement: Statement) -> Bool {
            guard self.statement.writer == .bare else { return true }
            var word = statement.message.lowerBound
            while word < statement.message.upperBound, line[word] != UInt8(ascii: " ") { word += 1 }
            let needed = widthBefore + 1 + word - statement.message.lowerBound
            return RecordAssembler.consoles.contains { widthBefore <= $0 && needed > $0 }
                && !RecordAssembler.isField(line, statement)
        }

        /// Whether its quote is closed.
        var isClosed: Bool { text.last == UInt8(ascii: "'") }
    }

    /// More lines than this are no record.
    static let maximumLines = 64
    /// More bytes than this are no record.
    static let maximumBytes = 64 << 10
    /// How much of a line PowerShell fills at least before it cuts a word, in columns.
    static let narrowestConsole = 79
    /// The widths that consoles have, log-grammar 1.3, in columns.
    private static let consoles = [79, 80, 119, 120]

    /// The record whose quote is open.
    private(set) var open: Record?
    /// The last message, which the next line may continue.
    private(set) var tail: Record?

    /// Whether the last line was the end of a command, as far as could be told.
    var followsCommand = false

    /// Whether `message` opens a quote that it does not close.
    static func opensQuote(_ line: Span<UInt8>, _ statement: Statement) -> Bool {
        guard Writers.script.contains(statement.writer), !statement.message.isEmpty else { return false }
        let message = line.extracting(statement.message)
        guard message.count < maximumBytes, message[message.count - 1] != UInt8(ascii: "'") else { return false }
        // A command's arguments may hold any number of quotes; only its last character ends it.
        if message.starts(with: "Executing command '") { return true }
        guard message[0] == UInt8(ascii: "-") else { return false }
        let quotes = message.indices.reduce(0) { $0 + (message[$1] == UInt8(ascii: "'") ? 1 : 0) }
        return quotes == 1
    }

    /// Whether `line` can continue a message: it has no prefix, and it is no line of its own kind.
    static func continues(_ line: Span<UInt8>, _ statement: Statement) -> Bool {
        guard statement.writer == .bare, !statement.message.isEmpty else { return false }
        let message = line.extracting(statement.message)
        return !message.starts(with: "Execute-Command : ") && !message.starts(with: "+ ")
            && !message.starts(with: "=====")
            && !message.starts(with: "-----")
    }

    /// Whether a line begins with a name and its value.
    fileprivate static func isField(_ line: Span<UInt8>, _ statement: Statement) -> Bool {
        var i = statement.message.lowerBound
        while i < statement.message.upperBound, [0x20, 0x22, 0x27, 0x2D].contains(line[i]) { i += 1 }
        let start = i
        while i < statement.message.upperBound,
            line[i].isLetter || line[i].isDigit || line[i] == UInt8(ascii: "_") || line[i] == UInt8(ascii: ".")
        {
            i += 1
        }
        // What is left of a name that was cut is short and has no capitals.
        let isRest = i - start < 9 && (start..<i).allSatisfy { line[$0].isLower }
        guard i - start >= 3, i + 1 < statement.message.upperBound, line[start].isLetter, !isRest else { return false }
        // `=` and a quote, or another `=`, end base64.
        return line[i] == UInt8(ascii: ":")
            || line[i] == UInt8(ascii: "=") && ![0x20, 0x22, 0x27, 0x3D].contains(line[i + 1])
    }

    mutating func begin(
        _ line: Span<UInt8>, _ statement: Statement, at location: Location, _ wrapping: Wrapping
    ) {
        open = Self.record(line, statement, at: location, wrapping)
    }

    /// Adds a line to the open record.
    ///
    /// - Returns: the record if the line closes it.
    mutating func add(
        _ line: Span<UInt8>, _ statement: Statement, at location: Location, _ places: Places?
    ) -> Record? {
        guard var record = open else { return nil }
        open = nil
        Self.append(line, statement, at: location, places, to: &record)
        if record.isClosed || record.segments.count >= Self.maximumLines || record.text.count >= Self.maximumBytes {
            return record
        }
        open = record
        return nil
    }

    /// Where the earliest line begins that a later one may still go on with, and hide something of.
    var earliest: Location? {
        if let open { return open.segments.first?.location }
        // Only a line that fills the console can have lost half a word to the next.
        guard let tail, tail.width >= Self.narrowestConsole - 8, !tail.isClosed else { return nil }
        return tail.segments.last?.location
    }

    /// Gives up waiting for the open record's end.
    mutating func takeOpen() -> Record? {
        defer { open = nil }
        return open
    }

    /// Remembers a line as one that the next may continue.
    mutating func remember(
        _ line: Span<UInt8>, _ statement: Statement, at location: Location, _ wrapping: Wrapping
    ) {
        // Only PowerShell wraps.
        let mayGoOn = Writers([.script, .output, .bare]).contains(statement.writer)
        guard mayGoOn, !statement.message.isEmpty, line.count <= 4096 else { return tail = nil }
        guard wrapping.places == nil, var record = tail.take(), record.segments.count == 1 else {
            return tail = Self.record(line, statement, at: location, wrapping)
        }
        // The last line's memory serves this one too: there are many.
        let end = statement.message.upperBound
        record.text.removeAll(keepingCapacity: true)
        line.extracting(0..<end).withUnsafeBufferPointer { record.text.append(contentsOf: $0) }
        record.segments[0] = Segment(location: location, range: 0..<end, places: nil)
        (record.statement, record.wrapping) = (statement, wrapping.ofRecord)
        (record.width, record.widthBefore) = (end, 0)
        record.seams.removeAll()
        tail = record
    }

    mutating func remember(_ record: Record) { tail = record.segments.count < 8 ? record : nil }

    mutating func forget() { tail = nil }

    /// The tail with `line` joined to it, or nil if the two can't be one message.
    ///
    /// - Parameters:
    ///   - isCut: whether the break fell into a word.
    ///   - isRest: whether it is known that the line goes on with the tail.
    func joined(
        _ line: Span<UInt8>, _ statement: Statement, at location: Location, _ places: Places?, isCut: Bool,
        isRest: Bool = false
    ) -> Record? {
        guard let width = tail?.width, line.count <= 4096 else { return nil }
        // A break falls where the next word does not fit.
        var word = statement.message.lowerBound
        while word < statement.message.upperBound, line[word] != UInt8(ascii: " ") { word += 1 }
        guard isRest || width + 1 + (word - statement.message.lowerBound) >= Self.narrowestConsole else {
            return nil
        }
        // A closing quote ends a command or a value: nothing follows it.
        guard var record = tail, isRest || !record.isClosed else { return nil }
        Self.append(line, statement, at: location, places, to: &record, isCut: isCut)
        return record
    }

    private static func record(
        _ line: Span<UInt8>, _ statement: Statement, at location: Location, _ wrapping: Wrapping
    ) -> Record {
        let end = statement.message.upperBound
        return Record(
            text: line.extracting(0..<end).array, statement: statement,
            segments: [
                Segment(location: location, range: 0..<end, places: wrapping.places?.keeping([0..<end]))
            ], wrapping: wrapping.ofRecord, width: end)
    }

    private static func append(
        _ line: Span<UInt8>, _ statement: Statement, at location: Location, _ places: Places?,
        to record: inout Record, isCut: Bool = false
    ) {
        // A break takes the blank that it falls on. Only a word longer than a line is cut by force.
        let last = record.segments.last?.range ?? 0..<0
        let words = record.segments.count == 1 ? record.statement.message : last
        let wasCut = last.count >= narrowestConsole && !record.text[words].contains(UInt8(ascii: " "))
        if !wasCut, !isCut {
            record.seams.append(record.text.count)
            record.text.append(UInt8(ascii: " "))
        }
        let start = record.text.count
        line.extracting(statement.message).withUnsafeBufferPointer { record.text.append(contentsOf: $0) }
        record.segments.append(
            Segment(
                location: location, range: start..<record.text.count, places: places?.keeping([statement.message])))
        record.statement.message = record.statement.message.lowerBound..<record.text.count
        record.widthBefore = record.width
        record.width = statement.message.upperBound
    }
}
