/// A counterexample as the reference interpreter takes it: a path of the process that was checked, and what is wrong at
/// its end. Whoever has one of another kind writes it down in this form.
public import ProcessTerms

extension ReferenceInterpreter {
  public struct Counterexample: Hashable, Sendable {
    /// What the process that was checked did.
    public var path: Path
    public var claim: Claim

    public init(path: Path, claim: Claim) {
      self.path = path
      self.claim = claim
    }
  }

  /// What a counterexample says about its path.
  public enum Claim: Hashable, Sendable {
    /// The specification has no trace like that of the path, whose last step is the first it cannot follow.
    case eventNotAllowed(specification: Process, Model)
    /// At the end, more is refused than the specification may refuse.
    case refusalNotAllowed(specification: Process, Model)
    /// At the end, the silent steps of `loop` lead back to their beginning; the specification does not diverge before
    /// or there. Without a specification, divergence is simply what must not be.
    case divergence(specification: Process?, loop: [Step])
    /// At the end there is no step, and it is not Ω.
    case deadlock
    /// `other` starts where the path does and shows the same trace but for the last event of the path, which is refused
    /// at its end.
    case nondeterminism(other: Path)
    /// After the first `length` events of `trace`, which the path shows, the next is not possible.
    case eventImpossible(trace: [Event], length: Int)
    /// The path shows the first `length` events of `trace`, and the next is refused at its end.
    case eventRefusable(trace: [Event], length: Int)
    /// The path shows the first `length` events of `trace`, and `loop` is a divergence at its end.
    case divergenceAlongTrace(trace: [Event], length: Int, loop: [Step])
  }

  /// Why a counterexample is none.
  public struct Mismatch: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
  }
}
