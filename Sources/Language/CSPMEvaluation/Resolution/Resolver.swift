import CSPMSyntax
import ProcessTerms

/// Turns the tree into code: every name becomes a place, every expression that may wait becomes a unit with the values
/// that it captures.
///
/// Mistakes are collected, and the code of a mistaken expression throws its diagnostic again when it is needed, so that
/// the rest of a script can still be used.
final class Resolver {
  let evaluator: Evaluator
  var diagnostics: [Diagnostic] = []
  /// The names of the top level.
  var globals: [String: Binding] = [:]
  /// Channels and constructors, which patterns match and do not bind.
  var tags: [String: Tag] = [:]
  /// Where each name of the top level was declared, for the second declaration's complaint.
  var places: [String: Span] = [:]
  /// Channels and constructors whose types are not resolved yet.
  var pendingTypes: [(Tag, LazyType)] = []
  private var suggestions: [String: String?] = [:]
  private static let mostSuggestions = 32
  private var sites = 0

  init(_ evaluator: Evaluator) { self.evaluator = evaluator }

  func newSite() -> Int {
    sites += 1
    return sites
  }

  func complain(_ id: String, _ message: String, at span: Span, notes: [Diagnostic.Note] = []) -> Diagnostic {
    let diagnostic = Diagnostic(id: id, message, at: span, notes: notes)
    diagnostics.append(diagnostic)
    return diagnostic
  }

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
    let text = name.text
    if name.parts.count > 1 {
      return InvalidCode(
        complain("unsupported", "`\(text)`: modules cannot be used in this version", at: span), span)
    }
    switch frame.find(text) ?? globals[text] {
    case .slot(let i): return SlotCode(i, span)
    case .captured(let i): return CapturedCode(i, span)
    case .cell(let source, let index): return CellCode(source, index, span)
    case .global(let index): return GlobalCode(index, span)
    case .tag(let tag): return ConstantCode(.dot(evaluator.plain(tag)), span)
    case .builtIn(let builtIn): return ConstantCode(.function(FunctionValue(.builtIn(builtIn))), span)
    case nil: break
    }
    if let constant = builtInConstant(text, span) { return constant }
    if let builtIn = BuiltIn(rawValue: text) {
      guard let requires = builtIn.requires else {
        return ConstantCode(.function(FunctionValue(.builtIn(builtIn))), span)
      }
      return InvalidCode(
        complain(
          "not-imported", "`\(text)` must be imported before it is used: add `\(requires.rawValue) \(text)`", at: span),
        span)
    }
    return InvalidCode(unknown(text, at: span, frame), span)
  }

  private func builtInConstant(_ name: String, _ span: Span) -> Code? {
    let table = evaluator.table
    return switch name {
    case "STOP": ConstantCode(.process(table.stop), span)
    case "SKIP": ConstantCode(.process(table.skip), span)
    case "DIV": ConstantCode(.process(table.div), span)
    case "true", "True": ConstantCode(.boolean(true), span)
    case "false", "False": ConstantCode(.boolean(false), span)
    case "Int": ConstantCode(.set(SetValue(.integers)), span)
    case "Char": ConstantCode(.set(SetValue(.characters)), span)
    case "Proc": ConstantCode(.set(SetValue(.processes)), span)
    case "Bool": ConstantCode(.set(SetValue(sorted: [.boolean(false), .boolean(true)])), span)
    case "emptyMap": ConstantCode(.map(.empty), span)
    case "Events": EventsCode(span)
    default: nil
    }
  }

  private func unknown(_ name: String, at span: Span, _ frame: FrameScope) -> Diagnostic {
    if Self.later.contains(name) {
      return complain("unsupported", "`\(name)` cannot be used in this version", at: span)
    }
    return complain(
      "unknown-name", "`\(name)` is not defined", at: span,
      notes: suggestion(for: name).map { [.init("did you mean `\($0)`?", at: places[$0])] } ?? [])
  }

  /// The known name that is closest, where one is close; looked for once a name, and not without end.
  private func suggestion(for name: String) -> String? {
    if let found = suggestions[name] { return found }
    guard suggestions.count < Self.mostSuggestions else { return nil }
    let known = Array(globals.keys) + BuiltIn.allCases.map(\.rawValue) + ["STOP", "SKIP", "Events", "emptyMap"]
    let bound = max(1, name.utf8.count / 3)
    let close = known.map { ($0, editDistance($0, name, atMost: bound)) }.filter { $0.1 <= bound }
      .min { ($0.1, $0.0) < ($1.1, $1.0) }
    suggestions[name] = close?.0
    return close?.0
  }

  /// Names of the language that this version does not have.
  static func isLater(_ name: String) -> Bool { later.contains(name) }

  private static let later: Set<String> = [
    "deter", "loop", "BUFFER", "WEAK_BUFFER", "SIGNAL_BUFFER", "TSTOP", "TSKIP", "WAIT", "timed_priority",
    "trace_watchdog", "failure_watchdog", "mtransclose",
  ]
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

  var isAtom: Bool {
    switch kind {
    case .parenthesised(let inner): inner.isAtom
    case .name, .integer: true
    default: false
    }
  }
}

/// Insertions, deletions, substitutions and swaps of neighbouring bytes; more than `bound` where it is more.
///
/// - Complexity: O(n·m) in the bytes, O(1) where the lengths alone decide.
func editDistance(_ a: String, _ b: String, atMost bound: Int) -> Int {
  let x = Array(a.utf8), y = Array(b.utf8)
  if abs(x.count - y.count) > bound { return bound + 1 }
  var before: [Int] = [], row = Array(0...y.count)
  for i in x.indices {
    var next = [i + 1]
    for j in y.indices {
      var best = min(row[j] + (x[i] == y[j] ? 0 : 1), row[j + 1] + 1, next[j] + 1)
      if i > 0, j > 0, x[i] == y[j - 1], x[i - 1] == y[j] { best = min(best, before[j - 1] + 1) }
      next.append(best)
    }
    before = row
    row = next
  }
  return row[y.count]
}
