// What a Tentacle's startup tells of its registration, log-grammar 6.3 and 12.

// MARK: - The certificate

extension StartupStateMachine {
    mutating func noteCertificate(_ observation: Observation) {
        guard let stage = startup?.stage else { return }
        // The running program tells the thumbprint where its level is raised, log-grammar 5.
        guard stage.isScripted || stage == .running && observation.fact == .loadsCertificate else { return }
        switch observation.fact {
        case .makesCertificate:
            startup?.awaitsThumbprint = observation.value == nil
            if let value = observation.value { noteThumbprint(value, observation) }
        case .thumbprint:
            guard startup?.awaitsThumbprint == true, let value = observation.value else { return }
            noteThumbprint(value, observation)
        case .importsCertificate:
            if let value = observation.value { noteThumbprint(value, observation) }
        case .loadsCertificate:
            guard startup?.thumbprint == nil, let value = observation.value else { return }
            noteThumbprint(value, observation)
        case .keepsCertificate: if let knownThumbprint { startup?.thumbprint = knownThumbprint }
        default: break
        }
    }

    private mutating func noteThumbprint(_ value: String, _ observation: Observation) {
        startup?.awaitsThumbprint = false
        startup?.thumbprint = value
        // A configured container makes no other certificate: which of the two it has, the log can't tell any more.
        let isDoubtful = startup?.isTrusted == false && knownThumbprint != nil && knownThumbprint != value
        knownThumbprint = isDoubtful ? nil : value
        startup?.noteRegistration(observation.evidence)
        tellIfComplete()
    }

    /// The frames name another container than before: that one is gone, and its certificate with it.
    mutating func becomeAnother(hostName: String?) {
        announceRegistration()
        knownThumbprint = nil
        programHasSpoken = false
        self.hostName = hostName
    }
}

// MARK: - The registration

extension StartupStateMachine {
    /// - Parameter line: the command that registers; nil where the log has none.
    mutating func expectRegistration(_ line: Invocation?, _ observation: Observation) {
        // What was tried before in the same startup is not lost.
        announceRegistration()
        guard let startup else { return }
        let sawAll = line != nil || startup.hasBegun
        let line = line ?? Invocation(executable: "", verb: nil, options: [])
        self.startup?.registration = Registration(startup.configuration, line, sawAll: sawAll)
        self.startup?.calledPort = Registration.calledPort(startup.configuration, line)
        self.startup?.registrationTime = observation.time
        self.startup?.noteRegistration(observation.evidence)
    }

    mutating func noteServer(_ observation: Observation) {
        guard let startup, startup.stage.isScripted else { return }
        if startup.registration == nil {
            guard !startup.toldRegistration else { return }
            // What announces the call is not in the log.
            expectRegistration(nil, observation)
        }
        if self.startup?.registration?.server == nil { self.startup?.registration?.server = observation.value }
        noteTime(observation)
    }

    mutating func noteRegistered(_ observation: Observation) {
        guard startup?.stage.isScripted == true else { return }
        if startup?.registration == nil {
            // The command itself is not in the log: the banner tells what it tells.
            expectRegistration(nil, observation)
        } else {
            startup?.noteRegistration(observation.evidence)
        }
        startup?.registration?.outcome = .registered
        noteTime(observation)
        tellIfComplete()
    }

    /// What announces the call may have no time where the program's own lines have one, log-grammar 5.
    private mutating func noteTime(_ observation: Observation) {
        if startup?.registrationTime == nil { startup?.registrationTime = observation.time }
    }

    /// The command that registers ended well: the server has the machine, though its word may not be in the log.
    mutating func confirmRegistration() {
        guard startup?.registration?.outcome == .unfinished else { return }
        startup?.registration?.outcome = .registered
        tellIfComplete()
    }

    /// The server had the machine before: nothing was registered.
    mutating func forgetRegistration() {
        startup?.registration = nil
        startup?.registrationEvidence = []
    }

    mutating func notePolling(_ observation: Observation) {
        guard startup?.stage == .running, let subscription = observation.value else { return }
        if startup?.registration != nil {
            startup?.registration?.subscription = subscription
            startup?.noteRegistration(observation.evidence)
            tellIfComplete()
        }
        if startup?.configuration.mode == .polling { ready(observation) }
    }

    /// Tells a registration as soon as the agent's start has nothing to add to it, log-grammar 6.4: a subscription, or
    /// the thumbprint where the beginning of the log is missing.
    private mutating func tellIfComplete() {
        guard let startup, let registration = startup.registration, registration.outcome == .registered else { return }
        let hasAddress = registration.subscription != nil || startup.calledPort != nil
        if hasAddress, startup.thumbprint != nil { announceRegistration() }
    }

    mutating func announceRegistration() {
        guard let startup, var registration = startup.registration else { return }
        registration.complete(with: startup, hostName: ownHostName)
        self.startup?.registration = nil
        self.startup?.registrationEvidence = []
        self.startup?.toldRegistration = true
        emit(
            .registrationObserved(registration), level: registration.outcome == .failed ? .high : .info,
            time: startup.registrationTime, subject: "registration", evidence: startup.registrationEvidence)
    }

    /// What the container's host calls itself: Windows has names in capitals, log-grammar 12.2.
    private var ownHostName: String? {
        let isWindows = product == .tentacle && !eras.isEmpty && eras.isSubset(of: .windowsTentacle)
        return isWindows ? hostName?.uppercased() : hostName
    }

    static func auth(_ text: String?) -> String? {
        switch text?.lowercased() {
        case "api key": "api-key"
        case "bearer token": "bearer-token"
        case "username/password": "password"
        default: nil
        }
    }
}
