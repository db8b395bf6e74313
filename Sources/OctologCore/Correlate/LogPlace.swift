/// A container by its name, and where its log lies: containers of two hosts may have one name.
struct LogPlace: Hashable {
    var source: String
    /// The folder of the input; none where the name is an id, which no other container has.
    var folder: Substring

    init(_ event: Event) {
        source = event.source
        let input = event.evidence.last?.input ?? ""
        let isID = event.origin.container.flatMap { HostName.ofContainer($0) } != nil
        folder = isID ? "" : input[..<(input.lastIndex(of: "/") ?? input.startIndex)]
    }
}
