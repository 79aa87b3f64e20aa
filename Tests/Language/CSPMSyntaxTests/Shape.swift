import CSPMSyntax

// Trees written as nested lists without spans, so that a test can state a whole tree and compare two of them.

func shape(_ expression: Expression) -> String {
  func list(_ head: String, _ parts: [String]) -> String { "(" + ([head] + parts).joined(separator: " ") + ")" }
  func pairs(_ pairs: [Expression.Pair]) -> [String] { pairs.map { "\(shape($0.left)):\(shape($0.right))" } }
  func collection(_ head: String, _ collection: Expression.Collection) -> String {
    switch collection {
    case .elements(let elements): list(head, elements.map(shape))
    case .range(let lower, let upper): list(head + "..", [shape(lower)] + (upper.map { [shape($0)] } ?? []))
    case .comprehension(let elements, let statements):
      list(head, elements.map(shape) + ["|"] + statements.map(shape))
    case .rangeComprehension(let lower, let upper, let statements):
      list(head + "..", [shape(lower)] + (upper.map { [shape($0)] } ?? []) + ["|"] + statements.map(shape))
    }
  }
  switch expression.kind {
  case .integer(let value): return String(value)
  case .character(let scalar): return "'\(scalar)'"
  case .string(let text): return "\"\(text)\""
  case .boolean(let value): return "\(value)"
  case .name(let name): return name.text
  case .parenthesised(let inner): return "[\(shape(inner))]"
  case .tuple(let elements): return list("tuple", elements.map(shape))
  case .sequence(let elements): return collection("seq", elements)
  case .set(let elements): return collection("set", elements)
  case .enumeratedSet(let elements, let statements):
    return list("enum", elements.map(shape) + (statements.isEmpty ? [] : ["|"]) + statements.map(shape))
  case .map(let entries): return list("map", entries.map { "\(shape($0.key)):\(shape($0.value))" })
  case .unary(let op, let operand): return list(op == .negate ? "neg" : op.rawValue, [shape(operand)])
  case .binary(let op, let left, let right): return list(op.rawValue, [shape(left), shape(right)])
  case .conditional(let condition, let then, let otherwise):
    return list("if", [shape(condition), shape(then), shape(otherwise)])
  case .letWithin(let declarations, let body): return list("let", declarations.map(shape) + [shape(body)])
  case .lambda(let patterns, let body): return list("lambda", patterns.map(shape) + ["@", shape(body)])
  case .application(let function, let arguments): return list("call", [shape(function)] + arguments.map(shape))
  case .prefix(let channel, let fields, let process):
    return list("->", [shape(channel)] + fields.map(shape) + [shape(process)])
  case .guarded(let condition, let process): return list("&", [shape(condition), shape(process)])
  case .process(let op, let left, let right): return list(op.rawValue, [shape(left), shape(right)])
  case .synchronised(let op, let left, let set, let right):
    return list(op.rawValue, [shape(left), shape(set), shape(right)])
  case .alphabetised(let left, let a, let b, let right):
    return list("||", [shape(left), shape(a), shape(b), shape(right)])
  case .linked(let left, let links, let statements, let right):
    return list("<->", [shape(left)] + pairs(links) + ["|"] + statements.map(shape) + [shape(right)])
  case .renamed(let process, let renamings, let statements):
    return list("[[", [shape(process)] + pairs(renamings) + ["|"] + statements.map(shape))
  case .replicated(let op, let statements, let body):
    let head: [String] =
      switch op {
      case .externalChoice: ["[]"]
      case .internalChoice: ["|~|"]
      case .interleave: ["|||"]
      case .sequence: [";"]
      case .alphabetised(let set): ["||", shape(set)]
      case .parallel(let set): ["[|", shape(set)]
      case .synchronisingChoice(let set): ["[+", shape(set)]
      case .linked(let links, let conditions): ["<->"] + pairs(links) + ["|"] + conditions.map(shape)
      }
    return list("all", head + statements.map(shape) + ["@", shape(body)])
  }
}

func shape(_ field: Field) -> String {
  switch field.kind {
  case .output(let value): "!" + shape(value)
  case .input(let pattern, let set): "?" + shape(pattern) + (set.map { ":" + shape($0) } ?? "")
  case .nondeterministic(let pattern, let set): "$" + shape(pattern) + (set.map { ":" + shape($0) } ?? "")
  }
}

func shape(_ statement: Statement) -> String {
  switch statement {
  case .generator(let pattern, let set): "(<- \(shape(pattern)) \(shape(set)))"
  case .condition(let condition): shape(condition)
  }
}

func shape(_ pattern: Pattern) -> String {
  func list(_ head: String, _ parts: [Pattern]) -> String {
    "(" + ([head] + parts.map(shape)).joined(separator: " ") + ")"
  }
  return switch pattern.kind {
  case .name(let name): name.text
  case .wildcard: "_"
  case .integer(let value): String(value)
  case .character(let scalar): "'\(scalar)'"
  case .string(let text): "\"\(text)\""
  case .boolean(let value): "\(value)"
  case .parenthesised(let inner): "[\(shape(inner))]"
  case .tuple(let elements): list("tuple", elements)
  case .sequence(let elements): list("seq", elements)
  case .set(let elements): list("set", elements)
  case .concatenate(let left, let right): list("^", [left, right])
  case .dot(let left, let right): list(".", [left, right])
  case .both(let left, let right): list("@@", [left, right])
  }
}

