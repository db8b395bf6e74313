extension Explanation {
    /// What stands in a log in clear, log-grammar 10: one for each kind of secret, and two whose kind varies.
    ///
    /// Who prints it and what to do first are the same sentences that the event `secret.exposed` has.
    static let secrets: [Explanation] = [
        Explanation(
            secret: .masterKey, title: "A master key stands in the log in clear",
            meaning: """
                The log shows the key that the Server's database keeps its sensitive values under. Whoever has it and
                the database, or a backup of it, can read them. octolog masks it in all that it writes.
                """,
            why: """
                Older Server images print it: show-master-key does at the first start, and the script's command lines
                did. Otherwise it got into the log from outside, with a Compose file, a container's environment or the
                notes of the Helm chart.
                """,
            confirm: [
                "See the lines where it stands, and its fingerprint.",
                "$ docker logs NAME 2>&1 | octolog",
                "Compare that with the fingerprint of the key that the container made; it goes to stderr.",
                "$ docker logs NAME 2>&1 | octolog key > /dev/null",
            ],
            fix: [
                "Before version 2022.4 a server can't change its key: upgrade it with the same key first, then rotate that.",
                "Until the key is another one, keep copies of the database as safe as clear text.",
                "Mask the log before you show it to anybody.",
                "$ docker logs NAME 2>&1 | octolog redact > masked.log",
                "Images of late September 2018 and later don't print the key that they make: mount C:\\MasterKey, and it is written there.",
            ],
            links: [.octopusDocs("administration/managing-infrastructure/rotate-master-key"), .octopusDocker(20)]),
        Explanation(
            secret: .apiKey, title: "An API key stands in the log in clear",
            meaning: """
                The log shows a key (API-...) with which anybody can do on the Octopus Server what its account may do,
                until it is revoked. octolog masks it in all that it writes.
                """,
            why: """
                Windows Tentacle images printed the command that registers the Tentacle, the key with it. Otherwise it
                is a container's environment, a request's header or a script's trace that got into the log.
                """,
            confirm: [
                "See the lines where it stands; equal keys have equal fingerprints.",
                "$ docker logs NAME 2>&1 | octolog",
                "Try whether the key is still good: a valid one answers with the account's name.",
                "$ curl -s -H \"X-Octopus-ApiKey: KEY\" SERVER/api/users/me",
            ],
            fix: [
                "Give the new key as ServerApiKey to the containers that are made from now on.",
                "Let it be the key of a service account that may register machines and no more.",
                "Use a Tentacle image of 6.1.1263 or later, which masks it.",
                "Mask the log before you show it to anybody.",
                "$ docker logs NAME 2>&1 | octolog redact > masked.log",
            ]),
        Explanation(
            secret: .password, title: "A password stands in the log in clear",
            meaning: """
                The log shows a password: the database's in a connection string, the administrator's, an account's with
                which a Tentacle registers, a proxy's or another. octolog masks it, without a fingerprint: a password
                could be guessed from one.
                """,
            why: """
                Images printed the commands of their scripts with everything in them, or masked a part only. Otherwise
                it is a container's environment, a Compose file or a command typed by hand that got into the log.
                """,
            confirm: [
                "See the lines where it stands: the options around it say whose it is.",
                "$ docker logs NAME 2>&1 | octolog",
                "Count what is to be masked in a log that you mean to show; exit code 1 says that there is something.",
                "$ docker logs NAME 2>&1 | octolog redact --check",
            ],
            fix: [
                "The database's: change it in SQL Server (ALTER LOGIN), then in sqlDbConnectionString (Linux: DB_CONNECTION_STRING) of a new container.",
                "The administrator's: in the server's portal, or in a running Windows container with the admin command.",
                "$ docker exec NAME \"C:\\Program Files\\Octopus Deploy\\Octopus\\Octopus.Server.exe\" admin --console --instance OctopusServer --username USER --password PASSWORD",
                "A Tentacle's account: register with an API key instead. Images of 6.1.1263 and later mask both.",
                "Mask the log before you show it to anybody.",
                "$ docker logs NAME 2>&1 | octolog redact > masked.log",
            ]),
        Explanation(
            secret: .token, title: "An access token stands in the log in clear",
            meaning: """
                The log shows a bearer token, with which anybody is taken for the one whom it was issued to, until it
                expires or is revoked. octolog masks it in all that it writes.
                """,
            why: """
                A container's environment (BearerToken), a command line, or a request's Authorization header got into
                the log; what looks like a JSON Web Token is taken for one wherever it stands.
                """,
            confirm: [
                "See the lines where it stands: the option or the header before it says what it is for.",
                "$ docker logs NAME 2>&1 | octolog",
            ],
            fix: [
                "If a Tentacle was given it, give a new one as BearerToken to a new container.",
                "Mask the log before you show it to anybody.",
                "$ docker logs NAME 2>&1 | octolog redact > masked.log",
            ]),
        Explanation(
            secret: .license, title: "A licence stands in the log in clear",
            meaning: """
                The log shows the licence of the Octopus Server, as the base64 text that the container was given.
                octolog masks it in all that it writes.
                """,
            why: """
                The Server's script prints the command that sets the licence. Otherwise it is a container's environment
                (OCTOPUS_SERVER_BASE64_LICENSE, LicenceBase64) that got into the log.
                """,
            confirm: [
                "See the lines where it stands.",
                "$ docker logs NAME 2>&1 | octolog",
            ],
            fix: [
                "Mask the log before you show it to anybody.",
                "$ docker logs NAME 2>&1 | octolog redact > masked.log",
            ]),
        Explanation(
            secret: .certificate, title: "A certificate with its private key stands in the log in clear",
            meaning: """
                The log shows a certificate together with its private key. Whoever has it can pass for this Tentacle.
                octolog masks it in all that it writes.
                """,
            why: """
                A container's environment (TentacleCertificateBase64) got into the log. The images themselves don't
                print it; the agent shows its first and last three characters only.
                """,
            confirm: [
                "See the lines where it stands.",
                "$ docker logs NAME 2>&1 | octolog",
                "See which certificate the Tentacle has, and compare the thumbprint with the machine's on the server.",
                "$ docker exec NAME tentacle show-thumbprint --instance Tentacle",
            ],
            fix: [
                "Where the certificate was imported, give the container another one, or none: it then makes its own.",
                "Mask the log before you show it to anybody.",
                "$ docker logs NAME 2>&1 | octolog redact > masked.log",
            ]),
        Explanation(
            "secret-named-value", title: "The value of a variable whose name tells that it is secret",
            aliases: [SecretRule.namedValue],
            meaning: """
                A line names a variable that holds a secret, such as SA_PASSWORD, and one of the next lines has its
                value, as Kubernetes writes lists of variables. The event's kind says what kind of secret it is.
                """,
            why: """
                Somebody printed the description of a pod or a container, with the values in it, into the log or around
                it. No image does that by itself.
                """,
            confirm: [
                "See the lines, and the kind of the secret.",
                "$ octolog --format text FILE",
            ],
            fix: [
                "Do what the explanation of that kind says, for example for a password.",
                "$ octolog explain secret-exposed-password",
                "In Kubernetes let a variable refer to a Secret, so that a description does not have its value.",
            ]),
        Explanation(
            "secret-starred", title: "A command line that was masked between its characters, not over them",
            aliases: [SecretRule.starred],
            meaning: """
                The mask, five stars, stands between every two characters of the command line. Without the stars it can
                be read, with the secrets in it; the event's kind says which. octolog masks all of it.
                """,
            why: LeakSite.all.first { $0.rule == SecretRule.starred }?.explanation ?? "",
            confirm: [
                "See the lines, and the kinds of the secrets.",
                "$ docker logs NAME 2>&1 | octolog",
            ],
            fix: [
                "Take the secrets for known, and do what the explanation of each kind says.",
                "$ octolog explain secret-exposed-password",
                "Use a later image: its mask stands over the values.",
            ]),
    ]

    /// A kind of secret: who prints it, and what to do first, is said where the events get it from.
    private init(
        secret kind: SecretKind, title: String, meaning: String, why: String, confirm: [String], fix: [String],
        links: [Link] = []
    ) {
        self.init(
            kind.code, title: title,
            aliases: [kind.rawValue]
                + SecretRule.all.filter { $0.kind == kind && $0.id != SecretRule.starred }.map(\.id),
            meaning: meaning, why: why, printedBy: LeakSite.explanations(of: kind), confirm: confirm,
            fix: [kind.remedy(product: nil, eras: [])] + fix, links: links)
    }
}

extension SecretKind {
    /// The code of its explanation.
    package var code: String { "secret-exposed-\(rawValue)" }
}
