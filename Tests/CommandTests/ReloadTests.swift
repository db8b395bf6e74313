import Foundation
import Testing

/// A run whose rules are read again while it reads: what it tells is in Fixtures/reloads.
@Suite struct ReloadTests {
    @Test("rules that are read again and have an error are said, and those from before stay in force") func badRules()
        throws
    {
        let folder = try TemporaryFolder()
        let files = Tool.package.appending(path: "Fixtures/reloads/bad-rules").path
        let log = Tool.package.appending(path: Tool.fixture("tentacle-3.22-listening/input.log")).path
        let result = try Tool.shell(
            """
            cd '\(folder.url.path)' && mkfifo in && cp '\(files)/before.yaml' own.yaml
            octolog -q --rules own.yaml < in > out 2> err & run=$!
            exec 3> in; cat '\(log)' >&3
            until grep -q startup.succeeded out; do sleep 0.02; done
            cp '\(files)/after.yaml' own.yaml; kill -HUP $run
            until grep -q rules.reloaded out; do sleep 0.02; done
            echo 'Backup 18 has begun' >&3; exec 3>&-; wait $run; code=$?
            cat out; cat err >&2; exit $code
            """)
        #expect(result.code == 0)
        #expect(result.err.hasPrefix("own.yaml:5:"), "\(result.err)")
        let kept = Golden(name: "reloads/bad-rules").events
        if ProcessInfo.processInfo.environment["UPDATE_GOLDENS"] != nil { try result.data.write(to: kept) }
        #expect(try result.out == String(contentsOf: kept, encoding: .utf8))
        let types = result.events.compactMap { $0["type"] as? String }
        #expect(
            types.suffix(3) == ["octolog.rules.reloaded.v1", "octolog.finding.raised.v1", "octolog.run.finished.v1"])
    }
}
