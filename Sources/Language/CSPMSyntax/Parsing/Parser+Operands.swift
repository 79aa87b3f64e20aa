/// Operands: prefix operators, literals, names and everything in brackets.
extension Parser {
  /// The next operand. Prefix operators before it stay pending, so that a chain of them costs no stack.
  func operand() throws(Failure) -> Expression {
    while true {
      let token = current
      height = 0
      switch token.kind {
      case .minus: try unary(.negate)
      case .not: try unary(.not)
      case .hash: try unary(.length)
      case .if: try conditional()
      case .let: try letWithin()
      case .backslash: try lambda()
      case .externalChoice: try replicated(.externalChoice)
      case .internalChoice: try replicated(.internalChoice)
      case .interleave: try replicated(.interleave)
      case .semicolon: try replicated(.sequence)
      case .parallel: try replicatedAlphabetised()
      case .leftSynchronised, .leftChoice: try replicatedSynchronised()
      case .leftSquare: try replicatedLinked()
      case .leftParenthesis: return try parenthesised()
      case .less, .leftBrace: return try collection()
      case .leftEnumeration: return try enumeratedSet()
      case .leftMap: return try map()
      default: return try leaf()
      }
    }
  }

  private func unary(_ op: UnaryOperator) throws(Failure) {
    let token = current
    advance()
    pend(.unary(op), op.level, span(token), token)
  }

  private func conditional() throws(Failure) {
    let token = current
    advance()
    let condition = try expression()
    let conditionHeight = height
    try expect(.then, or: "an operator", in: "after the condition of `if`", opened: token)
    let then = try expression()
    height = max(height, conditionHeight)
    try expect(.else, or: "an operator", in: "after the first branch of `if`", opened: token)
    pend(.conditional(condition, then: then), .open, span(token), token)
  }

  private func letWithin() throws(Failure) {
    let token = current
    advance()
    let declarations = try letDeclarations(opened: token)
    pend(.letWithin(declarations), .open, span(token), token)
  }

  private func lambda() throws(Failure) {
    let token = current
    advance()
    let patterns = try patterns()
    try expect(.at, or: "`,`", in: "after the parameters of a lambda", opened: token)
    pend(.lambda(patterns), .open, span(token), token)
  }

  // MARK: Replicated operators

  /// Leaves `op statements @` pending.
  private func replicated(_ op: ReplicatedOperator) throws(Failure) {
    let token = current
    advance()
    let statements = try replicatedStatements(opened: token)
    pend(.replicated(op, statements), op.level, span(token), token)
  }

  private func replicatedStatements(opened: Token) throws(Failure) -> [Statement] {
    let statements = try statements()
    try expect(.at, or: "`,` or an operator", in: "before the body of a replicated operator", opened: opened)
    return statements
  }

  private func replicatedAlphabetised() throws(Failure) {
    let token = current
    advance()
    let statements = try replicatedStatements(opened: token)
    let statementsHeight = height
    let bracket = try expect(.leftSquare, in: "before the alphabet of a replicated `||`")
    let alphabet = try expression()
    height = max(height, statementsHeight)
    try expect(.rightSquare, or: "an operator", opened: bracket)
    pend(.replicated(.alphabetised(alphabet), statements), .parallel, span(token), token)
  }

  private func replicatedSynchronised() throws(Failure) {
    let token = current
    advance()
    let isParallel = token.kind == .leftSynchronised
    let set = isParallel ? try expressionInBrackets() : try expression()
    let setHeight = height
    try expect(isParallel ? .rightSynchronised : .rightChoice, or: "an operator", opened: token)
    let statements = try replicatedStatements(opened: token)
    height = max(height, setHeight)
    pend(.replicated(isParallel ? .parallel(set) : .synchronisingChoice(set), statements), .open, span(token), token)
  }

  private func replicatedLinked() throws(Failure) {
    let token = current
    advance()
    let (links, conditions) = try pairs(with: .tie, until: .rightSquare, opened: token)
    let linksHeight = height
    let statements = try replicatedStatements(opened: token)
    height = max(height, linksHeight)
    pend(.replicated(.linked(links, conditions), statements), .open, span(token), token)
  }

  // MARK: Literals and names

  private func leaf() throws(Failure) -> Expression {
    let token = current
    let start = here
    switch token.kind {
    case .identifier: return try node(.name(try qualifiedName()), from: start)
    case .integer:
      let value = try integer()
      return try node(.integer(value), from: start)
    case .string:
      advance()
      return try node(.string(literalText(token)), from: start)
    case .character:
      advance()
      return try node(.character(literalText(token).unicodeScalars.first ?? " "), from: start)
    case .true, .false:
      advance()
      return try node(.boolean(token.kind == .true), from: start)
    case .wildcard:
      advance()
      patternOnly.append(start)
      return try node(.name(Self.wildcard), from: start)
    case .emptySequence:
      advance()
      return try node(.sequence(.elements([])), from: start)
    default: throw unexpected(position == declarationStart ? "a declaration" : "an expression")
    }
  }

