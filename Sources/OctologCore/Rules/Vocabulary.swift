/// The programs whose containers octolog reads.
package enum Product: String, Sendable, CaseIterable {
    case server
    case tentacle
    case kubernetesAgent = "kubernetes-agent"
    case sqlServer = "sql-server"
}

/// The eras of the images, log-grammar 2 to 8 and 13, as a set: a line proves that it is one of several.
package struct Eras: OptionSet, Sendable, Hashable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    static let s0 = Eras(rawValue: 1 << 0)
    static let s1 = Eras(rawValue: 1 << 1)
    static let s2 = Eras(rawValue: 1 << 2)
    static let s3 = Eras(rawValue: 1 << 3)
    /// The Server's image with SQL Server Express in it.
    static let se = Eras(rawValue: 1 << 4)
    /// The Server's Linux image.
    static let sl = Eras(rawValue: 1 << 5)
    static let t0 = Eras(rawValue: 1 << 6)
    static let t1 = Eras(rawValue: 1 << 7)
    static let t2 = Eras(rawValue: 1 << 8)
    static let t3 = Eras(rawValue: 1 << 9)
    static let t4 = Eras(rawValue: 1 << 10)
    /// The Tentacle's Linux image before 6.1.693, which does not restart.
    static let l1 = Eras(rawValue: 1 << 11)
    /// The Tentacle's Linux image since 6.1.693.
    static let l2 = Eras(rawValue: 1 << 12)
    /// The Kubernetes agent before 8.1.936: bare messages.
    static let k1 = Eras(rawValue: 1 << 13)
    /// The Kubernetes agent since 8.1.936: times and levels.
    static let k2 = Eras(rawValue: 1 << 14)
    /// The Kubernetes agent since 9.2.4232: it cleans its environment.
    static let k3 = Eras(rawValue: 1 << 15)
    /// SQL Server 2017 on Linux.
    static let q1 = Eras(rawValue: 1 << 16)
    /// SQL Server since 2019 on Linux.
    static let q2 = Eras(rawValue: 1 << 17)
    /// SQL Server Express on Windows.
    static let qw = Eras(rawValue: 1 << 18)

    static let windowsServer: Eras = [.s0, .s1, .s2, .s3]
    static let windowsTentacle: Eras = [.t0, .t1, .t2, .t3, .t4]
    static let linuxTentacle: Eras = [.l1, .l2]
    static let kubernetes: Eras = [.k1, .k2, .k3]

    /// All eras of a product.
    static func all(of product: Product) -> Eras {
        switch product {
        case .server: windowsServer.union([.se, .sl])
        case .tentacle: windowsTentacle.union(linuxTentacle)
        case .kubernetesAgent: kubernetes
        case .sqlServer: [.q1, .q2, .qw]
        }
    }

    private static let names = [
        "S0", "S1", "S2", "S3", "SE", "SL", "T0", "T1", "T2", "T3", "T4", "L1", "L2", "K1", "K2", "K3", "Q1", "Q2",
        "QW",
    ]

    /// Each era's name, in order of time.
    var list: [String] { Self.names.indices.filter { rawValue & (1 << $0) != 0 }.map { Self.names[$0] } }

    /// `S1`, or `T2-T4` where the log does not tell them apart; nil where it tells nothing.
    var name: String? {
        let list = list
        guard let first = list.first, let last = list.last else { return nil }
        return list.count == 1 ? first : "\(first)-\(last)"
    }
}

/// The steps of a startup as the scripts announce them, log-grammar 2 to 5, or as the programs show them, 7 and 8.
package enum Phase: String, Sendable, CaseIterable {
    /// From the first line of an image that announces no steps until what it does can be told.
    case boot
    case banner
    case migrate
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
    /// The Kubernetes agent is told of the other nodes of its server.
    case nodes
    /// SQL Server opens its databases.
    case recovery
    /// SQL Server opens its ports.
    case listen
    case sanitise
    case run
    case `import`
    case start

    /// Whether the phase belongs to the program's life, after the scripts have configured it.
    var isRunning: Bool {
        switch self {
        case .run, .import, .start: true
        case .boot, .banner, .migrate, .create, .configure, .database, .paths, .directories, .communication,
            .trust, .certificate, .authentication, .stop, .admin, .license, .metrics, .masterKey, .startService,
            .register, .nodes, .recovery, .listen, .sanitise:
            false
        }
    }
}

/// A value that the banner or a command tells of the container's configuration.
enum Setting: String, Sendable {
    case database, adminUser
    case serverURL, mode, serverPort, listeningPort, serverAddress
    case environments, roles, workerPools, tenants, tenantTags, participation
    case host, name, space, proxy, subscription
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
