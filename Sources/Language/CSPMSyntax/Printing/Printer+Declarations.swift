/// Declarations, assertions, types and patterns taken apart.
extension Printer {
  /// Declarations, each on a line of its own; `firstIsFirst` if nothing stands before them that a line could continue.
  static func parts(of declarations: [Declaration], firstIsFirst: Bool, indentation: Int) -> [Item] {
    var items: [Item] = []
    var isFirst = firstIsFirst
    for declaration in declarations {
      items += [.line(indentation), .declaration(declaration, isFirst: isFirst, indentation: indentation)]
      // `print` and `include` own their lines.
      switch declaration.kind {
      case .print, .include: isFirst = true
      default: isFirst = false
      }
    }
    return items
  }

  /// `let` with its declarations up to and with `within`; on one line if there is one declaration, as `print` needs it.
  static func parts(ofLet declarations: [Declaration], indentation: Int) -> [Item] {
    let inner = parts(of: declarations, firstIsFirst: true, indentation: indentation + 1)
    if declarations.count == 1, !isTimed(declarations[0]) {
      return [.text("let ")] + inner.dropFirst() + [.text(" within ")]
    }
    return [.text("let")] + inner + [.line(indentation), .text("within ")]
  }

  private static func isTimed(_ declaration: Declaration) -> Bool {
    if case .timed = declaration.kind { true } else { false }
  }

  static func parts(of declaration: Declaration, isFirst: Bool, indentation: Int) -> [Item] {
    func expression(_ e: Expression) -> Item { .expression(e, sequence: false, indentation: indentation) }
    func names(_ identifiers: [Identifier]) -> String { identifiers.map(\.text).joined(separator: ", ") }
    func patterns(_ patterns: [Pattern]) -> [Item] {
      [.text("(")] + joined(patterns.map { .pattern($0) }) + [.text(")")]
    }
    func constructors(_ keyword: String, _ name: Identifier, _ constructors: [Declaration.Constructor]) -> [Item] {
      var items: [Item] = [.text("\(keyword) \(name.text)"), .text(" = ")]
      for (index, constructor) in constructors.enumerated() {
        if index > 0 { items.append(.text(" | ")) }
        items.append(.text(constructor.name.text))
        if let fields = constructor.fields { items += [.text("."), expression(fields)] }
      }
      return items
    }

    switch declaration.kind {
    case .binding(let pattern, let value):
      let item: [Item] =
        !isFirst && continuesLineAbove(pattern) ? [.text("("), .pattern(pattern), .text(")")] : [.pattern(pattern)]
      return item + [.text(" = "), expression(value)]
    case .clause(let name, let groups, let value):
      return [.text(name.text)] + groups.flatMap(patterns) + [.text(" = "), expression(value)]
    case .annotation(let identifiers, let scheme): return [.text(names(identifiers)), .text(" :: ")] + parts(of: scheme)
    case .datatype(let name, let clauses): return constructors("datatype", name, clauses)
    case .subtype(let name, let clauses): return constructors("subtype", name, clauses)
    case .nametype(let name, let type): return [.text("nametype \(name.text)"), .text(" = "), expression(type)]
    case .channel(let identifiers, let type):
      return [.text("channel \(names(identifiers))")] + (type.map { [.text(" : "), expression($0)] } ?? [])
    case .transparent(let identifiers): return [.text("transparent \(names(identifiers))")]
    case .external(let identifiers): return [.text("external \(names(identifiers))")]
    case .assertion(let assertion): return [.text("assert ")] + parts(of: assertion, indentation: indentation)
    case .print(let value): return [.text("print "), expression(value)]
    case .include(let path): return [.text("include \"\(path)\"")]
    case .module(let module):
      return [.text("module \(module.name.text)")] + (module.parameters.isEmpty ? [] : patterns(module.parameters))
        + parts(of: module.hidden, firstIsFirst: false, indentation: indentation + 1)
        + [.line(indentation), .text("exports")]
        + parts(of: module.exported, firstIsFirst: false, indentation: indentation + 1)
        + [.line(indentation), .text("endmodule")]
    case .instance(let name, let module, let arguments):
      return [.text("instance \(name.text)"), .text(" = \(module.text)")]
        + (arguments.isEmpty ? [] : [.text("(")] + joined(arguments.map(expression)) + [.text(")")])
    case .timed(let section):
      return [.text("Timed")] + (section.duration.map { [.text("("), expression($0), .text(")")] } ?? []) + [.text(" {")]
        + parts(of: section.declarations, firstIsFirst: true, indentation: indentation + 1)
        + [.line(indentation), .text("}")]
    }
  }

  static func parts(of assertion: Assertion, indentation: Int) -> [Item] {
    func expression(_ e: Expression) -> Item { .expression(e, sequence: false, indentation: indentation) }
    // Behind `assert` the word `not` negates the assertion.
    func first(_ e: Expression) -> [Item] {
      !assertion.isNegated && beginsWithNot(e) ? [.text("("), expression(e), .text(")")] : [expression(e)]
    }
    var items: [Item] = assertion.isNegated ? [.text("not ")] : []
    switch assertion.kind {
    case .refinement(let specification, let model, let implementation):
      items += first(specification) + [.text(" [\(model.rawValue)= "), expression(implementation)]
    case .property(let process, let property, let model):
      let words: String
      var trace: Expression?
      switch property {
      case .deadlockFree: words = "deadlock free"
      case .divergenceFree: words = "divergence free"
      case .deterministic: words = "deterministic"
      case .hasTrace(let events): (words, trace) = ("has trace", events)
      }
      items += first(process) + [.text(" :[\(words)\(model.map { " [\($0.rawValue)]" } ?? "")]")]
      if let trace { items += [.text(": "), expression(trace)] }
    }
    for option in assertion.options {
      switch option {
      case .tauPriority(let set): items += [.text(" :[tau priority over]: "), expression(set)]
      case .partialOrderReduce(let mode):
        items.append(.text(" :[partial order reduce\(mode.map { " [\($0)]" } ?? "")]"))
      }
    }
    return items
  }

