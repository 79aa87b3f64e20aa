import CSPMSyntax
import ProcessTerms

/// Integer arithmetic: exact within 64 bits, overflow is an error; division rounds to −∞ (FDR manual, "Numbers").
final class ArithmeticCode: Code {
  let op: BinaryOperator
  let left: Part, right: Part
  init(_ op: BinaryOperator, _ left: Code, _ right: Code, _ span: Span) {
    self.op = op
    self.left = Part(left)
    self.right = Part(right)
    super.init(span)
  }

  override func evaluate(_ e: Evaluator, _ f: Frame) throws -> Value {
    let a = try e.expectInteger(try left.evaluate(e, f), at: left.span)
    let b = try e.expectInteger(try right.evaluate(e, f), at: right.span)
    guard let result = Self.result(op, a, b) else { throw failure(a, b) }
    return .integer(result)
  }

  /// Nil where there is none.
  @inline(__always)
  static func result(_ op: BinaryOperator, _ a: Int, _ b: Int) -> Int? {
    let result: (partialValue: Int, overflow: Bool)
    switch op {
    case .add: result = a.addingReportingOverflow(b)
    case .subtract: result = a.subtractingReportingOverflow(b)
    case .multiply: result = a.multipliedReportingOverflow(by: b)
    default:
      if b == 0 { return nil }
      let quotient = a.dividedReportingOverflow(by: b)
      let remainder = b == -1 ? 0 : a % b
      let roundsUp = remainder != 0 && (remainder < 0) != (b < 0)
      result =
        op == .divide
        ? (roundsUp ? quotient.partialValue - 1 : quotient.partialValue, quotient.overflow)
        : (roundsUp ? remainder + b : remainder, false)
    }
    return result.overflow ? nil : result.partialValue
  }

  private func failure(_ a: Int, _ b: Int) -> Diagnostic {
    if b == 0, op == .divide || op == .remainder {
      return Diagnostic(id: "division-by-zero", "division of \(a) by zero", at: span)
    }
    return Diagnostic(id: "integer-overflow", "\(a) \(op.rawValue) \(b) does not fit in 64 bits", at: span)
  }

  /// Arithmetic on evaluated variables is cheaper than a thunk; where it would fail or wait, it becomes one.
  var isSimple: Bool {
    func simple(_ c: Code) -> Bool { c is SlotCode || c is ConstantCode || c is CapturedCode }
    return simple(left.code) && simple(right.code)
  }
}

/// Arithmetic tried at once; a thunk where an operand is not evaluated yet or the result is an error.
final class SpeculativeCode: Code {
  private let op: BinaryOperator
  private let left: Part, right: Part
  private let arithmetic: Part, delayedForm: Part
  init(_ arithmetic: ArithmeticCode, _ delayedForm: DelayedCode) {
    op = arithmetic.op
    left = arithmetic.left
    right = arithmetic.right
    self.arithmetic = Part(arithmetic)
    self.delayedForm = Part(delayedForm)
    super.init(arithmetic.span)
  }
  override func evaluate(_ e: Evaluator, _ f: Frame) throws -> Value { try arithmetic.evaluate(e, f) }
  override func delayed(_ e: Evaluator, _ f: Frame) throws -> Value {
    if case .integer(let a) = try left.delayed(e, f), case .integer(let b) = try right.delayed(e, f),
      let result = ArithmeticCode.result(op, a, b)
    {
      return .integer(result)
    }
    return try delayedForm.delayed(e, f)
  }
}

final class NegateCode: Code {
  let operand: Part
  init(_ operand: Code, _ span: Span) {
    self.operand = Part(operand)
    super.init(span)
  }
  override func evaluate(_ e: Evaluator, _ f: Frame) throws -> Value {
    let a = try e.expectInteger(try operand.evaluate(e, f), at: operand.span)
    let (result, overflow) = Int(0).subtractingReportingOverflow(a)
    if overflow { throw Diagnostic(id: "integer-overflow", "-(\(a)) does not fit in 64 bits", at: span) }
    return .integer(result)
  }
}

final class NotCode: Code {
  let operand: Part
  init(_ operand: Code, _ span: Span) {
    self.operand = Part(operand)
    super.init(span)
  }
  override func evaluate(_ e: Evaluator, _ f: Frame) throws -> Value {
    .boolean(!(try e.expectBoolean(try operand.evaluate(e, f), at: operand.span)))
  }
}