  func literalText(_ token: Token) -> String {
    decodeLiteral(source.bytes[Int(token.lower) + 1..<Int(token.upper) - 1])
  }

  /// The literal that stands here.
  func integer() throws(Failure) -> Int {
    let token = current
    var value = 0
    for byte in source.bytes[Int(token.lower)..<Int(token.upper)] {
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(Int(byte - UInt8(ascii: "0")))
      guard !overflow, !carry else {
        throw fail("integer-too-large", "this number is greater than \(Int.max), the greatest integer", at: here)
      }
      value = sum
    }
    advance()
    return value
  }

  func qualifiedName() throws(Failure) -> QualifiedName {
    var parts = [text(current)]
    advance()
    while accept(.scope) { parts.append(try identifier("a name after `::`").text) }
    return QualifiedName(parts)
  }

  // MARK: Brackets
  //
  // One function a bracket: they recurse, and in a debug build a frame holds the temporaries of all branches.

  private func parenthesised() throws(Failure) -> Expression {
    let outer = closesSequence
    closesSequence = false
    defer { closesSequence = outer }
    let token = current
    advance()
    var elements = [try expression()]
    var tallest = height
    while accept(.comma) {
      elements.append(try expression())
      tallest = max(tallest, height)
    }
    height = tallest
    try close(.rightParenthesis, of: token)
    return try node(elements.count == 1 ? .parenthesised(elements[0]) : .tuple(elements), from: span(token))
  }

  /// The five forms that sequences and sets share.
  private func collection() throws(Failure) -> Expression {
    let token = current
    let kind: Token.Kind = token.kind == .less ? .greater : .rightBrace
    let outer = closesSequence
    closesSequence = token.kind == .less
    defer { closesSequence = outer }
    advance()
    var elements = try expressions(until: kind)
    let isRange = elements.count == 1 && accept(.range)
    let upper = isRange ? try upperBound(before: kind) : nil
    let hasStatements = current.kind == .bar
    let statements = try optionalStatements()
    try close(kind, of: token)
    let collection: Expression.Collection
    if isRange {
      let lower = elements.removeFirst()
      collection = hasStatements ? .rangeComprehension(lower, upper, statements) : .range(lower, upper)
    } else {
      collection = hasStatements ? .comprehension(elements, statements) : .elements(elements)
    }
    return try node(token.kind == .less ? .sequence(collection) : .set(collection), from: span(token))
  }

  /// What stands behind `..`, if anything; `height` grows to its height.
  private func upperBound(before close: Token.Kind) throws(Failure) -> Expression? {
    guard current.kind != close, current.kind != .bar else { return nil }
    let tallest = height
    let upper = try expression()
    height = max(height, tallest)
    return upper
  }

  private func enumeratedSet() throws(Failure) -> Expression {
    let outer = closesSequence
    closesSequence = false
    defer { closesSequence = outer }
    let token = current
    advance()
    let elements = try expressions(until: .rightEnumeration)
    let statements = try optionalStatements()
    try close(.rightEnumeration, of: token)
    return try node(.enumeratedSet(elements, statements), from: span(token))
  }

  private func map() throws(Failure) -> Expression {
    let outer = closesSequence
    closesSequence = false
    defer { closesSequence = outer }
    let token = current
    advance()
    var entries: [Expression.MapEntry] = []
    var tallest = 0
    if current.kind != .rightMap {
      repeat {
        let key = try expression()
        tallest = max(tallest, height)
        try expect(.yield, or: "an operator", in: "between a key and its value")
        entries.append(Expression.MapEntry(key: key, value: try expression()))
        tallest = max(tallest, height)
      } while accept(.comma)
    }
    height = tallest
    try close(.rightMap, of: token)
    return try node(.map(entries), from: span(token))
  }

  private func close(_ kind: Token.Kind, of opened: Token) throws(Failure) {
    try expect(kind, or: "`,` or an operator", opened: opened)
  }

  /// Elements separated by commas, perhaps none; `height` is the greatest of theirs.
  func expressions(until close: Token.Kind) throws(Failure) -> [Expression] {
    height = 0
    guard current.kind != close, current.kind != .bar else { return [] }
    var elements: [Expression] = []
    var tallest = 0
    repeat {
      elements.append(try expression())
      tallest = max(tallest, height)
    } while accept(.comma)
    height = tallest
    return elements
  }
}
