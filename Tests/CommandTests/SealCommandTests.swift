import Foundation
import Testing

@testable import OctologCore

/// A log with a master key and two passwords, and its key.
private let log = Tool.fixture("server-2018.3.13-first-start/input.log")
private let key = "RmFrZU1hc3RlcktleTAwMQ=="
private let passwords = ["N0tARealPassw0rd!", "Adm1nN0tReal#42"]

/// A folder with a new identity, and what it is called on the command line.
private struct Owner: ~Copyable {
    let folder: TemporaryFolder
    let identity: String
    let recipient: String

    init() throws {
        let folder = try TemporaryFolder()
        let identity = folder.url.appending(path: "octolog.key").path
        let made = try Tool.run(["keygen", "--output", identity])
        try #require(made.code == 0 && made.out.isEmpty, "\(made.err)")
        let recipient = try Tool.run(["keygen", "--public", identity]).out.trimmingCharacters(in: .newlines)
        self.folder = folder
        self.identity = identity
        self.recipient = recipient
    }

    /// A file with the events of logs, sealed to the owner.
    func events(_ name: String = "events.ndjson", of logs: [String] = [log]) throws -> String {
        let result = try Tool.run(["analyze", "--reveal-to", recipient] + logs)
        #expect(result.code == 0 && result.err.isEmpty)
        return try folder.write(name, result.data)
    }
}

@Suite struct KeygenTests {
    @Test("an identity on stdout is a file as age-keygen writes it, its public key is said on stderr") func stdout()
        throws
    {
        let result = try Tool.run(["keygen"])
        #expect(result.code == 0)
        let match = try #require(
            try #/# public key: (age1[02-9ac-hj-np-z]{58})\nAGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}\n/#.wholeMatch(
                in: result.out))
        #expect(result.err == "octolog: public key: \(match.1)\n")
        #expect(try Tool.run(["keygen", "-y", "-"], input: result.out).out == "\(match.1)\n")
        #expect(try Tool.run(["keygen"]).out != result.out)
    }

    @Test("an identity's file is its owner's alone, whatever the umask") func mode() throws {
        let folder = try TemporaryFolder()
        let path = folder.url.appending(path: "octolog.key").path
        let made = try Tool.shell("umask 0; octolog keygen -o \(path)")
        #expect(made.code == 0 && made.out.isEmpty)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let content = try String(contentsOfFile: path, encoding: .utf8)
        #expect(made.err.hasPrefix("octolog: public key: age1") && !made.err.contains("SECRET"))
        #expect(
            try Tool.run(["keygen", "--public", path]).out == content.split(separator: "\n")[0].dropFirst(14) + "\n")
    }

    @Test("a file that is there is not overwritten, nor is what a link points to") func exists() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("octolog.key", Data("precious".utf8))
        let link = folder.url.appending(path: "link").path
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
        let dangling = folder.url.appending(path: "dangling").path
        try FileManager.default.createSymbolicLink(atPath: dangling, withDestinationPath: path + "2")
        for file in [path, link, dangling] {
            let result = try Tool.run(["keygen", "--output", file])
            #expect(result.code == 74 && result.out.isEmpty)
            #expect(result.err.contains("\(file) is there already, and is not overwritten"))
        }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "precious")
        #expect(!FileManager.default.fileExists(atPath: path + "2"))
    }

    @Test("what can't be written is said, and no key is lost on the way to it") func unwritable() throws {
        let missing = try Tool.run(["keygen", "--output", "/no/such/folder/key"])
        #expect(missing.code == 74 && missing.err.contains("can't write /no/such/folder/key: No such file"))
        #expect(try Tool.run(["keygen", "--output", "x", "--public", "y"]).code == 64)
        let full = try Tool.shell("octolog keygen > /dev/full")
        #expect(full.code == 74)
    }

    @Test("a key that others could read is warned of") func readable() throws {
        let folder = try TemporaryFolder()
        let path = folder.url.appending(path: "key").path
        let warning = "others can read the file that the key is written to"
        #expect(try Tool.shell("umask 022; octolog keygen > \(path)").err.contains(warning))
        #expect(try !Tool.shell("umask 077; octolog keygen > \(path)2").err.contains(warning))
    }

    @Test("help has two examples for each command", arguments: ["keygen", "reveal"])
    func help(_ command: String) throws {
        let lines = try Tool.run([command, "--help"]).out.split(separator: "\n")
        let examples = lines.drop { !$0.contains("EXAMPLES") }.dropFirst()
        #expect(examples.prefix(2).allSatisfy { $0.hasPrefix("  octolog") } && examples.count > 2, "\(lines)")
    }
}

