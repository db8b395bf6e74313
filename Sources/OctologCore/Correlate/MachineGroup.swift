/// Registrations that share a key, in the order of time, and what is wrong with them; log-grammar 12.
struct MachineGroup {
    let key: MachineKey
    let members: [Machine]
    let lives: ContainerLives

    /// Machines that registered this much later are not of one rollout, in nanoseconds.
    private static let rollout: Int64 = 600_000_000_000
    /// Of more members so many of the first and of the latest are told.
    private static let shown = 500

    var findings: [Event] {
        switch key {
        case .name: [sameName].compactMap { $0 } + registeredAgain
        case .thumbprint: [shared(.sameThumbprint, members[0].registration.thumbprint)].compactMap { $0 }
        case .subscription: [shared(.sameSubscription, members[0].registration.subscription)].compactMap { $0 }
        case .endpoint: [shared(.sameEndpoint, members[0].registration.endpoint)].compactMap { $0 }
        case .recreated: [recreated].compactMap { $0 }
        case .replaced: [replaced].compactMap { $0 }
        }
    }

    // MARK: Names

    private var sameName: Event? {
        guard Self.containers(of: members) > 1 else { return nil }
        // Agents of two clusters may have one name, and no log names its cluster; log-grammar 12.3 (d).
        guard members.contains(where: { $0.event.origin.product != .kubernetesAgent }) else { return nil }
        let spaces = Set(members.map { $0.registration.space == nil })
        let sources = Set(members.map(\.event.source)).count
        let isCertain = spaces.count == 1 && sources == Self.containers(of: members)
        var finding = finding(.sameName, members.last?.registration.name, members, isCertain ? .certain : .likely)
        if isHandover {
            finding.duplicate.why = Self.handover
            return finding.event(level: .low)
        }
        return finding.event(level: .high)
    }

    /// Whether each container had stopped when the next one registered.
    private var isHandover: Bool {
        zip(members, members.dropFirst()).allSatisfy { older, newer in
            if older.event.source == newer.event.source,
                older.registration.thumbprint == newer.registration.thumbprint
            {
                return true
            }
            guard let start = older.event.time, let end = newer.event.time else { return false }
            // One name is one container at a time: what began again under it is the newer one.
            return older.event.source == newer.event.source
                ? lives.hasStopped(LogPlace(older.event), after: start, before: end)
                : lives.hasStoppedForGood(LogPlace(older.event), after: start, before: end)
        }
    }

    /// Containers that configured themselves more than once.
    private var registeredAgain: [Event] {
        Dictionary(grouping: members) { $0.event.source }.sorted { $0.key < $1.key }.compactMap { _, members in
            let boots = Set(members.map { $0.event.correlation ?? $0.event.id })
            guard boots.count > 1, Self.containers(of: members) == 1 else { return nil }
            return finding(.registeredAgain, members.last?.registration.name, members, .certain).event(level: .low)
        }
    }

    /// How many containers the registrations are of at least: each new one makes a certificate.
    private static func containers(of members: [Machine]) -> Int {
        Dictionary(grouping: members) { $0.event.source }.values.reduce(0) { count, members in
            count + max(1, Set(members.compactMap(\.registration.thumbprint)).count)
        }
    }

    // MARK: What only one machine should have

    private func shared(_ kind: RegistrationDuplicate.Class, _ value: String?) -> Event? {
        let names = Set(members.compactMap(\.name))
        let unnamed = Set(members.filter { $0.name == nil }.map(\.event.source))
        let named = Set(members.filter { $0.name != nil }.map(\.event.source))
        // A container whose name another of its registrations tells is no machine more.
        guard names.count + unnamed.subtracting(named).count > 1 else { return nil }
        let isCertain = unnamed.isEmpty && Set(members.map { $0.registration.space == nil }).count == 1
        return finding(kind, value, members, isCertain ? .certain : .likely).event(level: .high)
    }

    // MARK: Ghosts

    private var recreated: Event? {
        let machines = Set(members.map { $0.name ?? $0.registration.thumbprint ?? "" })
        guard machines.count > 1, let source = members.first?.event.source else { return nil }
        // Two first startups are of two logs, and maybe of two hosts.
        guard isOneLog else {
            return finding(.ghost, members.last?.event.origin.container, members, .possible).event(level: .info)
        }
        // One log is one host's; of several, or of pipes, that is only likely.
        let inputs = Set(members.map { $0.event.evidence.last?.input ?? "-" })
        let isCertain =
            source.hasPrefix("urn:octolog:container:") && members.allSatisfy { $0.name != nil } && inputs.count == 1
            && inputs != ["-"]
        return finding(.ghost, members.last?.event.origin.container, members, isCertain ? .certain : .likely)
            .event(level: .low)
    }

    private var isOneLog: Bool { Self.isOneLog(members) }

    /// Whether startups of one source are numbered as in one log: each registration is of another one.
    private static func isOneLog(_ members: [Machine]) -> Bool {
        Set(members.map { $0.event.origin.startup ?? 1 }).count == members.count
    }

