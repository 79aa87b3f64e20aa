public import ProcessTerms

/// What is compared: how much of a process's behaviour a model sees (Roscoe, *Understanding Concurrent Systems*, chapters 10 to 12).
public enum SemanticModel: String, Hashable, Sendable, CaseIterable {
  /// The finite traces.
  case traces = "T"
  /// Traces, and what a stable state can refuse after one.
  case failures = "F"
  /// Failures, and the traces on which the process can diverge; everything below a divergence counts as possible.
  case failuresDivergences = "FD"
}

/// A question about processes that a ``Checker`` can decide.
public enum Check: Hashable, Sendable {
  /// `specification [T= implementation` and so on: every behaviour of the implementation is one of the specification.
  case refinement(specification: Process, implementation: Process, SemanticModel)
  /// No reachable state, Ω aside, is without a transition; in `failuresDivergences` the process may not diverge either.
  /// In `traces` the same question as in `failures`.
  case deadlockFree(Process, SemanticModel)
  /// No reachable state can perform τ for ever.
  case divergenceFree(Process)
  /// No event (✓ included) can both happen and be refused after one trace; in `failuresDivergences` the process may not
  /// diverge either. In `traces` the same question as in `failures`.
  case deterministic(Process, SemanticModel)
  /// `traces`: the trace is possible. `failures`: and at no step can the next event be refused. `failuresDivergences`:
  /// and there is no divergence along it, its end included.
  case hasTrace(Process, [Event], SemanticModel)
}
