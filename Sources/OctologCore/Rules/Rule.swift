/// One kind of line that the containers print, and what it means.
///
/// A rule is one literal in one of the files beside this one. It has a source, lines that it
/// matches and lines that it must not match; the tests try them all.
package struct Rule: Sendable {
    /// Lower-case words joined by `-`, in a family: `server.phase.database`.
    package let id: String
    /// What a line that matches says, for people.
    package let title: String
    /// The section of the log grammar that the rule is drawn from.
    package let source: String
    /// Who has to have written the line.
    let writers: Writers
    /// Strings of which a matching line contains one, for the prefilter.
    let anchors: [Anchor]
    /// A PCRE2 pattern, tried on the line's message; its group 1 is the rule's value.
    package let pattern: String
    /// What the line means to the machines.
    let fact: Fact
    /// The product that such a line proves.
    let product: Product?
    /// The eras that such a line leaves.
    let eras: Eras?
    /// Whole lines that the rule matches.
    package let matches: [String]
    /// Lines that look alike and that the rule must not match.
    package let misses: [String]

    init(
        _ id: String, _ title: String, source: String, writers: Writers = .script, anchors: [Anchor], pattern: String,
        fact: Fact, product: Product? = nil, eras: Eras? = nil, matches: [String], misses: [String]
    ) {
        self.id = id
        self.title = title
        self.source = source
        self.writers = writers
        self.anchors = anchors
        self.pattern = pattern
        self.fact = fact
        self.product = product
        self.eras = eras
        self.matches = matches
        self.misses = misses
    }
}

extension Rule {
    /// The eras that a line of this rule leaves, its writer considered.
    func eras(writtenBy writer: Writers) -> Eras? { Self.eras(eras, of: product, writtenBy: writer) }

    /// The same for what a rule says of the product and of its eras.
    static func eras(_ eras: Eras?, of product: Product?, writtenBy writer: Writers) -> Eras? {
        guard let product, let left = Rule.eras(of: product, writtenBy: writer) else { return eras }
        guard let eras else { return left }
        return eras.isDisjoint(with: left) ? eras : eras.intersection(left)
    }
}

/// What lets the prefilter pass a line on to a rule's pattern.
enum Anchor: Sendable, Equatable, ExpressibleByStringLiteral {
    /// The line contains these bytes, `Prefilter.shortest` of them at least.
    case literal(String)
    /// The line ends with `=`, whatever white space follows.
    case endsWithEqualsSign
    /// The rule is tried on each line that a machine asked for, and on no other.
    case onRequest
    /// The rule is tried on every line: nothing is known that such a line holds.
    case everyLine

    init(stringLiteral value: String) { self = .literal(value) }
}

/// What a line means, apart from the words in which the era's script puts it.
enum Fact: Sendable, Equatable {
    /// A program or a script prints this first: it was started, where nothing else says so.
    case boots
    /// A script begins to configure the container.
    case begins
    /// The script finds the container configured and leaves it so.
    case skipsConfiguration
    /// The script refuses to start again.
    case refusesRestart
    /// A step of the startup begins.
    case enters(Phase)
    /// What a program does shows which step this is, where no script announces it.
    case worksOn(Phase)
    /// A command runs; the value is its command line.
    case executes
    /// The command ended well.
    case completes
    /// The command ended badly; the value is its exit code.
    case aborts
    /// The banner names a value of the configuration.
    case observes(Setting)
    /// The log says where the master key comes from.
    case masterKey(MasterKeyState)
    /// A line has the shape of a master key; the value is the key.
    case showsKey
    /// A certificate was made, and its thumbprint follows.
    case makesCertificate
    /// A thumbprint; the value is it.
    case thumbprint
    /// A certificate was imported; the value is its thumbprint.
    case importsCertificate
    /// The certificate is read from where it lies; the value is its thumbprint.
    case loadsCertificate
    /// The certificate that was there is kept.
    case keepsCertificate
    /// The Tentacle calls the server; the value is the server's address.
    case registers
    /// How it authenticates; the value is the kind.
    case authenticates
    /// The server has the machine.
    case registered
    /// The agent polls under this subscription; the value is it.
    case polls
    /// The program's version; the value is it.
    case version
    /// SQL Server Express is started in the container.
    case startsExpress
    /// It takes connections.
    case expressReady
    /// The script prints rows of the event log, as long as the service runs.
    case eventLog
    /// SQL Server refuses a login; the value is the state.
    case refusesLogin
    /// Why it does; the value is the reason.
    case explainsRefusal
    /// The server has the machine, and it is left as it is.
    case keepsRegistration
    /// The scripts are done, and all went well.
    case configured
    /// The container has done what it was for, and ends.
    case finishes
    /// The program does its work.
    case ready
    /// The program's process ended.
    case ends
    /// The container is told to stop; the value is the signal, if the line names it.
    case isStopped
    /// The script saw the program end; the value is its exit code.
    case exits
    /// The program says with which exit code it terminates; the value is the code.
    case terminates
    /// The batch file tells the exit code of the scripts; the value is the code.
    case gaveUp
    /// What failed before with this cause's code was overcome.
    case overcomes(String)
    /// Something went wrong, and this is what.
    case fails(Cause)
    /// Something that is no failure is worth knowing.
    case warns(Cause, Level)
    /// A line that changes nothing, but that may hold a secret.
    case shows
    /// A part of what the programs print that changes nothing.
    case known
    /// What a rule of the user's is about: the machines don't see it.
    indirect case finds(UserRule)
    /// What a rule of the user's waits for.
    case awaited
}

extension Fact {
    /// Whether only the container's script can say so.
    var isScripts: Bool {
        switch self {
        case .begins, .skipsConfiguration, .refusesRestart, .enters, .observes, .masterKey, .configured, .finishes,
            .authenticates:
            true
        case .boots, .worksOn, .executes, .completes, .aborts, .showsKey, .makesCertificate, .thumbprint,
            .importsCertificate, .loadsCertificate, .keepsCertificate, .registers, .registered, .polls, .version,
            .startsExpress,
            .expressReady, .eventLog, .refusesLogin, .explainsRefusal, .keepsRegistration, .ready, .ends, .isStopped,
            .exits,
            .terminates, .gaveUp, .overcomes, .fails, .warns, .shows, .known, .finds, .awaited:
            false
        }
    }

    /// Whether it leaves open what kind of startup this is.
    var leavesKindOpen: Bool {
        switch self {
        case .boots, .version, .startsExpress, .expressReady, .eventLog, .shows, .known, .finds, .awaited: true
        case .begins, .skipsConfiguration, .refusesRestart, .enters, .observes, .masterKey, .configured, .finishes,
            .authenticates, .worksOn, .executes, .completes, .aborts, .showsKey, .makesCertificate, .thumbprint,
            .importsCertificate, .loadsCertificate, .keepsCertificate, .registers, .registered, .polls, .refusesLogin,
            .explainsRefusal,
            .keepsRegistration, .ready, .ends, .isStopped, .exits, .terminates, .gaveUp, .overcomes, .fails, .warns:
            false
        }
    }
}
