import Foundation
import Testing

@testable import OctologCore

/// A log of Fixtures/framings: one startup in one of the frames.
struct FramedLog: CustomTestStringConvertible, Sendable {
    var file: String
    /// The frames outermost first, joined with `+`.
    var frames: String
    /// The container that they name, or nil.
    var container: String?

    var testDescription: String { file }

    static let root = Case.root.deletingLastPathComponent().appending(path: "framings")

    /// The logs as the file `expected` lists them.
    static let all: [FramedLog] = {
        let text = (try? String(contentsOf: root.appending(path: "expected"), encoding: .utf8)) ?? ""
        return text.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ").map(String.init)
            guard words.count == 3, words[0].hasSuffix(":") else { return nil }
            return FramedLog(
                file: String(words[0].dropLast()), frames: words[1], container: words[2] == "-" ? nil : words[2])
        }
    }()

    static func bytes(of file: String) -> [UInt8] {
        (try? Data(contentsOf: root.appending(path: file))).map(Array.init) ?? []
    }
}

extension Collector {
    /// What the events say, without where it stands and by whose clock.
    ///
    /// - Parameter isComparable: leaves out what only frames can tell: times and durations where the lines have none.
    func story(of container: String? = nil) -> [String] {
        events.compactMap { event in
            if event.payload.type == .runStarted || event.payload.type == .runFinished { return nil }
            if let container, event.origin.container != container { return nil }
            return event.story
        }
    }
}

extension Event {
    /// The event without its container, its position and its clock.
    var story: String {
        var writer = JSONWriter()
        writer.line(self)
        guard var object = try? JSONSerialization.jsonObject(with: Data(writer.bytes)) as? [String: Any],
            var data = object["data"] as? [String: Any]
        else { return "no object" }
        let isOfMessages = timeSource != .frame
        for key in ["id", "source", "sequence", "correlationid"] { object[key] = nil }
        if !isOfMessages { object["time"] = nil }
        for key in ["container", "timeSource", "framing", "innerFramings", "encoding", "compression"] {
            data[key] = nil
        }
        data["evidence"] = Self.texts(data["evidence"])
        if let members = data["members"] as? [[String: Any]] {
            data["members"] = members.map { member in
                var member = member
                member["container"] = nil
                member["evidence"] = Self.texts(member["evidence"])
                return member
            }
        }
        object["data"] = data
        let bytes = try? JSONSerialization.data(
            withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])
        return bytes.map { String(decoding: $0, as: UTF8.self) } ?? "no JSON"
    }

    /// What evidence says: no colours, and blanks for what terminals and daemons make of a TAB.
    private static func texts(_ evidence: Any?) -> [String] {
        (evidence as? [[String: Any]] ?? []).map { line in
            (line["text"] as? String ?? "").replacing(#/\x{1B}\[[0-9;]*[A-Za-z]/#, with: "")
                .replacing(#/[\t ]+/#, with: " ").trimmingCharacters(in: .whitespaces)
        }
    }
}

/// Whether what `evidence` shows stands in `bytes`, the part of an input that it points at.
///
/// Frames are undone here in ways of the tests' own, so that a fault of the framer's shows.
func holds(_ bytes: [UInt8], _ evidence: Evidence) -> Bool {
    var readings = [String(decoding: bytes, as: UTF8.self)]
    if bytes.count % 2 == 0 {
        readings.append(String(decoding: Data(bytes), as: UTF16LE.self))
        readings.append(String(data: Data(bytes), encoding: .utf16BigEndian) ?? "")
        readings += readings.dropFirst().map { message(Data($0.utf8)[...]) }
    }
    let raw = readings[0]
    readings.append(raw.replacing(#/#([0-3][0-7][0-7])/#) { String(Unicode.Scalar(UInt8($0.1, radix: 8) ?? 0)) })
    readings.append(raw.replacing(#/(?:^|\n)\S+ std(?:out|err) [PF]\S* /#, with: ""))
    readings.append(raw.replacing(#/\d{4}-\d\d-\d\dT[\d:]{8}\.\d{9}Z /#, with: ""))
    readings.append(raw.replacing(#/[\x00-\x03]\x00\x00\x00.{4}/#.dotMatchesNewlines(), with: ""))
    readings.append(raw.replacing(#/\n?<\d+>.*?\[\d+\]: /#, with: ""))
    readings.append(Data(bytes).split(separator: 0x0A).map(message).joined())
    // Several objects on a line.
    readings.append(
        Data(raw.replacing(#/\} ?\{"log"/#, with: "}\n{\"log\"").utf8).split(separator: 0x0A).map(message).joined())
    // An object that is torn: as its writer escaped it.
    readings.append(raw.replacing("\\u0009", with: "\t"))
    readings.append(raw.replacing(#/\x{1B}\[[0-9;]*[A-Za-z]/#, with: ""))
    let shown = evidence.text.hasSuffix("…") ? String(evidence.text.dropLast()) : evidence.text
    let parts = shown.split(separator: #/\[(?:master-key|api-key|password|license|token)(?: sha256:\w+)?\]/#)
    return readings.contains { reading in
        var rest = reading[...]
        for part in parts {
            guard let found = rest.range(of: part) else { return false }
            rest = rest[found.upperBound...]
        }
        return true
    }
}

/// The message of a line that is, or ends with, a JSON object.
private func message(_ line: Data.SubSequence) -> String {
    guard let start = line.firstIndex(of: UInt8(ascii: "{")),
        let object = try? JSONSerialization.jsonObject(with: line[start...])
    else {
        // An entry of an array, or a string as it stands between its quotes.
        let text = String(decoding: line, as: UTF8.self)
        return (try? JSONSerialization.jsonObject(with: Data("[\"\(text)\"]".utf8)) as? [String])?.first ?? text
    }
    return strings(object).joined(separator: "\n")
}

/// The messages in a JSON value, wherever they stand.
private func strings(_ value: Any) -> [String] {
    if let object = value as? [String: Any] {
        for key in ["log", "message", "MESSAGE", "line"] {
            if let text = object[key] as? String {
                return [text.trimmingCharacters(in: .newlines)]
            }
            if let bytes = object[key] as? [Int] {
                return [String(decoding: bytes.map { UInt8(truncatingIfNeeded: $0) }, as: UTF8.self)]
            }
        }
        return object.values.flatMap(strings)
    }
    if let array = value as? [Any] { return array.flatMap(strings) }
    return (value as? String).map { [$0] } ?? []
}

extension String {
    fileprivate init(decoding data: Data, as encoding: UTF16LE.Type) {
        self = String(data: data, encoding: .utf16LittleEndian) ?? ""
    }
}
private enum UTF16LE {}
