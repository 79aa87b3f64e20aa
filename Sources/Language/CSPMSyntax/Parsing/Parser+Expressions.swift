/// Operators: an expression is operands and operators in turn, resolved by their levels with an explicit stack.
///
/// When an operator comes, every pending construct that binds tighter takes the operand it waited for; of two equal
/// ones the level's associativity decides. This is what an LR parser with token strengths does, so that also the odd
/// corners agree with FDR: `-x.y` is `(-x).y`, and `|| x : S @ [A] P ||| Q` is `(|| x : S @ [A] P) ||| Q`.
///
/// > Source: Aho, Sethi and Ullman, Compilers, section 4.6 (operator precedence) and 4.8 (ambiguous grammars).

/// A construct that waits for its right operand.
struct Pending {
  /// Indirect, so that it takes little room on the stack.
  indirect enum Construct {
    case unary(UnaryOperator)
    case binary(BinaryOperator, Expression)
    case process(ProcessOperator, Expression)
    case guarded(Expression)
    case prefix(Expression, [Field])
    case synchronised(SynchronisedOperator, Expression, Expression)
    case alphabetised(Expression, Expression, Expression)
    case linked(Expression, [Expression.Pair], [Statement])
    case both(Expression)
    case conditional(Expression, then: Expression)
    case letWithin([Declaration])
    case lambda([Pattern])
    case replicated(ReplicatedOperator, [Statement])
  }

  var construct: Construct
  /// How strongly it holds on to what comes.
  var level: Level
  /// The height of what it holds already.
  var height: Int
  /// Where the whole construct begins.
  var start: Span
  /// The operator itself, for messages.
  var operatorSpan: Span
}

extension Parser {
  enum Context {
    case free
    /// After `?`, `!` or `$`, where the next field or `->` ends the expression.
    case field
  }

  func expression(in context: Context = .free) throws(Failure) -> Expression {
    try descend()
    defer { depth -= 1 }
    let base = pending.count
    while true {
      var operand = try operand()
      while let applied = try postfix(on: operand) { operand = applied }
      guard let token = infixToken(in: context, above: base) else { return try reduceAll(onto: operand, downTo: base) }
      try infix(token, after: operand, base: base)
    }
  }

  /// An expression in which no `_` or `@@` is left that no pattern took.
  func checkedExpression(in context: Context = .free) throws(Failure) -> Expression {
    let mark = patternOnly.count
    let expression = try expression(in: context)
    try checkNoPattern(since: mark)
    return expression
  }

  /// An expression inside brackets in which `>` compares.
  func expressionInBrackets() throws(Failure) -> Expression {
    let outer = closesSequence
    closesSequence = false
    defer { closesSequence = outer }
    return try expression()
  }

  // MARK: Infix operators

  /// The current token, if it continues an expression here.
  private func infixToken(in context: Context, above base: Int) -> Token? {
    switch current.kind {
    case .greater where closesSequence: nil
    case .question, .exclamation, .dollar, .arrow:
      context == .field && !staysPending(before: leftLevel(current.kind)!, above: base) ? nil : current
    default: leftLevel(current.kind) == nil ? nil : current
    }
  }

  /// Whether some construct would not be complete when an operator of `level` comes.
  private func staysPending(before level: Level, above base: Int) -> Bool {
    pending[base...].last { $0.level < level || $0.level == level && level.associativity == .right } != nil
  }

  /// How strongly a token that continues an expression binds to its left.
  private func leftLevel(_ kind: Token.Kind) -> Level? {
    switch kind {
    case .arrow, .ampersand: .prefix
    case .question, .exclamation, .dollar: .field
    case .leftSynchronised, .leftSquare: .parallel
    case .leftChoice: .externalChoice
    case .leftInterrupt: .interrupt
    case .both: .both
    default: kind.binaryOperator?.level ?? kind.processOperator?.binding.left
    }
  }

  /// Consumes an operator and all between its operands, and leaves it pending.
  private func infix(_ token: Token, after operand: Expression, base: Int) throws(Failure) {
    guard let level = leftLevel(token.kind) else { return }
    let left = try reduce(operand, before: level, downTo: base)
    let leftHeight = height
    height = 0
    let (construct, right) = try construct(from: token, after: left, level)
    height = max(height, leftHeight)
    pend(construct, right, left.span, token)
  }

