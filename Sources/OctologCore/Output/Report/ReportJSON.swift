// A report as one JSON object. Its lists are there even where they are empty: scripts go through them.

extension Report {
    /// `{"version":...,"headline":...,"verdicts":[...],"containers":[...],...}` and a newline.
    package func json() -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("version", version)
            writer.field("headline", headline)
            writer.key("startups")
            writer.write(counts)
            writer.list("verdicts", verdicts)
            writer.list("containers", containers)
            writer.list("findings", findings.entries)
            writer.list("duplicates", duplicates.entries)
            writer.list("secrets", secrets)
            writer.list("gaps", gaps.entries)
            writer.list("limits", limits.entries)
            writer.key("notKept")
            writer.write(NotKept(report: self))
            if let unrecognised {
                writer.key("unrecognised")
                writer.write(unrecognised)
            }
            writer.key("inputs")
            writer.array { writer in for input in inputs { writer.string(input) } }
            if let finished {
                writer.key("run")
                writer.write(finished)
            }
        }
        writer.newline()
        return writer.bytes
    }
}

extension JSONWriter {
    mutating func field(_ name: StaticString, _ value: String) {
        key(name)
        string(value)
    }

    /// A list that is written even where it is empty.
    mutating func list(_ name: StaticString, _ values: [some Fields]) {
        key(name)
        array { writer in for value in values { writer.write(value) } }
    }
}

/// How many entries of each list were left out.
private struct NotKept: Fields {
    var findings = 0
    var duplicates = 0
    var gaps = 0
    var limits = 0
    var inputs = 0
    var startups = Report.OutcomeCounts()

    init() {}

    init(report: Report) {
        findings = report.findings.leftOut
        duplicates = report.duplicates.leftOut
        gaps = report.gaps.leftOut
        limits = report.limits.leftOut
        inputs = report.inputCount - report.inputs.count
        startups = report.startupsElsewhere
    }

    func visit(_ visitor: inout some FieldVisitor) {
        visitor.required("findings", findings, "Findings")
        visitor.required("duplicates", duplicates, "Duplicates")
        visitor.required("gaps", gaps, "Gaps")
        visitor.required("limits", limits, "Limits")
        visitor.required("inputs", inputs, "Names of inputs")
        visitor.required("startups", startups, "Startups of containers that are not kept")
    }

    static let sample = NotKept()
}

extension Report.OutcomeCounts: Fields {
    func visit(_ visitor: inout some FieldVisitor) {
        visitor.required("succeeded", succeeded, "Startups that succeeded")
        visitor.required("failed", failed, "Startups that failed")
        visitor.required("unfinished", unfinished, "Startups that did not finish")
        visitor.required("untold", untold, "Startups whose end is not told")
    }

    static let sample = Report.OutcomeCounts()
}

extension Verdict: Fields {
    func visit(_ visitor: inout some FieldVisitor) {
        visitor.required("container", container, "The container's name or id, or the input's name")
        visitor.optional("product", product?.rawValue, "The program in the container")
        visitor.required("outcome", outcome.rawValue, "failed or unfinished")
        visitor.required("sentence", sentence, "It all as a sentence")
        visitor.optional("phase", last.lastPhase?.rawValue, "Where the startup ended")
        visitor.required("firstStartup", first.number, "The first startup that ended so")
        visitor.required("lastStartup", last.number, "The last one")
        visitor.required("count", count, "How many did, of those that are kept")
        visitor.optional("time", last.timeOfOutcome?.rfc3339, "When the last one did")
        visitor.required("isOver", isOver, "Whether a later startup of the container succeeded")
        visitor.optional("rootCause", last.failure?.cause, "Why it failed")
        visitor.optional("missing", last.unfinished?.missing, "What never came")
    }

    static let sample = Verdict(
        container: "", outcome: .failed, first: Report.Startup(number: 1), last: Report.Startup(number: 1), count: 1,
        isAtLeast: false)
}

extension Report.Container: Fields {
    func visit(_ visitor: inout some FieldVisitor) {
        visitor.required("container", name, "The container's name or id, or the input's name")
        visitor.required("source", source, "The source of its events")
        visitor.optional("product", product?.rawValue, "The program in the container")
        visitor.optional("version", version, "The program's version")
        visitor.optional("era", era, "The image's era, or the range that the log leaves open")
        visitor.list("framings", framings.map(\.rawValue), "How the lines are wrapped, outermost first")
        visitor.optional("encoding", encoding?.rawValue, "How text is encoded")
        visitor.optional("compression", compression, "How the input is compressed")
        visitor.list("startups", startups, "The first and the last startups")
        visitor.required("startupsNotKept", startupsLeftOut, "Those between them")
    }

    static let sample = Report.Container(name: "", source: "")
}

