import CSPMNames
import CSPMSyntax

/// Declarations, group by group.
extension TypeChecker {
  /// - Parameters:
  ///   - generalises: whether names can be used at several types, also those without an annotation.
  ///   - checksAmbiguity: whether channels and constructors must have one type, as all but those of a module with
  ///     parameters must.
  func check(_ declarations: [Declaration], generalises: Bool, checksAmbiguity: Bool) {
    for group in Dependencies(ItemList(declarations, names).items).groups {
      if unifier.hasEnded {
        giveUp(group)
      } else if let cycle = moduleCycle(in: group) {
        report(cycle)
        unifier.level += 1
        giveUp(group)
        unifier.level -= 1
      } else {
        check(group, generalises: generalises, checksAmbiguity: checksAmbiguity)
      }
    }
  }

  private func check(_ group: [Item], generalises: Bool, checksAmbiguity: Bool) {
    unifier.level += 1
    // Datatypes first: constructors have their types before functions take them apart.
    let group = group.filter(\.isDatatype) + group.filter { !$0.isDatatype }
    let datatypes = group.compactMap { item -> SymbolID? in
      if case .datatype(let name, _, _) = item.kind { name.symbol } else { nil }
    }
    var failed = false
    if datatypes.isEmpty || unifier.isTrial {
      unifier.comparable.formUnion(datatypes)
      failed = !attempt(group)
    } else {
      // Whether the values of a datatype can be compared depends on its fields, and these perhaps on it: they can,
      // unless that leads to a contradiction.
      unifier.comparable.formUnion(datatypes)
      let before = (diagnostics.count, reported, recorded.count)
      unifier.beginTrial()
      if attempt(group), diagnostics.count == before.0 {
        unifier.endTrial()
      } else if unifier.hasEnded {
        unifier.endTrial()
        failed = true
      } else {
        unifier.undo()
        diagnostics.removeSubrange(before.0...)
        reported = before.1
        recorded.removeSubrange(before.2...)
        unifier.comparable.subtract(datatypes)
        failed = !attempt(group)
      }
    }
    if failed {
      giveUp(group)
    } else if checksAmbiguity {
      for item in group { checkAmbiguity(of: item) }
    }
    unifier.level -= 1
    if !failed { generalise(group, all: generalises) }
  }

  /// - Returns: whether every item is in order; mistakes are reported.
  private func attempt(_ group: [Item]) -> Bool {
    for item in group {
      for symbol in item.declared { set(symbol, Scheme(unifier.fresh())) }
    }
    var succeeded = true
    for item in group {
      unifier.resetSteps()
      instancePlaces = item.instances.map(\.place)
      defer { instancePlaces = [] }
      do throws(Diagnostic) {
        try check(item)
      } catch {
        report(error)
        succeeded = false
      }
    }
    return succeeded
  }

  private func generalise(_ group: [Item], all: Bool) {
    for item in group {
      for symbol in item.declared {
        let type = own(symbol)
        do throws(Mismatch) {
          if all || item.isAnnotated {
            set(symbol, try unifier.generalised(type))
          } else {
            try unifier.keep(type)
          }
        } catch {
          report(diagnostic(error, at: item.span))
          set(symbol, anything())
          poisoned.insert(symbol)
        }
      }
    }
  }

  /// Lets the names of a group with mistakes fit everywhere.
  private func giveUp(_ group: [Item]) {
    for item in group {
      for symbol in item.declared {
        set(symbol, anything())
        poisoned.insert(symbol)
      }
    }
  }

  // MARK: Ambiguity

  private func checkAmbiguity(of item: Item) {
    // What an instance with a mistake passes is not known, and that was said.
    if item.instances.contains(where: { poisoned.contains($0.symbol) }) { return }
    instancePlaces = item.instances.map(\.place)
    defer { instancePlaces = [] }
    switch item.kind {
    case .channel(let identifiers, _, _): for name in identifiers { checkAmbiguity(name, "channel") }
    case .datatype(_, let constructors, _):
      for constructor in constructors { checkAmbiguity(constructor.name, "constructor") }
    default: break
    }
  }

