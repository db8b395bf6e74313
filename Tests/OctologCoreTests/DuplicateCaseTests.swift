import Testing

@testable import OctologCore

/// The members of duplicates, as the `members` line of a case's `expected` file lists them:
/// `<class> <container>/<startup> ...; <class> ...`.
@Suite struct DuplicateCaseTests {
    private static let cases = Case.all.filter { $0.expected["members"] != nil }

    /// The last word on each group, in the words of the file.
    private func groups(_ item: Case) -> Set<String> {
        var groups: [String: (first: String, text: String)] = [:]
        for event in item.run().events {
            guard case .registrationDuplicate(let duplicate) = event.payload else { continue }
            let members = duplicate.members.map { "\(short($0.container, of: item))/\($0.startup)" }
            let key = "\(duplicate.class.rawValue) \(duplicate.value?.lowercased() ?? "") \(duplicate.space ?? "")"
            groups[key] = (members.first ?? "", ([duplicate.class.rawValue] + members).joined(separator: " "))
        }
        return Set(groups.values.map(\.text))
    }

    private func short(_ container: String, of item: Case) -> String {
        let log = item.logs.first { container == "Fixtures/cases/\(item.name)/\($0)" }
        return log.map { item.logs.count == 1 ? "-" : $0 } ?? container
    }

    @Test("each class has a case that says whose duplicate it is") func complete() {
        let classes = Self.cases.flatMap { item in
            (item.expected["members"] ?? "").split(separator: ";").compactMap {
                $0.split(separator: " ").first.flatMap { RegistrationDuplicate.Class(rawValue: String($0)) }
            }
        }
        #expect(Set(classes) == Set(RegistrationDuplicate.Class.allCases))
    }

    @Test("a case's duplicates have the expected members", arguments: cases)
    func members(_ item: Case) {
        let expected = (item.expected["members"] ?? "").split(separator: ";").map { String($0.trimmingBlanks()) }
        #expect(groups(item) == Set(expected))
    }
}
