/// The images that the containers are of, log-grammar 3 to 5; each has its own way to print.
enum Image: CaseIterable {
    case windowsT1
    case windowsT2
    case windowsT3
    case windowsT4
    /// Before 2022-01-11, without a line for the space.
    case linux2021
    case linux2022
    case kubernetesAgent

    var isWindows: Bool {
        switch self {
        case .windowsT1, .windowsT2, .windowsT3, .windowsT4: true
        case .linux2021, .linux2022, .kubernetesAgent: false
        }
    }

    /// Whether it prints the space.
    var tellsSpace: Bool {
        switch self {
        case .windowsT3, .windowsT4, .linux2022, .kubernetesAgent: true
        case .windowsT1, .windowsT2, .linux2021: false
        }
    }

    /// Whether it can be a worker: T1 knows no worker pools.
    var knowsWorkers: Bool { self != .windowsT1 }

    static let windows: [Image] = allCases.filter(\.isWindows)
    static let telling: [Image] = allCases.filter(\.tellsSpace)
    static let silent: [Image] = allCases.filter { !$0.tellsSpace }
    static let withWorkers: [Image] = allCases.filter(\.knowsWorkers)
    /// Those that start their program by a marker when they start again.
    static let restarting: [Image] = allCases.filter { $0 != .kubernetesAgent }
    /// Agents of two clusters may have one name, log-grammar 12.3 (d).
    static func withoutAgents(_ images: [Image]) -> [Image] { images.filter { $0 != .kubernetesAgent } }
}

/// How a container's lines are wrapped.
enum Frame: CaseIterable {
    case plain
    case dockerStamps
    case jsonFile
    case cri
    case compose
    case composeStamps

    /// Whether each line has a time.
    var hasStamps: Bool {
        switch self {
        case .plain, .compose: false
        case .dockerStamps, .jsonFile, .cri, .composeStamps: true
        }
    }

    /// Whether it names the container; the others' paths do not either.
    var namesContainer: Bool {
        switch self {
        case .plain, .dockerStamps: false
        case .jsonFile, .cri, .compose, .composeStamps: true
        }
    }
}

/// One start of a container.
struct Boot {
    enum Kind {
        case registers
        /// Killed when it had registered, before it could note so.
        case isKilled
        case isRefused
        /// Finds its marker and goes on without registering.
        case skips

        var registers: Bool { self == .registers || self == .isKilled }
    }

    var kind = Kind.registers
    /// When its first line is printed, in seconds since 1970 UTC.
    var time: Int
    /// Whether the log shows its end.
    var stops = false
}

/// A container: what it was given, and what it does.
struct PlannedContainer {
    var image: Image
    /// The server as its banner spells it.
    var server: String
    /// The space; images that don't tell it are in the default one.
    var space: String
    var isWorker = false
    var isPolling: Bool
    /// Nil for a host's name.
    var name: String?
    /// COMPUTERNAME, or what the server is told to call.
    var host: String
    var hasCustomHost = false
    var thumbprint: String
    var subscription: String
    var environments: [String]
    var role: String
    /// Whether the certificate was brought from elsewhere.
    var importsCertificate = false
    var apiKey: String
    var boots: [Boot]
}

/// What stands in a log under one container's name: one container, or several that followed one another.
struct Stream {
    var name: String
    var path: String
    var frame: Frame
    var containers: [PlannedContainer]

    /// The number of a boot among all of the stream.
    func startup(of boot: Int, container: Int) -> Int {
        containers[..<container].reduce(0) { $0 + $1.boots.count } + boot + 1
    }

    func order(of container: Int) -> Fleet.Order {
        if frame.hasStamps { return .told }
        switch containers[container].image {
        case .windowsT1, .windowsT2, .windowsT3, .windowsT4: return .told
        case .linux2021, .linux2022: return .untold
        case .kubernetesAgent: return .doubtful
        }
    }
}

/// A group that is planted.
struct Planting {
    struct Member {
        var stream: Int
        var container = 0
        var boot = 0
    }

    var `class`: Fleet.DuplicateClass
    var value: String?
    var members: [Member]
    var isCertain = true
    var isPossibleOnly = false
    var isHandover = false
    var origin: String
}
