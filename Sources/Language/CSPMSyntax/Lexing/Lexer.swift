/// Bytes to tokens, with the line rules of FDR.
///
/// A line break is a token only where it may end a declaration: not after a token that needs a successor, not before
/// one that can only continue, not before `{-`, and always after `print` and `include`, which own their line.
/// Whether `>` compares or closes a sequence is the parser's to say, which knows the innermost bracket.
///
/// I1. The tokens end with exactly one `.end`, and are in order and disjoint.
/// I2. Text that makes no token yields one diagnostic and an `.invalid` token; later stages stay silent about it.
/// I3. Every loop consumes a byte, so the time is linear.
package struct Lexer {
  let bytes: [UInt8]
  let file: Int32
  var offset = 0
  var tokens: [Token] = []
  var diagnostics: [Diagnostic] = []
  /// Whether a line break was met since the last token that counts.
  var pendingNewline = false
  /// Set from `print` or `include` to the end of its line, which then ends the declaration whatever follows.
  var ownsLine = false
  /// Offsets at which the text stops being UTF-8, ascending, and how many of them lie behind us.
  let malformed: [Int32]
  var malformedPassed = 0
  var reportedMalformedComment = false
  private let limit: WorkLimit?

  /// - Parameter limit: where it is reached, the tokens end.
  package static func tokens(
    of source: SourceFile, file: Int32, limit: WorkLimit? = nil
  ) -> (tokens: [Token], diagnostics: [Diagnostic]) {
    var lexer = Lexer(bytes: source.bytes, file: file, malformed: malformedOffsets(in: source.bytes), limit: limit)
    lexer.offset = Int(source.lineStarts[0])
    lexer.run()
    return (lexer.tokens, lexer.diagnostics)
  }

  private init(bytes: [UInt8], file: Int32, malformed: [Int32], limit: WorkLimit?) {
    self.limit = limit
    self.bytes = bytes
    self.file = file
    self.malformed = malformed
    tokens.reserveCapacity(bytes.count / 3)
  }

  private mutating func run() {
    while true {
      skipTrivia()
      guard offset < bytes.count, !isCutOff else { break }
      lexToken()
    }
    if pendingNewline, tokens.last?.kind.soaksNewlines == false { appendBehindLast(.newline) }
    appendBehindLast(.end)
  }

  private var isCutOff: Bool {
    guard let limit, tokens.count & 0x3FFF == 0 else { return false }
    return limit.isReached(while: "this script was read", at: span(offset, offset))
  }

  // MARK: Reading

  /// The byte `distance` further on; zero, which no token contains, at the end.
  func peek(_ distance: Int = 0) -> UInt8 {
    offset + distance < bytes.count ? bytes[offset + distance] : 0
  }

  func span(_ lower: Int, _ upper: Int) -> Span { Span(file: file, lower: Int32(lower), upper: Int32(upper)) }

  mutating func append(_ kind: Token.Kind, _ lower: Int, _ upper: Int) {
    tokens.append(Token(kind: kind, lower: Int32(lower), upper: Int32(upper)))
  }

  /// Adds a token of layout. It stands right behind the last token, which is where a reader misses something.
  private mutating func appendBehindLast(_ kind: Token.Kind) {
    let place = Int(tokens.last?.upper ?? 0)
    append(kind, place, place)
  }

  /// Adds a token that ends at `upper`, and before it the line break that was met if it counts here.
  mutating func emit(_ kind: Token.Kind, to upper: Int) {
    if pendingNewline {
      let soaked = tokens.last?.kind.soaksNewlines ?? true
      if !soaked && !kind.absorbsNewlines { appendBehindLast(.newline) }
      pendingNewline = false
    }
    append(kind, offset, upper)
    offset = upper
  }

  mutating func report(_ id: String, _ message: String, _ lower: Int, _ upper: Int, notes: [Diagnostic.Note] = []) {
    diagnostics.append(Diagnostic(id: id, message, at: span(lower, upper), notes: notes))
  }

  mutating func reportMalformed(_ offset: Int) {
    report("invalid-utf8", "this text is not UTF-8, the encoding that scripts are read in", offset, offset + 1)
  }

  // MARK: Between tokens

  private mutating func skipTrivia() {
    while offset < bytes.count {
      switch bytes[offset] {
      case UInt8(ascii: "\n"):
        if ownsLine {
          appendBehindLast(.newline)
          ownsLine = false
          pendingNewline = false
        } else {
          pendingNewline = true
        }
        offset += 1
      case let byte where isBlank(byte): offset += 1
      case UInt8(ascii: "-") where peek(1) == UInt8(ascii: "-"):
        let start = offset
        while offset < bytes.count, bytes[offset] != UInt8(ascii: "\n") { offset += 1 }
        passComment(from: start)
      case UInt8(ascii: "{") where peek(1) == UInt8(ascii: "-"):
        // FDR drops the line breaks before such a comment, so that it may stand between an operator and its operand.
        pendingNewline = false
        skipNestedComment()
      default: return
      }
    }
  }

  private mutating func skipNestedComment() {
    let start = offset
    var depth = 0
    repeat {
      if peek() == UInt8(ascii: "{"), peek(1) == UInt8(ascii: "-") {
        depth += 1
        offset += 2
      } else if peek() == UInt8(ascii: "-"), peek(1) == UInt8(ascii: "}") {
        depth -= 1
        offset += 2
      } else {
        offset += 1
      }
    } while depth > 0 && offset < bytes.count
    offset = min(offset, bytes.count)
    if depth > 0 {
      report(
        "unclosed-comment", "this comment has no end: expected `-}`", start, start + 2,
        notes: [Diagnostic.Note("`{-` always begins a comment; a set that begins with a minus is written `{ -1}`")])
      append(.invalid, start, bytes.count)
    }
    passComment(from: start)
  }

  /// Malformed text in a comment harms nobody: old scripts hold authors' names in the encodings of their time.
  private mutating func passComment(from start: Int) {
    guard let bad = passMalformed(before: offset) else { return }
    guard !reportedMalformedComment else { return }
    reportedMalformedComment = true
    diagnostics.append(
      Diagnostic(.warning, id: "invalid-utf8", "this comment is not UTF-8", at: span(max(bad, start), bad + 1)))
  }

  /// The first malformed offset before `limit` that was not passed yet; all of them count as passed.
  mutating func passMalformed(before limit: Int) -> Int? {
    guard malformedPassed < malformed.count, malformed[malformedPassed] < limit else { return nil }
    let first = Int(malformed[malformedPassed])
    while malformedPassed < malformed.count, malformed[malformedPassed] < limit { malformedPassed += 1 }
    return first
  }

  // MARK: Tokens

  private mutating func lexToken() {
    let byte = bytes[offset]
    if isLetter(byte) { return lexWord() }
    if isDigit(byte) { return emit(.integer, to: end(of: isDigit)) }
    switch byte {
    case UInt8(ascii: "\""): return lexString()
    case UInt8(ascii: "'"): return lexCharacter()
    case UInt8(ascii: "<"):
      // One token in FDR too, so that `<` `>` is empty and never a comparison.
      var end = offset + 1
      while end < bytes.count, isBlank(bytes[end]) || bytes[end] == UInt8(ascii: "\n") { end += 1 }
      if end < bytes.count, bytes[end] == UInt8(ascii: ">") { return emit(.emptySequence, to: end + 1) }
    default: break
    }
    guard let symbol = symbol() else { return lexUnknown() }
    switch symbol.kind {
    case .scope:
      // `M::x` without blanks; a type annotation has one before or after.
      let detached = offset > 0 && isSpace(bytes[offset - 1]) || isSpace(peek(2))
      emit(detached ? .ofType : .scope, to: offset + 2)
    case .leftProperty:
      emit(symbol.kind, to: offset + 2)
      lexProperty()
    default: emit(symbol.kind, to: offset + symbol.length)
    }
  }

  private func isSpace(_ byte: UInt8) -> Bool { isBlank(byte) || byte == UInt8(ascii: "\n") }

  /// The end of the run of such bytes that begins here.
  func end(of test: (UInt8) -> Bool) -> Int {
    var end = offset
    while end < bytes.count, test(bytes[end]) { end += 1 }
    return end
  }

  /// The longest symbol that stands here.
  private func symbol() -> Token.Kind.Symbol? {
    guard bytes[offset] < 128 else { return nil }
    let window =
      UInt32(peek()) | UInt32(peek(1)) << 8 | UInt32(peek(2)) << 16 | UInt32(peek(3)) << 24
    for symbol in Token.Kind.symbols[Int(bytes[offset])] where window & symbol.mask == symbol.pattern {
      // `(||| x : S @ P)` begins with a bracket; a map says that it is one by a space.
      if symbol.kind != .leftMap || isSpace(peek(2)) { return symbol }
    }
    return nil
  }

  private mutating func lexWord() {
    var end = end(of: isNameByte)
    let nameEnd = end
    while end < bytes.count, bytes[end] == UInt8(ascii: "'") { end += 1 }
    // The longest keyword has eleven letters.
    guard end == nameEnd, end - offset <= 11,
      let keyword = Token.Kind.keywords[String(decoding: bytes[offset..<end], as: UTF8.self)]
    else { return emit(.identifier, to: end) }
    switch keyword {
    case .print where !isBlank(peek(5)): emit(.identifier, to: end)
    case .print:
      emit(keyword, to: end)
      ownsLine = true
    case .include:
      emit(keyword, to: end)
      ownsLine = true
      lexIncludePath()
    default: emit(keyword, to: end)
    }
  }

  /// One diagnostic for a run of text that no token begins with.
  private mutating func lexUnknown() {
    let start = offset
    var end = offset + 1
    while end < bytes.count, bytes[end] >= 128 || bytes[end] < 32 && !isSpace(bytes[end]) { end += 1 }
    if let bad = passMalformed(before: end) {
      reportMalformed(bad)
    } else {
      let text = String(decoding: bytes[start..<end], as: UTF8.self)
      let first = text.unicodeScalars.first ?? " "
      let shown = first.value < 32 ? "a control character" : "`\(text.prefix(20))`"
      let notes = Self.lookalikes[first].map { [Diagnostic.Note("CSPm writes `\($0)`")] } ?? []
      report("invalid-character", "\(shown) means nothing in CSPm", start, end, notes: notes)
    }
    emit(.invalid, to: end)
  }

  /// What text copied from a book or a word processor has in place of CSPm's symbols.
  private static let lookalikes: [Unicode.Scalar: String] = [
    "→": "->", "←": "<-", "↔": "<->", "□": "[]", "⊓": "|~|", "∥": "||", "∣": "|", "▷": "[>", "△": "/\\", "–": "-",
    "−": "-", "—": "-", "“": "\"", "”": "\"", "‘": "'", "’": "'", "⟨": "<", "⟩": ">", "≤": "<=", "≥": ">=", "≠": "!=",
    "∧": "and", "∨": "or", "¬": "not", "×": "*", "•": "@", "∖": "\\", "∪": "union", "∩": "inter", "∈": "<-", "⇒": "=>",
  ]
}
