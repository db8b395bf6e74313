import OctologCore

import Glibc

/// The events that are verified, run by run, line by line.
final class EventRuns {
    private let inputs: Inputs
    private var paths: ArraySlice<String>
    private var queue: LineQueue<FileSource>?
    private var isOpen = false
    private var file = ""
    /// Lines that were read and not yet handed out.
    private var ahead: [RunCheck.Line] = []
    private var next = 0
    /// Whether a line of the run at hand was handed out.
    private var hasBegun = false
    /// Whether the run's start was among them, and whether its end was the last.
    private var hasStart = false
    private var hasJustEnded = false
    /// The run's number, from 0.
    private(set) var number = -1
    /// Is told what can't be read.
    private let failed: (String, InputError) -> Void

    /// How much is looked at to learn the inputs of a run that has no beginning, in bytes.
    private static let lookahead = 4 << 20

    init(_ inputs: Inputs, failed: @escaping (String, InputError) -> Void) {
        self.inputs = inputs
        self.failed = failed
        paths = inputs.paths[...]
    }

    /// The same once more from a run on.
    func again() -> EventRuns {
        let runs = EventRuns(inputs) { _, _ in }
        for _ in 0..<number {
            _ = runs.begin()
            while runs.line() != nil {}
        }
        _ = runs.begin()
        return runs
    }

    /// Whether the events can be read twice.
    private var isRepeatable: Bool {
        inputs.paths.allSatisfy { path in
            var status = stat()
            return path != "-" && stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        }
    }

    /// What is known of all runs before they are held against their logs.
    struct Survey {
        /// Their last words, in order; nil for one that has none.
        var ends: [RunEnd?] = []
        /// Whether any goes on with what earlier ones read.
        var isAnyResumed = false
    }

    /// Reads all runs; nil where they can be read only once.
    func survey() -> Survey? {
        guard isRepeatable else { return nil }
        var survey = Survey()
        let runs = EventRuns(inputs) { _, _ in }
        while runs.begin() {
            var end: RunEnd?
            while let line = runs.line() {
                end = RunEnd(line) ?? end
                if line.beginsRun, RunHeader([line]).isResumed { survey.isAnyResumed = true }
            }
            survey.ends.append(end)
        }
        return survey
    }

    /// Goes on to the next run.
    ///
    /// - Returns: false if there is none.
    func begin() -> Bool {
        (hasBegun, hasStart, hasJustEnded) = (false, false, false)
        guard look(1) else { return false }
        number += 1
        return true
    }

    /// The next line of the run; nil at its end.
    func line() -> RunCheck.Line? {
        guard look(1) else { return nil }
        let line = ahead[next]
        let begins = line.beginsRun
        // Lines in another order have their start somewhere.
        if hasBegun, begins, hasStart || hasJustEnded { return nil }
        hasBegun = true
        hasStart = hasStart || begins
        hasJustEnded = line.endsRun
        next += 1
        return line
    }

    /// How the run begins, without handing it out.
    func header() -> RunHeader {
        var (count, bytes) = (0, 0)
        while bytes < Self.lookahead, look(count + 1) {
            let line = ahead[next + count]
            if count > 0, line.beginsRun, ahead[next + count - 1].endsRun { break }
            bytes += line.bytes.count
            count += 1
            if line.beginsRun { break }
        }
        return RunHeader(Array(ahead[next..<next + count]))
    }

    /// Whether so many lines wait, after reading them if need be.
    private func look(_ count: Int) -> Bool {
        if next > 0, next == ahead.count { (ahead, next) = ([], 0) }
        while ahead.count - next < count {
            guard let line = read() else { return false }
            ahead.append(line)
        }
        return true
    }

    private func read() -> RunCheck.Line? {
        while true {
            guard isOpen || open() else { return nil }
            do throws(InputError) {
                while let (bytes, number) = try queue?.nextLine() {
                    let line = RunCheck.Line(place: EventPlace(file: file, line: number), bytes: bytes)
                    if !line.isBlank { return line }
                }
            } catch {
                failed(file, error)
            }
            queue = nil
            isOpen = false
        }
    }

    private func open() -> Bool {
        while let path = paths.popFirst() {
            file = path
            do throws(InputError) {
                queue = LineQueue(try inputs.open(path))
                isOpen = true
                return true
            } catch {
                failed(path, error)
            }
        }
        return false
    }
}
