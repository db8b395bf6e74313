extension Fact {
    /// Equal for equal facts, for the digest of the rules. Swift's own description of them takes milliseconds.
    func add(to digest: inout Digest) {
        switch self {
        case .enters(let phase), .worksOn(let phase):
            digest.add(word)
            digest.add(phase.rawValue)
        case .observes(let setting):
            digest.add(word)
            digest.add(setting.rawValue)
        case .masterKey(let state):
            digest.add(word)
            digest.add(state.rawValue)
        case .overcomes(let code):
            digest.add(word)
            digest.add(code)
        case .fails(let cause):
            digest.add(word)
            cause.add(to: &digest)
        case .warns(let cause, let level):
            digest.add(word)
            cause.add(to: &digest)
            digest.add(level.rawValue)
        case .finds(let rule):
            digest.add(word)
            rule.add(to: &digest)
        case .boots, .begins, .skipsConfiguration, .refusesRestart, .executes, .completes, .aborts, .showsKey,
            .makesCertificate, .thumbprint, .importsCertificate, .loadsCertificate, .keepsCertificate, .registers,
            .authenticates, .registered, .polls, .version, .startsExpress, .expressReady, .eventLog, .refusesLogin,
            .explainsRefusal, .keepsRegistration, .configured, .finishes, .ready, .ends, .isStopped, .exits,
            .terminates, .gaveUp, .shows, .known, .awaited:
            digest.add(word)
        }
    }

    private var word: String {
        switch self {
        case .boots: "boots"
        case .begins: "begins"
        case .skipsConfiguration: "skipsConfiguration"
        case .refusesRestart: "refusesRestart"
        case .enters: "enters"
        case .worksOn: "worksOn"
        case .executes: "executes"
        case .completes: "completes"
        case .aborts: "aborts"
        case .observes: "observes"
        case .masterKey: "masterKey"
        case .showsKey: "showsKey"
        case .makesCertificate: "makesCertificate"
        case .thumbprint: "thumbprint"
        case .importsCertificate: "importsCertificate"
        case .loadsCertificate: "loadsCertificate"
        case .keepsCertificate: "keepsCertificate"
        case .registers: "registers"
        case .authenticates: "authenticates"
        case .registered: "registered"
        case .polls: "polls"
        case .version: "version"
        case .startsExpress: "startsExpress"
        case .expressReady: "expressReady"
        case .eventLog: "eventLog"
        case .refusesLogin: "refusesLogin"
        case .explainsRefusal: "explainsRefusal"
        case .keepsRegistration: "keepsRegistration"
        case .configured: "configured"
        case .finishes: "finishes"
        case .ready: "ready"
        case .ends: "ends"
        case .isStopped: "isStopped"
        case .exits: "exits"
        case .terminates: "terminates"
        case .gaveUp: "gaveUp"
        case .overcomes: "overcomes"
        case .fails: "fails"
        case .warns: "warns"
        case .shows: "shows"
        case .known: "known"
        case .finds: "finds"
        case .awaited: "awaited"
        }
    }
}

extension Cause {
    fileprivate func add(to digest: inout Digest) {
        for text in [code, title, remedy, confidence.rawValue] { digest.add(text) }
        for flag in [isFinal, isWrapper, isHarmless] { digest.add(flag ? 1 : 0) }
    }
}

extension UserRule {
    /// All that decides what the rule finds and says; its examples don't.
    fileprivate func add(to digest: inout Digest) {
        for text in [id, level.name, title, advice, pattern, product?.rawValue ?? "", correlation?.text ?? ""] {
            digest.add(text)
        }
        for literal in literals { digest.add(literal) }
    }
}
