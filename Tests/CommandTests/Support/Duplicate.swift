import Fleet
import Foundation

/// A `registration.duplicate`, as its JSON has it.
struct Duplicate {
    var `class`: String
    /// As a server compares it: without surrounding blanks, in lower case.
    var value: String?
    var members: [Fleet.Member]
    var memberCount: Int
    var current: Fleet.Member?
    var confidence: String
    var level: String
    var id: String
    var subject: String

    /// Nil for other events.
    init?(_ event: [String: Any]) {
        guard event["type"] as? String == "octolog.registration.duplicate.v1",
            let data = event["data"] as? [String: Any], let name = data["class"] as? String,
            let members = data["members"] as? [[String: Any]], let count = data["memberCount"] as? Int
        else { return nil }
        `class` = name
        value = (data["value"] as? String)?.trimmingCharacters(in: .whitespaces).lowercased()
        self.members = members.compactMap(Self.member)
        memberCount = count
        current = (data["current"] as? [String: Any]).flatMap(Self.member)
        confidence = data["confidence"] as? String ?? ""
        level = event["severitytext"] as? String ?? ""
        id = event["id"] as? String ?? ""
        subject = event["subject"] as? String ?? ""
    }

    private static func member(_ object: [String: Any]) -> Fleet.Member? {
        guard let container = object["container"] as? String, let startup = object["startup"] as? Int else {
            return nil
        }
        return Fleet.Member(container: container, startup: startup)
    }

    /// The duplicates among the lines of a stream.
    static func all(in stream: Data) -> [Duplicate] {
        let mark = Data("octolog.registration.duplicate.v1".utf8)
        return stream.split(separator: 0x0A).compactMap { line in
            guard line.range(of: mark) != nil else { return nil }
            return ((try? JSONSerialization.jsonObject(with: line)) as? [String: Any]).flatMap(Duplicate.init)
        }
    }

    /// The last word on each group: what is told later of the same members and more takes its place.
    static func last(of told: [Duplicate]) -> [Duplicate] {
        var kept: [Duplicate] = []
        var places: [String: [Int]] = [:]
        for duplicate in told {
            let members = Set(duplicate.members)
            let family = "\(duplicate.class) \(duplicate.value ?? "")"
            let known = places[family, default: []]
            if let place = known.first(where: { members.isSuperset(of: kept[$0].members) }) {
                kept[place] = duplicate
            } else {
                places[family, default: []].append(kept.count)
                kept.append(duplicate)
            }
        }
        return kept
    }
}

/// What is compared of a duplicate: what it is, whose it is, and how sure that is.
struct Finding: Hashable, Comparable, CustomStringConvertible {
    var `class`: String
    var value: String?
    var members: [Fleet.Member]
    var confidence: String

    init(_ duplicate: Duplicate) {
        `class` = duplicate.class
        // A ghost's members share no value of theirs.
        value = duplicate.class == "ghost" ? nil : duplicate.value
        members = duplicate.members.sorted()
        confidence = duplicate.confidence
    }

    init(_ group: Fleet.Group) {
        `class` = group.class.rawValue
        value = group.value?.trimmingCharacters(in: .whitespaces).lowercased()
        members = group.members.sorted()
        confidence = group.isPossibleOnly ? "possible" : group.isCertain ? "certain" : "likely"
    }

    var description: String {
        "\(`class`) \(value ?? "-") \(members.map(\.description).joined(separator: ", ")) \(confidence)"
    }

    static func < (a: Finding, b: Finding) -> Bool { a.description < b.description }
}
