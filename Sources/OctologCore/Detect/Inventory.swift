/// `octolog registrations`: every registration of a run, and the duplicates among them.
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

    package init() {}

    package mutating func receive(_ event: Event) {
        switch event.payload {
        case .registrationObserved(let registration):
            entries.append(
                Entry(
                    container: event.origin.container ?? "", startup: event.origin.startup ?? 1, time: event.time,
                    registration: registration))
        case .registrationDuplicate(let duplicate):
            note(duplicate)
        default: break
        }
    }

    private mutating func note(_ duplicate: RegistrationDuplicate) {
        // A group that has grown is told again, with all its members: the last word counts.
        func first(_ duplicate: RegistrationDuplicate) -> String {
            duplicate.members.first.map { "\($0.container)/\($0.startup)" } ?? ""
        }
        duplicates.removeAll {
            $0.class == duplicate.class && $0.memberCount < duplicate.memberCount && first($0) == first(duplicate)
                && $0.value?.lowercased() == duplicate.value?.lowercased()
        }
        duplicates.append(duplicate)
        for member in duplicate.members {
            for i in entries.indices
            where entries[i].container == member.container && entries[i].startup == member.startup
                && !entries[i].verdicts.contains(duplicate.class)
            {
                entries[i].verdicts.append(duplicate.class)
            }
        }
    }

    /// The inventory as JSON: `{"registrations":[...],"duplicates":[...]}`.
    package func json() -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.key("registrations")
            writer.array { writer in for entry in entries { writer.write(entry) } }
            writer.key("duplicates")
            writer.array { writer in for duplicate in duplicates { writer.write(duplicate) } }
        }
        writer.newline()
        return writer.bytes
    }

    /// The inventory as a table, and each duplicate with why it matters and what to do.
    package func table() -> String {
        let header = [
            "CONTAINER", "STARTUP", "TIME", "SERVER", "SPACE", "KIND", "NAME", "THUMBPRINT", "OUTCOME", "VERDICT",
        ]
        let rows = entries.map { entry -> [String] in
            let r = entry.registration
            return [
                entry.container, "\(entry.startup)", entry.time?.rfc3339 ?? "-", r.server ?? "-", r.space ?? "-",
                r.kind?.rawValue ?? "-", r.name ?? "-", r.thumbprint.map { String($0.prefix(8)) } ?? "-",
                r.outcome.rawValue,
                entry.verdicts.isEmpty ? "-" : entry.verdicts.map(\.rawValue).joined(separator: ","),
            ].map(TextFormat.printable)
        }
        let widths = header.indices.map { column in ([header] + rows).map { $0[column].count }.max() ?? 0 }
        var text = ""
        for row in [header] + rows {
            var line = ""
            for (cell, width) in zip(row, widths) {
                line += cell + String(repeating: " ", count: width - cell.count + 2)
            }
            while line.last == " " { line.removeLast() }
            text += line + "\n"
        }
        for duplicate in duplicates {
            text +=
                "\n\(duplicate.class.rawValue): \(TextFormat.printable(duplicate.value ?? "")) at \(TextFormat.printable(duplicate.server ?? ""))\n"
            for member in duplicate.members {
                text +=
                    "  \(TextFormat.printable(member.container)), startup \(member.startup), \(member.time?.rfc3339 ?? "no time")\n"
            }
            text += "  why:    \(duplicate.why)\n  remedy: \(duplicate.remedy)\n"
        }
        return text
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
