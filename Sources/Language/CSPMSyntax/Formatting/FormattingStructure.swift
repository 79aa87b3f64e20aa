/// Tokens with what the formatter needs to know of the grammar: which brackets and words belong together, what is infix
/// and what a sign, where a blank belongs and where a line may break.
///
/// One pass with a stack of what is open. It may trust that the text parses, so that a token's role follows from
/// whether an operand is expected. A role that is mistaken costs looks and never meaning, as no token changes.
struct FormattingStructure {
  /// What is known of a token beside its text.
  struct Place {
    /// Whether a blank stands before it where no line breaks.
    var hasBlank = true
    /// How good a place for a line break lies before it; nil for none.
    var breakable: Break?
    /// The token that opened what this one closes or goes on with, as `)` for `(` and `else` for `if`.
    var closes: Int?
    /// The innermost open bracket or word of the declaration around it.
    var inside: Int?
    /// For `if` and `let`: the word that went on with it last.
    var goesOn: Int?
    /// The first token of the declaration around it.
    var declaration = 0
    /// For the first token of a declaration: what opened the list of declarations; nil for the script.
    var list: Int?
    var opening = Opening.none
    /// Whether a line break has to stand before it.
    var isForced = false
  }

  enum Opening {
    case none
    /// What is inside is indented from the line on which it stands, what closes it is not.
    case bracket
    /// `if` and `let`: like a bracket, but further right than the line that they do not begin.
    case word
    /// A list of declarations.
    case block
  }

  /// Breaks of smaller depth come first, of the same depth those of smaller rank.
  struct Break: Comparable {
    var depth: Int
    var rank: Int
    /// Whether as much as fits stays on a line; otherwise all of a kind break together.
    var fills: Bool

    static func < (a: Break, b: Break) -> Bool { (a.depth, a.rank) < (b.depth, b.rank) }
  }

  private(set) var tokens: [FormattedToken]
  private(set) var places: [Place] = []

  /// The ranks of what binds less than any operator.
  private enum Rank {
    static let definition = 0, alternative = 1, comma = 2, part = 3, afterPart = 4, body = 5, `operator` = 10
  }

  private struct Open {
    enum Kind: Equatable {
      /// `isReplicated` for `[| A |]` before an operand.
      case bracket(isReplicated: Bool)
      /// From `if` to `then`, to `else`, to the end of the other branch.
      case condition, firstBranch, otherBranch
      /// From `let` to `within`, and the body behind it.
      case letBlock, letBody
      /// From `\` or a replicated operator to its `@`.
      case binder(Token.Kind)
      /// From `module` to `endmodule`, from the brace of `Timed` to its end.
      case block
    }
    var kind: Kind
    var token: Int
    var isList: Bool { kind == .letBlock || kind == .block }
    /// Whether it has no end of its own.
    var isOpenEnded: Bool { kind == .otherBranch || kind == .letBody }
  }

  private var open: [Open] = []
  private var expectsOperand = true
  /// Whether no blank may follow the token before.
  private var isTight = false
  private var startsDeclaration = true
  private var declaration = 0
  /// How much was open at the last `?` or `$` whose pattern may still have a `:`.
  private var fieldDepth: Int?
  private var isPrint = false
  /// The binder that ended at the last `@`, if that was the token before.
  private var endedBinder: Token.Kind?
  private var breakBehind: Break?
  private var timedBracket: Int?

  init(_ tokens: [FormattedToken]) {
    self.tokens = tokens
    places.reserveCapacity(tokens.count)
    for index in tokens.indices {
      places.append(Place())
      add(index)
    }
  }

  // MARK: One token

