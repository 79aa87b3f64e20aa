import CSPMNames
import CSPMSyntax

/// Expressions, form by form.
extension TypeChecker {
  /// The type of an expression; dots in it may be left for later.
  func infer(_ x: Expression) throws(Diagnostic) -> Type {
    do throws(Mismatch) {
      try unifier.stepOfExpression()
    } catch {
      throw diagnostic(error, at: x.span)
    }
    let type = try inferred(x)
    if recordsTypes { recorded.append((x.span, type)) }
    return type
  }

  /// Sees to it that an expression has a type.
  @discardableResult
  func check(_ x: Expression, is expected: Type, _ reason: Reason) throws(Diagnostic) -> Type {
    let actual = try infer(x)
    return try unify(expected, actual, at: x.span, reason, subject: x)
  }

  @discardableResult
  func unify(
    _ expected: Type, _ actual: Type, at span: Span, _ reason: Reason? = nil, subject: Expression? = nil
  ) throws(Diagnostic) -> Type {
    unifier.place = span
    do throws(Mismatch) {
      return try unifier.unify(expected, actual)
    } catch {
      throw diagnostic(error, at: span, expected: expected, actual: actual, because: reason, subject: subject)
    }
  }

  func require(
    _ constraints: Constraints, of type: Type, at span: Span, _ reason: Reason? = nil, subject: Expression? = nil
  ) throws(Diagnostic) {
    unifier.place = span
    do throws(Mismatch) {
      try unifier.require(constraints, of: type)
    } catch {
      throw diagnostic(error, at: span, actual: type, because: reason, subject: subject)
    }
  }

  func evaluateDots(_ type: Type, at span: Span) throws(Diagnostic) -> Type {
    unifier.place = span
    do throws(Mismatch) {
      return try unifier.evaluateDots(type)
    } catch {
      throw diagnostic(error, at: span)
    }
  }

  private func inferred(_ x: Expression) throws(Diagnostic) -> Type {
    switch x.kind {
    case .integer: return .integer
    case .character: return .character
    case .string: return .sequence(.character)
    case .boolean: return .boolean
    case .name(let name):
      guard let scheme = scheme(of: name.symbol) else { return unifier.fresh() }
      do throws(Mismatch) {
        return try unifier.instance(scheme)
      } catch {
        throw diagnostic(error, at: x.span)
      }
    case .parenthesised(let inner): return try infer(inner)
    case .tuple(let parts):
      var types: [Type] = []
      for part in parts { types.append(try infer(part)) }
      return .tuple(types)
    case .sequence(let form): return .sequence(try collection(form, ofSet: false))
    case .set(let form): return .set(try collection(form, ofSet: true))
    case .enumeratedSet(let parts, let statements):
      try self.statements(statements, ofSet: true)
      let base = unifier.fresh(.yieldable)
      for part in parts { try check(part, is: .extendable(base, unifier.freshVariable()), .enumerated) }
      return .set(base)
    case .map(let entries): return try map(entries)
    case .unary(.negate, let operand): return try check(operand, is: .integer, .arithmetic)
    case .unary(.not, let operand): return try check(operand, is: .boolean, .logic)
    case .unary(.length, let operand):
      try check(operand, is: .sequence(unifier.fresh()), .length)
      return .integer
    case .binary(let op, let a, let b): return try binary(op, a, b, at: x.span)
    case .conditional(let condition, let yes, let no):
      try check(condition, is: .boolean, .condition)
      let type = try infer(yes)
      return try check(no, is: type, Reason("both branches of `if` have one type; the first one is here", at: yes.span))
    case .letWithin(let declarations, let body):
      check(declarations, generalises: false, checksAmbiguity: true)
      return try infer(body)
    case .lambda(let patterns, let body):
      bindVariables(of: patterns)
      let result = try infer(body)
      return .function(try infer(patterns), result)
    case .application(let function, let arguments): return try application(function, arguments, at: x.span)
    case .prefix, .guarded, .process, .synchronised, .alphabetised, .linked, .renamed, .replicated:
      return try process(x)
    }
  }

  private func map(_ entries: [Expression.MapEntry]) throws(Diagnostic) -> Type {
    let key = unifier.fresh(), value = unifier.fresh()
    for entry in entries {
      try check(
        entry.key, is: key, Reason("all keys of a map have one type; the first is here", at: entries[0].key.span))
    }
    for entry in entries {
      try check(
        entry.value, is: value,
        Reason("all values of a map have one type; the first is here", at: entries[0].value.span))
    }
    return .map(key, value)
  }

  private func collection(_ form: Expression.Collection, ofSet: Bool) throws(Diagnostic) -> Type {
    switch form {
    case .elements(let parts): return try elements(parts, ofSet: ofSet)
    case .range(let low, let high): return try range(low, high)
    case .comprehension(let parts, let statements):
      try self.statements(statements, ofSet: ofSet)
      return try elements(parts, ofSet: ofSet)
    case .rangeComprehension(let low, let high, let statements):
      try self.statements(statements, ofSet: ofSet)
      return try range(low, high)
    }
  }

  private func range(_ low: Expression, _ high: Expression?) throws(Diagnostic) -> Type {
    try check(low, is: .integer, .range)
    if let high { try check(high, is: .integer, .range) }
    return .integer
  }

