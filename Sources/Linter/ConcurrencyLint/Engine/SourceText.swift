// A file's bytes, and where its lines begin.
//
// I1. The bytes are valid UTF-8: `init` refuses others.
// I2. Columns count Unicode scalars from 1, which is what SARIF calls `unicodeCodePoints`.
#if Lint
  import Foundation

  /// A range of bytes of a file.
  package struct Span: Codable, Hashable, Sendable {
    package var lower: Int, upper: Int

    package init(_ lower: Int, _ upper: Int) {
      self.lower = lower
      self.upper = upper
    }
  }

  /// A line and a column, both from 1.
  package struct Position: Codable, Hashable, Sendable, Comparable {
    package var line: Int, column: Int

    package init(line: Int, column: Int) {
      self.line = line
      self.column = column
    }

    package static func < (a: Self, b: Self) -> Bool { (a.line, a.column) < (b.line, b.column) }
  }

  /// A file that is checked.
  package struct SourceText: Sendable {
    package let path: String
    package let bytes: [UInt8]
    /// The offset of the first byte of each line.
    private let starts: [Int]

    /// Nil if the bytes are not UTF-8.
    package init?(path: String, bytes: [UInt8]) {
      guard String(validating: bytes, as: UTF8.self) != nil else { return nil }
      self.init(path: path, valid: bytes)
    }

    package init(path: String, text: String) { self.init(path: path, valid: Array(text.utf8)) }

    private init(path: String, valid bytes: [UInt8]) {
      self.path = path
      self.bytes = bytes
      var starts = [0]
      bytes.withUnsafeBufferPointer { buffer in
        for offset in 0..<buffer.count where buffer[offset] == UInt8(ascii: "\n") { starts.append(offset + 1) }
      }
      self.starts = starts
    }

    package var lineCount: Int { starts.count }

    /// The bytes of a line, counted from 1, without its end.
    package func line(_ number: Int) -> ArraySlice<UInt8> {
      guard number >= 1, number <= starts.count else { return [] }
      let end = number < starts.count ? starts[number] - 1 : bytes.count
      return bytes[starts[number - 1]..<end]
    }

    /// The line that a byte stands in.
    package func line(of offset: Int) -> Int {
      var low = 0, high = starts.count
      while high - low > 1 {
        let middle = (low + high) / 2
        if starts[middle] <= offset { low = middle } else { high = middle }
      }
      return low + 1
    }

    package func position(of offset: Int) -> Position {
      let line = line(of: offset)
      let before = bytes[starts[line - 1]..<min(offset, bytes.count)]
      return Position(line: line, column: 1 + before.count { $0 & 0xC0 != 0x80 })
    }

    /// Whether the word stands anywhere.
    func contains(_ word: String) -> Bool {
      let word = Array(word.utf8)
      return bytes.withUnsafeBufferPointer { buffer in
        guard buffer.count >= word.count else { return false }
        for start in 0...(buffer.count - word.count) where buffer[start] == word[0] {
          var length = 1
          while length < word.count, buffer[start + length] == word[length] { length += 1 }
          if length == word.count { return true }
        }
        return false
      }
    }

    /// Whether the comment at the top says that a program wrote the file.
    var isGenerated: Bool {
      var isInBlock = false
      for number in 1...lineCount {
        let line = String(decoding: line(number), as: UTF8.self).trimmingCharacters(in: .whitespaces)
        guard isInBlock || line.isEmpty || ["//", "/*", "#!"].contains(where: line.hasPrefix) else { return false }
        if ["Generated using", "DO NOT EDIT", "@generated"].contains(where: line.contains) { return true }
        if line.hasPrefix("/*") { isInBlock = true }
        if line.contains("*/") { isInBlock = false }
      }
      return false
    }

    package subscript(span: Span) -> String { String(decoding: bytes[span.lower..<span.upper], as: UTF8.self) }
  }
#endif
