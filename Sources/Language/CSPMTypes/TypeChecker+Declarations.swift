import CSPMNames
import CSPMSyntax

/// What each form of declaration asks for.
extension TypeChecker {
  func check(_ item: Item) throws(Diagnostic) {
    switch item.kind {
    case .function(let function): try check(function)
    case .binding(let pattern, let body, let annotation): try check(pattern, body, annotation)
    case .datatype(let name, let constructors, let annotations): try check(datatype: name, constructors, annotations)
    case .subtype(let name, let constructors): try check(subtype: name, constructors)
    case .nametype(let name, let body, let annotation): try check(nametype: name, body, annotation)
    case .channel(let identifiers, let type, let annotation): try check(channel: identifiers, type, annotation)
    case .assertion(let assertion): try check(assertion)
    case .print(let value): _ = try infer(value)
    case .generic(let module): try check(generic: module)
    case .instance(let name, let target, let arguments):
      try check(instance: name, of: target, arguments, at: item.span)
    case .section(let section):
      if section.tock.symbol != .unresolved {
        try unify(.event, own(section.tock.symbol), at: names.symbols[section.tock.symbol].span ?? item.span, .tock)
      }
      if let duration = section.duration { try check(duration, is: .function([.event], .integer), .duration) }
    }
  }

  // MARK: Functions and values

  private func check(_ function: Item.Function) throws(Diagnostic) {
    let name = function.name
    let annotated = function.annotation.map { (self.type(of: $0), $0.type.span) }
    var types: [Type] = []
    for clause in function.clauses {
      unifier.resetSteps()
      if let (type, place) = annotated {
        types.append(try check(clause, of: name, is: type, as: place))
      } else {
        types.append(try infer(clause))
      }
    }
    // From the last clause to the first, as all of them must agree.
    var common = types[types.count - 1]
    for index in types.indices.dropLast().reversed() {
      common = try unify(
        types[index], common, at: function.clauses[index + 1].span,
        Reason("all clauses of `\(name.text)` have one type; this one has another", at: function.clauses[index].span))
    }
    try unify(own(name.symbol), common, at: name.span, Reason("`\(name.text)` is used with this type in its own group"))
  }

  /// Dots in patterns are evaluated for the longest match, and once more when the body has told more.
  private func infer(
    _ clause: (parameters: [[Pattern]], body: Expression, span: Span)
  ) throws(Diagnostic) -> Type {
    bindVariables(of: Array(clause.parameters.joined()))
    var groups: [[Type]] = []
    for group in clause.parameters {
      let types = try infer(group)
      for (type, pattern) in zip(types, group) { _ = try evaluateDots(type, at: pattern.span) }
      groups.append(types)
    }
    var type = try evaluateDots(try infer(clause.body), at: clause.body.span)
    for (types, patterns) in zip(groups, clause.parameters).reversed() {
      var evaluated: [Type] = []
      for (type, pattern) in zip(types, patterns) { evaluated.append(try evaluateDots(type, at: pattern.span)) }
      type = .function(evaluated, type)
    }
    return type
  }

  private func check(
    _ clause: (parameters: [[Pattern]], body: Expression, span: Span), of name: Identifier, is annotated: Type,
    as place: Span
  ) throws(Diagnostic) -> Type {
    let reason = Reason("`\(name.text)` is annotated with this type", at: place)
    bindVariables(of: Array(clause.parameters.joined()))
    let result = unifier.fresh()
    let parameters = clause.parameters.map { $0.map { _ in unifier.fresh() } }
    let shape = parameters.reversed().reduce(result) { .function($1, $0) }
    try unify(annotated, shape, at: clause.span, reason)
    for (patterns, types) in zip(clause.parameters, parameters) {
      for (pattern, type) in zip(patterns, types) {
        let expected = try evaluateDots(type, at: pattern.span)
        let actual = try evaluateDots(try infer(pattern), at: pattern.span)
        unifier.place = pattern.span
        do throws(Mismatch) {
          _ = try unifier.evaluateDots(try unifier.unifyWithoutSplitting(actual, expected))
        } catch {
          throw diagnostic(error, at: pattern.span, expected: expected, actual: actual, because: reason)
        }
      }
    }
    let type = try check(clause.body, is: result, reason)
    return parameters.reversed().reduce(try evaluateDots(type, at: clause.body.span)) { .function($1, $0) }
  }

