import CSPMNames
import CSPMSyntax

/// Patterns: their variables get types before the pattern is looked at.
extension TypeChecker {
  func bindVariables(of patterns: [Pattern]) {
    for pattern in patterns {
      pattern.forEachName { name in
        guard name.symbol != .unresolved, !names.symbols[name.symbol].isLabel else { return }
        set(name.symbol, Scheme(unifier.fresh()))
      }
    }
  }

  func infer(_ patterns: [Pattern]) throws(Diagnostic) -> [Type] {
    var types: [Type] = []
    for pattern in patterns { types.append(try infer(pattern)) }
    return types
  }

  func infer(_ pattern: Pattern) throws(Diagnostic) -> Type {
    let type = try inferred(pattern)
    if recordsTypes { recorded.append((pattern.span, type)) }
    return type
  }

  private func inferred(_ pattern: Pattern) throws(Diagnostic) -> Type {
    switch pattern.kind {
    case .name(let name): return own(name.symbol)
    case .wildcard: return unifier.fresh()
    case .integer: return .integer
    case .character: return .character
    case .string: return .sequence(.character)
    case .boolean: return .boolean
    case .parenthesised(let inner): return try infer(inner)
    case .tuple(let parts): return .tuple(try infer(parts))
    case .sequence(let parts): return .sequence(try elements(parts))
    case .set(let parts):
      let element = try elements(parts)
      // Not only a set: matching against one element compares.
      try require(.eq, of: element, at: pattern.span)
      return .set(element)
    case .concatenate(let a, let b):
      let type = try check(a, is: .sequence(unifier.fresh()), .sequence)
      return try check(b, is: type, Reason("`^` joins sequences of one type; the first is here", at: a.span))
    case .dot(let a, let b): return .dot(try infer(a), try infer(b))
    case .both(let a, let b):
      let type = try infer(a)
      return try check(b, is: type, Reason("both sides of `@@` match one value; the first is here", at: a.span))
    }
  }

  private func elements(_ parts: [Pattern]) throws(Diagnostic) -> Type {
    guard let first = parts.first else { return unifier.fresh() }
    let type = try infer(first)
    for part in parts.dropFirst() {
      try check(part, is: type, Reason("all elements have one type; the first is here", at: first.span))
    }
    return type
  }

  @discardableResult
  private func check(_ pattern: Pattern, is expected: Type, _ reason: Reason) throws(Diagnostic) -> Type {
    try unify(expected, try infer(pattern), at: pattern.span, reason)
  }
}
