import CSPMSyntax
import ProcessTerms

/// A function as written: its clauses, tried in order.
final class FunctionCode {
  final class Clause {
    /// One list for all argument lists together.
    let patterns: Row<PatternCode>
    let body: Part
    /// Every pattern is a wildcard or a variable that is the argument's own slot: nothing can fall through.
    let isTotal: Bool
    /// The clause behind this one.
    // SAFETY: not retained; the function that has this clause holds it too.
    @exclusivity(unchecked) fileprivate(set) var next: Unmanaged<Clause>?

    init(patterns: [PatternCode], body: Code, isTotal: Bool) {
      self.patterns = Row(patterns)
      self.body = Part(body)
      self.isTotal = isTotal
    }
  }
  let id: Int
  let name: String
  let span: Span
  /// How many arguments each argument list takes.
  let arities: [Int]
  private(set) var clauses: [Clause] = []
  /// The first of the clauses.
  // SAFETY: not retained; `clauses` holds it. Unchecked as `Evaluator.stack`; complete before the first call.
  @exclusivity(unchecked) private(set) var first: Unmanaged<Clause>?
  @exclusivity(unchecked) var slots = 0
  /// Whether a clause is written with a process operator: then all results are processes.
  @exclusivity(unchecked) var makesProcesses = false
  let argumentCount: Int

  init(id: Int, name: String, span: Span, arities: [Int]) {
    self.id = id
    self.name = name
    self.span = span
    self.arities = arities
    argumentCount = arities.reduce(0, +)
  }

  func append(_ clause: Clause) {
    let reference = Unmanaged.passUnretained(clause)
    if let last = clauses.last { last.next = reference } else { first = reference }
    clauses.append(clause)
  }
}

final class LambdaCode: Code {
  let function: FunctionCode
  let captures: CaptureList
  init(_ function: FunctionCode, _ captures: CaptureList, _ span: Span) {
    self.function = function
    self.captures = captures
    super.init(span)
  }
  override func evaluate(_ e: Evaluator, _ f: Frame) throws -> Value { .function(closure(f)) }

  func closure(_ f: Frame) -> FunctionValue { FunctionValue(.closure(function, captures.context(function.id, f))) }
}

final class ApplicationCode: Code {
  let function: Part
  let arguments: Row<Code>
  /// The function, where it is one of the top level that takes just these arguments and makes no process: the usual
  /// callee, which is found once.
  // SAFETY: not retained; the code of a script lives as long as its evaluator. Unchecked: as `Evaluator.stack`.
  @exclusivity(unchecked) private var known: Unmanaged<FunctionCode>?

  init(_ function: Code, _ arguments: [Code], _ span: Span) {
    self.function = Part(function)
    self.arguments = Row(arguments)
    super.init(span)
  }

  /// Remembers a callee of the top level.
  private func remember(_ code: FunctionCode, _ e: Evaluator) {
    guard known == nil, let global = function.code as? GlobalCode, case .function(let value) = e.global.cells[global.index],
      case .closure(let callee, let context) = value.kind, callee === code, context === e.global
    else { return }
    known = Unmanaged.passUnretained(code)
  }

  override func evaluate(_ e: Evaluator, _ f: Frame) throws -> Value {
    if let known {
      return try known._withUnsafeGuaranteedRef { try e.call($0, e.global, arguments, f, at: span) }
    }
    let callee = try function.evaluate(e, f)
    guard case .function(let value) = callee else { throw notAFunction(callee) }
    // The usual call: the arguments go straight into the slots of the new frame.
    if case .closure(let code, let context) = value.kind, code.arities.count == 1,
      code.argumentCount == arguments.count
    {
      // A process is not evaluated before it is reached, also where the call is an argument or a name of a `let`:
      // recursion through such names has no end otherwise.
      if code.makesProcesses {
        return .process(try e.namedCall(value, try arguments.map { try $0.delayed(e, f) }, at: span))
      }
      remember(code, e)
      return try e.call(code, context, arguments, f, at: span)
    }
    return try e.apply(value, try arguments.map { try $0.delayed(e, f) }, at: span)
  }

