import CSPMSyntax
import ProcessTerms

/// The base of everything that is written with a process operator: its value is its process.
class ProcessCode: Code {
  override func evaluate(_ e: Evaluator, _ f: Frame) throws -> Value { .process(try process(e, f)) }
  override func process(_ e: Evaluator, _ f: Frame) throws -> Process {
    throw e.defect("process operator without a rule", at: span)
  }
}

/// An off operand: evaluated when the process gets there, and the same process whenever the code and what it captures
/// are the same.
final class DeferredCode: ProcessCode {
  enum Form {
    /// A name or a call: all places which call `P(1)` mean one process. Only the arguments are evaluated.
    case call(Code)
    case site(Resolver.Unit)
  }
  let form: Form
  /// The process of a site that captures nothing.
  private var closed: Process?

  init(call: Code) {
    form = .call(call)
    super.init(call.span)
  }
  init(site: Resolver.Unit) {
    form = .site(site)
    super.init(site.body.span)
  }

  override func process(_ e: Evaluator, _ f: Frame) throws -> Process {
    if let closed { return closed }
    switch form {
    case .call(let call):
      do {
        return try call.process(e, f)
      } catch let diagnostic as Diagnostic {
        // What fails must not fail before the process is reached.
        return e.deferred(failure: diagnostic)
      }
    case .site(let unit):
      let process = try e.deferred(site: self, unit, unit.captures.context(unit.site, f))
      if unit.captures.sources.isEmpty { closed = process }
      return process
    }
  }
}

final class BinaryProcessCode: ProcessCode {
  let op: ProcessOperator
  let left: Code, right: Code
  init(_ op: ProcessOperator, _ left: Code, _ right: Code, _ span: Span) {
    self.op = op
    self.left = left
    self.right = right
    super.init(span)
  }
  override func process(_ e: Evaluator, _ f: Frame) throws -> Process {
    try e.checkDepth(at: span)
    let p = try left.process(e, f)
    switch op {
    case .externalChoice: return e.table.externalChoice([p, try right.process(e, f)])
    case .internalChoice: return e.table.internalChoice([p, try right.process(e, f)])
    case .sliding: return e.table.sliding(p, try right.process(e, f))
    case .sequence: return e.table.sequence(p, try right.process(e, f))
    case .interrupt: return e.table.interrupt(p, try right.process(e, f))
    case .interleave: return e.table.parallel([p, try right.process(e, f)], e.table.set([]))
    case .hide: return e.table.hide(p, try e.eventSet(right, f))
    case .project: return e.table.project(p, try e.eventSet(right, f))
    }
  }
}

final class GuardCode: ProcessCode {
  let condition: Code, body: Code
  /// `STOP` of a timed section; nil outside.
  let stop: Code?
  init(_ condition: Code, _ body: Code, stop: Code?, _ span: Span) {
    self.condition = condition
    self.body = body
    self.stop = stop
    super.init(span)
  }
  override func process(_ e: Evaluator, _ f: Frame) throws -> Process {
    try e.expectBoolean(try condition.evaluate(e, f), at: condition.span) ? try body.process(e, f) : try stop?.process(e, f) ?? e.table.stop
  }
}

final class SynchronisedCode: ProcessCode {
  let op: SynchronisedOperator
  let left: Code, set: Code, right: Code
  init(_ op: SynchronisedOperator, _ left: Code, _ set: Code, _ right: Code, _ span: Span) {
    self.op = op
    self.left = left
    self.set = set
    self.right = right
    super.init(span)
  }
  override func process(_ e: Evaluator, _ f: Frame) throws -> Process {
    try e.checkDepth(at: span)
    let p = try left.process(e, f), events = try e.eventSet(set, f), q = try right.process(e, f)
    switch op {
    case .parallel: return e.table.parallel([p, q], events)
    case .exception: return e.table.exception(p, events, q)
    case .externalChoice: return e.table.synchronisingChoice([p, q], events)
    case .interrupt: return e.table.synchronisingInterrupt(p, events, q)
    }
  }
}