    private var replaced: Event? {
        // Of a container that is made anew under its name, the latest counts: the others are told by that name.
        let latest = Dictionary(grouping: members) { $0.event.source }.compactMap { $0.value.last }
            .filter { $0.event.time != nil }.sorted(by: Machine.isBefore)
        guard let last = latest.last, let end = last.event.time else { return nil }
        let older = latest.dropLast().filter { $0.name != last.name }
        let stopped = older.filter { machine in
            machine.event.time.map { lives.hasStoppedForGood(LogPlace(machine.event), after: $0, before: end) } ?? false
        }
        if !stopped.isEmpty { return finding(.ghost, nil, stopped + [last], .likely).event(level: .low) }
        let earlier = older.filter { machine in
            machine.event.time.map { end.nanoseconds - $0.nanoseconds >= Self.rollout } ?? false
        }
        guard !earlier.isEmpty else { return nil }
        return finding(.ghost, nil, earlier + [last], .possible).event(level: .info)
    }

    // MARK: Findings

    private struct FoundDuplicate {
        var duplicate: RegistrationDuplicate
        var newest: Event
        /// What the members are told apart by, wherever their logs lie and however their lines end.
        var identities: [String]

        /// The finding, as an event of the newest member.
        func event(level: Level) -> Event {
            var digest = Digest(domain: "duplicate")
            // What becomes known of containers' ends changes how much it matters.
            digest.add("\(level.name) \(duplicate.confidence.rawValue)")
            for identity in identities { digest.add(identity) }
            var event = newest
            event.payload = .registrationDuplicate(duplicate)
            event.level = level
            event.givenID = nil
            let path = "registration/\(duplicate.class.rawValue)/\(digest.hexadecimal(bytes: 4))"
            event.subject = event.origin.startup.map { "startup/\($0)/\(path)" } ?? path
            return event
        }
    }

    private func finding(
        _ kind: RegistrationDuplicate.Class, _ value: String?, _ members: [Machine], _ confidence: Confidence
    ) -> FoundDuplicate {
        let newest = members[members.count - 1]
        let shown =
            members.count <= 2 * Self.shown ? members : Array(members.prefix(Self.shown) + members.suffix(Self.shown))
        let duplicate = RegistrationDuplicate(
            class: kind, value: value, server: newest.registration.server, space: newest.registration.space,
            kind: newest.registration.kind, members: shown.map(\.member), memberCount: members.count,
            current: current(of: kind, members), confidence: confidence, why: kind.why, remedy: kind.remedy)
        return FoundDuplicate(
            duplicate: duplicate, newest: newest.event, identities: members.map(\.identity).sorted())
    }

    /// The server talks to the one that registered last, where that can be told.
    private func current(
        of kind: RegistrationDuplicate.Class, _ members: [Machine]
    ) -> RegistrationDuplicate.Current? {
        switch kind {
        case .sameThumbprint, .sameSubscription, .sameEndpoint: return nil
        case .sameName, .registeredAgain, .ghost:
            let isOrdered =
                members.allSatisfy { $0.event.time != nil }
                || Set(members.map(\.event.source)).count == 1 && Self.isOneLog(members)
            guard isOrdered, let last = members.last else { return nil }
            return RegistrationDuplicate.Current(
                container: last.member.container, startup: last.member.startup, name: last.registration.name)
        }
    }

    private static let handover =
        "The older containers had stopped when the next one registered, as in an upgrade: the server keeps one machine, and it is the last one's."
}

extension Machine {
    fileprivate var identity: String {
        let parts = [
            event.source, "\(event.origin.startup ?? 1)", registration.name, registration.thumbprint,
            registration.subscription, registration.endpoint, event.time?.rfc3339,
        ]
        return parts.map { $0 ?? "" }.joined(separator: "\n")
    }

    fileprivate var member: RegistrationDuplicate.Member {
        RegistrationDuplicate.Member(
            container: event.origin.container ?? event.source, startup: event.origin.startup ?? 1,
            name: registration.name, thumbprint: registration.thumbprint, subscription: registration.subscription,
            endpoint: registration.endpoint, time: event.time, evidence: event.evidence)
    }
}

extension RegistrationDuplicate.Class {
    /// Why it matters.
    var why: String {
        switch self {
        case .sameName:
            "The server keeps one machine per name: the last to register took it over, and deployments no longer reach the others."
        case .sameThumbprint:
            "Machines that share a certificate are one Tentacle to the server: a deployment to one may run on the other and be reported as done."
        case .sameSubscription:
            "Machines that share a subscription take each other's messages: deployments go to whichever polls first."
        case .sameEndpoint:
            "The server calls one address for several machines: all of them are the container that answers there."
        case .registeredAgain:
            "The container configured itself and registered more than once: it overwrote its own machine, roles and environments included."
        case .ghost:
            "Each new container registered under a new name: where it came in place of another, the server keeps a dead machine for that one."
        }
    }

    /// What to do.
    var remedy: String {
        switch self {
        case .sameName:
            "Give each container its own TargetName, stop all but one, or use one container; then start the one that is to keep the name again as a new container."
        case .sameThumbprint, .sameSubscription:
            "Give each container its own configuration volume and certificate, then delete the machines on the server and let the containers register anew."
        case .sameEndpoint: "Give each container its own CustomPublicHostName or ListeningPort."
        case .registeredAgain:
            "Find out why the first configuration did not last: the marker file is written only after success. If it was killed, no harm is done."
        case .ghost:
            "Set TargetName, deregister a Tentacle before its container is removed, or let a machine policy on the server delete machines that are gone."
        }
    }
}
