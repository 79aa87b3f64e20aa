import CSPMSyntax

/// The first two passes: which names there are.
extension NameResolver {
  // MARK: Channels, constructors, modules

  func declareLabels(_ block: Block) {
    for (index, declaration) in block.declarations.enumerated() {
      switch declaration.kind {
      case .channel(let names, _): declareLabels(names, .channel, index, in: block)
      case .datatype(_, let constructors): declareLabels(constructors.map(\.name), .constructor, index, in: block)
      case .module(let module):
        block.modules[index] = declareModule(module.name, module, of: nil, lookingIn: block.bodies, in: block)
      case .instance(let name, let target, _):
        block.modules[index] = declareInstance(name, target, declaration.span, in: block)
      case .timed(let section):
        let inner = Block(
          section.declarations, declaring: block.scope, bodies: timedScope(in: block.bodies),
          isExported: block.isExported)
        block.sections[index] = inner
        declareLabels(inner)
      default: break
      }
      if case .module = declaration.kind, block.modules[index] == nil { block.rejected.insert(index) }
      if case .instance = declaration.kind, block.modules[index] == nil { block.rejected.insert(index) }
    }
  }

  private func declareLabels(_ names: [Identifier], _ kind: Symbol.Kind, _ index: Int, in block: Block) {
    for (place, name) in names.enumerated() where declare(name, kind, in: block) == nil {
      block.rejectedLabels[index, default: []].insert(place)
    }
  }

  /// - Parameter target: the module that is copied; nil for a module itself.
  private func declareModule(
    _ name: Identifier, _ module: Declaration.Module, of target: ModuleScope?, lookingIn outer: Scope, in block: Block
  ) -> ModuleScope? {
    guard let symbol = declare(name, target == nil ? .module : .instance, in: block) else { return nil }
    let scope = Scope(parent: outer, prefix: block.scope.prefix + name.text + "::")
    let members = ModuleScope(
      symbol: symbol, module, scope: scope, isExported: block.isExported, isInstance: target != nil)
    block.scope.modules[name.text] = members
    declareLabels(members.hidden)
    declareLabels(members.exported)
    members.state = .declared
    return members
  }

  private func declareInstance(
    _ name: Identifier, _ target: QualifiedName, _ span: Span, in block: Block
  ) -> ModuleScope? {
    guard let module = module(target, block.bodies) else {
      // Its members are unknown, and that is one mistake, not one for each of their uses. What to say about it is known
      // when all names are.
      declare(name, .instance, in: block)
      return nil
    }
    guard module.state == .declared else {
      complain(
        "recursive-instance", "module `\(target.text)` has an instance of itself inside", at: span,
        notes: [.init("the module", at: symbols[module.symbol].span)])
      declare(name, .instance, in: block)
      return nil
    }
    let size = module.declaration.size
    let bytes = module.declaration.byteCount
    guard copied + size <= NameLimits.copiedDeclarations, copiedBytes + bytes <= NameLimits.copiedBytes else {
      if !hasTooManyInstances {
        complain(
          "too-many-instances",
          "the instances of this script have more than \(NameLimits.copiedDeclarations) declarations or "
            + "\(NameLimits.copiedBytes >> 20) MiB of text", at: span)
      }
      hasTooManyInstances = true
      declare(name, .instance, in: block)
      return nil
    }
    copied += size
    copiedBytes += bytes
    return declareModule(
      name, module.declaration, of: module, lookingIn: module.scope.parent ?? global, in: block)
  }

  // MARK: All other names

  func declareNames(_ block: Block) {
    var clauses: (name: String, shape: [Int], span: Span, isLeftOut: Bool)?
    for (index, declaration) in block.declarations.enumerated() where !block.rejected.contains(index) {
      var current: (name: String, shape: [Int], span: Span, isLeftOut: Bool)?
      switch declaration.kind {
      case .datatype(let name, let constructors):
        if let symbol = declare(name, .datatype, in: block) {
          block.scope.types[name.text] = symbol
        } else {
          block.rejected.insert(index)
          for constructor in constructors.map(\.name) {
            guard let declared = block.scope.names[constructor.text], declared.span == constructor.span else { continue }
            leftOut[declared.symbol] = name.span
          }
        }
      case .subtype(let name, _): reject(index, of: block, unless: declare(name, .subtype, in: block))
      case .nametype(let name, _): reject(index, of: block, unless: declare(name, .nametype, in: block))
      case .clause(let name, let parameters, _):
        let shape = parameters.map(\.count)
        if let first = clauses, first.name == name.text {
          current = first
          if first.shape != shape {
            complain(
              "clause-shape", "this clause of `\(name.text)` does not take the same arguments as the first one",
              at: name.span, notes: [.init("the first clause is here", at: first.span)])
          }
        } else {
          current = (name.text, shape, name.span, declare(name, .function, in: block) == nil)
        }
        if let first = current, first.isLeftOut || first.shape != shape { block.rejected.insert(index) }
      case .binding(let pattern, _):
        // A pattern would match the channel or constructor; by itself, in the same scope, that is a second definition.
        if case .name(let name) = pattern.kind, name.parts.count == 1, let label = block.scope.names[name.text],
          symbols[label.symbol].isLabel, !isNew(Identifier(name.text, at: pattern.span), in: block)
        {
          block.rejected.insert(index)
          break
        }
        var (known, repeated): ([SymbolID], Span?) = ([], nil)
        for name in variables(of: pattern, block.bodies) {
          if let symbol = declare(name, .value, in: block) {
            known.append(symbol)
          } else {
            block.rejected.insert(index)
            repeated = repeated ?? name.span
          }
        }
        // The other names of the pattern get no value either.
        if let repeated { for symbol in known { leftOut[symbol] = repeated } }
      case .transparent(let names): importNames(names, .transparent, in: block)
      case .external(let names): importNames(names, .external, in: block)
      case .module, .instance:
        guard let members = block.modules[index] else { break }
        declareMembers(members)
      case .timed:
        guard let section = block.sections[index] else { break }
        declareNames(section)
      case .channel, .annotation, .assertion, .print, .include: break
      }
      clauses = current
    }
  }

