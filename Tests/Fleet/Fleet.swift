/// The logs of many Tentacle containers, and the duplicate registrations that were planted in them.
///
/// Equal numbers make equal fleets. All else about the containers is each one's own, so that what was planted is all
/// that there is to find, log-grammar 12. Secrets are plainly fake.
package struct Fleet: Sendable {
    /// A log: a file with what one container printed, or with what several did.
    package struct Log: Sendable {
        /// Relative; where the frame names no container, this is the container's name.
        package var path: String
        package var bytes: [UInt8]
    }

    /// A registration.
    package struct Member: Sendable, Hashable, Comparable, CustomStringConvertible {
        package var container: String
        package var startup: Int

        package init(container: String, startup: Int) {
            self.container = container
            self.startup = startup
        }

        package var description: String { "\(container)#\(startup)" }

        package static func < (a: Member, b: Member) -> Bool { (a.container, a.startup) < (b.container, b.startup) }
    }

    /// What the logs tell of the order in which the members of a group registered.
    package enum Order: Sendable {
        case told
        /// A member has no time.
        case untold
        /// Some of a member's lines have a time, those of its registration have none.
        case doubtful
    }

    /// Registrations that are a duplicate together.
    package struct Group: Sendable {
        package var `class`: DuplicateClass
        /// The name, thumbprint, subscription or endpoint that they share; nil for ghosts, which share none.
        package var value: String?
        /// In the order in which they registered.
        package var members: [Member]
        package var isCertain: Bool
        /// Whether only the times of a ghost's registrations speak for it.
        package var isPossibleOnly = false
        /// Whether each container had stopped when the next one took its name.
        package var isHandover = false
        package var order: Order
        /// How it was planted, for whoever reads a failure.
        package var origin: String
    }

    /// The classes of duplicates, spec.md 4.
    package enum DuplicateClass: String, Sendable, CaseIterable {
        case sameName = "same-name"
        case sameThumbprint = "same-thumbprint"
        case sameSubscription = "same-subscription"
        case sameEndpoint = "same-endpoint"
        case registeredAgain = "registered-again"
        case ghost
    }

    package let logs: [Log]
    package let groups: [Group]
    /// How many containers there are of each kind that looks like a duplicate and is none.
    package let decoys: [(kind: String, containers: Int)]
    /// How many containers there are; some share a log.
    package let containers: Int
    package let registrations: Int
    /// What stands in the logs and must stand nowhere else.
    package let secrets: [String]

    /// Makes a fleet.
    ///
    /// - Parameter containers: how many; 80 at least, to hold groups of each kind.
    package init(containers count: Int, seed: UInt64) {
        var planner = Planner(seed: seed)
        planner.plant(in: count)
        let streams = planner.streams
        logs = Framing.logs(of: streams)
        groups = planner.plantings.map { planting in
            Group(
                class: planting.class, value: planting.value,
                members: planting.members.map { member in
                    Member(
                        container: streams[member.stream].name,
                        startup: streams[member.stream].startup(of: member.boot, container: member.container))
                },
                isCertain: planting.isCertain, isPossibleOnly: planting.isPossibleOnly,
                isHandover: planting.isHandover, order: Self.order(planting, streams), origin: planting.origin)
        }
        decoys = planner.decoys
        containers = planner.count
        registrations = streams.flatMap(\.containers).flatMap(\.boots).count { $0.kind.registers }
        secrets = planner.secrets
    }

    private static func order(_ planting: Planting, _ streams: [Stream]) -> Order {
        // One log has an order of its own: what is made of it where it has no times is not laid down.
        let hasOneStream = Set(planting.members.map(\.stream)).count == 1
        let orders = planting.members.map { streams[$0.stream].order(of: $0.container) }
        if orders.allSatisfy({ $0 == .told }) { return .told }
        return hasOneStream || orders.contains(.doubtful) ? .doubtful : .untold
    }
}
