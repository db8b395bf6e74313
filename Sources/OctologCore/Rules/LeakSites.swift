/// A place where an image prints secrets in clear, log-grammar 10.2.
struct LeakSite: Sendable {
    /// What a line is to the startup that it stands in.
    enum Line: Sendable, Equatable {
        /// `Executing command '...'`, with the command's verb.
        case command(String)
        /// What a command prints, with its verb.
        case output(String)
        /// The banner of the scripts.
        case banner
        case other
    }

    /// The lines that a site is about.
    enum Place: Sendable, Equatable {
        /// The command line of one of these verbs; of any if there are none.
        case command([String])
        case output(String)
        case banner
        case other
        case anywhere
    }

    let place: Place
    let kinds: [SecretKind]
    /// What the find's rule begins with.
    let rule: String
    /// Whose image it is; nil where the line is not an image's.
    let product: Product?
    /// The eras that print it.
    let eras: Eras
    /// Why it is printed, since when and until when.
    let explanation: String
    let source: String

    private init(
        _ place: Place, _ kinds: [SecretKind], rule: String = "secret.", _ product: Product?, _ eras: Eras = [],
        source: String, _ explanation: String
    ) {
        self.place = place
        self.kinds = kinds
        self.rule = rule
        self.product = product
        self.eras = eras
        self.explanation = explanation.unwrapped
        self.source = source
    }
}

// MARK: - The table

extension LeakSite {
    private static let registration = ["register-with", "register-worker", "register-k8s-cluster"]
    private static let connection = "secret.connection-string."
    private static let printsUnmasked: Eras = [.s2, .s3, .se]

    /// Of several that fit the first counts: the narrower stand before the wider.
    static let all: [LeakSite] = [
        LeakSite(
            .anywhere, SecretKind.allCases, rule: "secret.shape.starred", .server, [.s3, .se],
            source: "log-grammar 10.2: S3 bf8bbe8 to 85faafe",
            """
            For seven minutes of 2019-02-15 the Server's script put its mask between the characters instead of over
            them: without the stars the command line can be read.
            """),
        LeakSite(
            .output("show-master-key"), [.masterKey], .server, [.s0, .s1],
            source: "log-grammar 2 and 10.2: S0a since 2016-09-05, S0b, S1",
            """
            Windows Server images from 2016-09-05 to 2018-09-18 run show-master-key at the first start and print the
            key that they made, when none is given as masterKey.
            """),
        LeakSite(
            .command(["database", "configure"]), [.password], rule: connection, .server, .s0,
            source: "log-grammar 2 and 10.2: S0a, S0b",
            """
            Windows Server images until 2016-09-13 print the connection string unmasked; those until 2017-03-11 mask
            only its part password=...; and print pwd=.
            """),
        LeakSite(
            .command(["database", "configure"]), [.password], rule: connection, .server, .s1,
            source: "log-grammar 2 and 10.2: S1 1277eff",
            """
            Windows Server images from 2017-03-11 to 2018-09-18 print the connection string on the script's command
            lines unmasked; those before mask only its part password=...; and print pwd=.
            """),
        LeakSite(
            .command(["import"]), [.password], .server, .s1, source: "log-grammar 2.2 and 10.2: S1",
            """
            Windows Server images from 2017-03-13 to 2018-09-18 print the import password on the command line of the
            Migrator unmasked.
            """),
        LeakSite(
            .command(["import"]), [.password], .server, printsUnmasked,
            source: "log-grammar 10.2: S2, S3 until bf8bbe8 and since c3c9f91",
            """
            Windows Server images until 2019-02-15, and again since 2019-12-10, print the import password on the command
            line of the Migrator unmasked.
            """),
        LeakSite(
            .command(["license"]), [.license], .server, printsUnmasked, source: "log-grammar 10.2: S3, all",
            """
            Windows Server images since 2018-09-21 print the licence on the script's command line; it was never masked.
            """),
        LeakSite(
            .command([]), [.masterKey, .password], .server, [.s0, .s1],
            source: "log-grammar 2 and 10.2: S0a, S0b, S1",
            """
            Windows Server images until 2018-09-18 print --masterkey and --password on the script's command lines
            unmasked.
            """),
        LeakSite(
            .command([]), [.masterKey, .password], .server, printsUnmasked,
            source: "log-grammar 10.2: S2 and S3 up to bf8bbe8",
            """
            Windows Server images from 2018-09-18 to 2019-02-15 print the script's command lines unmasked: the mask of
            2018-11-05 had no effect.
            """),
        LeakSite(
            .command([]), [.masterKey, .password], .server, [.s0, .s1, .s2, .s3, .se],
            source: "log-grammar 10.2: S0 to S3 up to bf8bbe8",
            """
            Windows Server images until 2019-02-15 print the script's command lines unmasked.
            """),
        LeakSite(
            .banner, [.password], rule: connection, .server, [.s0, .s1],
            source: "log-grammar 2.1, 2.2 and 10.2: S0a, S0b and S1 before 14612e2",
            """
            Windows Server images until 2017-10-06 mask the connection string of the banner only where password= is
            spelt so and ends with a semicolon; the first ones, of 2016-08, do not mask it at all.
            """),
        LeakSite(
            .other, [.password], rule: connection, .server, .all(of: .server),
            source: "log-grammar 7 and 10.2: the Server program",
            """
            The Server program says which database it uses, and may print the connection string with it.
            """),
        LeakSite(
            .command(registration), [.apiKey, .password], .tentacle, [.t0, .t1, .t2, .t3],
            source: "log-grammar 3 and 10.2: T0-T3",
            """
            Windows Tentacle images before 6.1.1263 (2022-01-04) print the command line that registers the Tentacle
            unmasked.
            """),
        LeakSite(
            .other, SecretKind.allCases, .tentacle, .t0, source: "log-grammar 3 and 10.2: T0",
            """
            The first Windows Tentacle images, of 2017-03-08 to 2017-03-10, dump their environment and their arguments.
            """),
        LeakSite(
            .other, [.apiKey], rule: "secret.option.", .tentacle, .l1, source: "log-grammar 4 and 10.2: 08b360bd",
            """
            The first script of the Linux Tentacle image, of 2020-09, traces its commands, the one that registers the
            Tentacle among them.
            """),
        LeakSite(
            .anywhere, [.masterKey], rule: "secret.field.", nil, source: "log-grammar 10.2: Helm NOTES, and any",
            """
            No image prints a key beside its name: this is a container's environment or configuration, or the notes of
            the Helm chart, which show the master key to whoever installs it.
            """),
        LeakSite(
            .anywhere, [.password], rule: "secret.field.", nil, source: "log-grammar 10.2: Helm NOTES, and any",
            """
            No image prints a password beside its name: this is a container's environment or configuration, or the notes
            of the Helm chart, which show the database's password to whoever installs it.
            """),
        LeakSite(
            .anywhere, SecretKind.allCases, rule: "secret.field.", nil, source: "log-grammar 10.2: any",
            """
            No image prints this beside its name: it is a container's environment or configuration, from docker inspect
            or a Compose file, that got into the log.
            """),
    ]
}

