/// How a server's startup goes.
enum ServerScenario {
    /// A new container that makes a master key.
    case first
    /// A new container that was given one.
    case suppliedKey
    /// A container that starts again.
    case restart
    case databaseUnreachable
    case loginFailed
    /// An old database and a new key.
    case wrongKey

    /// As often as in the corpus.
    static let mix: [ServerScenario] =
        Array(repeating: .first, count: 12) + Array(repeating: .suppliedKey, count: 5)
        + Array(repeating: .restart, count: 4) + [.databaseUnreachable, .loginFailed, .wrongKey]
}

extension StartupCorpus {
    private static let exe = #"C:\Program Files\Octopus Deploy\Octopus\Octopus.Server.exe"#
    private static let restartNeeded = "These changes require a restart of the Octopus Server."
    private static let constructor = """
        System.Data.SqlClient.SqlInternalConnectionTds..ctor(DbConnectionPoolIdentity identity, \
        SqlConnectionString connectionOptions, SqlCredential credential, Object providerInfo, String newPassword, \
        SecureString newSecurePassword, Boolean redirectedUserInstance)
        """
    private static let sqlFrames = [
        constructor, "System.Data.SqlClient.SqlConnection.Open()", "Octopus.Server.Commands.DatabaseCommand.Start()",
    ]
    private static let unreachable = """
        A network-related or instance-specific error occurred while establishing a connection to SQL Server. The \
        server was not found or was not accessible. Verify that the instance name is correct and that SQL Server is \
        configured to allow remote connections. \
        (provider: TCP Provider, error: 40 - Could not open a connection to SQL Server)
        """

    /// A server of the classic `VERBOSE:` log (S1), log-grammar 2.2 and 7.
    mutating func startServer(_ scenario: ServerScenario, linesAfterwards: Int) {
        say(Self.separator, .verbose)
        say("Configuring Octopus Deploy", .verbose)
        switch scenario {
        case .restart:
            print([
                "VERBOSE: This Server has already been initialized and registered so reconfiguration will be skipped.",
                "VERBOSE: If you need to change the configuration, please start a new container",
            ])
        case .first, .suppliedKey, .databaseUnreachable, .loginFailed, .wrongKey:
            guard configureServer(scenario) else { return }
        }
        runServer(scenario, lines: linesAfterwards)
    }

