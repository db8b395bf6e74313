// How a startup begins: which lines open it, whose it is, and what kind it is.

extension StartupStateMachine {
    /// Whether this container can have printed that, as far as is known of it.
    func isBelievable(_ observation: Observation, _ product: Product?) -> Bool {
        // Logs of several containers can follow one another in one input.
        guard let startup, startup.stage != .ended, startup.stage != .failed else { return true }
        // Two containers without names may share a log: what is SQL Server's is not the other's.
        if self.product != product, observation.writer == .sqlServer || product == .sqlServer {
            return self.product == .sqlServer
        }
        // The scripts of the Windows images put something before all that they print.
        let isWindows = !startup.isBare && startup.began != nil
        let isLinuxScripts =
            observation.writer == .bare && observation.fact.isScripts
            && (product == .tentacle || product == .kubernetesAgent)
        return !(isWindows && isLinuxScripts)
    }

    mutating func narrow(to product: Product?, _ eras: Eras?, anew: Bool) {
        // The Kubernetes agent is a Tentacle, and prints what Tentacles do.
        let isAgents = self.product == .kubernetesAgent && product == .tentacle && !anew
        if let product, self.product != product, !isAgents {
            self.product = product
            self.eras = Eras.all(of: product)
        }
        guard let eras else { return }
        let common = self.eras.intersection(eras)
        if !common.isEmpty {
            self.eras = common
        } else if anew {
            // Logs of several containers can follow one another in one input.
            self.eras = eras
        }
    }

    /// What a script says without anything before it is a Linux image's.
    mutating func narrowToLinux(_ observation: Observation) {
        guard product == .tentacle, observation.writer == .bare, observation.fact.isScripts else { return }
        narrow(to: nil, .linuxTentacle, anew: false)
    }

    /// Finds out whether SQL Server Express runs by itself or in the Server's image, log-grammar 2.5 and 8.2.
    mutating func resolveExpress(_ observation: Observation) {
        switch observation.fact {
        case .startsExpress where product == .server: narrow(to: nil, .se, anew: true)
        case .startsExpress:
            openExpress()
            product = .sqlServer
            eras = .qw
            express = (observation, nil)
        case .expressReady: express?.ready = observation
        case .begins where product == .server && express != nil:
            express = nil
            eras = .se
        case .eventLog: openExpress()
        default: if !observation.fact.leavesKindOpen { openExpress() }
        }
    }

    /// SQL Server Express runs by itself.
    mutating func openExpress() {
        guard let express else { return }
        self.express = nil
        open(express.began, .boot)
        startup?.isBare = true
        resolveKind(nil)
        if let time = express.ready { ready(time) }
    }

    /// Makes sure there is a startup for a fact that needs one.
    ///
    /// - Returns: false if the fact means nothing here.
    mutating func prepareStartup(for observation: Observation) -> Bool {
        let hasEnded = startup == nil
        switch observation.fact {
        case .begins, .boots, .refusesRestart, .version, .refusesLogin, .explainsRefusal, .warns: return true
        case .skipsConfiguration:
            if hasEnded, observation.writer != .bare { beginInTheMiddle(observation) }
            return true
        case .enters, .worksOn, .executes, .observes, .masterKey, .configured, .ready, .finishes:
            if hasEnded { beginInTheMiddle(observation) }
            return true
        case .registers, .registered, .keepsRegistration:
            // A script prints what its command says; by itself the line is anybody's.
            if hasEnded, observation.writer == .output { beginInTheMiddle(observation) }
            if startup == nil, early.count < Startup.maximumFacts { early.append(observation) }
            return startup != nil
        case .fails(let cause):
            openByFailure(cause, observation)
            return true
        case .showsKey: return true
        case .completes, .aborts, .gaveUp, .makesCertificate, .thumbprint, .importsCertificate, .loadsCertificate,
            .keepsCertificate, .authenticates, .polls, .ends, .isStopped, .exits, .terminates, .overcomes,
            .startsExpress,
            .expressReady, .eventLog, .shows, .known, .finds, .awaited:
            return !hasEnded
        }
    }

    /// A container may say nothing but why it refuses to start.
    mutating func openByFailure(_ cause: Cause, _ observation: Observation) {
        guard cause.isFinal, observation.writer != .output else { return }
        if let startup {
            // The same word again, where it is all that is said, is the next start.
            let first = startup.failing.first
            let isAgain =
                startup.isBare && !startup.hasBegun && first?.cause.code == cause.code
                && first?.evidence.contains { observation.evidence.contains($0) } == false
            guard startup.stage == .ended || startup.stage == .failed && startup.isBare || isAgain else { return }
        }
        open(observation, .boot)
        startup?.isBare = observation.writer.isDisjoint(with: .script)
    }