  override func evaluateLast(_ e: Evaluator, _ f: Frame) throws -> Value? {
    if let known {
      return try known._withUnsafeGuaranteedRef { try e.prepareCall($0, e.global, arguments, f) } ? nil : evaluate(e, f)
    }
    let callee = try function.evaluate(e, f)
    if case .function(let value) = callee, case .closure(let code, let context) = value.kind, code.arities.count == 1,
      code.argumentCount == arguments.count, !code.makesProcesses, try e.prepareCall(code, context, arguments, f)
    {
      remember(code, e)
      return nil
    }
    return try evaluate(e, f)
  }

  override func process(_ e: Evaluator, _ f: Frame) throws -> Process {
    let callee = try function.evaluate(e, f)
    guard case .function(let value) = callee else { throw notAFunction(callee) }
    return try e.namedCall(value, try arguments.map { try $0.delayed(e, f) }, at: span)
  }

  private func notAFunction(_ value: Value) -> Diagnostic {
    Diagnostic(id: "type-mismatch", "expected a function to apply, found \(value.kind)", at: function.span)
  }
}

/// `let … within e`
final class LetCode: Code {
  let site: Int
  let captures: CaptureList
  /// How each name gets its value.
  var bindings: [LetBinding] = []
  let slot: Int
  // SAFETY: as `Evaluator.stack`; written while the script is resolved.
  @exclusivity(unchecked) var body: Code
  init(site: Int, captures: CaptureList, slot: Int, _ span: Span) {
    self.site = site
    self.captures = captures
    self.slot = slot
    body = InvalidCode(Diagnostic(id: "internal", "a let without a body", at: span), span)
    super.init(span)
  }

  private func enter(_ e: Evaluator, _ f: Frame) {
    let context = captures.context(site, f)
    context.cells = bindings.map { $0.cell(context) }
    f.slots[slot] = .context(context)
  }
  override func evaluate(_ e: Evaluator, _ f: Frame) throws -> Value {
    enter(e, f)
    return try body.evaluate(e, f)
  }
  override func evaluateLast(_ e: Evaluator, _ f: Frame) throws -> Value? {
    enter(e, f)
    return try body.evaluateLast(e, f)
  }
  override func process(_ e: Evaluator, _ f: Frame) throws -> Process {
    enter(e, f)
    return try body.process(e, f)
  }
}

/// A name of a `let`, or of the top level.
enum LetBinding {
  case function(FunctionCode)
  /// `x = e`
  case value(Code, slots: Int)
  /// A name in the pattern of `p = e`: the cell that holds e's value, the whole pattern, and where it puts the name.
  case part(cell: Int, PatternCode, slot: Int, slots: Int, name: String)
  case constant(Value)

  func cell(_ context: Context) -> Value {
    switch self {
    case .function(let code): .function(FunctionValue(.closure(code, context)))
    case .value(let code, let slots): .thunk(Thunk(code, context, slots: slots))
    case .part(let cell, let pattern, let slot, let slots, let name):
      .thunk(Thunk(PartCode(cell, pattern, slot, name), context, slots: slots))
    case .constant(let value): value
    }
  }
}

/// Takes one name out of a bound pattern.
final class PartCode: Code {
  let cell: Int
  let pattern: PatternCode
  let slot: Int
  let name: String
  init(_ cell: Int, _ pattern: PatternCode, _ slot: Int, _ name: String) {
    self.cell = cell
    self.pattern = pattern
    self.slot = slot
    self.name = name
    super.init(pattern.span)
  }
  override func evaluate(_ e: Evaluator, _ f: Frame) throws -> Value {
    let whole = f.context.cells[cell]
    guard try pattern.matches(whole, e, f) else {
      throw Diagnostic(
        id: "pattern-does-not-match", "the pattern does not match its value \(e.describe(whole))", at: pattern.span)
    }
    return try e.force(f.slots[slot], at: span)
  }
}
