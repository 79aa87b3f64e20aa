import CSPMEvaluation
package import CSPMSyntax
import OperationalSemantics
import ProcessTerms
public import ReferenceSemantics
public import Refinement

/// Deciding assertions.
extension ScriptSession {
  /// Decides an assertion of this script. Never throws: what goes wrong is part of the result.
  ///
  /// - Parameters:
  ///   - limits: reaching one gives the verdict `undecided`.
  ///   - certification: whether the reference interpreter goes through what the engine says to hold, and how far.
  ///   - progress: called a few times a second.
  public func check(
    _ assertion: ScriptAssertion, limits: Limits = Limits(), certification: CertificationLimits? = nil,
    progress: ((Progress) -> Void)? = nil
  ) -> AssertionResult {
    check(assertion, limits, certification, progress) { check in
      let checker = Checker(table, limits: limits)
      checker.progress = progress
      checker.compresses = compresses
      return try checker.run(check)
    }
  }

  /// - Parameter engine: decides; what it says is not believed.
  func check(
    _ assertion: ScriptAssertion, _ limits: Limits, _ certification: CertificationLimits?,
    _ progress: ((Progress) -> Void)?, by engine: (Check) throws -> Outcome<Process>
  ) -> AssertionResult {
    var result = AssertionResult(assertion, .error, diagnostics: mistakes(at: assertion.span))
    guard result.diagnostics.isEmpty else { return result }
    do {
      try guarded(by: limits) {
        let check = try self.check(assertion.assertion, at: assertion.span)
        let outcome = try engine(check)
        result.statistics = outcome.statistics
        switch outcome.verdict {
        case .holds:
          if let certification {
            result.certificate = try certificate(
              for: check, found: outcome.statistics, certification, limits, at: assertion.span, progress: progress)
          }
          result.verdict = assertion.assertion.isNegated ? .fails : .holds
        case .undecided(let limit):
          result.verdict = .undecided
          result.limit = limit
        case .fails(let counterexample):
          try requireReplay(counterexample, of: check, at: assertion.span)
          result.counterexample = try explain(counterexample)
          result.verdict = assertion.assertion.isNegated ? .holds : .fails
        }
      }
    } catch let limit as LimitReached {
      result.verdict = .undecided
      result.limit = limit
    } catch {
      result.verdict = .error
      result.diagnostics = [diagnostic(for: error, at: assertion.span)]
    }
    return result
  }

  /// What an assertion asks, its processes evaluated as far as their names.
  package func check(_ assertion: Assertion, at span: Span) throws -> Check {
    var order: Priority?
    for option in assertion.options {
      switch option {
      case .tauPriority(let set):
        // As `prioritise(…, <{}, set>)`: its events wait while there is τ or ✓.
        let events = table.contents(try script.eventSet(set)).events
        order = table.priority(Dictionary(uniqueKeysWithValues: events.map { ($0, [.tau, .tick]) }))
      case .partialOrderReduce:
        // A large search leaves out steps that commute whether it is asked to or not, and no answer depends on it.
        break
      }
    }
    func process(_ expression: Expression) throws -> Process {
      let process = try script.process(expression)
      return order.map { table.prioritise(process, $0) } ?? process
    }
    switch assertion.kind {
    case .refinement(let specification, let model, let implementation):
      return .refinement(
        specification: try process(specification), implementation: try process(implementation),
        try semanticModel(model, at: span))
    case .property(let expression, let property, let model):
      let model = try model.map { try semanticModel($0, at: span) } ?? .failuresDivergences
      let process = try process(expression)
      switch property {
      case .deadlockFree: return .deadlockFree(process, model)
      case .divergenceFree: return .divergenceFree(process)
      case .deterministic: return .deterministic(process, model)
      case .hasTrace(let trace): return .hasTrace(process, try script.trace(trace), model)
      }
    }
  }

  private func semanticModel(_ model: Assertion.Model, at span: Span) throws -> SemanticModel {
    switch model {
    case .traces: return .traces
    case .failures: return .failures
    case .failuresDivergences: return .failuresDivergences
    case .revivals, .revivalsDivergences, .refusalTraces, .refusalTracesDivergences:
      throw Diagnostic(
        id: "unsupported", "the model \(model.rawValue) cannot be used in this version; use T, F or FD", at: span)
    }
  }

