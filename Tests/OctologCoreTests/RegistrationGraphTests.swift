import Testing

@testable import OctologCore

/// A registration as a container's log tells it.
private struct Told {
    var container: String
    var server: String? = "https://o.example"
    var space: String?
    var kind: Registration.Kind? = .target
    var name: String? = "web"
    var isDefault = false
    var thumbprint: String?
    var subscription: String?
    var endpoint: String?
    var role = "web-server"
    var startup = 1
    /// Seconds since 1970.
    var time: Int? = 1_700_000_000
    var product = Product.tentacle
    var outcome = Registration.Outcome.registered
    var isInput = false
    var folder = "logs"

    var source: String { "urn:octolog:\(isInput ? "input" : "container"):\(container)" }

    var registration: Registration {
        var registration = Registration()
        registration.server = server
        registration.space = space
        registration.kind = kind
        registration.name = name
        registration.nameIsDefault = isDefault
        registration.thumbprint = thumbprint
        registration.subscription = subscription
        registration.endpoint = endpoint
        registration.roles = [role]
        registration.outcome = outcome
        return registration
    }

    var event: Event { event(.registrationObserved(registration), "registration", at: time) }
    func stopped(at time: Int?) -> Event { event(.containerStopped(.sample), "stop", at: time) }
    func began(at time: Int?) -> Event { event(.startupBegan(.sample), "", at: time) }

    private func event(_ payload: Payload, _ subject: String, at time: Int?) -> Event {
        let evidence = Evidence(
            input: "\(folder)/\(container).log", location: Location(line: startup * 10, offset: time ?? 0, length: 9),
            text: "Machine registered successfully")
        return Event(
            payload: payload, source: source, time: time.map { Timestamp(nanoseconds: Int64($0) * 1_000_000_000) },
            timeSource: time == nil ? nil : .message, subject: "startup/\(startup)/\(subject)", level: .info,
            correlation: Fingerprint.text("\(container)/\(startup)"),
            origin: Origin(container: container, product: product, era: "T3", startup: startup), evidence: [evidence])
    }
}

private enum Fingerprint {
    static func text(_ text: String) -> String {
        var digest = Digest(domain: "test")
        digest.add(text)
        return digest.hexadecimal(bytes: 8)
    }
}

private func thumbprint(_ digit: Character) -> String { String(repeating: digit, count: 40) }

/// What is found in a set of events, in the order of time.
private func found(_ events: [Event]) -> [(event: Event, duplicate: RegistrationDuplicate)] {
    var correlator = Correlator(isBounded: false)
    for event in events { correlator.add(event) }
    return correlator.findings.compactMap { event in
        guard case .registrationDuplicate(let duplicate) = event.payload else { return nil }
        return (event, duplicate)
    }
}

private func classes(_ registrations: Told...) -> [RegistrationDuplicate.Class] {
    found(registrations.map(\.event)).map(\.duplicate.class)
}

