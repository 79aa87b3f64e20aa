public import TransitionSystems

/// The ways to make an explicit system smaller without changing what it means.
///
/// Labels: 0 is τ, 1 is ✓, all others are visible; so are negative ones, such as the loop −1 of a terminated state. A
/// state that can do ✓ may refuse all else. Only what can be reached stays, and the initial state of a result is 0.
///
/// > Source: Roscoe, Gardiner, Goldsmith, Hulance, Jackson, Scattergood, *Hierarchical compression for model-checking
/// > CSP*, TACAS 1995.
public enum Compression: UInt8, Sendable, CaseIterable {
  /// Strong bisimulation, `sbisim`: the quotient has a step where a member of the class has one.
  case strong
}

public struct CompressedSystem: Sendable {
  public var system: ExplicitSystem
  /// New state → a state of the original that it stands for.
  public var representatives: [Int32]
}

/// What a compression may spend.
public struct CompressionLimits: Sendable {
  /// In the result and on the way to it.
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
    case .strong: try compressedByStrongBisimulation(limits)
    }
  }
}
