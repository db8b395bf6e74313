import OctologCore
import Testing

/// A place where secrets stand in clear: a row of log-grammar 10.2, with what stands around it.
struct PlantedSite: CustomTestStringConvertible, Sendable {
    var name: String
    /// Whether the lines are PowerShell's, which may wrap them; they end with CRLF then.
    var isPowerShell: Bool
    /// Whether a mask stands between any two characters, log-grammar 10.2, the seven minutes of 2019-02-15.
    var isStarred = false
    /// The log's lines, secrets and all.
    var lines: @Sendable (inout LeakSecrets) -> [Marked]

    var testDescription: String { name }

    init(
        _ name: String, _ era: Era, isPowerShell: Bool? = nil, isStarred: Bool = false,
        _ leak: @escaping @Sendable (inout LeakSecrets) -> [Marked]
    ) {
        self.name = name
        self.isPowerShell = isPowerShell ?? era.isPowerShell
        self.isStarred = isStarred
        lines = { secrets in
            let before = era.before(&secrets)
            let leak = leak(&secrets)
            return before + leak + era.after(&secrets)
        }
    }

    static let all = server + tentacle + pasted
}

/// Who wrote a log, log-grammar 13, and what it says apart from its secrets.
enum Era {
    case s0a, s0b, s1, s2, s3, t0, t1, t2, linuxTentacle, kubernetesAgent, linuxServer, sqlServer

    var isPowerShell: Bool {
        switch self {
        case .s0a, .s0b, .s1, .s2, .s3, .t0, .t1, .t2: true
        case .linuxTentacle, .kubernetesAgent, .linuxServer, .sqlServer: false
        }
    }

    /// A line of the script's log.
    func log(_ text: Marked, _ secrets: inout LeakSecrets) -> Marked {
        switch self {
        case .s0a, .s0b: "[\(secrets.time("2016-11-02"))] \(text)"
        case .s1, .t1: "VERBOSE: [\(secrets.time("2018-07-02"))] \(text)"
        case .s2: "[\(secrets.time("2018-09-20"))] \(text)"
        case .s3: "[\(secrets.time("2018-11-09"))] \(text)"
        case .t0: "VERBOSE: \(text)"
        case .t2: "[\(secrets.time("2021-03-10"))] \(text)"
        case .linuxTentacle, .kubernetesAgent, .linuxServer, .sqlServer: text
        }
    }

    private static let server = #"C:\Program Files\Octopus Deploy\Octopus\Octopus.Server.exe"#
    private static let tentacle = #"C:\Program Files\Octopus Deploy\Tentacle\Tentacle.exe"#
    private static let separator = "==============================================="

    /// The line of a command with its arguments.
    func command(_ arguments: Marked, migrator: Bool = false, _ secrets: inout LeakSecrets) -> Marked {
        let executable =
            switch self {
            case .t0, .t1, .t2, .linuxTentacle, .kubernetesAgent: Self.tentacle
            default: migrator ? #"C:\Program Files\Octopus Deploy\Octopus\Octopus.Migrator.exe"# : Self.server
            }
        return log("Executing command '\(executable) \(arguments)'", &secrets)
    }

    /// What a command printed, as the scripts of the era show it, and its end.
    func output(_ lines: [Marked], _ secrets: inout LeakSecrets) -> [Marked] {
        let done = log("done.", &secrets)
        switch self {
        case .s0a, .s0b: return [""] + lines.map { "\t| \($0)" } + ["", done]
        case .s1, .t0, .t1: return ["VERBOSE: "] + lines.map { "VERBOSE: \t| \($0)" } + ["VERBOSE: ", done]
        case .t2:
            let joined = lines.dropFirst().reduce(lines[0]) { "\($0) \($1)" }
            return ["VERBOSE: ", "VERBOSE: \t| \(joined)", "VERBOSE: ", done]
        case .s2, .s3: return [done]
        case .linuxTentacle, .kubernetesAgent, .linuxServer, .sqlServer: return lines
        }
    }

