import Crypto

// What concerns more than one container, and what the report was made from.

extension ReportHTML {
    func writeFindings(_ html: inout HTMLWriter) {
        guard !report.findings.isEmpty else { return }
        section("Findings", HTMLWriter.Anchor("findings"), &html) { html in
            for entry in report.findings.entries {
                html.element("article") { html in
                    html.element("h3") { html in
                        html.element("span", class: entry.level.badge, text: entry.level.name)
                        html.text(" \(entry.sentence)")
                    }
                    html.element("p", text: "What to do: \(entry.finding.remedy)")
                    write(Array(entry.evidence.prefix(2)), &html)
                }
            }
            leftOut(report.findings.leftOut, "finding", &html)
        }
    }

    func writeDuplicates(_ html: inout HTMLWriter) {
        guard !report.duplicates.isEmpty else { return }
        section("Duplicate registrations", HTMLWriter.Anchor("duplicates"), &html) { html in
            for entry in report.duplicates.entries {
                html.element("article") { html in
                    html.element("h3") { html in
                        html.element("span", class: entry.level.badge, text: entry.level.name)
                        html.text(" \(entry.duplicate.sentence)")
                    }
                    html.element("ul") { html in
                        for sentence in entry.duplicate.memberSentences { html.element("li", text: sentence) }
                    }
                    html.element("p", text: "Why it matters: \(entry.duplicate.why)")
                    html.element("p", text: "What to do: \(entry.duplicate.remedy)")
                }
            }
            leftOut(report.duplicates.leftOut, "duplicate", &html)
        }
    }

    func writeSecrets(_ html: inout HTMLWriter) {
        guard !report.secrets.isEmpty else { return }
        section("Secrets in clear in the logs", HTMLWriter.Anchor("secrets"), &html) { html in
            html.element("p", class: "faint") { $0.raw("This page holds none of them.") }
            for exposed in report.secrets {
                html.element("article") { html in
                    html.element("h3", text: exposed.sentence)
                    for explanation in exposed.explanations { html.element("p", text: "Why: \(explanation)") }
                    html.element("p", text: "What to do: \(exposed.remedy)")
                }
            }
        }
    }

    func writeGapsAndLimits(_ html: inout HTMLWriter) {
        if !report.gaps.isEmpty {
            section("Gaps in the log", HTMLWriter.Anchor("gaps"), &html) { html in
                html.element("ul") { html in
                    for entry in report.gaps.entries { html.element("li", text: entry.sentence) }
                }
                leftOut(report.gaps.leftOut, "gap", &html)
            }
        }
        guard !report.limits.isEmpty else { return }
        section("Limits", HTMLWriter.Anchor("limits"), &html) { html in
            html.element("ul") { html in
                for entry in report.limits.entries { html.element("li", text: entry.sentence) }
            }
            leftOut(report.limits.leftOut, "limit", &html)
        }
    }

    func writeUnrecognised(_ html: inout HTMLWriter) {
        guard let unrecognised = report.unrecognised, unrecognised.lines > 0 else { return }
        section("Not recognised", HTMLWriter.Anchor("unrecognised"), &html) { html in
            html.element("p", text: unrecognised.sentence)
            html.element("table", class: "log") { html in
                html.element("tbody") { html in
                    for line in unrecognised.templates {
                        html.element("tr") { html in
                            html.element("th", [.fixed("scope", "row")], text: "\(line.count)")
                            html.element("td") { $0.element("code", text: line.template) }
                        }
                    }
                }
            }
        }
    }

    func writeProvenance(_ html: inout HTMLWriter) {
        section("What this was made from", HTMLWriter.Anchor("provenance"), &html) { html in
            html.element("p", text: report.ending)
            html.element("p") { html in
                html.text("octolog \(report.version), \(Report.number(report.rules, "rule")), digest ")
                html.element("code", text: report.rulesDigest)
            }
            guard !inputs.isEmpty else { return }
            html.element("table") { html in
                html.raw(
                    "<thead><tr><th scope=\"col\">input</th><th scope=\"col\">bytes</th><th scope=\"col\">SHA-256</th></tr></thead>"
                )
                html.element("tbody") { html in
                    for input in inputs.prefix(Report.Limits.inputs) {
                        html.element("tr") { html in
                            html.element("td", text: input.name == "-" ? "stdin" : input.name)
                            html.element("td", class: "number", text: "\(input.bytes)")
                            html.element("td") { $0.element("code", class: "digest", text: input.digest) }
                        }
                    }
                }
            }
            leftOut(inputs.count - Report.Limits.inputs, "input", &html)
        }
    }
}

/// An input as it was read, for whoever has to prove what a report was made from.
package struct InputRecord: Sendable {
    package var name: String
    package private(set) var bytes = 0
    private var hash = SHA256()

    package init(name: String) { self.name = name }

    /// Takes note of bytes that were read, as they lie in the file.
    package mutating func note(_ bytes: UnsafeRawBufferPointer) {
        self.bytes += bytes.count
        hash.update(bufferPointer: bytes)
    }

    /// The SHA-256 of what was read, in hexadecimal.
    package var digest: String {
        hash.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

extension Level {
    fileprivate var badge: StaticString {
        switch self {
        case .info, .low: "badge low"
        case .medium: "badge unfinished"
        case .high, .critical: "badge failed"
        }
    }
}