    /// - Returns: whether the configuration succeeded.
    private mutating func configureServer(_ scenario: ServerScenario) -> Bool {
        let user = random.pick(["admin", "octoadmin", "octopus-administrator@deployments.corp.example"])
        let host = random.pick(["db", "sqlserver", "sql-\(random.within(1...40)).corp.example,1433"])
        let connection = { (password: String) in
            "Server=\(host);Initial Catalog=Octopus;Persist Security Info=False;User ID=sa;\(password);"
                + "MultipleActiveResultSets=False;Connection Timeout=30;"
        }
        let key = scenario == .suppliedKey ? " --masterkey \(fakeKey())" : ""
        say(
            scenario == .suppliedKey
                ? " - masterkey '##########'" : " - masterkey not supplied. A new key will be generated automatically.",
            .verbose)
        say(" - using database '\(connection("password=###########"))'", .verbose)
        say(" - local admin user '\(user)'", .verbose)
        say(" - local admin password '##########'", .verbose)
        say(Self.separator, .verbose)

        say("Creating Octopus Deploy database ...", .verbose)
        let create = """
            \(Self.exe) database --console --instance OctopusServer \
            --connectionString \(connection("Password=N0tARealPassw0rd\(number)!")) --create\(key)
            """
        switch scenario {
        case .databaseUnreachable, .loginFailed:
            let message = scenario == .loginFailed ? "Login failed for user 'sa'." : Self.unreachable
            let block = Self.fatalBlock(message, "System.Data.SqlClient.SqlException", frames: Self.sqlFrames)
            executeFailing(create, errors: block, exitCode: 100, at: #"C:\Server\configure-server.ps1:131"#, .verbose)
            return false
        case .wrongKey: execute(create, seconds: 12, .verbose)
        case .first, .suppliedKey, .restart: execute(create, migration(), seconds: 40, .verbose)
        }
        configureInstance(user: user)
        if scenario != .suppliedKey {
            say("Display master key ...", .verbose)
            execute("\(Self.exe) show-master-key --console --instance OctopusServer", [fakeKey()], seconds: 6, .verbose)
        }
        say("", .verbose)
        say("Configuration successful.", .verbose)
        clock.advance(by: 2)
        return true
    }

    private mutating func configureInstance(user: String) {
        let exe = Self.exe
        say("Configuring Octopus Deploy instance ...", .verbose)
        execute(
            #"\#(exe) configure --console --instance OctopusServer --home C:\Octopus --usernamePasswordIsEnabled True"#,
            [Self.restartNeeded], seconds: 6, .verbose)
        say("Configuring Paths ...", .verbose)
        let paths = #"--nugetRepository C:\Repository --artifacts C:\Artifacts --taskLogs C:\TaskLogs"#
        execute(
            "\(exe) path --console --instance OctopusServer \(paths)", [Self.restartNeeded], seconds: 5, .verbose)
        say("Creating Admin User for Octopus Deploy instance ...", .verbose)
        execute(
            "\(exe) admin --console --instance OctopusServer --username \(user) --password Adm1nN0tReal#\(number)",
            seconds: 9, .verbose)
        say("Configuring Octopus Deploy instance to use free license ...", .verbose)
        execute("\(exe) license --console --instance OctopusServer --free", seconds: 6, .verbose)
    }

    private mutating func runServer(_ scenario: ServerScenario, lines: Int) {
        sayHeading("Running Octopus Deploy", .verbose)
        say("Start Octopus Deploy instance ...", .verbose)
        clock.advance(by: random.within(2...20))
        let version = "2018.\(random.within(1...8)).\(random.within(0...16))"
        print([
            "Octopus.Server.exe version \(version) (\(version)+Branch.master.Sha.\(hexadecimal(40, uppercase: false)))",
            "Using instance OctopusServer", "Beginning transaction", "Beginning database upgrade",
            "Checking whether journal table exists..", "Fetching list of already executed scripts.",
            "No new scripts need to be executed - completing.",
        ])
        if scenario == .wrongKey {
            printErrors(
                Self.fatalBlock(
                    "Padding is invalid and cannot be removed.", "System.Security.Cryptography.CryptographicException",
                    frames: [
                        "System.Security.Cryptography.CryptoStream.FlushFinalBlock()",
                        "Octopus.Server.OctopusServerEngine.Start()",
                    ]))
            say("Run successful.", .verbose)
            return
        }
        if scenario != .restart { print("Creating default Octopus Server certificate") }
        print(["Web server is ready to process requests", "Running. Press <enter> to shut down..."])
        work(lines: lines)
        if lines > 0, random.once(in: 3) { say("Run successful.", .verbose) }
    }

    /// What DbUp prints for a new database, or for the scripts that an older one lacks.
    private mutating func migration() -> [String] {
        var lines = [
            "Beginning transaction", "Beginning database upgrade", "Checking whether journal table exists..",
            "Journal table does not exist",
        ]
        var script = 1
        while script < 180 {
            let name = random.pick(["InitialSchema", "AddEventTable", "AddTenants", "MoveVariables"])
            let number = Self.padded(script, 4)
            lines.append("Executing SQL Server script 'Octopus.Core.UpgradeScripts.Script\(number)\(name).cs'")
            script += random.within(10...60)
        }
        return lines + [
            "Creating the [SchemaVersions] table", "The [SchemaVersions] table has been created", "Upgrade successful",
        ]
    }

    /// A master key that anyone can see is none: the base64 of `FakeKey` and a number, 16 bytes in all.
    private func fakeKey() -> String {
        let bytes = Array("FakeKey\(Self.padded(number, 9))".utf8)
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        var text = ""
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = (0..<3).reduce(0) { $0 << 8 | (start + $1 < bytes.count ? Int(bytes[start + $1]) : 0) }
            for digit in 0..<4 {
                text.append(start + digit > bytes.count ? "=" : alphabet[group >> (18 - 6 * digit) & 63])
            }
        }
        return text
    }
}
