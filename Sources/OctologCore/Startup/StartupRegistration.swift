// What a Tentacle's startup tells of its registration, log-grammar 6.3 and 12.

extension StartupStateMachine {
    mutating func noteCertificate(_ observation: Observation) {
        guard startup?.stage.isScripted == true else { return }
        switch observation.fact {
        case .makesCertificate:
            startup?.madeCertificate = true
            startup?.awaitsThumbprint = observation.value == nil
            if let value = observation.value { noteThumbprint(value, observation) }
        case .thumbprint where startup?.awaitsThumbprint == true, .importsCertificate:
            if let value = observation.value { noteThumbprint(value, observation) }
        case .keepsCertificate: startup?.thumbprint = knownThumbprint
        default: break
        }
    }

    private mutating func noteThumbprint(_ value: String, _ observation: Observation) {
        startup?.awaitsThumbprint = false
        startup?.thumbprint = value
        knownThumbprint = value
        startup?.noteRegistration(observation.evidence)
    }

    /// - Parameter line: the command that registers; nil where the log has none.
    mutating func expectRegistration(_ line: Invocation?, _ observation: Observation) {
        guard let startup else { return }
        let line = line ?? Invocation(executable: "", verb: nil, options: [])
        let settings = startup.configuration
        var registration = Registration()
        registration.server = settings.serverURL ?? line.value(of: "server")
        registration.space = settings.space ?? line.value(of: "space")
        // The banner's values stand in quotes; on the command line a password may look like an option.
        func values(_ banner: [String], _ option: String) -> [String] {
            banner.isEmpty ? line.values(of: option) : banner
        }
        registration.environments = values(settings.environments, "environment")
        registration.roles = values(settings.roles, "role")
        registration.workerPools = values(settings.workerPools, "workerpool")
        // The words of a registration are the same for both: without a banner or a command nothing tells.
        if line.verb == "register-worker" || !registration.workerPools.isEmpty {
            registration.kind = .worker
        } else if line.verb != nil || !registration.environments.isEmpty || !registration.roles.isEmpty {
            registration.kind = .target
        }
        registration.host = line.value(of: "publicHostName")
        registration.name = settings.name ?? line.value(of: "name")
        // Without a name the machine has its host's, which a ComputerName setting prints, log-grammar 12.2.
        if registration.name == nil, settings.host == "ComputerName" {
            registration.name = registration.host
            registration.nameIsDefault = true
        }
        registration.thumbprint = startup.thumbprint
        registration.madeCertificate = startup.madeCertificate
        registration.auth = startup.auth
        registration.subscription = settings.subscription
        let isPassive = line.value(of: "comms-style").map { $0 == "TentaclePassive" } ?? (settings.mode == .listening)
        if isPassive, let host = registration.host {
            let port = line.value(of: "tentacle-comms-port").flatMap(Int.init) ?? settings.listeningPort ?? 10933
            registration.endpoint = "https://\(host.lowercased()):\(port)/"
        }
        self.startup?.registration = registration
        self.startup?.registrationTime = observation.time
        self.startup?.noteRegistration(observation.evidence)
    }

    mutating func noteServer(_ observation: Observation) {
        guard startup?.stage.isScripted == true, startup?.registration != nil else { return }
        if startup?.registration?.server == nil { startup?.registration?.server = observation.value }
        let auth = startup?.auth
        if startup?.registration?.auth == nil { startup?.registration?.auth = auth }
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
        // A polling Tentacle prints its subscription when it runs; its registration is told then.
        if startup?.configuration.mode != .polling { announceRegistration() }
    }

    mutating func notePolling(_ observation: Observation) {
        guard startup?.stage == .running, let subscription = observation.value else { return }
        if startup?.registration != nil {
            startup?.registration?.subscription = subscription
            startup?.noteRegistration(observation.evidence)
            announceRegistration()
        }
        if startup?.configuration.mode == .polling { ready(observation) }
    }

    mutating func announceRegistration() {
        guard let startup, let registration = startup.registration else { return }
        self.startup?.registration = nil
        self.startup?.registrationEvidence = []
        emit(
            .registrationObserved(registration), level: registration.outcome == .failed ? .high : .info,
            time: startup.registrationTime, subject: "registration", evidence: startup.registrationEvidence)
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
