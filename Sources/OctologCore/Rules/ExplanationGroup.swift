extension Explanation {
    /// What an explanation is about, in the order of the list.
    package enum Group: String, Sendable, CaseIterable {
        case database, server, container, tentacle
        case sqlServer = "sql-server"
        case finding, registration, secret, log

        /// A heading.
        package var title: String {
            switch self {
            case .database: "Startup failures: the Server's database"
            case .server: "Startup failures: Server"
            case .container: "Startup failures: any container"
            case .tentacle: "Startup failures: Tentacle and Kubernetes agent"
            case .sqlServer: "Startup failures: SQL Server"
            case .finding: "Findings that no startup fails of"
            case .registration: "Registrations"
            case .secret: "Secrets in the log"
            case .log: "The log itself"
            }
        }

        /// The explanations of the group.
        var literals: [Explanation] {
            switch self {
            case .database: Explanation.database.filter { !$0.isFinding }
            case .server: Explanation.server.filter { !$0.isFinding }
            case .container: Explanation.container.filter { !$0.isFinding }
            case .tentacle: Explanation.tentacle.filter { !$0.isFinding }
            case .sqlServer: Explanation.sqlServer.filter { !$0.isFinding }
            case .finding:
                (Explanation.database + Explanation.server + Explanation.container + Explanation.tentacle
                    + Explanation.sqlServer).filter(\.isFinding)
            case .registration: Explanation.registration
            case .secret: Explanation.secrets
            case .log: Explanation.log
            }
        }
    }
}
