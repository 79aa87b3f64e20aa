/// A finite run of a process: where it starts, and the steps it takes.
public import ProcessTerms

extension ReferenceInterpreter {
  public struct Path: Hashable, Sendable {
    public var start: Process
    public var steps: [Step]

    public init(start: Process, steps: [Step] = []) {
      self.start = start
      self.steps = steps
    }

    public var end: Process { steps.last?.target ?? start }

    /// What an observer sees: the events other than τ.
    public var trace: [Event] { steps.map(\.event).filter { $0 != .tau } }

    /// Where step `i` begins.
    public func source(ofStep i: Int) -> Process { i == 0 ? start : steps[i - 1].target }
  }
}