  private func check(_ pattern: Pattern, _ body: Expression, _ annotation: TypeScheme?) throws(Diagnostic) {
    var patternType: Type, bodyType: Type
    if let annotation {
      let type = self.type(of: annotation)
      let reason = Reason("it is annotated with this type", at: annotation.type.span)
      patternType = try unify(type, try infer(pattern), at: pattern.span, reason)
      bodyType = try check(body, is: type, reason)
    } else {
      patternType = try infer(pattern)
      bodyType = try infer(body)
    }
    patternType = try evaluateDots(patternType, at: pattern.span)
    bodyType = try evaluateDots(bodyType, at: body.span)
    unifier.place = pattern.span
    do throws(Mismatch) {
      try unifier.unifyWithoutSplitting(patternType, bodyType)
    } catch {
      throw diagnostic(
        error, at: body.span, expected: patternType, actual: bodyType,
        because: Reason("it is taken apart by this pattern", at: pattern.span), subject: body)
    }
  }

  // MARK: Types

  /// What a set, or a dotted or tupled form of sets, has as elements.
  private func elements(of type: Type, at span: Span) throws(Diagnostic) -> Type {
    switch unifier.prune(type) {
    case .tuple(let parts):
      var types: [Type] = []
      for part in parts { types.append(try elements(of: part, at: span)) }
      return .tuple(types)
    case .dot(let head, let tail): return .dot(try elements(of: head, at: span), try elements(of: tail, at: span))
    default:
      let element = unifier.fresh()
      try unify(type, .set(element), at: span, Reason("a type is written as a set of its values"))
      return element
    }
  }

  private func fields(_ constructor: Declaration.Constructor) throws(Diagnostic) -> [Type] {
    guard let fields = constructor.fields else { return [] }
    let type = try elements(of: try evaluateDots(try infer(fields), at: fields.span), at: fields.span)
    try require(.complete, of: type, at: fields.span)
    return unifier.dotList(type)
  }

  private func check(
    datatype name: Identifier, _ constructors: [Declaration.Constructor], _ annotations: [SymbolID: TypeScheme]
  ) throws(Diagnostic) {
    let datatype = Type.datatype(name.symbol)
    try unify(own(name.symbol), .set(datatype), at: name.span)
    for constructor in constructors {
      var annotated: Type?
      if let annotation = annotations[constructor.name.symbol] {
        let type = self.type(of: annotation)
        annotated = try unify(
          type, .extendable(datatype, unifier.freshVariable()), at: annotation.type.span,
          Reason("`\(constructor.name.text)` makes values of `\(name.text)`", at: constructor.name.span))
      }
      let fields = try self.fields(constructor)
      let type = unifier.dotable(fields, datatype)
      if let annotated, let annotation = annotations[constructor.name.symbol] {
        try unify(
          annotated, type, at: constructor.name.span,
          Reason("`\(constructor.name.text)` is annotated with this type", at: annotation.type.span))
      }
      try unify(type, own(constructor.name.symbol), at: constructor.name.span)
      guard unifier.comparable.contains(name.symbol) else { continue }
      for field in fields { try require(.eq, of: field, at: constructor.fields?.span ?? constructor.name.span) }
    }
  }

  private func check(subtype name: Identifier, _ constructors: [Declaration.Constructor]) throws(Diagnostic) {
    let parent = unifier.fresh()
    for constructor in constructors {
      let fields = try self.fields(constructor)
      let (declared, datatype) = unifier.reduce(own(constructor.name.symbol))
      guard fields.count <= declared.count else {
        throw Diagnostic(
          id: "subtype-fields",
          "`\(constructor.name.text)` has \(declared.count) field\(declared.count == 1 ? "" : "s"), found \(fields.count)",
          at: constructor.fields?.span ?? constructor.name.span,
          notes: names.symbols[constructor.name.symbol].span.map { [.init("declared here", at: $0)] } ?? [])
      }
      let span = constructor.fields?.span ?? constructor.name.span
      try unify(
        .extendable(parent, unifier.freshVariable()), datatype, at: constructor.name.span,
        Reason("all constructors of a subtype belong to one datatype", at: constructors[0].name.span))
      for (a, b) in zip(declared, fields) {
        try unify(
          a, b, at: span,
          Reason("a field of `\(constructor.name.text)`", at: names.symbols[constructor.name.symbol].span))
      }
    }
    try unify(own(name.symbol), .set(parent), at: name.span)
  }

