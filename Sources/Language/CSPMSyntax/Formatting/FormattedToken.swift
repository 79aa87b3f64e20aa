/// A token as it is printed, with what stands before it.
struct FormattedToken {
  var kind: Token.Kind
  var text: [UInt8]
  var gap: Gap

  struct Comment {
    /// Ends without blanks; line breaks in it are line feeds.
    var text: [UInt8]
    /// From `--` to the end of the line.
    var takesLine: Bool
    /// Line breaks between it and what stands before it.
    var newlines: Int
    /// Where it begins on its line.
    var column: Int
  }

  /// What lies between two tokens.
  struct Gap {
    var comments: [Comment] = []
    /// Line breaks behind the last comment.
    var newlines = 0
    /// Whether anything lies there.
    var isWide = false
    /// Whether the lexer makes a line break of it, which mostly ends a declaration.
    var hasNewlineToken = false
  }

  /// Whether this is `print` as a name: with a blank behind it, it would begin a declaration.
  var isNameOnlyBeforeText: Bool { kind == .identifier && text == Self.print }
  private static let print = Array("print".utf8)

  /// The tokens of a source, and what stands behind the last one.
  static func parts(of source: SourceFile) -> (tokens: [FormattedToken], end: Gap) {
    var scanner = GapScanner(source: source)
    var tokens: [FormattedToken] = []
    var hasToken = false
    for token in Lexer.tokens(of: source, file: 0).tokens {
      if token.kind == .newline || token.kind == .end {
        hasToken = true
        continue
      }
      var (lower, upper) = (Int(token.lower), Int(token.upper))
      // These tokens are less than what is written: the quotes and the brackets belong to them.
      if token.kind == .path || token.kind == .model {
        lower -= 1
        upper += 1
      }
      var gap = scanner.gap(before: lower)
      gap.hasNewlineToken = hasToken
      if let last = tokens.last?.kind, isProperty(last) && last != .rightProperty { gap.newlines = 0 }
      tokens.append(FormattedToken(kind: token.kind, text: text(of: token.kind, source.bytes[lower..<upper]), gap: gap))
      scanner.offset = upper
      hasToken = false
    }
    return (tokens, scanner.gap(before: source.bytes.count))
  }

  private static func isProperty(_ kind: Token.Kind) -> Bool {
    kind == .leftProperty || kind == .property || kind == .model || kind == .rightProperty
  }

  private static func text(of kind: Token.Kind, _ bytes: ArraySlice<UInt8>) -> [UInt8] {
    func words(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
      Array(bytes.split(whereSeparator: isBlank).joined(separator: [UInt8(ascii: " ")]))
    }
    switch kind {
    case .emptySequence: return Array("<>".utf8)
    case .property: return words(bytes)
    case .model: return [UInt8(ascii: "[")] + words(bytes.dropFirst().dropLast()) + [UInt8(ascii: "]")]
    default: return Array(bytes)
    }
  }
}

/// Reads what stands between tokens.
private struct GapScanner {
  let source: SourceFile
  var offset: Int

  init(source: SourceFile) {
    self.source = source
    offset = Int(source.lineStarts[0])
  }

  mutating func gap(before end: Int) -> FormattedToken.Gap {
    var gap = FormattedToken.Gap()
    gap.isWide = offset < end
    let bytes = source.bytes
    while offset < end {
      switch bytes[offset] {
      case UInt8(ascii: "\n"):
        gap.newlines += 1
        offset += 1
      case UInt8(ascii: "-"), UInt8(ascii: "{"):
        let start = offset
        let takesLine = bytes[offset] == UInt8(ascii: "-")
        if takesLine { passLine(before: end) } else { passBlock(before: end) }
        let comment = FormattedToken.Comment(
          text: Self.trimmed(bytes[start..<offset]), takesLine: takesLine, newlines: gap.newlines,
          column: column(of: start))
        gap.comments.append(comment)
        gap.newlines = 0
      default: offset += 1
      }
    }
    return gap
  }

  private mutating func passLine(before end: Int) {
    while offset < end, source.bytes[offset] != UInt8(ascii: "\n") { offset += 1 }
  }

  private mutating func passBlock(before end: Int) {
    var depth = 0
    repeat {
      let pair = (source.bytes[offset], offset + 1 < end ? source.bytes[offset + 1] : 0)
      if pair == (UInt8(ascii: "{"), UInt8(ascii: "-")) {
        depth += 1
        offset += 2
      } else if pair == (UInt8(ascii: "-"), UInt8(ascii: "}")) {
        depth -= 1
        offset += 2
      } else {
        offset += 1
      }
    } while depth > 0 && offset < end
  }

  /// Columns before a byte, tabs to the next multiple of eight.
  private func column(of offset: Int) -> Int {
    let line = source.lineRange(source.lineIndex(of: Int32(offset)))
    var column = 0
    for byte in source.bytes[line.lowerBound..<offset] {
      if byte == UInt8(ascii: "\t") { column += 8 - column % 8 } else if byte & 0xC0 != 0x80 { column += 1 }
    }
    return column
  }

  /// Without blanks at the end, and with line feeds alone as line breaks.
  private static func trimmed(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count)
    for byte in bytes {
      if byte == UInt8(ascii: "\n"), text.last == UInt8(ascii: "\r") { text.removeLast() }
      text.append(byte)
    }
    while let last = text.last, isBlank(last) { text.removeLast() }
    return text
  }
}
