import Testing

@testable import OctologCore

/// What a run amounts to, as Prometheus reads it.
@Suite struct MetricsTests {
    private func event(
        _ payload: Payload, _ container: String? = "web", startup: Int? = 1, product: Product? = .server,
        level: Level = .info
    ) -> Event {
        Event(
            payload: payload, source: "urn:octolog:container:\(container ?? "")", level: level,
            origin: Origin(container: container, product: product, startup: startup), evidence: [])
    }

    private func failed(_ cause: String, _ phase: Phase? = .database) -> Payload {
        .startupFailed(
            StartupFailed(
                phase: phase,
                rootCause: RootCause(code: cause, title: "", confidence: .certain, remedy: ""), contributing: []))
    }

    private func explained(_ cause: String, startup: Int) -> Payload {
        .startupExplained(
            StartupExplained(
                container: "web", startup: startup,
                rootCause: RootCause(code: cause, title: "", confidence: .certain, remedy: ""), contributing: []))
    }

    private func entered(_ phase: Phase) -> Payload { .phaseEntered(PhaseStep(phase: phase)) }
    private func completed(_ phase: Phase, _ seconds: Double?) -> Payload {
        .phaseCompleted(PhaseStep(phase: phase, durationSeconds: seconds))
    }
    private let began = Payload.startupBegan(StartupBegan(kind: .first))
    private let restarted = Payload.startupBegan(StartupBegan(kind: .restart))
    private let succeeded = Payload.startupSucceeded(StartupSucceeded(phases: []))

    /// The series whose names begin so, without the label `run`.
    private func series(_ metrics: Metrics, _ prefix: String) -> [String] {
        String(decoding: metrics.text, as: UTF8.self).split(separator: "\n").map(String.init).map {
            $0.replacing("run=\"r\",", with: "").replacing("{run=\"r\"}", with: "")
        }.filter { $0.hasPrefix(prefix) }
    }

    // MARK: The format

    @Test("label values are escaped, bounded and printable") func labels() {
        #expect(MetricsText.escaped("a\\b\"c\nd") == #"a\\b\"c\nd"#)
        var metrics = Metrics(run: "a\"b")
        metrics.note(event(began, "x\"y\\z\u{1B}[0m\n"))
        let text = String(decoding: metrics.text, as: UTF8.self)
        #expect(text.contains(#"octolog_lines_total{run="a\"b"} 0"#))
        #expect(text.contains(#",container="x\"y\\z\\u{1b}[0m\\u{a}","#))
        let long = Metrics.label(String(repeating: "ä", count: 5000))
        #expect(long.utf8.count <= Metrics.maximumLabel && long.hasSuffix("ä…"))
        // Two names that begin alike are one series, not two of one name, which nobody could read.
        metrics.note(event(began, String(repeating: "n", count: 300)))
        metrics.note(event(began, String(repeating: "n", count: 400)))
        #expect(series(metrics, "octolog_startups_total").count == 8)
    }

    @Test("a histogram's buckets count all below them, and +Inf all") func histogram() {
        var metrics = Metrics(run: "r")
        for seconds in [0, 0.5, 1, 1.5, 31, 1800, 1801, 90000] { metrics.note(event(completed(.database, seconds))) }
        metrics.note(event(completed(.database, nil)))
        metrics.note(event(completed(.database, -1)))
        metrics.note(event(completed(.admin, 9), product: nil))
        let name = "octolog_phase_duration_seconds"
        let labels = "product=\"server\",phase=\"database\""
        let buckets = [3, 4, 4, 4, 4, 4, 5, 5, 5, 5, 5, 6]
        let expected =
            zip(Histogram.bounds, buckets).map { "\(name)_bucket{\(labels),le=\"\($0)\"} \($1)" } + [
                "\(name)_bucket{\(labels),le=\"+Inf\"} 8", "\(name)_sum{\(labels)} 93635.0",
                "\(name)_count{\(labels)} 8",
            ]
        #expect(series(metrics, name).filter { $0.contains("database") } == expected)
        #expect(series(metrics, "\(name)_count{product=\"unknown\",phase=\"admin\"}").first?.hasSuffix(" 1") == true)
    }

