import CPCRE2

/// A pattern that does not compile: what PCRE2 says, and where.
package struct PatternError: Error, Equatable, CustomStringConvertible {
    /// The pattern as it was given.
    package let pattern: String
    /// Where in `pattern` the fault lies, in bytes from its start.
    package let offset: Int
    /// PCRE2's own sentence.
    package let message: String

    package var description: String { "\(message) at byte \(offset) of the pattern" }
}

/// A match that was given up; the subject is neither matched nor known not to match.
package enum MatchError: Error, Equatable {
    /// One of the limits of `MatchData` was reached.
    case limit
    /// An error code of pcre2api(3) that is a fault of the caller.
    case failed(code: Int32)
}

/// A compiled regular expression over bytes, JIT-compiled where the processor allows it.
///
/// Subjects are bytes, not text: a pattern is compiled without UTF, `.` is any byte but LF, and
/// `$` is the very end of the subject.
package struct Pattern: ~Copyable {
    private let code: OpaquePointer

    /// Compiles `source`.
    ///
    /// - Parameter caseless: whether ASCII letters match in either case.
    package init(_ source: String, caseless: Bool = false) throws(PatternError) {
        var options = UInt32(PCRE2_DOLLAR_ENDONLY) | UInt32(PCRE2_NEVER_UTF) | UInt32(PCRE2_NEVER_BACKSLASH_C)
        if caseless { options |= UInt32(PCRE2_CASELESS) }
        var errorCode: Int32 = 0
        var errorOffset = 0
        let bytes = Array(source.utf8)
        // unsafe: PCRE2 copies the pattern while it compiles and keeps no pointer to it.
        let compiled = bytes.withUnsafeBufferPointer {
            pcre2_compile_8($0.baseAddress, $0.count, options, &errorCode, &errorOffset, nil)
        }
        guard let compiled else {
            throw PatternError(pattern: source, offset: errorOffset, message: Self.message(of: errorCode))
        }
        code = compiled
        // A pattern that JIT refuses still matches, by interpretation: that is not an error.
        pcre2_jit_compile_8(code, UInt32(PCRE2_JIT_COMPLETE))
    }

    deinit { pcre2_code_free_8(code) }

    /// Looks for the leftmost match at or after `start`; its groups are then in `data`.
    ///
    /// - Parameters:
    ///   - subject: the bytes; `^` and lookbehinds see them from their beginning, not from `start`.
    ///   - start: where to begin, in bytes; at most `subject.count`.
    ///   - atLineStart: false if the subject is the continuation of a line, so that `^` must not match.
    package borrowing func firstMatch(
        in subject: Span<UInt8>, from start: Int = 0, atLineStart: Bool = true, into data: inout MatchData
    ) throws(MatchError) -> Bool {
        let options = atLineStart ? 0 : UInt32(PCRE2_NOTBOL)
        // unsafe: PCRE2 reads the subject during the call only.
        let result = subject.withUnsafeBufferPointer { bytes -> Int32 in
            // An empty span may have no address, and PCRE2 wants one.
            guard let base = bytes.baseAddress else {
                return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 1) { empty in
                    pcre2_match_8(code, empty.baseAddress, 0, 0, options, data.block, data.context)
                }
            }
            return pcre2_match_8(code, base, bytes.count, start, options, data.block, data.context)
        }
        switch result {
        case PCRE2_ERROR_NOMATCH: return false
        case 0...:
            data.groups = Int(result)
            return true
        case PCRE2_ERROR_MATCHLIMIT, PCRE2_ERROR_DEPTHLIMIT, PCRE2_ERROR_HEAPLIMIT, PCRE2_ERROR_JIT_STACKLIMIT:
            throw .limit
        default: throw .failed(code: result)
        }
    }

    /// How far the pattern gets in a subject that it does not match: the bytes of the attempt that got farthest.
    ///
    /// A longer subject could still match up to the end of the range, and not behind it. Each beginning of the subject
    /// is tried, so its cost grows with the square of the subject's length; nil if no attempt gets anywhere.
    package borrowing func reach(in subject: Span<UInt8>, into data: inout MatchData) -> Range<Int>? {
        var farthest: Range<Int>?
        // unsafe: PCRE2 reads the subject during the calls only.
        subject.withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress else { return }
            for end in 1...bytes.count {
                let result = pcre2_match_8(
                    code, base, end, 0, UInt32(PCRE2_PARTIAL_HARD), data.block, data.context)
                guard result == PCRE2_ERROR_PARTIAL, let vector = pcre2_get_ovector_pointer_8(data.block) else {
                    continue
                }
                // unsafe: the vector has at least two entries; a partial match sets the first two.
                let range = Int(vector[0])..<end
                if range.count > farthest?.count ?? 0 { farthest = range }
            }
        }
        return farthest
    }

    private static func message(of code: Int32) -> String {
        var buffer = [UInt8](repeating: 0, count: 256)
        // unsafe: the buffer outlives the call, and PCRE2 ends the text with NUL.
        let length = buffer.withUnsafeMutableBufferPointer {
            pcre2_get_error_message_8(code, $0.baseAddress, $0.count)
        }
        return String(decoding: buffer.prefix(max(0, Int(length))), as: UTF8.self)
    }
}

/// Where the groups of a match lie, and the limits under which matches run; one serves any number of patterns.
package struct MatchData: ~Copyable {
    fileprivate let block: OpaquePointer
    fileprivate let context: OpaquePointer
    private let jitStack: OpaquePointer?
    /// How many groups the last match set; PCRE2 leaves those behind them as they were.
    fileprivate var groups = 0

    /// - Parameters:
    ///   - groups: the highest group number that is asked for.
    ///   - steps: how often a match may try before it is given up (PCRE2's match limit).
    ///   - heapKiB: how much memory backtracking may take, in KiB.
    package init(groups: Int = 8, steps: UInt32 = 1_000_000, heapKiB: UInt32 = 4096) {
        guard let block = pcre2_match_data_create_8(UInt32(groups + 1), nil),
            let context = pcre2_match_context_create_8(nil)
        else { fatalError("no memory for a match") }
        self.block = block
        self.context = context
        pcre2_set_match_limit_8(context, steps)
        pcre2_set_depth_limit_8(context, steps)
        pcre2_set_heap_limit_8(context, heapKiB)
        jitStack = pcre2_jit_stack_create_8(32 << 10, 512 << 10, nil)
        pcre2_jit_stack_assign_8(context, nil, UnsafeMutableRawPointer(jitStack))
    }

    deinit {
        pcre2_match_data_free_8(block)
        pcre2_match_context_free_8(context)
        pcre2_jit_stack_free_8(jitStack)
    }

    /// The bytes of group `number` in the last successful match, or nil if the group took no part in it.
    package func range(of number: Int = 0) -> Range<Int>? {
        guard number < groups, let vector = pcre2_get_ovector_pointer_8(block) else { return nil }
        // unsafe: the vector has two entries for each group that `block` was made for.
        let (start, end): (Int, Int) = (vector[2 * number], vector[2 * number + 1])
        // An unset group is all ones, PCRE2_UNSET; `\K` may put the start behind the end; such a group has no bytes.
        return start == -1 || start > end ? nil : Int(start)..<Int(end)
    }
}
