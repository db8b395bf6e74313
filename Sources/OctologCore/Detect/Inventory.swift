/// `octolog registrations`: every registration of a run, the machines that they are, and the duplicates among them.
package struct Inventory: EventSink {
    /// A registration, and what was found of it.
    package struct Entry: Sendable {
        package var container: String
        package var startup: Int
        package var time: Timestamp?
        package var registration: Registration
        package var verdicts: [RegistrationDuplicate.Class] = []
    }

    package private(set) var entries: [Entry] = []
    package private(set) var duplicates: [RegistrationDuplicate] = []
    /// Where the registrations stand in `entries`.
    private var positions: [RegistrationDuplicate.Place: [Int]] = [:]

    package init() {}

    package mutating func receive(_ event: Event) {
        switch event.payload {
        case .registrationObserved(let registration):
            let entry = Entry(
                container: event.origin.container ?? "", startup: event.origin.startup ?? 1, time: event.time,
                registration: registration)
            let place = RegistrationDuplicate.Place(
                container: entry.container, startup: entry.startup, name: registration.name)
            positions[place, default: []].append(entries.count)
            entries.append(entry)
        case .registrationDuplicate(let duplicate): note(duplicate)
        case .runStarted, .runFinished, .sourceDetected, .startupBegan, .phaseEntered, .phaseCompleted, .phaseFailed,
            .commandExecuted, .configurationObserved, .masterKeyShown, .masterKeyConfigured, .secretExposed,
            .startupSucceeded, .startupFailed, .startupUnfinished, .containerStopped, .findingRaised, .gapDetected,
            .limitHit, .startupExplained, .linesUnrecognised, .eventsSuppressed, .rulesReloaded:
            break
        }
    }

    private mutating func note(_ duplicate: RegistrationDuplicate) {
        duplicates.removeAll { duplicate.replaces($0) }
        duplicates.append(duplicate)
        for index in Set(duplicate.members.map(\.place)).flatMap({ positions[$0] ?? [] })
        where entries[index].registration.outcome == .registered && !entries[index].verdicts.contains(duplicate.class) {
            entries[index].verdicts.append(duplicate.class)
        }
    }

    /// The machines that were registered, or that somebody tried to register, in order.
    package var machines: [Machine] {
        var machines: [Machine.Key: Machine] = [:]
        for entry in entries {
            machines[Machine.Key(entry), default: Machine(entry.registration)].add(entry)
        }
        return machines.values.sorted(by: Machine.isBefore)
    }

    /// The inventory as JSON: `{"machines":[...],"registrations":[...],"duplicates":[...]}`.
    package func json() -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.key("machines")
            writer.array { writer in for machine in machines { writer.write(machine) } }
            writer.key("registrations")
            writer.array { writer in for entry in entries { writer.write(entry) } }
            writer.key("duplicates")
            writer.array { writer in for duplicate in duplicates { writer.write(duplicate) } }
        }
        writer.newline()
        return writer.bytes
    }
}

extension Inventory.Entry: Fields {
    func visit(_ visitor: inout some FieldVisitor) {
        visitor.required("container", container, "The container's name or id, or the input's name")
        visitor.required("startup", startup, "The startup within the container, from 1")
        visitor.optional("time", time?.rfc3339, "When it registered, where the log says so")
        registration.visit(&visitor)
        visitor.list("verdicts", verdicts.map(\.rawValue), "The classes of duplicates that it is a member of")
    }

    static let sample = Inventory.Entry(container: "", startup: 1, registration: .sample)
}
