import CSPMSyntax

/// The third pass: what declarations say.
extension NameResolver {
  func resolved(_ block: Block) -> [Declaration] {
    var annotations: [String: TypeScheme] = [:]
    for declaration in block.declarations {
      if case .annotation(let names, let scheme) = declaration.kind {
        for name in names { annotations[name.text] = scheme }
      }
    }
    for index in block.rejected.sorted() {
      // Modules are looked up before other names are known; now there is more to say about those that were not found.
      guard case .instance(_, let target, _) = block.declarations[index].kind, block.modules[index] == nil else {
        continue
      }
      complainAboutModule(target, block.bodies, at: block.declarations[index].span)
    }
    var result: [Declaration] = []
    result.reserveCapacity(block.declarations.count)
    for (index, declaration) in block.declarations.enumerated() where !block.rejected.contains(index) {
      guard let kind = resolved(declaration, index, of: block, annotations) else { continue }
      result.append(Declaration(kind, at: declaration.span))
    }
    return result
  }

  /// A name of a block, with its symbol.
  private func declared(_ name: Identifier, in scope: Scope) -> Identifier {
    Identifier(name.text, at: name.span, symbol: scope.names[name.text]?.symbol ?? .unresolved)
  }

  private func resolved(
    _ declaration: Declaration, _ index: Int, of block: Block, _ annotations: [String: TypeScheme]
  ) -> Declaration.Kind? {
    let scope = block.bodies
    switch declaration.kind {
    case .binding(let pattern, let body):
      let pattern = bound(pattern, in: block)
      let name: String? = if case .name(let name) = pattern.kind { name.text } else { nil }
      return .binding(pattern, expression(body, annotated(name, annotations, scope)))
    case .clause(let name, let parameters, let body):
      let inner = Scope(parent: annotated(name.text, annotations, scope))
      var bound: [String: Span] = [:]
      let patterns = parameters.map { $0.map { self.pattern($0, inner, &bound) } }
      return .clause(declared(name, in: block.scope), patterns, expression(body, inner))
    case .annotation(let names, let scheme):
      // Its type variables are those that the annotated body sees.
      let variables = names.first.map { annotated($0.text, annotations, scope) } ?? scope
      return .annotation(names.map { annotatedName($0, in: block) }, self.scheme(scheme, variables))
    case .datatype(let name, let constructors):
      let left = block.rejectedLabels[index] ?? []
      return .datatype(
        declared(name, in: block.scope),
        constructors.enumerated().filter { !left.contains($0.offset) }.map { _, constructor in
          .init(
            name: declared(constructor.name, in: block.scope),
            fields: constructor.fields.map { expression($0, annotated(constructor.name.text, annotations, scope)) })
        })
    case .subtype(let name, let constructors):
      return .subtype(
        declared(name, in: block.scope),
        constructors.compactMap { constructor in
          guard let symbol = self.constructor(constructor.name, scope) else { return nil }
          return .init(
            name: Identifier(constructor.name.text, at: constructor.name.span, symbol: symbol),
            fields: constructor.fields.map { expression($0, scope) })
        })
    case .nametype(let name, let body):
      return .nametype(declared(name, in: block.scope), expression(body, annotated(name.text, annotations, scope)))
    case .channel(let names, let type):
      let left = block.rejectedLabels[index] ?? []
      let kept = names.enumerated().filter { !left.contains($0.offset) }.map { declared($0.element, in: block.scope) }
      guard !kept.isEmpty else { return nil }
      let annotation = names.first { annotations[$0.text] != nil }?.text
      return .channel(kept, type.map { expression($0, annotated(annotation, annotations, scope)) })
    case .transparent(let names): return .transparent(names.map { declared($0, in: block.scope) })
    case .external(let names): return .external(names.map { declared($0, in: block.scope) })
    case .assertion(let assertion): return .assertion(self.assertion(assertion, scope))
    case .print(let value): return .print(expression(value, scope))
    case .include: return declaration.kind
    case .module(let module):
      guard let members = block.modules[index] else { return nil }
      let bound = Declaration.Module(
        name: declared(module.name, in: block.scope), parameters: members.parameters,
        hidden: resolved(members.hidden), exported: resolved(members.exported))
      modules[members.symbol] = bound
      return .module(bound)
    case .instance(let name, var target, let arguments):
      guard let members = block.modules[index],
        let module = self.module(target, scope)
      else { return nil }
      target.symbol = module.symbol
      let copy = Instance(
        module: module.symbol, parameters: members.parameters, hidden: resolved(members.hidden),
        exported: resolved(members.exported))
      instances[members.symbol] = copy
      modules[members.symbol] = .init(
        name: declared(name, in: block.scope), parameters: [], hidden: copy.hidden, exported: copy.exported)
      return .instance(declared(name, in: block.scope), target, arguments.map { expression($0, scope) })
    case .timed(let section):
      guard let inner = block.sections[index] else { return nil }
      var tock = section.tock
      if case .found(let symbol) = lookup(tock.parts, scope), symbols[symbol].kind == .channel {
        tock.symbol = symbol
      } else {
        complain(
          "no-tock", "a timed section needs the event by which time passes: add `channel tock`", at: declaration.span)
      }
      var bound = Declaration.TimedSection(
        duration: section.duration.map { expression($0, scope) }, declarations: resolved(inner), tock: tock)
      if let duration = section.duration {
        bound.durationName.symbol = symbols.add(Symbol(name: "duration", kind: .value, span: duration.span))
      }
      return .timed(bound)
    }
  }

