/// What looks like a duplicate and is none, log-grammar 12.2 and 12.3 (d).
extension Planner {
    mutating func plantDecoys() {
        note("one name on two servers") { $0.addOneNameOnTwoServers() }
        note("one name in two spaces") { $0.addOneNameInTwoSpaces() }
        note("one name, target and worker") { $0.addTargetAndWorker() }
        note("Kubernetes agent with HA servers, restarted") { $0.addAgent() }
        note("agents of two clusters under one name") { $0.addAgentsOfTwoClusters() }
        note("restart that skips registration") { $0.addRestart() }
        note("several environments on one machine") { $0.addManyEnvironments() }
        note("refused, then registered") { $0.addRetry() }
        note("replicas under their hosts' names") { $0.addReplicas() }
    }

    /// Counts the containers that `add` adds.
    private mutating func note(_ kind: String, _ add: (inout Planner) -> Void) {
        let before = count
        add(&self)
        let added = count - before
        if let index = decoys.firstIndex(where: { $0.kind == kind }) {
            decoys[index].containers += added
        } else {
            decoys.append((kind, added))
        }
    }

    private mutating func addOneNameOnTwoServers() {
        let (first, second) = twoServers()
        let name = name()
        var containers = [container(server: first), container(server: second)]
        for i in 0..<2 { containers[i].name = name }
        // What is one elsewhere is none here either.
        if random.once(in: 2) {
            containers[1].thumbprint = containers[0].thumbprint
            containers[1].subscription = containers[0].subscription
        }
        for container in containers { add(container) }
    }

    private mutating func addOneNameInTwoSpaces() {
        let server = server()
        let name = name()
        let spaces = random.pick([["Default", "Ops"], ["Web Shop", "Ops"], ["Plattform", "Default"]])
        for space in spaces {
            var container = container(Image.telling, server: server, space: space)
            container.name = name
            add(container)
        }
    }

    private mutating func addTargetAndWorker() {
        let server = server()
        let name = name()
        for isWorker in [false, true] {
            var container = container(Image.withWorkers.filter { $0 != .kubernetesAgent }, server: server)
            container.name = name
            container.isWorker = isWorker
            add(container)
        }
    }

    private mutating func addAgent() {
        var container = container([.kubernetesAgent])
        let time = container.boots[0].time
        container.boots = [Boot(time: time), Boot(kind: .skips, time: time + random.within(200...90_000))]
        add(container)
    }

    private mutating func addAgentsOfTwoClusters() {
        let (server, name) = (server(), name())
        for _ in 0..<2 {
            var container = container([.kubernetesAgent], server: server)
            container.name = name
            add(container)
        }
    }

    private mutating func addRestart() {
        var container = container(Image.restarting)
        let time = container.boots[0].time
        container.boots = [Boot(time: time, stops: true), Boot(kind: .skips, time: time + random.within(400...90_000))]
        add(container)
    }

    private mutating func addManyEnvironments() {
        var container = container()
        container.environments = ["Production", "Staging", "Test"]
        add(container)
    }

    private mutating func addRetry() {
        var container = container(Image.restarting)
        let time = container.boots[0].time
        container.boots = [Boot(kind: .isRefused, time: time), Boot(time: time + random.within(100...90_000))]
        add(container)
    }

    private mutating func addReplicas() {
        let (server, role, time) = (server(), ownRole(), moment())
        let image = random.pick(Image.windows)
        for i in 0..<3 { add(unnamed(image, server: server, role: role, at: time + 20 * i)) }
    }
}
