/// `registration.duplicate`: registrations that are one machine to the server, or should be; log-grammar 12.
package struct RegistrationDuplicate: Sendable, Fields {
    package enum Class: String, Sendable, CaseIterable {
        case sameName = "same-name"
        case sameThumbprint = "same-thumbprint"
        case sameSubscription = "same-subscription"
        case sameEndpoint = "same-endpoint"
        case registeredAgain = "registered-again"
        case ghost
    }

    /// One of the registrations.
    package struct Member: Sendable, Fields {
        package var container: String
        package var startup: Int
        package var name: String?
        package var thumbprint: String?
        package var subscription: String?
        package var endpoint: String?
        package var time: Timestamp?
        package var evidence: [Evidence]

        var place: Place { Place(container: container, startup: startup, name: name) }

        func visit(_ visitor: inout some FieldVisitor) {
            visitor.required("container", container, "The container's name or id, or the input's name")
            visitor.required("startup", startup, "The startup within the container, from 1")
            visitor.optional("name", name, "The machine's name")
            visitor.optional("thumbprint", thumbprint, "The thumbprint of its certificate")
            visitor.optional("subscription", subscription, "The subscription of a polling Tentacle")
            visitor.optional("endpoint", endpoint, "Where the server calls a listening Tentacle")
            visitor.optional("time", time?.rfc3339, "When it registered, where the log says so")
            visitor.list("evidence", evidence, "The line that proves it")
        }

        static let sample = Member(
            container: "", startup: 1, name: "", thumbprint: "", subscription: "", endpoint: "",
            time: Timestamp(nanoseconds: 0), evidence: [.sample])
    }

    /// What a registration is known by: where it was made, and as what.
    struct Place: Hashable {
        var container: String
        var startup: Int
        var name: String?
    }

    /// The member that the server talks to.
    package struct Current: Sendable, Fields {
        package var container: String
        package var startup: Int
        package var name: String?

        func visit(_ visitor: inout some FieldVisitor) {
            visitor.required("container", container, "The container's name or id, or the input's name")
            visitor.required("startup", startup, "The startup within the container, from 1")
            visitor.optional("name", name, "The machine's name")
        }

        static let sample = Current(container: "", startup: 1, name: "")
    }

    package var `class`: Class
    /// What the members share: a name, a thumbprint, ...
    package var value: String?
    package var server: String?
    package var space: String?
    package var kind: Registration.Kind?
    /// In the order of time; of more than a thousand the first and the latest. All are `memberCount`.
    package var members: [Member]
    package var memberCount: Int
    package var current: Current?
    package var confidence: Confidence
    package var why: String
    package var remedy: String

    func visit(_ visitor: inout some FieldVisitor) {
        visitor.required("class", `class`.rawValue, "What they share", allowed: Class.allCases.map(\.rawValue))
        visitor.optional("value", value, "The value that they share")
        visitor.optional("server", server, "The server that they registered with")
        visitor.optional("space", space, "The space, if the log names one")
        visitor.optional(
            "kind", kind?.rawValue, "Target or worker", allowed: Registration.Kind.allCases.map(\.rawValue))
        visitor.list(
            "members", members,
            "The registrations in the order of time, those without one first; of over 1,000 the first and the latest 500"
        )
        visitor.required("memberCount", memberCount, "How many registrations there are")
        visitor.optional("current", current, "The one that the server talks to now, where that can be told")
        visitor.required(
            "confidence", confidence.rawValue, "How sure that is", allowed: Confidence.allCases.map(\.rawValue))
        visitor.required("why", why, "Why it matters")
        visitor.required("remedy", remedy, "What to do")
    }

    /// Whether this is said in place of an earlier finding: a group that has grown, or of which more is known, is told
    /// again, and the last word counts.
    func replaces(_ earlier: RegistrationDuplicate) -> Bool {
        guard earlier.class == `class`, earlier.value?.lowercased() == value?.lowercased() else { return false }
        let places = Set(members.map(\.place))
        return earlier.members.contains { places.contains($0.place) }
    }

    static let sample = RegistrationDuplicate(
        class: .sameName, value: "", server: "", space: "", kind: .target, members: [.sample], memberCount: 2,
        current: .sample, confidence: .certain, why: "", remedy: "")
}
