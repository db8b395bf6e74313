/// All registrations that are known, and the duplicates among them: a set, so that it does not matter in which order
/// or how often they come, and that two of them make one.
struct RegistrationGraph {
    private var store = RegistrationStore()
    private var ids = KeyIndex()
    private var indexes = MachineKey.allCases.map { _ in KeyIndex() }
    /// Registrations that another one of the same id took the place of.
    private var gone: Set<RegistrationStore.Reference> = []
    private(set) var lives = ContainerLives()
    /// Counts what was new, for who keeps the graph in a file.
    private(set) var changes = 0

    /// A group of registrations that share a key.
    struct Group: Hashable {
        var key: MachineKey
        /// Its first registration; stays the same as the group grows.
        var first: RegistrationStore.Reference
    }

    /// Takes up a registration, if it succeeded.
    ///
    /// - Returns: the groups that it belongs to, whether it was known or not.
    @discardableResult mutating func add(_ event: Event, _ registration: Registration) -> [Group] {
        guard registration.outcome == .registered else { return [] }
        var event = event.reduced(registration)
        event.payload = .registrationObserved(registration)
        let id = event.id
        let idHash = Self.hash(id)
        if let known = ids.first(hash: idHash, isSame: { [store] in store.id(of: $0) == id }) {
            let same = ids.members(of: known).last { !gone.contains($0) } ?? known
            guard store.replaces(event, registration, same) else { return groups(of: event, registration) }
            gone.insert(same)
        }
        changes += 1
        let reference = store.append(event, registration)
        _ = ids.insert(reference, hash: idHash) { [store] in store.id(of: $0) == id }
        var groups: [Group] = []
        for key in MachineKey.allCases {
            guard let value = key.value(of: registration, event) else { continue }
            let first = indexes[key.rawValue].insert(reference, hash: Self.hash(value)) { [store] in
                Self.value(key, of: store.event($0)) == value
            }
            groups.append(Group(key: key, first: first))
        }
        return groups
    }

    /// Takes note that a container began or stopped.
    ///
    /// - Returns: whether that is new.
    @discardableResult mutating func note(_ event: Event) -> Bool {
        guard lives.note(event) else { return false }
        changes += 1
        return true
    }

    /// The groups of which more may be said once it is known how containers ended.
    func groups(of sources: Set<String>) -> [Group] {
        guard !sources.isEmpty else { return [] }
        return [MachineKey.name, .replaced].flatMap { key in
            indexes[key.rawValue].groups.filter { first in
                indexes[key.rawValue].members(of: first).contains { sources.contains(store.event($0).source) }
            }.map { Group(key: key, first: $0) }
        }
    }

    private func groups(of event: Event, _ registration: Registration) -> [Group] {
        MachineKey.allCases.compactMap { key in
            guard let value = key.value(of: registration, event) else { return nil }
            let first = indexes[key.rawValue].first(hash: Self.hash(value)) {
                Self.value(key, of: store.event($0)) == value
            }
            return first.map { Group(key: key, first: $0) }
        }
    }

    /// How many registrations a group has.
    func count(of group: Group) -> Int { indexes[group.key.rawValue].count(of: group.first) }

    /// All groups of more than one.
    var groups: [Group] {
        MachineKey.allCases.flatMap { key in indexes[key.rawValue].groups.map { Group(key: key, first: $0) } }
    }

    /// What is found in a group.
    func findings(in group: Group) -> [Event] {
        let members = Machine.folded(
            indexes[group.key.rawValue].members(of: group.first).filter { !gone.contains($0) }
                .map { Machine(store.event($0)) }
        ).sorted(by: Machine.isBefore)
        guard members.count > 1 else { return [] }
        return MachineGroup(key: group.key, members: members, lives: lives).findings
    }

    /// Where each registration lies, in the order of the ids.
    var references: [RegistrationStore.Reference] {
        var references: [RegistrationStore.Reference] = []
        references.reserveCapacity(store.count)
        for first in ids.firsts {
            for reference in ids.members(of: first) where !gone.contains(reference) { references.append(reference) }
        }
        references.sort { store.isBefore($0, $1) }
        return references
    }

    /// How many registrations are known.
    var count: Int { store.count - gone.count }

    func event(_ reference: RegistrationStore.Reference) -> Event { store.event(reference) }
    func id(of reference: RegistrationStore.Reference) -> String { store.id(of: reference) }

    private static func value(_ key: MachineKey, of event: Event) -> String? {
        guard case .registrationObserved(let registration) = event.payload else { return nil }
        return key.value(of: registration, event)
    }

    /// Nobody can choose values that have the same: each process has its own.
    private static func hash(_ text: String) -> UInt32 {
        var hasher = Hasher()
        hasher.combine(text)
        return UInt32(truncatingIfNeeded: hasher.finalize())
    }
}

/// A registration as a member of groups.
struct Machine {
    var event: Event
    var registration: Registration

    init(_ event: Event) {
        self.event = event
        if case .registrationObserved(let registration) = event.payload {
            self.registration = registration
        } else {
            registration = Registration()
        }
    }

    var name: String? { registration.name?.trimmingBlanks().lowercased() }

    /// Whether only an input's name stands for the container's.
    private var isInput: Bool { event.source.hasPrefix("urn:octolog:input:") }

    /// What is equal for one registration that was read under several names: from two dumps of a log, say.
    private var sameness: String? {
        guard let thumbprint = registration.thumbprint else { return nil }
        let line = event.evidence.last
        // Where no time tells it the line's place does.
        guard let place = event.time?.rfc3339 ?? line.map({ "\($0.location.offset) \($0.text)" }) else { return nil }
        let address = registration.subscription ?? registration.endpoint ?? ""
        return [place, thumbprint, name ?? "", address].joined(separator: "\n")
    }

    /// The registrations, each once: a container's own name counts more than that of a file its log was read from.
    static func folded(_ machines: [Machine]) -> [Machine] {
        Dictionary(grouping: machines) { $0.sameness ?? $0.event.id }.values.flatMap { same -> [Machine] in
            let named = same.filter { !$0.isInput }
            if !named.isEmpty { return named }
            return same.min { ($0.event.source, $0.event.id) < ($1.event.source, $1.event.id) }.map { [$0] } ?? []
        }
    }

    /// The order of time; what has none comes first. Of one container its startups and lines tell.
    static func isBefore(_ a: Machine, _ b: Machine) -> Bool {
        func rank(_ machine: Machine) -> (Int64, String, Int, Int, String) {
            (
                machine.event.time?.nanoseconds ?? .min, machine.event.source, machine.event.origin.startup ?? 0,
                machine.event.evidence.last?.location.line ?? 0, machine.event.id
            )
        }
        return rank(a) < rank(b)
    }
}