    func before(_ secrets: inout LeakSecrets) -> [Marked] {
        switch self {
        case .s0a:
            [Marked(Self.separator), "Running Octopus Deploy"]
        case .s0b, .s1, .s2, .s3:
            [
                log("\(Self.separator)", &secrets), log("Configuring Octopus Deploy", &secrets),
                log(" - local admin user 'admin'", &secrets), log(" - local admin password '##########'", &secrets),
            ]
        case .t0, .t1, .t2:
            [
                log("\(Self.separator)", &secrets), log("Configuring Octopus Deploy Tentacle", &secrets),
                log(" - server endpoint 'https://octopus.corp.example'", &secrets),
                log(" - api key '##########'", &secrets), log(" - registered port 10933", &secrets),
                log(" - environment 'Development'", &secrets), log(" - role 'app-server'", &secrets),
                log(" - host 'ComputerName'", &secrets), log(" - name 'dev-app-1'", &secrets),
                log("\(Self.separator)", &secrets), log("Configure Octopus Deploy Tentacle", &secrets),
            ]
        case .linuxTentacle:
            [
                Marked(Self.separator), "Configuring Octopus Deploy Tentacle",
                " - server endpoint 'https://octopus.corp.example'", " - api key '##########'",
                " - communication mode 'Polling' (Active)", " - server port 10943", " - environment 'Production'",
                " - role 'web-server'", " - host 'ComputerName'", " - name 'linux-1'", Marked(Self.separator),
                "Setting directory paths ...",
            ]
        case .kubernetesAgent:
            [
                "Rehashing SSL/TLS certificates", "Checking registration status...", Marked(Self.separator),
                "Configuring Octopus Deploy Kubernetes Tentacle",
                " - server endpoint 'https://octopus.corp.example'", " - api key '##########'",
                " - communication mode 'Kubernetes' (Polling)", Marked(Self.separator),
                "2025-03-10 09:47:26.1234 |  INFO | Saving instance: Tentacle",
            ]
        case .linuxServer:
            [
                "Octopus.Server.dll version 2021.2.7462 (2021.2.7462)", "Verifying Octopus directory contents...",
                "Using instance OctopusServer", "Beginning database upgrade",
                "Checking whether journal table exists..",
            ]
        case .sqlServer:
            [
                "SQL Server 2019 will run as non-root by default.", "This container is running as user mssql.",
                "2022-06-01 09:15:01.12 Server      Microsoft SQL Server 2022 (RTM) - 16.0.1000.6 (X64) ",
                "2022-06-01 09:15:02.55 spid8s      Starting up database 'master'.",
            ]
        }
    }

    func after(_ secrets: inout LeakSecrets) -> [Marked] {
        switch self {
        case .s0a, .s0b, .s1, .s2, .s3:
            [
                log(" ", &secrets), log("Configuration successful.", &secrets),
                log("Running Octopus Deploy", &secrets),
                self == .s3
                    ? "\"Start Octopus Deploy instance ...\"" : log("Start Octopus Deploy instance ...", &secrets),
                "Using instance OctopusServer", "Web server is ready to process requests",
            ]
        case .t0, .t1, .t2:
            [
                log("Configuration successful.", &secrets), log("Running Octopus Deploy Tentacle", &secrets),
                "Agent will trust Octopus Servers with the thumbprint: 3026B0044D3C70E94604498D7633B67540C00EBE",
                "Agent listening on: [::]:10933",
            ]
        case .linuxTentacle:
            [
                "Machine registered successfully", "Configuration successful.", "", "Starting Tentacle",
                "Agent will not listen on any TCP ports",
            ]
        case .kubernetesAgent:
            [
                "Configuration successful",
                "2025-03-10 09:47:33.1234 |  INFO | Agent will not listen on any TCP ports",
            ]
        case .linuxServer:
            ["No new scripts need to be executed - completing.", "Web server is ready to process requests"]
        case .sqlServer:
            [
                "2022-06-01 09:15:09.20 spid8s      SQL Server is now ready for client connections. This is an informational message; no user action is required."
            ]
        }
    }
}

// MARK: - The Server, log-grammar 2

extension PlantedSite {
    private static let instance = "--console --instance OctopusServer"

    /// `database`, `admin` and what else a script runs with its secrets in clear.
    private static func commands(_ era: Era, _ secrets: inout LeakSecrets) -> [Marked] {
        let keyword = secrets.random.pick(["Password", "password", "pwd", "PWD"])
        let connection = secrets.connection(keyword, isLast: secrets.random.once(in: 4))
        let key = secrets.masterKey()
        let password = secrets.password()
        return [
            era.log("Creating Octopus Deploy database ...", &secrets),
            era.command("database \(instance) --connectionString \(connection) --create --masterkey \(key)", &secrets),
        ] + era.output(["Beginning transaction", "Upgrade successful"], &secrets) + [
            era.log("Creating Admin User for Octopus Deploy instance ...", &secrets),
            era.command("admin \(instance) --username admin --password \(password)", &secrets),
            era.log("done.", &secrets),
        ]
    }