// MARK: - Look-up

extension LeakSite {
    /// Why a secret stands in a log: nil where nothing is known of it.
    ///
    /// - Parameters:
    ///   - rule: the rule that found it.
    ///   - line: what the line is that holds it.
    ///   - eras: those that the log leaves open.
    static func explanation(kind: SecretKind, rule: String, line: Line, product: Product?, eras: Eras) -> String? {
        let sites = all.filter { $0.kinds.contains(kind) && rule.hasPrefix($0.rule) && $0.covers(line) }
        let own = sites.filter { $0.product == product && product != nil }
        // An era that masks the secret is not the one that printed it.
        let leaking = own.reduce(into: Eras()) { $0.formUnion($1.eras) }.intersection(eras)
        let site =
            own.first { !leaking.isEmpty && $0.eras.isSuperset(of: leaking) } ?? sites.first { $0.product == nil }
        return site?.explanation
    }

    /// Who prints secrets of a kind, since when and until when: what is said of a single one, without what only repeats
    /// that for logs of several eras.
    static func explanations(of kind: SecretKind) -> [String] {
        var told: [LeakSite] = []
        for site in all where site.kinds.contains(kind) && site.rule != SecretRule.starred {
            let same = told.filter { $0.place == site.place && $0.rule == site.rule && $0.product == site.product }
            let eras = same.reduce(into: Eras()) { $0.formUnion($1.eras) }
            if same.isEmpty || !eras.isSuperset(of: site.eras) { told.append(site) }
        }
        return told.map(\.explanation)
    }

    private func covers(_ line: Line) -> Bool {
        switch (place, line) {
        case (.anywhere, _), (.banner, .banner), (.other, .other): true
        case (.command(let verbs), .command(let verb)): verbs.isEmpty || verbs.contains(verb)
        case (.output(let expected), .output(let verb)): expected == verb
        case (.command, _), (.output, _), (.banner, _), (.other, _): false
        }
    }
}

extension SecretKind {
    /// What to do about one that stands in a log, log-grammar 10.2.
    ///
    /// - Parameter eras: those that the log leaves open.
    func remedy(product: Product?, eras: Eras) -> String {
        switch self {
        case .masterKey:
            // Added in 2022.4, and only to be run while the server is stopped:
            // https://octopus.com/docs/administration/managing-infrastructure/rotate-master-key
            let isTooOld = product == .server && !eras.isEmpty && eras.isSubset(of: Eras.windowsServer.union(.se))
            return isTooOld
                ? "Store the key, and keep this log as safe as the key: this server can't change it. If others could read the log, run Octopus.Server rotate-master-key once it is upgraded to 2022.4 or later."
                : "Store the key, and keep this log as safe as the key. If others could read the log, stop the server and run Octopus.Server rotate-master-key (2022.4 and later)."
        case .apiKey:
            let isMaskedLater = product == .tentacle && !eras.isDisjoint(with: [.t0, .t1, .t2, .t3])
            return
                "Revoke this API key in the Server's portal under Profile > My API Keys, and make a new one"
                + (isMaskedLater ? "; images since 6.1.1263 mask it." : ".")
        case .password:
            switch product {
            case .server where !eras.isDisjoint(with: Eras.windowsServer):
                return
                    "Change this password where it is used, and give the container the new one; images since 2019-02-15 mask it."
            case .tentacle where !eras.isDisjoint(with: [.t0, .t1, .t2, .t3]):
                return
                    "Change this password in the Server's portal, or register with an API key; images since 6.1.1263 mask it."
            case .server, .tentacle, .kubernetesAgent, .sqlServer, nil:
                return "Change this password where it is used, and give the container the new one."
            }
        case .token:
            return "Revoke this token where it was issued, or let it expire, before the log is shown to others."
        case .license: return "Keep this log to yourself: it holds your licence, and no image masks it."
        case .certificate:
            return
                "Replace this certificate (Tentacle new-certificate, then trust its new thumbprint): the log holds its private key."
        }
    }
}
