import Foundation
import Testing

/// `octolog registrations`, run as users run it.
@Suite struct RegistrationsTests {
    private func logs(_ name: String) -> [String] { [Tool.fixture(name)] }

    private func json(_ logs: [String]) throws -> [String: [[String: Any]]] {
        let result = try Tool.run(["registrations", "--json"] + logs)
        let object = try JSONSerialization.jsonObject(with: result.data)
        return try #require(object as? [String: [[String: Any]]])
    }

    /// The cells of the table's rows by the names of their columns.
    private func rows(_ text: String) throws -> [[String: String]] {
        let lines = text.split(separator: "\n").map { $0.split(separator: #/ {2,}/#).map(String.init) }
        let header = try #require(lines.first)
        return lines.dropFirst().filter { $0.count == header.count }.map {
            Dictionary(uniqueKeysWithValues: zip(header, $0))
        }
    }

    @Test("a row is a machine, with all containers that registered as it") func machines() throws {
        let result = try Tool.run(["registrations"] + logs("tentacle-3.22-two-containers-one-name"))
        let row = try #require(try rows(result.out).first)
        #expect(row["NAME"] == "shop-web" && row["SERVER"] == "https://octopus.corp.example" && row["KIND"] == "target")
        #expect(
            row["CONTAINERS"]?.split(separator: ",").map { $0.split(separator: "/").last } == [
                "input.log", "second.log",
            ])
        #expect(row["THUMBPRINT"] == "6E9C9D3B,68AC1B7E" && row["VERDICT"] == "same-name" && row["SPACE"] == "-")
        #expect(row["ADDRESS"] == "https://0632f3aed5ea:10933/,https://c1466b8b8064:10933/")
        #expect(row["FIRST"] == "2018-08-08T09:00:25Z" && row["LAST"] == "2018-08-08T09:26:02Z")
        #expect(result.out.contains("second.log, startup 1, as shop-web\n  why:    "))
        #expect(result.out.contains("\n  remedy: Give each container its own TargetName"))
    }

    @Test("the same name elsewhere is another row") func places() throws {
        let result = try Tool.run(["registrations"] + logs("tentacle-8.1.1531-linux-not-duplicates"))
        let rows = try rows(result.out)
        #expect(rows.map { $0["NAME"]?.lowercased() } == Array(repeating: "node-85", count: 4))
        #expect(rows.map { $0["VERDICT"] } == Array(repeating: "-", count: 4))
        #expect(rows.map { $0["KIND"] } == ["target", "worker", "target", "target"])
        #expect(rows.map { $0["SPACE"] } == ["Default", "Default", "Sales", "Default"])
    }

    @Test("an attempt that failed is said so, and counted where the next one succeeded") func failed() throws {
        let refused = try rows(try Tool.run(["registrations"] + logs("tentacle-6.1.1300-register-refused")).out)
        #expect(refused.map { $0["VERDICT"] } == ["failed"])
        let retried = try rows(
            try Tool.run(["registrations"] + logs("tentacle-8.1.1531-linux-failed-then-registered")).out)
        #expect(retried.map { $0["VERDICT"] } == ["1 failed"] && retried.count == 1)
        #expect(retried.first?["FIRST"] == retried.first?["LAST"])
    }

    @Test("of many values three are shown, and how many more there are") func many() throws {
        let folder = try TemporaryFolder()
        let log = try Data(
            contentsOf: Tool.package.appending(path: "Fixtures/cases/tentacle-8.1.1531-linux-polling/input.log"))
        let files = try (1...5).map { try folder.write("\($0).log", log) }
        let row = try #require(try rows(try Tool.run(["registrations"] + files).out).first)
        #expect(row["CONTAINERS"]?.hasSuffix("3.log,+2") == true && row["CONTAINERS"]?.contains("4.log") == false)
        #expect(row["THUMBPRINT"] == "08F4ED44")
        let machine = try #require(try json(files)["machines"]?.first)
        #expect((machine["containers"] as? [String])?.count == 5 && machine["registered"] as? Int == 5)
    }

    @Test("--json has machines, registrations and duplicates") func jsonOutput() throws {
        let object = try json(logs("tentacle-3.22-two-containers-one-name"))
        #expect(object["machines"]?.count == 1 && object["registrations"]?.count == 2)
        #expect(object["duplicates"]?.count == 1)
        #expect(object["machines"]?.first?["verdicts"] as? [String] == ["same-name"])
        #expect(object["registrations"]?.first?["unknown"] as? [String] == ["space"])
    }

    @Test("no control character of a log reaches the terminal") func control() throws {
        let text = try String(
            contentsOf: Tool.package.appending(path: "Fixtures/cases/tentacle-8.1.1531-linux-polling/input.log"),
            encoding: .utf8
        ).replacing(" - name 'linux-poller-72'", with: " - name 'a\u{202E}b\u{7}c\u{9B}d'")
        let result = try Tool.run(["registrations"], input: text)
        #expect(result.out.contains("a\\u{202e}b\\u{7}c\\u{9b}d"))
        #expect(
            !result.out.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" || [0x9B, 0x202E].contains($0.value) })
    }

    // MARK: Terminals

    /// What is printed on a terminal of so many columns.
    private func terminal(_ columns: Int, _ logs: [String]) throws -> [String] {
        let command = "stty cols \(columns) rows 50; octolog registrations \(logs.joined(separator: " "))"
        let result = try Tool.shell("script -qec '\(command)' /dev/null < /dev/null")
        return result.out.split(whereSeparator: \.isNewline).map(String.init)
    }

    @Test("a narrow terminal gets no column that is the same in all rows, and is told what it was") func narrow() throws
    {
        let logs = [
            Tool.fixture("tentacle-8.1.1531-linux-polling"),
            Tool.fixture("tentacle-8.1.1531-linux-failed-then-registered"),
        ]
        let wide = try terminal(400, logs)
        #expect(wide.first?.hasPrefix("SERVER ") == true && wide.first?.contains("SPACE") == true)
        let narrow = try terminal(200, logs)
        #expect(narrow.first?.hasPrefix("All: space Default") == true)
        #expect(narrow.dropFirst().first?.contains("SPACE") == false)
        #expect(narrow.contains { $0.contains("VERDICT") } && narrow.contains { $0.contains("retry-86") })
        for line in narrow { #expect(line.count <= 200, "\(line)") }
    }

    @Test("what is no terminal gets every column") func pipe() throws {
        let result = try Tool.run(["registrations"] + logs("tentacle-8.1.1531-linux-polling"))
        #expect(result.out.split(separator: "\n").first?.split(separator: " ").count == 10)
    }
}
