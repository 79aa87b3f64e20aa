/// The lines of a text, to go from places of the protocol to bytes and back.
///
/// Lines end with a line feed, a carriage return, or both, as editors count them; a byte order mark is no part of the
/// first line. Every place leads to a byte and every byte to a place: what lies outside is moved to the nearest one
/// inside.
struct LineTable: Sendable {
  let bytes: [UInt8]
  /// Offset of the first byte of each line.
  private let starts: [Int]

  /// - Complexity: O(n) in the bytes.
  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    var starts = [bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0]
    bytes.withUnsafeBufferPointer { bytes in
      for (index, byte) in bytes.enumerated() {
        let endsLine =
          byte == UInt8(ascii: "\n")
          || byte == UInt8(ascii: "\r") && (index + 1 == bytes.count || bytes[index + 1] != UInt8(ascii: "\n"))
        if endsLine { starts.append(index + 1) }
      }
    }
    self.starts = starts
  }

  var count: Int { starts.count }

  /// The bytes of a line, without its end.
  func range(ofLine line: Int) -> Range<Int> {
    let start = starts[line]
    var end = line + 1 < starts.count ? starts[line + 1] : bytes.count
    while end > start, bytes[end - 1] == UInt8(ascii: "\n") || bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    return start..<end
  }

  /// The line in which a byte lies.
  func line(of offset: Int) -> Int {
    var low = 0, high = starts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= offset { low = middle } else { high = middle }
    }
    return low
  }

  /// The byte at a place; a place inside of a character leads to its first byte.
  func offset(of position: Position, _ encoding: PositionEncoding) -> Int {
    guard position.line >= 0 else { return starts[0] }
    guard position.line < starts.count else { return bytes.count }
    let range = range(ofLine: position.line)
    var offset = range.lowerBound, column = 0
    while offset < range.upperBound {
      var next = offset + 1
      while next < range.upperBound, bytes[next] & 0xC0 == 0x80 { next += 1 }
      let width = bytes[offset..<next].reduce(0) { $0 + encoding.columns(of: $1) }
      if column + width > position.character { break }
      column += width
      offset = next
    }
    return offset
  }

  /// The place of a byte.
  func position(of offset: Int, _ encoding: PositionEncoding) -> Position {
    let offset = min(max(offset, starts[0]), bytes.count)
    let line = line(of: offset)
    var column = 0
    for byte in bytes[starts[line]..<min(offset, range(ofLine: line).upperBound)] {
      column += encoding.columns(of: byte)
    }
    return Position(line: line, character: column)
  }

  func range(_ lower: Int, _ upper: Int, _ encoding: PositionEncoding) -> PositionRange {
    PositionRange(start: position(of: lower, encoding), end: position(of: max(lower, upper), encoding))
  }

  /// The text between two bytes.
  func text(_ range: Range<Int>) -> String {
    String(decoding: bytes[range.clamped(to: 0..<bytes.count)], as: UTF8.self)
  }
}
