import CSPMSyntax
import ProcessTerms

/// The top level of a script.
extension Resolver {
  func script(_ script: Script) {
    declareTags(script.declarations)
    let group = self.group(script.declarations)
    for (name, kind) in group.imports {
      if let builtIn = imported(name, kind) { globals[name.text] = .builtIn(builtIn) }
    }
    for entry in group.entries {
      evaluator.globalNames.append(entry.name)
      evaluator.global.cells.append(.integer(0))
      if !entry.name.isEmpty { declare(entry.name, .global(evaluator.globalNames.count - 1), at: entry.span) }
    }
    resolveTypes(script.declarations)
    for (i, entry) in group.entries.enumerated() {
      // A name of its own context per entry: the top level captures nothing.
      evaluator.global.cells[groupStart + i] = binding(entry, in: ContextScope(parent: nil)).cell(evaluator.global)
    }
  }

  /// Cells before the group: none, since types take theirs afterwards.
  private var groupStart: Int { 0 }

  private func declare(_ name: String, _ binding: Binding, at span: Span) {
    if let earlier = places[name] {
      _ = complain(
        "duplicate-definition", "`\(name)` is defined twice in one scope", at: span,
        notes: [.init("first defined here", at: earlier)])
      return
    }
    places[name] = span
    globals[name] = binding
  }

  /// Channels and constructors come first: patterns depend on them.
  private func declareTags(_ declarations: [Declaration]) {
    for declaration in declarations {
      switch declaration.kind {
      case .channel(let names, let type):
        let code = type.map { typeCode($0) }
        for name in names {
          if let tag = newTag(name, .channel, code) { evaluator.channels.append(tag) }
        }
      case .datatype(_, let constructors):
        for constructor in constructors {
          _ = newTag(constructor.name, .constructor, constructor.fields.map { typeCode($0) })
        }
      default: break
      }
    }
  }

  private func newTag(_ name: Identifier, _ kind: Tag.Kind, _ type: LazyType?) -> Tag? {
    let tag = Tag(id: evaluator.tags.count, name: name.text, kind: kind, hasFields: type != nil)
    let known = places[name.text] != nil
    declare(name.text, .tag(tag), at: name.span)
    if known { return nil }
    evaluator.tags.append(tag)
    tags[name.text] = tag
    if let type { pendingTypes.append((tag, type)) }
    return tag
  }

  /// A type expression whose names are looked up when all of them are declared.
  struct LazyType {
    let expression: Expression
  }

  private func typeCode(_ expression: Expression) -> LazyType { LazyType(expression: expression) }

  /// Types of channels and constructors, then datatypes, subtypes and nametypes as sets.
  private func resolveTypes(_ declarations: [Declaration]) {
    for declaration in declarations {
      switch declaration.kind {
      case .datatype(let name, _), .subtype(let name, _), .nametype(let name, _):
        evaluator.globalNames.append(name.text)
        evaluator.global.cells.append(.set(.empty))
        declare(name.text, .global(evaluator.globalNames.count - 1), at: name.span)
      default: break
      }
    }
    for (tag, type) in pendingTypes { tag.type = self.type(type.expression) }
    var datatypes = 0
    for declaration in declarations {
      guard let (name, value) = typeValue(declaration, &datatypes), case .global(let index)? = globals[name] else {
        continue
      }
      evaluator.global.cells[index] = value
    }
  }

  private func typeValue(_ declaration: Declaration, _ datatypes: inout Int) -> (String, Value)? {
    switch declaration.kind {
    case .datatype(let name, let constructors):
      datatypes += 1
      let cases = constructors.compactMap { c in tags[c.name.text].map { (tag: $0, type: $0.type) } }
      return (name.text, .set(SetValue(.datatype(Datatype(id: datatypes, name: name.text, isSubtype: false, cases: cases)))))
    case .subtype(let name, let constructors):
      datatypes += 1
      let cases = constructors.compactMap { c -> (tag: Tag, type: TypeCode?)? in
        guard let tag = tags[c.name.text], tag.kind == .constructor else {
          _ = complain(
            "unknown-name", "`\(c.name.text)` is not a constructor of a datatype", at: c.name.span)
          return nil
        }
        return (tag, c.fields.map { type($0) })
      }
      return (name.text, .set(SetValue(.datatype(Datatype(id: datatypes, name: name.text, isSubtype: true, cases: cases)))))
    case .nametype(let name, let body):
      let code = TypeSetCode(type(body), body.span)
      return (name.text, .thunk(Thunk(code, evaluator.global, slots: 0)))
    default: return nil
    }
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
