import Testing

@testable import OctologCore

@Suite struct ServerSetupTests {
    @Test(
        "a connection string is taken apart as SQL Server's clients do",
        arguments: [
            ("Server=db;Initial Catalog=Octopus", [("Server", "db"), ("Initial Catalog", "Octopus")]),
            (" Server = db ; User ID = sa ;", [("Server", "db"), ("User ID", "sa")]),
            ("Server=\"a;b\";X='c''d';", [("Server", "a;b"), ("X", "c'd")]),
            ("Server=\"a\"\"b\" ;X=1", [("Server", "a\"b"), ("X", "1")]),
            // No quote that ends it: then it is a part of the value.
            ("Server=\"a;X=1", [("Server", "\"a"), ("X", "1")]),
            ("Server=\"a\"b;X=1", [("Server", "\"a\"b"), ("X", "1")]),
            ("Server=a\"$(touch x)'b;X=", [("Server", "a\"$(touch x)'b"), ("X", "")]),
            ("Server=a=b;;nothing;X=1", [("Server", "a=b"), ("X", "1")]), ("", []), ("=", []), ("=;=", []),
        ] as [(String, [(String, String)])])
    func connectionString(text: String, parts: [(String, String)]) {
        let found = ConnectionString(text).parts
        #expect(found.map(\.key) == parts.map(\.0) && found.map(\.value) == parts.map(\.1), "\(found)")
    }

    @Test(
        "what is written into a connection string is read back from it",
        arguments: ["db", "a;b", "\"a", "a\"", "'a", " a", "a ", "a'b\"c", "\"", ";", "", "a=b"])
    func escaped(value: String) {
        let text = "Server=\(ConnectionString.escaped(value));X=1;"
        #expect(ConnectionString(text).parts.map(\.value) == [value, "1"], "\(text)")
    }

    @Test("a password goes by many names") func passwords() {
        for name in ["Password", "PWD", "pwd", "Column Encryption Password"] {
            #expect(ConnectionString("\(name)=x").parts.first?.isPassword == true)
        }
        #expect(ConnectionString("User ID=x").parts.first?.isPassword == false)
    }

    /// What the log of a Linux image tells.
    private func linux() -> ServerSetup {
        var setup = ServerSetup()
        func note(_ payload: Payload) {
            setup.note(
                Event(
                    payload: payload, source: "urn:octolog:input:-", level: .info,
                    origin: Origin(container: "c", product: .server, era: "SL", startup: 1), evidence: []))
        }
        note(.sourceDetected(SourceDetected(version: "2022.4.8471", eras: ["SL"], confidence: .certain)))
        var configuration = Configuration()
        configuration.observe(.database, "Server=sql,1433;Database=Octopus;User Id=octopus;Password=[password];")
        configuration.observe(.adminUser, "admin")
        note(.configurationObserved(configuration))
        return setup
    }

    @Test("the Linux image has its own names, ports and folders") func linuxImage() {
        let setup = linux()
        #expect(UpgradeMaterial.env.template(for: setup).before == "MASTER_KEY=")
        let run = UpgradeMaterial.dockerRun.template(for: setup)
        let text = run.before + "KEY" + run.after
        for part in [
            "-p \"<web port>:8080\"", "-p \"<Tentacle port>:10943\"", " -e ACCEPT_EULA=Y -e MASTER_KEY=KEY -e ",
            "\"DB_CONNECTION_STRING=Server=sql,1433;Database=Octopus;User Id=octopus;Password=<password>;\"",
            "-e ADMIN_USERNAME=admin", "\"ADMIN_PASSWORD=<administrator password>\"", ":/repository\"",
            "<version to upgrade to; was 2022.4.8471>",
        ] {
            #expect(text.contains(part), "\(part): \(text)")
        }
        #expect(!run.notes.contains { $0.contains("Linux images") } && !text.contains("C:/"))
        let compose = UpgradeMaterial.composeEnv.template(for: setup)
        for line in ["OCTOPUS_SERVER_TAG=", "ADMIN_USERNAME=admin", "ACCEPT_EULA=Y"] {
            #expect(compose.after.contains("\n\(line)"), "\(line)")
        }
        #expect(compose.before.hasSuffix("\nMASTER_KEY=") && !compose.after.contains("SA_PASSWORD"))
    }

    @Test("placeholders are told once each, and each is in the text", arguments: UpgradeMaterial.allCases)
    func placeholders(form: UpgradeMaterial) {
        for setup in [ServerSetup(), linux()] {
            let template = form.template(for: setup)
            let names = template.placeholders.map(\.name)
            #expect(Set(names).count == names.count)
            for name in names { #expect((template.before + template.after).contains(name), "\(name)") }
            let text = template.before + template.after
            for match in text.matches(of: #/<[^<>]+>/#) {
                #expect(names.contains(String(match.output)), "\(match.output)")
            }
        }
    }

    @Test("a version that is none is not put into a tag") func version() {
        var setup = ServerSetup()
        setup.note(
            Event(
                payload: .sourceDetected(
                    SourceDetected(version: "2018.3\n# x: y", eras: ["S1"], confidence: .certain)),
                source: "", level: .info, origin: Origin(), evidence: []))
        let text = UpgradeMaterial.kubernetesSecret.template(for: setup)
        #expect((text.before + text.after).contains("octopusdeploy:<version to upgrade to>\n"))
    }

    @Test("startups and containers keep what they tell apart, for as long as one has a key") func startups() throws {
        var recovery = KeyRecovery()
        for (container, name) in [("a", "One"), ("b", "Two")] {
            var configuration = Configuration()
            configuration.observe(.database, "Initial Catalog=\(name)")
            recovery.receive(
                Event(
                    payload: .configurationObserved(configuration), source: "", level: .info,
                    origin: Origin(container: container, product: .server, startup: 1), evidence: []))
        }
        let key = RecoveredKey(
            place: .block, fingerprint: "sha256:00000000", bits: 128, container: "b", startup: 1, isWhole: true,
            isNamed: true, evidence: Evidence(input: "-", location: Location(line: 1, offset: 0, length: 0), text: ""))
        #expect(recovery.setup(of: key).configuration.databaseName == "Two")
    }
}
