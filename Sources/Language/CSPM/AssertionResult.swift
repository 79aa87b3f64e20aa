public import CSPMSyntax
public import ProcessTerms
public import Refinement

/// What became of an assertion.
public struct AssertionResult: Sendable {
  public enum Verdict: String, Sendable {
    case holds, fails, undecided, error
    /// Whoever checks was interrupted before its turn.
    case unchecked
  }

  public var assertion: ScriptAssertion
  /// Of the assertion as written, `not` included.
  public var verdict: Verdict
  public var statistics: Statistics
  /// Of the assertion without its `not`: there where that fails.
  public var counterexample: ExplainedCounterexample?
  /// Where the engine says that the assertion without its `not` holds, and a certificate was asked for.
  public var certificate: Certificate?
  /// Which limit was reached, where the verdict is `undecided`.
  public var limit: LimitReached?
  /// What went wrong, where the verdict is `error`.
  public var diagnostics: [Diagnostic]

  init(_ assertion: ScriptAssertion, _ verdict: Verdict, diagnostics: [Diagnostic] = []) {
    self.assertion = assertion
    self.verdict = verdict
    statistics = Statistics()
    self.diagnostics = diagnostics
  }

  /// Of an assertion that was not looked at.
  public static func unchecked(_ assertion: ScriptAssertion) -> AssertionResult {
    AssertionResult(assertion, .unchecked)
  }

  /// Whether an error is ours and not the script's.
  public var isInternalError: Bool { verdict == .error && diagnostics.contains { $0.id == "internal" } }
}

/// A counterexample split over the components of the process.
public struct ExplainedCounterexample: Sendable {
  public var counterexample: Counterexample<Process>
  /// Names of the visible events, ✓ included, τ left out; the offending event is the last where there is one.
  public var trace: [String]
  /// Every step, τ included, those of a divergence behind the others.
  public var steps: [Event]
  /// One row a component, as `steps` goes.
  public var components: [Component]
  /// The second behaviour of a non-determinism.
  public var other: (steps: [Event], components: [Component])?

  public struct Component: Sendable {
    public var name: String
    /// Its own event at each step, nil where it takes no part.
    public var events: [Event?]
    /// What it offers at the end; nil where it no longer runs.
    public var offers: [Event]?
    public var isTerminated: Bool
  }
}
