import Testing

@testable import OctologCore

private func verbose(_ text: String, _ second: Int = 1) -> String {
    "VERBOSE: [2018-07-02T09:15:\(second < 10 ? "0" : "")\(second)] \(text)\n"
}

private func output(_ lines: String...) -> String {
    "VERBOSE: \n" + lines.map { "VERBOSE: \t| \($0)\n" }.joined() + "VERBOSE: \n"
}

private let server = #"C:\Program Files\Octopus Deploy\Octopus\Octopus.Server.exe"#
private let tentacle = #"C:\Program Files\Octopus Deploy\Tentacle\Tentacle.exe"#
private let abort = """
    Execute-Command : Command returned exit code 1. Aborting.
    At C:\\Server\\configure-server.ps1:131 char:5
    + Execute-Command $Exe $args
        + FullyQualifiedErrorId : Microsoft.PowerShell.Commands.WriteErrorException,Execute-Command

    """

/// The outcome of each startup, and the root cause of those that failed.
private func outcomes(_ log: String) -> [String] {
    analyze(log).events.compactMap { event in
        switch event.payload {
        case .startupSucceeded: "succeeded"
        case .startupFailed(let failed): "failed \(failed.rootCause.code)"
        case .startupUnfinished: "unfinished"
        default: nil
        }
    }
}

private func registrations(_ log: String) -> [Registration] {
    analyze(log).events.compactMap {
        if case .registrationObserved(let registration) = $0.payload { registration } else { nil }
    }
}

/// Streams that got mixed, log-grammar 1.4: the order of stdout and stderr is not certain.
@Suite struct MixedStreamTests {
    private let begin = verbose("Configuring Octopus Deploy") + verbose("Creating Octopus Deploy database ...")
    private let database = verbose("Executing command '\(server) database --console --create'")
    private let rest =
        verbose("done.", 9) + verbose("Configuration successful.", 9) + verbose("Running Octopus Deploy", 9)
        + verbose("Start Octopus Deploy instance ...", 9) + "Web server is ready to process requests\n"

    @Test("a script that goes on has not given up") func strayAbort() {
        #expect(outcomes(begin + abort + database + rest) == ["succeeded"])
        #expect(outcomes(begin + database + abort + rest) == ["succeeded"])
        #expect(
            outcomes(begin + database + output("Execute-Command : Command returned exit code 1. Aborting.") + rest) == [
                "succeeded"
            ])
    }

    @Test("between the scripts nothing can abort") func betweenScripts() {
        for stray in [
            abort, "Failure Reason Given is 1\n", "C:\\Tentacle\\x.ps1 : Missing 'ServerUrl' environment variable\n",
        ] {
            let log =
                begin + database + verbose("done.") + verbose("Configuration successful.") + stray
                + verbose("Running Octopus Deploy") + verbose("Start Octopus Deploy instance ...")
                + "Web server is ready to process requests\n"
            #expect(outcomes(log) == ["succeeded"])
        }
    }

    @Test("the cause may come before its block, in it, and after the abort") func late() {
        let cause = "Login failed for user 'sa'.\n"
        #expect(
            outcomes(begin + database + cause + output("Beginning transaction") + abort) == ["failed sql-login-failed"])
        #expect(
            outcomes(begin + database + output("Login failed for user 'sa'.") + abort) == ["failed sql-login-failed"])
        #expect(
            outcomes(begin + database + abort + output("Beginning transaction") + cause) == ["failed sql-login-failed"])
    }

    @Test("what a command overcame is not the cause of a later failure") func cured() {
        let retry = "Checking that server communications are open failed with message x. Retrying (1/5) in 00:00:01.\n"
        let log =
            verbose("Configuring Octopus Deploy Tentacle") + verbose("Registering with server ...")
            + verbose("Executing command '\(tentacle) register-with --console --server https://o.example'") + retry
            + "You must be logged in to perform this action. Please provide a valid API key or log in again.\n"
            + output("Checking connectivity on the server communications port 10943...", "Connected successfully")
            + abort
        #expect(outcomes(log) == ["failed api-key-rejected"])
    }

    @Test("a failure without a known cause shows the first line that nobody knows") func unknownCause() {
        let events = analyze(begin + database + "The flux capacitor is out of tune.\n" + abort).events
        guard case .startupFailed(let failed)? = events.first(where: { $0.payload.type == .startupFailed })?.payload
        else {
            Issue.record("no failure")
            return
        }
        #expect(failed.rootCause.code == "command-failed" && failed.rootCause.confidence == .possible)
        #expect(failed.rootCause.detail == "The flux capacitor is out of tune." && failed.exitCode == 1)
    }

    @Test("a log that ends in a command is unfinished, and says what is missing") func cut() {
        #expect(outcomes(begin + database) == ["unfinished"])
        let log =
            begin + database + verbose("done.") + verbose("Configuration successful.")
            + verbose("Running Octopus Deploy")
        #expect(outcomes(log + verbose("Start Octopus Deploy instance ...")) == ["unfinished"])
    }
}

