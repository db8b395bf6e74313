import CScan

/// Values that were seen as secrets in one container, to know them again where nothing tells what they are.
///
/// No value is kept: of each there is a hash under a number that each process draws for itself.
struct KnownSecrets {
    private struct Value {
        var kind: SecretKind
        var fingerprint: String?
        /// Whether the value is longer than what the hashes are of.
        var goesOn: Bool
        /// The hashes of its first bytes: of `shortest`, of one more, and so on to all.
        var hashes: [UInt64]
        /// How many bytes the last hash is of.
        var length: Int { hashes.count + KnownSecrets.shortest - 1 }
    }

    private var values: [Value] = []
    /// Which four bytes the values may begin with, as bits: most places in a line are none of them.
    private var firsts: [UInt64] = []

    /// More values are not kept: the oldest go.
    private static let maximum = 32
    /// Of a longer value its beginning tells enough, in bytes.
    private static let longest = 64
    /// The shortest value, or beginning of one at a line's end, that is known again, in bytes: shorter ones are also
    /// parts of other words.
    private static let shortest = 6
    /// From this length on a digit among letters is enough.
    private static let plain = 8

    /// Takes note of a value, if it is one that ordinary text does not hold by chance.
    ///
    /// - Returns: whether it is one that was not known.
    mutating func learn(_ value: Span<UInt8>, _ exposure: Exposure) -> Bool {
        guard Self.isTelling(value, exposure.kind) else { return false }
        let hashes = RollingHash.ofBeginnings(
            of: value.extracting(0..<min(value.count, Self.longest)), from: Self.shortest)
        guard !values.contains(where: { $0.hashes == hashes }) else { return false }
        if values.count == Self.maximum { values.removeFirst() }
        values.append(
            Value(
                kind: exposure.kind, fingerprint: exposure.fingerprint, goesOn: value.count > Self.longest,
                hashes: hashes))
        if firsts.isEmpty { firsts = Array(repeating: 0, count: 64) }
        let slot = Self.slot(value.withUnsafeBytes { $0.loadUnaligned(as: UInt32.self) })
        firsts[slot >> 6] |= 1 << UInt64(slot & 63)
        return true
    }

    /// Whether a value says by itself that it is one: names and words of the log are no secrets elsewhere.
    private static func isTelling(_ value: Span<UInt8>, _ kind: SecretKind) -> Bool {
        guard value.count >= shortest else { return false }
        switch kind {
        case .masterKey, .apiKey, .token, .license, .certificate: return value.count >= 16
        case .password: break
        }
        var (letters, digits, others, turns, changes, pairs) = (0, 0, 0, 0, 0, 0)
        for i in value.indices {
            if value[i].isDigit {
                digits += 1
            } else if value[i].isLetter {
                letters += 1
            } else if ![0x20, 0x2D, 0x2E, 0x2F, 0x3A, 0x5C, 0x5F].contains(value[i]) {
                others += 1
            }
            if i > 0, value[i].isLetter, value[i - 1].isLetter, value[i].isLower != value[i - 1].isLower { turns += 1 }
            if i > 0, value[i].isDigit != value[i - 1].isDigit || value[i].isLetter != value[i - 1].isLetter {
                changes += 1
            }
            if i > 0, !value[i].isDigit, !value[i].isLetter, !value[i - 1].isDigit, !value[i - 1].isLetter {
                pairs += 1
            }
        }
        // Times, numbers, versions and addresses are made of digits and marks; names of letters.
        if letters == 0 { return false }
        if value.count < plain { return digits > 0 && changes + turns >= 2 || others > 0 && changes + turns >= 3 }
        return digits > 0 || others > 0 && letters + digits >= 4 || turns >= 6 || pairs > 0 && turns > 0
    }

    /// Where these values stand in `text`, each as it was seen, or as the beginning with which the text ends.
    ///
    /// - Parameter mayHoldWhole: false if it is known that none stands there whole.
    func find(in text: Span<UInt8>, mayHoldWhole: Bool) -> [Exposure] {
        var count = text.count
        // What a cut has left of a character is no part of the value.
        while count > 0, Statement.isBlank(text[count - 1]) { count -= 1 }
        while count > 2, text[count - 3] == 0xEF, text[count - 2] == 0xBF, text[count - 1] == 0xBD { count -= 3 }
        var start = mayHoldWhole ? 0 : max(0, count - Self.longest + 1)
        guard count - start >= Self.shortest, !firsts.isEmpty else { return [] }
        var found: [Exposure] = []
        // The first bytes are looked for, and only where they are, whether the others follow.
        while start + Self.shortest <= count {
            // unsafe: `shortest` bytes lie within the text, and four are fewer.
            let window = text.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: start, as: UInt32.self) }
            let slot = Self.slot(window)
            if firsts[slot >> 6] >> UInt64(slot & 63) & 1 != 0 {
                find(at: start, in: text, endingAt: count, &found)
            }
            start += 1
        }
        return found
    }

    /// A bit of `firsts` for four bytes.
    private static func slot(_ window: UInt32) -> Int { Int(truncatingIfNeeded: (window &* 0x9E37_79B1) >> 20) }

    private func find(at start: Int, in text: Span<UInt8>, endingAt count: Int, _ found: inout [Exposure]) {
        let first = RollingHash.value(of: text.extracting(start..<start + Self.shortest))
        guard values.contains(where: { $0.hashes[0] == first }) else { return }
        let hashes = RollingHash.ofBeginnings(
            of: text.extracting(start..<min(start + Self.longest, text.count)), from: Self.shortest)
        for value in values where value.hashes[0] == hashes[0] {
            var end = start + value.length
            if value.hashes.count <= hashes.count, hashes[value.hashes.count - 1] == value.hashes.last {
                // A value that repeats itself goes on from each of its bytes, to the same end.
                if let last = found.last, end <= last.range.upperBound, value.kind == last.kind { continue }
                if value.goesOn { while end < text.count, text[end] > 0x20 { end += 1 } }
                found.append(
                    Exposure(kind: value.kind, rule: "secret.known", range: start..<end, fingerprint: value.fingerprint)
                )
            } else if end > count, hashes[count - start - Self.shortest] == value.hashes[count - start - Self.shortest]
            {
                found.append(Exposure(kind: value.kind, rule: "secret.known", range: start..<count, fingerprint: nil))
            }
        }
    }
}

