import CSPMNames
import CSPMSyntax
import ProcessTerms

/// What a timed section makes of the operators inside it (FDR manual 4.2, section "Timed sections").
struct TimedContext {
  let tock: Tag
  /// The name of the function that says how long an event takes; one unit where there is none.
  let duration: QualifiedName?
}

/// `STOP` in a timed section: time passes, and nothing else happens.
final class TimedStopCode: ProcessCode {
  let tock: Tag
  init(_ tock: Tag, _ span: Span) {
    self.tock = tock
    super.init(span)
  }
  override func process(_ e: Evaluator, _ f: Frame) throws -> Process { e.timedStop(try e.tock(tock, at: span)) }
}

/// `SKIP` in a timed section: ready to end, however long that takes.
final class TimedSkipCode: ProcessCode {
  let tock: Tag
  init(_ tock: Tag, _ span: Span) {
    self.tock = tock
    super.init(span)
  }
  override func process(_ e: Evaluator, _ f: Frame) throws -> Process {
    e.generated(.timedSkip(tock: try e.tock(tock, at: span)), at: span)
  }
}

/// A set of events with `tock` added: all processes of a timed section keep the same time.
final class WithTockCode: Code {
  let set: Code?, tock: Tag
  init(_ set: Code?, _ tock: Tag, _ span: Span) {
    self.set = set
    self.tock = tock
    super.init(span)
  }
  override func evaluate(_ e: Evaluator, _ f: Frame) throws -> Value {
    let alone = SetValue(sorted: [.dot(e.plain(tock))])
    guard let set else { return .set(alone) }
    return .set(try e.union(try e.expectSet(try set.evaluate(e, f), at: set.span), alone, at: span))
  }
}

/// `WAIT` and `timed_priority`, which know the `tock` of their section.
final class TimedFunctionCode: Code {
  let isWait: Bool, tock: Tag
  init(isWait: Bool, _ tock: Tag, _ span: Span) {
    self.isWait = isWait
    self.tock = tock
    super.init(span)
  }
  override func evaluate(_ e: Evaluator, _ f: Frame) throws -> Value {
    .function(FunctionValue(.timed(isWait: isWait, tock)))
  }
}
