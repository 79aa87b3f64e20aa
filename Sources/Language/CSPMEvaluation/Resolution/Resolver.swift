import CSPMNames
import CSPMSyntax
import ProcessTerms

/// Turns the tree into code: every name becomes a place, every expression that may wait becomes a unit with the values
/// that it captures.
///
/// What names mean is known already (`CSPMNames`). The code of a mistaken name throws its diagnostic again when it is
/// needed, so that the rest of a script can still be used; the few mistakes that are found here do the same.
final class Resolver {
  let evaluator: Evaluator
  let names: NameResolver
  private(set) var diagnostics: [Diagnostic] = []
  private var complaints: Set<Complaint> = []
  /// The names of the top level that have a cell.
  var globals: [SymbolID: Binding] = [:]
  /// Channels and constructors, which patterns match and do not bind.
  var tags: [SymbolID: Tag] = [:]
  /// What `CSPMNames` said, by place.
  let mistakes: [Span: Diagnostic]
  /// The timed section around the place that is resolved.
  var timed: TimedContext?
  private var sites = 0

  init(_ evaluator: Evaluator, _ names: NameResolver) {
    self.evaluator = evaluator
    self.names = names
    mistakes = Dictionary(
      names.diagnostics.compactMap { diagnostic in diagnostic.span.map { ($0, diagnostic) } },
      uniquingKeysWith: { first, _ in first })
  }

  func newSite() -> Int {
    sites += 1
    return sites
  }

  func complain(_ id: String, _ message: String, at span: Span, notes: [Diagnostic.Note] = []) -> Diagnostic {
    let diagnostic = Diagnostic(id: id, message, at: span, notes: notes)
    // Instances repeat a module's code, and a pattern is resolved for each of its variables.
    if complaints.insert(Complaint(id: id, span: span)).inserted { diagnostics.append(diagnostic) }
    return diagnostic
  }

  private struct Complaint: Hashable { var id: String, span: Span }

  // MARK: Units

  /// Code with a context and a frame of its own.
  struct Unit {
    let body: Code
    let site: Int
    let captures: CaptureList
    let slots: Int
  }

  /// - Parameter frame: the surrounding frame; nil at the top level.
  func unit(in frame: FrameScope?, _ resolve: (FrameScope) -> Code) -> Unit {
    let context = ContextScope(parent: frame)
    let inner = FrameScope(context)
    let body = resolve(inner)
    return Unit(body: body, site: newSite(), captures: context.captures, slots: inner.slotCount)
  }

  /// An expression of the top level, ready to be evaluated by itself.
  func topLevel(_ expression: Expression) -> DelayedCode {
    let unit = unit(in: nil) { self.expression(expression, $0) }
    return DelayedCode(unit.body, site: unit.site, captures: unit.captures, slots: unit.slots)
  }

  /// An argument, element or binding.
  func delayed(_ expression: Expression, _ frame: FrameScope) -> Code {
    switch expression.kind {
    case .parenthesised(let inner): return delayed(inner, frame)
    case .binary(let op, _, _) where op.isArithmetic:
      // The operands are resolved once, and shared by both forms where they are simple.
      if let simple = simpleArithmetic(expression, frame) { return simple }
    case .name, .integer, .character, .string, .boolean, .lambda: return self.expression(expression, frame)
    case .tuple, .sequence(.elements): return self.expression(expression, frame)
    default: break
    }
    if expression.isProcess { return deferred(expression, frame) }
    let unit = unit(in: frame) { self.expression(expression, $0) }
    return DelayedCode(unit.body, site: unit.site, captures: unit.captures, slots: unit.slots)
  }

  private func simpleArithmetic(_ expression: Expression, _ frame: FrameScope) -> Code? {
    guard case .binary(_, let left, let right) = expression.kind, left.isAtom, right.isAtom,
      let arithmetic = self.expression(expression, frame) as? ArithmeticCode, arithmetic.isSimple
    else { return nil }
    let unit = unit(in: frame) { self.expression(expression, $0) }
    return SpeculativeCode(
      arithmetic, DelayedCode(unit.body, site: unit.site, captures: unit.captures, slots: unit.slots))
  }

  /// An off operand.
  func deferred(_ expression: Expression, _ frame: FrameScope) -> DeferredCode {
    switch expression.kind {
    case .parenthesised(let inner): return deferred(inner, frame)
    case .name, .application: return DeferredCode(call: self.expression(expression, frame))
    default:
      let unit = unit(in: frame) { self.expression(expression, $0) }
      return DeferredCode(site: unit)
    }
  }