/// Lines that PowerShell wrapped, log-grammar 1.3.
@Suite struct WrappedTests {
    @Test("joined output that was wrapped still tells thumbprint and registration") func joinedOutput() {
        let thumbprint = "0123456789ABCDEF0123456789ABCDEF01234567"
        let log = """
            [2021-07-02T09:15:01] Configuring Octopus Deploy Tentacle
            [2021-07-02T09:15:01]  - server endpoint 'https://octopus.example'
            [2021-07-02T09:15:01]  - name 'web-1'
            [2021-07-02T09:15:01] Creating certificate ...
            [2021-07-02T09:15:01] Executing command '\(tentacle) new-certificate --console --if-blank'
            VERBOSE: 
            VERBOSE: \t| A new certificate has been generated and installed. Thumbprint:
            \(thumbprint) These changes require a restart of the
            Tentacle.
            VERBOSE: 
            [2021-07-02T09:15:05] done.
            [2021-07-02T09:15:05] Registering with server ...
            [2021-07-02T09:15:05] Executing command '\(tentacle) register-with --console --server
            https://octopus.example --force --comms-style TentaclePassive
            --publicHostName web --name web-1 --environment Dev --role web'
            VERBOSE: 
            VERBOSE: \t| Registering the tentacle with the server at https://octopus.example/ Machine
            registered successfully These changes require a restart of the Tentacle.
            VERBOSE: 
            [2021-07-02T09:15:15] done.
            """
        let found = registrations(log)
        #expect(found.count == 1 && found.first?.outcome == .registered)
        #expect(found.first?.thumbprint == thumbprint)
        #expect(found.first?.endpoint == "https://web:10933/" && found.first?.roles == ["web"])
    }

    @Test("a secret cut anywhere by a break is masked, also with a stranger's line in between") func secrets() {
        let secret = "WgV8JaUHWGxUWf8q"
        let command =
            "VERBOSE: [2018-07-02T09:15:01] Executing command '\(server) database --connectionString Server=db;Password=\(secret);Timeout=3 --create'"
        let begin = verbose("Configuring Octopus Deploy")
        for cut in 130..<command.count {
            let index = command.index(command.startIndex, offsetBy: cut)
            for noise in ["", "WARNING: noise\n"] {
                let log = begin + command[..<index] + "\n" + noise + command[index...] + "\n" + verbose("done.")
                let text = analyze(log).ndjson
                for start in 0...secret.count - 6 {
                    let window = secret.dropFirst(start).prefix(6)
                    #expect(!text.contains(window), "cut at \(cut): \(window)")
                }
            }
        }
    }

