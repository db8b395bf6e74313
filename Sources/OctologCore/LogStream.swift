/// What rules are held against lines: shared by all streams that are read by one thread.
struct Recogniser: ~Copyable {
    var classifier: Classifier
    var redactor = Redactor()

    init(_ rules: RuleSet) { classifier = Classifier(rules) }
}

/// An event on its way out.
struct Told {
    var event: Event
    /// Its time, or the last one before it in its log.
    var time: Timestamp?

    /// What is left where one was taken.
    static var nothing: Told {
        Told(
            event: Event(
                payload: .phaseEntered(.sample), source: "", level: .info, origin: Origin(), evidence: []))
    }
}

/// What the frames of the line at hand say of it.
struct Wrapping {
    var stack = FrameStack()
    var channel = ChannelTable.unnamed
    var stream: OutputStream?
    var time: Timestamp?
    /// The text with its escape sequences, where it had some.
    var original: PlainText?
    /// Where the text's bytes lie in the input, if it is to be written again.
    var places: Places?

    /// The same for a text that is put together from several lines.
    var ofRecord: Wrapping { Wrapping(stack: stack, channel: channel, stream: stream, time: time) }
}

/// One log, a file with its rotated predecessors or a pipe: from its lines to the events of its containers.
struct LogStream {
    let options: Analyzer.Options
    /// The name of the container whose lines no frame names.
    private let name: String
    private let isInput: Bool
    /// What the host is called of the container that the log's path names: all lines are of it.
    private let hostName: String?

    /// How many startups containers had in files that are gone, by their names.
    private let startups: [String: Int]
    /// What its files were called when they were read first, by their paths.
    private let inputNames: [String: String]
    /// The files of the log so far, by their names.
    private(set) var files: [String] = []
    private(set) var compression: String?
    var offsets = OffsetMap(.utf8)
    var framer: Framer
    var joiner = PartJoiner()

    /// The containers; those that were closed are free for others.
    var containers: [Container] = []
    /// Closed containers, whose places are free.
    private var free: [Int] = []
    /// The container of each channel; -1 while nothing of it was recognised.
    ///
    /// That of lines without a name is there from the beginning: an input may end before its first line.
    private var containerOfChannel = [-1]
    /// The names of channels, secrets masked.
    private var names = [""]
    /// What the hosts of their containers are called, where the frames tell, secrets masked.
    private var hostNames: [String?]
    /// How many containers want to see each of their lines.
    private var eager = 0
    /// Counts the lines that containers were told of.
    private var clock = 0
    /// The containers whose verdict waits for more lines.
    var awaiting: [AwaitedVerdict] = []
    /// Counts the lines that may bring a verdict.
    private var settleCount = 0
    /// The latest time that any line told.
    var latest: Moment?

    /// The container of the line at hand; nil while nothing of it was recognised.
    var current: Int?
    var wrapping = Wrapping()
    /// Whether the last line that was looked at ended within its frame.
    var lastFrameIsCut = false
    /// Whether the input's last line did.
    var endsInFrame = false
    var matches: [Match] = []
    /// The secrets of the line at hand.
    var exposed: [Exposure] = []
    /// Those of them that are told of it: what the line before tells of it is not all its own.
    var ownExposed: [Exposure] = []
    /// Whether the line at hand was searched for them: lines that are not shown need not be.
    var isExposedKnown = false
    /// Whether the line at hand may go on where nobody can see it: the log ends in it.
    var isOpenEnded = false
    var known = KnownByChannel()
    /// Of how many lines more each is looked at, because of what was read before.
    var wantedLines = 0
    /// Whose lines may show a key: `show-master-key` was read, and no other command since.
    var keyChannel: Int?
    /// The kind of secret that the next line holds as a value, by the name in this one.
    var named: (kind: SecretKind, channel: Int, lines: Int)?
    /// The last line that was looked at outside of a startup, if the log is written again: the next may go on with it.
    var passed = RecordAssembler()
    /// Secrets of the line at hand that lie between the stars of a mask, with what they are.
    var starred: [Exposure] = []
    /// What hides the secrets that were found, for who writes the input again; nil for all others.
    var masks: [Mask]?
    /// The offset of the line that is read.
    var reading = 0
    var totals = Totals()
    /// Whether the window of a long line that was looked at last ended within a secret.
    var secretGoesOn = false
    /// Whether a secret stood in what was read since somebody asked last: where it was read from has to be wiped.
    var sawSecret = false
    /// How often each limit was hit, by the subject of its events.
    private var limitCounts: [String: Int] = [:]
    /// What is to be told, in order.
    var told: [Told] = []

