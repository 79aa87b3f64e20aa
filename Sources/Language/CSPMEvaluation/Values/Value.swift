import CSPMNames
import ProcessTerms

/// What an expression evaluates to.
///
/// Values are immutable. Elements of tuples and sequences, arguments and bindings may still be *thunks*; a value with
/// no thunk left in it is *normal*, and only normal values are compared, hashed, put into sets or used as keys.
enum Value {
  case integer(Int)
  case boolean(Bool)
  case character(Unicode.Scalar)
  case process(Process)
  case tuple(TupleValue)
  case sequence(SequenceValue)
  case set(SetValue)
  case map(MapValue)
  case dot(DotValue)
  case function(FunctionValue)
  /// Not evaluated yet; `Evaluator.force` turns it into one of the others.
  case thunk(Thunk)
  /// The names of a `let`, held in a slot; no expression has it as its value.
  case context(Context)

  /// The kind in words, for messages: "an integer".
  var kind: String {
    switch self {
    case .integer: "an integer"
    case .boolean: "a boolean"
    case .character: "a character"
    case .process: "a process"
    case .tuple(let t): "a tuple of \(t.elements.count)"
    case .sequence: "a sequence"
    case .set: "a set"
    case .map: "a map"
    case .dot(let d):
      switch d.tag?.kind {
      case .channel: d.isComplete ? "an event" : "a channel"
      case .constructor: "a datatype value"
      case nil: "a dotted value"
      }
    case .function: "a function"
    case .thunk, .context: "an unevaluated expression"
    }
  }
}

/// `(a, b, …)`
final class TupleValue {
  let elements: [Value]
  /// Set once every element is known to be normal.
  var isNormal = false

  init(_ elements: [Value]) { self.elements = elements }
}

/// An expression with what it needs, evaluated at most once.
final class Thunk {
  enum State {
    case waiting(Code, Context, slots: Int)
    case running
    case done(Value)
  }
  // SAFETY: as `Evaluator.stack`, here and below.
  @exclusivity(unchecked) var state: State
  /// Stands for the value where it is asked for, as a process, while it is being evaluated.
  var process: Process?

  init(_ code: Code, _ context: Context, slots: Int) { state = .waiting(code, context, slots: slots) }
  init(done value: Value) { state = .done(value) }
}

/// What a piece of code sees of its surroundings: captured values, and for a `let` its own names.
///
/// Two contexts of one site with equal captured values mean the same: a `let` is captured as a whole, and its own
/// names are not among its captured values, so comparing never runs in a circle.
final class Context {
  /// Identifies the piece of code.
  let site: Int
  @exclusivity(unchecked) var captured: [Value]
  /// The names of a `let`; thunks until they are asked for.
  @exclusivity(unchecked) var cells: [Value]
  @exclusivity(unchecked) var isNormal = false

  init(site: Int, captured: [Value], cells: [Value] = []) {
    self.site = site
    self.captured = captured
    self.cells = cells
  }

  static var empty: Context { Context(site: -1, captured: []) }
}

/// A function as a value.
final class FunctionValue {
  enum Kind {
    case closure(FunctionCode, Context)
    case builtIn(BuiltIn)
    /// A curried function that has some of its argument lists.
    case partial(FunctionCode, Context, [Value])
    /// What `relational_image` makes: each argument with the set of its images.
    case relation(MapValue)
    /// `WAIT` or `timed_priority` of a timed section with this `tock`.
    case timed(isWait: Bool, Tag)
  }
  let kind: Kind
  init(_ kind: Kind) { self.kind = kind }
}
