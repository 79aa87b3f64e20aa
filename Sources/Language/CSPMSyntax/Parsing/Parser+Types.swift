/// Type annotations: what follows `name ::`.
///
/// Levels as in expressions: `a.b` before `a => b` before `(a) -> b`, all to the right.
extension Parser {
  func typeScheme() throws(Failure) -> TypeScheme {
    guard let constraints = try constraints() else { return TypeScheme(constraints: [], type: try type()) }
    return TypeScheme(constraints: constraints, type: try type())
  }

  /// `Eq a =>` or `(Eq a, Set b) =>`, if it stands here.
  private func constraints() throws(Failure) -> [TypeScheme.Constraint]? {
    let bracket = current
    if current.kind == .identifier, next.kind == .identifier {
      let constraint = try constraint()
      try expect(.yield, in: "after a constraint")
      return [constraint]
    }
    guard current.kind == .leftParenthesis, next.kind == .identifier, position + 2 < tokens.count,
      tokens[position + 2].kind == .identifier
    else { return nil }
    advance()
    var constraints = [try constraint()]
    while accept(.comma) { constraints.append(try constraint()) }
    try expect(.rightParenthesis, or: "`,`", opened: bracket)
    try expect(.yield, in: "after the constraints")
    return constraints
  }

  private func constraint() throws(Failure) -> TypeScheme.Constraint {
    let name = try identifier("a constraint")
    let known = ["Eq", "Ord", "Set", "Complete", "Yieldable"]
    if !known.contains(name.text) {
      report(
        "unknown-constraint", "`\(name.text)` is no constraint on types", at: name.span,
        notes: [Diagnostic.Note("the constraints are `Eq`, `Ord`, `Set`, `Complete` and `Yieldable`")])
    }
    return TypeScheme.Constraint(name: name, variable: try identifier("a type variable"))
  }

  /// A type whose operators all bind at least as strongly as `level`; `=>` at the top belongs to a map around it if
  /// `level` is above `.yield`.
  func type(_ level: Level = .prefix) throws(Failure) -> TypeExpression {
    try descend()
    defer { depth -= 1 }
    let start = here
    if current.kind == .leftParenthesis { return try parenthesisedType(level) }
    var left = try simpleType()
    if current.kind == .yieldStar, case .name = left.kind {
      advance()
      left = TypeExpression(.extendable(left, try type(.yield)), at: start.through(previousSpan))
    }
    return try continued(left, level, from: start)
  }

  /// The operators after a type.
  private func continued(
    _ left: TypeExpression, _ level: Level, from start: Span
  ) throws(Failure) -> TypeExpression {
    var left = left
    if current.kind == .dot {
      advance()
      left = TypeExpression(.dot(left, try type(.dot)), at: start.through(previousSpan))
    }
    if current.kind == .yield, level <= .yield {
      advance()
      left = TypeExpression(.dotable(left, try type(.yield)), at: start.through(previousSpan))
    }
    if current.kind == .arrow, level <= .prefix {
      throw fail(
        "invalid-function-type", "expected the arguments of a function in brackets, as in `(Int) -> Bool`",
        at: left.span)
    }
    return left
  }

  /// `(a)`, `(a, b)`, or the arguments of a function.
  private func parenthesisedType(_ level: Level) throws(Failure) -> TypeExpression {
    let start = here
    let bracket = current
    advance()
    var elements: [TypeExpression] = []
    if current.kind != .rightParenthesis {
      repeat { elements.append(try type()) } while accept(.comma)
    }
    try expect(.rightParenthesis, or: "`,`", opened: bracket)
    if elements.isEmpty || current.kind == .arrow && level <= .prefix {
      try expect(.arrow, in: "after the arguments of a function")
      let result = try type()
      return TypeExpression(.function(elements, result), at: start.through(previousSpan))
    }
    let kind = elements.count == 1 ? elements[0].kind : .tuple(elements)
    return try continued(TypeExpression(kind, at: start.through(previousSpan)), level, from: start)
  }

  private func simpleType() throws(Failure) -> TypeExpression {
    let start = here
    let opened = current
    let kind: TypeExpression.Kind
    switch opened.kind {
    case .identifier: kind = .name(try qualifiedName())
    case .leftBrace:
      advance()
      kind = .set(try type())
      try expect(.rightBrace, opened: opened)
    case .less:
      advance()
      kind = .sequence(try type())
      try expect(.greater, opened: opened)
    case .leftMap:
      advance()
      let key = try type(.dot)
      try expect(.yield, in: "between the types of keys and values")
      kind = .map(key, try type())
      try expect(.rightMap, opened: opened)
    default: throw unexpected("a type")
    }
    return TypeExpression(kind, at: start.through(previousSpan))
  }
}