@Suite struct SealCommandTests {
    @Test("what was sealed is revealed: the key as octolog key prints it, and the passwords, each once")
    func roundTrip() throws {
        let owner = try Owner()
        let events = try owner.events()
        let all = try Tool.run(["reveal", "--identity", owner.identity, events])
        #expect(all.code == 0 && all.out == (passwords + [key]).map { $0 + "\n" }.joined())
        // Where it comes from is said, what it is is not.
        let said = all.err.split(separator: "\n")
        #expect(said.count == 3 && said.last == "octolog: master-key in \(log), line 44, startup 1")
        for secret in passwords + [key] { #expect(!all.err.contains(secret.prefix(6))) }

        let one = try Tool.run(["reveal", "-q", "-i", owner.identity, "--kind", "master-key", events])
        #expect(one.out == (try Tool.run(["key", log]).out) && one.out == "\(key)\n")
        #expect(one.code == 0 && one.err.isEmpty)
        let piped = try Tool.shell("octolog reveal -q -i \(owner.identity) < \(events)")
        #expect(piped.out == all.out && piped.code == 0)
    }

    @Test("no part of a secret stands in sealed events, and none of it is sealed without --reveal-to") func noSecret()
        throws
    {
        let owner = try Owner()
        let events = try String(contentsOfFile: try owner.events(), encoding: .utf8)
        #expect(events.components(separatedBy: "\"sealed\":\"hpke1.").count == 5)
        for secret in [key] + passwords {
            let bytes = Array(secret.utf8)
            for start in 0...bytes.count - 6 {
                #expect(!events.contains(String(decoding: bytes[start..<start + 6], as: UTF8.self)))
            }
        }
        let plain = try Tool.run([log]).out
        #expect(!plain.contains("sealed") && !plain.isEmpty)
    }

    @Test("--json tells of each sealed event where it is from") func json() throws {
        let owner = try Owner()
        let result = try Tool.run(["reveal", "--json", "--identity", owner.identity, try owner.events()])
        #expect(result.code == 0 && result.err.isEmpty)
        let objects = result.events
        #expect(objects.compactMap { $0["value"] as? String } == passwords + [key, key])
        #expect(objects.compactMap { $0["kind"] as? String } == ["password", "password", "master-key", "master-key"])
        #expect(
            objects.allSatisfy { $0["source"] as? String == "urn:octolog:input:\(log)" && $0["startup"] as? Int == 1 })
        let ids = try Tool.run([log]).events.filter {
            ["octolog.secret.exposed.v1", "octolog.masterkey.shown.v1"].contains($0["type"] as? String)
        }
        #expect(objects.map { $0["id"] as? String } == ids.map { $0["id"] as? String })
    }