  // MARK: Names

  func name(_ name: QualifiedName, at span: Span, _ frame: FrameScope) -> Code {
    if name.symbol == .unresolved { return InvalidCode(mistake(name.text, at: span), span) }
    switch frame.find(name.symbol) ?? globals[name.symbol] {
    case .slot(let i): return SlotCode(i, span)
    case .captured(let i): return CapturedCode(i, span)
    case .cell(let source, let index): return CellCode(source, index, span)
    case .global(let index): return GlobalCode(index, span)
    case nil: break
    }
    if let tag = tags[name.symbol] { return ConstantCode(.dot(evaluator.plain(tag)), span) }
    if let place = names.leftOut[name.symbol] { return InvalidCode(mistake(name.text, at: place), span) }
    switch names.symbols[name.symbol].kind {
    case .builtIn(.WAIT): return timedFunction(isWait: true, span)
    case .builtIn(.timed_priority): return timedFunction(isWait: false, span)
    case .builtIn(let builtIn): return ConstantCode(.function(FunctionValue(.builtIn(builtIn))), span)
    case .constant(let constant): return self.constant(constant, span)
    default: return InvalidCode(evaluator.defect("`\(name.text)` has no place", at: span), span)
    }
  }

  private func timedFunction(isWait: Bool, _ span: Span) -> Code {
    guard let timed else { return InvalidCode(evaluator.defect("a timed function outside of a section", at: span), span) }
    return TimedFunctionCode(isWait: isWait, timed.tock, span)
  }

  private func constant(_ constant: BuiltInConstant, _ span: Span) -> Code {
    let table = evaluator.table
    if let timed {
      switch constant {
      case .STOP, .TSTOP: return TimedStopCode(timed.tock, span)
      case .SKIP, .TSKIP: return TimedSkipCode(timed.tock, span)
      default: break
      }
    }
    return switch constant {
    case .STOP: ConstantCode(.process(table.stop), span)
    case .SKIP: ConstantCode(.process(table.skip), span)
    case .DIV: ConstantCode(.process(table.div), span)
    case .true, .True: ConstantCode(.boolean(true), span)
    case .false, .False: ConstantCode(.boolean(false), span)
    case .Int: ConstantCode(.set(SetValue(.integers)), span)
    case .Char: ConstantCode(.set(SetValue(.characters)), span)
    case .Proc: ConstantCode(.set(SetValue(.processes)), span)
    case .Bool: ConstantCode(.set(SetValue(sorted: [.boolean(false), .boolean(true)])), span)
    case .emptyMap: ConstantCode(.map(.empty), span)
    case .Events: EventsCode(span)
    case .TSTOP, .TSKIP:
      InvalidCode(evaluator.defect("a timed process outside of a section", at: span), span)
    }
  }

  /// What was said about a name or field at `span` when names were bound.
  func mistake(_ name: String, at span: Span) -> Diagnostic {
    mistakes[span] ?? Diagnostic(id: "unknown-name", "`\(name)` is not defined", at: span)
  }
}

/// `Events`, known once all channels are.
final class EventsCode: Code {
  override func evaluate(_ e: Evaluator, _ f: Frame) throws -> Value { .set(try e.allEvents(at: span)) }
}

extension BinaryOperator {
  var isArithmetic: Bool {
    switch self {
    case .add, .subtract, .multiply, .divide, .remainder: true
    default: false
    }
  }
}

extension Expression {
  /// Whether a process operator is written at the top.
  var isProcess: Bool {
    switch kind {
    case .parenthesised(let inner): inner.isProcess
    case .prefix, .guarded, .process, .synchronised, .alphabetised, .linked, .renamed, .replicated: true
    default: false
    }
  }

  /// Whether a process operator is written where the value comes from.
  var yieldsProcess: Bool {
    switch kind {
    case .parenthesised(let inner), .letWithin(_, let inner): inner.yieldsProcess
    case .conditional(_, let yes, let no): yes.yieldsProcess || no.yieldsProcess
    default: isProcess
    }
  }

  var isAtom: Bool {
    switch kind {
    case .parenthesised(let inner): inner.isAtom
    case .name, .integer: true
    default: false
    }
  }
}