func shape(_ declaration: Declaration) -> String {
  func names(_ identifiers: [Identifier]) -> String { identifiers.map(\.text).joined(separator: ",") }
  func constructors(_ constructors: [Declaration.Constructor]) -> String {
    constructors.map { $0.name.text + ($0.fields.map { "/" + shape($0) } ?? "") }.joined(separator: " ")
  }
  func list(_ declarations: [Declaration]) -> String { "{" + declarations.map(shape).joined(separator: "; ") + "}" }
  switch declaration.kind {
  case .binding(let pattern, let value): return "(= \(shape(pattern)) \(shape(value)))"
  case .clause(let name, let groups, let value):
    let parameters = groups.map { "(" + $0.map(shape).joined(separator: " ") + ")" }.joined()
    return "(= \(name.text)\(parameters) \(shape(value)))"
  case .annotation(let identifiers, let scheme): return "(:: \(names(identifiers)) \(shape(scheme)))"
  case .datatype(let name, let clauses): return "(datatype \(name.text) \(constructors(clauses)))"
  case .subtype(let name, let clauses): return "(subtype \(name.text) \(constructors(clauses)))"
  case .nametype(let name, let type): return "(nametype \(name.text) \(shape(type)))"
  case .channel(let identifiers, let type):
    return "(channel \(names(identifiers))\(type.map { " " + shape($0) } ?? ""))"
  case .transparent(let identifiers): return "(transparent \(names(identifiers)))"
  case .external(let identifiers): return "(external \(names(identifiers)))"
  case .assertion(let assertion): return "(assert \(shape(assertion)))"
  case .print(let value): return "(print \(shape(value)))"
  case .include(let path): return "(include \(path))"
  case .module(let module):
    let parameters = module.parameters.map(shape).joined(separator: " ")
    return "(module \(module.name.text)(\(parameters)) \(list(module.hidden)) \(list(module.exported)))"
  case .instance(let name, let module, let arguments):
    return "(instance " + ([name.text, module.text] + arguments.map(shape)).joined(separator: " ") + ")"
  case .timed(let section):
    return "(timed \(section.duration.map(shape) ?? "-") \(list(section.declarations)))"
  }
}

func shape(_ assertion: Assertion) -> String {
  let kind =
    switch assertion.kind {
    case .refinement(let specification, let model, let implementation):
      "[\(model.rawValue)= \(shape(specification)) \(shape(implementation))"
    case .property(let process, .deadlockFree, let model): "deadlock-free \(shape(process)) \(model?.rawValue ?? "-")"
    case .property(let process, .divergenceFree, let model):
      "divergence-free \(shape(process)) \(model?.rawValue ?? "-")"
    case .property(let process, .deterministic, let model): "deterministic \(shape(process)) \(model?.rawValue ?? "-")"
    case .property(let process, .hasTrace(let trace), let model):
      "has-trace \(shape(process)) \(model?.rawValue ?? "-") \(shape(trace))"
    }
  let options = assertion.options.map { option in
    switch option {
    case .tauPriority(let set): " tau=\(shape(set))"
    case .partialOrderReduce(let mode): " reduce=\(mode ?? "-")"
    }
  }
  return (assertion.isNegated ? "not " : "") + kind + options.joined()
}

func shape(_ scheme: TypeScheme) -> String {
  scheme.constraints.map { "\($0.name.text)-\($0.variable.text) " }.joined() + shape(scheme.type)
}

func shape(_ type: TypeExpression) -> String {
  switch type.kind {
  case .name(let name): name.text
  case .set(let element): "(set \(shape(element)))"
  case .sequence(let element): "(seq \(shape(element)))"
  case .map(let key, let value): "(map \(shape(key)) \(shape(value)))"
  case .tuple(let elements): "(tuple " + elements.map(shape).joined(separator: " ") + ")"
  case .function(let arguments, let result):
    "(fun (" + arguments.map(shape).joined(separator: " ") + ") \(shape(result)))"
  case .dot(let left, let right): "(. \(shape(left)) \(shape(right)))"
  case .dotable(let left, let right): "(=> \(shape(left)) \(shape(right)))"
  case .extendable(let left, let right): "(=>* \(shape(left)) \(shape(right)))"
  }
}

func shape(_ script: Script) -> String { script.declarations.map(shape).joined(separator: "\n") }

// MARK: Parsing in tests

func load(_ text: String) -> LoadedScript { ScriptLoader().load(text: text, path: "test.csp") }

func parseExpression(_ text: String) -> Parsed<Expression> {
  Expression.parse(SourceFile(path: "test.csp", bytes: Array(text.utf8)), file: 0)
}

/// The shape of an expression, or its first message.
func shape(ofExpression text: String) -> String {
  let parsed = parseExpression(text)
  return parsed.tree.map(shape) ?? parsed.diagnostics.first.map { "\($0.id): \($0.message)" } ?? "no tree"
}

/// The shape of a script, or its first error.
func shape(ofScript text: String) -> String {
  let loaded = load(text)
  return loaded.diagnostics.first { $0.severity == .error }.map { "\($0.id): \($0.message)" } ?? shape(loaded.script)
}

/// `id line:column` of each diagnostic.
func marks(_ loaded: LoadedScript) -> [String] {
  loaded.diagnostics.map { diagnostic in
    guard let span = diagnostic.span else { return diagnostic.id }
    let position = loaded.files[span].position(of: span.lower)
    return "\(diagnostic.id) \(position.line):\(position.column)"
  }
}
