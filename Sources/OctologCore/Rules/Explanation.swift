/// What an operator wants to know of a code that octolog shows.
///
/// An explanation is one literal in one of the files beside this one; the tests see to it that each code has one.
package struct Explanation: Sendable {
    /// Lower-case words joined by `-`.
    package let code: String
    /// What the log says with it.
    package let meaning: String
    /// How it comes about.
    package let why: String
    /// Which images print it, since when and until when: of secrets.
    package let printedBy: [String]
    /// How to make sure: steps, and commands behind `$ `.
    package let confirm: [String]
    /// What to do: steps, and commands behind `$ `.
    package let fix: [String]
    /// Public pages about it, reports of the same for the most part, as https addresses.
    package let links: [String]
    /// What else it goes by in the outputs: the value of an event's field, an event's type, a secret's rule.
    package let aliases: [String]
    /// What it is about.
    package fileprivate(set) var group = Group.container
    /// Whether no startup fails of it.
    let isFinding: Bool
    /// The title, where no cause has it.
    private let ownTitle: String?

    /// A newline in `meaning` and `why` is a blank, so that the literals can be wrapped.
    init(
        _ code: String, title: String? = nil, isFinding: Bool = false, aliases: [String] = [], meaning: String,
        why: String, printedBy: [String] = [], confirm: [String], fix: [String], links: [Link] = []
    ) {
        self.code = code
        self.meaning = meaning.unwrapped
        self.why = why.unwrapped
        self.printedBy = printedBy
        self.confirm = confirm
        self.fix = fix
        self.links = links.map(\.address)
        self.aliases = aliases
        self.isFinding = isFinding
        ownTitle = title
    }
}

extension Explanation {
    /// All explanations, in the order in which they are listed: group by group.
    package static let all: [Explanation] = Group.allCases.flatMap { group in
        group.literals.map { literal in
            var explanation = literal
            explanation.group = group
            return explanation
        }
    }

    /// The explanation of this code.
    package static subscript(code: String) -> Explanation? { all.first { $0.code == code } }

    /// The explanation that a code, one of its aliases or the id of one of its rules leads to.
    package static func found(by name: String) -> Explanation? {
        self[name] ?? all.first { $0.aliases.contains(name) } ?? all.first { $0.rules.contains(name) }
    }

    /// The code, alias, rule or event that `name` is a misspelling of, if it is one.
    ///
    /// - Parameter rules: those in force.
    package static func nearest(to name: String, rules: RuleSet = .builtIn) -> String? {
        let events = EventType.allCases.map(\.shortName)
        // Of equally near ones the first is told: a code rather than what leads to it.
        return name.lowercased().nearest(
            of: all.map(\.code) + all.flatMap(\.aliases) + rules.listed.map(\.id) + events)
    }

    /// What the reports call it.
    package var title: String { ownTitle ?? Cause.all.first { $0.code == code }?.title ?? "" }

    /// The ids of the rules that raise it: none where octolog concludes it from several lines.
    package var rules: [String] { RuleSet.builtIn.rules.filter { $0.toldCause?.code == code }.map(\.id) }

    /// A public issue of a vendor, or a page of its documentation.
    enum Link {
        case octopus(Int)
        case tentacle(Int)
        case helmCharts(Int)
        case sqlServer(Int)
        case octopusDocker(Int)
        /// A path below the vendor's documentation.
        case octopusDocs(String)

        var address: String {
            switch self {
            case .octopus(let number): "https://github.com/OctopusDeploy/Issues/issues/\(number)"
            case .tentacle(let number): "https://github.com/OctopusDeploy/OctopusTentacle/issues/\(number)"
            case .helmCharts(let number): "https://github.com/OctopusDeploy/helm-charts/issues/\(number)"
            case .sqlServer(let number): "https://github.com/microsoft/mssql-docker/issues/\(number)"
            case .octopusDocker(let number): "https://github.com/OctopusDeploy/Octopus-Docker/issues/\(number)"
            case .octopusDocs(let path): "https://octopus.com/docs/\(path)"
            }
        }
    }
}

extension Cause {
    /// Every cause that a report can name, each code once: first the rules', then those that octolog concludes.
    static let all: [Cause] = {
        var codes: Set<String> = []
        return (RuleSet.builtIn.rules.compactMap(\.toldCause) + concluded).filter { codes.insert($0.code).inserted }
    }()

    /// The causes that need more than one line, or that are what remains.
    private static let concluded: [Cause] = [
        .commandFailed, .exitedBeforeReady, .scriptFailed, .programExited, .masterKeyNotShown, .sharedMasterKey,
        .restartRefused, .serverNotReady, .sqlNotReady, .sqlPasswordMismatch, .sqlLoginUnknown, .sqlLoginTooEarly,
        .sqlLoginRefused,
    ]
}

extension Rule {
    /// The cause that a line of this rule tells, whether a startup fails of it or not.
    fileprivate var toldCause: Cause? {
        if case .warns(let cause, _) = fact { cause } else { cause }
    }
}

extension String {
    var unwrapped: String { split(separator: "\n").joined(separator: " ") }
}
