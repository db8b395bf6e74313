// What a log's events hold of its secrets, for their owner alone. Which bytes these are is random: ids must not see them.

extension LogStream {
    /// Seals `key` into the events that are about to tell that it was shown.
    mutating func sealKey(_ key: Span<UInt8>, of container: Int) {
        guard let sealer = options.sealer else { return }
        for i in containers[container].machine.emissions.indices {
            guard case .masterKeyShown(var shown) = containers[container].machine.emissions[i].payload else { continue }
            shown.sealed = sealer.seal(
                key, kind: SecretKind.masterKey.rawValue, source: containers[container].source)
            containers[container].machine.emissions[i].payload = .masterKeyShown(shown)
        }
    }

    /// The secret in `text`, sealed; nil unless somebody is to have it.
    ///
    /// - Parameter seams: where the lines meet that `text` was put together from: nothing stood there.
    func sealed(_ exposure: Exposure, in text: Span<UInt8>, _ seams: [Int], of container: Int) -> String? {
        guard let sealer = options.sealer, exposure.range.count <= Sealer.limit else { return nil }
        var value: [UInt8] = []
        value.reserveCapacity(exposure.range.count)
        defer { value.wipe() }
        for i in exposure.range where !seams.contains(i) { value.append(text[i]) }
        return sealer.seal(value.span, kind: exposure.kind.rawValue, source: containers[container].source)
    }
}
