public import Refinement

/// How much work a certificate may be.
public struct CertificationLimits: Hashable, Sendable {
  /// Up to so many states everything is visited; beyond, random walks are taken.
  public var states = 10_000_000
  /// So many walks, each of so many steps at most.
  public var walks = 1_000, walkLength = 200
  /// The same seed, the same walks.
  public var seed: UInt64 = 1

  public init() {}
}

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
