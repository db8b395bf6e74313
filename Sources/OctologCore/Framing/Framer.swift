/// Peels the frames off a stream's lines, outermost first, and tells whose line each is.
///
/// Each line is judged by itself, so that a stream may change in its middle. Only where a shape could be
/// anybody's text, as two words before a line, does it count what the stream has shown before.
struct Framer {
    /// The only frame that is peeled first, if the user knows better.
    private let forced: Framing?
    var channels = ChannelTable()
    /// The last message that did not stand in the line as it was written.
    private var decoded: [UInt8] = []
    /// Where the bytes of `decoded` stand in the line; nil unless the input is to be written again.
    private(set) var decodedPlaces: Places?

    /// What the stream has shown so far.
    private var memory = FramingMemory()
    /// Whether the last line that was peeled was one of Docker's files.
    private(set) var readsDockersFile = false

    /// Lines that stand together in one physical line, which is at hand.
    private var entries: [LokiFrame.Entry] = []
    private var nextEntry = 0
    private var position = 0
    private var isDone = true
    private var isRaw = false

    init(forced: Framing?, keepsPlaces: Bool = false) {
        self.forced = forced
        decodedPlaces = keepsPlaces ? Places() : nil
    }

    /// Whether lines are still to be looked at that no rule asks for.
    var isLearning: Bool { memory.isLearning }
    /// What `docker logs --details` puts before each line; nil where it does not.
    var details: [UInt8]? { memory.details }

    /// Forgets what the file before has shown.
    mutating func beginFile() {
        memory = FramingMemory()
        readsDockersFile = false
    }

    /// Makes ready for a physical line.
    ///
    /// - Parameter isRaw: whether it came in a chunk of the engine's stream.
    mutating func begin(isRaw: Bool) {
        self.isRaw = isRaw
        memory.beginLine()
        position = 0
        isDone = false
        entries = []
        nextEntry = 0
    }

    /// Lends the text of the last message that was decoded.
    mutating func takeDecoded() -> [UInt8] {
        defer { decoded = [] }
        return decoded
    }

    /// Takes the text back, so that its memory is used again.
    mutating func giveBack(_ text: consuming [UInt8]) { decoded = text }

    /// Lets go of the memory that messages were decoded into: a secret was among them.
    mutating func forget() { decoded = [] }

    /// The next message of the physical line; nil if it has no more.
    mutating func next(_ line: Span<UInt8>) -> Frame? {
        guard nextEntry < entries.count || !isDone else { return nil }
        let begin = position
        var frame = nextEntry < entries.count ? nextEntry(line) : peel(line)
        frame.isAmongOthers = begin > 0 || !isDone || !entries.isEmpty
        return frame
    }

    private mutating func peel(_ line: Span<UInt8>) -> Frame {
        var frame = Frame(message: position..<line.count)
        isDone = true
        guard forced != .plain else { return frame }
        if isRaw {
            frame.stack.push(.raw)
            peelText(line, &frame, isOutermost: false)
            return frame
        }
        if line.has("\u{FEFF}", at: position, end: line.count) { frame.message = position + 3..<line.count }
        let start = frame.message.lowerBound
        guard start < line.count else { return frame }
        if line[start] == UInt8(ascii: "{"), mayPeel(.jsonFile) || forced != nil,
            let json = JSONFrame(line, at: start, end: line.count), isForced(json.framing)
        {
            return take(json, line, &frame)
        }
        if mayPeel(.fluentd), let found = FluentdFrame.find(line, at: start, end: line.count),
            let json = JSONFrame(line, at: found.record, end: line.count, isWithin: true, isRuby: found.isRuby)
        {
            frame.time = found.time
            return take(json, line, &frame, as: .fluentd)
        }
        peelText(line, &frame, isOutermost: true)
        return frame
    }

    private func mayPeel(_ framing: Framing) -> Bool { forced == nil || forced == framing }