  private mutating func add(_ index: Int) {
    let token = tokens[index]
    let previous = index > 0 ? tokens[index - 1].kind : nil
    if index == 0 || token.gap.hasNewlineToken && !continues(index) { startsDeclaration = true }
    if startsDeclaration { beginDeclaration(index) }
    places[index].hasBlank = index > 0 && !isTight && !tokens[index - 1].isNameOnlyBeforeText
    let behind = breakBehind
    breakBehind = nil
    isTight = false
    let binder = endedBinder
    endedBinder = nil
    place(index, token.kind, after: previous, binder)
    places[index].breakable = mayBreak(index) ? places[index].breakable ?? behind : nil
    if index > 0, !places[index].hasBlank, token.kind != .rightProperty, runTogether(tokens[index - 1], token) {
      places[index].hasBlank = true
    }
  }

  private mutating func beginDeclaration(_ index: Int) {
    startsDeclaration = false
    while let last = open.last, !last.isList { open.removeLast() }
    declaration = index
    places[index].list = open.last?.token
    places[index].isForced = index > 0 && tokens[index].gap.hasNewlineToken
    expectsOperand = true
    isTight = false
    isPrint = tokens[index].kind == .print
    fieldDepth = nil
    if let list = open.last, places[index].isForced { spread(list.token) }
  }

  /// Sees to it that the first declaration of a list has a line of its own, for another one has.
  private mutating func spread(_ list: Int) {
    if tokens[list].kind == .let || tokens[list].kind == .leftBrace, list + 1 < places.count {
      places[list + 1].isForced = true
    }
  }

  /// Whether a line break that is a token goes on with the declaration.
  private func continues(_ index: Int) -> Bool {
    switch tokens[index - 1].kind {
    case .greater: return places[index - 1].closes == nil
    case .rightProperty:
      let property = tokens[..<index].last { $0.kind == .property }?.text ?? []
      let words = String(decoding: property, as: UTF8.self)
      return words.hasPrefix("has") || words.hasPrefix("tau")
    default: return false
    }
  }