@Suite struct RegistrationGraphTests {
    @Test("one name on one server is a duplicate, whatever its case and the address's spelling") func sameName() {
        #expect(
            classes(Told(container: "a"), Told(container: "b", server: "HTTPS://O.example:443/", name: "WEB "))
                == [.sameName])
        #expect(classes(Told(container: "a"), Told(container: "b", space: "Default")) == [.sameName])
    }

    @Test("another server, another space, a target and a worker are none, nor is what failed") func notDuplicates() {
        #expect(classes(Told(container: "a"), Told(container: "b", server: "https://other.example")) == [])
        #expect(classes(Told(container: "a"), Told(container: "b", server: "http://o.example")) == [])
        #expect(classes(Told(container: "a", space: "A"), Told(container: "b", space: "B")) == [])
        #expect(classes(Told(container: "a"), Told(container: "b", kind: .worker)) == [])
        #expect(classes(Told(container: "a", name: nil), Told(container: "b", name: nil)) == [])
        #expect(classes(Told(container: "a"), Told(container: "b", outcome: .failed)) == [])
        #expect(classes(Told(container: "a", kind: nil), Told(container: "b", kind: nil)) == [])
    }

    @Test("agents of two clusters may have one name, and no log names its cluster") func agents() {
        let agents = ["a", "b"].map { Told(container: $0, product: .kubernetesAgent) }
        #expect(classes(agents[0], agents[1]) == [])
        #expect(classes(agents[0], Told(container: "c")) == [.sameName])
    }

    @Test("one container that registers again is a class of its own, also where others have its name") func again() {
        #expect(
            classes(Told(container: "a"), Told(container: "a", startup: 2, time: 1_700_000_100)) == [.registeredAgain])
        // One boot may say it twice.
        #expect(classes(Told(container: "a"), Told(container: "a", time: 1_700_000_001)) == [])
        let all = found(
            [Told(container: "a"), Told(container: "a", startup: 2), Told(container: "b", time: 1_700_000_100)]
                .map(\.event))
        #expect(Set(all.map(\.duplicate.class)) == [.registeredAgain, .sameName])
        #expect(all.first { $0.duplicate.class == .sameName }?.duplicate.memberCount == 3)
    }

    @Test("a new certificate is a new container, in one log too") func certificates() {
        let old = Told(container: "-", thumbprint: thumbprint("A"), isInput: true)
        let new = Told(container: "-", thumbprint: thumbprint("B"), startup: 2, time: 1_700_000_900, isInput: true)
        let all = found([old.event, new.event])
        #expect(all.map(\.duplicate.class) == [.sameName])
        #expect(all.first?.duplicate.confidence == .likely)
        #expect(all.first?.duplicate.current?.startup == 2)
    }

    @Test("one certificate under two names is a duplicate, under one name it is told as the name") func shared() {
        let t = thumbprint("A")
        #expect(
            classes(Told(container: "a", name: "x", thumbprint: t), Told(container: "b", name: "y", thumbprint: t))
                == [.sameThumbprint])
        #expect(classes(Told(container: "a", thumbprint: t), Told(container: "b", thumbprint: t)) == [.sameName])
        // A log that tells the name only once tells of one machine.
        #expect(
            classes(Told(container: "a", thumbprint: t), Told(container: "a", name: nil, thumbprint: t, startup: 2))
                == [])
        #expect(
            classes(
                Told(container: "a", name: "x", subscription: "poll://abc/"),
                Told(container: "b", name: "y", subscription: "poll://abc/")) == [.sameSubscription])
        #expect(
            classes(
                Told(container: "a", name: "x", endpoint: "https://h:10933/"),
                Told(container: "b", name: "y", endpoint: "https://H:10933/")) == [.sameEndpoint])
    }

    @Test("who took a name over from a container that had stopped is told so, and it matters little") func handover() {
        let old = Told(container: "a", thumbprint: thumbprint("A"))
        let new = Told(container: "b", thumbprint: thumbprint("B"), time: 1_700_000_900)
        #expect(found([old.event, new.event]).first?.event.level == .high)
        let all = found([old.event, old.stopped(at: 1_700_000_500), new.event])
        #expect(all.first?.event.level == .low)
        #expect(all.first?.duplicate.why.contains("had stopped") == true)
        // It came back.
        let back = found(
            [old.event, old.stopped(at: 1_700_000_500), old.began(at: 1_700_000_600), new.event])
        #expect(back.first?.event.level == .high)
    }

    @Test("upgrades one after another, and the last container's end, stay handovers") func upgrades() {
        let names = [thumbprint("A"), thumbprint("B"), thumbprint("C")]
        let all = names.enumerated().map { i, thumbprint in
            Told(container: "tentacle-1", thumbprint: thumbprint, startup: i + 1, time: 1_700_000_000 + 1000 * i)
        }
        let stops = all.map { $0.stopped(at: $0.time.map { $0 + 900 }) }
        #expect(found(all.map(\.event) + stops).map(\.event.level) == [.low])
        #expect(found(all.map(\.event) + stops.dropFirst()).map(\.event.level) == [.high])
    }

    @Test("a report and a list have the last word on a group, also where it is told again with as many members")
    func lastWord() {
        let old = Told(container: "a", thumbprint: thumbprint("A"))
        let new = Told(container: "b", thumbprint: thumbprint("B"), time: 1_700_000_900)
        var correlator = Correlator(isBounded: true)
        var report = ReportBuilder()
        var inventory = Inventory()
        // The end of the first container is read last.
        for event in [old.event, new.event, old.stopped(at: 1_700_000_500)] {
            var event = event
            for event in correlator.note(&event) {
                report.receive(event)
                inventory.receive(event)
            }
        }
        #expect(report.report.duplicates.entries.map(\.level) == [.high])
        for event in correlator.finish() {
            report.receive(event)
            inventory.receive(event)
        }
        #expect(report.report.duplicates.entries.map(\.level) == [.low])
        #expect(inventory.duplicates.count == 1 && inventory.duplicates[0].why.contains("had stopped"))
    }

    @Test("one registration that is read from two dumps of a log, or under two names, is one") func dumps() {
        var monday = Told(container: "mon.log", thumbprint: thumbprint("A"), subscription: "poll://a/", isInput: true)
        var tuesday = monday
        tuesday.container = "tue.log"
        #expect(found([monday.event, tuesday.event]).isEmpty)
        let named = Told(container: "0123456789ab", thumbprint: thumbprint("A"), subscription: "poll://a/")
        #expect(found([monday.event, named.event, tuesday.event]).isEmpty)
        (monday.time, tuesday.time) = (nil, nil)
        #expect(found([monday.event, tuesday.event]).isEmpty)
        // A copy of a certificate registers at another time.
        tuesday.time = 1_700_000_001
        monday.time = 1_700_000_000
        #expect(found([monday.event, tuesday.event]).map(\.duplicate.class) == [.sameName])
    }

    @Test("what another run came to know meanwhile is told at the end, and what was known before is not") func news() {
        var correlator = Correlator(isBounded: true)
        let (old, new, later) = (Told(container: "a"), Told(container: "b", time: 1_700_000_100), Told(container: "c"))
        correlator.remember([old.event, later.event], isNews: false)
        #expect(correlator.finish().isEmpty)
        correlator.remember([old.event, new.event], isNews: true)
        #expect(correlator.finish().count == 1)
        #expect(correlator.finish().isEmpty)
    }

    @Test("the server talks to the last one, where the logs tell which that is") func current() {
        let late = Told(container: "a", time: 1_700_000_900)
        #expect(found([late.event, Told(container: "b").event]).first?.duplicate.current?.container == "a")
        let timeless = Told(container: "c", time: nil)
        #expect(found([late.event, timeless.event]).first?.duplicate.current == nil)
        #expect(found([late.event, timeless.event]).first?.duplicate.members.map(\.container) == ["c", "a"])
    }

    @Test("a service that is made anew under default names leaves ghosts") func recreated() {
        let old = Told(container: "tentacle-1", name: "0123456789ab", isDefault: true)
        let new = Told(container: "tentacle-1", name: "ba9876543210", isDefault: true, startup: 2)
        let all = found([old.event, new.event])
        #expect(all.map(\.duplicate.class) == [.ghost])
        #expect(all.first?.duplicate.confidence == .certain)
        // Hosts' names that nobody printed: the certificates tell.
        #expect(
            classes(
                Told(container: "t", name: nil, isDefault: true, thumbprint: thumbprint("A")),
                Told(container: "t", name: nil, isDefault: true, thumbprint: thumbprint("B"), startup: 2)) == [.ghost])
        // With names that were given there is none.
        #expect(classes(Told(container: "t", name: "a"), Told(container: "t", name: "b", startup: 2)) == [])
    }

    @Test("two hosts with one Compose file have no ghosts, nor does one host's stop count for the other's") func hosts()
    {
        let one = Told(container: "tentacle-1", name: "0123456789ab", isDefault: true, folder: "h1")
        var other = Told(container: "tentacle-1", name: "ba9876543210", isDefault: true, folder: "h2")
        other.role = "database"
        other.time = 1_700_018_000
        #expect(found([one.event, other.event]).isEmpty)
        // Two first startups of one name are of two logs.
        other.folder = one.folder
        #expect(found([one.event, other.event]).map(\.duplicate.confidence) == [.possible])
        other.folder = "h2"
        other.role = one.role
        other.time = 1_700_000_030
        #expect(found([one.event, other.stopped(at: 1_700_000_020), other.event]).isEmpty)
        // An id is one container's wherever its log lies.
        let id = Told(container: "0123456789ab", name: "0123456789ab", isDefault: true, folder: "monday")
        var later = id
        later.folder = "tuesday"
        let new = Told(
            container: "ba9876543210", name: "ba9876543210", isDefault: true, time: 1_700_000_030, folder: "tuesday")
        #expect(
            found([id.event, later.stopped(at: 1_700_000_020), new.event]).map(\.duplicate.confidence) == [.likely])
    }

    @Test("a container that came in place of another leaves a ghost; replicas of one rollout don't") func replaced() {
        let old = Told(container: "0123456789ab", name: "0123456789ab", isDefault: true)
        var new = Told(container: "ba9876543210", name: "ba9876543210", isDefault: true, time: 1_700_000_030)
        #expect(found([old.event, new.event]).isEmpty)
        let stopped = found([old.event, old.stopped(at: 1_700_000_020), new.event])
        #expect(stopped.map(\.duplicate.confidence) == [.likely])
        new.time = 1_700_000_600
        let later = found([old.event, new.event])
        #expect(later.map(\.duplicate.confidence) == [.possible])
        #expect(later.first?.event.level == .info)
        new.role = "database"
        #expect(found([old.event, new.event]).isEmpty)
    }

    @Test("of a large group the first and the latest are told, and all are counted") func largeGroup() {
        let all = found((1...1200).map { Told(container: "c\($0)", time: 1_700_000_000 + $0).event })
        #expect(all.first?.duplicate.memberCount == 1200)
        #expect(all.first?.duplicate.members.count == 1000)
        #expect(all.first?.duplicate.members.first?.container == "c1")
        #expect(all.first?.duplicate.members.last?.container == "c1200")
    }

    @Test("a group that grows is told again and again, but not each time: the last word has all") func growth() {
        var correlator = Correlator(isBounded: true)
        var told: [Event] = []
        for i in 1...100 {
            var event = Told(container: "c\(i)", time: 1_700_000_000 + i).event
            told += correlator.note(&event)
        }
        told += correlator.finish()
        let counts = told.compactMap { event -> Int? in
            if case .registrationDuplicate(let duplicate) = event.payload { duplicate.memberCount } else { nil }
        }
        #expect(counts == Array(2...16) + [32, 64, 100])
        #expect(Set(told.map(\.id)).count == told.count)
    }

    @Test("events in any order, twice, and in parts that are merged say the same") func laws() {
        var generator = SeededRandom(seed: 6)
        var events: [Event] = []
        for i in 0..<300 {
            var told = Told(container: "c\(i % 90)", name: "n\(i % 40)", isDefault: i % 3 == 0)
            told.startup = 1 + i / 90
            told.time = i % 11 == 0 ? nil : 1_700_000_000 + 17 * i
            told.thumbprint = i % 5 == 0 ? nil : thumbprint(Character(String(i % 10)))
            told.subscription = i % 7 == 0 ? "poll://s\(i % 14)/" : nil
            events.append(told.event)
            if i % 4 == 0 { events.append(told.stopped(at: told.time)) }
            if i % 6 == 0 { events.append(told.began(at: told.time.map { $0 + 3 })) }
        }
        func text(_ events: [Event]) -> [String] { found(events).map { "\($0.event.id) \($0.duplicate)" } }
        let expected = text(events)
        #expect(Set(found(events).map(\.duplicate.class)).count >= 4)
        for _ in 0..<20 {
            let shuffled = events.shuffled(using: &generator)
            #expect(text(shuffled) == expected)
            #expect(text(shuffled + shuffled.prefix(100)) == expected)
        }
    }

    @Test("of two events of one id the same one counts, whichever comes first") func oneID() {
        var one = Told(container: "a").event
        var other = Told(container: "a", name: "other").event
        one.givenID = String(repeating: "0", count: 32)
        other.givenID = one.givenID
        func known(_ events: [Event]) -> [String] {
            var correlator = Correlator(isBounded: false)
            for event in events { correlator.add(event) }
            return correlator.registrations.references.map { reference in
                var writer = JSONWriter()
                writer.line(correlator.registrations.event(reference))
                return String(decoding: writer.bytes, as: UTF8.self)
            }
        }
        #expect(known([one, other]) == known([other, one]))
        #expect(known([one, other, one]).count == 1)
    }

    @Test(
        "a registration comes out of the store as it went in",
        arguments: [
            "", "a", "0123456789abcdef", "ABCDEF0123", "ABCdef01", "poll://x/", "ü \u{1F419}\u{0}\n", "12345678",
        ])
    func roundTrip(_ text: String) {
        var told = Told(container: text, server: text, space: text, name: text, thumbprint: text)
        told.endpoint = text
        var store = RegistrationStore()
        var references: [(UInt32, Event)] = []
        for i in 0..<3000 {
            told.startup = i
            told.role = "\(text)\(i)"
            told.time = i % 2 == 0 ? nil : -i
            told.subscription = i % 3 == 0 ? nil : String(repeating: text, count: i % 97)
            let event = told.event.reduced(told.registration)
            references.append((store.append(event, told.registration), event))
        }
        func json(_ event: Event) -> String {
            var writer = JSONWriter()
            writer.line(event)
            return String(decoding: writer.bytes, as: UTF8.self)
        }
        #expect(references.allSatisfy { json(store.event($0.0)) == json($0.1) && store.id(of: $0.0) == $0.1.id })
    }

    @Test("events of one id from several logs have one order in a state") func oneIDInSeveralLogs() throws {
        let events = (0..<40).map { number in
            var event = Told(container: "c\(number)").began(at: 1_700_000_000)
            event.givenID = String(repeating: "0", count: 32)
            return event
        }
        var correlator = Correlator(isBounded: true)
        correlator.remember(events, isNews: false)
        var bytes: [UInt8] = []
        KnownState().write(correlator.registrations) { bytes += $0 }
        let lines = bytes.split(separator: UInt8(ascii: "\n")).dropFirst().map { String(decoding: $0, as: UTF8.self) }
        #expect(lines.count == events.count)
        #expect(lines == lines.sorted())
    }
}