/// `and`, `or`: the right side only where the left one does not decide.
final class LogicCode: Code {
  let isAnd: Bool
  let left: Part, right: Part
  init(isAnd: Bool, _ left: Code, _ right: Code, _ span: Span) {
    self.isAnd = isAnd
    self.left = Part(left)
    self.right = Part(right)
    super.init(span)
  }
  override func evaluate(_ e: Evaluator, _ f: Frame) throws -> Value {
    let a = try e.expectBoolean(try left.evaluate(e, f), at: left.span)
    if a != isAnd { return .boolean(a) }
    return .boolean(try e.expectBoolean(try right.evaluate(e, f), at: right.span))
  }
}

/// `==`, `!=` and the orders.
final class ComparisonCode: Code {
  let op: BinaryOperator
  let left: Part, right: Part
  init(_ op: BinaryOperator, _ left: Code, _ right: Code, _ span: Span) {
    self.op = op
    self.left = Part(left)
    self.right = Part(right)
    super.init(span)
  }

  override func evaluate(_ e: Evaluator, _ f: Frame) throws -> Value {
    let a = try left.evaluate(e, f), b = try right.evaluate(e, f)
    if case .integer(let x) = a, case .integer(let y) = b {
      switch op {
      case .equal: return .boolean(x == y)
      case .notEqual: return .boolean(x != y)
      case .less: return .boolean(x < y)
      case .lessOrEqual: return .boolean(x <= y)
      case .greater: return .boolean(x > y)
      default: return .boolean(x >= y)
      }
    }
    switch op {
    case .equal: return .boolean(try e.areEqual(a, b, at: span))
    case .notEqual: return .boolean(!(try e.areEqual(a, b, at: span)))
    case .less: return .boolean(try e.isLess(a, b, orEqual: false, at: span))
    case .lessOrEqual: return .boolean(try e.isLess(a, b, orEqual: true, at: span))
    case .greater: return .boolean(try e.isLess(b, a, orEqual: false, at: span))
    default: return .boolean(try e.isLess(b, a, orEqual: true, at: span))
    }
  }
}

final class LengthCode: Code {
  let operand: Part
  init(_ operand: Code, _ span: Span) {
    self.operand = Part(operand)
    super.init(span)
  }
  override func evaluate(_ e: Evaluator, _ f: Frame) throws -> Value {
    let s = try e.expectSequence(try operand.evaluate(e, f), at: operand.span)
    return .integer(try e.length(s, at: operand.span))
  }
}

/// `s ^ t`: the right side may be lazy.
final class ConcatenationCode: Code {
  let left: Part, right: Part
  init(_ left: Code, _ right: Code, _ span: Span) {
    self.left = Part(left)
    self.right = Part(right)
    super.init(span)
  }
  override func evaluate(_ e: Evaluator, _ f: Frame) throws -> Value {
    let a = try e.expectSequence(try left.evaluate(e, f), at: left.span)
    return .sequence(try e.concatenate(a, try right.delayed(e, f), at: right.span))
  }
}

final class DotCode: Code {
  let left: Part, right: Part
  init(_ left: Code, _ right: Code, _ span: Span) {
    self.left = Part(left)
    self.right = Part(right)
    super.init(span)
  }
  override func evaluate(_ e: Evaluator, _ f: Frame) throws -> Value {
    let a = try left.evaluate(e, f)
    return try e.dot(a, try right.evaluate(e, f), at: span)
  }
}

final class ConditionalCode: Code {
  let condition: Part, yes: Part, no: Part
  init(_ condition: Code, _ yes: Code, _ no: Code, _ span: Span) {
    self.condition = Part(condition)
    self.yes = Part(yes)
    self.no = Part(no)
    super.init(span)
  }
  override func evaluate(_ e: Evaluator, _ f: Frame) throws -> Value {
    try e.expectBoolean(try condition.evaluate(e, f), at: condition.span)
      ? try yes.evaluate(e, f) : try no.evaluate(e, f)
  }
  override func evaluateLast(_ e: Evaluator, _ f: Frame) throws -> Value? {
    try e.expectBoolean(try condition.evaluate(e, f), at: condition.span)
      ? try yes.evaluateLast(e, f) : try no.evaluateLast(e, f)
  }
  override func process(_ e: Evaluator, _ f: Frame) throws -> Process {
    try e.expectBoolean(try condition.evaluate(e, f), at: condition.span)
      ? try yes.process(e, f) : try no.process(e, f)
  }
}
