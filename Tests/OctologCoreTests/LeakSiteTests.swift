import Testing

@testable import OctologCore

/// A find, and what the explanation of it says.
struct LeakFind: CustomTestStringConvertible, Sendable {
    var kind: SecretKind
    var rule: String
    var line: LeakSite.Line
    var product: Product?
    var eras: Eras
    /// Nil where nothing is known.
    var says: String?

    var testDescription: String { "\(kind.rawValue) by \(rule) on \(line) of \(eras.name ?? "any era")" }

    var explanation: String? {
        LeakSite.explanation(kind: kind, rule: rule, line: line, product: product, eras: eras)
    }
}

private let optionKey = "secret.option.master-key"
private let optionPassword = "secret.option.password"
private let connection = "secret.connection-string.password"

/// For each row of the table a find that it explains, in their order.
private let rows = [
    LeakFind(
        kind: .password, rule: "secret.shape.starred", line: .command("database"), product: .server, eras: .s3,
        says: "For seven minutes of 2019-02-15"),
    LeakFind(
        kind: .masterKey, rule: "secret.shape.master-key", line: .output("show-master-key"), product: .server,
        eras: .s1, says: "from 2016-09-05 to 2018-09-18 run show-master-key"),
    LeakFind(
        kind: .password, rule: connection, line: .command("configure"), product: .server, eras: .s0,
        says: "until 2016-09-13 print the connection string unmasked"),
    LeakFind(
        kind: .password, rule: connection, line: .command("database"), product: .server, eras: .s1,
        says: "from 2017-03-11 to 2018-09-18 print the connection string"),
    LeakFind(
        kind: .password, rule: optionPassword, line: .command("import"), product: .server, eras: .s1,
        says: "from 2017-03-13 to 2018-09-18 print the import password"),
    LeakFind(
        kind: .password, rule: optionPassword, line: .command("import"), product: .server, eras: .s3,
        says: "again since 2019-12-10, print the import password"),
    LeakFind(
        kind: .license, rule: "secret.option.license", line: .command("license"), product: .server, eras: .s3,
        says: "since 2018-09-21 print the licence"),
    LeakFind(
        kind: .masterKey, rule: optionKey, line: .command("database"), product: .server, eras: .s1,
        says: "until 2018-09-18 print --masterkey"),
    LeakFind(
        kind: .password, rule: connection, line: .command("database"), product: .server, eras: .s2,
        says: "from 2018-09-18 to 2019-02-15 print the script's command lines unmasked"),
    LeakFind(
        kind: .masterKey, rule: optionKey, line: .command("database"), product: .server, eras: [.s0, .s2, .s3],
        says: "Windows Server images until 2019-02-15 print the script's command lines"),
    LeakFind(
        kind: .password, rule: connection, line: .banner, product: .server, eras: .s1,
        says: "until 2017-10-06 mask the connection string of the banner only"),
    LeakFind(
        kind: .password, rule: connection, line: .other, product: .server, eras: .sl,
        says: "The Server program says which database"),
    LeakFind(
        kind: .apiKey, rule: "secret.option.api-key", line: .command("register-with"), product: .tentacle,
        eras: [.t2, .t3, .t4], says: "before 6.1.1263 (2022-01-04)"),
    LeakFind(
        kind: .apiKey, rule: "secret.shape.api-key", line: .other, product: .tentacle, eras: .t0,
        says: "2017-03-10, dump their environment"),
    LeakFind(
        kind: .apiKey, rule: "secret.option.api-key", line: .other, product: .tentacle, eras: .l1,
        says: "The first script of the Linux Tentacle image"),
    LeakFind(
        kind: .masterKey, rule: "secret.field.master-key", line: .other, product: nil, eras: [],
        says: "which show the master key to whoever installs it"),
    LeakFind(
        kind: .password, rule: "secret.field.password", line: .other, product: .sqlServer, eras: .q2,
        says: "which show the database's password"),
    LeakFind(
        kind: .license, rule: "secret.field.license", line: .other, product: nil, eras: [],
        says: "from docker inspect or a Compose file"),
]

