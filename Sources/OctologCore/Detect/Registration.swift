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
}

extension Registration: Fields {
    func visit(_ visitor: inout some FieldVisitor) {
        visitor.optional("server", server, "The server's address as the log has it")
        visitor.optional("space", space, "The space, if the log names one")
        visitor.optional("kind", kind?.rawValue, "Target or worker", allowed: Kind.allCases.map(\.rawValue))
        visitor.optional("name", name, "The machine's name")
        visitor.optional(
            "nameIsDefault", name == nil && !nameIsDefault ? nil : nameIsDefault,
            "Whether the name is the host's, for want of one that was given; the log may not tell which that is")
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
