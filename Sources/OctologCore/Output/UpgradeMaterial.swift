/// A master key in the form that an upgrade takes it, product.md: the upgrade.
package enum UpgradeMaterial: String, Sendable, CaseIterable {
    case raw
    case env
    case dockerRun = "docker-run"
    case composeEnv = "compose-env"
    case kubernetesSecret = "kubernetes-secret"

    /// The text around the key; the key is put in between by whoever may reveal it.
    package struct Template: Sendable {
        package var before: String
        package var after: String
        /// What the log does not tell, in the order of the text.
        package var placeholders: [Placeholder] = []
        /// What is to be known besides.
        package var notes: [String] = []
    }

    /// Something to be filled in.
    package struct Placeholder: Sendable, Equatable {
        /// `<password>`
        package var name: String
        package var meaning: String
    }

    package func template(for setup: ServerSetup) -> Template {
        var values = MaterialValues(setup)
        switch self {
        case .raw: return Template(before: "", after: "\n")
        case .env: return Template(before: "\(values.names.masterKey)=", after: "\n")
        case .dockerRun: return Self.dockerRun(&values)
        case .composeEnv: return Self.composeEnv(&values)
        case .kubernetesSecret: return Self.kubernetesSecret(&values)
        }
    }
}

// MARK: - The forms

extension UpgradeMaterial {
    private static func dockerRun(_ values: inout MaterialValues) -> Template {
        let names = values.names
        var before = "docker run -i --name OctopusServer -d"
        for (port, host) in values.ports { before += " -p \(Shell.word("\(host):\(port)"))" }
        if values.setup.isLinux { before += " -e ACCEPT_EULA=Y" }
        before += " -e \(names.masterKey)="
        var after = ""
        for (name, value) in values.variables(named: names) { after += " -e \(Shell.word("\(name)=\(value)"))" }
        for (host, folder) in values.volumes { after += " -v \(Shell.word("\(host):\(folder)"))" }
        after += " \(Shell.word("octopusdeploy/octopusdeploy:\(values.version)"))\n"
        if after.contains("'") { values.notes.append("the line is quoted for a POSIX shell") }
        values.noteOtherNames()
        return values.template(before, after)
    }

    /// Compose takes a value in single quotes as it is, and replaces variables in any other:
    /// https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/#env-file-syntax
    private static func composeEnv(_ values: inout MaterialValues) -> Template {
        let names = values.names
        let pairs = values.variables(named: names)
        var before = "# .env beside docker-compose.yml, which has in its octopus service:\n"
        before += "#   image: octopusdeploy/octopusdeploy:${\(values.composeName(of: "version"))}\n#   environment:\n"
        for name in [names.masterKey] + pairs.map(\.name) {
            before += "#     \(name): \"${\(values.composeName(of: name))}\"\n"
        }
        before += "\(values.composeName(of: names.masterKey))="
        var after =
            "\n\(values.composeName(of: "version"))=\(values.envValue(values.version, otherwise: "<version>"))\n"
        if values.setup.isLinux { after += "ACCEPT_EULA=Y\n" }
        for (name, value) in pairs {
            after += "\(values.composeName(of: name))=\(values.envValue(value, otherwise: "<\(name)>"))\n"
        }
        // The vendor's file gives it to the service of the database, whose administrator is sa.
        if values.setup.configuration.databaseUser?.lowercased() == "sa" { after += "SA_PASSWORD='<password>'\n" }
        values.noteOtherNames()
        return values.template(before, after)
    }

    private static func kubernetesSecret(_ values: inout MaterialValues) -> Template {
        // Only the Linux image runs there.
        let pairs = values.variables(named: .linux)
        let version = values.version
        let before = """
            # For the container of octopusdeploy/octopusdeploy:\(version)
            # with envFrom: [{secretRef: {name: octopus-server}}]
            apiVersion: v1
            kind: Secret
            metadata:
              name: octopus-server
            type: Opaque
            stringData:
              ACCEPT_EULA: "Y"
              MASTER_KEY: "
            """
        let after = "\"\n" + pairs.map { "  \($0.name): \(YAML.scalar($0.value))\n" }.joined()
        return values.template(before, after)
    }
}

// MARK: - The values

/// What the variables of an image are called.
private struct VariableNames {
    var masterKey: String
    var connection: String
    var adminUser: String
    var adminPassword: String
    var nodeName: String
    var license: String

