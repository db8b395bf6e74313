/// What a stream has shown, for shapes that could be anybody's text, as two words before a line are.
struct FramingMemory {
    /// How many lines at a stream's beginning are looked at, whatever they say: they teach the weak shapes.
    static let learning = 16
    private var lines = 0

    /// Whether a line of Compose's was seen whose shape is nobody else's.
    private(set) var hasCompose = false
    /// The column of the bar in the last of Compose's lines.
    private var composeColumn = 0
    /// The column of a bar in the line before, while it is not known whose it is.
    private var suspectedColumn: Int?
    /// Containers that Compose said it attached to, by their full names.
    private var attached: [[UInt8]] = []
    /// The pods that stern announced or that were taken for its own.
    private var pods: Set<[UInt8]> = []
    private var suspectedPod: [UInt8] = []
    /// What `docker logs --details` puts before each line; nil once a line has shown that it is none.
    private(set) var details: [UInt8]?
    private var mayHaveDetails = true
    /// How many blanks stand before the bar of a table that was copied.
    var tableIndent: Int?

    /// Whether lines are still to be looked at that no rule asks for.
    var isLearning: Bool { lines < Self.learning }

    mutating func beginLine() { lines += 1 }

    /// Compose's prefix: told by the number at the end of a name, or by what the stream has shown.
    mutating func compose(
        _ bytes: Span<UInt8>, _ start: Int, _ end: Int, isOutermost: Bool, isForced: Bool, _ channels: ChannelTable
    ) -> Peeled? {
        guard let candidate = ComposeFrame.candidate(bytes, at: start, end: end) else {
            suspectedColumn = nil
            return nil
        }
        let name = candidate.peeled.name.map { bytes.extracting($0.name).array } ?? []
        let isKnown =
            candidate.isTelling || isForced || hasCompose && candidate.column == composeColumn
            || channels.known(name.span) != nil || attached.contains { $0 == name }
        let isLearned = isOutermost && (lines == 1 || isLearning && suspectedColumn == candidate.column)
        suspectedColumn = candidate.column
        guard isKnown || isLearned else { return nil }
        hasCompose = true
        composeColumn = candidate.column
        return candidate.peeled
    }

    /// stern's prefix: told by the end of a pod's name, or by what the stream has shown.
    mutating func stern(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, isForced: Bool) -> Peeled? {
        let candidates = SternFrame.candidates(bytes, at: start, end: end)
        for candidate in candidates {
            let pod = Self.pod(candidate.peeled.name, bytes)
            if candidate.isTelling || isForced || pods.contains(pod) { return candidate.peeled }
        }
        // A member of a stateful set: two words that many lines may begin with by chance.
        let suspects = candidates.filter(\.isOrdinal)
        let suspect = suspects.first.map { Self.pod($0.peeled.name, bytes) } ?? []
        defer { suspectedPod = suspect }
        guard let first = suspects.first, isLearning, lines == 1 || suspectedPod == suspect else { return nil }
        learn(first.peeled.name, bytes)
        return first.peeled
    }

    /// Takes note of a pod that stern named.
    mutating func learn(_ name: Peeled.Name?, _ bytes: Span<UInt8>) {
        if pods.count < 4096 { pods.insert(Self.pod(name, bytes)) }
    }

    private static func pod(_ name: Peeled.Name?, _ bytes: Span<UInt8>) -> [UInt8] {
        guard let name else { return [] }
        return bytes.extracting(name.name).array + [0x20] + (name.container.map { bytes.extracting($0).array } ?? [])
    }

    /// The end of the attributes before a message. All lines of a container have the same: the first line's are
    /// believed until another has none.
    mutating func details(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, isForced: Bool) -> Int? {
        guard mayHaveDetails else { return nil }
        if let details {
            guard end - start >= details.count, bytes.extracting(start..<start + details.count).equals(details.span)
            else {
                mayHaveDetails = false
                return nil
            }
            return start + details.count
        }
        guard lines == 1 || isForced, let prefix = DetailsFrame.prefix(of: bytes, at: start, end: end) else {
            mayHaveDetails = isForced
            return nil
        }
        details = bytes.extracting(prefix).array
        return prefix.upperBound
    }

    /// What a line without a frame says of frames to come.
    mutating func noteBare(_ bytes: Span<UInt8>, _ message: Range<Int>) {
        let names = ComposeFrame.attached(bytes, at: message.lowerBound, end: message.upperBound)
        for name in names where attached.count < 1024 {
            let full = bytes.extracting(name).array
            attached.append(full)
            // Version 1 leaves the project's name out of its prefix.
            if let separator = full.firstIndex(of: UInt8(ascii: "_")) {
                attached.append(Array(full[(separator + 1)...]))
            }
        }
    }

    /// How much of a word before ` exited with code` is the name of the container called `name` by its prefix.
    ///
    /// - Returns: the length of its full name where that is known, else of the name; nil if the word is another's.
    func glued(_ word: Span<UInt8>, _ name: String) -> Int? {
        let short = Array(name.utf8)
        // Only the speaker's own: another's end is not for it to tell.
        let full =
            attached.filter { Self.ends($0.span, with: short) && Self.ends(word, with: $0) }
            .max { $0.count < $1.count } ?? []
        if full.count > short.count { return full.count }
        return Self.ends(word, with: short) ? short.count : nil
    }

    private static func ends(_ word: Span<UInt8>, with name: [UInt8]) -> Bool {
        !name.isEmpty && word.count >= name.count && word.extracting((word.count - name.count)...).equals(name.span)
    }
}
