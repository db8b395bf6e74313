/// What a field of a `Fields` holds, apart from how a format writes it.
///
/// The formats of others give values a type, or names another case, which `JSONWriter` by itself does not.
enum FieldValue: Equatable {
    case text(String)
    case integer(Int)
    /// A number with a fraction, also where this one is whole: a field has one type.
    case number(Double)
    case flag(Bool)
    case texts([String])
    case object([Field])
    case objects([[Field]])
}

/// A field that has a value, under its name in the events.
struct Field: Equatable {
    var name: StaticString
    var value: FieldValue

    /// The name as OpenTelemetry and Elastic write names, `root_cause` for `rootCause`, with one type wherever it stands.
    var snakeName: String {
        // run.started lists the inputs, run.finished counts them: in Elasticsearch a field has one type.
        if case .integer = value, "\(name)" == "inputs" { return "input_count" }
        return name.snakeCase
    }

    static func == (a: Field, b: Field) -> Bool { "\(a.name)" == "\(b.name)" && a.value == b.value }
}

/// Sees the fields of a `Fields` and keeps those with a value, in their order.
struct FieldTree: FieldVisitor {
    private(set) var fields: [Field] = []

    static func fields(of value: some Fields) -> [Field] {
        var tree = FieldTree()
        value.visit(&tree)
        return tree.fields
    }

    private mutating func add(_ name: StaticString, _ value: FieldValue?) {
        if let value { fields.append(Field(name: name, value: value)) }
    }

    mutating func required(
        _ name: StaticString, _ value: String, _ meaning: StaticString, allowed: @autoclosure () -> [String]
    ) {
        add(name, .text(value))
    }

    mutating func optional(
        _ name: StaticString, _ value: String?, _ meaning: StaticString, allowed: @autoclosure () -> [String]
    ) {
        add(name, value.map { .text($0) })
    }

    mutating func required(_ name: StaticString, _ value: Int, _ meaning: StaticString) { add(name, .integer(value)) }

    mutating func optional(_ name: StaticString, _ value: Int?, _ meaning: StaticString) {
        add(name, value.map { .integer($0) })
    }

    mutating func optional(_ name: StaticString, _ value: Double?, _ meaning: StaticString) {
        add(name, value.flatMap { $0.isFinite ? .number($0) : nil })
    }

    mutating func required(_ name: StaticString, _ value: Bool, _ meaning: StaticString) { add(name, .flag(value)) }

    mutating func optional(_ name: StaticString, _ value: Bool?, _ meaning: StaticString) {
        add(name, value.map { .flag($0) })
    }

    mutating func list(_ name: StaticString, _ values: [String], _ meaning: StaticString) {
        if !values.isEmpty { add(name, .texts(values)) }
    }

    mutating func required<T: Fields>(_ name: StaticString, _ value: T, _ meaning: StaticString) {
        add(name, .object(Self.fields(of: value)))
    }

    mutating func optional<T: Fields>(_ name: StaticString, _ value: T?, _ meaning: StaticString) {
        if let value { required(name, value, meaning) }
    }

    mutating func list<T: Fields>(_ name: StaticString, _ values: [T], _ meaning: StaticString) {
        if !values.isEmpty { add(name, .objects(values.map { Self.fields(of: $0) })) }
    }
}

extension StaticString {
    fileprivate var snakeCase: String {
        var name = ""
        for scalar in "\(self)".unicodeScalars {
            if case "A"..."Z" = scalar {
                name += "_"
                name.unicodeScalars.append(Unicode.Scalar(UInt8(scalar.value) | 0x20))
            } else {
                name.unicodeScalars.append(scalar)
            }
        }
        return name
    }
}

extension Event {
    /// The container, if the log names one; `origin.container` is the input's name where it does not.
    var namedContainer: String? { source.hasPrefix("urn:octolog:container:") ? origin.container : nil }

    /// What wrote the log, or octolog itself for what it tells of its run, as the name of a service.
    ///
    /// Among the services of a company `server` would say nothing.
    var serviceName: String? {
        switch origin.product {
        case .server: "octopus-server"
        case .tentacle: "octopus-tentacle"
        case .kubernetesAgent: "octopus-kubernetes-agent"
        case .sqlServer: "sql-server"
        case nil: source == "urn:octolog:run" ? "octolog" : nil
        }
    }

    /// The version of what `serviceName` names, where the event tells it.
    var serviceVersion: String? {
        switch payload {
        case .sourceDetected(let detected): detected.version
        case .runStarted, .runFinished: Octolog.version
        case .startupBegan, .phaseEntered, .phaseCompleted, .phaseFailed, .commandExecuted, .configurationObserved,
            .masterKeyShown, .masterKeyConfigured, .secretExposed, .registrationObserved, .registrationDuplicate,
            .startupSucceeded, .startupFailed, .startupUnfinished, .startupExplained, .containerStopped,
            .findingRaised, .gapDetected, .limitHit, .linesUnrecognised,
            .eventsSuppressed, .rulesReloaded:
            nil
        }
    }
}

extension Payload {
    /// Why a startup failed, if this says that one did.
    var rootCause: RootCause? {
        if case .startupFailed(let failed) = self { return failed.rootCause }
        if case .startupExplained(let explained) = self { return explained.rootCause }
        return nil
    }
}
