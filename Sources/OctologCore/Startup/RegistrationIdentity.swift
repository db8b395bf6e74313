// What makes up a machine's identity, from whatever tells it, log-grammar 12.2.

extension Registration {
    /// What the banner and the command that registers tell.
    ///
    /// - Parameters:
    ///   - line: the command; without a verb where the log has none.
    ///   - sawAll: whether a name would be known if one had been given.
    init(_ settings: Configuration, _ line: Invocation, sawAll: Bool) {
        // The banner's values stand in quotes; on the command line a password may look like an option.
        func values(_ banner: [String], _ option: String) -> [String] {
            banner.isEmpty ? line.values(of: option) : banner
        }
        server = settings.serverURL ?? line.value(of: "server")
        space = settings.space ?? line.value(of: "space")
        environments = values(settings.environments, "environment")
        roles = values(settings.roles, "role")
        workerPools = values(settings.workerPools, "workerpool")
        kind = Self.kind(line.verb, isWorker: !workerPools.isEmpty, isTarget: !environments.isEmpty || !roles.isEmpty)
        host = line.value(of: "publicHostName")
        name = settings.name ?? line.value(of: "name")
        nameIsDefault = name == nil && sawAll
        subscription = settings.subscription ?? line.value(of: "server-subscription-id")
    }

    /// The port on which the server is to call the Tentacle; nil where it polls, or where nothing tells.
    static func calledPort(_ settings: Configuration, _ line: Invocation) -> Int? {
        let isPassive = line.value(of: "comms-style").map { $0 == "TentaclePassive" } ?? (settings.mode == .listening)
        guard isPassive else { return nil }
        return line.value(of: "tentacle-comms-port").flatMap(Int.init) ?? settings.listeningPort ?? defaultPort
    }

    /// The words of a registration are the same for both: without a banner or a command nothing tells.
    private static func kind(_ verb: String?, isWorker: Bool, isTarget: Bool) -> Kind? {
        if isWorker || verb?.hasSuffix("-worker") == true { return .worker }
        return isTarget || verb != nil ? .target : nil
    }

    /// Takes in what the startup told later, and what its frames tell.
    ///
    /// - Parameter hostName: what the frames tell of the host's name.
    mutating func complete(with startup: Startup, hostName: String?) {
        auth = auth ?? startup.auth
        thumbprint = thumbprint ?? startup.thumbprint
        let setting = startup.configuration.host
        // A name in the log is the container's own word; a host may have been given another name than its id.
        if nameIsDefault, name == nil {
            name = (Self.isOwn(setting) ? host.map(HostName.withoutDomain) : nil) ?? hostName
        }
        if host == nil, setting == "ComputerName" { host = hostName }
        if let port = startup.calledPort, let host { endpoint = "https://\(host.lowercased()):\(port)/" }
    }

    /// Whether the public host name is the host's own under a setting: alone, or with its domain.
    private static func isOwn(_ setting: String?) -> Bool { setting == "ComputerName" || setting == "FQDN" }

    /// The port on which Tentacles listen unless told otherwise.
    private static let defaultPort = 10933
}

extension Registration {
    /// The elements of the identity that the log does not tell.
    package var unknown: [String] {
        let elements: [(String, Bool)] = [
            ("server", server == nil), ("space", space == nil), ("kind", kind == nil), ("name", name == nil),
            ("thumbprint", thumbprint == nil), ("address", subscription == nil && endpoint == nil),
        ]
        return elements.filter(\.1).map(\.0)
    }
}
