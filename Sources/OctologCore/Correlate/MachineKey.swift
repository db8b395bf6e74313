/// What makes two registrations one machine to a server, or one container that came again; log-grammar 12.2.
enum MachineKey: Int, CaseIterable {
    case name
    case thumbprint
    case subscription
    case endpoint
    /// Default names under one container's name: it is made anew each time.
    case recreated
    /// Default names of equal machines: one may have come in place of another.
    case replaced

    /// The key's value; nil if the registration has none, or tells too little.
    func value(of registration: Registration, _ event: Event) -> String? {
        guard registration.outcome == .registered, let server = registration.server, let kind = registration.kind else {
            return nil
        }
        let place = "\(Self.normalized(server: server))\n\(Self.space(registration.space))\n"
        switch self {
        case .name:
            guard let name = registration.name?.trimmingBlanks().lowercased(), !name.isEmpty else { return nil }
            return "\(place)\(kind.rawValue)\n\(name)"
        case .thumbprint: return registration.thumbprint.map { place + $0.uppercased() }
        case .subscription: return registration.subscription.map { place + $0.lowercased() }
        case .endpoint: return registration.endpoint.map { place + $0.lowercased() }
        case .recreated:
            guard registration.nameIsDefault else { return nil }
            let log = LogPlace(event)
            return "\(place)\(kind.rawValue)\n\(log.source)\n\(log.folder)"
        case .replaced:
            // A container's name says where its machine is one of several that are made alike.
            guard registration.nameIsDefault, registration.name != nil else { return nil }
            let lists = [registration.environments, registration.roles, registration.workerPools]
            let profile = lists.map { $0.sorted().joined(separator: "\t") }.joined(separator: "\n")
            return "\(place)\(kind.rawValue)\n\(profile)"
        }
    }

    /// Scheme, host and port, which is what makes a server one, log-grammar 12.3 (d).
    static func normalized(server: String) -> String {
        var text = Substring(server.trimmingBlanks().lowercased())
        while text.hasSuffix("/") { text = text.dropLast() }
        if text.hasPrefix("https://"), text.hasSuffix(":443") { text = text.dropLast(4) }
        if text.hasPrefix("http://"), text.hasSuffix(":80") { text = text.dropLast(3) }
        return String(text)
    }

    /// Images that print no space know none or use the default one.
    private static func space(_ name: String?) -> String {
        name.map { $0.trimmingBlanks().lowercased() } ?? "default"
    }
}
