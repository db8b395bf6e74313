/// The events of registrations, one a container, each as `octolog analyze` writes it.
///
/// One in a hundred is in a pair that is a duplicate, the two far apart; all else is each one's own.
struct RegistrationCorpus: ~Copyable {
    /// What the two of a pair share; two in five share a name.
    private enum Shared: Int {
        case name
        case alsoName
        case thumbprint
        case subscription
        case endpoint
    }

    /// In each block the first five registrations are of pairs whose others are the next five of another block.
    private static let block = 1000
    private static let pairs = 5

    private var corpus = CorpusWriter()
    private let seed: UInt64
    private let blocks: Int
    // 2017-11-06T06:00:00Z
    private var clock = Clock(seconds: 1_509_948_000)

    private init(count: Int, seed: UInt64) {
        self.seed = seed
        blocks = max(1, count / Self.block)
    }

    static func write(count: Int, seed: UInt64) {
        var corpus = RegistrationCorpus(count: count, seed: seed)
        for number in 0..<count { corpus.writeEvent(number) }
        corpus.corpus.flush()
    }

    /// What a registration shares, and with which pair; nil of most.
    private func share(of number: Int) -> (what: Shared, pair: Int)? {
        let (block, place) = number.quotientAndRemainder(dividingBy: Self.block)
        guard block < blocks, place < 2 * Self.pairs, let what = Shared(rawValue: place % Self.pairs) else {
            return nil
        }
        // The second ones come in the opposite order of blocks.
        let of = place < Self.pairs ? block : blocks - 1 - block
        return (what, of * Self.pairs + place % Self.pairs)
    }

    private mutating func writeEvent(_ number: Int) {
        clock.advance(by: 1 + number % 50)
        let share = share(of: number)
        var own = SplitMix64(seed: seed &+ UInt64(number) &* 0x1_0000_0001)
        var shared = SplitMix64(seed: ~seed &+ UInt64(share?.pair ?? 0) &* 0x1_0000_0001)
        func isShared(_ kinds: Shared...) -> Bool { share.map { kinds.contains($0.what) } ?? false }
        let polls =
            share.map { $0.what == .subscription || $0.what != .endpoint && number % 2 == 0 } ?? (number % 2 == 0)
        var registration = RegistrationEvent(
            isElsewhere: (share?.pair ?? number) % 7 == 0,
            stamp: String(decoding: clock.stamp, as: UTF8.self), container: Self.hexadecimal(12, &own),
            id: Self.hexadecimal(32, &own), correlation: Self.hexadecimal(16, &own),
            name: "\(number % 3 == 0 ? "web-prod" : "orders-eu")-\(Self.hexadecimal(12, &own))",
            host: Self.hexadecimal(12, uppercase: true, &own), thumbprint: Self.hexadecimal(40, uppercase: true, &own),
            subscription: polls ? Self.hexadecimal(20, &own) : nil)
        if isShared(.name, .alsoName) { registration.name = "shared-\(Self.hexadecimal(12, &shared))" }
        if isShared(.thumbprint) { registration.thumbprint = Self.hexadecimal(40, uppercase: true, &shared) }
        if isShared(.subscription) { registration.subscription = Self.hexadecimal(20, &shared) }
        if isShared(.endpoint) { registration.host = "edge-\(Self.hexadecimal(12, &shared)).example" }
        registration.write(to: &corpus, clock)
    }

    private static func hexadecimal(_ digits: Int, uppercase: Bool = false, _ random: inout SplitMix64) -> String {
        let letters: StaticString = uppercase ? "0123456789ABCDEF" : "0123456789abcdef"
        return String(unsafeUninitializedCapacity: digits) { text in
            var bits: UInt64 = 0
            for i in 0..<digits {
                if i % 16 == 0 { bits = random.next() }
                text[i] = letters.utf8Start[Int(bits & 15)]
                bits >>= 4
            }
            return digits
        }
    }
}

/// A registration as an event tells it.
struct RegistrationEvent {
    /// Whether it is another server's.
    var isElsewhere: Bool
    var stamp: String
    var container: String
    var id: String
    var correlation: String
    var name: String
    var host: String
    var thumbprint: String
    /// Nil of those that listen.
    var subscription: String?

    private var server: String { isElsewhere ? "https://octopus-dr.corp.example" : "https://octopus.corp.example" }

    func write(to corpus: inout CorpusWriter, _ clock: Clock) {
        let type = "octolog.registration.observed.v1"
        corpus.append(
            """
            {"specversion":"1.0","id":"\(id)","source":"urn:octolog:container:\(container)","type":"\(type)",\
            "time":"\(stamp)Z","subject":"startup/1/registration","datacontenttype":"application/json",\
            "dataschema":"urn:octolog:schema:\(type)#/properties/data","severitytext":"info","severitynumber":9,\
            "sequence":"0000000022","correlationid":"\(correlation)","data":{"container":"\(container)",\
            "product":"tentacle","era":"\(subscription == nil ? "T3" : "L2")","startup":1,"timeSource":"message",\
            "server":"\(server)","space":"Default","kind":"target","name":"\(name)","nameIsDefault":false,
            """)
        if let subscription {
            corpus.append(#""thumbprint":"\#(thumbprint)","subscription":"poll://\#(subscription)/","#)
        } else {
            corpus.append(
                #""host":"\#(host)","thumbprint":"\#(thumbprint)","endpoint":"https://\#(host.lowercased()):10933/","#)
        }
        corpus.append(#""environments":["Production"],"roles":["web-server"],"auth":"api-key","#)
        corpus.append(#""outcome":"registered","unknown":[],"evidence":["#)
        for (i, line) in evidence.enumerated() {
            corpus.append(
                """
                \(i == 0 ? "" : ","){"input":"/var/log/octopus/\(container).log","line":\(40 + 5 * i),\
                "offset":\(2379 + 210 * i),"length":\(line.utf8.count),"text":"\(line)"}
                """)
        }
        corpus.append("]}}")
        corpus.endLine(at: clock)
    }

    private var evidence: [String] {
        guard let subscription else {
            return [
                #"VERBOSE: \t| A new certificate has been generated and installed. Thumbprint: \#(thumbprint)"#,
                #"""
                [\#(stamp)] Executing command 'C:\\Program Files\\Octopus Deploy\\Tentacle\\Tentacle.exe register-with \#
                --console --instance Tentacle --server \#(server) --force --comms-style TentaclePassive \#
                --publicHostName \#(host) --tentacle-comms-port 10933 --apiKey [api-key sha256:a98aa4a0] --name \#
                \#(name) --environment Production --role web-server --space \"Default\"'
                """#,
                #"VERBOSE: \t| Machine registered successfully"#,
            ]
        }
        return [
            "A new certificate has been generated and installed. Thumbprint:", thumbprint,
            "Registering with server ...", "Machine registered successfully",
            """
            Agent will poll Octopus Server at \(server):10943/ for subscription poll://\(subscription)/ expecting \
            thumbprint 3026B0044D3C70E94604498D7633B67540C00EBE
            """,
        ]
    }
}
