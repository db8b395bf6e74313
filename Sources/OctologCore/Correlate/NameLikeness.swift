/// How a container's name may be that of a host, the best first: Compose and Docker make names of services.
enum NameLikeness: CaseIterable {
    case equal
    /// `db-1` for `db`.
    case numbered
    /// `shop-db-1` and `shop_db_1` for `db`.
    case ofProject
    /// `db` somewhere among its parts.
    case within

    func holds(_ container: String, host: String) -> Bool {
        let label = host.prefix { $0 != "." }
        let wanted = Self.parts(of: label)
        var parts = Self.parts(of: container.lowercased())
        guard !wanted.isEmpty, parts.count >= wanted.count else { return false }
        switch self {
        case .equal: return container.lowercased() == host
        case .numbered, .ofProject:
            if parts.count > wanted.count, parts.last?.allSatisfy(\.isNumber) == true { parts.removeLast() }
            return self == .numbered ? parts == wanted : parts.suffix(wanted.count).elementsEqual(wanted)
        case .within:
            return (0...parts.count - wanted.count).contains { parts[$0..<$0 + wanted.count].elementsEqual(wanted) }
        }
    }

    private static func parts(of name: some StringProtocol) -> [String] {
        String(name).split { !($0.isLetter || $0.isNumber) }.map { String($0) }
    }
}