  private func elements(_ parts: [Expression], ofSet: Bool) throws(Diagnostic) -> Type {
    guard let first = parts.first else { return unifier.fresh(ofSet ? .set : []) }
    let reason = Reason("all elements have one type; the first is here", at: first.span)
    guard ofSet else {
      let type = try infer(first)
      for part in parts.dropFirst() { try check(part, is: type, reason) }
      return type
    }
    let type = unifier.fresh(.set)
    for part in parts { try check(part, is: type, reason) }
    return type
  }

  private func binary(
    _ op: BinaryOperator, _ a: Expression, _ b: Expression, at span: Span
  ) throws(Diagnostic) -> Type {
    switch op {
    case .add, .subtract, .multiply, .divide, .remainder:
      try check(a, is: .integer, .arithmetic)
      return try check(b, is: .integer, .arithmetic)
    case .and, .or:
      let types = [try infer(a), try infer(b)]
      for (operand, type) in zip([a, b], types) { try pass(operand, type, to: .boolean, .logic) }
      return .boolean
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual:
      let type = try infer(a)
      let common = try check(
        b, is: type, Reason("`\(op.rawValue)` compares values of one type; the first is here", at: a.span))
      let isEquality = op == .equal || op == .notEqual
      try require(
        isEquality ? .eq : .ord, of: common, at: a.span, Reason("`\(op.rawValue)` compares them", at: span), subject: a)
      return .boolean
    case .concatenate:
      let type = try check(a, is: .sequence(unifier.fresh()), .sequence)
      return try check(b, is: type, Reason("`^` joins sequences of one type; the first is here", at: a.span))
    case .dot: return .dot(try infer(a), try infer(b))
    }
  }

  // MARK: Application

  private func application(
    _ function: Expression, _ arguments: [Expression], at span: Span
  ) throws(Diagnostic) -> Type {
    let parameters = arguments.map { _ in unifier.fresh() }
    let result = unifier.fresh()
    let type = try infer(function)
    unifier.place = function.span
    do throws(Mismatch) {
      try unifier.unify(.function(parameters, result), type)
    } catch {
      throw notApplicable(function, unifier.prune(type), arguments.count, error)
    }
    var types: [Type] = []
    for argument in arguments { types.append(try infer(argument)) }
    for (index, argument) in arguments.enumerated() {
      let text =
        arguments.count == 1
        ? "the argument of `\(function.summary)`" : "argument \(index + 1) of `\(function.summary)`"
      try pass(argument, types[index], to: parameters[index], Reason(text, at: function.span, of: function))
    }
    return result
  }

  /// Lets an argument, whose dots are all done, stand for a parameter: `x.y` as a parameter does not split it.
  func pass(_ argument: Expression, _ type: Type, to parameter: Type, _ reason: Reason) throws(Diagnostic) {
    unifier.place = argument.span
    do throws(Mismatch) {
      let actual = try unifier.evaluateDots(type)
      try unifier.unifyWithoutSplitting(try unifier.evaluateDots(parameter), actual)
    } catch {
      throw diagnostic(
        error, at: argument.span, expected: parameter, actual: type, because: reason, subject: argument)
    }
  }

  private func notApplicable(
    _ function: Expression, _ type: Type, _ count: Int, _ mismatch: Mismatch
  ) -> Diagnostic {
    let name = function.summary
    var printer = TypePrinter(unifier, names.symbols)
    let declared: [Diagnostic.Note]
    if case .name(let n) = function.kind, n.symbol != .unresolved, let place = names.symbols[n.symbol].span {
      declared = [.init("`\(name)` is `\(printer.text(type))`, declared here", at: place)]
    } else {
      declared = [.init("it has the type `\(printer.text(type))`")]
    }
    switch type {
    case .function(let parameters, _) where parameters.count != count:
      let takes = parameters.count == 1 ? "1 argument" : "\(parameters.count) arguments"
      return Diagnostic(
        id: "wrong-argument-count", "`\(name)` takes \(takes), found \(count)", at: function.span, notes: declared)
    case .function, .variable: return diagnostic(mismatch, at: function.span, subject: function)
    default:
      return Diagnostic(
        id: "not-a-function",
        "`\(name)` is no function, and is applied to \(count == 1 ? "an argument" : "\(count) arguments")",
        at: function.span, notes: declared)
    }
  }

  // MARK: Statements

  /// Generators and conditions; their variables have types from then on.
  func statements(_ list: [Statement], ofSet: Bool) throws(Diagnostic) {
    for statement in list {
      if case .generator(let pattern, _) = statement { bindVariables(of: [pattern]) }
    }
    for statement in list {
      switch statement {
      case .condition(let x): try check(x, is: .boolean, .condition)
      case .generator(let pattern, let source):
        let type = try evaluateDots(try infer(source), at: source.span)
        let element = try evaluateDots(try infer(pattern), at: pattern.span)
        unifier.place = pattern.span
        do throws(Mismatch) {
          try unifier.unifyWithoutSplitting(ofSet ? .set(element) : .sequence(element), type)
        } catch {
          throw diagnostic(
            error, at: source.span, expected: ofSet ? .set(element) : .sequence(element), actual: type,
            because: Reason(
              ofSet ? "this pattern draws from a set" : "this pattern draws from a sequence", at: pattern.span),
            subject: source)
        }
      }
    }
  }
}

extension Expression {
  /// The expression on one line, cut where it is long, for messages.
  var summary: String {
    let text = description
    return text.count <= 40 ? text : String(text.prefix(39)) + "…"
  }
}
