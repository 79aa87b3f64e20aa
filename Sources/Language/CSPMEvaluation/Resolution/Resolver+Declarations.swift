import CSPMSyntax
import ProcessTerms

/// Declarations: first all names, so that order does not matter, then what they mean.
extension Resolver {
  /// What a group of declarations defines, in the order of its cells.
  struct Group {
    struct Entry {
      let name: String
      let span: Span
      let form: Form
    }
    enum Form {
      case function([(patterns: [[Pattern]], body: Expression)])
      case value(Expression)
      /// One name of a pattern: the cell of the whole value.
      case part(cell: Int, Pattern)
    }
    var entries: [Entry] = []
    var imports: [(name: Identifier, kind: BuiltIn.Import)] = []
    var annotated: [(name: Identifier, scheme: TypeScheme)] = []
  }

  /// Sorts functions, bindings and imports out; clauses of one function must follow each other.
  func group(_ declarations: [Declaration]) -> Group {
    var group = Group()
    var indices: [String: Int] = [:]
    var previous: String?
    func declare(_ name: String, _ span: Span, _ form: Group.Form) {
      if let earlier = indices[name] {
        _ = complain(
          "duplicate-definition", "`\(name)` is defined twice in one scope", at: span,
          notes: [.init("first defined here", at: group.entries[earlier].span)])
        return
      }
      indices[name] = group.entries.count
      group.entries.append(.init(name: name, span: span, form: form))
    }
    for declaration in declarations {
      var current: String?
      switch declaration.kind {
      case .clause(let name, let patterns, let body):
        current = name.text
        if previous == name.text, let at = indices[name.text],
          case .function(var clauses) = group.entries[at].form
        {
          if clauses[0].patterns.map(\.count) != patterns.map(\.count) {
            _ = complain(
              "clause-shape", "this clause of `\(name.text)` does not take the same arguments as the first one",
              at: name.span, notes: [.init("the first clause is here", at: group.entries[at].span)])
          } else {
            clauses.append((patterns, body))
            group.entries[at] = .init(name: name.text, span: group.entries[at].span, form: .function(clauses))
          }
        } else {
          declare(name.text, name.span, .function([(patterns, body)]))
        }
      case .binding(let pattern, let body):
        if let name = pattern.variable(tags) {
          declare(name, pattern.span, .value(body))
        } else {
          let whole = group.entries.count
          group.entries.append(.init(name: "", span: pattern.span, form: .value(body)))
          for variable in pattern.variables(tags) {
            declare(variable.name, variable.span, .part(cell: whole, pattern))
          }
        }
      case .transparent(let names): group.imports += names.map { ($0, .transparent) }
      case .external(let names): group.imports += names.map { ($0, .external) }
      case .annotation(let names, let scheme): group.annotated += names.map { ($0, scheme) }
      case .timed(_, _):
        _ = complain("unsupported", "timed sections cannot be used in this version", at: declaration.span)
      case .module, .instance:
        _ = complain("unsupported", "modules cannot be used in this version", at: declaration.span)
      case .assertion, .print, .include, .channel, .datatype, .subtype, .nametype: break
      }
      previous = current
    }
    for (name, _) in group.annotated where indices[name.text] == nil {
      _ = complain("unknown-name", "the type of `\(name.text)` is given, but it is not defined here", at: name.span)
    }
    return group
  }

  /// The code of an entry, resolved in `context`, whose cells the group's names are.
  func binding(_ entry: Group.Entry, in context: ContextScope) -> LetBinding {
    switch entry.form {
    case .function(let clauses):
      let function = FunctionCode(
        id: newSite(), name: entry.name, span: entry.span, arities: clauses[0].patterns.map(\.count))
      for clause in clauses { self.clause(clause.patterns.flatMap { $0 }, clause.body, of: function, in: context) }
      return .function(function)
    case .value(let body):
      let frame = FrameScope(context)
      let code = expression(body, frame)
      return .value(code, slots: frame.slotCount)
    case .part(let cell, let pattern):
      let frame = FrameScope(context)
      let code = self.pattern(pattern, frame)
      guard case .slot(let slot)? = frame.find(entry.name) else {
        return .value(InvalidCode(complain("unknown-name", "`\(entry.name)` is not bound", at: entry.span), entry.span), slots: 0)
      }
      return .part(cell: cell, code, slot: slot, slots: frame.slotCount, name: entry.name)
    }
  }

  /// The built-in function that an import brings.
  func imported(_ name: Identifier, _ kind: BuiltIn.Import) -> BuiltIn? {
    guard let builtIn = BuiltIn(rawValue: name.text), let requires = builtIn.requires else {
      _ = complain(
        BuiltIn(rawValue: name.text) == nil && Resolver.isLater(name.text) ? "unsupported" : "unknown-import",
        BuiltIn(rawValue: name.text) != nil
          ? "`\(name.text)` is always there and need not be imported"
          : Resolver.isLater(name.text)
            ? "`\(name.text)` cannot be used in this version" : "there is no \(kind.rawValue) function `\(name.text)`",
        at: name.span)
      return nil
    }
    // FDR takes `chase` and the priority operators in either section.
    if requires != kind, requires == .transparent {
      _ = complain("unknown-import", "`\(name.text)` is transparent, not external", at: name.span)
    }
    return builtIn
  }

  func letWithin(_ declarations: [Declaration], _ body: Expression, _ span: Span, _ f: FrameScope) -> Code {
    f.block {
      let group = self.group(declarations)
      for declaration in declarations {
        switch declaration.kind {
        case .assertion, .print, .include, .channel, .datatype, .subtype, .nametype:
          _ = complain("misplaced-declaration", "this declaration may only stand at the top level", at: declaration.span)
        default: break
        }
      }
      let context = ContextScope(parent: f)
      for (name, kind) in group.imports {
        if let builtIn = imported(name, kind) { f.bind(name.text, .builtIn(builtIn)) }
      }
      let code = LetCode(site: newSite(), captures: context.captures, slot: f.newSlot(), span)
      for (i, entry) in group.entries.enumerated() {
        context.cells[entry.name] = .cell(.context, i)
        f.bind(entry.name, .cell(.slot(code.slot), i))
      }
      code.bindings = group.entries.map { binding($0, in: context) }
      code.body = expression(body, f)
      return code
    }
  }
}
