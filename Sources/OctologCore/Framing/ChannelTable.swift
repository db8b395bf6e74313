/// The containers that a stream's frames name, each as a number.
struct ChannelTable {
    /// The channel of lines whose frame names no container.
    static let unnamed = 0
    /// The channel of names for which there is no room: nothing is believed of it.
    static let others = 1
    /// More names than this are not told apart.
    static let maximum = 1 << 15

    private struct Channel {
        /// What tells it from others.
        var key: [UInt8]
        var name: String
        /// What its host is called, as far as its name tells.
        var hostName: String?
        /// The container's id; none where its frames give it a name only.
        var id: [UInt8] = []
    }

    private var channels = [Channel(key: [], name: ""), Channel(key: [0, 0], name: "others")]
    private var numbers: [[UInt8]: Int] = [:]
    /// The first host that had a container of a name: of others it is told with the host before it.
    private var hosts: [String: [UInt8]] = [:]
    /// The channels of the last lines: most lines are of one of them.
    private var recent = [0, 0, 0, 0]
    private var key: [UInt8] = []
    /// Whether the last line has another id than those of its name had before it: the container was made anew.
    var hasNewID = false

    func name(of channel: Int) -> String { channels[channel].name }

    /// What the container's host is called where nobody names it; nil where the frames don't tell.
    func hostName(of channel: Int) -> String? {
        let channel = channels[channel]
        return HostName.ofContainer(String(decoding: channel.id, as: UTF8.self)) ?? channel.hostName
    }

    /// The channel of a name, or nil if no line had it so far.
    func known(_ name: Span<UInt8>) -> Int? { numbers[name.array] }

    /// The channel whose name ends a container's full name, which has the project's before it.
    func channel(endingFullName full: Span<UInt8>) -> Int? {
        if let exact = known(full) { return exact }
        var start = 0
        while let separator = Self.separator(in: full, from: start) {
            if let found = known(full.extracting((separator + 1)...)) { return found }
            start = separator + 1
        }
        return nil
    }

    private static func separator(in name: Span<UInt8>, from start: Int) -> Int? {
        let end = name.count
        return (start..<end).first { name[$0] == UInt8(ascii: "_") || name[$0] == UInt8(ascii: "-") }
    }

    /// The channel that a frame names; a new one for a new name.
    mutating func channel(_ name: Peeled.Name, in bytes: Span<UInt8>) -> Int {
        key.removeAll(keepingCapacity: true)
        append(bytes.extracting(name.name))
        if let container = name.container, !container.isEmpty {
            key.append(UInt8(ascii: "/"))
            append(bytes.extracting(container))
        }
        let nameEnd = key.count
        if let host = name.host {
            key.append(0)
            append(bytes.extracting(host))
        }
        let number = recent.first { channels[$0].key == key } ?? find(name, nameEnd)
        if let id = name.id { note(bytes.extracting(id), of: number) }
        return number
    }

    private mutating func find(_ name: Peeled.Name, _ nameEnd: Int) -> Int {
        let number = numbers[key] ?? make(nameEnd, isPod: name.isPod)
        recent.removeLast()
        recent.insert(number, at: 0)
        return number
    }

    private mutating func note(_ id: Span<UInt8>, of channel: Int) {
        let last = channels[channel].id
        guard channel != Self.others, !id.equals(last.span) else { return }
        hasNewID = !last.isEmpty
        channels[channel].id = id.array
    }

    private mutating func append(_ bytes: Span<UInt8>) {
        bytes.withUnsafeBufferPointer { key.append(contentsOf: $0) }
    }

    private mutating func make(_ nameEnd: Int, isPod: Bool) -> Int {
        guard channels.count < Self.maximum else {
            return Self.others
        }
        let host = Array(key[nameEnd...].dropFirst())
        var name = String(decoding: key[..<nameEnd], as: UTF8.self)
        let hostName = isPod ? HostName.withoutDomain(name.prefix { $0 != "/" }) : HostName.ofContainer(name)
        let first = hosts[name] ?? host
        hosts[name] = first
        if first != host {
            name = "\(String(decoding: host, as: UTF8.self))/\(name)"
        }
        numbers[key] = channels.count
        channels.append(Channel(key: key, name: name, hostName: hostName))
        return channels.count - 1
    }
}