extension Report.Startup: Fields {
    func visit(_ visitor: inout some FieldVisitor) {
        visitor.required("startup", number, "Its number within the container, from 1")
        visitor.optional("kind", kind?.rawValue, "What kind of startup")
        visitor.optional(
            "trusted", isTrusted ? nil : false,
            "false where what ran before in the container can have printed all of it")
        visitor.required("outcome", outcome.rawValue, "How it ended")
        visitor.optional("began", began?.rfc3339, "When it began")
        visitor.optional("ended", ended?.rfc3339, "When it succeeded, failed or broke off")
        visitor.optional("durationSeconds", durationSeconds, "From its first line to its outcome")
        visitor.optional("configurationSeconds", configurationSeconds, "From its first line until it was configured")
        visitor.list("phases", phases, "Its phases in their order")
        visitor.list("commands", commands, "The commands of its scripts")
        visitor.optional("configuration", configuration, "What the banner says")
        visitor.list("masterKey", keyStates, "Where the master key comes from, or went")
        visitor.list("masterKeysShown", keys, "Master keys in the log, by their fingerprints")
        visitor.list("registrations", registrations, "Its registrations")
        visitor.optional("failure", failure, "Why it failed")
        visitor.optional("unfinished", unfinished, "How far it got")
        visitor.list("stops", stops, "Ends of its program")
    }

    static let sample = Report.Startup(number: 1)
}

extension Report.PhaseEntry: Fields {
    func visit(_ visitor: inout some FieldVisitor) {
        visitor.required("phase", phase.rawValue, "The step of the startup")
        visitor.required("state", state.rawValue, "How it ended")
        visitor.optional("began", began?.rfc3339, "When it began")
        visitor.optional("durationSeconds", durationSeconds, "How long it took")
    }

    static let sample = Report.PhaseEntry(phase: .banner)
}

extension Report.Command: Fields {
    func visit(_ visitor: inout some FieldVisitor) {
        visitor.required("command", name, "Its verb, or its program")
        visitor.required("outcome", outcome.rawValue, "How it ended")
        visitor.optional("exitCode", exitCode, "Its exit code")
        visitor.optional("durationSeconds", durationSeconds, "How long it took")
        visitor.optional("place", place, "Its line")
    }

    static let sample = Report.Command(name: "", outcome: .done)
}

extension Report.Place: Fields {
    func visit(_ visitor: inout some FieldVisitor) {
        visitor.required("input", input, "The input as it was given")
        visitor.required("line", line, "The line's number, from 1")
    }

    static let sample = Report.Place(input: "", line: 1)
}

extension Report.Failure: Fields {
    func visit(_ visitor: inout some FieldVisitor) {
        visitor.optional("phase", phase?.rawValue, "Where it failed")
        visitor.optional("exitCode", exitCode, "The exit code that ended it")
        visitor.required("rootCause", cause, "Why: the first failing fact")
        visitor.list("contributing", contributing, "Other facts that failed")
        visitor.list("evidence", evidence, "The lines that prove it")
    }

    static let sample = Report.Failure(phase: nil, exitCode: nil, cause: .sample, contributing: [], evidence: [])
}

extension Report.Stop: Fields {
    func visit(_ visitor: inout some FieldVisitor) {
        visitor.optional("time", time?.rfc3339, "When")
        visitor.optional("exitCode", exitCode, "The exit code, if the log says it")
        visitor.optional("expected", isExpected, "Whether somebody stopped it")
    }

    static let sample = Report.Stop()
}

extension Report.FindingEntry: Fields {
    func visit(_ visitor: inout some FieldVisitor) {
        visitor.required("level", level.name, "How much it matters")
        finding.visit(&visitor)
        visitor.optional("container", container, "The container's name or id, or the input's name")
        visitor.optional("startup", startup, "The startup within the container")
        visitor.optional("time", time?.rfc3339, "When it was first seen")
        visitor.required("count", count, "In how many startups of the container it was found")
        visitor.list("evidence", evidence, "The lines that prove it")
    }

    static let sample = Report.FindingEntry(level: .info, finding: .sample, evidence: [])
}

extension Report.ExposedSecrets: Fields {
    func visit(_ visitor: inout some FieldVisitor) {
        visitor.required("kind", kind.rawValue, "What kind of secret")
        visitor.required("count", count, "How often: a secret counts once in a startup")
        visitor.list("places", places, "The first lines")
        visitor.required("placesNotKept", placesLeftOut, "How many lines more")
        visitor.list("fingerprints", fingerprints, "Names the secrets, if they have enough random bits")
        visitor.list("explanations", explanations, "Why the images print them, as far as that is known")
        visitor.required("remedy", remedy, "What to do")
    }

    static let sample = Report.ExposedSecrets(kind: .password, explanations: [""], remedy: "")
}

extension Report.DuplicateEntry: Fields {
    func visit(_ visitor: inout some FieldVisitor) {
        visitor.required("level", level.name, "How much it matters")
        duplicate.visit(&visitor)
    }

    static let sample = Report.DuplicateEntry(level: .info, duplicate: .sample)
}

extension Report.GapEntry: Fields {
    func visit(_ visitor: inout some FieldVisitor) {
        visitor.optional("container", container, "The container's name or id, or the input's name")
        gap.visit(&visitor)
    }

    static let sample = Report.GapEntry(gap: .sample)
}

extension Report.LimitEntry: Fields {
    func visit(_ visitor: inout some FieldVisitor) {
        visitor.optional("container", container, "The container's name or id, or the input's name")
        hit.visit(&visitor)
        visitor.optional("place", place, "Where it was first hit")
    }

    static let sample = Report.LimitEntry(hit: .sample)
}
