import CSPMSyntax

/// Expressions, form by form.
extension NameResolver {
  func expression(_ x: Expression, _ scope: Scope) -> Expression {
    isCutOff(at: x.span) ? x : Expression(kind(of: x, scope), at: x.span)
  }

  private func kind(of x: Expression, _ scope: Scope) -> Expression.Kind {
    func inner(_ part: Expression) -> Expression { expression(part, scope) }
    switch x.kind {
    case .integer, .character, .string, .boolean: return x.kind
    case .name(let name): return .name(use(name, at: x.span, scope))
    case .parenthesised(let part): return .parenthesised(inner(part))
    case .tuple(let parts): return .tuple(parts.map(inner))
    case .sequence(let form): return .sequence(collection(form, scope))
    case .set(let form): return .set(collection(form, scope))
    case .enumeratedSet(let parts, let list):
      let block = Scope(parent: scope)
      let statements = self.statements(list, block)
      return .enumeratedSet(parts.map { expression($0, block) }, statements)
    case .map(let entries): return .map(entries.map { .init(key: inner($0.key), value: inner($0.value)) })
    case .unary(let op, let part): return .unary(op, inner(part))
    case .binary(let op, let a, let b): return .binary(op, inner(a), inner(b))
    case .conditional(let condition, let yes, let no):
      return .conditional(inner(condition), then: inner(yes), else: inner(no))
    case .letWithin(let declarations, let body): return letWithin(declarations, body, scope)
    case .lambda(let parameters, let body):
      let block = Scope(parent: scope)
      var bound: [String: Span] = [:]
      let patterns = parameters.map { pattern($0, block, &bound) }
      return .lambda(patterns, expression(body, block))
    case .application(let function, let arguments): return .application(inner(function), arguments.map(inner))
    case .prefix(let channel, let fields, let body): return prefix(channel, fields, body, scope)
    case .guarded(let condition, let body): return .guarded(inner(condition), inner(body))
    case .process(let op, let a, let b): return .process(op, inner(a), inner(b))
    case .synchronised(let op, let a, let set, let b): return .synchronised(op, inner(a), inner(set), inner(b))
    case .alphabetised(let a, let left, let right, let b):
      return .alphabetised(inner(a), inner(left), inner(right), inner(b))
    case .linked(let a, let list, let conditions, let b):
      let (a, b) = (inner(a), inner(b))
      let (pairs, statements) = self.pairs(list, conditions, scope)
      return .linked(a, pairs, statements, b)
    case .renamed(let body, let list, let conditions):
      let body = inner(body)
      let (pairs, statements) = self.pairs(list, conditions, scope)
      return .renamed(body, pairs, statements)
    case .replicated(let op, let list, let body): return replicated(op, list, body, scope)
    }
  }

  private func collection(_ form: Expression.Collection, _ scope: Scope) -> Expression.Collection {
    switch form {
    case .elements(let parts): return .elements(parts.map { expression($0, scope) })
    case .range(let low, let high): return .range(expression(low, scope), high.map { expression($0, scope) })
    case .comprehension(let parts, let list):
      let block = Scope(parent: scope)
      let statements = self.statements(list, block)
      return .comprehension(parts.map { expression($0, block) }, statements)
    case .rangeComprehension(let low, let high, let list):
      let block = Scope(parent: scope)
      let statements = self.statements(list, block)
      return .rangeComprehension(expression(low, block), high.map { expression($0, block) }, statements)
    }
  }

  /// Binds the variables of the statements in `block`, each for what follows it.
  private func statements(_ list: [Statement], _ block: Scope) -> [Statement] {
    var bound: [String: Span] = [:]
    return list.map {
      switch $0 {
      case .condition(let x): return .condition(expression(x, block))
      case .generator(let pattern, let source):
        let source = expression(source, block)
        return .generator(self.pattern(pattern, block, &bound), source)
      }
    }
  }

  private func letWithin(_ declarations: [Declaration], _ body: Expression, _ scope: Scope) -> Expression.Kind {
    let inner = Scope(parent: scope, prefix: "")
    let block = Block(declarations, declaring: inner, isExported: false)
    declareLabels(block)
    declareNames(block)
    return .letWithin(resolved(block), expression(body, inner))
  }

  private func pairs(
    _ list: [Expression.Pair], _ conditions: [Statement], _ scope: Scope
  ) -> ([Expression.Pair], [Statement]) {
    let block = Scope(parent: scope)
    let statements = self.statements(conditions, block)
    return (list.map { .init(left: expression($0.left, block), right: expression($0.right, block)) }, statements)
  }

  private func replicated(
    _ op: ReplicatedOperator, _ list: [Statement], _ body: Expression, _ scope: Scope
  ) -> Expression.Kind {
    let block = Scope(parent: scope)
    // What does not depend on the variables is looked up outside of their block.
    let outer: ReplicatedOperator? =
      switch op {
      case .externalChoice, .internalChoice, .interleave, .sequence: op
      case .parallel(let set): .parallel(expression(set, scope))
      case .synchronisingChoice(let set): .synchronisingChoice(expression(set, scope))
      case .alphabetised, .linked: nil
      }
    let statements = self.statements(list, block)
    let inner: ReplicatedOperator
    switch op {
    case .alphabetised(let set): inner = .alphabetised(expression(set, block))
    case .linked(let list, let conditions):
      let (pairs, statements) = self.pairs(list, conditions, block)
      inner = .linked(pairs, statements)
    default: inner = outer ?? op
    }
    return .replicated(inner, statements, expression(body, block))
  }

  /// `$` fields bind first: `c$x?y` chooses x, then offers y.
  private func prefix(
    _ channel: Expression, _ fields: [Field], _ body: Expression, _ scope: Scope
  ) -> Expression.Kind {
    let channel = expression(channel, scope)
    let block = Scope(parent: scope)
    var bound: [String: Span] = [:]
    var sawMenuField = false
    let resolved = fields.map { field -> Field in
      let kind: Field.Kind
      switch field.kind {
      case .output(let x):
        sawMenuField = true
        kind = .output(expression(x, block))
      case .input(let pattern, let set):
        sawMenuField = true
        let set = set.map { expression($0, block) }
        kind = .input(self.pattern(pattern, block, &bound), set)
      case .nondeterministic(let pattern, let set):
        if sawMenuField {
          complain("misplaced-dollar", "a `$` field must stand before every `?` and `!` field", at: field.span)
        }
        let set = set.map { expression($0, block) }
        kind = .nondeterministic(self.pattern(pattern, block, &bound), set)
      }
      return Field(kind, at: field.span)
    }
    return .prefix(channel, resolved, expression(body, block))
  }
}
