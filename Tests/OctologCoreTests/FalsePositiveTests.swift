import Foundation
import Testing

@testable import OctologCore

/// What the masker must leave alone, and the published shapes that it must not.
@Suite struct FalsePositiveTests {
    /// Lines of a kind, none of which holds a secret.
    private struct Category {
        var name: String
        var lines: [String] = []
    }

    /// Fixtures/no-secrets/no-secrets.log: each `### name` begins a category.
    private static let categories: [Category] = {
        let file = Case.root.deletingLastPathComponent().appending(path: "no-secrets/no-secrets.log")
        let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        var categories: [Category] = []
        for line in text.split(separator: "\n") {
            if line.hasPrefix("### ") {
                categories.append(Category(name: String(line.dropFirst(4))))
            } else if !categories.isEmpty {
                categories[categories.count - 1].lines.append(String(line))
            }
        }
        return categories
    }()

    private static func exposures(in line: String, _ redactor: inout Redactor) -> [Exposure] {
        let bytes = Array(line.utf8)
        return redactor.exposures(in: bytes.span)
    }

    @Test("a line without a secret is not touched") func nothingToMask() {
        #expect(Self.categories.reduce(0) { $0 + $1.lines.count } >= 300)
        var redactor = Redactor()
        var table = "lines  masked  category\n"
        var masked: [String] = []
        for category in Self.categories {
            var count = 0
            for line in category.lines {
                let found = Self.exposures(in: line, &redactor)
                if found.isEmpty { continue }
                count += 1
                masked.append("\(category.name): \(line.prefix(150)) (\(found.map(\.rule).joined(separator: ", ")))")
            }
            func column(_ number: Int, _ width: Int) -> String {
                String(repeating: " ", count: max(0, width - "\(number)".count)) + "\(number)"
            }
            table += "\(column(category.lines.count, 5))  \(column(count, 6))  \(category.name)\n"
        }
        print(table)
        if !masked.isEmpty {
            Issue.record("\(masked.count) lines masked: \(masked.map { "\n  \($0)" }.joined())")
        }
    }

    /// gitleaks' rule octopus-deploy-api-key: `API-` and 26 letters or digits.
    /// trufflehog's detector octopusdeploy: 29 to 34 of them. The docs' sample has 27, log-grammar 10.1.
    @Test(
        "API keys of the published shapes are found, wherever they stand",
        arguments: [26, 27, 29, 30, 31, 32, 33, 34],
        [
            "octopus_api_key = \"%\"", "set apikey=\"%\"", "API key: %", "OCTOPUS_API_KEY=%", "%",
            "X-Octopus-ApiKey: %", "curl -H 'X-Octopus-ApiKey:%' https://acme.octopus.app/api", "{\"apiKey\":\"%\"}",
            "key % was revoked.", "https://acme.octopus.app/api/users/me?apikey=%", "(%)", "\t\t\t%", "<%>", "%,",
            "%\\n",
        ])
    func apiKeys(_ count: Int, _ context: String) {
        var random = SeededRandom(seed: UInt64(count))
        var redactor = Redactor()
        for _ in 0..<5 {
            let key = "API-" + random.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", count)
            let line = context.replacingOccurrences(of: "%", with: key)
            let found = Self.exposures(in: line, &redactor)
            let start = line.utf8.distance(
                from: line.utf8.startIndex, to: line.range(of: key)?.lowerBound ?? line.startIndex)
            #expect(
                found.contains { $0.kind == .apiKey && $0.range == start..<start + key.utf8.count },
                "\(count) in \(context)")
        }
    }
}