    private static func storage(_ era: Era, _ connection: Marked, _ secrets: inout LeakSecrets) -> [Marked] {
        [
            era.log("Configuring Octopus Deploy instance ...", &secrets),
            era.command(
                "configure \(instance) --home C:\\Octopus --storageConnectionString \(connection) --upgradeCheck True --upgradeCheckWithStatistics True --webAuthenticationMode UsernamePassword --webForceSSL False --webListenPrefixes http://localhost:81 --commsListenPort 10943",
                &secrets),
        ] + era.output(["Web force SSL: False", "These changes require a restart of the Octopus Server."], &secrets)
    }

    private static func shownKey(_ era: Era, _ secrets: inout LeakSecrets) -> [Marked] {
        let head = [
            era.log("Display master key ...", &secrets), era.command("show-master-key \(instance)", &secrets),
        ]
        let key = secrets.masterKey()
        return head + era.output([key], &secrets)
    }

    private static func importing(_ era: Era, _ secrets: inout LeakSecrets) -> [Marked] {
        let password = secrets.password()
        return [
            era.log("Running Migrator import on C:\\Import directory ...", &secrets),
            era.command(
                "import --console --directory C:\\Import --instance OctopusServer --password \(password)",
                migrator: true, &secrets), era.log("done.", &secrets),
        ]
    }

    static let server: [PlantedSite] = [
        PlantedSite("server-s0a-banner", .s0a) { secrets in
            [
                " - using database '\(secrets.connection(isLast: secrets.random.once(in: 3)))'",
                " - local admin user 'admin'", " - local admin password '##########'",
            ]
        },
        PlantedSite("server-s0a-commands", .s0a) { secrets in
            let connection = secrets.connection()
            return storage(.s0a, connection, &secrets)
                + {
                    let key = secrets.masterKey()
                    let password = secrets.password()
                    return [
                        Era.s0a.log("Creating Octopus Deploy database ...", &secrets),
                        Era.s0a.command("database \(instance) --create --masterkey \(key)", &secrets),
                        Era.s0a.log("done.", &secrets),
                        Era.s0a.command("admin \(instance) --username admin --password \(password)", &secrets),
                        Era.s0a.log("done.", &secrets),
                    ]
                }()
        },
        // Only `password=...;` was masked: not `pwd=`, and not the last.
        PlantedSite("server-s0b-banner", .s0b) { secrets in
            let isLast = secrets.random.once(in: 2)
            let connection = secrets.connection(isLast ? "Password" : "pwd", isLast: isLast)
            return [Era.s0b.log(" - using database '\(connection)'", &secrets)]
        },
        PlantedSite("server-s0b-commands", .s0b) { secrets in
            let connection = secrets.connection("pwd")
            let key = secrets.masterKey()
            let password = secrets.password()
            return storage(.s0b, connection, &secrets) + [
                Era.s0b.log("Creating Octopus Deploy database ...", &secrets),
                Era.s0b.command("database \(instance) --create --masterkey \(key)", &secrets),
            ] + Era.s0b.output(["Beginning transaction"], &secrets) + [
                Era.s0b.command("admin \(instance) --username admin --password \(password)", &secrets),
                Era.s0b.log("done.", &secrets),
            ]
        },
        PlantedSite("server-s0b-shown-key", .s0b) { shownKey(.s0b, &$0) },
        PlantedSite("server-s1-banner", .s1) { secrets in
            let connection = secrets.connection("Password", isLast: true)
            return [Era.s1.log(" - using database '\(connection)'", &secrets)]
        },
        PlantedSite("server-s1-commands", .s1) { commands(.s1, &$0) },
        PlantedSite("server-s1-storage", .s1) { secrets in
            let connection = secrets.connection(secrets.random.pick(["Password", "pwd"]))
            return storage(.s1, connection, &secrets)
        },
        PlantedSite("server-s1-shown-key", .s1) { shownKey(.s1, &$0) },
        PlantedSite("server-s1-import", .s1) { importing(.s1, &$0) },
        PlantedSite("server-s2-commands", .s2) { commands(.s2, &$0) },
        PlantedSite("server-s3-commands", .s3) { commands(.s3, &$0) },
        PlantedSite("server-s3-import", .s3) { importing(.s3, &$0) },
        PlantedSite("server-s3-license", .s3) { secrets in
            let license = secrets.license()
            return [
                Era.s3.log("Configuring Octopus Deploy instance to use provided license", &secrets),
                Era.s3.command("license \(instance) --licenseBase64 \(license)", &secrets),
                Era.s3.log("done.", &secrets),
            ]
        },
        // Not wrapped: nobody has seen such a log, and it would have a word on each line.
        PlantedSite("server-s3-starred", .s3, isPowerShell: false, isStarred: true) { secrets in
            let lines = commands(.s3, &secrets)
            return lines.map { line in
                guard line.runs(secret: true).count > 0, let start = line.bytes.firstIndex(of: UInt8(ascii: "E"))
                else { return line }
                // The mask stands before, between and behind all characters.
                var starred = line[0..<start] + "*****"
                var i = start
                while i < line.bytes.count {
                    var end = i + 1
                    while end < line.bytes.count, line.bytes[end] & 0xC0 == 0x80 { end += 1 }
                    let isInside = line.isSecret[i] && end < line.bytes.count && line.isSecret[end]
                    starred += line[i..<end] + Marked("*****", isSecret: isInside)
                    i = end
                }
                return starred
            }
        },
        PlantedSite("server-linux-data-source", .linuxServer) { secrets in
            let value = secrets.password(without: ";\"'")
            let isLast = secrets.random.once(in: 2)
            return [
                "Using database data source=tcp:db,1433;initial catalog=Octopus;user id=sa;password=\(value)\(isLast ? "" : ";connect timeout=30")"
            ]
        },
        PlantedSite("server-linux-shown-key", .linuxServer) { secrets in
            [
                "$ docker exec octopus /Octopus/Octopus.Server show-master-key --console --instance OctopusServer",
                secrets.masterKey(),
            ]
        },
    ]
}