    /// More containers than this are not followed at once.
    static let maximumContainers = 2048

    /// - Parameters:
    ///   - name: the log's first file.
    ///   - keepsPlaces: whether the input is to be written again.
    init(name: String, options: Analyzer.Options, keepsPlaces: Bool = false) {
        self.options = options
        masks = keepsPlaces ? [] : nil
        let history = options.histories[name]
        startups = history?.startups ?? [:]
        inputNames = history?.inputs ?? [:]
        let given = options.container ?? options.containers[name]
        let name = history?.name ?? name
        let path = ContainerPath.container(of: name)
        let named = given ?? path?.name
        self.name = named ?? name
        isInput = named == nil
        hostName = path?.hostName
        hostNames = [given.flatMap { HostName.ofContainer($0) }]
        framer = Framer(forced: options.framing, keepsPlaces: keepsPlaces)
    }

    /// The next file of the log begins.
    mutating func begin(file: String, _ kind: InputKind) {
        files.append(inputNames[file] ?? file)
        compression = kind.compression?.rawValue
        offsets = OffsetMap(kind.encoding)
        totals.inputs += 1
        endsInFrame = false
        framer.beginFile()
    }

    /// Whether each line has to be looked at, not only those that hold a literal.
    var wantsEveryLine: Bool { eager > 0 || joiner.isOpen || framer.isLearning || wantedLines > 0 }

    // MARK: Containers

    /// How many startups each container had so far, by its name.
    var startupCounts: [String: Int] {
        var counts = startups
        for container in containers where !container.isClosed {
            counts[container.name] = container.machine.startup?.number ?? container.machine.startupsBefore
        }
        return counts
    }

    /// Other rules of the user's are in force: what the last ones waited for is no more.
    mutating func forgetWatches() {
        for index in containers.indices { containers[index].watch = Watch() }
    }

    /// Makes the container of the line at hand the current one, if there is one already.
    mutating func select(_ channel: Int, _ recogniser: inout Recogniser) {
        while containerOfChannel.count <= channel {
            let new = containerOfChannel.count
            names.append(Self.masked(framer.channels.name(of: new), &recogniser))
            hostNames.append(framer.channels.hostName(of: new).map { Self.masked($0, &recogniser) })
            containerOfChannel.append(-1)
        }
        let index = containerOfChannel[channel]
        current = index >= 0 ? index : nil
        if framer.channels.hasNewID { takeNewID(of: channel) }
        guard let current else { return }
        clock += 1
        containers[current].lastLine = clock
        containers[current].wrapping = wrapping.ofRecord
    }

    private static func masked(_ name: String, _ recogniser: inout Recogniser) -> String {
        let name = Array(name.utf8)
        return String(
            decoding: Redactor.masked(name.span, recogniser.redactor.exposures(in: name.span)), as: UTF8.self)
    }

    /// A new container goes on under the name of the last one.
    private mutating func takeNewID(of channel: Int) {
        framer.channels.hasNewID = false
        hostNames[channel] = framer.channels.hostName(of: channel)
        guard let current else { return }
        containers[current].machine.becomeAnother(hostName: hostNames[channel])
        tellEmissions(of: current)
    }

