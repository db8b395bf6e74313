/// The machines as a table, a row for each, and each duplicate with why it matters and what to do.
struct InventoryTable {
    private static let header = [
        "SERVER", "SPACE", "KIND", "NAME", "CONTAINERS", "THUMBPRINT", "ADDRESS", "FIRST", "LAST", "VERDICT",
    ]
    /// The columns that may be left out where the table is too wide and all rows have the same there; the first goes
    /// first.
    private static let dispensable = [1, 2, 0, 7, 8, 6, 5]
    /// As many values of a cell are shown.
    private static let shown = 3
    private static let unknown = "-"

    private var rows: [[String]]
    private var columns = Array(header.indices)
    /// What stands in the columns that were left out, for all rows.
    private var common: [String] = []

    /// - Parameter width: how many columns the terminal has; nil where there is none to fit.
    init(_ machines: [Inventory.Machine], width: Int?) {
        rows = machines.map(Self.cells)
        guard let width else { return }
        for column in Self.dispensable where lines.contains(where: { $0.columns > width }) { leaveOut(column) }
    }

    private static func cells(of machine: Inventory.Machine) -> [String] {
        [
            machine.server ?? unknown, machine.space ?? unknown, machine.kind?.rawValue ?? unknown,
            machine.name ?? unknown, list(machine.containers), list(machine.thumbprints.map { String($0.prefix(8)) }),
            list(machine.addresses), machine.first?.seconds ?? unknown, machine.last?.seconds ?? unknown,
            machine.verdict ?? unknown,
        ]
    }

    /// The first values, and how many more there are.
    private static func list(_ values: [String]) -> String {
        guard !values.isEmpty else { return unknown }
        let more = values.count - shown
        return (values.prefix(shown) + (more > 0 ? ["+\(more)"] : [])).joined(separator: ",")
    }

    private mutating func leaveOut(_ column: Int) {
        guard let value = rows.first?[column], rows.allSatisfy({ $0[column] == value }) else { return }
        columns.removeAll { $0 == column }
        if value != Self.unknown { common.append("\(Self.header[column].lowercased()) \(value.printable)") }
    }

    /// The rows and what they have in common, without line ends.
    var lines: [String] {
        var table = TextTable(columns.map { _ in .left })
        for row in [Self.header] + rows { table.row(columns.map { row[$0] }) }
        return (common.isEmpty ? [] : ["All: \(common.joined(separator: ", "))"]) + table.lines
    }
}

extension Inventory {
    /// The inventory for people.
    ///
    /// - Parameter width: how many columns the terminal has; nil where there is none to fit.
    package func table(width: Int? = nil) -> String {
        let table = InventoryTable(machines, width: width).lines.map { "\($0)\n" }.joined()
        let lines = duplicates.flatMap { [""] + $0.lines }
        guard let width else { return table + lines.map { "\($0)\n" }.joined() }
        var page = TextPage(TextLook(width: width))
        for line in lines { page.paragraph(line, hanging: line.hasPrefix(" ") ? 10 : 2) }
        return table + page.text
    }
}

extension RegistrationDuplicate {
    /// What they share, who they are, and what to do.
    fileprivate var lines: [String] {
        let space = space.map { ", space \($0)" } ?? ""
        let more = memberCount - members.count
        let value = value.map { " \($0)" } ?? ""
        let heading =
            "\(`class`.rawValue):\(value) at \(server ?? "an unknown server")\(space) (\(confidence.rawValue))"
        let left = more > 0 ? ["  and \(more) more"] : []
        let now = current.map { ["  now:    \($0.line)"] } ?? []
        let advice = now + ["  why:    \(why)", "  remedy: \(remedy)"]
        return ([heading] + members.map { "  \($0.line)" } + left + advice).map(\.printable)
    }
}

extension RegistrationDuplicate.Member {
    /// `input.log, startup 1, as web-1, 2018-08-08T09:00:25Z, thumbprint 6E9C9D3B`
    fileprivate var line: String {
        let name = name.map { ", as \($0)" } ?? ""
        let certificate = thumbprint.map { ", thumbprint \($0.prefix(8))" } ?? ""
        return "\(container), startup \(startup)\(name), \(time?.seconds ?? "no time")\(certificate)"
    }
}

extension RegistrationDuplicate.Current {
    /// `second.log, startup 1, as web-1`
    fileprivate var line: String { "\(container), startup \(startup)\(name.map { ", as \($0)" } ?? "")" }
}
