import CSPMNames
import CSPMSyntax
import ProcessTerms

/// The top level of a script.
extension Resolver {
  func script() {
    let types = declareTags(names.declarations)
    let flat = flattened(names.declarations)
    let declarations = flat.map(\.0)
    let group = self.group(flat)
    for entry in group.entries { addGlobal(entry.symbol, entry.name) }
    declareTypes(declarations)
    for (tag, type) in types { tag.type = self.type(type) }
    defineTypes(declarations)
    for (i, entry) in group.entries.enumerated() {
      // A context of its own per entry: the top level captures nothing.
      evaluator.global.cells[i] = binding(entry, in: ContextScope(parent: nil)).cell(evaluator.global)
    }
  }

  private func addGlobal(_ symbol: SymbolID, _ name: String) {
    if symbol != .unresolved { globals[symbol] = .global(evaluator.globalNames.count) }
    evaluator.globalNames.append(name)
    evaluator.global.cells.append(.set(.empty))
  }

  /// Channels and constructors come first: patterns depend on them. Their types wait until all names are declared.
  private func declareTags(_ declarations: [Declaration]) -> [(Tag, Expression)] {
    var types: [(Tag, Expression)] = []
    func add(_ name: Identifier, _ kind: Tag.Kind, _ type: Expression?) {
      let tag = Tag(
        id: evaluator.tags.count, name: names.symbols[name.symbol].name, kind: kind, hasFields: type != nil)
      evaluator.tags.append(tag)
      tags[name.symbol] = tag
      if kind == .channel { evaluator.channels.append(tag) }
      if let type { types.append((tag, type)) }
    }
    func visit(_ declarations: [Declaration]) {
      for declaration in declarations {
        switch declaration.kind {
        case .channel(let names, let type): for name in names { add(name, .channel, type) }
        case .datatype(_, let constructors):
          for constructor in constructors { add(constructor.name, .constructor, constructor.fields) }
        case .module(let module):
          if module.parameters.isEmpty { visit(module.hidden + module.exported) }
        case .instance(let name, _, _):
          guard let instance = names.instances[name.symbol] else { continue }
          visit(instance.hidden + instance.exported)
        case .timed(let section): visit(section.declarations)
        default: break
        }
      }
    }
    visit(declarations)
    return types
  }

  private func declareTypes(_ declarations: [Declaration]) {
    for declaration in declarations {
      switch declaration.kind {
      case .datatype(let name, _), .subtype(let name, _), .nametype(let name, _):
        addGlobal(name.symbol, names.symbols[name.symbol].name)
      default: break
      }
    }
  }

  /// Datatypes, subtypes and nametypes as sets.
  private func defineTypes(_ declarations: [Declaration]) {
    var datatypes = 0
    for declaration in declarations {
      let defined: (name: Identifier, value: Value)
      switch declaration.kind {
      case .datatype(let name, let constructors):
        let cases = constructors.compactMap { c in tags[c.name.symbol].map { (tag: $0, type: $0.type) } }
        defined = (name, datatype(name, cases, isSubtype: false, &datatypes))
      case .subtype(let name, let constructors):
        let cases = constructors.compactMap { c in
          tags[c.name.symbol].map { (tag: $0, type: c.fields.map { type($0) }) }
        }
        defined = (name, datatype(name, cases, isSubtype: true, &datatypes))
      case .nametype(let name, let body):
        defined = (name, .thunk(Thunk(TypeSetCode(type(body), body.span), evaluator.global, slots: 0)))
      default: continue
      }
      if case .global(let index)? = globals[defined.name.symbol] { evaluator.global.cells[index] = defined.value }
    }
  }

  private func datatype(
    _ name: Identifier, _ cases: [(tag: Tag, type: TypeCode?)], isSubtype: Bool, _ count: inout Int
  ) -> Value {
    count += 1
    let name = names.symbols[name.symbol].name
    return .set(SetValue(.datatype(Datatype(id: count, name: name, isSubtype: isSubtype, cases: cases))))
  }

  /// Dots and tuples join sets; everything else is an expression whose value is a set.
  private func type(_ x: Expression) -> TypeCode {
    switch x.kind {
    case .parenthesised(let inner): type(inner)
    case .binary(.dot, let a, let b): .dotted([type(a), type(b)], x.span)
    case .tuple(let parts): .tuple(parts.map { type($0) }, x.span)
    default: .set(topLevel(x))
    }
  }
}
