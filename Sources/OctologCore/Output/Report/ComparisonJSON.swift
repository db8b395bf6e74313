// A comparison as one JSON object.

extension Comparison {
    /// `{"pairs":[...],"onlyInGood":[...],"onlyInBad":[...]}` and a newline.
    package func json() -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.list("pairs", pairs)
            writer.key("onlyInGood")
            writer.array { writer in for name in unmatchedGood { writer.string(name) } }
            writer.key("onlyInBad")
            writer.array { writer in for name in unmatchedBad { writer.string(name) } }
        }
        writer.newline()
        return writer.bytes
    }
}

extension Comparison.Pair: Fields {
    func visit(_ visitor: inout some FieldVisitor) {
        visitor.required("firstDifference", firstDifference, "Where the two part, as a sentence")
        visitor.required("failed", isBadWrong, "Whether BAD did not succeed")
        visitor.required("good", Side(container: goodContainer, startup: good), "What went well")
        visitor.required("bad", Side(container: badContainer, startup: bad), "What did not")
        visitor.list("phases", phases, "The phases side by side")
        visitor.list("settings", settings, "Settings that differ")
        visitor.list("commands", commands, "Commands that ended otherwise")
        visitor.list("registrations", registrations, "What differs in the registrations")
    }

    static let sample = Comparison.Pair(.sampleWithStartup, .sampleWithStartup)

    /// A container and the startup of it that is compared.
    private struct Side: Fields {
        var container: Report.Container
        var startup: Report.Startup?

        func visit(_ visitor: inout some FieldVisitor) {
            visitor.required("container", container.name, "The container's name or id, or the input's name")
            visitor.optional("product", container.product?.rawValue, "The program in the container")
            visitor.optional("version", container.version, "The program's version")
            visitor.optional("era", container.era, "The image's era")
            visitor.optional("startup", startup, "The startup that is compared")
        }

        static let sample = Side(container: .sample, startup: .sample)
    }
}

extension Report.Container {
    fileprivate static var sampleWithStartup: Report.Container {
        var container = sample
        container.startups = [.sample]
        return container
    }
}

extension Comparison.Row: Fields {
    func visit(_ visitor: inout some FieldVisitor) {
        visitor.required("phase", phase.rawValue, "The step of the startup")
        visitor.optional("good", good, "In GOOD")
        visitor.optional("bad", bad, "In BAD")
        visitor.optional("factor", factor, "How many times as long BAD took")
        visitor.required("slow", isSlow, "More than three times as long, and more than five seconds longer")
    }

    static let sample = Comparison.Row(phase: .banner)
}

extension Comparison.Difference: Fields {
    func visit(_ visitor: inout some FieldVisitor) {
        visitor.required("name", name, "What differs")
        visitor.optional("good", good, "In GOOD")
        visitor.optional("bad", bad, "In BAD")
    }

    static let sample = Comparison.Difference(name: "", good: "", bad: "")
}
