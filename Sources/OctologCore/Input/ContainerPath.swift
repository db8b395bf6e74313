/// The containers that paths of logs name: Docker's, podman's and Kubernetes' own folders.
enum ContainerPath {
    /// The container that a log at `path` is of, or nil if the path names none.
    static func container(of path: String) -> String? {
        let parts = path.split(separator: "/")
        guard let file = parts.last else { return nil }
        // /var/lib/docker/containers/<id>/<id>-json.log
        if let dash = file.firstIndex(of: "-"), file[dash...].hasPrefix("-json.log"), isIdentifier(file[..<dash]) {
            return String(file.prefix(12))
        }
        // .../overlay-containers/<id>/userdata/ctr.log
        if file == "ctr.log", parts.count >= 3, isIdentifier(parts[parts.count - 3]) {
            return String(parts[parts.count - 3].prefix(12))
        }
        // /var/log/pods/<namespace>_<pod>_<uid>/<container>/0.log
        if parts.count >= 3, file.first?.isNumber == true, file.contains(".log") {
            let pod = parts[parts.count - 3].split(separator: "_")
            if pod.count == 3 { return "\(pod[1])/\(parts[parts.count - 2])" }
        }
        // /var/log/containers/<pod>_<namespace>_<container>-<id>.log
        let names = file.split(separator: "_")
        if names.count == 3, names[2].hasSuffix(".log"), let dash = names[2].lastIndex(of: "-"),
            isIdentifier(names[2][names[2].index(after: dash)...].dropLast(4))
        {
            return "\(names[0])/\(names[2][..<dash])"
        }
        return nil
    }

    private static func isIdentifier(_ text: Substring) -> Bool {
        text.utf8.count == 64 && text.utf8.allSatisfy(\.isHexadecimal)
    }
}
