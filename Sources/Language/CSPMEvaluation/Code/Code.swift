import CSPMSyntax
import ProcessTerms

/// An expression with its names resolved, ready to be evaluated many times.
///
/// A tree of small classes, one a form of expression: evaluating is one virtual call a node, and looking up a
/// variable is one array access.
class Code {
  let span: Span
  init(_ span: Span) { self.span = span }

  /// The value, not a thunk; parts of it may still be thunks.
  func evaluate(_ e: Evaluator, _ f: Frame) throws -> Value {
    throw e.defect("expression without a rule", at: span)
  }

  /// The value of a function's body, or nil where that is the value of a call that `Evaluator.prepareCall` has
  /// prepared.
  func evaluateLast(_ e: Evaluator, _ f: Frame) throws -> Value? { try evaluate(e, f) }

  /// The value as an argument, an element or a binding: evaluated at once where that is cheap and cannot fail, a thunk
  /// otherwise. The resolver wraps every other expression in `DelayedCode`.
  func delayed(_ e: Evaluator, _ f: Frame) throws -> Value { try evaluate(e, f) }

  /// The value as an operand that is a process. Calls of user functions become named deferred processes.
  func process(_ e: Evaluator, _ f: Frame) throws -> Process {
    try e.expectProcess(try evaluate(e, f), at: span)
  }
}

/// Where the variables of the running code are.
struct Frame {
  /// The slots of the running function, thunk or process body.
  // SAFETY: points into `Evaluator.stack`, which outlives every frame and never moves; a slot is initialised from
  // `Evaluator.withFrame`'s start to its end.
  let slots: UnsafeMutablePointer<Value>
  // SAFETY: not retained; whoever makes a frame holds its context while the frame runs.
  private let reference: Unmanaged<Context>
  var context: Context {
    @inline(__always) get { reference.takeUnretainedValue() }
  }

  // SAFETY: as the two properties: the slots are initialised, the context is held by the caller.
  @inline(__always)
  init(slots: UnsafeMutablePointer<Value>, context: Unmanaged<Context>) {
    self.slots = slots
    reference = context
  }
}

/// Where a captured value is taken from when a context is made.
enum CaptureSource {
  case slot(Int)
  case captured(Int)
  /// The surrounding context itself, for the names of a `let`.
  case context

  func load(_ f: Frame) -> Value {
    switch self {
    case .slot(let i): f.slots[i]
    case .captured(let i): f.context.captured[i]
    case .context: .context(f.context)
    }
  }
}

// MARK: Constants and variables

final class ConstantCode: Code {
  let value: Value
  init(_ value: Value, _ span: Span) {
    self.value = value
    super.init(span)
  }
  override func evaluate(_ e: Evaluator, _ f: Frame) throws -> Value { value }
}

/// A name that means nothing, or a form that this script may not use: the complaint was made when it was resolved, and
/// whoever needs the value gets it again.
final class InvalidCode: Code {
  let diagnostic: Diagnostic
  init(_ diagnostic: Diagnostic, _ span: Span) {
    self.diagnostic = diagnostic
    super.init(span)
  }
  override func evaluate(_ e: Evaluator, _ f: Frame) throws -> Value { throw diagnostic }
}

final class SlotCode: Code {
  let slot: Int
  init(_ slot: Int, _ span: Span) {
    self.slot = slot
    super.init(span)
  }
  override func evaluate(_ e: Evaluator, _ f: Frame) throws -> Value {
    let value = f.slots[slot]
    guard case .thunk(let thunk) = value else { return value }
    let forced = try e.force(thunk, at: span)
    f.slots[slot] = forced
    return forced
  }
  override func delayed(_ e: Evaluator, _ f: Frame) throws -> Value { f.slots[slot] }
  override func process(_ e: Evaluator, _ f: Frame) throws -> Process { try e.named(f.slots[slot], at: span) }
}

final class CapturedCode: Code {
  let index: Int
  init(_ index: Int, _ span: Span) {
    self.index = index
    super.init(span)
  }
  override func evaluate(_ e: Evaluator, _ f: Frame) throws -> Value {
    try e.force(f.context.captured[index], at: span)
  }
  override func delayed(_ e: Evaluator, _ f: Frame) throws -> Value { f.context.captured[index] }
  override func process(_ e: Evaluator, _ f: Frame) throws -> Process {
    try e.named(f.context.captured[index], at: span)
  }
}

/// A name of a `let`.
final class CellCode: Code {
  let group: CaptureSource
  let index: Int
  init(_ group: CaptureSource, _ index: Int, _ span: Span) {
    self.group = group
    self.index = index
    super.init(span)
  }
  private func cell(_ f: Frame) -> Value {
    switch group.load(f) {
    case .context(let context): return context.cells[index]
    case let other: return other
    }
  }
  override func evaluate(_ e: Evaluator, _ f: Frame) throws -> Value { try e.force(cell(f), at: span) }
  override func delayed(_ e: Evaluator, _ f: Frame) throws -> Value { cell(f) }
  override func process(_ e: Evaluator, _ f: Frame) throws -> Process {
    try e.named(cell(f), at: span)
  }
}

/// A name of the top level.
final class GlobalCode: Code {
  let index: Int
  init(_ index: Int, _ span: Span) {
    self.index = index
    super.init(span)
  }
  override func evaluate(_ e: Evaluator, _ f: Frame) throws -> Value { try e.force(e.global.cells[index], at: span) }
  override func delayed(_ e: Evaluator, _ f: Frame) throws -> Value { e.global.cells[index] }
  override func process(_ e: Evaluator, _ f: Frame) throws -> Process {
    try e.namedGlobal(index, at: span)
  }
}

/// An argument, element or binding that is evaluated when it is first needed.
final class DelayedCode: Code {
  let body: Code
  let site: Int
  let captures: CaptureList
  let slots: Int
  init(_ body: Code, site: Int, captures: CaptureList, slots: Int) {
    self.body = body
    self.site = site
    self.captures = captures
    self.slots = slots
    super.init(body.span)
  }
  override func delayed(_ e: Evaluator, _ f: Frame) throws -> Value {
    .thunk(Thunk(body, captures.context(site, f), slots: slots))
  }
  override func evaluate(_ e: Evaluator, _ f: Frame) throws -> Value {
    try e.withFrame(slots, captures.context(site, f), at: span) { try body.evaluate(e, $0) }
  }
}

/// What a piece of code captures; filled while its body is resolved, fixed afterwards.
final class CaptureList {
  var sources: [CaptureSource] = []

  func context(_ site: Int, _ f: Frame) -> Context {
    if sources.isEmpty { return Context(site: site, captured: []) }
    return Context(site: site, captured: sources.map { $0.load(f) })
  }
}
