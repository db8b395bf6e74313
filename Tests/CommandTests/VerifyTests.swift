import Fleet
import Foundation
import Testing

/// `octolog verify` as users run it.
@Suite struct VerifyTests {
    private static let plain = "Fixtures/cases/server-2018.3.13-first-start/input.log"

    @Test("what octolog wrote of a log holds against it", arguments: Golden.all.filter { $0.name.hasPrefix("cases/") })
    func holds(_ golden: Golden) throws {
        let arguments = try golden.arguments()
        let logs = arguments.map { "--log \($0)" }.joined(separator: " ")
        let result = try Tool.shell("octolog \(arguments.joined(separator: " ")) | octolog verify \(logs)")
        #expect(result.code == 0 && result.out.isEmpty, "\(result.out)\(result.err)")
        #expect(result.err.contains("all hold"))
    }

    @Test(
        "options that the events were made with are given again",
        arguments: [
            "--since 2018-07-02T09:15:51Z", "--throttle 1/1h", "--container HOST/web", "--max-line 120",
            "--rules Fixtures/rules/example.yaml",
            "--reveal-to age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj",
        ]) func options(_ options: String) throws
    {
        // What is sealed is of no matter, and the name is known.
        let own = options.hasPrefix("--reveal") || options.hasPrefix("--container") ? "" : options
        let result = try Tool.shell("octolog \(options) \(Self.plain) | octolog verify --log \(Self.plain) \(own)")
        #expect(result.code == 0, "\(result.out)\(result.err)")
    }

    @Test("a log is found by its path, its name, or because there is no other") func names() throws {
        let log = try VerifiedLog(Self.plain)
        #expect(try log.verify().code == 0)
        let moved = try Tool.shell(
            "cd \(log.folder.url.path) && mkdir other && mv input.log other && octolog verify events --log other/input.log"
        )
        #expect(moved.code == 0, "\(moved.err)")
        let renamed = try Tool.shell(
            "cd \(log.folder.url.path) && mv other/input.log other/saved.log && octolog verify events --log other/saved.log"
        )
        #expect(renamed.code == 0, "\(renamed.err)")
        let piped = try Tool.shell("octolog < \(Self.plain) | octolog verify --log \(Self.plain)")
        #expect(piped.code == 0, "\(piped.out)\(piped.err)")
        let two = try Tool.shell(
            """
            cd Fixtures/cases/tentacle-3.22-two-containers-one-name
            octolog input.log second.log > /tmp/octolog-$$; octolog verify /tmp/octolog-$$ --log second.log --log input.log
            octolog verify /tmp/octolog-$$ --log second.log; echo $?; rm /tmp/octolog-$$
            """)
        #expect(two.out == "3\n", "\(two.out)")
        #expect(two.err.contains("all hold") && two.err.contains("no --log of the input input.log"))
    }

