/// Strings, characters, the path of an `include` and the words in `:[ … ]`.
///
/// Literals stay on their line. Their text is decoded where it is used, by `decodeLiteral`.
extension Lexer {
  mutating func lexString() {
    var end = offset + 1
    while end < bytes.count, bytes[end] != UInt8(ascii: "\""), bytes[end] != UInt8(ascii: "\n") {
      end += bytes[end] == UInt8(ascii: "\\") && end + 1 < bytes.count && bytes[end + 1] != UInt8(ascii: "\n") ? 2 : 1
    }
    end = min(end, bytes.count)
    guard end < bytes.count, bytes[end] == UInt8(ascii: "\"") else {
      return fail("unclosed-literal", "this string has no end on its line: expected `\"`", to: end)
    }
    literal(.string, to: end + 1)
  }

  mutating func lexCharacter() {
    let start = offset + 1
    var end = start
    if end < bytes.count, bytes[end] == UInt8(ascii: "\\") { end += 1 }
    if end < bytes.count, bytes[end] != UInt8(ascii: "\n") {
      end += 1
      while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
    }
    guard end > start, end < bytes.count, bytes[end] == UInt8(ascii: "'") else {
      // What was meant is most likely over at a quote nearby.
      let near = (end..<min(end + 16, bytes.count)).prefix { bytes[$0] != UInt8(ascii: "\n") }
      let close = near.first { bytes[$0] == UInt8(ascii: "'") }
      return fail(
        "unclosed-literal", "expected one character and `'`, as in `'a'`",
        to: close.map { $0 + 1 } ?? min(end, bytes.count))
    }
    literal(.character, to: end + 1)
  }

  private mutating func literal(_ kind: Token.Kind, to end: Int) {
    if let bad = passMalformed(before: end) {
      reportMalformed(bad)
      return emit(.invalid, to: end)
    }
    emit(kind, to: end)
  }

  private mutating func fail(_ id: String, _ message: String, to end: Int) {
    if let bad = passMalformed(before: end) {
      reportMalformed(bad)
    } else {
      report(id, message, offset, max(end, offset + 1))
    }
    emit(.invalid, to: max(end, offset + 1))
  }

  /// The quoted path that must follow `include` on its line; the token spans what is between the quotes.
  mutating func lexIncludePath() {
    offset = end(of: isBlank)
    let lineEnd = end { $0 != UInt8(ascii: "\n") }
    guard peek() == UInt8(ascii: "\"") else {
      return malformedInclude("expected a path in double quotes after `include`", to: lineEnd)
    }
    let quoted = (offset + 1..<lineEnd).first { bytes[$0] == UInt8(ascii: "\"") }
    guard let close = quoted else {
      return malformedInclude("this path has no end on its line: expected `\"`", to: lineEnd)
    }
    if let bad = passMalformed(before: close) {
      reportMalformed(bad)
      return emit(.invalid, to: close + 1)
    }
    offset += 1
    emit(.path, to: close)
    offset = close + 1
  }

  private mutating func malformedInclude(_ message: String, to lineEnd: Int) {
    report("malformed-include", message, offset, max(lineEnd, offset))
    _ = passMalformed(before: lineEnd)
    append(.invalid, offset, lineEnd)
    offset = lineEnd
  }

  /// What follows `:[`: words, perhaps a model or mode in brackets, then `]` or `]:`.
  mutating func lexProperty() {
    while true {
      offset = end { isBlank($0) || $0 == UInt8(ascii: "\n") }
      let byte = peek()
      if isLetter(byte) {
        var end = end { isNameByte($0) || isBlank($0) || $0 == UInt8(ascii: "-") }
        while isBlank(bytes[end - 1]) { end -= 1 }
        emit(.property, to: end)
      } else if byte == UInt8(ascii: "[") {
        offset += 1
        let end = end { isLetter($0) || isBlank($0) }
        emit(.model, to: end)
        guard peek() == UInt8(ascii: "]") else { return }
        offset += 1
      } else if byte == UInt8(ascii: "]") {
        // In `:[deadlock free]:[…` the colon begins the next property.
        emit(.rightProperty, to: peek(1) == UInt8(ascii: ":") && peek(2) != UInt8(ascii: "[") ? offset + 2 : offset + 1)
        return
      } else {
        return
      }
    }
  }
}

/// The text of a string or character literal, escapes replaced; `quoted` is what stands between the quotes.
func decodeLiteral(_ quoted: ArraySlice<UInt8>) -> String {
  guard quoted.contains(UInt8(ascii: "\\")) else { return String(decoding: quoted, as: UTF8.self) }
  var text: [UInt8] = []
  var escaped = false
  for byte in quoted {
    if escaped {
      escaped = false
      switch byte {
      case UInt8(ascii: "n"): text.append(UInt8(ascii: "\n"))
      case UInt8(ascii: "r"): text.append(UInt8(ascii: "\r"))
      case UInt8(ascii: "t"): text.append(UInt8(ascii: "\t"))
      default: text.append(byte)
      }
    } else if byte == UInt8(ascii: "\\") {
      escaped = true
    } else {
      text.append(byte)
    }
  }
  return String(decoding: text, as: UTF8.self)
}
