/// Makes up containers, each with names and numbers of its own.
struct Planner {
    var random: SplitMix64
    var streams: [Stream] = []
    var plantings: [Planting] = []
    var decoys: [(kind: String, containers: Int)] = []
    var secrets: [String] = []
    /// Containers so far.
    private(set) var count = 0

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    // MARK: Values

    private static let servers = [
        "https://octopus.corp.example", "https://octopus-dr.corp.example", "https://deploy.shop.example",
        "http://octopus.lab.example",
    ]

    /// A server, and another one.
    mutating func twoServers() -> (String, String) {
        let first = random.below(Self.servers.count)
        return (Self.servers[first], Self.servers[(first + 1 + random.below(3)) % 4])
    }

    mutating func server() -> String { random.pick(Self.servers) }

    /// One of the ways to write a server's address.
    mutating func spelled(_ server: String) -> String {
        switch random.below(6) {
        case 0: server + "/"
        case 1: server.hasPrefix("https") ? server + ":443" : server + ":80/"
        case 2: server.replacing("octopus", with: "Octopus").replacing("deploy", with: "DEPLOY")
        default: server
        }
    }

    mutating func otherSpace() -> String { random.pick(["Ops", "Web Shop", "Team Ångström", "Plattform"]) }

    mutating func moment() -> Int {
        // 2024-03-04T00:00:00Z and the 30 days that follow
        1_709_510_400 + random.below(30 * 86_400)
    }

    mutating func thumbprint() -> String { random.hexadecimal(40, uppercase: true) }

    mutating func subscription() -> String {
        "poll://\(random.characters(20, of: "abcdefghijklmnopqrstuvwxyz0123456789"))/"
    }

    /// A name that nothing else has.
    mutating func name() -> String {
        let word = random.pick(["web", "orders", "Billing", "stock", "EDGE", "mail", "search", "kasse", "lager"])
        return "\(word)-\(random.pick(["prod", "eu", "blue", "01", "Team A"]))-\(streams.count)x\(random.below(1000))"
    }

    // MARK: Containers

    /// A container with everything of its own.
    mutating func container(
        _ images: [Image] = Image.allCases, server: String? = nil, space: String = "Default", at time: Int? = nil
    ) -> PlannedContainer {
        let images = space == "Default" ? images : images.filter(\.tellsSpace)
        let image = random.pick(images)
        count += 1
        let key = "API-FAKEFLEET" + random.characters(14, of: "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
        secrets.append(key)
        let server = server ?? self.server()
        return PlannedContainer(
            image: image, server: spelled(server), space: space,
            isPolling: image == .kubernetesAgent || random.once(in: 2), name: name(),
            host: image.isWindows ? random.hexadecimal(12, uppercase: true) : random.hexadecimal(12),
            thumbprint: thumbprint(), subscription: subscription(),
            environments: [random.pick(["Production", "Staging", "Test"])],
            role: random.pick(["web-server", "api", "db-tools"]), apiKey: key,
            boots: [Boot(time: time ?? moment(), stops: random.once(in: 8))])
    }

    /// A container that lives on, under a name that others have too.
    mutating func named(
        _ name: String, _ images: [Image], server: String, space: String = "Default", at time: Int
    ) -> PlannedContainer {
        var container = container(images, server: server, space: space, at: time)
        container.name = name
        container.boots[0].stops = false
        return container
    }

    /// A Windows container that listens, under its host's name: the only ones whose logs tell that name.
    ///
    /// - Parameter role: what makes its profile one that nothing else has.
    mutating func unnamed(_ image: Image? = nil, server: String, role: String, at time: Int) -> PlannedContainer {
        var container = container(image.map { [$0] } ?? Image.windows, server: server, at: time)
        container.name = nil
        container.isPolling = false
        container.role = role
        container.environments = ["Production"]
        container.boots = [Boot(time: time)]
        return container
    }

    /// A role that nothing else has.
    mutating func ownRole() -> String { "role-\(streams.count)-\(random.hexadecimal(6))" }

    // MARK: Streams

    /// Puts containers into a log under one name.
    ///
    /// - Returns: the stream's number.
    @discardableResult
    mutating func add(_ containers: PlannedContainer..., in frames: [Frame]? = nil) -> Int {
        let isAgent = containers.contains { $0.image == .kubernetesAgent }
        let frame = random.pick(frames ?? (isAgent ? [.plain, .cri] : Frame.allCases))
        let number = streams.count
        let host = "logs/h\(random.below(40))"
        let (name, path): (String, String)
        switch frame {
        case .plain, .dockerStamps:
            path = "\(host)/tentacle-\(number).log"
            name = path
        case .jsonFile:
            let id = random.hexadecimal(64)
            path = "\(host)/\(id)/\(id)-json.log"
            name = String(id.prefix(12))
        case .cri:
            let pod = "tentacle-\(number)-\(random.hexadecimal(9))"
            path = "\(host)/shop_\(pod)_\(random.hexadecimal(8))/tentacle/0.log"
            name = "\(pod)/tentacle"
        case .compose, .composeStamps:
            // Some services share a file.
            path = "logs/h\(number / 24 % 40)/compose-\(number / 24)\(frame.hasStamps ? "-t" : "").log"
            name = "tentacle\(number)-1"
        }
        streams.append(Stream(name: name, path: path, frame: frame, containers: containers))
        return number
    }
}