/// A polynomial over bytes, modulo 2^61 - 1, at a point that each process draws for itself: two texts that differ
/// have the same value once in some 10^16 cases, and nobody can choose them.
enum RollingHash {
    private static let prime: UInt64 = (1 << 61) - 1
    private static let point = UInt64.random(in: 1 << 32..<prime)

    /// The values of the first `shortest` bytes, of one more, and so on to all.
    static func ofBeginnings(of bytes: Span<UInt8>, from shortest: Int) -> [UInt64] {
        var values: [UInt64] = []
        var value: UInt64 = 0
        for i in bytes.indices {
            value = next(value, bytes[i])
            if i + 1 >= shortest { values.append(value) }
        }
        return values
    }

    static func value(of bytes: Span<UInt8>) -> UInt64 {
        var value: UInt64 = 0
        for i in bytes.indices { value = next(value, bytes[i]) }
        return value
    }

    /// The value of a text that is longer by a byte.
    private static func next(_ value: UInt64, _ byte: UInt8) -> UInt64 {
        let next = product(value, point) &+ UInt64(byte) &+ 1
        return next >= prime ? next &- prime : next
    }

    private static func product(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let (high, low) = a.multipliedFullWidth(by: b)
        // 2^61 is 1 modulo the prime.
        var sum = (low & prime) &+ (low >> 61 | high << 3)
        if sum >= prime { sum &-= prime }
        return sum
    }
}

/// Tells quickly where one of many values may stand, by windows of four bytes at every fifth place.
struct KnownWindows {
    private var bits: [UInt64] = []
    /// Whether some value has no stretch that every frame leaves as it is: then it may be anywhere.
    private(set) var mayBeAnywhere = false
    private(set) var isEmpty = true

    private static let stride = Int(OCTOLOG_STRIDE)
    private static let width = Int(OCTOLOG_NARROW)
    private static let slotBits = 14
    /// With more values than this the bits are kept apart more, at 128 KiB: many logs have few.
    private static let few = 40
    private static let largeSlotBits = 20
    private var count = 0
    private var slotBits = Self.slotBits

    /// A slot's bits are the first of a longer one's: what is set stays set in all that begin so.
    private mutating func enlarge() {
        let factor = Self.largeSlotBits - slotBits
        var larger = [UInt64](repeating: 0, count: 1 << (Self.largeSlotBits - 6))
        for slot in 0..<1 << slotBits where bits[slot >> 6] >> UInt64(slot & 63) & 1 != 0 {
            for long in slot << factor..<(slot + 1) << factor { larger[long >> 6] |= 1 << UInt64(long & 63) }
        }
        (bits, slotBits) = (larger, Self.largeSlotBits)
    }

    mutating func add(_ value: Span<UInt8>) {
        if bits.isEmpty { bits = Array(repeating: 0, count: 1 << (Self.slotBits - 6)) }
        count += 1
        if count == Self.few { enlarge() }
        isEmpty = false
        var start = 0
        var end = 0
        // Escapes may stand for quotes, backslashes and what is no ASCII.
        while end < value.count, end - start < Self.stride + Self.width - 1 {
            end += 1
            let byte = value[end - 1]
            if byte < 0x20 || byte >= 0x7F || [0x22, 0x26, 0x27, 0x2F, 0x3C, 0x3E, 0x5C, 0x23].contains(byte) {
                start = end
            }
        }
        guard end - start == Self.stride + Self.width - 1 else { return mayBeAnywhere = true }
        for offset in 0..<Self.stride {
            // unsafe: the window ends within the value.
            let window = value.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: start + offset, as: UInt32.self) }
            let slot = Int(truncatingIfNeeded: (UInt64(window) &* OCTOLOG_FACTOR) >> UInt64(64 - slotBits))
            bits[slot >> 6] |= 1 << UInt64(slot & 63)
        }
    }

    /// A byte of the first place in [start, end) that may lie in a value, or nil.
    func first(in bytes: Span<UInt8>, from start: Int, to end: Int) -> Int? {
        guard !isEmpty, start < end else { return nil }
        if mayBeAnywhere { return start }
        return bits.withUnsafeBufferPointer { bits in
            bytes.withUnsafeBufferPointer { bytes in
                // unsafe: the search ends with the bytes; windows begin before `end` and may go on behind it.
                let limit = min(bytes.count, end + Self.width - 1)
                let windows = octolog_windows(bits: bits.baseAddress, shift: UInt32(64 - slotBits))
                let found = octolog_first_narrow(Triples.best, windows, bytes.baseAddress, start, limit)
                return found < limit ? found : nil
            }
        }
    }
}
