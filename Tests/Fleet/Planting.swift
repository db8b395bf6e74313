/// The duplicates, and what only looks like them, log-grammar 12.
extension Planner {
    /// Fills the fleet up to `total` containers.
    mutating func plant(in total: Int) {
        let rounds = max(1, total / 100)
        for round in 0..<rounds {
            plantNames(round)
            plantThumbprints()
            plantSubscriptions()
            plantEndpoints()
            plantAgain()
            plantGhosts()
            plantDecoys()
        }
        while count < total { addOrdinary() }
    }

    private mutating func addOrdinary() {
        var container = container()
        if container.image.knowsWorkers, random.once(in: 4) { container.isWorker = true }
        if random.once(in: 4) {
            container.name = nil
            container.role = ownRole()
        }
        if container.image.tellsSpace, random.once(in: 4) { container.space = otherSpace() }
        add(container)
    }

    private mutating func plant(
        _ class: Fleet.DuplicateClass, _ value: String?, _ streams: [Int], isCertain: Bool = true,
        isPossibleOnly: Bool = false, _ origin: String
    ) {
        plantings.append(
            Planting(
                class: `class`, value: value, members: streams.map { .init(stream: $0) }, isCertain: isCertain,
                isPossibleOnly: isPossibleOnly, origin: origin))
    }

    /// Moments that follow one another.
    private mutating func moments(_ count: Int, apart pause: ClosedRange<Int> = 60...90_000) -> [Int] {
        var time = moment()
        return (0..<count).map { _ in
            defer { time += random.within(pause) }
            return time
        }
    }

    // MARK: Names

    private mutating func plantNames(_ round: Int) {
        plantOneName(count: round == 0 ? 20 : random.within(2...4))
        plantOneNameWorkers()
        plantOneNameInUncertainSpaces()
        plantOneNameInOneLog()
        plantOneNameAndCertificate()
        plantOneNameTwiceHere()
        plantHandover()
    }

    /// The ways to write a name that a server takes for one.
    private mutating func spelled(name: String, on image: Image) -> String {
        switch random.below(4) {
        case 0: name.uppercased()
        case 1: name.lowercased()
        // In a banner it stands in quotes, on a command line blanks part the words.
        case 2: image.isWindows ? name : " \(name) "
        default: name
        }
    }

    private mutating func plantOneName(count: Int) {
        let (server, name) = (server(), name())
        let inSpace = random.once(in: 3)
        let space = inSpace ? otherSpace() : "Default"
        // All tell their space, or none does: then it is certain that they share it.
        let images = inSpace || random.once(in: 2) ? Image.telling : Image.silent
        let members = moments(count).enumerated().map { i, time in
            var container = named(
                name, i == 0 ? Image.withoutAgents(images) : images, server: server, space: space, at: time)
            container.name = spelled(name: name, on: container.image)
            return add(container)
        }
        plant(.sameName, name, members, "one name, \(inSpace ? "a space" : "the default space")")
    }

    private mutating func plantOneNameWorkers() {
        let (server, name) = (server(), name())
        let members = moments(2).map { time in
            var container = named(name, Image.withoutAgents(Image.telling), server: server, at: time)
            container.isWorker = true
            return add(container)
        }
        plant(.sameName, name, members, "one name, workers")
    }

    private mutating func plantOneNameInUncertainSpaces() {
        let (server, name) = (server(), name())
        let members = zip([Image.silent, Image.telling], moments(2)).map { images, time in
            add(named(name, images, server: server, at: time))
        }
        plant(.sameName, name, members, isCertain: false, "one name, one log does not tell the space")
    }

    private mutating func plantOneNameInOneLog() {
        let (server, name) = (server(), name())
        let image = random.pick(Image.restarting)
        let containers = moments(2, apart: 200...90_000).map { named(name, [image], server: server, at: $0) }
        let stream = add(containers[0], containers[1], in: [.plain, .dockerStamps])
        plantings.append(
            Planting(
                class: .sameName, value: name,
                members: [.init(stream: stream), .init(stream: stream, container: 1)], isCertain: false,
                origin: "one name, two containers in one log"))
    }

    private mutating func plantOneNameAndCertificate() {
        let (server, name, thumbprint) = (server(), name(), thumbprint())
        let images = Image.withoutAgents(random.pick([Image.telling, Image.silent]))
        let members = moments(2).map { time in
            var container = named(name, images, server: server, at: time)
            container.thumbprint = thumbprint
            return add(container)
        }
        plant(.sameName, name, members, "one name and one certificate")
    }

    private mutating func plantOneNameTwiceHere() {
        let (server, name, time) = (server(), name(), moment())
        let images = Image.withoutAgents(random.pick([Image.telling, Image.silent]))
        var first = named(name, images, server: server, at: time)
        first.boots = [Boot(kind: .isKilled, time: time), Boot(time: time + 100)]
        let second = named(name, images, server: server, at: time + random.within(1000...90_000))
        let streams = [add(first), add(second)]
        let again = [Planting.Member(stream: streams[0]), Planting.Member(stream: streams[0], boot: 1)]
        let origin = "one name, one of the containers registered again"
        plantings.append(
            Planting(class: .sameName, value: name, members: again + [.init(stream: streams[1])], origin: origin))
        plantings.append(Planting(class: .registeredAgain, value: name, members: again, origin: origin))
    }

