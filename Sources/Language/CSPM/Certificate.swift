public import ReferenceSemantics
public import Refinement

/// How much work a certificate may be.
public typealias CertificationLimits = ReferenceInterpreter.CertificationLimits

/// What the reference interpreter has found for itself about what the engine says to hold. That it finds otherwise is
/// an internal error, and no certificate.
public enum Certificate: Hashable, Sendable {
  /// It visited all, so many states.
  case inFull(states: Int)
  /// It took so many random walks of so many steps at most, and found nothing against it.
  case byWalks(count: Int, length: Int, seed: UInt64)
  /// A limit was reached before, and nothing was found against it so far.
  case unfinished(LimitReached)

  public var isFinished: Bool {
    if case .unfinished = self { false } else { true }
  }
}
