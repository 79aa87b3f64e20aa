/// What a decision of the reference interpreter says.
public import ProcessTerms

extension ReferenceInterpreter {
  /// The models of CSP (TPC 8, UCS 11).
  public enum Model: Hashable, Sendable, CaseIterable {
    /// T: finite traces.
    case traces
    /// F: traces and stable failures.
    case failures
    /// FD: failures and divergences, strict in divergence.
    case failuresDivergences
  }

  public enum Verdict: Hashable, Sendable {
    case holds
    /// `trace` is a shortest one that shows a defect. Its last event is the offending one where the defect is
    /// `eventNotAllowed`; otherwise the defect is there after the trace.
    case fails(trace: [Event], Defect)

    public var holds: Bool { self == .holds }
  }

  public enum Defect: Hashable, Sendable {
    /// The specification does not allow the last event of the trace.
    case eventNotAllowed
    /// The specification does not allow everything that is refused after the trace.
    case refusalNotAllowed
    /// Divergence after the trace, where it is not allowed.
    case divergence
    /// A state without a step, which did not terminate.
    case deadlock
    /// The event is possible after the trace and can be refused after it.
    case nondeterminism(Event)
    /// The event, next in the given trace, is not possible.
    case eventImpossible(Event)
    /// The event, next in the given trace, can be refused.
    case eventRefusable(Event)
  }
}
