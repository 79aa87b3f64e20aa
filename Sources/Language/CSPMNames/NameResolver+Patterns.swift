import CSPMSyntax

/// Patterns and types.
extension NameResolver {
  /// Binds the variables of a pattern in `scope`.
  ///
  /// - Parameter bound: the names that the patterns of one group have bound so far.
  func pattern(_ pattern: Pattern, _ scope: Scope, _ bound: inout [String: Span]) -> Pattern {
    pattern.mapped { name, span in
      var name = name
      if let label = self.label(name, scope) {
        name.symbol = label
        return name
      }
      guard name.parts.count == 1 else {
        self.notALabel(name, at: span, scope)
        return name
      }
      if let earlier = bound[name.text] {
        self.complain(
          "duplicate-variable", "`\(name.text)` is bound twice here", at: span,
          notes: [.init("first bound here", at: earlier)])
        return name
      }
      bound[name.text] = span
      name.symbol = self.symbols.add(Symbol(name: name.text, kind: .variable, span: span))
      scope.names[name.text] = .init(symbol: name.symbol, span: span, isExported: false)
      return name
    }
  }

  /// Says why a name with a module in front cannot stand in a pattern.
  func notALabel(_ name: QualifiedName, at span: Span, _ scope: Scope) {
    switch lookup(name.parts, scope) {
    case .found(let symbol):
      complain(
        "invalid-pattern", "`\(name.text)` is no channel or constructor, so that no pattern can match it", at: span,
        notes: symbols[symbol].span.map { [.init("declared here", at: $0)] } ?? [])
    case .unusable(let reason, let notes): complain("hidden-name", "`\(name.text)` \(reason)", at: span, notes: notes)
    case .unknown: unknown(name, at: span, scope)
    }
  }

  // MARK: Types

  func scheme(_ scheme: TypeScheme, _ scope: Scope) -> TypeScheme {
    let own = Set(variables(of: scheme.type, scope.parent ?? scope).map(\.text))
    let constraints = scheme.constraints.map { constraint -> TypeScheme.Constraint in
      var variable = constraint.variable
      guard let symbol = scope.findType(variable.text) else {
        complain(
          "unknown-type", "the constraint speaks of `\(variable.text)`, which the type does not mention",
          at: variable.span)
        return constraint
      }
      if symbols[symbol].kind != .typeVariable {
        complain(
          "misplaced-constraint", "`\(variable.text)` is a type; only type variables can be constrained",
          at: variable.span)
      } else if !own.contains(variable.text) {
        complain(
          "misplaced-constraint",
          "`\(variable.text)` belongs to an annotation further out, where its constraints must stand",
          at: variable.span, notes: symbols[symbol].span.map { [.init("bound here", at: $0)] } ?? [])
      }
      variable.symbol = symbol
      return .init(name: constraint.name, variable: variable)
    }
    return TypeScheme(constraints: constraints, type: type(scheme.type, scope))
  }

  private func type(_ type: TypeExpression, _ scope: Scope) -> TypeExpression {
    let kind: TypeExpression.Kind =
      switch type.kind {
      case .name(var name):
        {
          name.symbol = typeSymbol(name, at: type.span, scope)
          return .name(name)
        }()
      case .set(let inner): .set(self.type(inner, scope))
      case .sequence(let inner): .sequence(self.type(inner, scope))
      case .map(let key, let value): .map(self.type(key, scope), self.type(value, scope))
      case .tuple(let parts): .tuple(parts.map { self.type($0, scope) })
      case .function(let parameters, let result):
        .function(parameters.map { self.type($0, scope) }, self.type(result, scope))
      case .dot(let a, let b): .dot(self.type(a, scope), self.type(b, scope))
      case .dotable(let a, let b): .dotable(self.type(a, scope), self.type(b, scope))
      case .extendable(let a, let b): .extendable(extendableVariable(a, scope), self.type(b, scope))
      }
    return TypeExpression(kind, at: type.span)
  }

  /// What stands before `=>*` must be a variable.
  private func extendableVariable(_ variable: TypeExpression, _ scope: Scope) -> TypeExpression {
    let resolved = type(variable, scope)
    if case .name(let name) = resolved.kind, name.symbol != .unresolved, symbols[name.symbol].kind != .typeVariable {
      complain("invalid-extendable", "expected a type variable before `=>*`, found `\(name.text)`", at: variable.span)
    }
    return resolved
  }

  private func typeSymbol(_ name: QualifiedName, at span: Span, _ scope: Scope) -> SymbolID {
    if name.parts.count == 1, let symbol = scope.findType(name.text) { return symbol }
    switch lookup(name.parts, scope) {
    case .found(let symbol) where symbols[symbol].kind == .datatype: return symbol
    case .unusable(let reason, let notes): complain("hidden-name", "`\(name.text)` \(reason)", at: span, notes: notes)
    default:
      if !isReported(name.parts, scope) {
        complain("unknown-type", "there is no type `\(name.text)`", at: span)
      }
    }
    return .unresolved
  }

  /// The names in a type that are no types in `scope`: its variables, each once, in order.
  func variables(of type: TypeExpression, _ scope: Scope) -> [Identifier] {
    var found: [Identifier] = []
    func visit(_ type: TypeExpression) {
      switch type.kind {
      case .name(let name):
        guard name.parts.count == 1, scope.findType(name.text) == nil, !found.contains(where: { $0.text == name.text })
        else { return }
        found.append(Identifier(name.text, at: type.span))
      case .set(let inner), .sequence(let inner): visit(inner)
      case .map(let a, let b), .dot(let a, let b), .dotable(let a, let b), .extendable(let a, let b):
        visit(a)
        visit(b)
      case .tuple(let parts): parts.forEach(visit)
      case .function(let parameters, let result):
        parameters.forEach(visit)
        visit(result)
      }
    }
    visit(type)
    return found
  }
}

extension Pattern {
  /// The pattern with its names replaced, left to right.
  func mapped(_ name: (QualifiedName, Span) -> QualifiedName) -> Pattern {
    let kind: Kind =
      switch self.kind {
      case .name(let n): .name(name(n, span))
      case .parenthesised(let inner): .parenthesised(inner.mapped(name))
      case .tuple(let parts): .tuple(parts.map { $0.mapped(name) })
      case .sequence(let parts): .sequence(parts.map { $0.mapped(name) })
      case .set(let parts): .set(parts.map { $0.mapped(name) })
      case .concatenate(let a, let b): .concatenate(a.mapped(name), b.mapped(name))
      case .dot(let a, let b): .dot(a.mapped(name), b.mapped(name))
      case .both(let a, let b): .both(a.mapped(name), b.mapped(name))
      case .wildcard, .integer, .character, .string, .boolean: self.kind
      }
    return Pattern(kind, at: span)
  }
}
