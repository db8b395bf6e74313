import CScan

/// Words of three bytes, looked for all at once.
///
/// They lie in groups. What is found fits a group byte by byte, and half a byte by half a byte: it may be a mixture of
/// its words.
struct Triples {
    /// For each of three places the bytes that may stand there, nil for any.
    typealias Word = [[UInt8]?]
    /// How words are looked for; all kernels find the same.
    typealias Kernel = octolog_kernel

    private var sets = (octolog_triples(), octolog_triples())
    private let hasTwo: Bool
    private let kernel: Kernel

    /// The fastest kernel that the processor has.
    static let best = octolog_best_kernel()

    /// How many groups are looked for in the time of one.
    static let groupsOfSet = 8

    /// - Parameter groups: sixteen at most; with more than eight a search takes longer.
    init(_ groups: [[Word]], kernel: Kernel = Triples.best) {
        precondition(groups.count <= 2 * Self.groupsOfSet, "more groups than bits")
        self.kernel = kernel
        hasTwo = groups.count > Self.groupsOfSet
        for (number, words) in groups.enumerated() { add(words, toGroup: number) }
    }

    private mutating func add(_ words: [Word], toGroup number: Int) {
        let bit = UInt8(1) << UInt8(number % Self.groupsOfSet)
        let first = number / Self.groupsOfSet * MemoryLayout<octolog_triples>.size
        withUnsafeMutableBytes(of: &sets) { tables in
            // unsafe: in C, the low halves of the three places, 16 bytes each, then the high ones.
            for (place, bytes) in words.flatMap({ $0.enumerated() }) {
                for byte in bytes ?? Array(0...UInt8.max) {
                    tables[first + place * 16 + Int(byte & 15)] |= bit
                    tables[first + 48 + place * 16 + Int(byte >> 4)] |= bit
                }
            }
        }
    }

    /// The first place at or after `start` where three bytes fit and `isWanted` says so too; the end if there is none.
    @inline(__always)
    func first(
        in bytes: UnsafeBufferPointer<UInt8>, from start: Int, where isWanted: (Int) -> Bool
    ) -> Int {
        guard let base = bytes.baseAddress else { return bytes.count }
        return withUnsafeBytes(of: sets) { both in
            // unsafe: a tuple of two lies in memory as an array of two in C.
            let sets = both.baseAddress?.assumingMemoryBound(to: octolog_triples.self)
            var position = start
            while position + 2 < bytes.count {
                var places: UInt64 = 0
                // unsafe: the search ends with the bytes.
                let found = octolog_find_triples(kernel, sets, hasTwo, base, position, bytes.count, &places)
                guard found < bytes.count else { break }
                position = found + UInt64.bitWidth - places.leadingZeroBitCount
                while places != 0 {
                    let place = found + places.trailingZeroBitCount
                    if isWanted(place) { return place }
                    places &= places - 1
                }
            }
            return bytes.count
        }
    }
}