    static let windows = VariableNames(
        masterKey: "masterKey", connection: "sqlDbConnectionString", adminUser: "OctopusAdminUsername",
        adminPassword: "OctopusAdminPassword", nodeName: "ServerNodeName", license: "LicenceBase64")
    static let linux = VariableNames(
        masterKey: "MASTER_KEY", connection: "DB_CONNECTION_STRING", adminUser: "ADMIN_USERNAME",
        adminPassword: "ADMIN_PASSWORD", nodeName: "OCTOPUS_SERVER_NODE_NAME",
        license: "OCTOPUS_SERVER_BASE64_LICENSE")
}

/// The values of the material: what the log tells, or placeholders, which are noted as they are used.
private struct MaterialValues {
    let setup: ServerSetup
    private var placeholders: [UpgradeMaterial.Placeholder] = []
    var notes: [String] = []

    init(_ setup: ServerSetup) {
        self.setup = setup
        if let folder = setup.importFolder {
            notes.append(
                "the log shows an import from \(folder): mount that folder again only to import once more")
        }
    }

    var names: VariableNames { setup.isLinux ? .linux : .windows }

    func template(_ before: String, _ after: String) -> UpgradeMaterial.Template {
        UpgradeMaterial.Template(before: before, after: after, placeholders: placeholders, notes: notes)
    }

    private mutating func placeholder(_ name: String, _ meaning: String) -> String {
        let entry = UpgradeMaterial.Placeholder(name: "<\(name)>", meaning: meaning)
        if !placeholders.contains(where: { $0.name == entry.name }) { placeholders.append(entry) }
        return entry.name
    }

    /// `value`, or a placeholder: where the log has none, or none that can be what the container was given.
    private mutating func value(_ value: String?, or name: String, _ meaning: String) -> String {
        guard let value else { return placeholder(name, "\(meaning) (not in the log)") }
        guard Self.isWhole(value) else {
            return placeholder(name, "\(meaning) (masked in the log, or not in letters that can be typed)")
        }
        return value
    }

    /// Whether a text is what was written: no mask, no control character, no byte that is no text.
    private static func isWhole(_ text: String) -> Bool {
        let isMasked = SecretKind.allCases.contains { text.contains("[\($0.rawValue)") } || text.contains("*****")
        return !isMasked && text.printable == text
            && !text.unicodeScalars.contains { $0 == "\u{FFFD}" || $0 == "\t" }
    }

