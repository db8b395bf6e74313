import Testing

@testable import OctologCore

/// What a log says, in short.
private struct Gist {
    var outcomes: [String] = []
    var causes: [String] = []
    var findings: [(code: String, level: Level)] = []
    var registrations = 0
    var duplicates = 0
    var stops = 0

    init(_ lines: [String]) {
        for event in analyze(lines.joined(separator: "\n") + "\n").events {
            switch event.payload {
            case .startupSucceeded: outcomes.append("succeeded")
            case .startupFailed(let failed):
                outcomes.append("failed")
                causes.append(failed.rootCause.code)
            case .startupUnfinished: outcomes.append("unfinished")
            case .findingRaised(let finding): findings.append((finding.code, event.level))
            case .registrationObserved: registrations += 1
            case .registrationDuplicate: duplicates += 1
            case .containerStopped: stops += 1
            default: break
            }
        }
    }
}

private let sqlStart = [
    "SQL Server 2019 will run as non-root by default.",
    "2023-11-14 06:41:51.87 Server      Microsoft SQL Server 2022 (RTM-CU9) (KB5030731) - 16.0.4085.2 (X64) ",
    "2023-11-14 06:41:52.60 spid9s      Starting up database 'master'.",
]
private let sqlReady =
    "2023-11-14 06:41:53.90 spid9s      SQL Server is now ready for client connections. This is an informational message; no user action is required."

/// Lines that say something else than they seem to, log-grammar 2 to 9.
@Suite struct TrapTests {
    @Test("since S3 `Run successful.` comes before the Server starts, and means nothing") func runSuccessful() {
        let start = [
            "[2019-03-02T09:15:01] ===============================================",
            "[2019-03-02T09:15:01] Configuring Octopus Deploy",
            "[2019-03-02T09:15:01]  - using database 'Server=db;Initial Catalog=Octopus;password=###########;'",
            "[2019-03-02T09:15:40] Configuration successful.", "[2019-03-02T09:15:40] Running Octopus Deploy",
            "[2019-03-02T09:15:41] Run successful.", "\"Start Octopus Deploy instance ...\"",
        ]
        let ready = Gist(start + ["Web server is ready to process requests"])
        #expect(ready.outcomes == ["succeeded"] && ready.stops == 0)
        #expect(Gist(start).outcomes == ["unfinished"])
    }

    @Test("in S1 it means that the Server ended") func runEnded() {
        let gist = Gist([
            "VERBOSE: [2018-07-02T09:15:01] Configuring Octopus Deploy",
            "VERBOSE: [2018-07-02T09:15:40] Configuration successful.",
            "VERBOSE: [2018-07-02T09:15:40] Start Octopus Deploy instance ...",
            "VERBOSE: [2018-07-02T09:15:49] Run successful.",
        ])
        #expect(gist.outcomes == ["failed"] && gist.causes == ["exited-before-ready"] && gist.stops == 1)
    }

    @Test("47 = part phases, 79 = open an error") func equalsSigns() {
        func rules(_ count: Int) -> [String] {
            var classifier = Classifier(.builtIn)
            var matches: [Match] = []
            let line = Array(repeating: UInt8(ascii: "="), count: count)
            classifier.classify(line.span, as: Statement(line.span), requested: true, into: &matches)
            return matches.map { classifier.set.rules[$0.rule].id }
        }
        #expect(rules(47) == ["linux.separator"])
        #expect(rules(79) == ["program.block.rule"])
        #expect(rules(46).isEmpty && rules(48).isEmpty && rules(78).isEmpty)
    }

