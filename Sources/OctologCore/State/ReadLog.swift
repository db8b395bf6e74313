/// What was read of a log: its files in their order, of which the last may go on.
package struct ReadLog: Sendable, Equatable {
    /// What tells the log from others: the path of its youngest file from the root on; of stdin `-`, or the name that
    /// the container was given.
    package var key: String
    /// What the log was called, after its first file.
    package var name: String
    package var files: [ReadFile]

    package init(key: String, name: String, files: [ReadFile] = []) {
        self.key = key
        self.name = name
        self.files = files
    }
}

/// What was read of a file.
package struct ReadFile: Sendable, Equatable {
    /// What evidence calls it.
    package var input: String
    /// Which file it was: renamed it is the same.
    package var device: Int
    package var inode: Int
    /// How much was read, in bytes as they lie in the file.
    package var bytes: Int
    /// The SHA-256 of all of them, as 64 hexadecimal digits.
    package var digest: String
    /// How many startups each container had in the files before it, by its name.
    package var startups: [String: Int]

    package init(
        input: String, device: Int, inode: Int, bytes: Int = 0, digest: String = "", startups: [String: Int] = [:]
    ) {
        self.input = input
        self.device = device
        self.inode = inode
        self.bytes = bytes
        self.digest = digest
        self.startups = startups
    }
}

extension ReadLog {
    init?(_ value: JSONValue) {
        guard let key = value["key"]?.string, let name = value["name"]?.string else { return nil }
        let list = value["files"]?.array ?? []
        let files = list.compactMap { ReadFile($0) }
        guard files.count == list.count else { return nil }
        self.init(key: key, name: name, files: files)
    }

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("octolog", KnownState.Line.log.rawValue)
            writer.member("key", key)
            writer.member("name", name)
            writer.key("files")
            writer.array { writer in
                for file in files { file.write(to: &writer) }
            }
        }
        writer.newline()
    }
}

extension ReadFile {
    init?(_ value: JSONValue) {
        guard let input = value["input"]?.string, let device = value["device"]?.integer,
            let inode = value["inode"]?.integer, let bytes = value["bytes"]?.integer, bytes >= 0,
            let digest = value["sha256"]?.string, digest.utf8.count == 64
        else { return nil }
        var startups: [String: Int] = [:]
        for entry in value["startups"]?.array ?? [] {
            guard let name = entry["container"]?.string, let count = entry["count"]?.integer,
                // A number that was tampered with is none that a container can have.
                (0...Int(Int32.max)).contains(count)
            else { return nil }
            startups[name] = count
        }
        self.init(input: input, device: device, inode: inode, bytes: bytes, digest: digest, startups: startups)
    }

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("input", input)
            writer.key("device")
            writer.number(device)
            writer.key("inode")
            writer.number(inode)
            writer.key("bytes")
            writer.number(bytes)
            writer.member("sha256", digest)
            guard startups.contains(where: { $0.value > 0 }) else { return }
            writer.key("startups")
            writer.array { writer in
                for (name, count) in startups.sorted(by: { $0.key < $1.key }) where count > 0 {
                    writer.object { writer in
                        writer.member("container", name)
                        writer.key("count")
                        writer.number(count)
                    }
                }
            }
        }
    }
}