    /// An upgrade: each container is stopped before the next one takes its name.
    private mutating func plantHandover() {
        let (server, name) = (server(), name())
        let images = random.pick([Image.telling, Image.silent]).filter(\.isWindows)
        let moments = moments(random.within(2...3), apart: 200...90_000)
        let members = moments.enumerated().map { i, time in
            var container = named(name, images, server: server, at: time)
            container.boots[0].stops = i < moments.count - 1
            return add(container)
        }
        plantings.append(
            Planting(
                class: .sameName, value: name, members: members.map { .init(stream: $0) }, isHandover: true,
                origin: "a name that was handed over"))
    }

    // MARK: Identities

    private mutating func plantThumbprints() {
        let (server, thumbprint) = (server(), thumbprint())
        let imports = random.once(in: 2)
        let images = random.pick([Image.telling, Image.silent])
        let members = moments(random.within(2...4)).map { time in
            var container = container(images, server: server, at: time)
            container.thumbprint = thumbprint
            container.importsCertificate = imports && container.image == .kubernetesAgent
            return add(container)
        }
        plant(.sameThumbprint, thumbprint, members, "one certificate")
        plantClones()
    }

    /// Containers that share all of their configuration but the name.
    private mutating func plantClones() {
        let (server, thumbprint, subscription) = (server(), thumbprint(), subscription())
        let images = random.pick([Image.telling, Image.silent])
        let members = moments(2).map { time in
            var container = container(images, server: server, at: time)
            container.thumbprint = thumbprint
            container.subscription = subscription
            container.isPolling = true
            return add(container)
        }
        plant(.sameThumbprint, thumbprint, members, "clones")
        plant(.sameSubscription, subscription, members, "clones")
    }

    private mutating func plantSubscriptions() {
        let (server, subscription) = (server(), subscription())
        let images = random.pick([Image.telling, Image.silent])
        let members = moments(random.within(2...3)).map { time in
            var container = container(images, server: server, at: time)
            container.subscription = subscription
            container.isPolling = true
            return add(container)
        }
        plant(.sameSubscription, subscription, members, "one subscription")
    }

    private mutating func plantEndpoints() {
        let server = server()
        let host = "edge-\(streams.count).shop.example"
        let images = random.pick([Image.telling, Image.silent]).filter(\.isWindows)
        let members = moments(random.within(2...3)).map { time in
            var container = container(images, server: server, at: time)
            container.isPolling = false
            container.hasCustomHost = true
            container.host = random.once(in: 2) ? host : host.uppercased()
            return add(container)
        }
        plant(.sameEndpoint, "https://\(host):10933/", members, "one public host name")
    }

    private mutating func plantAgain() {
        for boots in [2, random.within(2...3)] {
            let time = moment()
            var container = container(Image.restarting, at: time)
            container.boots = (0..<boots).map { i in
                Boot(kind: i == boots - 1 ? .registers : .isKilled, time: time + i * 200)
            }
            let name = container.name
            let stream = add(container)
            plantings.append(
                Planting(
                    class: .registeredAgain, value: name,
                    members: (0..<boots).map { .init(stream: stream, boot: $0) },
                    origin: "killed before it could note its registration"))
        }
    }

    // MARK: Ghosts

    private mutating func plantGhosts() {
        plantRecreated(in: [.compose, .composeStamps], isCertain: true)
        plantRecreated(in: [.plain, .dockerStamps], isCertain: false)
        plantReplaced(stops: true)
        plantReplaced(stops: false)
    }

    /// A container that is made anew, under the name of its service.
    private mutating func plantRecreated(in frames: [Frame], isCertain: Bool) {
        let (server, role, time) = (server(), ownRole(), moment())
        let image = random.pick(Image.windows)
        // Sooner than times alone would speak, or later.
        let pause = random.once(in: 2) ? 150 : random.within(900...90_000)
        var containers = (0..<2).map { unnamed(image, server: server, role: role, at: time + $0 * pause) }
        containers[0].boots[0].stops = random.once(in: 2)
        let stream = add(containers[0], containers[1], in: frames)
        plantings.append(
            Planting(
                class: .ghost, value: nil, members: [.init(stream: stream), .init(stream: stream, container: 1)],
                isCertain: isCertain, origin: isCertain ? "recreated service" : "recreated, one log"))
    }

    /// Containers that replace one another, each with a log of its own.
    private mutating func plantReplaced(stops: Bool) {
        let (server, role) = (server(), ownRole())
        let image = random.pick(Image.windows)
        let moments = moments(random.within(2...4), apart: stops ? 200...200 : 900...90_000)
        let members = moments.enumerated().map { i, time in
            var container = unnamed(image, server: server, role: role, at: time)
            container.boots[0].stops = stops && i < moments.count - 1
            return add(container)
        }
        plant(
            .ghost, nil, members, isCertain: false, isPossibleOnly: !stops,
            stops ? "replaced after a stop" : "replaced later")
    }
}