    @Test("what bash traces is not what the script says") func traces() {
        let start = [
            "===============================================", "Configuring Octopus Deploy Tentacle",
            "===============================================", " - server endpoint 'https://octopus.example'",
            " - communication mode 'Listening' (Passive)", " - registered port 10933", "Registering with server ...",
            "Registering Tentacle with API key",
            "Registering the tentacle with the server at https://octopus.example/", "Machine registered successfully",
            "Configuration successful.",
        ]
        let twins = [
            "+ [[ N == \\Y ]]", "+ echo Docker-in-Docker is disabled.", "Docker-in-Docker is disabled.",
            "+ echo 'Starting Tentacle'", "Starting Tentacle",
            "+ exec tentacle agent --instance Tentacle --noninteractive",
        ]
        let events = analyze((start + twins + ["Agent listening on: [::]:10933"]).joined(separator: "\n")).events
        let runs = events.count { event in
            if case .phaseEntered(let step) = event.payload { step.phase == .run } else { false }
        }
        #expect(runs == 1)
        #expect(
            events.contains { if case .startupSucceeded = $0.payload { true } else { false } })
        // The twin by itself, without what it announces, starts nothing.
        let traced = Gist(start + ["+ echo 'Starting Tentacle'", "+ echo 'Tentacle exited with code 1'"])
        #expect(traced.outcomes == ["unfinished"] && traced.stops == 0)
    }

    @Test("an agent that tells its nodes of itself at each start does not register again") func nodes() {
        let nodes = [
            "Registering additional HA Servers...", "Registering server 'https://octopus-2.example:10943/'",
            "Registering Tentacle with API key",
            "2026-07-01 10:00:05.1234 |  INFO | Configuring Tentacle to poll the server at https://octopus-2.example:10943/",
            "2026-07-01 10:00:05.2234 |  INFO | Polling endpoint configured",
            "===============================================", "Starting Octopus Deploy Kubernetes Tentacle",
            "===============================================",
            "2026-07-01 10:00:09.1234 |  INFO | Agent will not listen on any TCP ports",
        ]
        let boot = [
            "Rehashing SSL/TLS certificates", "Checking registration status...",
            "Tentacle is already configured and registered with server.",
        ]
        let gist = Gist(boot + nodes + boot + nodes)
        #expect(gist.outcomes == ["succeeded", "succeeded"])
        #expect(gist.registrations == 0 && gist.duplicates == 0)
    }

    @Test("SQL Server's service master key is not Octopus' master key, and harmless") func serviceMasterKey() {
        let gist = Gist(
            sqlStart + [
                "2023-11-14 06:41:53.10 spid22s     Service Master Key could not be decrypted using one of its encryptions. See sys.key_encryptions for details.",
                sqlReady,
            ])
        #expect(gist.outcomes == ["succeeded"])
        #expect(gist.findings.map(\.code) == ["sql-service-master-key"])
        #expect(gist.findings.allSatisfy { $0.level == .info })
    }

    @Test("a login that SQL Server refuses while it starts cures itself") func earlyLogin() {
        let refusal = [
            "2023-11-14 06:41:55.12 Logon       Error: 18456, Severity: 14, State: 7.",
            "2023-11-14 06:41:55.12 Logon       Login failed for user 'sa'. Reason: An error occurred while evaluating the password. [CLIENT: 172.18.0.3]",
        ]
        for lines in [sqlStart + [sqlReady] + refusal, sqlStart + refusal + [sqlReady]] {
            let gist = Gist(lines)
            #expect(gist.outcomes == ["succeeded"] && gist.causes.isEmpty)
            #expect(gist.findings.map(\.code) == ["sql-login-too-early"])
            #expect(gist.findings.allSatisfy { $0.level == .info })
        }
    }

    @Test("the first failing fact is the cause, and not its echoes") func echoes() {
        let gist = Gist([
            "VERBOSE: [2018-07-02T09:15:01] Configuring Octopus Deploy",
            "VERBOSE: [2018-07-02T09:15:02] Creating Octopus Deploy database ...",
            "VERBOSE: [2018-07-02T09:15:02] Executing command 'C:\\Octopus\\Octopus.Server.exe database --create'",
            "Login failed for user 'sa'.", "Cannot open database \"Octopus\" requested by the login. The login failed.",
            "Terminating process with exit code 100", "Execute-Command : Command returned exit code 100. Aborting.",
        ])
        #expect(gist.causes == ["sql-login-failed"])
    }

    @Test("what only says that something failed gives way to what says why") func wrappers() {
        let gist = Gist([
            "Octopus.Server.dll version 2022.2.6971 (2022.2.6971+Branch.x.Sha.0)", "Beginning database upgrade",
            "Failed upgrading database schema - the entire upgrade has been rolled back to its last known good state.",
            "The transaction log for database 'Octopus' is full due to 'ACTIVE_TRANSACTION'.",
            "Terminating process with exit code 100",
        ])
        #expect(gist.causes == ["sql-log-full"])
    }

    @Test("an error block whose edge and message are put together is one failure, and one start") func block() {
        let gist = Gist([
            "Saving instance: OctopusServer", String(repeating: "=", count: 79),
            "Missing required value for option '--storageConnectionString'.", String(repeating: "-", count: 79),
            "Terminating process with exit code 1",
        ])
        #expect(gist.outcomes == ["failed"] && gist.causes == ["connection-string-missing"])
    }

    @Test("a Linux Tentacle's log that follows a Windows one's in one input is read too") func oneAfterTheOther() {
        let windows = [
            "[2021-03-02T09:15:01] Configuring Octopus Deploy Tentacle",
            "[2021-03-02T09:15:20] Configuration successful.",
            "VERBOSE: [2021-03-02T09:15:21] Running Octopus Deploy Tentacle", "Agent listening on: [::]:10933",
        ]
        let linux = [
            "Configuring Octopus Deploy Tentacle", "Configuration successful.", "Starting Tentacle",
            "Agent listening on: [::]:10933",
        ]
        let ended = ["VERBOSE: [2021-03-02T19:15:21] Run successful."]
        #expect(Gist(windows + ended + linux).outcomes == ["succeeded", "succeeded"])
        // As long as the program runs, it may be the program that prints so.
        #expect(Gist(windows + linux).outcomes == ["succeeded"])
    }

    @Test("a key that is exported is told once, and no proof is shown twice") func once() {
        let lines = [
            "[2018-10-02T09:15:01] Configuring Octopus Deploy",
            #"[2018-10-02T09:15:01] Writing MasterKey to C:\MasterKey\OctopusServer"#,
            #"[2018-10-02T09:15:01] Writing Octopus Deploy Master Key to C:\MasterKey\OctopusServer"#,
        ]
        let exported = analyze(lines.joined(separator: "\n")).events.count { $0.payload.type == .masterKeyConfigured }
        #expect(exported == 1)
        for event in analyze("ERROR: You must accept the EULA at https://octopus.com/company/legal\n").events {
            let proof = event.evidence.map(\.location.offset)
            #expect(Set(proof).count == proof.count, "\(event.type)")
        }
    }

    @Test("a log of one line that refuses to start is a log of these containers") func oneLine() {
        let result = analyze("ERROR: You must accept the EULA at https://octopus.com/company/legal by passing\n")
        guard case .runFinished(let finished) = result.events.last?.payload else { return #expect(Bool(false)) }
        #expect(finished.exitCode == 0)
    }

    @Test("a login refused by a database that was still starting is not a wrong password") func earlyServer() {
        let server = [
            "2024-05-06T07:08:03.370123000Z Saving instance: OctopusServer",
            "2024-05-06T07:08:04.850123000Z Login failed for user 'sa'.",
            "2024-05-06T07:08:05.850123000Z Terminating process with exit code 100",
        ]
        func database(_ state: String, _ reason: String) -> [String] {
            [
                "2024-05-06T07:08:03.000000000Z 2024-05-06 07:08:03.00 spid27s     SQL Server is now ready for client connections. This is",
                "2024-05-06T07:08:04.400000000Z 2024-05-06 07:08:04.40 Logon       Error: \(state).",
                "2024-05-06T07:08:04.400000000Z 2024-05-06 07:08:04.40 Logon       Login failed for user 'sa'. Reason: \(reason) [CLIENT: 172.18.0.3]",
            ]
        }
        for (state, reason, code) in [
            ("18401, Severity: 14, State: 1", "Server is in script upgrade mode.", "sql-not-ready"),
            (
                "18456, Severity: 14, State: 38", "Failed to open the explicitly specified database.",
                "sql-database-missing"
            ),
        ] {
            let logs = [("octopus", server), ("db", database(state, reason))].map { name, lines in
                (name, Array((lines.joined(separator: "\n") + "\n").utf8))
            }
            var cause: RootCause?
            for event in analyze(logs).events {
                if case .startupFailed(let failed) = event.payload { cause = failed.rootCause }
                if case .startupExplained(let explained) = event.payload { cause = explained.rootCause }
            }
            #expect(cause?.code == code && cause?.container == "db")
        }
    }

    @Test("a startup that says nothing for long is told, and so is a clock that goes back") func gaps() {
        func gaps(_ second: String) -> [GapDetected.Kind] {
            analyze(
                [
                    "VERBOSE: [2018-07-02T09:15:01] Configuring Octopus Deploy",
                    "VERBOSE: [\(second)] Creating Octopus Deploy database ...",
                    "VERBOSE: [\(second)] Configuring Octopus Deploy instance ...",
                ].joined(separator: "\n")
            ).events.compactMap { if case .gapDetected(let gap) = $0.payload { gap.kind } else { nil } }
        }
        #expect(gaps("2018-07-02T09:15:31").isEmpty)
        #expect(gaps("2018-07-02T09:25:31") == [.quiet])
        #expect(gaps("2018-07-02T09:10:31") == [.backwards])
    }

    @Test("the next start of a container that was stopped for days is no gap") func restart() {
        let events = analyze(
            [
                "VERBOSE: [2018-07-02T09:15:01] Configuring Octopus Deploy",
                "VERBOSE: [2018-07-02T09:15:02] Creating Octopus Deploy database ...",
                "VERBOSE: [2018-07-05T09:15:01] Configuring Octopus Deploy",
            ].joined(separator: "\n")
        ).events
        #expect(!events.contains { if case .gapDetected = $0.payload { true } else { false } })
    }

    @Test("a container that finds its configuration again and again starts each time", arguments: [1, 2, 5])
    func restarts(_ times: Int) {
        let agent = [
            "Agent will trust Octopus Servers with the thumbprint: 3026B0044D3C70E94604498D7633B67540C00EBE",
            "Agent will not use a proxy server", "Agent will not listen on any TCP ports",
        ]
        let restart = ["Octopus Tentacle is already configured. Skipping reconfiguration."] + agent
        let gist = Gist((0..<times).flatMap { _ in restart })
        #expect(gist.outcomes == Array(repeating: "succeeded", count: times))
    }

    @Test("nor is it where the next start's first lines have no time") func restartWithoutTimes() {
        let boot = ["Rehashing SSL/TLS certificates", "Checking registration status..."]
        func migrates(_ time: String) -> String {
            "\(time) |  INFO | Source config map or secret not found, skipping migration"
        }
        let begin = ["Configuring Octopus Deploy Kubernetes Tentacle"]
        let lines =
            boot + begin + [migrates("2026-08-12 04:02:35.2010")] + boot + begin
            + [migrates("2026-08-12 06:02:35.2010")] + boot
        let events = analyze(lines.joined(separator: "\n")).events
        #expect(!events.contains { if case .gapDetected = $0.payload { true } else { false } })
    }

    @Test("new lines show up as new shapes, and not as silence") func shapes() {
        let start = ["VERBOSE: [2018-07-02T09:15:01] Configuring Octopus Deploy"]
        let unknown = (1...50).map { "Warming up cache \($0) of 50 for tenant-\($0) done" }
        let events = analyze((start + unknown + ["Something else entirely"]).joined(separator: "\n")).events
        let lines = events.compactMap { event -> LinesUnrecognised? in
            if case .linesUnrecognised(let lines) = event.payload { lines } else { nil }
        }
        #expect(lines.count == 1 && lines.first?.lines == 51)
        #expect(
            lines.first?.templates.map { "\($0.count) \($0.template)" } == [
                "50 Warming up cache <*> of <*> for <*> done", "1 Something else entirely",
            ])
    }

    @Test("shapes are bounded, whatever comes") func boundedShapes() {
        var miner = TemplateMiner()
        for number in 0..<5000 {
            let letters = String(number).map {
                String(UnicodeScalar(UInt8(ascii: "a") + UInt8($0.wholeNumberValue ?? 0)))
            }
            let text = letters.joined() + " " + letters.reversed().joined()
            miner.add(text, Evidence(input: "-", location: Location(line: 1, offset: 0, length: 0), text: text))
        }
        #expect(miner.lines == 5000 && miner.templates.count <= TemplateMiner.maximumTemplates)
        #expect(miner.templates.map(\.count).reduce(miner.others, +) == 5000)
    }
}
