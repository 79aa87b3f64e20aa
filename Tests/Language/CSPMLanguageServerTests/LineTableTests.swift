import Testing

@testable import CSPMLanguageServer

@Suite struct LineTableTests {
  struct Row: Sendable {
    let text: String
    let encoding: PositionEncoding
    let position: Position
    let offset: Int

    init(_ text: String, _ encoding: PositionEncoding, _ line: Int, _ character: Int, _ offset: Int) {
      self.text = text
      self.encoding = encoding
      position = Position(line: line, character: character)
      self.offset = offset
    }
  }

  /// é has two bytes and one unit, 𝒳 four bytes and two units.
  static let exact: [Row] = [
    Row("", .utf16, 0, 0, 0),
    Row("ab\ncd", .utf16, 1, 1, 4),
    Row("ab\r\ncd", .utf16, 1, 0, 4),
    Row("ab\rcd\r", .utf16, 2, 0, 6),
    Row("é𝒳b", .utf8, 0, 6, 6),
    Row("é𝒳b", .utf16, 0, 1, 2),
    Row("é𝒳b", .utf16, 0, 3, 6),
    Row("é𝒳b", .utf32, 0, 2, 6),
    Row("\u{FEFF}ab", .utf16, 0, 1, 4),
  ]

  @Test(arguments: exact)
  func `places and bytes are the same thing counted in two ways`(_ row: Row) {
    let lines = LineTable(Array(row.text.utf8))
    #expect(lines.offset(of: row.position, row.encoding) == row.offset)
    #expect(lines.position(of: row.offset, row.encoding) == row.position)
  }

  static let moved: [Row] = [
    Row("ab\ncd", .utf16, 0, 99, 2),
    Row("ab\r\ncd", .utf16, 0, 3, 2),
    Row("ab\ncd", .utf16, 99, 0, 5),
    Row("ab\ncd", .utf16, -1, 0, 0),
    Row("ab\ncd", .utf16, 1, -1, 3),
    // Inside of a surrogate pair.
    Row("é𝒳b", .utf16, 0, 2, 2),
  ]

  @Test(arguments: moved)
  func `a place outside of the text is the nearest one inside`(_ row: Row) {
    #expect(LineTable(Array(row.text.utf8)).offset(of: row.position, row.encoding) == row.offset)
  }

  @Test func `every byte of any text has a place that leads back to its character`() {
    var bytes: [UInt8] = Array("a\r\n\ré\n𝒳".utf8) + [0xFF, 0x80, 0x80, 0xF0, 10, 0xE2]
    for _ in 0..<bytes.count {
      bytes.append(bytes.removeFirst())
      let lines = LineTable(bytes)
      for encoding in [PositionEncoding.utf8, .utf16, .utf32] {
        for offset in 0...bytes.count {
          let back = lines.offset(of: lines.position(of: offset, encoding), encoding)
          #expect(abs(back - offset) < 4)
        }
      }
    }
  }
}
