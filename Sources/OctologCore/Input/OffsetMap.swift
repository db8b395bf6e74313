/// Where the bytes of decoded text lie in the input as it was read.
///
/// Of UTF-8 that is where they are; of UTF-16 each character has its own width, and is counted.
struct OffsetMap {
    let encoding: Encoding
    /// Offsets at which the next region may begin: in the text, and in the input.
    private var marks: [(text: Int, input: Int)]
    private var region = (text: 0, input: 0)
    /// A place within the region that was asked for last.
    private var cursor = (position: 0, input: 0)

    init(_ encoding: Encoding) {
        self.encoding = encoding
        marks = [(0, encoding.mark.count)]
    }

    /// Makes ready for a region of the text.
    mutating func begin(_ offset: Int) {
        guard encoding != .utf8 else { return }
        region = marks.last { $0.text == offset } ?? (offset, offset)
        cursor = (0, region.input)
    }

    /// Takes note of a region's end; what comes next begins there, behind a line end, or a little before it.
    mutating func end(_ bytes: Span<UInt8>, _ offset: Int) {
        guard encoding != .utf8 else { return }
        marks.removeAll(keepingCapacity: true)
        let end = self.input(of: bytes.count, in: bytes)
        for before in [LineBuffer.overlap, 0] where bytes.count >= before {
            let tail = bytes.extracting((bytes.count - before)...)
            marks.append((offset + bytes.count - before, end - encoding.width(of: tail)))
        }
        marks.append((offset + bytes.count + 1, end + encoding.width(of: [0x0A])))
    }

    /// Where the text of `count` bytes, all that was read, ends in the input.
    func input(ofEnd count: Int) -> Int { marks.last { $0.text == count }?.input ?? count }

    /// The place of a part of the region.
    mutating func location(line: Int, _ range: Range<Int>, in bytes: Span<UInt8>, _ region: Region, file: Int)
        -> Location
    {
        guard encoding != .utf8 else {
            return Location(line: line, offset: region.offset + range.lowerBound, length: range.count, file: file)
        }
        return Location(
            line: line, offset: input(of: range.lowerBound, in: bytes),
            length: encoding.width(of: bytes.extracting(range)), file: file)
    }

    private mutating func input(of position: Int, in bytes: Span<UInt8>) -> Int {
        if position >= cursor.position {
            cursor.input += encoding.width(of: bytes.extracting(cursor.position..<position))
        } else {
            cursor.input -= encoding.width(of: bytes.extracting(position..<cursor.position))
        }
        cursor.position = position
        return cursor.input
    }
}

extension Encoding {
    fileprivate func width(of bytes: [UInt8]) -> Int { width(of: bytes.span) }
}
