extension Inventory {
    /// A machine as its server has it, log-grammar 12.2: the registrations of one kind and name in one space of one server.
    package struct Machine: Sendable {
        package var server: String?
        package var space: String?
        package var kind: Registration.Kind?
        package var name: String?
        /// Those that registered as it, or tried to, each once, in the order in which they did.
        package var containers: [String] = []
        package var thumbprints: [String] = []
        /// Its subscriptions and endpoints.
        package var addresses: [String] = []
        /// How many registrations succeeded, failed, and have no end in the log.
        package var registered = 0
        package var failed = 0
        package var unfinished = 0
        /// When it was registered first and last; when that was tried, if it never was.
        package var first: Timestamp?
        package var last: Timestamp?
        /// The classes of duplicates that it is a member of.
        package var verdicts: [RegistrationDuplicate.Class] = []

        init(_ registration: Registration) {
            server = registration.server
            space = registration.space
            kind = registration.kind
            name = registration.name
        }

        mutating func add(_ entry: Entry) {
            let registration = entry.registration
            // A better known space, for one that has none: both are the default one.
            space = space ?? registration.space
            Self.insert(entry.container, into: &containers)
            Self.insert(registration.thumbprint, into: &thumbprints)
            Self.insert(registration.subscription ?? registration.endpoint, into: &addresses)
            note(registration.outcome, entry.time)
            for verdict in entry.verdicts where !verdicts.contains(verdict) { verdicts.append(verdict) }
        }

        private static func insert(_ value: String?, into values: inout [String]) {
            if let value, !values.contains(value) { values.append(value) }
        }

        private mutating func note(_ outcome: Registration.Outcome, _ time: Timestamp?) {
            // Attempts give way to the first registration.
            if outcome == .registered, registered == 0 { (first, last) = (nil, nil) }
            switch outcome {
            case .registered: registered += 1
            case .failed: failed += 1
            case .unfinished: unfinished += 1
            }
            guard let time, outcome == .registered || registered == 0 else { return }
            first = first.map { min($0, time) } ?? time
            last = last.map { max($0, time) } ?? time
        }

        /// What is to be said of it in a word or two; nil if all is well.
        package var verdict: String? {
            var words = verdicts.map(\.rawValue)
            if registered == 0, failed > 0 {
                words.append("failed")
            } else if failed > 0 {
                words.append("\(failed) failed")
            }
            if registered == 0, failed == 0 { words.append("unfinished") }
            return words.isEmpty ? nil : words.joined(separator: ",")
        }
    }
}

extension Inventory.Machine {
    /// What tells it from others: two registrations with one key are one machine to the server.
    struct Key: Hashable {
        private var server: String?
        private var space: String
        private var kind: Registration.Kind?
        private var name: String?
        /// Of a machine without a known name: whose it is.
        private var container: String?

        init(_ entry: Inventory.Entry) {
            let registration = entry.registration
            server = registration.server.map(MachineKey.normalized)
            // Images that print no space use the default one, or one that is not known.
            space = registration.space.map { $0.trimmingBlanks().lowercased() } ?? "default"
            kind = registration.kind
            name = registration.name.map { $0.trimmingBlanks().lowercased() }
            container = name == nil ? entry.container : nil
        }
    }

    /// The order in which machines are listed: by server, space, kind and name; what is not known comes last.
    static func isBefore(_ a: Self, _ b: Self) -> Bool {
        for (one, other) in zip(a.order, b.order) where one != other { return one < other }
        return false
    }

    private var order: [String] {
        let unknown = "\u{10FFFF}"
        return [
            server.map(MachineKey.normalized) ?? unknown, space?.lowercased() ?? "default",
            kind?.rawValue ?? unknown, name?.lowercased() ?? unknown, containers.first ?? "",
        ]
    }
}

extension Inventory.Machine: Fields {
    func visit(_ visitor: inout some FieldVisitor) {
        visitor.optional("server", server, "The server's address as the log has it")
        visitor.optional("space", space, "The space, if a log names one")
        visitor.optional(
            "kind", kind?.rawValue, "Target or worker", allowed: Registration.Kind.allCases.map(\.rawValue))
        visitor.optional("name", name, "The machine's name")
        visitor.list("containers", containers, "Those that registered as it, or tried to")
        visitor.list("thumbprints", thumbprints, "The thumbprints of their certificates")
        visitor.list("addresses", addresses, "Its subscriptions and endpoints")
        visitor.required("registered", registered, "How many registrations succeeded")
        visitor.required("failed", failed, "How many failed")
        visitor.required("unfinished", unfinished, "How many have no end in the log")
        visitor.optional("first", first?.rfc3339, "When it was registered first, where the log says so")
        visitor.optional("last", last?.rfc3339, "When it was registered last, where the log says so")
        visitor.list("verdicts", verdicts.map(\.rawValue), "The classes of duplicates that it is a member of")
    }

    static let sample = Self(.sample)
}