    @Test("a licence over several lines is masked in all of them") func license() {
        let line = String(repeating: "PExpY2Vuc2VGYWtl", count: 5).prefix(78)
        let log =
            verbose("Configuring Octopus Deploy")
            + "[2018-10-02T09:15:01] Executing command '\(server) license\n--licenseBase64\n\(line)\n\(line)\nVuc2Ug'\n"
        let text = analyze(log).ndjson
        #expect(!text.contains("PExpY2") && text.contains("[license]"))
    }

    @Test("a record that never closes is cut, and told as a limit") func endlessRecord() {
        let log =
            verbose("Configuring Octopus Deploy")
            + "VERBOSE: [2018-07-02T09:15:01] Executing command '\(server) admin\n"
        let result = analyze(log + String(repeating: "and on and on\n", count: 100) + verbose("done."))
        let limits = result.events.compactMap { if case .limitHit(let hit) = $0.payload { hit.limit } else { nil } }
        #expect(limits == [.record])
        #expect(result.events.contains { $0.payload.type == .commandExecuted })
    }

    @Test("long bare lines next to each other are not joined") func strangers() {
        let long = String(repeating: "x", count: 100)
        let log = verbose("Configuring Octopus Deploy") + "\(long) Machine registered\nsuccessfully said nobody\n"
        // They could be: but nobody registers outside of a command.
        #expect(registrations(log).allSatisfy { $0.name == nil && $0.server == nil })
    }
}

