import Foundation
import Testing
import Yams

private let key = "RmFrZU1hc3RlcktleTAwMQ=="

/// A Server's first start that shows the key, with what a log tells of its container.
private func log(
    database: String = "Octopus", user: String = "sa", admin: String = "admin", version: String = "2018.3.13",
    extra: [String] = []
) -> String {
    let connection = "Server=db;Initial Catalog=\(database);User ID=\(user);password=###########;Timeout=30;"
    let exe = #"C:\Program Files\Octopus Deploy\Octopus\Octopus.Server.exe"#
    return
        ([
            "Configuring Octopus Deploy", " - masterkey not supplied. A new key will be generated automatically.",
            " - using database '\(connection)'", " - local admin user '\(admin)'",
            " - local admin password '##########'", "Configuring Paths ...",
        ] + extra + ["Display master key ...", "Executing command '\(exe) show-master-key --console'"])
        .map { "VERBOSE: [2018-07-02T09:15:01] \($0)\n" }.joined()
        + "VERBOSE: \nVERBOSE: \t| \(key)\nVERBOSE: \nVERBOSE: [2018-07-02T09:15:09] done.\n"
        + "VERBOSE: [2018-07-02T09:15:10] Configuration successful.\n"
        + "VERBOSE: [2018-07-02T09:15:10] Start Octopus Deploy instance ...\n"
        + "Octopus.Server.exe version \(version) (\(version)+Branch.master)\n"
}

private func material(_ form: String, _ log: String) throws -> Tool.Result {
    let result = try Tool.run(["key", "--as", form], input: log)
    #expect(result.code == 0, "\(result.err)")
    return result
}

/// The words that a shell makes of the material, by a `docker` that prints its own.
private func words(_ line: String, in folder: borrowing TemporaryFolder) throws -> [String] {
    let script = "cd '\(folder.url.path)' && docker() { printf '%s\\0' \"$@\"; }\n\(line)"
    let result = try Tool.run(URL(filePath: "/bin/sh"), ["-c", script])
    #expect(result.code == 0 && result.err.isEmpty, "\(line)\(result.err)")
    return result.data.split(separator: 0, omittingEmptySubsequences: false).dropLast()
        .map { String(decoding: $0, as: UTF8.self) }
}

/// A `.env` file as Compose reads it, https://github.com/compose-spec/compose-go/blob/main/dotenv/parser.go:
/// single quotes are taken off, `\'` in them is a quote; what stands without quotes would have its variables replaced.
private func environment(_ text: String) throws -> [String: String] {
    var values: [String: String] = [:]
    for line in text.split(separator: "\n") where !line.hasPrefix("#") {
        let equals = try #require(line.firstIndex(of: "="), "\(line)")
        let rest = line[line.index(after: equals)...]
        var value = ""
        if rest.first == "'" {
            var previousIsEscape = false
            var end: Substring.Index?
            for index in rest.indices.dropFirst() {
                let character = rest[index]
                if character == "'", !previousIsEscape {
                    end = index
                    break
                }
                if previousIsEscape, character != "'" { value.append("\\") }
                if character == "\\", !previousIsEscape {
                    previousIsEscape = true
                    continue
                }
                previousIsEscape = false
                value.append(character)
            }
            #expect(end.map { rest.index(after: $0) == rest.endIndex } == true, "\(line)")
        } else {
            #expect(!rest.contains { "$#\"' \\`".contains($0) }, "\(line)")
            value = String(rest)
        }
        values[String(line[..<equals])] = value
    }
    return values
}

/// Names that somebody chose in order to do harm, or that are hard to write.
private let hostile = [
    #"a"$(touch x)'b"#, "`touch x`", "$(touch x)", "a' && touch x && 'b", #"a\b"#, "${HOME}", "$HOME", "!!", "a: b # c",
    "- a", "{a: b}", "*a", "&a", "%TEMP%", "\u{E4}\u{F6} \u{1F419}", "yes", "0x1F", "a\"\"b", "a''b", "<a>", "| sh",
]

@Suite struct MaterialTests {
    private func names(in connection: String?, _ key: String) -> String? {
        connection?.split(separator: ";").first { $0.hasPrefix("\(key)=") }.map { String($0.dropFirst(key.count + 1)) }
    }

