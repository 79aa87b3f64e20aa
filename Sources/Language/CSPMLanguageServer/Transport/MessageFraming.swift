/// Cuts a stream of bytes into messages: a head of lines such as `Content-Length: 12`, an empty line, the body.
///
/// I1. Whatever comes, nothing traps and what is held is bounded: a line of a head by `longestLine`, a body by
///     `largestBody`.
/// I2. Text that is no head yields one `malformed`, however long it is, and is skipped up to the next head.
struct MessageFraming {
  enum Piece: Hashable {
    case body([UInt8])
    case malformed
  }

  static let longestLine = 4096
  static let largestBody = 1 << 28

  private var held: [UInt8] = []
  /// Where the text that is still to be read begins in `held`.
  private var start = 0
  /// Where the search for the end of a line goes on.
  private var searched = 0
  private var length: Int?
  private var isInBody = false
  private var isSkipping = false

  /// - Returns: the messages that are complete with these bytes.
  mutating func add(_ bytes: some Sequence<UInt8>) -> [Piece] {
    held += bytes
    var pieces: [Piece] = []
    while let piece = next() { pieces += piece }
    held.removeSubrange(..<start)
    searched -= start
    start = 0
    return pieces
  }

  /// Takes a line or a body; nil where more is needed.
  private mutating func next() -> [Piece]? {
    if isInBody { return takeBody() }
    guard let end = held[searched...].firstIndex(of: UInt8(ascii: "\n")) else {
      searched = held.count
      guard held.count - start > Self.longestLine else { return nil }
      // Its end may be the beginning of a head.
      start = held.count - Self.longestLine / 2
      return complain()
    }
    var line = held[start..<end]
    start = end + 1
    searched = start
    if line.last == UInt8(ascii: "\r") { line.removeLast() }
    return line.isEmpty ? endOfHead() : field(String(decoding: line, as: UTF8.self))
  }

  private mutating func takeBody() -> [Piece]? {
    guard let length, held.count - start >= length else { return nil }
    let body = Array(held[start..<start + length])
    start += length
    searched = start
    self.length = nil
    isInBody = false
    return [.body(body)]
  }

  private mutating func endOfHead() -> [Piece] {
    guard length != nil else { return isSkipping ? [] : complain() }
    isInBody = true
    isSkipping = false
    return []
  }

  private mutating func field(_ line: String) -> [Piece] {
    guard let colon = line.lastIndex(of: ":") else { return complain() }
    let name = line[..<colon].lowercased()
    let value = line[line.index(after: colon)...].filter { $0 != " " }
    guard name.hasSuffix("content-length") else {
      // Other fields say nothing that matters here; their names are words.
      return name.allSatisfy { $0.isLetter || $0 == "-" } ? [] : complain()
    }
    guard let number = Int(value), number >= 0, number <= Self.largestBody else { return complain() }
    // Something else in front of it is the rest of what was malformed.
    let pieces = name == "content-length" ? [] : complain()
    length = number
    return pieces
  }

  private mutating func complain() -> [Piece] {
    length = nil
    guard !isSkipping else { return [] }
    isSkipping = true
    return [.malformed]
  }
}
