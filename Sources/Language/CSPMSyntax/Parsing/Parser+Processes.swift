/// What stands between and behind the operands of process operators: fields, alphabets, links, renamings, statements.
extension Parser {
  /// `(…)` or `[[…]]` after an operand, if one stands here.
  func postfix(on operand: Expression) throws(Failure) -> Expression? {
    let token = current
    guard token.kind == .leftParenthesis || token.kind == .leftRenaming else { return nil }
    let operandHeight = height
    let outer = closesSequence
    closesSequence = false
    defer { closesSequence = outer }
    advance()
    let kind: Expression.Kind
    if token.kind == .leftParenthesis {
      let arguments = try expressions(until: .rightParenthesis)
      try expect(.rightParenthesis, or: "`,` or an operator", opened: token)
      kind = .application(operand, arguments)
    } else {
      let (pairs, statements) = try pairs(with: .drawnFrom, until: .rightRenaming, opened: token)
      kind = .renamed(operand, pairs, statements)
    }
    height = max(height, operandHeight)
    return try node(kind, from: operand.span)
  }

  /// `?p`, `!e`, `$p : S` … up to `->`, which is consumed; `height` is the greatest of theirs.
  func fields() throws(Failure) -> [Field] {
    var fields: [Field] = []
    var tallest = 0
    while true {
      let token = current
      switch token.kind {
      case .exclamation:
        advance()
        let value = try checkedExpression(in: .field)
        tallest = max(tallest, height)
        fields.append(Field(.output(value), at: span(token).through(previousSpan)))
      case .question, .dollar:
        advance()
        let pattern = try pattern(in: .field)
        tallest = max(tallest, height)
        let set = accept(.colon) ? try checkedExpression(in: .field) : nil
        tallest = max(tallest, height)
        let kind: Field.Kind = token.kind == .question ? .input(pattern, set) : .nondeterministic(pattern, set)
        fields.append(Field(kind, at: span(token).through(previousSpan)))
      default:
        try expect(.arrow, or: "a field or an operator", in: "after a communication")
        height = tallest
        return fields
      }
    }
  }

  /// After `P [|`: `A |]` or `A |>`.
  func parallelOrException(after left: Expression, opened: Token) throws(Failure) -> Pending.Construct {
    let set = try expressionInBrackets()
    if accept(.exception) { return .synchronised(.exception, left, set) }
    try expect(.rightSynchronised, or: "`|>` or an operator", opened: opened)
    return .synchronised(.parallel, left, set)
  }

  /// A set and the bracket behind it.
  func set(until close: Token.Kind, opened: Token) throws(Failure) -> Expression {
    let set = try expression()
    try expect(close, or: "an operator", opened: opened)
    return set
  }

  /// After `P [`: `A || B ]` or `a <-> b … ]`.
  func alphabetsOrLinks(after left: Expression, opened: Token) throws(Failure) -> Pending.Construct {
    let first = try expression()
    if accept(.parallel) {
      let tallest = height
      let second = try expression()
      height = max(height, tallest)
      try expect(.rightSquare, or: "an operator", opened: opened)
      return .alphabetised(left, first, second)
    }
    guard current.kind == .tie else { throw unexpected("`||`, `<->` or an operator", opened: opened) }
    let (links, statements) = try pairs(beginningWith: first, with: .tie, until: .rightSquare, opened: opened)
    return .linked(left, links, statements)
  }

  /// `a <- b, c <- d | statements` and the closing bracket; `height` is the greatest of all.
  ///
  /// `first` is the first left side, where it had to be parsed to see that pairs follow.
  func pairs(
    beginningWith first: Expression? = nil, with separator: Token.Kind, until close: Token.Kind, opened: Token
  ) throws(Failure) -> ([Expression.Pair], [Statement]) {
    var pairs: [Expression.Pair] = []
    var tallest = 0
    var parsed = first
    repeat {
      let left = if let parsed { parsed } else { try checkedExpression() }
      parsed = nil
      tallest = max(tallest, height)
      try expect(separator, or: "an operator", opened: opened)
      pairs.append(Expression.Pair(left: left, right: try checkedExpression()))
      tallest = max(tallest, height)
    } while accept(.comma)
    height = tallest
    let statements = try optionalStatements()
    try expect(close, or: statements.isEmpty ? "`,`, `|` or an operator" : "`,` or an operator", opened: opened)
    return (pairs, statements)
  }

  // MARK: Statements

  /// `| statements`, if they stand here; `height` grows to the greatest of theirs.
  func optionalStatements() throws(Failure) -> [Statement] {
    let tallest = height
    guard accept(.bar) else { return [] }
    let statements = try statements()
    height = max(height, tallest)
    return statements
  }

  /// One or more generators and conditions; `height` is the greatest of theirs.
  func statements() throws(Failure) -> [Statement] {
    var statements: [Statement] = []
    var tallest = 0
    repeat {
      let mark = patternOnly.count
      let first = try expression()
      tallest = max(tallest, height)
      if current.kind == .drawnFrom || current.kind == .colon {
        let pattern = try pattern(from: first, mark: mark)
        advance()
        statements.append(.generator(pattern, try checkedExpression()))
        tallest = max(tallest, height)
      } else {
        try checkNoPattern(since: mark)
        statements.append(.condition(first))
      }
    } while accept(.comma)
    height = tallest
    return statements
  }
}
