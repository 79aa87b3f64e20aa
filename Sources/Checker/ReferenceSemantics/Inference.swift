/// One instance of a firing rule, kept whole so that a step can be explained by the operands that took part in it.
import ProcessTerms

extension ReferenceInterpreter {
  /// From the premises, steps of operands, follows the conclusion, a step of the row.
  struct Inference {
    let conclusion: Step
    let premises: [Premise]
    let effect: Effect
  }

  /// That an operand takes a step.
  struct Premise {
    /// The position among the on operands.
    let operand: Int
    /// The operand; under `chase`, what it became by silent steps that nobody can choose otherwise.
    let process: Process
    let step: Step
  }

  /// What becomes of the row.
  public enum Effect: Hashable, Sendable {
    /// It stays, with the targets of the premises in their places.
    case staysInPlace
    /// It vanishes and leaves the operand at this position, after its step.
    case leavesOperand(Int)
    /// It vanishes, and what its operands were with it; something else starts.
    case startsAnew
  }
}