  private static func beginsWithNot(_ e: Expression) -> Bool {
    if case .unary(.not, _) = leftmost(of: e).kind { true } else { false }
  }

  // MARK: Types

  static func parts(of scheme: TypeScheme) -> [Item] {
    let constraints = scheme.constraints.map { "\($0.name.text) \($0.variable.text)" }
    let items: [Item] =
      switch constraints.count {
      case 0: []
      case 1: [.text(constraints[0]), .text(" => ")]
      default: [.text("(\(constraints.joined(separator: ", "))) => ")]
      }
    return items + parts(of: scheme.type)
  }

  /// Types are at most `SyntaxLimits.nesting` high, so that recursion is in order.
  static func parts(of type: TypeExpression) -> [Item] {
    func operand(_ t: TypeExpression, above level: Level) -> [Item] {
      self.level(of: t) > level ? parts(of: t) : [.text("(")] + parts(of: t) + [.text(")")]
    }
    func list(_ types: [TypeExpression]) -> [Item] { Array(types.map(parts(of:)).joined(separator: [.text(", ")])) }
    return switch type.kind {
    case .name(let name): [.text(name.text)]
    case .set(let element): [.text("{")] + parts(of: element) + [.text("}")]
    case .sequence(let element): [.text("<")] + parts(of: element) + [.text(">")]
    case .map(let key, let value):
      [.text("(| ")] + operand(key, above: .yield) + [.text(" => ")] + parts(of: value) + [.text(" |)")]
    case .tuple(let elements): [.text("(")] + list(elements) + [.text(")")]
    case .function(let arguments, let result): [.text("(")] + list(arguments) + [.text(") -> ")] + parts(of: result)
    case .dot(let l, let r): operand(l, above: .dot) + [.text(".")] + operand(r, above: .yield)
    case .dotable(let l, let r): operand(l, above: .yield) + [.text(" => ")] + operand(r, above: .prefix)
    case .extendable(let l, let r): operand(l, above: .dot) + [.text(" =>* ")] + operand(r, above: .prefix)
    }
  }

  private static func level(of type: TypeExpression) -> Level {
    switch type.kind {
    case .function: .prefix
    case .dotable, .extendable: .yield
    case .dot: .dot
    case .name, .set, .sequence, .map, .tuple: .postfix
    }
  }

  // MARK: Patterns

  static func parts(of pattern: Pattern) -> [Item] {
    func list(_ elements: [Pattern]) -> [Item] { joined(elements.map { .pattern($0) }) }
    func bracketed(_ p: Pattern, if needed: Bool) -> [Item] {
      needed ? [.text("("), .pattern(p), .text(")")] : [.pattern(p)]
    }
    func infix(_ l: Pattern, _ op: String, _ r: Pattern, _ level: Level) -> [Item] {
      let edges = (left: edge(of: l, right: true), right: edge(of: r, right: false))
      return bracketed(l, if: edges.left < level || edges.left == level && level.associativity != .left)
        + [.text(op)]
        + bracketed(r, if: edges.right < level || edges.right == level && level.associativity != .right)
    }
    return switch pattern.kind {
    case .name(let name): [.text(name.text)]
    case .wildcard: [.text("_")]
    case .integer(let value): [.text(text(of: value))]
    case .character(let scalar): [.text(quoted(String(scalar), by: "'"))]
    case .string(let string): [.text(quoted(string, by: "\""))]
    case .boolean(let value): [.text(value ? "true" : "false")]
    case .parenthesised(let inner): [.text("("), .pattern(inner), .text(")")]
    case .tuple(let elements): [.text("(")] + list(elements) + [.text(")")]
    case .sequence([]): [.text("<>")]
    case .sequence(let elements): [.text("<")] + list(elements) + [.text(">")]
    case .set(let elements): [.text("{")] + list(elements) + [.text("}")]
    case .concatenate(let l, let r): infix(l, " ^ ", r, .concatenation)
    case .dot(let l, let r): infix(l, ".", r, .dot)
    case .both(let l, let r): infix(l, " @@ ", r, .both)
    }
  }

  /// The weakest level on the right or left edge of a pattern.
  private static func edge(of pattern: Pattern, right: Bool) -> Level {
    switch pattern.kind {
    case .both(let l, let r): min(.both, edge(of: right ? r : l, right: right))
    case .dot(let l, let r): min(.dot, edge(of: right ? r : l, right: right))
    case .concatenate(let l, let r): min(.concatenation, edge(of: right ? r : l, right: right))
    case .integer(let value) where value < 0 && right: .sum
    default: .postfix
    }
  }

  /// Whether a pattern begins with a token before which line breaks mean nothing.
  private static func continuesLineAbove(_ pattern: Pattern) -> Bool {
    switch pattern.kind {
    case .wildcard, .character, .string, .boolean: true
    case .integer(let value): value >= 0
    case .concatenate(let l, _), .dot(let l, _), .both(let l, _): continuesLineAbove(l)
    case .name, .parenthesised, .tuple, .sequence, .set: false
    }
  }
}