  /// An error of evaluation or exploration as something to tell the author.
  func diagnostic(for error: any Error, at span: Span?) -> Diagnostic {
    switch error {
    case let diagnostic as Diagnostic:
      var diagnostic = diagnostic
      if diagnostic.span == nil { diagnostic.span = span }
      return diagnostic
    case let recursion as UnguardedRecursion:
      let name = script.evaluator.name(of: recursion.process)
      return Diagnostic(
        id: "unguarded-recursion",
        "\(name.isEmpty ? "this process" : "`\(name)`") has itself as an operand before its first event, "
          + "so it has no first step",
        at: script.evaluator.span(of: recursion.process) ?? span,
        notes: [.init("put an event before the recursion: `a -> \(name.isEmpty ? "P" : name)`")])
    case let deep as TermTooDeep:
      return Diagnostic(
        id: "process-too-deep",
        "the process nests more than \(deep.limit) operators before its first event, as a recursion without an end does",
        at: span)
    case let many as TooManyTransitions:
      return Diagnostic(
        id: "too-many-transitions", "one state of the process has more than \(many.limit) transitions", at: span)
    case let misplaced as UnsafeCompression: return diagnostic(for: misplaced, at: span)
    case is ChaseTooLong:
      return Diagnostic(id: "chase-too-long", "chase or deter followed τ steps without coming to an end", at: span)
    default:
      return Diagnostic(id: "internal", "internal error: \(error); please report it with the script", at: span)
    }
  }

  private func diagnostic(for misplaced: UnsafeCompression, at span: Span?) -> Diagnostic {
    let function = misplaced.function.rawValue
    let isChase = table.op(misplaced.process) == .chase
    let why =
      isChase
      ? "`chase` follows silent steps one by one, and `\(function)` leaves others than there were"
      : "priority depends on which silent steps and events a state has, and `\(function)` keeps neither"
    let safe = isChase ? "`sbisim`" : "`sbisim`, `dbisim` or `wbisim`"
    return Diagnostic(
      id: "unsafe-compression",
      "\(isChase ? "`chase`" : "priority") is applied over `\(table.describe(misplaced.compressed))`: \(why)",
      at: script.evaluator.place(ofOperator: misplaced.process) ?? span,
      notes: [.init("use \(safe) below it, or compress the whole")])
  }

  // MARK: Replaying

  /// Throws an internal error where the reference interpreter does not find the counterexample to be one (I2).
  func requireReplay(_ counterexample: Counterexample<Process>, of check: Check, at span: Span) throws {
    guard let mismatch = try replay(counterexample, of: check) else { return }
    throw Diagnostic(
      id: "internal",
      "internal error: the counterexample does not replay (\(mismatch)); please report it with the script", at: span)
  }

  /// - Returns: what does not replay; nil when all does.
  private func replay(_ found: Counterexample<Process>, of check: Check) throws -> String? {
    let subject: Process
    switch check {
    case .refinement(_, let implementation, _): subject = implementation
    case .deadlockFree(let p, _), .divergenceFree(let p), .deterministic(let p, _), .hasTrace(let p, _, _): subject = p
    }
    var path = self.path(found.behaviour)
    let claim: ReferenceInterpreter.Claim
    switch (found.kind, check) {
    case (.eventNotAllowed, .refinement(let specification, _, let model)):
      claim = .eventNotAllowed(specification: specification, self.model(model))
    case (.refusalNotAllowed, .refinement(let specification, _, let model)):
      claim = .refusalNotAllowed(specification: specification, self.model(model))
    case (.divergence(let stem, let loop), _):
      path.steps += stem.map(step)
      if case .hasTrace(_, let trace, _) = check {
        claim = .divergenceAlongTrace(trace: trace, length: found.behaviour.trace.count, loop: loop.map(step))
      } else if case .refinement(let specification, _, _) = check {
        claim = .divergence(specification: specification, loop: loop.map(step))
      } else {
        claim = .divergence(specification: nil, loop: loop.map(step))
      }
    case (.deadlock, .deadlockFree): claim = .deadlock
    case (.nondeterminism(_, let other, _), .deterministic): claim = .nondeterminism(other: self.path(other))
    case (.traceImpossible, .hasTrace(_, let trace, _)):
      claim = .eventImpossible(trace: trace, length: found.behaviour.trace.count)
    case (.traceRefused, .hasTrace(_, let trace, _)):
      claim = .eventRefusable(trace: trace, length: found.behaviour.trace.count)
    default: return "a counterexample of another kind than the assertion"
    }
    do {
      return try reference.replay(.init(path: path, claim: claim), of: subject)?.description
    } catch let reached as ReferenceInterpreter.StateLimitReached {
      // Neither proved nor refuted: then it is no verdict.
      throw LimitReached.terms(reached.limit)
    }
  }

  func model(_ model: SemanticModel) -> ReferenceInterpreter.Model {
    switch model {
    case .traces: .traces
    case .failures: .failures
    case .failuresDivergences: .failuresDivergences
    }
  }

  func path(_ behaviour: Behaviour<Process>) -> ReferenceInterpreter.Path {
    .init(start: behaviour.initial, steps: behaviour.steps.map(step))
  }

  func step(_ step: Behaviour<Process>.Step) -> ReferenceInterpreter.Step { .init(step.event, step.target) }
}
