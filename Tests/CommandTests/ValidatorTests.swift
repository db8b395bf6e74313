import Foundation
import Testing

/// Validators that others wrote, from PyPI; `make test` installs them into .venv.
private enum Validators {
    static let python = Tool.package.appending(path: ".venv/bin/python")
    static var areInstalled: Bool { FileManager.default.isExecutableFile(atPath: python.path) }
    static let missing: Comment = "no .venv with check-jsonschema and cloudevents: run make test, which installs them"

    /// The events of every case, one file for each, and the schema beside them.
    static func export(to folder: borrowing TemporaryFolder) throws -> [String] {
        let cases = try FileManager.default.contentsOfDirectory(
            atPath: Tool.package.appending(path: "Fixtures/cases").path)
        var files: [String] = []
        for name in cases.sorted() {
            let logs = try String(
                contentsOf: Tool.package.appending(path: "Fixtures/cases/\(name)/arguments"), encoding: .utf8)
            let paths = logs.split(whereSeparator: \.isWhitespace).map { Tool.fixture("\(name)/\($0)") }
            files.append(try folder.write("\(name).ndjson", Tool.run(paths).data))
        }
        for golden in Golden.all where golden.name.hasPrefix("goldens/") {
            let name = golden.name.replacing("/", with: "-")
            files.append(try folder.write("\(name).ndjson", Tool.run(golden.arguments()).data))
        }
        // Events that no case has.
        let long = String(repeating: "x", count: 2 << 20) + "\nVERBOSE: [2018-07-02T09:15:01] Display master key ...\n"
        let noKey =
            "VERBOSE: [2018-07-02T09:15:01] Executing command 'x.exe show-master-key'\nVERBOSE: [2018-07-02T09:15:01] done.\n"
        files.append(try folder.write("limits.ndjson", Tool.run([], input: long + noKey).data))
        files.append(Golden(name: "reloads/bad-rules").events.path)
        files.append(try folder.write("schema.json", Tool.run(["schema", "--strict"]).data))
        return files
    }
}

@Suite(.enabled(if: Validators.areInstalled, Validators.missing)) struct ValidatorTests {
    @Test("check-jsonschema accepts every event by octolog's own schema, and refuses others") func ownSchema() throws {
        let folder = try TemporaryFolder()
        let files = try Validators.export(to: folder)
        let script = """
            import json, sys, jsonschema
            schema = json.load(open(sys.argv[-1]))
            jsonschema.Draft202012Validator.check_schema(schema)
            check = jsonschema.Draft202012Validator(schema)
            seen, count = set(), 0
            for path in sys.argv[1:-1]:
                for line in open(path):
                    event = json.loads(line)
                    check.validate(event)
                    seen.add(event["type"]); count += 1
                    event["data"]["surprise"] = 1
                    assert not check.is_valid(event)
            print(count, len(seen), len(schema["oneOf"]))
            """
        let result = try Tool.run(Validators.python, ["-c", script] + files)
        #expect(result.code == 0, "\(result.err)")
        let numbers = result.out.split(separator: " ").compactMap {
            Int($0.trimmingCharacters(in: .whitespacesAndNewlines))
        }
        #expect(numbers.first ?? 0 > 500)
        // Every type of event is seen: a schema that nobody exercises is no promise.
        #expect(numbers.count == 3 && numbers[1] == numbers[2], "\(result.out)")
    }

    @Test("check-jsonschema's command accepts the schema and a startup's events") func command() throws {
        let folder = try TemporaryFolder()
        let schema = try folder.write("schema.json", Tool.run(["schema"]).data)
        var files: [String] = []
        for (i, line) in try Tool.run([Tool.fixture("tentacle-3.22-polling/input.log")]).out.split(separator: "\n")
            .enumerated()
        {
            files.append(try folder.write("\(i).json", Data(line.utf8)))
        }
        let program = Tool.package.appending(path: ".venv/bin/check-jsonschema")
        let result = try Tool.run(program, ["--schemafile", schema] + files)
        #expect(result.code == 0, "\(result.out) \(result.err)")
    }

    @Test("the CloudEvents SDK reads every event as a valid CloudEvent") func cloudEvents() throws {
        let folder = try TemporaryFolder()
        let files = try Validators.export(to: folder).dropLast()
        let script = """
            import json, re, sys
            from cloudevents.core.formats.json import JSONFormat
            from cloudevents.core.v1.event import CloudEvent
            count = 0
            for path in sys.argv[1:]:
                for line in open(path, "rb"):
                    event = JSONFormat().read(CloudEvent, line)
                    raw = json.loads(line)
                    assert event.get_specversion() == "1.0" and event.get_id() and event.get_type()
                    for name in raw:
                        assert re.fullmatch("[a-z0-9]{1,20}", name), name
                    count += 1
            print(count)
            """
        let result = try Tool.run(Validators.python, ["-c", script] + files)
        #expect(result.code == 0, "\(result.err)")
        #expect(Int(result.out.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0 > 500)
    }

    /// CloudEvents publishes its JSON Schema in its repository, and no package here brings it.
    static let official = ProcessInfo.processInfo.environment["CLOUDEVENTS_SCHEMA"]

    @Test(
        "the official CloudEvents JSON Schema accepts every event",
        .enabled(
            if: official != nil,
            "set CLOUDEVENTS_SCHEMA to a copy of cloudevents/formats/cloudevents.json of github.com/cloudevents/spec"))
    func officialSchema() throws {
        let folder = try TemporaryFolder()
        let files = try Validators.export(to: folder).dropLast()
        let script = """
            import json, sys, jsonschema
            schema = json.load(open(sys.argv[1]))
            check = jsonschema.Draft7Validator(schema, format_checker=jsonschema.FormatChecker())
            count = 0
            for path in sys.argv[2:]:
                for line in open(path):
                    check.validate(json.loads(line)); count += 1
            print(count)
            """
        let result = try Tool.run(Validators.python, ["-c", script, Self.official ?? ""] + files)
        #expect(
            result.code == 0 && Int(result.out.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0 > 500,
            "\(result.err)")
    }
}
