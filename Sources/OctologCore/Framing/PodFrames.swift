// Frames that name a pod and its container.

/// `[pod/<pod>/<container>] message`, `kubectl logs --prefix`.
enum KubectlFrame {
    static func peel(_ bytes: Span<UInt8>, at start: Int, end: Int) -> Peeled? {
        guard bytes.has("[pod/", at: start, end: end),
            let slash = bytes.first(UInt8(ascii: "/"), from: start + 5, to: end),
            let close = bytes.first(UInt8(ascii: "]"), from: slash, to: end),
            slash > start + 5, close > slash + 1,
            bytes.end(of: { PodName.isPart($0) }, from: start + 5, to: slash) == slash,
            bytes.end(of: { PodName.isPart($0) }, from: slash + 1, to: close) == close,
            close + 1 == end || bytes[close + 1] == 0x20
        else { return nil }
        return Peeled(
            message: min(end, close + 2)..<end,
            name: Peeled.Name(name: start + 5..<slash, container: slash + 1..<close, isPod: true))
    }
}

/// `<pod> <container> message`, or with the namespace before it; on a terminal each name has its colour.
enum SternFrame {
    /// What a line of stern's would be; two words can be anybody's.
    struct Candidate {
        var peeled: Peeled
        /// Whether the pod's name is one that Kubernetes made.
        var isTelling: Bool
        /// Whether it ends with a number, as those of a stateful set do.
        var isOrdinal: Bool
    }

    /// What the line's first words can be: a pod and its container, or a namespace before them.
    static func candidates(_ bytes: Span<UInt8>, at start: Int, end: Int) -> [Candidate] {
        guard let first = word(bytes, start, end), let second = word(bytes, first.next, end) else { return [] }
        var found: [Candidate] = []
        found.append(candidate(bytes, first, second, end))
        if let third = word(bytes, second.next, end) { found.append(candidate(bytes, second, third, end)) }
        return found
    }

    private static func candidate(_ bytes: Span<UInt8>, _ pod: Word, _ container: Word, _ end: Int) -> Candidate {
        let name = bytes.extracting(pod.range)
        let peeled = Peeled(
            message: container.next..<end,
            name: Peeled.Name(name: pod.range, container: container.range, isPod: true))
        return Candidate(
            peeled: peeled, isTelling: PodName.isTelling(name), isOrdinal: PodName.isOrdinal(name))
    }

    private struct Word {
        var range: Range<Int>
        /// The index behind the blank that follows it.
        var next: Int
    }

    /// The name at `start`, colours around it left out.
    private static func word(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Word? {
        let begin = Escapes.skip(bytes, from: start, to: end)
        let stop = bytes.end(of: { PodName.isPart($0) }, from: begin, to: end)
        let next = begin == start ? stop : Escapes.skip(bytes, from: stop, to: end)
        guard stop > begin, bytes[begin] != UInt8(ascii: "-"), next == end || bytes[next] == 0x20 else { return nil }
        return Word(range: begin..<stop, next: min(end, next + 1))
    }

    /// The names that a marker `+ <pod> › <container>` or `- <pod> › <container>` announces.
    static func marker(_ bytes: Span<UInt8>, at start: Int, end: Int) -> Peeled.Name? {
        let begin = Escapes.skip(bytes, from: start, to: end)
        guard begin + 2 < end, bytes[begin] == UInt8(ascii: "+") || bytes[begin] == UInt8(ascii: "-"),
            bytes[begin + 1] == 0x20
        else { return nil }
        var words: [Range<Int>] = []
        var position = begin + 2
        var hasMark = false
        while position < end, words.count < 4 {
            position = Escapes.skip(bytes, from: bytes.end(of: { $0 == 0x20 }, from: position, to: end), to: end)
            if bytes.has("›", at: position, end: end) {
                hasMark = true
                position += 3
                continue
            }
            let stop = bytes.end(of: { PodName.isPart($0) }, from: position, to: end)
            guard stop > position else { break }
            words.append(position..<stop)
            position = stop
        }
        guard hasMark, words.count >= 2, Escapes.skip(bytes, from: position, to: end) == end else { return nil }
        return Peeled.Name(name: words[words.count - 2], container: words[words.count - 1], isPod: true)
    }
}

/// The names of pods, RFC 1123, and what Kubernetes ends them with.
enum PodName {
    static func isPart(_ byte: UInt8) -> Bool {
        byte.isLower || byte.isDigit || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
    }

    /// Whether the name ends with five of the letters that Kubernetes draws from, which have no vowels.
    static func isTelling(_ name: Span<UInt8>) -> Bool {
        guard name.count > 6, name[name.count - 6] == UInt8(ascii: "-") else { return false }
        let drawn: StaticString = "bcdfghjklmnpqrstvwxz2456789"
        return (name.count - 5..<name.count).allSatisfy { i in
            (0..<drawn.utf8CodeUnitCount).contains { drawn.utf8Start[$0] == name[i] }
        }
    }

    /// Whether the name ends with the number of a stateful set's member.
    static func isOrdinal(_ name: Span<UInt8>) -> Bool {
        guard let dash = name.last(UInt8(ascii: "-"), from: 0, to: name.count), dash > 0, name.count - dash <= 4,
            let (_, next) = name.number(at: dash + 1, end: name.count)
        else { return false }
        return next == name.count
    }
}
