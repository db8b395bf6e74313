/// All registrations that were read, and the duplicates among them, log-grammar 12.
struct RegistrationLedger {
    /// A registration and where it was read.
    struct Entry {
        var registration: Registration
        var container: String
        var startup: Int
        var time: Timestamp?
        /// The line that says so.
        var evidence: ArraySlice<Evidence>
        /// Containers can follow one another in one plain log; a new certificate tells them apart.
        var incarnation: Int

        /// The container, also where one log is of several.
        fileprivate var identity: String { "\(container)\u{0}\(incarnation)" }
    }

    /// What is kept of a registration, once for all its groups.
    private struct Kept {
        var member: RegistrationDuplicate.Member
        var identity: String
        var space: String?

        /// The name, or the container where there is none.
        var name: String { member.name?.lowercased() ?? identity }
    }

    /// The registrations that share a key.
    private struct Group {
        /// How many of the first and of the latest members are shown.
        static let shown = 8

        var count = 0
        /// Positions in `kept`.
        var members: [Int32] = []
        var isOneContainer = true
        var isOneName = true
        var isOneSpace = true
        /// Whether each log has one container only, so that containers are told apart by more than a certificate.
        var isCertain = true
    }

    private var kept: [Kept] = []
    private var groups: [String: Group] = [:]

    /// Takes up a registration that succeeded and tells the duplicates that it completes.
    mutating func add(_ entry: Entry) -> [RegistrationDuplicate] {
        let member = RegistrationDuplicate.Member(
            container: entry.container, startup: entry.startup, name: entry.registration.name,
            thumbprint: entry.registration.thumbprint, time: entry.time, evidence: Array(entry.evidence))
        kept.append(Kept(member: member, identity: entry.identity, space: entry.registration.space?.lowercased()))
        var found: [RegistrationDuplicate] = []
        for (kind, key, value) in Self.keys(of: entry.registration) {
            let group = joined(groups[key] ?? Group())
            groups[key] = group
            if group.count > 1, let duplicate = duplicate(kind, value, group, entry) { found.append(duplicate) }
        }
        return found
    }

    /// The group with the registration that was kept last.
    private func joined(_ group: Group) -> Group {
        var group = group
        let index = kept.count - 1
        let new = kept[index]
        if let first = group.members.first.map({ kept[Int($0)] }) {
            group.isOneContainer = group.isOneContainer && new.identity == first.identity
            group.isOneName = group.isOneName && new.name == first.name
            group.isOneSpace = group.isOneSpace && new.space == first.space
            group.isCertain =
                group.isCertain
                && !group.members.contains {
                    kept[Int($0)].member.container == new.member.container && kept[Int($0)].identity != new.identity
                }
        }
        group.count += 1
        if group.members.count == 2 * Group.shown { group.members.remove(at: Group.shown) }
        group.members.append(Int32(truncatingIfNeeded: index))
        return group
    }

    /// The keys under which two registrations would be one machine to a server.
    private static func keys(
        of registration: Registration
    ) -> [(RegistrationDuplicate.Class, key: String, value: String)] {
        guard let server = registration.server.map(normalized(server:)), let kind = registration.kind else { return [] }
        let place = "\(server)\u{0}\(space(registration.space))\u{0}"
        var keys: [(RegistrationDuplicate.Class, String, String)] = []
        if let name = registration.name {
            keys.append((.sameName, "n\u{0}\(place)\(kind.rawValue)\u{0}\(name.trimmingBlanks().lowercased())", name))
        }
        if let thumbprint = registration.thumbprint {
            keys.append((.sameThumbprint, "t\u{0}\(place)\(thumbprint)", thumbprint))
        }
        if let subscription = registration.subscription {
            keys.append((.sameSubscription, "s\u{0}\(place)\(subscription)", subscription))
        }
        if let endpoint = registration.endpoint {
            keys.append((.sameEndpoint, "e\u{0}\(place)\(endpoint.lowercased())", endpoint))
        }
        return keys
    }

    private func duplicate(
        _ kind: RegistrationDuplicate.Class, _ value: String, _ group: Group, _ last: Entry
    ) -> RegistrationDuplicate? {
        var kind = kind
        switch kind {
        case .sameName:
            // One container that registers again keeps its name: that is a class of its own.
            if group.isOneContainer { kind = .registeredAgain }
        case .sameThumbprint, .sameSubscription, .sameEndpoint:
            // One name is one machine, and is told as such already.
            guard !group.isOneName else { return nil }
        case .registeredAgain, .ghost: return nil
        }
        return RegistrationDuplicate(
            class: kind, value: value, server: last.registration.server, space: last.registration.space,
            members: group.members.map { kept[Int($0)].member }, memberCount: group.count,
            confidence: group.isCertain && group.isOneSpace ? .certain : .likely, why: Self.why(kind),
            remedy: Self.remedy(kind))
    }

    /// Scheme, host and port, which is what makes a server one, log-grammar 12.3 (d).
    static func normalized(server: String) -> String {
        var text = Substring(server.trimmingBlanks().lowercased())
        while text.hasSuffix("/") { text = text.dropLast() }
        if text.hasPrefix("https://"), text.hasSuffix(":443") { text = text.dropLast(4) }
        if text.hasPrefix("http://"), text.hasSuffix(":80") { text = text.dropLast(3) }
        return String(text)
    }

    /// Images that print no space know none or use the default one.
    private static func space(_ name: String?) -> String {
        name.map { String($0.trimmingBlanks().lowercased()) } ?? "default"
    }

    private static func why(_ kind: RegistrationDuplicate.Class) -> String {
        switch kind {
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
            "Each new container registered under a new name: the server keeps a dead machine for each one before."
        }
    }

    private static func remedy(_ kind: RegistrationDuplicate.Class) -> String {
        switch kind {
        case .sameName:
            "Give each container its own TargetName, stop all but one, or use one container; then start the one that is to keep the name again as a new container."
        case .sameThumbprint, .sameSubscription:
            "Give each container its own configuration volume and certificate, then delete the machines on the server and let the containers register anew."
        case .sameEndpoint:
            "Give each container its own CustomPublicHostName or ListeningPort."
        case .registeredAgain:
            "Find out why the first configuration did not last: the marker file is written only after success. If it was killed, no harm is done."
        case .ghost:
            "Set TargetName, and let a machine policy on the server delete machines that are gone."
        }
    }
}

extension RegistrationDuplicate.Class {
    /// How much such a duplicate matters.
    var level: Level {
        switch self {
        case .sameName, .sameThumbprint, .sameSubscription, .sameEndpoint: .high
        case .registeredAgain, .ghost: .low
        }
    }
}