    @Test("events may be compressed, and several files are told apart by name") func files() throws {
        let owner = try Owner()
        let first = try owner.events("first.ndjson")
        let other = try Owner()
        let second = try other.events("second.ndjson")
        let packed = try Tool.shell("gzip -k \(first) && octolog reveal -q -i \(owner.identity) \(first).gz \(second)")
        #expect(packed.out == (passwords + [key]).map { $0 + "\n" }.joined() && packed.code == 3)
        let said = packed.err.split(separator: "\n")
        #expect(
            said.count == 4
                && said.allSatisfy { $0.contains("\(second), line ") && $0.contains("sealed for another identity") })
        // Both identities in one file.
        let both = try Tool.shell(
            "cat \(owner.identity) \(other.identity) | octolog reveal --json -i - \(first) \(second)")
        #expect(both.code == 0 && both.events.count == 8)
    }

    @Test("a wrong identity, a cut value and a flipped bit are told apart, and the rest is revealed") func damage()
        throws
    {
        let owner = try Owner()
        let events = try String(contentsOfFile: try owner.events(), encoding: .utf8)
        let stranger = try Owner()
        let wrong = try Tool.run(["reveal", "--identity", stranger.identity], input: events)
        #expect(wrong.code == 3 && wrong.out.isEmpty)
        let said = wrong.err.split(separator: "\n")
        #expect(said.count == 4 && said.allSatisfy { $0.contains(": sealed for another identity (") })

        var lines = events.split(separator: "\n").map(String.init)
        let sealed = lines.indices.filter { lines[$0].contains("\"sealed\"") }
        let value = try #require(lines[sealed[0]].firstMatch(of: #/"sealed":"([^"]+)"/#)).1
        lines[sealed[0]] = lines[sealed[0]].replacing(value, with: value.dropLast(3))
        let other = try #require(lines[sealed[1]].firstMatch(of: #/"sealed":"([^"]+)"/#)).1
        let middle = other.index(other.startIndex, offsetBy: 60)
        let flipped = other[..<middle] + (other[middle] == "A" ? "B" : "A") + other[middle...].dropFirst()
        lines[sealed[1]] = lines[sealed[1]].replacing(other, with: flipped)
        let damaged = try Tool.run(
            ["reveal", "-q", "--identity", owner.identity], input: lines.joined(separator: "\n"))
        #expect(damaged.code == 3 && damaged.out == "\(key)\n")
        for line in sealed[..<2] {
            #expect(damaged.err.contains("line \(line + 1): the sealed value is cut or damaged"))
        }
        #expect(damaged.err.split(separator: "\n").count == 2)
        // An event's source is bound to its value.
        let moved = try Tool.run(
            ["reveal", "-q", "--identity", owner.identity],
            input: events.replacing("urn:octolog:input", with: "urn:octolog:container"))
        #expect(moved.code == 3 && moved.out.isEmpty)
    }

    @Test("a key that anybody may have printed is not passed off as the server's") func forged() throws {
        let owner = try Owner()
        let events = try owner.events(of: [Tool.fixture("server-2018.3.13-forged-key/input.log")])
        let result = try Tool.run(["reveal", "--identity", owner.identity, "--kind", "master-key", events])
        let values = result.out.split(separator: "\n")
        let said = result.err.split(separator: "\n")
        #expect(result.code == 0 && values.count == said.count && values.contains("RmFrZU1hc3RlcktleTAwOQ=="))
        for (value, said) in zip(values, said) {
            #expect(said.contains("not to be trusted") == (value != "RmFrZU1hc3RlcktleTAwOQ=="))
        }
        #expect(values.count > 1)
    }

    @Test("a value that could steer a terminal is shown as JSON alone") func control() throws {
        let owner = try Owner()
        let sealer = Sealer(recipient: try Recipient(owner.recipient))
        let value = Array("one\ntwo\u{1B}[2J".utf8)
        let sealed = sealer.seal(value.span, kind: "password", source: "urn:x")
        let event = #"{"id":"1","source":"urn:x","data":{"kind":"password","sealed":"\#(try #require(sealed))"}}"#
        let plain = try Tool.run(["reveal", "--identity", owner.identity], input: event)
        #expect(
            plain.code == 3 && plain.out.isEmpty && plain.err.contains("line 1: the value holds control characters"))
        let json = try Tool.run(["reveal", "--json", "--identity", owner.identity], input: event)
        #expect(json.code == 0 && json.events.first?["value"] as? String == "one\ntwo\u{1B}[2J")
    }

    @Test("events with nothing sealed in them, and no events at all, end with 4") func nothing() throws {
        let owner = try Owner()
        for input in [try Tool.run([log]).out, "", "no events\n"] {
            let result = try Tool.run(["reveal", "--identity", owner.identity], input: input)
            #expect(result.code == 4 && result.out.isEmpty && result.err.contains("nothing is sealed in these events"))
        }
        let none = try Tool.run(["reveal", "-i", owner.identity, "--kind", "api-key", try owner.events()])
        #expect(none.code == 4 && none.err.contains("no api-key is sealed"))
    }

    @Test("files that are not there, or are none, are said") func badFiles() throws {
        let owner = try Owner()
        let events = try owner.events()
        let noIdentity = try Tool.run(["reveal", "--identity", "/no/such/key", events])
        #expect(noIdentity.code == 66 && noIdentity.err == "octolog: no such file: /no/such/key\n")
        let noEvents = try Tool.run(["reveal", "-q", "--identity", owner.identity, "/no/such/events", events])
        #expect(noEvents.code == 66 && noEvents.out.contains(key))
        #expect(try Tool.run(["reveal", events]).code == 64)
        #expect(try Tool.run(["reveal", "--identity", "-", "-"], input: "").code == 64)
        #expect(try Tool.run(["reveal", "--identity", owner.folder.url.path, events]).code == 74)
        let huge = try owner.folder.write("huge", Data(repeating: 0x23, count: 70 << 10))
        #expect(try Tool.run(["reveal", "--identity", huge, events]).code == 78)
    }

    @Test("a malformed identity ends with 78, and nothing of the file is quoted") func badIdentity() throws {
        let owner = try Owner()
        let good = try String(contentsOfFile: owner.identity, encoding: .utf8).split(separator: "\n").map(String.init)
        let secret = good[1]
        let flipped = secret.dropLast() + (secret.hasSuffix("Q") ? "P" : "Q")
        for content in [
            "\(good[0])\n\(flipped)\n", "\(secret.dropLast(4))\n", secret.lowercased() + "X", "hunter2hunter2",
            owner.recipient, "# nothing\n", "",
        ] {
            let file = try owner.folder.write("bad", Data(content.utf8))
            for arguments in [["reveal", "--identity", file, log], ["keygen", "--public", file]] {
                let result = try Tool.run(arguments)
                #expect(result.code == 78 && result.out.isEmpty, "\(content)")
                let message = result.err.replacing(file, with: "")
                #expect(message.contains("is no file of identities"))
                let bytes = Array(content.lowercased().utf8)
                for start in bytes.indices.dropLast(7) {
                    #expect(!message.lowercased().contains(String(decoding: bytes[start..<start + 8], as: UTF8.self)))
                }
            }
        }
    }

    @Test("what is no recipient ends with 64 before anything is read, and a private key is not quoted")
    func badRecipient() throws {
        let owner = try Owner()
        let secret = try String(contentsOfFile: owner.identity, encoding: .utf8).split(separator: "\n")[1]
        for text in [
            "age1", "web", String(secret), String(repeating: "0", count: 64), owner.recipient.uppercased() + "x",
        ] {
            for command in [[], ["analyze"]] {
                let result = try Tool.run(command + ["--reveal-to", text, log])
                #expect(result.code == 64 && result.out.isEmpty)
                #expect(result.err.contains("age1 and 58 more characters") && !result.err.contains(secret.suffix(20)))
            }
        }
        #expect(try Tool.run(["--reveal-to", String(secret), log]).err.contains("it is a private key"))
        let text = try Tool.run(["--reveal-to", owner.recipient, "--format", "text", log])
        #expect(text.code == 64 && text.err.contains("--format events"))
        #expect(try Tool.run(["key", "--reveal-to", owner.recipient, log]).code == 64)
    }
}