    @Test("docker-run is one whole command: ports, key, database, administrator, folders, image") func dockerRun()
        throws
    {
        let folder = try TemporaryFolder()
        let result = try Tool.run(["key", "--as", "docker-run", Tool.fixture("server-2018.3.13-first-start/input.log")])
        #expect(
            try words(result.out, in: folder) == [
                "run", "-i", "--name", "OctopusServer", "-d", "-p", "<web port>:81", "-p", "<Tentacle port>:10943",
                "-e", "masterKey=\(key)", "-e",
                "sqlDbConnectionString=Server=db;Initial Catalog=Octopus;Persist Security Info=False;User ID=sa;Password=<password>;MultipleActiveResultSets=False;Connection Timeout=30;",
                "-e", "OctopusAdminUsername=octopus-administrator@deployments.corp.example", "-e",
                "OctopusAdminPassword=<administrator password>", "-v", "<folder for packages>:C:/Repository", "-v",
                "<folder for artifacts>:C:/Artifacts", "-v", "<folder for task logs>:C:/TaskLogs",
                "octopusdeploy/octopusdeploy:<version to upgrade to; was 2018.3.13>",
            ])
        // What is left to the reader, each once, and where the log has it.
        for placeholder in [
            "<web port>: the host's port", "<Tentacle port>: the host's port",
            "<password>: the password of database user sa (not printed here; line 9 of the log shows it)",
            "<administrator password>: the password of that administrator (not printed here; line 36",
            "<folder for task logs>: the host's folder that was mounted at C:/TaskLogs",
            "<version to upgrade to; was 2018.3.13>: the tag of the new image",
        ] {
            #expect(result.err.components(separatedBy: "octolog: fill in: \(placeholder)").count == 2, "\(result.err)")
        }
        #expect(result.err.contains("Linux images alone"))
        #expect(!result.err.contains("N0tAReal") && !result.out.contains("N0tAReal"))
        #expect(try Tool.run(["key", "-q", "--as", "docker-run"], input: log()).err.isEmpty)
    }

    @Test("what the log masks is said to be masked in the log") func masked() throws {
        let result = try material("docker-run", log())
        #expect(result.err.contains("fill in: <password>: the password of database user sa (masked in the log)"))
    }

    @Test("the node's name, the ports, the folders and the licence are taken from the script's commands")
    func commands()
        throws
    {
        let exe = #"Executing command 'C:\Octopus.Server.exe"#
        let extra = [
            "\(exe) configure --console --instance OctopusServer --home C:\\Octopus --serverNodeName OCTO64 --upgradeCheck True --webListenPrefixes http://localhost:82 --commsListenPort 10944'",
            "done.",
            "\(exe) path --console --nugetRepository D:\\Packages --artifacts C:\\Artifacts --taskLogs C:\\TaskLogs'",
            "done.", "\(exe) license --console --licenseBase64 PExpY2Vuc2UgRkFLRT4='", "done.",
        ]
        let folder = try TemporaryFolder()
        let result = try material("docker-run", log(extra: extra))
        let words = try words(result.out, in: folder)
        for word in [
            "<web port>:82", "<Tentacle port>:10944", "ServerNodeName=OCTO64", "LicenceBase64=<licence>",
            "<folder for packages>:D:/Packages",
        ] {
            #expect(words.contains(word), "\(word): \(words)")
        }
        #expect(!result.out.contains("PExpY2Vu"))
        let values = try environment(try material("compose-env", log(extra: extra)).out)
        #expect(values["OCTOPUS_SERVER_NODE_NAME"] == "OCTO64" && values["OCTOPUS_LICENCE_BASE64"] == "<licence>")
    }

    @Test("without a banner all that it tells is to be filled in") func excerpt() throws {
        let result = try Tool.run([
            "key", "--as", "docker-run", Tool.fixture("server-2018.3.13-docs-excerpt/input.log"),
        ])
        #expect(
            result.out.contains(
                "Server=<database server>;Initial Catalog=<database>;User ID=<database user>;Password=<password>;"))
        for name in [
            "database server", "database", "database user", "password", "administrator", "version to upgrade to",
        ] {
            #expect(result.err.contains("fill in: <\(name)>: "), "\(name)")
        }
        #expect(result.err.contains("<database>: the database's name (not in the log)"))
    }

    @Test("an import is told, and not repeated") func importFolder() throws {
        // The run part of S1 imports before the program starts.
        let text = log()
            .replacingOccurrences(
                of: "VERBOSE: [2018-07-02T09:15:10] Start Octopus",
                with: """
                    VERBOSE: [2018-07-02T09:15:10] Running Octopus Deploy
                    VERBOSE: [2018-07-02T09:15:10] Running Migrator import on C:\\Import directory ...
                    VERBOSE: [2018-07-02T09:15:10] Executing command 'C:\\Octopus.Migrator.exe import --console --directory C:\\Import --instance OctopusServer --password blank'
                    VERBOSE: [2018-07-02T09:15:11] done.
                    VERBOSE: [2018-07-02T09:15:12] Start Octopus
                    """)
        let result = try material("docker-run", text)
        #expect(result.err.contains("the log shows an import from C:\\Import"), "\(result.err)")
        #expect(!result.out.contains("Import"))
    }

    @Test("no name in the log is more than a word to the shell", arguments: hostile) func shell(name: String) throws {
        let folder = try TemporaryFolder()
        let run = try material("docker-run", log(database: name, admin: name)).out
        #expect(run.split(separator: "\n").count == 1)
        let words = try words(run, in: folder)
        let connection = words.first { $0.hasPrefix("sqlDbConnectionString=") }
        #expect(names(in: connection, "Initial Catalog") == name, "\(run)")
        #expect(words.contains("OctopusAdminUsername=\(name)"), "\(run)")
        #expect(words.count == 24 && words.last?.hasPrefix("octopusdeploy/octopusdeploy:") == true, "\(words)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
    }

    @Test("no name in the log is more than a value to Compose", arguments: hostile) func compose(name: String) throws {
        let text = try material("compose-env", log(database: name, admin: name)).out
        let values = try environment(text)
        #expect(values["OCTOPUS_MASTER_KEY"] == key)
        #expect(values["OCTOPUS_ADMIN_USERNAME"] == name, "\(text)")
        #expect(names(in: values["OCTOPUS_DB_CONNECTION_STRING"], "Initial Catalog") == name, "\(text)")
        #expect(values["OCTOPUS_VERSION"] == "<version to upgrade to; was 2018.3.13>")
        #expect(values["SA_PASSWORD"] == "<password>" && values["OCTOPUS_ADMIN_PASSWORD"] == "<administrator password>")
        // Each variable that the service is given is defined.
        for match in text.matches(of: #/"?\$\{(\w+)\}/#) where text[match.range].first == "\"" {
            #expect(values[String(match.1)] != nil, "\(match.1)")
        }
        #expect(values.count == 6)
    }

    @Test("no name in the log is more than a string to YAML", arguments: hostile) func kubernetes(name: String) throws {
        let text = try material("kubernetes-secret", log(database: name, admin: name)).out
        let secret = try #require(try Yams.load(yaml: text) as? [String: Any], "\(text)")
        #expect(secret["kind"] as? String == "Secret" && secret["type"] as? String == "Opaque")
        #expect((secret["metadata"] as? [String: Any])?["name"] as? String == "octopus-server")
        let data = try #require(secret["stringData"] as? [String: String], "all values are strings: \(text)")
        #expect(
            Set(data.keys) == [
                "ACCEPT_EULA", "MASTER_KEY", "DB_CONNECTION_STRING", "ADMIN_USERNAME", "ADMIN_PASSWORD",
            ])
        #expect(data["MASTER_KEY"] == key && data["ADMIN_USERNAME"] == name && data["ACCEPT_EULA"] == "Y")
        #expect(data["ADMIN_PASSWORD"] == "<administrator password>")
        #expect(names(in: data["DB_CONNECTION_STRING"], "Initial Catalog") == name, "\(text)")
    }

    @Test("a name may hold what ends a command") func semicolon() throws {
        let name = "a'; touch x; 'b;\"c"
        let folder = try TemporaryFolder()
        #expect(
            try words(try material("docker-run", log(admin: name)).out, in: folder).contains(
                "OctopusAdminUsername=\(name)"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
        #expect(try environment(material("compose-env", log(admin: name)).out)["OCTOPUS_ADMIN_USERNAME"] == name)
    }

    @Test("a backslash before a quote or at the end can't be said in a .env file, and is to be filled in")
    func backslash()
        throws
    {
        for name in [#"a\'b"#, #"a\"#] {
            let result = try material("compose-env", log(admin: name))
            #expect(try environment(result.out)["OCTOPUS_ADMIN_USERNAME"] == "<OctopusAdminUsername>")
            #expect(result.err.contains("fill in: <OctopusAdminUsername>: as in the log"))
            let folder = try TemporaryFolder()
            let run = try material("docker-run", log(admin: name)).out
            #expect(try words(run, in: folder).contains("OctopusAdminUsername=\(name)"))
        }
    }

    @Test("a name that can't be typed, or is masked in part, is to be filled in") func untypable() throws {
        for name in ["a\u{07}b", "a\tb", "a\u{202E}b", "API-FAKEFAKEFAKEFAKEFAKEFAKE00"] {
            for form in ["docker-run", "compose-env", "kubernetes-secret"] {
                let result = try material(form, log(admin: name))
                #expect(result.out.contains("<administrator>"), "\(result.out)")
                #expect(result.out.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 && $0 != "\u{202E}" })
                #expect(result.err.contains("fill in: <administrator>: the administrator's user name (masked"))
            }
        }
    }

    @Test("a value that ends a part of the connection string is put in quotes") func connection() throws {
        let name = #""a;Password=x;b""#
        let result = try material("kubernetes-secret", log(database: name))
        let data = (try Yams.load(yaml: result.out) as? [String: Any])?["stringData"] as? [String: String]
        let connection = try #require(data?["DB_CONNECTION_STRING"])
        #expect(!connection.contains("Password=x"), "a part of a name is no password: \(connection)")
    }

    @Test("each key of several startups is told with the startup that it belongs to") func severalStartups() throws {
        let other = "RmFrZU1hc3RlcktleTAwMg=="
        let second = log(database: "Second").replacingOccurrences(of: key, with: other)
            .replacingOccurrences(of: "2018-07-02", with: "2018-07-03")
        func composed(_ log: String) -> String {
            log.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map { "web_1  | \($0)\n" }.joined()
        }
        // What tells that the first has ended can't be printed by it.
        let both = composed(log()) + "web_1 exited with code 0\n" + composed(second)
        let all = try Tool.run(["key", "--all"], input: both)
        #expect(all.out == "\(key)\n\(other)\n" && all.code == 0)
        let told = all.err.split(separator: "\n")
        #expect(
            told.count == 2 && told[0].contains(", startup 1, 2018-07-02")
                && told[1].contains(", startup 2, 2018-07-03"))
        let one = try Tool.run(["key", "--as", "docker-run"], input: both)
        #expect(one.out.contains(other) && one.out.contains("Initial Catalog=Second") && !one.out.contains(key))
        #expect(one.err.contains("another key, not printed (--all prints it): ") && one.err.contains(", startup 1, "))
        // Without that the second may be made up.
        let doubtful = try Tool.run(["key"], input: log() + second)
        #expect(doubtful.out == "\(key)\n" && !doubtful.err.contains(other) && doubtful.code == 0)
    }

    @Test("longer keys are printed with a word about their length, others are none") func lengths() throws {
        for count in [24, 32] {
            let long = Data(repeating: 0x5A, count: count).base64EncodedString()
            let result = try Tool.run(["key"], input: log().replacingOccurrences(of: key, with: long))
            #expect(result.out == long + "\n" && result.code == 0, "\(result.err)")
            #expect(result.err.contains("\(count * 8) bits") && result.err.contains("longer than the 128 bits"))
        }
        for count in [15, 17, 20, 48] {
            let wrong = Data(repeating: 0x5A, count: count).base64EncodedString()
            let result = try Tool.run(["key"], input: log().replacingOccurrences(of: key, with: wrong))
            #expect(result.out.isEmpty && result.code == 4, "\(count): \(result.out)")
        }
    }

    @Test("a terminal is warned that it shows the key") func terminal() throws {
        let script = """
            import os, pty, sys
            pid, terminal = pty.fork()
            if pid == 0:
                os.dup2(9, 2)
                os.execv(sys.argv[1], sys.argv[1:])
            shown = b''
            try:
                while part := os.read(terminal, 4096): shown += part
            except OSError: pass
            os.waitpid(pid, 0)
            os.write(1, shown)
            """
        let result = try Tool.shell(
            "exec 9>&2; python3 -c \"$SCRIPT\" \"$(command -v octolog)\" key "
                + Tool.fixture("server-2018.3.13-first-start/input.log"), environment: ["SCRIPT": script])
        #expect(result.out.contains(key), "\(result.err)")
        #expect(result.err.contains("the key is shown on this screen"), "\(result.err)")
        #expect(!(try Tool.run(["key"], input: log()).err.contains("screen")))
    }

    @Test("a reader that goes away ends the program quietly") func closedPipe() throws {
        let result = try Tool.shell(
            "octolog key -q --as docker-run \(Tool.fixture("server-2018.3.13-first-start/input.log")) | true; echo ${PIPESTATUS[0]}"
        )
        #expect(result.out == "0\n" && result.err.isEmpty)
        let full = try Tool.shell(
            "octolog key -q \(Tool.fixture("server-2018.3.13-first-start/input.log")) >/dev/full; echo $?")
        #expect(full.out == "74\n" && full.err.contains("can't write to stdout"))
    }
}
