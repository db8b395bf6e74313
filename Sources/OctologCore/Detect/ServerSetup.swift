/// What a startup tells of its Server container that the container of a newer image needs, product.md: the upgrade.
///
/// Its texts come from a log that anybody may have written, secrets masked.
package struct ServerSetup: Sendable {
    /// A folder of the container that a command names.
    struct Folder: Sendable, Equatable {
        /// `packages`, `artifacts` or `task logs`
        var purpose: String
        var path: String
    }

    private(set) var configuration = Configuration()
    /// Whether it is the Linux image, whose variables have other names.
    private(set) var isLinux = false
    private(set) var version: String?
    private(set) var nodeName: String?
    /// The ports within the container.
    private(set) var webPort: Int?
    private(set) var commsPort: Int?
    private(set) var folders: [Folder] = []
    /// Whether a licence was given to the container.
    private(set) var hasLicense = false
    /// The folder whose content was imported at the start.
    private(set) var importFolder: String?
    /// Where the log shows them in clear.
    private(set) var databasePassword: Location?
    private(set) var adminPassword: Location?

    package init() {}

    /// Takes note of an event of the startup.
    mutating func note(_ event: Event) {
        switch event.payload {
        case .sourceDetected(let detected):
            isLinux = detected.eras == Eras.sl.list
            version = detected.version ?? version
        case .configurationObserved(let observed): configuration = observed
        case .commandExecuted(let executed): note(executed.command)
        case .secretExposed(let exposed) where exposed.kind == .password: note(exposed, event)
        default: break
        }
    }

    /// The script's commands say what it made of the container's variables, log-grammar 2.
    private mutating func note(_ command: Invocation) {
        switch command.verb {
        case "configure":
            nodeName = command.value(of: "serverNodeName") ?? nodeName
            webPort = command.value(of: "webListenPrefixes").flatMap(Self.port) ?? webPort
            commsPort = command.value(of: "commsListenPort").flatMap(Self.port) ?? commsPort
            note(database: command.value(of: "storageConnectionString"))
        case "database": note(database: command.value(of: "connectionString"))
        case "admin":
            if configuration.adminUser == nil { configuration.adminUser = command.value(of: "username") }
        case "license": hasLicense = command.options.contains { $0.name == "licenseBase64" }
        case "import": importFolder = command.value(of: "directory")
        case "path":
            let options = [
                ("nugetRepository", "packages"), ("artifacts", "artifacts"), ("taskLogs", "task logs"),
            ]
            folders = options.compactMap { option, purpose in
                command.value(of: option).map { Folder(purpose: purpose, path: $0) }
            }
        default: break
        }
    }

    /// A log may begin behind the banner.
    private mutating func note(database connection: String?) {
        if configuration.connection == nil, let connection { configuration.observe(.database, connection) }
    }

    private mutating func note(_ exposed: SecretExposed, _ event: Event) {
        guard let location = event.evidence.first?.location else { return }
        if exposed.place.hasPrefix("secret.connection-string.") {
            databasePassword = databasePassword ?? location
        } else if event.subject?.contains("/admin/") == true {
            adminPassword = adminPassword ?? location
        }
    }

    /// `http://localhost:81` or `10943`
    private static func port(_ text: String) -> Int? {
        let prefix = text.split(separator: ",").first ?? ""
        let digits = prefix.split(separator: ":").last?.prefix { $0.isASCII && $0.isNumber } ?? ""
        return Int(digits).flatMap { (1...65535).contains($0) ? $0 : nil }
    }
}