/// Finds that no row explains: an image that masks, or a line that nobody's image prints.
private let unknown = [
    LeakFind(
        kind: .apiKey, rule: "secret.option.api-key", line: .command("register-with"), product: .tentacle, eras: .t4),
    LeakFind(kind: .apiKey, rule: "secret.option.api-key", line: .other, product: .tentacle, eras: .t2),
    LeakFind(kind: .masterKey, rule: "secret.shape.master-key", line: .other, product: .server, eras: .s1),
    LeakFind(
        kind: .masterKey, rule: "secret.shape.master-key", line: .output("show-master-key"), product: .server,
        eras: .sl),
    LeakFind(kind: .masterKey, rule: optionKey, line: .command("database"), product: nil, eras: []),
    LeakFind(kind: .masterKey, rule: optionKey, line: .command("database"), product: .server, eras: []),
    LeakFind(kind: .license, rule: "secret.option.license", line: .command("license"), product: .server, eras: .s1),
    LeakFind(kind: .token, rule: "secret.shape.token", line: .other, product: .server, eras: .s3),
    LeakFind(kind: .password, rule: connection, line: .banner, product: .server, eras: .s3),
]

@Suite struct LeakSiteTests {
    @Test("each row explains its find", arguments: rows) func explains(find: LeakFind) throws {
        let explanation = try #require(find.explanation)
        #expect(find.says.map(explanation.contains) == true, "\(explanation)")
    }

    @Test("each row has a find of its own here, a sentence and a source") func complete() {
        #expect(rows.count == LeakSite.all.count)
        for (site, find) in zip(LeakSite.all, rows) {
            #expect(site.explanation == find.explanation, "\(find): \(site.explanation)")
            #expect(site.explanation.hasSuffix(".") && !site.explanation.contains("  "))
            #expect(site.source.hasPrefix("log-grammar ") && site.kinds.isEmpty == false)
            #expect((site.product == nil) == site.eras.isEmpty)
        }
    }

    @Test("what is not known is not explained", arguments: unknown) func unexplained(find: LeakFind) {
        #expect(find.explanation == nil)
    }

    @Test("each kind has a remedy for each image, with the command of its version") func remedies() {
        for kind in SecretKind.allCases {
            for product in Product.allCases {
                let remedy = kind.remedy(product: product, eras: .all(of: product))
                #expect(remedy.hasSuffix(".") && remedy.count > 30 && !remedy.contains("  "))
            }
        }
        let old = SecretKind.masterKey.remedy(product: .server, eras: .s1)
        #expect(old.contains("keep this log as safe as the key") && old.contains("once it is upgraded to 2022.4"))
        let new = SecretKind.masterKey.remedy(product: .server, eras: .sl)
        #expect(new.contains("stop the server and run Octopus.Server rotate-master-key"))
        #expect(SecretKind.masterKey.remedy(product: nil, eras: []) == new)
        #expect(SecretKind.apiKey.remedy(product: .tentacle, eras: .t1).contains("Profile > My API Keys"))
        #expect(SecretKind.apiKey.remedy(product: .tentacle, eras: .t1).contains("6.1.1263"))
        #expect(!SecretKind.apiKey.remedy(product: .tentacle, eras: .l2).contains("6.1.1263"))
        #expect(SecretKind.password.remedy(product: .server, eras: .s2).contains("since 2019-02-15 mask it"))
        #expect(SecretKind.license.remedy(product: .server, eras: .s3).contains("licence"))
    }

    @Test("in a log each secret is explained by the line that it stands on") func told() {
        let exe = #"C:\Program Files\Octopus Deploy\Octopus\Octopus.Server.exe"#
        let lines = [
            "Configuring Octopus Deploy", " - using database 'Server=db;User ID=sa;pwd=N0tReal1;'",
            "Creating Octopus Deploy database ...",
            "Executing command '\(exe) database --connectionString Server=db;Password=N0tReal2; --create'",
        ].map { "VERBOSE: [2017-04-02T09:15:01] \($0)\n" }
        let events = analyze(lines.joined()).events
        let told = events.compactMap { event -> String? in
            if case .secretExposed(let exposed) = event.payload { exposed.explanation ?? "unknown" } else { nil }
        }
        #expect(told.count == 2, "\(told)")
        #expect(told.first?.contains("banner") == true)
        #expect(told.last?.contains("on the script's command lines unmasked") == true)
        var text = TextFormat(.plain)
        let shown = events.compactMap { text.text(of: $0) }.joined()
        #expect(shown.contains("password in clear in line 2") && shown.contains("What to do: Change"))
        var builder = ReportBuilder()
        for event in events { builder.receive(event) }
        for form in [
            ReportText.text(of: builder.report), ReportMarkdown.text(of: builder.report),
            String(decoding: builder.report.json(), as: UTF8.self),
        ] {
            #expect(form.split(whereSeparator: \.isWhitespace).joined(separator: " ").contains("until 2017-10-06"))
        }
    }
}
