import CSPMSyntax

/// Process operators.
extension TypeChecker {
  func process(_ x: Expression) throws(Diagnostic) -> Type {
    switch x.kind {
    case .prefix(let channel, let fields, let body): try prefix(channel, fields, body, at: x.span)
    case .guarded(let condition, let body):
      try check(condition, is: .boolean, .guarding)
      try check(body, is: .process, .process)
    case .process(.hide, let a, let set), .process(.project, let a, let set):
      try check(a, is: .process, .process)
      try check(set, is: .set(.event), .eventSet)
    case .process(_, let a, let b):
      try check(a, is: .process, .process)
      try check(b, is: .process, .process)
    case .synchronised(_, let a, let set, let b):
      try check(a, is: .process, .process)
      try check(b, is: .process, .process)
      try check(set, is: .set(.event), .eventSet)
    case .alphabetised(let a, let left, let right, let b):
      try check(a, is: .process, .process)
      try check(b, is: .process, .process)
      try check(left, is: .set(.event), .eventSet)
      try check(right, is: .set(.event), .eventSet)
    case .linked(let a, let pairs, let conditions, let b):
      try check(a, is: .process, .process)
      try check(b, is: .process, .process)
      try statements(conditions, ofSet: true)
      try self.pairs(pairs)
    case .renamed(let body, let pairs, let conditions):
      try check(body, is: .process, .process)
      try statements(conditions, ofSet: true)
      try self.pairs(pairs)
    case .replicated(let op, let statements, let body): try replicated(op, statements, body)
    default: break
    }
    return .process
  }

  /// `a <- b`, `a <-> b`: channels with the same fields missing.
  private func pairs(_ pairs: [Expression.Pair]) throws(Diagnostic) {
    var types: [Type] = []
    for pair in pairs {
      types.append(try check(pair.left, is: .extendable(.event, unifier.freshVariable()), .channel))
    }
    for (pair, type) in zip(pairs, types) {
      try check(
        pair.right, is: type, Reason("both sides carry the same fields; the first is here", at: pair.left.span))
    }
  }

  private func replicated(
    _ op: ReplicatedOperator, _ statements: [Statement], _ body: Expression
  ) throws(Diagnostic) {
    switch op {
    case .parallel(let set), .synchronisingChoice(let set): try check(set, is: .set(.event), .eventSet)
    default: break
    }
    switch op {
    case .sequence, .linked: try self.statements(statements, ofSet: false)
    default: try self.statements(statements, ofSet: true)
    }
    switch op {
    case .alphabetised(let set): try check(set, is: .set(.event), .eventSet)
    case .linked(let pairs, let conditions):
      try self.statements(conditions, ofSet: true)
      try self.pairs(pairs)
    default: break
    }
    try check(body, is: .process, .process)
  }

  private func prefix(
    _ channel: Expression, _ fields: [Field], _ body: Expression, at span: Span
  ) throws(Diagnostic) {
    guard !fields.isEmpty else {
      try check(channel, is: .event, .event)
      try check(body, is: .process, .prefixBody)
      return
    }
    for field in fields {
      switch field.kind {
      case .input(let pattern, _), .nondeterministic(let pattern, _): bindVariables(of: [pattern])
      case .output: break
      }
    }
    var parts = [try infer(channel)]
    for field in fields { parts.append(try self.field(field)) }
    unifier.place = channel.span.through(fields[fields.count - 1].span)
    let actual = Type.dot(parts[0], unifier.joined(Array(parts.dropFirst())))
    do throws(Mismatch) {
      try unifier.unify(.event, actual)
    } catch {
      throw diagnostic(
        error, at: channel.span.through(fields[fields.count - 1].span), expected: .event, actual: actual,
        because: Reason("the fields of a prefix make an event of its channel"), subject: channel)
    }
    try check(body, is: .process, .prefixBody)
  }

  private func field(_ field: Field) throws(Diagnostic) -> Type {
    switch field.kind {
    case .output(let x): return try infer(x)
    case .input(let pattern, nil), .nondeterministic(let pattern, nil):
      let type = try infer(pattern)
      try require(.complete, of: type, at: pattern.span)
      return type
    case .input(let pattern, .some(let set)), .nondeterministic(let pattern, .some(let set)):
      let setType = try infer(set)
      let type = try infer(pattern)
      try unify(
        .set(type), setType, at: set.span, Reason("this field draws from a set", at: pattern.span), subject: set)
      try require(.complete, of: type, at: pattern.span)
      return type
    }
  }
}