  /// What an operator begins, with the level at which it waits; `height` is raised to what it holds besides `left`.
  private func construct(
    from token: Token, after left: Expression, _ level: Level
  ) throws(Failure) -> (Pending.Construct, Level) {
    if token.kind == .question || token.kind == .exclamation || token.kind == .dollar {
      return (.prefix(left, try fields()), .prefix)
    }
    advance()
    switch token.kind {
    case .arrow: return (.prefix(left, []), level)
    case .ampersand: return (.guarded(left), level)
    case .leftSynchronised: return (try parallelOrException(after: left, opened: token), level)
    case .leftChoice:
      return (.synchronised(.externalChoice, left, try set(until: .rightChoice, opened: token)), level)
    case .leftInterrupt:
      return (.synchronised(.interrupt, left, try set(until: .rightInterrupt, opened: token)), level)
    case .leftSquare: return (try alphabetsOrLinks(after: left, opened: token), level)
    case .both:
      patternOnly.append(span(token))
      return (.both(left), level)
    // FDR's manual lets a line break follow every operator; its lexer forgot this one.
    case .greater: skipNewlines()
    default: break
    }
    if let op = token.kind.processOperator { return (.process(op, left), op.binding.right) }
    guard let op = token.kind.binaryOperator else { throw unexpected("an operator") }
    return (.binary(op, left), level)
  }

  /// Leaves a construct waiting for its right operand; `height` is that of what it holds.
  func pend(_ construct: Pending.Construct, _ level: Level, _ start: Span, _ token: Token) {
    pending.append(
      Pending(construct: construct, level: level, height: height, start: start, operatorSpan: span(token)))
  }

  // MARK: Reducing

  /// Gives the operand to every pending construct that binds more strongly than an operator of `level`.
  private func reduce(
    _ operand: Expression, before level: Level, downTo base: Int
  ) throws(Failure) -> Expression {
    var operand = operand
    while pending.count > base, let top = pending.last, top.level >= level {
      if top.level == level {
        switch level.associativity {
        case .left: break
        case .right: return operand
        case .none: throw doesNotChain(with: top)
        }
      }
      operand = try complete(pending.removeLast(), with: operand)
    }
    return operand
  }

  private func reduceAll(onto operand: Expression, downTo base: Int) throws(Failure) -> Expression {
    var operand = operand
    while pending.count > base { operand = try complete(pending.removeLast(), with: operand) }
    return operand
  }

  private func doesNotChain(with other: Pending) -> Failure {
    fail(
      "operators-do-not-chain",
      "`\(text(current))` after `\(source.text(other.operatorSpan))` needs brackets to say which comes first", at: here,
      notes: [Diagnostic.Note("the other operator", at: other.operatorSpan)])
  }

  private func complete(_ pending: Pending, with right: Expression) throws(Failure) -> Expression {
    height = max(height, pending.height)
    let kind: Expression.Kind =
      switch pending.construct {
      case .unary(let op): .unary(op, right)
      case .binary(let op, let left): .binary(op, left, right)
      case .process(let op, let left): .process(op, left, right)
      case .guarded(let condition): .guarded(condition, right)
      case .prefix(let channel, let fields): .prefix(channel, fields, right)
      case .synchronised(let op, let left, let set): .synchronised(op, left, set, right)
      case .alphabetised(let left, let a, let b): .alphabetised(left, a, b, right)
      case .linked(let left, let pairs, let statements): .linked(left, pairs, statements, right)
      case .both(let left): Self.bothPatterns(left, right)
      case .conditional(let condition, let then): .conditional(condition, then: then, else: right)
      case .letWithin(let declarations): .letWithin(declarations, right)
      case .lambda(let patterns): .lambda(patterns, right)
      case .replicated(let op, let statements): .replicated(op, statements, right)
      }
    let span = pending.start.through(right.span)
    try raise(at: pending.operatorSpan)
    return Expression(kind, at: span)
  }
}

extension Token.Kind {
  var binaryOperator: BinaryOperator? {
    switch self {
    case .plus: .add
    case .minus: .subtract
    case .times: .multiply
    case .divide: .divide
    case .remainder: .remainder
    case .equal: .equal
    case .notEqual: .notEqual
    case .less: .less
    case .lessOrEqual: .lessOrEqual
    case .greater: .greater
    case .greaterOrEqual: .greaterOrEqual
    case .and: .and
    case .or: .or
    case .concatenate: .concatenate
    case .dot: .dot
    default: nil
    }
  }

  var processOperator: ProcessOperator? {
    switch self {
    case .externalChoice: .externalChoice
    case .internalChoice: .internalChoice
    case .sliding: .sliding
    case .semicolon: .sequence
    case .interrupt: .interrupt
    case .interleave: .interleave
    case .backslash: .hide
    case .project: .project
    default: nil
    }
  }
}
