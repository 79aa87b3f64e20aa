/// A token: what it is and where it stands. Its text stays in the source.
package struct Token: Sendable {
  package var kind: Kind
  package var lower: Int32, upper: Int32

  /// Raw values are the spellings, from which the lexer makes its tables.
  package enum Kind: String, CaseIterable, Sendable {
    // Words that have no fixed spelling.
    case identifier = "a name", integer = "a number", character = "a character", string = "a string"
    case path = "a path", property = "a property", model = "a model"
    // Layout. `invalid` stands for text that a diagnostic was already made for.
    case newline = "the end of the line", end = "the end of the text", invalid = "invalid text"

    case and, or, not, `if`, then, `else`, `let`, within, channel, assert, datatype, `subtype`, external, transparent
    case nametype, module, exports, endmodule, instance, timed = "Timed", include, print, `true`, `false`

    case leftParenthesis = "(", rightParenthesis = ")", leftBrace = "{", rightBrace = "}"
    case leftEnumeration = "{|", rightEnumeration = "|}", leftMap = "(|", rightMap = "|)"
    case leftRenaming = "[[", rightRenaming = "]]", leftSynchronised = "[|", rightSynchronised = "|]"
    case leftSquare = "[", rightSquare = "]", leftChoice = "[+", rightChoice = "+]"
    case leftInterrupt = "/+", rightInterrupt = "+\\", exception = "|>"
    case emptySequence = "<>", less = "<", greater = ">"

    case externalChoice = "[]", internalChoice = "|~|", interleave = "|||", interrupt = "/\\", sliding = "[>"
    case parallel = "||", semicolon = ";", ampersand = "&", project = "|\\", backslash = "\\", arrow = "->"
    case equal = "==", notEqual = "!=", lessOrEqual = "<=", greaterOrEqual = ">="
    case plus = "+", minus = "-", times = "*", divide = "/", remainder = "%", concatenate = "^", hash = "#"
    case bar = "|", comma = ",", range = "..", dot = ".", question = "?", exclamation = "!", dollar = "$"
    case drawnFrom = "<-", tie = "<->", colon = ":", scope = "::", ofType = " ::", define = "="
    case yield = "=>", yieldStar = "=>*", at = "@", both = "@@", wildcard = "_"

    case refinesT = "[T=", refinesF = "[F=", refinesFD = "[FD=", refinesV = "[V=", refinesVD = "[VD="
    case refinesR = "[R=", refinesRD = "[RD="
    case leftProperty = ":[", rightProperty = "the end of a property"
  }
}

extension Token.Kind {
  /// Whether line breaks before this token mean nothing: it can only continue what stands before it.
  ///
  /// `-`, `<`, `#`, an opening bracket and a name may begin an expression or a declaration, so a line break before
  /// them ends a declaration. That numbers, `if`, `let`, `not` and `_` continue the line above is FDR's rule.
  var absorbsNewlines: Bool {
    switch self {
    case .identifier, .emptySequence, .less, .leftParenthesis, .leftEnumeration, .leftBrace, .leftMap, .scope, .minus,
      .hash, .print, .include, .channel, .assert, .datatype, .subtype, .external, .transparent, .nametype, .module,
      .exports, .endmodule, .instance, .timed, .path, .property, .model, .newline, .end, .invalid:
      false
    default: true
    }
  }

  /// Whether line breaks after this token mean nothing, since something must follow it.
  var soaksNewlines: Bool {
    switch self {
    case .identifier, .integer, .character, .string, .true, .false, .path, .property, .model, .newline, .end, .invalid,
      .emptySequence, .greater, .rightParenthesis, .rightEnumeration, .rightBrace, .rightMap, .rightRenaming,
      .rightProperty, .exports, .endmodule, .print, .include:
      false
    default: true
    }
  }

  /// Whether a declaration starts here, wherever the token stands.
  var startsDeclaration: Bool {
    switch self {
    case .channel, .assert, .datatype, .subtype, .external, .transparent, .nametype, .module, .instance, .timed,
      .include, .print:
      true
    default: false
    }
  }

  /// As a message names it: symbols and keywords in backticks.
  var description: String {
    switch self {
    case .identifier, .integer, .character, .string, .path, .property, .model, .newline, .end, .invalid, .rightProperty:
      rawValue
    case .ofType: "`::`"
    default: "`\(rawValue)`"
    }
  }

  /// The words that are no names, in the order of the alphabet.
  package static var words: [String] { keywords.keys.sorted() }

  static let keywords: [String: Token.Kind] = {
    let words = allCases.filter { $0.rawValue.utf8.allSatisfy(isLetter) }
    return Dictionary(uniqueKeysWithValues: words.map { ($0.rawValue, $0) })
  }()

  /// A symbol of at most four bytes, to be compared with the next four bytes of a text at once.
  struct Symbol {
    var kind: Token.Kind
    var length: Int
    /// The bytes of the spelling, the first one in the lowest place.
    var pattern: UInt32
    /// The places in which they lie.
    var mask: UInt32
  }

  /// For each first byte the symbols that begin with it, longest first.
  static let symbols: [[Symbol]] = {
    var table = [[Symbol]](repeating: [], count: 128)
    for kind in allCases {
      let spelling = Array(kind.rawValue.utf8)
      guard let first = spelling.first, !isLetter(first), first != UInt8(ascii: " ") else { continue }
      let pattern = spelling.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      let mask = UInt32.max >> UInt32(32 - 8 * spelling.count)
      table[Int(first)].append(Symbol(kind: kind, length: spelling.count, pattern: pattern, mask: mask))
    }
    for index in table.indices { table[index].sort { $0.length > $1.length } }
    return table
  }()
}

func isLetter(_ byte: UInt8) -> Bool { byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A }
func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
func isNameByte(_ byte: UInt8) -> Bool { isLetter(byte) || isDigit(byte) || byte == 0x5F }
/// Space, tab, vertical tab, form feed, carriage return; not the line feed.
func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte <= 0x0D && byte >= 0x09 && byte != 0x0A }