    var version: String {
        mutating get {
            // A tag of an image: https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests
            let known = setup.version.flatMap { version in
                version.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || ".-_".contains($0)) }
                    ? version : nil
            }
            return placeholder(
                "version to upgrade to" + (known.map { "; was \($0)" } ?? ""), "the tag of the new image")
        }
    }

    /// The container's ports, each with the host's.
    var ports: [(container: Int, host: String)] {
        mutating get {
            let old = "docker port OctopusServer tells the old one"
            let web = setup.webPort ?? (setup.isLinux ? 8080 : 81)
            let comms = setup.commsPort ?? 10943
            return [
                (web, placeholder("web port", "the host's port for the portal (not in the log; \(old))")),
                (
                    comms,
                    placeholder(
                        "Tentacle port",
                        "the host's port that polling Tentacles call (not in the log; \(old); without any leave out this -p)"
                    )
                ),
            ]
        }
    }

    /// The container's folders, each with the host's.
    var volumes: [(host: String, container: String)] {
        mutating get {
            let usual =
                setup.isLinux
                ? [("packages", "/repository"), ("artifacts", "/artifacts"), ("task logs", "/taskLogs")]
                : [("packages", "C:/Repository"), ("artifacts", "C:/Artifacts"), ("task logs", "C:/TaskLogs")]
            return usual.map { purpose, path in
                let told = setup.folders.first { $0.purpose == purpose }.flatMap { Self.mountPoint($0.path) }
                let folder = told ?? path
                let host = placeholder(
                    "folder for \(purpose)",
                    "the host's folder that was mounted at \(folder) (not in the log; docker inspect OctopusServer tells it; without any leave out this -v)"
                )
                return (host, folder)
            }
        }
    }

    /// A path as docker takes it behind a colon: without another.
    private static func mountPoint(_ path: String) -> String? {
        let path = String(path.map { $0 == "\\" ? "/" : $0 })
        let isDrive = path.dropFirst().hasPrefix(":/") && path.first?.isLetter == true
        let rest = isDrive ? path.dropFirst(2) : path[...]
        return rest.hasPrefix("/") && !rest.contains(":") && !rest.contains(",") && isWhole(path) ? path : nil
    }

    /// The variables besides the key, as the container gets them.
    mutating func variables(named names: VariableNames) -> [(name: String, value: String)] {
        var result = [(name: names.connection, value: connection)]
        result.append(
            (
                names.adminUser,
                value(setup.configuration.adminUser, or: "administrator", "the administrator's user name")
            ))
        let administrator = placeholder(
            "administrator password", "the password of that administrator (\(Self.masked(setup.adminPassword)))")
        result.append((names.adminPassword, administrator))
        if let node = setup.nodeName {
            result.append((names.nodeName, value(node, or: "node name", "the name of the server's node")))
        }
        if setup.hasLicense {
            result.append((names.license, placeholder("licence", "the licence in base64 (not printed here)")))
        }
        return result
    }

    private static func masked(_ location: Location?) -> String {
        location.map { "not printed here; line \($0.line) of the log shows it" } ?? "masked in the log"
    }

    /// The connection string as the container had it, but for the password.
    private var connection: String {
        mutating get {
            let user = setup.configuration.databaseUser.flatMap { Self.isWhole($0) ? $0 : nil }
            let password =
                "the password of database user \(user ?? "<database user>") (\(Self.masked(setup.databasePassword)))"
            guard let known = setup.configuration.connection else {
                let parts = [
                    "Server=" + value(nil, or: "database server", "the database's server"),
                    "Initial Catalog=" + value(nil, or: "database", "the database's name"),
                    "User ID=" + value(nil, or: "database user", "the database's user"),
                    "Password=" + placeholder("password", password),
                ]
                return parts.map { $0 + ";" }.joined()
            }
            var text = ""
            for part in known.parts {
                guard Self.isWhole(part.key) else { continue }
                let value =
                    part.isPassword
                    ? placeholder("password", password)
                    : ConnectionString.escaped(value(part.value, or: part.key, "\(part.key) of the connection string"))
                text += (part.isPassword ? "Password" : part.key) + "=\(value);"
            }
            return text
        }
    }

    /// What the vendor's Compose file calls the variable of its own that it gives on.
    func composeName(of name: String) -> String {
        guard !setup.isLinux else { return name == "version" ? "OCTOPUS_SERVER_TAG" : name }
        let windows = VariableNames.windows
        return switch name {
        case "version": "OCTOPUS_VERSION"
        case windows.masterKey: "OCTOPUS_MASTER_KEY"
        case windows.connection: "OCTOPUS_DB_CONNECTION_STRING"
        case windows.adminUser: "OCTOPUS_ADMIN_USERNAME"
        case windows.adminPassword: "OCTOPUS_ADMIN_PASSWORD"
        case windows.nodeName: "OCTOPUS_SERVER_NODE_NAME"
        default: "OCTOPUS_LICENCE_BASE64"
        }
    }

    /// `value` for a `.env` file; a backslash before a quote has no spelling there that all versions of Compose read.
    mutating func envValue(_ value: String, otherwise name: String) -> String {
        guard !value.hasSuffix("\\"), !value.contains("\\'") else {
            return "'" + placeholder(String(name.dropFirst().dropLast()), "as in the log: no .env file can hold it")
                + "'"
        }
        if value.utf8.allSatisfy(Shell.isPlain) { return value }
        return "'" + value.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "\\'") + "'"
    }

    /// The next image may be of the other kind.
    mutating func noteOtherNames() {
        guard !setup.isLinux else { return }
        let linux = VariableNames.linux
        notes.append(
            "since 2020.6 there are Linux images alone: they take \(linux.masterKey), \(linux.connection), \(linux.adminUser), \(linux.adminPassword) and ACCEPT_EULA=Y, and have port 8080 for 81"
        )
    }
}

// MARK: - Quoting

/// Words of a shell. What is in them comes from a log, and must stay what it is.
enum Shell {
    /// Whether a byte means itself everywhere: in a shell, in a `.env` file.
    static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "/"), UInt8(ascii: ":"), UInt8(ascii: "="), UInt8(ascii: "@"), UInt8(ascii: "+"),
            UInt8(ascii: ","):
            true
        default: false
        }
    }

    /// In double quotes, which PowerShell and cmd know too, unless something in it has a meaning there.
    static func word(_ text: String) -> String {
        if text.utf8.allSatisfy(isPlain) { return text }
        guard text.contains(where: { "\"$`\\!'%".contains($0) }) else { return "\"\(text)\"" }
        return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}

private enum YAML {
    /// A scalar in double quotes, YAML 1.2.2 section 7.3.1, ASCII alone.
    static func scalar(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case " "..."~": result.unicodeScalars.append(scalar)
            default:
                let digits = String(scalar.value, radix: 16)
                result += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
            }
        }
        return result + "\""
    }
}
