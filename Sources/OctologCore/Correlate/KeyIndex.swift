/// Finds the registrations that share a key: a hash table with open addressing that keeps hashes and references only.
///
/// It is filled to five sixths and grows by half: a million registrations have four such tables.
struct KeyIndex {
    /// A hash above, a reference and 1 below; 0 where there is none.
    private var slots: [UInt64] = []
    private var used = 0
    /// The references that share a key with the first one that had it, which is not among them.
    private var others: [UInt32: [UInt32]] = [:]

    /// Adds a reference under a key's hash.
    ///
    /// - Parameter isSame: whether the registration at a reference has that key.
    /// - Returns: the first reference of that key, which names the group.
    mutating func insert(_ reference: UInt32, hash: UInt32, isSame: (UInt32) -> Bool) -> UInt32 {
        if used * 6 >= slots.count * 5 { grow() }
        let slot = slot(of: hash, isSame: isSame)
        guard slots[slot] == 0 else {
            let first = UInt32(truncatingIfNeeded: slots[slot]) - 1
            others[first, default: []].append(reference)
            return first
        }
        slots[slot] = UInt64(hash) << 32 | UInt64(reference + 1)
        used += 1
        return reference
    }

    /// The first reference of a key.
    func first(hash: UInt32, isSame: (UInt32) -> Bool) -> UInt32? {
        guard !slots.isEmpty else { return nil }
        let value = slots[slot(of: hash, isSame: isSame)]
        return value == 0 ? nil : UInt32(truncatingIfNeeded: value) - 1
    }

    func count(of first: UInt32) -> Int { 1 + (others[first]?.count ?? 0) }

    func members(of first: UInt32) -> [UInt32] { [first] + (others[first] ?? []) }

    /// The groups of more than one, by their first members.
    var groups: some Collection<UInt32> { others.keys }

    /// All first members.
    var firsts: some Sequence<UInt32> {
        slots.lazy.filter { $0 != 0 }.map { UInt32(truncatingIfNeeded: $0) - 1 }
    }

    private func slot(of hash: UInt32, isSame: (UInt32) -> Bool) -> Int {
        // Hashes spread over 32 bits: their share of that is their share of the table.
        var slot = Int((UInt64(hash) * UInt64(slots.count)) >> 32)
        while slots[slot] != 0 {
            if slots[slot] >> 32 == hash, isSame(UInt32(truncatingIfNeeded: slots[slot]) - 1) { return slot }
            slot = slot + 1 == slots.count ? 0 : slot + 1
        }
        return slot
    }

    private mutating func grow() {
        let old = slots
        slots = Array(repeating: 0, count: max(64, old.count + old.count / 2))
        for value in old where value != 0 { slots[slot(of: UInt32(value >> 32), isSame: { _ in false })] = value }
    }
}
