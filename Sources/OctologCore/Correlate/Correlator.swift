/// What the events of several containers say together: duplicate registrations, and causes in another's log.
///
/// It is a set of facts. The findings follow from them alone, whatever the order in which they came.
struct Correlator {
    private(set) var registrations = RegistrationGraph()
    private var causes: CauseLinker
    /// How many members the groups had when they were told last.
    private var told: [RegistrationGraph.Group: Int] = [:]
    /// Groups that have grown since they were told.
    private var untold: Set<RegistrationGraph.Group> = []
    /// The ids of what was told of them.
    private var toldIDs: Set<String> = []
    /// The sources of containers that began or stopped.
    private var moved: Set<String> = []

    /// A group that grows is told each time until it has so many members, and then when they have doubled.
    private static let smallGroup = 16

    /// - Parameter isBounded: whether the oldest causes go where there are too many, as in a run that does not end.
    init(isBounded: Bool) { causes = CauseLinker(isBounded: isBounded) }

    /// Whether an event says anything of more than its own container.
    static func matters(_ event: Event) -> Bool {
        switch event.payload {
        case .registrationObserved(let registration): registration.outcome == .registered
        case .containerStopped: event.time != nil
        case .startupBegan: event.time != nil || CauseLinker.matters(event)
        default: CauseLinker.matters(event)
        }
    }

    // MARK: A set of facts

    /// Takes note of an event.
    mutating func add(_ event: Event) {
        causes.add(event)
        if case .registrationObserved(let registration) = event.payload { registrations.add(event, registration) }
        registrations.note(event)
    }

    /// Takes over what others know of registrations.
    ///
    /// - Parameter isNews: whether what it says together with what is known here is to be told.
    mutating func remember(_ events: [Event], isNews: Bool) {
        for event in events {
            let known = registrations.changes
            if case .registrationObserved(let registration) = event.payload {
                let groups = registrations.add(event, registration)
                guard isNews, registrations.changes != known else { continue }
                untold.formUnion(groups.filter { registrations.count(of: $0) > 1 })
            } else if registrations.note(event), isNews {
                moved.insert(event.source)
            }
        }
    }

    /// What all of it says, each finding once, in the order of time.
    var findings: [Event] {
        let duplicates = registrations.groups.flatMap { registrations.findings(in: $0) }
        func rank(_ event: Event) -> (Int64, String, String) {
            (event.time?.nanoseconds ?? .min, event.source, event.id)
        }
        return (duplicates + causes.explanations).map { (rank($0), $0) }.sorted { $0.0 < $1.0 }.map(\.1)
    }

    // MARK: As logs are read

    /// Takes note of an event as it happens, and explains it if it can.
    ///
    /// - Returns: what it says together with those before.
    mutating func note(_ event: inout Event) -> [Event] {
        if registrations.note(event) { moved.insert(event.source) }
        guard case .registrationObserved(let registration) = event.payload else { return causes.note(&event) }
        return registrations.add(event, registration).flatMap { group -> [Event] in
            let count = registrations.count(of: group)
            guard count > 1, told[group] != count else { return [] }
            guard count <= Self.smallGroup || count & (count - 1) == 0 else {
                untold.insert(group)
                return []
            }
            return tell(group, count)
        }
    }

    /// The run is over: what is to be said by all that is known and was not said yet.
    mutating func finish() -> [Event] {
        let groups = untold.union(registrations.groups(of: moved))
        let found = groups.flatMap { tell($0, registrations.count(of: $0)) }
        return found.sorted { ($0.source, $0.id) < ($1.source, $1.id) } + causes.finish()
    }

    private mutating func tell(_ group: RegistrationGraph.Group, _ count: Int) -> [Event] {
        told[group] = count
        untold.remove(group)
        return registrations.findings(in: group).filter { toldIDs.insert($0.id).inserted }
    }
}
