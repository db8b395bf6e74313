/// A master key in the form that an upgrade takes it, product.md: the upgrade.
package enum UpgradeMaterial: String, Sendable, CaseIterable {
    case raw
    case env
    case dockerRun = "docker-run"
    case composeEnv = "compose-env"
    case kubernetesSecret = "kubernetes-secret"

    /// The text before and after the key; the key is put in between by whoever may reveal it.
    ///
    /// What the log masks is a placeholder in angle brackets.
    package func template(for configuration: Configuration) -> (before: String, after: String) {
        switch self {
        case .raw: ("", "\n")
        case .env: ("masterKey=", "\n")
        case .dockerRun: Self.dockerRun(configuration)
        case .composeEnv:
            (
                """
                # .env beside docker-compose.yml, which has in its octopus service: masterKey: "${OCTOPUS_MASTER_KEY}"
                OCTOPUS_MASTER_KEY=
                """,
                """

                # OCTOPUS_VERSION=<the version to upgrade to>
                # SA_PASSWORD=<as before>
                # OCTOPUS_ADMIN_USERNAME=\(Self.oneLine(configuration.adminUser) ?? "<as before>")
                # OCTOPUS_ADMIN_PASSWORD=<as before>

                """
            )
        case .kubernetesSecret:
            (
                """
                apiVersion: v1
                kind: Secret
                metadata:
                  name: octopus-master-key
                type: Opaque
                stringData:
                  MASTER_KEY: "
                """, "\"\n"
            )
        }
    }

    private static func dockerRun(_ configuration: Configuration) -> (String, String) {
        let connection = [
            "Server=\(oneLine(configuration.databaseServer) ?? "<database server>")",
            "Initial Catalog=\(oneLine(configuration.databaseName) ?? "<database>")",
            "User ID=\(oneLine(configuration.databaseUser) ?? "<user>")", "Password=<password>",
        ].joined(separator: ";")
        return (
            "docker run -i --name OctopusServer -d -p \"<port>:81\" -e masterKey=",
            " -e \(quoted("sqlDbConnectionString=\(connection);")) -v \"<folder>:C:/TaskLogs\" \"octopusdeploy/octopusdeploy:<version>\"\n"
        )
    }

    /// Values come from a log: nothing in them may end the line or the shell's word.
    private static func oneLine(_ text: String?) -> String? {
        text.map { String($0.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }) }
    }

    private static func quoted(_ text: String) -> String {
        text.contains { "\"$`\\!'".contains($0) }
            ? "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
            : "\"\(text)\""
    }
}
