public import TransitionSystems

/// The ways to make an explicit system smaller without changing what it means.
///
/// Labels: 0 is τ, 1 is ✓, all others are visible; so are negative ones, such as the loop −1 of a terminated state. A
/// state that can do ✓ may refuse all else. Only what can be reached stays, and the initial state of a result is 0.
///
/// > Source: Roscoe, Gardiner, Goldsmith, Hulance, Jackson, Scattergood, *Hierarchical compression for model-checking
/// > CSP*, TACAS 1995.
public enum Compression: UInt8, Sendable, CaseIterable {
  /// Strong bisimulation, `sbisim`: the quotient has a step where every member of a class has one.
  case strong
  /// Delay bisimulation, `dbisim`, of states that both diverge or both do not, with the fewest steps.
  case delay
  /// Weak bisimulation, `wbisim`, of states that both diverge or both do not, with the fewest steps.
  case weak
  /// Each τ-cycle made one state with a τ-loop, `tau_loop_factor`.
  case tauLoops
  /// No τ but those to stable states and loops, `diamond`. Keeps traces, failures and divergences.
  case diamond
  /// The normal form, `normal`: equal for systems of the same traces, failures and divergences. May grow exponentially.
  case normal
}

public struct CompressedSystem: Hashable, Sendable {
  public var system: ExplicitSystem
  /// New state → a state of the original that it stands for.
  public var representatives: [Int32]
}

/// What a compression may spend.
public struct CompressionLimits: Sendable {
  /// In the result and on the way to it: `transitions` bounds as well what sets of states and signatures hold.
  /// Delay and weak bisimulation take 128 bytes a state besides.
  public var states = 10_000_000, transitions = 100_000_000
  /// Called often; what it throws ends the compression.
  public var checkpoint: (@Sendable () throws -> Void)?

  public init() {}
}

extension ExplicitSystem {
  /// The system made smaller.
  ///
  /// - Returns: nil where a limit was reached.
  /// - Throws: what the checkpoint throws.
  public func compressed(by compression: Compression, limits: CompressionLimits) throws -> CompressedSystem? {
    switch compression {
    case .strong: return try compressedByStrongBisimulation(limits)
    case .delay, .weak:
      return try compressedByWeakBisimulation(delay: compression == .delay, limits)
    case .tauLoops: return compressedByTauLoops()
    case .diamond: return try compressedByDiamond(limits)
    case .normal: return try compressedToNormalForm(limits)
    }
  }
}