    /// The container of the line at hand, made if need be.
    mutating func ensureContainer() -> Int {
        if let current { return current }
        let channel = wrapping.channel
        var container =
            channel == ChannelTable.unnamed
            ? Container(name: name, isInput: isInput) : Container(name: names[channel], isInput: false)
        container.channel = channel
        container.machine.startupsBefore = startups[container.name] ?? 0
        container.machine.hostName = hostNames[channel] ?? hostName
        container.wrapping = wrapping.ofRecord
        // What a program prints may look like the lines of another container.
        let unnamed = containerOfChannel[ChannelTable.unnamed]
        container.machine.isSuspect =
            channel != ChannelTable.unnamed && unnamed >= 0 && containers[unnamed].machine.startup != nil
        clock += 1
        container.lastLine = clock
        let index = free.popLast() ?? containers.count
        if index == containers.count { containers.append(container) } else { containers[index] = container }
        containerOfChannel[channel] = index
        current = index
        return index
    }

    /// Makes room for more containers, where there are as many as can be followed: those that were silent longest go.
    mutating func makeRoom(
        for location: Location, _ recogniser: inout Recogniser, into sink: inout some EventSink
    ) {
        guard containers.count - free.count >= Self.maximumContainers else { return }
        let silent = containers.indices.filter { !containers[$0].isClosed && $0 != current }.sorted {
            (containers[$0].lastLine, $0) < (containers[$1].lastLine, $1)
        }
        let (line, selected) = (wrapping, current)
        // Half of them at once, so that the search costs each container little.
        for index in silent.prefix(Self.maximumContainers / 2) { close(index, &recogniser, into: &sink) }
        (wrapping, current) = (line, selected)
        noteLimit(.containers, at: location)
    }

    private mutating func close(_ index: Int, _ recogniser: inout Recogniser, into sink: inout some EventSink) {
        current = index
        wrapping = containers[index].wrapping
        finishRecord(&recogniser, into: &sink)
        endWatch(of: index, recogniser.classifier.set)
        containers[index].machine.finish(at: latest)
        containers[index].announceUnknown()
        tellEmissions(of: index)
        noteEagerness(of: index, closes: true)
        containerOfChannel[containers[index].channel] = -1
        // Nothing is kept of it: its place may be free for long.
        containers[index] = Container(name: "", isInput: false)
        containers[index].isClosed = true
        free.append(index)
        current = nil
    }

    /// Whether a container wants to see each of its lines.
    func isEager(_ index: Int?) -> Bool {
        guard let index else { return false }
        return containers[index].wantsEveryLine
    }

    /// Counts whether a container wants every line, after each line that it was told of.
    mutating func noteEagerness(of index: Int, closes: Bool = false) {
        noteVerdict(of: index, closes: closes)
        let wants = !closes && (containers[index].wantsEveryLine || containers[index].watch.isWaiting)
        guard containers[index].isEager != wants else { return }
        containers[index].isEager = wants
        eager += wants ? 1 : -1
    }

    /// Takes note of whether a container's verdict waits for more lines.
    private mutating func noteVerdict(of index: Int, closes: Bool) {
        let awaits = !closes && containers[index].machine.awaitsVerdict
        guard awaits || !awaiting.isEmpty else { return }
        let position = awaiting.firstIndex { $0.container == index }
        if awaits, position == nil {
            awaiting.append(AwaitedVerdict(container: index))
        } else if !awaits, let position {
            awaiting.remove(at: position)
        }
    }

    /// Gives the verdicts that wait of containers that were silent for long, by the time of a line.
    ///
    /// What others print tells how long: by the clock of what transports the lines, and only against what the same
    /// container had before, for hosts' clocks differ. In a log of many containers, which need not end, nothing else
    /// may ever ask for a verdict.
    mutating func settleVerdicts(at time: Moment) {
        if let current { containers[current].machine.settle(at: time) }
        settleCount &+= 1
        // Where many wait, not each line asks for all of them.
        if let other = current, let frame = time.frame, awaiting.count <= 16 || settleCount & 15 == 0 {
            for position in awaiting.indices where awaiting[position].container != other {
                if awaiting[position].hasWaited(by: frame, of: other) {
                    containers[awaiting[position].container].machine.settle()
                }
            }
        }
        for verdict in awaiting { tellEmissions(of: verdict.container) }
        awaiting.removeAll { !containers[$0.container].machine.awaitsVerdict }
    }

