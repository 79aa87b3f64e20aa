import CSPMNames
import CSPMSyntax

/// What each word of a document is, for colouring.
struct SemanticTokens: Encodable, Hashable {
  /// Five numbers a token: lines after the last one, columns after it, length, type, modifiers.
  var data: [Int]

  /// Types of the protocol, in the order of the legend.
  enum Kind: Int, CaseIterable {
    case namespace, type, `enum`, enumMember, typeParameter, parameter, variable, event, function
    case keyword, comment, string, number, `operator`
  }

  /// Bits, in the order of the legend.
  struct Modifiers: OptionSet, Hashable {
    let rawValue: Int
    static let declaration = Modifiers(rawValue: 1)
    static let defaultLibrary = Modifiers(rawValue: 2)
    static let names = ["declaration", "defaultLibrary"]
  }

  struct Legend: Encodable, Hashable {
    var tokenTypes = Kind.allCases.map { "\($0)" }
    var tokenModifiers = Modifiers.names
  }

  /// A token on one line.
  struct Piece: Hashable {
    var start: Position
    var length: Int
    var kind: Kind
    var modifiers: Modifiers
  }

  init(_ pieces: [Piece]) {
    data = []
    data.reserveCapacity(5 * pieces.count)
    var last = Position(line: 0, character: 0)
    for piece in pieces {
      let isSameLine = piece.start.line == last.line
      data += [
        piece.start.line - last.line, piece.start.character - (isSameLine ? last.character : 0), piece.length,
        piece.kind.rawValue, piece.modifiers.rawValue,
      ]
      last = piece.start
    }
  }
}

extension DocumentView {
  /// The words of the document; those that `wanted` touches, where it is given.
  func semanticTokens(in wanted: PositionRange? = nil) -> SemanticTokens {
    var words: [(range: Range<Int>, kind: SemanticTokens.Kind, modifiers: SemanticTokens.Modifiers)] = []
    for comment in comments { words.append((comment, .comment, [])) }
    for name in analysis.occurrences.inFile(file) {
      let (kind, isBuiltIn) = SemanticTokens.Kind.of(analysis.names.symbols[name.symbol].kind)
      var modifiers: SemanticTokens.Modifiers = isBuiltIn ? .defaultLibrary : []
      if name.isDeclaration { modifiers.insert(.declaration) }
      words.append((Int(name.span.lower)..<Int(name.span.upper), kind, modifiers))
    }
    for token in tokens {
      guard let kind = SemanticTokens.Kind.of(token.kind) else { continue }
      words.append((Int(token.lower)..<Int(token.upper), kind, []))
    }
    words.sort { $0.range.lowerBound < $1.range.lowerBound }
    var pieces: [SemanticTokens.Piece] = []
    var end = 0
    // Two meanings of one word, as those of a name that is bound twice by mistake: the first one stands.
    for word in words where word.range.lowerBound >= end {
      end = word.range.upperBound
      for range in linewise(word.range) where wanted?.overlaps(range) != false {
        pieces.append(
          .init(
            start: range.start, length: range.end.character - range.start.character, kind: word.kind,
            modifiers: word.modifiers))
      }
    }
    return SemanticTokens(pieces)
  }

  /// A range cut at the ends of lines: not every client takes longer tokens.
  private func linewise(_ range: Range<Int>) -> [PositionRange] {
    let lines = lines
    var parts: [PositionRange] = []
    for line in lines.line(of: range.lowerBound)...lines.line(of: max(range.lowerBound, range.upperBound - 1)) {
      let part = range.clamped(to: lines.range(ofLine: line))
      if !part.isEmpty { parts.append(lines.range(part.lowerBound, part.upperBound, encoding)) }
    }
    return parts
  }
}

extension SemanticTokens.Kind {
  static func of(_ symbol: Symbol.Kind) -> (kind: Self, isBuiltIn: Bool) {
    switch symbol {
    case .builtIn: (.function, true)
    case .constant(let constant):
      switch constant {
      case .Bool, .Char, .Int, .Proc, .Events: (.type, true)
      case .STOP, .SKIP, .DIV, .TSTOP, .TSKIP, .true, .false, .True, .False, .emptyMap: (.variable, true)
      }
    case .atomicType: (.type, true)
    case .channel: (.event, false)
    case .constructor: (.enumMember, false)
    case .datatype, .subtype: (.enum, false)
    case .nametype: (.type, false)
    case .function: (.function, false)
    case .value: (.variable, false)
    case .variable: (.parameter, false)
    case .module, .instance: (.namespace, false)
    case .typeVariable: (.typeParameter, false)
    }
  }

  /// Nil for brackets, for layout and for names, which only their meaning colours.
  static func of(_ token: Token.Kind) -> Self? {
    switch token {
    case .identifier, .newline, .end, .invalid: nil
    case .integer: .number
    case .character, .string, .path: .string
    case .property, .model: .keyword
    case .and, .or, .not, .if, .then, .else, .let, .within, .channel, .assert, .datatype, .subtype, .external,
      .transparent, .nametype, .module, .exports, .endmodule, .instance, .timed, .include, .print, .true, .false:
      .keyword
    case .leftParenthesis, .rightParenthesis, .leftBrace, .rightBrace, .leftEnumeration, .rightEnumeration, .leftMap,
      .rightMap, .leftSquare, .rightSquare, .comma, .leftProperty, .rightProperty:
      nil
    case .leftRenaming, .rightRenaming, .leftSynchronised, .rightSynchronised, .leftChoice, .rightChoice,
      .leftInterrupt, .rightInterrupt, .exception, .emptySequence, .less, .greater, .externalChoice, .internalChoice,
      .interleave, .interrupt, .sliding, .parallel, .semicolon, .ampersand, .project, .backslash, .arrow, .equal,
      .notEqual, .lessOrEqual, .greaterOrEqual, .plus, .minus, .times, .divide, .remainder, .concatenate, .hash, .bar,
      .range, .dot, .question, .exclamation, .dollar, .drawnFrom, .tie, .colon, .scope, .ofType, .define, .yield,
      .yieldStar, .at, .both, .wildcard, .refinesT, .refinesF, .refinesFD, .refinesV, .refinesVD, .refinesR, .refinesRD:
      .operator
    }
  }
}