    private func isForced(_ framing: Framing) -> Bool {
        guard let forced else { return true }
        // Whoever says json means any of them.
        return forced == framing || forced == .json
    }

    // MARK: JSON

    private mutating func take(
        _ json: JSONFrame, _ line: Span<UInt8>, _ frame: inout Frame, as framing: Framing? = nil
    ) -> Frame {
        // Another object may follow, or what a torn write left.
        if json.framing != .loki || json.streams == nil {
            position = line.end(of: { $0.isGap || $0 == 0x0D }, from: json.end, to: line.count)
            // What follows a record that stands within something is the rest of that.
            isDone = framing != nil || position >= line.count
        }
        if let streams = json.streams {
            entries = LokiFrame.entries(line, streams)
            guard !entries.isEmpty else { return Frame(message: 0..<line.count) }
            return nextEntry(line)
        }
        frame.stack.push(framing ?? json.framing)
        readsDockersFile = json.framing == .jsonFile
        frame.time = json.peeled.time ?? frame.time
        frame.stream = json.peeled.stream
        frame.isPart = json.peeled.isPart
        frame.isCut = json.isCut
        if let name = json.peeled.name { frame.channel = channels.channel(name, in: line) }
        if json.isLeftOut { frame.notice = .leftOut }
        frame.message = json.peeled.message
        if json.needsDecoding {
            decode(line, json.peeled.message, isArray: json.isArray)
            frame.isDecoded = true
            frame.message = 0..<decoded.count
            endPart(&frame)
        }
        // What an engine wrapped is the container's own word.
        if json.isUnit || json.framing == .json && json.peeled.name == nil { peelWithin(line, &frame) }
        return frame
    }

    /// A shipper's message may end as the line did.
    private mutating func endPart(_ frame: inout Frame) {
        while let last = decoded.last, last == 0x0A || last == 0x0D { decoded.removeLast() }
        frame.message = 0..<decoded.count
    }

    /// Peels what stands within a decoded message, or within one that needed no decoding.
    private mutating func peelWithin(_ line: Span<UInt8>, _ frame: inout Frame) {
        guard frame.isDecoded else { return peelText(line, &frame, isOutermost: false) }
        let text = decoded
        peelText(text.span, &frame, isOutermost: false)
    }

    private mutating func decode(_ line: Span<UInt8>, _ range: Range<Int>, isArray: Bool) {
        beginDecoding()
        if isArray {
            JSONObject.decodeArray(line, range, into: &decoded, &decodedPlaces)
        } else {
            JSONObject.decode(line, range, into: &decoded, &decodedPlaces)
        }
    }

    private mutating func beginDecoding() {
        decoded.removeAll(keepingCapacity: true)
        if decodedPlaces != nil { decodedPlaces = Places() }
    }

    private mutating func nextEntry(_ line: Span<UInt8>) -> Frame {
        let entry = entries[nextEntry]
        nextEntry += 1
        isDone = true
        var frame = Frame(message: entry.value)
        frame.stack.push(.loki)
        frame.time = entry.time
        frame.stream = entry.stream
        if let name = entry.name { frame.channel = channels.channel(name, in: line) }
        if line.first(UInt8(ascii: "\\"), from: entry.value.lowerBound, to: entry.value.upperBound) != nil {
            decode(line, entry.value, isArray: false)
            frame.isDecoded = true
            endPart(&frame)
        }
        return frame
    }

    // MARK: Text

    /// Peels frame after frame; each kind once, and only what can stand within the one before.
    private mutating func peelText(_ bytes: Span<UInt8>, _ frame: inout Frame, isOutermost: Bool) {
        var place = Place(within: isOutermost ? nil : frame.stack.outer, isFirst: isOutermost)
        let wasDecoded = frame.isDecoded
        while frame.stack.count < 5 {
            guard let kind = peelOne(bytes, &frame, place) else { break }
            frame.stack.push(kind)
            place = Place(within: kind, isFirst: false)
            if frame.notice != nil || frame.isInnermost { return }
            if frame.isDecoded, !wasDecoded {
                let text = decoded
                return peelText(text.span, &frame, isOutermost: false)
            }
        }
        if place.isFirst, forced == nil { memory.noteBare(bytes, frame.message) }
        peelExit(bytes, &frame)
    }