  private func declareMembers(_ members: ModuleScope) {
    var bound: [String: Span] = [:]
    members.parameters = members.declaration.parameters.map { pattern($0, members.scope, &bound) }
    declareNames(members.hidden)
    declareNames(members.exported)
  }

  private func reject(_ index: Int, of block: Block, unless symbol: SymbolID?) {
    if symbol == nil { block.rejected.insert(index) }
  }

  private func importNames(_ names: [Identifier], _ word: BuiltIn.Import, in block: Block) {
    for name in names {
      guard let builtIn = BuiltIn(rawValue: name.text), let symbol = builtInSymbols[builtIn],
        case .imported(let words) = builtIn.availability
      else {
        let exists = BuiltIn(rawValue: name.text)?.availability
        complain(
          "unknown-import",
          exists == .always
            ? "`\(name.text)` is always there and need not be imported"
            : exists == .inTimedSections
              ? "`\(name.text)` is there in timed sections and cannot be imported"
              : "there is no \(word.rawValue) function `\(name.text)`",
          at: name.span, notes: importSuggestion(for: name.text, word))
        continue
      }
      guard words.contains(word) else {
        complain(
          "unknown-import", "`\(name.text)` is \(builtIn.importWord?.rawValue ?? ""), not \(word.rawValue)",
          at: name.span)
        continue
      }
      guard isNew(name, in: block) else { continue }
      block.scope.names[name.text] = .init(symbol: symbol, span: name.span, isExported: block.isExported)
    }
  }

  private func importSuggestion(for name: String, _ word: BuiltIn.Import) -> [Diagnostic.Note] {
    let known = BuiltIn.allCases.filter {
      if case .imported(let words) = $0.availability { words.contains(word) } else { false }
    }
    return closest(to: name, of: known.map(\.rawValue)).map { [.init("did you mean `\($0)`?")] } ?? []
  }

  /// Adds a name; nil, and a complaint, where its scope has it already.
  @discardableResult
  private func declare(_ name: Identifier, _ kind: Symbol.Kind, in block: Block) -> SymbolID? {
    guard isNew(name, in: block) else { return nil }
    let symbol = symbols.add(Symbol(name: block.scope.prefix + name.text, kind: kind, span: name.span))
    block.scope.names[name.text] = .init(symbol: symbol, span: name.span, isExported: block.isExported)
    return symbol
  }

  private func isNew(_ name: Identifier, in block: Block) -> Bool {
    guard let earlier = block.scope.names[name.text] else { return true }
    complain(
      "duplicate-definition", "`\(name.text)` is defined twice in one scope", at: name.span,
      notes: [.init("first defined here", at: earlier.span)])
    return false
  }

  /// The names that a pattern binds, left to right.
  private func variables(of pattern: Pattern, _ scope: Scope) -> [Identifier] {
    switch pattern.kind {
    case .name(let name):
      name.parts.count > 1 || label(name, scope) != nil ? [] : [Identifier(name.text, at: pattern.span)]
    case .parenthesised(let inner): variables(of: inner, scope)
    case .tuple(let parts), .sequence(let parts), .set(let parts): parts.flatMap { variables(of: $0, scope) }
    case .concatenate(let a, let b), .dot(let a, let b), .both(let a, let b):
      variables(of: a, scope) + variables(of: b, scope)
    case .wildcard, .integer, .character, .string, .boolean: []
    }
  }
}

extension Declaration.Module {
  /// How many declarations stand in the module, at any depth.
  var size: Int { hidden.reduce(1) { $0 + $1.size } + exported.reduce(0) { $0 + $1.size } }

  /// The text that they stand in.
  var byteCount: Int { (hidden + exported).reduce(0) { $0 + Int($1.span.upper - $1.span.lower) } }
}

extension Declaration {
  fileprivate var size: Int {
    switch kind {
    case .module(let module): module.size
    case .timed(let section): section.declarations.reduce(1) { $0 + $1.size }
    default: 1
    }
  }
}
