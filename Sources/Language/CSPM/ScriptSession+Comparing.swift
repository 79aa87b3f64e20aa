import CSPMEvaluation
import CSPMNames
public import CSPMSyntax
import ProcessTerms
public import Refinement

/// Whether two processes refine each other.
public struct ScriptComparison: Sendable {
  public enum Answer: Sendable {
    case holds
    case fails(ExplainedCounterexample)
    case undecided(LimitReached)
  }
  /// `p [M= q`
  public var forward: Answer
  /// `q [M= p`
  public var backward: Answer
}

extension ScriptSession {
  /// Compares two processes both ways. Counterexamples are replayed as those of assertions are.
  ///
  /// - Throws: a `Diagnostic` where the script is at fault, or ``LimitReached`` while a process is evaluated.
  public func compare(
    _ p: Expression, _ q: Expression, _ model: SemanticModel, limits: Limits = Limits()
  ) throws -> ScriptComparison {
    let (p, q) = (try script.names.resolve(p), try script.names.resolve(q))
    return try guarded(by: limits) {
      let (first, second) = (try script.process(p), try script.process(q))
      return ScriptComparison(
        forward: try answer(.refinement(specification: first, implementation: second, model), limits, at: q.span),
        backward: try answer(.refinement(specification: second, implementation: first, model), limits, at: p.span))
    }
  }

  private func answer(_ check: Check, _ limits: Limits, at span: Span) throws -> ScriptComparison.Answer {
    let checker = Checker(table, limits: limits)
    checker.compresses = compresses
    switch try checker.run(check).verdict {
    case .holds: return .holds
    case .undecided(let limit): return .undecided(limit)
    case .fails(let counterexample):
      try requireReplay(counterexample, of: check, at: span)
      return .fails(try explain(counterexample))
    }
  }

  /// The reachable states of a process as a transition system.
  ///
  /// - Throws: a `Diagnostic` where the script is at fault, or ``LimitReached``.
  public func explore(_ expression: Expression, limits: Limits = Limits()) throws -> ExploredSystem {
    let expression = try script.names.resolve(expression)
    return try guarded(by: limits) { try Checker(table, limits: limits).explore(try script.process(expression)) }
  }
}