    /// Where a frame is looked for: in what, and whether it is the outermost.
    private struct Place {
        var within: Framing?
        var isFirst: Bool
    }

    /// Whether a kind of frame may stand here.
    private func may(_ framing: Framing, _ place: Place, _ frame: Frame) -> Bool {
        if place.isFirst, let forced { return forced == framing }
        return !frame.stack.contains(framing) && Self.allows(framing, within: place.within, frame)
    }

    private mutating func peelOne(_ bytes: Span<UInt8>, _ frame: inout Frame, _ place: Place) -> Framing? {
        let (start, end) = (frame.message.lowerBound, frame.message.upperBound)
        guard start < end else { return nil }
        let first = bytes[start]
        if let framing = peelStamped(bytes, &frame, place) ?? peelNamed(bytes, &frame, place) { return framing }
        if first == UInt8(ascii: "E"), may(.cloudwatch, place, frame),
            let peeled = CloudWatchFrame.peel(bytes, at: start, end: end)
        {
            return take(peeled, bytes, &frame, .cloudwatch)
        }
        if first == 0x20, may(.table, place, frame),
            let peeled = TableFrame.peel(bytes, at: start, end: end, known: memory.tableIndent)
        {
            memory.tableIndent = peeled.message.lowerBound - start
            return take(peeled, bytes, &frame, .table)
        }
        if may(.details, place, frame),
            let prefix = memory.details(bytes, start, end, isForced: forced == .details)
        {
            frame.message = prefix..<end
            return .details
        }
        return nil
    }

    /// Frames that begin with a time, or with syslog's priority.
    private mutating func peelStamped(_ bytes: Span<UInt8>, _ frame: inout Frame, _ place: Place) -> Framing? {
        let (start, end) = (frame.message.lowerBound, frame.message.upperBound)
        let first = bytes[start]
        guard first.isDigit || first.isLetter || first == UInt8(ascii: "<") else { return nil }
        if first.isDigit, may(.cri, place, frame), let peeled = CRIFrame.peel(bytes, at: start, end: end) {
            return take(peeled, bytes, &frame, .cri)
        }
        if may(.syslog, place, frame), let peeled = SyslogFrame.peel(bytes, at: start, end: end) {
            return takeSyslog(peeled, bytes, &frame)
        }
        guard first.isDigit else { return nil }
        if may(.timestamps, place, frame), let peeled = TimestampFrame.peel(bytes, at: start, end: end) {
            frame.mayHoldStamps = peeled.decimals == TimestampFrame.engineDecimals
            return take(peeled, bytes, &frame, .timestamps)
        }
        if may(.desktop, place, frame), let peeled = DesktopFrame.peel(bytes, at: start, end: end) {
            return take(peeled, bytes, &frame, .desktop)
        }
        return nil
    }

    /// Frames that begin with the container's name.
    private mutating func peelNamed(_ bytes: Span<UInt8>, _ frame: inout Frame, _ place: Place) -> Framing? {
        let (start, end) = (frame.message.lowerBound, frame.message.upperBound)
        if bytes[start] == UInt8(ascii: "["), may(.kubectl, place, frame),
            let peeled = KubectlFrame.peel(bytes, at: start, end: end)
        {
            return take(peeled, bytes, &frame, .kubectl)
        }
        if may(.compose, place, frame),
            let peeled = memory.compose(
                bytes, start, end, isOutermost: place.within == nil, isForced: forced == .compose, channels)
        {
            return take(peeled, bytes, &frame, .compose)
        }
        guard may(.stern, place, frame) else { return nil }
        if let name = SternFrame.marker(bytes, at: start, end: end) {
            memory.learn(name, bytes)
            frame.notice = .other
            return .stern
        }
        return memory.stern(bytes, start, end, isForced: forced == .stern).map { take($0, bytes, &frame, .stern) }
    }

