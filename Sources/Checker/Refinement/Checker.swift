public import ProcessTerms
public import TransitionSystems

/// Decides ``Check``s about the processes of one table.
///
/// Parallel compositions are flattened to a network and searched as packed words; everything else is explored as terms.
/// The verdict, the counterexample and the counts do not depend on which.
///
/// Not `Sendable`: it evaluates processes of its table as it goes, and so belongs to the thread of the table.
public final class Checker {
  public let table: ProcessTable
  public var limits: Limits
  /// Called a few times a second, on the thread that checks.
  public var progress: ((Progress) -> Void)?

  public init(_ table: ProcessTable, limits: Limits = Limits()) {
    self.table = table
    self.limits = limits
  }

  /// Decides `check`.
  ///
  /// - Throws: what the evaluation of a process throws (an error of the script, ``UnguardedRecursion``). A violation
  ///   that is found in an earlier ply wins over an error.
  public func run(_ check: Check) throws -> Outcome<Process> { fatalError() }

  /// Compares both ways: equivalent in `model` if both hold.
  public func compare(_ p: Process, _ q: Process, _ model: SemanticModel) throws -> Comparison {
    Comparison(
      secondRefinesFirst: try run(.refinement(specification: p, implementation: q, model)),
      firstRefinesSecond: try run(.refinement(specification: q, implementation: p, model)))
  }

  public struct Comparison: Sendable {
    /// `p [M= q`
    public var secondRefinesFirst: Outcome<Process>
    /// `q [M= p`
    public var firstRefinesSecond: Outcome<Process>
  }

  /// Every state that `process` can reach, numbered breadth first, as a transition system labelled with event ids.
  ///
  /// - Throws: what evaluation throws, and ``LimitReached``.
  public func explore(_ process: Process) throws -> ExploredSystem { fatalError() }
}

/// A transition system with the process that each state stands for.
public struct ExploredSystem: Sendable {
  public var system: ExplicitSystem
  public var states: [Process]
}
