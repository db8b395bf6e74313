import Testing

@testable import OctologCore

@Suite struct CauseLinkerTests {
    private func event(
        _ payload: Payload, _ product: Product, _ container: String, at time: Int, in folder: String = "logs"
    ) -> Event {
        Event(
            payload: payload, source: Container.source(named: container, isInput: false),
            time: Timestamp(nanoseconds: Int64(1_700_000_000 + time) * 1_000_000_000), subject: "startup/1",
            level: .info,
            origin: Origin(container: container, product: product, startup: 1),
            evidence: [
                Evidence(
                    input: "\(folder)/\(container).log", location: Location(line: 1 + time, offset: 0, length: 1),
                    text: "x")
            ])
    }

    /// The container whose log is said to tell why a Server can't reach a database at `host`.
    private func blamed(_ host: String, _ databases: [(container: String, folder: String)]) -> String? {
        var configuration = Configuration()
        configuration.databaseServer = host
        let cause = RootCause(code: "sql-unreachable", title: "", confidence: .certain, remedy: "")
        var correlator = Correlator(isBounded: false)
        correlator.add(event(.configurationObserved(configuration), .server, "octopus-1", at: 0))
        correlator.add(
            event(.startupFailed(StartupFailed(rootCause: cause, contributing: [])), .server, "octopus-1", at: 20))
        for (container, folder) in databases {
            correlator.add(event(.startupBegan(.sample), .sqlServer, container, at: 5, in: folder))
            correlator.add(event(.startupSucceeded(.sample), .sqlServer, container, at: 60, in: folder))
        }
        let explained = correlator.findings.compactMap { event in
            if case .startupExplained(let explained) = event.payload { explained } else { nil }
        }
        #expect(explained.count <= 1)
        return explained.first?.rootCause.container
    }

    @Test(
        "a host's name finds the container that is meant, however Compose numbers it, and not one that is alike",
        arguments: [
            ("octopus-db", "octopus-db-1"), ("db", "db-1"), ("db.corp.example", "db-1"), ("tcp:db,1433", "db-1"),
            ("reporting-db", "reporting-db-1"), ("octopus-db\\SQLEXPRESS", "octopus-db-1"),
        ])
    func named(_ host: String, _ meant: String) {
        let all = ["octopus-db-1", "db-1", "reporting-db-1"].map { ($0, "logs") }
        #expect(blamed(host, all) == meant)
        #expect(blamed(host, all.reversed()) == meant)
    }

    @Test("a database whose log lies elsewhere is not blamed unless it has the name") func elsewhere() {
        #expect(blamed("sql-prod.corp.example", [("scratch", "dev")]) == nil)
        #expect(blamed("sql-prod.corp.example", [("sql-prod", "dev")]) == "sql-prod")
        // Beside it one alone is meant: hosts have aliases.
        #expect(blamed("sql-prod.corp.example", [("scratch", "logs")]) == "scratch")
        #expect(blamed("sql-prod.corp.example", [("scratch", "logs"), ("other", "logs")]) == nil)
    }
}
