/// What a machine learns from one line.
struct Observation {
    var fact: Fact
    /// The number of the rule that says so.
    var rule = -1
    /// The rule's value, secrets masked.
    var value: String?
    var time: Moment?
    var writer: Writers
    /// The line; several if PowerShell wrapped it.
    var evidence: [Evidence]
    /// Of a line that has the shape of a master key.
    var key: (fingerprint: String, bits: Int)?
}

/// What a machine has to say.
struct Emission {
    var payload: Payload
    var level: Level = .info
    var time: Moment?
    var subject: String?
    var startup: Int?
    /// When that startup began, where it is over.
    var startedAt: Moment?
    var evidence: [Evidence]
}

/// One startup of a container, as far as it has been read.
struct Startup {
    /// How far it is. The order is that of a startup that goes well.
    enum Stage {
        /// The script said that it begins; the next fact tells which kind of startup it is.
        case beginning
        case configuring
        case configured
        /// The program runs: what it prints is not the scripts' word any more.
        case running
        case ready
        case failed
        case ended

        /// Whether the scripts have the word.
        var isScripted: Bool {
            switch self {
            case .beginning, .configuring, .configured: true
            case .running, .ready, .failed, .ended: false
            }
        }
    }

    struct Step {
        var phase: Phase
        var time: Moment?
        var evidence: [Evidence]
    }

    struct Running {
        var line: Invocation
        var time: Moment?
        var evidence: [Evidence]
        /// Whether a key stood in the output of show-master-key.
        var showedKey = false
    }

    struct FailingFact {
        var cause: Cause
        var detail: String?
        var time: Moment?
        var evidence: [Evidence]
    }

    /// The script's own word that it gives up.
    struct Abort {
        var exitCode: Int?
        /// Whether it is the command under way that failed.
        var failsCommand = false
        var time: Moment?
        var evidence: [Evidence]
        /// How many more lines may still bring a fact that belongs before it: streams get mixed.
        var linesToCome = 64
    }

    /// Bounds of what is kept: more says nothing new.
    static let maximumFacts = 16
    static let maximumBannerLines = 32
    static let maximumPhases = 64

    let number: Int
    /// Whether nobody but the scripts can have printed how it began.
    var isTrusted = true
    /// Whether nothing is put before what its script or its program prints: all images but the Windows ones.
    var isBare = false
    /// The rules whose lines said that it was started.
    var boots: Set<Int> = []
    /// Whether the script said that it configures the container.
    var hasBegun = false
    var kind: StartupBegan.Kind?
    var began: Step?
    /// When it began, as it was told.
    var beganAt: Moment?
    var stage = Stage.beginning
    var step: Step?
    var phases: [Phase] = []
    var command: Running?
    var configuration = Configuration()
    var configurationEvidence: [Evidence] = []
    var configuredAt: Moment?
    var registration: Registration?
    var registrationEvidence: [Evidence] = []
    var registrationTime: Moment?
    /// The port on which the server is to call it; nil where it polls, or where nothing tells.
    var calledPort: Int?
    /// Whether a registration was told already.
    var toldRegistration = false
    var auth: String?
    var thumbprint: String?
    var awaitsThumbprint = false
    /// What failed since the last command that ended well, first fact first.
    var failing: [FailingFact] = []
    /// The first line since the command began that no rule knows.
    var unexplained: Evidence?
    var abort: Abort?
    /// The exit code that the program said it ends with.
    var terminated: (code: Int, evidence: [Evidence])?

    init(number: Int) { self.number = number }

    mutating func note(_ phase: Phase) {
        if phases.count < Self.maximumPhases { phases.append(phase) }
    }

    mutating func noteRegistration(_ evidence: [Evidence]) {
        if registrationEvidence.count < Self.maximumFacts { registrationEvidence += evidence }
    }
}
