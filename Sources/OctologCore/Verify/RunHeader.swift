/// How the events of a run begin: what was read.
package struct RunHeader: Sendable {
    /// The inputs in the order in which they were read, as far as it is known.
    package var inputs: [String] = []
    /// The name that was given to what was read.
    package var container: String?
    /// Whether earlier runs have read some of it.
    package var isResumed = false

    /// - Parameter lines: the first lines of a run's events, to its start; where that lacks so many that they tell the
    ///   inputs.
    package init(_ lines: [RunCheck.Line]) {
        if let last = lines.last, let start = EventRecord(last.bytes.span), start.isStart {
            inputs = start.value["data"]?["inputs"]?.strings ?? []
            container = start.value["data"]?["container"]?.string
            isResumed = start.value["data"]?["resumed"] != nil
            return
        }
        var known: Set<String> = []
        for line in lines {
            guard let record = EventRecord(line.bytes.span) else { continue }
            for evidence in record.evidence where known.insert(evidence.input).inserted {
                inputs.append(evidence.input)
            }
        }
    }
}

/// The last word of a run, read before the run is held against its logs.
package struct RunEnd: Sendable {
    /// How many bytes it read.
    package var bytes: Int?
    package var hasChain: Bool
    /// Whether a signal ended it, and another run goes on.
    package var isBrokenOff: Bool

    /// Nil for other lines.
    package init?(_ line: RunCheck.Line) {
        guard line.mayBe("octolog.run.finished.v1"), let record = EventRecord(line.bytes.span), record.isEnd else {
            return nil
        }
        bytes = record.value["data"]?["bytes"]?.integer
        hasChain = record.value["data"]?["chain"] != nil
        isBrokenOff = record.value["data"]?["brokenOff"] != nil
    }
}

extension RunCheck.Line {
    package var isBlank: Bool { bytes.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D } }

    /// Whether a run begins with it.
    package var beginsRun: Bool {
        mayBe("octolog.run.started.v1") && EventRecord(bytes.span)?.isStart == true
    }

    /// Whether it ends a run.
    package var endsRun: Bool { mayBe("octolog.run.finished.v1") && EventRecord(bytes.span)?.isEnd == true }

    fileprivate func mayBe(_ type: StaticString) -> Bool { bytes.span.first(type, from: 0, to: bytes.count) != nil }
}

/// What the first bytes of a log tell of it.
package enum LogHead {
    /// Whether it is compressed: then its size says nothing of its text's.
    package static func isCompressed(_ bytes: [UInt8]) -> Bool { ((try? InputKind(bytes))?.compression) != nil }
}
