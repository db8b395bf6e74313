import ArgumentParser
import OctologCore

import Glibc

struct KeygenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keygen", abstract: "Makes the key pair that --reveal-to and reveal take.",
        discussion: """
            The identity, a private key in age's form, goes to stdout or to a file that you alone can read; the public \
            key is said on stderr. Keys that age-keygen made will do as well.

            EXAMPLES
              octolog keygen --output octolog.key
              octolog --reveal-to "$(octolog keygen -y octolog.key)" server.log
            """)

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("File to make for the identity; one that is there is never overwritten.", valueName: "file"),
        completion: .file())
    var output: String?

    @Option(
        name: [.customLong("public"), .customShort("y")],
        help: ArgumentHelp("Print the public keys of this file of identities; - is stdin.", valueName: "file"),
        completion: .file())
    var identities: String?

    func validate() throws {
        if identities != nil, output != nil {
            throw ValidationError("--public prints public keys, and makes no identity to --output.")
        }
    }

    func run() throws {
        Signals.install()
        if let identities {
            let keys = try IdentityFile.read(identities)
            return try printAll(Array(keys.recipients.map { $0.text + "\n" }.joined().utf8))
        }
        let identity = Identities.generate()
        do throws(SystemError) {
            if let output {
                try IdentityFile.create(output, identity.text())
            } else {
                if Self.isStdoutReadableByAll { Diagnostics.say("others can read the file that the key is written to") }
                var file = try OutputFile(path: nil)
                if let failure = identity.text().reveal({ file.writeSecret($0) }) { file.end(with: failure) }
            }
        } catch {
            if error.code == EEXIST {
                Diagnostics.say(
                    "\(output ?? "stdout") is there already, and is not overwritten: nothing but its key may open what was sealed to it"
                )
            } else {
                Diagnostics.say("can't write \(output ?? "stdout"): \(error.message)")
            }
            throw Exit.ioError.error
        }
        for recipient in identity.recipients { Diagnostics.say("public key: \(recipient.text)") }
    }

    private static var isStdoutReadableByAll: Bool {
        var status = stat()
        guard fstat(STDOUT_FILENO, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return false }
        return status.st_mode & S_IROTH != 0
    }
}
