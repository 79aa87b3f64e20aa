/// A piece of a source file, in UTF-8 offsets.
public struct Span: Hashable, Sendable {
  /// Index into `SourceFiles`.
  public var file: Int32
  public var lower: Int32, upper: Int32

  public init(file: Int32, lower: Int32, upper: Int32) {
    self.file = file
    self.lower = lower
    self.upper = upper
  }

  /// Whether `other` lies within, in the same file.
  public func contains(_ other: Span) -> Bool { file == other.file && lower <= other.lower && other.upper <= upper }

  /// From the start of `self` to the end of `other`, both in one file.
  public func through(_ other: Span) -> Span { Span(file: file, lower: lower, upper: max(upper, other.upper)) }
}

/// One source text with its line starts.
public struct SourceFile: Sendable {
  /// As the user named it; `-` is standard input.
  public let path: String
  public let bytes: [UInt8]
  /// Offset of the first byte of each line; the first one begins behind a byte order mark.
  public let lineStarts: [Int32]

  /// - Complexity: O(n) in the bytes.
  public init(path: String, bytes: [UInt8]) {
    self.path = path
    self.bytes = bytes
    var starts: [Int32] = [bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0]
    for index in bytes.indices where bytes[index] == UInt8(ascii: "\n") { starts.append(Int32(index + 1)) }
    lineStarts = starts
  }

  /// Line and column of a byte, both from 1; columns count Unicode scalars.
  /// - Complexity: O(log lines + length of the line).
  public func position(of offset: Int32) -> (line: Int, column: Int) {
    let index = lineIndex(of: offset)
    let end = min(Int(offset), bytes.count)
    var column = 1
    for byte in bytes[min(Int(lineStarts[index]), end)..<end] where byte & 0xC0 != 0x80 { column += 1 }
    return (index + 1, column)
  }

  /// The line (from 0) in which a byte lies.
  func lineIndex(of offset: Int32) -> Int {
    var low = 0, high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    return low
  }

  /// The bytes of a line (from 0), without its end.
  func lineRange(_ index: Int) -> Range<Int> {
    let start = Int(lineStarts[index])
    var end = index + 1 < lineStarts.count ? Int(lineStarts[index + 1]) - 1 : bytes.count
    if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    return start..<end
  }

  /// The text of a line (from 1), without its end; empty if there is no such line.
  public func line(_ number: Int) -> String {
    guard number >= 1, number <= lineStarts.count else { return "" }
    return String(decoding: bytes[lineRange(number - 1)], as: UTF8.self)
  }

  /// The text of a span, as far as it lies in the file.
  public func text(_ span: Span) -> String {
    let lower = min(max(Int(span.lower), 0), bytes.count)
    return String(decoding: bytes[lower..<min(max(Int(span.upper), lower), bytes.count)], as: UTF8.self)
  }
}

/// The files of one script: the one named and those it includes, in the order they were met.
public struct SourceFiles: Sendable {
  public var files: [SourceFile] = []
  public init() {}

  public subscript(span: Span) -> SourceFile { files[Int(span.file)] }

  /// `path:line:column` of the start of a span.
  public func location(_ span: Span) -> String {
    let file = self[span], at = file.position(of: span.lower)
    return "\(file.path):\(at.line):\(at.column)"
  }
}
