import ArgumentParser
import OctologCore

import Glibc

struct RevealCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reveal", abstract: "Opens the values that analyze --reveal-to sealed into its events.",
        discussion: """
            Each distinct value goes to stdout on a line of its own, where it comes from to stderr. The exit code is 3 \
            if one could not be opened, 4 if nothing is sealed in the events.

            EXAMPLES
              octolog reveal --identity octolog.key events.ndjson
              octolog reveal --identity octolog.key --json events.ndjson.gz
            """)

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("File of private keys, as keygen and age-keygen make it; - is stdin.", valueName: "file"),
        completion: .file())
    var identity: String

    @Argument(
        help: ArgumentHelp("Events, one a line: files, folders, globs; - or none is stdin.", valueName: "events"),
        completion: .file())
    var events: [String] = []

    @Option(help: "Open values of this kind only.")
    var kind: SecretKind?

    @Flag(help: "JSON, an object a line, instead of the values alone.")
    var json = false

    @Flag(name: .shortAndLong, help: "Say nothing on stderr but errors.")
    var quiet = false

    func validate() throws {
        let readsStdin = events.isEmpty || events.contains("-")
        if identity == "-", readsStdin {
            throw ValidationError("The identity and the events can't both be stdin: name the files of one.")
        }
        if events.isEmpty, isatty(STDIN_FILENO) == 1 {
            throw ValidationError("There is nothing to read. Name a file of events, or pipe one in.")
        }
    }

    func run() throws {
        Signals.install()
        let identities = try IdentityFile.read(identity)
        let inputs = Inputs(events)
        let revealer: Revealer
        do throws(SystemError) {
            revealer = Revealer(
                identities, try OutputFile(path: nil), isJSON: json, isQuiet: quiet, namesInput: inputs.paths.count > 1)
        } catch {
            Diagnostics.say("can't write the values: \(error.message)")
            throw Exit.ioError.error
        }
        var outcome = Outcome(failure: inputs.failure, failOn: nil)
        for path in inputs.paths {
            do throws(InputError) {
                try SealedEvent.read(try FileSource(path: path)) { event in
                    if kind == nil || event.kind == kind?.rawValue { revealer.reveal(event, of: path) }
                }
            } catch {
                Diagnostics.say("can't read \(path == "-" ? "stdin" : path): \(error.message)")
                outcome.note(error)
                if outcome.failure == nil { outcome.failure = .incomplete }
            }
        }
        if let failure = Signals.received ?? outcome.failure { throw failure.error }
        if revealer.found == 0 {
            let what = kind.map { "no \($0.rawValue)" } ?? "nothing"
            Diagnostics.say("\(what) is sealed in these events: analyze --reveal-to seals, one event a line")
            throw Exit.nothingRecognised.error
        }
        if revealer.unopened > 0 { throw Exit.incomplete.error }
    }
}

extension SecretKind: ExpressibleByArgument {}

/// Opens sealed values, and writes each where it belongs.
private final class Revealer {
    /// A secret in an array, which holds only what can be copied.
    private final class Kept {
        let secret: Secret
        init(_ secret: consuming Secret) { self.secret = secret }
    }

    private let identities: Identities
    private var output: OutputFile
    private let isJSON: Bool
    private let isQuiet: Bool
    /// Whether there are several files, so that a line's number does not say which line.
    private let namesInput: Bool
    /// What was printed, by its hash: each value is printed once.
    private var printed: [Int: [Kept]] = [:]
    private(set) var found = 0
    private(set) var unopened = 0

    init(
        _ identities: consuming Identities, _ output: consuming OutputFile, isJSON: Bool, isQuiet: Bool,
        namesInput: Bool
    ) {
        self.identities = identities
        self.output = output
        self.isJSON = isJSON
        self.isQuiet = isQuiet
        self.namesInput = namesInput
    }

    func reveal(_ event: SealedEvent, of path: String) {
        found += 1
        if found == 1, !isQuiet, OutputFile.isTerminal {
            Diagnostics.say("the values are shown on this screen: mind who can see it, and its history")
        }
        do throws(SealError) {
            let value = try event.open(with: identities)
            if isJSON {
                if let failure = event.json(with: value).reveal({ output.writeSecret($0) }) {
                    output.end(with: failure)
                }
            } else if value.reveal({ $0.contains { $0 < 0x20 || $0 == 0x7F } }) {
                refuse("the value holds control characters: --json shows it", event, path)
            } else {
                print(value, of: event)
            }
        } catch {
            refuse(error.message, event, path)
        }
    }

    private func refuse(_ reason: String, _ event: SealedEvent, _ path: String) {
        unopened += 1
        let file = namesInput ? "\(path == "-" ? "stdin" : path), " : ""
        Diagnostics.say("\(file)line \(event.line): \(reason)")
    }

    private func print(_ value: consuming Secret, of event: SealedEvent) {
        var hasher = Hasher()
        value.reveal { hasher.combine(bytes: $0) }
        let hash = hasher.finalize()
        let isKnown = printed[hash, default: []].contains { known in
            known.secret.reveal { known in value.reveal { known.elementsEqual($0) } }
        }
        if isKnown { return }
        if !isQuiet { Diagnostics.say(provenance(of: event)) }
        if let failure = value.reveal({ output.writeSecret($0) }) {
            printed.removeAll()
            output.end(with: failure)
        }
        output.write("\n".utf8)
        output.flush()
        printed[hash, default: []].append(Kept(value))
    }

    private func provenance(of event: SealedEvent) -> String {
        let place = event.place.map { " in \($0.input == "-" ? "stdin" : $0.input), line \($0.line)" } ?? ""
        // An input that names no container stands in for one.
        let isNamed = event.source.hasPrefix("urn:octolog:container:")
        let container = event.container.flatMap { isNamed ? " of container \($0)" : nil } ?? ""
        let startup = event.startup.map { ", startup \($0)" } ?? ""
        let warning = event.isTrusted == false ? ", not to be trusted: anybody can print such a line" : ""
        return "\(event.kind.isEmpty ? "value" : event.kind)\(place)\(container)\(startup)\(warning)"
    }
}
