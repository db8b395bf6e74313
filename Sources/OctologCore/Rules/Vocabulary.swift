/// The programs whose containers octolog reads.
package enum Product: String, Sendable, CaseIterable {
    case server
    case tentacle
    case kubernetesAgent = "kubernetes-agent"
    case sqlServer = "sql-server"
}

/// The eras of the images, log-grammar 2 and 3, as a set: a line proves that it is one of several.
package struct Eras: OptionSet, Sendable, Hashable {
    package let rawValue: UInt16
    package init(rawValue: UInt16) { self.rawValue = rawValue }

    static let s0 = Eras(rawValue: 1 << 0)
    static let s1 = Eras(rawValue: 1 << 1)
    static let s2 = Eras(rawValue: 1 << 2)
    static let s3 = Eras(rawValue: 1 << 3)
    static let t0 = Eras(rawValue: 1 << 4)
    static let t1 = Eras(rawValue: 1 << 5)
    static let t2 = Eras(rawValue: 1 << 6)
    static let t3 = Eras(rawValue: 1 << 7)
    static let t4 = Eras(rawValue: 1 << 8)

    static let server: Eras = [.s0, .s1, .s2, .s3]
    static let tentacle: Eras = [.t0, .t1, .t2, .t3, .t4]

    /// All eras of a product.
    static func all(of product: Product) -> Eras {
        switch product {
        case .server: server
        case .tentacle: tentacle
        case .kubernetesAgent, .sqlServer: []
        }
    }

    private static let names = ["S0", "S1", "S2", "S3", "T0", "T1", "T2", "T3", "T4"]

    /// Each era's name, in order of time.
    var list: [String] { Self.names.indices.filter { rawValue & (1 << $0) != 0 }.map { Self.names[$0] } }

    /// `S1`, or `T2-T4` where the log does not tell them apart; nil where it tells nothing.
    var name: String? {
        let list = list
        guard let first = list.first, let last = list.last else { return nil }
        return list.count == 1 ? first : "\(first)-\(last)"
    }
}

/// The steps of a startup as the scripts announce them, log-grammar 2 and 3.
package enum Phase: String, Sendable, CaseIterable {
    case banner
    case create = "create-instance"
    case configure
    case database
    case paths
    case directories
    case communication
    case trust
    case certificate
    case authentication
    case stop
    case admin
    case license
    case metrics
    case masterKey = "master-key"
    case startService = "start-service"
    case register
    case run
    case `import`
    case start

    /// Whether the phase belongs to the program's life, after the scripts have configured it.
    var isRunning: Bool {
        switch self {
        case .run, .import, .start: true
        case .banner, .create, .configure, .database, .paths, .directories, .communication, .trust, .certificate,
            .authentication, .stop, .admin, .license, .metrics, .masterKey, .startService, .register:
            false
        }
    }
}

/// A value that the banner or a command tells of the container's configuration.
enum Setting: Sendable {
    case database, adminUser
    case serverURL, mode, serverPort, listeningPort, serverAddress
    case environments, roles, workerPools, tenants, tenantTags, participation
    case host, name, space, proxy
}

/// What a log says of where the master key comes from, log-grammar 2.1 to 2.4.
package enum MasterKeyState: String, Sendable, CaseIterable {
    case supplied, generated, previous, ignored, exported
}

/// How much a finding matters.
package enum Level: Int, Sendable, Comparable, CaseIterable {
    case info, low, medium, high, critical

    package static func < (a: Level, b: Level) -> Bool { a.rawValue < b.rawValue }

    /// `info`, `low`, ...
    package var name: String {
        switch self {
        case .info: "info"
        case .low: "low"
        case .medium: "medium"
        case .high: "high"
        case .critical: "critical"
        }
    }

    /// The level on OpenTelemetry's scale of severities.
    var severityNumber: Int {
        switch self {
        case .info: 9
        case .low: 10
        case .medium: 13
        case .high: 17
        case .critical: 21
        }
    }
}

/// How sure a conclusion is.
package enum Confidence: String, Sendable, CaseIterable {
    /// A line says it.
    case certain
    /// It follows from lines that can hardly mean anything else.
    case likely
    /// Nothing in the log says more.
    case possible
}