  /// The scope of a body whose name may have a type annotation: it sees the annotation's type variables.
  private func annotated(_ name: String?, _ annotations: [String: TypeScheme], _ scope: Scope) -> Scope {
    guard let name, let scheme = annotations[name] else { return scope }
    let key = scheme.type.span
    let inner = Scope(parent: scope)
    for variable in variables(of: scheme.type, scope) {
      let place = TypeVariablePlace(scope: ObjectIdentifier(scope), annotation: key, name: variable.text)
      let symbol: SymbolID
      if let known = typeVariables[place] {
        symbol = known
      } else {
        symbol = symbols.add(Symbol(name: variable.text, kind: .typeVariable, span: variable.span))
        typeVariables[place] = symbol
      }
      inner.types[variable.text] = symbol
    }
    return inner
  }

  private func annotatedName(_ name: Identifier, in block: Block) -> Identifier { declared(name, in: block.scope) }

  /// The pattern of a definition, whose names the block has declared.
  private func bound(_ pattern: Pattern, in block: Block) -> Pattern {
    pattern.mapped { name, span in
      var name = name
      if let label = self.label(name, block.bodies) {
        name.symbol = label
      } else if name.parts.count == 1 {
        name.symbol = block.scope.names[name.text]?.symbol ?? .unresolved
      } else {
        self.notALabel(name, at: span, block.bodies)
      }
      return name
    }
  }

  /// The constructor that a subtype names.
  private func constructor(_ name: Identifier, _ scope: Scope) -> SymbolID? {
    if case .found(let symbol) = lookup([name.text], scope), symbols[symbol].kind == .constructor { return symbol }
    guard !unreadable.contains(name.text) else { return nil }
    complain("unknown-name", "`\(name.text)` is not a constructor of a datatype", at: name.span)
    return nil
  }

  // MARK: Assertions

  func assertion(_ assertion: Assertion, _ scope: Scope) -> Assertion {
    let kind: Assertion.Kind =
      switch assertion.kind {
      case .refinement(let specification, let model, let implementation):
        .refinement(expression(specification, scope), model, expression(implementation, scope))
      case .property(let process, .hasTrace(let trace), let model):
        .property(expression(process, scope), .hasTrace(expression(trace, scope)), model)
      case .property(let process, let property, let model): .property(expression(process, scope), property, model)
      }
    let options = assertion.options.map { option -> Assertion.Option in
      if case .tauPriority(let set) = option { .tauPriority(expression(set, scope)) } else { option }
    }
    return Assertion(kind, isNegated: assertion.isNegated, options: options)
  }
}

/// Which type variable it is that an annotation names: the same one for all that the annotation speaks of.
struct TypeVariablePlace: Hashable {
  let scope: ObjectIdentifier
  let annotation: Span
  let name: String
}
