import ArgumentParser
import OctologCore
import Synchronization

import Glibc

/// When text is coloured.
enum ColourChoice: String, ExpressibleByArgument, CaseIterable {
    case auto
    case always
    case never

    func isOn(forTerminal isTerminal: Bool) -> Bool {
        switch self {
        case .always: true
        case .never: false
        // https://no-color.org: set and not empty.
        case .auto: isTerminal && !Terminal.isDumb && !Terminal.isSet("NO_COLOR")
        }
    }

    /// What text may make use of at stdout, or in the file that is written instead.
    func look(forFile file: String? = nil) -> TextLook {
        let isTerminal = file == nil && OutputFile.isTerminal
        let look = TextLook(hasColour: isOn(forTerminal: isTerminal))
        guard isTerminal else { return look }
        return TextLook(
            hasColour: look.hasColour, width: OutputFile.terminalWidth ?? look.width,
            drawing: Terminal.hasUnicode ? .unicode : .ascii)
    }
}

/// What the terminal can do, by the environment.
enum Terminal {
    static func isSet(_ variable: String) -> Bool { getenv(variable).map { $0.pointee != 0 } ?? false }

    /// Whether it knows no escapes.
    static var isDumb: Bool { !isSet("TERM") || getenv("TERM").map { String(cString: $0) } == "dumb" }

    /// Whether its encoding is UTF-8, by the locale: POSIX, Base Definitions 8.2.
    static var hasUnicode: Bool {
        for variable in ["LC_ALL", "LC_CTYPE", "LANG"] where isSet(variable) {
            let locale = getenv(variable).map { String(cString: $0).lowercased() } ?? ""
            return locale.contains("utf-8") || locale.contains("utf8")
        }
        return false
    }
}

/// A line on the terminal at stderr that says what goes on. Whatever is written next takes its place.
enum StatusLine {
    private static let shown = Mutex("")
    private static let isFirst = Atomic<Bool>(true)

    static let isPossible = isatty(STDERR_FILENO) == 1 && !Terminal.isDumb

    static func show(_ text: String) {
        guard isPossible else { return }
        var size = winsize()
        let width = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
        let text = text.shortened(to: width - 1)
        if isFirst.exchange(false, ordering: .relaxed) { atexit { StatusLine.clear() } }
        shown.withLock { shown in
            guard text != shown else { return }
            shown = text
            write("\r\u{1B}[2K\(text)")
        }
    }

    static func clear() {
        guard isPossible else { return }
        shown.withLock { shown in
            guard !shown.isEmpty else { return }
            shown = ""
            write("\r\u{1B}[2K")
        }
    }

    /// Writes to the terminal where the line was; no other thread puts it there again meanwhile.
    static func giveWay<Result>(to body: () -> Result) -> Result {
        guard isPossible else { return body() }
        return shown.withLock { shown in
            if !shown.isEmpty { write("\r\u{1B}[2K") }
            shown = ""
            return body()
        }
    }

    /// Takes the line away as the program is killed, whatever it was: safe in a signal handler.
    static func abandon() {
        guard isPossible else { return }
        _ = Glibc.write(STDERR_FILENO, "\r\u{1B}[2K", 5)
    }

    private static func write(_ text: String) {
        let bytes = Array(text.utf8)
        _ = bytes.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