    /// What can stand within what.
    ///
    /// What a container's engine wrapped is the container's own word: anything that looks like a frame there
    /// was printed by it, and may be forged.
    private static func allows(_ framing: Framing, within: Framing?, _ frame: Frame) -> Bool {
        switch within {
        case nil: framing != .timestamps || !frame.stack.contains(.timestamps)
        // Of a container or of a unit that prints those of several: whoever peeled them has seen to which.
        case .syslog, .journald, .json: framing == .compose || framing == .timestamps || framing == .kubectl
        case .compose, .kubectl, .stern: framing == .timestamps
        case .timestamps:
            // A build's log has seven decimals, and anything within it.
            frame.mayHoldStamps ? framing == .details : framing == .compose || framing == .kubectl || framing == .stern
        case .raw: framing == .timestamps || framing == .details
        case .details, .desktop, .table, .cloudwatch, .cri, .jsonFile, .fluentd, .loki, .plain: false
        }
    }

    private mutating func take(
        _ peeled: Peeled, _ bytes: Span<UInt8>, _ frame: inout Frame, _ framing: Framing
    ) -> Framing {
        frame.message = peeled.message
        frame.time = peeled.time ?? frame.time
        frame.stream = peeled.stream ?? frame.stream
        frame.isPart = frame.isPart || peeled.isPart
        if let name = peeled.name { frame.channel = channels.channel(name, in: bytes) }
        return framing
    }

    /// The driver hands on lines of 16 KiB and more in pieces, with no mark but their length; the daemon writes
    /// control characters as `#011`.
    private mutating func takeSyslog(_ peeled: Peeled, _ bytes: Span<UInt8>, _ frame: inout Frame) -> Framing {
        var peeled = peeled
        peeled.isPart = peeled.message.count == TimestampFrame.part
        _ = take(peeled, bytes, &frame, .syslog)
        if SyslogFrame.isLeftOut(bytes, frame.message) { frame.notice = .leftOut }
        frame.isInnermost = peeled.name.map { !SyslogFrame.isCollector(bytes.extracting($0.name)) } ?? false
        guard !frame.isDecoded, SyslogEscapes.areIn(bytes, frame.message) else { return .syslog }
        beginDecoding()
        SyslogEscapes.decode(bytes, frame.message, into: &decoded, &decodedPlaces)
        frame.isDecoded = true
        frame.isPart = decoded.count == TimestampFrame.part
        frame.message = 0..<decoded.count
        return .syslog
    }

    // MARK: Ends of containers

    private mutating func peelExit(_ bytes: Span<UInt8>, _ frame: inout Frame) {
        let isCompose = frame.stack.contains(.compose)
        guard memory.hasCompose || frame.stack.count == 0 else { return }
        guard let exit = ComposeFrame.exit(bytes, at: frame.message.lowerBound, end: frame.message.upperBound) else {
            return
        }
        let word = bytes.extracting(exit.name)
        let begin = ComposeFrame.beginning(
            of: bytes, from: frame.message.lowerBound, to: frame.message.upperBound)
        if !isCompose {
            guard begin == exit.name.lowerBound, let channel = channels.channel(endingFullName: word) else { return }
            frame.channel = channel
            frame.notice = .exited(code: exit.code)
            frame.message = begin..<frame.message.upperBound
            return
        }
        // `octopus_1  | the last wordsoctov1_octopus_1 exited with code 1`: version 1 ends no line for the program.
        let glued = memory.glued(word, channels.name(of: frame.channel))
        guard let glued, !frame.isDecoded, word.count > glued || begin < exit.name.lowerBound else { return }
        position = exit.name.upperBound - glued
        isDone = false
        frame.message = frame.message.lowerBound..<position
    }
}
