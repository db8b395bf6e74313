/// What an operator wants to know of a cause of failure, or of a kind of duplicate registration.
///
/// An explanation is one literal in one of the files beside this one; the tests see to it that each code has one.
package struct Explanation: Sendable {
    /// The code of a cause, or of a class of duplicates.
    package let code: String
    /// What the log says with it.
    package let meaning: String
    /// How it comes about.
    package let why: String
    /// How to make sure: steps, and commands behind `$ `.
    package let confirm: [String]
    /// What to do: steps, and commands behind `$ `.
    package let fix: [String]
    /// Public reports of the same, as https addresses.
    package let links: [String]
    /// The title, where no cause has it.
    private let ownTitle: String?

    /// A newline in `meaning` and `why` is a blank, so that the literals can be wrapped.
    init(
        _ code: String, title: String? = nil, meaning: String, why: String, confirm: [String], fix: [String],
        links: [Link] = []
    ) {
        self.code = code
        self.meaning = meaning.unwrapped
        self.why = why.unwrapped
        self.confirm = confirm
        self.fix = fix
        self.links = links.map(\.address)
        ownTitle = title
    }
}

extension Explanation {
    /// All explanations, in the order in which they are listed.
    package static let all: [Explanation] = database + server + container + tentacle + sqlServer + registration

    /// The explanation of this code.
    package static subscript(code: String) -> Explanation? { all.first { $0.code == code } }

    /// The code that `code` is a misspelling of, if it is one.
    package static func nearest(to code: String) -> String? { code.nearest(of: all.map(\.code)) }

    /// What the reports call it.
    package var title: String { ownTitle ?? Cause.all.first { $0.code == code }?.title ?? "" }

    /// The ids of the rules that raise it: none where octolog concludes it from several lines.
    package var rules: [String] { RuleSet.builtIn.rules.filter { $0.toldCause?.code == code }.map(\.id) }

    /// A public issue of a vendor.
    enum Link {
        case octopus(Int)
        case tentacle(Int)
        case helmCharts(Int)
        case sqlServer(Int)

        var address: String {
            switch self {
            case .octopus(let number): "https://github.com/OctopusDeploy/Issues/issues/\(number)"
            case .tentacle(let number): "https://github.com/OctopusDeploy/OctopusTentacle/issues/\(number)"
            case .helmCharts(let number): "https://github.com/OctopusDeploy/helm-charts/issues/\(number)"
            case .sqlServer(let number): "https://github.com/microsoft/mssql-docker/issues/\(number)"
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
