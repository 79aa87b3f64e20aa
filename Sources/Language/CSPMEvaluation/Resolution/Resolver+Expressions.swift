import CSPMSyntax
import ProcessTerms

/// Expressions to code, one case a form.
extension Resolver {
  func expression(_ x: Expression, _ f: FrameScope) -> Code {
    let span = x.span
    switch x.kind {
    case .integer(let n): return ConstantCode(.integer(n), span)
    case .character(let c): return ConstantCode(.character(c), span)
    case .boolean(let b): return ConstantCode(.boolean(b), span)
    case .string(let s):
      return ConstantCode(.sequence(evaluator.normalised(s.unicodeScalars.map { .character($0) })), span)
    case .name(let n): return name(n, at: span, f)
    case .parenthesised(let inner): return expression(inner, f)
    case .tuple(let list): return TupleCode(list.map { delayed($0, f) }, span)
    case .sequence(let form): return sequence(form, span, f)
    case .set(let form): return SetCode(collection(form, f) { self.expression($0, $1) }, span)
    case .enumeratedSet(let list, let statements):
      return f.block {
        let codes = self.statements(statements, f)
        return EnumeratedSetCode(list.map { expression($0, f) }, codes, span)
      }
    case .map(let entries):
      return MapCode(entries.map { (expression($0.key, f), delayed($0.value, f)) }, span)
    case .unary(.negate, let a): return NegateCode(expression(a, f), span)
    case .unary(.not, let a): return NotCode(expression(a, f), span)
    case .unary(.length, let a): return LengthCode(expression(a, f), span)
    case .binary(let op, let a, let b): return binary(op, a, b, span, f)
    case .conditional(let c, let yes, let no):
      return ConditionalCode(expression(c, f), expression(yes, f), expression(no, f), span)
    case .letWithin(let declarations, let body): return letWithin(declarations, body, span, f)
    case .lambda(let patterns, let body):
      let context = ContextScope(parent: f)
      let function = FunctionCode(id: newSite(), name: "\\", span: span, arities: [patterns.count])
      clause(patterns, body, of: function, in: context)
      return LambdaCode(function, context.captures, span)
    case .application(let function, let arguments):
      return ApplicationCode(expression(function, f), arguments.map { delayed($0, f) }, span)
    case .prefix, .guarded, .process, .synchronised, .alphabetised, .linked, .renamed, .replicated:
      return process(x, f)
    }
  }

  private func binary(_ op: BinaryOperator, _ a: Expression, _ b: Expression, _ span: Span, _ f: FrameScope) -> Code {
    switch op {
    case .add, .subtract, .multiply, .divide, .remainder:
      return ArithmeticCode(op, expression(a, f), expression(b, f), span)
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual:
      return ComparisonCode(op, expression(a, f), expression(b, f), span)
    case .and, .or: return LogicCode(isAnd: op == .and, expression(a, f), expression(b, f), span)
    case .concatenate: return ConcatenationCode(expression(a, f), delayed(b, f), span)
    case .dot: return DotCode(expression(a, f), expression(b, f), span)
    }
  }

  private func sequence(_ form: Expression.Collection, _ span: Span, _ f: FrameScope) -> Code {
    guard case .comprehension(let list, let statements) = form, case .generator(let pattern, let source)? = statements.first
    else { return SequenceCode(collection(form, f) { self.delayed($0, $1) }, span) }
    // `<… | p <- s, rest>` is `\ p @ <… | rest>` over s, and nothing where p does not match.
    let rest = Array(statements.dropFirst())
    let each: Expression.Collection = rest.isEmpty ? .elements(list) : .comprehension(list, rest)
    let context = ContextScope(parent: f)
    let function = FunctionCode(id: newSite(), name: "\\", span: span, arities: [1])
    clause([pattern], of: function, in: context) { frame in
      SequenceCode(self.collection(each, frame) { self.delayed($0, $1) }, span)
    }
    if !function.clauses[0].isTotal {
      clause([Pattern(.wildcard, at: pattern.span)], of: function, in: context) { _ in
        SequenceCode(.elements([]), span)
      }
    }
    return ComprehensionCode(
      source: expression(source, f), each: LambdaCode(function, context.captures, span), span)
  }

  private func collection(
    _ form: Expression.Collection, _ f: FrameScope, _ element: (Expression, FrameScope) -> Code
  ) -> CollectionCode {
    switch form {
    case .elements(let list): .elements(list.map { element($0, f) })
    case .range(let low, let high): .range(expression(low, f), high.map { expression($0, f) })
    case .comprehension(let list, let statements):
      f.block {
        let codes = self.statements(statements, f)
        return .comprehension(list.map { element($0, f) }, codes)
      }
    case .rangeComprehension(let low, let high, let statements):
      f.block {
        let codes = self.statements(statements, f)
        return .rangeComprehension(expression(low, f), high.map { expression($0, f) }, codes)
      }
    }
  }

  /// Binds the variables of the statements in the current block.
  func statements(_ list: [Statement], _ f: FrameScope) -> [StatementCode] {
    list.map {
      switch $0 {
      case .condition(let x): return .condition(expression(x, f))
      case .generator(let p, let x):
        let source = expression(x, f)
        return .generator(pattern(p, f), source)
      }
    }
  }

  /// Adds a clause whose patterns are those of all argument lists.
  func clause(_ patterns: [Pattern], _ body: Expression, of function: FunctionCode, in context: ContextScope) {
    if body.yieldsProcess { function.makesProcesses = true }
    clause(patterns, of: function, in: context) { self.expression(body, $0) }
  }

  func clause(
    _ patterns: [Pattern], of function: FunctionCode, in context: ContextScope, _ body: (FrameScope) -> Code
  ) {
    let frame = FrameScope(context, firstSlot: patterns.count)
    let codes = patterns.enumerated().map { (i, p) -> PatternCode in
      // A plain variable is the argument's own slot.
      if let name = p.variable(tags) {
        frame.bind(name, .slot(i))
        return WildcardPattern(p.span)
      }
      return pattern(p, frame)
    }
    let code = body(frame)
    function.append(.init(patterns: codes, body: code, isTotal: codes.allSatisfy(\.isTotal)))
    function.slots = max(function.slots, frame.slotCount)
  }
}

extension Pattern {
  /// The name that the pattern binds, where it is nothing but that.
  func variable(_ tags: [SymbolID: Tag]) -> SymbolID? {
    switch kind {
    case .name(let n) where n.symbol != .unresolved && tags[n.symbol] == nil: n.symbol
    case .parenthesised(let inner): inner.variable(tags)
    default: nil
    }
  }
}
