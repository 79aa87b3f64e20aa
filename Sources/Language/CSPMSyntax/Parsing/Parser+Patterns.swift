/// Patterns are parsed as expressions and then converted, for what `(x, y)` is shows only when `<-`, `=` or `@` comes.
///
/// Two forms exist in patterns alone: `_` and `p @@ q`. As expressions they are the name `_` and the application of
/// the name `@@`, which no script can spell, and `patternOnly` sees to it that none of them leaves the parser.
extension Parser {
  static let wildcard = QualifiedName(["_"]), both = QualifiedName(["@@"])

  static func bothPatterns(_ first: Expression, _ second: Expression) -> Expression.Kind {
    .application(Expression(.name(both), at: first.span), [first, second])
  }

  func pattern(in context: Context = .free) throws(Failure) -> Pattern {
    let mark = patternOnly.count
    return try pattern(from: try expression(in: context), mark: mark)
  }

  /// One or more patterns separated by commas; `height` is the greatest of theirs.
  func patterns() throws(Failure) -> [Pattern] {
    var patterns: [Pattern] = []
    var tallest = 0
    repeat {
      patterns.append(try pattern())
      tallest = max(tallest, height)
    } while accept(.comma)
    height = tallest
    return patterns
  }

  /// The pattern that was parsed as `expression`, which is the last tree returned and began at `mark` in `patternOnly`.
  func pattern(from expression: Expression, mark: Int) throws(Failure) -> Pattern {
    patternOnly.removeSubrange(mark...)
    // Converting recurses, on top of what recursion led here.
    guard depth + height <= SyntaxLimits.nesting else {
      throw fail(
        "nesting-too-deep", "patterns and what is around them nest more than \(SyntaxLimits.nesting) deep",
        at: expression.span)
    }
    return try convert(expression)
  }

  /// Fails if a `_` or `@@` that was parsed since `mark` became no part of a pattern.
  func checkNoPattern(since mark: Int) throws(Failure) {
    guard patternOnly.count > mark else { return }
    let span = patternOnly[mark]
    throw fail(
      "pattern-in-expression", "expected an expression, found `\(source.text(span))`, which stands in patterns only",
      at: span)
  }

  private func convert(_ expression: Expression) throws(Failure) -> Pattern {
    let kind: Pattern.Kind
    switch expression.kind {
    case .name(Self.wildcard): kind = .wildcard
    case .name(let name): kind = .name(name)
    case .integer(let value): kind = .integer(value)
    case .character(let value): kind = .character(value)
    case .string(let value): kind = .string(value)
    case .boolean(let value): kind = .boolean(value)
    case .unary(.negate, let operand):
      guard case .integer(let value) = try convert(operand).kind else {
        throw notAPattern(expression, "only a number can be negative")
      }
      kind = .integer(-value)
    case .parenthesised(let inner): kind = .parenthesised(try convert(inner))
    case .tuple(let elements): kind = .tuple(try convert(elements))
    case .sequence(.elements(let elements)): kind = .sequence(try convert(elements))
    case .set(.elements(let elements)):
      guard elements.count <= 1 else {
        throw notAPattern(expression, "sets have no order, so only `{}` and `{p}` can be matched")
      }
      kind = .set(try convert(elements))
    case .binary(.concatenate, let left, let right): kind = .concatenate(try convert(left), try convert(right))
    case .binary(.dot, let left, let right): kind = .dot(try convert(left), try convert(right))
    case .application(let function, let operands):
      guard case .name(Self.both) = function.kind else { throw notAPattern(expression, nil) }
      kind = .both(try convert(operands[0]), try convert(operands[1]))
    default: throw notAPattern(expression, nil)
    }
    return Pattern(kind, at: expression.span)
  }

  private func convert(_ elements: [Expression]) throws(Failure) -> [Pattern] {
    var patterns: [Pattern] = []
    for element in elements { patterns.append(try convert(element)) }
    return patterns
  }

  private func notAPattern(_ expression: Expression, _ reason: String?) -> Failure {
    fail(
      "invalid-pattern",
      "expected a pattern, found an expression that cannot be matched" + (reason.map { ": \($0)" } ?? ""),
      at: expression.span,
      notes: [
        Diagnostic.Note(
          "patterns are made of names, literals, `_`, tuples, `<p, q>`, `p ^ q`, `p.q`, `{p}` and `p @@ q`")
      ])
  }
}