  private func checkAmbiguity(_ name: Identifier, _ kind: String) {
    let type = own(name.symbol)
    guard let free = try? unifier.free(in: type), free.contains(where: { $0.level >= unifier.level }) else { return }
    var printer = TypePrinter(unifier, names.symbols)
    let open = unifier.reduce(type).arguments.enumerated().filter { !((try? unifier.free(in: $1)) ?? []).isEmpty }
      .map { Diagnostic.Note("field \($0.offset + 1) has the type `\(printer.plain($0.element))`; say which one") }
    report(
      Diagnostic(
        id: "ambiguous-type", "the \(kind) `\(name.text)` does not have one type: `\(printer.text(type))`",
        at: name.span, notes: open))
    set(name.symbol, anything())
    poisoned.insert(name.symbol)
  }

  // MARK: Modules

  /// A module that needs one of its own instances has no type.
  private func moduleCycle(in group: [Item]) -> Diagnostic? {
    guard group.count > 1 else { return nil }
    for item in group {
      guard case .instance(let name, let target, _) = item.kind, target.symbol != .unresolved else { continue }
      let isHeld = group.contains { other in
        if case .generic(let module) = other.kind { return module.name.symbol == target.symbol }
        return other.modules.contains(target.symbol)
      }
      guard isHeld, let place = names.symbols[target.symbol].span else { continue }
      return Diagnostic(
        id: "recursive-instance", "module `\(target.text)` uses `\(name.text)`, which is an instance of it", at: place,
        notes: [.init("the instance", at: name.span)])
    }
    return nil
  }

  func check(generic module: Declaration.Module) throws(Diagnostic) {
    bindVariables(of: module.parameters)
    var types: [Type] = []
    for parameter in module.parameters { types.append(try evaluateDots(try infer(parameter), at: parameter.span)) }
    check(module.hidden + module.exported, generalises: true, checksAmbiguity: false)
    var evaluated: [Type] = []
    for (type, parameter) in zip(types, module.parameters) {
      evaluated.append(try evaluateDots(type, at: parameter.span))
    }
    // Generalised with the module's own name, whose type is that of what it takes.
    try unify(own(module.name.symbol), .tuple(evaluated), at: module.name.span)
  }

  func check(
    instance name: Identifier, of target: QualifiedName, _ arguments: [Expression], at span: Span
  ) throws(Diagnostic) {
    guard let copy = names.instances[name.symbol] else { return }
    let count = copy.parameters.count
    guard arguments.count == count else {
      throw Diagnostic(
        id: "wrong-argument-count",
        "module `\(target.text)` takes \(count == 1 ? "1 argument" : "\(count) arguments"), found \(arguments.count)",
        at: span, notes: names.symbols[target.symbol].span.map { [.init("the module", at: $0)] } ?? [])
    }
    var wanted = [Type]()
    if count > 0, let scheme = scheme(of: target.symbol) {
      do throws(Mismatch) {
        let type = unifier.replacing(copiedDatatypes(of: target, by: name), in: try unifier.instance(scheme))
        if case .tuple(let parts) = unifier.prune(type), parts.count == count { wanted = parts }
      } catch {
        throw diagnostic(error, at: span)
      }
    }
    bindVariables(of: copy.parameters)
    for (index, argument) in arguments.enumerated() {
      let expected = index < wanted.count ? wanted[index] : unifier.fresh()
      try check(
        argument, is: expected,
        Reason("parameter \(index + 1) of module `\(target.text)`", at: copy.parameters[index].span))
      try unify(expected, try infer(copy.parameters[index]), at: copy.parameters[index].span)
    }
  }

  /// The datatypes of a module, with those of its copy.
  private func copiedDatatypes(of target: QualifiedName, by instance: Identifier) -> [SymbolID: SymbolID] {
    guard let copy = names.instances[instance.symbol], let original = names.modules[target.symbol] else { return [:] }
    var pairs: [SymbolID: SymbolID] = [:]
    func pair(_ a: [Declaration], _ b: [Declaration]) {
      for (x, y) in zip(a, b) {
        switch (x.kind, y.kind) {
        case (.datatype(let m, _), .datatype(let n, _)): pairs[m.symbol] = n.symbol
        case (.module(let m), .module(let n)):
          pair(m.hidden, n.hidden)
          pair(m.exported, n.exported)
        case (.instance(let m, _, _), .instance(let n, _, _)):
          guard let m = names.instances[m.symbol], let n = names.instances[n.symbol] else { continue }
          pair(m.hidden, n.hidden)
          pair(m.exported, n.exported)
        case (.timed(let m), .timed(let n)): pair(m.declarations, n.declarations)
        default: break
        }
      }
    }
    pair(original.hidden, copy.hidden)
    pair(original.exported, copy.exported)
    return pairs
  }
}
