import OctologCore

/// Secrets that stand around a container's log, as people paste it, log-grammar 10.2, last rows.
extension PlantedSite {
    /// The variables that hold a secret, and which.
    private static let variables: [(name: String, kind: SecretKind)] = [
        ("MASTER_KEY", .masterKey), ("ADMIN_API_KEY", .apiKey), ("DB_CONNECTION_STRING", .password),
        ("SA_PASSWORD", .password), ("MSSQL_SA_PASSWORD", .password), ("masterKey", .masterKey),
        ("sqlDbConnectionString", .password), ("OctopusAdminPassword", .password), ("ADMIN_PASSWORD", .password),
        ("ServerApiKey", .apiKey), ("BearerToken", .token), ("ServerPassword", .password),
        ("TentacleCertificateBase64", .certificate), ("LicenceBase64", .license), ("ImportPassword", .password),
        ("OCTOPUS_SERVER_BASE64_LICENSE", .license),
    ]

    private static func isConnection(_ name: String) -> Bool {
        name.lowercased().hasSuffix("connectionstring") || name == "DB_CONNECTION_STRING"
    }

    /// A value for a variable.
    private static func value(
        of variable: (name: String, kind: SecretKind), without others: String = "", isPlain: Bool = false,
        _ secrets: inout LeakSecrets
    ) -> Marked {
        switch variable.kind {
        case .masterKey: secrets.masterKey()
        case .apiKey: secrets.apiKey()
        case .token: secrets.token()
        case .license: secrets.license()
        case .certificate: secrets.certificate()
        case .password:
            isConnection(variable.name)
                ? secrets.connection(isPlain: isPlain, without: others)
                : secrets.password(without: others, isPlain: isPlain)
        }
    }

    /// Some of the variables, each of them now and then.
    private static func some(_ secrets: inout LeakSecrets) -> [(name: String, kind: SecretKind)] {
        let first = secrets.random.below(variables.count)
        return [variables[first], variables[(first + 1 + secrets.random.below(variables.count - 1)) % variables.count]]
    }

    /// The marked text as another notation writes it, plain parts and secret parts alike.
    private static func written(_ marked: Marked, _ notation: (String) -> String) -> Marked {
        var result = Marked()
        var start = 0
        while start < marked.bytes.count {
            var end = start
            while end < marked.bytes.count, marked.isSecret[end] == marked.isSecret[start] { end += 1 }
            result += Marked(notation(marked[start..<end].text), isSecret: marked.isSecret[start])
            start = end
        }
        return result
    }

