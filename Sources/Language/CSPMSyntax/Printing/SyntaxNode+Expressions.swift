/// Labels and children of expressions and patterns.
extension SyntaxNode {
  static func label(of expression: Expression) -> (String, String?) {
    switch expression.kind {
    case .integer(let value): ("integer", String(value))
    case .character(let scalar): ("character", Printer.quoted(String(scalar), by: "'"))
    case .string(let text): ("string", Printer.quoted(text, by: "\""))
    case .boolean(let value): ("boolean", String(value))
    case .name(let name): ("name", name.text)
    case .parenthesised: ("parentheses", nil)
    case .tuple: ("tuple", nil)
    case .sequence(let collection): ("sequence", word(collection))
    case .set(let collection): ("set", word(collection))
    case .enumeratedSet: ("enumerated-set", nil)
    case .map: ("map", nil)
    case .unary(let op, _): ("unary", op.rawValue)
    case .binary(let op, _, _): ("binary", op.rawValue)
    case .conditional: ("if", nil)
    case .letWithin: ("let", nil)
    case .lambda: ("lambda", nil)
    case .application: ("application", nil)
    case .prefix: ("prefix", nil)
    case .guarded: ("guard", nil)
    case .process(let op, _, _): ("process", op.rawValue)
    case .synchronised(let op, _, _, _): ("process", Printer.brackets(of: op).0 + " " + Printer.brackets(of: op).1)
    case .alphabetised: ("process", "[ || ]")
    case .linked: ("process", "[ <-> ]")
    case .renamed: ("renaming", nil)
    case .replicated(let op, _, _): ("replicated", word(op))
    }
  }

  private static func word(_ collection: Expression.Collection) -> String? {
    switch collection {
    case .elements: nil
    case .range: "range"
    case .comprehension: "comprehension"
    case .rangeComprehension: "range comprehension"
    }
  }

  private static func word(_ op: ReplicatedOperator) -> String {
    switch op {
    case .externalChoice: "[]"
    case .internalChoice: "|~|"
    case .interleave: "|||"
    case .sequence: ";"
    case .alphabetised: "||"
    case .parallel: "[| |]"
    case .synchronisingChoice: "[+ +]"
    case .linked: "[ <-> ]"
    }
  }

  static func children(of expression: Expression) -> [SyntaxNode] {
    func nodes(_ expressions: Expression...) -> [SyntaxNode] { expressions.map { SyntaxNode($0) } }
    switch expression.kind {
    case .integer, .character, .string, .boolean, .name: return []
    case .parenthesised(let inner): return nodes(inner)
    case .tuple(let elements): return elements.map { SyntaxNode($0) }
    case .sequence(let collection), .set(let collection): return children(of: collection)
    case .enumeratedSet(let elements, let statements):
      return elements.map { SyntaxNode($0) } + statements.map(node)
    case .map(let entries): return entries.map { SyntaxNode("entry", nil, nodes($0.key, $0.value)) }
    case .unary(_, let operand): return nodes(operand)
    case .binary(_, let left, let right), .guarded(let left, let right), .process(_, let left, let right):
      return nodes(left, right)
    case .conditional(let condition, let then, let otherwise): return nodes(condition, then, otherwise)
    case .letWithin(let declarations, let body): return declarations.map { SyntaxNode($0) } + nodes(body)
    case .lambda(let patterns, let body): return patterns.map { SyntaxNode($0) } + nodes(body)
    case .application(let function, let arguments):
      return nodes(function) + [SyntaxNode("arguments", nil, arguments.map { SyntaxNode($0) })]
    case .prefix(let channel, let fields, let process): return nodes(channel) + fields.map(node) + nodes(process)
    case .synchronised(_, let left, let set, let right): return nodes(left, set, right)
    case .alphabetised(let left, let a, let b, let right): return nodes(left, a, b, right)
    case .linked(let left, let links, let statements, let right):
      return nodes(left) + self.nodes(links, "link", statements) + nodes(right)
    case .renamed(let process, let pairs, let statements):
      return nodes(process) + self.nodes(pairs, "renaming-pair", statements)
    case .replicated(let op, let statements, let body):
      let own: [SyntaxNode] =
        switch op {
        case .externalChoice, .internalChoice, .interleave, .sequence: []
        case .alphabetised(let set), .parallel(let set), .synchronisingChoice(let set): nodes(set)
        case .linked(let links, let conditions): self.nodes(links, "link", conditions)
        }
      return own + statements.map(node) + nodes(body)
    }
  }

