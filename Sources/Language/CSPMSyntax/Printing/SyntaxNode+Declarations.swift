/// Labels and children of declarations, assertions and types.
extension SyntaxNode {
  static func label(of declaration: Declaration) -> (String, String?) {
    func names(_ identifiers: [Identifier]) -> String { identifiers.map(\.text).joined(separator: ", ") }
    return switch declaration.kind {
    case .binding: ("binding", nil)
    case .clause(let name, _, _): ("clause", name.text)
    case .annotation(let identifiers, _): ("annotation", names(identifiers))
    case .datatype(let name, _): ("datatype", name.text)
    case .subtype(let name, _): ("subtype", name.text)
    case .nametype(let name, _): ("nametype", name.text)
    case .channel(let identifiers, _): ("channel", names(identifiers))
    case .transparent(let identifiers): ("transparent", names(identifiers))
    case .external(let identifiers): ("external", names(identifiers))
    case .assertion(let assertion): ("assert", assertion.isNegated ? "not" : nil)
    case .print: ("print", nil)
    case .include(let path): ("include", "\"\(path)\"")
    case .module(let module): ("module", module.name.text)
    case .instance(let name, let module, _): ("instance", "\(name.text) = \(module.text)")
    case .timed: ("timed", nil)
    }
  }

  static func children(of declaration: Declaration) -> [SyntaxNode] {
    func nodes(_ declarations: [Declaration]) -> [SyntaxNode] { declarations.map { SyntaxNode($0) } }
    switch declaration.kind {
    case .binding(let pattern, let value): return [SyntaxNode(pattern), SyntaxNode(value)]
    case .clause(_, let groups, let value):
      return groups.map { SyntaxNode("parameters", nil, $0.map { SyntaxNode($0) }) } + [SyntaxNode(value)]
    case .annotation(_, let scheme):
      return scheme.constraints.map { SyntaxNode("constraint", "\($0.name.text) \($0.variable.text)", at: $0.name.span) }
        + [SyntaxNode(scheme.type)]
    case .datatype(_, let constructors), .subtype(_, let constructors):
      return constructors.map {
        let span = $0.name.span.through($0.fields?.span ?? $0.name.span)
        return SyntaxNode("constructor", $0.name.text, at: span, $0.fields.map { [SyntaxNode($0)] } ?? [])
      }
    case .nametype(_, let value), .print(let value): return [SyntaxNode(value)]
    case .channel(_, let type): return type.map { [SyntaxNode($0)] } ?? []
    case .transparent(let identifiers), .external(let identifiers): return identifiers.map { SyntaxNode($0) }
    case .assertion(let assertion): return children(of: assertion)
    case .include: return []
    case .module(let module):
      let parameters = SyntaxNode("parameters", nil, module.parameters.map { SyntaxNode($0) })
      return (module.parameters.isEmpty ? [] : [parameters])
        + [SyntaxNode("hidden", nil, nodes(module.hidden)), SyntaxNode("exported", nil, nodes(module.exported))]
    case .instance(_, _, let arguments): return arguments.map { SyntaxNode($0) }
    case .timed(let section):
      return (section.duration.map { [SyntaxNode($0)] } ?? []) + nodes(section.declarations)
    }
  }

  private static func children(of assertion: Assertion) -> [SyntaxNode] {
    var nodes: [SyntaxNode]
    switch assertion.kind {
    case .refinement(let specification, let model, let implementation):
      nodes = [SyntaxNode("refinement", model.rawValue, [SyntaxNode(specification), SyntaxNode(implementation)])]
    case .property(let process, let property, let model):
      let name: String
      var trace: [SyntaxNode] = []
      switch property {
      case .deadlockFree: name = "deadlock free"
      case .divergenceFree: name = "divergence free"
      case .deterministic: name = "deterministic"
      case .hasTrace(let events): (name, trace) = ("has trace", [SyntaxNode(events)])
      }
      let detail = name + (model.map { " \($0.rawValue)" } ?? "")
      nodes = [SyntaxNode("property", detail, [SyntaxNode(process)] + trace)]
    }
    for option in assertion.options {
      switch option {
      case .tauPriority(let set): nodes.append(SyntaxNode("option", "tau priority", [SyntaxNode(set)]))
      case .partialOrderReduce(let mode):
        nodes.append(SyntaxNode("option", "partial order reduce" + (mode.map { " \($0)" } ?? "")))
      }
    }
    return nodes
  }

  // MARK: Types

  static func label(of type: TypeExpression) -> (String, String?) {
    switch type.kind {
    case .name(let name): ("type-name", name.text)
    case .set: ("type-set", nil)
    case .sequence: ("type-sequence", nil)
    case .map: ("type-map", nil)
    case .tuple: ("type-tuple", nil)
    case .function: ("type-function", nil)
    case .dot: ("type", ".")
    case .dotable: ("type", "=>")
    case .extendable: ("type", "=>*")
    }
  }

  static func children(of type: TypeExpression) -> [SyntaxNode] {
    switch type.kind {
    case .name: []
    case .set(let element), .sequence(let element): [SyntaxNode(element)]
    case .tuple(let elements): elements.map { SyntaxNode($0) }
    case .function(let arguments, let result):
      [SyntaxNode("arguments", nil, arguments.map { SyntaxNode($0) }), SyntaxNode(result)]
    case .map(let left, let right), .dot(let left, let right), .dotable(let left, let right),
      .extendable(let left, let right):
      [SyntaxNode(left), SyntaxNode(right)]
    }
  }
}