    static let pasted: [PlantedSite] = [
        PlantedSite("pasted-helm-notes", .linuxServer) { secrets in
            [
                "NAME: octopus", "NOTES:", "1. Get the application URL by running these commands:",
                "    Master Key: \(secrets.masterKey())",
                "    SQL Server \"SA\" User Password: \(secrets.password())",
            ]
        },
        PlantedSite("pasted-docker-inspect", .linuxServer) { secrets in
            var lines: [Marked] = ["        \"Config\": {", "            \"Env\": ["]
            for variable in some(&secrets) {
                let value = value(of: variable, &secrets)
                let isEscaping = secrets.random.once(in: 2)
                let text = written(value) { isEscaping ? Notation.json($0) : Notation.backslashed($0) }
                lines.append("                \"\(variable.name)=\(text)\",")
            }
            return lines + ["                \"PATH=/usr/bin:/bin\"", "            ],"]
        },
        PlantedSite("pasted-docker-inspect-one-line", .linuxServer) { secrets in
            let pairs = some(&secrets).map { variable in
                let value = value(of: variable, &secrets)
                return "\"\(variable.name)=\(written(value, Notation.json))\"" as Marked
            }
            return [
                "[{\"Id\":\"4f2a9c1b7d3e\",\"Config\":{\"Env\":[\(pairs[0]),\(pairs[1]),\"PATH=/usr/bin:/bin\"],\"Cmd\":null}}]"
            ]
        },
        PlantedSite("pasted-compose-file", .linuxServer) { secrets in
            var lines: [Marked] = [
                "services:", "  octopus:", "    image: octopusdeploy/octopusdeploy:latest", "    environment:",
            ]
            let isList = secrets.random.once(in: 2)
            for variable in some(&secrets) {
                // Compose reads `$$` as `$`.
                let value = value(of: variable, without: "$", &secrets)
                let quoted: Marked =
                    switch secrets.random.below(2) {
                    case 0: "\"\(written(value, Notation.backslashed))\""
                    default: "'\(written(value, Notation.doubled("'")))'"
                    }
                if isList {
                    let text: Marked =
                        secrets.random.once(in: 2)
                        ? "\"\(variable.name)=\(written(value, Notation.backslashed))\""
                        : "'\(variable.name)=\(written(value, Notation.doubled("'")))'"
                    lines.append("      - \(text)")
                } else {
                    lines.append("      \(variable.name): \(quoted)")
                }
            }
            return lines + ["    ports:", "      - 8080:8080"]
        },
        PlantedSite("pasted-compose-config", .linuxServer) { secrets in
            var lines: [Marked] = ["    environment:", "      ACCEPT_EULA: \"Y\""]
            for variable in some(&secrets) {
                // Plain scalars, as `docker compose config` writes what needs no quotes.
                let value = value(of: variable, without: "\"'{}[]&*#?|<>%@`,:\\ $", &secrets)
                lines.append("      \(variable.name): \(value)")
            }
            return lines + ["    image: octopusdeploy/octopusdeploy:latest"]
        },
        PlantedSite("pasted-env-dump", .linuxServer) { secrets in
            var lines: [Marked] = ["HOSTNAME=4f2a9c1b7d3e", "PATH=/usr/local/bin:/usr/bin"]
            for variable in some(&secrets) { lines.append("\(variable.name)=\(value(of: variable, &secrets))") }
            return lines + ["HOME=/root"]
        },
        PlantedSite("pasted-windows-set", .s1, isPowerShell: false) { secrets in
            // `set` of cmd, and `Get-ChildItem Env:` of PowerShell, a table.
            var lines: [Marked] = ["COMPUTERNAME=3A2C91D0F469"]
            let isTable = secrets.random.once(in: 2)
            for variable in some(&secrets) {
                let value = value(of: variable, &secrets)
                let padding = String(repeating: " ", count: max(1, 31 - variable.name.count))
                lines.append(isTable ? "\(variable.name)\(padding)\(value)" : "\(variable.name)=\(value)")
            }
            return lines
        },
        PlantedSite("pasted-env-file", .linuxServer) { secrets in
            var lines: [Marked] = ["# .env", "ACCEPT_EULA=Y"]
            for variable in some(&secrets) {
                switch secrets.random.below(3) {
                case 0: lines.append("\(variable.name)=\(value(of: variable, isPlain: true, &secrets))")
                case 1: lines.append("\(variable.name)=\"\(value(of: variable, without: "\"$`\\", &secrets))\"")
                default: lines.append("export \(variable.name)='\(value(of: variable, without: "'", &secrets))'")
                }
            }
            return lines
        },
        PlantedSite("pasted-docker-run", .linuxServer) { secrets in
            let pair = some(&secrets)
            let first = value(of: pair[0], isPlain: true, &secrets)
            let second = value(of: pair[1], without: "\"$`\\!", &secrets)
            return [
                "$ docker run -d --name octopus -e ACCEPT_EULA=Y -e \(pair[0].name)=\(isConnection(pair[0].name) ? "'\(first)'" : first) -e \"\(pair[1].name)=\(second)\" -p 8080:8080 octopusdeploy/octopusdeploy"
            ]
        },
        PlantedSite("pasted-kubectl-describe", .linuxServer) { secrets in
            var lines: [Marked] = ["    Environment:", "      ACCEPT_EULA:                    Y"]
            for variable in some(&secrets) {
                let padding = String(repeating: " ", count: max(2, 32 - variable.name.count))
                lines.append("      \(variable.name):\(padding)\(value(of: variable, &secrets))")
            }
            return lines + ["    Mounts:", "      /repository from repository-vol (rw)"]
        },
        PlantedSite("pasted-kubectl-yaml", .kubernetesAgent) { secrets in
            var lines: [Marked] = ["    env:"]
            for variable in some(&secrets) {
                lines.append("    - name: \(variable.name)")
                let value = value(of: variable, without: "\\\"", &secrets)
                lines.append("      value: \"\(value)\"")
            }
            return lines + ["    image: octopusdeploy/kubernetes-agent-tentacle:latest"]
        },
        PlantedSite("pasted-helm-set", .kubernetesAgent) { secrets in
            let quote = secrets.random.pick(["\"", ""])
            return [
                "helm upgrade --install --atomic \\",
                "--set agent.acceptEula=\"Y\" \\",
                "--set agent.serverUrl=\"https://octopus.corp.example/\" \\",
                secrets.random.once(in: 2)
                    ? "--set agent.bearerToken=\(quote)\(secrets.token())\(quote) \\"
                    : "--set agent.serverApiKey=\(quote)\(secrets.apiKey())\(quote) \\",
                "--set octopus.masterKey=\(quote)\(secrets.masterKey())\(quote) --set octopus.password='\(secrets.password(without: "',{}\\", isPlain: true))' \\",
                "oci://registry-1.docker.io/octopusdeploy/kubernetes-agent",
            ]
        },
        PlantedSite("pasted-url-userinfo", .linuxTentacle) { secrets in
            let password = secrets.password()
            let shown = password.written(Notation.percent)
            return [
                "Using custom proxy at: http://deployer:\(shown)@proxy.corp.example:3128/",
                "+ curl -fsS https://svc:\(secrets.password(isPlain: true))@feeds.corp.example/nuget/index.json",
            ]
        },
        PlantedSite("pasted-authorization", .kubernetesAgent) { secrets in
            [
                "> GET /api/users/me HTTP/1.1", "> Host: octopus.corp.example",
                "> Authorization: Bearer \(secrets.token())", "> X-Octopus-ApiKey: \(secrets.apiKey())",
                "curl -H \"Authorization: Bearer \(secrets.token())\" https://octopus.corp.example/api",
                "curl -H 'X-Octopus-ApiKey: \(secrets.apiKey())' https://octopus.corp.example/api",
            ]
        },
        PlantedSite("pasted-health-check", .sqlServer) { secrets in
            let tool = secrets.random.pick([
                "/opt/mssql-tools/bin/sqlcmd", "/opt/mssql-tools18/bin/sqlcmd -C", "sqlcmd",
            ])
            let line: Marked =
                switch secrets.random.below(4) {
                case 0:
                    "      test: \(tool) -S localhost -U sa -P '\(secrets.password(without: "'$"))' -Q 'SELECT 1' || exit 1"
                case 1:
                    "      test: [\"CMD-SHELL\", \"\(tool) -S localhost -U sa -P '\(secrets.password(without: "'\"\\$"))' -Q 'SELECT 1' || exit 1\"]"
                case 2:
                    "      test: [\"CMD\", \"\(tool)\", \"-S\", \"localhost\", \"-U\", \"sa\", \"-P\", \"\(secrets.password(without: "\"\\$"))\", \"-Q\", \"SELECT 1\"]"
                default:
                    "+ \(tool) -S localhost -U sa -P\(secrets.random.pick([" ", ""]))\(secrets.password(isPlain: true)) -Q 'SELECT 1'"
                }
            return ["    healthcheck:", line, "      interval: 10s"]
        },
        PlantedSite("pasted-powershell-parameter", .t1) { secrets in
            let plain = secrets.password(isPlain: true)
            let single = secrets.password(without: "$")
            let double = secrets.password(without: "\"$`")
            return [
                "PS C:\\> Set-OctopusUser -UserName admin -Password \(plain) -Force",
                "PS C:\\> .\\Connect.ps1 -SqlServer db -Password '\(single.written(Notation.doubled("'")))' -Verbose",
                "PS C:\\> $p = ConvertTo-SecureString \"\(double)\" -AsPlainText -Force",
                "PS C:\\> .\\Register.ps1 -ApiKey \(secrets.apiKey()) -MasterKey \"\(secrets.masterKey())\"",
            ]
        },
        PlantedSite("pasted-error-record", .t1) { secrets in
            let password = secrets.password(without: "\"'")
            return [
                "sqlcmd : Sqlcmd: Error: Microsoft ODBC Driver 17 for SQL Server : Login failed for user 'sa'.",
                "At C:\\scripts\\seed.ps1:12 char:1",
                "+ & sqlcmd -S db -U sa -P \"\(password)\" -Q 'SELECT 1'",
                "+ ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~",
                "    + CategoryInfo          : NotSpecified: (Sqlcmd: Error:String) [], RemoteException",
            ]
        },
        PlantedSite("pasted-xml-config", .s1, isPowerShell: false) { secrets in
            let connection = secrets.connection(without: "\"'")
            return [
                "<octopus-settings>",
                "  <set key=\"Octopus.Storage.ExternalDatabaseConnectionString\">\(written(connection, Notation.xml))</set>",
                "  <set key=\"Octopus.Storage.MasterKey\">\(secrets.masterKey())</set>",
                "  <add name=\"proxy\" username=\"svc\" password=\"\(secrets.password().written(Notation.xml))\" />",
                "</octopus-settings>",
            ]
        },
    ]
}
