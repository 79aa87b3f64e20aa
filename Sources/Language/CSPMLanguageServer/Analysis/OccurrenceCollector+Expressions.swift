import CSPMNames
import CSPMSyntax

/// The names of expressions.
extension OccurrenceCollector {
  private mutating func visit(_ parts: [Expression]) {
    for part in parts { visit(part) }
  }

  mutating func visit(_ x: Expression) {
    switch x.kind {
    case .integer, .character, .string, .boolean: break
    case .name(let name): use(name, at: x.span)
    case .parenthesised(let inner), .unary(_, let inner): visit(inner)
    case .tuple(let parts): visit(parts)
    case .sequence(let form), .set(let form): visit(form)
    case .enumeratedSet(let parts, let statements):
      visit(parts)
      visit(statements)
    case .map(let entries):
      for entry in entries { visit([entry.key, entry.value]) }
    case .binary(_, let a, let b), .guarded(let a, let b), .process(_, let a, let b): visit([a, b])
    case .conditional(let condition, let yes, let no): visit([condition, yes, no])
    case .letWithin(let declarations, let body):
      visit(declarations)
      visit(body)
    case .lambda(let parameters, let body):
      for pattern in parameters { visit(pattern) }
      visit(body)
    case .application(let function, let arguments):
      visit(function)
      visit(arguments)
    case .prefix(let channel, let fields, let body):
      visit(channel)
      for field in fields { visit(field) }
      visit(body)
    case .synchronised(_, let a, let set, let b): visit([a, set, b])
    case .alphabetised(let a, let left, let right, let b): visit([a, left, right, b])
    case .linked(let a, let pairs, let statements, let b):
      visit([a, b])
      visit(pairs, statements)
    case .renamed(let body, let pairs, let statements):
      visit(body)
      visit(pairs, statements)
    case .replicated(let op, let statements, let body):
      visit(op)
      visit(statements)
      visit(body)
    }
  }

  private mutating func visit(_ form: Expression.Collection) {
    switch form {
    case .elements(let parts): visit(parts)
    case .range(let low, let high):
      visit(low)
      high.map { visit($0) }
    case .comprehension(let parts, let statements):
      visit(parts)
      visit(statements)
    case .rangeComprehension(let low, let high, let statements):
      visit(low)
      high.map { visit($0) }
      visit(statements)
    }
  }

  private mutating func visit(_ statements: [Statement]) {
    for statement in statements {
      switch statement {
      case .condition(let x): visit(x)
      case .generator(let pattern, let source):
        visit(pattern)
        visit(source)
      }
    }
  }

  private mutating func visit(_ pairs: [Expression.Pair], _ statements: [Statement]) {
    for pair in pairs { visit([pair.left, pair.right]) }
    visit(statements)
  }

  private mutating func visit(_ field: Field) {
    switch field.kind {
    case .output(let x): visit(x)
    case .input(let pattern, let set), .nondeterministic(let pattern, let set):
      visit(pattern)
      set.map { visit($0) }
    }
  }

  private mutating func visit(_ op: ReplicatedOperator) {
    switch op {
    case .externalChoice, .internalChoice, .interleave, .sequence: break
    case .alphabetised(let set), .parallel(let set), .synchronisingChoice(let set): visit(set)
    case .linked(let pairs, let statements): visit(pairs, statements)
    }
  }
}
