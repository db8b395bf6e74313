/// The containers that paths of logs name: Docker's, podman's and Kubernetes' own folders.
enum ContainerPath {
    /// A container that a path names.
    struct Found {
        /// Docker's short id, or `<pod>/<container>`.
        var name: String
        /// What its host is called where nobody names it.
        var hostName: String

        fileprivate init(id: Substring) {
            name = String(id.prefix(12))
            hostName = name
        }

        fileprivate init(pod: Substring, container: Substring) {
            name = "\(pod)/\(container)"
            hostName = HostName.withoutDomain(pod)
        }
    }

    /// The container that a log at `path` is of, or nil if the path names none.
    static func container(of path: String) -> Found? {
        let parts = path.split(separator: "/")
        guard let file = parts.last else { return nil }
        // /var/lib/docker/containers/<id>/<id>-json.log
        if let dash = file.firstIndex(of: "-"), file[dash...].hasPrefix("-json.log"), isIdentifier(file[..<dash]) {
            return Found(id: file)
        }
        // .../overlay-containers/<id>/userdata/ctr.log
        if file == "ctr.log", parts.count >= 3, isIdentifier(parts[parts.count - 3]) {
            return Found(id: parts[parts.count - 3])
        }
        // /var/log/pods/<namespace>_<pod>_<uid>/<container>/0.log
        if parts.count >= 3, file.first?.isNumber == true, file.contains(".log") {
            let pod = parts[parts.count - 3].split(separator: "_")
            if pod.count == 3 { return Found(pod: pod[1], container: parts[parts.count - 2]) }
        }
        // /var/log/containers/<pod>_<namespace>_<container>-<id>.log
        let names = file.split(separator: "_")
        if names.count == 3, names[2].hasSuffix(".log"), let dash = names[2].lastIndex(of: "-"),
            isIdentifier(names[2][names[2].index(after: dash)...].dropLast(4))
        {
            return Found(pod: names[0], container: names[2][..<dash])
        }
        return nil
    }

    private static func isIdentifier(_ text: Substring) -> Bool {
        text.utf8.count == 64 && text.utf8.allSatisfy(\.isHexadecimal)
    }
}