    @Test("an event that was changed, made up or taken away is named") func forged() throws {
        let log = try VerifiedLog(Self.plain)
        let lines = try String(contentsOfFile: log.events, encoding: .utf8).split(separator: "\n").map(String.init)
        func verify(_ lines: [String]) throws -> Tool.Result {
            try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(filePath: log.events))
            return try log.verify()
        }
        for (index, line) in lines.enumerated() where index > 0 && index + 1 < lines.count {
            var removed = lines
            removed.remove(at: index)
            let gone = try verify(removed)
            #expect(gone.code == 1 && gone.out.contains("the log shows this event"), "\(index): \(gone.out)")
            #expect(gone.out.split(separator: "\n").count == 1)
            guard index % 4 == 0 else { continue }
            var changed = lines
            changed[index] = line.replacing(#""severitytext":"info""#, with: #""severitytext":"high""#)
                .replacing(#""severitytext":"medium""#, with: #""severitytext":"low""#)
            guard changed[index] != line else { continue }
            let other = try verify(changed)
            #expect(other.code == 1 && other.out.contains("(line \(index + 1) of "), "\(other.out)")
            #expect(other.out.contains("not what this log shows: severitytext"), "\(other.out)")
        }
        let failed = lines.first { $0.contains("octolog.startup.succeeded.v1") }?
            .replacing("octolog.startup.succeeded.v1", with: "octolog.startup.failed.v1")
        let invented = try verify(lines.dropLast() + [try #require(failed), lines[lines.count - 1]])
        #expect(invented.code == 1 && invented.out.contains("this log shows no such event"), "\(invented.out)")
        let end = lines[lines.count - 1].replacing(#/"lines":\d+/#, with: "\"lines\":1")
        let counts = try verify(lines.dropLast() + [end])
        #expect(counts.code == 1 && counts.out.contains("data.lines"), "\(counts.out)")
        #expect(try verify(lines).code == 0)
    }

    @Test("events that somebody else wrote again, in another order, or twice still hold") func rewritten() throws {
        let log = try VerifiedLog(Self.plain)
        for change in [
            "jq -cS .", "jq -cs 'sort_by(.sequence, .source)[]'", "jq -c .", "awk '{ print; if (NR % 3 == 0) print }'",
        ] {
            let result = try Tool.shell("\(change) \(log.events) | octolog verify --log \(log.log)")
            #expect(result.code == 0, "\(change): \(result.out)\(result.err)")
        }
    }

    @Test("what can't be checked is said, and is no success") func incomplete() throws {
        let log = try VerifiedLog(Self.plain)
        let cut = try Tool.shell("head -n 9 \(log.events) | octolog verify --log \(log.log)")
        #expect(cut.code == 3 && cut.err.contains("octolog.run.finished.v1"), "\(cut.err)")
        let headless = try Tool.shell("tail -n +2 \(log.events) | octolog verify --log \(log.log)")
        #expect(headless.code == 3 && headless.out.isEmpty, "\(headless.out)\(headless.err)")
        let foreign = try Tool.shell("(cat \(log.events); echo '{\"a\":1}') | octolog verify --log \(log.log)")
        #expect(foreign.code == 3 && foreign.err.contains("1 lines are no events"))
        #expect(try Tool.shell("echo x | octolog verify --log \(log.log)").code == 4)
        #expect(try Tool.run(["verify", log.events]).code == 64)
        #expect(try Tool.run(["verify", log.events, "--log", "no-such.log"]).code == 66)
        #expect(try Tool.run(["verify", "no-such.ndjson", "--log", log.log]).code == 66)
        #expect(try Tool.run(["verify", log.events, "--log", log.log, "--chain", log.events]).code == 3)
        #expect(try Tool.shell("octolog verify \(log.events) --log \(log.log) --json > /dev/full").code == 74)
    }

    @Test("several runs in one stream are each held against their logs") func runs() throws {
        let other = "Fixtures/cases/server-2018.3.13-sql-unreachable/input.log"
        let result = try Tool.shell(
            """
            t=$(mktemp -d); cp \(Self.plain) $t/a.log; cp \(other) $t/b.log; cd $t
            (octolog a.log; octolog b.log; octolog a.log) > events; octolog verify events --log a.log --log b.log; echo $?
            sed -i '11s/./~/40' b.log; octolog verify events --log a.log --log b.log; echo $?; rm -r $t
            """)
        #expect(result.out.hasPrefix("0\nb.log:") && result.out.hasSuffix("1\n"), "\(result.out)\(result.err)")
        #expect(!result.out.contains("a.log"))
    }

    @Test(
        "runs that go on with a state are held against the log together, however they ended",
        arguments: [
            "tentacle-6.1.1403-linux-restart-skips", "story-b-server-before-sql", "tentacle-3.22-registered-again",
        ]
    ) func resumed(_ name: String) throws {
        // The first ends, the second is stopped, the third is killed, the last reads the rest.
        let result = try Tool.shell(
            """
            log=$PWD/Fixtures/cases/\(name)/input.log; t=$(mktemp -d); cd $t; n=$(($(wc -l < $log) / 4))
            part() { head -n $(($1 * n)) $log | tail -n +$((($1 - 1) * n + 1)) >> x.log; }
            follow() { octolog -q -F --state s --output events x.log & before=$(wc -l < events)
              until [ $(wc -l < events) -gt $(($before + 1)) ]; do sleep 0.05; done; kill -$1 $!; wait $! 2> /dev/null; }
            verify() { octolog verify $1 --log x.log; echo $?; }
            part 1; octolog -q --state s --output events x.log; verify events
            part 2; follow TERM; verify events
            part 3; follow KILL; verify events
            tail -n +$((3 * n + 1)) $log >> x.log; octolog -q --state s --output events x.log; verify events
            grep -c '"resumed":true' events; grep -c '"brokenOff":true' events
            awk '/"type":"octolog.run.started/ { runs += 1 } runs > 1' events > later; verify later
            awk '/phase.entered/ && !n++ { next } { print }' events > fewer; verify fewer; rm -r $t
            """)
        let lines = result.out.split(separator: "\n")
        #expect(lines.count == 9, "\(result.out)\(result.err)")
        guard lines.count == 9 else { return }
        #expect(lines[..<4] == ["0", "0", "3", "0"], "\(result.out)\(result.err)")
        #expect(lines[4..<7] == ["3", "1", "3"], "\(result.out)\(result.err)")
        #expect(lines[7].contains("the log shows this event, and it is not there") && lines[8] == "1")
    }

    @Test("of several logs that a signal broke off it is said that events may lack, until another run went on")
    func openEnded() throws {
        let result = try Tool.shell(
            """
            t=$(mktemp -d); cp \(Self.plain) $t/a.log; cp Fixtures/cases/server-2018.3.13-sql-unreachable/input.log $t/b.log
            cd $t; octolog -q -F --state s --output events a.log b.log &
            until grep -q '"input":"a.log"' events && grep -q '"input":"b.log"' events; do sleep 0.05; done; kill $!; wait $!
            verify() { octolog verify $1 --log a.log --log b.log; echo $?; }
            verify events; grep -v '"type":"octolog.phase.entered' events > fewer; verify fewer
            octolog -q --state s --output events a.log b.log; verify events; rm -r $t
            """)
        #expect(result.out == "3\n3\n0\n", "\(result.out)\(result.err)")
        #expect(result.err.contains("nobody knows how far it read"))
    }

    @Test("a log that went on since is read as far as the run read it") func growth() throws {
        let log = try VerifiedLog(Self.plain)
        try log.replace(log.bytes + Array("2018-07-03 and more\n".utf8))
        let result = try log.verify("--chain \(log.chain)")
        #expect(result.code == 0 && result.err.contains("went on for 20 bytes"), "\(result.out)\(result.err)")
    }

    @Test("what programs read has an object for each failure, and the counts") func json() throws {
        let log = try VerifiedLog(Self.plain)
        var bytes = log.bytes
        let line = log.evidence[3]
        bytes[line.range.lowerBound + 20] ^= 1
        try log.replace(bytes)
        let objects = try log.verify("--json -q").events
        #expect(objects.contains { $0["line"] as? Int == line.line && $0["problem"] as? String == "line" })
        let counts = objects.last?["checked"] as? [String: Any]
        #expect(counts?["failures"] as? Int == objects.count - 1)
    }

    @Test("no secret is shown of a line that hides it no more") func secrets() throws {
        let log = try VerifiedLog(Self.plain)
        let text = String(decoding: log.bytes, as: UTF8.self)
        for secret in ["RmFrZU1hc3RlcktleTAwMQ=="] + Self.passwords(in: text) {
            for range in text.ranges(of: secret) {
                let start = text.utf8.distance(from: text.startIndex, to: range.lowerBound)
                for place in [
                    start - 3, start - 1, start + 2, start + secret.utf8.count - 1, start + secret.utf8.count,
                ] {
                    var bytes = log.bytes
                    bytes[place] = UInt8(ascii: "~")
                    try log.replace(bytes)
                    for options in ["", "--json", "--chain \(log.chain)"] {
                        let result = try log.verify(options)
                        #expect(!(result.out + result.err).contains(secret.prefix(8)), "\(place): \(result.out)")
                        #expect(!(result.out + result.err).contains(secret.suffix(8)), "\(place): \(result.out)")
                    }
                }
            }
        }
    }

    /// The passwords of a log, by what redact takes out of it.
    static func passwords(in text: String) -> [String] {
        var found: [String] = []
        for match in text.matches(of: #/(?:Password=|--password )"?([^;"\s]+)/#) { found.append(String(match.1)) }
        return Array(Set(found))
    }
}