  private mutating func place(_ index: Int, _ kind: Token.Kind, after previous: Token.Kind?, _ binder: Token.Kind?) {
    let isOperand = expectsOperand
    // What stands before an operand, and behind most of what follows.
    expectsOperand = true
    defer {
      places[index].declaration = declaration
      if places[index].opening == .none { places[index].inside = inside() }
    }
    switch kind {
    case .identifier, .integer, .character, .string, .true, .false, .wildcard, .emptySequence, .path, .timed:
      expectsOperand = false
    case .property, .model: break

    // Brackets.
    case .leftParenthesis:
      if !isOperand { places[index].hasBlank = false }
      if previous == .timed { timedBracket = index }
      push(.bracket(isReplicated: false), index)
      isTight = true
    case .leftBrace where previous == .timed || previous == .rightParenthesis && isEndOfTimedHead(index):
      push(.block, index)
      startsDeclaration = true
    case .leftMap: push(.bracket(isReplicated: false), index)
    case .leftBrace, .leftEnumeration, .leftRenaming,
      .less where isOperand:
      if kind == .leftRenaming { places[index].hasBlank = false }
      push(.bracket(isReplicated: false), index)
      isTight = !isDetached(index + 1)
    case .leftSquare:
      if !isOperand { setBreak(index, operator: .parallel) }
      push(.bracket(isReplicated: isOperand && binder != .parallel), index)
      isTight = true
    case .leftSynchronised, .leftChoice, .leftInterrupt:
      if !isOperand {
        let other: Level = kind == .leftChoice ? .externalChoice : .interrupt
        setBreak(index, operator: kind == .leftSynchronised ? .parallel : other)
      }
      push(.bracket(isReplicated: isOperand), index)
    case .rightBrace where closingList(): closeList(index)
    case .rightParenthesis:
      close(index)
      places[index].hasBlank = false
      expectsOperand = false
    case .rightBrace, .rightEnumeration, .rightRenaming,
      .greater where closesSequence():
      close(index)
      places[index].hasBlank = places[index].closes.map { isSpaced($0, to: index) } ?? false
      expectsOperand = false
    case .rightMap:
      close(index)
      expectsOperand = false
    case .rightSquare:
      close(index)
      places[index].hasBlank = false
    case .rightSynchronised, .rightChoice, .rightInterrupt, .exception: close(index)

    // Words.
    case .if: push(.condition, index)
    case .then: goOn(index, from: .condition, to: .firstBranch)
    case .else: goOn(index, from: .firstBranch, to: .otherBranch)
    case .let:
      push(.letBlock, index)
      startsDeclaration = true
    case .within: closeList(index)
    case .module: push(.block, index)
    case .exports, .endmodule: closeList(index)

    // Separators.
    case .comma:
      endOpenEnded()
      places[index].hasBlank = false
      setBreakBehind(Rank.comma, fills: true)
    case .bar:
      endOpenEnded()
      setBreak(index, Rank.alternative, fills: true)
    case .range:
      endOpenEnded()
      places[index].hasBlank = false
      isTight = true
    case .drawnFrom, .tie, .yield, .yieldStar: endOpenEnded()
    case .define: setBreakBehind(Rank.definition)
    case .refinesT, .refinesF, .refinesFD, .refinesV, .refinesVD, .refinesR, .refinesRD:
      endOpenEnded()
      setBreak(index, Rank.definition)
    case .leftProperty:
      endOpenEnded()
      setBreak(index, Rank.alternative)
      isTight = true
    case .rightProperty: places[index].hasBlank = false
    case .colon:
      if fieldDepth == open.count {
        places[index].hasBlank = false
        isTight = true
        fieldDepth = nil
      }
    case .at: endBinder(index)
    case .ofType: setBreakBehind(Rank.definition)
    case .scope, .dot:
      places[index].hasBlank = false
      isTight = true
    case .question, .dollar, .exclamation:
      places[index].hasBlank = false
      isTight = true
      fieldDepth = kind == .exclamation ? nil : open.count

    // Operators.
    case .minus where isOperand, .hash: isTight = true
    case .backslash where isOperand, .externalChoice where isOperand, .internalChoice where isOperand,
      .interleave where isOperand, .semicolon where isOperand, .parallel where isOperand:
      push(.binder(kind), index)
    case .parallel: endOpenEnded()
    case .arrow, .ampersand:
      fieldDepth = nil
      setBreakBehind(Rank.operator + Int(Level.prefix.rawValue), fills: true)
    case .plus where isAttached(index), .minus where isAttached(index), .times where isAttached(index),
      .divide where isAttached(index), .remainder where isAttached(index), .concatenate where isAttached(index):
      places[index].hasBlank = false
      isTight = true
    case .minus: setBreakBehind(Rank.operator + Int(Level.sum.rawValue))
    case .less: setBreakBehind(Rank.operator + Int(Level.comparison.rawValue))
    default:
      guard let level = kind.binaryOperator?.level ?? kind.processOperator?.binding.left else { break }
      setBreak(index, operator: level)
    }
  }

  // MARK: Openings and ends

  private mutating func push(_ kind: Open.Kind, _ index: Int) {
    places[index].inside = inside()
    switch kind {
    case .bracket: places[index].opening = .bracket
    case .condition, .letBlock: places[index].opening = .word
    case .block: places[index].opening = .block
    case .firstBranch, .otherBranch, .letBody, .binder: break
    }
    open.append(Open(kind: kind, token: index))
  }

  /// The innermost open bracket or word of the declaration, which indents what is in it.
  private func inside() -> Int? {
    guard let last = open.last(where: { if case .binder = $0.kind { false } else { true } }), !last.isList,
      last.token >= declaration
    else { return nil }
    return last.token
  }

  private mutating func endOpenEnded() {
    while let last = open.last, last.isOpenEnded { open.removeLast() }
  }

  /// Ends everything down to the innermost bracket, and that.
  private mutating func close(_ index: Int) {
    while let last = open.popLast() {
      guard case .bracket(let isReplicated) = last.kind else { continue }
      places[index].closes = last.token
      if isReplicated { open.append(Open(kind: .binder(tokens[index].kind), token: last.token)) }
      return
    }
  }

