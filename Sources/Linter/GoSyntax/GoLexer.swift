// From bytes to tokens, semicolons included that Go inserts at the ends of lines.
//
// I1. Every call of `advance` moves on or stays at the end: no input makes it loop.
// I2. After the first problem there is nothing but the end, so that the parser unwinds by itself.
#if Lint
  /// What is wrong with a file, and where.
  package struct GoProblem: Equatable, Sendable {
    package var message: String
    package var offset: Int
  }

  struct GoLexer {
    /// A state to go back to.
    struct Mark {
      var position: Int, token: GoToken, lower: Int, upper: Int, previousUpper: Int, name: GoName
    }

    // SAFETY: the buffer is the file's bytes; the lexer lives within the closure of `GoTree.init` that lends it.
    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0
    private(set) var token = GoToken.end
    /// Where the token begins and ends.
    private(set) var lower = 0
    private(set) var upper = 0
    /// Where the token before ended.
    private(set) var previousUpper = 0
    /// Of an identifier.
    private(set) var name: GoName = 0
    private(set) var problem: GoProblem?
    var names: GoNames
    /// Line comments, where they are asked for.
    private(set) var comments: [Range<Int>] = []
    private let keepsComments: Bool

    init(_ bytes: UnsafeBufferPointer<UInt8>, keepsComments: Bool) {
      self.bytes = bytes
      self.keepsComments = keepsComments
      names = GoNames(expecting: bytes.count / 32)
      if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { position = 3 }
      advance()
    }

    var mark: Mark {
      Mark(
        position: position, token: token, lower: lower, upper: upper, previousUpper: previousUpper, name: name)
    }

    /// Goes back. A problem that was met since is forgotten.
    mutating func reset(to mark: Mark) {
      position = mark.position
      token = mark.token
      lower = mark.lower
      upper = mark.upper
      previousUpper = mark.previousUpper
      name = mark.name
      problem = nil
    }

    mutating func fail(_ message: String, at offset: Int) {
      if problem == nil { problem = GoProblem(message: message, offset: offset) }
      token = .end
      position = bytes.count
      lower = bytes.count
      upper = bytes.count
    }

    @inline(__always) private func byte(_ offset: Int) -> UInt8 { offset < bytes.count ? bytes[offset] : 0 }

    mutating func advance() {
      previousUpper = upper
      guard !skipBlanks(endingStatement: token.endsStatement) else { return }
      guard position < bytes.count else { return finish() }
      lower = position
      let first = bytes[position]
      if Self.isLetter(first) { return identifier() }
      switch first {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): number()
      case UInt8(ascii: "\""): quoted(first)
      case UInt8(ascii: "'"): quoted(first)
      case UInt8(ascii: "`"): rawString()
      case UInt8(ascii: ".") where Self.isDigit(byte(position + 1)): number()
      case 0x80...: unicodeIdentifier()
      default: punctuation(first)
      }
    }

    private mutating func finish() {
      token = .end
      lower = bytes.count
      upper = bytes.count
      position = bytes.count
    }

    // MARK: Between tokens

    /// Moves over blanks and comments.
    ///
    /// - Returns: whether a semicolon was put in, at the end of a line, of a comment that holds one, or of the file.
    private mutating func skipBlanks(endingStatement: Bool) -> Bool {
      while position < bytes.count {
        switch bytes[position] {
        case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): position += 1
        case UInt8(ascii: "\n"):
          if endingStatement { return insertSemicolon(length: 1) }
          position += 1
        case UInt8(ascii: "/") where byte(position + 1) == UInt8(ascii: "/"):
          let start = position
          while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
          if keepsComments { keep(start..<position) }
        case UInt8(ascii: "/") where byte(position + 1) == UInt8(ascii: "*"):
          let start = position
          var holdsLine = false
          position += 2
          while position < bytes.count,
            !(bytes[position] == UInt8(ascii: "*") && byte(position + 1) == UInt8(ascii: "/"))
          {
            if bytes[position] == UInt8(ascii: "\n") { holdsLine = true }
            position += 1
          }
          guard position < bytes.count else {
            fail("a comment has no end", at: start)
            return true
          }
          position += 2
          if holdsLine, endingStatement { return insertSemicolon(length: 0) }
        default: return false
        }
      }
      return endingStatement && insertSemicolon(length: 0)
    }

    private mutating func insertSemicolon(length: Int) -> Bool {
      token = .semicolon
      lower = position
      position += length
      upper = position
      return true
    }

    /// A comment may be met again after a look ahead.
    private mutating func keep(_ comment: Range<Int>) {
      if (comments.last?.lowerBound ?? -1) < comment.lowerBound { comments.append(comment) }
    }

    // MARK: Identifiers

    @inline(__always) private static func isLetter(_ byte: UInt8) -> Bool {
      (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte == UInt8(ascii: "_")
    }

    @inline(__always) private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    private mutating func identifier() {
      var hash = GoNames.hashBasis
      while position < bytes.count {
        let next = bytes[position]
        if next >= 0x80 { return unicodeIdentifier() }
        guard Self.isLetter(next) || Self.isDigit(next) else { break }
        hash = GoNames.hash(hash, next)
        position += 1
      }
      upper = position
      name = names.intern(UnsafeBufferPointer(rebasing: bytes[lower..<upper]), hash: hash)
      token =
        name <= UInt32(GoToken.keywordVar.rawValue) ? GoToken(rawValue: UInt8(truncatingIfNeeded: name))! : .identifier
    }

    /// An identifier with letters beyond ASCII, from its beginning.
    private mutating func unicodeIdentifier() {
      position = lower
      var hash = GoNames.hashBasis
      while position < bytes.count {
        let first = bytes[position]
        var length = 1
        if first >= 0x80 {
          length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
          let end = min(position + length, bytes.count)
          guard let scalar = String(decoding: bytes[position..<end], as: UTF8.self).unicodeScalars.first,
            Self.isPartOfName(scalar, isFirst: position == lower)
          else {
            if position == lower { return fail("a character that Go does not know", at: position) }
            break
          }
          length = end - position
        } else if !Self.isLetter(first), !Self.isDigit(first) {
          break
        }
        for offset in position..<position + length { hash = GoNames.hash(hash, bytes[offset]) }
        position += length
      }
      upper = position
      name = names.intern(UnsafeBufferPointer(rebasing: bytes[lower..<upper]), hash: hash)
      token = .identifier
    }

    private static func isPartOfName(_ scalar: Unicode.Scalar, isFirst: Bool) -> Bool {
      switch scalar.properties.generalCategory {
      case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
      case .decimalNumber: !isFirst
      default: false
      }
    }

    /// The path in a string literal, and its last part that is no version, without `go-` before and `.v2` behind.
    mutating func pathNames(_ literal: Range<Int>) -> (path: GoName, name: GoName) {
      guard literal.count > 2 else { return (0, 0) }
      let path = bytes[literal.lowerBound + 1..<literal.upperBound - 1]
      let parts = path.split(separator: UInt8(ascii: "/"))
      func isVersion(_ part: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        part.count > 1 && part.first == UInt8(ascii: "v") && part.dropFirst().allSatisfy(Self.isDigit)
      }
      guard var part = parts.last(where: { !isVersion($0) }) ?? parts.last else { return (0, 0) }
      if let dot = part.firstIndex(of: UInt8(ascii: ".")) { part = part[..<dot] }
      if part.starts(with: "go-".utf8) { part = part.dropFirst(3) }
      return (intern(path), intern(part))
    }

    private mutating func intern(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> GoName {
      names.intern(UnsafeBufferPointer(rebasing: text), hash: text.reduce(GoNames.hashBasis, GoNames.hash))
    }

    // MARK: Literals

    private mutating func number() {
      token = .integer
      let prefix = bytes[position] == UInt8(ascii: "0") ? byte(position + 1) | 0x20 : 0
      let isHexadecimal = prefix == UInt8(ascii: "x")
      if isHexadecimal || prefix == UInt8(ascii: "b") || prefix == UInt8(ascii: "o") { position += 2 }
      digits(hexadecimal: isHexadecimal)
      if byte(position) == UInt8(ascii: ".") {
        token = .floating
        position += 1
        digits(hexadecimal: isHexadecimal)
      }
      let exponent = byte(position) | 0x20
      if exponent == UInt8(ascii: isHexadecimal ? "p" : "e") {
        token = .floating
        position += 1
        if byte(position) == UInt8(ascii: "+") || byte(position) == UInt8(ascii: "-") { position += 1 }
        guard Self.isDigit(byte(position)) else { return fail("an exponent has no digits", at: position) }
        digits(hexadecimal: false)
      }
      if byte(position) == UInt8(ascii: "i") {
        token = .imaginary
        position += 1
      }
      upper = position
      if Self.isLetter(byte(position)) { fail("a number runs into a name", at: position) }
    }

    private mutating func digits(hexadecimal: Bool) {
      while position < bytes.count {
        let next = bytes[position]
        guard
          Self.isDigit(next) || next == UInt8(ascii: "_") || hexadecimal && (next | 0x20) &- UInt8(ascii: "a") < 6
        else { return }
        position += 1
      }
    }

    private mutating func quoted(_ quote: UInt8) {
      position += 1
      while true {
        let next = byte(position)
        guard position < bytes.count, next != UInt8(ascii: "\n") else {
          return fail(quote == UInt8(ascii: "'") ? "a rune has no end" : "a string has no end", at: lower)
        }
        position += 1
        if next == quote { break }
        if next == UInt8(ascii: "\\") {
          guard position < bytes.count, bytes[position] != UInt8(ascii: "\n") else { continue }
          position += 1
        }
      }
      upper = position
      token = quote == UInt8(ascii: "'") ? .rune : .string
      if token == .rune, upper - lower < 3 { fail("a rune is empty", at: lower) }
    }

    private mutating func rawString() {
      position += 1
      while position < bytes.count, bytes[position] != UInt8(ascii: "`") { position += 1 }
      guard position < bytes.count else { return fail("a raw string has no end", at: lower) }
      position += 1
      upper = position
      token = .string
    }

    // MARK: Operators

    private mutating func take(_ kind: GoToken, _ length: Int) {
      token = kind
      position += length
      upper = position
    }

    /// An operator, or the assignment that it makes with `=`.
    private mutating func takeOperator(_ kind: GoToken, _ length: Int) {
      byte(position + length) == UInt8(ascii: "=") ? take(.operatorAssign, length + 1) : take(kind, length)
    }

    private mutating func punctuation(_ first: UInt8) {
      let second = byte(position + 1)
      switch first {
      case UInt8(ascii: "("): take(.openParen, 1)
      case UInt8(ascii: ")"): take(.closeParen, 1)
      case UInt8(ascii: "["): take(.openBracket, 1)
      case UInt8(ascii: "]"): take(.closeBracket, 1)
      case UInt8(ascii: "{"): take(.openBrace, 1)
      case UInt8(ascii: "}"): take(.closeBrace, 1)
      case UInt8(ascii: ","): take(.comma, 1)
      case UInt8(ascii: ";"): take(.semicolon, 1)
      case UInt8(ascii: "~"): take(.tilde, 1)
      case UInt8(ascii: "."):
        second == UInt8(ascii: ".") && byte(position + 2) == UInt8(ascii: ".") ? take(.ellipsis, 3) : take(.dot, 1)
      case UInt8(ascii: ":"): second == UInt8(ascii: "=") ? take(.define, 2) : take(.colon, 1)
      case UInt8(ascii: "="): second == UInt8(ascii: "=") ? take(.equal, 2) : take(.assign, 1)
      case UInt8(ascii: "!"): second == UInt8(ascii: "=") ? take(.notEqual, 2) : take(.not, 1)
      case UInt8(ascii: "+"): second == UInt8(ascii: "+") ? take(.increment, 2) : takeOperator(.plus, 1)
      case UInt8(ascii: "-"): second == UInt8(ascii: "-") ? take(.decrement, 2) : takeOperator(.minus, 1)
      case UInt8(ascii: "*"): takeOperator(.star, 1)
      case UInt8(ascii: "/"): takeOperator(.slash, 1)
      case UInt8(ascii: "%"): takeOperator(.percent, 1)
      case UInt8(ascii: "^"): takeOperator(.xor, 1)
      case UInt8(ascii: "|"): second == UInt8(ascii: "|") ? take(.orOr, 2) : takeOperator(.or, 1)
      case UInt8(ascii: "&"):
        if second == UInt8(ascii: "&") { return take(.andAnd, 2) }
        second == UInt8(ascii: "^") ? takeOperator(.andNot, 2) : takeOperator(.and, 1)
      case UInt8(ascii: "<"):
        switch second {
        case UInt8(ascii: "<"): takeOperator(.shiftLeft, 2)
        case UInt8(ascii: "="): take(.lessEqual, 2)
        case UInt8(ascii: "-"): take(.arrow, 2)
        default: take(.less, 1)
        }
      case UInt8(ascii: ">"):
        switch second {
        case UInt8(ascii: ">"): takeOperator(.shiftRight, 2)
        case UInt8(ascii: "="): take(.greaterEqual, 2)
        default: take(.greater, 1)
        }
      default: fail("a character that Go does not know", at: position)
      }
    }
  }
#endif