// MARK: - The Tentacle, log-grammar 3 and 4

extension PlantedSite {
    /// The arguments of a registration, with an API key or with a user and a password.
    private static func registration(_ secrets: inout LeakSecrets, key: Bool) -> Marked {
        let verb = secrets.random.pick(["register-with", "register-worker"])
        let credential: Marked =
            key
            ? "--apiKey \(secrets.apiKey())"
            : "--username \(secrets.random.pick(["deployer", "svc@corp.example"])) --password \(secrets.password())"
        let filler = secrets.filler.isEmpty ? "" : " --policy \(secrets.filler)"
        let target =
            verb == "register-worker"
            ? "--workerpool Default" : "--environment Development --role app-server --role web"
        return
            "\(verb) --console --instance Tentacle --server https://octopus.corp.example --force --comms-style TentaclePassive --publicHostName 3A2C91D0F469 --tentacle-comms-port 10933\(filler) \(credential) --name dev-app-1 \(target)"
    }

    private static func registering(_ era: Era, key: Bool, _ secrets: inout LeakSecrets) -> [Marked] {
        let arguments = registration(&secrets, key: key)
        return [
            era.log("Registering with server ...", &secrets),
            "VERBOSE: Registering Tentacle with \(key ? "api key" : "username/password")",
            era.command(arguments, &secrets),
        ]
            + era.output(
                [
                    "Registering the tentacle with the server at https://octopus.corp.example/",
                    "Machine registered successfully", "These changes require a restart of the Tentacle.",
                ], &secrets)
    }

    static let tentacle: [PlantedSite] = [
        PlantedSite("tentacle-t0-dump-key", .t0) { dump(key: true, &$0) },
        PlantedSite("tentacle-t0-dump-password", .t0) { dump(key: false, &$0) },
        PlantedSite("tentacle-t1-key", .t1) { registering(.t1, key: true, &$0) },
        PlantedSite("tentacle-t1-password", .t1) { registering(.t1, key: false, &$0) },
        PlantedSite("tentacle-t2-key", .t2) { registering(.t2, key: true, &$0) },
        PlantedSite("tentacle-t2-password", .t2) { registering(.t2, key: false, &$0) },
        PlantedSite("tentacle-linux-xtrace", .linuxTentacle) { secrets in
            // bash quotes what it must.
            let isKey = !secrets.random.once(in: 3)
            let credential: Marked =
                isKey
                ? "--apiKey \(secrets.apiKey())"
                : "--username deployer --password '\(secrets.password(without: "'", isPlain: false).written { $0 })'"
            return [
                "Registering with server ...", "+ echo 'Registering Tentacle with api key'",
                "Registering Tentacle with api key",
                "+ tentacle register-with --instance Tentacle --server https://octopus.corp.example --space Default --server-comms-port 10943 --comms-style TentacleActive \(credential) --environment Production --role web-server --name linux-1 --force",
                "Checking connectivity on the server communications port 10943...", "Connected successfully",
                "Registering the tentacle with the server at https://octopus.corp.example/",
            ]
        },
    ]

    private static func dump(key: Bool, _ secrets: inout LeakSecrets) -> [Marked] {
        let arguments = registration(&secrets, key: key)
        return [
            "VERBOSE: Registering with server ...",
            "VERBOSE: Registering Tentacle with \(key ? "api key" : "username/password")", "Env: Development",
            "ArgsL \(arguments)", Era.t0.command(arguments, &secrets),
        ] + Era.t0.output(["Machine registered successfully"], &secrets)
    }
}
