/// `octopus_1  | message` and `octopus-1  | message`, Docker Compose 1 and 2, coloured or not.
enum ComposeFrame {
    struct Candidate {
        var peeled: Peeled
        /// Where the bar stands, in characters from the line's start: names are padded to one column.
        var column: Int
        /// Whether the name ends with the number that Compose gives to containers.
        var isTelling: Bool
    }

    static func candidate(_ bytes: Span<UInt8>, at start: Int, end: Int) -> Candidate? {
        let begin = Escapes.skip(bytes, from: start, to: end)
        guard begin < end, bytes[begin].isLetter || bytes[begin].isDigit else { return nil }
        let nameEnd = bytes.end(of: isName, from: begin, to: end)
        var position = Escapes.skip(bytes, from: nameEnd, to: end)
        let bar = bytes.end(of: { $0 == 0x20 }, from: position, to: end)
        guard bar > position, bar < end, bytes[bar] == UInt8(ascii: "|") else { return nil }
        // Version 1 ends its colour before the blank, version 2 behind it.
        let isColoured = begin > start
        position = isColoured ? Escapes.skip(bytes, from: bar + 1, to: end) : bar + 1
        guard position == end || bytes[position] == 0x20 else { return nil }
        position = min(end, position + 1)
        if isColoured, bytes.has("\u{1B}[0m", at: position, end: end) { position += 4 }
        return Candidate(
            peeled: Peeled(message: position..<end, name: Peeled.Name(name: begin..<nameEnd)),
            column: bar - begin, isTelling: hasNumber(bytes, begin, nameEnd))
    }

    private static func isName(_ byte: UInt8) -> Bool {
        byte.isLetter || byte.isDigit || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
            || byte == UInt8(ascii: ".")
    }

    private static func hasNumber(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
        var i = end
        while i > start, bytes[i - 1].isDigit { i -= 1 }
        return i < end && i > start + 1 && (bytes[i - 1] == UInt8(ascii: "-") || bytes[i - 1] == UInt8(ascii: "_"))
    }

    /// What a line says of a container's end: `octopus-1 exited with code 1`.
    struct Exit {
        /// The word before ` exited`; version 1 glues a last line without its end to the name.
        var name: Range<Int>
        var code: Int
    }

    static func exit(_ bytes: Span<UInt8>, at start: Int, end: Int) -> Exit? {
        var end = end
        while end > start, bytes[end - 1] == 0x20 { end -= 1 }
        var stop = end
        if bytes.has(" (restarting)", at: max(start, end - 13), end: end) { stop = end - 13 }
        var digits = stop
        while digits > start, bytes[digits - 1].isDigit { digits -= 1 }
        let phrase: StaticString = " exited with code "
        let length = phrase.utf8CodeUnitCount
        guard digits < stop, digits - length > start, bytes.has(phrase, at: digits - length, end: digits),
            let (code, _) = bytes.number(at: digits, end: stop)
        else { return nil }
        let begin = beginning(of: bytes, from: start, to: end)
        var word = digits - length
        while word > begin, isName(bytes[word - 1]) { word -= 1 }
        return word < digits - length ? Exit(name: word..<digits - length, code: code) : nil
    }

    /// Where a line of Compose's own begins: version 2 goes back and erases what stands there.
    static func beginning(of bytes: Span<UInt8>, from start: Int, to end: Int) -> Int {
        let column = bytes.end(of: { $0 == 0x0D }, from: start, to: end)
        return Escapes.skip(bytes, from: column, to: end)
    }

    /// The names of a line `Attaching to octov1_octopus_1, octov1_db_1`.
    static func attached(_ bytes: Span<UInt8>, at start: Int, end: Int) -> [Range<Int>] {
        guard bytes.has("Attaching to ", at: start, end: end) else { return [] }
        var names: [Range<Int>] = []
        var position = start + 13
        while position < end, names.count < 256 {
            position = Escapes.skip(bytes, from: position, to: end)
            let next = bytes.end(of: isName, from: position, to: end)
            if next > position { names.append(position..<next) }
            position = next + 1
        }
        return names
    }
}
