public import ProcessTerms
import TransitionSystems

/// A component of a network that stands for a larger system with the same behaviour, and the way back to that.
public struct CompressedComponent {
  /// What stands in the network.
  let system: ExplicitSystem
  /// What was explored. Labels are those of the network.
  let original: ExplicitSystem
  /// State of `system` → a state of `original` that it stands for.
  let representatives: [Int32]
  let states: States
  /// Whether every step of `system` is one step of each state that it stands for, with the same event, down to the
  /// terms: then a path of the network is as long as that of the terms.
  let isExact: Bool

  /// What the states of `original` are.
  enum States {
    case terms([Process])
    /// States of another network.
    indirect case network(FlattenedProcess, ExploredNetwork)
  }

  /// The term of a state of `original`; where that has compressed components, one of those that it may be.
  func term(at state: Int32) -> Process {
    switch states {
    case .terms(let terms): terms[Int(state)]
    case .network(let flat, let explored): flat.process(at: explored.components(at: state))
    }
  }
}

/// What one compression did, for people.
public struct CompressionReport: Hashable, Sendable {
  /// The functions applied, the first first; empty for the bisimulation of the leaves, all together.
  public var functions: [CompressionFunction]
  /// The row that asked for it.
  public var process: Process?
  public var statesBefore: Int, statesAfter: Int
}
