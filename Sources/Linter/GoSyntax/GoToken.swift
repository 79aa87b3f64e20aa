// The tokens of Go (The Go Programming Language Specification, "Lexical elements").
#if Lint
  /// What kind of token stands at a place. Keywords have the order of ``GoKnownName``, which begins with them.
  enum GoToken: UInt8 {
    case end = 0
    // Keywords: raw values 1 to 25.
    case keywordBreak = 1, keywordCase, keywordChan, keywordConst, keywordContinue, keywordDefault, keywordDefer
    case keywordElse, keywordFallthrough, keywordFor, keywordFunc, keywordGo, keywordGoto, keywordIf, keywordImport
    case keywordInterface, keywordMap, keywordPackage, keywordRange, keywordReturn, keywordSelect, keywordStruct
    case keywordSwitch, keywordType, keywordVar
    case identifier
    case integer, floating, imaginary, rune, string
    // Binary operators, by precedence; see ``precedence``.
    case orOr, andAnd
    case equal, notEqual, less, lessEqual, greater, greaterEqual
    case plus, minus, or, xor
    case star, slash, percent, and, andNot, shiftLeft, shiftRight
    case arrow, not, tilde
    case assign, define, operatorAssign, increment, decrement
    case openParen, closeParen, openBracket, closeBracket, openBrace, closeBrace
    case comma, dot, ellipsis, semicolon, colon

    /// 1 to 5 for binary operators, 0 for all else.
    var precedence: Int {
      switch self {
      case .orOr: 1
      case .andAnd: 2
      case .equal, .notEqual, .less, .lessEqual, .greater, .greaterEqual: 3
      case .plus, .minus, .or, .xor: 4
      case .star, .slash, .percent, .and, .andNot, .shiftLeft, .shiftRight: 5
      default: 0
      }
    }

    /// Whether a line that ends with it ends its statement.
    var endsStatement: Bool {
      switch self {
      case .identifier, .integer, .floating, .imaginary, .rune, .string, .keywordBreak, .keywordContinue,
        .keywordFallthrough, .keywordReturn, .increment, .decrement, .closeParen, .closeBracket, .closeBrace:
        true
      default: false
      }
    }

    var isLiteral: Bool { rawValue >= GoToken.integer.rawValue && rawValue <= GoToken.string.rawValue }
  }
#endif