  private func check(
    nametype name: Identifier, _ body: Expression, _ annotation: TypeScheme?
  ) throws(Diagnostic) {
    let type: Type
    if let annotation {
      type = try check(
        body, is: self.type(of: annotation), Reason("it is annotated with this type", at: annotation.type.span))
    } else {
      type = try infer(body)
    }
    let element = try elements(of: type, at: body.span)
    try require(.complete, of: element, at: body.span)
    try unify(own(name.symbol), .set(element), at: name.span)
  }

  private func check(
    channel identifiers: [Identifier], _ type: Expression?, _ annotation: TypeScheme?
  ) throws(Diagnostic) {
    var fields: [Type] = []
    if let type {
      let value: Type
      if let annotation {
        let annotated = self.type(of: annotation)
        let reason = Reason("a channel yields events", at: identifiers[0].span)
        let (parts, result) = unifier.reduce(annotated)
        try unify(.event, result, at: annotation.type.span, reason)
        try unify(.dotable(unifier.fresh(), .event), annotated, at: annotation.type.span, reason)
        value = try check(
          type, is: unifier.joined(parts.map { .set($0) }),
          Reason("the channel is annotated with this type", at: annotation.type.span))
      } else {
        value = try infer(type)
      }
      let element = try elements(of: try evaluateDots(value, at: type.span), at: type.span)
      try require([.eq, .complete], of: element, at: type.span, Reason("events can be compared"))
      fields = unifier.dotList(element)
    } else if let annotation {
      try unify(
        self.type(of: annotation), .event, at: annotation.type.span,
        Reason("a channel without fields is an event", at: identifiers[0].span))
    }
    for name in identifiers { try unify(own(name.symbol), unifier.dotable(fields, .event), at: name.span) }
  }

  // MARK: Assertions

  private func check(_ assertion: Assertion) throws(Diagnostic) {
    switch assertion.kind {
    case .refinement(let specification, _, let implementation):
      try check(specification, is: .process, .assertion)
      try check(implementation, is: .process, .assertion)
    case .property(let process, let property, _):
      try check(process, is: .process, .assertion)
      if case .hasTrace(let trace) = property { try check(trace, is: .sequence(.event), .trace) }
    }
    for case .tauPriority(let set) in assertion.options { try check(set, is: .set(.event), .eventSet) }
  }

  // MARK: Annotations

  /// The type that an annotation says, with rigid variables in place of its own.
  func type(of annotation: TypeScheme) -> Type {
    var constraints: [SymbolID: Constraints] = [:]
    for constraint in annotation.constraints where constraint.variable.symbol != .unresolved {
      let known = Constraints.all.first { $0.1 == constraint.name.text }?.0 ?? []
      constraints[constraint.variable.symbol, default: []].formUnion(known)
    }
    var own: [SymbolID: Type] = [:]
    func variable(_ symbol: SymbolID) -> Type {
      if let known = own[symbol] { return known }
      let span = names.symbols[symbol].span
      // The variables of annotations further out have their types already.
      if let span, !annotation.type.span.contains(span), let outer = scheme(of: symbol) { return outer.type }
      let type = Type.variable(unifier.rigid(names.symbols[symbol].name, constraints[symbol] ?? [], at: span))
      own[symbol] = type
      set(symbol, Scheme(type))
      return type
    }
    func type(_ x: TypeExpression) -> Type {
      switch x.kind {
      case .name(let name):
        guard name.symbol != .unresolved else { return unifier.fresh() }
        switch names.symbols[name.symbol].kind {
        case .atomicType(.Bool): return .boolean
        case .atomicType(.Char): return .character
        case .atomicType(.Event): return .event
        case .atomicType(.Int): return .integer
        case .atomicType(.Proc): return .process
        case .datatype: return .datatype(name.symbol)
        default: return variable(name.symbol)
        }
      case .set(let inner): return .set(type(inner))
      case .sequence(let inner): return .sequence(type(inner))
      case .map(let key, let value): return .map(type(key), type(value))
      case .tuple(let parts): return .tuple(parts.map(type))
      case .function(let parameters, let result): return .function(parameters.map(type), type(result))
      case .dot(let head, let tail): return .dot(type(head), type(tail))
      case .dotable(let argument, let rest): return .dotable(type(argument), type(rest))
      case .extendable(let missing, let base):
        guard case .variable(let variable) = type(missing) else { return type(base) }
        return .extendable(type(base), variable)
      }
    }
    return type(annotation.type)
  }
}
