/// `configuration.observed`: what a container's banner and commands tell of how it is set up.
package struct Configuration: Sendable, Equatable {
    package enum Mode: String, Sendable, CaseIterable { case polling, listening }

    package var databaseServer: String?
    package var databaseName: String?
    package var databaseUser: String?
    /// All of the connection string, its password masked: for the next container, and not told.
    var connection: ConnectionString?
    package var adminUser: String?
    package var serverURL: String?
    package var mode: Mode?
    /// The server's port for polling Tentacles.
    package var serverPort: Int?
    /// The port that the server is to call a listening Tentacle on.
    package var listeningPort: Int?
    package var serverAddress: String?
    package var environments: [String] = []
    package var roles: [String] = []
    package var workerPools: [String] = []
    package var tenants: [String] = []
    package var tenantTags: [String] = []
    package var participation: String?
    /// How the host name is chosen: PublicIp, FQDN, ComputerName, Custom.
    package var host: String?
    package var name: String?
    package var space: String?
    package var proxy: String?
    /// `poll://<id>/`, where it is given.
    package var subscription: String?

    var isEmpty: Bool { self == Configuration() }

    /// Takes over one value of the banner, as it stands between its quotes.
    mutating func observe(_ setting: Setting, _ value: String) {
        let text = value.isEmpty ? nil : value
        switch setting {
        case .database: observeDatabase(value)
        case .adminUser: adminUser = text
        case .serverURL: serverURL = text
        case .mode: mode = Mode(rawValue: value.lowercased())
        case .serverPort: serverPort = Int(value)
        case .listeningPort:
            listeningPort = Int(value)
            // Before 2018-02-19 the port is all that the banner says of the mode.
            if mode == nil { mode = .listening }
        case .serverAddress: serverAddress = text
        case .environments: environments = Self.list(value)
        case .roles: roles = Self.list(value)
        case .workerPools: workerPools = Self.list(value)
        case .tenants: tenants = Self.list(value)
        case .tenantTags: tenantTags = Self.list(value)
        case .participation: participation = text
        case .host: host = text
        case .name: name = text
        case .space: space = text
        case .proxy: proxy = text
        case .subscription: subscription = text
        }
    }

    /// Reads what of a connection string is no secret.
    private mutating func observeDatabase(_ text: String) {
        let connection = ConnectionString(text)
        databaseServer = connection.value(of: ConnectionString.server) ?? databaseServer
        databaseName = connection.value(of: ConnectionString.database) ?? databaseName
        databaseUser = connection.value(of: ConnectionString.user) ?? databaseUser
        if !connection.parts.isEmpty { self.connection = connection }
    }

    private static func list(_ value: String) -> [String] {
        value.split(separator: ",").map { String($0.trimmingBlanks()) }.filter { !$0.isEmpty }
    }
}

extension Configuration: Fields {
    func visit(_ visitor: inout some FieldVisitor) {
        visitor.optional("databaseServer", databaseServer, "The database's server, with its port or instance")
        visitor.optional("databaseName", databaseName, "The database's name")
        visitor.optional("databaseUser", databaseUser, "The database's user")
        visitor.optional("adminUser", adminUser, "The administrator that is created")
        visitor.optional("serverUrl", serverURL, "The Octopus Server that a Tentacle registers with")
        visitor.optional("mode", mode?.rawValue, "Who calls whom", allowed: Mode.allCases.map(\.rawValue))
        visitor.optional("serverPort", serverPort, "The server's port for polling Tentacles")
        visitor.optional("listeningPort", listeningPort, "The port that the server is to call the Tentacle on")
        visitor.optional("serverAddress", serverAddress, "The address that the Tentacle polls")
        visitor.list("environments", environments, "Environments of a deployment target")
        visitor.list("roles", roles, "Roles of a deployment target")
        visitor.list("workerPools", workerPools, "Pools of a worker")
        visitor.list("tenants", tenants, "Tenants of a deployment target")
        visitor.list("tenantTags", tenantTags, "Tenant tags of a deployment target")
        visitor.optional("tenantedDeploymentParticipation", participation, "Whether it takes tenanted deployments")
        visitor.optional("host", host, "How the public host name is chosen")
        visitor.optional("name", name, "The machine's name, if one is given")
        visitor.optional("space", space, "The space")
        visitor.optional("proxy", proxy, "The proxy")
        visitor.optional("subscription", subscription, "The polling subscription, where it is given")
    }

    static let sample = Configuration(
        databaseServer: "", databaseName: "", databaseUser: "", adminUser: "", serverURL: "", mode: .polling,
        serverPort: 0,
        listeningPort: 0, serverAddress: "", environments: [""], roles: [""], workerPools: [""], tenants: [""],
        tenantTags: [""], participation: "", host: "", name: "", space: "", proxy: "", subscription: "")
}

extension StringProtocol {
    /// Without the blanks and TABs around it.
    func trimmingBlanks() -> SubSequence {
        guard let first = firstIndex(where: { $0 != " " && $0 != "\t" }),
            let last = lastIndex(where: { $0 != " " && $0 != "\t" })
        else { return self[startIndex..<startIndex] }
        return self[first...last]
    }
}
