import ArgumentParser
import OctologCore

struct KeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "Recovers the master key that a Server container printed at its first start.",
        discussion: """
            The key alone goes to stdout, where it comes from to stderr. Without a key the exit code is 4, and stderr \
            says why. Only the output of show-master-key is trusted; --all prints other finds too.

            EXAMPLES
              docker logs OctopusServer 2>&1 | octolog key
              octolog key --as docker-run server.log
            """)

    @OptionGroup var input: InputOptions

    @Option(
        name: .customLong("as"),
        help: ArgumentHelp(
            "Print it as what an upgrade takes: \(UpgradeMaterial.allCases.map(\.rawValue).joined(separator: ", ")).",
            valueName: "form"))
    var material: UpgradeMaterial = .raw

    @Flag(help: "Print every key, those that are not to be trusted too; the newest trusted one last.")
    var all = false

    @Flag(name: .shortAndLong, help: "Say nothing on stderr but errors.")
    var quiet = false

    func validate() throws {
        if all, material != .raw { throw ValidationError("--as takes the one key that is trusted: leave --all out.") }
    }

    func run() throws {
        Signals.install()
        let inputs = Inputs(input.files, quiet ? nil : input.progress)
        let sink = KeySink()
        var reader = sink
        let (totals, exit) = inputs.analyze(Analysis(options: input.options), jobs: input.jobs, into: &reader)
        let isInterrupted = Signals.received != nil
        if isInterrupted { Diagnostics.say("interrupted: what comes after what was read may show another key") }

        let trusted = sink.recovery.trusted
        let keys = all ? sink.recovery.all : trusted.suffix(1)
        guard !keys.isEmpty else {
            if totals.inputs > 0, exit != .noInput, exit != .ioError {
                Diagnostics.say("no master key: \(sink.recovery.reason)")
            }
            throw (exit == .noInput || exit == .ioError || isInterrupted ? exit : .nothingRecognised).error
        }
        if !quiet {
            if OutputFile.isTerminal {
                Diagnostics.say("the key is shown on this screen: mind who can see it, and its history")
            }
            let printed = Set(keys.map(\.fingerprint))
            for other in sink.recovery.all where !printed.contains(other.fingerprint) {
                Diagnostics.say("another key, not printed (--all prints it): \(provenance(of: other))")
                if other.place == .doubtful, let warning = sink.recovery.warning(about: other) {
                    Diagnostics.say("\(other.fingerprint) is \(warning)")
                }
            }
        }
        do throws(SystemError) {
            var output = try OutputFile(path: nil)
            for key in keys {
                if !quiet { Diagnostics.say(provenance(of: key)) }
                // A key that will not do is an error, whatever the reader wants to hear.
                if !quiet || sink.recovery.isDisproved(key), let warning = sink.recovery.warning(about: key) {
                    Diagnostics.say("\(key.fingerprint) is \(warning)")
                }
                let template = material.template(for: sink.recovery.setup(of: key))
                if !quiet { tell(template) }
                output.write(template.before.utf8)
                if let failure = sink.reveal(key, { output.writeSecret($0) }) {
                    sink.forget()
                    output.end(with: failure)
                }
                output.write(template.after.utf8)
                // On a terminal the next key's provenance would follow on its line.
                output.flush()
            }
            sink.forget()
            output.flush()
        } catch {
            Diagnostics.say("can't write the key: \(error.message)")
            throw Exit.ioError.error
        }
        if exit == .noInput || exit == .ioError || exit == .incomplete || isInterrupted { throw exit.error }
    }

    /// Says what of the material is to be filled in, and what it is.
    private func tell(_ template: UpgradeMaterial.Template) {
        for placeholder in template.placeholders {
            Diagnostics.say("fill in: \(placeholder.name): \(placeholder.meaning)")
        }
        for note in template.notes { Diagnostics.say(note) }
    }

    private func provenance(of key: RecoveredKey) -> String {
        let place =
            switch key.place {
            case .block: "shown by show-master-key"
            case .doubtful: "shown by show-master-key, but not to be trusted,"
            case .option: "given as --masterkey"
            case .loose: "on a line by itself"
            }
        let container = key.isNamed ? " of container \(key.container)" : ""
        let startup = key.startup.map { "\(container), startup \($0)" } ?? container
        let time = key.time.map { ", \($0.text)" } ?? ""
        return
            "\(key.fingerprint), \(key.bits) bits, \(place) in \(key.evidence.input == "-" ? "stdin" : key.evidence.input), line \(key.evidence.location.line)\(startup)\(time)"
    }
}

extension UpgradeMaterial: ExpressibleByArgument {}

/// Keeps the keys of a run until they are printed.
private final class KeySink: EventSink {
    /// A secret in an array, which holds only what can be copied.
    private final class Kept {
        let secret: Secret
        init(_ secret: consuming Secret) { self.secret = secret }
    }

    private(set) var recovery = KeyRecovery()
    private var secrets: [String: Kept] = [:]

    func receive(_ event: Event) { recovery.receive(event) }

    func recovered(_ secret: consuming Secret, _ key: RecoveredKey) {
        recovery.note(key)
        if recovery.keys.last?.fingerprint == key.fingerprint { secrets[key.fingerprint] = Kept(secret) }
    }

    /// The one way of a key out of octolog.
    ///
    /// - Returns: what `body` says.
    func reveal(_ key: RecoveredKey, _ body: (UnsafeRawBufferPointer) -> SystemError?) -> SystemError? {
        secrets[key.fingerprint]?.secret.reveal(body)
    }

    /// Zeroes the keys: exit(3) would not.
    func forget() { secrets = [:] }
}
