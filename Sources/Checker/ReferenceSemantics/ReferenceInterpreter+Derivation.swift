/// Which operand took part in a step, and with which event of its own.
///
/// A derivation is the tree of rule instances that leads to a step (TPC 7.3), written as a list from the root down.
/// Where several trees lead to the same step, the one whose rules come first is taken (I3), so that the answer depends
/// on the term alone.
public import ProcessTerms

extension ReferenceInterpreter {
  /// One node of a derivation: a subterm that moved.
  public struct Participant: Hashable, Sendable {
    /// Positions among the on operands, from the root; empty for the root itself.
    public let path: [Int]
    public let before: Process
    /// The participant's own step, under its own event.
    public let step: Step
    public let effect: Effect
  }

  /// The participants in the step, each before those under it; nil where `p` has no such step.
  public func derivation(of step: Step, from p: Process) throws -> [Participant]? {
    try derivation(of: step, from: p, below: { _ in true })
  }

  /// Like ``derivation(of:from:)``, looking under a participant only where `looksUnder` says so of its path.
  func derivation(of step: Step, from p: Process, below looksUnder: ([Int]) -> Bool) throws -> [Participant]? {
    var participants: [Participant] = []
    var waiting: [(path: [Int], process: Process, step: Step)] = [([], try table.resolve(p), step)]
    while let next = waiting.popLast() {
      guard let inference = try inferences(of: next.process).first(where: { $0.conclusion == next.step })
      else { return nil }
      participants.append(
        Participant(path: next.path, before: next.process, step: next.step, effect: inference.effect))
      guard looksUnder(next.path) else { continue }
      for premise in inference.premises.reversed() {
        waiting.append((next.path + [premise.operand], premise.process, premise.step))
      }
    }
    return participants
  }
}