    mutating func boot(_ observation: Observation) {
        if let startup {
            guard startup.isBare else { return }
            if startup.stage.isScripted || startup.stage == .running {
                let hasFailed = !startup.failing.isEmpty || startup.abort != nil || startup.terminated != nil
                // Each command of the Server begins with the same words; SQL Server runs but once.
                let isAgain = startup.boots.contains(observation.rule) && (product != .server || hasFailed)
                guard isAgain else {
                    self.startup?.boots.insert(observation.rule)
                    return
                }
            }
        }
        open(observation, .boot)
        startup?.isBare = true
        startup?.boots = [observation.rule]
    }

    mutating func skipConfiguration(_ observation: Observation) {
        // One that has come to its program says nothing of the kind any more: it is the next one that does.
        let isNext = startup?.kind != .skippedConfiguration || startup?.stage.isScripted != true
        if observation.writer == .bare, isNext {
            open(observation, .boot)
            startup?.isBare = true
            resolveKind(observation)
        }
        // A script says so before it starts its program; what runs later may say it too.
        if startup?.stage.isScripted == true { startup?.stage = .configured }
    }

    mutating func refuseRestart(_ observation: Observation) {
        open(observation, .boot)
        startup?.isBare = true
        startup?.kind = .restart
        resolveKind(nil)
        fail(.restartRefused, observation)
        concludeFailure()
    }

    /// The next startup begins with a line.
    mutating func open(_ observation: Observation, _ phase: Phase) {
        let number = (startup?.number ?? startupsBefore) + 1
        // How long the container lay still before is no gap in a startup.
        gap = nil
        closeStartup()
        clock = observation.time
        raised = []
        looseKeys = 0
        early = []
        startup = Startup(number: number)
        startup?.isTrusted = !programHasSpoken && !isSuspect
        startup?.began = Startup.Step(phase: phase, time: observation.time, evidence: observation.evidence)
    }

    mutating func noteVersion(_ observation: Observation) {
        guard let value = observation.value else { return }
        // The program tells it before it is ready; later anybody may.
        if startup?.stage == .ready || startup?.stage == .ended { return }
        version = value
        if startup != nil, startup?.stage != .beginning { detect(observation.evidence, observation.time) }
    }

    /// The log does not show how the startup began.
    mutating func beginInTheMiddle(_ observation: Observation) {
        startup = Startup(number: max(1, startupsBefore))
        if observation.fact == .skipsConfiguration { return }
        startup?.stage = observation.fact == .ready ? .running : .configuring
        startup?.isTrusted = !isSuspect
        startup?.isBare = observation.writer == .bare && observation.fact.isScripts
        detect(observation.evidence, observation.time)
        emit(
            .gapDetected(GapDetected(kind: .missingStart, to: observation.time?.timestamp)), time: observation.time,
            subject: "gap", evidence: observation.evidence)
        if startup?.stage.isScripted == true { early.forEach { act(on: $0) } }
        early = []
    }

    mutating func begin(_ observation: Observation) {
        if let startup, !startup.boots.isEmpty, !startup.hasBegun, startup.stage.isScripted {
            // The program or the script was started before, and now comes to this.
            self.startup?.hasBegun = true
            enter(.banner, observation)
            return
        }
        open(observation, .banner)
        startup?.hasBegun = true
        startup?.isBare = observation.writer.isDisjoint(with: .script)
    }

    /// The first fact after the beginning tells the kind of startup, and the startup can be announced.
    mutating func resolveKind(_ next: Observation?) {
        if let next, next.fact.leavesKindOpen { return }
        guard startup?.stage == .beginning else { return }
        let skips: Bool
        switch next?.fact {
        case .skipsConfiguration: skips = true
        // S3 restarts without a word: the batch file starts the program at once, log-grammar 2.4.
        case .enters(let phase): skips = phase == .start
        default: skips = false
        }
        let kind = startup?.kind ?? (skips ? .skippedConfiguration : startup?.number == 1 ? .first : .restart)
        startup?.kind = kind
        startup?.stage = .configuring
        let began = startup?.began
        var evidence = began?.evidence ?? []
        if skips, let next, next.evidence != evidence { evidence += next.evidence }
        detect(evidence, began?.time ?? next?.time)
        startup?.beganAt = began?.time ?? next?.time
        let trusted = startup?.isTrusted != false
        emit(.startupBegan(StartupBegan(kind: kind, trusted: trusted)), time: startup?.beganAt, evidence: evidence)
        if let began {
            startup?.step = began
            startup?.note(began.phase)
            emit(
                .phaseEntered(PhaseStep(phase: began.phase)), time: began.time,
                subject: "phase/\(began.phase.rawValue)", evidence: began.evidence)
        }
    }

    /// Says what the log tells of its origin, once for each thing it tells.
    mutating func detect(_ evidence: [Evidence], _ time: Moment?) {
        guard product != nil, detected?.eras != eras || detected?.version != version else { return }
        detected = (eras, version)
        emit(
            .sourceDetected(
                // What wraps the lines is for those to say who unwrapped them.
                SourceDetected(
                    version: version, eras: eras.list, confidence: eras.list.count == 1 ? .certain : .likely)),
            time: time, subject: "source", evidence: evidence)
    }
}
