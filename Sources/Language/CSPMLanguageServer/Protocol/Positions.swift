/// Places in documents as the protocol counts them: lines and columns from 0, columns in the units agreed on.
///
/// > Source: Language Server Protocol 3.17, sections "Position", "Range", "Location".
struct Position: Hashable, Comparable, Codable, Sendable {
  var line: Int
  var character: Int

  static func < (a: Position, b: Position) -> Bool { (a.line, a.character) < (b.line, b.character) }
}

struct PositionRange: Hashable, Codable, Sendable {
  var start: Position
  var end: Position

  static let beginning = PositionRange(start: Position(line: 0, character: 0), end: Position(line: 0, character: 0))

  /// Whether a place lies in the range or touches its end, as a cursor behind a name does.
  func touches(_ position: Position) -> Bool { start <= position && position <= end }
  func overlaps(_ other: PositionRange) -> Bool { start <= other.end && other.start <= end }
}

struct Location: Hashable, Codable, Sendable {
  var uri: String
  var range: PositionRange
}

/// In what columns are counted.
enum PositionEncoding: String, Codable, Sendable {
  case utf8 = "utf-8", utf16 = "utf-16", utf32 = "utf-32"

  /// How many columns the byte of a text adds; those behind the first byte of a scalar add none in UTF-16 and UTF-32.
  func columns(of byte: UInt8) -> Int {
    switch self {
    case .utf8: 1
    case .utf16: byte & 0xC0 == 0x80 ? 0 : byte >= 0xF0 ? 2 : 1
    case .utf32: byte & 0xC0 == 0x80 ? 0 : 1
    }
  }

  /// UTF-8 where the client knows it, which costs nobody a conversion; UTF-16 otherwise, as the protocol wants.
  static func agreed(among offered: [String]?) -> PositionEncoding {
    offered?.contains(utf8.rawValue) == true ? .utf8 : .utf16
  }
}