  private mutating func goOn(_ index: Int, from old: Open.Kind, to new: Open.Kind) {
    while let last = open.last, last.kind != old { open.removeLast() }
    guard let last = open.popLast() else { return }
    open.append(Open(kind: new, token: last.token))
    places[index].closes = last.token
    places[last.token].goesOn = index
    if new == .otherBranch { setBreak(index, Rank.part) }
    setBreakBehind(Rank.afterPart)
  }

  private func closingList() -> Bool {
    let last = open.last { if case .bracket = $0.kind { true } else { $0.isList } }
    return last?.kind == .block
  }

  /// `within`, `exports`, `endmodule`, the end of a timed section.
  private mutating func closeList(_ index: Int) {
    while let last = open.last, !last.isList { open.removeLast() }
    guard let list = open.last else { return }
    places[index].list = nil
    places[index].closes = list.token
    if tokens[index].kind != .exports { open.removeLast() }
    if tokens[index].kind == .within {
      open.append(Open(kind: .letBody, token: list.token))
      places[list.token].goesOn = index
      setBreak(index, Rank.part)
      setBreakBehind(Rank.afterPart)
      declaration = places[list.token].declaration
    }
    if tokens[index].kind == .within || tokens[index].kind == .rightBrace {
      places[index].isForced = places[list.token + 1].isForced
    }
    if tokens[index].kind == .exports { places[index].declaration = index }
  }

  private mutating func endBinder(_ index: Int) {
    while let last = open.popLast() {
      guard case .binder(let kind) = last.kind else { continue }
      endedBinder = kind
      break
    }
    setBreakBehind(Rank.body)
  }

  /// Whether `>` closes the sequence that is open: the innermost bracket is `<`.
  private func closesSequence() -> Bool {
    for entry in open.reversed() {
      switch entry.kind {
      case .bracket: return tokens[entry.token].kind == .less
      case .letBlock, .block: return false
      default: continue
      }
    }
    return false
  }

  private func isEndOfTimedHead(_ index: Int) -> Bool {
    timedBracket != nil && places[index - 1].closes == timedBracket
  }

  // MARK: Breaks and blanks

  private mutating func setBreak(_ index: Int, operator level: Level) {
    setBreak(index, Rank.operator + Int(level.rawValue))
  }

  private mutating func setBreak(_ index: Int, _ rank: Int, fills: Bool = false) {
    places[index].breakable = Break(depth: open.count, rank: rank, fills: fills)
  }

  /// Lets the line break behind the token that is being placed.
  private mutating func setBreakBehind(_ rank: Int, fills: Bool = false) {
    breakBehind = Break(depth: open.count, rank: rank, fills: fills)
  }

  /// Whether a line break before a token leaves the tokens as they are.
  private func mayBreak(_ index: Int) -> Bool {
    guard index > 0, !isPrint, tokens[index].gap.comments.isEmpty else { return false }
    return tokens[index - 1].kind.soaksNewlines || tokens[index].kind.absorbsNewlines
  }

  /// Whether a token is written with blanks or a line break before it.
  private func isDetached(_ index: Int) -> Bool { index < tokens.count && tokens[index].gap.isWide }

  /// Whether a bracket is written with blanks inside, other than the one that `{ -1}` and `{| | x <- s|}` need.
  private func isSpaced(_ opener: Int, to closer: Int) -> Bool {
    isDetached(opener + 1) && (!runTogether(tokens[opener], tokens[opener + 1]) || isDetached(closer))
  }

  /// Whether a token is written with nothing on either side.
  private func isAttached(_ index: Int) -> Bool { !isDetached(index) && !isDetached(index + 1) }

  private func runTogether(_ a: FormattedToken, _ b: FormattedToken) -> Bool {
    guard let last = a.text.last, let first = b.text.first else { return false }
    return Printer.runTogether.contains([last, first])
  }
}