/// Values that scripts put on a command line without quoting them.
@Suite struct UglyValueTests {
    @Test(
        "no piece of a password gets out, whatever it holds",
        arguments: [
            #"qu"ote Vn3k99zz"#, "ab\"\" E5r9Tzz", "a'b'c d'Vn3k99", "Kq9 --name Ww4zzq", "p=q;r", "--x-- y=z",
            "API-short", "a | b \\ c",
        ])
    func passwords(_ password: String) {
        let banner = verbose("Configuring Octopus Deploy Tentacle") + verbose(" - name 'n'")
        let register = verbose(
            "Executing command '\(tentacle) register-with --console --username u --password \(password) --name n --environment Dev'"
        )
        let admin = verbose("Executing command '\(server) admin --console --username u --password \(password)'")
        // Of two commands only one has a --name: where none follows, ` --name ` in a password can't be told from it.
        let isAmbiguous = password.contains("--name")
        let result = analyze(
            banner + register + verbose("done.") + (isAmbiguous ? "" : admin + verbose("done.")))
        let plain = password.split(separator: " ").filter { $0.count >= 5 && $0 != "--name" }
        for word in plain { #expect(!result.ndjson.contains(word), "\(word)") }
        #expect(result.ndjson.contains("[password]"))
    }

    @Test("a connection string's password is masked to its semicolon") func connectionStrings() {
        for password in [
            #"qu"ote Vn3k"#, "ab\"\" E5r9Tzz", "\"a b\" E5r9Tz", "\"a;b\"", "'a;b'", "Jw8 --create zQ5vT9k",
        ] {
            let log = verbose(
                "Executing command '\(server) database --connectionString Server=db;Password=\(password);App=octo --create'"
            )
            #expect(analyze(log).ndjson.contains("Password=[password];App=octo"), "\(password)")
        }
    }

    @Test("the seven-minute mask between all letters hides nothing, so octolog does") func starred() {
        let command = "Executing command 'x.exe admin --password N0tReal42'"
        let starred = "*****" + command.map { "\($0)*****" }.joined()
        let text = analyze(verbose("Configuring Octopus Deploy") + "[2019-02-15T02:40:01] \(starred)\n" + abort).ndjson
        #expect(!text.replacing("*****", with: "").contains("N0tRea"))
    }

    @Test(
        "an input that ends before its first line does is cut, and no more",
        arguments: [
            [1, 0, 0, 0, 0, 0, 0, 7], [1, 0, 0, 0, 0, 0, 0, 7, 0x61], [1, 0, 0], [0xFF, 0xFE, 0x61],
            [0xFE, 0xFF, 0, 0x61, 0],
        ] as [[UInt8]])
    func endsEarly(_ bytes: [UInt8]) {
        let result = analyze([("input.log", bytes)])
        #expect(result.events.allSatisfy { $0.type.hasPrefix("octolog.run.") || $0.payload.type == .limitHit })
    }

    @Test("a command line of two megabytes is a command") func longCommand() {
        let log =
            verbose("Configuring Octopus Deploy") + verbose("Creating Octopus Deploy database ...")
            + verbose(
                "Executing command '\(server) database --console \(String(repeating: "x", count: 2 << 20)) --create'")
            + verbose("done.")
        let result = analyze(log)
        #expect(result.events.contains { $0.payload.type == .commandExecuted })
        #expect(result.events.contains { $0.payload.type == .limitHit })
    }

    @Test(
        "a line made to be hard for a pattern does not take the key along",
        arguments: ["*****a", "Password=   ", "Password='\"", "--password --name ", "--password ", " --name "])
    func hostile(_ word: String) {
        let line = String(repeating: word, count: 400_000 / word.utf8.count)
        let key =
            verbose("Display master key ...") + verbose("Executing command '\(server) show-master-key --console'")
            + output("RmFrZU1hc3RlcktleTAwMA==") + verbose("done.")
        let log = verbose("Configuring Octopus Deploy") + key + verbose("Executing command '\(server) admin \(line)'")
        for text in [log, log + verbose("- name '\(line)'") + "Command returned exit code 5 \(line)\n"] {
            let start = ContinuousClock.now
            #expect(analyze(text).key == "RmFrZU1hc3RlcktleTAwMA==")
            // Quadratic time would take minutes in a debug build.
            #expect(ContinuousClock.now - start < .seconds(20))
        }
    }

    @Test("a secret longer than any window is masked to its end") func longSecret() {
        let value = String(repeating: "PExpY2Vu", count: 6000)
        let command = "Executing command '\(server) license --console --licenseBase64 \(value) --instance X'"
        #expect(!analyze(verbose("Configuring Octopus Deploy") + verbose(command)).ndjson.contains("PExpY2Vu"))
        let long = String(repeating: "x ", count: (1 << 19) - 10_000)
        let text = analyze(
            verbose("Configuring Octopus Deploy") + "\(long)--licenseBase64 \(value) Login failed for user 'sa'.\n"
                + verbose("Executing command 'x'") + abort
        ).ndjson
        #expect(!text.contains("PExpY2Vu") && text.contains("Login failed"))
    }

    @Test("what follows an apostrophe at a break is the command's, and not shown") func apostrophe() {
        let begin = verbose("Configuring Octopus Deploy")
        let command = "VERBOSE: [2018-07-02T09:15:01] Executing command '\(server) admin --console --password abc"
        #expect(
            !analyze(begin + command + "'\nZq7Xleak --instance OctopusServer'\n" + abort).ndjson.contains("Zq7Xleak"))
        #expect(!analyze(begin + command + "\n\nZq7Xleak'\n" + abort).ndjson.contains("Zq7Xleak"))
    }

    @Test("lines like keys by the thousand are told a hundred times a startup") func looseKeys() {
        let keys = (0..<2000).map { "RmFrZU1hc3Rlcktl\(100_000 + $0)==\n" }.joined()
        let shown = analyze(verbose("Configuring Octopus Deploy") + keys).events.count {
            $0.payload.type == .masterKeyShown
        }
        #expect(shown == 100)
    }

    @Test("text that quotes a log is not a log") func quoted() {
        let log =
            #"{"text":"VERBOSE: \t| Machine registered successfully"} Web server is ready to process requests"#
            + "\nMachine registered successfully\n"
        #expect(analyze(log).events.map(\.payload.type) == [.runStarted, .runFinished])
    }
}
