/// Wraps lines as engines do, log-grammar 11.
enum Framing {
    /// A line of a log, and when it was printed.
    private struct FramedLine {
        var time: Int64
        var text: String
    }

    /// The files of all streams, in the order of their paths.
    static func logs(of streams: [Stream]) -> [Fleet.Log] {
        let files = Dictionary(grouping: streams, by: \.path)
        return files.keys.sorted().map { path in
            let streams = files[path] ?? []
            // Compose pads names to the longest.
            let width = streams.map(\.name.count).max() ?? 0
            var lines: [FramedLine] = []
            for stream in streams { lines += self.lines(of: stream, width: width) }
            if streams.count > 1 {
                lines = lines.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
                    .map(\.element)
            }
            return Fleet.Log(path: path, bytes: lines.flatMap { Array($0.text.utf8) + [0x0A] })
        }
    }

    private static func lines(of stream: Stream, width: Int) -> [FramedLine] {
        var lines: [FramedLine] = []
        for container in stream.containers {
            let end = container.image.isWindows ? "\r" : ""
            for line in container.lines {
                lines.append(FramedLine(time: line.time, text: wrapped(line, end: end, stream, width)))
            }
            if stream.frame == .compose || stream.frame == .composeStamps, container.boots.last?.stops == true,
                let last = lines.last
            {
                lines.append(FramedLine(time: last.time + 1, text: "\(stream.name) exited with code 0"))
            }
        }
        return lines
    }

    private static func wrapped(_ line: PrintedLine, end: String, _ stream: Stream, _ width: Int) -> String {
        let pad = String(repeating: " ", count: width - stream.name.count)
        let output = line.isError ? "stderr" : "stdout"
        switch stream.frame {
        case .plain: return line.text + end
        case .dockerStamps: return "\(stamp(line.time)) \(line.text)\(end)"
        case .compose: return "\(stream.name)\(pad)  | \(line.text)\(end)"
        case .composeStamps: return "\(stream.name)\(pad)  | \(stamp(line.time)) \(line.text)\(end)"
        case .cri: return "\(stamp(line.time)) \(output) F \(line.text)\(end)"
        case .jsonFile:
            let text = escaped(line.text) + (end.isEmpty ? "" : #"\r"#)
            return #"{"log":"\#(text)\n","stream":"\#(output)","time":"\#(stamp(line.time))"}"#
        }
    }

    /// RFC 3339 with nine decimals.
    private static func stamp(_ time: Int64) -> String {
        let fraction = String(time % 1_000_000_000)
        return Scribe.date(time, separator: "T") + "." + String(repeating: "0", count: 9 - fraction.count) + fraction
            + "Z"
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: #"\\"#).replacing("\"", with: #"\""#).replacing("\t", with: #"\t"#)
            .replacing("<", with: #"\u003c"#).replacing(">", with: #"\u003e"#).replacing("&", with: #"\u0026"#)
    }
}
