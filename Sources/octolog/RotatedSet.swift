import Glibc

/// Files that are one log because somebody rotates them: `x.log`, `x.log.1`, `x.log.2.gz`.
enum RotatedSet {
    /// The logs that `paths` are, each with its oldest file first; a log stands where its first file stood.
    static func group(_ paths: [String]) -> [[String]] {
        var logs: [[(path: String, age: Age)]] = []
        var numbers: [String: Int] = [:]
        for path in paths {
            let (base, age) = parse(path)
            if path != "-", let number = numbers[base] {
                logs[number].append((path, age))
            } else {
                numbers[base] = logs.count
                logs.append([(path, age)])
            }
        }
        return logs.map { log in
            log.enumerated().sorted { ($0.element.age, $0.offset) < ($1.element.age, $1.offset) }.map(\.element.path)
        }
    }

    /// The other files beside `path` that are of its log, the oldest first.
    static func siblings(of path: String) -> [String] {
        let folder = AtomicFile.folder(of: path)
        let prefix = path.contains("/") ? folder : ""
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        let base = parse(path).base
        let paths = Inputs.names(in: directory).map { prefix + $0 }.filter { $0 != path && parse($0).base == base }
        return group(paths).flatMap { $0 }
    }

    /// How old a file is among those of its log; the oldest is the least.
    private enum Age: Comparable {
        /// By its date: the later the younger.
        case dated(String)
        /// By its number: the higher the older.
        case numbered(Int)
        /// By the container's restarts: the more the younger; of one of them by date, without one it is the last.
        case restarted(Int, String?)
        case current

        private var rank: (Int, Int, String) {
            switch self {
            case .dated(let date): (0, 0, date)
            case .numbered(let number): (1, -number, "")
            case .restarted(let count, let date): (2, count, date ?? "~")
            case .current: (3, 0, "")
            }
        }

        static func < (a: Age, b: Age) -> Bool { a.rank < b.rank }
    }

    private static let compressions = [".gz", ".zst", ".xz", ".bz2"]

    /// The name that all files of a log have in common, and how old this one is.
    private static func parse(_ path: String) -> (base: String, age: Age) {
        var name = Substring(path)
        for ending in compressions where name.hasSuffix(ending) { name = name.dropLast(ending.count) }
        if let pod = parsePod(name) { return pod }
        guard let mark = name.lastIndex(where: { $0 == "." || $0 == "-" }) else { return (String(name), .current) }
        let tail = name[name.index(after: mark)...]
        // docker's and logrotate's numbers
        if name[mark] == ".", (1...4).contains(tail.utf8.count), let number = Int(tail), isLog(name[..<mark]) {
            return (String(name[..<mark]), .numbered(number))
        }
        // logrotate's dates, and kubelet's with a time
        let dated = name.split(separator: ".").last.map(String.init) ?? ""
        if dated.utf8.count == 15, dated.utf8.allSatisfy({ $0 == UInt8(ascii: "-") || isDigit($0) }),
            isLog(name.dropLast(16))
        {
            return (String(name.dropLast(16)), .dated(dated))
        }
        if name[mark] == "-", tail.utf8.count == 8, tail.utf8.allSatisfy(isDigit), isLog(name[..<mark]) {
            return (String(name[..<mark]), .dated(String(tail)))
        }
        return (String(name), .current)
    }

    /// `<namespace>_<pod>_<uid>/<container>/0.log`, `1.log` and so on are the runs of one container.
    private static func parsePod(_ name: Substring) -> (base: String, age: Age)? {
        let parts = name.split(separator: "/")
        guard parts.count >= 3, parts[parts.count - 3].split(separator: "_").count == 3,
            let file = parts.last?.split(separator: ".", maxSplits: 2), file.count >= 2, file[1] == "log",
            let restarts = Int(file[0])
        else { return nil }
        return (
            parts.dropLast().joined(separator: "/") + "/", .restarted(restarts, file.count > 2 ? String(file[2]) : nil)
        )
    }

    /// Whether a name is one that a log has before anybody rotates it.
    private static func isLog(_ name: Substring) -> Bool {
        let file = name.split(separator: "/").last ?? name
        return file.contains(".log") || file.contains(".json") || ["messages", "syslog"].contains(file)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