    @Test("each family is announced once, before its series, and no series comes twice", arguments: Case.all)
    func wellFormed(_ example: Case) {
        var metrics = Metrics(run: "r")
        let run = analyze(example.logs.map { ($0, example.bytes(of: $0)) })
        for event in run.events { metrics.note(event) }
        var types: Set<Substring> = []
        var known: Set<Substring> = []
        for line in String(decoding: metrics.text, as: UTF8.self).split(
            separator: "\n", omittingEmptySubsequences: false
        )
        .dropLast() {
            if line.hasPrefix("# TYPE ") { #expect(types.insert(line.split(separator: " ")[2]).inserted) }
            guard !line.hasPrefix("#") else { continue }
            let name = line.prefix { $0 != "{" }
            let family =
                ["_bucket", "_sum", "_count"].first { name.hasSuffix($0) }.map { name.dropLast($0.count) } ?? name
            #expect(types.contains(family) || types.contains(name), "\(line)")
            #expect(known.insert(line.prefix { $0 != " " }).inserted, "\(line)")
        }
        #expect(known.contains("octolog_lines_total{run=\"r\"}"))
    }

    // MARK: States

    @Test("a failed startup stays failed until one succeeds") func failure() {
        var metrics = Metrics(run: "r")
        func state() -> [String] { series(metrics, "octolog_startup_").filter { !$0.contains("lines") } }
        let labels = "container=\"web\",product=\"server\""
        metrics.note(event(began))
        #expect(state() == ["octolog_startup_in_progress{\(labels),phase=\"unknown\"} 1"])
        metrics.note(event(entered(.database)))
        #expect(state() == ["octolog_startup_in_progress{\(labels),phase=\"database\"} 1"])
        metrics.note(event(failed("sql-unreachable")))
        let failure = "octolog_startup_failed{\(labels),cause=\"sql-unreachable\",phase=\"database\"} 1"
        #expect(state() == [failure])
        // What is told of it afterwards begins nothing.
        metrics.note(event(entered(.run)))
        #expect(state() == [failure])
        metrics.note(event(restarted, startup: 2))
        #expect(state() == [failure, "octolog_startup_in_progress{\(labels),phase=\"unknown\"} 1"])
        metrics.note(event(failed("sql-login-failed", nil), startup: 2))
        #expect(state() == ["octolog_startup_failed{\(labels),cause=\"sql-login-failed\",phase=\"unknown\"} 1"])
        metrics.note(event(restarted, startup: 3))
        metrics.note(event(.startupUnfinished(StartupUnfinished(lastPhase: .admin, missing: "")), startup: 3))
        #expect(
            state() == [
                "octolog_startup_failed{\(labels),cause=\"sql-login-failed\",phase=\"unknown\"} 1",
                "octolog_startup_in_progress{\(labels),phase=\"admin\"} 1",
            ])
        metrics.note(event(restarted, startup: 4))
        metrics.note(event(succeeded, startup: 4))
        #expect(state().isEmpty)
        #expect(
            series(metrics, "octolog_startups_total")
                == [("began", 4), ("succeeded", 1), ("failed", 2), ("unfinished", 1)]
                .map { "octolog_startups_total{\(labels),outcome=\"\($0)\"} \($1)" })
        #expect(series(metrics, "octolog_restarts_total") == ["octolog_restarts_total{\(labels)} 3"])
    }

    @Test("an explanation corrects the cause of the failure that it is of") func explanation() {
        var metrics = Metrics(run: "r")
        func cause() -> [String] { series(metrics, "octolog_startup_failed{") }
        metrics.note(event(failed("sql-unreachable"), startup: 2))
        metrics.note(event(explained("sa-password-weak", startup: 1)))
        #expect(cause().first?.contains("sql-unreachable") == true)
        metrics.note(event(explained("sa-password-weak", startup: 2)))
        #expect(cause().count == 1 && cause().first?.contains("cause=\"sa-password-weak\",phase=\"database\"") == true)
        metrics.note(event(succeeded, startup: 3))
        metrics.note(event(explained("sql-crashed", startup: 2)))
        #expect(cause().isEmpty)
    }

    @Test("a container that stopped is stopped until it starts again") func stop() {
        var metrics = Metrics(run: "r")
        func stopped() -> [String] { series(metrics, "octolog_container_stopped") }
        metrics.note(event(began))
        metrics.note(event(.containerStopped(ContainerStopped(exitCode: 0, expected: true))))
        #expect(stopped() == ["octolog_container_stopped{container=\"web\"} 1"])
        #expect(series(metrics, "octolog_startup_in_progress").isEmpty)
        metrics.note(event(restarted, startup: 2))
        #expect(stopped().isEmpty)
    }

    @Test("a group of duplicates that is told again is one group, and groups that grow together are one") func groups()
    {
        func duplicate(_ members: [String], _ value: String = "n") -> Payload {
            .registrationDuplicate(
                RegistrationDuplicate(
                    class: .sameName, value: value,
                    members: members.map { RegistrationDuplicate.Member(container: $0, startup: 1, evidence: []) },
                    memberCount: members.count, confidence: .certain, why: "", remedy: ""))
        }
        var metrics = Metrics(run: "r")
        func count() -> String? { series(metrics, "octolog_duplicate_registrations{class=\"same-name\"}").first }
        #expect(count()?.hasSuffix(" 0") == true)
        for (members, value, expected) in [
            (["a", "b"], "n", 1), (["a", "b", "c"], "N", 1), (["d", "e"], "n", 2), (["a", "b"], "m", 3),
            (["c", "d", "a"], "n", 2), (["e", "f"], "n", 3), (["d", "g"], "n", 3),
        ] {
            metrics.note(event(duplicate(members, value)))
            #expect(count()?.hasSuffix(" \(expected)") == true, "\(members): \(count() ?? "")")
        }
    }

    // MARK: Bounds

    @Test("of more containers than are kept the one silent longest goes, and is counted") func bounded() {
        var metrics = Metrics(run: "r")
        for number in 0..<Metrics.maximumContainers { metrics.note(event(began, "c\(number)")) }
        metrics.note(event(succeeded, "c0"))
        metrics.note(event(began, "new"))
        #expect(metrics.containers.count == Metrics.maximumContainers)
        #expect(metrics.containers["c1"] == nil && metrics.containers["c0"] != nil && metrics.containers["new"] != nil)
        #expect(series(metrics, "octolog_containers_forgotten_total") == ["octolog_containers_forgotten_total 1"])
        // What is told of a container that is gone does not bring it back.
        metrics.note(event(explained("x", startup: 1), "c1"))
        #expect(metrics.containers.count == Metrics.maximumContainers)
    }

    // MARK: Laws

    @Test("what is not told counts all the same, and is counted as such") func suppressed() {
        var metrics = Metrics(run: "r")
        let finding = event(
            .findingRaised(Finding(code: "user-rule", title: "", remedy: "")), level: .high)
        metrics.note(finding)
        metrics.noteSuppressed(finding)
        #expect(
            series(metrics, "octolog_findings_total") == [
                "octolog_findings_total{container=\"web\",code=\"user-rule\",level=\"high\"} 2"
            ])
        #expect(
            series(metrics, "octolog_events_total{type=\"octolog.finding.raised.v1\"}").first?.hasSuffix(" 1") == true)
        #expect(series(metrics, "octolog_events_suppressed_total") == ["octolog_events_suppressed_total 1"])
    }

    /// Counts as the command does.
    private struct Counter: EventSink {
        var metrics = Metrics(run: "r")
        /// How many lines the metrics told, each time that all that was read was told.
        var lines: [Int] = []
        mutating func receive(_ event: Event) { metrics.note(event) }
        mutating func inputRead(ofLog log: Int, _ totals: () -> Totals) { metrics.note(totals(), ofLog: log) }
        mutating func inputDrained() { lines.append(metrics.totals.lines) }
    }

    @Test("lines, bytes and shares are right while a log is read, and at its end the same in any chunks")
    func live() {
        let log = Case("server-2018.3.13-failed-then-ok").bytes(of: "input.log")
        var texts: Set<[UInt8]> = []
        for chunk in [1, 7, 100, .max] {
            var analyzer = Analyzer()
            var counter = Counter()
            analyzer.start(inputs: ["x"], into: &counter)
            analyzer.read([["x"]], into: &counter) { _ throws(InputError) in
                MemorySource(log, chunk: chunk)
            } failed: { _, _ in
            }
            _ = analyzer.finish(exitCode: { _ in 0 }, into: &counter)
            texts.insert(counter.metrics.text)
            #expect(counter.metrics.totals.lines == analyzer.totals.lines)
            #expect(counter.metrics.totals.bytes == log.count)
            #expect(counter.metrics.totals.startupLines == analyzer.totals.startupLines)
            if chunk == 1 { #expect(Set(counter.lines).count > analyzer.totals.lines) }
        }
        #expect(texts.count == 1)
    }
}