final class AlphabetisedCode: ProcessCode {
  let left: Code, leftSet: Code, rightSet: Code, right: Code
  init(_ left: Code, _ leftSet: Code, _ rightSet: Code, _ right: Code, _ span: Span) {
    self.left = left
    self.leftSet = leftSet
    self.rightSet = rightSet
    self.right = right
    super.init(span)
  }
  override func process(_ e: Evaluator, _ f: Frame) throws -> Process {
    try e.checkDepth(at: span)
    return e.table.alphabetised([
      (try left.process(e, f), try e.eventSet(leftSet, f)),
      (try right.process(e, f), try e.eventSet(rightSet, f)),
    ])
  }
}

/// `a <- b` or `a <-> b`, and the statements behind the bar.
struct PairsCode {
  let pairs: [(left: Code, right: Code)]
  let statements: [StatementCode]
}

final class RenameCode: ProcessCode {
  let body: Code
  let pairs: PairsCode
  init(_ body: Code, _ pairs: PairsCode, _ span: Span) {
    self.body = body
    self.pairs = pairs
    super.init(span)
  }
  override func process(_ e: Evaluator, _ f: Frame) throws -> Process {
    let p = try body.process(e, f)
    return e.table.rename(p, e.table.renaming(try e.eventPairs(pairs, f, at: span)))
  }
}

final class LinkedCode: ProcessCode {
  let left: Code, right: Code
  let pairs: PairsCode
  init(_ left: Code, _ pairs: PairsCode, _ right: Code, _ span: Span) {
    self.left = left
    self.right = right
    self.pairs = pairs
    super.init(span)
  }
  override func process(_ e: Evaluator, _ f: Frame) throws -> Process {
    try e.checkDepth(at: span)
    let p = try left.process(e, f), linkage = try e.linkage(pairs, f, at: span)
    return e.table.linked(p, linkage, try right.process(e, f))
  }
}

/// A replicated operator: one operand for each way through the statements.
final class ReplicatedCode: ProcessCode {
  enum Form {
    case externalChoice, internalChoice, interleave, sequence
    case alphabetised(Code)
    case parallel(Code)
    case synchronisingChoice(Code)
    case linked(PairsCode)
  }
  let form: Form
  let statements: [StatementCode]
  let body: Code
  /// What no operands make, in a timed section; nil for the usual.
  let nothing: Code?
  init(_ form: Form, _ statements: [StatementCode], _ body: Code, nothing: Code?, _ span: Span) {
    self.nothing = nothing
    self.form = form
    self.statements = statements
    self.body = body
    super.init(span)
  }

  override func process(_ e: Evaluator, _ f: Frame) throws -> Process {
    try e.checkDepth(at: span)
    var processes: [Process] = [], sets: [EventSet] = [], linkages: [Linkage] = []
    let takesSequence: Bool
    switch form {
    case .sequence, .linked: takesSequence = true
    default: takesSequence = false
    }
    try e.forEach(statements, f, over: takesSequence ? .sequences : .sets, at: span) {
      if case .alphabetised(let set) = form { sets.append(try e.eventSet(set, f)) }
      if case .linked(let pairs) = form { linkages.append(try e.linkage(pairs, f, at: span)) }
      processes.append(try body.process(e, f))
    }
    if processes.isEmpty, let nothing { return try nothing.process(e, f) }
    switch form {
    case .externalChoice: return e.table.externalChoice(processes)
    case .internalChoice:
      if processes.isEmpty {
        throw Diagnostic(id: "empty-choice", "a replicated |~| needs at least one process, its set is empty", at: span)
      }
      return e.table.internalChoice(processes)
    case .interleave: return e.table.parallel(processes, e.table.set([]))
    case .parallel(let set): return e.table.parallel(processes, try e.eventSet(set, f))
    case .alphabetised: return e.table.alphabetised(zip(processes, sets).map { (process: $0, alphabet: $1) })
    case .synchronisingChoice(let set): return e.table.synchronisingChoice(processes, try e.eventSet(set, f))
    case .sequence:
      guard let last = processes.last else { return e.table.skip }
      return processes.dropLast().reversed().reduce(last) { e.table.sequence($1, $0) }
    case .linked:
      guard let last = processes.last else {
        throw Diagnostic(
          id: "empty-choice", "a replicated linked parallel needs at least one process, its sequence is empty",
          at: span)
      }
      // Each process brings the links to the one behind it.
      return zip(processes, linkages).dropLast().reversed().reduce(last) { e.table.linked($1.0, $1.1, $0) }
    }
  }
}
