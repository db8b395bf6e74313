/// `registration.observed`: a Tentacle registered with a server, or tried to.
package struct Registration: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable { case target, worker }
    package enum Outcome: String, Sendable, CaseIterable { case registered, failed, unfinished }

    /// The server's address as the log has it.
    package var server: String?
    package var space: String?
    package var kind: Kind?
    package var name: String?
    /// Whether the name is the host's, for want of one that was given; known where the name itself may not be.
    package var nameIsDefault = false
    /// The host name that the server is given.
    package var host: String?
    /// The Tentacle's own certificate: 40 upper-case hexadecimal digits.
    package var thumbprint: String?
    /// `poll://<id>/`
    package var subscription: String?
    /// `https://<host>:<port>/` of a listening Tentacle.
    package var endpoint: String?
    package var environments: [String] = []
    package var roles: [String] = []
    package var workerPools: [String] = []
    /// How it authenticated: api-key, bearer-token, password.
    package var auth: String?
    package var outcome: Outcome = .unfinished
    /// Whether this boot made the certificate: then the container is new.
    var madeCertificate = false
    /// Whether the server is to call the Tentacle, as far as is known, and on which port.
    var isPassive = false
    var port: Int?
}

extension Registration: Fields {
    func visit(_ visitor: inout some FieldVisitor) {
        visitor.optional("server", server, "The server's address as the log has it")
        visitor.optional("space", space, "The space, if the log names one")
        visitor.optional("kind", kind?.rawValue, "Target or worker", allowed: Kind.allCases.map(\.rawValue))
        visitor.optional("name", name, "The machine's name")
        visitor.optional(
            "nameIsDefault", name == nil && !nameIsDefault ? nil : nameIsDefault,
            "Whether the name is the host's; where the name is missing, that none was given")
        visitor.optional("host", host, "The host name that the server is given")
        visitor.optional("thumbprint", thumbprint, "The thumbprint of the Tentacle's certificate")
        visitor.optional("subscription", subscription, "The subscription of a polling Tentacle")
        visitor.optional("endpoint", endpoint, "Where the server calls a listening Tentacle")
        visitor.list("environments", environments, "Environments of a target")
        visitor.list("roles", roles, "Roles of a target")
        visitor.list("workerPools", workerPools, "Pools of a worker")
        visitor.optional("auth", auth, "How it authenticated", allowed: ["api-key", "bearer-token", "password"])
        visitor.required("outcome", outcome.rawValue, "How it ended", allowed: Outcome.allCases.map(\.rawValue))
        visitor.list(
            "unknown", unknown,
            "What the log does not tell, of: server, space, kind, name, thumbprint, address (subscription or endpoint)")
    }

    static let sample = Registration(
        server: "", space: "", kind: .target, name: "", nameIsDefault: true, host: "", thumbprint: "", subscription: "",
        endpoint: "", environments: [""], roles: [""], workerPools: [""], auth: "api-key", outcome: .registered)
}

/// `registration.duplicate`: registrations that are one machine to the server, or should be.
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
        package var time: Timestamp?
        package var evidence: [Evidence]

        func visit(_ visitor: inout some FieldVisitor) {
            visitor.required("container", container, "The container's name or id, or the input's name")
            visitor.required("startup", startup, "The startup within the container, from 1")
            visitor.optional("name", name, "The machine's name")
            visitor.optional("thumbprint", thumbprint, "The thumbprint of its certificate")
            visitor.optional("time", time?.rfc3339, "When it registered, where the log says so")
            visitor.list("evidence", evidence, "The lines that prove it")
        }

        static let sample = Member(
            container: "", startup: 1, name: "", thumbprint: "", time: Timestamp(nanoseconds: 0), evidence: [.sample])
    }

    package var `class`: Class
    /// What the members share: a name, a thumbprint, ...
    package var value: String?
    package var server: String?
    package var space: String?
    /// The first and the latest of them; all are `memberCount`.
    package var members: [Member]
    package var memberCount: Int
    package var confidence: Confidence
    package var why: String
    package var remedy: String

    func visit(_ visitor: inout some FieldVisitor) {
        visitor.required("class", `class`.rawValue, "What they share", allowed: Class.allCases.map(\.rawValue))
        visitor.optional("value", value, "The value that they share")
        visitor.optional("server", server, "The server that they registered with")
        visitor.optional("space", space, "The space, if the log names one")
        visitor.list(
            "members", members,
            "The registrations in the order in which they were read, the first and the latest; the last one counts")
        visitor.required("memberCount", memberCount, "How many registrations there are")
        visitor.required(
            "confidence", confidence.rawValue, "How sure that is", allowed: Confidence.allCases.map(\.rawValue))
        visitor.required("why", why, "Why it matters")
        visitor.required("remedy", remedy, "What to do")
    }

    static let sample = RegistrationDuplicate(
        class: .sameName, value: "", server: "", space: "", members: [.sample], memberCount: 2, confidence: .certain,
        why: "",
        remedy: "")
}