    /// Forgets what was decoded if a secret stood in it.
    ///
    /// - Returns: whether one stood in what was read since this was called last.
    mutating func forgetsSecret() -> Bool {
        guard sawSecret else { return false }
        sawSecret = false
        framer.forget()
        return true
    }

    /// The log is at its end: what is still open is told as unfinished.
    mutating func finish(_ recogniser: inout Recogniser, into sink: inout some EventSink) {
        finishParts(&recogniser, into: &sink)
        for index in containers.indices where !containers[index].isClosed { close(index, &recogniser, into: &sink) }
        // Many logs may have ended before the last one does.
        containers = []
        passed.forget()
        framer = Framer(forced: nil)
        joiner = PartJoiner()
        matches = []
    }

    // MARK: Events

    /// Turns what a container's machine has to say into events.
    mutating func tellEmissions(of index: Int) {
        guard !containers[index].machine.emissions.isEmpty else { return }
        var emissions: [Emission] = []
        swap(&emissions, &containers[index].machine.emissions)
        for emission in emissions {
            var event = containers[index].event(emission)
            switch event.payload {
            case .sourceDetected(var detected):
                detected.framing = containers[index].wrapping.stack.outer
                detected.inner = containers[index].wrapping.stack.inner
                detected.encoding = offsets.encoding
                detected.compression = compression
                event.payload = .sourceDetected(detected)
            default: break
            }
            told.append(Told(event: event))
        }
        emissions.removeAll(keepingCapacity: true)
        swap(&emissions, &containers[index].machine.emissions)
    }

    /// Counts a limit; the first time in a log, and each tenfold of it, is an event, for each rule by itself.
    mutating func noteLimit(_ limit: LimitHit.Limit, rule: String? = nil, at location: Location) {
        totals.limits[limit, default: 0] += 1
        let path = "limit/\(limit.rawValue)" + (rule.map { "/\($0)" } ?? "")
        let count = limitCounts[path, default: 0] + 1
        limitCounts[path] = count
        var power = 1
        while power < count { power *= 10 }
        guard power == count else { return }
        let index = ensureContainer()
        let evidence = evidence(at: location, text: "")
        containers[index].machine.emit(
            .limitHit(LimitHit(limit: limit, rule: rule, count: count)), level: .low,
            subject: path, evidence: [evidence])
        tellEmissions(of: index)
    }

    /// The offset in the input of the end of the text that was read, which has `count` bytes.
    func inputOffset(of count: Int) -> Int { offsets.input(ofEnd: count) }

    /// Takes note that the input does not end as it should.
    mutating func noteEnd(_ limit: LimitHit.Limit, at line: Int, _ offset: Int) {
        noteLimit(limit, at: Location(line: line, offset: offset, length: 0, file: files.count - 1))
    }

    func evidence(at location: Location, text: String) -> Evidence {
        Evidence(
            input: files[location.file], location: location, stream: wrapping.stream, compression: compression,
            text: text)
    }
}

/// A container whose verdict waits for more lines, and what others have printed meanwhile.
struct AwaitedVerdict {
    let container: Int
    /// The first times of others since; of so many the first, whose next line comes soon.
    private var others: [(container: Int, time: Timestamp)] = []

    private static let maximum = 4

    init(container: Int) { self.container = container }

    /// Whether another container has gone on for long since this one gave up.
    mutating func hasWaited(by time: Timestamp, of other: Int) -> Bool {
        guard let first = others.first(where: { $0.container == other }) else {
            if others.count < Self.maximum { others.append((other, time)) }
            return false
        }
        return time.seconds(since: first.time).map { $0 >= StartupStateMachine.patience } ?? false
    }
}