  private static func nodes(_ pairs: [Expression.Pair], _ kind: String, _ statements: [Statement]) -> [SyntaxNode] {
    pairs.map { SyntaxNode(kind, nil, [SyntaxNode($0.left), SyntaxNode($0.right)]) } + statements.map(node)
  }

  private static func children(of collection: Expression.Collection) -> [SyntaxNode] {
    switch collection {
    case .elements(let elements): elements.map { SyntaxNode($0) }
    case .range(let lower, let upper): [SyntaxNode(lower)] + (upper.map { [SyntaxNode($0)] } ?? [])
    case .comprehension(let elements, let statements):
      elements.map { SyntaxNode($0) } + statements.map(node)
    case .rangeComprehension(let lower, let upper, let statements):
      [SyntaxNode(lower)] + (upper.map { [SyntaxNode($0)] } ?? []) + statements.map(node)
    }
  }

  private static func node(_ statement: Statement) -> SyntaxNode {
    switch statement {
    case .generator(let pattern, let set): SyntaxNode("generator", nil, [SyntaxNode(pattern), SyntaxNode(set)])
    case .condition(let condition): SyntaxNode("condition", nil, [SyntaxNode(condition)])
    }
  }

  private static func node(_ field: Field) -> SyntaxNode {
    func restricted(_ pattern: Pattern, _ set: Expression?) -> [SyntaxNode] {
      [SyntaxNode(pattern)] + (set.map { [SyntaxNode($0)] } ?? [])
    }
    return switch field.kind {
    case .input(let pattern, let set): SyntaxNode("field", "?", at: field.span, restricted(pattern, set))
    case .output(let value): SyntaxNode("field", "!", at: field.span, [SyntaxNode(value)])
    case .nondeterministic(let pattern, let set): SyntaxNode("field", "$", at: field.span, restricted(pattern, set))
    }
  }

  // MARK: Patterns

  static func label(of pattern: Pattern) -> (String, String?) {
    switch pattern.kind {
    case .name(let name): ("pattern-name", name.text)
    case .wildcard: ("pattern-wildcard", nil)
    case .integer(let value): ("pattern-integer", String(value))
    case .character(let scalar): ("pattern-character", Printer.quoted(String(scalar), by: "'"))
    case .string(let text): ("pattern-string", Printer.quoted(text, by: "\""))
    case .boolean(let value): ("pattern-boolean", String(value))
    case .parenthesised: ("pattern-parentheses", nil)
    case .tuple: ("pattern-tuple", nil)
    case .sequence: ("pattern-sequence", nil)
    case .set: ("pattern-set", nil)
    case .concatenate: ("pattern", "^")
    case .dot: ("pattern", ".")
    case .both: ("pattern", "@@")
    }
  }

  static func children(of pattern: Pattern) -> [SyntaxNode] {
    switch pattern.kind {
    case .name, .wildcard, .integer, .character, .string, .boolean: []
    case .parenthesised(let inner): [SyntaxNode(inner)]
    case .tuple(let elements), .sequence(let elements), .set(let elements): elements.map { SyntaxNode($0) }
    case .concatenate(let left, let right), .dot(let left, let right), .both(let left, let right):
      [SyntaxNode(left), SyntaxNode(right)]
    }
  }
}
