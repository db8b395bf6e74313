/// What a container's host is called where nobody names it, log-grammar 12.2: by Docker as the container's id begins,
/// by Kubernetes as its pod.
enum HostName {
    /// Docker's short form of an id, in hexadecimal digits.
    private static let shortID = 12
    private static let longID = 64

    /// - Parameter name: what frames call the container. Its id tells the host, also behind a slash, as tags have it;
    ///   a name that was given, or a Compose service's, tells nothing.
    static func ofContainer(_ name: some StringProtocol) -> String? {
        guard let last = name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).last,
            last.count == shortID || last.count == longID,
            last.allSatisfy(\.isHexadecimal)
        else { return nil }
        return String(decoding: last.prefix(shortID), as: UTF8.self)
    }

    /// A host's name or a pod's without its domain, which begins at the first dot.
    static func withoutDomain(_ name: some StringProtocol) -> String { String(name.prefix { $0 != "." }) }
}
